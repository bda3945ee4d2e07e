"""The padding, stride or kernel size that gives a wanted output size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.forms import NUMBER, Answer, Form
from cnnbook.exercises.kinds.axis import Axis, AxisRule, single_rules
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.setting_words import KERNEL_SIZE, PADDING, STRIDE
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say


@dataclass(frozen=True)
class InverseQuestion(Question):
    """A question that gives the output size on one axis, `result`, and asks for a number that leads to it.

    The value of that number in `axis` is not used.
    """

    form: ClassVar[Form] = NUMBER
    axis: Axis
    result: int

    def tried(self, answer: Answer) -> Axis:
        """Return the axis with the answer in it, or with the nearest number that an axis can have."""
        return self.axis._replace(size=max(0, answer[-1]))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders; {gives} is the output size that the answer leads to."""
        axis = self.tried(answer)
        gives = axis.output_size if axis.output_size > 0 else say(_("nothing"))
        return axis.placeholders() | {"m": self.result, "gives": gives}


@dataclass(frozen=True)
class SettingFor(InverseQuestion):
    """Which padding (or stride, or kernel_size) gives `result` pixels on this axis?"""

    unknown: Literal["padding", "stride", "kernel_size"] = "padding"
    zero_is_an_answer: ClassVar[bool] = True

    @property
    def kind(self) -> str:
        """The kind of practice that asks the same."""
        return f"{self.unknown.replace('_', '-')}-for"

    @property
    def class_words(self) -> Words:
        """The words for this setting."""
        return {"padding": PADDING, "stride": STRIDE, "kernel_size": KERNEL_SIZE}[self.unknown]

    @property
    def key(self) -> Answer:
        """The smallest setting that gives the result."""
        return (next(value for value in self._range if self.accepts((value,))),)

    @property
    def _range(self) -> range:
        return range(0 if self.unknown == "padding" else 1, _MOST)

    def _axis(self, value: int) -> Axis:
        changed: dict[str, Any] = {self.unknown: value}
        return self.axis._replace(**changed)

    def accepts(self, answer: Answer) -> bool:
        """Return whether this setting gives the result, as several may."""
        return answer[0] >= self._range.start and self._axis(answer[0]).output_size == self.result

    def slips(self) -> Iterator[Slip]:
        """Yield the settings that give the result by a wrong rule."""
        for rule in single_rules():
            if rule.ids not in self._unsearched and rule.can_occur(self._axis(2)):
                for value in self._by(rule):
                    yield Slip(rule.ids, (value,))
        if self.unknown == "padding":
            yield Slip(("same-size",), (0,))
            if self.axis.dilation == 1:
                yield Slip(("same-by-habit",), (self.axis.same_padding,))

    @property
    def _unsearched(self) -> tuple[tuple[str, ...], ...]:
        """The rules that no setting is searched for.

        The output size of "same-size" depends on no setting, that of "same-by-habit" on no padding. Where
        the prompt says that the padding is 0, nobody takes it for half of the kernel.
        """
        habit = self.unknown != "padding" and self.axis.padding > 0
        return (("same-size",),) if habit else (("same-size",), ("same-by-habit",))

    def _by(self, rule: AxisRule) -> Iterator[int]:
        """Yield the first two settings that give the result by this rule.

        The output size increases with the padding and decreases with the stride and the kernel size. The
        search ends when it has passed the result.
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

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders; {refused} says why no layer has this setting."""
        least = self._range.start
        if answer[0] >= least:
            return super().placeholders(answer)
        refused = say(_REFUSED, setting=self.unknown, least=least, answer=answer[0])
        return super().placeholders(answer) | {"refused": refused}

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        n, k, s, p, d, _ceil_mode = self.axis
        numbers = {
            "size": n,
            "kernel_size": k,
            "stride": s,
            "padding": p,
            "dilation": d,
            "output_size": self.result,
        }
        return {name: number for name, number in numbers.items() if name != self.unknown}


_MOST = 24  # settings are searched below this number
_REFUSED = _("{setting} must be at least {least}; {answer} is less.")


@kind(
    "padding-for",
    ("padding-once", "no-dilation"),
    ("padding-once", "same-size"),
    ("padding-once", "same-by-habit"),
    distinct_from=(
        "span-adds-dilation",
        "stride-subtracted",
        "rounds-up",
        "no-plus-one",
        "plus-one-inside",
        "dilation-times-kernel",
        "dilation-as-gap",
        "kernel-sign",
        "padding-doubled",
        "padding-after",
        "stride-first",
        "no-stride",
        "divides-by-stride",
    ),
    version=2,
)
def padding_for(draws: Draws, targets: Targets) -> Question:
    """Return the question about a padding."""
    k, s = draws.choice((3, 5, 7, 9, 11)), draws.choice((1, 1, 2))
    d = draws.choice((2, 3)) if "no-dilation" in targets else 1
    axis = Axis(draws.between(24, 112), k, s, dilation=d)
    axis = axis._replace(padding=draws.between(1, axis.span // 2))
    return SettingFor(axis._replace(padding=0), axis.output_size, targets=targets)


@kind(
    "stride-for",
    ("no-padding",),
    ("divides-by-stride",),
    ("stride-first",),
    distinct_from=(
        "rounds-up",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "plus-one-inside",
        "no-plus-one",
        "stride-subtracted",
        "same-by-habit",
    ),
    version=2,
)
def stride_for(draws: Draws, targets: Targets) -> Question:
    """Return the question about a stride."""
    k = draws.choice((7, 9, 11, 13))
    s = draws.between(2, 5)
    p = 0 if "divides-by-stride" in targets else draws.between(1, k // 2)
    axis = Axis(draws.between(k + 4, 64), k, s, p)
    result = axis.output_size
    if result < 3:
        raise GeometryError("an output of 1 or 2 comes from many strides")
    if axis.size - k + 1 < result:
        raise GeometryError("without padding no stride gives the result, so no answer forgets it")
    return SettingFor(axis._replace(stride=1), result, "stride", targets=targets)


@kind(
    "kernel-size-for",
    ("no-padding", "padding-once"),
    ("no-plus-one", "no-padding"),
    distinct_from=(
        "padding-doubled",
        "padding-after",
    ),
    version=2,
)
def kernel_for(draws: Draws, targets: Targets) -> Question:
    """Return the question about a kernel size."""
    k = draws.choice((3, 5, 7, 9, 11, 13))
    axis = Axis(draws.between(24, 112), k, 1, draws.between(1, k // 2))
    return SettingFor(axis._replace(kernel_size=1), axis.output_size, "kernel_size", targets=targets)
