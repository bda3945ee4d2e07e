"""Marking: the points of a learner's answers, and the misconceptions that they show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cnnbook.classroom.assignment import Assignment, Item
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge, verdicts
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.questions import Question

Outcome = Literal["right", "partly right", "wrong", "unreadable", "blank"]
_SHOWN = 80  # characters of an answer that are kept


class Mark(NamedTuple):
    """What a learner gets for a question.

    `text` is the answer as it was typed, `answer` the numbers that were read from it. Of a wrong answer,
    `candidates` are the misconceptions that explain it, and `misconception` is the one that is asserted.
    `doubt` is true if the answer may mean a number but may mean something else.
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

    def can_show(self, mark: Mark) -> frozenset[str]:
        """Return the misconceptions that lead to a wrong answer in the question of a mark."""
        place = (mark.number, mark.variant)
        if place not in self._showing:
            slips = self.question(self._items[mark.number], mark.variant).slips()
            self._showing[place] = frozenset(slip.ids[0] for slip in slips if len(slip.ids) == 1)
        return self._showing[place]

    def marks(self, learner: str, answers: Mapping[str, str]) -> tuple[Mark, ...]:
        """Return the marks for a learner's answers, given as text under the numbers of the questions.

        The answer to a chapter's exercise may also stand under its id, as in what the site exports.
        """
        return tuple(
            self._mark(item, self.assignment.variant(item, learner), _given(answers, item))
            for item in self.assignment.items
        )

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
    if question.form.options or question.several_are_right:
        return "wrong", 0.0
    found = verdicts(question, said.answer)
    share = sum(one in ("right", "follows") for one in found) / len(found)
    return ("partly right", share) if share else ("wrong", 0.0)
