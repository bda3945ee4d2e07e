"""The pictures of chapter 04: activations, results by seed, layers split over two GPUs, kernels in colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnbook.figures.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    PAPER,
    VERMILLION,
    picture,
    show_image,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture

    Images = Any
    """A tensor or array; the last two axes are (H, W)."""


@styled
def activations(most: float = 4.0) -> Picture:
    """Return ReLU and tanh from -most to most, and their slopes in a second panel.

    >>> print(activations().alt)
    Left, ReLU and tanh. Right, their slopes: ReLU's is 0 below zero and 1 above;
    tanh's is 1 at zero only and falls to both sides, to 0.001 at 4.
    """
    x = np.linspace(-most, most, 401)
    end = 1 - np.tanh(most) ** 2
    drawn = picture(
        7.2,
        2.5,
        "Left, ReLU and tanh. Right, their slopes: ReLU's is 0 below zero and 1 above;\n"
        f"tanh's is 1 at zero only and falls to both sides, to {end:.3f} at {most:g}.",
    )
    values, slopes = drawn.subplots(1, 2)
    _curve(values, x, np.maximum(x, 0), np.tanh(x))
    _curve(slopes, x, np.where(x < 0, 0.0, np.where(x > 0, 1.0, np.nan)), 1 - np.tanh(x) ** 2)
    values.set_title("what comes out", loc="left")
    slopes.set_title("slope", loc="left")
    values.legend(loc="upper left")
    slopes.set_ylim(-0.1, 1.2)
    return drawn


@styled
def by_seed(results: Mapping[str, Sequence[float]], what: str, start: float = 0) -> Picture:
    """Return a line for each name, with a dot for the result of each seed; equal or near results are stacked.

    `what` says what was measured, and is written below. The axis begins at `start`, or at the
    smallest result, if that is less.

    >>> print(by_seed({"ReLU": [6, 6, 7], "tanh": [6, 5, 6]}, "epochs").alt)
    Epochs, a dot for each seed. ReLU: 6, 6, 7. tanh: 6, 5, 6.
    """
    left = min(start, *map(min, results.values()))
    most = max(map(max, results.values()))
    near = max(0.02 * (most - left), 1e-9)  # as wide as a dot is drawn
    said = " ".join(f"{name}: {', '.join(f'{value:g}' for value in row)}." for name, row in results.items())
    drawn = picture(
        6.4, 0.75 * len(results) + 0.7, f"{what[0].upper()}{what[1:]}, a dot for each seed. {said}"
    )
    axes = drawn.add_subplot()
    for line, (row, colour) in enumerate(
        zip(results.values(), (BLUE, VERMILLION, INK, MUTED, GREEN), strict=False)
    ):
        for at, value in enumerate(row):
            height = line - 0.16 * sum(abs(value - other) < near for other in row[:at])
            axes.plot([value], [height], "o", color=colour, markeredgecolor=PAPER, markersize=8)
    axes.set_yticks(range(len(results)), list(results))
    axes.set(xlabel=what, xlim=(left, most + 0.1 * (most - left)), ylim=(len(results) - 0.6, -0.9))
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    return drawn


@styled
def training_test_gaps(results: Mapping[str, Sequence[tuple[float, float]]]) -> Picture:
    """Return for each name and seed the accuracy on the training and on the test pictures, and their gap.

    `results` gives each name's pairs (training, test), from 0 to 1. The training accuracy is a full dot, the
    test accuracy an empty square, and a bar between them is the gap.

    >>> print(training_test_gaps({"plain": [(0.9, 0.8), (0.92, 0.8)], "dropout": [(0.84, 0.79)]}).alt)
    Accuracy on training and test pictures, a bar for each seed.
    plain: gaps of 10.0, 12.0 points. dropout: gaps of 5.0 points.
    """
    gaps = {name: [100 * (seen - new) for seen, new in pairs] for name, pairs in results.items()}
    said = " ".join(
        f"{name}: gaps of {', '.join(f'{g:.1f}' for g in own)} points." for name, own in gaps.items()
    )
    drawn = picture(
        7.4,
        0.8 * len(results) + 0.7,
        f"Accuracy on training and test pictures, a bar for each seed.\n{said}",
    )
    axes = drawn.add_subplot()
    for line, (name, pairs) in enumerate(results.items()):
        for at, (seen, new) in enumerate(pairs):
            height = line + 0.18 * (at - (len(pairs) - 1) / 2)
            axes.plot([100 * new, 100 * seen], [height, height], color=MUTED, linewidth=1.6, zorder=1)
            axes.plot([100 * seen], [height], "o", color=BLUE, label="training" if not line + at else None)
            axes.plot(
                [100 * new],
                [height],
                "s",
                color=VERMILLION,
                markerfacecolor=PAPER,
                label="test" if not line + at else None,
            )
        mean = sum(gaps[name]) / len(pairs)
        most = max(100 * seen for seen, _new in pairs)
        axes.text(most + 0.7, line, f"mean gap {mean:.1f}", va="center", color=INK)
    axes.set_yticks(range(len(results)), list(results))
    left, right = axes.get_xlim()
    axes.set(xlabel="pictures that are right, %", xlim=(left, right + 0.22 * (right - left)))
    axes.set_ylim(len(results) - 0.4, -0.6)
    axes.grid(axis="x")
    axes.set_axisbelow(True)
    axes.legend(loc="lower right")
    return drawn


@styled
def group_ties(groups: Mapping[str, int]) -> Picture:
    """Return the layers from left to right, each in two halves; lines show which halves a layer reads.

    `groups` gives each layer's name and its groups, 1 or 2. With 2, each half reads its own half of the layer
    before it; with 1 it reads both. The first layer reads the image, which is not split.

    >>> print(group_ties({"conv1": 1, "conv2": 2, "conv3": 1}).alt)
    Layers in two halves, one for each GPU. Read their own half only: conv2. Read both halves: conv3.

    Raises ValueError for other numbers of groups.
    """
    if any(count not in (1, 2) for count in groups.values()):
        raise ValueError(f"a layer is drawn in two halves, so its groups are 1 or 2, not {dict(groups)}")
    names = list(groups)
    own = [name for name in names if groups[name] == 2]
    both = [name for name in names[1:] if groups[name] == 1]
    drawn = picture(
        1.05 * len(names) + 0.8,
        2.1,
        f"Layers in two halves, one for each GPU. Read their own half only: {', '.join(own) or 'none'}. "
        f"Read both halves: {', '.join(both) or 'none'}.",
    )
    axes = drawn.add_subplot()
    for x, name in enumerate(names):
        split = groups[name] == 2
        for half in (0, 1):
            for source in ((half,) if split else (0, 1)) if x else ():
                crossing = source != half
                axes.plot(
                    [x - 0.68, x - 0.32],
                    [source, half],
                    color=VERMILLION if crossing else BLUE,
                    linestyle="--" if crossing else "-",
                    linewidth=1.8,
                )
            axes.text(
                x,
                half,
                name,
                ha="center",
                va="center",
                bbox={"boxstyle": "round,pad=0.35", "facecolor": PAPER, "edgecolor": INK},
            )
    for half in (0, 1):
        axes.text(-0.6, half, f"GPU {half + 1}", ha="right", va="center", color=MUTED)
    axes.set(xlim=(-1.2, len(names) - 0.5), ylim=(1.5, -0.5))
    axes.set_axis_off()
    return drawn


@styled
def kernels_with_maps(photo: Images, kernels: Images, maps: Images, titles: Sequence[object]) -> Picture:
    """Return a photograph, and beside it each colour kernel above the map that it makes of the photograph.

    `photo` has shape (3, H, W), with values from 0 to 1. `kernels` has shape (N, 3, k, k): grey is 0, a
    brighter red a positive weight for red, and so on; each kernel is scaled by its own largest weight. `maps`
    has shape (N, H, W), and each map is scaled to its own range of values. There are N `titles`.

    >>> kernels_with_maps(np.ones((3, 9, 8)), np.ones((1, 3, 5, 5)), np.eye(7)[None], ["flat"]).alt
    'A photograph of 9 by 8 pixels; kernels of 5 by 5 in colour, each above its map of 7 by 7: flat.'
    """
    image, weights, seen = (np.asarray(values, dtype=float) for values in (photo, kernels, maps))
    sizes = [f"{values.shape[-2]} by {values.shape[-1]}" for values in (image, weights, seen)]
    named = ", ".join(map(str, titles))
    drawn = picture(
        1.3 * len(weights) + 3.4,
        2.9,
        f"A photograph of {sizes[0]} pixels; kernels of {sizes[1]} in colour, "
        f"each above its map of {sizes[2]}: {named}.",
    )
    grid = drawn.add_gridspec(2, len(weights) + 1, width_ratios=[2, *[1] * len(weights)])
    whole = drawn.add_subplot(grid[:, 0])
    show_image(whole, image.transpose(1, 2, 0).clip(0, 1))  # resizing rounds some values to just above 1
    whole.set_title(f"photograph\n{sizes[0].replace('by', '×')}")
    for column, (kernel, values, title) in enumerate(zip(weights, seen, titles, strict=True), start=1):
        above, below = (drawn.add_subplot(grid[row, column]) for row in (0, 1))
        show_image(above, 0.5 + kernel.transpose(1, 2, 0) / (2 * (np.abs(kernel).max() or 1)))
        show_image(below, values)
        above.set_title(str(title))
        if column == 1:
            above.set_ylabel(sizes[1].replace("by", "×"))
            below.set_ylabel(sizes[2].replace("by", "×"))
    return drawn


def _curve(axes: Axes, x: Images, relu: Images, tanh: Images) -> None:
    axes.set_xticks(range(int(x[0]), int(x[-1]) + 1))
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.axhline(0, color=GRID, zorder=0)
    axes.axvline(0, color=GRID, zorder=0)
    axes.plot(x, relu, color=BLUE, linewidth=2.2, label="ReLU")
    axes.plot(x, tanh, color=VERMILLION, linewidth=2.2, linestyle="--", label="tanh")
