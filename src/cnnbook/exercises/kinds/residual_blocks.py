"""The output shape of a residual block, and the stride of the projection on its shortcut."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import NUMBER, SHAPE, Answer, Form, MapShape
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words, order_slips
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class _Block(Question):
    """A residual block: its input shape, and the channels and the stride of its main path."""

    input_shape: MapShape
    out_channels: int
    stride: int = 1

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        return {
            "input": self.input_shape,
            "in_channels": self.input_shape[0],
            "rows": self.input_shape[1],
            "columns": self.input_shape[2],
            "out_channels": self.out_channels,
            "s": self.stride,
        }


@dataclass(frozen=True)
class ResidualBlock(_Block):
    """Which shape comes out of a residual block? Its shortcut is a projection if the shapes differ."""

    kind: ClassVar[str] = "residual-block"
    form: ClassVar[Form] = SHAPE
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A residual block reads {input}, (channels, height, width). Its main path makes {out_channels} "
            "channels with stride {s} (its 3x3 has padding 1), its shortcut fits. What comes out?"
        ),
        ask=_(
            "Look at the main path alone first. How many channels does it make, and what does its stride "
            "leave of {rows} rows, and what of {columns} columns?"
        ),
        ask_channels=_("Look at the main path alone first. How many channels does it make?"),
        formula=_(
            "The two paths are added, so both have the main path's shape: its channels, and the size divided "
            "by its stride (rounded up)."
        ),
        substituted=_("The main path makes {out_channels} channels with stride {s}."),
        correct=_("{answer}: both paths have this shape, and a sum keeps it."),
        hints={
            "channels-in": _(
                "{in_channels} is the number of channels of the input. How many channels does the main path "
                "make, and what must the shortcut do to be added to it?"
            ),
            "no-padding": _(
                "{answered} rows come out without padding. How many rows does padding 1 add before the 3x3 "
                "begins?"
            ),
            "no-stride": _(
                "{answered} is the number of rows that go in. The block has stride {s}: what does that do to "
                "height and width?"
            ),
        },
    )

    @property
    def key(self) -> Answer:
        """The shape of the main path, which the sum keeps."""
        return (self.out_channels, *self._size(self.stride))

    def _size(self, stride: int) -> Answer:
        return Window(3, stride, padding=1).output_size(self.input_shape[1:])

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
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
        if self.stride == 2:
            if not any(n % 2 for n in size):  # of an odd side no padding leaves what rounding down leaves
                yield Slip(("no-padding",), (self.out_channels, *Window(3, 2).output_size(tuple(size))))
            yield Slip(("halves-downwards",), (self.out_channels, *(n // 2 for n in size)))
        yield from order_slips(self.key)


@dataclass(frozen=True)
class ProjectionStride(_Block):
    """Which stride has the projection on this residual block's shortcut? 0 if the block needs none."""

    kind: ClassVar[str] = "projection-stride"
    form: ClassVar[Form] = NUMBER
    zero_is_an_answer: ClassVar[bool] = True
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A residual block reads {input}, (channels, height, width). Its main path makes {out_channels} "
            "channels with stride {s}. Which stride has the projection on its shortcut? Answer 0 if it needs "
            "none."
        ),
        ask=_("What comes out of the main path? What must happen to the input to have the same shape?"),
        formula=_(
            "The shortcut must have the main path's channels, height and width, or the two cannot be added."
        ),
        substituted=_(
            "{in_channels} channels go in and {out_channels} come out; the main path has stride {s}."
        ),
        correct=_("{answer}: with it the shortcut has the shape of the main path."),
        incorrect=_("{answer} does not fit."),
        hints={
            "projection-always-strided": _(
                "A projection with stride 2 halves the map. Which stride has the main path that it is added "
                "to?"
            )
        },
    )

    @property
    def _needed(self) -> bool:
        return self.stride > 1 or self.input_shape[0] != self.out_channels

    @property
    def key(self) -> Answer:
        """The stride of the main path, or 0 if input and output have the same shape."""
        return (self.stride if self._needed else 0,)

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        if not self._needed:
            yield Slip(("projection-everywhere",), (1,))
        elif self.stride == 1:
            yield Slip(("projection-only-strided",), (0,))
        else:
            yield Slip(("projection-keeps-size",), (1,))
        if self.stride == 1:
            yield Slip(("projection-always-strided",), (2,))


@kind(
    "residual-block",
    ("residual-as-concat", "channels-in", "projection-always-strided"),
    ("residual-as-concat", "channels-in", "no-stride"),
    ("residual-as-concat",),
    ("halves-downwards", "no-stride", "residual-as-concat"),
    distinct_from=(
        "channels-last",
        "swapped-height-width",
    ),
    version=2,
)
def residual_block(draws: Draws, targets: Targets) -> Question:
    """Return a question about a residual block."""
    channels = draws.choice((16, 32, 64, 128))
    out_channels = channels * (1 if targets == ("residual-as-concat",) else draws.choice((2, 4)))
    stride = 2 if "no-stride" in targets else 1
    shape = (channels, draws.between(10, 64), draws.between(10, 64))
    return ResidualBlock(shape, out_channels, stride, targets=targets)


@kind(
    "projection-stride",
    ("projection-only-strided", "projection-always-strided"),
    ("projection-everywhere", "projection-always-strided"),
    ("projection-keeps-size",),
)
def projection_stride(draws: Draws, targets: Targets) -> Question:
    """Return a question about a residual block, which may need no projection."""
    channels = draws.choice((16, 32, 64, 128, 256))
    stride = 2 if "projection-keeps-size" in targets else 1
    out_channels = channels if "projection-everywhere" in targets else channels * draws.choice((2, 4))
    side = 2 * draws.between(4, 32)
    return ProjectionStride(
        (channels, side, side + 2 * draws.between(1, 9)), out_channels, stride, targets=targets
    )
