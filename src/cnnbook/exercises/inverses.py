"""Questions that run the formula backwards: which padding, or which input size, gives this output?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.arithmetic import GeometryError, input_sizes, output_size
from cnnbook.exercises.answers import NUMBER, Answer, Form
from cnnbook.exercises.axis import Axis, AxisRule, single_rules
from cnnbook.exercises.questions import Question, Slip
from cnnbook.exercises.windows import axis_words


@dataclass(frozen=True)
class PaddingFor(Question):
    """Which padding per side makes `result` pixels of this axis, whatever padding the axis itself names?"""

    kind: ClassVar[str] = "padding-for"
    zero_is_an_answer: ClassVar[bool] = True
    form: ClassVar[Form] = NUMBER
    axis: Axis
    result: int
    targets: tuple[str, ...] = ()

    @property
    def key(self) -> Answer:
        """Return the smallest padding that does it."""
        return (next(p for p in range(_MOST_PADDING) if self._gives(p) == self.result),)

    def accepts(self, answer: Answer) -> bool:
        """Return whether this padding gives the result."""
        return self._gives(answer[0]) == self.result

    def _gives(self, padding: int) -> int | None:
        return _forward(self.axis._replace(padding=padding))

    def slips(self) -> Iterator[Slip]:
        """Yield the paddings that give the result by a wrong rule."""
        for rule in single_rules():
            if not rule.can_occur(self.axis._replace(padding=1)) or rule.ids == ("same-size",):
                continue
            paddings = range(_MOST_PADDING)
            wrong = [p for p in paddings if rule.output_size(self.axis._replace(padding=p)) == self.result]
            if len(wrong) < _MOST_PADDING:
                for padding in wrong[:2]:
                    yield Slip(rule.ids, (padding,))
        yield Slip(("same-size",), (0,))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers, and what this padding would give."""
        axis = self.axis._replace(padding=max(0, answer[0]))
        return axis_words(axis) | {
            "m": self.result,
            "gives": _forward(axis) or "nothing",
            "answered": answer[0],
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        n, k, s, _, d, _ = self.axis
        return {"size": n, "kernel_size": k, "stride": s, "dilation": d, "output_size": self.result}


@dataclass(frozen=True)
class LargestInput(Question):
    """What is the largest input that gives `result` pixels, whatever size the axis itself names?"""

    kind: ClassVar[str] = "largest-input"
    form: ClassVar[Form] = NUMBER
    axis: Axis
    result: int
    targets: tuple[str, ...] = ()

    @property
    def key(self) -> Answer:
        """Return the largest input size."""
        _, k, s, p, d, ceil_mode = self.axis
        return (input_sizes(self.result, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)[-1],)

    def slips(self) -> Iterator[Slip]:
        """Yield the largest input that gives the result by a wrong rule."""
        for rule in single_rules():
            if rule.can_occur(self.axis) and rule.ids != ("same-size",):
                size = _largest(rule, self.axis, self.result)
                if size is not None:
                    yield Slip(rule.ids, (size,))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers, and what this input would give."""
        axis = self.axis._replace(size=max(0, answer[0]))
        gives = _forward(axis)
        return axis_words(axis) | {"m": self.result, "gives": gives or "nothing", "answered": answer[0]}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        _, k, s, p, d, _ = self.axis
        return {"kernel_size": k, "stride": s, "padding": p, "dilation": d, "output_size": self.result}


_MOST_PADDING = 24
_LARGEST_INPUT = 4096


def _forward(axis: Axis) -> int | None:
    n, k, s, p, d, ceil_mode = axis
    try:
        return output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
    except GeometryError:
        return None


def _largest(rule: AxisRule, axis: Axis, result: int) -> int | None:
    """Return the largest size for which the (never falling) rule gives the result, by bisection."""

    def outputs(size: int) -> int:
        return rule.output_size(axis._replace(size=size))

    low, high = 0, _LARGEST_INPUT
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if outputs(middle) <= result else (low, middle - 1)
    return low if low < _LARGEST_INPUT and outputs(low) == result else None
