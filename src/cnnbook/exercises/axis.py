"""The output size along one axis, computed rightly and by every wrong rule of one axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple


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
        """Return how many pixels the dilated kernel spans, d(k - 1) + 1."""
        return self.dilation * (self.kernel_size - 1) + 1


class Steps(NamedTuple):
    """The steps somebody takes from an axis to an output size; a misconception replaces one of them."""

    added: Callable[[Axis], int] = lambda a: 2 * a.padding
    span: Callable[[Axis], int] = lambda a: a.span
    stride: Callable[[Axis], int] = lambda a: a.stride
    positions: Callable[[Axis, int, int], int] = lambda a, room, s: _positions(a, room, s)
    after: Callable[[Axis], int] = lambda a: 0

    def output_size(self, axis: Axis) -> int:
        """Return the output size that these steps lead to."""
        room = axis.size + self.added(axis) - self.span(axis)
        return self.positions(axis, room, self.stride(axis)) + self.after(axis)


def _positions(axis: Axis, room: int, stride: int) -> int:
    return (_ceil_clamped if axis.ceil_mode else _floor)(axis, room, stride)


def _floor(axis: Axis, room: int, stride: int) -> int:
    return room // stride + 1


def _ceil(axis: Axis, room: int, stride: int) -> int:
    return -(-room // stride) + 1


def _ceil_clamped(axis: Axis, room: int, stride: int) -> int:
    positions = _ceil(axis, room, stride)
    return positions - ((positions - 1) * stride >= axis.size + axis.padding)


RIGHT = Steps()

# One entry per misconception: the steps that it replaces.
SLIPS: dict[str, dict[str, Callable[..., int]]] = {
    "rounds-up": {"positions": lambda a, room, s: _ceil(a, room, s)},
    "no-plus-one": {"positions": lambda a, room, s: RIGHT.positions(a, room, s) - 1},
    "plus-one-inside": {"positions": lambda a, room, s: RIGHT.positions(a, room + 1, s) - 1},
    "no-padding": {"added": lambda a: 0},
    "padding-once": {"added": lambda a: a.padding},
    "padding-doubled": {"added": lambda a: 4 * a.padding},
    "padding-after": {"added": lambda a: 0, "after": lambda a: 2 * a.padding},
    "no-stride": {"stride": lambda a: 1},
    "no-dilation": {"span": lambda a: a.kernel_size},
    "dilation-times-kernel": {"span": lambda a: a.dilation * a.kernel_size},
    "dilation-as-gap": {"span": lambda a: (a.dilation + 1) * (a.kernel_size - 1) + 1},
    "kernel-sign": {"span": lambda a: a.dilation * (a.kernel_size - 1) - 1},
    "ceil-mode-ignored": {"positions": lambda a, room, s: _floor(a, room, s)},
    "ceil-no-clamp": {"positions": lambda a, room, s: _ceil(a, room, s)},
}

# Rules that take no step of the formula.
WHOLE: dict[str, Callable[[Axis], int]] = {
    "stride-first": lambda a: a.size // a.stride + 2 * a.padding - a.span + 1,
    "divides-by-stride": lambda a: a.size // a.stride,
    "same-size": lambda a: a.size,
}

# What a question must have for somebody to slip on it: nobody misreads a dilation that is not there. The sign
# slips in the long formula, with d(k - 1), which is written where there is a dilation.
_NEEDS: dict[str, Callable[[Axis], bool]] = {
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
        """Return whether somebody could follow this rule here: what it slips on must be on an axis."""
        return all(any(_NEEDS[name](axis) for axis in axes) for name in self.ids if name in _NEEDS)


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
