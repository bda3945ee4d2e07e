"""Pictures of chapter 00: small maps of numbers, and the weights that connect outputs with inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from cnnbook.arithmetic import output_size
from cnnbook.figures.pixel_cells import frame, ink_on, write
from cnnbook.figures.style import BLUE, INK, MUTED, ORANGE, PAPER, VERMILLION, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture

_SHARED = ((BLUE, "-", 2.2), (ORANGE, "--", 2.2), (VERMILLION, ":", 2.6))
"""Colour, dash and width of the line for each of the kernel's weights; the dashes differ in greyscale too."""


@styled
def number_grids(
    grids: Mapping[str, Any], *, columns: int | None = None, centred: bool = False, weights: bool = False
) -> Picture:
    """Return small maps of numbers, each under its name; equal numbers have the same shade in all maps.

    In a map with a negative number, those below 0 are blue and those above are orange. A map without one is
    grey, like a photograph: dark is 0, white is the largest number. If `weights`,
    each map is drawn as one with negative numbers: 0 is white in all of them.

    A map is rows of numbers or anything with `.tolist()`, such as a tensor; a flat list is a map of one row.
    `columns` maps stand in one line, by default all of them. If `centred`, a smaller map stands in the middle
    of the room that the largest one takes, so that each output of a kernel is in line with the middle of its
    window.

    >>> print(number_grids({"image": [[1, 2], [3, 4]], "kernel": [0, 1]}).alt)
    image: 1 2 / 3 4. kernel: 0 1.
    """
    maps = {name: _rows(grid) for name, grid in grids.items()}
    alt = " ".join(
        f"{name}: {' / '.join(' '.join(f'{v:g}' for v in row) for row in rows)}."
        for name, rows in maps.items()
    )
    across = columns or len(maps)
    down = -(-len(maps) // across)
    widest = max(len(rows[0]) for rows in maps.values())
    lines = list(maps.values())
    tall = [max(map(len, lines[start : start + across])) for start in range(0, len(lines), across)]
    drawn = picture(across * (0.4 * widest + 0.35), 0.4 * sum(tall) + 0.5 * down, alt)
    drawn.set_layout_engine("constrained", h_pad=0.1, w_pad=0.08)
    signed = {name for name, rows in maps.items() if weights or any(v < 0 for row in rows for v in row)}
    most_signed = _largest(rows for name, rows in maps.items() if name in signed)
    most_grey = _largest(rows for name, rows in maps.items() if name not in signed)
    places = drawn.subplots(down, across, squeeze=False, height_ratios=tall).ravel()
    for axes in places[len(maps) :]:
        axes.set_axis_off()
    for at, (axes, (name, rows)) in enumerate(zip(places, maps.items(), strict=False)):
        left = (widest - len(rows[0])) / 2 if centred else 0
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                fill = _signed_tint(value / most_signed) if name in signed else _grey(value / most_grey)
                _number(axes, left + x, y, value, fill)
        frame(axes, (-0.05, widest + 0.05), (tall[at // across] + 0.05, -0.05))
        axes.set_axis_off()
        axes.set_title(name, loc="left")
    return drawn


@styled
def dense_against_convolution(inputs: int = 7) -> Picture:
    """Return the connections of a dense layer beside those of a convolution with a kernel of 3.

    >>> print(dense_against_convolution(7).alt)
    Left, dense: each of 5 outputs is tied to all 7 inputs, 35 weights.
    Right, convolution: each output is tied to 3 neighbours, by the same 3 weights at every place.
    """
    outputs = output_size(inputs, len(_SHARED))
    drawn = picture(
        7.2,
        2.5,
        f"Left, dense: each of {outputs} outputs is tied to all {inputs} inputs, "
        f"{inputs * outputs} weights.\n"
        f"Right, convolution: each output is tied to 3 neighbours, by the same 3 weights at every place.",
    )
    dense, convolution = drawn.subplots(1, 2)
    for output in range(outputs):
        for input_ in range(inputs):
            dense.plot([input_, output + 1], [0, 1], color=MUTED, linewidth=0.8, zorder=1)
        for tap, (color, dash, width) in enumerate(_SHARED):
            ends = [output + tap, output + 1]
            convolution.plot(ends, [0, 1], color=color, linestyle=dash, linewidth=width, zorder=1)
    for axes in (dense, convolution):
        axes.scatter(range(inputs), [0] * inputs, s=130, color=PAPER, edgecolor=INK, zorder=2)
        axes.scatter(range(1, outputs + 1), [1] * outputs, s=130, color=INK, zorder=2)
        axes.text(-0.5, 1, "outputs", ha="right", va="center")
        axes.text(-0.5, 0, "inputs", ha="right", va="center")
        frame(axes, (-2.2, inputs - 0.5), (-0.25, 1.25))
        axes.set_axis_off()
    dense.set_title(f"dense: {inputs} × {outputs} = {inputs * outputs} weights")
    convolution.set_title(f"convolution: 3 weights, each used {outputs} times")
    return drawn


def _largest(maps: Iterable[list[list[float]]]) -> float:
    """Return the largest number of all maps, without signs; 1 if there is none but 0."""
    return max((abs(v) for rows in maps for row in rows for v in row), default=0) or 1


def _signed_tint(weight: float) -> tuple[float, ...]:
    """Return blue below 0, else orange, paler for a smaller weight; dark digits are legible on it."""
    colour = VERMILLION if weight > 0 else BLUE
    return tuple(1 - 0.65 * abs(weight) * (1 - part) for part in to_rgb(colour))


def _grey(weight: float) -> tuple[float, ...]:
    """Return a grey, lighter for a larger weight, from dark grey to white."""
    return (0.3 + 0.7 * weight,) * 3


def _number(axes: Axes, x: float, y: float, value: float, fill: tuple[float, ...]) -> None:
    axes.add_patch(Rectangle((x, y), 1, 1, linewidth=1, facecolor=fill, edgecolor=MUTED))
    write(axes, x + 0.5, y + 0.5, f"{value:g}".replace("-", "−"), ink_on(fill))


def _rows(grid: Any) -> list[list[float]]:
    rows = list(grid.tolist() if hasattr(grid, "tolist") else grid)
    return [list(row) for row in rows] if rows and isinstance(rows[0], list | tuple) else [rows]
