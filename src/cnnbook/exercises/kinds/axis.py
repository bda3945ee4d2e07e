"""The output size along one axis, by the right rule and by the rule of each misconception."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from cnnbook.arithmetic.sizes import positions
from cnnbook.exercises.words import _, say

FORMULA = _("Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1.")


NAMES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""The axes of a sound, an image and a volume or video, in PyTorch's order."""

# What lies along an axis, one of it and several, and where its padding goes.
_LINES = {
    "length": (_("position"), _("positions"), _("at the start and at the end")),
    "depth": (_("slice"), _("slices"), _("at the front and at the back")),
    "height": (_("row"), _("rows"), _("at the top and at the bottom")),
    "width": (_("column"), _("columns"), _("on the left and on the right")),
}


class Axis(NamedTuple):
    """One axis of an input and the window that slides over it; padding is per side, as in PyTorch."""

    size: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def span(self) -> int:
        """The number of pixels that the dilated kernel spans, d(k - 1) + 1."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def padded(self) -> int:
        """The number of pixels of the axis with its padding."""
        return self.size + 2 * self.padding

    @property
    def same_padding(self) -> int:
        """The padding per side with which an odd kernel of stride 1, not dilated, keeps the size."""
        return (self.kernel_size - 1) // 2

    @property
    def output_size(self) -> int:
        """The output size; below 1 where the kernel does not fit."""
        return CORRECT.output_size(self)

    @property
    def _dropped_window_begins_outside(self) -> bool:
        """Whether the first dropped window begins after the padded input; else it hangs over the edge."""
        return 0 <= self.padded - self.span <= self.output_size * self.stride - self.span

    def placeholders(self, name: str = "height") -> dict[str, Any]:
        """Return the values of the placeholders; along the axis called "height" lie rows, for example."""
        outside = self._dropped_window_begins_outside
        line, lines, ends = map(say, _LINES[name])
        return {
            "n": self.size,
            "k": self.kernel_size,
            "s": self.stride,
            "p": self.padding,
            "d": self.dilation,
            "dk": self.dilation * self.kernel_size,
            "span": self.span,
            "padded": self.padded,
            "padded_lines": say(
                _("{padded} padded {lines}") if self.padding else _("{padded} {lines}"),
                padded=self.padded,
                lines=lines,
            ),
            "same": self.same_padding,
            "overhangs": say(_("begins behind") if outside else _("hangs over the edge of")),
            "line": line,
            "lines": lines,
            "ends": ends,
        }


class Steps(NamedTuple):
    """The steps of the formula for the output size; a misconception replaces one of them.

    `padding` is that of both sides together, `positions` returns the number of positions from the room that
    the first kernel leaves and the stride, and `after` is what is added to that number.
    """

    padding: Callable[[Axis], int] = lambda a: 2 * a.padding
    span: Callable[[Axis], int] = lambda a: a.span
    stride: Callable[[Axis], int] = lambda a: a.stride
    positions: Callable[[Axis, int, int], int] = lambda a, room, s: _positions(a, room, s, a.ceil_mode)
    after: Callable[[Axis], int] = lambda a: 0

    def output_size(self, axis: Axis) -> int:
        """Return the output size that these steps lead to."""
        room = axis.size + self.padding(axis) - self.span(axis)
        return self.positions(axis, room, self.stride(axis)) + self.after(axis)


def _positions(axis: Axis, room: int, stride: int, ceil_mode: bool) -> int:
    """Return the right number of positions; `room` is the padded size less the span of the kernel."""
    return positions(axis.size, axis.size + 2 * axis.padding - room, stride, (axis.padding,) * 2, ceil_mode)


def _ceil(room: int, stride: int) -> int:
    return -(-room // stride) + 1


CORRECT = Steps()

# The step that each misconception replaces.
REPLACED_STEPS: dict[str, dict[str, Callable[..., int]]] = {
    "rounds-up": {"positions": lambda a, room, s: _ceil(room, s)},
    "no-plus-one": {"positions": lambda a, room, s: CORRECT.positions(a, room, s) - 1},
    "plus-one-inside": {"positions": lambda a, room, s: CORRECT.positions(a, room + 1, s) - 1},
    "no-padding": {"padding": lambda a: 0},
    "padding-once": {"padding": lambda a: a.padding},
    "padding-doubled": {"padding": lambda a: 4 * a.padding},
    "padding-after": {"padding": lambda a: 0, "after": lambda a: 2 * a.padding},
    "same-by-habit": {"padding": lambda a: 2 * a.same_padding},
    "no-stride": {"stride": lambda a: 1},
    "no-dilation": {"span": lambda a: a.kernel_size},
    "dilation-times-kernel": {"span": lambda a: a.dilation * a.kernel_size},
    "span-adds-dilation": {"span": lambda a: a.kernel_size + a.dilation - 1},
    "dilation-as-gap": {"span": lambda a: (a.dilation + 1) * (a.kernel_size - 1) + 1},
    "kernel-sign": {"span": lambda a: a.dilation * (a.kernel_size - 1) - 1},
    "ceil-mode-ignored": {"positions": lambda a, room, s: _positions(a, room, s, False)},
    "ceil-no-clamp": {"positions": lambda a, room, s: _ceil(room, s)},
}

# The misconceptions that replace the whole formula.
WHOLE_RULES: dict[str, Callable[[Axis], int]] = {
    "stride-first": lambda a: a.size // a.stride + 2 * a.padding - a.span + 1,
    "stride-subtracted": lambda a: a.padded - a.span - a.stride + 1,
    "divides-by-stride": lambda a: a.size // a.stride,
    "same-size": lambda a: a.size,
}

# The precondition of a misconception: nobody misreads a dilation of 1. "kernel-sign" needs a dilation because
# only then the formula is written with d(k - 1). "same-by-habit" needs a
# stride or a dilation: without them its answer is that of "same-size".
_PRECONDITIONS: dict[str, Callable[[Axis], bool]] = {
    **dict.fromkeys(
        ("no-padding", "padding-once", "padding-doubled", "padding-after"), lambda a: a.padding > 0
    ),
    "same-by-habit": lambda a: a.padding != a.same_padding and (a.stride > 1 or a.dilation > 1),
    **dict.fromkeys(
        ("no-stride", "stride-first", "stride-subtracted", "divides-by-stride"), lambda a: a.stride > 1
    ),
    **dict.fromkeys(
        ("no-dilation", "dilation-times-kernel", "span-adds-dilation", "dilation-as-gap", "kernel-sign"),
        lambda a: a.dilation > 1,
    ),
    **dict.fromkeys(("ceil-mode-ignored", "ceil-no-clamp"), lambda a: a.ceil_mode),
    **dict.fromkeys(("rounds-up", "plus-one-inside"), lambda a: a.stride > 1 and not a.ceil_mode),
}


class AxisRule(NamedTuple):
    """A wrong rule for the output size, and the ids of the misconceptions that lead to it."""

    ids: tuple[str, ...]
    output_size: Callable[[Axis], int]

    def can_occur(self, *axes: Axis) -> bool:
        """Return whether one of the axes meets the precondition of each of its misconceptions."""
        return all(
            any(_PRECONDITIONS[name](axis) for axis in axes) for name in self.ids if name in _PRECONDITIONS
        )


# The transposed convolution's formula, put in the place of the convolution's.
CONV_AS_TRANSPOSED = AxisRule(
    ("conv-as-transposed",), lambda a: (a.size - 1) * a.stride - 2 * a.padding + a.span
)


@cache
def single_rules() -> tuple[AxisRule, ...]:
    """Return the rule of each misconception about one axis."""
    slips = [AxisRule((name,), Steps(**steps).output_size) for name, steps in REPLACED_STEPS.items()]
    return (*slips, *(AxisRule((name,), rule) for name, rule in WHOLE_RULES.items()))


@cache
def paired_rules() -> tuple[AxisRule, ...]:
    """Return the rules of two misconceptions at once, which replace different steps."""
    return tuple(_paired())


def _paired() -> Iterator[AxisRule]:
    names = list(REPLACED_STEPS)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            if not REPLACED_STEPS[first].keys() & REPLACED_STEPS[second].keys():
                yield AxisRule(
                    (first, second), Steps(**REPLACED_STEPS[first], **REPLACED_STEPS[second]).output_size
                )
