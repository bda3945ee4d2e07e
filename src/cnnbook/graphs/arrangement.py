"""From Graphviz's layout of a segment to where its boxes, frames and lines are, with nothing around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cnnbook.graphs.dot import Frame, names
from cnnbook.graphs.positions import Placed, Point, shifted
from cnnbook.graphs.segments import Segment

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top; y runs upwards, as Graphviz counts."""

_BESIDE_LINE = 5.0
_BESIDE_FRAME = 6.0


def arranged_segment(segment: Segment, arranged: Mapping[str, Any]) -> Placed:
    """Return a segment with the layout that Graphviz gave it as "json0".

    A frame also surrounds the lines between the boxes in it. What Graphviz leaves free round the segment is
    cut off.
    """
    nodes, frames = {}, {}
    for item in arranged.get("objects", ()):
        if "pos" in item:
            x, y = map(float, item["pos"].split(","))
            nodes[item["name"]] = (x, y, 72 * float(item["width"]), 72 * float(item["height"]))
        elif "bb" in item:
            frames[item["name"]] = {k: item[k] for k in ("bb", "lp", "lwidth", "lheight") if k in item}
    routes = _routes(segment, arranged)
    rectangles = {name: _numbers(frame["bb"]) for name, frame in frames.items()}
    for member in segment.members:
        if isinstance(member, Frame):
            _surround(member, segment, routes, rectangles)
    boxes = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for x, y, w, h in nodes.values()]
    left, bottom, right, top = _union([*boxes, *rectangles.values(), *map(_around, routes)])
    origin = (-left, -bottom)
    for name, (x0, y0, x1, y1) in rectangles.items():
        frames[name]["bb"] = shifted(f"{x0},{y0},{x1},{y1}", origin)
        if "lp" in frames[name]:
            frames[name]["lp"] = shifted(frames[name]["lp"], origin)
    positions = {name: (x - left, top - y, wide, tall) for name, (x, y, wide, tall) in nodes.items()}
    lines = [shifted(route, origin) for route in routes]
    return Placed(segment, right - left, top - bottom, positions, frames, lines)


def _routes(segment: Segment, arranged: Mapping[str, Any]) -> list[str]:
    """The routes of the segment's edges, in its order; Graphviz gives them in its own."""
    name = {item["_gvid"]: item["name"] for item in arranged.get("objects", ())}
    ways: dict[tuple[str, str], list[str]] = {}
    for edge in arranged.get("edges", ()):
        ways.setdefault((name[edge["tail"]], name[edge["head"]]), []).append(edge["pos"])
    return [ways[edge.tail, edge.head].pop(0) for edge in segment.edges]


def _surround(
    frame: Frame, segment: Segment, routes: Sequence[str], rectangles: dict[str, Rectangle]
) -> None:
    """Enlarge a frame, after those in it, where a line between its boxes leaves it."""
    inner = [member for member in frame.members if isinstance(member, Frame)]
    for member in inner:
        _surround(member, segment, routes, rectangles)
    if frame.name not in rectangles:
        return
    held = {*names(frame.members)}
    within = [
        _grown(_around(route), _BESIDE_LINE)
        for edge, route in zip(segment.edges, routes, strict=True)
        if {edge.tail, edge.head} <= held
    ]
    within += [_grown(rectangles[m.name], _BESIDE_FRAME) for m in inner if m.name in rectangles]
    rectangles[frame.name] = _union([rectangles[frame.name], *within])


def _around(route: str) -> Rectangle:
    """The rectangle round a curve that Graphviz writes as "e,x,y x,y x,y ...": Bézier curves end to end."""
    groups = route.split(" ")
    tips = [_point(group[2:]) for group in groups if group[:2] in {"e,", "s,"}]
    corners = [_point(group) for group in groups if group[:2] not in {"e,", "s,"}]
    curves = [corners[i : i + 4] for i in range(0, len(corners) - 3, 3)]
    on_curve = [_bezier(curve, step / 8) for curve in curves for step in range(9)]
    return _union([(x, y, x, y) for x, y in [*tips, *on_curve]])


def _bezier(corners: Sequence[Point], t: float) -> Point:
    shares = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x, y = (sum(s * corner[axis] for s, corner in zip(shares, corners, strict=True)) for axis in (0, 1))
    return x, y


def _point(text: str) -> Point:
    x, y = map(float, text.split(","))
    return x, y


def _numbers(text: str) -> Rectangle:
    left, bottom, right, top = map(float, text.split(","))
    return left, bottom, right, top


def _grown(rectangle: Rectangle, by: float) -> Rectangle:
    left, bottom, right, top = rectangle
    return left - by, bottom - by, right + by, top + by


def _union(rectangles: Iterable[Rectangle]) -> Rectangle:
    left, bottom, right, top = zip(*rectangles, strict=True)
    return min(left), min(bottom), max(right), max(top)
