"""Ranges as people write them: 61 <= n <= 63, 61-63, "at least 61, at most 63"."""

from __future__ import annotations

import re

_NUMBER = r"(\d{1,15})"
_BETWEEN = re.compile(rf"{_NUMBER}\s*(<=?|>=?)\s*[a-z_]*\s*(<=?|>=?)\s*{_NUMBER}")
_LIMIT = re.compile(rf"\b[a-z_]+\s*(<=?|>=?)\s*{_NUMBER}")
_PYTHON = re.compile(rf"\brange\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\)")
_DASH = re.compile(
    rf"(?<![\d*/+-])(?<!\d\s){_NUMBER}(?:\s*-\s*|\s*\.{{2,3}}\s*|\s*→\s*|\s+){_NUMBER}(?![\d*/+-])"
)


def with_ends(text: str) -> str:
    """Return the text with each range in it as its smallest and its largest whole number.

    >>> with_ends("60 < n <= 63"), with_ends("n >= 61 and n < 64"), with_ends("61-63 rows")
    ('61 to 63', 'smallest 61, largest 63', '61 to 63 rows')
    """
    if match := _BETWEEN.search(text):
        first, left, right, last = match.groups()
        if left[0] == right[0]:
            low, high = (int(first), int(last)) if left[0] == "<" else (int(last), int(first))
            below, above = (left, right) if left[0] == "<" else (right, left)
            low, high = low + (len(below) == 1), high - (len(above) == 1)
            return f"{text[: match.start()]}{low} to {high}{text[match.end() :]}"
    limits = _LIMIT.findall(text)
    if len(limits) == 2 and {sign[0] for sign, _ in limits} == {"<", ">"}:
        ends = {sign[0]: int(number) + _inward(sign) for sign, number in limits}
        return f"smallest {ends['>']}, largest {ends['<']}"
    text = _PYTHON.sub(lambda match: f"{match[1]} to {int(match[2]) - 1}", text)
    return _DASH.sub(r"\1 to \2", text)


def _inward(sign: str) -> int:
    return {"<": -1, ">": 1}.get(sign, 0)
