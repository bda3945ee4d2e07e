"""Receptive fields: which pixels of the input a position of a feature map depends on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from cnnbook.arithmetic.integers import GeometryError
from cnnbook.arithmetic.windows import Window


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Which pixels of the input the positions of a feature map depend on, along one axis.

    Position 0 depends on the pixels `start` to `start + size - 1`. Each further position depends on as many
    pixels, `jump` pixels further on; `jump` is also called the effective stride. `start` is 0 or negative,
    and -start is the effective padding. `size` counts all pixels from the first to the last, also those that
    a dilated kernel skips. `ReceptiveField()` is that of the input itself. Both terms are
    those of Araujo, Norris and Sim, Computing receptive fields of convolutional neural networks (Distill,
    2019).
    """

    start: int = 0
    jump: int = 1
    size: int = 1

    def through(self, kernel_size: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Self:
        """Return the field after one more layer: start - p·jump, jump·s, size + d(k - 1)·jump.

        The numbers are those of one axis; padding is per side. Raises what `Window` raises.

        >>> ReceptiveField().through(7, stride=2, padding=3)  # ResNet's first convolution
        ReceptiveField(start=-3, jump=2, size=7)
        >>> ReceptiveField().through(7, stride=2, padding=3).through(3, stride=2, padding=1)  # and its pool
        ReceptiveField(start=-5, jump=4, size=11)
        """
        window = Window((kernel_size,), stride, padding, dilation)
        return self._through(window, 0)

    def union(self, other: ReceptiveField) -> Self:
        """Return the field after an addition or a concatenation of two branches.

        It reaches from the first pixel of both fields to the last. Raises GeometryError if the jumps differ:
        a position would then depend on different places of the image through the two branches.

        >>> skip = ReceptiveField(start=-5, jump=4, size=11)
        >>> skip.through(3, padding=1).through(3, padding=1).union(skip)  # ResNet's first block
        ReceptiveField(start=-13, jump=4, size=27)
        """
        if self.jump != other.jump:
            raise GeometryError(
                f"the branches step {self.jump} and {other.jump} pixels; equal strides along both would do"
            )
        start = min(self.start, other.start)
        end = max(self.start + self.size, other.start + other.size)
        return type(self)(start, self.jump, end - start)

    def at(self, position: int) -> range:
        """Return the pixels that one position depends on; those before 0 or after the input are padding.

        >>> ReceptiveField(start=-3, jump=2, size=7).at(1)
        range(-1, 6)
        """
        start = self.start + position * self.jump
        return range(start, start + self.size)

    def _through(self, window: Window, axis: int) -> Self:
        return type(self)(
            self.start - window.padding_before_after[axis][0] * self.jump,
            self.jump * window.stride[axis],
            self.size + (window.span[axis] - 1) * self.jump,
        )


def receptive_field(
    windows: Iterable[Window], fields: Sequence[ReceptiveField] | None = None
) -> tuple[ReceptiveField, ...]:
    """Return the receptive field after a chain of windows, one per axis (H, W).

    The chain starts at the input, or at a feature map whose `fields` are given. Without windows it is the
    field of its start. A layer that reads the whole image, such as global pooling or a linear layer, is a
    window as large as the image.

    Raises GeometryError where a window has other axes than the one before it.

    >>> lenet_s4 = receptive_field([Window(5), Window.pool(2), Window(5), Window.pool(2)])
    >>> lenet_s4[0]
    ReceptiveField(start=0, jump=4, size=16)
    >>> [field.size for field in receptive_field([Window(5)], lenet_s4)]  # C5 sees the whole image
    [32, 32]
    """
    chain = tuple(windows)
    if fields is None:
        fields = [ReceptiveField()] * (len(chain[0].kernel_size) if chain else 2)
    for place, window in enumerate(chain):
        if len(window.kernel_size) != len(fields):
            raise GeometryError(
                f"window {place} has {len(window.kernel_size)} axes, what it looks at has {len(fields)}; "
                "as many on every window would do"
            )
        fields = [field._through(window, axis) for axis, field in enumerate(fields)]
    return tuple(fields)
