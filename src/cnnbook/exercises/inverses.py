"""Questions that run the formula backwards: which padding, or which input size, gives this output?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from cnnbook.arithmetic import GeometryError, input_sizes, output_size
from cnnbook.exercises.answers import NUMBER, RANGE, Answer, Form
from cnnbook.exercises.axis import Axis, AxisRule, single_rules
from cnnbook.exercises.messages import say
from cnnbook.exercises.questions import Question, Slip
from cnnbook.exercises.windows import axis_words


@dataclass(frozen=True)
class Inverse(Question):
    """A question that gives `result`, the output on one axis, and asks for what leads to it.

    The number of the axis that is asked for is ignored.
    """

    form: ClassVar[Form] = NUMBER
    axis: Axis
    result: int

    def tried(self, answer: Answer) -> Axis:
        """Return the axis with the answer put in, or the nearest number that an axis can have."""
        return self.axis._replace(size=max(0, answer[-1]))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers, and what comes out with this answer."""
        axis = self.tried(answer)
        gives = _forward(axis) or say("gives.nothing")
        return axis_words(axis) | {"m": self.result, "gives": gives, "answered": answer[0]}


@dataclass(frozen=True)
class SettingFor(Inverse):
    """Which padding (or stride, or kernel_size) makes `result` pixels of this axis?"""

    unknown: Literal["padding", "stride", "kernel_size"] = "padding"
    zero_is_an_answer: ClassVar[bool] = True

    @property
    def kind(self) -> str:
        """Return the name under which this question's messages are kept."""
        return f"{self.unknown.replace('_', '-')}-for"

    @property
    def key(self) -> Answer:
        """Return the smallest setting that does it."""
        return (next(value for value in self._range if self.accepts((value,))),)

    @property
    def _range(self) -> range:
        return range(0 if self.unknown == "padding" else 1, _MOST)

    def _axis(self, value: int) -> Axis:
        match self.unknown:
            case "padding":
                return self.axis._replace(padding=value)
            case "stride":
                return self.axis._replace(stride=value)
        return self.axis._replace(kernel_size=value)

    def accepts(self, answer: Answer) -> bool:
        """Return whether this setting gives the result; several may."""
        least = self._range.start
        return answer[0] >= least and _forward(self._axis(answer[0])) == self.result

    def slips(self) -> Iterator[Slip]:
        """Yield the settings that give the result by a wrong rule."""
        for rule in single_rules():
            if rule.ids != ("same-size",) and rule.can_occur(self._axis(2)):
                for value in self._by(rule):
                    yield Slip(rule.ids, (value,))
        if self.unknown == "padding":
            yield Slip(("same-size",), (0,))

    def _by(self, rule: AxisRule) -> Iterator[int]:
        """Yield the first two settings that give the result by this rule.

        Sizes grow with the padding and fall with the others: the search ends once they pass the result.
        """
        found = 0
        for value in self._range:
            axis = self._axis(value)
            size = rule.output_size(axis)
            if size == self.result and axis.size + 2 * axis.padding >= axis.span:
                yield value
                found += 1
            if found == 2 or (size > self.result if self.unknown == "padding" else size < self.result):
                return

    def tried(self, answer: Answer) -> Axis:
        """Return the axis with this setting."""
        return self._axis(max(self._range.start, answer[-1]))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers, and what comes out with this answer, or that no layer has such a setting."""
        least = self._range.start
        if answer[0] >= least:
            return super().words(answer)
        refused = say("refused.setting", setting=self.unknown, least=least, answer=answer[0])
        return super().words(answer) | {"refused": refused}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        n, k, s, p, d, _ = self.axis
        numbers = {
            "size": n,
            "kernel_size": k,
            "stride": s,
            "padding": p,
            "dilation": d,
            "output_size": self.result,
        }
        return {name: number for name, number in numbers.items() if name != self.unknown}


@dataclass(frozen=True)
class LargestInput(Inverse):
    """What is the largest input that gives `result` pixels?"""

    kind: ClassVar[str] = "largest-input"

    @property
    def _sizes(self) -> range:
        _, k, s, p, d, ceil_mode = self.axis
        return input_sizes(self.result, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)

    @property
    def key(self) -> Answer:
        """Return the largest input size."""
        return (self._sizes[-1],)

    def slips(self) -> Iterator[Slip]:
        """Yield the largest input that gives the result by a wrong rule."""
        _, k, s, p, d, _ = self.axis
        most = self.key[-1] + 2 * (s + d * k) + 4 * p
        for rule in single_rules():
            if rule.can_occur(self.axis) and rule.ids != ("same-size",):
                size = _largest(rule, self.axis, self.result, most)
                if size is not None:
                    yield Slip(rule.ids, (size,))

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        _, k, s, p, d, _ = self.axis
        return {"kernel_size": k, "stride": s, "padding": p, "dilation": d, "output_size": self.result}


@dataclass(frozen=True)
class InputRange(LargestInput):
    """Which input sizes give `result` pixels, from the smallest to the largest?"""

    kind: ClassVar[str] = "input-sizes"
    form: ClassVar[Form] = RANGE

    @property
    def key(self) -> Answer:
        """Return the smallest and the largest input size."""
        return (self._sizes[0], self._sizes[-1])

    def slips(self) -> Iterator[Slip]:
        """Yield the ranges that a wrong rule gives, and the one size that comes out even."""
        for slip in super().slips():
            (largest,) = slip.answer
            rule = next(rule for rule in single_rules() if rule.ids == slip.ids)
            size = largest
            while size > 1 and rule.output_size(self.axis._replace(size=size - 1)) == self.result:
                size -= 1
            yield Slip(slip.ids, (size, largest))
        yield Slip(("only-the-exact-size",), (self._sizes[0], self._sizes[0]))


_MOST = 24


def _forward(axis: Axis) -> int | None:
    n, k, s, p, d, ceil_mode = axis
    try:
        return output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
    except GeometryError:
        return None


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
