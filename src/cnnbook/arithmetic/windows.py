"""The window of a convolution or pool: its settings, its output size, and the pixels that it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, Self

from cnnbook.arithmetic.integers import AXIS_NAMES, Axes, GeometryError, numbers, one_per_axis
from cnnbook.arithmetic.sizes import (
    check_ceil_mode,
    check_pool_padding,
    fitting_positions,
    same_padding_of_span,
    span,
)


@dataclass(frozen=True, slots=True, init=False)
class Window:
    """A kernel that slides over an image: kernel size, stride, padding and dilation on every axis.

    A number holds for every axis, a tuple has one number per axis: (H, W), or (L,), or (D, H, W). If all are
    numbers, the window has the axes (H, W). `padding` is per side. "valid" means 0. "same", which needs
    stride 1, becomes the padding that keeps the size; where that is an odd number of pixels in total it stays
    "same", and PyTorch pads one pixel more at the end. With `ceil_mode` the window is a pool's. Windows
    compare with ==, and can be dictionary keys.

    Raises GeometryError where PyTorch refuses the layer, TypeError for anything but integers.

    >>> Window((3, 5), stride=2, padding=1).output_size((224, 320))
    (112, 159)
    >>> Window(3, padding="same") == Window(3, padding=1)
    True
    """

    kernel_size: Axes
    stride: Axes
    padding: Axes | Literal["same"]
    dilation: Axes
    ceil_mode: bool

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] = 1,
        padding: int | Sequence[int] | str = 0,
        dilation: int | Sequence[int] = 1,
        ceil_mode: bool = False,
    ) -> None:
        check_ceil_mode(ceil_mode)
        if isinstance(padding, str):
            if ceil_mode:
                _refuse_named_padding(padding)
            if padding not in ("same", "valid"):
                raise GeometryError(f"padding is {padding!r}; a number, 'same' or 'valid' would do")
        fields = {
            "kernel_size": numbers(kernel_size, "kernel_size", 1),
            "stride": numbers(stride, "stride", 1),
            "padding": 0 if isinstance(padding, str) else numbers(padding, "padding", 0),
            "dilation": numbers(dilation, "dilation", 1),
        }
        axes = max([len(value) for value in fields.values() if isinstance(value, tuple)], default=2)
        for name, value in fields.items():
            object.__setattr__(self, name, one_per_axis(value, name, axes))
        object.__setattr__(self, "ceil_mode", ceil_mode)
        if ceil_mode:
            self._check_pool_padding()
        if isinstance(padding, str) and padding == "same":
            object.__setattr__(self, "padding", self._same_padding())

    @classmethod
    def pool(
        cls,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        ceil_mode: bool = False,
    ) -> Self:
        """Return a pool's window: the stride is the kernel size unless given, the padding at most k // 2.

        That limit holds for a dilated kernel too. PyTorch's message speaks of the "effective" kernel size,
        but PyTorch accepts no more than k // 2 either. Raises what `Window` raises.

        >>> Window.pool(2).output_size((28, 28))  # LeNet-5's S2
        (14, 14)
        >>> Window.pool(3, 2, padding=1).output_size((112, 112))  # ResNet's
        (56, 56)
        """
        if isinstance(padding, str):
            _refuse_named_padding(padding)
        window = cls(kernel_size, kernel_size if stride is None else stride, padding, dilation, ceil_mode)
        window._check_pool_padding()
        return window

    @property
    def span(self) -> Axes:
        """The pixels from the kernel's first to its last, both counted, per axis: d(k - 1) + 1.

        >>> Window(3, dilation=(1, 4)).span
        (3, 9)
        """
        return tuple([span(k, d) for k, d in zip(self.kernel_size, self.dilation, strict=True)])

    @property
    def padding_before_after(self) -> tuple[tuple[int, int], ...]:
        """The pixels of padding before the image's first pixel and after its last, per axis.

        >>> Window((2, 3), padding="same").padding_before_after
        ((0, 1), (1, 1))
        """
        if self.padding == "same":
            return tuple(map(same_padding_of_span, self.span))
        return tuple([(p, p) for p in self.padding])

    @property
    def total_padding(self) -> Axes:
        """The pixels of padding at both sides together, per axis.

        >>> Window(3, padding=1).total_padding, Window((2, 3), padding="same").total_padding
        ((2, 2), (1, 2))
        """
        return tuple([before + after for before, after in self.padding_before_after])

    def output_size(self, size: Sequence[int]) -> Axes:
        """Return the output's size for an input of `size` pixels, one number per axis: (H, W) gives (H', W').

        Raises GeometryError where the kernel does not fit, or `size` has other axes than the window.

        >>> Window(11, stride=4, padding=2).output_size((224, 224))  # torchvision's AlexNet
        (55, 55)
        """
        return tuple([count for _, count in self._by_axis(size)])

    def formula(self, size: Sequence[int]) -> str:
        """Return floor((n + 2p - d(k - 1) - 1)/s) + 1 with the numbers of `size` and the window in it.

        It is written once if all axes have the same numbers, else once for each axis. Raises what
        `output_size` raises.

        >>> Window(5).formula((32, 32))
        'floor((32 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 28'
        >>> Window((1, 7), padding=(0, 3)).formula((17, 20)).split(" and ")  # doctest: +NORMALIZE_WHITESPACE
        ['H: floor((17 + 2×0 - 1×(1 - 1) - 1)/1) + 1 = 17',
         'W: floor((20 + 2×3 - 1×(7 - 1) - 1)/1) + 1 = 20']
        >>> Window((2,), padding="same").formula((8,))  # 0 before, 1 after
        'floor((8 + (0 + 1) - 1×(2 - 1) - 1)/1) + 1 = 8'
        >>> Window.pool((1,), 2, ceil_mode=True).formula((10,)).split("; ")  # doctest: +NORMALIZE_WHITESPACE
        ['ceil((10 + 2×0 - 1×(1 - 1) - 1)/2) + 1 = 6',
         'window 6 would start after the image, (6 - 1)×2 >= 10 + 0, so 6 - 1 = 5']
        """
        texts = [self._formula(*row) for row in self._by_axis(size)]
        if len(set(texts)) == 1:
            return texts[0]
        return " and ".join(
            [f"{name}: {text}" for name, text in zip(AXIS_NAMES[len(texts)], texts, strict=True)]
        )

    def _formula(self, row: _Numbers, count: int) -> str:
        n, k, s, (before, after), d = row
        padding = f"2×{before}" if before == after else f"({before} + {after})"
        rounding = "ceil" if self.ceil_mode else "floor"
        text = f"{rounding}(({n} + {padding} - {d}×({k} - 1) - 1)/{s}) + 1 = "
        if self.ceil_mode and n + before + after - d * (k - 1) - 1 > (count - 1) * s:
            last = count + 1
            text += f"{last}; window {last} would start after the image, ({last} - 1)×{s} >= {n} + {before}, "
            text += f"so {last} - 1 = "
        return f"{text}{count}"

    def _by_axis(self, size: Sequence[int]) -> list[tuple[_Numbers, int]]:
        sizes = numbers(size, "size", 1)
        names = AXIS_NAMES[len(self.kernel_size)]
        if isinstance(sizes, int) or len(sizes) != len(names):
            axes = f"({', '.join(names)}{',' if len(names) == 1 else ''})"
            raise GeometryError(
                f"size is {sizes}; one number per axis, {axes}, without batch and channels, would do"
            )
        rows = list(
            zip(sizes, self.kernel_size, self.stride, self.padding_before_after, self.dilation, strict=True)
        )
        counts = []
        for name, row in zip(names, rows, strict=True):
            try:
                counts.append(fitting_positions(*row, self.ceil_mode))
            except GeometryError as error:
                if len(set(rows)) == 1:
                    raise
                raise GeometryError(f"{name}: {error}") from None
        return list(zip(rows, counts, strict=True))

    def _check_pool_padding(self) -> None:
        for k, (p, _) in zip(self.kernel_size, self.padding_before_after, strict=True):
            check_pool_padding(k, p)

    def _same_padding(self) -> Axes | Literal["same"]:
        before, after = zip(*map(same_padding_of_span, self.span), strict=True)
        if any(s != 1 for s in self.stride):
            instead = (
                f"; padding={after} gives ceil(n/stride)"
                if before == after
                else "; stride 1 or numbers would do"
            )
            raise GeometryError(f"padding='same' needs stride 1, not {self.stride}{instead}")
        return after if before == after else "same"


def _refuse_named_padding(padding: str) -> NoReturn:
    raise GeometryError(f"a pool takes no padding={padding!r}; a number would do")


# (n, k, s, (padding before, after), d) of one axis
_Numbers = tuple[int, int, int, tuple[int, int], int]


def unread(size: Sequence[int], window: Window) -> Axes:
    """Return how many rows and columns at the end of the *padded* input no window reads, per axis.

    They are left over where the stride does not divide. The last of them are padding; `unread_pixels` counts
    those that belong to the image. A stride larger than the kernel also skips pixels between two windows,
    which are not counted here. Raises what `Window.output_size` raises.

    >>> unread((224, 224), Window(11, stride=4, padding=2))  # torchvision's AlexNet: 228 = 54×4 + 11 + 1
    (1, 1)
    """
    return tuple(
        [
            max(0, n + before + after - (count - 1) * s - span(k, d))
            for (n, k, s, (before, after), d), count in window._by_axis(size)
        ]
    )


def unread_pixels(size: Sequence[int], window: Window) -> Axes:
    """Return how many of the image's own rows and columns, at its end, no window reads, per axis.

    Raises what `Window.output_size` raises.

    >>> unread_pixels((224, 224), Window(11, stride=4, padding=2))  # the one that is left is padding
    (0, 0)
    >>> unread_pixels((224, 224), Window(11, stride=4))
    (1, 1)
    """
    left = unread(size, window)
    return tuple([max(0, u - after) for u, (_, after) in zip(left, window.padding_before_after, strict=True)])
