"""The output shape of an adaptive pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import COUNT, SHAPE, Answer, Form, MapShape
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words, order_slips
from cnnbook.exercises.words import _

_PROMPT = _("{layer} reads {input}, (channels, height, width). What comes out?")
_FLATTENED = _(
    "{layer} reads {input}, (channels, height, width), and the result is flattened. How many features are "
    "that?"
)


@dataclass(frozen=True)
class AdaptivePool(Question):
    """Which shape comes out of AdaptiveAvgPool2d(output_size), or, if `flattened`, how many features?"""

    kind: ClassVar[str] = "adaptive-pool"
    input_shape: MapShape
    output_size: tuple[int, int]
    flattened: bool = False

    @property
    def form(self) -> Form:
        """The form of the answer."""
        return COUNT if self.flattened else SHAPE

    @property
    def class_words(self) -> Words:
        """The words for all adaptive pools."""
        return Words(
            prompt=_FLATTENED if self.flattened else _PROMPT,
            ask=_(
                "An adaptive pool looks at one channel at a time. How many channels are there, and what does "
                "the layer make of each?"
            ),
            ask_channels=_("An adaptive pool looks at one channel at a time. How many channels are there?"),
            formula=_("An adaptive pool keeps the channels and makes the size it is told."),
            substituted=_("The layer is {layer}, the input {input}."),
            correct=_("{answer}: the channels stay, the size is the one the layer is told."),
            hints={
                "pool-by-formula": _(
                    "An adaptive pool has no kernel size to put into the formula. Which size does {layer} "
                    "ask for?"
                )
            },
        )

    @property
    def key(self) -> Answer:
        """The channels of the input and the output size; if flattened, their product."""
        return self._answer((self.input_shape[0], *self.output_size))

    def _answer(self, shape: tuple[int, ...]) -> Answer:
        return (prod(shape),) if self.flattened else shape

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        channels, *size = self.input_shape
        yield Slip(("global-pool-keeps-size",), self._answer(self.input_shape))
        if self.flattened:
            yield Slip(("global-pool-scalar",), (1,))
        if self.output_size != (1, 1):
            for window in (Window.pool(self.output_size), Window(self.output_size)):
                yield Slip(("pool-by-formula",), self._answer((channels, *window.output_size(size))))
        if not self.flattened:
            yield from order_slips(self.key)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        height, width = self.output_size
        size = str(height) if height == width else f"({height}, {width})"
        return {"input": self.input_shape, "layer": f"AdaptiveAvgPool2d({size})"}

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        return {"input_shape": self.input_shape, "output_size": self.output_size}


@kind(
    "adaptive-pool",
    ("global-pool-keeps-size", "global-pool-scalar"),
    ("pool-by-formula", "global-pool-keeps-size"),
    distinct_from=(
        "channels-last",
        "swapped-height-width",
    ),
)
def adaptive_pool(draws: Draws, targets: Targets) -> Question:
    """Return a question about an adaptive pool."""
    shape = (draws.choice((32, 64, 256, 512)), draws.between(7, 20), draws.between(7, 20))
    flattened = "global-pool-scalar" in targets
    size = (1, 1) if flattened else (draws.between(2, 6), draws.between(2, 6))
    return AdaptivePool(shape, size, flattened, targets=targets)
