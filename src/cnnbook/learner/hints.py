"""The hints on a question after the first one: its rule, the rule with its numbers, and the solution."""

from __future__ import annotations

import re

from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.choices import Choosing
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _, say
from cnnbook.learner.beginnings import beginning

_BEGINS = _("The calculation begins like this: {beginning}")
_BRACKETS = _("This part of the calculation comes first: {beginning}")
_BECAUSE = _("With the numbers: {because}.")
_SOLUTION = _("The solution")
_ONE_SOLUTION = _("One solution, for example")


def question_on_the_way(question: Question) -> str:
    """Return the question about a value on the way, the hint before anything was answered."""
    if isinstance(question, ProbedQuestion):
        return question.on_the_way()
    return question.say(question.wording.ask)


def further_hints(question: Question) -> list[str]:
    """Return the rule and then the rule with the question's numbers, as far as the question has them.

    A question without a rule has the beginning of its calculation in place of it, so that no hint before the
    last one holds the whole calculation. A calculation of one step has no beginning, and is no hint.

    >>> from cnnbook.exercises.chapters import find
    >>> further_hints(find("size.first"))[0]
    'n - k steps, and the place before the first step: n - k + 1.'
    >>> print("\\n".join(further_hints(find("lenet5.c3-parameters"))))
    This part of the calculation comes first: 6×3 + 9×4 + 1×6
    With the numbers: 5×5×(6×3 + 9×4 + 1×6) + 16.
    """
    wording = question.wording
    because = str(question.placeholders(question.key).get("because") or "")
    rule = question.say(wording.formula) if wording.formula else ""
    if not rule and because and not wording.substituted:
        begun = beginning(because)
        starts = because.lstrip("(").startswith(begun.removesuffix("…"))
        rule = say(_BEGINS if starts else _BRACKETS, beginning=begun) if begun else ""
    substituted = wording.substituted or (_BECAUSE if because and rule else "")
    numbers = question.say(substituted) if substituted else ""
    if numbers and _is_the_solution(numbers, question):
        numbers = ""
    return [hint for hint in (rule, numbers) if hint]


def _is_the_solution(hint: str, question: Question) -> bool:
    """Return whether a calculation goes as far as the answer; the answer to options is no number."""
    if question.form.options:
        return False
    found = [int(number.replace(",", "")) for number in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", hint)]
    return tuple(found[-len(question.key) :]) == question.key


def solution_heading(question: Question) -> str:
    """Return the words that stand above a solution; of a design there are several.

    >>> from cnnbook.exercises.chapters import find
    >>> solution_heading(find("start.pixels")), solution_heading(find("vgg16.design"))
    ('The solution', 'One solution, for example')
    """
    return say(_ONE_SOLUTION if question.several_are_right else _SOLUTION)


def solution(question: Question) -> str:
    """Return the right answer with its calculation; of a function, how it is written.

    >>> from cnnbook.exercises.chapters import find
    >>> solution(find("start.pixels"))
    '5×7×3 = 105.'
    """
    if isinstance(question, ProbedQuestion):
        return question.say(question.solution)
    if isinstance(question, Choosing):
        return question.solution
    return judge(question, question.key).message
