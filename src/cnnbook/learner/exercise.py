"""Exercise: a question to answer, with a series of hints. practice: any number of them of one kind."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Any

from cnnbook.exercises.chapters import unknown_kind
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import SALT, draw
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked, answered, gave_up
from cnnbook.learner.arguments import learner_name, whole
from cnnbook.learner.hints import further_hints, question_on_the_way, solution
from cnnbook.learner.ladder import suggestion
from cnnbook.learner.notebook_display import NotebookDisplay
from cnnbook.learner.record import tries

_OFFER = _(".new() asks again with other numbers.")
# How many attempts ahead a variant is looked for that was drawn to detect what is suspected.
_AHEAD = 40


class Exercise(NotebookDisplay):
    """A question to answer: `prompt`, `parameters`, `check(answer)`, `hint()`, `explain()` and `new()`.

    Each call of `hint()` tells more: which component is wrong, a question about it, the formula, the formula
    with the numbers, and last the solution, which closes this exercise. `further_hint()` leaves out what was
    told before, in feedback too; that is what a card and a terminal show.

    `name` is the name under which tries are noted: a kind of practice, "quiz." and a kind, or the id of a
    chapter's exercise. `renewable` is whether `new()` can ask the same with other numbers. `handed` is the
    feedback on an answer that was handed over with the question, or None. `stub` is what the lines of Python
    begin with that are written as an answer; it is empty if the answer is no such lines.
    """

    def __init__(
        self, asked: Asked, new: Callable[[tuple[str, ...]], Exercise] | None, *, text: str = ""
    ) -> None:
        self.question = asked.question
        self.name = asked.name
        self.renewable = new is not None
        self.prompt: str = text or asked.question.prompt
        self.closed = False
        self.handed: Feedback | None = None
        self.stub = ""
        self._asked = asked
        self._new = new
        self._rung = 0  # the next rung of the ladder of hints
        self._given = 0  # how many hints were given
        self._told: set[str] = set()
        self._last: Feedback | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        return self.question.parameters

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer. A right or wrong answer is noted in this learner's progress."""
        if self.closed:
            return Feedback("not attempted", self._with_offer(say(_("The solution has been shown."))))
        feedback = answered(self._asked, answer, hints=self._given)
        self._told |= {feedback.message, feedback.hint}
        if feedback.outcome in ("correct", "incorrect"):
            self._last = feedback
        return feedback

    def hint(self) -> str:
        """Return the next hint; the last hint is the solution."""
        rungs = self._rungs()
        while self._rung < len(rungs):
            self._rung += 1
            if hint := rungs[self._rung - 1]:
                self._given += 1
                self._told.add(hint)
                return hint
        return self.explain()

    def _rungs(self) -> list[str]:
        wrong = self._last if self._last and self._last.outcome == "incorrect" else None
        first = [wrong.message, wrong.hint] if wrong else ["", question_on_the_way(self.question)]
        return [*first, *further_hints(self.question)]

    @property
    def hints_left(self) -> bool:
        """Whether `further_hint()` has something to say before the solution."""
        return any(hint and hint not in self._told for hint in self._rungs()[self._rung :])

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
        if not self.closed and not self.right:
            gave_up(self._asked, hints=self._given)
        self.closed = True
        return self._with_offer(self.solution)

    @property
    def right(self) -> bool:
        """Whether the last answer was right."""
        return bool(self._last and self._last.outcome == "correct")

    @property
    def solution(self) -> str:
        """The right answer with its calculation."""
        return solution(self.question)

    def _with_offer(self, text: str) -> str:
        return f"{text} {say(_OFFER)}" if self.renewable else text

    def new(self) -> Exercise:
        """Return another exercise of this kind, with other numbers.

        After a wrong answer they are drawn so that what is suspected can be told from all else.

        Raises LookupError if there is no other: a chapter may ask what no kind of practice asks.
        """
        if self._new is None:
            raise LookupError(say(_("{name} is asked with these numbers only."), name=self.name))
        return self._new(self._last.candidates if self._last else ())

    def __repr__(self) -> str:
        return f"{self.prompt}\n  .check({self.question.form.example.partition(' or ')[0]})"

    @property
    def title(self) -> str:
        """The heading of the card."""
        kind = self.name.removeprefix("quiz.")
        return say(_("Practice: {kind}") if kind in KINDS else _("Exercise: {kind}"), kind=kind)

    def _card_exercises(self) -> tuple[Exercise]:
        return (self,)


def practice(kind: str | None = None, *, learner: str = "", attempt: int = 0, salt: bytes = SALT) -> Exercise:
    """Return an exercise of this kind; the same learner and attempt give the same numbers on every machine.

    Without a kind, the kind is chosen that the learner's record suggests. `.new()` is the next attempt; after
    a right answer to "trace-table-1" it has two open cells, and after that four.

    >>> exercise = practice("conv-output-size", learner="ada")
    >>> exercise.check(exercise.question.key).outcome
    'correct'

    Raises UnknownExerciseError, with the nearest kinds, if there is no such kind; TypeError if the
    learner is not a name, the attempt not a whole number, or the salt not bytes.
    """
    name = kind if kind is not None else suggestion(tries(), time())
    if not isinstance(name, str) or name not in KINDS:
        raise unknown_kind(name, tuple(KINDS))
    who, number = learner_name(learner), whole("attempt", attempt, 0)
    if not isinstance(salt, bytes):
        raise TypeError(
            say(_("salt is {value}; bytes are wanted, as in salt=b'spring'"), value=repr(salt)[:60])
        )
    asked = Asked(draw(KINDS[name], who, number, salt), name, who, number)

    def new(suspected: tuple[str, ...]) -> Exercise:
        if exercise.right and KINDS[name].leads_to:
            return practice(KINDS[name].leads_to, learner=who, attempt=number, salt=salt)
        following = range(number + 1, number + 1 + _AHEAD)
        drawn = ((k, draw(KINDS[name], who, k, salt)) for k in following)
        others = ((k, other) for k, other in drawn if other.parameters != asked.question.parameters)
        detects = (k for k, other in others if not suspected or {*other.targets} & {*suspected})
        return practice(name, learner=who, attempt=next(detects, number + 1), salt=salt)

    exercise = Exercise(asked, new)
    return exercise
