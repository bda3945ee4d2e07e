"""The kind to practise next: what was missed, what is due, else the next on the ladder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain

from cnnbook.exercises.chapters import CHAPTERS, exercises_of
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.questions import Question
from cnnbook.learner.mastery import Standing, earned, standing
from cnnbook.learner.record import Try

# After a pause this long, in seconds, a new sitting begins.
PAUSE = 4 * 60 * 60
# Of this many exercises in a row, one is of another kind: to choose the rule is part of the task.
MIXED = 4


def suggestion(tries: Sequence[Try], now: float) -> str:
    """Return the kind to practise next, at this time in seconds since 1970.

    It is a kind that was missed in the last sitting, else one that is due, else the first on the ladder that
    is not mastered. After three exercises of that kind in a row another one that was mastered comes between.

    Tries at practice, at quizzes and at chapter exercises count alike; typing mistakes do not count.
    """
    standings = by_skill(tries)
    kind = _next(standings, now)
    sitting = [skill(one.exercise) for one in tries if now - one.when < PAUSE]
    if sitting[1 - MIXED :] == [kind] * (MIXED - 1):
        others = {name: own for name, own in standings.items() if own.due is not None and name != kind}
        if others:
            return min(others, key=lambda name: others[name].due or 0.0)
    return kind


def _next(standings: dict[str, Standing], now: float) -> str:
    missed = [name for name, own in standings.items() if own.missed and now - own.answers[-1].when >= PAUSE]
    if missed:
        return missed[0]
    due = {name: own.due for name, own in standings.items() if own.due is not None}
    if due and min(due.values()) <= now:
        return min(due, key=lambda name: due[name])
    for name, own in standings.items():
        if not own.mastered and not _passed(name, own):
            return name
    return min(due, key=lambda name: due[name])


def _passed(name: str, own: Standing) -> bool:
    """Return whether a kind that leads to a harder one was answered right, so that the harder one is next."""
    return bool(KINDS[name].leads_to and own.answers) and earned(own.answers[-1])


def by_skill(tries: Sequence[Try]) -> dict[str, Standing]:
    """Return how the learner stands with each kind of practice, in the order of the ladder."""
    own: dict[str, list[Try]] = {kind: [] for kind in KINDS}
    for one in without_typos(tries):
        if name := skill(one.exercise):
            own[name].append(one)
    return {name: standing(some) for name, some in own.items()}


@cache
def skill(exercise: str) -> str | None:
    """Return the kind of practice that an exercise belongs to, by the name under which its tries are noted.

    >>> skill("quiz.conv-macs"), skill("lenet5.c1"), skill("lenet5.flatten"), skill("start.correlation")
    ('conv-macs', 'conv-output-size', 'flatten-features', None)
    """
    kind = exercise.removeprefix("quiz.")
    if kind in KINDS:
        return kind
    chapter = exercise.partition(".")[0]
    question = exercises_of(chapter).get(exercise) if chapter in CHAPTERS else None
    return _skill(question) if question else None


def _skill(question: Question) -> str | None:
    """Return the kind that asks the same, else one that targets at least half of its misconceptions."""
    if question.kind:
        return question.kind
    own = set(question.targets)
    shared = {name: len(own.intersection(chain(*kind.targets))) for name, kind in KINDS.items()}
    best = max(shared, key=lambda name: shared[name])  # of several, the first in the order of KINDS
    return best if own and 2 * shared[best] >= len(own) else None


def without_typos(tries: Sequence[Try]) -> list[Try]:
    """Return the tries without those that were typing mistakes.

    A typing mistake is a wrong answer that no misconception explains and that the next try at the same
    numbers puts right, where the two differ by two digits swapped, one left out, or one typed twice.
    """
    kept, following = [], dict[tuple[str, str], Try]()
    for one in reversed(tries):
        next_try = following.get((one.exercise, one.numbers))
        if not (next_try and next_try.right and not one.right and _mistyped(one, next_try)):
            kept.append(one)
        following[one.exercise, one.numbers] = one
    return kept[::-1]


def _mistyped(wrong: Try, right: Try) -> bool:
    """Return whether the answers differ in one number, which is a typing mistake for the right one."""
    if wrong.misconception or wrong.suspected or len(wrong.answer) != len(right.answer):
        return False
    different = [
        (str(typed), str(meant))
        for typed, meant in zip(wrong.answer, right.answer, strict=True)
        if typed != meant
    ]
    return len(different) == 1 and different[0][0] in _mistypings(different[0][1])


def _mistypings(number: str) -> set[str]:
    """Return a number with two neighbours swapped, a digit left out, or one typed twice."""
    places = range(len(number))
    swapped = {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in places[:-1]}
    missing = {number[:i] + number[i + 1 :] for i in places}
    double = {number[: i + 1] + number[i:] for i in places}
    return (swapped | missing | double) - {number}
