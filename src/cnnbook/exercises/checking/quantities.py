"""Numbers as they are typed, with thousands separators, powers of ten, and units such as GMACs and MiB."""

from __future__ import annotations

import re

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import Quantity, ratio
from cnnbook.exercises.checking.unreadable import UnreadableError

SCALES = {
    **dict.fromkeys(("k", "thousand", "thousands", "kilo"), 10**3),
    **dict.fromkeys(("m", "million", "millions", "mio", "mn", "mega"), 10**6),
    **dict.fromkeys(("g", "b", "bn", "billion", "billions", "mrd", "milliard", "milliards", "giga"), 10**9),
    **dict.fromkeys(("t", "trillion", "trillions"), 10**12),
}
# What a number can be a number of; the beginning of the word as it stands in a question is the value.
UNITS = {"parameters": "param", "weights": "weight", "MACs": "mac", "FLOPs": "flop", "bytes": "byte"}
_UNIT_WORDS = (
    (re.compile(r"(k|kilo|m|mega|g|giga|)(?:params?|parameters?)"), "parameters"),
    (re.compile(r"(k|m|g|)(?:weights?|biases)"), "weights"),
    (re.compile(r"(k|m|mega|g|giga|)(?:macs?|madds?)"), "MACs"),
    (re.compile(r"(k|m|mega|g|giga|)(?:flops?)"), "FLOPs"),
    (re.compile(r"(k|kilo|m|mega|g|giga|)(?:b|bytes?|octets?)"), "bytes"),
    (re.compile(r"([kmg])(?:ib|ibibytes?|ebibytes?)"), "bytes"),
)


def unit_of(word: str) -> tuple[str, str] | None:
    """Return the unit that a word names, and its prefix, such as "g" or "ki"; None for all other words.

    >>> unit_of("gmacs"), unit_of("mib"), unit_of("rows")
    (('MACs', 'g'), ('bytes', 'mi'), None)
    """
    for pattern, unit in _UNIT_WORDS:
        if match := pattern.fullmatch(word):
            return unit, match[1][:1] + ("i" if "ib" in word else "")
    return None


def is_asked_for(unit: str, prompt: str) -> bool:
    """Return whether the question in a prompt names this unit; weights and parameters count as one.

    >>> [is_asked_for(unit, "It takes 5 MACs. How many FLOPs are these?") for unit in ("FLOPs", "MACs")]
    [True, False]
    """
    asked = prompt.rpartition("?")[0].rpartition(". ")[2].casefold()
    names = ("param", "weight") if unit in ("parameters", "weights") else (UNITS[unit],)
    return any(name in asked for name in names)


def quantity(text: str, prefix: str = "", unit: str = "") -> Quantity:
    """Return a number with its exponent and the prefix of its unit.

    A number with an exponent or a prefix is rounded to the last digit that it has.

    >>> quantity("61.7", "k")
    Quantity(value=61700, tolerance=50, digits=3, binary=0)
    >>> quantity("6.17e4") == quantity("61.7", "k")
    True
    """
    mantissa, _, exponent = text.replace("_", "").partition("e")
    if len(mantissa) > 20 or len(exponent) > 3:
        raise UnreadableError(unreadable.HUGE)
    whole, _point, decimals = mantissa.partition(".")
    power = int(exponent or 0)
    if abs(power) > 18:
        raise UnreadableError(unreadable.HUGE)
    base = 1024 if prefix.endswith("i") and len(prefix) == 2 else 1000
    scale = 1024 ** (1 + "kmg".index(prefix[0])) if base == 1024 else SCALES.get(prefix, 1)
    scale *= 10 ** max(power, 0)
    value = ratio(int((whole + decimals) or "0") * scale, 10 ** (len(decimals) + max(-power, 0)))
    tolerance = scale // (2 * 10 ** len(decimals)) if exponent or prefix else 0
    if base == 1024 and tolerance:
        tolerance += 1  # half of the last digit is no whole number of bytes
    digits = len((whole + decimals).lstrip("0"))
    binary = 0
    if unit == "bytes" and prefix and base == 1000:
        binary = round(value / scale * 1024 ** (1 + "kmg".index(prefix[0])))
    return Quantity(round(value) if tolerance else value, tolerance, digits, binary)


_BEFORE = r"(?<![\w.,'])"
_ALWAYS = re.compile(rf"{_BEFORE}\d{{1,3}}(?:(['_])\d{{3}})(?:\1\d{{3}})*(?!\d)")
_BY_COMMAS = re.compile(rf"{_BEFORE}(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,2}}(?:,\d\d)+,\d{{3}})(?![\d])")
_BY_BLANKS = re.compile(rf"{_BEFORE}\d{{1,3}}(?: \d{{3}})+(?!\d)")
_BY_POINTS = re.compile(rf"{_BEFORE}\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?(?![\d.])")
_MANY_POINTS = re.compile(rf"{_BEFORE}\d{{1,3}}(?:\.\d{{3}}){{2,}}(?:,0+)?(?![\d.])")
_WORD_AFTER = (
    r"\s*(?:(?:[kmg]|thousand|million|mio|mn|billion|bn|mrd|[kmg](?:macs?|flops?|params?|i?b))\b|e\+?\d)"
)
_SCALE_AFTER = re.compile(rf"{_WORD_AFTER}|\s*(?:\*|x|times)\s*10\s*\*\*")
_DECIMAL_COMMA = re.compile(
    rf"(?<![\d,.])(\d+),(\d{{1,2}}|\d{{4,}})(?={_WORD_AFTER}|\s*(?:\*|x)\s*10\s*\*\*)"
)
_ZERO_DECIMALS = re.compile(r"(?<![\d,.])(\d+),0+(?![\d,.])")
_EXPONENT = re.compile(r"(?<=\d)\s+e(?=[-+]?\d)")
_TIMES_TEN = re.compile(r"(?<![\w.*/])(\d+(?:\.\d+)?)\s*(?:\*|x|times)\s*10\s*\*\*\s*\(?\s*\+?(\d+)\s*\)?")
_LETTER_AFTER = re.compile(rf"{_BEFORE}\d{{1,3}},\d{{3}}\s*[kmg]\b")


def one_number(text: str, points: bool) -> str:
    """Return the text of a single number without thousands separators, and with a point before decimals.

    With `points`, a point before three digits separates thousands, unless a unit or an exponent follows.

    >>> one_number("3.628.146.688", True), one_number("3,63 g", True), one_number("3.63 x 10**9", True)
    ('3628146688', '3.63 g', '3.63e9')
    """
    text = _ALWAYS.sub(_digits, _EXPONENT.sub("e", text))
    text = _DECIMAL_COMMA.sub(r"\1.\2", text)
    text = _BY_COMMAS.sub(_digits, text)
    text = _BY_BLANKS.sub(_digits, text)
    if points:
        text = _BY_POINTS.sub(
            lambda match: match[0] if _SCALE_AFTER.match(text, match.end()) else _european(match), text
        )
    else:
        text = _MANY_POINTS.sub(_european, text)
    text = _ZERO_DECIMALS.sub(r"\1", text)
    return _TIMES_TEN.sub(r"\1e\2", text)


def several_numbers(text: str, blanks: bool) -> str:
    """Return the text of several numbers without the separators that can only separate thousands.

    A comma without a blank does so where something else separates the numbers, and a blank (if `blanks`)
    before three digits too.

    >>> several_numbers("(1,000, 2, 4)", True), several_numbers("150,528", True)
    ('(1000, 2, 4)', '150,528')
    """
    text = _ALWAYS.sub(_digits, text)
    if _ZERO_GROUP.search(text) or _OTHER_SEPARATOR.search(text):
        text = _BY_COMMAS.sub(_digits, text)
    if blanks and _NO_BLANK.search(text):
        text = _BY_BLANKS.sub(_digits, text)
    return text


_ZERO_GROUP = re.compile(r"\d,0\d\d(?!\d)")
_OTHER_SEPARATOR = re.compile(r",\s|;|@|\d\s*x\s*\d|\d \d|[a-z=→)]")
_NO_BLANK = re.compile(r"[,;@]|\d\s*x\s*\d")


def is_ambiguous(text: str) -> bool:
    """Return whether a comma may separate thousands or decimals: "3,628 g"."""
    return bool(_LETTER_AFTER.search(text))


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"\D", "", match[0])


def _european(match: re.Match[str]) -> str:
    return match[0].replace(".", "").replace(",", ".")
