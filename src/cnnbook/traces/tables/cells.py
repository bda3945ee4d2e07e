"""What the table of a trace says, as text and without a format: title, columns, cells and totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbook.traces.operations import Shape
from cnnbook.traces.tables.lines import Line

if TYPE_CHECKING:
    from cnnbook.traces.row import Row
    from cnnbook.traces.trace import Trace

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """A column of the table: its name, its header, the text of a line's cell in it, and what it counts.

    A column of numbers is aligned to the right; those with a `unit` can be added up.
    """

    name: str
    header: str
    cell: Callable[[Line], str]
    unit: str = ""

    @property
    def number(self) -> bool:
        """Whether the column is aligned to the right."""
        return bool(self.unit) or self.name == "index"


def columns(names: Iterable[str] = ()) -> tuple[Column, ...]:
    """The columns of the table from left to right; `names` are those on request that it has, too.

    Raises ValueError if one of the names is that of no column on request.
    """
    requested = {column.name: column for column in _ON_REQUEST}
    if isinstance(names, str):
        raise ValueError(
            f"columns are given as a tuple of names, as in ({names!r},), not as the text {names!r}"
        )
    if not isinstance(names, Iterable):
        raise TypeError(f"columns are given as a tuple of names, as in ('memory',), not as {names!r}")
    for name in names:
        if name not in requested:
            raise ValueError(f"no column on request is called {name!r}; there are {', '.join(requested)}")
    return (*_FIRST, *(requested[name] for name in dict.fromkeys(names)), _LAST)


def check(trace: Trace, names: Iterable[str]) -> None:
    """Raise ValueError if one of the names is that of no column on request, or the trace cannot fill it."""
    columns(names)
    if any(names) and any(len(row.dtypes) != len(row.output_shapes) for row in trace):
        raise ValueError(
            f"the trace of {trace.name} was written without dtypes and frozen parameters, so it cannot fill "
            f"{', '.join(names)}; trace the network again"
        )


def title(trace: Trace) -> str:
    """The network's name, its mode and the shapes of its inputs."""
    mode = "train" if trace.training else "eval"
    return f"{trace.name} ({mode} mode), input {shapes_text(trace.input_shapes)}"


def of_line(line: Line, chosen: Sequence[Column]) -> Cells:
    """The cells of a line in the chosen columns."""
    return tuple(column.cell(line) for column in chosen)


def totals(trace: Trace, chosen: Sequence[Column]) -> list[str]:
    """The lines below the table: totals, remarks, and the units of the columns.

    A pass that stopped has no output, and which parameters it would have used is not known.
    """
    end = f"stopped at {trace.stopped_at}" if trace.stopped_at else f"output {shape_text(trace.output_shape)}"
    unused = trace.unused_parameters if not trace.stopped_at else 0
    left = f", {unused:,} of them not used in this pass" if unused > 0 else ""
    sums = [f"{total(trace.rows, c.name):,} {c.header}" for c in chosen if c in _ON_REQUEST]
    return [
        f"{len(trace)} rows; {trace.parameters:,} parameters{left}; {trace.macs:,} MACs; {end}",
        *(["; ".join(sums)] if sums else []),
        *(f"note: {note}" for note in trace.notes),
        "; ".join(f"{column.header}: {column.unit}" for column in chosen if column.unit),
    ]


def total(rows: Iterable[Row], name: str) -> int:
    """The sum over several rows of the number that a column has of each row."""
    return sum(getattr(row, name) for row in rows)


def shape_text(shape: Shape) -> str:
    """A shape as Python writes it.

    >>> shape_text((1, 64, 56, 56)), shape_text((10,))
    ('(1, 64, 56, 56)', '(10,)')
    """
    return str(tuple(shape))


def shapes_text(shapes: Iterable[Shape]) -> str:
    """Several shapes, with commas between them."""
    return ", ".join(map(shape_text, shapes))


def count_text(number: int) -> str:
    """A count with commas, and nothing for none.

    >>> count_text(11689512), count_text(0)
    ('11,689,512', '')
    """
    return f"{number:,}" if number else ""


def _index(line: Line) -> str:
    first, last = line.rows[0].index, line.rows[-1].index
    return f"{first}" if len(line.rows) == 1 else f"{first}-{last}"


def _operation(line: Line) -> str:
    return line.rows[0].op if len(line.rows) == 1 else f"{line.module}: {len(line.rows)} rows"


def _formula(line: Line) -> str:
    """The row's formula, given tensors and note; for several rows, the shapes that enter them."""
    if len(line.rows) > 1:
        return f"from {shapes_text(line.input_shapes)}" if line.input_shapes else ""
    row = line.rows[0]
    given = f"reads {', '.join(map(str, row.given))}" if row.given else ""
    remarks = "; ".join(text for text in (given, row.note) if text)
    return (row.formula + (f"  [{remarks}]" if remarks else "")).strip()


def _number(name: str, header: str, unit: str) -> Column:
    """The column of a number that each row has by this name; a line of several rows has their sum."""
    return Column(name, header, lambda line: count_text(total(line.rows, name)), unit)


_FIRST = (
    Column("index", "#", _index),
    Column("layer", "layer", lambda line: line.path or "-"),
    Column("operation", "operation", _operation),
    Column("shape", "output shape", lambda line: shapes_text(line.output_shapes)),
    _number("parameters", "parameters", "learned numbers"),
    _number("macs", "MACs", "multiply-accumulates of one forward pass over the whole batch"),
)
_ON_REQUEST = (
    _number("trainable", "trainable", "parameters with requires_grad"),
    _number("frozen", "frozen", "parameters without requires_grad"),
    _number("memory", "bytes", "memory of the outputs"),
)
_LAST = Column("formula", "how the output size comes about", _formula)
