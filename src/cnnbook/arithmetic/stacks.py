"""Sizes through windows that follow each other, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterable

from cnnbook.arithmetic.inverse import input_sizes
from cnnbook.arithmetic.windows import Window


def size_after(size: tuple[int, ...], windows: Iterable[Window]) -> tuple[int, ...]:
    """Return the size, such as (H, W), that leaves the last of these windows.

    Raises GeometryError where a kernel does not fit.

    >>> size_after((32, 28), [Window(5), Window.pool(2)])
    (14, 12)
    """
    for window in windows:
        size = window.output_size(size)
    return size


def side_after(side: int, windows: Iterable[Window]) -> int:
    """Return the side that leaves the last of these windows, of a square map.

    Raises GeometryError where a kernel does not fit.

    >>> side_after(224, [Window(7, stride=2, padding=3), Window(3, stride=2, padding=1)])  # ResNet's stem
    56
    """
    return size_after((side, side), windows)[0]


def smallest_side(side: int, windows: Iterable[Window]) -> int:
    """Return the smallest side of a square map of which these windows leave so much.

    Raises GeometryError where no map does.

    >>> smallest_side(6, [Window(5), Window.pool(2)])
    16
    """
    for window in reversed([*windows]):
        (k, _), (s, _), ((p, _), _), (d, _) = (
            window.kernel_size,
            window.stride,
            window.padding_before_after,
            window.dilation,
        )
        side = input_sizes(side, k, stride=s, padding=p, dilation=d)[0]
    return side
