"""The catalogue of misconceptions, and the hints for several misconceptions of one topic.

The wrong answers are computed where a misconception can occur: in `slips` of the questions in `kinds/`, in
`wrong` of the exercises in `chapters/`, and, for the rules of one axis, in `kinds/axis.py`.
"""

from __future__ import annotations

from cnnbook.exercises.misconceptions import counts, networks, shapes, sizes
from cnnbook.exercises.misconceptions.misconception import Misconception
from cnnbook.exercises.words import _

__all__ = ["MISCONCEPTIONS", "TOPICS", "Misconception"]

MISCONCEPTIONS: dict[str, Misconception] = {
    **sizes.MISCONCEPTIONS,
    **shapes.MISCONCEPTIONS,
    **counts.MISCONCEPTIONS,
    **networks.MISCONCEPTIONS,
}

# The hint for an answer that several misconceptions of this topic explain.
TOPICS: dict[str, str] = {
    "padding": _("Look at the padding again. How many {lines} does the input have once it is padded?"),
    "rounding": _(
        "Look at the end of the image. Where does the last full window start, and how many windows is that, "
        "the first one included?"
    ),
    "stride": _("Look at the stride. How many {lines} further than the first does the second window start?"),
    "kernel": _("Look at the kernel. How many {lines} does it span?"),
    "order": _("Look at the order of the numbers: channels, height, width."),
    "axes": _("Look at the order of the numbers: height first, then width."),
    "channels": _("Look at the channels. How many kernels are there, and how many maps does each make?"),
    "flatten": _("Look at what is flattened: how many maps, how high, how wide?"),
    "bias": _("The biases seem to be off. How many are there, one for each what?"),
    "field": _("Take one layer at a time. How many pixels has one output of the first layer seen?"),
    "layers": _("Count each layer by itself first. What does the first one add to the total?"),
    "sharing": _("Which weights are shared, and which are counted more than once?"),
    "variant": _("Two variants of this network give two numbers. Which one does the question ask about?"),
}
