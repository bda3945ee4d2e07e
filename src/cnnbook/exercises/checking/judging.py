"""judge: feedback on an answer to a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.diagnosis import diagnose
from cnnbook.exercises.checking.evidence import misconceptions_in
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.quantities import is_asked_for
from cnnbook.exercises.checking.reading import Reading, read
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.questions import Mistake, Question
from cnnbook.exercises.words import _, joined, say

# With fewer digits than this, a rounded number is too vague to be right.
FEWEST_DIGITS = 3


def judge(question: Question, answer: object) -> Feedback:
    """Return feedback on an answer to a question. No answer raises an error, and none is executed.

    If the answer probably means a number but may mean something else, the feedback asks, its outcome is
    "unreadable", and its `answer` is what was read.
    """
    form = question.form
    try:
        reading = read(answer, form)
    except UnreadableError as error:
        values = {"answer": error.quoted, "example": form.example, **error.values}
        return Feedback("unreadable", say(error.message, **values))
    if reading is None:
        return Feedback("not attempted", say(_BLANK, example=form.example))
    if refusal := _refusal(question, reading):
        values = {"answer": reading.quoted, "value": reading.answer, "unit": reading.unit}
        return Feedback("unreadable", say(refusal, **values))
    if not reading.sure:
        return Feedback("unreadable", say(unreadable.SURE, value=reading.answer), answer=reading.answer)
    if reading.tolerance and reading.means(question.key):
        return _correct(question, question.key, reading.quoted)
    if question.accepts(reading.answer):
        return _correct(question, reading.answer)
    return _incorrect(question, reading)


def _refusal(question: Question, reading: Reading) -> str:
    """Return why an answer that can be read is neither right nor wrong; empty if it is one of the two."""
    if reading.unit and not is_asked_for(reading.unit, question.prompt):
        return unreadable.UNIT
    if not reading.rounded or not reading.tolerance:
        return ""
    (number,), (key,), tolerance = reading.answer, question.key, reading.tolerance
    if reading.means(question.key):
        if reading.rounded.digits < FEWEST_DIGITS:
            return unreadable.ROUNDED
        targeted = (slip.answer for slip in question.slips() if not {*slip.ids}.isdisjoint(question.targets))
        return unreadable.ROUNDED_TO_A_SLIP if any(map(reading.means, targeted)) else ""
    if 0 < key - number <= 2 * tolerance:
        return unreadable.CUT_OFF
    binary = reading.rounded.binary
    return unreadable.BINARY if binary and abs(binary - key) <= binary * tolerance // number else ""


def _incorrect(question: Question, reading: Reading) -> Feedback:
    answer = reading.answer
    mistake = question.first_mistake(answer)
    values = {"answer": answer} | question.placeholders(answer)
    typed = misconceptions_in(reading.result, question) if reading.result else frozenset()
    diagnosis = diagnose(question, mistake, reading.tolerance, values, typed)
    judgement = _judgement(question, mistake, values)
    return Feedback("incorrect", judgement, diagnosis.hint, diagnosis.asserted, diagnosis.candidates, answer)


_BLANK = _("Replace the ... with your answer, for example {example}.")
_IN_ANOTHER_ORDER = _("these are the right numbers in another order")
_BECAUSE = _("{because} = {answer}.")
_RIGHT = _("{answer} it is.")
_ROUNDED = _("{said} You rounded it to {rounded}.")
_OFF_ALONE, _OFF = _("{answer} is {judgement}."), _("{answer}: {judgement}.")

# The words for a component by its verdict; for several components, "follows" has words of its own.
_VERDICTS = {
    "right": _("{component} right"),
    "off": _("{component} off by 1"),
    "small": _("{component} too small"),
    "large": _("{component} too large"),
    "other": _("{component} not this one"),
    "follows": _("{component} fits the wrong number above"),
}
_FOLLOW = _("{component} fit the wrong numbers above")


def _correct(question: Question, answer: Answer, rounded: object = "") -> Feedback:
    values = {"answer": answer} | question.placeholders(answer)
    own = question.words.correct or (_BECAUSE if values.get("because") else question.wording.correct)
    said = say(own or _RIGHT, **values)
    return Feedback("correct", say(_ROUNDED, said=said, rounded=rounded) if rounded else said, answer=answer)


def _judgement(question: Question, mistake: Mistake, values: Mapping[str, Any]) -> str:
    """Return which components are wrong, and whether they are too large or too small, but not by how much."""
    if "refused" in values:
        return str(values["refused"])
    answer: Answer = values["answer"]
    message = question.wording.incorrect or (_OFF if len(question.key) > 1 else _OFF_ALONE)
    reordered = sorted(answer) == sorted(question.key)
    found = () if reordered else verdicts(question, answer, mistake)
    judgement = say(_IN_ANOTHER_ORDER) if reordered else _components(question.form, found)
    return say(message, **values, judgement=judgement)


def verdicts(question: Question, answer: Answer, mistake: Mistake | None = None) -> tuple[str, ...]:
    """Return the verdict on each component: "right", "off" (by one), "small", "large", "other" or "follows".

    "other" is an option that is not the right one.
    """
    consequences = (mistake or question.first_mistake(answer)).consequences
    return tuple(
        "follows" if at in consequences else _verdict(given, right, question.form)
        for at, (given, right) in enumerate(zip(answer, question.key, strict=True))
    )


def _verdict(given: int, right: int, form: Form) -> str:
    if given == right:
        return "right"
    if form.options:
        return "other"
    if abs(given - right) == 1 and form.near:
        return "off"
    return "small" if given < right else "large"


def _components(form: Form, found: tuple[str, ...]) -> str:
    groups: dict[str, list[str]] = {}
    for label, verdict in zip(form.labels, found, strict=True):
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
    """Return the words of a verdict without the component's name: "too small"."""
    return say(_VERDICTS[verdict], component="").strip()
