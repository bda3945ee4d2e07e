"""Questions about residual blocks: what their sum gives, and what the shortcut needs to be added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import NUMBER, SHAPE, Answer, Form
from cnnbook.exercises.questions import Question, Slip, order_slips
from cnnbook.exercises.shapes import MapShape


@dataclass(frozen=True)
class _Block(Question):
    """A residual block: what it reads, and the channels and the stride of its main path."""

    input_shape: MapShape
    out_channels: int
    stride: int = 1

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        return {
            "input": self.input_shape,
            "in_channels": self.input_shape[0],
            "out_channels": self.out_channels,
            "s": self.stride,
            "answered": answer[1] if len(answer) == 3 else answer,
        }


@dataclass(frozen=True)
class ResidualBlock(_Block):
    """What comes out of a residual block? Its shortcut is a projection where the shapes differ."""

    kind: ClassVar[str] = "residual-block"
    form: ClassVar[Form] = SHAPE

    @property
    def key(self) -> Answer:
        """Return the shape of both paths, which their sum keeps."""
        return (self.out_channels, *self._size(self.stride))

    def _size(self, stride: int) -> Answer:
        return Window(3, stride, padding=1).output_size(self.input_shape[1:])

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        channels, *size = self.input_shape
        right = self._size(self.stride)
        yield Slip(("residual-as-concat",), (2 * self.out_channels, *right))
        if channels != self.out_channels:
            yield Slip(("residual-as-concat",), (channels + self.out_channels, *right))
            yield Slip(("channels-in",), (channels, *right))
            if self.stride == 1:
                yield Slip(("projection-always-strided",), (self.out_channels, *self._size(2)))
        if self.stride > 1:
            yield Slip(("no-stride",), (self.out_channels, *size))
        yield from order_slips(self.key)


@dataclass(frozen=True)
class ProjectionStride(_Block):
    """Which stride has the projection on this residual block's shortcut? 0 if the block needs none."""

    kind: ClassVar[str] = "projection-stride"
    form: ClassVar[Form] = NUMBER
    zero_is_an_answer: ClassVar[bool] = True

    @property
    def _needed(self) -> bool:
        return self.stride > 1 or self.input_shape[0] != self.out_channels

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
