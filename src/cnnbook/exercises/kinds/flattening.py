"""The number of features of a flattened feature map."""

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
    """Which in_features has a Linear that reads this feature map (C, H, W), flattened, in this batch?"""

    kind: ClassVar[str] = "flatten-features"
    form: ClassVar[Form] = COUNT
    class_words: ClassVar[Words] = Words(
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
        """The product C × H × W."""
        return (prod(self.shape),)

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        channels, *size = self.shape
        yield Slip(("flatten-forgot-space",), (channels,))
        yield Slip(("flatten-forgot-channels",), (prod(size),))
        yield Slip(("channels-added",), (channels + prod(size),))
        yield Slip(("flatten-with-batch",), (self.batch * prod(self.shape),))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        channels, height, width = self.shape
        return {"input": (self.batch, *self.shape), "because": f"{channels}×{height}×{width}"}

    @property
    def parameters(self) -> dict[str, Any]:
        """The shape of the batch."""
        return {"input_shape": (self.batch, *self.shape)}


@kind(
    "flatten-features",
    ("flatten-forgot-space", "flatten-forgot-channels", "flatten-with-batch"),
    ("channels-added", "flatten-forgot-space", "flatten-with-batch"),
    version=2,
)
def flatten_features(draws: Draws, targets: Targets) -> Question:
    """Return a question about a feature map."""
    shape = (draws.choice((6, 12, 16, 24, 32, 64)), draws.between(3, 9), draws.between(3, 9))
    return FlattenFeatures(shape, draws.choice((4, 8, 16, 20, 25, 32)), targets=targets)
