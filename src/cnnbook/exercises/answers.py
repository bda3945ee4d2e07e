"""Answers as people give them: text, tuples, tensors and their shapes, read into plain integers."""

from __future__ import annotations

import re
from math import isnan
from operator import index
from typing import NamedTuple

from cnnbook.exercises.calculator import UnreadableError, Value
from cnnbook.exercises.typed import LONGEST_TEXT, Typed, in_order, read_text

Answer = tuple[int, ...]


class Form(NamedTuple):
    """The form an answer takes: its name, its components' names, an example of how to type it, its unit."""

    name: str
    components: tuple[str, ...]
    example: str
    unit: str = ""


# The examples are no exercise's answer; a test holds that.
NUMBER = Form("number", ("number",), '17 or "(40 - 6)//2"')
COUNT = Form("count", ("count",), '1234, "1,234" or "2*3*7"')
BYTES = COUNT._replace(unit="bytes")
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


def product(answer: object, form: Form) -> Answer | None:
    """Return the product that a text names where one number is wanted: 4 for "2 x 2"; None where none is.

    >>> product("2 x 2", NUMBER), product("(2, 2)", NUMBER), product("2 x 2", SIZE)
    ((4,), None, None)
    """
    if type(answer) is not str or form.name != "number":  # another object could run code of its own
        return None
    try:
        (value,) = read_text(answer, several=False).values
    except (UnreadableError, ValueError):
        return None
    return (value,) if isinstance(value, int) else None


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
    if _AXES.issuperset(form.components):
        values = in_order(answer, "".join(name[0] for name in form.components))
        if values is not None:
            return Typed(values)
    count = form.name == "count"
    return read_text(answer, several=not count, grouped=count, sides=form.name == "number", unit=form.unit)


def _lettered(answer: str, form: Form, letters: list[str]) -> Typed:
    """Return the numbers of "b = 14, a = 6" in the letters' order."""
    before, *parts = _LETTER.split(answer[:1000])
    if before.strip("([{ ") or len({*letters}) < len(letters) or not {*letters} <= {*form.components}:
        raise UnreadableError("words")
    if len(answer) > LONGEST_TEXT:
        raise UnreadableError("long")
    numbers = dict(zip(letters, (_part(part.strip(" \t\r\n,;)]}")) for part in parts[1::2]), strict=True))
    return Typed(tuple(numbers[letter] for letter in form.components if letter in numbers))


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
        values = read_text(part, several=False, grouped=True).values
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
