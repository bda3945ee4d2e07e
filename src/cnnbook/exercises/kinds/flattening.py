"""How many features a flattened feature map has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from cnnbook.exercises.forms import COUNT, Answer, Form, MapShape
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class FlattenFeatures(Question):
    """How many in_features has the Linear after this feature map (C, H, W) is flattened, in a batch of N?"""

    kind: ClassVar[str] = "flatten-features"
    form: ClassVar[Form] = COUNT
    subject_words: ClassVar[Words] = Words(
        prompt=_(
            "A batch of shape {input} is flattened, torch.flatten(x, 1). Which in_features has the Linear "
            "that follows?"
        ),
        ask=_("How many numbers does one image of the batch hold after the last feature map?"),
        formula=_("in_features = channels × height × width of one image."),
    )
    shape: MapShape
    batch: int

    @property
    def key(self) -> Answer:
        """Return C times H times W."""
        return (prod(self.shape),)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *size = self.shape
        yield Slip(("flatten-forgot-space",), (channels,))
        yield Slip(("flatten-forgot-channels",), (prod(size),))
        yield Slip(("flatten-with-batch",), (self.batch * prod(self.shape),))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        channels, height, width = self.shape
        return {"input": (self.batch, *self.shape), "because": f"{channels}×{height}×{width}"}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers."""
        return {"input_shape": (self.batch, *self.shape)}


@kind(
    "flatten-features",
    ("flatten-forgot-space", "flatten-forgot-channels", "flatten-with-batch"),
)
def flatten_features(draws: Draws, targets: Targets) -> Question:
    """Draw a feature map to flatten."""
    shape = (draws.choice((6, 16, 32, 64)), draws.between(3, 9), draws.between(3, 9))
    return FlattenFeatures(shape, draws.choice((4, 8, 20, 25)), targets=targets)
