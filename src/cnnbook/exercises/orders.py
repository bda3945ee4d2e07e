"""Questions that ask for an order: of layers by their parameters, of the steps of a calculation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cnnbook.exercises.forms import LETTERS, Answer, Form, order_of
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say, shown

_ASK = _("Which of them comes first, and what decides that?")
_BACKWARDS = _("Read from its end, this order is right. Which end does the question begin with?")


class Item(NamedTuple):
    """What has a place in the order: its text, the number that decides, and what is said of that number.

    `wrong` gives the number that each misconception leads to in its place. `calculation` leads to the number;
    it is a hint, if all items have one.
    """

    text: str
    value: int
    said: str = ""
    calculation: str = ""
    wrong: Mapping[str, int] = {}


@dataclass(frozen=True)
class Order(Question):
    """In which order, from the smallest number to the largest, do these items stand?

    `items` are listed in the order in which they are given here, so that order should tell nothing. A
    misconception is suspected if the answer is the order by its numbers.
    """

    class_words = Words(
        correct=_("In this order: {values}."),
        incorrect=_("{letter}) does not belong at the {place} place."),
        unsure=_("{hint}"),
    )
    items: tuple[Item, ...]
    kind: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        """Refuse items that have no order, and what cannot be listed with six letters."""
        if not 3 <= len(self.items) <= len(LETTERS):
            raise ValueError(f"an order has 3 to {len(LETTERS)} items, not {len(self.items)}")
        if len({item.value for item in self.items}) < len(self.items):
            raise ValueError("two items have one number, so their order cannot be asked for")

    @property
    def form(self) -> Form:
        """The form of the answer: a letter for each place."""
        return order_of(tuple(item.text for item in self.items))

    @property
    def wording(self) -> Words:
        """All words: misconceptions have no hint of their own here, since one order is weak evidence.

        The numbers themselves are a late hint: a calculation for each item, or what it comes to if the rule
        was a hint before.
        """
        own = super().wording
        ids = [slip.ids[0] for slip in self.slips()]
        ask = self.words.ask or _ASK
        topics = {MISCONCEPTIONS[name].topic for name in ids}
        numbers = _("With the numbers: {listed}.") if self.words.formula else ""
        if all(item.calculation for item in self.items):
            numbers = _("With the numbers: {calculations}.")
        return (
            Words(
                ask=ask, substituted=numbers, hints=dict.fromkeys(ids, ask), topics=dict.fromkeys(topics, ask)
            )
            | own
        )

    @property
    def key(self) -> Answer:
        """The places of the items in the list, in the order of their numbers."""
        return _order([item.value for item in self.items])

    def slips(self) -> Iterator[Slip]:
        """Yield the order of each misconception that makes another one."""
        for name in dict.fromkeys(name for item in self.items for name in item.wrong):
            yield Slip((name,), _order([item.wrong.get(name, item.value) for item in self.items]))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the first item that is not at its place, and the numbers of all of them.

        For the right order from its end, the values have the message that says so.
        """
        at = next((at for at, right in enumerate(self.key) if answer[at] != right), 0)
        backwards = answer == self.key[::-1] and all(slip.answer != answer for slip in self.slips())
        return ({"refused": say(_BACKWARDS)} if backwards else {}) | {
            "place": self.form.labels[at],
            "letter": LETTERS[answer[at] - 1],
            "calculations": self._listed([item.calculation for item in self.items]),
            "listed": self._listed([self._said(place) for place, _item in enumerate(self.items, 1)]),
            "values": ", ".join(f"{LETTERS[place - 1]}) {self._said(place)}" for place in self.key),
        }

    @staticmethod
    def _listed(texts: list[str]) -> str:
        return "; ".join(f"{letter}) {text}" for letter, text in zip(LETTERS, texts, strict=False))

    def _said(self, place: int) -> str:
        item = self.items[place - 1]
        return item.said or shown(item.value)

    @property
    def parameters(self) -> dict[str, Any]:
        """The items as they are listed: an answer is their places."""
        return {"items": self.form.options}


def _order(values: list[int]) -> Answer:
    return tuple(sorted(range(1, len(values) + 1), key=lambda place: values[place - 1]))
