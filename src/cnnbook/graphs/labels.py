"""What stands in a box of an architecture graph: words, colours and Graphviz's HTML-like labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from cnnbook.graphs.folding import Step
from cnnbook.graphs.text_width import text_width
from cnnbook.traces import Row, Shape

# Tints of the Okabe-Ito palette, light enough for black text and of different lightness when printed in grey.
COLOURS = {
    "convolution": "#bddff4",
    "pooling": "#d4f0e4",
    "linear": "#efb97f",
    "join": "#d194b9",
    "normalization": "#f3f5dc",
    "activation": "#fbf6c8",
    "attention": "#cfc6ee",
    "recurrent": "#cfc6ee",
    "reshape": "#f0f0f0",
    "dropout": "#f7f7f7",
    "other": "#ffffff",
}
SHORTCUT = "#c4510a"
LINE = "#404040"
FAINT = "#4d4d4d"

# Activations by the names of their layers, also where forward calls the function.
_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "rrelu": "RReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "glu": "GLU",
    "mish": "Mish",
    "hardtanh": "Hardtanh",
    "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid",
    "logsigmoid": "LogSigmoid",
}

_SHORT = {
    "batch_norm": "BN",
    "local_response_norm": "LRN",
    **_ACTIVATIONS,
    "multi_head_attention_forward": "multi-head attention",
    "scaled_dot_product_attention": "attention",
    "mul": "×",
    "cat": "concatenate",
    "sum": "sum",
}

# The names of arithmetic between a value and a number or a parameter.
_WITH_ONE_TENSOR = {"mul": "scale", "add": "shift", "sub": "subtract", "div": "divide"}

_MOST_TERMS = 5
_UNINFORMATIVE = {"join", "reshape", "other"}

# The gap between the left and the right text of a line, in points.
BETWEEN = 9.0


def shape_text(shape: Shape, batch: int | None) -> str:
    """Return a shape without its batch axis, channels first.

    >>> shape_text((1, 64, 112, 112), 1), shape_text((1, 10), 1), shape_text((197, 1, 768), 1)
    ('64×112×112', '10', '197×1×768')
    """
    rest = shape[1:] if len(shape) > 1 and shape[0] == batch else shape
    return "×".join(map(str, rest)) or "1"


def role(row: Row) -> str:
    """Return what a row does, in a few words.

    >>> from cnnbook.arithmetic import Window
    >>> shapes = {"input_shapes": ((1, 3, 224, 224),), "output_shapes": ((1, 64, 112, 112),)}
    >>> role(Row(0, "conv1", "Conv2d", "conv2d", (-1,), window=Window(7, 2, 3), **shapes))
    '7×7 conv, stride 2, pad 3'
    """
    if row.window is not None:
        return f"{kernel(row.window.kernel_size)} {_noun(row)}{_settings(row)}"
    if row.op.startswith("conv_transpose"):
        known = row.arguments
        text = f"{kernel(known['kernel_size'])} {word(row)}"
        for label, key, usual in (
            ("stride", "stride", 1),
            ("pad", "padding", 0),
            ("extra", "output_padding", 0),
        ):
            text += "" if set(known[key]) == {usual} else f", {label} {step_size(known[key])}"
        return text
    if row.op.startswith("adaptive"):
        return f"{row.op.split('_')[1]} pool to {kernel(row.output_shape[2:])}"
    if row.op in {"linear", "cat", "flatten"}:
        terms = row.formula.split(" + ")
        if len(terms) > _MOST_TERMS:
            terms = [*terms[:2], "…", terms[-1]]
        return f"{word(row)} {' + '.join(terms)}".strip()
    if row.op == "dropout" and "p" in row.arguments:
        return f"dropout {row.arguments['p']:g}"
    return word(row)


def word(row: Row) -> str:
    """Return an operation's name as a reader says it.

    >>> [word(Row(1, "", "", op, (0,), (), ())) for op in ("batch_norm", "hardswish", "index_select", "mul")]
    ['BN', 'Hardswish', 'index select', 'scale']
    """
    if len(row.input_shapes) <= 1 and row.op in _WITH_ONE_TENSOR:
        return _WITH_ONE_TENSOR[row.op]
    return _SHORT.get(row.op, re.sub(r"\d+d$", "", row.op).replace("_", " "))


def family(step: Step) -> str:
    """Return the family of operations that a box belongs to, which decides its colour.

    It is the first row's, but for the body of somebody's own module, such as tanh between two
    multiplications: there it is the family of the first row with an informative one.
    """
    if _is_custom_module(step):
        return next((row.family for row in step.rows if row.family not in _UNINFORMATIVE), step.head.family)
    return step.head.family


def _is_custom_module(step: Step) -> bool:
    return bool(
        step.module and len(step.rows) > 1 and not step.followers and step.head.family in _UNINFORMATIVE
    )


def name(step: Step) -> str:
    """Return the layer's own name: the last part of its path, and the one before where that is a number."""
    if not step.module:
        return word(step.head)
    *before, last = step.path.split(".")
    shown = ".".join([*before[-1:], last]) if last.isdigit() else last
    if step.times > 1:
        shown += f" – {step.last_path.split('.')[-1]}"
    return shown


def followers(step: Step) -> list[str]:
    """Return the words for what shares the step's box: ["BN", "ReLU"]."""
    own = step.rows[1 : len(step.rows) - sum(len(part.rows) for part in step.followers)]
    words = [word(row) for row in own]
    for part in step.followers:
        words.append(part.module if len(part.rows) > 1 and part.module else word(part.head))
    return words


def lines(step: Step, batch: int | None) -> tuple[tuple[str, str, str], tuple[str, str]]:
    """Return a box's text: (name, followers, shape) and (role, parameters)."""
    after = "".join(f" + {text}" for text in followers(step))
    does = role(step.head)
    shown = name(step)
    if _is_custom_module(step):
        # The name of its class is the clearest description.
        after, does = "", step.module
    if not step.module and does.startswith(shown):
        # A functional row: name and operation are the same word, so its role says it all.
        shown, does = does, ""
    count = f"{step.parameters:,}" if step.parameters else ""
    times = f" × {step.times}" if step.times > 1 else ""
    return (shown + times, after, shape_text(step.output.output_shape, batch)), (does, count)


def natural_width(step: Step, batch: int | None) -> float:
    """Return the width that the text of a step needs, in points."""
    (shown, after, shape), (does, count) = lines(step, batch)
    first = text_width(shown, bold=True) + text_width(after) + text_width(shape, bold=True)
    return max(first, text_width(does) + text_width(count)) + BETWEEN


def box(step: Step, batch: int | None, width: float) -> str:
    """Return the label of a plain step, at least `width` points wide."""
    (shown, after, shape), (does, count) = lines(step, batch)
    first = line(
        f"<b>{escape(shown)}</b>{escape(after)}", bold_text(shape), width - text_width(shape, bold=True)
    )
    if not does and not count:
        return boxed([first])
    return boxed([first, line(escape(does), faint(count), width - text_width(count))])


def narrow_box(step: Step, batch: int | None) -> tuple[str, float]:
    """Return the label of a step that stands beside others (short lines, not long ones), and its width."""
    (shown, after, shape), (does, count) = lines(step, batch)
    last = text_width(shape, bold=True) + (text_width(count) + BETWEEN if count else 0)
    width = max(text_width(shown, bold=True), text_width(does), last)
    beside = text_width(shown, bold=True) + text_width(after) <= 1.1 * width
    if beside:
        width = max(width, text_width(shown, bold=True) + text_width(after))
    rows = [line(f"<b>{escape(shown)}</b>{escape(after) if beside else ''}", "", width)]
    rows += [line(escape(text), "", width) for text in (does, "" if beside else after.strip()) if text]
    # Of two parts, the count stands on the line of the shape in bold beside it; of one part it stands lower.
    beside_bold = f'{faint(count)}<font point-size="1"> </font>' if count else ""
    rows.append(line(bold_text(shape), beside_bold, width - text_width(count)))
    return boxed(rows), width


def two_lines(pair: tuple[tuple[str, str], tuple[str, str]], width: float) -> str:
    """Return a label of one or two lines, the first in bold, each with a text on either side."""
    (first, beside), (second, right) = pair
    rows = [line(bold_text(first), escape(beside), width - text_width(beside))]
    if second or right:
        rows.append(line(escape(second), escape(right), width - text_width(right)))
    return stacked(rows)


def line_width(left: str, right: str) -> float:
    """Return the width that a line of `two_lines` wants, in points."""
    return text_width(left, bold=True) + text_width(right) + BETWEEN


def stacked(rows: Sequence[str]) -> str:
    """Return a label of lines under one another, each HTML-like text aligned to the left."""
    return table("".join(f'<tr><td align="left">{row}</td></tr>' for row in rows))


def legend(families: Iterable[str]) -> str:
    """Return table cells that explain the colours of those families, in the palette's order."""
    wanted = set(families)
    return "".join(
        f'<td bgcolor="{c}" border="1" color="{LINE}">{k}</td>' for k, c in COLOURS.items() if k in wanted
    )


def _noun(row: Row) -> str:
    if row.family != "convolution":
        return f"{row.op.partition('_')[0]} pool"
    groups = row.arguments.get("groups", 1)
    if groups == 1:
        return "conv"
    return "depthwise conv" if groups == row.arguments["in_channels"] else f"conv, {groups} groups"


def _settings(row: Row) -> str:
    window = row.window
    assert window is not None
    text = ""
    for label, sizes, usual in (("stride", window.stride, 1), ("dilation", window.dilation, 1)):
        if set(sizes) != {usual}:
            text += f", {label} {step_size(sizes)}"
    if isinstance(window.padding, str):
        text += f", pad {window.padding}"
    elif any(window.padding):
        text += f", pad {step_size(window.padding)}"
    return text + (", ceil" if window.ceil_mode else "")


def kernel(sizes: Sequence[int]) -> str:
    """Return a size on all its axes: "3×3", or "length 5" on a single one."""
    return "×".join(map(str, sizes)) if len(sizes) > 1 else f"length {sizes[0]}"


def step_size(sizes: Sequence[int]) -> str:
    """Return a stride or padding: one number where it is the same on all axes."""
    # "stride 2" is how everybody says it; only uneven ones need both axes.
    return str(sizes[0]) if len({*sizes}) == 1 else "×".join(map(str, sizes))


def table(rows: str) -> str:
    """Return a table without lines or gaps around its rows."""
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{rows}</table>'


def boxed(lines: Iterable[str], below: int = 0) -> str:
    """Return the label of a box: its lines under one another, and so many points free below the last."""
    # Graphviz sets a line with something in bold in it higher than a plain one, so the first has two points
    # more above it.
    rows = "".join(f"<tr><td>{line}</td></tr>" for line in lines)
    return table(_space(2) + rows + _space(below))


def _space(height: int) -> str:
    return f'<tr><td height="{height}" fixedsize="true"></td></tr>' if height else ""


def line(left: str, right: str, left_width: float, colour: str = "") -> str:
    """Return a line of a box, its two texts pushed apart; a colour is the left one's background."""
    # Cells do not inherit the width of their table, so the left one gets its own.
    # Two points more where there is no second cell whose padding takes them: all boxes are equally wide.
    wide = max(left_width, 1) + (0 if right else 2)
    filled = f' bgcolor="{colour}"' if colour else ""
    cells = f'<td align="left" width="{wide:.0f}"{filled}>{left or " "}</td>'
    cells += f'<td align="right">{right}</td>' if right else ""
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="1"><tr>{cells}</tr></table>'


def bold_text(text: str) -> str:
    """Return the text in bold, escaped."""
    return f"<b>{escape(text)}</b>"


def faint(text: str) -> str:
    """Return the text in grey, escaped; "" stays empty."""
    return f'<font color="{FAINT}">{escape(text)}</font>' if text else ""
