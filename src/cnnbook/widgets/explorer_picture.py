"""A picture of the explorer for paper, for PDF and for pages in which no script runs."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from matplotlib.patches import Rectangle

from cnnbook.figures.pixel_cells import CELLS, frame, legend, write
from cnnbook.figures.style import INK, MUTED, ORANGE, PAPER, picture, styled
from cnnbook.widgets.explorer_alt import alt, shown
from cnnbook.widgets.explorer_photograph import photograph_picture
from cnnbook.widgets.inputs import top_of
from cnnbook.widgets.shades import Shades, output_shades

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture
    from cnnbook.widgets.layers import Layer, Size

_MOST = 0.4  # of the full colour behind letters, so that they can be read


@styled
def explorer_picture(layer: Layer, cell: Size) -> Picture:
    """Return the padded input with the window of one output number, the kernel, and the output.

    >>> from cnnbook import Window
    >>> from cnnbook.widgets.layers import Layer
    >>> print(explorer_picture(Layer((4, 5), Window(2, stride=2), "max"), (1, 0)).alt)
    Max pooling of 4 × 5 pixels, kernel 2 × 2, stride 2. The output is 2 × 2.
    Output row 1, column 0 is 3: the largest number in rows 2 to 3, columns 0 to 1.
    """
    return photograph_picture(layer, cell) if layer.pictured else _cells_picture(layer, cell)


def _cells_picture(layer: Layer, cell: Size) -> Picture:
    pad = layer.window.padding_before_after[0][0]
    k = layer.window.kernel_size[0]
    sides = [n + 2 * pad for n in layer.size]
    output = [] if layer.problem else layer.output
    tall = max(sides[0], k, len(output))
    wide = sides[1] + k + 2.4 + (len(output[0]) + 1.2 if output else 0)
    drawn = picture(max(4.6, 0.36 * wide + 0.3), 0.36 * (tall + 1) + 0.9, alt(layer, cell))
    axes = drawn.add_subplot()
    kinds = _input(axes, layer, cell)
    x = sides[1] + 1.2
    name = "kernel" if layer.weights else "window"
    _title(axes, x, f"{name} {k} × {k}")
    for tap in range(k * k):
        weights = [w for row in layer.weights for w in row]
        _cell(axes, x + tap % k, tap // k, "pixel", shown(weights[tap]) if weights else "")
    x += k + 1.2
    if output:
        _title(axes, x, f"output {len(output)} × {len(output[0])}")
        shades = output_shades(layer)
    for row, values in enumerate(output):
        for column, value in enumerate(values):
            color = ORANGE if (row, column) == cell else shades.color(value, _MOST)
            _cell(axes, x + column, row, "pixel", shown(value), facecolor=color)
    frame(axes, (-0.1, wide), (tall + 0.1, -1))
    axes.set_axis_off()
    heading = fill(layer.problem, 60) or layer.formula.replace(" and ", "\n")
    drawn.suptitle(heading, x=0.01, ha="left", fontsize=9, color=MUTED)
    legend(drawn, kinds - {"pixel"})
    return drawn


def _input(axes: Axes, layer: Layer, cell: Size) -> set[str]:
    """Draw the padded input; return the kinds of cell that occur."""
    (height, width), pad = layer.size, layer.window.padding_before_after[0][0]
    padded = f", padded {height + 2 * pad} × {width + 2 * pad}" if pad else ""
    _title(axes, 0, f"input {height} × {width}{padded}")
    lit: list[Size] = []
    won = None
    read = {(y, x) for y in range(height) for x in range(width)}
    if not layer.problem:
        down, across = layer.output_size
        lit = layer.taps(*cell)
        won = max(lit, key=lambda at: layer.pixel(*at)) if layer.kind == "max" else None
        read = {tap for row in range(down) for column in range(across) for tap in layer.taps(row, column)}
    kinds = set()
    shades = Shades(False, top_of(layer.input))
    for y in range(-pad, height + pad):
        for x in range(-pad, width + pad):
            inside = 0 <= y < height and 0 <= x < width
            kind = "pixel" if (y, x) in read else "never read"
            kind = "read" if (y, x) in lit else kind if inside else "padding"
            kinds.add(kind)
            value = layer.pixel(y, x)
            if (y, x) == won:
                _cell(axes, x + pad, y + pad, "pixel", shown(value), facecolor=ORANGE)
            elif kind == "pixel":
                _cell(axes, x + pad, y + pad, kind, shown(value), facecolor=shades.color(value, _MOST))
            else:
                _cell(axes, x + pad, y + pad, kind, shown(value))
    return kinds


def _cell(axes: Axes, x: float, y: float, kind: str, text: str, **look: Any) -> None:
    axes.add_patch(Rectangle((x, y), 1, 1, linewidth=0.8, **{**CELLS[kind], **look}))
    color = PAPER if kind == "read" else MUTED if kind == "padding" else INK
    write(axes, x + 0.5, y + 0.5, text, color, hatched=kind == "never read")


def _title(axes: Axes, x: float, text: str) -> None:
    axes.text(x, -0.3, text, fontsize=9)
