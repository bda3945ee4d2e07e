"""The ladder: which skill a try belongs to, and what to practise next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain

from cnnbook.exercises.chapters import UnknownExerciseError, find
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.questions import Question
from cnnbook.learner.record import Try, mastered


def suggestion(tries: Sequence[Try]) -> str:
    """Return the kind to practise next: the ladder's first that is not mastered yet, else the oldest.

    Tries of practice, quizzes and chapters count alike, each for its skill; a typing mistake counts nothing.
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
    """Return the kind that asks the same; for a chapter's own question, one with half of its targets."""
    if question.kind:
        return question.kind
    own = set(question.targets)
    shown = {name: len(own.intersection(chain(*kind.targets))) for name, kind in KINDS.items()}
    best = max(shown, key=lambda name: shown[name])  # of several, the first of the ladder
    return best if own and 2 * shown[best] >= len(own) else None


def without_typos(tries: Sequence[Try]) -> list[Try]:
    """Return the tries without those that were typing mistakes.

    A typing mistake is a wrong answer that no misconception explains and that the next try at the same
    numbers puts right, where the two differ by two digits swapped, one left out, or one typed twice.
    """
    kept, after = [], dict[tuple[str, str], Try]()
    for one in reversed(tries):
        next_try = after.get((one.exercise, one.numbers))
        if not (next_try and next_try.right and not one.right and _mistyped(one, next_try)):
            kept.append(one)
        after[one.exercise, one.numbers] = one
    return kept[::-1]


def _mistyped(wrong: Try, right: Try) -> bool:
    """Return whether one number of the wrong answer is the right one, mistyped."""
    if wrong.misconception or len(wrong.answer) != len(right.answer):
        return False
    apart = [
        (str(typed), str(meant))
        for typed, meant in zip(wrong.answer, right.answer, strict=True)
        if typed != meant
    ]
    return len(apart) == 1 and apart[0][0] in _mistypings(apart[0][1])


def _mistypings(number: str) -> set[str]:
    """Return a number with two neighbours swapped, a digit left out, or one typed twice."""
    places = range(len(number))
    swapped = {number[:i] + number[i + 1] + number[i] + number[i + 2 :] for i in places[:-1]}
    missing = {number[:i] + number[i + 1 :] for i in places}
    double = {number[: i + 1] + number[i:] for i in places}
    return (swapped | missing | double) - {number}
