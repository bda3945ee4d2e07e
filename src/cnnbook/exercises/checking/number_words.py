"""Numbers that are written as words: "twenty-eight" and 二十八."""

from __future__ import annotations

import re
from itertools import pairwise

_SMALL = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {word: value for value, word in enumerate(_SMALL.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), 2)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6}
_WORD = "|".join([*_VALUES, *_SCALES])
_ENGLISH = re.compile(rf"\b(?:{'|'.join(_VALUES)})\b(?:(?:\s*-\s*|\s+and\s+|\s+)(?:{_WORD})\b)*")

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 4, "亿": 8}
_CHINESE = re.compile("[零〇一两二三四五六七八九十百千][零〇一两二三四五六七八九十百千万亿]*")
_MYRIAD = re.compile(r"(?<=\d)\s*([万亿])")


def with_digits(text: str) -> str:
    """Return the text, in lower case, with the numbers that are written as words in digits.

    >>> with_digits("twenty-eight by one hundred and twelve"), with_digits("二十八"), with_digits("6.17万")
    ('28 by 112', '28', '6.17e4')
    """
    if not text.isascii():
        text = _MYRIAD.sub(lambda match: f"e{_MYRIADS[match[1]]}", text)
        text = _CHINESE.sub(lambda match: f" {_chinese(match[0])} ", text) if _CHINESE.search(text) else text
        text = text.strip()
    return _ENGLISH.sub(lambda match: _english(match[0]), text)


def _english(text: str) -> str:
    """Return the digits of an English number; of "two and three", which is none, those of both."""
    words = re.findall(r"\w+", text)
    if "and" in words and not any(before in _SCALES for before, word in pairwise(words) if word == "and"):
        return " and ".join(map(_english, re.split(r"\s+and\s+", text)))
    total, part, last = 0, 0, 0
    for word in words:
        if word == "and":
            continue
        if word == "hundred":
            part *= 100
        elif word in _SCALES:
            total, part = total + part * _SCALES[word], 0
        elif part % 100 and not (last >= 20 and _VALUES[word] < 10):
            return " ".join(str(_VALUES.get(one, one)) for one in words)  # a list, such as "two three"
        else:
            part += _VALUES[word]
        last = _VALUES.get(word, 0)
    return str(total + part)


def _chinese(text: str) -> str:
    if not any(sign in _PLACES or sign in _MYRIADS for sign in text):
        return "".join(str(_DIGITS[sign]) for sign in text)
    total = part = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _PLACES:
            part, digit = part + (digit or 1) * _PLACES[sign], 0
        else:
            total, part, digit = (total + part + digit) * 10 ** _MYRIADS[sign], 0, 0
    return str(total + part + digit)
