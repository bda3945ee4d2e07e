"""Answers that are no text: numbers, lists, arrays and tensors, which are known by what they can do."""

from __future__ import annotations

from math import isfinite
from operator import index
from typing import TYPE_CHECKING

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import LARGEST_NUMBER, ratio
from cnnbook.exercises.checking.unreadable import UnreadableError

if TYPE_CHECKING:
    from cnnbook.exercises.checking.calculator import Number

MOST_NUMBERS = 8


def pieces_of(answer: object, depth: int = 0) -> list[str | Number]:
    """Return the numbers and texts in an answer; of a feature map, the sizes in its shape.

    An object may raise anything here. UnreadableError is raised for what is no number.

    >>> pieces_of((6, (28, 28))), pieces_of([28.0])
    ([6, 28, 28], [28])
    """
    if isinstance(answer, (list, tuple, range)):
        if len(answer) > MOST_NUMBERS:
            raise UnreadableError(unreadable.MANY, count=len(answer))
        if depth > 2:
            raise UnreadableError(unreadable.NESTED)
        # A leading None is the batch axis, as Keras prints it.
        return [
            piece
            for at, part in enumerate(answer)
            for piece in ([-1] if part is None and not at and not depth else pieces_of(part, depth + 1))
        ]
    if isinstance(answer, str):
        return [answer]
    if isinstance(answer, bool) or answer is None:
        raise UnreadableError(unreadable.OBJECT, kind="None" if answer is None else "bool")
    shape = getattr(answer, "shape", None)
    if isinstance(shape, tuple) and not depth:
        if len(shape) > 1:
            return [_number(size) for size in shape]
        if len(shape) == 1 and shape[0] <= MOST_NUMBERS:
            return [_number(number) for number in _listed(answer)]
    return [_number(answer)]


def has_batch(answer: object) -> bool:
    """Return whether an answer is a feature map or its shape, so that its first axis of four is the batch."""
    shape = getattr(answer, "shape", None)
    if isinstance(shape, tuple):
        return len(shape) > 1
    return isinstance(answer, tuple) and callable(getattr(answer, "numel", None))


def _listed(answer: object) -> list[object]:
    convert = getattr(answer, "tolist", None)
    return list(convert()) if callable(convert) else list(answer)  # type: ignore[call-overload]


def _number(value: object) -> Number:
    if isinstance(value, bool):
        raise UnreadableError(unreadable.OBJECT, kind="bool")
    if not isinstance(value, (int, float)) and callable(getattr(value, "item", None)):
        value = value.item()  # type: ignore[attr-defined]
        if isinstance(value, bool):
            raise UnreadableError(unreadable.OBJECT, kind="bool")
    if isinstance(value, float):
        if value != value:
            raise UnreadableError(unreadable.OBJECT, kind="nan")
        if not isfinite(value):
            raise UnreadableError(unreadable.HUGE)
        return int(value) if value == value // 1 and abs(value) <= LARGEST_NUMBER else _capped(float(value))
    exact = getattr(value, "as_integer_ratio", None)
    if not isinstance(value, int) and callable(exact):
        numerator, denominator = exact()
        return ratio(int(numerator), int(denominator))
    # A subclass of int may override comparisons, so it is converted to a true int.
    return _capped(int.__add__(index(value), 0))  # type: ignore[arg-type]


def _capped(number: int | float) -> int | float:
    if abs(number) > LARGEST_NUMBER:
        raise UnreadableError(unreadable.HUGE)
    return number
