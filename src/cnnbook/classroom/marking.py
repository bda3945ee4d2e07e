"""Marking: the points of a learner's answers, and the misconceptions that they show."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Literal, NamedTuple

from cnnbook.classroom.assignment import Assignment, Item, question_of
from cnnbook.classroom.fingerprints import fingerprint
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge, verdicts
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.questions import Question

Outcome = Literal["right", "partly right", "wrong", "unreadable", "blank", "changed"]
_SHOWN = 80  # characters of an answer that are kept
_LONGEST, _MOST_BITS, _MOST = 1_000, 400, 10  # of an answer to another grader's test


class Mark(NamedTuple):
    """What a learner gets for a question.

    `text` is the answer as it was typed, `answer` the numbers that were read from it. Of a wrong answer,
    `candidates` are the misconceptions that explain it, and `misconception` is the one that is asserted.
    `doubt` is true if the answer may mean a number but may mean something else. An answer is not marked, and
    its outcome is "changed", if the question is no longer the one that was handed out.
    """

    number: str
    variant: int
    outcome: Outcome
    points: float
    text: str
    answer: Answer = ()
    candidates: tuple[str, ...] = ()
    misconception: str | None = None
    doubt: bool = False


class Marker:
    """Marks answers to the questions of an assignment; what it has made or judged once it knows."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self._questions: dict[tuple[str, int], Question] = {}
        self._fingerprints: dict[tuple[str, int], str] = {}
        self._marks: dict[tuple[str, int, str], Mark] = {}
        self._showing: dict[tuple[str, int], frozenset[str]] = {}
        self._items = {item.number: item for item in assignment.items}

    def question(self, item: Item, variant: int) -> Question:
        """Return a question with the numbers of a variant."""
        found = self._questions.get((item.number, variant))
        if found is None:
            found = self.assignment.question(item, variant)
            self._questions[item.number, variant] = found
        return found

    def fingerprint(self, item: Item, variant: int) -> str:
        """Return the fingerprint of a question with the numbers of a variant."""
        found = self._fingerprints.get((item.number, variant))
        if found is None:
            found = self._fingerprints[item.number, variant] = fingerprint(self.question(item, variant))
        return found

    def can_show(self, mark: Mark) -> frozenset[str]:
        """Return the misconceptions that lead to a wrong answer in the question of a mark."""
        place = (mark.number, mark.variant)
        if place not in self._showing:
            slips = self.question(self._items[mark.number], mark.variant).slips()
            self._showing[place] = frozenset(slip.ids[0] for slip in slips if len(slip.ids) == 1)
        return self._showing[place]

    def marks(
        self, learner: str, answers: Mapping[str, str], changed: Container[str] = ()
    ) -> tuple[Mark, ...]:
        """Return the marks for a learner's answers, given as text under the numbers of the questions.

        The answer to a chapter's exercise may also stand under its id, as in what the site exports. `changed`
        are the numbers of questions that have changed since the handout, and cannot be marked.
        """
        found = []
        for item in self.assignment.items:
            variant, text = self.assignment.variant(item, learner), _given(answers, item)
            if item.number in changed:
                found.append(Mark(item.number, variant, "changed", 0.0, text[:_SHOWN]))
            else:
                found.append(self._mark(item, variant, text))
        return tuple(found)

    def _mark(self, item: Item, variant: int, text: str) -> Mark:
        known = self._marks.get((item.number, variant, text))
        if known is None:
            known = self._marks[item.number, variant, text] = self._judged(item, variant, text)
        return known

    def _judged(self, item: Item, variant: int, text: str) -> Mark:
        question = self.question(item, variant)
        said = judge(question, text)
        outcome, share = _outcome(question, said)
        return Mark(
            item.number,
            variant,
            outcome,
            round(item.points * share, 2),
            text[:_SHOWN],
            said.answer,
            said.candidates,
            said.misconception,
            said.asks,
        )


def share_of_points(exercise: str, code: str, answer: object) -> float:
    """Return the share of its points that an answer gets, from 0 to 1, for the tests of other graders.

    `exercise` is a kind of practice, or the exercise of a chapter. `code` is the one from which the numbers
    of the question are drawn; an exercise of a chapter needs none. An answer is text, a whole number, or a
    list or tuple of them. Anything else is worth nothing, and no method of it is called.

    >>> share_of_points("lenet5.c1", "", "(6, 28, 28)"), share_of_points("lenet5.c1", "", (6, 28, 27))
    (1.0, 0.6666666666666666)
    """
    question = question_of(exercise, code)
    return _outcome(question, judge(question, _plain(answer)))[1]


def _plain(answer: object) -> str:
    """Return plain text or numbers as text, and of anything else nothing."""
    if type(answer) is str:
        return answer[:_LONGEST]
    if type(answer) is int and answer.bit_length() < _MOST_BITS:
        return str(answer)
    if type(answer) in (list, tuple) and len(answer) <= _MOST:  # type: ignore[arg-type]
        parts = [_plain(part) for part in answer if type(part) in (str, int)]  # type: ignore[attr-defined]
        return ", ".join(parts) if len(parts) == len(answer) else ""  # type: ignore[arg-type]
    return ""


def parts_of(question: Question) -> int:
    """Return in how many equal parts the points of a question are given."""
    return 1 if question.form.options or question.several_are_right else len(question.key)


def _given(answers: Mapping[str, str], item: Item) -> str:
    """Return the answer to a question; a kind of practice has other numbers outside its sheet."""
    return answers.get(item.number) or ("" if item.exercise in KINDS else answers.get(item.exercise, ""))


def _outcome(question: Question, said: Feedback) -> tuple[Outcome, float]:
    """Return the outcome, and the share of the points: each right component counts.

    A component that is wrong only because one before it is, counts as right. Where several answers are
    right, and where one of several options is chosen, there are all points or none.
    """
    match said.outcome:
        case "correct":
            return "right", 1.0
        case "unreadable":
            return "unreadable", 0.0
        case "not attempted":
            return "blank", 0.0
    if parts_of(question) == 1:
        return "wrong", 0.0
    found = verdicts(question, said.answer)
    share = sum(one in ("right", "follows") for one in found) / len(found)
    return ("partly right", share) if share else ("wrong", 0.0)
