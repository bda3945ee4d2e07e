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
TWO = _("Two numbers, {first} and {second}; one number is wanted, like {example}. A product is typed with *.")
OPEN = _("{answer} leaves open which numbers are meant. Write it like {example}.")
LABEL = _("One number is labelled twice in {answer}. Write it like {example}.")
UNIT = _("{answer} is a number of {unit}, and that is not what is asked for.")
ROUNDED = _("{answer} is rounded too much to tell. Give at least three digits, or write it out.")
ROUNDED_TO_A_SLIP = _(
    "{answer} is rounded so much that a wrong answer would give it, too. Give more digits, or write it out."
)
CUT_OFF = _("The last digit of {answer} is cut off, not rounded. Give one digit more, or write it out.")
BINARY = _(
    "{answer} is {value} bytes, since 1 MB is 1,000,000 bytes. Write MiB if you mean 1,048,576 bytes, and "
    "KiB or GiB in the same way."
)
SURE = _("I read {value}. Is that it?")


class UnreadableError(Exception):
    """An answer that cannot be read.

    `message` is for the learner. `values` fills its placeholders except {example} and {answer}; the latter is
    `quoted`, the answer as it was given.
    """

    quoted: object = ""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values
