"""check: feedback on an answer to a chapter's exercise."""

from __future__ import annotations

from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge
from cnnbook.learner.record import note


def check(exercise_id: str, answer: object = ...) -> Feedback:
    """Return feedback on an answer to a chapter's exercise.

    The answer may be a number, a tuple, a tensor's shape, or text as people type it ("6@28x28", "61,706
    params"). `...`, None and blank text are "not attempted". No answer raises an error, and none is executed.
    A right or wrong answer is noted in this learner's local progress file.

    Raises UnknownExerciseError (a LookupError) for an id that no chapter has, with the nearest ids.

    >>> print(check("lenet5.c1", (6, 28, 28)))
    ✓ Correct. (6, 28, 28): floor((32 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 28.
    >>> check("size.strided", "5").candidates
    ('rounds-up',)
    """
    question = find(exercise_id)
    feedback = judge(question, answer)
    if feedback.outcome in ("correct", "incorrect"):
        note(exercise_id, question.parameters, feedback)
    return feedback
