"""check: an exercise's id and an answer in, feedback out."""

from __future__ import annotations

from typing import Any

from cnnbook.exercises.answers import Answer, Form, is_blank, product, read
from cnnbook.exercises.bank import find
from cnnbook.exercises.calculator import UnreadableError
from cnnbook.exercises.diagnosis import diagnose, hint
from cnnbook.exercises.feedback import Feedback
from cnnbook.exercises.messages import say, shown
from cnnbook.exercises.questions import Question
from cnnbook.exercises.record import note


def check(exercise_id: str, answer: object = ...) -> Feedback:
    """Return feedback on an answer to a chapter's exercise.

    The answer may be a number, a tuple, a tensor's shape, or text as people type it ("6@28x28", "61,706
    params"). `...`, None and blank text are "not attempted". No answer raises, and none is executed. A try is
    noted in this learner's local progress file.

    Raises UnknownExerciseError (a LookupError) for an id that is not in the bank, with the nearest ids.

    >>> print(check("lenet5.c1", (6, 28, 28)))
    ✓ Correct. (6, 28, 28): floor((32 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 28.
    >>> check("size.strided", "5").misconception
    'rounds-up'
    """
    question = find(exercise_id)
    feedback = judge(question, answer, exercise_id)
    if feedback.outcome in ("correct", "incorrect"):
        note(exercise_id, question.parameters, feedback)
    return feedback


def judge(question: Question, answer: object, exercise_id: str = "") -> Feedback:
    """Return feedback on an answer to any question."""
    form, example = question.form, question.form.example
    if issubclass(type(answer), str):  # isinstance would ask the object, and a subclass could lie
        answer = str.__str__(answer)
    if is_blank(answer):
        return Feedback("not attempted", say("blank", example=example))
    if (multiplied := product(answer, form)) and question.accepts(multiplied):
        return _correct(question, exercise_id, multiplied)
    try:
        reading = read(answer, form)
    except UnreadableError as error:
        numbers: dict[str, Any] = {"answer": _quoted(answer), "example": example, **error.numbers}
        return Feedback("unreadable", say(*_unreadable(question.kind, error.reason), **numbers))
    if reading.within and reading.means(question.key):
        if reading.digits < 3:
            return Feedback("unreadable", say("unreadable.rounded", answer=_quoted(answer)))
        return _correct(question, exercise_id, question.key)
    if question.accepts(reading.answer):
        return _correct(question, exercise_id, reading.answer)
    diagnosis = diagnose(question, reading)
    alone = diagnosis.candidates[0] if len(diagnosis.candidates) == 1 else None
    return Feedback(
        "incorrect",
        _judgement(question, exercise_id, reading.answer),
        hint(question, exercise_id, reading, diagnosis),
        alone,
        diagnosis.candidates,
        reading.answer,
    )


def _unreadable(kind: str, reason: str) -> tuple[str, ...]:
    """Return the ids of the messages about an answer that cannot be read, the most fitting first."""
    plainer = reason.partition("-")[0]
    return f"unreadable.{reason}", f"unreadable.{kind}.{plainer}", f"unreadable.{plainer}", "unreadable.words"


def _correct(question: Question, exercise_id: str, answer: Answer) -> Feedback:
    words = {"answer": answer} | question.words(answer)
    kind = "because" if words.get("because") else question.kind
    message = say(f"correct.{exercise_id}", f"correct.{kind}", "correct", **words)
    return Feedback("correct", message, answer=answer)


def _judgement(question: Question, exercise_id: str, answer: Answer) -> str:
    """Return which components are off, and how; never by how much, except that one is one off."""
    words = {"answer": answer} | question.words(answer)
    if "refused" in words:
        return str(words["refused"])
    if question.form.components and sorted(answer) == sorted(question.key):
        judgement = say("judgement.order")
    else:
        judgement = _components(question, answer)
    words["judgement"] = judgement
    return say(
        f"incorrect.{exercise_id}",
        f"incorrect.{question.kind}",
        f"incorrect.{question.form.name}",
        **words,
    )


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
    for name, verdict in zip(question.form.components, verdicts(question, answer), strict=True):
        groups.setdefault(verdict, []).append(say(f"component.{name}"))
    parts = [
        say(
            *([f"judgement.{verdict}.many"] if len(names) > 1 else []),
            f"judgement.{verdict}",
            component=_joined(names),
        )
        for verdict, names in groups.items()
    ]
    return "; ".join(parts).strip()


def _joined(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _quoted(answer: object) -> str:
    """Return the answer in quotes, short, and without running anything of the object's own."""
    if type(answer) is str:
        text = answer if len(answer) <= 40 else answer[:39] + "…"
        return f"“{''.join(c if c.isprintable() else ' ' for c in text)}”"
    if type(answer) in (list, tuple) and 1 < len(answer) < 9 and all(map(_short, answer)):  # type: ignore[arg-type, call-overload]
        return shown(tuple(answer))  # type: ignore[arg-type]
    return shown(answer) if type(answer) is not str and _short(answer) else "that"


def _short(value: object) -> bool:
    """Return whether a number or text is shown without trouble: Python writes no integer of 4,301 digits."""
    if type(value) is int:
        return abs(value) < 10**18
    return type(value) is float or (type(value) is str and len(value) <= 40)
