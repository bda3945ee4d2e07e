"""A small network of one layer after another, for questions about whole networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import Answer, MapShape
from cnnbook.exercises.kinds.axis import AxisRule, single_rules
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.windows import WindowQuestion, conv_question, pool_question
from cnnbook.exercises.words import _


class Layer(NamedTuple):
    """A convolution with this number of output channels, or a max-pool if the number is 0."""

    window: Window
    out_channels: int = 0


POOL = Layer(Window.pool(2))


@dataclass(frozen=True)
class Chain:
    """Layers one after another; the first reads an input of `input_shape`, (C, H, W)."""

    input_shape: MapShape
    layers: tuple[Layer, ...]

    def steps(self) -> Iterator[WindowQuestion]:
        """Yield, layer by layer, the question about the layer's output shape.

        Raises GeometryError where a kernel does not fit.
        """
        shape: Answer = self.input_shape
        for window, outs in self.layers:
            step = _step(shape, window, outs)
            yield step
            shape = step.key

    @property
    def output_shape(self) -> Answer:
        """The output shape of the last layer, (C, H, W)."""
        *_, last = self.steps()
        return last.key

    @property
    def text(self) -> str:
        """The layers as they are written in PyTorch."""
        return ", ".join(step.layer for step in self.steps())

    @property
    def shapes_text(self) -> str:
        """The shapes from the input on, with a question mark for that of the last layer."""
        return " → ".join([*(str((step.channels or ())[:1] + step.size) for step in self.steps()), "?"])

    def shape_by_rule(self, layer_size: Callable[[WindowQuestion], Answer]) -> Answer:
        """Return the output shape of the last layer if each layer's size is computed by this rule."""
        shape: Answer = self.input_shape
        for window, outs in self.layers:
            step = _step(shape, window, outs)
            shape = (outs or shape[0], *layer_size(step))
        return shape


def _step(shape: Answer, window: Window, outs: int) -> WindowQuestion:
    return conv_question(shape, window, outs) if outs else pool_question(shape, window)


# The misconceptions about one axis that are applied to a whole network, each with its hint.
CHAIN_HINTS = {
    "rounds-up": _(
        "{answer} comes out if windows that hang over the edge count, too. What does PyTorch do with a row "
        "that is left over?"
    ),
    "no-plus-one": _(
        "{answer} comes out if each kernel's steps are counted, not its places. The kernel stands somewhere "
        "before its first step: how many places do 4 steps visit?"
    ),
    "no-padding": _(
        "{answer} is right without padding. How many rows does the first padded layer read, with its padding?"
    ),
    "padding-once": _(
        "{answer} is right if padding is the total of both sides. PyTorch adds it on each side: how many "
        "rows does the first padded layer read, with its padding?"
    ),
    "no-stride": _(
        "{answer} is right if every window moves by one pixel. Which layers here take larger steps?"
    ),
}


def wrong_shapes(chain: Chain) -> Iterator[tuple[tuple[str, ...], Answer]]:
    """Yield the ids of each misconception, and the output shape if it is applied to every layer."""
    axes = [axis for step in chain.steps() for axis in step.axes]
    for rule in single_rules():
        if rule.ids[0] in CHAIN_HINTS and rule.can_occur(*axes):
            yield rule.ids, chain.shape_by_rule(partial(_by, rule))


def _by(rule: AxisRule, step: WindowQuestion) -> Answer:
    return tuple(rule.output_size(axis) for axis in step.axes)


def drawn_conv(
    draws: Draws, out_channels: int, *, stride: int = 1, paddings: tuple[int, ...] = (0,)
) -> Layer:
    """Return a drawn convolution with a square kernel, whose padding is at most half of the kernel.

    The kernel may be larger if there is a stride, or if one of the paddings asks for it.
    """
    padding = draws.choice(paddings)
    kernels = (3, 5, 7) if stride > 1 or max(paddings) > 2 else (3, 5)
    kernel_size = draws.choice([k for k in kernels if padding <= k // 2])
    return Layer(Window(kernel_size, stride, padding), out_channels)


def drawn_image(draws: Draws, least: int, most: int) -> MapShape:
    """Return a drawn image shape that is not square; height and width are at least `least`."""
    height, width = draws.between(least, most), draws.between(least, most)
    return draws.choice((1, 3)), height, width + (height == width)
