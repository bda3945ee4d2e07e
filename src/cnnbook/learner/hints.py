"""The hints on a question after the first one: its rule, the rule with its numbers, and the solution."""

from __future__ import annotations

import re

from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _

_BECAUSE = _("With the numbers: {because}.")


def question_on_the_way(question: Question) -> str:
    """Return the question about a value on the way, the hint before anything was answered."""
    return question.say(question.wording.ask)


def further_hints(question: Question) -> list[str]:
    """Return the rule and then the rule with the question's numbers, as far as the question has them.

    >>> from cnnbook.exercises.chapters import find
    >>> further_hints(find("size.first"))[0]
    'Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1.'
    """
    wording = question.wording
    because = question.placeholders(question.key).get("because")
    substituted = wording.substituted or (_BECAUSE if because else "")
    hints = [question.say(message) for message in (wording.formula, substituted) if message]
    return [hint for hint in hints if not _tells(hint, question)]


def _tells(hint: str, question: Question) -> bool:
    """Return whether a hint has all numbers of the answer that the question itself does not name."""
    hidden = {*question.key} - _numbers(question.prompt)
    return bool(hidden) and hidden <= _numbers(hint)


def _numbers(text: str) -> set[int]:
    return {int(number.replace(",", "")) for number in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", text)}


def solution(question: Question) -> str:
    """Return the right answer with its calculation; of a function, how it is written.

    >>> from cnnbook.exercises.chapters import find
    >>> solution(find("start.pixels"))
    '5×7×3 = 105.'
    """
    if isinstance(question, ProbedQuestion):
        return question.say(question.solution)
    return judge(question, question.key).message
