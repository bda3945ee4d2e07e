"""Feedback for each learner: a page with the questions, what was answered, the solution and what to look at."""

from __future__ import annotations

from html import escape
from pathlib import Path

from cnnbook.classroom.files import written
from cnnbook.classroom.gradebook import number as shown
from cnnbook.classroom.grading import Grades, Result
from cnnbook.classroom.handout import file_names
from cnnbook.classroom.marking import Mark
from cnnbook.exercises.checking.judging import judge
from cnnbook.learner.hints import solution

_STYLE = """
:root { color-scheme: light dark; } body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem;
  margin: 0 auto; padding: 1rem; } pre { white-space: pre-wrap; font: inherit; margin: .3em 0; }
section { border-left: .35em solid #999; padding: .2em 1em; margin: 1em 0; break-inside: avoid; }
section.right { border-color: #009E73; } section.wrong { border-color: #E69F00; } h2 { font-size: 1.1rem; }
"""


def write_feedback(grades: Grades, folder: Path) -> None:
    """Write a page for each learner of the roster who handed in something.

    Raises FileError if one cannot be written.
    """
    learners = tuple(one.learner for one in grades.learners)
    names = file_names(grades.assignment, learners)
    for one in grades.learners:
        if one.marks:
            file = folder / names[one.learner].replace(".ipynb", ".html")
            written(file, feedback_page(grades, one).encode(), private=True)


def feedback_page(grades: Grades, one: Result) -> str:
    """Return the page of a learner."""
    title = escape(f"{grades.assignment.title}: {one.learner.name or one.learner.id}")
    parts = "".join(_question(grades, mark) for mark in one.marks)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body><main><h1>{title}</h1>"
        f"<p>{shown(one.points)} of {shown(grades.assignment.points)} points.</p>{parts}</main></body></html>\n"
    )


def _question(grades: Grades, mark: Mark) -> str:
    item = next(item for item in grades.assignment.items if item.number == mark.number)
    question = grades.marker.question(item, mark.variant)
    look = "right" if mark.outcome == "right" else "wrong"
    answer = escape(mark.text) or "no answer"
    said = ""
    if mark.outcome not in ("right", "blank"):
        feedback = judge(question, mark.text)
        said = f"<p>{escape(feedback.message)} {escape(feedback.hint)}</p>"
    right = "" if mark.outcome == "right" else f"<p>Solution: {escape(solution(question))}</p>"
    return (
        f'<section class="{look}"><h2>{mark.number}. {mark.outcome}: {shown(mark.points)} of {shown(item.points)}'
        f"</h2><pre>{escape(question.prompt)}</pre><p>Your answer: <b>{answer}</b></p>{said}{right}</section>"
    )
