"""The arithmetic of convolutional networks in integers: output sizes and their inverse, parameters, MACs.

The convention is PyTorch's: padding is per side, tuples are (height, width), a fraction is rounded down. What its CPU
kernels refuse is refused here with a `GeometryError`; the one exception is avg_pool3d, which also refuses a kernel
larger than the *unpadded* input, as no other pool does. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd, prod
from operator import index
from typing import Any, Final, Literal, NamedTuple, Self

Axes = tuple[int, ...]

# One letter per axis, as PyTorch's documentation names them.
_AXIS_NAMES: Final = {1: "L", 2: "HW", 3: "DHW"}


class GeometryError(ValueError):
    """A size or count that no layer can have: the message says what is wrong with it, and then what would work."""


def output_size(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Return how many positions a kernel takes along one axis: floor((n + 2p - d(k - 1) - 1)/s) + 1.

    All numbers are pixels of that axis; padding is per side (PyTorch's convention, not the total of both sides).
    With `ceil_mode`, which only pools have, the pool rule holds: the fraction is rounded up, a last window that would
    start after the image is dropped, and padding is at most half of the kernel.

    Raises GeometryError where PyTorch refuses the layer, TypeError for anything but integers.

    >>> output_size(32, 5)  # LeNet-5's C1
    28
    >>> output_size(224, 7, stride=2, padding=3)  # ResNet's first convolution
    112
    >>> output_size(112, 3, stride=2), output_size(112, 3, stride=2, ceil_mode=True)  # GoogLeNet's first pool
    (55, 56)
    >>> output_size(2, 5)
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: kernel does not fit: it spans 5 pixels, the padded input has 2; \
padding >= 2 or an input of at least 5 would do
    """
    n = _integer(size, "size", 1)
    k, s, p, d = _settings(kernel_size, stride, padding, dilation, ceil_mode)
    span = d * (k - 1) + 1
    positions = _positions(n, span, s, (p, p), ceil_mode)
    if positions < 1:
        raise GeometryError(_does_not_fit(n, k, span, s, (p, p), ceil_mode))
    return positions


@dataclass(frozen=True, slots=True, init=False)
class Window:
    """A kernel that slides over an image: kernel size, stride, padding and dilation on every axis.

    A number holds for every axis, a tuple gives one number per axis: (H, W), or (L,) or (D, H, W). Numbers alone make
    a window on (H, W). `padding` is per side; "valid" is 0, "same" (stride 1 only) becomes the padding that keeps the
    size, and stays "same" where that is odd in total: PyTorch then pads one pixel more at the end.
    With `ceil_mode` the window is a pool's. Windows compare with == and can be dictionary keys.

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
        if isinstance(padding, str):
            if padding not in ("same", "valid"):
                raise GeometryError(f"padding is {padding!r}; a number, 'same' or 'valid' would do")
            if ceil_mode:
                raise GeometryError(f"a pool takes no padding={padding!r}; a number would do")
        fields = {
            "kernel_size": _numbers(kernel_size, "kernel_size", 1),
            "stride": _numbers(stride, "stride", 1),
            "padding": 0 if isinstance(padding, str) else _numbers(padding, "padding", 0),
            "dilation": _numbers(dilation, "dilation", 1),
        }
        axes = max([len(value) for value in fields.values() if isinstance(value, tuple)], default=2)
        for name, value in fields.items():
            object.__setattr__(self, name, _one_per_axis(value, name, axes))
        if not isinstance(ceil_mode, bool):
            raise TypeError(f"ceil_mode must be True or False, not {ceil_mode!r}")
        object.__setattr__(self, "ceil_mode", ceil_mode)
        if ceil_mode:
            self._check_pool_padding()
        if padding == "same":
            object.__setattr__(self, "padding", self._padding_that_keeps_the_size())

    @classmethod
    def pool(
        cls,
        kernel_size: int | Sequence[int],
        stride: int | Sequence[int] | None = None,
        padding: int | Sequence[int] = 0,
        dilation: int | Sequence[int] = 1,
        ceil_mode: bool = False,
    ) -> Self:
        """Return a pool's window: the stride is the kernel size unless given, padding at most half of the kernel.

        Half of the kernel is k // 2 whatever the dilation: so PyTorch's kernels hold, for every pool.

        >>> Window.pool(2).output_size((28, 28))  # LeNet-5's S2
        (14, 14)
        >>> Window.pool(3, 2, padding=1).output_size((112, 112))  # ResNet's
        (56, 56)
        """
        if isinstance(padding, str):
            raise GeometryError(f"a pool takes no padding={padding!r}; a number would do")
        window = cls(kernel_size, kernel_size if stride is None else stride, padding, dilation, ceil_mode)
        window._check_pool_padding()
        return window

    @property
    def span(self) -> Axes:
        """The pixels from the kernel's first to its last, both counted, per axis: d(k - 1) + 1.

        >>> Window(3, dilation=(1, 4)).span
        (3, 9)
        """
        return tuple([d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True)])

    @property
    def total_padding(self) -> Axes:
        """The pixels of padding at both sides together, per axis.

        >>> Window(3, padding=1).total_padding, Window((2, 3), padding="same").total_padding
        ((2, 2), (1, 2))
        """
        return tuple([before + after for before, after in self.padding_before_after])

    @property
    def padding_before_after(self) -> tuple[tuple[int, int], ...]:
        """The pixels of padding before the first pixel and after the last, per axis.

        >>> Window((2, 3), padding="same").padding_before_after
        ((0, 1), (1, 1))
        """
        if self.padding == "same":
            return tuple([((span - 1) // 2, span // 2) for span in self.span])
        return tuple([(p, p) for p in self.padding])

    def output_size(self, size: Sequence[int]) -> Axes:
        """Return the output's size for an input of `size` pixels, one number per axis: (H, W) gives (H', W').

        Raises GeometryError where the kernel does not fit, or `size` has other axes than the window.

        >>> Window(11, stride=4, padding=2).output_size((224, 224))  # torchvision's AlexNet
        (55, 55)
        """
        return tuple([positions for positions, _ in self._by_axis(size)])

    def formula(self, size: Sequence[int]) -> str:
        """Return floor((n + 2p - d(k - 1) - 1)/s) + 1 with the numbers in it, once if all axes have the same.

        >>> Window(5).formula((32, 32))
        'floor((32 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 28'
        >>> print(Window((1, 7), padding=(0, 3)).formula((17, 20)))
        H: floor((17 + 2×0 - 1×(1 - 1) - 1)/1) + 1 = 17 , W: floor((20 + 2×3 - 1×(7 - 1) - 1)/1) + 1 = 20
        >>> Window((2,), padding="same").formula((8,))  # 0 before, 1 after
        'floor((8 + (0 + 1) - 1×(2 - 1) - 1)/1) + 1 = 8'
        >>> print(Window.pool((1,), 2, ceil_mode=True).formula((10,)))
        ceil((10 + 2×0 - 1×(1 - 1) - 1)/2) + 1 = 6; (6 - 1)×2 >= 10 + 0: window 6 would start after the image, \
so 6 - 1 = 5
        """
        texts = []
        for positions, (n, k, s, (before, after), d) in self._by_axis(size):
            rounding = "ceil" if self.ceil_mode else "floor"
            padding = f"2×{before}" if before == after else f"({before} + {after})"
            text = f"{rounding}(({n} + {padding} - {d}×({k} - 1) - 1)/{s}) + 1 = "
            if self.ceil_mode and n + 2 * before - d * (k - 1) - 1 > (positions - 1) * s:
                most = positions + 1
                text += (
                    f"{most}; ({most} - 1)×{s} >= {n} + {before}: window {most} would start after the image, "
                )
                text += f"so {most} - 1 = "
            texts.append(f"{text}{positions}")
        if len(set(texts)) == 1:
            return texts[0]
        return " , ".join(
            f"{name}: {text}" for name, text in zip(_AXIS_NAMES[len(texts)], texts, strict=True)
        )

    def _by_axis(self, size: Sequence[int]) -> list[tuple[int, tuple[int, int, int, tuple[int, int], int]]]:
        sizes = _numbers(size, "size", 1)
        if isinstance(sizes, int) or len(sizes) != len(self.kernel_size):
            names = _AXIS_NAMES[len(self.kernel_size)]
            axes = f"({', '.join(names)}{',' if len(names) == 1 else ''})"
            raise GeometryError(
                f"size is {sizes}; one number per axis, {axes}, no batch or channels, would do"
            )
        numbers = list(
            zip(sizes, self.kernel_size, self.stride, self.padding_before_after, self.dilation, strict=True)
        )
        rows = []
        for axis, (n, k, s, padding, d) in enumerate(numbers):
            span = d * (k - 1) + 1
            positions = _positions(n, span, s, padding, self.ceil_mode)
            if positions < 1:
                where = "" if len(set(numbers)) == 1 else f"{_AXIS_NAMES[len(numbers)][axis]}: "
                raise GeometryError(where + _does_not_fit(n, k, span, s, padding, self.ceil_mode))
            rows.append((positions, numbers[axis]))
        return rows

    def _check_pool_padding(self) -> None:
        for k, (p, _) in zip(self.kernel_size, self.padding_before_after, strict=True):
            _check_pool_padding(k, p)

    def _padding_that_keeps_the_size(self) -> Axes | Literal["same"]:
        odd = all(span % 2 for span in self.span)
        if any(s != 1 for s in self.stride):
            instead = (
                f"; padding={tuple(span // 2 for span in self.span)} gives ceil(n/stride)" if odd else ""
            )
            raise GeometryError(f"padding='same' works with stride 1, not {self.stride}{instead}")
        return tuple(span // 2 for span in self.span) if odd else "same"


def unread(size: Sequence[int], window: Window) -> Axes:
    """Return how many rows and columns at the end of the *padded* input no window reads, per axis.

    A stride that does not divide leaves them. The padding comes last, so the first of them to go are padding:
    `unread_pixels` counts those of the image. (A stride longer than the kernel also skips pixels between windows.)

    >>> unread((224, 224), Window(11, stride=4, padding=2))  # torchvision's AlexNet: 224 + 2×2 = 54×4 + 11 + 1
    (1, 1)
    """
    left = []
    for positions, (n, k, s, padding, d) in window._by_axis(size):
        left.append(max(0, n + sum(padding) - (positions - 1) * s - d * (k - 1) - 1))
    return tuple(left)


def unread_pixels(size: Sequence[int], window: Window) -> Axes:
    """Return how many of the image's own rows and columns at its end no window reads, per axis.

    >>> unread_pixels((224, 224), Window(11, stride=4, padding=2))  # the one unread column is padding
    (0, 0)
    >>> unread_pixels((224, 224), Window(11, stride=4))  # without padding
    (1, 1)
    """
    unread_ends = unread(size, window)
    return tuple(
        [max(0, u - after) for u, (_, after) in zip(unread_ends, window.padding_before_after, strict=True)]
    )


def transposed_output_size(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return a transposed convolution's output size on one axis: (n - 1)s - 2p + d(k - 1) + output_padding + 1.

    `output_padding` is smaller than the stride or the dilation: it picks one of the sizes that a convolution of the
    same stride would map to n. Raises GeometryError where PyTorch refuses the layer.

    >>> transposed_output_size(7, 3, stride=2, padding=1, output_padding=1)
    14
    """
    return _transposed(size, kernel_size, stride, padding, output_padding, dilation)[0]


def transposed_formula(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> str:
    """Return the rule of `transposed_output_size` with the numbers in it.

    >>> transposed_formula(7, 3, stride=2, padding=1, output_padding=1)
    '(7 - 1)×2 - 2×1 + 1×(3 - 1) + 1 + 1 = 14'
    """
    return _transposed(size, kernel_size, stride, padding, output_padding, dilation)[1]


class Setting(NamedTuple):
    """Four numbers of a window on one axis; `output_size(n, **setting._asdict())` takes them as they are."""

    kernel_size: int
    stride: int
    padding: int
    dilation: int


def settings_between(
    size: int,
    output: int,
    *,
    kernel_sizes: Iterable[int] = range(1, 12),
    strides: Iterable[int] = range(1, 5),
    paddings: Iterable[int] = range(6),
    dilations: Iterable[int] = (1,),
    ceil_mode: bool = False,
) -> list[Setting]:
    """Return every setting within the bounds that maps `size` to `output` pixels on one axis, in ascending order.

    With `ceil_mode`, by the pool rule.

    >>> settings_between(224, 112, kernel_sizes=[7])  # ResNet's first convolution
    [Setting(kernel_size=7, stride=2, padding=3, dilation=1)]
    >>> [setting.padding for setting in settings_between(28, 28, kernel_sizes=[5], strides=[1])]
    [2]
    """
    n = _integer(size, "size", 1)
    wanted = _integer(output, "output", 1)
    numbers = (
        sorted({_integer(k, "kernel_sizes", 1) for k in kernel_sizes}),
        sorted({_integer(s, "strides", 1) for s in strides}),
        sorted({_integer(p, "paddings", 0) for p in paddings}),
        sorted({_integer(d, "dilations", 1) for d in dilations}),
    )
    return [
        Setting(k, s, p, d)
        for k, s, p, d in product(*numbers)
        if _positions(n, d * (k - 1) + 1, s, (p, p), ceil_mode) == wanted and not (ceil_mode and p > k // 2)
    ]


def same_padding(kernel_size: int, dilation: int = 1) -> int:
    """Return the padding per side that keeps the size at stride 1: d(k - 1)/2, where that is whole.

    >>> same_padding(3), same_padding(5), same_padding(3, dilation=2)
    (1, 2, 2)
    >>> same_padding(4)
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: no padding keeps the size: the kernel spans 4 pixels, an even number, so \
padding 1 gives n - 1 and padding 2 gives n + 1; an odd span, or padding='same' (1 before, 2 after), would do
    """
    k, d = _integer(kernel_size, "kernel_size", 1), _integer(dilation, "dilation", 1)
    total = d * (k - 1)
    if total % 2:
        before, after = total // 2, total // 2 + 1
        raise GeometryError(
            f"no padding keeps the size: the kernel spans {total + 1} pixels, an even number, so padding {before} "
            f"gives n - 1 and padding {after} gives n + 1; an odd span, or padding='same' ({before} before, "
            f"{after} after), would do"
        )
    return total // 2


def input_sizes(
    output: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> range:
    """Return the input sizes on one axis that give `output`: from (m - 1)s + d(k - 1) + 1 - 2p, s of them.

    Sizes below 1 are left out, so the range is shorter, or empty, where padding alone would do.

    >>> input_sizes(55, 11, stride=4, padding=2)  # torchvision's AlexNet
    range(223, 227)
    >>> input_sizes(1, 3, padding=2)
    range(0, 0)
    """
    m = _integer(output, "output", 1)
    k, s, p, d = _settings(kernel_size, stride, padding, dilation, ceil_mode)
    span = d * (k - 1) + 1

    def least(m: int) -> int:
        """The smallest size that gives at least m."""
        if not ceil_mode:
            return (m - 1) * s + span - 2 * p
        return max((m - 2) * s + span - 2 * p, (m - 1) * s - p) + 1

    start, stop = max(1, least(m)), least(m + 1)
    return range(start, stop) if start < stop else range(0)


def conv_parameters(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    *,
    groups: int = 1,
    bias: bool = True,
) -> int:
    """Return a convolution's parameters: k_h k_w (C_in/groups) C_out weights, and C_out biases.

    A transposed convolution has as many. A kernel given as one number is square (k, k).

    >>> conv_parameters(1, 6, 5)  # LeNet-5's C1
    156
    >>> conv_parameters(96, 256, 5, groups=2)  # AlexNet's second, split over two GPUs
    307456
    """
    kernel = _numbers(kernel_size, "kernel_size", 1)
    taps = kernel**2 if isinstance(kernel, int) else prod(kernel)
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    return taps * (ins // groups) * outs + (outs if bias else 0)


def conv_macs(
    output_size: Sequence[int],
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    *,
    groups: int = 1,
) -> int:
    """Return a convolution's multiply-accumulates for one image: H' W' k_h k_w (C_in/groups) C_out.

    Multiplications with padding count, additions of the bias do not (as in torchvision's weights metadata).

    >>> conv_macs((112, 112), 3, 64, 7)  # ResNet's first convolution
    118013952
    """
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    return _taps("output_size", output_size, kernel_size) * (ins // groups) * outs


def conv_transpose_macs(
    input_size: Sequence[int],
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    *,
    groups: int = 1,
) -> int:
    """Return a transposed convolution's multiply-accumulates for one image: H W k_h k_w C_in (C_out/groups).

    The size is the *input's*: every input pixel is multiplied by the whole kernel, also where padding then crops.

    >>> conv_transpose_macs((7, 5), 8, 4, 3)
    10080
    """
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    return _taps("input_size", input_size, kernel_size) * ins * (outs // groups)


def linear_parameters(in_features: int, out_features: int, *, bias: bool = True) -> int:
    """Return a dense layer's parameters: in_features × out_features weights, and out_features biases.

    >>> linear_parameters(784, 15) + linear_parameters(15, 10)  # layers are added, not multiplied
    11935
    """
    outs = _integer(out_features, "out_features", 0)
    return _integer(in_features, "in_features", 0) * outs + (outs if bias else 0)


def linear_macs(in_features: int, out_features: int) -> int:
    """Return a dense layer's multiply-accumulates for one vector: in_features × out_features.

    >>> linear_macs(25088, 4096)  # VGG16's first
    102760448
    """
    return _integer(in_features, "in_features", 0) * _integer(out_features, "out_features", 0)


def batch_norm_parameters(channels: int, *, affine: bool = True) -> int:
    """Return a batch norm's parameters: a scale and a shift per channel (its running mean and variance are buffers).

    >>> batch_norm_parameters(64)
    128
    """
    return 2 * _integer(channels, "channels", 1) if affine else 0


def _integer(value: Any, name: str, least: int) -> int:
    if type(value) is not int:
        try:
            number = index(value)
        except TypeError:
            number = None
        if number is None or isinstance(value, bool):
            near = number if number is not None else _whole(value)
            instead = "" if near is None else f"; {near} would do"
            raise TypeError(f"{name} must be an integer, not {value!r}{instead}")
        value = number
    if value < least:
        raise GeometryError(f"{name} is {value}; at least {least} would do")
    return value


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, float) and value.is_integer() else None


def _numbers(value: Any, name: str, least: int) -> int | Axes:
    if type(value) is int or isinstance(value, str) or not isinstance(value, Iterable):
        return _integer(value, name, least)
    if not isinstance(value, tuple | list) and getattr(value, "ndim", 1) == 0:  # numpy's and torch's scalars
        return _integer(value, name, least)
    numbers = tuple([_integer(number, name, least) for number in value])
    if not numbers:
        raise GeometryError(f"{name} is empty; one number per axis would do")
    return numbers


def _one_per_axis(value: int | Axes, name: str, axes: int) -> Axes:
    if axes not in _AXIS_NAMES:
        raise GeometryError(f"a window has 1 axis (L), 2 (H, W) or 3 (D, H, W), not {axes}")
    if isinstance(value, int):
        return (value,) * axes
    if len(value) == 1:
        return value * axes
    if len(value) != axes:
        raise GeometryError(f"{name} has {len(value)} numbers, the window {axes} axes; 1 or {axes} would do")
    return value


def _settings(
    kernel_size: Any, stride: Any, padding: Any, dilation: Any, pool: bool
) -> tuple[int, int, int, int]:
    k = _integer(kernel_size, "kernel_size", 1)
    s = _integer(stride, "stride", 1)
    p = _integer(padding, "padding", 0)
    d = _integer(dilation, "dilation", 1)
    if pool:
        _check_pool_padding(k, p)
    return k, s, p, d


def _check_pool_padding(k: int, p: int) -> None:
    if p > k // 2:
        raise GeometryError(
            f"a pool's padding is at most half of its kernel ({k} // 2 = {k // 2}), not {p}; "
            f"padding {k // 2} or a kernel of at least {2 * p} would do"
        )


def _positions(n: int, span: int, s: int, padding: tuple[int, int], ceil_mode: bool) -> int:
    """The number of positions; below 1 where the kernel does not fit."""
    room = n + padding[0] + padding[1] - span
    if not ceil_mode:
        return room // s + 1
    positions = -(-room // s) + 1
    return positions - 1 if (positions - 1) * s >= n + padding[0] else positions


def _does_not_fit(n: int, k: int, span: int, s: int, padding: tuple[int, int], ceil_mode: bool) -> str:
    padded = n + sum(padding)
    least = span - s + 1 if ceil_mode else span  # rounding up lets a kernel overhang by less than a stride
    needed = -(-(least - n) // 2)
    ways = [f"an input of at least {least - sum(padding)}"]
    if needed <= k // 2:
        ways.insert(0, f"padding >= {needed}")
    elif not ceil_mode:
        ways.insert(0, f"padding >= {needed} (a pool allows {k // 2})")
    mode = " even with ceil_mode" if ceil_mode else ""
    return (
        f"kernel does not fit{mode}: it spans {span} pixels, the padded input has {padded}; "
        f"{' or '.join(ways)} would do"
    )


def _transposed(n: Any, k: Any, s: Any, p: Any, extra: Any, d: Any) -> tuple[int, str]:
    n, extra = _integer(n, "size", 1), _integer(extra, "output_padding", 0)
    k, s, p, d = _settings(k, s, p, d, pool=False)
    if extra >= max(s, d):
        raise GeometryError(
            f"output_padding is {extra}, stride {s} and dilation {d}; less than the larger of the two would do"
        )
    size = (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
    formula = f"({n} - 1)×{s} - 2×{p} + {d}×({k} - 1) + {extra} + 1 = {size}"
    if size < 1:
        most = (size + 2 * p - 1) // 2
        raise GeometryError(f"nothing is left: {formula}; padding of at most {most} would do")
    return size, formula


def _taps(name: str, size: Sequence[int], kernel_size: int | Sequence[int]) -> int:
    sizes, kernel = _numbers(size, name, 1), _numbers(kernel_size, "kernel_size", 1)
    if isinstance(sizes, int):
        raise GeometryError(f"{name} is {sizes}; one number per axis, ({sizes}, {sizes}), would do")
    return prod(sizes) * prod(_one_per_axis(kernel, "kernel_size", len(sizes)))


def _channels(in_channels: Any, out_channels: Any, groups: Any) -> tuple[int, int, int]:
    ins, outs = _integer(in_channels, "in_channels", 1), _integer(out_channels, "out_channels", 1)
    g = _integer(groups, "groups", 1)
    if ins % g or outs % g:
        common = gcd(ins, outs)
        fitting = ", ".join(str(d) for d in range(1, common + 1) if common % d == 0)
        raise GeometryError(
            f"groups is {g}, which does not divide both {ins} input and {outs} output channels; {fitting} would do"
        )
    return ins, outs, g
