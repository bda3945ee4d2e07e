"""Questions about how many: parameters of convolutions and dense layers, multiply-accumulates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, conv_macs, conv_parameters, linear_parameters
from cnnbook.exercises.answers import COUNT, Answer, Form
from cnnbook.exercises.messages import say
from cnnbook.exercises.questions import Question, Slip
from cnnbook.exercises.windows import WindowQuestion


@dataclass(frozen=True)
class ConvParameters(Question):
    """How many parameters has this convolution? `size`, the input it reads, lets counts per place show."""

    kind: ClassVar[str] = "conv-parameters"
    form: ClassVar[Form] = COUNT
    channels: tuple[int, int]
    kernel_size: tuple[int, int]
    groups: int = 1
    bias: bool = True
    size: tuple[int, int] | None = None

    @property
    def key(self) -> Answer:
        """Return the number of parameters."""
        return (conv_parameters(*self.channels, self.kernel_size, groups=self.groups, bias=self.bias),)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception counts."""
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
        else:
            yield Slip(("bias-before-batchnorm",), (weights + outs,))
        if groups > 1:
            yield Slip(("groups-ignored",), (taps * ins * outs + biases,))
            yield Slip(("groups-twice",), (taps * (ins // groups) * (outs // groups) + biases,))
            yield Slip(("groups-twice",), (taps * (ins // groups) * (outs // groups) + biases // groups,))
        if self.size:
            places = prod(Window(self.kernel_size).output_size(self.size))
            yield Slip(("times-output-size",), ((weights + biases) * places,))
            yield Slip(("macs-as-parameters",), (weights * places,))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        (ins, outs), (height, width) = self.channels, self.kernel_size
        because = f"{height}×{width}×{ins // self.groups}×{outs}" + (f" + {outs}" if self.bias else "")
        kernel = height if height == width else self.kernel_size
        reads = f" on an input of ({ins}, {self.size[0]}, {self.size[1]})" if self.size else ""
        return {
            "in_channels": ins,
            "out_channels": outs,
            "groups": self.groups,
            "because": because,
            "layer": f"Conv2d({ins}, {outs}, kernel_size={kernel}{self.written}){reads}",
        }

    @property
    def written(self) -> str:
        """Return groups and bias as PyTorch writes them behind a layer's other numbers."""
        return (f", groups={self.groups}" if self.groups > 1 else "") + ("" if self.bias else ", bias=False")

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        ins, outs = self.channels
        numbers = {"in_channels": ins, "out_channels": outs, "kernel_size": self.kernel_size}
        return (
            numbers | {"groups": self.groups, "bias": self.bias} | ({"size": self.size} if self.size else {})
        )


@dataclass(frozen=True)
class EditedParameters(ConvParameters):
    """How many parameters has this convolution, once the layer before it no longer makes `before` maps?"""

    kind: ClassVar[str] = "edited-parameters"
    before: int = 0

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception counts: the change forgotten, and all that a convolution allows."""
        yield Slip(("change-ignored",), self._unedited.key)
        yield from super().slips()

    @property
    def _unedited(self) -> ConvParameters:
        channels = (self.before, self.channels[1])
        return ConvParameters(channels, self.kernel_size, self.groups, self.bias)

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name; the layer is shown as it was."""
        layer = self._unedited.words(answer)["layer"]
        return super().words(answer) | {"old": self.before, "new": self.channels[0], "layer": layer}


@dataclass(frozen=True)
class DenseParameters(Question):
    """How many parameters has this chain of dense layers, given as the sizes from input to output?"""

    kind: ClassVar[str] = "dense-parameters"
    form: ClassVar[Form] = COUNT
    features: tuple[int, ...]

    @property
    def key(self) -> Answer:
        """Return the number of parameters."""
        return (sum(linear_parameters(*layer) for layer in pairwise(self.features)),)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception counts."""
        weights = sum(a * b for a, b in pairwise(self.features))
        yield Slip(("no-bias",), (weights,))
        for biases in {1, len(self.features) - 1}:
            yield Slip(("one-bias",), (weights + biases,))
        yield Slip(("bias-per-input",), (weights + sum(self.features[:-1]),))
        if len(self.features) > 2:
            biases = sum(self.features[1:])
            yield Slip(("layers-multiplied",), (prod(self.features) + biases,))
            yield Slip(("layers-multiplied",), (prod(self.features),))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        single = answer[0] == 1 + sum(a * b for a, b in pairwise(self.features))
        return {
            "biases": say("biases.one" if single else "biases.by-layer"),
            "because": " + ".join(f"{a}×{b} + {b}" for a, b in pairwise(self.features)),
            "chain": " - ".join(map(str, self.features)),
        }


@dataclass(frozen=True)
class ConvMacs(Question):
    """How many multiply-accumulates does this convolution take on one image of `size`?"""

    kind: ClassVar[str] = "conv-macs"
    form: ClassVar[Form] = COUNT
    channels: tuple[int, int]
    window: Window
    size: tuple[int, int]
    groups: int = 1

    @property
    def _output_size(self) -> Answer:
        return self.window.output_size(self.size)

    @property
    def key(self) -> Answer:
        """Return the number of multiply-accumulates."""
        return (conv_macs(self._output_size, *self.channels, self.window.kernel_size, groups=self.groups),)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception counts."""
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

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
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
        """Return the question's numbers under PyTorch's names."""
        ins, outs = self.channels
        window = {
            "kernel_size": self.window.kernel_size,
            "stride": self.window.stride,
            "padding": self.window.padding,
        }
        return {"in_channels": ins, "out_channels": outs, "size": self.size, "groups": self.groups} | window
