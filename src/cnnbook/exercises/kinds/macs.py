"""The number of multiply-accumulates of a convolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, conv_macs, conv_parameters
from cnnbook.exercises.forms import COUNT, Answer, Form
from cnnbook.exercises.kinds.axis import NAMES, single_rules
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.parameters import kernel_factors
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say

# The misconceptions about the output size that are looked for.
_SIZE_RULES = ("same-size", "no-stride", "no-padding")


@dataclass(frozen=True)
class ConvMacs(Question):
    """How many multiply-accumulates does this convolution take on one input of `size`?

    `wrong` has the counts of misconceptions about the network in which the convolution stands, such as one
    about the pool before it.
    """

    kind: ClassVar[str] = "conv-macs"
    form: ClassVar[Form] = COUNT
    class_words: ClassVar[Words] = Words(
        prompt=_("How many multiply-accumulates (MACs) does {layer} take on one image of {input}?"),
        ask=_(
            "Take one value of the output: how many multiplications does it take? Then, how many values are "
            "there?"
        ),
        formula=_("Output {sides} × {kernel} × (in_channels / groups) × out_channels."),
        hints={
            "same-size": _(
                "{answer} comes out if the kernel stands at every position of the input. At how many places "
                "does it fit?"
            ),
            "no-stride": _(
                "{answer} is right if the kernel moves by 1. With stride {s}, at how many places "
                "does it stand?"
            ),
            "no-padding": _(
                "{answer} is right without padding. How large is the padded input on each of its axes?"
            ),
            "macs-as-parameters": _(
                "{answer} is the number of weights or of parameters, each counted once. At how many places "
                "is each weight used?"
            ),
        },
    )
    channels: tuple[int, int]
    window: Window
    size: tuple[int, ...]
    groups: int = 1
    wrong: Mapping[str, int] = field(default_factory=dict)

    @property
    def _output_size(self) -> Answer:
        return self.window.output_size(self.size)

    @property
    def key(self) -> Answer:
        """The number of multiply-accumulates."""
        return (conv_macs(self._output_size, *self.channels, self.window.kernel_size, groups=self.groups),)

    def slips(self) -> Iterator[Slip]:
        """Yield the count of each misconception."""
        ins, outs = self.channels
        places, taps = prod(self._output_size), prod(self.window.kernel_size)
        macs = self.key[0]
        yield Slip(("macs-doubled",), (2 * macs,))
        yield Slip(
            ("macs-as-parameters",),
            (conv_parameters(ins, outs, self.window.kernel_size, groups=self.groups),),
        )
        yield Slip(("macs-as-parameters",), (macs // places,))
        yield Slip(("biases-in-macs",), (macs + outs * places,))
        yield Slip(("biases-in-macs",), (macs + outs,))
        yield Slip(("no-input-channels",), (places * taps * outs,))
        for name, size in self._wrong_sizes():
            yield Slip((name,), (prod(size) * (macs // places),))
        yield Slip(("channels-summed",), (places * taps * (ins + outs),))
        yield Slip(("one-map-only",), (macs // outs,))
        if len(self.size) == 2 and len(set(self.window.kernel_size)) == 1 < taps:
            yield Slip(("kernel-side-once",), (macs // self.window.kernel_size[0],))
        if self.groups > 1:
            yield Slip(("groups-ignored",), (macs * self.groups,))
            yield Slip(("groups-twice",), (macs // self.groups,))
        for name, count in self.wrong.items():
            yield Slip((name,), (count,))

    def _wrong_sizes(self) -> Iterator[tuple[str, Answer]]:
        """Yield each misconception about the output size with the size that it leads to."""
        axes = WindowQuestion(self.size, self.window).axes
        for rule in single_rules():
            if rule.ids[0] in _SIZE_RULES and rule.can_occur(*axes):
                size = tuple(rule.output_size(axis) for axis in axes)
                if min(size) > 0:
                    yield rule.ids[0], size

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        places, kernel = self._output_size, self.window.kernel_size
        ins, outs = self.channels
        layer = f"Conv{len(kernel)}d"
        return {
            "in_channels": ins,
            "out_channels": outs,
            "n": self.size,
            "k": kernel[0],
            "s": self.window.stride[0],
            "because": "×".join(map(str, (*places, *kernel, ins // self.groups, outs))),
            "layer": WindowQuestion(self.size, self.window, self.channels, layer_name=layer).layer,
            "sides": " × ".join(map(say, NAMES[len(kernel)])),
            "kernel": kernel_factors(len(kernel)),
            "input": (ins, *self.size),
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        ins, outs = self.channels
        window = {
            "kernel_size": self.window.kernel_size,
            "stride": self.window.stride,
            "padding": self.window.padding,
        }
        return {"in_channels": ins, "out_channels": outs, "size": self.size, "groups": self.groups} | window


@kind(
    "conv-macs",
    ("macs-doubled", "macs-as-parameters", "no-input-channels"),
    ("no-stride", "macs-doubled", "kernel-side-once"),
    ("no-padding", "macs-as-parameters", "channels-summed"),
    distinct_from=("same-size", "one-map-only"),
    version=2,
)
def convolution(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution."""
    channels = (draws.between(2, 64), draws.between(4, 64))
    stride = 2 if "no-stride" in targets else draws.choice((1, 2))
    padding = 1 if "no-padding" in targets else draws.below(2)
    window = Window(draws.choice((3, 5)), stride, padding)
    return ConvMacs(channels, window, (draws.between(9, 40), draws.between(9, 40)), targets=targets)
