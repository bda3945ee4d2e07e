"""The words and the forms of the questions about the output size, or shape, of a convolution or a pool."""

from __future__ import annotations

from cnnbook.exercises.forms import NUMBER, SHAPE, SHAPE_OF_LENGTH, SHAPE_OF_VOLUME, SIZE
from cnnbook.exercises.words import _

PROMPTS = {
    "number": _("A {layer} reads {n} rows. How many rows come out?"),
    "size": _("A {layer} reads a map of {input}, (height, width). Which size comes out?"),
    "shape-1d": _("A {layer} reads {input}, that is (channels, length). What comes out?"),
    "shape-3d": _("A {layer} reads {input}, that is (channels, depth, height, width). What comes out?"),
    "shape": _("A {layer} reads {input}, that is (channels, height, width). What comes out?"),
}
ASK = _(
    "Start with what the kernel moves over: how many {lines} does the input have with its padding, and how "
    "many of them does the first window cover?"
)
ASK_UNPADDED = _(
    "Start with what the kernel moves over: how many {lines} does the input have, and how many of them does "
    "the first window cover?"
)
ASK_KERNELS = _(
    "Look at the channels. How many kernels does the layer have, and how many maps does each of them make?"
)
ASK_MAPS = _("A pool works on each map by itself. How many maps go in?")
ASK_CEIL = _(
    "Look at the end of the image. With ceil_mode=True, does a window that hangs over the edge count, and "
    "where may it start?"
)
CEIL_FORMULA = _(
    "Per axis: ceil((n + 2p - d(k - 1) - 1)/s) + 1, but a window that would start in the padding after the "
    "image is dropped."
)
_FRACTION = _(
    "{value} is not a whole number. Pixels are never cut: what does PyTorch do with the fraction, before "
    "it adds 1?"
)

FORMS = {
    form.name: form._replace(fraction=_FRACTION)
    for form in (NUMBER, SIZE, SHAPE, SHAPE_OF_LENGTH, SHAPE_OF_VOLUME)
}
