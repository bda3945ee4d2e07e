"""Exercises as they are printed, where nobody can answer them: prompts and blanks, no answers."""

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
class Askable(Protocol):
    """What a card can ask: an Exercise is one."""

    question: Question
    prompt: str
    closed: bool

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer."""

    def hint(self) -> str:
        """Return the next hint."""

    def explain(self) -> str:
        """Return the solution, and close the exercise."""

    def new(self) -> Any:
        """Return another exercise of this kind."""


def printed(title: str, exercises: Sequence[Askable]) -> str:
    """Return the exercises as plain HTML, which GitHub keeps."""
    items = "".join(map(_item, exercises))
    return (
        f"<section><p><strong>{escape(title)}</strong></p><ol>{items}</ol>"
        f"<p><em>{escape(say(_RUN))}</em></p></section>"
    )


def box_labels(question: Question) -> tuple[str, ...]:
    """Return a label for each box of the answer: channels, height and width, or just the answer."""
    return tuple(say(label or _("your answer")) for label in question.form.labels)


def _item(exercise: Askable) -> str:
    prompt = "".join(_lines(exercise.prompt))
    blanks = ", ".join(f"{escape(label)} ______" for label in box_labels(exercise.question))
    return f"<li>{prompt}<p>{blanks}</p></li>"


def _lines(text: str) -> Iterator[str]:
    """Yield paragraphs and tables: lines with bars in them are rows, as a trace prints them."""
    for is_table, group in groupby(escape(text).split("\n"), key=lambda line: " | " in line):
        if is_table:
            rows = ("".join(f"<td>{cell.strip()}</td>" for cell in line.split("|")) for line in group)
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        else:
            yield f"<p>{'<br>'.join(group)}</p>"
