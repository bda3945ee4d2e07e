"""The kind to practise next: the first on the ladder (the order of learning) that is not mastered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain

from cnnbook.exercises.chapters import UnknownExerciseError, find
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.questions import Question
from cnnbook.learner.record import Try, mastered


def suggestion(tries: Sequence[Try]) -> str:
    """Return the first kind that is not mastered yet; if all are, the one that was not tried for longest.

    Tries at practice, at quizzes and at chapter exercises count alike; typing mistakes do not count.
    """
    by_skill: dict[str, list[Try]] = {kind: [] for kind in KINDS}
    for one in without_typos(tries):
        if own := skill(one.exercise):
            by_skill[own].append(one)
    for kind, recent in by_skill.items():
        if not mastered(recent):
            return kind
    return min(by_skill, key=lambda kind: by_skill[kind][-1].when)


@cache
def skill(exercise: str) -> str | None:
    """Return the kind of practice that an exercise belongs to, by the name under which its tries are noted.

    >>> skill("quiz.conv-macs"), skill("lenet5.c1"), skill("lenet5.flatten"), skill("start.correlation")
    ('conv-macs', 'conv-output-size', 'flatten-features', None)
    """
    kind = exercise.removeprefix("quiz.")
    if kind in KINDS:
        return kind
    try:
        return _skill(find(exercise))
    except UnknownExerciseError:
        return None


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
