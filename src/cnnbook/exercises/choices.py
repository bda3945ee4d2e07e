"""Questions with options, of which one is right; each of the others has the reason why it is not."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cnnbook.exercises.forms import LETTERS, Answer, Form, choice_of
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.variants import SALT
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say

_ASK = _("What would follow from each of the answers, and which of them does that rule out?")


class Option(NamedTuple):
    """An option: its text, the reason why it is right or not, and the misconception that leads to it."""

    text: str
    reason: str
    misconception: str = ""


@dataclass(frozen=True)
class Choosing(Question):
    """Base class of questions with options; the key is the place of the right one, counted from 1.

    After a wrong choice its reason is said, and then `ask` of the words, which must be a question.
    """

    @property
    @abstractmethod
    def options(self) -> tuple[Option, ...]:
        """The options in the order in which they are shown, their texts filled."""

    @property
    def form(self) -> Form:
        """The form of the answer: one of the options."""
        return choice_of(tuple(option.text for option in self.options))

    @property
    def class_words(self) -> Words:
        """The words of all choices. A misconception has no hint but the reason of its option."""
        ask = self.words.ask or _ASK
        ids = [slip.ids[0] for slip in self.slips()]
        return Words(
            ask=ask,
            correct=_("{letter}) {reason}"),
            incorrect=_("{letter}) {reason}"),
            hints=dict.fromkeys(ids, ask),
            topics=dict.fromkeys((MISCONCEPTIONS[name].topic for name in ids), ask),
        )

    def slips(self) -> Iterator[Slip]:
        """Yield the options that misconceptions lead to."""
        for place, option in enumerate(self.options, 1):
            if option.misconception:
                yield Slip((option.misconception,), (place,))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the letter, the text and the reason of the option that was chosen."""
        text, reason, _misconception = self.options[answer[0] - 1]
        return {"letter": LETTERS[answer[0] - 1], "text": text, "reason": reason}

    @property
    def solution(self) -> str:
        """The right option with its reason, and why each of the others is not right."""
        right = self.key[0] - 1
        places = [right, *(at for at in range(len(self.options)) if at != right)]
        return " ".join(f"{LETTERS[at]}) {self.options[at].reason}" for at in places)


@dataclass(frozen=True)
class Choice(Choosing):
    """A choice that is asked only once: its options are given where it is made.

    `right` is the right option, `wrong` are two to four others. `numbers` are the values of the placeholders
    in their texts and reasons, and in the words. Numbers are shown in ascending order. All other options are
    shuffled, for each `learner` in another way; a chapter's question is the same for everybody.
    """

    right: Option
    wrong: tuple[Option, ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)
    learner: str = ""

    def __post_init__(self) -> None:
        """Choose the targets if none are given: all misconceptions that lead to one of the options alone."""
        if not 2 <= len(self.wrong) <= 4:
            raise ValueError(f"a choice has 3 to 5 options, not {1 + len(self.wrong)}")
        if not self.targets:
            ids = [option.misconception for option in self.wrong if option.misconception]
            object.__setattr__(self, "targets", tuple(name for name in ids if ids.count(name) == 1))

    @cached_property
    def options(self) -> tuple[Option, ...]:
        """The options in the order in which they are shown."""
        given = [
            Option(say(text, **self.numbers), say(reason, **self.numbers), misconception)
            for text, reason, misconception in (self.right, *self.wrong)
        ]
        numbers = [option.text.replace(",", "") for option in given]
        if all(number.isdigit() for number in numbers):
            return tuple(sorted(given, key=lambda option: int(option.text.replace(",", ""))))
        draws = Draws(SALT, "options", self.learner, self.words.prompt)
        return tuple(given.pop(draws.below(len(given))) for _place in range(len(given)))

    @property
    def key(self) -> Answer:
        """The place of the right option."""
        return (self._place,)

    @cached_property
    def _place(self) -> int:
        right = say(self.right.text, **self.numbers)
        return [option.text for option in self.options].index(right) + 1

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the option that was chosen, and the numbers that were given."""
        return {**self.numbers, **super().placeholders(answer)}

    @property
    def parameters(self) -> dict[str, Any]:
        """The options in the order in which they are shown: an answer is a place among them."""
        return {"options": self.form.options}
