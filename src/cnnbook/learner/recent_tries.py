"""The last first answers of a skill, the newest on the right: as a picture, as signs and in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cnnbook.exercises.words import _, say
from cnnbook.learner.mastery import RECENT, earned
from cnnbook.learner.record import Try

SQUARES = 12  # the most tries that are shown
_STEP = 18  # pixels from one square to the next

# The two squares differ without colour too: one is filled, one is empty, and each has a sign in it.
_RIGHT = (
    '<rect x="{x}.5" y="1.5" width="14" height="14" rx="3" fill="#009E73"/>'
    '<path d="M{x} 0m4 9l3 3 5-7" fill="none" stroke="#fff" stroke-width="2"/>'
)
_WRONG = (
    '<rect x="{x}.5" y="1.5" width="14" height="14" rx="3" fill="none" stroke="currentColor" opacity=".6"/>'
    '<path d="M{x} 0m4.5 5.5l6 6m0-6l-6 6" fill="none" stroke="#D55E00" stroke-width="2"/>'
)


def svg(tries: Sequence[Try]) -> str:
    """Return the tries as an inline SVG: a square each, and a line under those that decide on mastery."""
    last = tries[-SQUARES:]
    width = SQUARES * _STEP
    start = width - len(last) * _STEP
    squares = "".join(
        (_RIGHT if earned(one) else _WRONG).format(x=start + place * _STEP + 1)
        for place, one in enumerate(last)
    )
    decide = RECENT * _STEP
    line = f'<path d="M{width - decide + 1} 19.5h{decide - 3}" stroke="currentColor" opacity=".6"/>'
    return (
        f'<svg role="img" aria-label="{escape(words(tries))}" width="{width}" height="21" '
        f'viewBox="0 0 {width} 21">{squares}{line}</svg>'
    )


def signs(tries: Sequence[Try]) -> str:
    """Return the tries for a terminal, a sign each.

    >>> signs([Try(0.0, "size.first", "{}", (n,), n == 3, None) for n in (2, 4, 3)])
    '○○●'
    """
    return "".join("●" if earned(one) else "○" for one in tries[-SQUARES:])


def words(tries: Sequence[Try]) -> str:
    """Return the tries for a screen reader.

    >>> words([Try(0.0, "size.first", "{}", (n,), n == 3, None) for n in (2, 4, 3)])
    'last answers, oldest first: not yet, not yet, right'
    """
    outcomes = say(_(", ")).join(say(_("right") if earned(one) else _("not yet")) for one in tries[-SQUARES:])
    return say(_("last answers, oldest first: {outcomes}"), outcomes=outcomes)
