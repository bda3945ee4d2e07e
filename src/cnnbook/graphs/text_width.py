"""How wide letters are set in a graph, before Graphviz or a font is asked."""

from __future__ import annotations

FONT_SIZE = 8
"""Points, for all text but the title, before a page is scaled to its paper."""

# Advance widths of DejaVu Sans from the space to the tilde, in hundredths of the font size; bold is a
# tenth more.
_WIDTHS = (
    *(32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64),
    *(34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58),
    *(77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63),
    *(61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97),
    *(63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84),
)
# Exactly as Graphviz sets them, in whole pixels of 0.75 points and no wider in bold: they stand at the right
# edge of boxes that are to be equally wide.
_FIGURES = dict.fromkeys("0123456789", 65.62) | {",": 28.12, "×": 84.38}
BOLD = 1.12
"""How much wider than plain letters bold ones are."""


def text_width(text: str, size: float = FONT_SIZE, *, bold: bool = False) -> float:
    """Return how wide a line of text is in DejaVu Sans, in points; other scripts count as square.

    >>> round(text_width("conv1"), 1)
    24.3
    """
    return sum(_advance(c, bold) for c in text) * size / 100


def _advance(character: str, bold: bool) -> float:
    if character in _FIGURES:
        return _FIGURES[character]
    if 32 <= ord(character) < 127:
        return _WIDTHS[ord(character) - 32] * (BOLD if bold else 1)
    return (84 if character in "→−" else 50 if character in "–·" else 100) * (BOLD if bold else 1)
