"""The output size along one axis, by the right rule and by every wrong rule of one axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from cnnbook.arithmetic.sizes import positions
from cnnbook.exercises.words import _, say

FORMULA = _("Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1.")


class Axis(NamedTuple):
    """One axis of a sliding window: PyTorch's numbers, padding per side."""

    size: int
    kernel_size: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    @property
    def span(self) -> int:
        """How many pixels the dilated kernel spans, d(k - 1) + 1."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def padded(self) -> int:
        """How many pixels the axis has with its padding."""
        return self.size + 2 * self.padding

    @property
    def output_size(self) -> int:
        """The output size; below 1 where the kernel does not fit."""
        return RIGHT.output_size(self)

    @property
    def _dropped_window_begins_outside(self) -> bool:
        """Whether the window after the last one begins behind the padded axis, rather than hanging over."""
        return 0 <= self.padded - self.span <= self.output_size * self.stride - self.span

    def placeholders(self, *, vertical: bool = True) -> dict[str, Any]:
        """Return the axis's numbers under the names that messages use; rows if vertical, else columns."""
        outside = self._dropped_window_begins_outside
        return {
            "n": self.size,
            "k": self.kernel_size,
            "s": self.stride,
            "p": self.padding,
            "d": self.dilation,
            "dk": self.dilation * self.kernel_size,
            "span": self.span,
            "padded": self.padded,
            "overhangs": say(_("begins behind") if outside else _("hangs over the edge of")),
            "line": say(_("row") if vertical else _("column")),
            "lines": say(_("rows") if vertical else _("columns")),
            "ends": say(_("at the top and at the bottom") if vertical else _("on the left and on the right")),
        }


class Steps(NamedTuple):
    """The steps that somebody takes from an axis to an output size; a misconception replaces one of them."""

    padding: Callable[[Axis], int] = lambda a: 2 * a.padding  # of both sides together
    span: Callable[[Axis], int] = lambda a: a.span
    stride: Callable[[Axis], int] = lambda a: a.stride
    positions: Callable[[Axis, int, int], int] = lambda a, room, s: _positions(a, room, s, a.ceil_mode)
    after: Callable[[Axis], int] = lambda a: 0

    def output_size(self, axis: Axis) -> int:
        """Return the output size that these steps lead to."""
        room = axis.size + self.padding(axis) - self.span(axis)
        return self.positions(axis, room, self.stride(axis)) + self.after(axis)


def _positions(axis: Axis, room: int, stride: int, ceil_mode: bool) -> int:
    """Return the number of positions, by arithmetic's rule; `room` is what one kernel leaves of the axis."""
    return positions(axis.size, axis.size + 2 * axis.padding - room, stride, (axis.padding,) * 2, ceil_mode)


def _ceil(room: int, stride: int) -> int:
    return -(-room // stride) + 1


RIGHT = Steps()

# One entry per misconception: the step that it replaces.
SLIPS: dict[str, dict[str, Callable[..., int]]] = {
    "rounds-up": {"positions": lambda a, room, s: _ceil(room, s)},
    "no-plus-one": {"positions": lambda a, room, s: RIGHT.positions(a, room, s) - 1},
    "plus-one-inside": {"positions": lambda a, room, s: RIGHT.positions(a, room + 1, s) - 1},
    "no-padding": {"padding": lambda a: 0},
    "padding-once": {"padding": lambda a: a.padding},
    "padding-doubled": {"padding": lambda a: 4 * a.padding},
    "padding-after": {"padding": lambda a: 0, "after": lambda a: 2 * a.padding},
    "no-stride": {"stride": lambda a: 1},
    "no-dilation": {"span": lambda a: a.kernel_size},
    "dilation-times-kernel": {"span": lambda a: a.dilation * a.kernel_size},
    "dilation-as-gap": {"span": lambda a: (a.dilation + 1) * (a.kernel_size - 1) + 1},
    "kernel-sign": {"span": lambda a: a.dilation * (a.kernel_size - 1) - 1},
    "ceil-mode-ignored": {"positions": lambda a, room, s: _positions(a, room, s, False)},
    "ceil-no-clamp": {"positions": lambda a, room, s: _ceil(room, s)},
}

# Rules that take no step of the formula.
WHOLE: dict[str, Callable[[Axis], int]] = {
    "stride-first": lambda a: a.size // a.stride + 2 * a.padding - a.span + 1,
    "divides-by-stride": lambda a: a.size // a.stride,
    "same-size": lambda a: a.size,
}

# The setting that a misconception needs: nobody misreads a dilation that is not there. A sign slips in the
# long formula, with d(k - 1), which is written where there is a dilation.
_PRECONDITIONS: dict[str, Callable[[Axis], bool]] = {
    **dict.fromkeys(
        ("no-padding", "padding-once", "padding-doubled", "padding-after"), lambda a: a.padding > 0
    ),
    **dict.fromkeys(("no-stride", "stride-first", "divides-by-stride"), lambda a: a.stride > 1),
    **dict.fromkeys(
        ("no-dilation", "dilation-times-kernel", "dilation-as-gap", "kernel-sign"), lambda a: a.dilation > 1
    ),
    **dict.fromkeys(("ceil-mode-ignored", "ceil-no-clamp"), lambda a: a.ceil_mode),
    **dict.fromkeys(("rounds-up", "plus-one-inside"), lambda a: a.stride > 1 and not a.ceil_mode),
}


class AxisRule(NamedTuple):
    """A wrong rule: the ids of the misconceptions that it follows, and what it makes of an axis."""

    ids: tuple[str, ...]
    output_size: Callable[[Axis], int]

    def can_occur(self, *axes: Axis) -> bool:
        """Return whether the setting that each of its misconceptions needs is on one of the axes."""
        return all(
            any(_PRECONDITIONS[name](axis) for axis in axes) for name in self.ids if name in _PRECONDITIONS
        )


@cache
def single_rules() -> tuple[AxisRule, ...]:
    """Return one rule per misconception of one axis."""
    slips = [AxisRule((name,), Steps(**steps).output_size) for name, steps in SLIPS.items()]
    return (*slips, *(AxisRule((name,), rule) for name, rule in WHOLE.items()))


@cache
def paired_rules() -> tuple[AxisRule, ...]:
    """Return the rules that make two slips at once, in different steps of the formula."""
    return tuple(_paired())


def _paired() -> Iterator[AxisRule]:
    names = list(SLIPS)
    for index, first in enumerate(names):
        for second in names[index + 1 :]:
            if not SLIPS[first].keys() & SLIPS[second].keys():
                yield AxisRule((first, second), Steps(**SLIPS[first], **SLIPS[second]).output_size)
