"""Segments stacked into columns and pages: a graph that fits its paper at a size that can be read.

Graphviz arranges each segment; here they are placed under one another, columns side by side, and joined.
Lengths are in points of the graph, before a page is scaled to its paper; y runs downwards until the DOT
is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cnnbook.graphs import dot, labels
from cnnbook.graphs.dot import Node
from cnnbook.graphs.positions import SETTINGS, Line, Placed, arranged_segment, positioned
from cnnbook.graphs.rendering import arrange
from cnnbook.graphs.segments import Segment

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Width and height of a portrait page, in points."""

SMALLEST_PRINT = 6.5
"""No text is printed smaller than this many points: a longer graph takes another page."""

_SMALLEST_SCALE = SMALLEST_PRINT / labels.FONT_SIZE
_MARGIN = 20.0
_GAP = 12.0
_GUTTER = 18.0
_LARGEST_SCALE = 1.5


@dataclass(frozen=True)
class Page:
    """One positioned graph (for the engine "nop2"), and how it meets its paper.

    `scale` fits it to the paper; `used` is the part that has ink: its width and height and its centre, in
    points.
    """

    source: str
    paper: tuple[float, float]
    scale: float
    used: tuple[float, float, float, float]

    @property
    def on_paper(self) -> dict[str, str]:
        """The graph attributes for a page of exactly the paper's size."""
        x, y = (length / self.scale / 2 for length in self.paper)
        return {"viewport": f"{self.paper[0]},{self.paper[1]},{self.scale:.5f},{x:.2f},{y:.2f}"}

    @property
    def on_screen(self) -> dict[str, str]:
        """The graph attributes for the inked part alone, at its natural size."""
        width, height, x, y = self.used
        return {"viewport": f"{width:.2f},{height:.2f},1,{x:.2f},{y:.2f}"}


@dataclass(frozen=True)
class Sheets:
    """A graph laid out: the pages to print, the one sheet for a screen, and what to know about them."""

    pages: tuple[Page, ...]
    screen: Page
    notes: tuple[str, ...] = ()

    @property
    def legible(self) -> bool:
        """Whether every page prints its text at 6.5 points or more."""
        return all(page.scale >= 0.995 * _SMALLEST_SCALE for page in self.pages)


@dataclass
class _Column:
    members: list[Placed]
    left: float = field(init=False)
    right: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        self.left = max(placed.left for placed in self.members)
        self.right = max(placed.right for placed in self.members)
        self.height = sum(placed.height for placed in self.members) + _GAP * (len(self.members) - 1)

    @property
    def width(self) -> float:
        return self.left + self.right

    def place(self, left: float, top: float) -> None:
        """Give each member its place under the one before."""
        for placed in self.members:
            placed.x, placed.y = left + self.left - placed.left, top
            top += placed.height + _GAP


_Rows = list[list[_Column]]


def lay_out(segments: Sequence[Segment], title: str, paper: str) -> Sheets:
    """Return the segments on pages, under a title (an HTML-like label).

    One page if the text stays at least 6.5 points high on it, in as many columns as make it largest; else
    as many pages as it takes. On a screen all columns stand side by side.
    """
    heading = Segment(
        (Node("title", {"shape": "plain", "style": "", "label": title}),), ("title",), (), "title", "title"
    )
    arranged, notes = arrange([_source(segment) for segment in (heading, *segments)])
    head, *rest = (arranged_segment(s, a) for s, a in zip((heading, *segments), arranged, strict=True))
    size = PAPERS[paper]
    wide, tall = (length - 2 * _MARGIN for length in size)
    best, scale = _best_rows(rest, head, wide, tall)
    sheets = [best]
    if scale < _SMALLEST_SCALE:
        scale = _SMALLEST_SCALE
        sheets = [[columns] for columns in _paginate(rest, head, wide / scale, tall / scale)]
    made = [
        _page(rows, head if number == 0 else None, (number, len(sheets)), size, scale)
        for number, rows in enumerate(sheets)
    ]
    small = sum(page.scale < 0.995 * _SMALLEST_SCALE for page in made)
    if small:
        notes += (
            f"{small} of {len(made)} pages hold a block too large for {paper} at 6.5 pt: drawn smaller",
        )
    everything = [column for rows in sheets for row in rows for column in row]
    screen = made[0] if len(made) == 1 else _page([everything], head, (0, 1), (1e5, 1e5), 1.0)
    return Sheets(tuple(made), screen, notes)


def _source(segment: Segment) -> str:
    return dot.text(SETTINGS, segment.nodes, segment.members, segment.edges)


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
            _shelved([_Column(strip) for strip in strips], count) for count in range(1, len(strips) + 1)
        ]
    best: tuple[float, _Rows] = (0.0, [])
    for rows in choices:
        width, height = _extent(rows)
        scale = min(wide / max(width, head.width), tall / (height + head.height + _GAP), _LARGEST_SCALE)
        # A further column must pay for the eye's way back to the top.
        if scale > 1.08 * best[0]:
            best = (scale, rows)
    return best[1], best[0]


def _extent(rows: _Rows) -> tuple[float, float]:
    width = max(sum(column.width for column in row) + _GUTTER * (len(row) - 1) for row in rows)
    return width, sum(max(column.height for column in row) for row in rows) + 2 * _GAP * (len(rows) - 1)


def _shelved(columns: list[_Column], count: int) -> _Rows:
    """The columns in at most `count` rows, in order, the widest as narrow as can be."""
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
    """At most `count` columns, in order, the tallest as low as can be."""
    limit = max(item.height for item in placed)
    heights = [item.height for item in placed]
    limits = sorted(
        {
            sum(heights[i:j]) + _GAP * (j - i - 1)
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
        more = item.height + (_GAP if members[-1] else 0)
        if members[-1] and height + more > limit + 0.01:
            members.append([])
            height, more = 0.0, item.height
        members[-1].append(item)
        height += more
    return [_Column(group) for group in members]


def _paginate(placed: list[Placed], head: Placed, wide: float, tall: float) -> list[list[_Column]]:
    """Pages filled column by column; a segment that no page holds gets a page to itself."""
    sheets: list[list[_Column]] = [[]]
    room = tall - head.height - _GAP
    for strip in _strips(placed):
        waiting = strip
        while waiting:
            column = _filled(waiting, room - 2 * _GAP)[0]
            used = sum(c.width + _GUTTER for c in sheets[-1])
            if sheets[-1] and used + column.width > wide:
                sheets.append([])
                room = tall - 2 * _GAP
                continue
            sheets[-1].append(column)
            waiting = waiting[len(column.members) :]
    return sheets


def _page(
    rows: _Rows, head: Placed | None, number: tuple[int, int], paper: tuple[float, float], scale: float
) -> Page:
    width, height = _extent(rows)
    top = head.height + _GAP if head else 2 * _GAP
    wide, tall = (size - 2 * _MARGIN for size in paper)
    widest = max(width, head.width if head else 0.0)
    scale = min(scale, wide / widest, tall / (height + top))
    used = (widest + 2 * _MARGIN, height + top + 2 * _MARGIN)
    full_width, full_height, margin = paper[0] / scale, paper[1] / scale, _MARGIN / scale
    lines: list[Line] = []
    y = margin + top
    for columns in rows:
        left = (full_width - sum(column.width for column in columns) - _GUTTER * (len(columns) - 1)) / 2
        for column in columns:
            column.place(left, y)
            left += column.width + _GUTTER
        lines += _links(columns, y)
        y += max(column.height for column in columns) + 2 * _GAP
    shown = [placed for columns in rows for column in columns for placed in column.members]
    if head:
        head.x, head.y = (full_width - head.width) / 2, margin
        shown.insert(0, head)
    extra = _turnings([column for columns in rows for column in columns], number)
    source = positioned(shown, lines, extra, (full_width, full_height))
    centre = (full_width / 2, full_height - margin + _MARGIN - used[1] / 2)
    return Page(source, paper, scale, (*used, *centre))


def _links(columns: list[_Column], top: float) -> list[Line]:
    """The lines between segments: straight down in a column, up the gutter to the next one."""
    lines = []
    for column in columns:
        for above, below in pairwise(column.members):
            if below.segment.linked:
                (x0, y0), (x1, y1) = above.bottom(), below.top()
                middle = below.y - _GAP / 2
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


def _turnings(columns: list[_Column], number: tuple[int, int]) -> list[tuple[Node, float, float]]:
    """The words that lead from one page to the next."""
    page, count = number
    plain = {"shape": "plain", "style": "", "fontcolor": labels.FAINT}
    found = []
    if page > 0:
        first = columns[0].members[0]
        x, y = first.top()
        if first.segment.linked:
            found.append((Node("before", {**plain, "label": f"↓ from page {page}"}), x, first.y - _GAP))
    if page + 1 < count:
        x, y = columns[-1].members[-1].bottom()
        found.append((Node("after", {**plain, "label": f"↓ page {page + 2} of {count}"}), x, y + _GAP))
    return found
