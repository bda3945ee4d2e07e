"""The words a learner sees, looked up by id; one catalogue per language."""

from __future__ import annotations

from typing import Any

from cnnbook.exercises.english import ENGLISH

_CATALOGUES: dict[str, dict[str, str]] = {"en": ENGLISH}


def say(*keys: str, language: str = "en", **numbers: Any) -> str:
    """Return the first of these messages that the catalogue has and the numbers fill.

    >>> say("outcome.correct")
    'Correct'
    """
    catalogue = _CATALOGUES[language]
    shown_numbers = {name: shown(value) for name, value in numbers.items()}
    for key in keys:
        if key in catalogue:
            try:
                return catalogue[key].format_map(shown_numbers)
            except KeyError:
                continue  # it names a number that this question does not have: the next, plainer message fits
    raise KeyError(f"no message {' or '.join(keys)}")


def has(key: str, language: str = "en") -> bool:
    """Return whether the catalogue has this message."""
    return key in _CATALOGUES[language]


def shown(value: Any) -> str:
    """Return a number or an answer as the course writes it.

    >>> shown(61706), shown((6, 28, 28)), shown((61706,))
    ('61,706', '(6, 28, 28)', '61,706')
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple):
        return shown(value[0]) if len(value) == 1 else f"({', '.join(str(v) for v in value)})"
    return str(value)
