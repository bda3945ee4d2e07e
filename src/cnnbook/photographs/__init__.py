"""The photographs of the course, by name, as numbers; data/README.md has their origin and licence."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

NAMES: Final = ("hopper", "flower", "china")

Rows = list[list[int]]


class UnknownPhotographError(ValueError):
    """No photograph has this name."""


@cache
def planes(name: str) -> tuple[Rows, Rows, Rows]:
    """Return a photograph in red, green and blue: 192 rows of 192 numbers each, from 0 to 255.

    "hopper" is Rear Admiral Grace Hopper, "flower" a dahlia, "china" a pagoda. The file is a binary PPM:
    "P6", width, height and 255 in text, then three bytes for each pixel.

    >>> [(len(rows), len(rows[0])) for rows in planes("hopper")]
    [(192, 192), (192, 192), (192, 192)]

    Raises UnknownPhotographError if there is no photograph of this name.
    """
    if name not in NAMES:
        known = ", ".join(map(repr, NAMES))
        raise UnknownPhotographError(f"no photograph is called {name!r}; {known} would do")
    data = files("cnnbook.photographs").joinpath(f"{name}.ppm").read_bytes()
    width, height = map(int, data.split(maxsplit=3)[1:3])
    pixels = data[-3 * width * height :]
    red, green, blue = (
        [list(pixels[3 * width * y + c : 3 * width * (y + 1) : 3]) for y in range(height)] for c in range(3)
    )
    return red, green, blue


def halved(rows: Rows) -> Rows:
    """Return a picture of half the side: each pixel is the mean of a square of 2 × 2, rounded.

    >>> halved([[10, 20, 0, 0], [30, 40, 0, 1]])
    [[25, 0]]
    """
    found = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=True):
        squares = zip(upper[::2], upper[1::2], lower[::2], lower[1::2], strict=True)
        found.append([(sum(square) + 2) // 4 for square in squares])
    return found


def grey(red: Rows, green: Rows, blue: Rows) -> Rows:
    """Return the brightness of each pixel, by the factors that television and PNG use for it (Rec. 601).

    >>> grey([[255, 0]], [[255, 255]], [[255, 0]])
    [[255, 150]]
    """
    return [
        [(299 * r + 587 * g + 114 * b + 500) // 1000 for r, g, b in zip(*rows, strict=True)]
        for rows in zip(red, green, blue, strict=True)
    ]
