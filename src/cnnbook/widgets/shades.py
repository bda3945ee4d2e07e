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
    photograph. The output of other kernels with negative weights is shown by sign and strength.

    >>> from cnnbook import Window
    >>> output_shades(Layer((4, 5), Window(3))), output_shades(Layer((4, 5), Window(3), kernel="ones"))
    (Shades(signed=True, scale=19), Shades(signed=False, scale=108))
    """
    weights = [weight for rows in layer.kernels for row in rows for weight in row]
    total = sum(weights) if weights else 1
    if total < 0.99 and min(weights) < 0:
        return Shades(True, max(abs(number) for row in layer.output for number in row) or 1)
    return Shades(False, total * top_of(layer.input) or 1)
