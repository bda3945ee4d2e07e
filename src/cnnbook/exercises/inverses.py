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
            for padding in _paddings(rule, self.axis, self.result):
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
        _, k, s, p, d, _ = self.axis
        most = self.key[0] + 2 * (s + d * k) + 4 * p
        for rule in single_rules():
            if rule.can_occur(self.axis) and rule.ids != ("same-size",):
                size = _largest(rule, self.axis, self.result, most)
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


def _forward(axis: Axis) -> int | None:
    n, k, s, p, d, ceil_mode = axis
    try:
        return output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
    except GeometryError:
        return None


def _paddings(rule: AxisRule, axis: Axis, result: int) -> Iterator[int]:
    """Yield the first two paddings that give the result by a rule whose size grows with the padding."""
    found = 0
    for padding in range(_MOST_PADDING):
        size = rule.output_size(axis._replace(padding=padding))
        if size == result:
            yield padding
            found += 1
        if size > result or found == 2:
            return


def _largest(rule: AxisRule, axis: Axis, result: int, most: int) -> int | None:
    """Return the largest size up to `most` that gives the result by a rule that never falls, by bisection."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if rule.output_size(axis._replace(size=middle)) <= result:
            low = middle
        else:
            high = middle - 1
    return low if 0 < low < most and rule.output_size(axis._replace(size=low)) == result else None
