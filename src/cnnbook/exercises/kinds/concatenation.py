"""The shape that results from the concatenation of branches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.exercises.forms import SHAPE, Answer, Form
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words, order_slips
from cnnbook.exercises.words import _, joined


@dataclass(frozen=True)
class Concatenation(Question):
    """Which shape comes out when branches with these channels are concatenated?"""

    kind: ClassVar[str] = "concatenation"
    form: ClassVar[Form] = SHAPE
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "Branches of {inputs} are concatenated along the channels. What comes out, as (channels, height, "
            "width)?"
        ),
        ask=_(
            "Lay the branches' maps on one stack. How many maps does each branch put there, and does any map "
            "change its size?"
        ),
        ask_channels=_("Lay the branches' maps on one stack. How many maps does each branch put there?"),
        formula=_("Concatenating along the channels adds them up; height and width stay."),
        substituted=_("Channels: {summed}."),
        correct=_("{answer}: {total} channels, at the size the branches share."),
        unsure=_("{hint}"),
    )
    channels: tuple[int, ...]
    size: tuple[int, int]

    @property
    def key(self) -> Answer:
        """The sum of the channels, and the size of all branches."""
        return (sum(self.channels), *self.size)

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        total, (height, width) = sum(self.channels), self.size
        branches = len(self.channels)
        yield Slip(("concat-as-add",), (max(self.channels), *self.size))
        yield Slip(("concat-forgot-branch",), (total - self.channels[-1], *self.size))
        for channels in (total, max(self.channels)):
            yield Slip(("concat-adds-space",), (channels, branches * height, width))
            yield Slip(("concat-adds-space",), (channels, height, branches * width))
            yield Slip(("concat-adds-space",), (channels, branches * height, branches * width))
        yield from order_slips(self.key)

    def unsure_slips(self) -> Iterator[Slip]:
        """Yield the answers that forget a branch other than the last."""
        for channels in self.channels[:-1]:
            yield Slip(("concat-forgot-branch",), (sum(self.channels) - channels, *self.size))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        shapes = [f"({channels}, {self.size[0]}, {self.size[1]})" for channels in self.channels]
        sum_of_channels = " + ".join(map(str, self.channels))
        return {
            "inputs": joined(shapes),
            "branches": len(self.channels),
            "summed": sum_of_channels,
            "total": f"{sum_of_channels} = {sum(self.channels)}",
        }


@kind(
    "concatenation",
    ("concat-as-add", "concat-forgot-branch", "concat-adds-space"),
    distinct_from=(
        "channels-last",
        "swapped-height-width",
    ),
)
def concatenation(draws: Draws, targets: Targets) -> Question:
    """Return a question about three or four branches."""
    channels = tuple(8 * draws.between(2, 24) for _ in range(draws.between(3, 4)))
    return Concatenation(channels, (draws.between(7, 35), draws.between(7, 35)), targets=targets)
