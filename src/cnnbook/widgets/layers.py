"""One small layer with numbers: a convolution or a pool over an image that fits on a page."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final

from cnnbook.arithmetic import GeometryError, Window

KINDS: Final = ("convolution", "max", "average")
KERNELS: Final = ("edge", "ones", "identity")

# The smallest and the largest value of each of the explorer's sliders; larger drawings would be unreadable.
LIMITS: Final = {
    "size": (1, 12),
    "kernel_size": (1, 7),
    "stride": (1, 4),
    "padding": (0, 3),
    "dilation": (1, 3),
}

Size = tuple[int, int]
Rows = list[list[int]]


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution or a pool of one channel, applied to an image whose numbers are always the same.

    `size` is the image's (H, W), `kind` one of `KINDS`. A convolution has one of the kernels that `KERNELS`
    names: "edge" subtracts the left pixels from the right ones, "ones" adds all up, "identity" copies the
    middle one. As in PyTorch, a convolution and an average pool are padded with zeros, which count in the
    average, and a max pool is padded with -inf.

    >>> layer = Layer((4, 5), Window(3, padding=1))
    >>> layer.output_size, layer.weights[0], layer.output[0]
    ((4, 5), [-1, 0, 1], [5, 3, 12, 9, -17])
    """

    size: Size
    window: Window
    kind: str = "convolution"
    kernel: str = "edge"

    @property
    def output_size(self) -> Size:
        """The output's (H, W). Raises GeometryError where PyTorch refuses the layer."""
        window = self.window
        if self.kind != "convolution":
            paddings = [before for before, _ in window.padding_before_after]
            window = Window.pool(window.kernel_size, window.stride, paddings, window.dilation)
        if self.kind == "average" and window.dilation != (1, 1):
            given = window.dilation[0]
            raise GeometryError(f"dilation is {given}, average pooling has none in PyTorch; 1 would do")
        height, width = window.output_size(self.size)
        return height, width

    @property
    def problem(self) -> str:
        """What PyTorch refuses about the layer and what would work, in one sentence; "" if it accepts it.

        >>> Layer((4, 9), Window(3, dilation=2)).problem
        'H: kernel does not fit: it spans 5 pixels, the padded input has 4; \
padding >= 1 or an input of at least 5 would do'
        """
        try:
            self.output_size  # noqa: B018
        except GeometryError as error:
            return str(error)
        return ""

    @property
    def formula(self) -> str:
        """The output size's formula with the numbers in it, as `Window.formula` writes it; "" if refused."""
        return "" if self.problem else self.window.formula(self.size)

    @property
    def image(self) -> Rows:
        """The image's numbers, row by row: stripes of three columns, low (0 to 3) and high (6 to 9).

        >>> Layer((2, 6), Window(3)).image
        [[0, 3, 2, 8, 7, 7], [1, 2, 2, 9, 6, 6]]
        """
        height, width = self.size
        return [[_pixel(y, x) for x in range(width)] for y in range(height)]

    @property
    def weights(self) -> Rows:
        """The kernel's numbers, row by row; a pool has none, so no rows.

        >>> Layer((4, 4), Window(2), kernel="ones").weights
        [[1, 1], [1, 1]]
        """
        k = self.window.kernel_size[0]
        if self.kind != "convolution":
            return []
        return [[_weight(self.kernel, k, y, x) for x in range(k)] for y in range(k)]

    @property
    def output(self) -> list[list[float]]:
        """The output's numbers, row by row. Raises GeometryError where PyTorch refuses the layer."""
        height, width = self.output_size
        return [[self.value(row, column) for column in range(width)] for row in range(height)]

    def value(self, row: int, column: int) -> float:
        """Return one number of the output, a whole one unless it is an average.

        >>> Layer((4, 4), Window(2, stride=2), "max").value(1, 1)
        7
        """
        read = [self.pixel(y, x) for y, x in self.taps(row, column)]
        if self.kind == "max":
            return max(read)
        if self.kind == "average":
            return sum(read) / len(read)
        return sum(w * pixel for w, pixel in zip([w for ws in self.weights for w in ws], read, strict=True))

    def taps(self, row: int, column: int) -> list[Size]:
        """Return the pixels (y, x) that one output number reads, row by row; outside the image is padding.

        >>> Layer((4, 4), Window(2, padding=1)).taps(0, 2)
        [(-1, 1), (-1, 2), (0, 1), (0, 2)]
        """
        down, across = (
            [o * s - before + d * tap for tap in range(k)]
            for o, k, s, d, (before, _) in zip(
                (row, column),
                self.window.kernel_size,
                self.window.stride,
                self.window.dilation,
                self.window.padding_before_after,
                strict=True,
            )
        )
        return [(y, x) for y in down for x in across]

    def pixel(self, y: int, x: int) -> float:
        """Return the number at one place of the padded image.

        >>> [Layer((4, 4), Window(3, padding=1), kind).pixel(-1, 2) for kind in KINDS]
        [0, -inf, 0]
        """
        if 0 <= y < self.size[0] and 0 <= x < self.size[1]:
            return _pixel(y, x)
        return -inf if self.kind == "max" else 0


def _pixel(y: int, x: int) -> int:
    # The formula does not contain the size, so a larger image has the same numbers, and more.
    return (0 if x % 6 < 3 else 6) + (3 * x + 5 * y + x * y) % 7 % 4


def _weight(kernel: str, k: int, y: int, x: int) -> int:
    if kernel == "ones" or k == 1:
        return 1
    if kernel == "identity":
        return int(y == x == (k - 1) // 2)
    return (2 * x > k - 1) - (2 * x < k - 1)
