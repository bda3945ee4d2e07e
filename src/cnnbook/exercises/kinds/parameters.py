"""The number of parameters of convolutions and dense layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.exercises.forms import COUNT, Answer, Form
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say


@dataclass(frozen=True)
class ConvParameters(Question):
    """How many parameters does this convolution have?

    `size` is the size of its input, which is needed to detect answers multiplied by the output size.
    """

    kind: ClassVar[str] = "conv-parameters"
    form: ClassVar[Form] = COUNT
    class_words: ClassVar[Words] = Words(
        prompt=_("How many parameters does {layer} have?"),
        ask=_(
            "Take one kernel: how many weights does it have, over all the channels it reads? Then, how "
            "many kernels are there?"
        ),
        formula=_(
            "{kernel} × (in_channels / groups) × out_channels weights, and out_channels biases if there are "
            "any."
        ),
        hints={
            "one-bias": _(
                "{answer} counts a single bias. Do all maps that come out share it, or does each have its "
                "own?"
            ),
            "groups-halve-biases": _(
                "{answer} is the count if the groups divide the biases, too. To what is a bias added, and "
                "does the number of these change?"
            ),
            "macs-as-parameters": _(
                "{answer} is how many multiplications there are. Does the number of weights grow with the "
                "image?"
            ),
        },
    )
    channels: tuple[int, int]
    kernel_size: tuple[int, ...]
    groups: int = 1
    bias: bool = True
    size: tuple[int, ...] | None = None

    @property
    def key(self) -> Answer:
        """The number of parameters."""
        return (conv_parameters(*self.channels, self.kernel_size, groups=self.groups, bias=self.bias),)

    def slips(self) -> Iterator[Slip]:
        """Yield the count of each misconception."""
        ins, outs = self.channels
        taps, groups = prod(self.kernel_size), self.groups
        weights = taps * (ins // groups) * outs
        biases = outs if self.bias else 0
        yield Slip(("no-input-channels",), (taps * outs + biases,))
        if self.bias:
            yield Slip(("no-bias",), (weights,))
            yield Slip(("one-bias",), (weights + 1,))
            if ins > 1:
                yield Slip(("bias-per-input",), (weights + ins,))
                yield Slip(("bias-per-pair",), (weights + ins * outs,))
        else:
            yield Slip(("bias-before-batchnorm",), (weights + outs,))
        yield Slip(("channels-summed",), (taps * (ins + outs) + biases,))
        if len(self.kernel_size) == 2 and len(set(self.kernel_size)) == 1 < taps:
            yield Slip(("kernel-side-once",), (self.kernel_size[0] * (ins // groups) * outs + biases,))
        if groups > 1:
            yield Slip(("groups-ignored",), (taps * ins * outs + biases,))
            yield Slip(("groups-twice",), (taps * (ins // groups) * (outs // groups) + biases,))
            yield Slip(("groups-twice",), (taps * (ins // groups) * (outs // groups) + biases // groups,))
            if self.bias:
                yield Slip(("groups-halve-biases",), (weights + biases // groups,))
        if self.size:
            places = prod(Window(self.kernel_size).output_size(self.size))
            yield Slip(("times-output-size",), ((weights + biases) * places,))
            yield Slip(("macs-as-parameters",), (weights * places,))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        ins, outs = self.channels
        factors = (*self.kernel_size, ins // self.groups, outs)
        because = "×".join(map(str, factors)) + (f" + {outs}" if self.bias else "")
        kernel = self.kernel_size[0] if len(set(self.kernel_size)) == 1 else self.kernel_size
        layer = f"Conv{len(self.kernel_size)}d({ins}, {outs}, kernel_size={kernel}{self.written})"
        if self.size:
            layer = say(_("{layer}, which reads {input},"), layer=layer, input=(ins, *self.size))
        return {
            "in_channels": ins,
            "out_channels": outs,
            "k": self.kernel_size[0],
            "kernel": kernel_factors(len(self.kernel_size)),
            "groups": self.groups,
            "because": because,
            "layer": layer,
        }

    @property
    def written(self) -> str:
        """The arguments groups and bias as they are written in PyTorch, if they are not the defaults."""
        return (f", groups={self.groups}" if self.groups > 1 else "") + ("" if self.bias else ", bias=False")

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        ins, outs = self.channels
        numbers = {"in_channels": ins, "out_channels": outs, "kernel_size": self.kernel_size}
        return (
            numbers | {"groups": self.groups, "bias": self.bias} | ({"size": self.size} if self.size else {})
        )


def kernel_factors(axes: int) -> str:
    """Return how the number of weights of one kernel in one channel is written.

    >>> kernel_factors(1), kernel_factors(3)
    ('k', 'k_d × k_h × k_w')
    """
    return {1: "k", 2: "k_h × k_w", 3: "k_d × k_h × k_w"}[axes]


@dataclass(frozen=True)
class DenseParameters(Question):
    """How many parameters do these dense layers have? `features` are the sizes from input to output.

    `wrong` has the counts of misconceptions about the network in which the layers stand, such as one about
    the maps that are flattened before them.
    """

    kind: ClassVar[str] = "dense-parameters"
    form: ClassVar[Form] = COUNT
    class_words: ClassVar[Words] = Words(
        prompt=_("A chain of dense layers {chain}, each with biases: how many parameters does it have?"),
        ask=_("Take one output: how many weights lead to it, and which number is added?"),
        formula=_("Each layer has in × out weights and out biases; layers are added."),
        hints={
            "one-bias": _(
                "{answer} counts {biases}. Does every output of a layer share it, or does each have its own?"
            )
        },
    )
    features: tuple[int, ...]
    wrong: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Answer:
        """The number of parameters."""
        return (sum(linear_parameters(*layer) for layer in pairwise(self.features)),)

    def slips(self) -> Iterator[Slip]:
        """Yield the count of each misconception."""
        weights = sum(a * b for a, b in pairwise(self.features))
        yield Slip(("no-bias",), (weights,))
        for biases in {1, len(self.features) - 1}:
            yield Slip(("one-bias",), (weights + biases,))
        yield Slip(("bias-per-input",), (weights + sum(self.features[:-1]),))
        if len(self.features) > 2:
            biases = sum(self.features[1:])
            yield Slip(("layers-multiplied",), (prod(self.features) + biases,))
            yield Slip(("layers-multiplied",), (prod(self.features),))
        for name, count in self.wrong.items():
            yield Slip((name,), (count,))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        single = answer[0] == 1 + sum(a * b for a, b in pairwise(self.features))
        return {
            "biases": say(_("a single bias") if single else _("one bias for each layer")),
            "because": " + ".join(f"{a}×{b} + {b}" for a, b in pairwise(self.features)),
            "chain": " → ".join(map(str, self.features)),
        }


@kind(
    "conv-parameters",
    ("no-bias", "one-bias", "bias-per-input", "no-input-channels"),
    ("no-input-channels", "times-output-size", "macs-as-parameters"),
    ("bias-before-batchnorm", "no-input-channels"),
    ("groups-ignored", "groups-twice", "no-bias"),
    ("kernel-side-once", "channels-summed", "bias-per-pair"),
    version=2,
)
def convolution(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution."""
    groups = draws.choice((2, 4)) if "groups-ignored" in targets else 1
    channels = (4 * draws.between(2, 24), 4 * draws.between(3, 40))
    kernel_size = draws.choice(((1, 1), (3, 3), (5, 5), (1, 7), (3, 5)))
    if "kernel-side-once" in targets:
        kernel_size = draws.choice(((3, 3), (5, 5), (7, 7)))
    size = (draws.between(9, 40), draws.between(9, 40)) if "times-output-size" in targets else None
    bias = "bias-before-batchnorm" not in targets
    return ConvParameters(channels, kernel_size, groups, bias, size, targets=targets)


@kind(
    "dense-parameters",
    ("layers-multiplied", "no-bias", "one-bias", "bias-per-input"),
)
def dense_layers(draws: Draws, targets: Targets) -> Question:
    """Return a question about two dense layers."""
    features = (draws.between(20, 900), draws.between(12, 120), draws.between(3, 40))
    return DenseParameters(features, targets=targets)
