"""The number of multiply-accumulates of a convolution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, conv_macs, conv_parameters
from cnnbook.exercises.forms import COUNT, Answer, Form
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class ConvMacs(Question):
    """How many multiply-accumulates does this convolution take on one input of `size`?"""

    kind: ClassVar[str] = "conv-macs"
    form: ClassVar[Form] = COUNT
    class_words: ClassVar[Words] = Words(
        prompt=_("How many multiply-accumulates (MACs) does {layer} take on one image of {input}?"),
        ask=_(
            "Take one value of the output: how many multiplications does it take? Then, how many values are "
            "there?"
        ),
        formula=_("Output height × width × k_h × k_w × (in_channels / groups) × out_channels."),
        hints={
            "same-size": _(
                "{answer} comes out if the kernel stands at every pixel of the input. At how many places "
                "does it fit?"
            ),
            "macs-as-parameters": _(
                "{answer} is the number of weights or of parameters, each counted once. At how many places "
                "is each weight used?"
            ),
        },
    )
    channels: tuple[int, int]
    window: Window
    size: tuple[int, int]
    groups: int = 1

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
        yield Slip(("no-input-channels",), (places * taps * outs,))
        yield Slip(("same-size",), (prod(self.size) * (macs // places),))
        if self.groups > 1:
            yield Slip(("groups-ignored",), (macs * self.groups,))
            yield Slip(("groups-twice",), (macs // self.groups,))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        (height, width), (k_h, k_w) = self._output_size, self.window.kernel_size
        ins, outs = self.channels
        return {
            "in_channels": ins,
            "out_channels": outs,
            "n": self.size,
            "because": f"{height}×{width}×{k_h}×{k_w}×{ins // self.groups}×{outs}",
            "layer": WindowQuestion(self.size, self.window, self.channels).layer,
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
    distinct_from=("same-size",),
)
def convolution(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution."""
    channels = (draws.between(2, 64), draws.between(4, 64))
    window = Window(draws.choice((3, 5)), draws.choice((1, 2)), draws.below(2))
    return ConvMacs(channels, window, (draws.between(9, 40), draws.between(9, 40)), targets=targets)
