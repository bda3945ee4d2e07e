"""The rule for the output size on one axis, of convolutions, pools and transposed convolutions."""

from __future__ import annotations

from typing import Any

from cnnbook.arithmetic.integers import GeometryError, integer


def output_size(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Return how many positions a kernel takes along one axis: floor((n + 2p - d(k - 1) - 1)/s) + 1.

    All numbers are pixels of that axis. Padding is per side, as in PyTorch: 1 adds a pixel at each end. With
    `ceil_mode`, which only pools have, the fraction is rounded up; a last window that would start after the
    image is left out; and padding is at most half of the kernel.

    Raises GeometryError where PyTorch refuses the layer, TypeError for anything but integers.

    >>> output_size(32, 5)  # LeNet-5's C1
    28
    >>> output_size(224, 7, stride=2, padding=3)  # ResNet's first convolution
    112
    >>> output_size(112, 3, stride=2), output_size(112, 3, stride=2, ceil_mode=True)  # GoogLeNet's first pool
    (55, 56)
    >>> output_size(2, 5)
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: kernel does not fit: it spans 5 pixels, the padded input has 2; \
padding >= 2 or an input of at least 5 would do
    """
    check_ceil_mode(ceil_mode)
    n = integer(size, "size", 1)
    k, s, p, d = window_numbers(kernel_size, stride, padding, dilation, ceil_mode)
    return fitting_positions(n, k, s, (p, p), d, ceil_mode)


def transposed_output_size(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return a transposed convolution's output size: (n - 1)s - 2p + d(k - 1) + output_padding + 1.

    All numbers are pixels of one axis. A convolution with the same setting may give n for several input
    sizes; `output_padding` picks one of them. It has to be smaller than the stride or the dilation.

    Raises GeometryError where PyTorch refuses the layer, and for an output of size 0, which PyTorch refuses
    only for kernels up to 3; TypeError for anything but integers.

    >>> transposed_output_size(7, 3, stride=2, padding=1)
    13
    >>> transposed_output_size(7, 3, stride=2, padding=1, output_padding=1)
    14
    """
    return _transposed(size, kernel_size, stride, padding, output_padding, dilation)[0]


def transposed_formula(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> str:
    """Return the formula of `transposed_output_size` with the numbers in it; the errors are the same.

    >>> transposed_formula(7, 3, stride=2, padding=1, output_padding=1)
    '(7 - 1)×2 - 2×1 + 1×(3 - 1) + 1 + 1 = 14'
    """
    return _transposed(size, kernel_size, stride, padding, output_padding, dilation)[1]


def window_numbers(
    kernel_size: Any, stride: Any, padding: Any, dilation: Any, pool: bool
) -> tuple[int, int, int, int]:
    """Return kernel size, stride, padding and dilation of one axis as integers.

    Raises GeometryError where PyTorch refuses them, for a pool also if `pool`; TypeError for anything else.
    """
    k = integer(kernel_size, "kernel_size", 1)
    s = integer(stride, "stride", 1)
    p = integer(padding, "padding", 0)
    d = integer(dilation, "dilation", 1)
    if pool:
        check_pool_padding(k, p)
    return k, s, p, d


def check_ceil_mode(ceil_mode: object) -> None:
    """Raise TypeError for anything but True and False: the text "no" would count as true."""
    if not isinstance(ceil_mode, bool):
        raise TypeError(f"ceil_mode must be True or False, not {ceil_mode!r}")


def check_pool_padding(k: int, p: int) -> None:
    """Raise GeometryError for a padding of more than k // 2, whatever the dilation."""
    if p > k // 2:
        raise GeometryError(
            f"a pool's padding is at most half of its kernel ({k} // 2 = {k // 2}), not {p}; "
            f"padding {k // 2} or a kernel of at least {2 * p} would do"
        )


def span(k: int, d: int) -> int:
    """Return the pixels from the kernel's first to its last, both counted: d(k - 1) + 1."""
    return d * (k - 1) + 1


def same_padding_of_span(span: int) -> tuple[int, int]:
    """Return the pixels of padding before and after the image that keep its size at stride 1.

    Of an odd total, the larger part comes after the image: PyTorch's convention.
    """
    return (span - 1) // 2, span // 2


def positions(n: int, span: int, s: int, padding: tuple[int, int], ceil_mode: bool) -> int:
    """Return the number of positions of a kernel that spans `span` pixels; below 1 where it does not fit.

    `padding` is (before, after) the image. All sizes of convolutions and pools are computed here.
    """
    room = n + padding[0] + padding[1] - span
    if not ceil_mode:
        return room // s + 1
    count = -(-room // s) + 1
    return count - 1 if (count - 1) * s >= n + padding[0] else count


def fitting_positions(n: int, k: int, s: int, padding: tuple[int, int], d: int, ceil_mode: bool) -> int:
    """Return the number of positions of a kernel. Raises GeometryError where there is none."""
    spanned = span(k, d)
    count = positions(n, spanned, s, padding, ceil_mode)
    if count > 0:
        return count
    # With ceil_mode the last window may reach beyond the padded input, by less than a stride.
    least = spanned - s + 1 if ceil_mode else spanned
    needed = -(-(least - n) // 2)
    ways = f"an input of at least {least - sum(padding)} would do"
    if needed <= k // 2:
        ways = f"padding >= {needed} or {ways}"
    elif not ceil_mode:
        ways = f"padding >= {needed} (a pool allows {k // 2}) or {ways}"
    raise GeometryError(
        f"kernel does not fit{' even with ceil_mode' if ceil_mode else ''}: "
        f"it spans {spanned} pixels, the padded input has {n + sum(padding)}; {ways}"
    )


def _transposed(size: Any, k: Any, s: Any, p: Any, output_padding: Any, d: Any) -> tuple[int, str]:
    n, extra = integer(size, "size", 1), integer(output_padding, "output_padding", 0)
    k, s, p, d = window_numbers(k, s, p, d, pool=False)
    if extra >= max(s, d):
        raise GeometryError(
            f"output_padding is {extra}, the stride {s}, the dilation {d}; at most {max(s, d) - 1} would do"
        )
    uncropped = (n - 1) * s + span(k, d) + extra
    out = uncropped - 2 * p
    if out < 1:
        raise GeometryError(
            f"nothing is left: padding {p} takes {2 * p} of {uncropped} pixels; "
            f"padding <= {(uncropped - 1) // 2} would do"
        )
    return out, f"({n} - 1)×{s} - 2×{p} + {d}×({k} - 1) + {extra} + 1 = {out}"
