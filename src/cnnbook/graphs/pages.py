"""Paper: its sizes, the smallest print, a page with a graph on it, and the title over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnbook.graphs import dot, text_width
from cnnbook.graphs.dot import Node
from cnnbook.graphs.positions import SETTINGS
from cnnbook.graphs.segments import Segment

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Width and height of a portrait page, in points."""

SMALLEST_PRINT = 6.5
"""No text is printed smaller than this many points: a longer graph takes another page."""

SMALLEST_SCALE = SMALLEST_PRINT / text_width.FONT_SIZE

NEARLY_EMPTY = 0.2
"""A page of several whose columns take up less than this part of it is nearly empty."""

MARGIN = 20.0
"""The margin on each side of a page, in points."""

GAP = 12.0
"""The gap between segments under one another, in points of the graph."""

LARGEST_SCALE = 1.5
"""The largest scale, for a graph with few boxes: its text is then printed at 12 points."""


@dataclass(frozen=True)
class Page:
    """One positioned graph (for the engine "nop2"), and its scale and place on the paper.

    `scale` fits it to the paper; `used` is the part that has ink: its width and height and its centre, in
    points. `gutters` are the lines between its columns, or between its rows, as Graphviz writes them in SVG.
    """

    source: str
    paper: tuple[float, float]
    scale: float
    used: tuple[float, float, float, float]
    gutters: tuple[float, ...] = ()

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
    """A graph laid out: the pages to print, the one sheet for a screen, and what to know about them.

    `emptiest` is the part of the emptiest page that columns take up, 1 for a graph of one page.
    """

    pages: tuple[Page, ...]
    screen: Page
    notes: tuple[str, ...] = ()
    emptiest: float = 1.0

    @property
    def legible(self) -> bool:
        """Whether every page prints its text at 6.5 points or more."""
        return all(page.scale >= 0.995 * SMALLEST_SCALE for page in self.pages)


def best_sheets(tried: Sequence[Sheets]) -> Sheets:
    """Return the first of several layouts that can be read, without a nearly empty page if there is one.

    Further pages are no remedy for a nearly empty one.
    """
    legible = [sheets for sheets in tried if sheets.legible] or tried[-1:]
    few = [sheets for sheets in legible if len(sheets.pages) <= len(legible[0].pages)]
    return next((sheets for sheets in few if sheets.emptiest >= NEARLY_EMPTY), few[0])


def heading(title: str) -> Segment:
    """Return the title block (an HTML-like label) as a segment, for Graphviz to measure."""
    node = Node("title", {"shape": "plain", "style": "", "label": title})
    return Segment((node,), ("title",), (), "title", "title")


def source_of(segment: Segment, **settings: str) -> str:
    """Return a segment's DOT, for Graphviz to arrange; `settings` are the graph's own."""
    graph = {**SETTINGS, "graph": {**SETTINGS["graph"], **settings}}
    return dot.text(graph, segment.nodes, segment.members, segment.edges)


def too_small(pages: Sequence[Page], paper: str) -> tuple[str, ...]:
    """Return a note on pages whose print is smaller than 6.5 points; nothing where all is well."""
    small = sum(page.scale < 0.995 * SMALLEST_SCALE for page in pages)
    if not small:
        return ()
    return (f"{small} of {len(pages)} pages hold something too large for {paper} at 6.5 pt: drawn smaller",)
