"""An answer of this learner's: it is judged, held against the record, and noted there."""

from __future__ import annotations

from dataclasses import replace
from time import time
from typing import NamedTuple

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.functions.judging import judge_by_running
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _
from cnnbook.learner.ladder import skill
from cnnbook.learner.record import Try, as_text, note, tries

# Beside a question about how an answer was read, where what was read stands ready to be sent.
ACCEPT = _("Press Enter if it is, or type your answer again.")


class Asked(NamedTuple):
    """A question as it was asked: the name under which tries are noted, and which variant it is.

    The name is a kind of practice, "quiz." and a kind, or the id of a chapter's exercise. The variant is that
    of a learner and an attempt; a question of a chapter or of a quiz has none.
    """

    question: Question
    name: str
    learner: str = ""
    attempt: int | None = None


def answered(asked: Asked, answer: object, *, hints: int = 0) -> Feedback:
    """Return the feedback on an answer, given after this many hints; note it if it is right or wrong.

    The only suspect of a wrong answer is asserted if the record confirms it: the question was drawn to detect
    it, and the learner's last wrong answer to other numbers of this skill was explained by it alone.
    """
    if isinstance(asked.question, ProbedQuestion):
        feedback: Feedback = judge_by_running(asked.question, answer)
    else:
        feedback = judge(asked.question, answer)
    if feedback.outcome not in ("correct", "incorrect"):
        return feedback
    if _recurs(asked, feedback):
        feedback = replace(feedback, misconception=feedback.candidates[0])
    _note(asked, feedback, hints)
    return feedback


def gave_up(asked: Asked, *, hints: int = 0) -> None:
    """Note that the solution was shown."""
    _note(asked, None, hints)


def _recurs(asked: Asked, feedback: Feedback) -> bool:
    if feedback.misconception or len(feedback.candidates) != 1:
        return False
    if feedback.candidates[0] not in asked.question.targets:
        return False
    own, numbers = skill(asked.name) or asked.name, as_text(asked.question.parameters)
    for one in reversed(tries()):
        same_skill = (skill(one.exercise) or one.exercise) == own
        if same_skill and not one.right and not one.given_up and one.numbers != numbers:
            return one.suspected == feedback.candidates
    return False


def _note(asked: Asked, feedback: Feedback | None, hints: int) -> None:
    """Note an answer, or, without feedback, that there was none and the solution was shown."""
    note(
        Try(
            when=round(time(), 3),
            exercise=asked.name,
            numbers=as_text(asked.question.parameters),
            answer=feedback.answer if feedback else (),
            right=feedback is not None and feedback.outcome == "correct",
            misconception=feedback.misconception if feedback else None,
            suspected=feedback.candidates if feedback else (),
            form=asked.question.form.name,
            hints=hints,
            learner=asked.learner,
            attempt=asked.attempt,
            given_up=feedback is None,
        )
    )
