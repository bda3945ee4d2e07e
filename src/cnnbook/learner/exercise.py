"""practice: any number of exercises of one kind, each with a series of hints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cnnbook.exercises.chapters import unknown_kind
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import SALT, draw
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _, say
from cnnbook.learner.arguments import learner_name, whole
from cnnbook.learner.ladder import suggestion
from cnnbook.learner.notebook_display import NotebookDisplay
from cnnbook.learner.record import note, tries

_BECAUSE = _("With the numbers: {because}.")


class Exercise(NotebookDisplay):
    """A question to answer: `prompt`, `parameters`, `check(answer)`, `hint()`, `explain()` and `new()`.

    Each call of `hint()` tells more: which component is wrong, a question about it, the formula, the formula
    with the numbers, and last the solution, which closes this exercise. `further_hint()` leaves out what was
    told before, in feedback too; that is what a card and a terminal show.
    """

    def __init__(self, question: Question, kind: str, new: Callable[[], Exercise], *, text: str = "") -> None:
        self.question = question
        self.kind = kind
        self.prompt = text or question.prompt
        self.closed = False
        self._new = new
        self._hints_given = 0
        self._last: Feedback | None = None
        self._told: set[str] = set()

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        return self.question.parameters

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer. A right or wrong answer is noted in this learner's progress."""
        if self.closed:
            return Feedback(
                "not attempted",
                say(_("The solution of this one has been shown. .new() asks again with other numbers.")),
            )
        feedback = judge(self.question, answer)
        self._told |= {feedback.message, feedback.hint}
        if feedback.outcome in ("correct", "incorrect"):
            self._last = feedback
            note(self.kind, self.question.parameters, feedback)
        return feedback

    def hint(self) -> str:
        """Return the next hint; the last hint is the solution."""
        question, wording = self.question, self.question.wording
        because = question.placeholders(question.key).get("because")
        wrong = self._last if self._last and self._last.outcome == "incorrect" else None
        hints = [
            wrong.message if wrong else "",
            wrong.hint if wrong else question.say(wording.ask),
            question.say(wording.formula or wording.ask),
            question.say(wording.substituted or (_BECAUSE if because else wording.ask)),
        ]
        while self._hints_given < len(hints):
            self._hints_given += 1
            hint = hints[self._hints_given - 1]
            if hint:
                self._told.add(hint)
                return hint
        return self.explain()

    def further_hint(self) -> str:
        """Return the next hint that neither feedback nor a hint has given yet; the last is the solution."""
        told = self.told
        hint = self.hint()
        while hint in told and not self.closed:
            hint = self.hint()
        return hint

    @property
    def told(self) -> frozenset[str]:
        """The messages and hints that this exercise has given so far, in feedback and when asked for."""
        return frozenset(self._told)

    def explain(self) -> str:
        """Return the solution with its calculation, and close this exercise."""
        self.closed = True
        return say(
            _("{reason} .new() asks again with other numbers."),
            answer=self.question.key,
            reason=self.solution,
        )

    @property
    def solution(self) -> str:
        """The right answer with its calculation."""
        return judge(self.question, self.question.key).message

    def new(self) -> Exercise:
        """Return another exercise of this kind, with other numbers."""
        return self._new()

    def __repr__(self) -> str:
        return f"{self.prompt}\n  .check({self.question.form.example.partition(' or ')[0]})"

    @property
    def title(self) -> str:
        """The heading of the card."""
        return say(_("Practice: {kind}"), kind=self.kind.removeprefix("quiz."))

    def _card_exercises(self) -> tuple[Exercise]:
        return (self,)


def practice(kind: str | None = None, *, learner: str = "", attempt: int = 0, salt: bytes = SALT) -> Exercise:
    """Return an exercise of this kind; the same learner and attempt give the same numbers on every machine.

    Without a kind, the kind is chosen that the learner's record suggests. `.new()` is the next attempt.

    >>> exercise = practice("conv-output-size", learner="ada")
    >>> exercise.check(exercise.question.key).outcome
    'correct'

    Raises UnknownExerciseError, with the nearest kinds, if there is no such kind; TypeError if the
    learner is not a name, the attempt not a whole number, or the salt not bytes.
    """
    name = kind if kind is not None else suggestion(tries())
    if not isinstance(name, str) or name not in KINDS:
        raise unknown_kind(name, tuple(KINDS))
    who, number = learner_name(learner), whole("attempt", attempt, 0)
    if not isinstance(salt, bytes):
        raise TypeError(
            say(_("salt is {value}; bytes are wanted, as in salt=b'spring'"), value=repr(salt)[:60])
        )
    question = draw(KINDS[name], who, number, salt)
    return Exercise(question, name, lambda: practice(name, learner=who, attempt=number + 1, salt=salt))
