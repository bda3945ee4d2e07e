"""Which positions of its input each position of an operation's output reads, along one axis.

Each function returns one range for each position of the output, with positions of the input from 0 to n - 1.
Padding is no position of the input, so a window at the border reads fewer positions than the kernel has.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from functools import lru_cache
from math import floor

Reads = tuple[range, ...]


@lru_cache(maxsize=32)
def window_reads(n: int, count: int, numbers: tuple[int, int, int, int]) -> Reads:
    """Return what each of `count` windows reads of n positions; the numbers are (k, s, padding before, d).

    >>> window_reads(5, 3, (3, 2, 1, 1))
    (range(0, 2), range(1, 4), range(3, 5))
    """
    k, s, p, d = numbers
    return tuple([_inside(i * s - p, k, d, n) for i in range(count)])


@lru_cache(maxsize=32)
def transposed_reads(n: int, count: int, numbers: tuple[int, int, int, int]) -> Reads:
    """Return what each output of a transposed convolution reads of n positions; (k, s, p, d) as in PyTorch.

    Input i is spread over the outputs i·s - p + d·t for t from 0 to k - 1. So output o reads the inputs
    (o + p - d·t)/s that are whole numbers: how many there are depends on o, unless the stride divides the
    kernel size.

    >>> transposed_reads(3, 7, (3, 2, 0, 1))
    (range(0, 1), range(0, 1), range(0, 2), range(1, 2), range(1, 3), range(2, 3), range(2, 3))
    """
    k, s, p, d = numbers
    found = []
    for o in range(count):
        inputs = [(o + p - d * t) // s for t in reversed(range(k)) if (o + p - d * t) % s == 0]
        inside = [i for i in inputs if 0 <= i < n]
        step = inside[1] - inside[0] if len(inside) > 1 else 1
        found.append(range(inside[0], inside[-1] + 1, step) if inside else range(0))
    return tuple(found)


@lru_cache(maxsize=32)
def adaptive_reads(n: int, count: int) -> Reads:
    """Return what each output of an adaptive pool reads: floor(o·n/m) up to ceil((o + 1)·n/m).

    >>> adaptive_reads(7, 3)
    (range(0, 3), range(2, 5), range(4, 7))
    """
    return tuple([range(o * n // count, -(-(o + 1) * n // count)) for o in range(count)])


@lru_cache(maxsize=32)
def nearest_reads(n: int, count: int, scale: Fraction, middle: bool = False) -> Reads | None:
    """Return what each output of a nearest-neighbour resampling reads: floor(o·scale), at most n - 1.

    `scale` is input size by output size; with `middle`, as in "nearest-exact", it is floor((o + 1/2)·scale).
    PyTorch computes this in floating point. None where the rounding of float32 or float64 leads to another
    position than whole numbers do.

    >>> nearest_reads(3, 6, Fraction(1, 2))
    (range(0, 1), range(0, 1), range(1, 2), range(1, 2), range(2, 3), range(2, 3))
    """
    shift = Fraction(1, 2) if middle else Fraction(0)
    single = _float32(float(scale))
    found = []
    for o in range(count):
        exact = floor((o + shift) * scale)
        place = float(o + shift)
        if not exact == floor(place * float(scale)) == floor(_float32(place * single)):
            return None
        at = min(exact, n - 1)
        found.append(range(at, at + 1))
    return tuple(found)


@lru_cache(maxsize=32)
def interpolated_reads(n: int, count: int, scale: Fraction, *, align_corners: bool, cubic: bool) -> Reads:
    """Return what each output of a linear or cubic resampling reads, those of weight 0 left out.

    The output o lies at (o + 1/2)·scale - 1/2 of the input, where `scale` is input size by output size; with
    `align_corners` at o·(n - 1)/(m - 1). Linear interpolation reads the position before it and the one after
    it, cubic interpolation two of each.

    >>> interpolated_reads(3, 6, Fraction(1, 2), align_corners=False, cubic=False)
    (range(0, 1), range(0, 2), range(0, 2), range(1, 3), range(1, 3), range(2, 3))
    """
    found = []
    for o in range(count):
        if align_corners:
            place = Fraction(o * (n - 1), count - 1) if count > 1 else Fraction(0)
        else:
            place = (o + Fraction(1, 2)) * scale - Fraction(1, 2)
        if not cubic:
            place = min(max(place, Fraction(0)), Fraction(n - 1))
        first = floor(place)
        before, after = (1, 2) if cubic else (0, 1)
        ends = (first, first) if place == first else (first - before, first + after)
        low, high = [min(max(end, 0), n - 1) for end in ends]
        found.append(range(low, high + 1))
    return tuple(found)


@lru_cache(maxsize=32)
def block_reads(count: int, r: int) -> Reads:
    """Return what each output of a pixel shuffle with factor r reads: one position for r outputs.

    >>> block_reads(4, 2)
    (range(0, 1), range(0, 1), range(1, 2), range(1, 2))
    """
    return tuple([range(o // r, o // r + 1) for o in range(count)])


def slice_reads(n: int, part: slice) -> Reads:
    """Return what each position of a slice reads.

    >>> slice_reads(6, slice(1, None, 2))
    (range(1, 2), range(3, 4), range(5, 6))
    """
    return tuple([range(i, i + 1) for i in range(n)[part]])


@lru_cache(maxsize=32)
def padded_reads(n: int, count: int, before: int, mode: str) -> Reads | None:
    """Return what each position of a padded map reads; a negative padding crops. None for unknown modes.

    >>> padded_reads(3, 5, 1, "constant")
    (range(0, 0), range(0, 1), range(1, 2), range(2, 3), range(0, 0))
    >>> padded_reads(3, 5, 1, "reflect")[0], padded_reads(3, 5, 1, "circular")[0]
    (range(1, 2), range(2, 3))
    """
    found = []
    for o in range(count):
        i = o - before
        if not 0 <= i < n:
            if mode == "constant":
                found.append(range(0))
                continue
            if mode == "replicate":
                i = min(max(i, 0), n - 1)
            elif mode == "circular":
                i %= n
            elif mode == "reflect":
                i = -i if i < 0 else 2 * (n - 1) - i
            else:
                return None
        found.append(range(i, i + 1))
    return tuple(found)


def _inside(start: int, k: int, d: int, n: int) -> range:
    """The positions start, start + d, ... of a kernel that are from 0 to n - 1."""
    first = start if start >= 0 else start + -(start // d) * d
    return range(first, max(first, min(start + d * (k - 1) + 1, n)), d)


def _float32(number: float) -> float:
    rounded: float = struct.unpack("f", struct.pack("f", number))[0]
    return rounded
