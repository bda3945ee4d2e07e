"""The lines of a trace's table: a line is one row, or all rows of a module together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from cnnbook.traces.operations import Shape

if TYPE_CHECKING:
    from cnnbook.traces.row import Row
    from cnnbook.traces.trace import Trace

_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")


@dataclass(frozen=True)
class Line:
    """A line of the table: its rows, the module whose rows they are, and what enters and leaves them.

    `path` and `module` are the name and the class of the module. A line of one row has the row's path, and
    no module. `input_shapes` has a shape for each tensor from outside that the rows read, `output_shapes` one
    for each that is read outside or that the network returns.
    """

    rows: tuple[Row, ...]
    path: str
    module: str
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]

    @classmethod
    def of_row(cls, row: Row) -> Line:
        """The line of one row."""
        return cls((row,), row.path, "", row.input_shapes, row.output_shapes)


def lines(trace: Trace, depth: int | None) -> list[Line]:
    """A line for each row; with `depth`, a line for all rows of a module at that level.

    The network itself is at level 0, its layers and blocks at level 1. In the trace of a block, the block is
    at level 0. An operation that a module's own forward runs, such as the addition in a residual block, is at
    the level of that module's children: it stays open as long as they do.
    """
    if depth is None:
        return [Line.of_row(row) for row in trace]
    if isinstance(depth, bool) or not isinstance(depth, int):
        raise TypeError(f"depth counts the levels of modules to open: a whole number, or None, not {depth!r}")
    if depth < 0:
        raise ValueError(f"depth counts the levels of modules to open: 0 or more, or None, not {depth}")
    base = min(trace.modules, key=len, default="")
    level = len(_names(base)) + depth

    def module(row: Row) -> str | int:
        names = _names(row.path)
        return row.index if len(names) < level else ".".join(names[:level])

    return _grouped(trace, [module(row) for row in trace])


def blocks(trace: Trace) -> list[Line]:
    """A line for all rows of a block, such as "layer1.0" or "Mixed_5b", and one for each row in no block.

    A block is the outermost module around a row that holds other modules and is more than a container of
    them, such as Sequential; where there is none, the outermost module inside the network.
    """
    parents = {path.rpartition(".")[0] for path in trace.modules if path}

    def block(row: Row) -> str | int:
        names = _names(row.path)
        around = [".".join(names[: i + 1]) for i in range(len(names))]
        found = (p for p in around if trace.modules.get(p) not in _CONTAINERS and p in parents)
        return next(found, around[0] if around else row.index)

    return _grouped(trace, [block(row) for row in trace])


def _names(path: str) -> list[str]:
    return path.split(".") if path else []


def _grouped(trace: Trace, keys: Iterable[Hashable]) -> list[Line]:
    """A line for each run of rows with the same key, which is the module's path."""
    last_reader = {source: row.index for row in trace for source in row.inputs}
    last_reader |= dict.fromkeys(trace.outputs, trace[-1].index + 1 if len(trace) else 0)
    found = []
    for key, pairs in groupby(zip(keys, trace, strict=True), key=lambda pair: pair[0]):
        rows = tuple(row for _, row in pairs)
        path = str(key)
        found.append(
            Line.of_row(rows[0])
            if len(rows) == 1
            else Line(rows, path, trace.modules.get(path, ""), _entering(rows), _leaving(rows, last_reader))
        )
    return found


def _entering(rows: tuple[Row, ...]) -> tuple[Shape, ...]:
    inside = {row.index for row in rows}
    # After the makers of its inputs, a row names those that wrote into these. They have no shapes.
    read = (pair for row in rows for pair in zip(row.inputs, row.input_shapes, strict=False))
    return tuple(shape for source, shape in dict.fromkeys(read) if source not in inside)


def _leaving(rows: tuple[Row, ...], last_reader: dict[int, int]) -> tuple[Shape, ...]:
    end = rows[-1].index
    read_outside = [row for row in rows if last_reader.get(row.index, -1) > end]
    return tuple(shape for row in read_outside or rows[-1:] for shape in row.output_shapes)
