"""The house style of the chapters' pictures: colours, letters and a figure that shows itself in a notebook.

The colours are Okabe and Ito's eight, told apart with any of the common colour-vision deficiencies;
`SEQUENCE` orders them so that neighbours differ in greyscale too. A picture is a card of white paper
with dark ink, so it reads the same on JupyterLab's light and dark themes.
"""

import base64
import functools
import html
import io
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from cycler import cycler
from matplotlib.figure import Figure

P = ParamSpec("P")
R = TypeVar("R")

PAPER = "#ffffff"
INK = "#1a1a1a"
MUTED = "#5f5f5f"
GRID = "#d9d9d9"

ORANGE = "#e69f00"
SKY = "#56b4e9"
GREEN = "#009e73"
YELLOW = "#f0e442"
BLUE = "#0072b2"
VERMILLION = "#d55e00"
PURPLE = "#cc79a7"

SEQUENCE = (BLUE, ORANGE, GREEN, SKY, VERMILLION, YELLOW, PURPLE)
"""For series of equal rank, in the order in which to use them."""

PIXELS = "gray"
"""Colour map for pictures and feature maps: one hue, dark to light."""

SIGNED = "PuOr"
"""Colour map for values around zero (kernels): orange below, purple above, white at zero."""

_STYLE: Any = {
    "font.family": "DejaVu Sans",  # ships with matplotlib, so a machine without fonts draws the same letters
    "font.size": 10.0,
    "axes.titlesize": 10.0,
    "axes.labelsize": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.facecolor": PAPER,
    "axes.prop_cycle": cycler(color=SEQUENCE),
    "figure.facecolor": PAPER,
    "figure.dpi": 110,
    "savefig.facecolor": PAPER,
    "grid.color": GRID,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "image.cmap": PIXELS,
    "image.interpolation": "nearest",
    "legend.frameon": False,
    "svg.fonttype": "none",
}


class Picture(Figure):
    """A matplotlib figure that a notebook shows by itself, with alternative text for those who cannot see it.

    It belongs to no pyplot state: nothing to close, and no second copy appears at the end of a cell.
    """

    alt: str = ""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=self.dpi, facecolor=PAPER)
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        data = base64.b64encode(self._repr_png_()).decode("ascii")
        width = round(self.get_figwidth() * self.dpi)
        return (
            f'<img src="data:image/png;base64,{data}" alt="{html.escape(self.alt, quote=True)}"'
            f' style="max-width: min(100%, {width}px); background: {PAPER}">'
        )


def picture(width: float, height: float, alt: str) -> Picture:
    """Return an empty `Picture` of so many inches, laid out by matplotlib's constrained layout.

    `alt` says in words what the picture shows; it carries the same fact as the caption.

    >>> picture(6, 2, "Six feature maps of a handwritten 3.").alt
    'Six feature maps of a handwritten 3.'
    """
    drawn = Picture(figsize=(width, height), layout="constrained")
    drawn.alt = alt
    return drawn


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Return `draw` run in the house style; the reader's own matplotlib settings stay as they were.

    Axes take their style when they are made, so the whole drawing function runs inside.
    """

    @functools.wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return wrapper
