"""How the explorer draws output numbers as shades: as a photograph, or by sign and strength."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cnnbook.widgets.inputs import top_of
from cnnbook.widgets.layers import Layer

# After Okabe and Ito; the blue is darker, so that the two ends differ in grey too.
_POSITIVE: Final = (213 / 255, 94 / 255, 0.0)
_NEGATIVE: Final = (0.0, 70 / 255, 140 / 255)

Color = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Shades:
    """The range of an output's shades: from -scale to scale if `signed`, else from 0 to scale.

    `explorer.js` has the same rule.
    """

    signed: bool
    scale: float

    def part(self, value: float) -> float:
        """Return where a number lies in the range: from -1 to 1 if signed, else from 0 to 1."""
        return max(-1.0 if self.signed else 0.0, min(1.0, value / self.scale))

    def color(self, value: float, most: float = 1.0) -> Color:
        """Return a colour that is white at 0, and at `most` of the full colour at the range's ends."""
        part = self.part(value)
        end = (_NEGATIVE if part < 0 else _POSITIVE) if self.signed else (0.0, 0.0, 0.0)
        red, green, blue = (1 + (color - 1) * abs(part) * most for color in end)
        return red, green, blue


def output_shades(layer: Layer) -> Shades:
    """Return the range for a layer's output.

    Weights that add up to 1 keep the brightness of a plain area: their output is a picture, like a
    photograph. The output of other kernels with negative numbers in it is shown by sign and strength.

    >>> from cnnbook import Window
    >>> output_shades(Layer((4, 5), Window(3))), output_shades(Layer((4, 5), Window(3), kernel="blur"))
    (Shades(signed=True, scale=18), Shades(signed=False, scale=12.0))
    """
    numbers = [number for row in layer.output for number in row]
    kernels = layer.kernels
    total = sum(weight for rows in kernels for row in rows for weight in row) if kernels else 1
    if min(numbers) < 0 and kernels and total < 0.99:
        return Shades(True, max(map(abs, numbers)))
    return Shades(False, round(total * top_of(layer.input), 6) or 1)
