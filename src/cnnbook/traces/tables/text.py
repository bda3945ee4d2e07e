"""The table of a trace as plain text."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from cnnbook.arithmetic.integers import integer
from cnnbook.traces.tables import cells
from cnnbook.traces.tables.cells import Cells, Column
from cnnbook.traces.tables.lines import lines
from cnnbook.traces.tables.wrapping import parts, wrapped

if TYPE_CHECKING:
    from cnnbook.traces.trace import Trace

_GAP = "  "
# A column for the formulas has room for the formula of one axis, or the formulas stand below their rows.
_FORMULA = 52
_NOTEBOOK = 100


def to_text(
    trace: Trace, *, depth: int | None = None, columns: Sequence[str] = (), width: int | None = None
) -> str:
    """The table as plain text, one line per row; with `depth`, one line per module at that level.

    `columns` has the names of columns on request. Without `width`, each line is as long as it needs to be.
    Where `width` characters do not hold a row and its formula, the formula stands below; where they do not
    hold the row either, it continues on the next line from its output shape on.
    """
    if width is not None:
        integer(width, "width", 1)
    cells.check(trace, columns)
    chosen = cells.columns(columns)
    table = [tuple(column.header for column in chosen)]
    table += [cells.of_line(line, chosen) for line in lines(trace, depth)]
    header, *body = _laid_out(table, chosen, width)
    longest = max(len(line) for row in (header, *body) for line in row)
    rule = "-" * min(longest, width or 120)
    parts = [[cells.title(trace)], cells.totals(trace, chosen)]
    above, below = ([cut for line in part for cut in wrapped(line, width or len(line))] for part in parts)
    shown = [line for row in body for line in row]
    return "\n".join([*above, rule, *header, rule, *shown, rule, *below])


def reader_width() -> int | None:
    """How many characters fit on a line where standard output is read; None if it goes to a file or a pipe.

    COLUMNS says it, where it is set; else the terminal does. A notebook is taken to show 100 characters.
    """
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    if sys.stdout is None:  # it was closed
        return None
    if sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    return _NOTEBOOK if type(sys.stdout).__module__ == "ipykernel.iostream" else None


def aligned(table: Sequence[Cells], right: Collection[int] = ()) -> list[str]:
    """The lines of a table with columns of equal width; those in `right` are aligned to the right.

    >>> aligned([("layer", "MACs"), ("conv1", "117,600"), ("fc", "840")], right={1})
    ['layer     MACs', 'conv1  117,600', 'fc         840']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        _GAP.join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]


def _laid_out(table: Sequence[Cells], chosen: Sequence[Column], width: int | None) -> list[list[str]]:
    """For each line of the table, its lines of text."""
    right = {i for i, column in enumerate(chosen) if column.number}
    if width is None:
        return [[text] for text in aligned(table, right)]
    *widths, _ = [max(map(len, column)) for column in zip(*table, strict=True)]
    formulas = [line[-1] for line in table]
    used = sum(widths) + len(_GAP) * len(widths)
    longest = max(len(part) for formula in formulas for part in parts(formula))
    if width - used >= min(_FORMULA, longest):
        facts = aligned([line[:-1] for line in table], right)
        return [
            _beside(f"{fact:{used}}", wrapped(formula, width - used))
            for fact, formula in zip(facts, formulas, strict=True)
        ]
    indent = " " * (widths[0] + len(_GAP))
    first, *others = [
        aligned(
            [tuple(line[i] for i in group) for line in table], {group.index(i) for i in right if i in group}
        )
        for group in _groups(widths, chosen, width)
    ]
    below = zip(*others, strict=True) if others else [()] * len(table)
    return [
        [fact, *(indent + text for text in (*more, *wrapped(formula, width - len(indent))) if text)]
        for fact, more, formula in zip(first, below, formulas, strict=True)
    ]


def _beside(fact: str, formula: Sequence[str]) -> list[str]:
    """The lines of text of a row whose formula stands to the right of everything else."""
    blank = " " * len(fact)
    return [
        (before + text).rstrip()
        for before, text in zip([fact] + [blank] * (len(formula) - 1), formula, strict=True)
    ]


def _groups(widths: Sequence[int], chosen: Sequence[Column], width: int) -> list[list[int]]:
    """The columns that stand on a line together, if the formulas stand below.

    All columns stand on one line if it holds them. If not, the output shape begins another line, and so does
    each column for which no room is left.
    """
    gap = len(_GAP)
    if sum(widths) + gap * (len(widths) - 1) <= width:
        return [list(range(len(widths)))]
    groups, used = [[0]], widths[0]
    for i in range(1, len(widths)):
        if chosen[i].name == "shape" or used + gap + widths[i] > width:
            groups.append([])
            used = widths[0]
        groups[-1].append(i)
        used += gap + widths[i]
    return groups
