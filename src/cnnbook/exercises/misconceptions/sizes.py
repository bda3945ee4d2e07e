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
            "In your {answered} the last window {overhangs} the {padded} {lines} (padding included). What "
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
            "It seems the + 1 was added before dividing by {s}. Which comes first: counting whole steps, or "
            "adding the place where the kernel starts?"
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
            "With ceil_mode=True a window may hang over the edge, but not every one. In which of the {lines} "
            "does your last window start: in the input, or behind it?"
        ),
    ),
    "reads-everything": Misconception("rounding", "every pixel is read", ISSUES),
    "largest-not-smallest": Misconception("rounding", "of several sizes the largest was taken", QUIZ),
    "only-the-exact-size": Misconception(
        "rounding",
        "only a size that divides evenly works",
        "courses that call it invalid",
        _(
            "That one comes out even. Does PyTorch refuse a size that leaves a remainder, or does it leave "
            "some pixels unread?"
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
            "In PyTorch padding={p} is added {ends}, not shared between them. How many {lines} does the "
            "padded input have?"
        ),
    ),
    "padding-doubled": Misconception(
        "padding",
        "a total padding, written as padding per side",
        TOTAL,
        _(
            "padding={p} was counted too often. It is added once on each side: how many {lines} does that "
            "make in all?"
        ),
    ),
    "padding-after": Misconception(
        "padding",
        "padding is added to the output",
        QUIZ,
        _(
            "The padding seems to have been added to the result. Does PyTorch put it around the input or "
            "around the output?"
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
        _("{answer} zeros in all. How does TensorFlow split them?"),
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
            "It seems {n} was divided by the stride before the kernel was placed. How many {lines} does the "
            "first window cover, and how many are then left to step into?"
        ),
    ),
    "divides-by-stride": Misconception(
        "stride",
        "stride s means n/s",
        ISSUES,
        _(
            "It seems {n} was divided by the stride {s}. The kernel spans {span} {lines}: where can the last "
            "full window start?"
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
            "{answered} is the size of the input. The first window covers {span} {lines} of {padded} "
            "(padding included): how many {lines} are left to move into?"
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
            "It seems the kernel was taken to be {d} × {k} = {dk} wide. Draw its {k} weights, {d} apart: how "
            "many {lines} from the first to the last, both counted?"
        ),
    ),
    "dilation-as-gap": Misconception(
        "kernel",
        "dilation counts the empty pixels between two taps",
        BUGS,
        _(
            "It seems dilation={d} was read as {d} empty {lines} between two weights. dilation=1 is the "
            "ordinary kernel: how many empty {lines} does that have?"
        ),
    ),
    "kernel-sign": Misconception(
        "kernel",
        "a sign of the formula the other way round",
        BUGS,
        _(
            "Look at the sign of the last 1 in the formula. How many {lines} does the kernel span, and is "
            "all of that taken off?"
        ),
    ),
    "all-kernels-three": Misconception(
        "kernel",
        "every kernel of a ResNet is 3 x 3",
        EXPECTED,
        _("It seems a 1 x 1 kernel was counted as 3 x 3. How many taps does a 1 x 1 kernel have?"),
    ),
    "odd-is-best": Misconception("kernel", "kernels of 3 and 5 are best, whatever is counted", SOURCE),
    "fields-added": Misconception(
        "field",
        "receptive fields are added up",
        QUIZ,
        _(
            "It seems the kernel sizes were added. The second kernel reads neighbours, and what they see "
            "overlaps: from one neighbour to the next, how many pixels are new?"
        ),
    ),
    "field-last-kernel": Misconception(
        "field",
        "the last kernel alone is the receptive field",
        QUIZ,
        _(
            "That is one kernel by itself. Each of its inputs has seen several pixels already: how many "
            "pixels is that together, where they overlap counted once?"
        ),
    ),
    "field-no-stride": Misconception(
        "field",
        "earlier strides do not widen later kernels",
        QUIZ,
        _(
            "That is right if all strides are 1. After a layer with stride 2, how many pixels of the image "
            "is one step?"
        ),
    ),
    "fields-multiplied": Misconception(
        "field",
        "receptive fields are multiplied",
        QUIZ,
        _(
            "It seems the kernel sizes were multiplied. The second kernel reads neighbours, and what they "
            "see overlaps: from one neighbour to the next, how many pixels are new?"
        ),
    ),
    "field-counted-once": Misconception("field", "only the next layer feels a stride", QUIZ),
    "jump-last-stride": Misconception(
        "field",
        "the last layer's stride alone is the step",
        QUIZ,
        _(
            "That is the last layer's own stride. How many pixels of the image was one step of the layer "
            "before?"
        ),
    ),
    "jump-added": Misconception(
        "field",
        "strides are added",
        QUIZ,
        _(
            "It seems the strides were added. One step of the second layer is two steps of the first: how "
            "many pixels is each of these?"
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
        _("You counted the pool's window as weights. What is there to learn in a maximum or an average?"),
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
