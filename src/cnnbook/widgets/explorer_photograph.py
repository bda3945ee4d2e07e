"""A picture of the explorer where its input is a photograph: input and output, with the window in both."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from cnnbook.figures.pixel_cells import ink_on
from cnnbook.figures.style import INK, MUTED, ORANGE, picture, show_image
from cnnbook.widgets.explorer_alt import alt, shown
from cnnbook.widgets.inputs import top_of
from cnnbook.widgets.shades import output_shades

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture
    from cnnbook.widgets.layers import Layer, Size

_COLORS = ("red", "green", "blue")


def photograph_picture(layer: Layer, cell: Size) -> Picture:
    """Return the input and the output as pictures, and the numbers of one window beside the kernel's."""
    drawn = picture(6.4, 4.6, alt(layer, cell))
    placed = drawn.subplot_mosaic([["input", "output"], ["numbers", "numbers"]], height_ratios=(3, 1))
    left, right, numbers = (placed[name] for name in ("input", "output", "numbers"))
    channels, top = layer.channels, top_of(layer.input)
    height, width = layer.size
    parts = [[[_part(number, top) for number in row] for row in rows] for rows in channels]
    colors = [[[parts[c % len(parts)][y][x] for c in range(3)] for x in range(width)] for y in range(height)]
    _image(left, colors, f"input {height} × {width}")
    for axes in (right, numbers):
        axes.set_axis_off()
    heading = layer.formula.replace(" and ", "\n")
    if layer.problem:
        heading = fill(layer.problem, 80)
    else:
        output, shades = layer.output, output_shades(layer)
        down, across = layer.output_size
        tones = [[shades.color(v) if shades.signed else (shades.part(v),) * 3 for v in row] for row in output]
        _image(right, tones, f"output {down} × {across}")
        taps = layer.taps(*cell)
        (y, x), span = taps[0], layer.window.span[0]
        _mark(left, x, y, span)
        _mark(right, cell[1], cell[0], 1)
        _numbers(numbers, layer, taps, top)
        if shades.signed:
            least, most = shown(-shades.scale), shown(shades.scale)
            heading += f"\nOutput: blue to {least}, white at 0, orange to {most}."
    drawn.suptitle(heading, x=0.01, ha="left", fontsize=9, color=MUTED)
    return drawn


def _image(axes: Axes, colors: Any, title: str) -> None:
    show_image(axes, colors)
    axes.set_title(title, fontsize=9, loc="left")
    axes.set_axis_on()


def _mark(axes: Axes, x: int, y: int, side: int) -> None:
    for color, linewidth in ((INK, 3.0), (ORANGE, 1.8)):
        axes.add_patch(Rectangle((x - 0.5, y - 0.5), side, side, fill=False, edgecolor=color, lw=linewidth))


def _numbers(axes: Axes, layer: Layer, taps: list[Size], top: float) -> None:
    """Write the window's pixels on their own shades and, beside them, the kernel's weights."""
    k, (height, width), channels = layer.window.kernel_size[0], layer.size, layer.channels
    squares: list[tuple[str, Any, float]] = []
    for channel, rows in enumerate(channels):
        pixels = [rows[y][x] if 0 <= y < height and 0 <= x < width else layer.outside for y, x in taps]
        name = f"window, {_COLORS[channel]}" if len(channels) > 1 else "window"
        squares.append((name, [pixels[k * i : k * i + k] for i in range(k)], top))
    for channel, rows in enumerate(layer.kernels):
        squares.append((f"kernel, {_COLORS[channel]}" if len(channels) > 1 else "kernel", rows, 0))
    wide = max(len(squares), 4) * (k + 1)
    for index, (name, rows, strongest) in enumerate(squares):
        _square(axes, index * (k + 1), name, rows, strongest, legible=wide <= 40)
    axes.set(xlim=(-0.1, wide), ylim=(k + 0.1, -k / 3), aspect="equal", anchor="W")


def _square(axes: Axes, left: int, title: str, rows: Any, top: float, legible: bool) -> None:
    size = 7 if len(rows) < 4 else 4
    axes.text(left, -0.2, title, fontsize=7)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            fill_color = (_part(value, top),) * 3 if top else (1.0, 1.0, 1.0)
            axes.add_patch(Rectangle((left + j, i), 1, 1, facecolor=fill_color, edgecolor=MUTED, lw=0.5))
            middle: dict[str, Any] = {
                "ha": "center",
                "va": "center",
                "fontsize": size,
                "color": ink_on(fill_color),
            }
            if legible:
                axes.text(left + j + 0.5, i + 0.5, shown(value), **middle)


def _part(value: float, top: float) -> float:
    return max(0.0, min(1.0, value / top))
