"""The misconceptions that explain a wrong answer, and the hint that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from cnnbook.exercises.forms import Answer
from cnnbook.exercises.misconceptions import MISCONCEPTIONS, TOPICS
from cnnbook.exercises.questions import Mistake, Question, Slip
from cnnbook.exercises.words import _, say

# If more pairs of misconceptions than this explain an answer of several numbers, none is a suspect: it may be
# chance. A single number is explained by some pair so often that pairs are not considered.
MOST_PAIRS = 3

# A wrong number says enough to assert a cause if it is at least this large: a small one is met by chance.
LARGE = 200
# Two wrong numbers say enough together, unless both are this close to the right ones: then they may be two
# plain slips of the pen.
CLOSE = 3

_TWO_SLIPS = _("Two changes to the calculation together give these numbers. {hint}")


class Diagnosis(NamedTuple):
    """The misconceptions that explain an answer ("a+b" for two at once), the asserted one, and the hint.

    All that explain the answer are suspects. One is asserted, by its id, if it is the only one and the answer
    is evidence enough; otherwise `asserted` is None.
    """

    candidates: tuple[str, ...]
    asserted: str | None
    hint: str


def diagnose(
    question: Question,
    mistake: Mistake,
    tolerance: int,
    values: Mapping[str, Any],
    typed: frozenset[str] = frozenset(),
) -> Diagnosis:
    """Return the misconceptions that explain this mistake in an answer to the question, and the hint.

    A rounded answer is explained by any answer that differs from it by at most `tolerance`. `values` fills
    the placeholders of the hint. If a single misconception explains the answer, pairs are not considered. If
    too many pairs explain it, the cause cannot be known, and none is named.

    If several explain it, those whose calculation was `typed` are suspected alone, but not asserted.

    A cause is asserted only with evidence. The question must have been made to detect it: its targets give
    answers that differ from all others. And the answer must say enough, as `_is_evidence` decides; one
    of a few options is chosen by chance too often for that, so its cause stays a suspect until it recurs.
    """
    part, answer, _consequences = mistake
    single = _explaining(part.slips(), answer, tolerance)
    likely = tuple(name for name in single if name in typed) or single
    causes = likely or _pairs(part, answer, tolerance)
    message = _hint(part, causes, answer)
    hint = say(message, **{"answered": part.first_wrong(answer), **values, "answer": answer})
    if part is not question:
        hint = say(question.wording.part, **{**values, "hint": hint})
    if causes and not single:
        hint = say(_TWO_SLIPS if "+" in causes[0] else part.wording.unsure, hint=hint)
    (alone, *others) = single or ("",)
    targeted = alone in part.targets or alone in question.targets
    evidence = not part.form.options and _is_evidence(answer, part.key)
    asserted = targeted and not others and not tolerance and evidence
    return Diagnosis(causes, alone if asserted else None, hint)


def _is_evidence(answer: Answer, key: Answer) -> bool:
    """Return whether a wrong answer that one rule explains says enough to assert that the rule was followed.

    It does if one of its wrong numbers is large, or if at least two of them are wrong, of which one is not
    close to the right one. A small number is weak evidence, for many rules and slips give it.
    """
    wrong = [(given, right) for given, right in zip(answer, key, strict=True) if given != right]
    if any(given >= LARGE for given, _right in wrong):
        return True
    return len(wrong) > 1 and any(abs(given - right) > CLOSE for given, right in wrong)


def _explaining(slips: Iterable[Slip], answer: Answer, tolerance: int) -> tuple[str, ...]:
    explaining = (
        slip
        for slip in slips
        if slip.answer == answer or (tolerance and abs(slip.answer[0] - answer[0]) <= tolerance)
    )
    return tuple(dict.fromkeys("+".join(slip.ids) for slip in explaining))


def _pairs(question: Question, answer: Answer, tolerance: int) -> tuple[str, ...]:
    """Return the misconceptions on a single axis that explain the answer, else pairs; none if too many do."""
    if len(answer) < 2:
        return ()
    found = _explaining(question.unsure_slips(), answer, tolerance)
    fewest = min((name.count("+") for name in found), default=0)
    found = tuple(name for name in found if name.count("+") == fewest)
    return found if len(found) <= MOST_PAIRS else ()


def _hint(part: Question, causes: tuple[str, ...], answer: Answer) -> str:
    """Return the hint of a single cause, else of the topic that all causes share, else a question.

    The hint of a misconception says how it leads to the answer. That is wrong for two at once, so these have
    the hint of their topic. The question is about the first thing that is wrong.
    """
    wording = part.wording
    if len(causes) == 1 and "+" not in causes[0]:
        return wording.hints.get(causes[0]) or MISCONCEPTIONS[causes[0]].hint
    topics = {MISCONCEPTIONS[name.partition("+")[0]].topic for name in causes}
    if len(topics) == 1:
        (topic,) = topics
        return wording.topics.get(topic) or TOPICS.get(topic) or wording.ask
    return _question_about(part, answer)


def _question_about(part: Question, answer: Answer) -> str:
    """Return the question about what is wrong first: the order of the numbers, the channels or the size."""
    wording = part.wording
    if part.form.name in ("shape", "size") and sorted(answer) == sorted(part.key):
        return TOPICS["order"] if part.form.name == "shape" else TOPICS["axes"]
    if part.form.components[0] == "channels" and answer[0] != part.key[0]:
        return wording.ask_channels or wording.ask
    return wording.ask
