"""The design of a VGG: how many convolutions each of its five stages has, within given limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise, product
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, conv_macs, conv_parameters, receptive_field
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say

STAGES = Form(
    "stages",
    tuple(f"stage-{stage}" for stage in range(1, 6)),
    '(4, 3, 2, 1, 2) or "4,3,2,1,2"',
    _("Five numbers are wanted, one for each stage, like {example}; I read {count} in {answer}."),
    (_("stage 1"), _("stage 2"), _("stage 3"), _("stage 4"), _("stage 5")),
    _("{value} is not a whole number, and convolutions are counted."),
)

_CHANNELS = (3, 64, 128, 256, 512, 512)
_SIDES = (224, 112, 56, 28, 14)
_MOST = 64  # the most convolutions in one stage that are considered


@dataclass(frozen=True)
class StageDesign(Question):
    """How many 3 × 3 convolutions does each of the five stages of a VGG have that keeps to these limits?

    The receptive field of the last map must be at least `sees` pixels. The convolutions must have fewer than
    `parameters_below` parameters and take fewer than `macs_below` MACs on one image of 224 × 224.
    """

    form: ClassVar[Form] = STAGES
    several_are_right: ClassVar[bool] = True
    class_words: ClassVar[Words] = Words(
        ask=_(
            "Begin with one convolution in each stage. What does one more in stage s add to the field, and "
            "what does it cost?"
        ),
        correct=_("{answer} {gives}."),
        incorrect=_("{answer} {gives}.{lacks}"),
    )
    sees: int
    parameters_below: int
    macs_below: int
    wrong: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def key(self) -> Answer:
        """The first design that keeps to the limits."""
        return next(design for design in product(range(1, 7), repeat=5) if self.accepts(design))

    def accepts(self, answer: Answer) -> bool:
        """Return whether the design keeps to all three limits, as several do."""
        if not all(1 <= count <= _MOST for count in answer):
            return False
        sees, parameters, macs = costs(answer)
        return sees >= self.sees and parameters < self.parameters_below and macs < self.macs_below

    def slips(self) -> Iterator[Slip]:
        """Yield the known designs that break a limit."""
        for name, design in self.wrong.items():
            yield Slip((name,), design)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the limits; as texts what this design sees and costs, {gives}, and what it {lacks}."""
        limits = {
            "sees": self.sees,
            "parameters_below": self.parameters_below,
            "macs_below": self.macs_below,
        }
        if not all(1 <= count <= _MOST for count in answer):
            return limits | {
                "gives": say(
                    _("is no design: each stage needs at least one convolution, and at most {most}"),
                    most=_MOST,
                ),
                "lacks": "",
            }
        sees, parameters, macs = costs(answer)
        lacks = (
            [say(_("The field is {number} pixels too small."), number=self.sees - sees)] * (sees < self.sees),
            [say(_("The parameters are too many."))] * (parameters >= self.parameters_below),
            [say(_("The MACs are too many."))] * (macs >= self.macs_below),
        )
        return limits | {
            "lacks": "".join(f" {one}" for one in chain(*lacks)),
            "gives": say(
                _("sees {field} pixels, with {parameters} parameters and {macs} MACs"),
                field=sees,
                parameters=parameters,
                macs=macs,
            ),
        }


def costs(stages: Answer) -> tuple[int, int, int]:
    """Return the receptive field of the last map, the convolutions' parameters, and their MACs at 224 × 224.

    >>> costs((2, 2, 3, 3, 3))  # VGG16
    (212, 14714688, 15346630656)
    """
    windows, parameters, macs = [], 0, 0
    for count, (before, after), side in zip(stages, pairwise(_CHANNELS), _SIDES, strict=True):
        for ins, repeats in ((before, 1), (after, count - 1)):
            parameters += repeats * conv_parameters(ins, after, 3)
            macs += repeats * conv_macs((side, side), ins, after, 3)
        windows += [Window(3, padding=1)] * count + [Window.pool(2)]
    return receptive_field(windows)[0].size, parameters, macs
