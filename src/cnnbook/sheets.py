"""Segments stacked into columns and pages: a graph that fits its paper at a size that can be read.

Graphviz arranges each segment; here they are placed under one another, columns side by side, and joined. Lengths
are in points of the graph, before a page is scaled to its paper; y runs downwards until the DOT is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cnnbook import dot, labels
from cnnbook.dot import Edge, Frame, Node
from cnnbook.rendering import arrange
from cnnbook.segments import Segment

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Width and height of a portrait page, in points."""

SMALLEST_PRINT = 6.5
"""No text is printed smaller than this many points: a longer graph takes another page."""

_SMALLEST_SCALE = SMALLEST_PRINT / labels.FONT_SIZE
_MARGIN = 22.0
_GAP = 15.0
_GUTTER = 18.0
_LARGEST_SCALE = 1.5
_ARROW = 5.0
_HIDDEN = {"shape": "point", "style": "invis", "width": "0.01", "height": "0.01"}

SETTINGS: dict[str, dict[str, str]] = {
    "graph": {"fontname": "DejaVu Sans", "fontsize": str(labels.FONT_SIZE), "ranksep": "0.15", "nodesep": "0.13"},
    "node": {
        **{"fontname": "DejaVu Sans", "fontsize": str(labels.FONT_SIZE), "shape": "box", "style": "filled"},
        **{"fillcolor": "#ffffff", "color": labels.LINE, "penwidth": "0.8", "margin": "0.04,0.01"},
        **{"width": "0.1", "height": "0.1"},
    },
    "edge": {"color": labels.LINE, "penwidth": "0.9", "arrowsize": "0.5"},
}


@dataclass(frozen=True)
class Page:
    """One positioned graph (for the engine "nop2"), and how it meets its paper.

    `scale` fits it to the paper; `used` is the part that has ink: its width and height and its centre, in points.
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
    """A graph laid out: the pages to print, the one sheet to show on a screen, and what to know about them."""

    pages: tuple[Page, ...]
    screen: Page
    notes: tuple[str, ...] = ()

    @property
    def legible(self) -> bool:
        """Whether every page prints its text at 6.5 points or more."""
        return all(page.scale >= 0.995 * _SMALLEST_SCALE for page in self.pages)


@dataclass
class _Placed:
    """A segment with Graphviz's layout; `x` and `y` are where its top left corner goes on the page."""

    segment: Segment
    width: float
    height: float
    positions: dict[str, tuple[float, float, float, float]]
    frames: dict[str, dict[str, str]]
    routes: list[str]
    x: float = 0.0
    y: float = 0.0

    @property
    def left(self) -> float:
        """How far the segment reaches to the left of the line that enters it."""
        return self.positions[self.segment.entry][0]

    @property
    def right(self) -> float:
        return self.width - self.left

    def top(self) -> tuple[float, float]:
        x, y, _, height = self.positions[self.segment.entry]
        return self.x + x, self.y + y - height / 2

    def bottom(self) -> tuple[float, float]:
        x, y, _, height = self.positions[self.segment.exit]
        return self.x + x, self.y + y + height / 2


@dataclass
class _Column:
    members: list[_Placed]
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


def lay_out(segments: Sequence[Segment], title: str, paper: str) -> Sheets:
    """Return the segments on pages, under a title (an HTML-like label).

    One page if the text stays at least 6.5 points high on it, in as many columns as make it largest; else as many
    pages as it takes. On a screen all columns stand side by side.
    """
    heading = Segment(
        (Node("title", {"shape": "plain", "style": "", "label": title}),), ("title",), (), "title", "title"
    )
    arranged, notes = arrange([_source(segment) for segment in (heading, *segments)])
    head, *rest = (_placed(s, a) for s, a in zip((heading, *segments), arranged, strict=True))
    size = PAPERS[paper]
    wide, tall = (length - 2 * _MARGIN for length in size)
    best, scale = _best_columns(rest, head, wide, tall)
    sheets = [best]
    if scale < _SMALLEST_SCALE:
        scale = _SMALLEST_SCALE
        sheets = _paginate(rest, head, wide / scale, tall / scale)
    made = [
        _page(columns, head if number == 0 else None, (number, len(sheets)), size, scale)
        for number, columns in enumerate(sheets)
    ]
    small = sum(page.scale < 0.995 * _SMALLEST_SCALE for page in made)
    if small:
        notes += (f"{small} of {len(made)} pages hold a block too large for {paper} at 6.5 pt: drawn smaller",)
    everything = [column for columns in sheets for column in columns]
    screen = made[0] if len(made) == 1 else _page(everything, head, (0, 1), (1e5, 1e5), 1.0)
    return Sheets(tuple(made), screen, notes)


def _source(segment: Segment) -> str:
    return dot.text(SETTINGS, segment.nodes, segment.members, segment.edges)


def _placed(segment: Segment, arranged: Mapping[str, Any]) -> _Placed:
    x0, y0, x1, y1 = map(float, arranged["bb"].split(","))
    positions, frames = {}, {}
    for item in arranged.get("objects", ()):
        if "pos" in item:
            x, y = map(float, item["pos"].split(","))
            size = (72 * float(item["width"]), 72 * float(item["height"]))
            positions[item["name"]] = (x - x0, y1 - y, *size)
        elif "bb" in item:
            frames[item["name"]] = {k: item[k] for k in ("bb", "lp", "lwidth", "lheight") if k in item}
    routes = [edge["pos"] for edge in arranged.get("edges", ())]
    return _Placed(segment, x1 - x0, y1 - y0, positions, frames, _matched(segment, arranged, routes))


def _matched(segment: Segment, arranged: Mapping[str, Any], routes: list[str]) -> list[str]:
    """Graphviz gives edges in its own order: put the routes into the segment's."""
    name = {item["_gvid"]: item["name"] for item in arranged.get("objects", ())}
    ways: dict[tuple[str, str], list[str]] = {}
    for edge, route in zip(arranged.get("edges", ()), routes, strict=True):
        ways.setdefault((name[edge["tail"]], name[edge["head"]]), []).append(route)
    return [ways[edge.tail, edge.head].pop(0) for edge in segment.edges]


def _best_columns(
    placed: list[_Placed], head: _Placed, wide: float, tall: float
) -> tuple[list[_Column], float]:
    """The number of columns that lets the page be printed largest, and that scale."""
    best: tuple[float, list[_Column]] = (0.0, [])
    strips = _strips(placed)
    for count in range(1, 7):
        columns = [column for strip in strips for column in _balanced(strip, count)]
        width = sum(column.width for column in columns) + _GUTTER * (len(columns) - 1)
        height = max(column.height for column in columns) + head.height + _GAP
        scale = min(wide / max(width, head.width), tall / height, _LARGEST_SCALE)
        # A further column must pay for the eye's way back to the top.
        if scale > 1.08 * best[0]:
            best = (scale, columns)
    return best[1], best[0]


def _strips(placed: Iterable[_Placed]) -> list[list[_Placed]]:
    strips: list[list[_Placed]] = []
    for item in placed:
        if item.segment.heading or not strips:
            strips.append([])
        strips[-1].append(item)
    return strips


def _balanced(placed: list[_Placed], count: int) -> list[_Column]:
    """At most `count` columns, in order, the tallest as low as can be."""
    limit = max(item.height for item in placed)
    heights = [item.height for item in placed]
    limits = sorted(
        {sum(heights[i:j]) + _GAP * (j - i - 1) for i in range(len(heights)) for j in range(i + 1, len(heights) + 1)}
    )
    for limit in (value for value in limits if value >= limit):
        columns = _filled(placed, limit)
        if len(columns) <= count:
            return columns
    return [_Column(placed)]


def _filled(placed: list[_Placed], limit: float) -> list[_Column]:
    members: list[list[_Placed]] = [[]]
    height = 0.0
    for item in placed:
        more = item.height + (_GAP if members[-1] else 0)
        if members[-1] and height + more > limit + 0.01:
            members.append([])
            height, more = 0.0, item.height
        members[-1].append(item)
        height += more
    return [_Column(group) for group in members]


def _paginate(placed: list[_Placed], head: _Placed, wide: float, tall: float) -> list[list[_Column]]:
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
    columns: list[_Column], head: _Placed | None, number: tuple[int, int], paper: tuple[float, float], scale: float
) -> Page:
    width = sum(column.width for column in columns) + _GUTTER * (len(columns) - 1)
    top = head.height + _GAP if head else 2 * _GAP
    height = max(column.height for column in columns) + top
    wide, tall = (size - 2 * _MARGIN for size in paper)
    widest = max(width, head.width if head else 0.0)
    scale = min(scale, wide / widest, tall / height)
    used = (widest + 2 * _MARGIN, height + 2 * _MARGIN)
    full_width, full_height, margin = paper[0] / scale, paper[1] / scale, _MARGIN / scale
    left = (full_width - width) / 2
    for column in columns:
        y = margin + top
        for placed in column.members:
            placed.x, placed.y = left + column.left - placed.left, y
            y += placed.height + _GAP
        left += column.width + _GUTTER
    shown = [placed for column in columns for placed in column.members]
    if head:
        head.x, head.y = (full_width - head.width) / 2, margin
        shown.insert(0, head)
    lines = _links(columns, margin + top)
    extra = _turnings(columns, number)
    source = _positioned(shown, lines, extra, (full_width, full_height))
    centre = (full_width / 2, full_height - margin + _MARGIN - used[1] / 2)
    return Page(source, paper, scale, (*used, *centre))


def _links(columns: list[_Column], top: float) -> list[list[tuple[float, float]]]:
    """The lines between segments: straight down in a column, up the gutter to the next one."""
    lines: list[list[tuple[float, float]]] = []
    for number, column in enumerate(columns):
        for above, below in zip(column.members, column.members[1:], strict=False):
            if below.segment.linked:
                (x0, y0), (x1, y1) = above.bottom(), below.top()
                middle = below.y - _GAP / 2
                bent = [(x0, y0), (x0, middle), (x1, middle), (x1, y1)]
                lines.append([(x1, y0), (x1, y1)] if abs(x0 - x1) < 1 else bent)
        if number + 1 < len(columns) and columns[number + 1].members[0].segment.linked:
            following = columns[number + 1]
            (x0, y0), (x1, y1) = column.members[-1].bottom(), following.members[0].top()
            gutter = _gutter(column, following)
            head, foot = top - 7, top + column.height + 7
            lines.append([(x0, y0), (x0, foot), (gutter, foot), (gutter, head), (x1, head), (x1, y1)])
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


def _positioned(
    shown: list[_Placed],
    lines: list[list[tuple[float, float]]],
    extra: list[tuple[Node, float, float]],
    size: tuple[float, float],
) -> str:
    width, height = size
    nodes, members, edges = [], [], []
    for placed in shown:
        for node in placed.segment.nodes:
            x, y, wide, tall = placed.positions[node.name]
            at = {"pos": _pair(placed.x + x, height - placed.y - y)}
            sizes = {"width": f"{wide / 72:.4f}", "height": f"{tall / 72:.4f}"}
            nodes.append(Node(node.name, {**node.attributes, **sizes, **at}))
        shift = (placed.x, height - placed.y - placed.height)
        members += [_moved(member, placed.frames, shift) for member in placed.segment.members]
        for edge, route in zip(placed.segment.edges, placed.routes, strict=True):
            edges.append(Edge(edge.tail, edge.head, {**edge.attributes, "pos": _shifted(route, shift)}))
    for node, x, y in extra:
        nodes.append(replace(node, attributes={**node.attributes, "pos": _pair(x, height - y)}))
        members.append(node.name)
    # Without something in its corners Graphviz takes the page to be as large as what is drawn on it.
    for corner, (x, y) in (("southwest", (0.0, 0.0)), ("northeast", size)):
        nodes.append(Node(corner, {**_HIDDEN, "pos": _pair(x, y)}))
        members.append(corner)
    for number, points in enumerate(lines):
        flipped = [(x, height - y) for x, y in points]
        # An edge needs ends in DOT; these two are never seen.
        for end, (x, y) in (("a", flipped[0]), ("z", flipped[-1])):
            nodes.append(Node(f"link{number}{end}", {**_HIDDEN, "pos": _pair(x, y)}))
            members.append(f"link{number}{end}")
        edges.append(Edge(f"link{number}a", f"link{number}z", {"pos": _route(flipped)}))
    settings = {**SETTINGS, "graph": {**SETTINGS["graph"], "bb": f"0,0,{width:.2f},{height:.2f}", "margin": "0"}}
    return dot.text(settings, nodes, members, edges)


def _moved(
    member: str | Frame, boxes: Mapping[str, Mapping[str, str]], shift: tuple[float, float]
) -> str | Frame:
    if isinstance(member, str):
        return member
    found = boxes.get(member.name, {})
    box = {key: _shifted(found[key], shift) if key in {"bb", "lp"} else found[key] for key in found}
    inner = tuple(_moved(item, boxes, shift) for item in member.members)
    return Frame(member.name, {**member.attributes, **box}, inner)


def _shifted(positions: str, shift: tuple[float, float]) -> str:
    """Positions as Graphviz writes them ("e,1,2 3,4 5,6" or "1,2,3,4"), moved."""
    words = []
    for group in positions.split(" "):
        mark, numbers = "", group
        if group[:2] in {"e,", "s,"}:
            mark, numbers = group[:2], group[2:]
        moved = [float(n) + shift[i % 2] for i, n in enumerate(numbers.split(","))]
        words.append(mark + ",".join(f"{n:.2f}" for n in moved))
    return " ".join(words)


def _route(points: list[tuple[float, float]]) -> str:
    """A spline along straight lines with rounded corners, ending in an arrow."""
    (x0, y0), (x1, y1) = points[-2:]
    length = max(abs(x1 - x0) + abs(y1 - y0), 0.01)
    back = min(_ARROW, length)
    tip = points[-1]
    base = (x1 - (x1 - x0) * back / length, y1 - (y1 - y0) * back / length)
    corners = [*points[:-1], base]
    path = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(5.0, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        path += [path[-1], enter, enter, corner, corner, leave]
    path += [path[-1], corners[-1], corners[-1]]
    return f"e,{_pair(*tip)} " + " ".join(_pair(x, y) for x, y in path)


def _distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: tuple[float, float], b: tuple[float, float], by: float) -> tuple[float, float]:
    length = max(_distance(a, b), 0.01)
    return a[0] + (b[0] - a[0]) * by / length, a[1] + (b[1] - a[1]) * by / length


def _pair(x: float, y: float) -> str:
    return f"{x:.2f},{y:.2f}"
