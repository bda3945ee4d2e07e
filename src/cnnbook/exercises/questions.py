"""What is asked: a question's numbers, its key, the answers that known misconceptions give, and its words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from cnnbook.exercises.forms import COUNT, Answer, Form
from cnnbook.exercises.words import _, say


class Slip(NamedTuple):
    """A wrong answer, and the ids of the misconceptions that lead to it (two for two slips at once)."""

    ids: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True)
class Words:
    """What is said about a question; the placeholders are those of `Question.placeholders`.

    `prompt` asks it. `ask` asks for one value on the way, where no cause of a wrong answer is known.
    `formula` states the rule, `substituted` the rule with the question's numbers. `correct` follows a right
    answer, `incorrect` a wrong one. `hints` has the hint for a misconception, where the misconception's own
    default does not fit, and `topics` the hint for several misconceptions of one topic. `unsure` introduces
    the hint for an answer that one slip alone does not explain, `part` the hint for a part of a question.
    """

    prompt: str = ""
    ask: str = ""
    formula: str = ""
    substituted: str = ""
    correct: str = ""
    incorrect: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    unsure: str = ""
    part: str = ""

    def __or__(self, other: Words) -> Words:
        """Return these words with the other's laid over them, message by message."""
        own = {entry.name: getattr(other, entry.name) for entry in fields(other)}
        merged = {"hints": {**self.hints, **other.hints}, "topics": {**self.topics, **other.topics}}
        return replace(self, **{name: value for name, value in own.items() if value} | merged)


NO_WORDS = Words()

# What every question says where neither its kind nor its chapter has words of their own.
_PLAIN = Words(
    ask=_("Take it one step at a time, and write down each number on the way."),
    unsure=_("This looks like a slip on one axis only. {hint}"),
)


class Missed(NamedTuple):
    """What a wrong answer misses first: a part of the question, or all of it, and the answer to that part.

    The components that `follow` are wrong only because one before them is.
    """

    part: Question
    answer: Answer
    follow: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Question(ABC):
    """A question with numbers: its key and its wrong answers follow from them, nothing is typed in.

    A new subject is a frozen dataclass of its numbers, with `form`, `key` and `slips`; Python refuses to make
    a question of a class that leaves one out. `targets` are the misconceptions that this question is there to
    show: their answers differ from each other and from the key, which a test holds. `words` are the
    question's own, laid over those of its subject.
    """

    zero_is_an_answer: ClassVar[bool] = False
    targets: tuple[str, ...] = field(default=(), kw_only=True)
    words: Words = field(default=NO_WORDS, kw_only=True)

    @property
    def kind(self) -> str:
        """The kind of practice that asks the same; "" if there is none."""
        return ""

    @property
    def subject_words(self) -> Words:
        """What is said about all questions of this subject."""
        return NO_WORDS

    @property
    @abstractmethod
    def form(self) -> Form:
        """The form of the answer."""

    @property
    @abstractmethod
    def key(self) -> Answer:
        """The right answer."""

    @abstractmethod
    def slips(self) -> Iterator[Slip]:
        """Yield what each single misconception answers."""

    @cached_property
    def wording(self) -> Words:
        """What is said about this question: its own words over those of its subject."""
        return _PLAIN | self.subject_words | self.words

    def accepts(self, answer: Answer) -> bool:
        """Return whether the answer is right; some questions have several right answers."""
        return answer == self.key

    def unsure_slips(self) -> Iterator[Slip]:
        """Yield what two slips at once answer, or one slip on one axis only: possible causes, never sure."""
        return iter(())

    def missed(self, answer: Answer) -> Missed:
        """Return what a wrong answer misses."""
        return Missed(self, answer)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders in this question's words, seen from a wrong answer."""
        return {}

    def say(self, message: str, **more: Any) -> str:
        """Return a message about this question, filled with its values as seen from the right answer."""
        return say(message, **{"answer": self.key} | self.placeholders(self.key) | more)

    @property
    def prompt(self) -> str:
        """The question in words."""
        return self.say(self.wording.prompt)

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers, under PyTorch's names where it has any."""
        return {own.name: getattr(self, own.name) for own in fields(self) if own.name not in _NOT_NUMBERS}


_NOT_NUMBERS = {"targets", "words", "wrong"}


def order_slips(shape: Answer) -> Iterator[Slip]:
    """Yield a shape (C, H, W) as those give it who take its numbers in another order."""
    channels, height, width = shape
    yield Slip(("channels-last",), (height, width, channels))
    yield Slip(("swapped-height-width",), (channels, width, height))


Values = int | Answer


@dataclass(frozen=True)
class Stated(Question):
    """A question of its own: who states it computes its key, `value`, and its known wrong answers.

    `because` is the sum that gives the key; `wrong` has the answer that each misconception gives, or a list
    of several. `numbers` are further values for the placeholders of its words. Without `targets`, they are
    the misconceptions whose answers nothing else explains.
    """

    value: Values
    because: str = ""
    wrong: Mapping[str, Values | list[Values]] | Mapping[str, list[Values]] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    form: Form = COUNT
    subject_words: ClassVar[Words] = Words(
        hints={
            "rounds-up": _(
                "It seems a window that only partly fits was counted. Does a pool of 2 count a single row "
                "that is left over?"
            ),
            "channels-in": _("You kept the channels of the input. How many maps does the convolution make?"),
        }
    )

    def __post_init__(self) -> None:
        """Work out the targets, if none are given."""
        if not self.targets:
            object.__setattr__(self, "targets", tuple(self._shown_alone()))

    def _shown_alone(self) -> Iterator[str]:
        slips = list(self.slips())
        for name in self.wrong:
            others = {slip.answer for slip in slips if slip.ids != (name,)} | {self.key}
            if not any(slip.ids == (name,) and slip.answer in others for slip in slips):
                yield name

    @property
    def key(self) -> Answer:
        """The right answer."""
        return _answer(self.value)

    def slips(self) -> Iterator[Slip]:
        """Yield the known wrong answers."""
        for name, values in self.wrong.items():
            for value in values if isinstance(values, list) else [values]:
                yield Slip((name,), _answer(value))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that were given, and the sum that gives the key."""
        return {**self.numbers, "because": self.because}

    @property
    def parameters(self) -> dict[str, Any]:
        """The numbers that were given."""
        return dict(self.numbers)


def _answer(value: Values) -> Answer:
    return (value,) if isinstance(value, int) else value
