"""The beliefs that a record shows: misconceptions that recurred or were asserted, and what came after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.words import _, say
from cnnbook.learner.days import day_in_words
from cnnbook.learner.ladder import skill
from cnnbook.learner.record import Try

_SEEN_ONCE = _("{belief}: seen once, {day}; since then right {count} times.")
_SEEN = _("{belief}: seen {times} times, last {day}; since then right {count} times.")
_SINCE = {
    (True, 0): _("{belief}: seen once, {day}."),
    (True, 1): _("{belief}: seen once, {day}; since then right once."),
    (True, 2): _("{belief}: seen once, {day}; since then right twice."),
    (False, 0): _("{belief}: seen {times} times, last {day}."),
    (False, 1): _("{belief}: seen {times} times, last {day}; since then right once."),
    (False, 2): _("{belief}: seen {times} times, last {day}; since then right twice."),
}


class Belief(NamedTuple):
    """A misconception that a learner's answers showed.

    `seen` is the number of wrong answers that it alone explains, `last` the time of the last of them, and
    `right_since` the number of right answers to the same kinds of question after that.
    """

    misconception: str
    seen: int
    last: float
    right_since: int

    def in_words(self, now: datetime) -> str:
        """Return it as a sentence, without blame."""
        once = self.seen == 1
        message = _SINCE.get((once, self.right_since), _SEEN_ONCE if once else _SEEN)
        return say(
            message,
            belief=self.misconception.replace("-", " "),
            times=self.seen,
            day=day_in_words(self.last, now),
            count=self.right_since,
        )


def beliefs(tries: Sequence[Try]) -> Iterator[Belief]:
    """Yield the beliefs that are more than a suspicion, those that were seen last first.

    One wrong answer is a suspicion. It is more if the cause was asserted, or if two answers to different
    numbers are explained by it alone.
    """
    found: dict[str, list[Try]] = {}
    for one in tries:
        cause = one.misconception or (one.suspected[0] if len(one.suspected) == 1 else "")
        if not one.right and cause in MISCONCEPTIONS:
            found.setdefault(cause, []).append(one)
    for cause, own in sorted(found.items(), key=lambda item: -item[1][-1].when):
        if any(one.misconception for one in own) or len({(one.exercise, one.numbers) for one in own}) > 1:
            kinds = {skill(one.exercise) or one.exercise for one in own}
            later = tries[tries.index(own[-1]) + 1 :]
            right = [one for one in later if one.right and (skill(one.exercise) or one.exercise) in kinds]
            yield Belief(cause, len(own), own[-1].when, len(right))
