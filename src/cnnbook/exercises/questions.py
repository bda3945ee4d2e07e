"""Questions: their numbers, the right answer (the key), the wrong answers of misconceptions, the words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from cnnbook.exercises.forms import COUNT, Answer, Form
from cnnbook.exercises.words import _, say


class Slip(NamedTuple):
    """A wrong answer, and the ids of the misconceptions that lead to it: one, or two at once."""

    ids: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True)
class Words:
    """The messages about a question; `Question.placeholders` gives the values of their placeholders.

    `prompt` is the question itself. `ask` asks for one intermediate value; it is the hint for a wrong answer
    whose cause is not known. `ask_channels` is the same for a shape whose channels are wrong. `formula`
    states the rule, `substituted` the rule with the question's numbers. `correct` is the message for a right
    answer, `incorrect` the one for a wrong answer. `hints` gives the hints for those misconceptions whose
    default hint does not fit, and `topics` the hints for several possible misconceptions of one topic.
    `unsure` introduces the hint for an answer that no single misconception explains, and `part` the hint for
    one part of the question.
    """

    prompt: str = ""
    ask: str = ""
    ask_channels: str = ""
    formula: str = ""
    substituted: str = ""
    correct: str = ""
    incorrect: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    unsure: str = ""
    part: str = ""

    def __or__(self, other: Words) -> Words:
        """Return these words, each message replaced with that of the other words where they have one."""
        own = {entry.name: getattr(other, entry.name) for entry in fields(other)}
        merged = {"hints": {**self.hints, **other.hints}, "topics": {**self.topics, **other.topics}}
        return replace(self, **{name: value for name, value in own.items() if value} | merged)


NO_WORDS = Words()

# The words of every question, where neither its class nor the question itself has others.
_DEFAULT = Words(
    ask=_("Take it one step at a time, and write down each number on the way."),
    ask_channels=_(
        "Look at the channels. Which layer makes the maps that come out, and how many kernels does it have?"
    ),
    unsure=_("One of the two sides is right. {hint}"),
)


class Mistake(NamedTuple):
    """The first mistake in a wrong answer: the part of the question where it is, and the answer to that part.

    A question without parts is its own part. `consequences` are the places of components that are wrong only
    because a component before them is.
    """

    part: Question
    answer: Answer
    consequences: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Question(ABC):
    """A question with numbers, from which its key and its wrong answers are computed.

    Each subclass is a frozen dataclass of its numbers and must define `form`, `key` and `slips`. `targets`
    are the misconceptions that the question is made to detect: their answers differ from each other and from
    the key, which a test checks. `words` are the question's own; they replace those of its class.
    """

    zero_is_an_answer: ClassVar[bool] = False  # whether an answer may contain 0
    several_are_right: ClassVar[bool] = False  # a number that differs from the key's is then not wrong
    targets: tuple[str, ...] = field(default=(), kw_only=True)
    words: Words = field(default=NO_WORDS, kw_only=True)

    @property
    def kind(self) -> str:
        """The kind of practice that asks the same; empty if there is none."""
        return ""

    @property
    def class_words(self) -> Words:
        """The words for all questions of this class."""
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
        """Yield the wrong answers of single misconceptions."""

    @cached_property
    def wording(self) -> Words:
        """All words for this question: the default ones, those of its class, and its own."""
        return _DEFAULT | self.class_words | self.words

    def accepts(self, answer: Answer) -> bool:
        """Return whether the answer is right: some questions have several right answers."""
        return answer == self.key

    def unsure_slips(self) -> Iterator[Slip]:
        """Yield the answers of two misconceptions at once, or of one on a single axis; never sure causes."""
        return iter(())

    def first_mistake(self, answer: Answer) -> Mistake:
        """Return the first mistake in a wrong answer."""
        return Mistake(self, answer)

    def first_wrong(self, answer: Answer) -> int:
        """Return the first number of the answer that is not the key's; its first number if all are."""
        pairs = zip(answer, self.key, strict=True)
        return next((given for given, right in pairs if given != right), answer[0])

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders in this question's words, for the feedback on an answer."""
        return {}

    def say(self, message: str, **more: Any) -> str:
        """Return a message about this question, filled with the values for its right answer."""
        return say(message, **{"answer": self.key} | self.placeholders(self.key) | more)

    @property
    def stem(self) -> str:
        """The text of the question, without the options that it may have."""
        return self.say(self.wording.prompt)

    @property
    def prompt(self) -> str:
        """The text of the question, and its options, a line for each."""
        return "\n".join([self.stem, *self.form.listed])

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers, under PyTorch's names where it has any."""
        return {own.name: getattr(self, own.name) for own in fields(self) if own.name not in _NOT_NUMBERS}


_NOT_NUMBERS = {"targets", "words", "wrong"}


def order_slips(shape: Answer) -> Iterator[Slip]:
    """Yield the wrong answers that have the numbers of this shape, such as (C, H, W), in another order."""
    channels, *size = shape
    yield Slip(("channels-last",), (*size, channels))
    if len(size) > 1:
        *before, height, width = size
        yield Slip(("swapped-height-width",), (channels, *before, width, height))


Values = int | Answer


@dataclass(frozen=True)
class CustomQuestion(Question):
    """A question that is asked only once: the right and the wrong answers are given where it is made.

    `value` is the right answer and `because` the calculation that leads to it. `wrong` gives the answer of
    each misconception, or a list of answers. `numbers` are further values for the placeholders of the words.
    If no `targets` are given, they are all misconceptions whose answers no other misconception gives.
    """

    value: Values
    because: str = ""
    wrong: Mapping[str, Values | list[Values]] | Mapping[str, list[Values]] = field(default_factory=dict)
    numbers: Mapping[str, Any] = field(default_factory=dict)
    form: Form = COUNT

    def __post_init__(self) -> None:
        """Choose the targets if none are given."""
        if not self.targets:
            object.__setattr__(self, "targets", tuple(self._distinct()))

    def _distinct(self) -> Iterator[str]:
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
        """Yield the wrong answers that were given."""
        for name, values in self.wrong.items():
            for value in values if isinstance(values, list) else [values]:
                yield Slip((name,), _answer(value))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that were given, and the calculation of the key."""
        return {**self.numbers, "because": self.because}

    @property
    def parameters(self) -> dict[str, Any]:
        """The numbers that were given."""
        return dict(self.numbers)


def _answer(value: Values) -> Answer:
    return (value,) if isinstance(value, int) else value
