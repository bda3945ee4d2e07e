"""The catalogue of misconceptions, and the hints for several misconceptions of one topic.

The wrong answers are computed where a misconception can occur: in `slips` of the questions in `kinds/`, in
`wrong` of the exercises in `chapters/`, and, for the rules of one axis, in `kinds/axis.py`.
"""

from __future__ import annotations

from cnnbook.exercises.misconceptions import counts, fields, kernels, networks, shapes, sizes, weights
from cnnbook.exercises.misconceptions.misconception import Misconception
from cnnbook.exercises.words import _

__all__ = ["MISCONCEPTIONS", "TOPICS", "Misconception"]

MISCONCEPTIONS: dict[str, Misconception] = {
    **sizes.MISCONCEPTIONS,
    **kernels.MISCONCEPTIONS,
    **fields.MISCONCEPTIONS,
    **shapes.MISCONCEPTIONS,
    **counts.MISCONCEPTIONS,
    **weights.MISCONCEPTIONS,
    **networks.MISCONCEPTIONS,
}

# The hint for an answer that several misconceptions of this topic explain.
TOPICS: dict[str, str] = {
    "padding": _("Look at the padding. How many {lines} does the input have once it is padded?"),
    "rounding": _(
        "Look at the end of the image. Where does the last full window start, and how many windows is that, "
        "the first one included?"
    ),
    "stride": _("Look at the stride. How many {lines} further than the first does the second window start?"),
    "kernel": _("Look at the kernel. How many {lines} does it span?"),
    "transposed": _(
        "A transposed convolution undoes a convolution's size. Which of the two is this layer, and how many "
        "{lines} apart are two neighbouring windows?"
    ),
    "order": _(
        "PyTorch writes the channels first, then the height, then the width. Which of the numbers goes where?"
    ),
    "axes": _("PyTorch writes the height first, then the width. Which of the numbers goes where?"),
    "channels": _("Look at the channels. How many kernels are there, and how many maps does each make?"),
    "flatten": _("Look at what is flattened. How many maps are there, how high and how wide is each?"),
    "bias": _("Look at the biases. To what is a bias added, and how many of these are there?"),
    "field": _("Take one layer at a time. How many pixels has one output of the first layer seen?"),
    "layers": _("Count each layer by itself first. What does the first one add to the total?"),
    "sharing": _(
        "Look at how often each weight is counted. Does a kernel get new weights at each place where it "
        "stands?"
    ),
    "variant": _("Two variants of this network give two numbers. Which one does the question ask about?"),
}
