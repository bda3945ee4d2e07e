"""Segments in rows, for a graph that runs from left to right and goes on in the next row, as text does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

LONGEST = 8
"""The most boxes beside one another in a segment; a longer one is cut where few lines cross."""

_BETWEEN_ROWS = 3 * GAP


@dataclass
class _Row:
    members: list[Placed]
    above: float = field(init=False)
    height: float = field(init=False)
    width: float = field(init=False)

    def __post_init__(self) -> None:
        entries = [_entry(placed)[1] for placed in self.members]
        self.above = max(entries)
        self.height = self.above + max(
            placed.height - entry for placed, entry in zip(self.members, entries, strict=True)
        )
        self.width = sum(placed.width for placed in self.members) + GAP * (len(self.members) - 1)

    def place(self, left: float, top: float) -> None:
        """Give each member its place beside the one before, so that the lines between them are straight."""
        for placed in self.members:
            placed.x, placed.y = left, top + self.above - _entry(placed)[1]
            left += placed.width + GAP


def lay_out_rows(segments: Sequence[Segment], title: str, paper: str) -> Sheets:
    """Return the segments in rows on landscape pages, under a title (an HTML-like label).

    One page if the text stays at least 6.5 points high on it, with letters as large as fit; else as many
    pages as it takes.
    """
    first = heading(title)
    arranged, notes = arrange([source_of(first), *(source_of(segment, rankdir="LR") for segment in segments)])
    head, *rest = (arranged_segment(s, a) for s, a in zip((first, *segments), arranged, strict=True))
    size = (PAPERS[paper][1], PAPERS[paper][0])
    wide, tall = (length - 2 * MARGIN for length in size)
    scale, pages = SMALLEST_SCALE, _pages(rest, head, wide / SMALLEST_SCALE, tall / SMALLEST_SCALE)
    larger = 1.03 * scale
    while larger < LARGEST_SCALE and head.width * larger <= wide:
        tried = _pages(rest, head, wide / larger, tall / larger)
        if len(tried) > len(pages) or any(row.width * larger > wide for rows in tried for row in rows):
            break
        scale, pages, larger = larger, tried, 1.03 * larger
    made = [
        _page(rows, head if number == 0 else None, (number, len(pages)), size, scale)
        for number, rows in enumerate(pages)
    ]
    everything = [row for rows in pages for row in rows]
    screen = made[0] if len(made) == 1 else _page(everything, head, (0, 1), (1e5, 1e5), 1.0)
    return Sheets(tuple(made), screen, notes + too_small(made, paper))


def _pages(placed: Sequence[Placed], head: Placed, wide: float, tall: float) -> list[list[_Row]]:
    pages: list[list[_Row]] = [[]]
    room = tall - head.height - 2 * GAP
    for row in _filled(placed, wide):
        more = row.height + (_BETWEEN_ROWS if pages[-1] else 0.0)
        if pages[-1] and more > room:
            pages.append([])
            room, more = tall - 2 * GAP, row.height
        pages[-1].append(row)
        room -= more
    return pages


def _filled(placed: Sequence[Placed], wide: float) -> Iterator[_Row]:
    """The segments in rows no wider than that; a heading begins a row."""
    members: list[Placed] = []
    for item in placed:
        if members and (item.segment.heading or _Row([*members, item]).width > wide):
            yield _Row(members)
            members = []
        members.append(item)
    yield _Row(members)


def _page(
    rows: Sequence[_Row],
    head: Placed | None,
    number: tuple[int, int],
    paper: tuple[float, float],
    scale: float,
) -> Page:
    width = max([row.width for row in rows] + ([head.width] if head else []))
    height = sum(row.height for row in rows) + _BETWEEN_ROWS * (len(rows) - 1) + 2 * GAP
    height += head.height if head else 0.0
    wide, tall = (size - 2 * MARGIN for size in paper)
    scale = min(scale, wide / width, tall / height)
    full_width, full_height, margin = paper[0] / scale, paper[1] / scale, MARGIN / scale
    left = (full_width - width) / 2
    y = margin + 2 * GAP
    shown = []
    if head:
        head.x, head.y = left, margin
        y += head.height
        shown.append(head)
    ends = []
    for row in rows:
        row.place(left, y)
        ends.append(y + row.height)
        y += row.height + _BETWEEN_ROWS
    shown += [placed for row in rows for placed in row.members]
    extra = _references(rows, number)
    source = positioned(shown, _links(rows, ends), extra, (full_width, full_height))
    used = (width + 2 * MARGIN, height + 2 * MARGIN)
    centre = (full_width / 2, full_height - margin + MARGIN - used[1] / 2)
    above = [margin + head.height + GAP] if head else []
    gutters = tuple(y - full_height for y in (*above, *(end + _BETWEEN_ROWS / 2 for end in ends)))
    return Page(source, paper, scale, (*used, *centre), gutters)


def _links(rows: Sequence[_Row], ends: Sequence[float]) -> list[Line]:
    """The lines between segments: to the right in a row, back to the left between two rows."""
    lines = []
    for row in rows:
        for before, after in pairwise(row.members):
            if after.segment.linked:
                (x0, y0), (x1, y1) = _leaves(before), _enters(after)
                middle = x0 + 3
                bent = [(x0, y0), (middle, y0), (middle, y1), (x1, y1)]
                lines.append(Line([(x0, y0), (x1, y1)] if abs(y0 - y1) < 1 else bent, after.enters_box))
    for (row, following), end in zip(pairwise(rows), ends, strict=False):
        first = following.members[0]
        if first.segment.linked:
            (x0, y0), (x1, y1) = _leaves(row.members[-1]), _enters(first)
            # Past the frames round the two boxes, whose borders would hide the line.
            before = row.members[-1]
            right, left = max(x0, before.x + before.width) + 7, min(x1 - 2, first.x) - 7
            back = end + _BETWEEN_ROWS / 2
            corners = [(x0, y0), (right, y0), (right, back), (left, back), (left, y1), (x1, y1)]
            lines.append(Line(corners, first.enters_box))
    return lines


def _references(rows: Sequence[_Row], number: tuple[int, int]) -> list[tuple[Node, float, float]]:
    """The text at a break that names the page on which the graph goes on."""
    page, count = number
    plain = {"shape": "plain", "style": "", "fontcolor": labels.FAINT}
    found = []
    if page > 0:
        first = rows[0].members[0]
        x, y = first.x + 30, first.y - GAP
        found.append((Node("before", {**plain, "label": f"→ from page {page}"}), x, y))
    if page + 1 < count:
        last = rows[-1].members[-1]
        x, y = last.x + last.width - 30, last.y + last.height + GAP
        found.append((Node("after", {**plain, "label": f"→ page {page + 2} of {count}"}), x, y))
    return found


def _entry(placed: Placed) -> tuple[float, float]:
    x, y, _, _ = placed.positions[placed.segment.entry]
    return x, y


def _enters(placed: Placed) -> tuple[float, float]:
    """Where the line from the left ends, on the page."""
    x, y, width, _ = placed.positions[placed.segment.entry]
    return placed.x + x - width / 2, placed.y + y


def _leaves(placed: Placed) -> tuple[float, float]:
    """Where the line to the next segment begins, on the page."""
    x, y, width, _ = placed.positions[placed.segment.exit]
    return placed.x + x + width / 2, placed.y + y
