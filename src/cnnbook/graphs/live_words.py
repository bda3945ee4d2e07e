"""What a live graph says: of a row its shapes, formula, parameters and MACs; of a box what it stands for."""

from __future__ import annotations

from cnnbook.graphs.functions import is_run, read_from_outside
from cnnbook.graphs.labels import last_of, name
from cnnbook.graphs.plans import Step
from cnnbook.graphs.wording import role
from cnnbook.traces import Row, Shape

FIND = "Find a layer"
DEPTH = "Levels opened"
OPEN = "open one level more"
CLOSE = "close one level"
OPEN_BLOCK = "open"
CLOSE_BLOCK = "close"
CHANGED = "changed"
HELP = (
    "Point at a box, or go through the boxes with Tab and the arrow keys: its formula and its numbers stand "
    "here.\nA click or Enter marks its rows in the table; Escape unmarks. The triangle or Space opens a "
    "closed block, and closes the block around a box; + and − open and close a level."
)

_MOST_ROWS = 4


def of_row(row: Row) -> list[str]:
    """Return the lines about a row: its name, its shapes, its formula, its parameters and its MACs.

    >>> from cnnbook.networks.shipped import shipped
    >>> for line in of_row(shipped("resnet18").rows[0]):
    ...     print(line)
    conv1: 7×7 conv, stride 2, pad 3
    (1, 3, 224, 224) → (1, 64, 112, 112)
    size: floor((224 + 2×3 - 1×(7 - 1) - 1)/2) + 1 = 112
    parameters: 7×7×3×64 = 9,408
    MACs: 118,013,952
    """
    lines = [
        f"{row.path}: {role(row)}" if row.path else role(row),
        _shapes(row.input_shapes, row.output_shapes),
    ]
    if row.formula:
        lines.append(f"{'size: ' if row.window else ''}{row.formula}")
    if row.parameters:
        counted = row.parameter_formula.rpartition(" = ")[0]
        lines.append(f"parameters: {counted + ' = ' if counted else ''}{row.parameters:,}")
    if row.macs:
        lines.append(f"MACs: {row.macs:,}")
    return [*lines, *([f"note: {row.note}"] if row.note else [])]


def of_box(step: Step) -> str:
    """Return the lines about a closed module, or a box that stands for several; "" where its rows say it."""
    if len(step.rows) <= _MOST_ROWS and step.times == 1:
        return ""
    if is_run(step):
        where = f" in {step.head.module}.forward" if step.head.module else ""
        made = _shapes(read_from_outside(step.rows)[:4], (step.output.output_shape,))
        return f"{name(step)}{where}\n{made}"
    called = f"{step.path} – {last_of(step)}" if step.times > 1 else step.path
    lines = [f"{called}: {step.module}" + (f" × {step.times}" if step.times > 1 else "")]
    each = " each" if step.times > 1 else ""
    lines.append(_shapes(step.head.input_shapes[:1], (step.output.output_shape,)))
    lines.append(f"{len(step.rows)} operations{each}, {step.parameters:,} parameters{each}")
    macs = sum(row.macs for row in step.rows)
    return "\n".join([*lines, *([f"MACs{each}: {macs:,}"] if macs else [])])


def label(step: Step) -> str:
    """Return the words with which a screen reader names a box."""
    if not step.output.output_shapes:
        return f"{step.path or name(step)}, the network stopped here"
    if is_run(step):
        return f"{name(step)}, {_shape(step.output.output_shape)}"
    does = step.module if step.inside else role(step.head)
    return f"{step.path or name(step)}, {does}, {_shape(step.output.output_shape)}"


def _shapes(given: tuple[Shape, ...], made: tuple[Shape, ...]) -> str:
    return f"{' and '.join(map(_shape, given))} → {' and '.join(map(_shape, made))}".removeprefix(" ")


def _shape(shape: Shape) -> str:
    return str(tuple(shape))
