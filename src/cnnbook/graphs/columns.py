"""Segments as columns, columns as rows of a page: how many stand side by side, and on which page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cnnbook.graphs.pages import GAP, LARGEST_SCALE, SMALLEST_SCALE
from cnnbook.graphs.positions import Placed

GUTTER = 18.0
"""The gap between columns, in points of the graph."""


@dataclass
class Column:
    """Segments under one another; the line that joins them is `left` points from the left edge."""

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
        """The width in points, before a page is scaled."""
        return self.left + self.right

    def place(self, left: float, top: float) -> None:
        """Give each member its place under the one before."""
        for placed in self.members:
            placed.x, placed.y = left + self.left - placed.left, top
            top += placed.height + GAP


Rows = list[list[Column]]


def best_rows(placed: list[Placed], head: Placed, wide: float, tall: float) -> tuple[Rows, float]:
    """The arrangement that lets the page be printed largest, and that scale.

    One graph fills columns from top to bottom; several graphs stand side by side, in as many rows as it
    takes.
    """
    strips = _strips(placed)
    if len(strips) == 1:
        choices = [[_balanced(strips[0], count)] for count in range(1, 7)]
    else:
        choices = [
            _in_rows([Column(strip) for strip in strips], count) for count in range(1, len(strips) + 1)
        ]
    best: tuple[float, Rows] = (0.0, [])
    for rows in choices:
        scale = min(fitting_scale(rows, head, wide, tall), LARGEST_SCALE)
        # Reading goes back to the top at each column, so one more must enlarge the text by 8 % at least.
        if scale > 1.08 * best[0]:
            best = (scale, rows)
    return best[1], best[0]


def fitting_scale(rows: Rows, head: Placed | None, wide: float, tall: float) -> float:
    """Return the scale at which the rows fill the page, in width or in height."""
    width, height = extent(rows)
    if head is None:
        return min(wide / width, tall / (height + 2 * GAP))
    return min(wide / max(width, head.width), tall / (height + head.height + GAP))


def extent(rows: Rows) -> tuple[float, float]:
    """Return the width and the height of rows of columns."""
    width = max(sum(column.width for column in row) + GUTTER * (len(row) - 1) for row in rows)
    return width, sum(max(column.height for column in row) for row in rows) + 2 * GAP * (len(rows) - 1)


def _in_rows(columns: list[Column], count: int) -> Rows:
    """The columns in at most `count` rows, in order, so that the widest row is as narrow as possible."""
    spans = [
        sum(column.width for column in columns[i:j]) + GUTTER * (j - i - 1)
        for i in range(len(columns))
        for j in range(i + 1, len(columns) + 1)
    ]
    for limit in sorted(spans):
        rows: Rows = [[]]
        used = 0.0
        for column in columns:
            more = column.width + (GUTTER if rows[-1] else 0)
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


def _balanced(placed: list[Placed], count: int) -> list[Column]:
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
    return [Column(placed)]


def _filled(placed: list[Placed], limit: float) -> list[Column]:
    members: list[list[Placed]] = [[]]
    height = 0.0
    for item in placed:
        more = item.height + (GAP if members[-1] else 0)
        if members[-1] and height + more > limit + 0.01:
            members.append([])
            height, more = 0.0, item.height
        members[-1].append(item)
        height += more
    return [Column(group) for group in members]


def fewest_pages(placed: list[Placed], head: Placed, wide: float, tall: float) -> tuple[float, list[Rows]]:
    """Find the fewest pages with text of at least 6.5 points, then the largest text on as many pages."""

    def pages(scale: float) -> list[Rows]:
        space = (wide / scale, tall / scale)
        return _pages_of_rows(placed, head, *space) or [[row] for row in _paginate(placed, head, *space)]

    scale, sheets = SMALLEST_SCALE, pages(SMALLEST_SCALE)
    larger = 1.03 * scale
    while larger < LARGEST_SCALE:
        tried = pages(larger)
        fitting = [fitting_scale(rows, None if i else head, wide, tall) for i, rows in enumerate(tried)]
        if len(tried) > len(sheets) or min(fitting) < larger:
            break
        scale, sheets, larger = larger, tried, 1.03 * larger
    return scale, sheets


def _pages_of_rows(placed: list[Placed], head: Placed, wide: float, tall: float) -> list[Rows]:
    """Pages of graphs side by side, in rows; none for a graph alone, or with one larger than a page."""
    columns = [Column(strip) for strip in _strips(placed)]
    room = tall - head.height - GAP
    if len(columns) == 1 or any(column.width > wide or column.height > room for column in columns):
        return []
    pages: list[Rows] = [[[]]]
    for column in columns:
        row = pages[-1][-1]
        if row and extent([[*row, column]])[0] > wide:
            row = []
            pages[-1].append(row)
        row.append(column)
        if extent(pages[-1])[1] > room:
            row.pop()
            pages[-1] = [kept for kept in pages[-1] if kept]
            pages.append([[column]])
            room = tall - 2 * GAP
    return pages


def _paginate(
    placed: list[Placed], head: Placed, wide: float, tall: float, part: float = 1.0
) -> list[list[Column]]:
    """Pages filled column by column; a segment that no page holds gets a page to itself.

    A column fills this part of the height that there is.
    """
    sheets: list[list[Column]] = [[]]
    room = tall - head.height - GAP
    for strip in _strips(placed):
        waiting = strip
        while waiting:
            column = _filled(waiting, part * (room - 2 * GAP))[0]
            used = sum(c.width + GUTTER for c in sheets[-1])
            if sheets[-1] and used + column.width > wide:
                sheets.append([])
                room = tall - 2 * GAP
                continue
            sheets[-1].append(column)
            waiting = waiting[len(column.members) :]
    return sheets


def emptiest(sheets: Sequence[Rows], wide: float, tall: float) -> float:
    """Return the part of the emptiest page that its columns take up, 1 where there is one page only."""
    if len(sheets) == 1:
        return 1.0
    return min(
        sum((column.width + GUTTER) * column.height for row in rows for column in row) / (wide * tall)
        for rows in sheets
    )


def balanced_pages(
    placed: list[Placed], head: Placed, sheets: list[Rows], wide: float, tall: float
) -> list[Rows]:
    """Return as many pages as `sheets`, at the same scale, of which the emptiest is as full as possible.

    The columns are made shorter, so that what would stand alone on the last page has company there.
    """
    best = sheets
    if any(len(rows) > 1 for rows in sheets) or len(_strips(placed)) > 1:
        return best
    for part in range(95, 30, -5):
        tried = [[row] for row in _paginate(placed, head, wide, tall, part / 100)]
        if len(tried) == len(sheets) and emptiest(tried, wide, tall) > emptiest(best, wide, tall):
            best = tried
    return best
