"""The explorer's inputs by name: numbers, a digit, and a photograph in grey or in colour."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import Any, Final

from cnnbook.arithmetic import GeometryError
from cnnbook.photographs import grey, halved, planes
from cnnbook.widgets.number_rows import Rows, as_numbers, per_channel
from cnnbook.widgets.sliders import LIMITS

# The inputs with a name, and the number that is drawn strongest in each: darkest, or white in a photograph.
TOPS: Final = {"numbers": 12, "digit": 16, "photograph": 255, "colour photograph": 255}
INPUTS: Final = tuple(TOPS)
LARGEST_SIDE: Final = 128  # of an image of one's own: more pixels than a page has for it

# Image 15 of data/digits.npz, which says where it comes from; 0 is paper, 16 is full ink.
_DIGIT: Final = (
    (0, 5, 12, 13, 16, 16, 2, 0),
    (0, 11, 16, 15, 8, 4, 0, 0),
    (0, 8, 14, 11, 1, 0, 0, 0),
    (0, 8, 16, 16, 14, 0, 0, 0),
    (0, 1, 6, 6, 16, 0, 0, 0),
    (0, 0, 0, 5, 16, 3, 0, 0),
    (0, 1, 5, 15, 13, 0, 0, 0),
    (0, 4, 15, 16, 2, 0, 0, 0),
)

Edit = tuple[int, int, int, float]  # channel, row, column, and the number that stands there instead


def size_of(image: Any) -> tuple[int, int] | None:
    """Return the (H, W) that an input has by itself; None for "numbers", which have any size.

    >>> size_of("digit"), size_of([[1, 2, 3]]), size_of("numbers")
    ((8, 8), (1, 3), None)
    """
    if image == "numbers":
        return None
    rows = channels(image, (0, 0))[0]
    return len(rows), len(rows[0])


def top_of(image: Any) -> float:
    """Return the number of an input that is drawn strongest.

    >>> top_of("digit"), top_of([[1, 4], [2, 3]])
    (16, 4)
    """
    if isinstance(image, str):
        return TOPS[image]
    return max(0, *(number for rows in per_channel(image) for row in rows for number in row)) or 1


def channels(image: Any, size: tuple[int, int], edits: tuple[Edit, ...] = ()) -> list[Rows]:
    """Return an input's numbers, for each channel its rows: those of its name, with the edits in them.

    `image` is a name of `INPUTS`, rows, or rows for red, green and blue. `size` is that of "numbers", whose
    formula does not contain it: a larger image has the same numbers, and more.

    >>> channels("numbers", (2, 6), ((0, 1, 0, 9),))
    [[[0, 3, 2, 8, 7, 7], [9, 2, 2, 9, 6, 6]]]
    """
    found: list[Rows]
    if image == "numbers":
        height, width = size
        found = [[[_number(y, x) for x in range(width)] for y in range(height)]]
    elif image == "digit":
        found = [[list(row) for row in _DIGIT]]
    elif isinstance(image, str):
        red, green, blue = photograph()
        found = [grey(red, green, blue)] if image == "photograph" else [red, green, blue]
        found = [list(map(list, rows)) for rows in found]
    else:
        found = [list(map(list, rows)) for rows in per_channel(image)]
    for channel, y, x, value in edits:
        if channel < len(found) and y < len(found[0]) and x < len(found[0][0]):
            found[channel][y][x] = value
    return found


def own(image: Any) -> list[Any]:
    """Return an image of one's own as rows of numbers, or as such rows for red, green and blue.

    Raises GeometryError if it is too large, and what `as_numbers` raises.
    """
    read = as_numbers(image, "input")
    rows = per_channel(read)[0]
    if max(len(rows), len(rows[0])) > LARGEST_SIDE:
        raise GeometryError(
            f"input is {len(rows)} × {len(rows[0])}; at most {LARGEST_SIDE} × {LARGEST_SIDE} would do"
        )
    return read


def samples() -> dict[str, dict[str, Any]]:
    """Return what a browser needs of each named input: its side, its bytes by channel in base64, and its top.

    >>> samples()["digit"]["side"], len(samples()["colour photograph"]["planes"])
    (8, 3)
    """
    found: dict[str, dict[str, Any]] = {}
    for name, top in TOPS.items():
        planes = channels(name, (LIMITS["size"][1],) * 2)
        coded = [b64encode(bytes([n for row in rows for n in row])).decode("ascii") for rows in planes]
        found[name] = {"side": len(planes[0]), "planes": coded, "top": top}
    return found


@cache
def photograph() -> tuple[Rows, Rows, Rows]:
    """Return Grace Hopper's portrait in red, green and blue, 96 × 96 numbers each, from 0 to 255.

    >>> len(photograph()), len(photograph()[0]), len(photograph()[0][0])
    (3, 96, 96)
    """
    red, green, blue = (halved(rows) for rows in planes("hopper"))
    return red, green, blue


def _number(y: int, x: int) -> int:
    """Return one of the numbers: stripes of three columns, low (0 to 3) and high (6 to 9)."""
    return (0 if x % 6 < 3 else 6) + (3 * x + 5 * y + x * y) % 7 % 4
