"""Exercises whose answer is Python, where no notebook runs: written on the card, or left to JupyterLab."""

from __future__ import annotations

from dataclasses import replace

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.functions.in_lists import about_lists, advice_on_lists, solution_with_lists
from cnnbook.exercises.functions.judging import RunFeedback
from cnnbook.exercises.functions.questions import ProbedQuestion, TensorQuestion
from cnnbook.exercises.functions.results import UnfitError
from cnnbook.exercises.functions.written import written
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise

_IN_JUPYTERLAB = _(
    "This is answered in JupyterLab: it is made with PyTorch, which does not run in a browser."
)
_SOLUTION_THERE = _("This solution is for JupyterLab, where PyTorch runs:\n{solution}")
_LISTS_ASKED = _("{prompt}\n{lists}")


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
        question = asked.question
        assert isinstance(question, ProbedQuestion)
        lists = about_lists(question) if isinstance(question, TensorQuestion) else ""
        text = say(_LISTS_ASKED, prompt=question.prompt, lists=lists) if lists else ""
        super().__init__(asked, None, text=text)
        self.stub = question.stub

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on what these lines make; on anything but text, on that itself."""
        if self.closed or not isinstance(answer, str) or not answer.strip():
            return super().check(answer)
        try:
            made = written(answer, self.question.form.example)
        except UnfitError as error:
            return RunFeedback("unreadable", str(error))
        feedback = super().check(made)
        if isinstance(self.question, TensorQuestion) and (advice := advice_on_lists(feedback.message)):
            return replace(feedback, hint=advice)
        return feedback

    @property
    def solution(self) -> str:
        """How the function is written; one of tensors, with lists first, which is right here."""
        if isinstance(self.question, TensorQuestion):
            return solution_with_lists(self.question)
        return super().solution


class ElsewhereExercise(Exercise):
    """An exercise whose answer needs PyTorch, where there is none: it says so, and gives hints."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(asked, None)
        self.handed: Feedback = self.check()

    def check(self, answer: object = ...) -> Feedback:
        """Return where this exercise is answered."""
        return Feedback("not attempted", say(_IN_JUPYTERLAB))

    @property
    def solution(self) -> str:
        """How it is done, and where that runs."""
        return say(_SOLUTION_THERE, solution=super().solution)


def without_notebook(question: ProbedQuestion, name: str) -> Exercise:
    """Return the exercise as it can be answered where no notebook runs."""
    asked = Asked(question, name)
    return ElsewhereExercise(asked) if question.needs_torch else WrittenExercise(asked)
