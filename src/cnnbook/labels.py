"""What stands in a box of an architecture graph: words, colours and Graphviz's HTML-like labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape
from itertools import pairwise

from cnnbook.folding import Block, Step
from cnnbook.rows import Row, Shape

FONT_SIZE = 8
"""Points, for all text but the title, before a page is scaled to its paper."""

# Tints of the Okabe-Ito palette, light enough for black text and of different lightness when printed in grey.
COLOURS = {
    "convolution": "#b3d7ee",
    "pooling": "#a5dcc6",
    "linear": "#f3c08f",
    "join": "#e6c3d8",
    "normalization": "#eef3d0",
    "activation": "#faf3b4",
    "attention": "#cfc6ee",
    "recurrent": "#cfc6ee",
    "reshape": "#e3e3e3",
    "dropout": "#f2f2f2",
    "other": "#ffffff",
}
SHORTCUT = "#c4510a"
LINE = "#404040"
FAINT = "#4d4d4d"

_SHORT = {
    "batch_norm": "BN",
    "local_response_norm": "LRN",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "gelu": "GELU",
    "silu": "SiLU",
    "multi_head_attention_forward": "multi-head attention",
    "scaled_dot_product_attention": "attention",
    "mul": "×",
    "cat": "concatenate",
    "sum": "sum",
}

# Advance widths of DejaVu Sans from the space to the tilde, in hundredths of the font size; bold is a tenth more.
_WIDTHS = (
    *(32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64),
    *(34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63),
    *(61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97),
    *(63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84),
)
_BOLD = 1.11

_LONGEST_CHAIN = 6
_NEEDS_A_NAME = {"join", "reshape", "other"}

# Between the left and the right text of a line, points.
_BETWEEN = 9.0


def text_width(text: str, size: float = FONT_SIZE, *, bold: bool = False) -> float:
    """Return how wide a line of text is in DejaVu Sans, in points (scripts without an entry: as wide as the size).

    >>> round(text_width("conv1"), 1)
    22.9
    """
    units = sum(
        _WIDTHS[ord(c) - 32] if 32 <= ord(c) < 127 else (84 if c in "×→−" else 50 if c in "–·" else 100)
        for c in text
    )
    return units * size / 100 * (_BOLD if bold else 1)


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
        return f"{_size(row.window.kernel_size)} {_noun(row)}{_settings(row)}"
    if row.op.startswith("adaptive"):
        return f"{row.op.split('_')[1]} pool to {_size(row.output_shape[2:])}"
    if row.op in {"linear", "cat", "flatten"}:
        return f"{word(row)} {row.formula}".strip()
    if row.op == "dropout" and "p" in row.arguments:
        return f"dropout {row.arguments['p']:g}"
    return word(row)


def word(row: Row) -> str:
    """Return an operation's name as a reader says it.

    >>> [word(Row(1, "", "", op, (0,), (), ())) for op in ("batch_norm", "relu", "index_select")]
    ['BN', 'ReLU', 'index select']
    """
    return _SHORT.get(row.op, re.sub(r"\d+d$", "", row.op).replace("_", " "))


def brief(step: Step) -> str:
    """Return a step in the fewest words, for the summary of a folded module: "3×3, 64, stride 2"."""
    row = step.head
    if row.kind == "convolution" and row.window is not None:
        channels = row.arguments.get("out_channels", row.output_shape[1])
        stride = "" if set(row.window.stride) == {1} else f", stride {_step_size(row.window.stride)}"
        depthwise = " depthwise" if row.arguments.get("groups", 1) == channels > 1 else ""
        return f"{_size(row.window.kernel_size)}{depthwise}, {channels}{stride}"
    if row.window is not None:
        stride = "" if set(row.window.stride) == {1} else f", stride {_step_size(row.window.stride)}"
        return f"{row.op.partition('_')[0]} {_size(row.window.kernel_size)}{stride}"
    return " + ".join([role(row), *followers(step)])


def name(step: Step) -> str:
    """Return the layer's own name: the last part of its path, with the one before it where it is only a number."""
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
    if step.module and len(step.rows) > 1 and not step.followers and step.head.kind in _NEEDS_A_NAME:
        # The body of somebody's own module, such as tanh between two multiplications: its class says it best.
        after, does = "", step.module
    if not step.module and does.startswith(shown):
        # A functional row: name and operation are the same word, so its role says it all.
        shown, does = does, ""
    count = f"{step.parameters:,}" if step.parameters else ""
    times = f" × {step.times}" if step.times > 1 else ""
    return (shown + times, after, shape_text(step.output.output_shape, batch)), (does, count)


def natural_width(step: Step, batch: int | None) -> float:
    """Return how wide the box of a step wants to be, in points."""
    (shown, after, shape), (does, count) = lines(step, batch)
    first = text_width(shown, bold=True) + text_width(after) + text_width(shape, bold=True)
    return max(first, text_width(does) + text_width(count)) + _BETWEEN


def box(step: Step, batch: int | None, width: float) -> str:
    """Return the label of a plain step, at least `width` points wide."""
    (shown, after, shape), (does, count) = lines(step, batch)
    first = _line(f"<b>{escape(shown)}</b>{escape(after)}", _bold(shape), width - text_width(shape, bold=True))
    if not does and not count:
        return first
    second = _line(escape(does), _faint(count), width - text_width(count))
    return _table(f"<tr><td>{first}</td></tr><tr><td>{second}</td></tr>")


def narrow_box(step: Step, batch: int | None) -> tuple[str, float]:
    """Return the label of a step that stands beside others, and its width: short lines instead of long ones."""
    (shown, after, shape), (does, count) = lines(step, batch)
    width = max(
        text_width(shown, bold=True) + text_width(after),
        text_width(does),
        text_width(shape, bold=True) + text_width(count) + _BETWEEN,
    )
    rows = [_line(f"<b>{escape(shown)}</b>{escape(after)}", "", width)]
    rows += [_line(escape(does), "", width)] if does else []
    rows.append(_line(_bold(shape), _faint(count), width - text_width(count)))
    return _table("".join(f"<tr><td>{row}</td></tr>" for row in rows)), width


def summary(step: Step, batch: int | None, width: float) -> tuple[str, float]:
    """Return the label of a folded module, and its width: name, class, shape and parameters over its branches."""
    times = f" <b>× {step.times}</b>" if step.times > 1 else ""
    shape = shape_text(step.output.output_shape, batch)
    content, content_width, joined = _branches(step.inside)
    count = f"{step.parameters:,}{' each' if step.times > 1 else ''}" if step.parameters else ""
    named = text_width(name(step), bold=True) + text_width(f" {step.module}{' × 3' if times else ''}")
    wide = max(
        width,
        content_width,
        named + text_width(shape, bold=True) + _BETWEEN,
        text_width(joined) + text_width(count) + _BETWEEN,
    )
    title = f"<b>{escape(name(step))}</b> {escape(step.module)}{times}"
    rows = [_line(title, _bold(shape), wide - text_width(shape, bold=True))]
    rows += [content] if content else []
    if joined or count:
        rows.append(_line(escape(joined), _faint(count), wide - text_width(count)))
    return _table("".join(f"<tr><td>{row}</td></tr>" for row in rows)), wide


def legend(kinds: Iterable[str]) -> str:
    """Return table cells that explain the colours of those kinds, in the palette's order."""
    wanted = set(kinds)
    return "".join(f'<td bgcolor="{c}" border="1" color="{LINE}">{k}</td>' for k, c in COLOURS.items() if k in wanted)


def flat(items: Sequence[Step | Block]) -> list[Step]:
    """Return the steps of nested blocks, in order."""
    found = []
    for item in items:
        found += [item] if isinstance(item, Step) else flat(item.items)
    return found


def _branches(items: Sequence[Step | Block]) -> tuple[str, float, str]:
    """The branches of a folded module beside one another with their width, and how they are joined.

    For a module that is no bundle of chains: what it is made of.
    """
    inner = flat(items)
    lanes = _lanes(inner)
    if lanes is None:
        return "", 0, _made_of(items)
    cells = "".join(f"<td>{_lane(lane)}</td>" for lane in lanes)
    words = [[_level(level) for level in lane] or ["shortcut"] for lane in lanes]
    width = sum(max(map(text_width, lane)) + 8 for lane in words)
    chain = len(lanes) == 1 and lanes[0] and lanes[0][-1] == [inner[-1]]
    joined = "" if chain else "".join([role(inner[-1].head), *(f" + {text}" for text in followers(inner[-1]))])
    return (
        f'<table border="0" cellborder="0" cellspacing="2" cellpadding="0"><tr>{cells}</tr></table>',
        width,
        joined,
    )


def _level(level: Sequence[Step]) -> str:
    return " ‖ ".join(map(brief, level))


def _lane(lane: list[list[Step]]) -> str:
    if not lane:
        return f'<font color="{SHORTCUT}"><b>shortcut ↓</b></font>'
    rows = "".join(
        f'<tr><td bgcolor="{COLOURS[level[0].head.kind]}">{escape(_level(level))}</td></tr>'
        for level in lane
    )
    return f'<table border="0" cellborder="0" cellspacing="1" cellpadding="1">{rows}</table>'


def _lanes(steps: Sequence[Step]) -> list[list[list[Step]]] | None:
    """The parallel ways into the last step, each a list of levels, if it is a join of chains; else None."""
    owner = {row.index: step for step in steps for row in step.rows}
    last = steps[-1]
    if len(steps) > 14 or any(step.times > 1 for step in steps):
        return None
    if last.head.kind != "join" or len(last.head.inputs) < 2:
        chained = all({*b.head.inputs} == {a.output.index} for a, b in pairwise(steps))
        return [[[step] for step in steps]] if chained and len(steps) <= _LONGEST_CHAIN else None

    def way(source: int) -> list[list[Step]] | None:
        step = owner.get(source)
        if step is None:
            return []
        before = [i for row in step.rows for i in row.inputs if owner.get(i) is not step]
        if len(before) == 1:
            rest = way(before[0])
            return None if rest is None else [*rest, [step]]
        ways = [way(i) for i in before]
        if any(not w for w in ways):
            return None
        known = [w for w in ways if w]
        # A fork inside a branch, such as 1×3 beside 3×1: the same way until the last level, then side by side.
        if len({len(w) for w in known}) == 1 and all(w[:-1] == known[0][:-1] for w in known):
            return [*known[0][:-1], [step for w in known for step in w[-1]]]
        return None

    found = [way(source) for source in last.head.inputs]
    return None if any(w is None for w in found) else [w for w in found if w is not None]


def _made_of(items: Sequence[Step | Block]) -> str:
    blocks = Counter[str]()
    for item in items:
        if item.module and (isinstance(item, Block) or item.inside):
            blocks[item.module] += item.times
    if not blocks:
        for step in flat(items):
            blocks[step.head.kind if step.head.kind != "other" else word(step.head)] += step.times
    return ", ".join(f"{count} × {what}" for what, count in blocks.items())


def _noun(row: Row) -> str:
    if row.kind != "convolution":
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
            text += f", {label} {_step_size(sizes)}"
    if isinstance(window.padding, str):
        text += f", pad {window.padding}"
    elif any(window.padding):
        text += f", pad {_step_size(window.padding)}"
    return text + (", ceil" if window.ceil_mode else "")


def _size(sizes: Sequence[int]) -> str:
    return "×".join(map(str, sizes))


def _step_size(sizes: Sequence[int]) -> str:
    # "stride 2" is how everybody says it; only uneven ones need both axes.
    return str(sizes[0]) if len(set(sizes)) == 1 else _size(sizes)


def _table(rows: str) -> str:
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="0">{rows}</table>'


def _line(left: str, right: str, left_width: float) -> str:
    """A line of a box, its two texts pushed apart. A table's own width is not handed on to its cells."""
    cells = f'<td align="left" width="{max(left_width, 1):.0f}">{left or " "}</td><td align="right">{right or " "}</td>'
    return f'<table border="0" cellborder="0" cellspacing="0" cellpadding="1"><tr>{cells}</tr></table>'


def _bold(text: str) -> str:
    return f"<b>{escape(text)}</b>"


def _faint(text: str) -> str:
    return f'<font color="{FAINT}">{escape(text)}</font>' if text else ""
