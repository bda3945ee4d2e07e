"""Answers that cannot be read, and what is said to them."""

from __future__ import annotations

from cnnbook.exercises.words import _, say, shown

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
    """What was answered cannot be read.

    `message` says what would be an answer; `values` has its placeholders but {answer} and {example}.
    `product` is the one number that the answer may have meant all the same.
    """

    product: tuple[int, ...] = ()

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.values = values

    def said(self, answer: object, example: str) -> str:
        """Return what is said to this answer."""
        return say(self.message, **{"answer": quoted(answer), "example": example, **self.values})


def quoted(answer: object) -> str:
    """Return the answer in quotes, short, and without running anything of the object's own."""
    if issubclass(type(answer), str):
        text = str.__str__(answer)
        text = text if len(text) <= 40 else text[:39] + "…"
        return f"“{''.join(c if c.isprintable() else ' ' for c in text)}”"
    if type(answer) in (list, tuple) and 1 < len(answer) < 9 and all(map(_is_short, answer)):  # type: ignore[arg-type, call-overload]
        return shown(tuple(answer))  # type: ignore[arg-type]
    return shown(answer) if _is_short(answer) else say(_("that"))


def _is_short(value: object) -> bool:
    """Return whether a number or text is shown without trouble: Python writes no integer of 4,301 digits."""
    if type(value) is int:
        return abs(value) < 10**18
    return type(value) is float or (type(value) is str and len(value) <= 40)
