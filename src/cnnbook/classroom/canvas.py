"""The questions of a sheet for Canvas: a zip of QTI 1.2, which text2qti makes from a text of its own format.

Canvas keeps a feedback for each option of a choice. To a number it says one text for all wrong answers, so
the hints of the known misunderstandings stand there in a table, each beside the answer that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from cnnbook.classroom.assignment import VARIANTS, Assignment, AssignmentError, Item
from cnnbook.classroom.files import MissingLibraryError
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.platform_words import (
    html,
    refuse_what_cannot_be_checked,
    right_numbers,
    wrong_answers,
)
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import LETTERS
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _, say
from cnnbook.learner.hints import question_on_the_way, solution

_HOW = _("Write the answer like this: {example}.")
_YOURS = _("Your answer")
_LOOK = _("What to look at")
# Signs by which text2qti begins a formula, code or an escape: as entities they are only signs.
_SIGNS = str.maketrans({sign: f"&#{ord(sign)};" for sign in "$\\`"})


def canvas_package(marker: Marker, variants: int) -> bytes:
    """Return the zip: a quiz with a group for each question of the sheet, of which Canvas draws one variant.

    Raises AssignmentError for a question that Canvas cannot ask, and MissingLibraryError without text2qti.
    """
    try:
        from text2qti.config import Config
        from text2qti.err import Text2qtiError
        from text2qti.qti import QTI
        from text2qti.quiz import Quiz
    except ImportError:
        raise MissingLibraryError("text2qti", "a quiz for Canvas") from None
    try:
        quiz = Quiz("\n".join(_quiz(marker, variants)), config=Config())
    except Text2qtiError as error:
        raise AssignmentError(f"text2qti cannot write this quiz: {' '.join(str(error).split())}") from None
    quiz.points_possible = marker.assignment.points  # text2qti adds up all variants, of which one is drawn
    content: bytes = QTI(quiz).zip_bytes()
    return content


def _quiz(marker: Marker, variants: int) -> Iterator[str]:
    """Yield the lines of the quiz in text2qti's format."""
    sheet = marker.assignment
    yield f"Quiz title: {sheet.title}"
    yield "shuffle answers: false"
    asked: set[str] = set()
    for item in sheet.items:
        if not item.points.is_integer():
            raise AssignmentError(
                f"question {item.number} gives {item.points:g} points; for Canvas a whole number is wanted"
            )
        yield from _group(marker, sheet, item, variants, asked)


def _group(marker: Marker, sheet: Assignment, item: Item, variants: int, asked: set[str]) -> Iterator[str]:
    """Yield a question in its variants; text2qti refuses a text that stands in the quiz already."""
    yield from ("", "GROUP", "pick: 1", f"points per question: {item.points:.0f}")
    before = len(asked)
    for variant in range(min(variants, VARIANTS) if sheet.varies(item) else 1):
        question = marker.question(item, variant)
        refuse_what_cannot_be_checked(item, question)
        if question.prompt not in asked:
            asked.add(question.prompt)
            yield from ("", f"Title: {sheet.name} {item.number}.{variant + 1}", f"Points: {item.points:.0f}")
            yield from _question(question)
    if len(asked) == before:
        raise AssignmentError(
            f"question {item.number}, {item.exercise}, asks only what other questions ask; leave it out"
        )
    yield from ("", "END_GROUP")


def _question(question: Question) -> Iterator[str]:
    """Yield a question: its text, what is said after it, and the right answers."""
    if question.form.options and len(question.key) == 1:
        yield from _choice(question)
        return
    accepted = list(_accepted(question))
    several = len(accepted) > 1
    how = html(say(_HOW, example=question.form.example)) if len(question.key) > 1 else ""
    yield f"1. {_text(html(question.prompt) + how)}"
    yield f"+ {_text(html(solution(question)))}"
    yield f"- {_text(_said_to_wrong_answers(question))}"
    # A number must not be 0 for text2qti, and has one value only; anything else is compared as text.
    if several or not any(question.key):
        yield from (f"* {answer}" for answer in accepted)
    else:
        yield f"= {accepted[0]}"


def _choice(question: Question) -> Iterator[str]:
    yield f"1. {_text(html(question.stem))}"
    for place, option in enumerate(question.form.options, 1):
        letter = LETTERS[place - 1]
        yield f"{'*' if (place,) == question.key else ''}{letter}) {_text(html(option))}"
        yield f"... {_text(html(judge(question, letter).message))}"


def _text(markup: str) -> str:
    return markup.replace("\n", " ").translate(_SIGNS)


def _said_to_wrong_answers(question: Question) -> str:
    """Return the hints as a table, each beside the answer of its misunderstanding, and one for all others."""
    rows = [
        f"{', '.join(question.form.typed(answer))} | {said}".replace("\n", " ")
        for answer, said in wrong_answers(question).items()
    ]
    table = "\n".join([f"{say(_YOURS)} | {say(_LOOK)}", *rows]) if rows else ""
    return html(question_on_the_way(question)) + (html(table) if table else "")


def _accepted(question: Question) -> Iterator[str]:
    """Yield the ways to type the right answers: Canvas compares an answer of several numbers as text."""
    if len(question.key) == 1:
        yield from map(str, right_numbers(question))
        return
    typed = question.form.typed(question.key)
    listed = (", ".join(typed), ",".join(typed), " ".join(typed))
    brackets = (f"{left}{inside}{right}" for left, right in ("()", "[]") for inside in listed[:2])
    if question.form.options:
        yield from chain(listed, ("".join(typed),))
    elif question.form.name == "range":
        yield from chain(listed, brackets, (" to ".join(typed), "-".join(typed)))
    else:
        yield from chain(listed, brackets, ("x".join(typed), " x ".join(typed), "×".join(typed)))
