"""The arguments of practice and quiz: checked, with errors that say what was given and what would work."""

from __future__ import annotations

from operator import index
from typing import Any

from cnnbook.exercises.words import _, say
from cnnbook.traces.given_inputs import several


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


def network_inputs(value: Any) -> tuple[Any, ...]:
    """Return the inputs of a network: one shape, batch axis first, or one tensor; or a list of several.

    Raises TypeError for anything else, also for a size below 1.

    >>> network_inputs([1, 3, 224, 224]), network_inputs([(1, 3, 224, 224), (1, 10)])
    (((1, 3, 224, 224),), ((1, 3, 224, 224), (1, 10)))
    """
    found = several(value)
    if found is None or any(isinstance(one, tuple) and min(one) < 1 for one in found):
        raise TypeError(
            say(
                _(
                    "input_shape is {value}; a shape is wanted, batch axis first, as in (1, 3, 224, 224), or "
                    "a tensor, or a list of several"
                ),
                value=" ".join(repr(value).split())[:60],
            )
        )
    return found
