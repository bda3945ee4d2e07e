"""Segments stacked into columns and pages: a graph that fits its paper at a size that can be read.

Graphviz arranges each segment; here they are placed under one another, columns side by side, and joined.
Lengths are in points of the graph, before a page is scaled to its paper; y runs downwards until the DOT
is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cnnbook.graphs import labels
from cnnbook.graphs.arrangement import arranged_segment
from cnnbook.graphs.columns import (
    GUTTER,
    Column,
    Rows,
    balanced_pages,
    best_rows,
    emptiest,
    extent,
    fewest_pages,
    fitting_scale,
)
from cnnbook.graphs.dot import Node
from cnnbook.graphs.pages import (
    GAP,
    MARGIN,
    NEARLY_EMPTY,
    PAPERS,
    SMALLEST_SCALE,
    Page,
    Sheets,
    heading,
    source_of,
    too_small,
)
from cnnbook.graphs.positions import Line, Placed, positioned
from cnnbook.graphs.rendering import arrange
from cnnbook.graphs.segments import Segment


def lay_out(segments: Sequence[Segment], title: str, paper: str) -> Sheets:
    """Return the segments on pages, under a title (an HTML-like label).

    One page if the text stays at least 6.5 points high on it, in as many columns as make it largest; else
    as many pages as it takes. On a screen all columns stand side by side.
    """
    first = heading(title)
    arranged, notes = arrange([source_of(segment) for segment in (first, *segments)])
    head, *rest = (arranged_segment(s, a) for s, a in zip((first, *segments), arranged, strict=True))
    size = PAPERS[paper]
    wide, tall = (length - 2 * MARGIN for length in size)
    best, scale = best_rows(rest, head, wide, tall)
    sheets = [best]
    if scale < SMALLEST_SCALE:
        scale, sheets = fewest_pages(rest, head, wide, tall)
        if emptiest(sheets, wide / scale, tall / scale) < NEARLY_EMPTY:
            sheets = balanced_pages(rest, head, sheets, wide / scale, tall / scale)
    emptiest_page = emptiest(sheets, wide / scale, tall / scale)
    made = [
        _page(rows, head if number == 0 else None, (number, len(sheets)), size, scale)
        for number, rows in enumerate(sheets)
    ]
    everything = [column for rows in sheets for row in rows for column in row]
    screen = made[0] if len(made) == 1 else _page([everything], head, (0, 1), (1e5, 1e5), 1.0)
    return Sheets(tuple(made), screen, notes + too_small(made, paper), emptiest_page)


def _page(
    rows: Rows, head: Placed | None, number: tuple[int, int], paper: tuple[float, float], scale: float
) -> Page:
    width, height = extent(rows)
    top = head.height + GAP if head else 2 * GAP
    wide, tall = (size - 2 * MARGIN for size in paper)
    widest = max(width, head.width if head else 0.0)
    scale = min(scale, fitting_scale(rows, head, wide, tall))
    used = (widest + 2 * MARGIN, height + top + 2 * MARGIN)
    full_width, full_height, margin = paper[0] / scale, paper[1] / scale, MARGIN / scale
    lines: list[Line] = []
    gutters: list[float] = []
    y = margin + top
    for columns in rows:
        left = (full_width - sum(column.width for column in columns) - GUTTER * (len(columns) - 1)) / 2
        for column in columns:
            column.place(left, y)
            left += column.width + GUTTER
        lines += _links(columns, y)
        gutters += [_gutter(*pair) for pair in pairwise(columns)]
        y += max(column.height for column in columns) + 2 * GAP
    shown = [placed for columns in rows for column in columns for placed in column.members]
    if head:
        # At the left edge of what stands below it, or over the middle of something narrower.
        head.x = (full_width - max(width, head.width)) / 2
        head.y = margin
        shown.insert(0, head)
    extra = _page_references([column for columns in rows for column in columns], number)
    source = positioned(shown, lines, extra, (full_width, full_height))
    centre = (full_width / 2, full_height - margin + MARGIN - used[1] / 2)
    return Page(source, paper, scale, (*used, *centre), tuple(gutters))


def _links(columns: list[Column], top: float) -> list[Line]:
    """The lines between segments: straight down in a column, up the gutter to the next one."""
    lines = []
    for column in columns:
        for above, below in pairwise(column.members):
            if below.segment.linked:
                (x0, y0), (x1, y1) = above.bottom(), below.top()
                # Bent near the box above: the arrow needs the room.
                middle = y0 + 3
                bent = [(x0, y0), (x0, middle), (x1, middle), (x1, y1)]
                lines.append(Line([(x1, y0), (x1, y1)] if abs(x0 - x1) < 1 else bent, below.enters_box))
    for column, following in pairwise(columns):
        first = following.members[0]
        if first.segment.linked:
            (x0, y0), (x1, y1) = column.members[-1].bottom(), first.top()
            gutter, head, foot = _gutter(column, following), top - 7, top + column.height + 7
            corners = [(x0, y0), (x0, foot), (gutter, foot), (gutter, head), (x1, head), (x1, y1)]
            lines.append(Line(corners, first.enters_box))
    return lines


def _gutter(column: Column, following: Column) -> float:
    right = max(placed.x + placed.width for placed in column.members)
    left = min(placed.x for placed in following.members)
    return (right + left) / 2


def _page_references(columns: list[Column], number: tuple[int, int]) -> list[tuple[Node, float, float]]:
    """The text at a break that names the page on which the graph goes on."""
    page, count = number
    plain = {"shape": "plain", "style": "", "fontcolor": labels.FAINT}
    found = []
    if page > 0:
        first = columns[0].members[0]
        x, y = first.top()
        if first.segment.linked:
            found.append((Node("before", {**plain, "label": f"↓ from page {page}"}), x, first.y - GAP))
    if page + 1 < count:
        x, y = columns[-1].members[-1].bottom()
        found.append((Node("after", {**plain, "label": f"↓ page {page + 2} of {count}"}), x, y + GAP))
    return found
