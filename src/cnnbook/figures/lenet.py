"""The pictures of chapter 03: digits, LeNet-5's feature maps and kernels, and which maps C3 reads."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Circle

from cnnbook.figures.style import (
    BLUE,
    GRID,
    INK,
    PAPER,
    SIGNED,
    Picture,
    as_array,
    picture,
    show_image,
    signed,
    styled,
)

if TYPE_CHECKING:
    Images = Any
    """A tensor or array; the last two axes are (H, W)."""


@styled
def digit_strip(images: "Images", titles: Sequence[object]) -> Picture:
    """Return the images, shape (N, H, W), in one row, dark on white, each below its title.

    >>> digit_strip(np.eye(8)[None], [7]).alt
    '1 image of 8 by 8 pixels, titled: 7.'
    """
    images = np.asarray(images)
    count, height, width = images.shape
    pictures = "image" if count == 1 else "images"
    named = ", ".join(str(title).replace("\n", " ") for title in titles)
    drawn = picture(
        max(1.05 * count, 2), 1.35, f"{count} {pictures} of {height} by {width} pixels, titled: {named}."
    )
    for axes, image, title in zip(np.atleast_1d(drawn.subplots(1, count)), images, titles, strict=True):
        show_image(axes, image, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(str(title))
    return drawn


@styled
def feature_maps(layers: "Mapping[str, Images] | Images") -> Picture:
    """Return one row per layer with its feature maps, each scaled to its own range of values.

    `layers` gives each layer's name and its maps, shape (C, H, W); or the maps of one layer alone. A large
    number is dark, and 0 is white. A layer with negative values is drawn in the signed palette, blue below 0
    and orange above, white at 0.

    >>> feature_maps({"input": np.eye(6)[None], "C1": np.ones((2, 4, 4))}).alt
    'Feature maps by layer: input, 1 of 6 by 6; C1, 2 of 4 by 4.'
    """
    given = layers if isinstance(layers, Mapping) else {"maps": layers}
    maps = {name: as_array(values) for name, values in given.items()}
    shapes = "; ".join(f"{name}, {len(m)} of {m.shape[1]} by {m.shape[2]}" for name, m in maps.items())
    widest = 8
    lines = [-(-len(m) // widest) for m in maps.values()]
    drawn = picture(8.6, 1.05 * sum(lines), f"Feature maps by layer: {shapes}.")
    grid = drawn.add_gridspec(sum(lines), widest)
    top = 0
    for (name, values), height in zip(maps.items(), lines, strict=True):
        for i, values_of_map in enumerate(values):
            axes = drawn.add_subplot(grid[top + i // widest, i % widest])
            most = float(values_of_map.max()) or 1.0
            grey = {"cmap": "gray_r", "vmin": 0, "vmax": most}
            show_image(axes, values_of_map, **(signed(values_of_map) if values.min() < 0 else grey))
            if i == 0:
                axes.set_ylabel(
                    f"{name}\n{values.shape[1]}×{values.shape[2]}", rotation=0, ha="right", va="center"
                )
        top += height
    return drawn


@styled
def kernels(rows: Mapping[str, "Images"]) -> Picture:
    """Return one row of kernels per name on one scale: orange is positive, blue with a minus negative.

    `rows` gives each row's name and its kernels, shape (C_out, 1, k, k) or (C_out, k, k).

    >>> kernels({"before": np.ones((6, 1, 5, 5)), "after": -2 * np.ones((6, 1, 5, 5))}).alt
    'Kernels, 6 of 5 by 5 in each row: before, from 1.00 to 1.00; after, from -2.00 to -2.00.'
    """
    values = {name: np.asarray(k).reshape(-1, *np.asarray(k).shape[-2:]) for name, k in rows.items()}
    first = next(iter(values.values()))
    limit = max(float(np.abs(k).max()) for k in values.values())
    ranges = "; ".join(f"{name}, from {k.min():.2f} to {k.max():.2f}" for name, k in values.items())
    size = f"{len(first)} of {first.shape[1]} by {first.shape[2]}"
    drawn = picture(1.2 * len(first) + 1.4, 1.25 * len(values), f"Kernels, {size} in each row: {ranges}.")
    grid = drawn.subplots(len(values), len(first), squeeze=False)
    for line, (name, row) in zip(grid, values.items(), strict=True):
        for axes, kernel in zip(line, row, strict=True):
            shown = show_image(axes, kernel, cmap=SIGNED, vmin=-limit, vmax=limit)
            for y, x in np.argwhere(kernel < 0):  # in greyscale both colours are dark
                strong = kernel[y, x] < -0.5 * limit
                axes.text(x, y, "−", ha="center", va="center", color=PAPER if strong else INK, fontsize=8)
        line[0].set_ylabel(name, rotation=0, ha="right", va="center")
    drawn.colorbar(shown, ax=grid, shrink=0.9, aspect=12, label="weight")
    return drawn


@styled
def connection_table(table: Sequence[Sequence[int]]) -> Picture:
    """Return the table of connections: a dot where a map of C3 (column) reads a map of S2 (row).

    Above the columns stands how many maps each of them reads.

    >>> connection_table([(0, 1), (1, 2)]).alt
    'Connections from 3 maps of S2 to 2 maps of C3: 4 of 6 possible. Map 0 reads 0, 1; map 1 reads 1, 2.'
    """
    sources = 1 + max(max(inputs) for inputs in table)
    made = sum(len(inputs) for inputs in table)
    each = "; ".join(f"map {i} reads {', '.join(map(str, inputs))}" for i, inputs in enumerate(table))
    possible = sources * len(table)
    alt = f"Connections from {sources} maps of S2 to {len(table)} maps of C3: {made} of {possible} possible."
    drawn = picture(0.42 * len(table) + 1, 0.42 * sources + 1.1, f"{alt} {each[0].upper()}{each[1:]}.")
    axes = drawn.subplots()
    axes.set(xlim=(0, len(table)), ylim=(0, sources))
    axes.hlines(range(sources + 1), 0, len(table), color=GRID, linewidth=0.8)
    axes.vlines(range(len(table) + 1), 0, sources, color=GRID, linewidth=0.8)
    for column, inputs in enumerate(table):
        for row in inputs:
            axes.add_patch(Circle((column + 0.5, row + 0.5), 0.3, color=BLUE))
    lengths = [len(inputs) for inputs in table]
    for length in dict.fromkeys(lengths):
        first, count = lengths.index(length), lengths.count(length)
        axes.plot((first + 0.15, first + count - 0.15), (-0.25, -0.25), color=INK, clip_on=False)
        said = f"reads all {length}" if length == sources else f"read {length} each"
        right = first + count == len(table)  # a long word over a short line stays within the frame
        place = first + count if right else first + count / 2
        axes.text(place, -0.45, said, ha="right" if right else "center", va="bottom")
    axes.set(xlabel="map of C3", ylabel="map of S2", aspect="equal")
    axes.set_xticks(np.arange(len(table)) + 0.5, map(str, range(len(table))))
    axes.set_yticks(np.arange(sources) + 0.5, map(str, range(sources)))
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return drawn
