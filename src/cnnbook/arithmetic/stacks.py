"""The size after several windows one after another, and the size that they need for a wanted one."""

from __future__ import annotations

from collections.abc import Iterable

from cnnbook.arithmetic.inverse import input_sizes
from cnnbook.arithmetic.windows import Window


def size_after(size: tuple[int, ...], windows: Iterable[Window]) -> tuple[int, ...]:
    """Return the size, such as (H, W), of what the last of these windows makes of an image of `size`.

    Raises GeometryError where a kernel does not fit.

    >>> size_after((32, 28), [Window(5), Window.pool(2)])
    (14, 12)
    """
    for window in windows:
        size = window.output_size(size)
    return size


def side_after(side: int, windows: Iterable[Window]) -> int:
    """Return the side of what the last of these windows makes of a square map with this side, in pixels.

    Raises GeometryError where a kernel does not fit.

    >>> side_after(224, [Window(7, stride=2, padding=3), Window(3, stride=2, padding=1)])  # ResNet's stem
    56
    """
    return size_after((side, side), windows)[0]


def smallest_side(side: int, windows: Iterable[Window]) -> int:
    """Return the smallest side of a square map of which these windows make one with this side, in pixels.

    Only the windows' numbers for the height count. Raises IndexError where no map gives that side.

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
        side = input_sizes(side, k, stride=s, padding=p, dilation=d, ceil_mode=window.ceil_mode)[0]
    return side
