"""What is asked: a question's numbers, its key, and the answers that known misconceptions give to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from cnnbook.exercises.answers import COUNT, Answer, Form


class Slip(NamedTuple):
    """A wrong answer, and the ids of the misconceptions that lead to it (two for two slips at once)."""

    ids: tuple[str, ...]
    answer: Answer


class Question:
    """A question with numbers: its key and its wrong answers follow from them, nothing is typed in.

    `targets` are the misconceptions that this question is there to show: their answers differ from each other
    and from the key, which a test holds.
    """

    zero_is_an_answer: ClassVar[bool] = False
    targets: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the name under which messages for this kind of question are kept."""
        raise NotImplementedError

    @property
    def form(self) -> Form:
        """Return the form of the answer."""
        raise NotImplementedError

    @property
    def key(self) -> Answer:
        """Return the right answer."""
        raise NotImplementedError

    def accepts(self, answer: Answer) -> bool:
        """Return whether the answer is right; some questions have several right answers."""
        return answer == self.key

    def slips(self) -> Iterator[Slip]:
        """Yield what each single misconception answers."""
        raise NotImplementedError

    def unsure_slips(self) -> Iterator[Slip]:
        """Yield what two slips at once answer, or one slip on one axis only: possible causes, never sure."""
        return iter(())

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that this question's messages may name, seen from a wrong answer."""
        return {}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        raise NotImplementedError


@dataclass(frozen=True)
class Stated(Question):
    """A question of its own: the chapter states it, the bank computes its key and its known wrong answers."""

    value: int | Answer
    because: str = ""
    wrong: tuple[tuple[str, int | Answer], ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)
    form: Form = COUNT
    kind: str = "stated"
    targets: tuple[str, ...] = ()

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
