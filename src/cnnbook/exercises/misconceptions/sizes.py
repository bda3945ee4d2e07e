"""Misconceptions about output sizes and receptive fields: rounding, padding, strides, kernels, pools."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import (
    BUGS,
    EXPECTED,
    ISSUES,
    QUIZ,
    SOURCE,
    TENSORFLOW,
    TOTAL,
    Misconception,
)
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
    "rounds-up": Misconception(
        "rounding",
        "a window that only partly fits counts too",
        TENSORFLOW,
        _(
            "With {answered} windows the last one {overhangs} the {padded} {lines} (padding included). What "
            "does PyTorch do with such a window?"
        ),
    ),
    "no-plus-one": Misconception(
        "rounding",
        "the number of steps is the number of positions",
        QUIZ,
        _(
            "{answered} is the number of steps. The kernel stands somewhere before its first step: how many "
            "places do {answered} steps visit?"
        ),
    ),
    "plus-one-inside": Misconception(
        "rounding",
        "the + 1 stands inside the division",
        QUIZ,
        _(
            "{answered} is what comes out if the 1 is added before the division by {s}. Which comes first: "
            "counting whole steps, or adding the place where the kernel starts?"
        ),
    ),
    "ceil-mode-ignored": Misconception(
        "rounding",
        "ceil_mode changes nothing",
        ISSUES,
        _(
            "{answered} is what rounding down gives, but ceil_mode=True is set. What happens to a window "
            "that hangs over the edge?"
        ),
    ),
    "ceil-no-clamp": Misconception(
        "rounding",
        "with ceil_mode the last window always counts",
        BUGS,
        _(
            "{answered} is what comes out if every window that hangs over the edge counts. Where does the "
            "last of these windows start: in the input, or behind it?"
        ),
    ),
    "reads-everything": Misconception("rounding", "every pixel is read", ISSUES),
    "largest-not-smallest": Misconception("rounding", "of several sizes the largest was taken", QUIZ),
    "only-the-exact-size": Misconception(
        "rounding",
        "only a size that divides evenly works",
        "courses that call it invalid",
        _(
            "{answered} rows leave no remainder. Does PyTorch refuse a size that leaves one, or does it "
            "leave some pixels unread?"
        ),
    ),
    "one-side-only": Misconception("rounding", "only one side loses pixels", EXPECTED),
    "corner-counted-twice": Misconception("rounding", "lost rows and lost columns add up", EXPECTED),
    "corner-only": Misconception("rounding", "only the corner is lost", EXPECTED),
    "halves-downwards": Misconception("rounding", "half of an odd side is rounded down", EXPECTED),
    "caffe-clamped": Misconception("rounding", "every library drops a window that begins outside", EXPECTED),
    "no-padding": Misconception(
        "padding",
        "the padding adds nothing",
        QUIZ,
        _(
            "{answered} is what comes out without padding. How many {lines} are there once padding={p} is "
            "added {ends}?"
        ),
    ),
    "padding-once": Misconception(
        "padding",
        "padding is the total of both sides",
        TOTAL,
        _(
            "{answered} is what comes out if padding={p} is the total of both sides. In PyTorch it is added "
            "{ends}: how many {lines} does the padded input have?"
        ),
    ),
    "padding-doubled": Misconception(
        "padding",
        "a total padding, written as padding per side",
        TOTAL,
        _(
            "{answered} is what comes out if padding={p} is counted four times. It is added once on each "
            "side: how many {lines} does that make in all?"
        ),
    ),
    "padding-after": Misconception(
        "padding",
        "padding is added to the output",
        QUIZ,
        _(
            "{answered} is what comes out if the padding is added to the output. Does PyTorch put it around "
            "the input or around the output?"
        ),
    ),
    "padding-quadrupled": Misconception("padding", "a total padding goes in twice", TOTAL),
    "padding-not-counted": Misconception("padding", "a mean leaves the padding out", EXPECTED),
    "padding-idle": Misconception("padding", "with a stride, padding changes nothing", SOURCE),
    "odd-zero-first": Misconception(
        "padding",
        "of an odd number of zeros, one more goes before",
        EXPECTED,
        _("The number of zeros is odd. On which side does TensorFlow put one more?"),
    ),
    "zeros-one-side": Misconception(
        "padding",
        "SAME puts all its zeros on one side",
        EXPECTED,
        _("{answer} is the number of all zeros. How does TensorFlow split them?"),
    ),
    "no-stride": Misconception(
        "stride",
        "every window moves by one pixel",
        QUIZ,
        _(
            "{answered} is what stride 1 gives. With stride {s}, in which {line} does the second window "
            "start, if the first starts in {line} 0?"
        ),
    ),
    "stride-first": Misconception(
        "stride",
        "the image shrinks first, the kernel slides afterwards",
        QUIZ,
        _(
            "{answered} is what comes out if {n} is first divided by the stride {s}, and the kernel then "
            "moves by 1. How many {lines} does the first window cover, and how many are then left to step "
            "into?"
        ),
    ),
    "divides-by-stride": Misconception(
        "stride",
        "stride s means n/s",
        ISSUES,
        _(
            "{answered} is {n} divided by the stride {s}, rounded down. The kernel spans {span} {lines}: "
            "where can the last full window start?"
        ),
    ),
    "pool-stride-one": Misconception(
        "stride",
        "a pool without a stride moves by one pixel",
        ISSUES,
        _(
            "{answered} is what stride 1 gives. No stride is written here: which stride does a PyTorch pool "
            "take then?"
        ),
    ),
    "halves-instead": Misconception("stride", "a smaller stride makes a smaller map", QUIZ),
    "input-places": Misconception("stride", "a kernel stands at every pixel of the image", EXPECTED),
    "pool-stride-two": Misconception("stride", "a pool without a stride moves by two", EXPECTED),
    "stride-as-gap": Misconception("stride", "the stride counts the pixels skipped", EXPECTED),
    "same-size": Misconception(
        "kernel",
        "a convolution keeps the size",
        ISSUES,
        _(
            "{answered} is the number of {lines} that go in. The first window covers {span} {lines} of "
            "{padded} (padding included): how many {lines} are left to move into?"
        ),
    ),
    "no-dilation": Misconception(
        "kernel",
        "dilation does not change the size",
        QUIZ,
        _(
            "{answered} is what dilation 1 gives. With dilation={d}, how many {lines} lie between the first "
            "and the last weight of a kernel of {k}, both counted?"
        ),
    ),
    "dilation-times-kernel": Misconception(
        "kernel",
        "a dilated kernel is d times k wide",
        BUGS,
        _(
            "{answered} is what comes out if the kernel spans {d} × {k} = {dk} {lines}. Draw its {k} "
            "weights, {d} apart: how many {lines} are there from the first to the last, both counted?"
        ),
    ),
    "dilation-as-gap": Misconception(
        "kernel",
        "dilation counts the empty pixels between two taps",
        BUGS,
        _(
            "{answered} is what comes out if dilation={d} means {d} empty {lines} between two weights. "
            "dilation=1 is the ordinary kernel: how many empty {lines} does that have?"
        ),
    ),
    "kernel-sign": Misconception(
        "kernel",
        "a sign of the formula the other way round",
        BUGS,
        _(
            "{answered} is what comes out if the last 1 of n + 2p - d(k - 1) - 1 is added. How many {lines} "
            "does the kernel span, and is all of that taken off?"
        ),
    ),
    "all-kernels-three": Misconception(
        "kernel",
        "every kernel of a ResNet is 3 x 3",
        EXPECTED,
        _(
            "{answer} is the count if every kernel is 3 x 3. How many weights does a 1 x 1 kernel have for "
            "each map that it reads?"
        ),
    ),
    "odd-is-best": Misconception("kernel", "kernels of 3 and 5 are best, whatever is counted", SOURCE),
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
    "field-counted-once": Misconception("field", "only the next layer feels a stride", QUIZ),
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
    "field-is-smallest": Misconception("field", "an image must hold a whole receptive field", EXPECTED),
    "field-as-kernel": Misconception("field", "what sees 7 x 7 has 7 x 7 weights", EXPECTED),
    "other-axis-counted": Misconception("field", "a flat kernel adds to the height", EXPECTED),
    "shorter-branch": Misconception("field", "the shorter branch decides the field", EXPECTED),
    "field-own-stride": Misconception("field", "a layer's own stride widens its own step", EXPECTED),
    "field-kernel-sizes": Misconception("field", "a kernel of k adds k steps", EXPECTED),
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
    "max-from-zero": Misconception("pooling", "the largest number is at least 0", EXPECTED),
    "pool-mixes-channels": Misconception("pooling", "a pool looks at all channels together", EXPECTED),
    "edge-turned": Misconception("kernel", "a kernel's numbers change along the edge it finds", EXPECTED),
    "edge-any-direction": Misconception("kernel", "what finds an edge finds one direction only", EXPECTED),
    "kernel-not-balanced": Misconception("kernel", "large outputs mean an edge", EXPECTED),
    "kernel-area": Misconception("pooling", "a pixel is in as many windows as a window has pixels", EXPECTED),
}
