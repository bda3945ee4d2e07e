"""Mastery: which skills a learner has, by first answers to different numbers, and when each comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cnnbook.learner.record import Try

# A skill is mastered if this many of the most recent first answers were right.
RECENT, ENOUGH = 5, 4

# What was mastered comes back after 1 day, then after 3, 7 and 21 days, as long as each answer is right.
DAY = 24 * 60 * 60
GAPS = (1 * DAY, 3 * DAY, 7 * DAY, 21 * DAY)

# A hint that asks a question takes nothing away; the formula and its numbers are half of the answer.
MOST_HINTS = 1


class Standing(NamedTuple):
    """How a learner stands with one skill.

    `answers` are the first answers to different numbers, oldest first. `due` is when a mastered skill comes
    back, in seconds since 1970; None if it is not mastered.
    """

    answers: tuple[Try, ...]
    due: float | None

    @property
    def mastered(self) -> bool:
        """Whether four of the last five first answers were right, without more than one hint."""
        return self.due is not None

    @property
    def missed(self) -> bool:
        """Whether the last first answer earned nothing, so that the skill is asked again next time."""
        return bool(self.answers) and not earned(self.answers[-1])


def earned(one: Try) -> bool:
    """Return whether this first answer counts for mastery: right, and by the learner's own work."""
    return one.right and one.hints <= MOST_HINTS and not one.given_up


def first_answers(tries: Iterable[Try]) -> Iterator[Try]:
    """Yield the first try at each question with each of its numbers; the second tells nothing new.

    Somebody who had the solution shown gave up: that is the answer to these numbers.
    """
    seen: set[tuple[str, str]] = set()
    for one in tries:
        if (one.exercise, one.numbers) not in seen:
            seen.add((one.exercise, one.numbers))
            yield one


def standing(tries: Iterable[Try]) -> Standing:
    """Return how a learner stands with the skill that these tries belong to."""
    answers = tuple(first_answers(tries))
    due: float | None = None
    gap = 0
    for place, one in enumerate(answers, 1):
        recent = answers[max(0, place - RECENT) : place]
        if sum(map(earned, recent)) < ENOUGH:
            due = None
        elif due is None:
            gap, due = 0, one.when + GAPS[0]
        elif not earned(one):
            gap, due = 0, one.when  # it comes back at once, that is, in the next sitting
        elif one.when >= due:
            gap = min(gap + 1, len(GAPS) - 1)
            due = one.when + GAPS[gap]
    return Standing(answers, due)
