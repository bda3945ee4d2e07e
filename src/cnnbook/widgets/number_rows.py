"""Numbers in rows, for one channel or for red, green and blue: how an array, a tensor or a list is read."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, Final

from cnnbook.arithmetic import GeometryError

LARGEST: Final = 9999  # a number with more digits has no room in a cell

Rows = list[list[Any]]  # of numbers: whole ones, unless a caller gave others


def per_channel(numbers: Any) -> list[Rows]:
    """Return rows as a list of one channel, and a list of channels as it is."""
    return [numbers] if numbers and not isinstance(numbers[0][0], Sequence) else list(numbers)


def as_numbers(values: Any, name: str) -> list[Any]:
    """Return an array, a tensor or nested lists as rows of numbers, or as such rows for each channel.

    Raises GeometryError for anything but (H, W), (1, H, W) and (3, H, W), and TypeError for anything but
    finite numbers. One channel comes back as rows.

    >>> as_numbers(((1, 2.5), (3, 4)), "kernel")
    [[1, 2.5], [3, 4]]
    """
    shape = f"{name} has to be numbers in rows, (H, W), or in rows for red, green and blue, (3, H, W)"
    try:
        given = values.tolist() if hasattr(values, "tolist") else values
    except (RuntimeError, NotImplementedError) as error:  # a tensor without data, a sparse or a quantized one
        raise TypeError(
            f"{name} has to be numbers, and this tensor gives none: {error}".split("\n")[0]
        ) from None
    if not (_several(given) and all(map(_several, given))):
        raise GeometryError(shape)
    deep = _several(given[0][0])
    channels = [
        [list(row) if _several(row) else row for row in rows] for rows in (given if deep else [given])
    ]
    rows = [row for channel in channels for row in channel]
    if (
        not all(map(_several, rows))
        or len({len(row) for row in rows}) > 1
        or len(set(map(len, channels))) > 1
    ):
        raise GeometryError(f"{shape}; the rows given differ in length")
    if len(channels) not in (1, 3):
        sides = " × ".join(map(str, (len(channels), len(channels[0]), len(rows[0]))))
        raise GeometryError(f"{name} is {sides}, {len(channels)} channels; 1 or 3 channels would do")
    for row in rows:
        row[:] = [finite(number, name) for number in row]
    return channels if len(channels) == 3 else channels[0]


def finite(value: Any, name: str) -> float:
    """Return a number as an int or a float.

    Raises TypeError for anything else, GeometryError for one that has no room in a cell, or is not finite.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} has to be numbers, not {value!r}")
    number = int(value) if isinstance(value, Integral) else float(value)  # numpy's too, which JSON refuses
    if not abs(number) <= LARGEST:
        raise GeometryError(f"{name} contains {number}; numbers from -{LARGEST} to {LARGEST} would do")
    return number


def _several(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0
