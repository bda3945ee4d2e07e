"""Pixels drawn as cells: how each kind looks, which of them a window reads, and words that count them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Patch, Rectangle

from cnnbook.arithmetic import Window
from cnnbook.figures.style import BLUE, INK, MUTED, PAPER, VERMILLION, YELLOW, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The kinds differ in lightness, hatch or outline as well as in colour, so that they differ in greyscale too.
CELLS: dict[str, dict[str, Any]] = {
    "read": {"facecolor": BLUE, "edgecolor": INK},
    "pixel": {"facecolor": PAPER, "edgecolor": INK},
    "padding": {"facecolor": PAPER, "edgecolor": MUTED, "linestyle": "--"},
    "never read": {"facecolor": YELLOW, "edgecolor": INK, "hatch": "////"},
    "skipped": {"facecolor": PAPER, "edgecolor": BLUE, "linestyle": ":"},
    "does not fit": {"facecolor": PAPER, "edgecolor": VERMILLION, "linestyle": "--"},
}
LETTERS = {"read": PAPER, "padding": MUTED, "does not fit": VERMILLION}
_BOX = {"boxstyle": "round,pad=0.15", "facecolor": PAPER, "edgecolor": "none"}


def pixels_read(position: int, window: Window, axis: int = 0) -> range:
    """Return the pixels that the window reads at a position; a pixel below 0 or past the end is padding.

    >>> list(pixels_read(1, Window((3,), stride=2, padding=1, dilation=2)))
    [1, 3, 5]
    """
    first = position * window.stride[axis] - window.padding_before_after[axis][0]
    return range(first, first + window.span[axis], window.dilation[axis])


def draw_cell(axes: Axes, x: float, y: float, kind: str, text: str = "") -> None:
    """Draw one cell of a row of pixels, its left edge at x and its top at y."""
    axes.add_patch(Rectangle((x + 0.05, y), 0.9, 0.8, linewidth=1, **CELLS[kind]))
    write(axes, x + 0.5, y + 0.4, text, LETTERS.get(kind, INK), hatched="hatch" in CELLS[kind])


def write(axes: Axes, x: float, y: float, text: str, color: str = INK, *, hatched: bool = False) -> None:
    """Write a text centred at (x, y), on a white background if the cell below it is hatched."""
    if text:
        axes.text(
            x, y, text, ha="center", va="center", color=color, bbox=_BOX if hatched else None, fontsize=9
        )


def ink_on(fill: tuple[float, ...]) -> str:
    """Return the colour of letters on an (r, g, b) background: white on dark, black on light.

    It is the one with the higher contrast, by the relative luminance of WCAG 2.2.

    >>> ink_on((1.0, 1.0, 1.0)) == INK
    True
    """
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in fill)
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return INK if luminance > 0.18 else PAPER


def frame(axes: Axes, across: tuple[float, float], down: tuple[float, float]) -> None:
    """Set the limits of a drawing made of cells, without spines; the cells are square if y runs downwards."""
    axes.set_xlim(*across)
    axes.set_ylim(*down)
    axes.set_aspect("equal" if down[0] > down[1] else "auto")
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def legend(drawn: Picture, kinds: Iterable[str]) -> None:
    """Add a legend of the kinds of cell that occur, in one line below the drawing."""
    wanted = set(kinds)
    names = [name for name in CELLS if name in wanted]
    if names:
        handles = [Patch(label=name, **CELLS[name]) for name in names]
        drawn.legend(
            handles=handles, loc="outside lower left", ncols=len(names), handlelength=1.3, fontsize=9
        )


def plural(count: int, noun: str) -> str:
    """Return the noun in the singular or the plural, as `count` asks for.

    >>> plural(1, "pixel"), plural(0, "pixel")
    ('pixel', 'pixels')
    """
    return noun if count == 1 else f"{noun}s"


def counted(count: int, noun: str) -> str:
    """Return the number with its noun.

    >>> counted(3, "window")
    '3 windows'
    """
    return f"{count} {plural(count, noun)}"


def listed(noun: str, numbers: list[int]) -> str:
    """Return the noun, in the right number, and the numbers behind it.

    >>> listed("column", [7, 8])
    'columns 7, 8'
    """
    return f"{plural(len(numbers), noun)} {', '.join(map(str, numbers))}"
