"""Questions about a sliding window: what a convolution or a pool makes of its input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import NUMBER, SHAPE, SIZE, Answer, Form
from cnnbook.exercises.axis import RIGHT, Axis, AxisRule, paired_rules, single_rules
from cnnbook.exercises.questions import Question, Slip, order_slips


@dataclass(frozen=True)
class WindowQuestion(Question):
    """What does this window make of this input?

    `size` has one number (the question asks for one side) or two (height, width); with `channels`, the
    (in, out) channels, the answer is a whole shape. `default_stride`: a pool whose stride was not written.
    """

    kind: ClassVar[str] = "output-size"
    size: tuple[int, ...]
    window: Window
    channels: tuple[int, int] | None = None
    pool: bool = False
    default_stride: bool = False
    layer_name: str = ""

    @property
    def form(self) -> Form:
        """Return the form of the answer: a number, a size or a shape."""
        if self.channels:
            return SHAPE
        return NUMBER if len(self.size) == 1 else SIZE

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Return the window axis by axis."""
        return _axes(self.size, self.window)

    @property
    def key(self) -> Answer:
        """Return the right answer."""
        return (*self._channels, *self.window.output_size(self.size))

    @property
    def layer(self) -> str:
        """Return the layer as PyTorch writes it, as far as the question names it."""
        window, first = self.window, [str(number) for number in self.channels or ()]
        name = self.layer_name or ("MaxPool2d" if self.pool else "Conv2d")
        if self.pool:
            first = []
        numbers = [f"kernel_size={_short(window.kernel_size)}"]
        unwritten = {"padding": 0, "dilation": 1} | ({"stride": 1} if not self.pool else {})
        for field in ("stride", "padding", "dilation"):
            value = _short(getattr(window, field))
            if value != str(unwritten.get(field)) and not (field == "stride" and self.default_stride):
                numbers.append(f"{field}={value}")
        if window.ceil_mode:
            numbers.append("ceil_mode=True")
        if not self.channels:
            return f"convolution with {', '.join(numbers)}"
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
        """Yield what two slips at once answer, or one slip on one axis only."""
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
        """Yield the misconceptions about the channels, each with the number of channels that it answers."""
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

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers of the first axis on which the answer is wrong, the height if none is."""
        right = self.key[-len(self.size) :]
        given = answer[-len(self.size) :]
        at = next((i for i in range(len(given)) if given[i] != right[i]), 0)
        axis = self.axes[at]
        before, after = self.channels or (0, 0)
        formula = self.window.formula(self.size)
        return {
            "layer": self.layer,
            "input": (before, *self.size) if self.channels else self.size,
            **axis_words(axis, vertical=at == 0),
            "answered": given[at] if given else answer,
            "in_channels": before,
            "out_channels": after,
            "formula": formula,
            "substituted": _unsolved(formula),
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
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


def axis_words(axis: Axis, *, vertical: bool = True) -> dict[str, Any]:
    """Return one axis's numbers under the names that messages use.

    `behind`, the lines behind which one window more would begin, is there where none would hang over.
    """
    padded = axis.size + 2 * axis.padding
    begins_behind = padded >= axis.span and ((padded - axis.span) // axis.stride + 1) * axis.stride >= padded
    return ({"behind": padded} if begins_behind else {}) | {
        "n": axis.size,
        "k": axis.kernel_size,
        "s": axis.stride,
        "p": axis.padding,
        "d": axis.dilation,
        "dk": axis.dilation * axis.kernel_size,
        "span": axis.span,
        "padded": padded,
        "line": "row" if vertical else "column",
        "lines": "rows" if vertical else "columns",
        "ends": "at the top and at the bottom" if vertical else "on the left and on the right",
    }


def _unsolved(formula: str) -> str:
    """Return the formula without what comes out, and without what follows from it."""
    return " and ".join(re.sub(r" = .*", "", part) for part in formula.split(" and "))


def _short(values: object) -> str:
    """Return (3, 3) as 3, as PyTorch takes it."""
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
    """What the windows of these axes leave of another size: axes or sides have changed places."""
    return tuple(RIGHT.output_size(axis._replace(size=n)) for axis, n in zip(axes, size, strict=True))
