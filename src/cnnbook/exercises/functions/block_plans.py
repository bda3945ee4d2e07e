"""Plans of blocks with branches, and what a block makes of a map, worked out without torch.

A plan lists the branches of a block, each a row of layers. While all weights are equal, all maps of a layer
are equal, too, so one map is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnnbook.exercises.functions.loops import Map, framed, numbers, slide

SIZE = (6, 5)
"""Rows and columns of the map that a block is tried on."""

WEIGHT, BIAS = 1 / 16, -0.5
"""Each weight of each convolution, and each bias of each batch norm."""


class Layer(NamedTuple):
    """A layer of a plan: a convolution with its batch norm and ReLU, or a pool, which has no `outs`."""

    kernel_size: tuple[int, int]
    outs: int = 0
    average: bool = True


Plan = Sequence[Sequence[Layer]]


def conv(outs: int, height: int, width: int = 0) -> Layer:
    """Return a convolution, padded so that the size stays, with its batch norm and ReLU."""
    return Layer((height, width or height), outs)


def pool(*, average: bool = True) -> Layer:
    """Return a pool of 3 × 3 with stride 1 and padding 1."""
    return Layer((3, 3), average=average)


def parameters_of(plan: Plan, ins: int) -> int:
    """Return the parameters of a block: the weights, and two numbers of a batch norm for each map.

    >>> parameters_of([[conv(2, 1), conv(4, 3)]], 6)
    96
    """
    total = 0
    for branch in plan:
        channels = ins
        for layer in branch:
            if layer.outs:
                height, width = layer.kernel_size
                total += height * width * channels * layer.outs + 2 * layer.outs
                channels = layer.outs
    return total


def maps_of(plan: Plan, ins: int, bias: float = BIAS) -> list[tuple[int, Map]]:
    """Return for each branch how many maps it puts out, and the map that they all are.

    `bias` is that of all batch norms; 0 is the same as no batch norm.
    """
    ends = []
    for branch in plan:
        channels, one = ins, probe_map()
        for layer in branch:
            one = _made(layer, channels, one, bias)
            channels = layer.outs or channels
        ends.append((channels, one))
    return ends


def probe_map() -> Map:
    """Return the map that all channels of the input are."""
    return numbers(*SIZE)  # type: ignore[return-value]


def _made(layer: Layer, channels: int, one: Map, bias: float) -> Map:
    height, width = layer.kernel_size
    if not layer.outs and not layer.average:
        low = [[float("-inf")] * len(one[0])]
        rows = [[float("-inf"), *row, float("-inf")] for row in [*low, *one, *low]]
        return [
            [max(max(row[x : x + 3]) for row in rows[y : y + 3]) for x in range(len(one[0]))]
            for y in range(len(one))
        ]
    most = max(height, width) // 2
    padded = framed(one, most, most)  # too much for the shorter side of a kernel, which is cut off again
    cut = most - height // 2, most - width // 2
    padded = [row[cut[1] : len(row) - cut[1]] for row in padded[cut[0] : len(padded) - cut[0]]]
    factor = channels * WEIGHT if layer.outs else 1 / 9
    made = slide(padded, [[1.0] * width] * height, 1)
    if not layer.outs:
        return [[factor * number for number in row] for row in made]
    return [[max(0.0, factor * number + bias) for number in row] for row in made]
