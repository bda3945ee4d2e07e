"""The rule of the output size backwards: settings, padding and input sizes that give a wanted output."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from cnnbook.arithmetic.integers import GeometryError, integer
from cnnbook.arithmetic.sizes import (
    check_ceil_mode,
    positions,
    same_padding_of_span,
    span,
    window_numbers,
)


class Setting(NamedTuple):
    """The settings of a window on one axis; `output_size(n, **setting._asdict())` gives its output size."""

    kernel_size: int
    stride: int
    padding: int
    dilation: int


def settings_between(
    size: int,
    output: int,
    *,
    kernel_sizes: Iterable[int] = range(1, 12),
    strides: Iterable[int] = range(1, 5),
    paddings: Iterable[int] = range(6),
    dilations: Iterable[int] = (1,),
    ceil_mode: bool = False,
) -> list[Setting]:
    """Return every setting within the bounds that makes `output` of `size` on one axis, in ascending order.

    `ceil_mode` is that of `output_size`.

    Raises GeometryError for a number below the least that PyTorch takes, TypeError for anything but integers.

    >>> settings_between(224, 112, kernel_sizes=[7])  # ResNet's first convolution
    [Setting(kernel_size=7, stride=2, padding=3, dilation=1)]
    >>> [setting.kernel_size for setting in settings_between(112, 56, strides=[2], paddings=[1])]
    [3, 4]
    """
    check_ceil_mode(ceil_mode)
    n, wanted = integer(size, "size", 1), integer(output, "output", 1)
    bounds = (
        sorted({integer(k, "kernel_sizes", 1) for k in kernel_sizes}),
        sorted({integer(s, "strides", 1) for s in strides}),
        sorted({integer(p, "paddings", 0) for p in paddings}),
        sorted({integer(d, "dilations", 1) for d in dilations}),
    )
    return [
        Setting(k, s, p, d)
        for k, s, p, d in product(*bounds)
        if positions(n, span(k, d), s, (p, p), ceil_mode) == wanted and not (ceil_mode and p > k // 2)
    ]


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Return the padding per side that keeps the size at stride 1: d(k - 1)/2, where that is whole.

    Raises GeometryError where it is not, TypeError for anything but integers.

    >>> same_padding(3), same_padding(5), same_padding(3, dilation=2)
    (1, 2, 2)
    >>> same_padding(4)
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: no padding keeps the size: the kernel spans 4 pixels, an even number: \
padding 1 gives n - 1, padding 2 gives n + 1; an odd span or padding='same' (1 before, 2 after) would do
    """
    spanned = span(integer(kernel_size, "kernel_size", 1), integer(dilation, "dilation", 1))
    before, after = same_padding_of_span(spanned)
    if before != after:
        raise GeometryError(
            f"no padding keeps the size: the kernel spans {spanned} pixels, an even number: "
            f"padding {before} gives n - 1, padding {after} gives n + 1; "
            f"an odd span or padding='same' ({before} before, {after} after) would do"
        )
    return before


def input_sizes(
    output: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> range:
    """Return the input sizes on one axis that give `output`: s of them, from (m - 1)s + d(k - 1) + 1 - 2p on.

    There are fewer, or none, where some of those are below 1. `ceil_mode` is that of `output_size`.

    Raises GeometryError where PyTorch refuses the layer, TypeError for anything but integers.

    >>> input_sizes(55, 11, stride=4, padding=2)  # torchvision's AlexNet: 224 or 3 others
    range(223, 227)
    >>> input_sizes(1, 3, padding=2)  # one pixel with so much padding already gives 3
    range(1, 1)
    """
    check_ceil_mode(ceil_mode)
    m = integer(output, "output", 1)
    k, s, p, d = window_numbers(kernel_size, stride, padding, dilation, ceil_mode)
    spanned = span(k, d)

    def smallest(m: int) -> int:
        # With ceil_mode there is a window m as soon as m - 1 windows do not cover the padded image, if it
        # also starts before the image ends.
        if ceil_mode:
            return max((m - 2) * s + spanned - 2 * p, (m - 1) * s - p) + 1
        return (m - 1) * s + spanned - 2 * p

    return range(max(1, smallest(m)), max(1, smallest(m + 1)))
