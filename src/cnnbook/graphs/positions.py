"""Where things stand on a page: segments moved to their places, and DOT with positions.

Here y runs downwards from the top of the page; Graphviz counts from the bottom, so it is flipped on the
way in and out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cnnbook.graphs import dot, labels, text_width
from cnnbook.graphs.dot import Edge, Frame, Node
from cnnbook.graphs.fonts import FAMILY
from cnnbook.graphs.segments import Segment

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """The corners of a line that joins two segments; a line that ends where others begin has no arrowhead."""

    corners: list[Point]
    arrow: bool = True
    colour: str = ""


_ARROW = 5.0
_HIDDEN = {"shape": "point", "style": "invis", "width": "0.01", "height": "0.01"}

SETTINGS: dict[str, dict[str, str]] = {
    "graph": {
        "fontname": FAMILY,
        "fontsize": str(text_width.FONT_SIZE),
        "ranksep": "0.13",
        "nodesep": "0.13",
    },
    "node": {
        "fontname": FAMILY,
        "fontsize": str(text_width.FONT_SIZE),
        "shape": "box",
        "style": "filled",
        "fillcolor": "#ffffff",
        "color": labels.LINE,
        "penwidth": "0.8",
        "margin": "0.04,0.003",
        "width": "0.1",
        "height": "0.1",
    },
    "edge": {"color": labels.LINE, "penwidth": "0.9", "arrowsize": "0.5"},
}


@dataclass
class Placed:
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
        """How far it reaches to the right of that line."""
        return self.width - self.left

    @property
    def enters_box(self) -> bool:
        """Whether the line from above ends at a box, not at a fork."""
        entry = next(node for node in self.segment.nodes if node.name == self.segment.entry)
        return entry.attributes.get("shape") != "point"

    def top(self) -> tuple[float, float]:
        """Where the line from above ends, on the page."""
        x, y, _, height = self.positions[self.segment.entry]
        return self.x + x, self.y + y - height / 2

    def bottom(self) -> tuple[float, float]:
        """Where the line to the next segment begins, on the page."""
        x, y, _, height = self.positions[self.segment.exit]
        return self.x + x, self.y + y + height / 2


def positioned(
    shown: list[Placed],
    lines: list[Line],
    extra: list[tuple[Node, float, float]],
    size: tuple[float, float],
) -> str:
    """Return the DOT, for the engine "nop2", of segments in their places and what joins them."""
    width, height = size
    nodes, members, edges = [], [], []
    for placed in shown:
        for node in placed.segment.nodes:
            x, y, wide, tall = placed.positions[node.name]
            at = {"pos": _pair(placed.x + x, height - placed.y - y)}
            sizes = {"width": f"{wide / 72:.4f}", "height": f"{tall / 72:.4f}"}
            nodes.append(Node(node.name, {**node.attributes, **sizes, **at}))
        shift = (placed.x, height - placed.y - placed.height)
        members += [_moved(member, placed.frames, shift, nodes) for member in placed.segment.members]
        for edge, route in zip(placed.segment.edges, placed.routes, strict=True):
            edges.append(Edge(edge.tail, edge.head, {**edge.attributes, "pos": shifted(route, shift)}))
    for node, x, y in extra:
        nodes.append(replace(node, attributes={**node.attributes, "pos": _pair(x, height - y)}))
        members.append(node.name)
    # Without something in its corners Graphviz takes the page to be as large as what is drawn on it.
    for corner, (x, y) in (("southwest", (0.0, 0.0)), ("northeast", size)):
        nodes.append(Node(corner, {**_HIDDEN, "pos": _pair(x, y)}))
        members.append(corner)
    for number, line in enumerate(lines):
        flipped = [(x, height - y) for x, y in line.corners]
        # An edge in DOT needs two nodes; these two are invisible.
        for end, (x, y) in (("a", flipped[0]), ("z", flipped[-1])):
            nodes.append(Node(f"link{number}{end}", {**_HIDDEN, "pos": _pair(x, y)}))
            members.append(f"link{number}{end}")
        drawn = {"pos": _route(flipped, line.arrow)}
        if line.colour:
            drawn.update(color=line.colour, penwidth="1.8")
        if not line.arrow:
            drawn["dir"] = "none"
        edges.append(Edge(f"link{number}a", f"link{number}z", drawn))
    settings = {
        **SETTINGS,
        "graph": {
            **SETTINGS["graph"],
            "bb": f"0,0,{width:.2f},{height:.2f}",
            "margin": "0",
            # In the order of the network, so that a PDF's text can be read from the first layer to the last.
            "outputorder": "nodesfirst",
        },
    }
    return dot.text(settings, nodes, members, edges)


def _moved(
    member: str | Frame,
    boxes: Mapping[str, Mapping[str, str]],
    shift: tuple[float, float],
    nodes: list[Node],
) -> str | Frame:
    if isinstance(member, str):
        return member
    found = boxes.get(member.name, {})
    attributes = {**member.attributes, **({"bb": shifted(found["bb"], shift)} if "bb" in found else {})}
    inner = tuple(_moved(item, boxes, shift, nodes) for item in member.members)
    if "lp" in found:
        # A node of its own: Graphviz writes the titles of all frames before anything else.
        title = Node(
            f"title_{member.name}",
            {
                "shape": "plain",
                "style": "",
                "label": attributes.pop("label"),
                "pos": shifted(found["lp"], shift),
            },
        )
        nodes.append(title)
        inner = (title.name, *inner)
    return Frame(member.name, attributes, inner)


def shifted(positions: str, shift: tuple[float, float]) -> str:
    """Return positions as Graphviz writes them ("e,1,2 3,4 5,6" or "1,2,3,4"), moved."""
    words = []
    for group in positions.split(" "):
        mark, numbers = "", group
        if group[:2] in {"e,", "s,"}:
            mark, numbers = group[:2], group[2:]
        moved = [float(n) + shift[i % 2] for i, n in enumerate(numbers.split(","))]
        words.append(mark + ",".join(f"{n:.2f}" for n in moved))
    return " ".join(words)


def _route(points: list[Point], arrow: bool) -> str:
    """A spline along straight lines with rounded corners."""
    last = _towards(points[-1], points[-2], _ARROW) if arrow else points[-1]
    corners = [*points[:-1], last]
    path = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        radius = min(5.0, _distance(before, corner) / 2, _distance(corner, after) / 2)
        enter, leave = _towards(corner, before, radius), _towards(corner, after, radius)
        path += [path[-1], enter, enter, corner, corner, leave]
    path += [path[-1], corners[-1], corners[-1]]
    tip = f"e,{_pair(*points[-1])} " if arrow else ""
    return tip + " ".join(_pair(x, y) for x, y in path)


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, by: float) -> Point:
    length = max(_distance(a, b), 0.01)
    return a[0] + (b[0] - a[0]) * by / length, a[1] + (b[1] - a[1]) * by / length


def _pair(x: float, y: float) -> str:
    return f"{x:.2f},{y:.2f}"
