"""The table of a trace as plain text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from cnnbook.traces.tables.cells import HEADER, NUMBERS, Cells, lines, title, totals

if TYPE_CHECKING:
    from cnnbook.traces.trace import Trace


def to_text(trace: Trace, *, depth: int | None = None) -> str:
    """The table as plain text, one line per row; with `depth`, one line per module at that level."""
    header, *body = aligned([HEADER, *lines(trace, depth)], right=NUMBERS)
    rule = "-" * min(120, len(header) + 20)
    return "\n".join([title(trace), rule, header, rule, *body, rule, *totals(trace)])


def aligned(table: Sequence[Cells], right: Collection[int] = ()) -> list[str]:
    """The lines of a table with columns of equal width; those in `right` are aligned to the right.

    >>> aligned([("layer", "MACs"), ("conv1", "117,600"), ("fc", "840")], right={1})
    ['layer     MACs', 'conv1  117,600', 'fc         840']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]
