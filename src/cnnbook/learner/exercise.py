"""Exercise: a question to answer, with a series of hints. practice: any number of them of one kind."""

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
_OFFER = _(".new() asks again with other numbers.")


class Exercise(NotebookDisplay):
    """A question to answer: `prompt`, `parameters`, `check(answer)`, `hint()`, `explain()` and `new()`.

    Each call of `hint()` tells more: which component is wrong, a question about it, the formula, the formula
    with the numbers, and last the solution, which closes this exercise.

    `name` is the name under which tries are noted: a kind of practice, "quiz." and a kind, or the id of a
    chapter's exercise. `renewable` is whether `new()` can ask the same with other numbers.
    """

    def __init__(
        self, question: Question, name: str, new: Callable[[], Exercise] | None, *, text: str = ""
    ) -> None:
        self.question = question
        self.name = name
        self.renewable = new is not None
        self.prompt = text or question.prompt
        self.closed = False
        self._new = new
        self._hints_given = 0
        self._last: Feedback | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        return self.question.parameters

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer. A right or wrong answer is noted in this learner's progress."""
        if self.closed:
            return Feedback("not attempted", self._with_offer(say(_("The solution has been shown."))))
        feedback = judge(self.question, answer)
        if feedback.outcome in ("correct", "incorrect"):
            self._last = feedback
            note(self.name, self.question.parameters, feedback)
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
            if hints[self._hints_given - 1]:
                return hints[self._hints_given - 1]
        return self.explain()

    def explain(self) -> str:
        """Return the solution with its calculation, and close this exercise."""
        self.closed = True
        return self._with_offer(judge(self.question, self.question.key).message)

    def _with_offer(self, text: str) -> str:
        return f"{text} {say(_OFFER)}" if self.renewable else text

    def new(self) -> Exercise:
        """Return another exercise of this kind, with other numbers.

        Raises LookupError if there is no other: a chapter may ask what no kind of practice asks.
        """
        if self._new is None:
            raise LookupError(say(_("{name} is asked with these numbers only."), name=self.name))
        return self._new()

    def __repr__(self) -> str:
        return f"{self.prompt}\n  .check({self.question.form.example.partition(' or ')[0]})"

    @property
    def title(self) -> str:
        """The heading of the card."""
        return say(_("Practice: {kind}"), kind=self.name.removeprefix("quiz."))

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
