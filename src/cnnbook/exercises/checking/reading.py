"""Answers as people give them: text, tuples, tensors and their shapes, read into plain integers."""

from __future__ import annotations

import re
from math import isnan
from operator import index
from typing import NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import Value
from cnnbook.exercises.checking.text import LONGEST_TEXT, Typed, read_text
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Answer, Form


class Reading(NamedTuple):
    """An answer that was read.

    `within` is how far a rounded count ("61.1M") may be from what it means, and `digits` how many it gives.
    `product` is the other meaning of an answer like "2 x 2" where one number is wanted: 4, beside the side 2.
    """

    answer: Answer
    within: int = 0
    digits: int = 0
    product: Answer = ()

    def means(self, value: Answer) -> bool:
        """Return whether the answer says this value."""
        if not self.within:
            return self.answer == value
        return len(value) == 1 and abs(self.answer[0] - value[0]) <= self.within


_BLANK = frozenset(
    {"", "...", "…", "?", "??", "???", "-", "_", "__", "___", "todo", "none", "idk", "i don't know", "n/a"}
)


def read(answer: object, form: Form) -> Reading | None:
    """Return the answer as integers in the form that the question wants; None where nothing was answered yet.

    A leading batch axis is dropped, a square map may stand for its side, a tensor for its shape.

    Raises UnreadableError where it cannot be read, whatever the object is or does.

    >>> from cnnbook.exercises.forms import COUNT, NUMBER, SHAPE
    >>> [read(answer, SHAPE).answer for answer in ("6@28x28", [1, 6, 28, 28])]
    [(6, 28, 28), (6, 28, 28)]
    >>> read("61,706 params", COUNT).answer, read("2 x 2", NUMBER).product, read("todo", NUMBER)
    ((61706,), (4,), None)
    """
    if issubclass(type(answer), str):  # isinstance would ask the object, and a subclass could lie
        answer = str.__str__(answer)
    if _is_blank(answer):
        return None
    try:
        typed = _typed(answer, form)
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError(unreadable.OBJECT, kind=type(answer).__name__) from error
    product = () if typed.product is None else (typed.product,)
    try:
        return Reading(_fit(typed, form), typed.within, typed.digits, product)
    except UnreadableError as error:
        error.product = product
        raise


def _is_blank(answer: object) -> bool:
    """Return whether nothing was answered yet: the placeholder ..., None, or blank text."""
    if answer is ... or answer is None:
        return True
    if type(answer) is str:
        return len(answer) < 50 and answer.strip().casefold() in _BLANK
    if type(answer) not in (list, tuple):  # a subclass could run code of its own
        return False
    return all(part is ... or part is None for part in answer)  # type: ignore[attr-defined]


_LETTER = re.compile(r"\b([a-f])\s*[=:]", re.IGNORECASE)
_APART = re.compile(r"[,;]?\s+|;")
_CELL = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,20}")
_BETWEEN = re.compile(r"([^\d*/+-]*)(\d+)\s*[-−–—]\s*(\d+)([^\d*/+-]*)")
_AXES = frozenset({"channels", "height", "width"})


def _typed(answer: object, form: Form) -> Typed:
    if not isinstance(answer, str):
        return Typed(_parts(answer, form))
    if form.name == "blanks" and (named := _LETTER.findall(answer[:1000])):
        return _lettered(answer, form, [letter.lower() for letter in named])
    if form.name == "blanks" and len(answer) <= LONGEST_TEXT:
        cells = _APART.split(answer.strip("()[] \t\r\n"))
        if len(cells) == len(form.components) and all(map(_CELL.fullmatch, cells)):
            return Typed(tuple(map(_part, cells)))
    if form.name == "range" and len(answer) < 100 and (match := _BETWEEN.fullmatch(answer)):
        answer = f"{match[1]}{match[2]} to {match[3]}{match[4]}"
    letters = "".join(name[0] for name in form.components) if _AXES.issuperset(form.components) else ""
    count, number = form.name == "count", form.name == "number"
    return read_text(answer, several=not count, grouped=count, sides=number, unit=form.unit, letters=letters)


def _lettered(answer: str, form: Form, letters: list[str]) -> Typed:
    """Return the numbers of "b = 14, a = 6" in the letters' order."""
    before, *parts = _LETTER.split(answer[:1000])
    if before.strip("([{ ") or len({*letters}) < len(letters) or not {*letters} <= {*form.components}:
        raise UnreadableError(unreadable.WORDS)
    if len(answer) > LONGEST_TEXT:
        raise UnreadableError(unreadable.LONG)
    numbers = dict(zip(letters, (_part(part.strip(" \t\r\n,;)]}")) for part in parts[1::2]), strict=True))
    return Typed(tuple(numbers[letter] for letter in form.components if letter in numbers))


def _parts(answer: object, form: Form) -> tuple[Value, ...]:
    if isinstance(answer, (list, tuple, range)):
        if len(answer) == 1 and isinstance(answer[0], (list, tuple, str)):
            return (
                _parts(answer[0], form) if not isinstance(answer[0], str) else _typed(answer[0], form).values
            )
        if len(answer) > 8:
            raise UnreadableError(unreadable.MANY, count=len(answer))
        # None stands for the batch, in front, as Keras prints it.
        return tuple(-1 if part is None and not at else _part(part) for at, part in enumerate(answer))
    shape = getattr(answer, "shape", None)
    if isinstance(shape, tuple) and len(shape) > 1:
        return tuple(_part(part) for part in shape)
    if isinstance(shape, tuple) and len(shape) == 1 and shape[0] <= 8:
        return tuple(_part(part) for part in answer)  # type: ignore[attr-defined]
    return (_part(answer),)


def _part(part: object) -> Value:
    if isinstance(part, bool):
        raise UnreadableError(unreadable.OBJECT, kind="bool")
    if isinstance(part, str):
        values = read_text(part, several=False, grouped=True).values
        if len(values) != 1:
            raise UnreadableError(unreadable.WORDS)
        return values[0]
    if isinstance(part, float):
        if isnan(part):
            raise UnreadableError(unreadable.OBJECT, kind="nan")
        if abs(part) > 10**15:
            raise UnreadableError(unreadable.HUGE)
        return int(part) if part == part // 1 else float(part)
    if part is None:
        raise UnreadableError(unreadable.OBJECT, kind="None")
    # A subclass of int could lie in its comparisons, so a true int is made of it.
    number = int.__add__(index(part), 0)  # type: ignore[arg-type]
    if abs(number) > 10**15:
        raise UnreadableError(unreadable.HUGE)
    return number


def _fit(typed: Typed, form: Form) -> Answer:
    values = tuple(
        part for value in typed.values for part in (value if isinstance(value, tuple) else (value,))
    )
    if any(isinstance(value, float) for value in values):
        raise UnreadableError(form.fraction, value=next(v for v in values if isinstance(v, float)))
    if not all(isinstance(value, int) for value in values):
        raise UnreadableError(unreadable.WORDS)
    whole = tuple(value for value in values if isinstance(value, int))
    wanted = len(form.components)
    if len(whole) == wanted:
        return whole
    if form.name == "shape" and len(whole) == 4:
        return whole[1:]
    if form.name == "range" and len(whole) > 2 and whole == tuple(range(whole[0], whole[-1] + 1)):
        return whole[0], whole[-1]
    if form.name == "number" and len(whole) == 2 and whole[0] == whole[1]:
        return whole[:1]
    if form.name == "shape" and len(whole) == 2 and typed.at:
        return (*whole, whole[1])
    if typed.is_product and len(whole) == 1:
        raise UnreadableError(unreadable.PRODUCT, value=whole[0])
    raise UnreadableError(form.wanted, count=len(whole))
