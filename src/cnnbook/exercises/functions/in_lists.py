"""Functions of tensors without PyTorch: how they read lists inside lists, and how they are written then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cnnbook.exercises.functions.advice import advice
from cnnbook.exercises.functions.questions import TensorQuestion
from cnnbook.exercises.words import _, say

_ONE = _(
    "PyTorch does not run in a browser. Here {names} is made of lists inside lists, and loops compute with "
    "one number at a time: {firsts} is the first number, and {lengths} is the length of each axis, from the "
    "first to the last."
)
_SEVERAL = _(
    "PyTorch does not run in a browser. Here {names} are made of lists inside lists, and loops compute with "
    "one number at a time: {firsts} are the first numbers, and {lengths} is the length of each axis of "
    "{name}, from the first to the last."
)
_SINGLE_NUMBERS = _(
    "Your function is given lists inside lists here, and one of them stands where a single number is needed. "
    "Let loops run over the rows and columns, and compute with one number at a time."
)
_PLAIN = _(
    "Your function is given lists inside lists here. Their numbers are plain numbers of Python, which have "
    "no methods of tensors."
)
_OR_THERE = _("{advice} Or answer this in JupyterLab, where tensors compute with all numbers at once.")
# A part of the message of an exception, where lines for tensors meet lists and plain numbers.
_ON_LISTS: Final[Mapping[str, str]] = {
    "can't multiply sequence": _SINGLE_NUMBERS,
    "operand type": _SINGLE_NUMBERS,
    "not supported between": _SINGLE_NUMBERS,
    "to list": _SINGLE_NUMBERS,
    "'float' object": _PLAIN,
    "'int' object": _PLAIN,
    "'bool' object": _PLAIN,
}
_BOTH = _("In the browser, with lists inside lists:\n{lists}\nIn JupyterLab, with tensors:\n{tensors}")

# A solution in lists for each function of tensors, by its name; each line of code begins with four spaces.
_SOLUTIONS: Final[Mapping[str, str]] = {
    "my_slide": _(
        "    height, width = len(kernel), len(kernel[0])\n"
        "    out = []\n"
        "    for y in range(len(picture) - height + 1):\n"
        "        row = []\n"
        "        for x in range(len(picture[0]) - width + 1):\n"
        "            total = 0\n"
        "            for i in range(height):\n"
        "                for j in range(width):\n"
        "                    total += picture[y + i][x + j] * kernel[i][j]\n"
        "            row.append(total)\n"
        "        out.append(row)\n"
        "    return out"
    ),
    "my_pool": _(
        "    rows = (len(maps[0]) - kernel_size)//stride + 1\n"
        "    columns = (len(maps[0][0]) - kernel_size)//stride + 1\n"
        "    out = []\n"
        "    for one in maps:\n"
        "        pooled = []\n"
        "        for y in range(rows):\n"
        "            row = []\n"
        "            for x in range(columns):\n"
        "                top, left = y*stride, x*stride\n"
        "                lines = one[top:top + kernel_size]\n"
        "                row.append(max(max(line[left:left + kernel_size]) for line in lines))\n"
        "            pooled.append(row)\n"
        "        out.append(pooled)\n"
        "    return out"
    ),
    "my_adaptive_pool": _(
        "    height, width = len(maps[0]), len(maps[0][0])\n"
        "    out = []\n"
        "    for one in maps:\n"
        "        pooled = []\n"
        "        for y in range(rows):\n"
        "            row = []\n"
        "            for x in range(columns):\n"
        "                top, bottom = y*height//rows, -(-(y + 1)*height//rows)\n"
        "                left, right = x*width//columns, -(-(x + 1)*width//columns)\n"
        "                window = [line[left:right] for line in one[top:bottom]]\n"
        "                total = sum(sum(line) for line in window)\n"
        "                row.append(total / ((bottom - top) * (right - left)))\n"
        "            pooled.append(row)\n"
        "        out.append(pooled)\n"
        "    return out"
    ),
    "my_step": _(
        "    error = -target\n"
        "    for c in range(len(kernel)):\n"
        "        for y in range(len(kernel[c])):\n"
        "            for x in range(len(kernel[c][y])):\n"
        "                error += kernel[c][y][x] * window[c][y][x]\n"
        "    new = []\n"
        "    for weights, numbers in zip(kernel, window):\n"
        "        rows = []\n"
        "        for w_row, n_row in zip(weights, numbers):\n"
        "            rows.append([w - rate * 2 * error * n for w, n in zip(w_row, n_row)])\n"
        "        new.append(rows)\n"
        "    return new"
    ),
    "my_accuracy": _(
        "    right = 0\n"
        "    for row, label in zip(scores, labels):\n"
        "        if row.index(max(row)) == label:\n"
        "            right += 1\n"
        "    return right / len(labels)"
    ),
    "my_conv": _(
        "    k_h, k_w = len(kernels[0][0]), len(kernels[0][0][0])\n"
        "    width = len(maps[0][0]) + 2*padding\n"
        "    padded = []\n"
        "    for one in maps:\n"
        "        rows = [[0] * padding + row + [0] * padding for row in one]\n"
        "        zeros = [[0] * width for _row in range(padding)]\n"
        "        padded.append(zeros + rows + zeros)\n"
        "    out = []\n"
        "    for kernel in kernels:\n"
        "        made = []\n"
        "        for top in range(0, len(padded[0]) - k_h + 1, stride):\n"
        "            row = []\n"
        "            for left in range(0, width - k_w + 1, stride):\n"
        "                total = 0\n"
        "                for c in range(len(padded)):\n"
        "                    for i in range(k_h):\n"
        "                        for j in range(k_w):\n"
        "                            total += padded[c][top + i][left + j] * kernel[c][i][j]\n"
        "                row.append(total)\n"
        "            made.append(row)\n"
        "        out.append(made)\n"
        "    return out"
    ),
    "my_dropout": _(
        "    if not training:\n"
        "        return maps\n"
        "    out = []\n"
        "    for one, choice in zip(maps, kept):\n"
        "        rows = []\n"
        "        for row, k_row in zip(one, choice):\n"
        "            rows.append([number * k / (1 - p) for number, k in zip(row, k_row)])\n"
        "        out.append(rows)\n"
        "    return out"
    ),
    "my_sliding_scores": _(
        "    rows, columns = len(maps[0]) - side + 1, len(maps[0][0]) - side + 1\n"
        "    scores = []\n"
        "    for y in range(rows):\n"
        "        line = []\n"
        "        for x in range(columns):\n"
        "            flat = []\n"
        "            for one in maps:\n"
        "                for i in range(side):\n"
        "                    flat += one[y + i][x:x + side]\n"
        "            line.append(sum(weight * number for weight, number in zip(row, flat)))\n"
        "        scores.append(line)\n"
        "    return [scores]"
    ),
    "my_batch_norm": _(
        "    numbers = [number for one in batch for row in one for number in row]\n"
        "    mean = sum(numbers) / len(numbers)\n"
        "    deviation = (sum((number - mean)**2 for number in numbers) / len(numbers))**0.5\n"
        "    out = []\n"
        "    for one in batch:\n"
        "        rows = []\n"
        "        for row in one:\n"
        "            rows.append([(number - mean) / deviation * weight + bias for number in row])\n"
        "        out.append(rows)\n"
        "    return out"
    ),
    "my_residual": _(
        "    out = []\n"
        "    for f_map, x_map in zip(f, x):\n"
        "        rows = []\n"
        "        for f_row, x_row in zip(f_map, x_map):\n"
        "            rows.append([max(0, a + b) for a, b in zip(f_row, x_row)])\n"
        "        out.append(rows)\n"
        "    return out"
    ),
}


def solution_with_lists(question: TensorQuestion) -> str:
    """Return the solution in lists, then the one of tensors, each with the place where it runs.

    >>> from cnnbook.exercises.chapters import find
    >>> solution_with_lists(find("resnet.write-residual")).split("\\n")[0]
    'In the browser, with lists inside lists:'
    """
    return say(_BOTH, lists=say(_SOLUTIONS[question.name]), tensors=question.say(question.solution))


def about_lists(question: TensorQuestion) -> str:
    """Return in words how the arguments of a function are read where they are lists inside lists.

    >>> from cnnbook.exercises.chapters import find
    >>> about_lists(find("pooling.write-pool")).partition(": ")[2][:33]
    'maps[0][0][0] is the first number'
    """
    names = question.signature.partition("(")[2].rstrip(")").split(", ")
    given = zip(names, question.probes[0].arguments, strict=True)
    axes = {name: _axes(value) for name, value in given if isinstance(value, list)}
    deepest = max(axes, key=lambda name: axes[name])
    values = {
        "names": ", ".join(axes),
        "firsts": ", ".join(name + "[0]" * count for name, count in axes.items()),
        "lengths": ", ".join(f"len({deepest}{'[0]' * place})" for place in range(axes[deepest])),
        "name": deepest,
    }
    return say(_SEVERAL if len(axes) > 1 else _ONE, **values)


def advice_on_lists(raised: str) -> str:
    """Return what would work after an exception that lists raise and tensors do not; empty if it is no such.

    >>> advice_on_lists("it raises TypeError: can't multiply sequence by non-int of type 'list'")[:52]
    'Your function is given lists inside lists here, and '
    """
    if not any(kind in raised for kind in ("TypeError: ", "AttributeError: ")):
        return ""
    found = advice(raised, _ON_LISTS)
    return say(_OR_THERE, advice=found) if found else ""


def _axes(value: object) -> int:
    """Return how many lists stand inside each other."""
    return 1 + _axes(value[0]) if isinstance(value, list) else 0
