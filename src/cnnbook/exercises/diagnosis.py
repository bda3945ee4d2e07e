"""Which misconceptions explain a wrong answer, and the one question that helps most."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cnnbook.exercises.answers import Reading
from cnnbook.exercises.messages import say
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question, Slip

# Beyond these, two slips at once explain too much: a single number can come about in many ways.
MOST_PAIRS = 3
MOST_PAIRS_OF_A_NUMBER = 1


class Diagnosis(NamedTuple):
    """The misconceptions that explain an answer ("a+b": two slips at once); `sure` if one alone suffices."""

    candidates: tuple[str, ...]
    sure: bool


def diagnose(question: Question, reading: Reading) -> Diagnosis:
    """Return what explains this wrong answer.

    Single misconceptions come first: if any explains the answer, two slips at once are not looked for. Where
    more than a few pairs of slips would do, the cause cannot be known, and none is named. Of a question with
    parts, the first that is wrong is looked at.
    """
    question, reading = _part(question, reading)
    single = _explaining(question.slips(), reading)
    if single:
        return Diagnosis(single, sure=True)
    unsure = _explaining(question.unsure_slips(), reading)
    fewest = min((name.count("+") for name in unsure), default=0)
    unsure = tuple(name for name in unsure if name.count("+") == fewest)
    most = MOST_PAIRS if len(reading.answer) > 1 else MOST_PAIRS_OF_A_NUMBER
    return Diagnosis(unsure if len(unsure) <= most else (), sure=False)


def _part(question: Question, reading: Reading) -> tuple[Question, Reading]:
    part, answer = question.part(reading.answer)
    return part, reading._replace(answer=answer)


def _explaining(slips: Iterable[Slip], reading: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys("+".join(slip.ids) for slip in slips if reading.means(slip.answer)))


def hint(question: Question, exercise_id: str, reading: Reading, diagnosis: Diagnosis) -> str:
    """Return the hint: the one cause's own; what several causes share; or a value to look at on the way."""
    part, missed = question.part(reading.answer)
    words = {"answered": missed} | question.words(reading.answer) | {"answer": missed}
    causes = [name.split("+") for name in diagnosis.candidates]
    topics = {MISCONCEPTIONS[slips[0]].topic for slips in causes}
    keys = [f"ask.{exercise_id}", f"ask.{part.kind}", "ask.stated"]
    if len(causes) == 1 and len(causes[0]) == 1:
        ((name,),) = causes
        keys = [f"hint.{exercise_id}.{name}", f"hint.{part.kind}.{name}", f"hint.{name}", *keys]
    elif len(topics) == 1:
        topic = topics.pop()
        keys = [f"topic.{exercise_id}.{topic}", f"topic.{part.kind}.{topic}", f"topic.{topic}", *keys]
    # The hint of one slip calls the answer by its cause, which is not true of two at once: their topic is.
    text = say(*keys, **words)
    if part is not question:
        text = say("hint.row", **{**words, "hint": text})
    if diagnosis.sure or not causes:
        return text
    return say(
        "looks-like.two" if len(causes[0]) > 1 else f"looks-like.{part.kind}", "looks-like.axis", hint=text
    )


def ask(question: Question) -> str:
    """Return the question about a value on the way that helps before anything is answered."""
    return say(f"ask.{question.kind}", "ask.stated", **question.words(question.key))
