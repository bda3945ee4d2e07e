"""Where a text of the table may be cut: between words, and never inside a number, a shape or a term.

A formula is cut before an operator. What stands in parentheses stays together as long as it fits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SHAPE = re.compile(r"\(\d+(?:, \d+)*,?\)")
"""A shape as the table writes it."""

# A space after a sign or after the letter of an axis is no place for a cut.
_SPACE = re.compile(r"(?<![-+=→])(?<!\b[A-Z]:) +")
# The formulas of further axes, and a note, begin on a line of their own.
_PART = re.compile(r" +(?=and [A-Z]: |\[)")


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, of at most `width` characters each unless one piece of it is longer.

    >>> wrapped("floor((28 + 2×0 - 1×(2 - 1) - 1)/2) + 1 = 14", 40)
    ['floor((28 + 2×0 - 1×(2 - 1) - 1)/2) + 1', '= 14']
    >>> wrapped("6 rows; output (1, 16, 5, 5)", 22)
    ['6 rows; output', '(1, 16, 5, 5)']
    """
    if len(text) <= width:
        return [text]
    return [line for part in parts(text) for line in _filled(pieces(part), width)]


def parts(text: str) -> list[str]:
    """The formula of each axis, and the note.

    >>> parts("H: 4×4 = 16 and W: 5×5 = 25  [weights shared with row 2]")
    ['H: 4×4 = 16', 'and W: 5×5 = 25', '[weights shared with row 2]']
    """
    return _PART.split(text)


def pieces(text: str, *, inside: bool = False) -> list[str]:
    """The pieces between which a text may be cut; with `inside`, also those inside of parentheses.

    >>> pieces("10 + 20 = 30"), pieces("H: f((5 - 3)/2) + 1 = 2")
    (['10', '+ 20', '= 30'], ['H: f((5 - 3)/2)', '+ 1', '= 2'])
    """
    shapes = [match.span() for match in SHAPE.finditer(text)]
    found, start = [], 0
    for space in _SPACE.finditer(text):
        at = space.start()
        in_shape = any(first < at < last for first, last in shapes)
        if in_shape or (not inside and text.count("(", 0, at) > text.count(")", 0, at)):
            continue
        found.append(text[start:at])
        start = space.end()
    return [*found, text[start:]]


def _filled(parts: Sequence[str], width: int) -> list[str]:
    lines: list[str] = []
    for part in parts:
        for piece in pieces(part, inside=True) if len(part) > width else [part]:
            if lines and len(lines[-1]) + 1 + len(piece) <= width:
                lines[-1] += f" {piece}"
            else:
                lines.append(piece)
    return lines
