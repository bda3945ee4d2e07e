"""check: feedback on an answer to a chapter's exercise."""

from __future__ import annotations

from dataclasses import replace

from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked, answered
from cnnbook.learner.hints import further_hints, solution, solution_heading
from cnnbook.learner.record import as_text, tries

_SOLUTION = _("{heading}:\n{solution}")
_SOLUTION_AFTER = 3  # wrong answers, each of them another one


def check(exercise_id: str, answer: object = ...) -> Feedback:
    """Return feedback on an answer to a chapter's exercise.

    The answer may be a number, a tuple, a tensor's shape, or text as people type it ("6@28x28", "61,706
    params"). `...`, None and blank text are "not attempted". No answer raises an error. None is executed,
    except where the question asks for a function, a kernel or a network: that is run on several inputs, in
    this kernel and nowhere else. A right or wrong answer is noted in this learner's local progress file.

    Each further wrong answer is told more: the second the rule, the third the rule with the numbers, as far
    as the question has them, and the fourth the solution. The same answer again, as when a notebook is run
    again, is told the same.

    Raises UnknownExerciseError (a LookupError) for an id that no chapter has, with the nearest ids.

    >>> print(check("lenet5.c1", (6, 28, 28)))
    ✓ Correct. (6, 28, 28): floor((32 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 28.
    >>> check("size.stem", "151").candidates
    ('rounds-up',)
    """
    asked = Asked(find(exercise_id), exercise_id)
    feedback = answered(asked, answer)
    if feedback.outcome != "incorrect":
        return feedback
    wrong = _wrong_so_far(asked)
    before = wrong.index(feedback.answer) if feedback.answer in wrong else 0
    if before >= _SOLUTION_AFTER:
        heading = solution_heading(asked.question)
        more = say(_SOLUTION, heading=heading, solution=solution(asked.question))
    else:
        more = "".join(further_hints(asked.question)[before - 1 : before] if before else [])
    return replace(feedback, hint="\n".join(filter(None, (feedback.hint, more))))


def _wrong_so_far(asked: Asked) -> list[Answer]:
    """Return the different wrong answers that the record has since the last right one, in their order."""
    numbers = as_text(asked.question.parameters)
    wrong: list[Answer] = []
    for one in tries():
        if (one.exercise, one.numbers) == (asked.name, numbers):
            if one.right:
                wrong = []
            elif not one.given_up and one.answer not in wrong:
                wrong.append(one.answer)
    return wrong
