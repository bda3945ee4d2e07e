"""What was typed into the answer cells of a notebook, read as text: nothing is parsed as a program or run."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST_CELL = 100_000  # characters; a longer cell is no answer
_LONGEST = 1_000  # characters of an answer
_ASSIGNMENT = re.compile(r"^answer_(\d{1,3})[ \t]*(?::[^=\n]*)?=(?!=)[ \t]*", re.MULTILINE)
_PIECE = re.compile(
    r"""(?P<string>\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    r"""|(?P<comment>\#[^\n]*)|(?P<open>[\[({])|(?P<close>[\])}])|(?P<joined>\\\n)|(?P<end>\n)"""
    r"""|(?P<plain>[^"'\#\[\](){}\\\n]+|.)""",
    re.DOTALL,
)
_STRING = re.compile(r"""[rRuU]?(?P<quote>\"\"\"|'''|"|')(?P<text>.*)(?P=quote)""", re.DOTALL)
_BLANK = {"", "...", "None", "Ellipsis"}


def typed_answers(source: str) -> Iterator[tuple[str, str]]:
    r"""Yield the number of each answer in the source of a cell, and its text; blank ones are left out.

    >>> list(typed_answers("answer_1 = (64, 55, 55)  # conv1\nanswer_2 = ...\nanswer_3 = '2*3'"))
    [('1', '(64, 55, 55)'), ('3', '2*3')]
    """
    if len(source) > _LONGEST_CELL:
        return
    for match in _ASSIGNMENT.finditer(source):
        text = _value(source, match.end()).strip()
        if (whole := _STRING.fullmatch(text)) and whole["quote"] not in whole["text"]:
            text = whole["text"].strip()
        if text not in _BLANK:
            yield str(int(match[1])), text[:_LONGEST]


def _value(source: str, start: int) -> str:
    """Return the text behind an equals sign: to the end of the line, or of the brackets opened in it."""
    found: list[str] = []
    depth = 0
    for piece in _PIECE.finditer(source, start, start + 2 * _LONGEST):
        if piece["end"] and not depth:
            break
        depth += bool(piece["open"]) - bool(piece["close"])
        if not piece["comment"] and not piece["joined"]:
            found.append(" " if piece["end"] else piece[0])
    return "".join(found)
