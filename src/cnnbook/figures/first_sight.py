"""The picture that opens the course: a photograph, and what four kernels make of it."""

from __future__ import annotations

import numpy as np

from cnnbook import photographs
from cnnbook.figures.side_by_side import slide, weights
from cnnbook.figures.style import Picture, picture, show_image, signed, styled

_BLUR = np.full((7, 7), 1 / 49)
_VERTICAL = np.array([[-1, 0, 1]] * 3)
_SHARPEN = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
_RED = np.array([[2, -1, -1]])


@styled
def first_sight(name: str = "hopper") -> Picture:
    """Return a photograph in colour and what four kernels make of it, each above its kernel.

    Three kernels read the brightness: they blur, find vertical edges and sharpen. The fourth weighs red,
    green and blue at each pixel.

    >>> print(first_sight().alt)
    A photograph, and what four kernels make of it: blurred, its vertical edges, sharpened, what is redder
    than the rest. Blue is below 0, orange above.
    """
    channels = np.array(photographs.planes(name)) / 255
    grey = np.array(photographs.grey(*photographs.planes(name))) / 255
    redder = np.einsum("c,chw->hw", _RED[0], channels)
    found = {
        "blurred": (slide(grey, _BLUR), _BLUR, ""),
        "vertical edges": (slide(grey, _VERTICAL), _VERTICAL, ""),
        "sharpened": (slide(grey, _SHARPEN).clip(0, 1), _SHARPEN, ""),
        "redder than the rest": (redder, _RED, "red, green, blue"),
    }
    drawn = picture(
        11.0,
        3.4,
        "A photograph, and what four kernels make of it: blurred, its vertical edges, sharpened, what is "
        "redder\nthan the rest. Blue is below 0, orange above.",
    )
    (left, *above), (empty, *below) = drawn.subplots(2, 5, height_ratios=(2.4, 1))
    show_image(left, channels.transpose(1, 2, 0))
    left.set_title("photograph")
    empty.set_axis_off()
    for axes, beneath, (title, (seen, kernel, label)) in zip(above, below, found.items(), strict=True):
        show_image(axes, seen, **(signed(seen) if seen.min() < 0 else {"vmin": 0, "vmax": 1}))
        axes.set_title(title)
        weights(beneath, kernel)
        if label:
            beneath.set(xlabel=label, ylim=(1.5, -1.5))
            beneath.spines[:].set_visible(False)
    return drawn
