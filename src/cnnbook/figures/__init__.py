"""The chapters' pictures, one named function each; every one returns a figure that a notebook shows."""

from cnnbook.figures.fields import gradient_support, receptive_field
from cnnbook.figures.grids import dense_against_convolution, number_grids
from cnnbook.figures.windows import padding_conventions, unread_pixels, windows_on_a_line

__all__ = [
    "dense_against_convolution",
    "gradient_support",
    "number_grids",
    "padding_conventions",
    "receptive_field",
    "unread_pixels",
    "windows_on_a_line",
]
