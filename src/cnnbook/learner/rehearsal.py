"""Wrong answers to a question, and the feedback that a learner gets for each; for teachers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice, permutations

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.functions.judging import judge_by_running
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.kinds.kind import Kind
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.questions import Question


def rehearse(question: Question, *, answers: int = 10) -> list[Feedback]:
    """Return the feedback on this many wrong answers: first those of the misconceptions that are targeted.

    Then come answers of the other misconceptions, answers with two slips at once, one that no misconception
    explains, unreadable text, and so on.

    >>> from cnnbook.exercises.chapters import find
    >>> [said.candidates for said in rehearse(find("size.first"), answers=3)]
    [('no-plus-one',), ('same-size',), ()]
    """
    return list(islice(_feedback(question), answers))


def rehearse_kind(kind: Kind, *, answers: int = 10) -> list[tuple[Question, list[Feedback]]]:
    """Return variants of a kind with feedback on wrong answers of different causes, `answers` in all.

    >>> from cnnbook.exercises.kinds.catalogue import KINDS
    >>> [len(said) for _, said in rehearse_kind(KINDS["receptive-field"])]
    [7, 3]
    """
    variants: list[tuple[Question, list[Feedback]]] = []
    causes: set[tuple[str, ...]] = {()}
    for attempt in range(_VARIANTS):
        question = draw(kind, "rehearsal", attempt)
        own = {said.candidates: said for said in reversed(rehearse(question, answers=30))}
        new = [said for candidates, said in reversed(own.items()) if candidates not in causes][:_OF_ONE]
        causes.update(said.candidates for said in new)
        variants += [(question, new)] if new else []
    found: list[tuple[Question, list[Feedback]]] = []
    left = answers
    for question, said in variants:
        found += [(question, said[:left])] if left else []
        left -= len(said[:left])
    if not found or found[0][0].form.options:
        return found + _further(kind, left)
    question, said = found[0]
    others = (one for one in _feedback(question) if not one.candidates)
    return [(question, [*said, *islice(others, left)]), *found[1:]]


def _further(kind: Kind, left: int) -> list[tuple[Question, list[Feedback]]]:
    """Return further variants with `left` wrong answers in all: a question with options has only few."""
    found = []
    for attempt in count(_VARIANTS):
        question = draw(kind, "rehearsal", attempt)
        said = rehearse(question, answers=min(left, _OF_ONE))
        found += [(question, said)] if said else []
        left -= len(said)
        if left < 1:
            break
    return found


_VARIANTS = 12
_OF_ONE = 5  # the most answers to one variant, so that the targets of several variants are shown


def _feedback(question: Question) -> Iterator[Feedback]:
    """Yield the feedback on wrong answers, each answer once; those that are run come to an end."""
    if isinstance(question, ProbedQuestion):
        yield from (judge_by_running(question, answer) for answer in question.wrong_answers)
        return
    seen = set()
    for answer in _wrong(question):
        said = judge(question, answer)
        if answer not in seen and said.outcome != "correct":
            yield said
        seen.add(answer)


def _other_options(question: Question) -> Iterator[Answer]:
    """Yield the other options, or the other orders; those that misconceptions lead to come first."""
    yield from (slip.answer for slip in question.slips())
    places = range(1, len(question.form.options) + 1)
    yield from permutations(places) if len(question.key) > 1 else ((place,) for place in places)


def _wrong(question: Question) -> Iterator[Answer | str]:
    """Yield wrong answers: one for each cause, some that no cause explains, then further ones."""
    if question.form.options:
        yield from _other_options(question)
        return
    slips = [slip for slip in question.slips() if min(slip.answer) >= 0]
    pairs = [slip for slip in question.unsure_slips() if min(slip.answer) >= 0]
    yield from (slip.answer for slip in slips if slip.ids[0] in question.targets)
    yield from (slip.answer for slip in {slip.ids: slip for slip in reversed(slips)}.values())
    yield from (slip.answer for slip in pairs[:2])
    key = question.key
    yield tuple(number + 4 for number in key)
    yield "a lot"
    yield ", ".join(map(str, (*key[:-1], key[-1] + 0.5)))
    yield ", ".join(map(str, (*key, 3, 3)))
    yield from (slip.answer for slip in slips)
    for step in count(2):
        yield (*key[:-1], key[-1] + 3 * step)
