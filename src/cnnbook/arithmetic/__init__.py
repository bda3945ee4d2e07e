"""The arithmetic of convolutional networks in integers: sizes and their inverse, receptive fields, counts.

The convention is PyTorch's: padding is per side, tuples are (height, width), a fraction is rounded down. A
layer that its CPU kernels refuse is refused here with a `GeometryError`. They disagree among themselves in
two places: avg_pool3d refuses a kernel larger than the *unpadded* input, which every other pool and this
package accept; and transposed convolutions refuse an empty output for kernels up to 3 only, this package
always. Nothing here imports torch.
"""

from cnnbook.arithmetic.counts import (
    batch_norm_parameters,
    conv_macs,
    conv_parameters,
    conv_transpose_macs,
    linear_macs,
    linear_parameters,
    pool_macs,
    pool_parameters,
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
    "batch_norm_parameters",
    "conv_macs",
    "conv_parameters",
    "conv_transpose_macs",
    "input_sizes",
    "linear_macs",
    "linear_parameters",
    "output_size",
    "pool_macs",
    "pool_parameters",
    "receptive_field",
    "same_padding",
    "settings_between",
    "transposed_formula",
    "transposed_output_size",
    "unread",
    "unread_pixels",
]
