"""Questions about a small network, layer after layer: what the first Linear reads, what an edit changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import Any, ClassVar, Literal, NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import COUNT, SHAPE, Answer, Form
from cnnbook.exercises.axis import AxisRule, single_rules
from cnnbook.exercises.messages import say
from cnnbook.exercises.questions import Question, Slip, order_slips
from cnnbook.exercises.shapes import MapShape
from cnnbook.exercises.windows import WindowQuestion


class Layer(NamedTuple):
    """A convolution that makes `out_channels` maps, or, without them, a max-pool."""

    window: Window
    out_channels: int = 0


@dataclass(frozen=True)
class Chain:
    """Layers, each reading the one before; the first reads `input_shape`, (C, H, W)."""

    input_shape: MapShape
    layers: tuple[Layer, ...]

    def steps(self) -> Iterator[WindowQuestion]:
        """Yield, layer by layer, the question what comes out.

        Raises GeometryError where a kernel does not fit.
        """
        channels, *size = self.input_shape
        for window, outs in self.layers:
            step = _step((channels, *size), window, outs)
            yield step
            channels, *size = step.key

    @property
    def output_shape(self) -> Answer:
        """Return what leaves the last layer, (C, H, W)."""
        *_, last = self.steps()
        return last.key

    @property
    def text(self) -> str:
        """Return the layers as PyTorch writes them."""
        return ", ".join(step.layer for step in self.steps())

    @property
    def way(self) -> str:
        """Return the shape after each layer but the last, which is left open."""
        return " → ".join([*(str((step.channels or ())[:1] + step.size) for step in self.steps()), "?"])

    def shape_by(self, layer_size: Callable[[WindowQuestion], Answer]) -> Answer:
        """Return what leaves the last layer for somebody who sizes each layer in this way."""
        shape: Answer = self.input_shape
        for window, outs in self.layers:
            step = _step(shape, window, outs)
            shape = (outs or shape[0], *layer_size(step))
        return shape


def _step(shape: Answer, window: Window, outs: int) -> WindowQuestion:
    channels, *size = shape
    default = not outs and window.stride == window.kernel_size
    return WindowQuestion(
        tuple(size), window, (channels, outs or channels), pool=not outs, default_stride=default
    )


# Of one axis's misconceptions, those that people carry through a whole network.
_CARRIED = ("rounds-up", "no-plus-one", "no-padding", "padding-once", "no-stride")


def _carried(chain: Chain) -> Iterator[tuple[tuple[str, ...], Answer]]:
    """Yield the ids of a misconception, and what leaves the last layer for somebody who has it throughout."""
    axes = [axis for step in chain.steps() for axis in step.axes]
    for rule in single_rules():
        if rule.ids[0] in _CARRIED and rule.can_occur(*axes):
            yield rule.ids, chain.shape_by(partial(_by, rule))


def _by(rule: AxisRule, step: WindowQuestion) -> Answer:
    return tuple(rule.output_size(axis) for axis in step.axes)


@dataclass(frozen=True)
class LinearFeatures(Question):
    """Which in_features has the Linear after these layers and a flatten?"""

    kind: ClassVar[str] = "linear-in-features"
    form: ClassVar[Form] = COUNT
    chain: Chain

    @property
    def key(self) -> Answer:
        """Return C times H times W of the last feature map."""
        return (prod(self.chain.output_shape),)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *size = self.chain.output_shape
        yield Slip(("flatten-forgot-space",), (channels,))
        yield Slip(("flatten-forgot-channels",), (prod(size),))
        yield Slip(("channels-in",), (self.chain.input_shape[0] * prod(size),))
        without_pools = self.chain.shape_by(lambda step: step.size if step.pool else step.key[1:])
        yield Slip(("pools-forgotten",), (prod(without_pools),))
        for ids, shape in _carried(self.chain):
            yield Slip(ids, (prod(shape),))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        return {
            "input": self.chain.input_shape,
            "layers": self.chain.text,
            "because": "×".join(map(str, self.chain.output_shape)),
            "way": self.chain.way,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the network's input and its layers."""
        return {"input_shape": self.chain.input_shape, "layers": self.chain.text}


@dataclass(frozen=True)
class EditedChain(Question):
    """What leaves the last layer once the layer at `at` was edited?

    `edit` is "replaced" (by `layer`), "pool-added" (`layer` follows) or "pool-removed".
    """

    kind: ClassVar[str] = "edited-chain"
    form: ClassVar[Form] = SHAPE
    before: Chain
    edit: Literal["replaced", "pool-added", "pool-removed"]
    at: int
    layer: Layer

    @property
    def after(self) -> Chain:
        """Return the network after the edit."""
        layers = self.before.layers
        new = {"replaced": (self.layer,), "pool-added": (layers[self.at], self.layer), "pool-removed": ()}
        return Chain(self.before.input_shape, (*layers[: self.at], *new[self.edit], *layers[self.at + 1 :]))

    @property
    def key(self) -> Answer:
        """Return what leaves the last layer after the edit."""
        return self.after.output_shape

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *was = self.before.output_shape
        yield Slip(("change-ignored",), (channels, *was))
        moved = tuple(end + new - old for end, old, new in zip(was, *self._edited_map, strict=True))
        if min(moved) > 0:
            yield Slip(("change-unscaled",), (channels, *moved))
        for ids, shape in _carried(self.after):
            yield Slip(ids, shape)
        yield from order_slips(self.key)

    @property
    def _edited_map(self) -> tuple[Answer, Answer]:
        """Return the size of the map that the edit touches first, before and after it."""
        edited = list(self.before.steps())[self.at]
        old = edited.key[1:]
        match self.edit:
            case "pool-removed":
                return old, edited.size
            case "pool-added":
                return old, self.layer.window.output_size(old)
        return old, self.layer.window.output_size(edited.size)

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        old = list(self.before.steps())[self.at].layer
        new = list(self.after.steps())[self.at + (self.edit == "pool-added")].layer
        return {
            "input": self.before.input_shape,
            "layers": self.before.text,
            "last": self.before.output_shape,
            "change": say(f"edit.{self.edit}", old=old, new=new),
            "way": self.after.way,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the network's input, and its layers before and after the edit."""
        layers = {"layers": self.before.text, "edited": self.after.text}
        return {"input_shape": self.before.input_shape} | layers
