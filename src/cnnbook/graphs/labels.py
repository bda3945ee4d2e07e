"""What stands in a box of an architecture graph, as Graphviz's HTML-like labels, and its colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from cnnbook.graphs.functions import is_run
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.plans import Block, Step
from cnnbook.graphs.text_width import text_width
from cnnbook.graphs.wording import word

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


_UNINFORMATIVE = {"join", "reshape", "other"}

# The gap between the left and the right text of a line, in points.
BETWEEN = 9.0


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
    if is_run(step):
        count = len(step.rows) // step.rounds
        if count == 1:
            return f"{step.rounds} × {word(step.head)}"
        return f"{step.rounds} rounds of {count:,} operations" if step.rounds > 1 else f"{count:,} operations"
    if not step.module:
        return word(step.head)
    *before, last = step.path.split(".")
    shown = ".".join([*before[-1:], last]) if last.isdigit() else last
    return f"{shown} – {last_of(step)}" if step.times > 1 else shown


def last_of(repeated: Step | Block) -> str:
    """Return the name of the last of several alike: "5" after "layer3.1", "11" after "encoder_layer_0"."""
    first, last = (path.rpartition(".")[2] for path in (repeated.path, repeated.last_path))
    stem = re.sub(r"\d+$", "", first)
    number = last.removeprefix(stem)
    return number if number.isdigit() else last


def followers(step: Step) -> list[str]:
    """Return the words for what shares the step's box: ["BN", "ReLU"]."""
    first = step.rows.index(step.head) + 1
    own = step.rows[first : len(step.rows) - sum(len(part.rows) for part in step.followers)]
    words = [word(row) for row in own]
    for part in step.followers:
        words.append(part.module if len(part.rows) > 1 and part.module else word(part.head))
    return words


def lines(step: Step, notation: Notation) -> tuple[tuple[str, str, str], tuple[str, str]]:
    """Return a box's text: (name, followers, shape) and (role, parameters)."""
    after = "".join(f" + {text}" for text in followers(step))
    does = notation.role(step.head) + (f", {step.weights}" if step.weights else "")
    shown = name(step)
    if _is_custom_module(step):
        # The name of its class is the clearest description.
        after, does = "", step.module
    if not step.module and does.startswith(shown):
        # A functional row: name and operation are the same word, so its role says it all.
        shown, does = does, ""
    count = f"{step.parameters:,}" if step.parameters else ""
    times = f" × {step.times}" if step.times > 1 else ""
    return (shown + times, after, notation.shape(step.output.output_shape)), (does, count)


def natural_width(step: Step, notation: Notation) -> float:
    """Return the width that the text of a step needs, in points."""
    (shown, after, shape), (does, count) = lines(step, notation)
    first = text_width(shown, bold=True) + text_width(after) + text_width(shape, bold=True)
    return max(first, text_width(does) + text_width(count)) + BETWEEN


def box(step: Step, notation: Notation, width: float) -> str:
    """Return the label of a plain step, at least `width` points wide."""
    (shown, after, shape), (does, count) = lines(step, notation)
    first = line(
        f"<b>{escape(shown)}</b>{escape(after)}", bold_text(shape), width - text_width(shape, bold=True)
    )
    if not does and not count:
        return boxed([first])
    return boxed([first, line(escape(does), faint(count), width - text_width(count))])


def narrow_box(step: Step, notation: Notation) -> tuple[str, float]:
    """Return the label of a step that stands beside others (short lines, not long ones), and its width."""
    (shown, after, shape), (does, count) = lines(step, notation)
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
