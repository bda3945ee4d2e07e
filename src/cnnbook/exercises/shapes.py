"""Questions about shapes without a formula: flattening, adaptive pools, concatenation, residual blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import COUNT, NUMBER, SHAPE, Answer, Form
from cnnbook.exercises.questions import Question, Slip

MapShape = tuple[int, int, int]


@dataclass(frozen=True)
class FlattenFeatures(Question):
    """How many in_features has the Linear after this feature map (C, H, W) is flattened, in a batch of N?"""

    kind: ClassVar[str] = "flatten-features"
    form: ClassVar[Form] = COUNT
    shape: MapShape
    batch: int
    targets: tuple[str, ...] = ()

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
    shape: MapShape
    output_size: tuple[int, int]
    flattened: bool = False
    targets: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        """Return the form of the answer."""
        return COUNT if self.flattened else SHAPE

    @property
    def key(self) -> Answer:
        """Return (C, *output_size), or its product."""
        return self._answer((self.shape[0], *self.output_size))

    def _answer(self, shape: tuple[int, ...]) -> Answer:
        return (prod(shape),) if self.flattened else shape

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *size = self.shape
        yield Slip(("global-pool-keeps-size",), self._answer(self.shape))
        if self.flattened:
            yield Slip(("global-pool-scalar",), (1,))
        if self.output_size != (1, 1):
            for window in (Window.pool(self.output_size), Window(self.output_size)):
                yield Slip(("pool-by-formula",), self._answer((channels, *window.output_size(size))))
            if not self.flattened:
                yield Slip(("swapped-height-width",), (channels, *self.output_size[::-1]))
        if not self.flattened:
            yield Slip(("channels-last",), (*self.output_size, channels))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        height, width = self.output_size
        size = str(height) if height == width else f"({height}, {width})"
        ending = ", and the result is flattened" if self.flattened else ""
        return {"input": self.shape, "layer": f"AdaptiveAvgPool2d({size})", "ending": ending}

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        return {"input_shape": self.shape, "output_size": self.output_size}


@dataclass(frozen=True)
class Concatenation(Question):
    """What comes out when branches of these channels are concatenated? The last branch pools its input."""

    kind: ClassVar[str] = "concatenation"
    form: ClassVar[Form] = SHAPE
    channels: tuple[int, ...]
    size: tuple[int, int]
    targets: tuple[str, ...] = ()

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
        yield Slip(("channels-last",), (*self.size, total))
        yield Slip(("swapped-height-width",), (total, width, height))

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
            "passes": self.channels[-1],
            "summed": sum_of_channels,
            "total": f"{sum_of_channels} = {sum(self.channels)}",
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers."""
        return {"channels": self.channels, "size": self.size}


@dataclass(frozen=True)
class ResidualBlock(Question):
    """What comes out of a residual block? Its shortcut is a projection where the shapes differ."""

    kind: ClassVar[str] = "residual-block"
    form: ClassVar[Form] = SHAPE
    shape: MapShape
    out_channels: int
    stride: int = 1
    targets: tuple[str, ...] = ()

    @property
    def key(self) -> Answer:
        """Return the shape of both paths, which their sum keeps."""
        return (self.out_channels, *self._size(self.stride))

    def _size(self, stride: int) -> Answer:
        return Window(3, stride, padding=1).output_size(self.shape[1:])

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *size = self.shape
        right = self._size(self.stride)
        yield Slip(("residual-as-concat",), (2 * self.out_channels, *right))
        if channels != self.out_channels:
            yield Slip(("residual-as-concat",), (channels + self.out_channels, *right))
            yield Slip(("channels-in",), (channels, *right))
            if self.stride == 1:
                yield Slip(("projection-always-strided",), (self.out_channels, *self._size(2)))
        if self.stride > 1:
            yield Slip(("no-stride",), (self.out_channels, *size))
        yield Slip(("channels-last",), (*right, self.out_channels))
        yield Slip(("swapped-height-width",), (self.out_channels, *right[::-1]))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        return {
            "input": self.shape,
            "in_channels": self.shape[0],
            "out_channels": self.out_channels,
            "s": self.stride,
            "answered": answer[1] if len(answer) == 3 else answer,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        return {"input_shape": self.shape, "out_channels": self.out_channels, "stride": self.stride}


@dataclass(frozen=True)
class ProjectionStride(Question):
    """Which stride has the projection on this residual block's shortcut? 0 if the block needs none."""

    kind: ClassVar[str] = "projection-stride"
    form: ClassVar[Form] = NUMBER
    zero_is_an_answer: ClassVar[bool] = True
    shape: MapShape
    out_channels: int
    stride: int = 1
    targets: tuple[str, ...] = ()

    @property
    def _needed(self) -> bool:
        return self.stride > 1 or self.shape[0] != self.out_channels

    @property
    def key(self) -> Answer:
        """Return the stride of the main path, or 0 where input and output have one shape."""
        return (self.stride if self._needed else 0,)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        if not self._needed:
            yield Slip(("projection-everywhere",), (1,))
        elif self.stride == 1:
            yield Slip(("projection-only-strided",), (0,))
        else:
            yield Slip(("projection-keeps-size",), (1,))
        if self.stride == 1:
            yield Slip(("projection-always-strided",), (2,))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        return {
            "input": self.shape,
            "in_channels": self.shape[0],
            "out_channels": self.out_channels,
            "s": self.stride,
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the question's numbers under PyTorch's names."""
        return {"input_shape": self.shape, "out_channels": self.out_channels, "stride": self.stride}
