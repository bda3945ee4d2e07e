"""One small layer with numbers: a convolution or a pool over an image that fits on a page."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, Final

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.widgets.inputs import Edit, channels
from cnnbook.widgets.kernels import COLOR_KERNELS, weights
from cnnbook.widgets.number_rows import Rows, per_channel
from cnnbook.widgets.sliders import LIMITS, ways

KINDS: Final = ("convolution", "max", "average")

# What is wrong with the channels, and what would work; the browser says it too.
PROBLEMS: Final = {
    "pool": "a pool of {count} channels has {count} outputs, the explorer draws one; "
    "a convolution or the photograph in grey would do",
    "kernel": "the kernel has {wanted} channels, the input {count}; "
    "the photograph in colour or the kernel 'edges' would do",
}

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layer:
    """A convolution or a pool with one output channel, applied to an image whose numbers are known.

    `size` is the image's (H, W), `kind` one of `KINDS`. `kernel` and `input` are names of `kernels.KERNELS`
    and `inputs.INPUTS`, or numbers; `edits` are the pixels that were changed. As in PyTorch, a convolution
    and an average pool are padded with zeros, which count in the average, and a max pool is padded with
    -inf.

    >>> layer = Layer((4, 5), Window(3, padding=1))
    >>> layer.output_size, layer.weights[0], layer.output[0]
    ((4, 5), [-1, 0, 1], [5, 3, 12, 9, -17])
    """

    size: Size
    window: Window
    kind: str = "convolution"
    kernel: Any = "edges"
    input: Any = "numbers"
    edits: tuple[Edit, ...] = ()

    @property
    def output_size(self) -> Size:
        """The output's (H, W). Raises GeometryError where PyTorch refuses the layer or it has no picture."""
        if problem := self.problem:
            raise GeometryError(problem)
        height, width = self.window.output_size(self.size)
        return height, width

    @property
    def problem(self) -> str:
        """What is wrong with the layer and what would work, in one sentence; "" if all is well.

        >>> Layer((4, 9), Window(3, dilation=2)).problem
        'H: kernel does not fit: it spans 5 pixels, the padded input has 4; \
padding 1, an input of 5 × 9, kernel size 2 or dilation 1 would do'
        """
        if wrong := self._wrong_channels():
            return wrong
        (k, _), (s, _), (d, _) = self.window.kernel_size, self.window.stride, self.window.dilation
        (p, _), _ = self.window.padding_before_after
        settings = {"size": self.size, "kernel_size": k, "stride": s, "padding": p, "dilation": d}
        if not (refused := _refusal(self.kind, settings)):
            return ""
        # An error says what is wrong, then what would work; the sliders replace the second half.
        wrong, _, _ = refused.partition("; ")
        return f"{wrong}; {ways(settings, self.input == 'numbers', lambda s: not _refusal(self.kind, s))}"

    @property
    def formula(self) -> str:
        """The output size's formula with the numbers in it, as `Window.formula` writes it; "" if refused."""
        return "" if self.problem else self.window.formula(self.size)

    @property
    def channels(self) -> list[Rows]:
        """The image's numbers, for each channel its rows."""
        return channels(self.input, self.size, self.edits)

    @property
    def pictured(self) -> bool:
        """Whether the input is drawn as a picture: it is in colour, or has too many numbers for cells."""
        return len(self.channels) > 1 or max(self.size) > LIMITS["size"][1]

    @property
    def image(self) -> Rows:
        """The numbers of the image's first channel, row by row.

        >>> Layer((2, 6), Window(3)).image
        [[0, 3, 2, 8, 7, 7], [1, 2, 2, 9, 6, 6]]
        """
        return self.channels[0]

    @property
    def kernels(self) -> list[Rows]:
        """The kernel's numbers, for each channel its rows; a pool has none, so no channels."""
        if self.kind != "convolution":
            return []
        return weights(self.kernel, self.window.kernel_size[0], len(self.channels))

    @property
    def weights(self) -> Rows:
        """The kernel's numbers for the first channel, row by row; a pool has none, so no rows.

        >>> Layer((4, 4), Window(2), kernel="ones").weights
        [[1, 1], [1, 1]]
        """
        return self.kernels[0] if self.kind == "convolution" else []

    @property
    def output(self) -> list[list[float]]:
        """The output's numbers, row by row. Raises GeometryError where the layer has a problem."""
        height, width = self.output_size
        padded, kernels = [self._padded(rows) for rows in self.channels], self.kernels
        return [self._row(row, width, padded, kernels) for row in range(height)]

    def value(self, row: int, column: int) -> float:
        """Return one number of the output.

        >>> Layer((4, 4), Window(2, stride=2), "max").value(1, 1)
        7
        """
        padded = [self._padded(rows) for rows in self.channels]
        return self._row(row, column + 1, padded, self.kernels)[column]

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
        """Return the number of the first channel at one place of the padded image.

        >>> [Layer((4, 4), Window(3, padding=1), kind).pixel(-1, 2) for kind in KINDS]
        [0, -inf, 0]
        """
        if 0 <= y < self.size[0] and 0 <= x < self.size[1]:
            number: float = self.image[y][x]
            return number
        return self.outside

    @property
    def outside(self) -> float:
        """The number that padding counts as."""
        return -inf if self.kind == "max" else 0

    def _padded(self, rows: Rows) -> Rows:
        before, after = self.window.padding_before_after[0]
        sides = [self.outside] * before, [self.outside] * after
        level = [self.outside] * (before + self.size[1] + after)
        return [level] * before + [[*sides[0], *row, *sides[1]] for row in rows] + [level] * after

    def _row(self, row: int, count: int, padded: list[Rows], kernels: list[Rows]) -> list[float]:
        """Return the first `count` numbers of one row of the output: for all of them a tap reads a slice."""
        (k, _), (s, _), (d, _) = self.window.kernel_size, self.window.stride, self.window.dilation
        found: list[float] = [self.outside] * count
        for channel, rows in enumerate(padded):
            for i in range(k):
                line = rows[row * s + i * d]
                for j in range(k):
                    read = line[j * d : j * d + (count - 1) * s + 1 : s]
                    if self.kind == "max":
                        found = list(map(max, found, read))
                    else:
                        weight = kernels[channel][i][j] if kernels else 1
                        found = [whole + weight * pixel for whole, pixel in zip(found, read, strict=True)]
        return [whole / (k * k) for whole in found] if self.kind == "average" else found

    def _wrong_channels(self) -> str:
        count = len(self.channels)
        if self.kind != "convolution":
            return PROBLEMS["pool"].format(count=count) if count > 1 else ""
        wanted = 3 if self.kernel in COLOR_KERNELS else 1
        wanted = wanted if isinstance(self.kernel, str) else len(per_channel(self.kernel))
        return PROBLEMS["kernel"].format(wanted=wanted, count=count) if wanted > count else ""


def _refusal(kind: str, settings: dict[str, Any]) -> str:
    """Return what PyTorch refuses about the settings, as `cnnbook.arithmetic` says it; "" for nothing."""
    k, s, p, d = (settings[name] for name in ("kernel_size", "stride", "padding", "dilation"))
    try:
        window = Window(k, s, p, d) if kind == "convolution" else Window.pool(k, s, p, d)
        if kind == "average" and d != 1:
            return f"dilation is {d}, average pooling has none in PyTorch"
        window.output_size(settings["size"])
    except GeometryError as error:
        return str(error)
    return ""
