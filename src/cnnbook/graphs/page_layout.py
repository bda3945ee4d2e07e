"""Segments stacked into columns and pages: a graph that fits its paper at a size that can be read.

Graphviz arranges each segment; here they are placed under one another, columns side by side, and joined.
Lengths are in points of the graph, before a page is scaled to its paper; y runs downwards until the DOT
is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cnnbook.graphs import labels
from cnnbook.graphs.arrangement import arranged_segment
from cnnbook.graphs.dot import Node
from cnnbook.graphs.pages import (
    GAP,
    LARGEST_SCALE,
    MARGIN,
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

_GUTTER = 18.0


@dataclass
class _Column:
    members: list[Placed]
    left: float = field(init=False)
    right: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = max(placed.left for placed in self.members)
        self.right = max(placed.right for placed in self.members)
        self.height = sum(placed.height for placed in self.members) + GAP * (len(self.members) - 1)

    @property
    def width(self) -> float:
        return self.left + self.right

    def place(self, left: float, top: float) -> None:
        """Give each member its place under the one before."""
        for placed in self.members:
            placed.x, placed.y = left + self.left - placed.left, top
            top += placed.height + GAP


_Rows = list[list[_Column]]


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
    best, scale = _best_rows(rest, head, wide, tall)
    sheets = [best]
    if scale < SMALLEST_SCALE:
        scale, sheets = _fewest_pages(rest, head, wide, tall)
    made = [
        _page(rows, head if number == 0 else None, (number, len(sheets)), size, scale)
        for number, rows in enumerate(sheets)
    ]
    everything = [column for rows in sheets for row in rows for column in row]
    screen = made[0] if len(made) == 1 else _page([everything], head, (0, 1), (1e5, 1e5), 1.0)
    return Sheets(tuple(made), screen, notes + too_small(made, paper))


def _best_rows(placed: list[Placed], head: Placed, wide: float, tall: float) -> tuple[_Rows, float]:
    """The arrangement that lets the page be printed largest, and that scale.

    One graph fills columns from top to bottom; several graphs stand side by side, in as many rows as it
    takes.
    """
    strips = _strips(placed)
    if len(strips) == 1:
        choices = [[_balanced(strips[0], count)] for count in range(1, 7)]
    else:
        choices = [
            _in_rows([_Column(strip) for strip in strips], count) for count in range(1, len(strips) + 1)
        ]
    best: tuple[float, _Rows] = (0.0, [])
    for rows in choices:
        scale = min(_fitting(rows, head, wide, tall), LARGEST_SCALE)
        # Reading goes back to the top at each column, so one more must enlarge the text by 8 % at least.
        if scale > 1.08 * best[0]:
            best = (scale, rows)
    return best[1], best[0]


def _fitting(rows: _Rows, head: Placed | None, wide: float, tall: float) -> float:
    """Return the scale at which the rows fill the page, in width or in height."""
    width, height = _extent(rows)
    if head is None:
        return min(wide / width, tall / (height + 2 * GAP))
    return min(wide / max(width, head.width), tall / (height + head.height + GAP))


def _extent(rows: _Rows) -> tuple[float, float]:
    width = max(sum(column.width for column in row) + _GUTTER * (len(row) - 1) for row in rows)
    return width, sum(max(column.height for column in row) for row in rows) + 2 * GAP * (len(rows) - 1)


def _in_rows(columns: list[_Column], count: int) -> _Rows:
    """The columns in at most `count` rows, in order, so that the widest row is as narrow as possible."""
    spans = [
        sum(column.width for column in columns[i:j]) + _GUTTER * (j - i - 1)
        for i in range(len(columns))
        for j in range(i + 1, len(columns) + 1)
    ]
    for limit in sorted(spans):
        rows: _Rows = [[]]
        used = 0.0
        for column in columns:
            more = column.width + (_GUTTER if rows[-1] else 0)
            if rows[-1] and used + more > limit + 0.01:
                rows.append([])
                used, more = 0.0, column.width
            rows[-1].append(column)
            used += more
        if len(rows) <= count:
            break
    return rows


def _strips(placed: Iterable[Placed]) -> list[list[Placed]]:
    strips: list[list[Placed]] = []
    for item in placed:
        if item.segment.heading or not strips:
            strips.append([])
        strips[-1].append(item)
    return strips


def _balanced(placed: list[Placed], count: int) -> list[_Column]:
    """At most `count` columns, in order, so that the tallest is as short as possible."""
    limit = max(item.height for item in placed)
    heights = [item.height for item in placed]
    limits = sorted(
        {
            sum(heights[i:j]) + GAP * (j - i - 1)
            for i in range(len(heights))
            for j in range(i + 1, len(heights) + 1)
        }
    )
    for limit in (value for value in limits if value >= limit):
        columns = _filled(placed, limit)
        if len(columns) <= count:
            return columns
    return [_Column(placed)]


def _filled(placed: list[Placed], limit: float) -> list[_Column]:
    members: list[list[Placed]] = [[]]
    height = 0.0
    for item in placed:
        more = item.height + (GAP if members[-1] else 0)
        if members[-1] and height + more > limit + 0.01:
            members.append([])
            height, more = 0.0, item.height
        members[-1].append(item)
        height += more
    return [_Column(group) for group in members]


def _fewest_pages(placed: list[Placed], head: Placed, wide: float, tall: float) -> tuple[float, list[_Rows]]:
    """Find the fewest pages with text of at least 6.5 points, then the largest text on as many pages."""

    def pages(scale: float) -> list[_Rows]:
        space = (wide / scale, tall / scale)
        return _pages_of_rows(placed, head, *space) or [[row] for row in _paginate(placed, head, *space)]

    scale, sheets = SMALLEST_SCALE, pages(SMALLEST_SCALE)
    larger = 1.03 * scale
    while larger < LARGEST_SCALE:
        tried = pages(larger)
        fitting = [_fitting(rows, None if i else head, wide, tall) for i, rows in enumerate(tried)]
        if len(tried) > len(sheets) or min(fitting) < larger:
            break
        scale, sheets, larger = larger, tried, 1.03 * larger
    return scale, sheets


def _pages_of_rows(placed: list[Placed], head: Placed, wide: float, tall: float) -> list[_Rows]:
    """Pages of graphs side by side, in rows; none for a graph alone, or with one larger than a page."""
    columns = [_Column(strip) for strip in _strips(placed)]
    room = tall - head.height - GAP
    if len(columns) == 1 or any(column.width > wide or column.height > room for column in columns):
        return []
    pages: list[_Rows] = [[[]]]
    for column in columns:
        row = pages[-1][-1]
        if row and _extent([[*row, column]])[0] > wide:
            row = []
            pages[-1].append(row)
        row.append(column)
        if _extent(pages[-1])[1] > room:
            row.pop()
            pages[-1] = [kept for kept in pages[-1] if kept]
            pages.append([[column]])
            room = tall - 2 * GAP
    return pages


def _paginate(placed: list[Placed], head: Placed, wide: float, tall: float) -> list[list[_Column]]:
    """Pages filled column by column; a segment that no page holds gets a page to itself."""
    sheets: list[list[_Column]] = [[]]
    room = tall - head.height - GAP
    for strip in _strips(placed):
        waiting = strip
        while waiting:
            column = _filled(waiting, room - 2 * GAP)[0]
            used = sum(c.width + _GUTTER for c in sheets[-1])
            if sheets[-1] and used + column.width > wide:
                sheets.append([])
                room = tall - 2 * GAP
                continue
            sheets[-1].append(column)
            waiting = waiting[len(column.members) :]
    return sheets


def _page(
    rows: _Rows, head: Placed | None, number: tuple[int, int], paper: tuple[float, float], scale: float
) -> Page:
    width, height = _extent(rows)
    top = head.height + GAP if head else 2 * GAP
    wide, tall = (size - 2 * MARGIN for size in paper)
    widest = max(width, head.width if head else 0.0)
    scale = min(scale, _fitting(rows, head, wide, tall))
    used = (widest + 2 * MARGIN, height + top + 2 * MARGIN)
    full_width, full_height, margin = paper[0] / scale, paper[1] / scale, MARGIN / scale
    lines: list[Line] = []
    y = margin + top
    for columns in rows:
        left = (full_width - sum(column.width for column in columns) - _GUTTER * (len(columns) - 1)) / 2
        for column in columns:
            column.place(left, y)
            left += column.width + _GUTTER
        lines += _links(columns, y)
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
    return Page(source, paper, scale, (*used, *centre))


def _links(columns: list[_Column], top: float) -> list[Line]:
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


def _gutter(column: _Column, following: _Column) -> float:
    right = max(placed.x + placed.width for placed in column.members)
    left = min(placed.x for placed in following.members)
    return (right + left) / 2


def _page_references(columns: list[_Column], number: tuple[int, int]) -> list[tuple[Node, float, float]]:
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
