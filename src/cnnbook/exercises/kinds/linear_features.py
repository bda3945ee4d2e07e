"""The in_features of the first Linear of a small network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from cnnbook.exercises.forms import COUNT, Answer, Form
from cnnbook.exercises.kinds.chains import CHAIN_HINTS, POOL, Chain, drawn_conv, drawn_image, wrong_shapes
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class LinearFeatures(Question):
    """Which in_features has the Linear after these layers and a flatten?"""

    kind: ClassVar[str] = "linear-in-features"
    form: ClassVar[Form] = COUNT
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "Pictures of {input}, (channels, height, width), go through {layers}, then through Flatten. "
            "Which in_features has the Linear that follows?"
        ),
        ask=_(
            "Take one layer at a time and write down (channels, height, width) after it. What leaves the "
            "last one?"
        ),
        formula=_(
            "Per axis and layer: floor((n + 2p - d(k - 1) - 1)/s) + 1. Then channels × height × width."
        ),
        substituted=_("Layer by layer: {way}."),
        hints={
            "channels-in": _(
                "{answer} comes out if the last map has as many channels as the picture. How many maps does "
                "the last convolution make?"
            ),
            **CHAIN_HINTS,
            "same-size": _(
                "{answer} is right if only the pools change the size. How many rows does the first "
                "convolution leave?"
            ),
            "pools-forgotten": _(
                "{answer} is right without the pools. What does a pool of 2 do to the height and the width?"
            ),
        },
    )
    chain: Chain

    @property
    def key(self) -> Answer:
        """The product C × H × W of the last feature map."""
        return (prod(self.chain.output_shape),)

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        channels, *size = self.chain.output_shape
        yield Slip(("flatten-forgot-space",), (channels,))
        yield Slip(("flatten-forgot-channels",), (prod(size),))
        yield Slip(("channels-in",), (self.chain.input_shape[0] * prod(size),))
        yield Slip(("channels-added",), (channels + prod(size),))
        keeps_size = self.chain.shape_by_rule(lambda step: step.key[1:] if step.pool else step.size)
        yield Slip(("same-size",), (prod(keeps_size),))
        without_pools = self.chain.shape_by_rule(lambda step: step.size if step.pool else step.key[1:])
        yield Slip(("pools-forgotten",), (prod(without_pools),))
        for ids, shape in wrong_shapes(self.chain):
            yield Slip(ids, (prod(shape),))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        return {
            "input": self.chain.input_shape,
            "layers": self.chain.text,
            "because": "×".join(map(str, self.chain.output_shape)),
            "way": self.chain.shapes_text,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The network's input and its layers."""
        return {"input_shape": self.chain.input_shape, "layers": self.chain.text}


@kind(
    "linear-in-features",
    ("flatten-forgot-space", "flatten-forgot-channels", "pools-forgotten", "rounds-up"),
    ("flatten-forgot-space", "flatten-forgot-channels", "no-plus-one", "channels-in"),
    ("flatten-forgot-channels", "no-padding", "padding-once", "pools-forgotten"),
    ("same-size", "channels-added", "flatten-forgot-space"),
    version=2,
)
def linear_in_features(draws: Draws, targets: Targets) -> Question:
    """Return a question about two convolutions, each followed by a pool."""
    paddings = (1, 2) if "no-padding" in targets else (0,)
    maps = draws.choice((4, 6, 8))
    layers = (
        drawn_conv(draws, maps, paddings=paddings),
        POOL,
        drawn_conv(draws, 2 * maps + draws.below(3), paddings=paddings),
        POOL,
    )
    return LinearFeatures(Chain(drawn_image(draws, 20, 40), layers), targets=targets)
