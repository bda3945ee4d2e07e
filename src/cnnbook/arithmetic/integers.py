"""Reading the integers that a caller gives, with messages that say what would work instead."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any, Final

Axes = tuple[int, ...]

# One letter per axis, as PyTorch's documentation names them.
AXIS_NAMES: Final = {1: "L", 2: "HW", 3: "DHW"}


class GeometryError(ValueError):
    """A size or count that no layer can have: the message says what is wrong, and then what would work."""

    # So that tracebacks and pickles name the package that callers import it from.
    __module__ = "cnnbook.arithmetic"


def integer(value: Any, name: str, least: int) -> int:
    """Return `value` as an int; numpy's integers are read too.

    Raises TypeError for a bool and for anything that is no integer, GeometryError for a number below `least`.

    >>> integer(0, "stride", 1)
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: stride is 0; at least 1 would do
    >>> integer(2.0, "stride", 1)
    Traceback (most recent call last):
    TypeError: stride must be an integer, not 2.0; 2 would do
    """
    number = value if type(value) is int else _converted(value, name)
    if number < least:
        raise GeometryError(f"{name} is {number}; at least {least} would do")
    return number


def numbers(value: Any, name: str, least: int) -> int | Axes:
    """Return one int for an integer, and a tuple of ints for anything that holds several.

    Raises what `integer` raises, and GeometryError if `value` is empty.

    >>> numbers(3, "kernel_size", 1), numbers([3, 5], "kernel_size", 1)
    (3, (3, 5))
    """
    if type(value) is int or isinstance(value, str) or not isinstance(value, Iterable):
        return integer(value, name, least)
    if getattr(value, "ndim", 1) == 0:  # numpy's and torch's scalars have an __iter__, which fails
        return integer(value, name, least)
    several = tuple([integer(number, name, least) for number in value])
    if not several:
        raise GeometryError(f"{name} is empty; one number per axis would do")
    return several


def one_per_axis(value: int | Axes, name: str, axes: int) -> Axes:
    """Return one number per axis: a single number is repeated.

    Raises GeometryError for a tuple of another length, and for more axes than a layer can have.

    >>> one_per_axis(3, "kernel_size", 2)
    (3, 3)
    """
    if axes not in AXIS_NAMES:
        raise GeometryError(f"{name} has {axes} axes; 1 (L), 2 (H, W) or 3 (D, H, W) would do")
    if isinstance(value, int):
        return (value,) * axes
    if len(value) == 1:
        return value * axes
    if len(value) != axes:
        raise GeometryError(f"{name} has {len(value)} numbers for {axes} axes; 1 or {axes} would do")
    return value


def _converted(value: Any, name: str) -> int:
    if not isinstance(value, bool):
        try:
            return index(value)
        except TypeError:
            pass
    instead = ""
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        instead = f"; {int(value)} would do"
    elif isinstance(value, tuple | list):
        instead = "; a Window takes one number per axis"
    raise TypeError(f"{name} must be an integer, not {value!r}{instead}") from None
