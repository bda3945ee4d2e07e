"""The arguments of practice and quiz: checked, with errors that say what was given and what would work."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

from cnnbook.exercises.words import _, say


def whole(name: str, value: Any, least: int | None = None) -> int:
    """Return the argument called `name` as a whole number.

    Raises TypeError for anything else, also for a bool or text, and ValueError below `least`.

    >>> whole("questions", 8, 1)
    8
    """
    try:
        number = index(value)
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise TypeError(
            say(
                _("{name} is {value}; a whole number is wanted, as in {name}={least}"),
                name=name,
                value=repr(value)[:60],
                least=str(least or 0),
            )
        )
    if least is not None and number < least:
        raise ValueError(
            say(
                _("{name} is {value}; it must be at least {least}"),
                name=name,
                value=str(number),
                least=str(least),
            )
        )
    return number


def learner_name(value: Any) -> str:
    """Return the learner's name or number as text.

    Raises TypeError for anything else.

    >>> learner_name(4711)
    '4711'
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(
            say(_("learner is {value}; a name is wanted, as in learner='ada'"), value=repr(value)[:60])
        )
    return str(value)


def shape(value: Any) -> tuple[int, ...]:
    """Return the shape of an input, batch axis first.

    Raises TypeError for anything else.

    >>> shape([1, 3, 224, 224])
    (1, 3, 224, 224)
    """
    sizes = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else ()
    try:
        return tuple(whole("input_shape", size, 1) for size in sizes or (None,))
    except (TypeError, ValueError):
        raise TypeError(
            say(
                _("input_shape is {value}; a shape is wanted, batch axis first, as in (1, 3, 224, 224)"),
                value=" ".join(repr(value).split())[:60],
            )
        ) from None
