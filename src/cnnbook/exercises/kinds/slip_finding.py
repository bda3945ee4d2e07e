"""Find the slip: somebody else's worked solution, in which one line is wrong and the rest follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from cnnbook.exercises.choices import Choosing, Option
from cnnbook.exercises.forms import LETTERS, Answer, Form
from cnnbook.exercises.kinds import concatenation, linear_features, macs, parameters, receptive_fields
from cnnbook.exercises.kinds import window_kinds as windows
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Kind, Targets, kind
from cnnbook.exercises.questions import Question, Words
from cnnbook.exercises.words import _, say
from cnnbook.exercises.workings.catalogue import working_of
from cnnbook.exercises.workings.working import Working

_LINE = _("This is the line. {reason} From what stands above it, it should read: {correction}.")
_FIRST_LINE = _("This is the line. {reason} It should read: {correction}.")
_LAST_LINE = _("{message} The last line then reads: {last}.")
_LETTER = _("The letter of the wrong line is wanted, like {example}: {letters}. I read {answer}.")
_ABOVE = _("This line is right. {reason}")
_BELOW = _("This line follows from the question and the lines above it. {reason}")


@dataclass(frozen=True)
class FindTheSlip(Choosing):
    """In which line does this worked solution of a question first go wrong, by one misconception?

    A learner who names another line tells no cause: to overlook a line is not to believe it.

    Raises ValueError if the question has no worked solution, or if the misconception changes no line of it.
    """

    kind: ClassVar[str] = "find-the-slip"
    solved: Question
    misconception: str

    def __post_init__(self) -> None:
        """Refuse what has no line to find."""
        if self.working is None:
            raise ValueError(f"{type(self.solved).__name__} has no worked solution to find a line in")
        if self._found is None:
            known = [name for name in self.working.misconceptions if self.working.place_of(name) is not None]
            raise ValueError(f"{self.misconception} changes no line of this solution; {known} do")

    @property
    def class_words(self) -> Words:
        """The words of a choice, with those for lines of a solution."""
        own = Words(
            prompt=_(
                "Somebody else has solved this: “{asked}”\nOne line of the solution is wrong. The lines "
                "below it are calculated correctly from it. Which letter has the wrong line?"
            ),
            ask=self.words.ask or _ASK,
            formula=self.solved.say(self.solved.wording.formula),
            substituted=_(
                "{excluded}) is not the line: it follows from the question and the lines above it."
            ),
        )
        return super().class_words | own

    @cached_property
    def working(self) -> Working | None:
        """The steps of the worked solution."""
        return working_of(self.solved)

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The lines, with what is said of each."""
        working, wrong = self._steps, self._place
        found = []
        for at, (line, step) in enumerate(zip(working.lines(self.misconception), working.steps, strict=True)):
            found_line = _LINE if at else _FIRST_LINE
            message = found_line if at == wrong else _ABOVE if at < wrong else _BELOW
            values = {"reason": say(step.reason), "correction": working.correction(self.misconception, at)}
            said = say(message, **values)
            if at == wrong and at + 1 < len(working.steps):
                said = say(_LAST_LINE, message=said, last=working.lines()[-1].text)
            found.append(Option(line.text, said))
        return tuple(found)

    @property
    def _steps(self) -> Working:
        assert self.working
        return self.working

    @cached_property
    def _found(self) -> int | None:
        return self._steps.place_of(self.misconception)

    @property
    def _place(self) -> int:
        return self._found or 0

    @property
    def form(self) -> Form:
        """The form of the answer; a number that should stand in a line is told to be none."""
        return super().form._replace(wanted=_LETTER)

    @property
    def key(self) -> Answer:
        """The place of the line that is wrong."""
        return (self._place + 1,)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the line that was chosen, and the question that is solved."""
        last = len(self.options)
        excluded = LETTERS[0 if self.key == (last,) else last - 1]
        return {**super().placeholders(answer), "asked": self.solved.prompt, "excluded": excluded}

    @property
    def solution(self) -> str:
        """The line, why it is not right, and what it should be."""
        return self.say(self.wording.correct)

    @property
    def parameters(self) -> dict[str, Any]:
        """The question that is solved, and the lines."""
        return {"question": self.solved.parameters, "lines": self.form.options}


_ASK = _("Begin with the first line: does it follow from the question? Does the next follow from it?")

# The kinds whose questions have a worked solution.
_SOLVED: tuple[Kind, ...] = (
    windows.output_size,
    windows.conv_output_size,
    windows.pool_output_size,
    windows.dilated_output_size,
    windows.ceil_output_size,
    linear_features.linear_in_features,
    parameters.convolution,
    parameters.dense_layers,
    macs.convolution,
    concatenation.concatenation,
    receptive_fields.chain_of_layers,
)


@kind("find-the-slip", ())
def find_the_slip(draws: Draws, targets: Targets) -> Question:
    """Return a worked solution of a drawn question, with a drawn misconception in it."""
    source = draws.choice(_SOLVED)
    while True:
        solved = source.draw(draws, draws.choice(source.targets))
        working = working_of(solved)
        if working and working.misconceptions:
            name = draws.choice(working.misconceptions)
            if working.place_of(name) is not None:
                return FindTheSlip(solved, name)
