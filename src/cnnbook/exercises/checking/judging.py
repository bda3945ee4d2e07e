"""judge: a question and an answer in, feedback out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.diagnosis import diagnose
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.reading import read
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _, joined, say


def judge(question: Question, answer: object) -> Feedback:
    """Return feedback on an answer to a question. No answer raises, and none is executed."""
    form = question.form
    try:
        reading = read(answer, form)
    except UnreadableError as error:
        if error.product and question.accepts(error.product):
            return _correct(question, error.product)
        return Feedback("unreadable", error.said(answer, form.example))
    if reading is None:
        return Feedback("not attempted", say(_BLANK, example=form.example))
    if reading.product and question.accepts(reading.product):
        return _correct(question, reading.product)
    if reading.within and reading.means(question.key):
        if reading.digits < 3:
            return Feedback("unreadable", say(unreadable.ROUNDED, answer=unreadable.quoted(answer)))
        return _correct(question, question.key)
    if question.accepts(reading.answer):
        return _correct(question, reading.answer)
    values = {"answer": reading.answer} | question.placeholders(reading.answer)
    diagnosis = diagnose(question, reading, values)
    return Feedback(
        "incorrect",
        _judgement(question, reading.answer, values),
        diagnosis.hint,
        diagnosis.candidates[0] if len(diagnosis.candidates) == 1 else None,
        diagnosis.candidates,
        reading.answer,
    )


_BLANK = _("Replace the ... with your answer, for example {example}.")
_BECAUSE = _("{because} = {answer}.")
_RIGHT = _("{answer} it is.")
_OFF_ALONE, _OFF = _("{answer} is {judgement}."), _("{answer}: {judgement}.")

# What is said about a component, by its verdict; "follows" has another word where it is said of several.
_VERDICTS = {
    "right": _("{component} right"),
    "off": _("{component} one off"),
    "small": _("{component} too small"),
    "large": _("{component} too large"),
    "follows": _("{component} follows from a slip above"),
}
_FOLLOW = _("{component} follow from a slip above")


def _correct(question: Question, answer: Answer) -> Feedback:
    values = {"answer": answer} | question.placeholders(answer)
    own = question.words.correct or (_BECAUSE if values.get("because") else question.wording.correct)
    return Feedback("correct", say(own or _RIGHT, **values), answer=answer)


def _judgement(question: Question, answer: Answer, values: Mapping[str, Any]) -> str:
    """Return which components are off, and how; never by how much, except that one is one off."""
    if "refused" in values:
        return str(values["refused"])
    if sorted(answer) == sorted(question.key):
        judgement = say(_("these are the right numbers in another order"))
    else:
        judgement = _components(question, answer)
    message = question.wording.incorrect or (_OFF if len(answer) > 1 else _OFF_ALONE)
    return say(message, **values, judgement=judgement)


def verdicts(question: Question, answer: Answer) -> tuple[str, ...]:
    """Return "right", "off" (by one), "small", "large" or "follows" (from a slip above), by component."""
    follows = question.follows(answer)
    return tuple(
        "follows" if at in follows else _verdict(given, right, question.form)
        for at, (given, right) in enumerate(zip(answer, question.key, strict=True))
    )


def _verdict(given: int, right: int, form: Form) -> str:
    if given == right:
        return "right"
    if abs(given - right) == 1 and form.name != "count":
        return "off"
    return "small" if given < right else "large"


def _components(question: Question, answer: Answer) -> str:
    groups: dict[str, list[str]] = {}
    for label, verdict in zip(question.form.labels, verdicts(question, answer), strict=True):
        groups.setdefault(verdict, []).append(say(label) if label else "")
    parts = [
        say(
            _FOLLOW if verdict == "follows" and len(labels) > 1 else _VERDICTS[verdict],
            component=joined(labels),
        )
        for verdict, labels in groups.items()
    ]
    return say(_("; ")).join(parts).strip()


def verdict_word(verdict: str) -> str:
    """Return what a verdict says about a component that is seen beside it: "too small"."""
    return say(_VERDICTS[verdict], component="").strip()
