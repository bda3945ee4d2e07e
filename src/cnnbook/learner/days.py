"""Days in words, as people say them: today, yesterday, on Monday, on 2026-11-18."""

from __future__ import annotations

from datetime import datetime

from cnnbook.exercises.words import _, say

_WEEKDAYS = (
    _("on Monday"),
    _("on Tuesday"),
    _("on Wednesday"),
    _("on Thursday"),
    _("on Friday"),
    _("on Saturday"),
    _("on Sunday"),
)
_NEAR = {-1: _("tomorrow"), 0: _("today"), 1: _("yesterday")}


def day_in_words(when: float, now: datetime) -> str:
    """Return the day of a time, in seconds since 1970: by its name within a week of now, else as a date.

    >>> monday = datetime(2026, 11, 23, 9).timestamp()
    >>> day_in_words(monday, datetime(2026, 11, 25)), day_in_words(monday, datetime(2026, 12, 25))
    ('on Monday', 'on 2026-11-23')
    """
    try:
        day = datetime.fromtimestamp(when).date()
    except (ValueError, OverflowError, OSError):  # the file may have been edited by hand
        return say(_("some time ago"))
    ago = (now.date() - day).days
    if ago in _NEAR:
        return say(_NEAR[ago])
    return say(_WEEKDAYS[day.weekday()]) if abs(ago) < 7 else say(_("on {date}"), date=day.isoformat())
