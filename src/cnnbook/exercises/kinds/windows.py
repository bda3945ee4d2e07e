"""The output size, or shape, of a convolution or a pool."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import NUMBER, SHAPE, SIZE, Answer, Form
from cnnbook.exercises.kinds.axis import FORMULA, Axis, AxisRule, paired_rules, single_rules
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words, order_slips
from cnnbook.exercises.words import _, say

_PROMPTS = {
    "number": _("A {layer} reads {n} rows. How many rows come out?"),
    "size": _("A {layer} reads a map of {input}, (height, width). Which size comes out?"),
    "shape": _("A {layer} reads {input}, that is (channels, height, width). What comes out?"),
}
_ASK = _(
    "Start with what the kernel moves over: how many {lines} has the input with its padding, and how many of "
    "them does the first window cover?"
)
_CEIL_FORMULA = _(
    "Per axis: ceil((n + 2p - d(k - 1) - 1)/s) + 1, but a window that would start in the padding after the "
    "image is dropped."
)
_FRACTION = _(
    "{value} is not a whole number. Pixels are never cut: what does PyTorch do with the fraction, and before "
    "which step?"
)

_FORMS = {form.name: form._replace(fraction=_FRACTION) for form in (NUMBER, SIZE, SHAPE)}


@dataclass(frozen=True)
class WindowQuestion(Question):
    """Which size, or shape, comes out of this convolution or pool?

    `size` is the input's: one number, or (height, width). With `channels`, which are (in, out), the answer is
    a shape, else a size. `default_stride` is true for a pool that is written without a stride. `layer_name`
    is the name of the layer's class, if it is neither Conv2d nor MaxPool2d.
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
        return _FORMS["shape" if self.channels else "number" if len(self.size) == 1 else "size"]

    @property
    def class_words(self) -> Words:
        """The words for all convolutions and pools."""
        return Words(
            prompt=_PROMPTS[self.form.name],
            ask=_ASK,
            formula=_CEIL_FORMULA if self.window.ceil_mode else FORMULA,
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
            yield Slip(rule.ids, (*self._channels, size[0], right[1]))
            yield Slip(rule.ids, (*self._channels, right[0], size[1]))
            yield Slip((*rule.ids, "swapped-height-width"), (*self._channels, *size[::-1]))
            for name, channels in self.channel_slips():
                yield Slip((name, *rule.ids), (channels, *size))
            if self.channels:
                yield Slip((*rule.ids, "channels-last"), (*size, *self._channels))
        for name, channels in self.channel_slips():
            yield Slip((name, "swapped-height-width"), (channels, *right[::-1]))

    def _rules(self, rules: tuple[AxisRule, ...]) -> Iterator[AxisRule]:
        axes = self.axes
        for rule in rules:
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
            **axis.placeholders(vertical=at == 0),
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


def _unsolved(formula: str) -> str:
    """Return the formula with its numbers but without its results."""
    return " and ".join(re.sub(r" = .*", "", part) for part in formula.split(" and "))


def written(values: object) -> str:
    """Return an argument as it is written in PyTorch: 3 for (3, 3)."""
    if isinstance(values, tuple) and len(set(values)) == 1:
        return str(values[0])
    return str(values)


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


def _size_leaving(draws: Draws, window: tuple[int, int, int, int], rest: int) -> int:
    """Return a drawn input size of which the windows leave `rest` pixels unread."""
    k, s, p, d = window
    positions = draws.between(5, 36 // s)
    return max(2, (positions - 1) * s + d * (k - 1) + 1 - 2 * p + rest)


@kind(
    "output-size",
    ("no-padding", "no-stride", "same-size"),
    ("no-padding", "padding-once", "padding-doubled", "same-size"),
    ("padding-after", "stride-first", "no-stride"),
    ("divides-by-stride", "no-stride", "rounds-up"),
    ("no-plus-one", "no-stride", "rounds-up"),
    distinct_from=("plus-one-inside",),
)
def output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution on one axis."""
    if "padding-once" in targets:
        k, s, p = draws.between(4, 11), 1, draws.between(2, 4)
    elif "rounds-up" in targets:
        k, s, p = draws.choice((4, 5, 7, 9, 11)), draws.choice((2, 3, 4)), 0
    else:
        k, s, p = draws.choice((3, 4, 5, 7)), draws.choice((2, 3, 4)), draws.between(1, 4)
    rest = s - 1 if "no-plus-one" in targets else draws.below(s)
    n = _size_leaving(draws, (k, s, p, 1), rest)
    return WindowQuestion((n,), Window((k,), s, p), targets=targets)


@kind(
    "conv-output-size",
    ("channels-in", "no-padding", "swapped-height-width", "no-stride"),
    ("channels-multiplied", "padding-once", "no-padding", "channels-in"),
    ("channels-last", "no-padding", "padding-adds-channels", "rounds-up"),
    ("kernel-wrong-axis", "swapped-height-width", "no-plus-one"),
    ("plus-one-inside", "divides-by-stride", "no-stride"),
    ("padding-doubled", "no-stride", "channels-in"),
    distinct_from=(
        "padding-after",
        "stride-first",
        "same-size",
    ),
)
def conv_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution with channels, on a map that is not square."""
    s, p = draws.choice((2, 3)), draws.between(1, 3)
    if "padding-once" in targets or "no-plus-one" in targets:
        s, p = 1, draws.between(2, 3)
    if "plus-one-inside" in targets:
        s, p = 3, 0
    if "padding-doubled" in targets:
        s, p = 3, draws.between(2, 3)
    kernels = (3, 5, 7)
    k = draws.choice(kernels)
    kernel_size = (k, draws.choice(kernels)) if "kernel-wrong-axis" in targets else (k, k)
    size = (
        _size_leaving(draws, (k, s, p, 1), draws.below(s)),
        _size_leaving(draws, (k, s, p, 1), draws.below(s)),
    )
    channels = (draws.choice((2, 3, 6, 8, 12)), draws.choice((10, 16, 20, 24, 32)))
    return WindowQuestion(size, Window(kernel_size, s, p), channels=channels, targets=targets)


@kind(
    "pool-output-size",
    ("pool-stride-one", "pool-divides-channels", "rounds-up"),
    ("pool-stride-one", "same-size", "swapped-height-width"),
    ("rounds-up", "no-stride", "pool-divides-channels"),
    distinct_from=(
        "no-plus-one",
        "plus-one-inside",
        "stride-first",
        "divides-by-stride",
        "channels-last",
        "kernel-wrong-axis",
        "no-padding",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "padding-adds-channels",
    ),
)
def pool_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a pool, written with or without its stride."""
    size = (draws.between(10, 64), draws.between(10, 64))
    channels = draws.choice((6, 12, 16, 24, 64))
    default = "pool-stride-one" in targets
    kernel_size = draws.choice((2, 3, 4))
    stride = None if default else draws.choice((2, 3))
    padding = 0 if default or kernel_size == 2 else draws.below(2)
    window = Window.pool(kernel_size, stride, padding)
    return WindowQuestion(
        size, window, (channels, channels), pool=True, default_stride=default, targets=targets
    )


@kind(
    "dilated-output-size",
    ("no-dilation", "dilation-times-kernel", "dilation-as-gap"),
    ("no-dilation", "kernel-sign", "no-padding"),
    distinct_from=(
        "no-plus-one",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "same-size",
        "channels-last",
        "swapped-height-width",
        "kernel-wrong-axis",
        "channels-in",
        "channels-multiplied",
        "padding-adds-channels",
    ),
)
def dilated_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a dilated convolution."""
    k, s, p, d = draws.choice((3, 5)), 1, draws.between(0, 3), draws.choice((2, 3, 4))
    size = (_size_leaving(draws, (k, s, p, d), 0), _size_leaving(draws, (k, s, p, d), 0))
    channels = (draws.choice((3, 6, 8)), draws.choice((10, 16, 24)))
    return WindowQuestion(size, Window(k, s, p, d), channels=channels, targets=targets)


@kind(
    "ceil-output-size",
    ("ceil-mode-ignored", "no-stride"),
    ("ceil-no-clamp", "no-stride"),
    ("ceil-mode-ignored", "same-size"),
    distinct_from=(
        "no-plus-one",
        "stride-first",
        "divides-by-stride",
        "channels-last",
        "swapped-height-width",
        "kernel-wrong-axis",
        "pool-divides-channels",
        "no-padding",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "padding-adds-channels",
    ),
)
def ceil_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a pool with ceil_mode."""
    channels = draws.choice((6, 16, 24, 64))
    if "ceil-no-clamp" in targets:
        k, s, p = draws.choice(((2, 2, 1), (2, 3, 0), (3, 3, 1), (3, 2, 1)))
    else:
        k, s, p = draws.choice(((3, 2, 0), (5, 3, 0), (5, 2, 0), (4, 3, 0)))
    # Only one axis has a remainder: otherwise a forgotten + 1 would give the same answer as rounding down.
    size = (
        _size_leaving(draws, (k, s, p, 1), 0),
        _size_leaving(draws, (k, s, p, 1), draws.between(1, s - 1)),
    )
    window = Window.pool(k, s, p, ceil_mode=True)
    return WindowQuestion(
        size[:: draws.choice((1, -1))], window, (channels, channels), pool=True, targets=targets
    )
