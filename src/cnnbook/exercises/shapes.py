"""Questions about shapes without a formula: flattening, adaptive pools, concatenation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import COUNT, SHAPE, Answer, Form
from cnnbook.exercises.questions import Question, Slip, order_slips

MapShape = tuple[int, int, int]


@dataclass(frozen=True)
class FlattenFeatures(Question):
    """How many in_features has the Linear after this feature map (C, H, W) is flattened, in a batch of N?"""

    kind: ClassVar[str] = "flatten-features"
    form: ClassVar[Form] = COUNT
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

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        channels, height, width = self.shape
        return {"input": (self.batch, *self.shape), "because": f"{channels}×{height}×{width}"}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers."""
        return {"input_shape": (self.batch, *self.shape)}


@dataclass(frozen=True)
class AdaptivePool(Question):
    """What comes out of AdaptiveAvgPool2d(output_size)? `flattened`: how many features are that?"""

    kind: ClassVar[str] = "adaptive-pool"
    input_shape: MapShape
    output_size: tuple[int, int]
    flattened: bool = False

    @property
    def form(self) -> Form:
        """Return the form of the answer."""
        return COUNT if self.flattened else SHAPE

    @property
    def key(self) -> Answer:
        """Return (C, *output_size), or its product."""
        return self._answer((self.input_shape[0], *self.output_size))

    def _answer(self, shape: tuple[int, ...]) -> Answer:
        return (prod(shape),) if self.flattened else shape

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *size = self.input_shape
        yield Slip(("global-pool-keeps-size",), self._answer(self.input_shape))
        if self.flattened:
            yield Slip(("global-pool-scalar",), (1,))
        if self.output_size != (1, 1):
            for window in (Window.pool(self.output_size), Window(self.output_size)):
                yield Slip(("pool-by-formula",), self._answer((channels, *window.output_size(size))))
        if not self.flattened:
            yield from order_slips(self.key)

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        height, width = self.output_size
        size = str(height) if height == width else f"({height}, {width})"
        ending = ", and the result is flattened" if self.flattened else ""
        return {"input": self.input_shape, "layer": f"AdaptiveAvgPool2d({size})", "ending": ending}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        return {"input_shape": self.input_shape, "output_size": self.output_size}


@dataclass(frozen=True)
class Concatenation(Question):
    """What comes out when branches of these channels are concatenated?"""

    kind: ClassVar[str] = "concatenation"
    form: ClassVar[Form] = SHAPE
    channels: tuple[int, ...]
    size: tuple[int, int]

    @property
    def key(self) -> Answer:
        """Return the sum of the channels, at the size that all branches share."""
        return (sum(self.channels), *self.size)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
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
        """Yield what is left when any other branch is forgotten."""
        for channels in self.channels[:-1]:
            yield Slip(("concat-forgot-branch",), (sum(self.channels) - channels, *self.size))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        shapes = [f"({channels}, {self.size[0]}, {self.size[1]})" for channels in self.channels]
        sum_of_channels = " + ".join(map(str, self.channels))
        return {
            "inputs": f"{', '.join(shapes[:-1])} and {shapes[-1]}",
            "branches": len(self.channels),
            "summed": sum_of_channels,
            "total": f"{sum_of_channels} = {sum(self.channels)}",
        }
