"""Answers as people give them: text, tuples, tensors and their shapes, read into plain integers."""

from __future__ import annotations

import re
from math import isnan
from operator import index
from typing import NamedTuple

from cnnbook.exercises.calculator import UnreadableError, Value
from cnnbook.exercises.typed import Typed, read_text

Answer = tuple[int, ...]


class Form(NamedTuple):
    """The form an answer takes: its name, its components' names, and an example of how to type it."""

    name: str
    components: tuple[str, ...]
    example: str


# The examples are no exercise's answer; a test holds that.
NUMBER = Form("number", ("number",), '17 or "(40 - 6)//2"')
COUNT = Form("count", ("count",), '1234, "1,234" or "2*3*7"')
SIZE = Form("size", ("height", "width"), '(30, 40) or "30x40"')
SHAPE = Form("shape", ("channels", "height", "width"), '(20, 30, 40) or "20x30x40"')
RANGE = Form("range", ("smallest", "largest"), '(30, 33) or "30 to 33"')


class Reading(NamedTuple):
    """An answer that was read; `within` is how far a rounded count ("61.1M") may be from what it means."""

    answer: Answer
    within: int = 0
    digits: int = 0

    def means(self, value: Answer) -> bool:
        """Return whether the answer says this value."""
        if not self.within:
            return self.answer == value
        return len(value) == 1 and abs(self.answer[0] - value[0]) <= self.within


_BLANK = frozenset(
    {"", "...", "…", "?", "??", "???", "-", "_", "__", "___", "todo", "none", "idk", "i don't know", "n/a"}
)


def is_blank(answer: object) -> bool:
    """Return whether nothing was answered yet: the placeholder ..., None, or blank text."""
    if answer is ... or answer is None:
        return True
    if type(answer) is str:
        return len(answer) < 50 and answer.strip().casefold() in _BLANK
    if type(answer) not in (list, tuple):  # a subclass could run code of its own
        return False
    return all(part is ... or part is None for part in answer)  # type: ignore[attr-defined]


def read(answer: object, form: Form) -> Reading:
    """Return the answer as integers in the form that the question wants.

    A leading batch axis is dropped, a square map may stand for its side, a tensor for its shape.

    Raises UnreadableError where it cannot be read, whatever the object is or does.

    >>> read("6@28x28", SHAPE).answer, read([1, 6, 28, 28], SHAPE).answer, read("61,706 params", COUNT).answer
    ((6, 28, 28), (6, 28, 28), (61706,))
    """
    try:
        typed = _typed(answer, form)
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError("object", kind=type(answer).__name__) from error
    return Reading(_fit(typed, form), typed.within, typed.digits)


_LETTER = re.compile(r"\b[a-f]\s*[=:]")


def _typed(answer: object, form: Form) -> Typed:
    if isinstance(answer, str):
        if form.name == "blanks":
            answer = _LETTER.sub(" ", answer[:1000])  # "a = 6, b = 14": the letters are in the form's order
        return read_text(answer, several=form.name != "count", grouped=form.name == "count")
    return Typed(_parts(answer, form))


def _parts(answer: object, form: Form) -> tuple[Value, ...]:
    if isinstance(answer, (list, tuple, range)):
        if len(answer) == 1 and isinstance(answer[0], (list, tuple, str)):
            return (
                _parts(answer[0], form) if not isinstance(answer[0], str) else _typed(answer[0], form).values
            )
        if len(answer) > 8:
            raise UnreadableError("many", count=len(answer))
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
        raise UnreadableError("object", kind="bool")
    if isinstance(part, str):
        values = read_text(part, several=False).values
        if len(values) != 1:
            raise UnreadableError("words")
        return values[0]
    if isinstance(part, float):
        if isnan(part):
            raise UnreadableError("object", kind="nan")
        if abs(part) > 10**15:
            raise UnreadableError("huge")
        return int(part) if part == part // 1 else float(part)
    if part is None:
        raise UnreadableError("object", kind="None")
    # A subclass of int could lie in its comparisons, so a true int is made of it.
    number = int.__add__(index(part), 0)  # type: ignore[arg-type]
    if abs(number) > 10**15:
        raise UnreadableError("huge")
    return number


def _fit(typed: Typed, form: Form) -> Answer:
    values = tuple(
        part for value in typed.values for part in (value if isinstance(value, tuple) else (value,))
    )
    if any(isinstance(value, float) for value in values):
        raise UnreadableError(f"fraction-{form.name}", value=next(v for v in values if isinstance(v, float)))
    if not all(isinstance(value, int) for value in values):
        raise UnreadableError("words")
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
    if typed.product and len(whole) == 1:
        raise UnreadableError("product", value=whole[0])
    raise UnreadableError(f"wants-{form.name}", count=len(whole))
