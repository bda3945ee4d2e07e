"""What each kind of practice is called in words, and the chapter that explains it."""

from __future__ import annotations

from typing import Final, NamedTuple

from cnnbook.exercises.words import _, say


class KindTitle(NamedTuple):
    """A title, and the chapter as its exercises' ids begin; empty if several chapters explain it."""

    title: str
    chapter: str = ""


_TITLES: Final = {
    "output-size": KindTitle(_("Output size along one axis"), "size"),
    "conv-output-size": KindTitle(_("Output shape of a convolution"), "size"),
    "pool-output-size": KindTitle(_("Output shape of a pool"), "pooling"),
    "flatten-features": KindTitle(_("Features after flatten"), "lenet5"),
    "linear-in-features": KindTitle(_("in_features of the first dense layer"), "lenet5"),
    "padding-for": KindTitle(_("Which padding gives this size"), "size"),
    "stride-for": KindTitle(_("Which stride gives this size"), "size"),
    "kernel-size-for": KindTitle(_("Which kernel size gives this size"), "size"),
    "input-sizes": KindTitle(_("Which input sizes give this output"), "size"),
    "largest-input": KindTitle(_("The largest input for this output"), "size"),
    "conv-parameters": KindTitle(_("Parameters of a convolution"), "start"),
    "dense-parameters": KindTitle(_("Parameters of dense layers"), "lenet5"),
    "dilated-output-size": KindTitle(_("Output shape with dilation"), "size"),
    "ceil-output-size": KindTitle(_("Output shape of a pool that rounds up"), "pooling"),
    "transposed-output-size": KindTitle(_("Output shape of a transposed convolution")),
    "receptive-field": KindTitle(_("Receptive field"), "size"),
    "conv-macs": KindTitle(_("Multiplications (MACs) of a convolution"), "lenet5"),
    "adaptive-pool": KindTitle(_("Output shape of an adaptive pool"), "pooling"),
    "concatenation": KindTitle(_("Branches that are concatenated"), "inception"),
    "residual-block": KindTitle(_("Output shape of a residual block"), "resnet"),
    "projection-stride": KindTitle(_("Stride of a projection"), "resnet"),
    "layer-count": KindTitle(_("The number in a network's name"), "resnet"),
    "trace-table-1": KindTitle(_("A table of a network with one open cell")),
    "trace-table-2": KindTitle(_("A table of a network with two open cells")),
    "trace-table": KindTitle(_("A table of a network with four open cells")),
    "order-by-parameters": KindTitle(_("Layers in the order of their parameters")),
    "find-the-slip": KindTitle(_("The wrong line in a calculation")),
    "edited-network": KindTitle(_("What changes when a layer is changed")),
    "decode-error": KindTitle(_("What an error message says")),
}


def title_of(kind: str) -> str:
    """Return the title of a kind of practice; of anything else, its name as it is.

    >>> title_of("pool-output-size"), title_of("chapter start")
    ('Output shape of a pool', 'chapter start')
    """
    return say(_TITLES[kind].title) if kind in _TITLES else kind


def chapter_of(kind: str) -> str:
    """Return the chapter that explains a kind, as its exercises' ids begin; empty if no single one does.

    >>> chapter_of("pool-output-size")
    'pooling'
    """
    return _TITLES[kind].chapter
