"""The error for answers that cannot be read, and its messages."""

from __future__ import annotations

from cnnbook.exercises.words import _

WORDS = _("I cannot read {answer} as numbers. Write it like {example}.")
LONG = _("That is too long for an answer. Write it like {example}.")
NESTED = _("Too many brackets inside brackets. Write it like {example}.")
BRACKETS = _("A bracket is open or out of place in {answer}. Write it like {example}.")
UNFINISHED = _("{answer} stops in the middle. Write it like {example}.")
HUGE = _("That number is too large for any network. Write it like {example}.")
ZERO = _("{answer} divides by zero. Look at what you divide by.")
MANY = _("That is a list of {count} numbers. Write it like {example}.")
OBJECT = _("A value of type {kind} is no answer here. Write it like {example}.")
PRODUCT = _("{answer} is the product {value}. Write the sizes apart, like {example}.")
ROUNDED = _("{answer} is rounded too much to tell. Give at least three digits, or write it out.")


class UnreadableError(Exception):
    """An answer that cannot be read.

    `message` is for the learner. `values` fills its placeholders except {example} and {answer}; the latter is
    `quoted`, the answer as it was given. `product` is the number that the answer may mean nevertheless.
    """

    quoted: object = ""
    product: tuple[int, ...] = ()

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values
