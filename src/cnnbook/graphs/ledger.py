"""The backward graph as a ledger: a line of print for each function, the edges as rails to the left of it.

A value keeps its rail from the function that made it to the last one that reads it. So a residual shortcut
is a straight rail beside the ones that bulge, and branches are parallel rails, at any number of functions
and without a letter getting smaller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from cnnbook.graphs import labels, text_width
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
from cnnbook.graphs.positions import Line, Placed, Point, positioned
from cnnbook.graphs.rendering import arrange

FUNCTION, LEAF, SAVED, OUTPUT = "#dedede", "#bddff4", "#efb97f", "#d4f0e4"

_COLUMNS = ("module", "backward function", "forward result", "parameters: gradients are added here")
_RAIL, _RAILS = 9.0, 110.0
_RADIUS = 3.0
_LINE = 12.0
_BLOCK = 5.0
_PADDING = 8.0


@dataclass(frozen=True)
class Entry:
    """One line of the ledger: a function or an output, what it reads (numbers of entries), what it leads to.

    `block` is the module it belongs to with others; `saved` are lines of their own under it.
    """

    cells: tuple[str, str, str, str]
    before: tuple[int, ...]
    block: str = ""
    saved: tuple[str, ...] = ()
    output: bool = False

    @property
    def height(self) -> float:
        """The height in points, without the gap between blocks."""
        return _LINE * (1 + len(self.saved))


def rails(entries: Sequence[Entry]) -> list[int]:
    """Return the rail of each entry, from the left.

    An entry takes over the leftmost rail that ends at it, else the leftmost free one.

    >>> chain = [Entry(("", "", "", ""), before) for before in ((), (0,), (1,), (0, 2))]
    >>> rails(chain)
    [0, 1, 1, 0]
    """
    last = {tail: head for head, entry in enumerate(entries) for tail in entry.before}
    taken: dict[int, int] = {}
    found = []
    for number, entry in enumerate(entries):
        ending = [rail for rail, tail in taken.items() if tail in entry.before and last[tail] == number]
        for rail in ending:
            del taken[rail]
        rail = min(ending) if ending else next(i for i in range(len(taken) + 1) if i not in taken)
        found.append(rail)
        if number in last:
            taken[rail] = number
    return found


def shortcuts(entries: Sequence[Entry]) -> set[tuple[int, int]]:
    """Return the edges (from, to) of residual shortcuts with nothing on them."""
    read = Counter(tail for entry in entries for tail in entry.before)
    return {
        (tail, head)
        for head, entry in enumerate(entries)
        for tail in entry.before
        if entry.cells[1].startswith("AddBackward") and len(entry.before) > 1 and read[tail] > 1
    }


def lay_out(entries: Sequence[Entry], title: str, paper: str) -> Sheets:
    """Return the entries on pages, under a title (an HTML-like label): as few as 6.5 points allow."""
    first = heading(title)
    (arranged,), notes = arrange([source_of(first)])
    ledger = _Ledger(entries, arranged_segment(first, arranged))
    size = PAPERS[paper]
    wide, tall = (length - 2 * MARGIN for length in size)
    scale, cuts = SMALLEST_SCALE, ledger.cuts(tall / SMALLEST_SCALE)
    larger = 1.02 * scale
    while larger < LARGEST_SCALE and larger * ledger.width <= wide:
        tried = ledger.cuts(tall / larger)
        if len(tried) > len(cuts):
            break
        scale, cuts, larger = larger, tried, 1.02 * larger
    scale = min(scale, wide / ledger.width)
    made = tuple(ledger.page(number, cuts, size, scale) for number in range(len(cuts)))
    screen = ledger.page(0, [(0, len(entries))], (1e5, 1e5), 1.0)
    return Sheets(made, screen, notes + too_small(made, paper))


class _Ledger:
    """The entries with their rails and the widths of their columns."""

    def __init__(self, entries: Sequence[Entry], head: Placed) -> None:
        self.entries = entries
        self.head = head
        self.rails = rails(entries)
        self.shortcuts = shortcuts(entries)
        count = max(self.rails, default=0) + 1
        # The many rails of a dense block move closer together, so that the words keep their size.
        self.rail = max(4.0, min(_RAIL, _RAILS / count))
        self.radius = min(_RADIUS, 0.38 * self.rail)
        self.left = self.rail * count + 3
        widths = [0.0] * 4
        for cells in (_COLUMNS, *(entry.cells for entry in entries)):
            for i, text in enumerate(cells):
                widths[i] = max(widths[i], text_width.text_width(text) + _PADDING)
        for text in (text for entry in entries for text in entry.saved):
            widths[3] = max(widths[3], text_width.text_width(text) + _PADDING)
        self.widths = widths
        self.width = max(self.left + sum(widths), head.width)
        self.readers: dict[int, list[int]] = defaultdict(list)
        for number, entry in enumerate(entries):
            for tail in dict.fromkeys(entry.before):
                self.readers[tail].append(number)

    def gap(self, number: int, first: int) -> float:
        """The space above an entry, larger where another block begins."""
        if number == first:
            return 0.0
        return _BLOCK if self.entries[number].block != self.entries[number - 1].block else 0.0

    def cuts(self, tall: float) -> list[tuple[int, int]]:
        """The entries of each page, from and to."""
        pages, first, room = [], 0, tall - self.head.height - 2 * GAP - _LINE
        used = 0.0
        for number, entry in enumerate(self.entries):
            more = self.gap(number, first) + entry.height
            if used + more > room and number > first:
                pages.append((first, number))
                first, used, room = number, 0.0, tall - 3 * GAP - _LINE
                more = entry.height
            used += more
        return [*pages, (first, len(self.entries))]

    def page(
        self, number: int, cuts: list[tuple[int, int]], paper: tuple[float, float], scale: float
    ) -> Page:
        """One page of entries, with the rails that cross it."""
        first, after = cuts[number]
        full_width, full_height, margin = paper[0] / scale, paper[1] / scale, MARGIN / scale
        left = (full_width - self.width) / 2
        y = margin + (self.head.height if number == 0 else GAP) + GAP
        shown = []
        if number == 0:
            self.head.x, self.head.y = left, margin
            shown.append(self.head)
        extra = [self._row("columns", _COLUMNS, (left + self.left, y), "")]
        start = y + _LINE / 2
        y += _LINE
        places: dict[int, Point] = {}
        for i in range(first, after):
            y += self.gap(i, first)
            places[i] = (left + self.rail * (self.rails[i] + 0.5), y + _LINE / 2)
            extra += self._entry(i, (left + self.left, y + _LINE / 2))
            y += self.entries[i].height
        lines = self._lines(places, (first, after), (start, y + 2), left)
        plain = {"shape": "plain", "style": "", "fontcolor": labels.FAINT}
        if number > 0:
            text = f"↓ from page {number}"
            extra.append((Node("before", {**plain, "label": text}), left + 30, margin + GAP / 2))
        if number + 1 < len(cuts):
            text = f"↓ page {number + 2} of {len(cuts)}"
            extra.append((Node("after", {**plain, "label": text}), left + 30, y + GAP - 2))
        source = positioned(shown, lines, extra, (full_width, full_height))
        used = (self.width + 2 * MARGIN, y - margin + 2 * MARGIN)
        centre = (full_width / 2, full_height - margin + MARGIN - used[1] / 2)
        return Page(source, paper, scale, (*used, *centre))

    def _lines(
        self, places: dict[int, Point], page: tuple[int, int], ends: tuple[float, float], left: float
    ) -> list[Line]:
        """The part of each edge that is on this page: down its rail, then across to the reader."""
        lines = []
        for tail, heads in self.readers.items():
            x = left + self.rail * (self.rails[tail] + 0.5)
            top = places[tail][1] + self.radius if tail in places else ends[0]
            for above, head in pairwise([tail, *heads]):
                if head < page[0] or above >= page[1]:
                    continue
                colour = labels.SHORTCUT if (tail, head) in self.shortcuts else ""
                if head not in places:
                    lines.append(Line([(x, top), (x, ends[1])], arrow=False, colour=colour))
                    continue
                across, down = places[head]
                if abs(across - x) < 1:
                    lines.append(Line([(x, top), (x, down - self.radius)], arrow=False, colour=colour))
                    continue
                side = across + (self.radius if x > across else -self.radius)
                lines.append(Line([(x, top), (x, down), (side, down)], arrow=False, colour=colour))
        return lines

    def _entry(self, number: int, at: Point) -> list[tuple[Node, float, float]]:
        entry = self.entries[number]
        mark = {
            "shape": "square" if entry.output else "circle",
            "label": "",
            "width": f"{2 * self.radius / 72:.4f}",
            "height": f"{2 * self.radius / 72:.4f}",
            "fillcolor": OUTPUT if entry.output else FUNCTION,
        }
        x = at[0] - self.left + self.rail * (self.rails[number] + 0.5)
        colour = OUTPUT if entry.output else FUNCTION
        shown = [(Node(f"mark{number}", mark), x, at[1]), self._row(f"n{number}", entry.cells, at, colour)]
        for i, text in enumerate(entry.saved):
            cells = ("", "", "", text)
            below = (at[0], at[1] + (i + 1) * _LINE)
            shown.append(self._row(f"saved{number}x{i}", cells, below, "", SAVED))
        return shown

    def _row(
        self, name: str, cells: Sequence[str], at: Point, colour: str, last: str = LEAF
    ) -> tuple[Node, float, float]:
        """Texts in the ledger's columns; a colour is the function's, the last column has its own."""
        shades: Sequence[str] = ("", colour, "", last if colour or last == SAVED else "")
        widths = self.widths
        if not any(cells[:3]):
            # Alone in the last column.
            at = (at[0] + sum(widths[:3]), at[1])
            cells, shades, widths = cells[3:], shades[3:], widths[3:]
        row = ""
        for text, width, shade in zip(cells, widths, shades, strict=True):
            filled = f' bgcolor="{shade}"' if shade and text else ""
            row += f'<td align="left" width="{width - 1:.0f}"{filled}>{escape(text) or " "}</td>'
        label = f'<table border="0" cellborder="0" cellspacing="1" cellpadding="0"><tr>{row}</tr></table>'
        attributes = {"shape": "plain", "style": "", "label": label}
        if not colour and last != SAVED:
            attributes["fontcolor"] = labels.FAINT
        return Node(name, attributes), at[0] + sum(widths) / 2, at[1]
