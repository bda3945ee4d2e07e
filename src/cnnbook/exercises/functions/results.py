"""Reads what a learner's function returns as plain values, which can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan
from operator import index
from typing import Any

from cnnbook.exercises.checking.calculator import LARGEST_NUMBER
from cnnbook.exercises.words import _, say, shown

# A number, or maps of numbers as nested tuples.
Result = int | float | tuple[Any, ...]

# Results of 32 and of 64 bits are equal if they agree to this many decimals.
_DECIMALS = 3

_WHOLE = _("It returns {kind}, where one whole number is wanted.")
_MAPS = _("It returns {kind}, where maps of numbers are wanted: a tensor or lists inside lists.")
_NAN = _(
    "It returns nan, which is no number. 0 divided by 0 gives nan, and so does the mean of an empty window. "
    "Is one of the two in it?"
)
_HUGE = _("It returns a number that is too large for any network.")
_RAGGED = _("It returns rows of different lengths, where maps are wanted whose rows are equally long.")


class UnfitError(Exception):
    """An answer, or a result of one, that has the wrong type; the message is for the learner."""


def whole_number(value: object) -> int | float:
    """Return the one number that a result is; a fraction remains one, since it is a wrong answer.

    Whatever counts as a whole number where a learner types it is one here too: 3, 3.0 and a tensor of no
    axis with the integer 3.

    Raises UnfitError for everything else.

    >>> whole_number(3.0), whole_number(3.5)
    (3, 3.5)
    """
    if isinstance(value, float):
        return _rounded(value)
    if isinstance(value, bool) or getattr(value, "shape", None):
        raise UnfitError(say(_WHOLE, kind=kind_of(value)))
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise UnfitError(say(_WHOLE, kind=kind_of(value))) from None
    if abs(number) > LARGEST_NUMBER:  # Python refuses to print integers of 4,301 digits
        raise UnfitError(say(_HUGE))
    return number


def number_maps(value: object) -> Result:
    """Return the maps in a tensor, an array or nested lists as nested tuples of rounded numbers.

    A leading batch axis of length 1 is dropped from maps with four axes.

    Raises UnfitError for anything else, and for rows of different lengths.

    >>> number_maps([[[1, 2.00001]]])
    (((1.0, 2.0),),)
    """
    maps = _nested(value)
    if _shape(maps) is None:
        raise UnfitError(say(_RAGGED))
    if isinstance(maps, tuple) and len(shape_of(maps)) == 4 and len(maps) == 1:
        return maps[0]  # type: ignore[no-any-return]
    return maps


def _nested(value: object) -> Result:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return tuple(map(_nested, value))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _rounded(float(value), whole=False)
    raise UnfitError(say(_MAPS, kind=kind_of(value)))


def _rounded(value: float, *, whole: bool = True) -> int | float:
    if isnan(value):
        raise UnfitError(say(_NAN))
    if not isfinite(value):
        return value
    if whole and value == int(value):
        return int(value)
    return round(value, _DECIMALS) + 0.0  # -0.0 becomes 0.0


def shape_of(result: Result) -> tuple[int, ...]:
    """Return the length of each axis of nested tuples whose rows are equally long; () of a number."""
    return _shape(result) or ()


def _shape(result: Result) -> tuple[int, ...] | None:
    if not isinstance(result, tuple):
        return ()
    shapes = {_shape(part) for part in result}
    if len(shapes) > 1 or None in shapes:
        return None
    return (len(result), *(next(iter(shapes), None) or ()))


def first_difference(given: Result, right: Result) -> tuple[Sequence[int], Result, Result]:
    """Return the place of the first number that differs, and the two numbers; the shapes must be equal.

    >>> first_difference(((1, 2), (3, 4)), ((1, 2), (0, 4)))
    ([1, 0], 3, 0)
    """
    place: list[int] = []
    while isinstance(given, tuple) and isinstance(right, tuple):
        at = next(at for at, pair in enumerate(zip(given, right, strict=True)) if pair[0] != pair[1])
        place.append(at)
        given, right = given[at], right[at]
    return place, given, right


def kind_of(value: object) -> str:
    """Return the type of a value in words: "nothing (None)", "a value of type list", "a tensor of (2, 3)"."""
    if value is None:
        return say(_("nothing (None)"))
    shape = getattr(value, "shape", None)
    if shape is not None and isinstance(shape, tuple) and shape:
        return say(_("a {kind} of the shape {shape}"), kind=type(value).__name__, shape=shown(tuple(shape)))
    return say(_("a value of type {kind}"), kind=type(value).__name__)
