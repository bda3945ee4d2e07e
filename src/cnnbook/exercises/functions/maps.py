"""Write a function that computes maps: a max-pool and a convolution, by loops over nested lists."""

from __future__ import annotations

from collections.abc import Callable

from cnnbook.arithmetic import output_size
from cnnbook.exercises.functions.questions import MapsQuestion, Probe
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _

Map = list[list[float]]
Maps = list[Map]
OneNumber = Callable[[list[float]], float]


def _numbers(*shape: int, start: int = 1) -> list[object]:
    """Return nested lists of this shape with whole numbers from -9 to 9 in no order that shows."""
    length, *rest = shape
    if not rest:
        return [(start * start * 5 + 7 * i * i + 3 * i * start) % 19 - 9 for i in range(length)]
    return [_numbers(*rest, start=start * 3 + i * 2 + 1) for i in range(length)]


def _windows(one: Map, places: tuple[int, int], kernel_size: int, stride: int, pick: OneNumber) -> Map:
    """Return one number for each place of a window; what hangs over the edge is left out of the window."""
    rows, columns = places
    return [
        [
            pick(
                [
                    number
                    for row in one[y * stride : y * stride + kernel_size]
                    for number in row[x * stride : x * stride + kernel_size]
                ]
            )
            for x in range(columns)
        ]
        for y in range(rows)
    ]


def _places(one: Map, kernel_size: int, stride: int, *, more: int = 0) -> tuple[int, int]:
    return (
        output_size(len(one), kernel_size, stride=stride) + more,
        output_size(len(one[0]), kernel_size, stride=stride) + more,
    )


def _pool(maps: Maps, kernel_size: int, stride: int, pick: OneNumber = max) -> Maps:
    return [_windows(one, _places(one, kernel_size, stride), kernel_size, stride, pick) for one in maps]


def _rounded_up(maps: Maps, kernel_size: int, stride: int) -> Maps:
    def up(size: int) -> int:
        return -(-(size - kernel_size) // stride) + 1

    return [_windows(one, (up(len(one)), up(len(one[0]))), kernel_size, stride, max) for one in maps]


def _steps_counted(maps: Maps, kernel_size: int, stride: int) -> Maps:
    places = [_places(one, kernel_size, stride, more=-1) for one in maps]
    return [_windows(one, at, kernel_size, stride, max) for one, at in zip(maps, places, strict=True)]


def _over_channels(maps: Maps, kernel_size: int, stride: int) -> Maps:
    """Return for every channel the largest number of the window in all channels."""
    pooled = _pool(maps, kernel_size, stride)
    rows, columns = range(len(pooled[0])), range(len(pooled[0][0]))
    return [[[max(one[y][x] for one in pooled) for x in columns] for y in rows] for _channel in maps]


def _transposed(maps: Maps) -> Maps:
    return [[list(column) for column in zip(*one, strict=True)] for one in maps]


def _pool_probe(shape: tuple[int, int, int], kernel_size: int, stride: int) -> Probe:
    return Probe((_numbers(*shape), kernel_size, stride), {"shape": shape, "k": kernel_size, "s": stride})


def _below_zero(probe: Probe) -> Probe:
    """Return the probe with each number of its maps made negative."""
    maps, *rest = probe.arguments
    return Probe(
        ([[[-abs(number) - 1 for number in row] for row in one] for one in maps], *rest),
        {**probe.values, "shape": f"{probe.values['shape']}"},
    )


WRITE_POOL = MapsQuestion(
    "my_pool(maps, kernel_size, stride)",
    _pool,
    (
        _pool_probe((1, 4, 4), 2, 2),
        _pool_probe((1, 7, 4), 2, 2),
        _pool_probe((1, 6, 8), 3, 1),
        _pool_probe((3, 5, 8), 2, 3),
        _below_zero(_pool_probe((2, 4, 6), 2, 2)),
        _pool_probe((2, 9, 12), 3, 2),
    ),
    _("maps of {shape}, kernel {k}, stride {s}"),
    wrong={
        "rounds-up": _rounded_up,
        "no-plus-one": _steps_counted,
        "no-stride": lambda maps, kernel_size, stride: _pool(maps, kernel_size, 1),
        "windows-apart": lambda maps, kernel_size, stride: _pool(maps, kernel_size, kernel_size),
        "mean-not-max": lambda maps, kernel_size, stride: _pool(
            maps, kernel_size, stride, lambda window: sum(window) / len(window)
        ),
        "max-from-zero": lambda maps, kernel_size, stride: _pool(
            maps, kernel_size, stride, lambda window: max(0, *window)
        ),
        "pool-mixes-channels": _over_channels,
        "swapped-height-width": lambda maps, kernel_size, stride: _transposed(_pool(maps, kernel_size, stride)),
    },
    solution=_(
        "Make rows and columns with (size - kernel_size)//stride + 1. For channel c, row y and column x take "
        "the window maps[c][y*stride : y*stride + kernel_size], of each row the same for x, and its largest "
        "number."
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns what max-pooling makes of maps, which have the shape "
            "(channels, height, width): tensors, or lists inside lists. There is no padding."
        ),
        ask=_(
            "Take one channel on paper. In which row does window y start, in which column window x, and how many "
            "windows fit?"
        ),
        formula=_("A pool makes floor((n - k)/s) + 1 rows of n rows, and each channel by itself."),
        hints={
            "rounds-up": _(
                "Your pool rounds up. What does PyTorch do with a window that hangs over the edge?"
            ),
            "no-plus-one": _(
                "Your pool makes one row and one column too few. Where does the window stand before its first "
                "step?"
            ),
            "no-stride": _(
                "Your pool moves by one pixel, whatever the stride is. In which row does the second window start?"
            ),
            "windows-apart": _(
                "Your pool moves by the kernel size, whatever the stride is. May two windows overlap?"
            ),
            "mean-not-max": _("Your pool takes the mean. Which one number of a window does a max-pool keep?"),
            "max-from-zero": _(
                "Your pool starts its maximum at 0. What is the largest number of a window that holds only "
                "negative numbers?"
            ),
            "pool-mixes-channels": _(
                "Your pool takes the maximum over all channels. How many channels does a pool look at together?"
            ),
            "swapped-height-width": _(
                "Your pool gives rows and columns in exchanged places. Which comes first, height or width?"
            ),
        },
    ),
)


def _conv(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    """Return the convolution of maps (C, H, W) with kernels (M, C, k_h, k_w)."""
    framed = [_framed(one, padding, padding) for one in maps]
    return [_added([_slide(one, part, stride) for one, part in zip(framed, own, strict=True)]) for own in kernels]


def _framed(one: Map, before: int, after: int) -> Map:
    """Return a map with rows and columns of zeros before and after its own."""
    width = before + len(one[0]) + after
    rows = [[0.0] * before + list(row) + [0.0] * after for row in one]
    return [[0.0] * width] * before + rows + [[0.0] * width] * after


def _slide(one: Map, kernel: Map, stride: int) -> Map:
    rows = output_size(len(one), len(kernel), stride=stride)
    columns = output_size(len(one[0]), len(kernel[0]), stride=stride)
    return [
        [
            sum(
                weight * one[y * stride + i][x * stride + j]
                for i, line in enumerate(kernel)
                for j, weight in enumerate(line)
            )
            for x in range(columns)
        ]
        for y in range(rows)
    ]


def _added(maps: Maps) -> Map:
    return [[sum(numbers) for numbers in zip(*rows, strict=True)] for rows in zip(*maps, strict=True)]


def _flipped(kernels: list[Maps]) -> list[Maps]:
    return [[[line[::-1] for line in part[::-1]] for part in own] for own in kernels]


def _conv_each(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    """Return a map for each kernel and each channel, which are not added up."""
    return [_conv([one], [[part]], stride, padding)[0] for own in kernels for one, part in zip(maps, own, strict=True)]


def _conv_first(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    return _conv(maps[:1], [own[:1] for own in kernels], stride, padding)


def _conv_one_side(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    return _conv([_framed(one, 0, padding) for one in maps], kernels, stride, 0)


def _conv_probe(maps: tuple[int, ...], kernels: tuple[int, ...], stride: int, padding: int) -> Probe:
    return Probe(
        (_numbers(*maps), _numbers(*kernels, start=2), stride, padding),
        {"maps": maps, "kernels": kernels, "s": stride, "p": padding},
    )


WRITE_CONV = MapsQuestion(
    "my_conv(maps, kernels, stride, padding)",
    _conv,
    (
        _conv_probe((1, 3, 4), (1, 1, 2, 2), 1, 0),
        _conv_probe((1, 4, 4), (1, 1, 3, 3), 1, 1),
        _conv_probe((2, 5, 6), (1, 2, 3, 2), 1, 0),
        _conv_probe((2, 7, 5), (3, 2, 3, 3), 2, 1),
        _conv_probe((3, 6, 7), (2, 3, 2, 3), 3, 2),
    ),
    _("maps of {maps}, kernels of {kernels}, stride {s}, padding {p}"),
    wrong={
        "kernel-flipped": lambda maps, kernels, stride, padding: _conv(maps, _flipped(kernels), stride, padding),
        "no-stride": lambda maps, kernels, stride, padding: _conv(maps, kernels, 1, padding),
        "no-padding": lambda maps, kernels, stride, padding: _conv(maps, kernels, stride, 0),
        "zeros-one-side": _conv_one_side,
        "channels-multiplied": _conv_each,
        "no-input-channels": _conv_first,
        "one-map-only": lambda maps, kernels, stride, padding: _conv(maps, kernels[:1], stride, padding),
    },
    solution=_(
        "Put padding zeros on all four sides. For kernel m, row y and column x add up the products of "
        "kernels[m][c][i][j] with padded[c][y*stride + i][x*stride + j], over all c, i and j."
    ),
    words=Words(
        prompt=_(
            "Write the function {signature} with loops. maps have the shape (channels, height, width), kernels "
            "(out_channels, channels, kernel height, kernel width): tensors, or lists inside lists. It returns "
            "what conv2d makes of them, without biases."
        ),
        ask=_(
            "Take the first output on paper. Which pixel lies under which weight, in which channel, and what is "
            "added up?"
        ),
        hints={
            "kernel-flipped": _(
                "Your convolution turns the kernel round first, as in mathematics. Does conv2d do that?"
            ),
            "no-stride": _(
                "Your convolution moves by one pixel, whatever the stride is. In which row does the second window "
                "start?"
            ),
            "no-padding": _("Your convolution does not use padding. How many rows has the padded map?"),
            "zeros-one-side": _(
                "Your convolution puts all zeros at the bottom and on the right. On which sides does PyTorch?"
            ),
            "channels-multiplied": _(
                "Your convolution gives a map for each kernel and channel. What becomes of the sums of one kernel "
                "in all its channels?"
            ),
            "no-input-channels": _(
                "Your convolution reads the first channel only. How many channels does a kernel have?"
            ),
            "one-map-only": _("Your convolution uses the first kernel only. How many maps come out?"),
        },
    ),
)
