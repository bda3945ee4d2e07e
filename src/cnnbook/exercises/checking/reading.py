"""Reads answers of any type (text, tuples, tensors and their shapes) as plain integers."""

from __future__ import annotations

from itertools import pairwise
from math import isnan
from operator import index
from typing import NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import LARGEST_NUMBER, Number
from cnnbook.exercises.checking.text import ParsedText, read_pieces
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.words import _, say


class Reading(NamedTuple):
    """An answer as integers.

    `tolerance` is how far a rounded count such as "61.1M" may be from the exact one, and `digits` the number
    of its digits. Where one number is wanted, "2 x 2" has two meanings: 2, the side of a square, is the
    `answer`, and 4 is the `product`. `quoted` is the answer as it was given, shortened.
    """

    answer: Answer
    tolerance: int = 0
    digits: int = 0
    product: Answer = ()
    quoted: object = ""

    @property
    def meanings(self) -> tuple[Answer, ...]:
        """All meanings that the answer may have."""
        return tuple(filter(None, (self.product, self.answer)))

    def means(self, value: Answer) -> bool:
        """Return whether the answer is this value, or is rounded from it."""
        if not self.tolerance:
            return self.answer == value
        return len(value) == 1 and abs(self.answer[0] - value[0]) <= self.tolerance


_BLANK = frozenset(
    {"", "...", "…", "?", "??", "???", "-", "_", "__", "___", "todo", "none", "idk", "i don't know", "n/a"}
)


def read(answer: object, form: Form) -> Reading | None:
    """Return the answer as integers in the form that a question wants; None if nothing was answered yet.

    A leading batch axis is dropped. For one number, the size of a square map is read as its side; a tensor is
    read as its shape.

    Raises UnreadableError, and nothing else, for an answer that cannot be read, whatever its type.

    >>> from cnnbook.exercises.forms import COUNT, NUMBER, SHAPE
    >>> [read(answer, SHAPE).answer for answer in ("6@28x28", [1, 6, 28, 28])]
    [(6, 28, 28), (6, 28, 28)]
    >>> read("61,706 params", COUNT).answer, read("2 x 2", NUMBER).product, read("todo", NUMBER)
    ((61706,), (4,), None)
    """
    if issubclass(type(answer), str):  # isinstance would run code of the object
        answer = str.__str__(answer)
    if _is_blank(answer):
        return None
    try:
        typed = read_pieces(_pieces(answer), form)
        product = () if typed.product is None else (typed.product,)
        return Reading(_fit(typed, form), typed.tolerance, typed.digits, product, _quoted(answer))
    except UnreadableError as error:
        refused = error
    except Exception:  # an object of the learner's may raise anything
        refused = UnreadableError(unreadable.OBJECT, kind=type(answer).__name__)
    refused.quoted = _quoted(answer)
    raise refused


def _is_blank(answer: object) -> bool:
    """Return whether nothing was answered yet: the placeholder ..., None, or blank text."""
    if answer is ... or answer is None:
        return True
    if type(answer) is str:
        return len(answer) < 50 and answer.strip().casefold() in _BLANK
    if type(answer) not in (list, tuple):  # a subclass could run code of its own
        return False
    return all(part is ... or part is None for part in answer)  # type: ignore[attr-defined]


def _pieces(answer: object) -> str | list[str | Number]:
    """Return a text unchanged, and anything else as a list of its numbers and texts; no text is parsed."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, (list, tuple, range)):
        if len(answer) == 1 and isinstance(answer[0], (list, tuple, str)):
            return _pieces(answer[0])
        if len(answer) > 8:
            raise UnreadableError(unreadable.MANY, count=len(answer))
        # A leading None is the batch axis, as Keras prints it.
        return [-1 if piece is None and not at else _piece(piece) for at, piece in enumerate(answer)]
    shape = getattr(answer, "shape", None)
    if isinstance(shape, tuple) and len(shape) > 1:
        return [_piece(size) for size in shape]
    if isinstance(shape, tuple) and len(shape) == 1 and shape[0] <= 8:
        return [_piece(number) for number in answer]  # type: ignore[attr-defined]
    return [_piece(answer)]


def _piece(piece: object) -> str | Number:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, bool) or piece is None:
        raise UnreadableError(unreadable.OBJECT, kind="None" if piece is None else "bool")
    if isinstance(piece, float):
        if isnan(piece):
            raise UnreadableError(unreadable.OBJECT, kind="nan")
        if abs(piece) > LARGEST_NUMBER:
            raise UnreadableError(unreadable.HUGE)
        return int(piece) if piece == piece // 1 else float(piece)
    # A subclass of int may override comparisons, so it is converted to a true int.
    number = int.__add__(index(piece), 0)  # type: ignore[arg-type]
    if abs(number) > LARGEST_NUMBER:
        raise UnreadableError(unreadable.HUGE)
    return number


def _fit(typed: ParsedText, form: Form) -> Answer:
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
    if form.name == "range" and len(whole) > 2 and all(b - a == 1 for a, b in pairwise(whole)):
        return whole[0], whole[-1]
    if form.name == "number" and len(whole) == 2 and whole[0] == whole[1]:
        return whole[:1]
    if form.name == "shape" and len(whole) == 2 and typed.has_at:
        return (*whole, whole[1])
    if typed.is_product and len(whole) == 1:
        raise UnreadableError(unreadable.PRODUCT, value=whole[0])
    refused = UnreadableError(form.wanted, count=len(whole))
    refused.product = () if typed.product is None else (typed.product,)
    raise refused


def _quoted(answer: object) -> object:
    """Return the answer in quotes, shortened, without running code of the object."""
    if type(answer) is str:
        text = answer if len(answer) <= 40 else answer[:39] + "…"
        return f"“{''.join(c if c.isprintable() else ' ' for c in text)}”"
    if type(answer) in (list, tuple) and 1 < len(answer) < 9 and all(map(_is_short, answer)):  # type: ignore[arg-type, call-overload]
        return tuple(answer)  # type: ignore[arg-type]
    return answer if _is_short(answer) else say(_("that"))


def _is_short(value: object) -> bool:
    """Return whether a number or text is short; Python refuses to print integers of 4,301 digits."""
    if type(value) is int:
        return abs(value) < 10**18
    return type(value) is float or (type(value) is str and len(value) <= 40)
