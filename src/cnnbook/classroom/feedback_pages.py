"""Feedback for each learner: a page with the questions, the answers, the solutions and what to look at."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cnnbook.classroom.assignment import Item
from cnnbook.classroom.files import written
from cnnbook.classroom.grading import Grades, Result
from cnnbook.classroom.handout import file_names
from cnnbook.classroom.marking import Mark
from cnnbook.classroom.pages import page
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.questions import Question
from cnnbook.learner.hints import solution


class Answered(NamedTuple):
    """A question with a learner's mark, and what is said about the answer if it is not right."""

    item: Item
    mark: Mark
    question: Question
    said: str

    @property
    def solution(self) -> str:
        """The right answer with its calculation."""
        return solution(self.question)


def write_feedback(grades: Grades, folder: Path) -> None:
    """Write a page for each learner of the roster who handed in something.

    Raises FileError if one cannot be written.
    """
    names = file_names(grades.assignment, tuple(one.learner for one in grades.learners))
    for one in grades.learners:
        if one.marks:
            file = folder / Path(names[one.learner]).with_suffix(".html").name
            written(file, feedback_page(grades, one).encode(), private=True)


def feedback_page(grades: Grades, one: Result) -> str:
    """Return the page of a learner."""
    answered = answers_of(grades, one)
    return page("feedback", sheet=grades.assignment, learner=one.learner, result=one, answered=answered)


def answers_of(grades: Grades, one: Result) -> list[Answered]:
    """Return the questions with the marks of a learner; there are none if nothing could be marked."""
    if not one.marks:
        return []
    return [
        _answered(grades, item, mark) for item, mark in zip(grades.assignment.items, one.marks, strict=True)
    ]


def _answered(grades: Grades, item: Item, mark: Mark) -> Answered:
    question = grades.marker.question(item, mark.variant)
    said = ""
    if mark.outcome not in ("right", "blank", "changed"):
        feedback = judge(question, mark.text)
        said = " ".join(filter(None, (feedback.message, feedback.hint)))
    return Answered(item, mark, question, said)
