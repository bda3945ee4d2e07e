"""The table of a trace as HTML, which Jupyter shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from cnnbook.traces.tables import cells, html_style
from cnnbook.traces.tables.cells import Cells, Column
from cnnbook.traces.tables.lines import Line, blocks, lines
from cnnbook.traces.tables.wrapping import SHAPE, parts, pieces

if TYPE_CHECKING:
    from cnnbook.traces.trace import Trace

# The table of a network with fewer rows is shown whole.
_FOLD_FROM = 40
# A formula that is not longer fits everywhere, and needs no marks for where it may be cut.
_SHORT = 20


def to_html(trace: Trace, *, columns: Sequence[str] = ()) -> str:
    """The table as HTML; the blocks of a long network are folded and unfold by click, without JavaScript.

    The rows of a block, and those between two blocks, are a table of their own with a header, which is right
    also where style sheets are removed. The style sheet makes all of them look like one table.
    """
    cells.check(trace, columns)
    chosen = cells.columns(columns)
    rows = lines(trace, None)
    shown = rows if len(trace) < _FOLD_FROM else blocks(trace)
    header = tuple(column.header for column in chosen)
    name, sheet = html_style.of_table(
        [header, *(cells.of_line(line, chosen) for line in [*rows, *shown])], chosen
    )
    above = f"<p><b>{_text(cells.title(trace))}</b></p>"
    below = "".join(f"<p>{_text(line)}</p>" for line in cells.totals(trace, chosen))
    body = "".join(_parts(shown, chosen))
    return f'<div class="cnnbook-trace {name}"><style>\n{sheet}</style>{above}{body}{below}</div>'


def _parts(shown: Sequence[Line], chosen: Sequence[Column]) -> Iterator[str]:
    """The tables of the rows and the folded blocks, in order. The first table has the header that is seen."""
    if not shown or len(shown[0].rows) > 1:
        yield _table([], chosen, "first")
    for folded, some in groupby(shown, key=lambda line: len(line.rows) > 1):
        if not folded:
            rows = list(some)
            yield _table(rows, chosen, "first" if rows[0] is shown[0] else "")
            continue
        for line in some:
            inside = _table([Line.of_row(row) for row in line.rows], chosen)
            yield f"<details><summary>{_summary(line, chosen)}</summary>{inside}</details>"


def _table(rows: Sequence[Line], chosen: Sequence[Column], name: str = "") -> str:
    head = "".join(f"<th scope=col{_right(column)}>{escape(column.header)}</th>" for column in chosen)
    body = "".join(f"<tr>{_row(cells.of_line(line, chosen), chosen)}</tr>" for line in rows)
    start = f'<table class="{name}">' if name else "<table>"
    return f"{start}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(line: Cells, chosen: Sequence[Column]) -> str:
    cells_before = [
        f"<td{_right(column)}>{_text(cell)}</td>" if cell else "<td></td>"
        for cell, column in zip(line[:-1], chosen, strict=False)
    ]
    return f"{''.join(cells_before)}<td>{_formula(line[-1])}</td>"


def _right(column: Column) -> str:
    # An attribute is kept where style sheets are removed.
    return " align=right" if column.number else ""


def _summary(line: Line, chosen: Sequence[Column]) -> str:
    """The cells of a folded block. Where there are no columns, each number is followed by its unit."""
    found = []
    for cell, column in zip(cells.of_line(line, chosen), chosen, strict=True):
        unit = f"<i> {escape(column.header)}</i>" if cell and column.unit else ""
        found.append(f"<span>{_text(cell)}{unit}</span>")
    return " ".join(found)


def _formula(text: str) -> str:
    """A formula as HTML: it may be cut between the spans, and inside of one only if the page is narrower."""
    if len(text) <= _SHORT:
        return _text(text)
    return " ".join(
        f"<span>{' '.join(f'<span>{_text(piece)}</span>' for piece in pieces(part))}</span>"
        for part in parts(text)
    )


def _text(text: str) -> str:
    """A text as HTML. A shape has spaces at which no page cuts it, with the style sheet or without."""
    return SHAPE.sub(lambda shape: shape[0].replace(" ", "\N{NO-BREAK SPACE}"), escape(text))
