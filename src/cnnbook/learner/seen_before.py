"""When a learner last answered an exercise, and whether that was right, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cnnbook.exercises.words import _, say
from cnnbook.learner.days import day_in_words
from cnnbook.learner.record import Try, as_text

_RIGHT = _("Seen before: correct {when}.")
_WRONG = _("Seen before: not right yet, {when}.")


def seen_before(exercise: str, numbers: dict[str, Any], tries: Iterable[Try], now: datetime) -> str:
    """Return when this exercise was last answered with these numbers, and whether that was right.

    It is empty if that never happened.

    >>> monday = datetime(2026, 11, 23, 9).timestamp()
    >>> tries = [Try(monday, "size.first", "{}", (3,), True, None)]
    >>> seen_before("size.first", {}, tries, datetime(2026, 11, 25, 18))
    'Seen before: correct on Monday.'
    """
    own = [one for one in tries if (one.exercise, one.numbers) == (exercise, as_text(numbers))]
    if not own:
        return ""
    last = max(own, key=lambda one: one.when)
    when = min(last.when, now.timestamp())  # a clock may have been wrong
    return say(_RIGHT if last.right else _WRONG, when=day_in_words(when, now))
