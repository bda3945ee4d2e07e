"""When a learner last answered an exercise, and whether that was right, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cnnbook.exercises.words import _, say
from cnnbook.learner.record import Try, as_text

_RIGHT = _("Seen before: correct {when}.")
_WRONG = _("Seen before: not right yet, {when}.")
_WEEKDAYS = (
    _("on Monday"),
    _("on Tuesday"),
    _("on Wednesday"),
    _("on Thursday"),
    _("on Friday"),
    _("on Saturday"),
    _("on Sunday"),
)


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
    return say(_RIGHT if last.right else _WRONG, when=_day(last.when, now))


def _day(when: float, now: datetime) -> str:
    """Return the day of a time in the words of this week, otherwise as a date."""
    try:
        day = datetime.fromtimestamp(when).date()
    except (ValueError, OverflowError, OSError):  # the file may have been edited by hand
        return say(_("some time ago"))
    ago = (now.date() - day).days
    if ago in (0, 1):
        return say(_("today")) if ago == 0 else say(_("yesterday"))
    if 1 < ago < 7:
        return say(_WEEKDAYS[day.weekday()])
    return say(_("on {date}"), date=day.isoformat())
