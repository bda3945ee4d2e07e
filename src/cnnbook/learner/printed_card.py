"""Exercises on a printed card, for pages without a kernel: the prompts and blanks to fill in, no answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any, Protocol, runtime_checkable

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _, say

_RUN = _("Run this cell in Jupyter to answer here.")


@runtime_checkable
class CardExercise(Protocol):
    """An exercise that a card can ask, such as an Exercise."""

    question: Question
    handed: Feedback | None
    name: str
    prompt: str
    closed: bool
    renewable: bool
    stub: str

    @property
    def solution(self) -> str:
        """The right answer with its calculation."""

    @property
    def hints_left(self) -> bool:
        """Whether there is a further hint before the solution."""

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer."""

    def further_hint(self) -> str:
        """Return the next hint that says something new."""

    def explain(self) -> str:
        """Return the solution, and close the exercise."""

    def new(self) -> Any:
        """Return another exercise of this kind."""


def printed(title: str, exercises: Sequence[CardExercise], note: str = _RUN) -> str:
    """Return the card as plain HTML, which GitHub shows as it is, with a note on how to answer below it."""
    items = "".join(map(_item, exercises))
    return (
        f"<section><p><strong>{escape(title)}</strong></p><ol>{items}</ol>"
        f"<p><em>{escape(say(note))}</em></p></section>"
    )


def box_labels(question: Question) -> tuple[str, ...]:
    """Return the label of each box of the answer, such as "channels", "height" and "width"."""
    return tuple(say(label or _("your answer")) for label in question.form.labels)


def _item(exercise: CardExercise) -> str:
    prompt = "".join(_paragraphs(exercise.prompt))
    if exercise.handed:
        return f"<li>{prompt}<p>{escape(str(exercise.handed))}</p></li>"
    if exercise.stub:
        return f"<li>{prompt}<pre>{escape(exercise.stub)}</pre></li>"
    blanks = ", ".join(f"{escape(label)} ______" for label in box_labels(exercise.question))
    return f"<li>{prompt}<p>{blanks}</p></li>"


def _paragraphs(text: str) -> Iterator[str]:
    """Yield paragraphs and tables as HTML; a line with " | " in it is a row of a table."""
    for is_table, group in groupby(escape(text).split("\n"), key=lambda line: " | " in line):
        if is_table:
            rows = ("".join(f"<td>{cell.strip()}</td>" for cell in line.split("|")) for line in group)
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        else:
            yield f"<p>{'<br>'.join(group)}</p>"
