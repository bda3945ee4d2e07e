"""Exercises whose answer is Python, where no notebook runs: written on the card, or left to JupyterLab."""

from __future__ import annotations

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.functions.judging import RunFeedback
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.functions.results import UnfitError
from cnnbook.exercises.functions.written import written
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise

_IN_JUPYTERLAB = _(
    "This is answered in JupyterLab: it is made with PyTorch, which does not run in a browser."
)


class WrittenExercise(Exercise):
    """An exercise whose answer is written on the card as lines of Python, which Check runs.

    >>> from cnnbook.exercises.chapters import find
    >>> exercise = WrittenExercise(Asked(find("start.write-parameters"), "start.write-parameters"))
    >>> print(exercise.stub)
    def my_parameters(in_channels, out_channels, k, bias):
        ...
    >>> exercise.check(exercise.stub.replace("...", "return 3")).message.partition(";")[0]
    'On in_channels=1, out_channels=6, k=5, bias=False it gives 3'
    """

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked, None)
        assert isinstance(asked.question, ProbedQuestion)
        self.stub = asked.question.stub

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on what these lines make; on anything but text, on that itself."""
        if self.closed or not isinstance(answer, str) or not answer.strip():
            return super().check(answer)
        try:
            made = written(answer, self.question.form.example)
        except UnfitError as error:
            return RunFeedback("unreadable", str(error))
        return super().check(made)


class ElsewhereExercise(Exercise):
    """An exercise whose answer needs PyTorch, where there is none: it says so, and gives hints."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked, None)
        self.handed: Feedback = self.check()

    def check(self, answer: object = ...) -> Feedback:
        """Return where this exercise is answered."""
        return Feedback("not attempted", say(_IN_JUPYTERLAB))


def without_notebook(question: ProbedQuestion, name: str) -> Exercise:
    """Return the exercise as it can be answered where no notebook runs."""
    asked = Asked(question, name)
    return ElsewhereExercise(asked) if question.needs_torch else WrittenExercise(asked)
