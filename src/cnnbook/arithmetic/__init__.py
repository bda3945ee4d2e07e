"""The arithmetic of convolutional networks in integers: sizes and their inverse, receptive fields, counts.

The convention is PyTorch's: padding is per side, tuples are (height, width), a fraction is rounded down. A
layer that PyTorch refuses on the CPU is refused here too, with a `GeometryError`. PyTorch's layers disagree
in two places. `avg_pool3d` refuses a kernel larger than the input without its padding, which every other pool
and this package accept. Transposed convolutions refuse an empty output only for kernels up to 3; this package
always refuses it. Nothing here imports torch.
"""

from cnnbook.arithmetic.counts import (
    conv_macs,
    conv_macs_of_shapes,
    conv_parameters,
    linear_parameters,
)
from cnnbook.arithmetic.integers import GeometryError
from cnnbook.arithmetic.inverse import Setting, input_sizes, same_padding, settings_between
from cnnbook.arithmetic.receptive_fields import ReceptiveField, receptive_field
from cnnbook.arithmetic.sizes import output_size, transposed_formula, transposed_output_size
from cnnbook.arithmetic.windows import Window, unread, unread_pixels

__all__ = [
    "GeometryError",
    "ReceptiveField",
    "Setting",
    "Window",
    "conv_macs",
    "conv_macs_of_shapes",
    "conv_parameters",
    "input_sizes",
    "linear_parameters",
    "output_size",
    "receptive_field",
    "same_padding",
    "settings_between",
    "transposed_formula",
    "transposed_output_size",
    "unread",
    "unread_pixels",
]
