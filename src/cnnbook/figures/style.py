"""The common style of the chapters' pictures: colours, letters and a figure that shows itself in a notebook.

The colours are the eight of Okabe and Ito, which people with any of the common colour-vision deficiencies can
tell apart. `SEQUENCE` orders them so that neighbours differ in greyscale too. The background is white and the
ink dark, so that a picture looks the same in JupyterLab's light and dark themes.
"""

import base64
import functools
import html
import io
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
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
"""The colours of a picture's series, in the order in which to use them."""

PIXELS = "gray"
"""Colour map for pictures and feature maps: one hue, dark to light."""

NEGATIVE = "#00468c"
"""The full colour of a negative number: a blue that is darker than orange in greyscale too."""

SIGNED = LinearSegmentedColormap.from_list("signed", [NEGATIVE, PAPER, VERMILLION])
"""Colour map for values around zero: blue below, orange above, white at zero, as in the explorer."""

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

    pyplot does not know it: it need not be closed, and no second copy appears at the end of a cell.
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

    `alt` is the alternative text: it says in words what the picture shows.

    >>> picture(6, 2, "Six feature maps of a handwritten 3.").alt
    'Six feature maps of a handwritten 3.'
    """
    drawn = Picture(figsize=(width, height), layout="constrained")
    drawn.alt = alt
    return drawn


def show_image(axes: Axes, image: Any, **options: Any) -> Any:
    """Draw an image in a thin grey frame, without ticks; return matplotlib's image."""
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=MUTED, linewidth=0.6)
    return axes.imshow(image, **options)


def as_array(values: Any) -> np.ndarray[Any, Any]:
    """Return a tensor, with or without gradients, an array or nested lists as an array.

    >>> as_array([[1, 2]]).shape
    (1, 2)
    """
    return np.asarray(values.detach() if hasattr(values, "detach") else values)


def signed(*values: Any) -> dict[str, Any]:
    """Return how to draw images around zero: the signed palette, on one scale with white at 0.

    >>> signed(np.array([-2.0, 1.0]))["vmax"]
    2.0
    """
    most = max(float(np.abs(image).max()) for image in values) or 1.0
    return {"cmap": SIGNED, "vmin": -most, "vmax": most}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Return a function that runs `draw` in the common style and leaves matplotlib's settings as they were.

    matplotlib styles an Axes when it is made, so the style must be set while `draw` runs.
    """

    @functools.wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return wrapper
