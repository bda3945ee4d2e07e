"""The chapters' pictures, one named function each; every one returns a figure that a notebook shows."""

from cnnbook.figures.fields import gradient_support, receptive_field
from cnnbook.figures.grids import dense_against_convolution, number_grids
from cnnbook.figures.lenet import connection_table, digit_strip, feature_maps, kernels, shares
from cnnbook.figures.windows import padding_conventions, unread_pixels, windows_on_a_line

__all__ = [
    "connection_table",
    "dense_against_convolution",
    "digit_strip",
    "feature_maps",
    "gradient_support",
    "kernels",
    "number_grids",
    "padding_conventions",
    "receptive_field",
    "shares",
    "unread_pixels",
    "windows_on_a_line",
]
