"""Reads typed text: one number, or the several numbers of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.brackets import Token
from cnnbook.exercises.checking.calculator import Quantity, Result
from cnnbook.exercises.checking.lists import Value, values_of
from cnnbook.exercises.checking.notation import plain
from cnnbook.exercises.checking.quantities import is_ambiguous, one_number, several_numbers
from cnnbook.exercises.checking.ranges import with_ends
from cnnbook.exercises.checking.tokens import tokens_of, without_attributes
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import NUMBER, Form

if TYPE_CHECKING:
    from cnnbook.exercises.checking.calculator import Number


MOST_STEPS = 20  # equals signs and arrows in an answer


class ParsedText(NamedTuple):
    """The numbers of a text, in their order.

    `rounded` is the quantity, such as "61.1M", that alone is the answer, if it is rounded. `unit` is the unit
    that the text names. `sure` is false if the text has words that are not known, or can be read in two ways.
    `result` is the arithmetic that was typed for a single number. `product` is true if a * was typed.
    """

    values: tuple[Number, ...]
    rounded: Quantity | None = None
    unit: str = ""
    sure: bool = True
    result: Result | None = None
    product: bool = False


def read_text(text: str, form: Form) -> ParsedText:
    """Return the numbers in `text`.

    Where one number is wanted, commas and blanks between groups of three digits separate thousands; x
    multiplies in a count and in a sum, but "28 x 28" is two numbers. Where several are wanted, they are
    separated by commas, x, @, blanks and words, and labels such as "16 wide, 18 high" give their order.

    Raises UnreadableError, and nothing else, on everything that is not numbers and plain arithmetic.

    >>> from cnnbook.exercises.forms import COUNT, NUMBER, SHAPE
    >>> read_text("(32 - 5)//1 + 1 = 28", NUMBER).values, read_text("61,706 params", COUNT).values
    ((28,), (61706,))
    >>> read_text("28 x 28", NUMBER).values, read_text("55 x 55, 64 channels", SHAPE).values
    ((28, 28), (64, 55, 55))
    """
    wanted = len(form.components)
    text = plain(text)
    if form.name == "range":
        text = with_ends(text)
    return _one(text, form) if wanted == 1 else _several(text, form)


_REMARK = re.compile(r"^(.*\d.*?)(?:\s+\(|\s*\(\s*=)([^()]*(?:\([^()]*\)[^()]*)*)\)$")
_STEP = re.compile("(?<![<>])[=→]")


def _one(text: str, form: Form) -> ParsedText:
    """Return the single number of a text: in "(12 - 5)/2 + 1 = 4.5 → 4" it is the last one."""
    doubtful = is_ambiguous(text)
    text = one_number(text, points=form.name != "number")
    if (match := _REMARK.fullmatch(text)) and (remarked := _remarked(match[1], match[2], form)):
        return remarked
    return _last_step(text, form, doubtful)


def _last_step(text: str, form: Form, doubtful: bool = False) -> ParsedText:
    """Return the number after the last equals sign or arrow; `doubtful` if it can be read in two ways."""
    unit, sure = "", True
    found: list[ParsedText] = []
    refused: UnreadableError | None = None
    steps = _STEP.split(without_attributes(text))
    if len(steps) > MOST_STEPS:
        raise UnreadableError(unreadable.LONG)
    for step in steps:
        if not any(map(str.isdigit, step)):
            continue
        try:
            tokens, named, sure = tokens_of(step, form)
            unit = named or unit
            found.append(_single(tokens, form))
            refused = None
        except UnreadableError as error:
            if error.message == unreadable.OPEN:
                raise
            refused = error
    if refused or not found:
        raise refused or UnreadableError(unreadable.WORDS)
    last = found[-1]
    if last.rounded:
        exact = [one for one in found if not one.rounded and _within(one, last.rounded)]
        last = exact[-1] if exact else last
    elif "→" not in text and _contradict(found):
        sure = False
    shown = [one.result for one in found if one.values == last.values and one.result]
    longest = max(shown, key=lambda result: len(result.numbers), default=None)
    return last._replace(unit=unit, sure=sure and not doubtful, result=longest)


def _remarked(text: str, remark: str, form: Form) -> ParsedText | None:
    """Return the number before a remark in brackets, if the remark is a calculation of it: "8 (10 - 2)"."""
    try:
        first, second = _last_step(text, form), _last_step(remark, form)
    except UnreadableError:
        return None
    if len(first.values) != 1 or len(second.values) != 1:
        return None
    for exact, other in ((first, second), (second, first)):
        if other.rounded and not exact.rounded and _within(exact, other.rounded):
            return exact._replace(unit=first.unit or second.unit)
    if first.values != second.values:
        return None
    return first if first.result and len(first.result.numbers) > 1 else second._replace(unit=first.unit)


def _single(tokens: Sequence[Token], form: Form) -> ParsedText:
    values = values_of(tokens, form)
    if len(values) == 2 and "x" not in tokens:
        values = _without_calculation(values)
    if len(values) == 1 and values[0].result.value < 0 and len(values[0].result.numbers) == 2:
        raise UnreadableError(unreadable.OPEN)  # "7-8" is no difference
    quantities = [token for token in tokens if isinstance(token, Quantity)]
    alone = len(quantities) == 1 and not any(isinstance(t, str) and t not in "()," for t in tokens)
    rounded = quantities[0] if alone and quantities[0].tolerance else None
    results = [value.result for value in values]
    return ParsedText(
        tuple(result.value for result in results), rounded, result=results[0] if len(results) == 1 else None
    )


def _without_calculation(values: list[Value]) -> list[Value]:
    """Return the values of "8, because 10 - 2" without the one that is the calculation of the other."""
    first, second = (value.result for value in values)
    explained = first.value == second.value and (len(first.numbers) == 1) != (len(second.numbers) == 1)
    return values[:1] if explained else values


def _within(one: ParsedText, rounded: Quantity) -> bool:
    return len(one.values) == 1 and abs(float(one.values[0] - rounded.value)) <= rounded.tolerance


def _contradict(found: Sequence[ParsedText]) -> bool:
    """Return whether whole numbers on two sides of an equals sign differ."""
    whole = {one.values for one in found if all(isinstance(value, int) for value in one.values)}
    return len(whole) > 1


_TOTAL = re.compile(r"^(.*\d\D+\d.*?)\s*(?:=|\()\s*([\d,' ]*\d)\s*\)?$")
_LETTERED = re.compile(r"(?<![\w(])([a-f])\s*[).]\s*(?=\d)")
_NUMBERED = re.compile(r"\b(stage|block)\s+(?=\d\b)")


def _several(text: str, form: Form) -> ParsedText:
    if (match := _TOTAL.fullmatch(text)) and (totalled := _totalled(match[1], match[2], form)):
        return totalled
    return _separate(text, form)


def _separate(text: str, form: Form) -> ParsedText:
    """Return several numbers, with or without thousands separators, whichever gives as many as are wanted."""
    wanted = len(form.components)
    if text.count("=") + text.count("→") > MOST_STEPS:
        raise UnreadableError(unreadable.LONG)
    if form.name == "blanks":
        text = _LETTERED.sub(r"\1=", text)
    text = _NUMBERED.sub(r"\1", text)
    if form.name in ("shape", "size") and "@" in text:
        text = re.sub(r"(?<!\*)\*(?!\*)", " x ", text)
    signs = "/" if wanted == 2 else "-/"
    if re.fullmatch(rf"\D*\d+(?:\s*([{signs}])\s*\d+)(?:\s*\1\s*\d+){{{wanted - 2}}}\D*", text):
        text = re.sub(rf"(?<=\d)\s*[{signs}]\s*(?=\d)", ", ", text)
    grouped = several_numbers(text, blanks=True)
    first = _listed(grouped, form)
    if len(first.values) == wanted or grouped == text:
        return first
    other = _listed(several_numbers(text, blanks=False) if "," not in text else text, form)
    return other if len(other.values) == wanted else first


def _totalled(text: str, total: str, form: Form) -> ParsedText | None:
    """Return the numbers before their product, as in "6x28x28 (4704)"; None if it is no such answer."""
    number = re.sub(r"\D", "", total)
    if len(number) > 15:
        return None
    try:
        parsed = _separate(text, form)
    except UnreadableError:
        return None
    product = 1
    for value in parsed.values:
        product = product * value if isinstance(value, int) and product < 10**15 else 0
    return parsed if len(parsed.values) == len(form.components) and product == int(number) else None


def _listed(text: str, form: Form) -> ParsedText:
    tokens, _unit, sure = tokens_of(without_attributes(text), form)
    values = tuple(value.result.value for value in values_of(tokens, form))
    return ParsedText(values, sure=sure, product="*" in tokens)


def read_cell(text: str, form: Form) -> ParsedText:
    """Return the single number in one of several boxes, which are those of a form."""
    own = NUMBER._replace(name="cell", unit=form.unit)
    parsed = read_text(text, own)
    if len(parsed.values) != 1:
        raise UnreadableError(unreadable.WORDS)
    return parsed
