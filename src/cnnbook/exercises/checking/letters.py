"""Reads the answer to a question with options: letters, places in the list, or the texts themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import LETTERS, Answer, Form
from cnnbook.exercises.words import joined

_PIECES = re.compile(r"\d+|[^\W\d_]+")
_FILLING = frozenset({"then", "and", "option", "answer", "line", "before"})  # words around the letters
_LONGEST = 500  # characters of an answer that are looked at
_NUMBER = re.compile(r"[\d., ]+")


def read_letters(answer: object, form: Form) -> Answer:
    """Return the places of the options that an answer names, counted from 1, in its order.

    Raises UnreadableError, and nothing else, if it does not name one option, or, of an order, each once.

    >>> from cnnbook.exercises.forms import choice_of, order_of
    >>> rows = choice_of(("5 rows", "4 rows"))
    >>> [read_letters(answer, rows) for answer in ("b", "B)", 2, "2", "4 rows", (2,))]
    [(2,), (2,), (2,), (2,), (2,), (2,)]
    >>> layers = order_of(("conv1", "conv2", "fc"))
    >>> [read_letters(answer, layers) for answer in ("c a b", "cab", "3 1 2", "c > a > b", ["c", "a", "b"])]
    [(3, 1, 2), (3, 1, 2), (3, 1, 2), (3, 1, 2), (3, 1, 2)]
    """
    found = tuple(_places(answer, form))
    every = form.name == "order" and sorted(found) == [*range(1, len(form.options) + 1)]
    one = form.name == "choice" and len(found) == 1 and found[0] > 0
    if every or one:
        return found
    raise UnreadableError(form.wanted, letters=joined([*LETTERS[: len(form.options)]]))


def _places(answer: object, form: Form) -> Iterator[int]:
    """Yield the place of each option that is named; 0 for what names none."""
    if type(answer) in (list, tuple):
        for one in answer[: len(form.options) + 1]:  # type: ignore[index]
            yield from _one(one, form) if isinstance(one, str) else [_in_range(one, form)]
    elif isinstance(answer, str):
        yield from _one(answer, form)
    else:
        yield _in_range(answer, form)


def _one(text: str, form: Form) -> Iterator[int]:
    """Yield the places that a text names. The text of an option goes first: it may be a number itself."""
    text = text[:_LONGEST]
    texts = [_plain(option) for option in form.options]
    if _plain(text) in texts:
        yield texts.index(_plain(text)) + 1
        return
    letters = LETTERS[: len(form.options)]
    has_numbers = any(_NUMBER.fullmatch(option) for option in form.options)
    for piece in _PIECES.findall(text.casefold().replace("x", " ")):
        if piece.isdigit():
            together = form.name == "order" and len(piece) > 1
            numbers = [*piece] if together else [piece]
            yield from (0 if has_numbers else _in_range(int(number[:3]), form) for number in numbers)
        elif set(piece) <= set(letters) and (len(piece) == 1 or form.name == "order"):
            yield from (letters.index(letter) + 1 for letter in piece)
        elif piece not in _FILLING:
            yield 0


def _in_range(number: object, form: Form) -> int:
    return number if type(number) is int and 1 <= number <= len(form.options) else 0


def _plain(text: str) -> str:
    """Return a text without what makes no difference: capitals, blanks, commas in numbers, a full stop."""
    return re.sub(r"[\s,]+|\.$", "", text.casefold().replace("×", "x"))
