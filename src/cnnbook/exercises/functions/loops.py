"""A max-pool and a convolution by loops over nested lists, and numbers to try them on."""

from __future__ import annotations

from collections.abc import Callable

from cnnbook.arithmetic import output_size

Map = list[list[float]]
Maps = list[Map]
OneNumber = Callable[[list[float]], float]


def numbers(*shape: int, start: int = 1) -> list[object]:
    """Return nested lists of this shape with whole numbers from -9 to 9 in no order that shows."""
    length, *rest = shape
    if not rest:
        return [(start * start * 5 + 7 * i * i + 3 * i * start) % 19 - 9 for i in range(length)]
    return [numbers(*rest, start=start * 3 + i * 2 + 1) for i in range(length)]


def windows(one: Map, counts: tuple[int, int], kernel_size: int, stride: int, pick: OneNumber) -> Map:
    """Return one number for each place of a window; what hangs over the edge is left out of the window."""
    rows, columns = counts
    return [
        [
            pick(
                [
                    number
                    for row in one[y * stride : y * stride + kernel_size]
                    for number in row[x * stride : x * stride + kernel_size]
                ]
            )
            for x in range(columns)
        ]
        for y in range(rows)
    ]


def places(one: Map, kernel_size: int, stride: int, *, more: int = 0) -> tuple[int, int]:
    """Return how many windows fit into the height and into the width, and `more`."""
    return (
        output_size(len(one), kernel_size, stride=stride) + more,
        output_size(len(one[0]), kernel_size, stride=stride) + more,
    )


def pool(maps: Maps, kernel_size: int, stride: int, pick: OneNumber = max) -> Maps:
    """Return the one number that is picked from each window, channel by channel."""
    return [windows(one, places(one, kernel_size, stride), kernel_size, stride, pick) for one in maps]


def conv(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    """Return the convolution of maps (C, H, W) with kernels (M, C, k_h, k_w)."""
    inputs = [framed(one, padding, padding) for one in maps]
    return [
        added([slide(one, part, stride) for one, part in zip(inputs, own, strict=True)]) for own in kernels
    ]


def framed(one: Map, before: int, after: int) -> Map:
    """Return a map with rows and columns of zeros before and after its own."""
    width = before + len(one[0]) + after
    rows = [[0.0] * before + list(row) + [0.0] * after for row in one]
    return [[0.0] * width] * before + rows + [[0.0] * width] * after


def slide(one: Map, kernel: Map, stride: int) -> Map:
    """Return the sum of the products of one map and one kernel at each place of the kernel."""
    rows = output_size(len(one), len(kernel), stride=stride)
    columns = output_size(len(one[0]), len(kernel[0]), stride=stride)
    return [
        [
            sum(
                weight * one[y * stride + i][x * stride + j]
                for i, line in enumerate(kernel)
                for j, weight in enumerate(line)
            )
            for x in range(columns)
        ]
        for y in range(rows)
    ]


def added(maps: Maps) -> Map:
    """Return the sum of maps, number by number."""
    return [[sum(pixels) for pixels in zip(*rows, strict=True)] for rows in zip(*maps, strict=True)]
