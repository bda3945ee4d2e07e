"""Misconceptions about output sizes: rounding, padding, strides."""

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
            "With {answered} windows the last one {overhangs} the {padded_lines}. What "
            "does PyTorch do with such a window?"
        ),
    ),
    "fraction-kept": Misconception("rounding", "a part of a step makes a part of a place", EXPECTED),
    "rounds-to-nearest": Misconception("rounding", "sizes are rounded to the nearest number", EXPECTED),
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
    "halves-downwards": Misconception(
        "rounding",
        "half of an odd side is rounded down",
        EXPECTED,
        _(
            "{answered} is half of the side, rounded down. With stride 2, windows start in the rows 0, 2, 4 "
            "and so on: how many of these rows are there in a side that is odd?"
        ),
    ),
    "outputs-rounded-down": Misconception(
        "rounding", "every library rounds the number of outputs down", EXPECTED
    ),
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
            "{answered} is what comes out if each side gets twice the padding. How many {lines} does "
            "padding={p} add on one side, and how many on both?"
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
    "same-by-habit": Misconception(
        "padding",
        "the padding is (k - 1)//2, whatever is written",
        EXPECTED,
        _(
            "{answered} is what padding={same} gives, (k - 1)//2 for a kernel of {k}. Which padding does "
            "this layer have?"
        ),
    ),
    "padding-enlarges": Misconception(
        "padding",
        "a transposed convolution's padding makes its output larger",
        EXPECTED,
        _(
            "{answered} is what comes out if padding={p} adds {lines} {ends}. A transposed convolution crops "
            "that many from its output: how many {lines} are there before that?"
        ),
    ),
    "no-output-padding": Misconception(
        "padding",
        "output_padding changes nothing",
        EXPECTED,
        _(
            "{answered} is what output_padding=0 gives. How many {lines} does output_padding={extra} add, "
            "and on how many sides?"
        ),
    ),
    "output-padding-twice": Misconception(
        "padding",
        "output_padding is added on both sides",
        EXPECTED,
        _(
            "{answered} is what comes out if output_padding={extra} is added {ends}. PyTorch adds it to one "
            "side: how many {lines} is that in all?"
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
    "negative-zeros": Misconception("padding", "a padding can be less than 0", EXPECTED),
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
    "stride-subtracted": Misconception(
        "stride",
        "the stride is taken off once",
        EXPECTED,
        _(
            "{answered} is {padded} - {span} - {s} + 1, which takes the stride off once. In which {line} "
            "does the second window start, if the first starts in {line} 0?"
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
    "pool-stride-kernel": Misconception(
        "stride",
        "a pool moves by its own size, whatever stride is written",
        EXPECTED,
        _(
            "{answered} is what stride {k} gives, a pool that moves by its own size. Which stride is written "
            "here?"
        ),
    ),
    "halves-instead": Misconception("stride", "a smaller stride makes a smaller map", QUIZ),
    "input-places": Misconception("stride", "a kernel stands at every pixel of the image", EXPECTED),
    "pool-stride-two": Misconception("stride", "a pool without a stride moves by two", EXPECTED),
    "stride-as-gap": Misconception("stride", "the stride counts the pixels skipped", EXPECTED),
}
