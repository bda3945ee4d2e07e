"""The misconceptions that explain a wrong answer, and the hint that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cnnbook.exercises.forms import Answer
from cnnbook.exercises.misconceptions import MISCONCEPTIONS, TOPICS
from cnnbook.exercises.questions import Mistake, Question, Slip, Words
from cnnbook.exercises.words import _, say

# If more pairs of misconceptions than this explain an answer, none is named: it may be chance. An answer of a
# single number is explained by chance more often than one of several.
MOST_PAIRS = 3
MOST_PAIRS_OF_A_NUMBER = 1

_TWO_SLIPS = _("This looks like two slips at once. Take one first. {hint}")


class Diagnosis(NamedTuple):
    """The misconceptions that explain an answer ("a+b" for two at once), and the hint.

    `sure` is true if a single misconception explains the answer.
    """

    candidates: tuple[str, ...]
    sure: bool
    hint: str


def diagnose(question: Question, mistake: Mistake, tolerance: int, values: Mapping[str, Any]) -> Diagnosis:
    """Return the misconceptions that explain this mistake in an answer to the question, and the hint.

    A rounded answer is explained by any answer that differs from it by at most `tolerance`. `values` fills
    the placeholders of the hint. If a single misconception explains the answer, pairs are not considered. If
    too many pairs explain it, the cause cannot be known, and none is named.
    """
    part, answer, _consequences = mistake
    single = _explaining(part.slips(), answer, tolerance)
    causes = single or _pairs(part, answer, tolerance)
    message = _hint(part.wording, causes)
    hint = say(message, **{"answered": answer, **values, "answer": answer})
    if part is not question:
        hint = say(question.wording.part, **{**values, "hint": hint})
    if causes and not single:
        hint = say(_TWO_SLIPS if "+" in causes[0] else part.wording.unsure, hint=hint)
    return Diagnosis(causes, bool(single), hint)


def _explaining(slips: Iterable[Slip], answer: Answer, tolerance: int) -> tuple[str, ...]:
    explaining = (
        slip
        for slip in slips
        if slip.answer == answer or (tolerance and abs(slip.answer[0] - answer[0]) <= tolerance)
    )
    return tuple(dict.fromkeys("+".join(slip.ids) for slip in explaining))


def _pairs(question: Question, answer: Answer, tolerance: int) -> tuple[str, ...]:
    """Return the misconceptions on a single axis that explain the answer, else pairs; none if too many do."""
    found = _explaining(question.unsure_slips(), answer, tolerance)
    fewest = min((name.count("+") for name in found), default=0)
    found = tuple(name for name in found if name.count("+") == fewest)
    return found if len(found) <= (MOST_PAIRS if len(answer) > 1 else MOST_PAIRS_OF_A_NUMBER) else ()


def _hint(wording: Words, causes: tuple[str, ...]) -> str:
    """Return the hint of a single cause, else of the topic that all causes share, else the default question.

    The hint of a misconception says how it leads to the answer. That is wrong for two at once, so these have
    the hint of their topic.
    """
    if len(causes) == 1 and "+" not in causes[0]:
        return wording.hints.get(causes[0]) or MISCONCEPTIONS[causes[0]].hint
    topics = {MISCONCEPTIONS[name.partition("+")[0]].topic for name in causes}
    if len(topics) != 1:
        return wording.ask
    (topic,) = topics
    return wording.topics.get(topic) or TOPICS.get(topic) or wording.ask
