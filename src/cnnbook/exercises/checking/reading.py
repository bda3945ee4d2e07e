"""Reads answers of any type (text, tuples, tensors and their shapes) as plain integers."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import Quantity, Result
from cnnbook.exercises.checking.letters import read_letters
from cnnbook.exercises.checking.objects import has_batch, pieces_of
from cnnbook.exercises.checking.text import ParsedText, read_cell, read_text
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.words import _, say


class Reading(NamedTuple):
    """An answer as integers.

    `rounded` is the quantity that was typed if the answer is a rounded one, such as "61.1M". `unit` is the
    unit that the answer names. `sure` is false if the answer may mean something else. `result` is the typed
    arithmetic. `quoted` is the answer as it was given, shortened.
    """

    answer: Answer
    rounded: Quantity | None = None
    unit: str = ""
    sure: bool = True
    result: Result | None = None
    quoted: object = ""

    @property
    def tolerance(self) -> int:
        """How far the answer may be from the number that it is rounded from."""
        return self.rounded.tolerance if self.rounded else 0

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

    A leading batch axis is dropped, and a feature map is read as its shape.

    Raises UnreadableError, and nothing else, for an answer that cannot be read, whatever its type.

    >>> from cnnbook.exercises.forms import COUNT, NUMBER, SHAPE
    >>> [read(answer, SHAPE).answer for answer in ("6@28x28", [1, 6, 28, 28], (6, (28, 28)))]
    [(6, 28, 28), (6, 28, 28), (6, 28, 28)]
    >>> read("61,706 params", COUNT).answer, read("eight rows", NUMBER).answer, read("todo", NUMBER)
    ((61706,), (8,), None)
    """
    if issubclass(type(answer), str):  # isinstance would run code of the object
        answer = str.__str__(answer)
    if _is_blank(answer):
        return None
    try:
        if form.options:
            return Reading(read_letters(answer, form), quoted=_quoted(answer))
        parsed, batch = _parsed(answer, form)
        own = (parsed.rounded, parsed.unit, parsed.sure, parsed.result)
        return Reading(_fit(parsed, form, batch), *own, _quoted(answer))
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


def _parsed(answer: object, form: Form) -> tuple[ParsedText, bool]:
    """Return the numbers of an answer, and whether the first of four is the batch axis for certain."""
    while (
        isinstance(answer, (list, tuple)) and len(answer) == 1 and isinstance(answer[0], (list, tuple, str))
    ):
        answer = answer[0]
    if isinstance(answer, str):
        return read_text(answer, form), False
    pieces = pieces_of(answer)
    parts = [read_cell(piece, form) if isinstance(piece, str) else ParsedText((piece,)) for piece in pieces]
    values = tuple(value for part in parts for value in part.values)
    return ParsedText(values, sure=all(part.sure for part in parts)), has_batch(answer)


def _fit(parsed: ParsedText, form: Form, batch: bool) -> Answer:
    values, product = parsed.values, parsed.product
    for value in values:
        if not isinstance(value, int):
            raise UnreadableError(form.fraction, value=float(value))
    whole = tuple(value for value in values if isinstance(value, int))
    wanted = len(form.components)
    if len(whole) == wanted:
        return whole
    if form.components[0] == "channels" and len(whole) == wanted + 1 and (batch or whole[0] in (1, -1)):
        return whole[1:]
    if form.name == "range" and len(whole) > 2 and all(b - a == 1 for a, b in pairwise(whole)):
        return whole[0], whole[-1]
    if wanted == 1 and len(whole) == 2:
        raise UnreadableError(unreadable.TWO, first=whole[0], second=whole[1])
    if wanted > 1 and len(whole) == 1 and product:
        raise UnreadableError(unreadable.PRODUCT, value=whole[0])
    raise UnreadableError(form.wanted, count=len(whole))


def _quoted(answer: object) -> object:
    """Return the answer in quotes, shortened, without running code of the object."""
    if type(answer) is str:
        text = answer if len(answer) <= 40 else answer[:39] + "…"
        return f"“{''.join(c if c.isprintable() else ' ' for c in text)}”"
    if type(answer) in (list, tuple) and 1 < len(answer) < 9 and all(map(_is_short, answer)):  # type: ignore[arg-type, call-overload]
        texts = [one for one in answer if type(one) is str]  # type: ignore[attr-defined]
        if any(set(",()") & set(text) for text in texts):
            return f"“{' | '.join(texts)}”"  # as they stand in the boxes
        return tuple(answer)  # type: ignore[arg-type]
    return answer if _is_short(answer) else say(_("that"))


def _is_short(value: object) -> bool:
    """Return whether a number or text is short; Python refuses to print integers of 4,301 digits."""
    if type(value) is int:
        return abs(value) < 10**18
    return type(value) is float or (type(value) is str and len(value) <= 40)
