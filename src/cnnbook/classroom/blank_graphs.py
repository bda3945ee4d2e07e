"""The graph of a network on a worksheet, with its shapes left blank, and on the key with its shapes.

A small graph stands between the question and the blanks, a larger one on pages of its own behind the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cnnbook.classroom.assignment import AssignmentError, Item
from cnnbook.graphs import Graph, GraphError, architecture_graph
from cnnbook.graphs.pages import PAPERS, SMALLEST_SCALE, Page
from cnnbook.graphs.rendering import render

_SIDE, _TOP = 45.4, 51.1  # margins of the worksheet in points: 16 mm and 18 mm
_QUESTION, _HEADING = 125.0, 30.0  # height of the question around a graph, and of the heading over one


class Picture(NamedTuple):
    """A piece of a graph: a symbol of SVG, which stands in the page once, and its printed size in points."""

    name: str
    symbol: str
    view_box: str
    width: float
    height: float


class Drawing(NamedTuple):
    """A graph in one or several pictures, its alternative text, and whether it stands beside its question."""

    network: str
    said: str
    pictures: tuple[Picture, ...]
    beside: bool


def drawings(items: Iterable[Item], paper: str, *, key: bool = False) -> dict[str, Drawing]:
    """Return the graphs that a sheet's questions carry, by the names of their networks.

    Raises AssignmentError if one cannot be drawn on this machine.
    """
    found: dict[str, Drawing] = {}
    for item in items:
        if item.graph and item.graph not in found:
            graph = architecture_graph(item.graph, paper=paper, blank=True)
            try:
                found[item.graph] = _drawing(item.graph, graph.key if key and graph.key else graph, paper)
            except GraphError as error:
                raise AssignmentError(f"question {item.number}: {error}") from None
    return found


def _drawing(network: str, graph: Graph, paper: str) -> Drawing:
    said = f"{graph.title}. {graph.description}"
    sheets = graph.sheets
    if sheets is None:
        raise GraphError(f"{network} has no pages")
    whole = _picture(network, sheets.screen, paper, _QUESTION)
    if whole.width >= SMALLEST_SCALE * sheets.screen.used[0]:
        return Drawing(network, said, (whole,), True)
    pictures = (
        _picture(f"{network}-{number}", page, paper, _HEADING) for number, page in enumerate(sheets.pages, 1)
    )
    return Drawing(network, said, tuple(pictures), False)


def _picture(name: str, page: Page, paper: str, beside: float) -> Picture:
    """Return a page of a graph, as large as it can be printed where `beside` points of height are taken."""
    svg = render(page.source, "svg", page.on_screen, engine="nop2").data.decode()
    svg = re.sub(r"<title>.*?</title>|<!--.*?-->|<\?.*?\?>|<!DOCTYPE.*?>", "", svg, flags=re.DOTALL)
    width, height = page.used[:2]
    across, down = PAPERS[paper]
    scale = min(1.0, (across - 2 * _SIDE) / width, (down - 2 * _TOP - beside) / height)
    view_box = re.search(r'viewBox="([^"]+)"', svg)
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    box = view_box[1] if view_box else f"0 0 {width} {height}"
    symbol = f'<symbol id="graph-{name}" viewBox="{box}">{inside}</symbol>'
    return Picture(name, symbol, box, scale * width, scale * height)
