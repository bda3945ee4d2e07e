"""The words of the questions which padding, stride or kernel size gives a wanted output size."""

from __future__ import annotations

from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _

_STRIDE_FIRST = _(
    "{answer} is right if {n} is first divided by the stride, and the kernel then moves by 1. How much room "
    "is there for steps once the first window is placed?"
)
_PLUS_ONE_INSIDE = _(
    "{answer} is right if the 1 is added before the division by the stride. Which comes first: counting "
    "whole steps, or adding the place where the kernel starts?"
)
_STRIDE_SUBTRACTED = _(
    "{answer} is right if the stride is taken off once. Once the first window is placed, how far apart are "
    "two neighbouring windows?"
)
PADDING = Words(
    prompt=_(
        "{n} pixels go into a convolution with kernel_size={k}, stride={s}, dilation={d}, and {m} should "
        "come out. Which padding does that?"
    ),
    ask=_("Put your padding into the formula. How many pixels does the padded input have?"),
    formula=_("Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. Solve it for p."),
    substituted=_("With the numbers: floor(({n} + 2p - {d}×({k} - 1) - 1)/{s}) + 1 = {m}."),
    correct=_("padding={answer} turns {n} into {m}."),
    incorrect=_("With padding={answer} the output is {gives}, not {m}."),
    hints={
        "padding-once": _(
            "{answer} is right as the total of both sides. PyTorch's padding goes on each side: how much is "
            "that?"
        ),
        "padding-doubled": _(
            "padding={answer} is right if each side gets twice as many pixels. How many does it add on one "
            "side, and how many on both?"
        ),
        "divides-by-stride": _(
            "{m} is {n} divided by the stride {s}, rounded down, which leaves the kernel out. With "
            "padding={answer}, how many windows of {span} pixels fit?"
        ),
        "padding-after": _(
            "{answer} is right if the padding is added to the output. Does PyTorch put it around the input "
            "or around the output?"
        ),
        "plus-one-inside": _PLUS_ONE_INSIDE,
        "stride-first": _STRIDE_FIRST,
        "dilation-as-gap": _(
            "{answer} is right if dilation={d} means {d} empty pixels between two weights. dilation=1 is the "
            "ordinary kernel: how many empty pixels does that have?"
        ),
        "kernel-sign": _(
            "{answer} is right if the last 1 of n + 2p - d(k - 1) - 1 is added. How many pixels does the "
            "kernel span, and is all of that taken off?"
        ),
        "same-size": _(
            "Without padding, a kernel of {k} takes pixels away. How many positions does it have on {n} "
            "pixels?"
        ),
        "no-dilation": _(
            "{answer} is right for dilation 1. With dilation={d}, how many pixels does the kernel of {k} "
            "span?"
        ),
        "dilation-times-kernel": _(
            "{answer} is right if the kernel spans {d} × {k} = {dk} pixels. Its {k} weights stand {d} apart: "
            "how many pixels are there from the first to the last, both counted?"
        ),
        "no-plus-one": _(
            "{answer} gives {m} steps. How many steps lie between the first of {m} positions and the last?"
        ),
        "no-stride": _(
            "{answer} is right for stride 1. With stride {s}, how many pixels lie between the first and the "
            "last of {m} positions?"
        ),
        "rounds-up": _(
            "{answer} gives {m} only if an incomplete window counts. Does PyTorch round up or down?"
        ),
        "same-by-habit": _(
            "padding={answer} is (k - 1)//2 for a kernel of {k}, which keeps the size at stride 1. How many "
            "pixels does the padded input have with it?"
        ),
        "span-adds-dilation": _(
            "{answer} is right if the kernel spans {k} + {d} - 1 pixels. Its {k} weights stand {d} apart: "
            "how many pixels are there from the first to the last, both counted?"
        ),
        "stride-subtracted": _STRIDE_SUBTRACTED,
    },
)
_PADDING_COUNTED = {
    "padding-doubled": _(
        "{answer} is right if each side gets twice the padding. With padding={p} on each side, how many "
        "pixels does the padded input have?"
    ),
    "padding-after": _(
        "{answer} is right if the padding is added to the output. Does PyTorch put it around the input or "
        "around the output?"
    ),
    "no-padding": _("{answer} is right without padding. How many pixels does the padded input have?"),
    "padding-once": _(
        "{answer} is right if padding={p} is the total of both sides. It is added on each side: how many "
        "pixels does the padded input have?"
    ),
}
STRIDE = Words(
    prompt=_(
        "{n} pixels go into a convolution with kernel_size={k}, padding={p}, and {m} should come out. Which "
        "stride does that?"
    ),
    ask=_("Place the first window. How many pixels are left to step into, and how many steps should fit?"),
    formula=_("Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. Solve it for s."),
    substituted=_("With the numbers: floor(({n} + 2×{p} - 1×({k} - 1) - 1)/s) + 1 = {m}."),
    correct=_("stride={answer} turns {n} into {m}."),
    incorrect=_("With stride={answer} the output is {gives}, not {m}."),
    hints={
        **_PADDING_COUNTED,
        "no-plus-one": _(
            "{answer} gives {m} steps. How many steps must fit between the first of {m} positions and the "
            "last?"
        ),
        "divides-by-stride": _(
            "{n} divided by {answer} is {m}, rounded down. How much room is there for steps once the first "
            "window is placed?"
        ),
        "rounds-up": _(
            "{answer} gives {m} only if an incomplete window counts. Does PyTorch round up or down?"
        ),
        "stride-first": _STRIDE_FIRST,
        "plus-one-inside": _PLUS_ONE_INSIDE,
        "stride-subtracted": _STRIDE_SUBTRACTED,
        "same-by-habit": _(
            "{answer} is right for padding={same}, (k - 1)//2 for a kernel of {k}. Which padding does this "
            "convolution have?"
        ),
    },
)
KERNEL_SIZE = Words(
    prompt=_(
        "{n} pixels go into a convolution with stride={s}, padding={p}, and {m} should come out. Which "
        "kernel_size does that?"
    ),
    ask=_(
        "{m} positions are joined by how many steps? What is then left of the padded input for the first "
        "window?"
    ),
    formula=_("Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. Solve it for k."),
    substituted=_("With the numbers: floor(({n} + 2×{p} - 1×(k - 1) - 1)/{s}) + 1 = {m}."),
    correct=_("kernel_size={answer} turns {n} into {m}."),
    incorrect=_("With kernel_size={answer} the output is {gives}, not {m}."),
    hints={
        **_PADDING_COUNTED,
        "no-plus-one": _(
            "{answer} gives {m} steps. How many steps lie between the first of {m} positions and the last?"
        ),
    },
)
