"""The output shape of a small network, or the parameters of a layer, after another layer was edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from cnnbook.arithmetic.stacks import size_after
from cnnbook.exercises.forms import SHAPE, Answer, Form
from cnnbook.exercises.kinds.chains import (
    CHAIN_HINTS,
    POOL,
    Chain,
    Layer,
    drawn_conv,
    drawn_image,
    wrong_shapes,
)
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.questions import Question, Slip, Words, order_slips
from cnnbook.exercises.words import _, say

_WHAT_LEAVES = _(
    "What leaves the layer that was edited, or put in? And what does the next layer make of that?"
)
CHANGES = {
    "replaced": _("{old} becomes {new}"),
    "pool-added": _("{new} is put after {old}"),
    "pool-removed": _("{old} is taken out"),
}


@dataclass(frozen=True)
class EditedChain(Question):
    """Which shape comes out of the last layer after the layer at place `at` was edited?

    The `edit` is "replaced" (by `layer`), "pool-added" (`layer` is put after it) or "pool-removed".
    """

    kind: ClassVar[str] = "edited-network"
    form: ClassVar[Form] = SHAPE
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "Pictures of {input}, (channels, height, width), go through {layers}, and {last} comes out. Now "
            "{change}. What comes out then?"
        ),
        ask=_WHAT_LEAVES,
        formula=_("Per axis and layer: floor((n + 2p - d(k - 1) - 1)/s) + 1."),
        substituted=_("Layer by layer: {way}."),
        correct=_("{answer}: layer by layer, {way}."),
        hints={
            "change-ignored": _(
                "{answer} is what came out before the edit. What leaves the edited layer now, and who reads "
                "that?"
            ),
            **CHAIN_HINTS,
        },
        topics={"padding": _WHAT_LEAVES, "layers": _WHAT_LEAVES},
    )
    before: Chain
    edit: Literal["replaced", "pool-added", "pool-removed"]
    at: int
    layer: Layer

    @property
    def _new_layers(self) -> tuple[Layer, ...]:
        """The layers that take the place of the edited one."""
        if self.edit == "pool-removed":
            return ()
        return (self.layer,) if self.edit == "replaced" else (self.before.layers[self.at], self.layer)

    @property
    def after(self) -> Chain:
        """The network after the edit."""
        layers = self.before.layers
        return Chain(self.before.input_shape, (*layers[: self.at], *self._new_layers, *layers[self.at + 1 :]))

    @property
    def key(self) -> Answer:
        """The output shape of the last layer after the edit."""
        return self.after.output_shape

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        channels, *was = self.before.output_shape
        yield Slip(("change-ignored",), (channels, *was))
        moved = tuple(end + new - old for end, old, new in zip(was, *self._edited_map, strict=True))
        if min(moved) > 0:
            yield Slip(("change-unscaled",), (channels, *moved))
        for ids, shape in wrong_shapes(self.after):
            yield Slip(ids, shape)
        yield from order_slips(self.key)

    @property
    def _edited_map(self) -> tuple[Answer, Answer]:
        """The size of the first map that the edit changes, before and after the edit."""
        edited = list(self.before.steps())[self.at]
        return edited.key[1:], size_after(edited.size, [layer.window for layer in self._new_layers])

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        old = list(self.before.steps())[self.at].layer
        new = list(self.after.steps())[self.at + (self.edit == "pool-added")].layer
        return {
            "input": self.before.input_shape,
            "layers": self.before.text,
            "last": self.before.output_shape,
            "change": say(CHANGES[self.edit], old=old, new=new),
            "way": self.after.shapes_text,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The network's input, and its layers before and after the edit."""
        layers = {"layers": self.before.text, "edited": self.after.text}
        return {"input_shape": self.before.input_shape} | layers


@dataclass(frozen=True)
class EditedParameters(ConvParameters):
    """How many parameters does this convolution have, whose input had `before` channels until the edit?"""

    kind: ClassVar[str] = "edited-network"
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A convolution gets {new} channels instead of {old}, and the next, so far a {layer}, reads "
            "them. How many parameters does the next one have then?"
        ),
        ask=_(
            "How many channels does each kernel of the next one read now? Then, how many kernels are there?"
        ),
        formula=_(
            "k_h × k_w × in_channels × out_channels weights, and out_channels biases if there are any."
        ),
        hints={
            "change-ignored": _(
                "{answer} is the count before the change. How many channels does each kernel read now?"
            )
        },
    )
    before: int = 0

    def slips(self) -> Iterator[Slip]:
        """Yield the count before the edit, and the counts of all misconceptions about a convolution."""
        yield Slip(("change-ignored",), self._unedited.key)
        yield from super().slips()

    @property
    def _unedited(self) -> ConvParameters:
        channels = (self.before, self.channels[1])
        return ConvParameters(channels, self.kernel_size, self.groups, self.bias)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders; {layer} is the layer before the edit."""
        layer = self._unedited.placeholders(answer)["layer"]
        return super().placeholders(answer) | {"old": self.before, "new": self.channels[0], "layer": layer}


@kind(
    "edited-network",
    ("change-ignored", "change-unscaled", "no-plus-one"),
    ("change-ignored", "change-unscaled", "rounds-up"),
    ("change-ignored", "no-padding", "padding-once"),
    ("change-ignored", "swapped-height-width", "channels-last"),
    ("change-ignored", "no-input-channels", "no-bias"),
    distinct_from=(
        "no-stride",
        "one-bias",
        "bias-per-input",
        "bias-per-pair",
        "channels-summed",
        "kernel-side-once",
    ),
    version=2,
)
def edited_network(draws: Draws, targets: Targets) -> Question:
    """Return a question about two convolutions and a pool, one of which is edited."""
    if "no-input-channels" in targets:
        before, after = draws.choice((8, 16, 32)), draws.choice((12, 24, 48, 64))
        outs, k = draws.choice((10, 20, 40)), draws.choice((3, 5, 7))
        return EditedParameters((after, outs), (k, k), before=before, targets=targets)
    paddings = (1, 2) if "no-padding" in targets else (0,)
    stem = drawn_conv(draws, draws.choice((6, 8, 12)), stride=2, paddings=(1, 2))
    last = drawn_conv(draws, draws.choice((16, 20, 24)), paddings=paddings)
    chain = Chain(drawn_image(draws, 36, 64), (stem, POOL, last))
    edit = draws.choice(("stride", "kernel", "padding", "pool-added", "pool-removed"))
    if edit == "pool-removed":
        return EditedChain(chain, "pool-removed", 1, POOL, targets=targets)
    if edit == "pool-added":
        return EditedChain(chain, "pool-added", 0, POOL, targets=targets)
    window = stem.window
    if edit == "stride":
        window = replace(window, stride=(1, 1))
    elif edit == "kernel":
        window = replace(window, kernel_size=(draws.choice((9, 11)),) * 2)
    else:
        most, was = window.kernel_size[0] // 2, window.padding[0]
        window = replace(window, padding=(draws.choice([p for p in range(most + 1) if p != was]),) * 2)
    return EditedChain(chain, "replaced", 0, Layer(window, stem.out_channels), targets=targets)
