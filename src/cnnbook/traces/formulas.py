"""The formulas of a row that a learner can work out again: its output size and its parameters."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnnbook.arithmetic import transposed_formula
from cnnbook.arithmetic.integers import AXIS_NAMES

if TYPE_CHECKING:
    from cnnbook.traces.row import Row


def formula(row: Row) -> str:
    """How a row's output size follows from its input's, with the numbers in it; "" if nothing is computed."""
    op, source, result = row.op, row.operand_shapes, row.output_shape
    if row.window is not None:
        axes = len(row.window.kernel_size)
        return row.window.formula(source[0][-axes:])
    if op.startswith("conv_transpose"):
        return _transposed(row)
    if op.startswith("adaptive"):
        axes = int(op[-2])
        return f"{_times(source[0][-axes:])} → {_times(result[-axes:])}, the size asked for"
    if op == "flatten" and source:
        first, last = (row.arguments[key] % max(1, len(source[0])) for key in ("start_dim", "end_dim"))
        return f"{_times(source[0][first : last + 1])} = {prod(source[0][first : last + 1])}"
    if op == "cat" and source:
        axis = row.arguments["dim"] % max(1, len(result))
        terms = [shape[axis] for shape in source if len(shape) > axis]
        given = result[axis] - sum(terms)  # a trace that was written without `given` does not tell
        return " + ".join([*map(str, terms), *([f"{given} (given)"] if given else [])]) + f" = {result[axis]}"
    if op == "linear":
        return f"{row.arguments['in_features']} → {row.arguments['out_features']}"
    return ""


def parameter_formula(row: Row) -> str:
    """How a row's parameters are counted, with the numbers in it; "" for a row without parameters.

    The rules are those of `conv_parameters` and `linear_parameters`, which cannot be called here: the text
    needs the single factors. A test holds both equal.
    """
    known = row.arguments
    if row.window is not None and row.family == "convolution":
        factors = (*row.window.kernel_size, known["in_channels"] // known["groups"], known["out_channels"])
        biases = known["out_channels"] if known["bias"] else 0
    elif row.op == "linear":
        factors = (known["in_features"], known["out_features"])
        biases = known["out_features"] if known["bias"] else 0
    elif row.op == "batch_norm" and known["affine"]:
        factors, biases = (2, row.parameters // 2), 0
    else:
        return ""
    # A row that shares or computes its weights has fewer parameters: the formula would be wrong for it.
    if row.parameters == 0 or prod(factors) + biases != row.parameters:
        return ""
    return f"{_times(factors)}{f' + {biases}' if biases else ''} = {row.parameters}"


def _transposed(row: Row) -> str:
    geometry = row.arguments
    axes = zip(
        row.operand_shapes[0][-len(geometry["kernel_size"]) :],
        *(geometry[key] for key in ("kernel_size", "stride", "padding", "output_padding", "dilation")),
        strict=True,
    )
    texts = [
        transposed_formula(n, k, stride=s, padding=p, output_padding=extra, dilation=d)
        for n, k, s, p, extra, d in axes
    ]
    if len(set(texts)) == 1:
        return texts[0]
    names = AXIS_NAMES[len(texts)]
    return " and ".join([f"{name}: {text}" for name, text in zip(names, texts, strict=True)])


def _times(sizes: tuple[int, ...]) -> str:
    return "×".join(map(str, sizes))
