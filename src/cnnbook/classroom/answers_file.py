"""The file of answers that is handed in and graded; of a learner's record, it can hold the record too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cnnbook.classroom.submitted import FORMAT, Submitted
from cnnbook.exercises.chapters import CHAPTERS, exercises_of
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.questions import Question
from cnnbook.learner.record import Try, parsed


class NoRecordError(ValueError):
    """A file holds no record of tries; the message says what it holds."""


def answers_file(found: Submitted, **more: Any) -> str:
    """Return the text of the file of what was found; `more` is kept in it, and not graded."""
    answers = {"format": FORMAT, "sheet": found.sheet, "learner": found.learner, "codes": found.codes}
    return json.dumps(answers | {"answers": found.answers} | more, indent=1, ensure_ascii=False) + "\n"


def record_file(tries: Sequence[Try], learner: str = "") -> str:
    """Return the file of a learner's record: the last answer to each exercise of a chapter, and all tries.

    An answer stands under the id of its exercise, and `cnnbook grade` takes it for a question of a sheet that
    asks this exercise. A function is no such answer, since grading runs nothing.

    >>> tries = [Try(0.0, "lenet5.c1", "{}", (6, 28, 27), False, None)]
    >>> json.loads(record_file(tries, "ada"))["answers"]
    {'lenet5.c1': '6, 28, 27'}
    """
    answers = {}
    for one in tries:
        question = _question(one.exercise)
        if question is not None and not one.given_up and one.answer:
            answers[one.exercise] = ", ".join(question.form.typed(one.answer))
    found = Submitted(learner=learner, answers=answers)
    return answers_file(found, tries=[one._asdict() for one in tries])


def record_in(text: str) -> list[Try]:
    """Return the tries of a file that `record_file` or `progress().export` has written.

    Raises NoRecordError for any other file.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NoRecordError("this file is not JSON; a file that was exported here would do") from None
    listed = found.get("tries") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise NoRecordError("this file has no record of tries; a file that was exported here would do")
    tries = list(parsed("\n".join([json.dumps(one) for one in listed]).encode()))
    if listed and not tries:
        raise NoRecordError("no try in this file can be read; a file that was exported here would do")
    return tries


def _question(exercise: str) -> Question | None:
    chapter = exercise.partition(".")[0]
    question = exercises_of(chapter).get(exercise) if chapter in CHAPTERS else None
    return None if isinstance(question, ProbedQuestion) else question
