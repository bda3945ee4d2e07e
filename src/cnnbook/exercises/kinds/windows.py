"""The output size, or shape, of a convolution or a pool."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.kinds.axis import (
    CONV_AS_TRANSPOSED,
    FORMULA,
    NAMES,
    Axis,
    AxisRule,
    paired_rules,
    single_rules,
)
from cnnbook.exercises.kinds.window_words import (
    ASK,
    ASK_CEIL,
    ASK_KERNELS,
    ASK_MAPS,
    ASK_UNPADDED,
    CEIL_FORMULA,
    FORMS,
    PROMPTS,
)
from cnnbook.exercises.questions import NO_WORDS, Question, Slip, Words, order_slips
from cnnbook.exercises.words import _, say


@dataclass(frozen=True)
class WindowQuestion(Question):
    """Which size, or shape, comes out of this convolution or pool?

    `size` is the input's: one number, or (height, width); with `channels` also (depth, height, width).
    With `channels`, which are (in, out), the answer is a shape, else a size. `default_stride` is true for a
    pool that is written without a stride. `layer_name` is the name of the layer's class, if it is neither
    Conv2d nor MaxPool2d.
    """

    size: tuple[int, ...]
    window: Window
    channels: tuple[int, int] | None = None
    pool: bool = False
    default_stride: bool = False
    layer_name: str = ""

    @property
    def kind(self) -> str:
        """The kind of practice that asks the same."""
        if self.window.ceil_mode:
            return "ceil-output-size"
        if set(self.window.dilation) != {1}:
            return "dilated-output-size"
        if self.pool:
            return "pool-output-size"
        return "conv-output-size" if len(self.size) == 2 else "output-size"

    @property
    def form(self) -> Form:
        """The form of the answer: a number, a size or a shape."""
        if self.channels:
            return FORMS[{1: "shape-1d", 2: "shape", 3: "shape-3d"}[len(self.size)]]
        return FORMS["number" if len(self.size) == 1 else "size"]

    @property
    def class_words(self) -> Words:
        """The words for all convolutions and pools."""
        return Words(
            prompt=PROMPTS[self.form.name],
            ask=ASK if any(axis.padding for axis in self.axes) else ASK_UNPADDED,
            ask_channels=ASK_MAPS if self.pool else ASK_KERNELS,
            topics={"channels": ASK_MAPS if self.pool else ASK_KERNELS}
            | ({"rounding": ASK_CEIL} if self.window.ceil_mode else {}),
            formula=CEIL_FORMULA if self.window.ceil_mode else FORMULA,
            substituted=_("With the numbers: {substituted}."),
            correct=_("{answer}: {formula}."),
        )

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of the input, each with its numbers of the window."""
        return _axes(self.size, self.window)

    @property
    def key(self) -> Answer:
        """The right answer."""
        return (*self._channels, *self.window.output_size(self.size))

    @property
    def layer(self) -> str:
        """The layer as it is written in PyTorch; without channels, in words."""
        window, first = self.window, [str(number) for number in self.channels or ()]
        name = self.layer_name or ("MaxPool2d" if self.pool else "Conv2d")
        if self.pool:
            first = []
        numbers = [f"kernel_size={written(window.kernel_size)}"]
        unwritten = {"padding": 0, "dilation": 1} | ({"stride": 1} if not self.pool else {})
        for field in ("stride", "padding", "dilation"):
            value = written(getattr(window, field))
            if value != str(unwritten.get(field)) and not (field == "stride" and self.default_stride):
                numbers.append(f"{field}={value}")
        if window.ceil_mode:
            numbers.append("ceil_mode=True")
        if not self.channels:
            return say(_("convolution with {numbers}"), numbers=", ".join(numbers))
        return f"{name}({', '.join([*first, *numbers])})"

    @property
    def _channels(self) -> Answer:
        return self.channels[1:] if self.channels else ()

    def slips(self) -> Iterator[Slip]:
        """Yield what each single misconception answers."""
        for rule in self._rules(single_rules()):
            yield Slip(rule.ids, (*self._channels, *_apply(rule, self.axes)))
        size = self.key[-len(self.size) :]
        if self.channels:
            yield from order_slips(self.key)
        elif len(size) == 2:
            yield Slip(("swapped-height-width",), size[::-1])
        if len(size) == 2:
            yield Slip(("swapped-height-width",), (*self._channels, *_sizes(self.axes, self.size[::-1])))
            yield Slip(("kernel-wrong-axis",), (*self._channels, *_sizes(self.axes[::-1], self.size)))
        for name, channels in self.channel_slips():
            yield Slip((name,), (channels, *size))
        if self.pool and self.window.stride != self.window.kernel_size:
            own = tuple(axis._replace(stride=axis.kernel_size).output_size for axis in self.axes)
            yield Slip(("pool-stride-kernel",), (*self._channels, *own))
        if self.channels and not self.pool:
            rule = CONV_AS_TRANSPOSED
            yield Slip(rule.ids, (*self._channels, *_apply(rule, self.axes)))

    def unsure_slips(self) -> Iterator[Slip]:
        """Yield the answers of two misconceptions at once, and of one misconception on a single axis."""
        axes = self.axes
        right = self.key[-len(self.size) :]
        for rule in self._rules(paired_rules()):
            yield Slip(rule.ids, (*self._channels, *_apply(rule, axes)))
        if len(self.size) < 2:
            return
        for rule in self._rules(single_rules()):
            size = _apply(rule, axes)
            for at, wrong in enumerate(size):
                if not rule.can_occur(axes[at]):
                    continue  # nobody divides by a stride of 1
                yield Slip(rule.ids, (*self._channels, *right[:at], wrong, *right[at + 1 :]))
            yield Slip((*rule.ids, "swapped-height-width"), (*self._channels, *_swapped(size)))
            for name, channels in self.channel_slips():
                yield Slip((name, *rule.ids), (channels, *size))
            if self.channels:
                yield Slip((*rule.ids, "channels-last"), (*size, *self._channels))
        for name, channels in self.channel_slips():
            yield Slip((name, "swapped-height-width"), (channels, *_swapped(right)))

    def _rules(self, rules: tuple[AxisRule, ...]) -> Iterator[AxisRule]:
        axes = self.axes
        for rule in rules:
            if self.pool and "same-by-habit" in rule.ids:
                continue  # it is a habit with convolutions: half of a pool's kernel is no usual padding
            if rule.can_occur(*axes):
                if self.default_stride and "no-stride" in rule.ids:
                    rule = rule._replace(
                        ids=tuple("pool-stride-one" if i == "no-stride" else i for i in rule.ids)
                    )
                yield rule

    def channel_slips(self) -> Iterator[tuple[str, int]]:
        """Yield each misconception about the channels with the number of channels that it leads to."""
        if not self.channels:
            return
        before, after = self.channels
        padding = max(axis.padding for axis in self.axes)
        if self.pool:
            yield "pool-divides-channels", before // self.axes[0].kernel_size
        else:
            yield "channels-in", before
            yield "channels-multiplied", before * after
            yield "channels-summed", before + after
            yield "one-map-only", 1
        if padding:
            yield "padding-adds-channels", before + 2 * padding
            yield "padding-adds-channels", after + 2 * padding

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders, for the first axis on which the answer is wrong."""
        right = self.key[-len(self.size) :]
        given = answer[-len(self.size) :]
        at = next((i for i in range(len(given)) if given[i] != right[i]), 0)
        axis = self.axes[at]
        before, after = self.channels or (0, 0)
        formula = self.window.formula(self.size)
        return {
            "layer": self.layer,
            "input": (before, *self.size) if self.channels else self.size,
            **axis.placeholders(NAMES[len(self.size)][at] if self.channels or at else "height"),
            "answered": given[at] if given else answer,
            "in_channels": before,
            "out_channels": after,
            "formula": formula,
            "substituted": _unsolved(formula),
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        channels = (
            {"in_channels": self.channels[0], "out_channels": self.channels[1]} if self.channels else {}
        )
        window = self.window
        return channels | {
            "size": self.size,
            "kernel_size": window.kernel_size,
            "stride": window.stride,
            "padding": window.padding,
            "dilation": window.dilation,
            "ceil_mode": window.ceil_mode,
        }


def conv_question(
    shape: Answer, window: Window, out_channels: int, *targets: str, words: Words = NO_WORDS
) -> WindowQuestion:
    """Return the question about the output shape of a convolution that reads a map (C, H, W)."""
    channels, *size = shape
    return WindowQuestion(tuple(size), window, (channels, out_channels), targets=targets, words=words)


def pool_question(shape: Answer, window: Window, *targets: str, words: Words = NO_WORDS) -> WindowQuestion:
    """Return the question about the output shape of a max-pool that reads a map (C, H, W).

    A stride that equals the kernel size is not written, since it is PyTorch's default.
    """
    channels, *size = shape
    return WindowQuestion(
        tuple(size),
        window,
        (channels, channels),
        pool=True,
        default_stride=window.stride == window.kernel_size,
        targets=targets,
        words=words,
    )


def _unsolved(formula: str) -> str:
    """Return the formula with its numbers but without its results."""
    return " and ".join(re.sub(r" = .*", "", part) for part in formula.split(" and "))


def written(values: object) -> str:
    """Return an argument as it is written in PyTorch: 3 for (3, 3)."""
    if isinstance(values, tuple) and len(set(values)) == 1:
        return str(values[0])
    return str(values)


def _swapped(size: Answer) -> Answer:
    """Return a size with its height and width, the last two, in the other order."""
    return (*size[:-2], *size[:-3:-1])


def _axes(size: tuple[int, ...], window: Window) -> tuple[Axis, ...]:
    if isinstance(window.padding, str):
        raise ValueError("a window that pads its two sides differently has no padding per side to ask about")
    numbers = zip(size, window.kernel_size, window.stride, window.padding, window.dilation, strict=True)
    return tuple(Axis(n, k, s, p, d, window.ceil_mode) for n, k, s, p, d in numbers)


def _apply(rule: AxisRule, axes: tuple[Axis, ...]) -> Answer:
    return tuple(rule.output_size(axis) for axis in axes)


def _sizes(axes: tuple[Axis, ...], size: Answer) -> Answer:
    """Return the output size of these axes for an input of another size."""
    return tuple(axis._replace(size=n).output_size for axis, n in zip(axes, size, strict=True))
