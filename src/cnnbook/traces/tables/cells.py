"""What the table of a trace says, as text and without a format: title, columns, lines and totals."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cnnbook.traces.operations import Shape

if TYPE_CHECKING:
    from cnnbook.traces.row import Row
    from cnnbook.traces.trace import Trace

Cells = tuple[str, ...]

HEADER: Cells = (
    *("#", "layer", "operation", "output shape", "parameters", "MACs"),
    "how the output size comes about",
)
NUMBERS = frozenset((0, 4, 5))
"""The columns that hold numbers, and are aligned to the right."""

_UNITS = "parameters: learned numbers; MACs: multiply-accumulates of one forward pass over the whole batch"


def title(trace: Trace) -> str:
    """The network's name, its mode and the shapes of its inputs."""
    shapes = ", ".join(map(shape_text, trace.input_shapes))
    return f"{trace.name} ({'train' if trace.training else 'eval'} mode), input {shapes}"


def lines(trace: Trace, depth: int | None) -> list[Cells]:
    """The cells of each line: a line per row; with `depth`, a line for all rows of a module at that level."""
    if depth is None:
        return [of_row(row) for row in trace]
    modules = groupby(trace, key=lambda row: ".".join(row.path.split(".")[:depth]))
    return [_of_module(path, trace.modules.get(path, ""), list(rows)) for path, rows in modules]


def totals(trace: Trace) -> list[str]:
    """The lines below the table: totals, remarks, and the units of the columns."""
    unused = (
        f", {trace.unused_parameters:,} of them not used in this pass" if trace.unused_parameters > 0 else ""
    )
    return [
        f"{len(trace)} rows; {trace.parameters:,} parameters{unused}; {trace.macs:,} MACs; "
        f"output {shape_text(trace.output_shape)}",
        *(f"note: {note}" for note in trace.notes),
        _UNITS,
    ]


def of_row(row: Row) -> Cells:
    """The cells of one row."""
    note = f"  [{row.note}]" if row.note else ""
    return (
        str(row.index),
        row.path or "-",
        row.op,
        ", ".join(map(shape_text, row.output_shapes)),
        count_text(row.parameters),
        count_text(row.macs),
        (row.formula + note).strip(),
    )


def sums(rows: list[Row]) -> tuple[int, int]:
    """The parameters and the MACs of several rows together."""
    return sum(row.parameters for row in rows), sum(row.macs for row in rows)


def shape_text(shape: Shape) -> str:
    """A shape as Python writes it.

    >>> shape_text((1, 64, 56, 56)), shape_text((10,))
    ('(1, 64, 56, 56)', '(10,)')
    """
    return str(tuple(shape))


def count_text(number: int) -> str:
    """A count with commas, and nothing for none.

    >>> count_text(11689512), count_text(0)
    ('11,689,512', '')
    """
    return f"{number:,}" if number else ""


def _of_module(path: str, name: str, rows: list[Row]) -> Cells:
    if len(rows) == 1:
        return of_row(rows[0])
    parameters, macs = sums(rows)
    return (
        f"{rows[0].index}-{rows[-1].index}",
        path,
        f"{name}: {len(rows)} rows",
        shape_text(rows[-1].output_shape),
        f"{parameters:,}",
        f"{macs:,}",
        "",
    )
