"""What is asked: a question's numbers, its key, and the answers that known misconceptions give to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, NamedTuple

from cnnbook.exercises.answers import COUNT, Answer, Form


class Slip(NamedTuple):
    """A wrong answer, and the ids of the misconceptions that lead to it (two for two slips at once)."""

    ids: tuple[str, ...]
    answer: Answer


@dataclass(frozen=True)
class Question(ABC):
    """A question with numbers: its key and its wrong answers follow from them, nothing is typed in.

    A new kind is a frozen dataclass of its numbers, with `kind`, `form`, `key` and `slips`; Python refuses to
    make a question of a class that leaves one out. `targets` are the misconceptions that this question is
    there to show: their answers differ from each other and from the key, which a test holds.
    """

    zero_is_an_answer: ClassVar[bool] = False
    targets: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    @abstractmethod
    def kind(self) -> str:
        """Return the name under which messages for this kind of question are kept."""

    @property
    @abstractmethod
    def form(self) -> Form:
        """Return the form of the answer."""

    @property
    @abstractmethod
    def key(self) -> Answer:
        """Return the right answer."""

    @abstractmethod
    def slips(self) -> Iterator[Slip]:
        """Yield what each single misconception answers."""

    def accepts(self, answer: Answer) -> bool:
        """Return whether the answer is right; some questions have several right answers."""
        return answer == self.key

    def unsure_slips(self) -> Iterator[Slip]:
        """Yield what two slips at once answer, or one slip on one axis only: possible causes, never sure."""
        return iter(())

    def part(self, answer: Answer) -> tuple[Question, Answer]:
        """Return the part of this question that a wrong answer first misses, and the answer to that part."""
        return self, answer

    def follows(self, answer: Answer) -> frozenset[int]:
        """Return which components are wrong only because one before them is."""
        return frozenset()

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that this question's messages may name, seen from a wrong answer."""
        return {}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers, under PyTorch's names where it has any."""
        return {own.name: getattr(self, own.name) for own in fields(self) if own.name != "targets"}


def order_slips(shape: Answer) -> Iterator[Slip]:
    """Yield a shape (C, H, W) as those give it who take its numbers in another order."""
    channels, height, width = shape
    yield Slip(("channels-last",), (height, width, channels))
    yield Slip(("swapped-height-width",), (channels, width, height))


@dataclass(frozen=True)
class Stated(Question):
    """A question of its own: the chapter states it, the bank computes its key and its known wrong answers."""

    value: int | Answer
    because: str = ""
    wrong: tuple[tuple[str, int | Answer], ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    form: Form = COUNT
    kind: str = "stated"

    @property
    def key(self) -> Answer:
        """Return the right answer."""
        return (self.value,) if isinstance(self.value, int) else self.value

    def slips(self) -> Iterator[Slip]:
        """Yield the known wrong answers."""
        for name, value in self.wrong:
            yield Slip((name,), (value,) if isinstance(value, int) else value)

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers given in the bank, and the sum that gives the key."""
        return {**self.numbers, "because": self.because}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the numbers given in the bank."""
        return dict(self.numbers)
