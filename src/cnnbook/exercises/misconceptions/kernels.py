"""Misconceptions about what a kernel spans, and about convolutions and transposed convolutions exchanged."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import BUGS, EXPECTED, ISSUES, QUIZ, SOURCE, Misconception
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
    "same-size": Misconception(
        "kernel",
        "a convolution keeps the size",
        ISSUES,
        _(
            "{answered} is the number of {lines} that go in. The first window covers {span} of the "
            "{padded_lines}: how many {lines} are left to move into?"
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
    "span-adds-dilation": Misconception(
        "kernel",
        "a dilated kernel spans k + d - 1",
        EXPECTED,
        _(
            "{answered} is what comes out if the kernel spans {k} + {d} - 1 {lines}. Draw its {k} weights, "
            "{d} apart: how many {lines} are there from the first to the last, both counted?"
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
    "transposed-as-conv": Misconception(
        "transposed",
        "a transposed convolution has a convolution's size",
        EXPECTED,
        _(
            "{answered} is what an ordinary convolution leaves. How many {lines} apart does a transposed "
            "convolution put what it makes of two neighbouring inputs?"
        ),
    ),
    "conv-as-transposed": Misconception(
        "transposed",
        "a convolution has a transposed convolution's size",
        EXPECTED,
        _(
            "{answered} is what a transposed convolution makes, (n - 1)s - 2p + d(k - 1) + 1. How many "
            "{lines} has the padded input of this convolution, and how many does its first window cover?"
        ),
    ),
    "multiplies-by-stride": Misconception(
        "transposed",
        "a transposed convolution with stride s makes n × s",
        EXPECTED,
        _(
            "{answered} is {n} × {s}. How many steps of {s} lie between the first of {n} inputs and the "
            "last, and how many {lines} does the kernel at the last one span?"
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
    "returned-after-row": Misconception("kernel", "return ends one row and the loop goes on", EXPECTED),
    "returned-early": Misconception("kernel", "return gives a result and the loop goes on", EXPECTED),
    "mean-not-sum": Misconception("kernel", "a convolution divides by the number of its weights", EXPECTED),
    "odd-is-best": Misconception("kernel", "kernels of 3 and 5 are best, whatever is counted", SOURCE),
}
