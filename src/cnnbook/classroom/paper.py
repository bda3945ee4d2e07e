"""The sheet on paper: a worksheet for each learner, and the teacher's key with the usual wrong answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from cnnbook.classroom.assignment import Item
from cnnbook.classroom.blank_graphs import drawings
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.pages import page
from cnnbook.classroom.roster import Learner
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import say
from cnnbook.learner.hints import solution

Paper = Literal["A4", "Letter"]
_WRONG = 6  # wrong answers of a question on the key


class WrongAnswer(NamedTuple):
    """A wrong answer as it is typed, and the beliefs that lead to it."""

    answer: str
    beliefs: tuple[str, ...]


class AskedOnPaper(NamedTuple):
    """A question of a copy."""

    item: Item
    question: Question

    @property
    def labels(self) -> tuple[str, ...]:
        """The words in front of the blanks."""
        return tuple(say(label) if label else "" for label in self.question.form.labels)

    @property
    def key(self) -> str:
        """The right answer as it is typed."""
        return ", ".join(self.question.form.typed(self.question.key))

    @property
    def solution(self) -> str:
        """The right answer with its calculation."""
        return solution(self.question)

    @property
    def wrong(self) -> list[WrongAnswer]:
        """The usual wrong answers."""
        return usual_wrong_answers(self.question)


class Copy(NamedTuple):
    """A sheet on paper: the learner, or None if it is for everybody, its code, and the questions."""

    learner: Learner | None
    code: str
    questions: tuple[AskedOnPaper, ...]


def worksheets(marker: Marker, learners: tuple[Learner, ...], paper: Paper = "A4") -> str:
    """Return a page of HTML to print: a worksheet for each learner, each of which begins on a new page.

    Raises AssignmentError if the graph of a question cannot be drawn.
    """
    sheet = marker.assignment
    due = f"{sheet.due:%A, %d %B %Y, %H:%M}" if sheet.due else ""
    graphs = drawings(sheet.items, paper.lower())
    copies = _copies(marker, learners)
    return page("worksheet", sheet=sheet, suffix="", copies=copies, paper=paper, due=due, graphs=graphs)


def key(marker: Marker, learners: tuple[Learner, ...], paper: Paper = "A4") -> str:
    """Return the teacher's key as a page of HTML: the answers of each copy, and the usual wrong answers."""
    sheet = marker.assignment
    graphs = drawings(sheet.items, paper.lower(), key=True)
    copies = _copies(marker, learners)
    return page("key", sheet=sheet, suffix=": key", copies=copies, paper=paper, graphs=graphs)


def _copies(marker: Marker, learners: tuple[Learner, ...]) -> Iterator[Copy]:
    sheet = marker.assignment
    whole: tuple[Learner | None, ...] = (None,) if sheet.common else learners
    for learner in whole:
        who = learner.id if learner else ""
        asked = (AskedOnPaper(item, marker.question(item, sheet.variant(item, who))) for item in sheet.items)
        yield Copy(learner, sheet.paper_code(who), tuple(asked))


def usual_wrong_answers(question: Question) -> list[WrongAnswer]:
    """Return wrong answers with the beliefs that lead to them; the targeted ones come first."""
    found: dict[tuple[int, ...], dict[str, None]] = {}
    slips = [slip for slip in question.slips() if len(slip.ids) == 1 and not question.accepts(slip.answer)]
    for slip in sorted(slips, key=lambda slip: slip.ids[0] not in question.targets):
        if min(slip.answer) >= 0:
            found.setdefault(slip.answer, {})[MISCONCEPTIONS[slip.ids[0]].belief] = None
    return [
        WrongAnswer(", ".join(question.form.typed(answer)), tuple(beliefs))
        for answer, beliefs in list(found.items())[:_WRONG]
    ]
