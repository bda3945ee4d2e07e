"""The design of a layer: a kernel size, a stride and a padding that together give a wanted output size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, ClassVar

from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say

LAYER = Form(
    "layer",
    ("kernel-size", "stride", "padding"),
    '(8, 5, 4) or "8,5,4"',
    _(
        "Three numbers are wanted, (kernel_size, stride, padding), like {example}; I read {count} in "
        "{answer}."
    ),
    (_("kernel_size"), _("stride"), _("padding")),
    _("{value} is not a whole number, and pixels are counted."),
)


@dataclass(frozen=True)
class SettingDesign(Question):
    """Which kernel size, stride and padding make `result` rows of `size`, with windows that overlap?

    The kernel must be larger than the stride, so that neighbouring windows share pixels, and the padding at
    most half of the kernel, so that no window reads zeros only. Several designs are right.
    """

    form: ClassVar[Form] = LAYER
    zero_is_an_answer: ClassVar[bool] = True
    several_are_right: ClassVar[bool] = True
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A layer should turn {n} rows into {m}. Neighbouring windows should share pixels, so the kernel "
            "must be larger than the stride. No window should read zeros alone, so the padding must be at "
            "most half of the kernel. Choose kernel_size, stride and padding."
        ),
        ask=_(
            "Choose the stride first, then a small kernel. How many steps lie between the first of {m} "
            "windows and the last, and how long is the padded side for that?"
        ),
        formula=_("floor((n + 2p - k)/s) + 1."),
        substituted=_("With the numbers: floor(({n} + 2p - k)/s) + 1 = {m}."),
        correct=_("{answer} {gives}."),
        incorrect=_("{answer} {gives}."),
        hints={
            "rounds-up": _(
                "{answer} is right only if an incomplete window counts. How many pixels does the last of {m} "
                "windows need?"
            ),
            "padding-once": _(
                "{answer} is right if the padding is the total of both sides. How much of it is on one side?"
            ),
        },
    )
    size: int
    result: int
    wrong: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def key(self) -> Answer:
        """The design with the smallest kernel."""
        return next(design for design in product(range(2, 12), range(1, 6), range(6)) if self.accepts(design))

    def accepts(self, answer: Answer) -> bool:
        """Return whether the design gives the wanted size and keeps to both limits."""
        return not self._refused(answer) and self._axis(answer).output_size == self.result

    def slips(self) -> Iterator[Slip]:
        """Yield the designs that misconceptions lead to."""
        for name, design in self.wrong.items():
            yield Slip((name,), design)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the sizes, and what is to be said of this design as a text, {gives}."""
        numbers = {"n": self.size, "m": self.result}
        gives = self._refused(answer) or say(
            _("turns {n} rows into {size}"), n=self.size, size=self._axis(answer).output_size
        )
        return numbers | {"gives": gives}

    def _axis(self, answer: Answer) -> Axis:
        kernel_size, stride, padding = answer
        return Axis(self.size, kernel_size, stride, padding)

    def _refused(self, answer: Answer) -> str:
        """Return which limit the design breaks; empty if it keeps to all."""
        kernel_size, stride, padding = answer
        if stride < 1 or padding < 0:
            return say(_("is no layer: the stride must be at least 1 and the padding at least 0"))
        if kernel_size <= stride:
            return say(_("has windows that share no pixel: the kernel must be larger than the stride"))
        if 2 * padding > kernel_size:
            return say(_("pads more than half of the kernel"))
        if kernel_size > self.size + 2 * padding:
            return say(_("has a kernel that does not fit into the padded rows"))
        return ""

    @property
    def parameters(self) -> dict[str, Any]:
        """The two sizes."""
        return {"size": self.size, "output_size": self.result}
