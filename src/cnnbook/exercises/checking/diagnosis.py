"""Which misconceptions explain a wrong answer, and the one question that helps most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cnnbook.exercises.forms import Answer
from cnnbook.exercises.misconceptions import MISCONCEPTIONS, TOPICS
from cnnbook.exercises.questions import Missed, Question, Slip, Words
from cnnbook.exercises.words import _, say

# Beyond these, two slips at once explain too much: a single number can come about in many ways.
MOST_PAIRS = 3
MOST_PAIRS_OF_A_NUMBER = 1

_TWO_SLIPS = _("This looks like two slips at once. Take one first. {hint}")


class Diagnosis(NamedTuple):
    """The misconceptions that explain an answer ("a+b" for two slips at once), and the hint.

    `sure` if one misconception alone suffices.
    """

    candidates: tuple[str, ...]
    sure: bool
    hint: str


def diagnose(question: Question, missed: Missed, within: int, values: Mapping[str, Any]) -> Diagnosis:
    """Return what explains what was missed, which may be rounded by as much as `within`.

    The `values` fill the placeholders of the hint.

    Single misconceptions come first: if any explains the answer, two slips at once are not looked for. Where
    more than a few pairs of slips would do, the cause cannot be known, and none is named. Of a question with
    parts, the first that is wrong is looked at.
    """
    part, answer, _follow = missed
    single = _explaining(part.slips(), answer, within)
    causes = single or _pairs(part, answer, within)
    message = _hint(part.wording, causes)
    hint = say(message, **{"answered": answer, **values, "answer": answer})
    if part is not question:
        hint = say(question.wording.part, **{**values, "hint": hint})
    if causes and not single:
        hint = say(_TWO_SLIPS if "+" in causes[0] else part.wording.unsure, hint=hint)
    return Diagnosis(causes, bool(single), hint)


def _explaining(slips: Iterable[Slip], answer: Answer, within: int) -> tuple[str, ...]:
    explaining = (
        slip
        for slip in slips
        if slip.answer == answer or (within and abs(slip.answer[0] - answer[0]) <= within)
    )
    return tuple(dict.fromkeys("+".join(slip.ids) for slip in explaining))


def _pairs(question: Question, answer: Answer, within: int) -> tuple[str, ...]:
    """Return the slips on one axis only that explain the answer, else two slips at once; none of too many."""
    found = _explaining(question.unsure_slips(), answer, within)
    fewest = min((name.count("+") for name in found), default=0)
    found = tuple(name for name in found if name.count("+") == fewest)
    return found if len(found) <= (MOST_PAIRS if len(answer) > 1 else MOST_PAIRS_OF_A_NUMBER) else ()


def _hint(wording: Words, causes: tuple[str, ...]) -> str:
    """Return the hint of the one cause; what several causes share; or a question about a value on the way.

    The hint of one slip calls the answer by its cause, which is not true of two at once: their topic is.
    """
    if len(causes) == 1 and "+" not in causes[0]:
        return wording.hints.get(causes[0]) or MISCONCEPTIONS[causes[0]].hint
    topics = {MISCONCEPTIONS[name.partition("+")[0]].topic for name in causes}
    if len(topics) != 1:
        return wording.ask
    (topic,) = topics
    return wording.topics.get(topic) or TOPICS.get(topic) or wording.ask
