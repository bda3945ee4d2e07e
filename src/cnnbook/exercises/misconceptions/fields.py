"""Misconceptions about what a unit sees: receptive fields, and the windows of pools."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import EXPECTED, QUIZ, SOURCE, Misconception
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
    "fields-added": Misconception(
        "field",
        "receptive fields are added up",
        QUIZ,
        _(
            "{answer} is the sum of the kernel sizes. The second kernel reads neighbours, and what they see "
            "overlaps: from one neighbour to the next, how many pixels are new?"
        ),
    ),
    "field-last-kernel": Misconception(
        "field",
        "the last kernel alone is the receptive field",
        QUIZ,
        _(
            "{answer} is the size of the last kernel alone. Each of its inputs has seen several pixels "
            "already: how many pixels is that together, where they overlap counted once?"
        ),
    ),
    "field-no-stride": Misconception(
        "field",
        "earlier strides do not widen later kernels",
        QUIZ,
        _(
            "{answer} is right if all strides are 1. After a layer with stride 2, how many pixels of the "
            "image is one step?"
        ),
    ),
    "fields-multiplied": Misconception(
        "field",
        "receptive fields are multiplied",
        QUIZ,
        _(
            "{answer} is the product of the kernel sizes. The second kernel reads neighbours, and what they "
            "see overlaps: from one neighbour to the next, how many pixels are new?"
        ),
    ),
    "field-counted-once": Misconception(
        "field",
        "only the next layer feels a stride",
        QUIZ,
        _(
            "{answer} is right if each kernel is widened by the stride of the layer before it alone. Of "
            "how many pixels is a step of the last layer, after all the strides before it?"
        ),
    ),
    "own-stride-in-field": Misconception(
        "field",
        "a layer's stride widens its own kernel",
        EXPECTED,
        _(
            "{answer} is right if a layer's stride widens its own kernel, too. A stride acts between two "
            "windows: how far apart are the pixels that the first window reads?"
        ),
    ),
    "jump-last-stride": Misconception(
        "field",
        "the last layer's stride alone is the step",
        QUIZ,
        _(
            "{answer} is the last layer's own stride. How many pixels of the image was one step of the layer "
            "before?"
        ),
    ),
    "jump-added": Misconception(
        "field",
        "strides are added",
        QUIZ,
        _(
            "{answer} is the sum of the strides. One step of the second layer is made of steps of the first: "
            "how many pixels of the image is each of these?"
        ),
    ),
    "example-remembered": Misconception("field", "the number of another example is taken over", EXPECTED),
    "field-is-smallest": Misconception("field", "an image must hold a whole receptive field", EXPECTED),
    "field-as-kernel": Misconception("field", "what sees 7 x 7 has 7 x 7 weights", EXPECTED),
    "other-axis-counted": Misconception("field", "a flat kernel adds to the height", EXPECTED),
    "shorter-branch": Misconception("field", "the shorter branch decides the field", EXPECTED),
    "field-kernel-sizes": Misconception(
        "field",
        "a kernel of k adds k steps",
        EXPECTED,
        _(
            "{answer} is right if a kernel of k adds k steps. How many steps lie between the first and the "
            "last weight of a kernel of {k}?"
        ),
    ),
    "layer-for-layer": Misconception("field", "a layer of 3 x 3 stands for one of 5 x 5", SOURCE),
    "pool-has-parameters": Misconception(
        "pooling",
        "a pool's window holds weights",
        QUIZ,
        _(
            "{answer} is the count if a pool has a weight for each pixel of its window. What is there to "
            "learn in a maximum or an average?"
        ),
    ),
    "pool-shift-invariant": Misconception("pooling", "pooling does not notice a shift", SOURCE),
    "all-windows": Misconception("pooling", "the largest pixel of the map wins in every window", EXPECTED),
    "sum-not-mean": Misconception("pooling", "an average pool adds up", EXPECTED),
    "windows-apart": Misconception("pooling", "each pixel is in one window of a pool", EXPECTED),
    "one-axis-only": Misconception("pooling", "windows overlap along one axis only", EXPECTED),
    "mean-not-max": Misconception("pooling", "a max-pool takes the mean", EXPECTED),
    "max-not-mean": Misconception("pooling", "an average pool keeps the largest number", EXPECTED),
    "only-small-kernels": Misconception("kernel", "kernels of 3 x 3 beside each other see further", EXPECTED),
    "max-from-zero": Misconception("pooling", "the largest number is at least 0", EXPECTED),
    "pool-mixes-channels": Misconception("pooling", "a pool looks at all channels together", EXPECTED),
    "edge-turned": Misconception("kernel", "a kernel's numbers change along the edge it finds", EXPECTED),
    "edge-any-direction": Misconception("kernel", "what finds an edge finds one direction only", EXPECTED),
    "silent-one-way": Misconception("kernel", "silent at one kind of edge is silent at all edges", EXPECTED),
    "kernel-not-balanced": Misconception("kernel", "large outputs mean an edge", EXPECTED),
    "kernel-area": Misconception("pooling", "a pixel is in as many windows as a window has pixels", EXPECTED),
}
