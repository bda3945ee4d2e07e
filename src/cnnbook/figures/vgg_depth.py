"""The pictures of chapter 05 about depth: the paper's columns, fading signals, accuracy, a scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from cnnbook.figures.style import (
    BLUE,
    GRID,
    INK,
    MUTED,
    ORANGE,
    SKY,
    VERMILLION,
    as_array,
    picture,
    show_image,
    styled,
)

if TYPE_CHECKING:
    from cnnbook.figures.style import Picture

_LINES = ((VERMILLION, "s", "--"), (BLUE, "o", "-"), (INK, "D", "-."))
_DENSE = 3


@styled
def configurations(columns: Mapping[str, Sequence[Sequence[int]]]) -> Picture:
    """Return networks as columns of boxes, a box for each layer with weights; a gap is a pool.

    `columns` gives each network's stages, a stage as the kernel sizes of its convolutions. Three dense layers
    follow in each.

    >>> print(configurations({"A": [[3], [3, 3]], "C": [[3], [3, 3, 1]]}).alt)
    A: 3 convolutions of 3 x 3 and 3 dense layers.
    C: 3 convolutions of 3 x 3, 1 of 1 x 1 and 3 dense layers.
    """
    most = [
        max(len(stages[at]) for stages in columns.values()) for at in range(len(next(iter(columns.values()))))
    ]
    tops = [sum(most[:at]) + 0.5 * at for at in range(len(most) + 1)]
    said = "\n".join(f"{name}: {_counted(stages)}." for name, stages in columns.items())
    drawn = picture(1.15 * len(columns) + 2.2, 0.2 * (tops[-1] + _DENSE) + 0.9, said)
    axes = drawn.add_subplot()
    for x, (name, stages) in enumerate(columns.items()):
        for top, stage in zip(tops, stages, strict=False):
            for row, kernel in enumerate(stage):
                _box(axes, x, top + row, f"{kernel} × {kernel}", SKY if kernel > 1 else ORANGE)
        for row in range(_DENSE):
            _box(axes, x, tops[-1] + row, "dense", GRID)
        layers = sum(map(len, stages)) + _DENSE
        axes.text(x + 0.42, -0.5, f"{name}\n{layers} layers", ha="center", va="bottom")
    for number, (top, rows) in enumerate(zip(tops, most, strict=False), start=1):
        axes.text(-0.15, top + rows / 2, f"stage {number}", ha="right", va="center", color=MUTED)
    axes.set(xlim=(-1.0, len(columns)), ylim=(tops[-1] + _DENSE + 0.3, -2.6))
    axes.set_axis_off()
    return drawn


@styled
def signal_by_layer(spreads: Mapping[str, Sequence[float]]) -> Picture:
    """Return how much pictures still differ after each layer of untrained networks, on a logarithmic scale.

    `spreads` gives for each network the standard deviation over the pictures, one number for each layer.

    >>> print(signal_by_layer({"plain": [0.25, 0.05, 0.01], "batch norm": [0.5, 0.5, 0.6]}).alt)
    How much pictures differ, from layer 1 to 3. plain: from 0.25 to 0.01. batch norm: from 0.5 to 0.6.
    """
    layers = range(1, max(map(len, spreads.values())) + 1)
    said = " ".join(f"{name}: from {row[0]:.2g} to {row[-1]:.2g}." for name, row in spreads.items())
    drawn = picture(7.0, 3.2, f"How much pictures differ, from layer 1 to {layers[-1]}. {said}")
    axes = drawn.add_subplot()
    for (name, row), (colour, mark, dashes) in zip(spreads.items(), _LINES, strict=False):
        axes.semilogy(layers[: len(row)], row, dashes, marker=mark, markersize=4, color=colour, label=name)
    axes.set(xlabel="layer of the untrained network", ylabel="how much pictures differ")
    axes.set_xticks(layers[::5])
    axes.grid(axis="y")
    drawn.legend(loc="outside right center")
    return drawn


@styled
def accuracy_by_depth(found: Mapping[str, Mapping[int, Sequence[float]]]) -> Picture:
    """Return the accuracy of networks by their number of layers: a dot for each seed, a line for the mean.

    The line is thin, since nothing was measured between two numbers of layers.

    `found` gives for each network and each depth the accuracies of its seeds, from 0 to 1.

    >>> print(accuracy_by_depth({"plain": {4: [0.7, 0.72], 22: [0.1, 0.1]}}).alt)
    Test pictures read right, by layers. plain: 4 layers 71 %, 22 layers 10 %.
    """
    means = {name: {n: 100 * float(np.mean(row)) for n, row in rows.items()} for name, rows in found.items()}
    said = " ".join(
        f"{name}: {', '.join(f'{n} layers {mean:.0f} %' for n, mean in rows.items())}."
        for name, rows in means.items()
    )
    drawn = picture(7.0, 3.2, f"Test pictures read right, by layers. {said}")
    axes = drawn.add_subplot()
    for (name, rows), (colour, mark, dashes) in zip(found.items(), _LINES, strict=False):
        axes.plot(
            list(means[name]), list(means[name].values()), dashes, color=colour, linewidth=1, label=name
        )
        for depth, row in rows.items():
            axes.plot([depth] * len(row), [100 * one for one in row], mark, color=colour, markersize=5)
    axes.axhline(10, color=MUTED, linewidth=0.8)
    axes.text(1, 11.5, "guessing", color=MUTED)
    depths = sorted({depth for rows in found.values() for depth in rows})
    axes.set(xlabel="layers with weights", ylabel="test pictures right, %", ylim=(0, 100), xticks=depths)
    axes.set_xlim(0, max(depths) + 1)
    axes.grid(axis="y")
    drawn.legend(loc="outside right center")
    return drawn


@styled
def score_maps(scene: Any, shares: Any, names: Sequence[str], stride: int) -> Picture:
    """Return a scene, and below it a map for each name: how sure the network is of it at each place.

    `scene` is (H, W), `shares` (names, rows, columns) with values from 0 to 1. `stride` is how many pixels of
    the scene lie between two places. A frame marks the place where a name has its largest share, and in the
    scene the pixels that begin there; the place is written above the map, its first pixel below the frame.

    >>> print(score_maps(np.zeros((16, 24)), [[[0.1, 0.9, 0.2]]], ["boot"], 8).alt)
    A scene of 16 by 24 pixels, and 1 by 3 places for each name. Surest of boot in row 0, column 1: 0.90.
    """
    image, maps = as_array(scene), as_array(shares)
    peaks = [divmod(int(one.argmax()), one.shape[1]) for one in maps]
    told = "; ".join(
        f"{name} in row {row}, column {column}: {one[row, column]:.2f}"
        for name, (row, column), one in zip(names, peaks, maps, strict=True)
    )
    height, width = image.shape
    places = f"{maps.shape[1]} by {maps.shape[2]}"
    alt = f"A scene of {height} by {width} pixels, and {places} places for each name. Surest of {told}."
    drawn = picture(9.4, 4.6, alt)
    grid = drawn.add_gridspec(2, len(names), height_ratios=(1.7, 1))
    whole = drawn.add_subplot(grid[0, :])
    show_image(whole, image, cmap="gray_r")
    shown: Any = None
    panels = []
    for at, (name, one, (row, column)) in enumerate(zip(names, maps, peaks, strict=True)):
        axes = drawn.add_subplot(grid[1, at])
        shown = show_image(axes, one, cmap="cividis", vmin=0, vmax=1)
        frame = Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=VERMILLION, linewidth=2)
        axes.add_patch(frame)
        axes.set_title(f"{name}\nrow {row}, column {column}")
        panels.append(axes)
        side = stride * 3 + stride // 2
        top, left = stride * row, stride * column
        whole.add_patch(Rectangle((left, top), side, side, fill=False, edgecolor=VERMILLION, linewidth=1.2))
        first = f"{name}, pixel ({top}, {left})"
        whole.text(left, top + side + 0.3, first, color=VERMILLION, va="top", fontsize=8)
    drawn.colorbar(shown, ax=panels, shrink=0.9, aspect=14, label="share of this name")
    return drawn


def _counted(stages: Sequence[Sequence[int]]) -> str:
    kernels = [kernel for stage in stages for kernel in stage]
    parts = [
        f"{kernels.count(k)}{' convolutions' if k == 3 else ''} of {k} x {k}" for k in (3, 1) if k in kernels
    ]
    return f"{', '.join(parts)} and {_DENSE} dense layers"


def _box(axes: Any, x: float, y: float, text: str, colour: str) -> None:
    axes.add_patch(Rectangle((x, y + 0.06), 0.84, 0.88, facecolor=colour, edgecolor=INK, linewidth=0.6))
    axes.text(x + 0.42, y + 0.5, text, ha="center", va="center", fontsize=8)
