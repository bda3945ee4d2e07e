"""The pictures of chapter 05: receptive fields layer by layer, as bars and on a photograph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Patch, Rectangle

from cnnbook.figures.style import BLUE, INK, ORANGE, PAPER, SKY, VERMILLION, YELLOW, picture, styled

if TYPE_CHECKING:
    from cnnbook.figures.style import Picture

Box = tuple[int, int, int, int]  # first and last row, first and last column

_LINES = ((YELLOW, "-"), (SKY, "--"), (ORANGE, "-"), (PAPER, "-."), (VERMILLION, "-"))


@styled
def field_growth(fields: Mapping[str, int]) -> Picture:
    """Return a bar per layer, its height the receptive field of one unit; pools are hatched.

    `fields` gives each layer's name and its receptive field in pixels; a pool's name begins with "pool".

    >>> print(field_growth({"conv1_1": 3, "conv1_2": 5, "pool1": 6}).alt)
    How many pixels one unit sees: conv1_1 3, conv1_2 5, pool1 6.
    """
    alt = ", ".join(f"{name} {size}" for name, size in fields.items())
    drawn = picture(0.46 * len(fields) + 1.4, 3.0, f"How many pixels one unit sees: {alt}.")
    axes = drawn.subplots()
    bars = axes.bar(list(fields), list(fields.values()), edgecolor=INK, linewidth=0.6)
    for name, bar in zip(fields, bars, strict=True):
        pool = name.startswith("pool")
        bar.set(facecolor=ORANGE if pool else BLUE, hatch="//" if pool else "")
    axes.bar_label(bars, padding=2, color=INK, fontsize=9)
    axes.set_ylabel("pixels that one unit sees")
    axes.set_ylim(0, 1.12 * max(fields.values()))
    axes.set_xlim(-0.7, len(fields) - 0.3)
    axes.tick_params(axis="x", rotation=60, length=0)
    kinds = [Patch(facecolor=BLUE, label="convolution"), Patch(facecolor=ORANGE, hatch="//", label="pool")]
    axes.legend(handles=kinds, loc="upper left")
    return drawn


@styled
def fields_on_photograph(photograph: Any, boxes: Mapping[str, Box]) -> Picture:
    """Return the photograph with a frame for each box, and a magnified cut-out of each box beside it.

    The photograph is (H, W, 3) with values from 0 to 1; a box is (first row, last row, first column, last
    column), both ends counted.

    >>> print(fields_on_photograph(np.zeros((9, 9, 3)), {"pool1": (1, 2, 4, 6)}).alt)
    A photograph of 9 by 9 pixels with frames: pool1, 2 by 3.
    """
    image = np.asarray(photograph)
    cuts = {
        name: image[top : bottom + 1, left : right + 1] for name, (top, bottom, left, right) in boxes.items()
    }
    sizes = "; ".join(f"{name}, {cut.shape[0]} by {cut.shape[1]}" for name, cut in cuts.items())
    height, width = image.shape[:2]
    drawn = picture(9.2, 4.4, f"A photograph of {height} by {width} pixels with frames: {sizes}.")
    columns = -(-len(cuts) // 2)
    grid = drawn.add_gridspec(2, 2 + columns)
    whole = drawn.add_subplot(grid[:, :2])
    whole.imshow(image)
    whole.set_title(f"{height} × {width}")
    whole.set_axis_off()
    for index, (name, cut) in enumerate(cuts.items()):
        colour, line = _LINES[index % len(_LINES)]
        top, bottom, left, right = boxes[name]
        for shade, thickness, dashes in ((INK, 3.6, "-"), (colour, 2.0, line)):
            corner = (left - 0.5, top - 0.5)
            frame = Rectangle(corner, right - left + 1, bottom - top + 1, fill=False, edgecolor=shade)
            frame.set(linewidth=thickness, linestyle=dashes)
            whole.add_patch(frame)
        axes = drawn.add_subplot(grid[index // columns, 2 + index % columns])
        axes.imshow(cut)
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"{name}\n{cut.shape[0]} × {cut.shape[1]}")
        for spine in axes.spines.values():
            spine.set(visible=True, color=INK if colour == PAPER else colour, linewidth=2.5, linestyle=line)
    return drawn
