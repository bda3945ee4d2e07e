"""Which misconceptions explain a wrong answer, and the one question that helps most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cnnbook.exercises.answers import Reading
from cnnbook.exercises.messages import has, say
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question, Slip

MOST_CANDIDATES = 3


class Diagnosis(NamedTuple):
    """The misconceptions that explain an answer ("a+b": two slips at once); `sure` if one alone suffices."""

    candidates: tuple[str, ...]
    sure: bool


def diagnose(question: Question, reading: Reading) -> Diagnosis:
    """Return what explains this wrong answer.

    Single misconceptions come first: if any explains the answer, two slips at once are not looked for. Where
    more than three pairs of slips would do, the cause cannot be known, and none is named.
    """
    single = _explaining(question.slips(), reading)
    if single:
        return Diagnosis(single, sure=True)
    unsure = _explaining(question.unsure_slips(), reading)
    fewest = min((name.count("+") for name in unsure), default=0)
    unsure = tuple(name for name in unsure if name.count("+") == fewest)
    return Diagnosis(unsure if len(unsure) <= MOST_CANDIDATES else (), sure=False)


def _explaining(slips: Iterable[Slip], reading: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys("+".join(slip.ids) for slip in slips if reading.means(slip.answer)))


def hint(question: Question, exercise_id: str, reading: Reading, diagnosis: Diagnosis) -> str:
    """Return the hint: the one cause's own; what several causes share; or a value to look at on the way."""
    words = {"answer": reading.answer, "answered": reading.answer} | question.words(reading.answer)
    ids = [name.split("+") for name in diagnosis.candidates]

    def text(*keys: str) -> str:
        return say(*keys, f"ask.{question.kind}", "ask.stated", **words)

    if len(ids) == 1:
        cause = text(
            f"hint.{exercise_id}.{ids[0][0]}", f"hint.{question.kind}.{ids[0][0]}", f"hint.{ids[0][0]}"
        )
        if diagnosis.sure:
            return cause
        return say("looks-like.two" if len(ids[0]) > 1 else "looks-like.axis", hint=cause)
    topics = {MISCONCEPTIONS[names[0]].topic for names in ids}
    if len(topics) == 1:
        return text(f"topic.{question.kind}.{topics.pop()}", f"topic.{MISCONCEPTIONS[ids[0][0]].topic}")
    return text(f"ask.{exercise_id}") if has(f"ask.{exercise_id}") else text()
