"""Answers as people give them: text, tuples, tensors and their shapes, read into plain integers."""

from __future__ import annotations

from operator import index
from typing import NamedTuple

from cnnbook.exercises.typed import Typed, Unreadable, Value, read_text

Answer = tuple[int, ...]


class Form(NamedTuple):
    """The form an answer takes: its name, the names of its components, and an example of each way to type it."""

    name: str
    components: tuple[str, ...]
    example: str


NUMBER = Form("number", ("number",), '28 or "(32 - 5)//1 + 1"')
COUNT = Form("count", ("count",), '61706, "61,706" or "16*5*5"')
SIZE = Form("size", ("height", "width"), '(28, 30) or "28x30"')
SHAPE = Form("shape", ("channels", "height", "width"), '(6, 28, 28) or "6x28x28"')


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


_BLANK = frozenset({"", "...", "…", "?", "??", "???", "-", "_", "__", "___", "todo", "none", "idk", "i don't know", "n/a"})


def is_blank(answer: object) -> bool:
    """Return whether nothing was answered yet: the placeholder ..., None, or blank text."""
    if answer is ... or answer is None:
        return True
    if isinstance(answer, str):
        return len(answer) < 50 and answer.strip().casefold() in _BLANK
    return isinstance(answer, (list, tuple)) and all(part is ... or part is None for part in answer)


def read(answer: object, form: Form) -> Reading:
    """Return the answer as integers in the form that the question wants.

    A leading batch axis is dropped, a square map may stand for its side, a tensor for its shape.

    Raises Unreadable where it cannot be read, whatever the object is or does.

    >>> read("6@28x28", SHAPE).answer, read([1, 6, 28, 28], SHAPE).answer, read("61,706 params", COUNT).answer
    ((6, 28, 28), (6, 28, 28), (61706,))
    """
    try:
        typed = _typed(answer, form)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("object", kind=type(answer).__name__) from error
    return Reading(_fit(typed, form), typed.within, typed.digits)


def _typed(answer: object, form: Form) -> Typed:
    if isinstance(answer, str):
        return read_text(answer, several=form.name != "count", grouped=form.name == "count")
    return Typed(_parts(answer, form))


def _parts(answer: object, form: Form) -> tuple[Value, ...]:
    if isinstance(answer, (list, tuple)):
        if len(answer) == 1 and isinstance(answer[0], (list, tuple, str)):
            return _parts(answer[0], form) if not isinstance(answer[0], str) else _typed(answer[0], form).values
        if len(answer) > 8:
            raise Unreadable("many", count=len(answer))
        return tuple(_part(part) for part in answer)
    shape = getattr(answer, "shape", None)
    if isinstance(shape, tuple) and len(shape) > 1:
        return tuple(_part(part) for part in shape)
    if isinstance(shape, tuple) and len(shape) == 1 and shape[0] <= 8:
        return tuple(_part(part) for part in answer)  # type: ignore[attr-defined]
    return (_part(answer),)


def _part(part: object) -> Value:
    if isinstance(part, bool):
        raise Unreadable("object", kind="bool")
    if isinstance(part, str):
        values = read_text(part, several=False).values
        if len(values) != 1:
            raise Unreadable("words")
        return values[0]
    if isinstance(part, float):
        if part != part or abs(part) > 10**15:
            raise Unreadable("huge")
        return int(part) if part == part // 1 else float(part)
    if part is None:
        return -1
    # A subclass of int could lie in its comparisons, so a true int is made of it.
    number = int.__add__(index(part), 0)  # type: ignore[arg-type]
    if abs(number) > 10**15:
        raise Unreadable("huge")
    return number


def _fit(typed: Typed, form: Form) -> Answer:
    values = typed.values
    if any(isinstance(value, float) for value in values):
        raise Unreadable("fraction", value=next(v for v in values if isinstance(v, float)))
    if not all(isinstance(value, int) for value in values):
        raise Unreadable("words")
    whole = tuple(value for value in values if isinstance(value, int))
    wanted = len(form.components)
    if len(whole) == wanted:
        return whole
    if form.name == "shape" and len(whole) == 4:
        return whole[1:]
    if form.name == "number" and len(whole) == 2 and whole[0] == whole[1]:
        return whole[:1]
    if form.name == "shape" and len(whole) == 2 and typed.at:
        return (*whole, whole[1])
    if typed.product and len(whole) == 1:
        raise Unreadable("product", value=whole[0])
    raise Unreadable(f"wants-{form.name}", count=len(whole))
