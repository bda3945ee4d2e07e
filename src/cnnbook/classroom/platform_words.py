"""What a learning platform is told about a question: its text as HTML, right and wrong answers, hints."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from cnnbook.classroom.assignment import AssignmentError, Item
from cnnbook.classroom.pages import blocks
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.questions import Question

_LARGEST_TRIED = 1_000  # numbers up to here are tried, since several may be right


def html(text: str) -> str:
    """Return a question's text as HTML, on one line.

    >>> html("5 < 6")
    '<p>5 &lt; 6</p>'
    """
    parts = []
    for block in blocks(text):
        if block.rows:
            rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in block.rows)
            parts.append(f'<table border="1">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>')
        else:
            parts.append(f"<p>{'<br>'.join(map(escape, block.lines))}</p>")
    return "".join(parts)


def refuse_what_cannot_be_checked(item: Item, question: Question) -> None:
    """Raise AssignmentError for a question of which no platform can tell whether an answer is right."""
    if len(question.key) > 1 and question.several_are_right:
        raise AssignmentError(
            f"question {item.number}, {item.exercise}, has many right answers of several numbers; "
            "Moodle and Canvas cannot check that"
        )


def right_numbers(question: Question) -> Sequence[int]:
    """Return the right numbers: all small ones that are accepted, or else the key."""
    return [number for number in range(_LARGEST_TRIED + 1) if question.accepts((number,))] or question.key


def wrong_answers(question: Question) -> dict[Answer, str]:
    """Return the answers of known misunderstandings, each with its hint."""
    found: dict[Answer, str] = {}
    for slip in question.slips():
        if min(slip.answer) >= 0 and slip.answer not in found and not question.accepts(slip.answer):
            found[slip.answer] = hint(question, slip.answer)
    return found


def hint(question: Question, answer: Answer) -> str:
    """Return what is said about a wrong answer, without naming the other numbers of the answer."""
    feedback = judge(question, ", ".join(question.form.typed(answer)))
    return feedback.hint or feedback.message
