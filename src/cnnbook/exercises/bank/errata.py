"""Exercises of chapter 09: the errata, each asked as the number that decides a claim."""

from __future__ import annotations

from cnnbook.arithmetic import GeometryError, Window, conv_parameters, output_size
from cnnbook.exercises.answers import NUMBER, SHAPE
from cnnbook.exercises.counts import ConvParameters, DenseParameters
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.windows import WindowQuestion
from cnnbook.networks.shipped import shipped


def _side(side: int, *windows: Window) -> int:
    for window in windows:
        side = window.output_size((side, side))[0]
    return side


def _heights(side: int, *windows: Window) -> list[int]:
    """Return the heights up to 400 that these windows bring to `side`."""
    return [n for n in range(1, 401) if _fits(n, *windows) == side]


def _fits(n: int, *windows: Window) -> int:
    try:
        return _side(n, *windows)
    except GeometryError:
        return 0


def _same_zeros(size: int, kernel_size: int, stride: int) -> tuple[int, int]:
    """Return the zeros that TensorFlow's SAME puts before and after."""
    outputs = -(-size // stride)
    zeros = max((outputs - 1) * stride + kernel_size - size, 0)
    return zeros // 2, zeros - zeros // 2


def _same(numbers: tuple[int, int, int], end: int, because: str) -> Question:
    """Ask how many zeros SAME puts at one end, 0 before or 1 behind; size, kernel size and stride."""
    zeros = _same_zeros(*numbers)
    return Stated(
        zeros[end],
        because=because,
        wrong=(("odd-zero-first", zeros[1 - end]), ("zeros-one-side", sum(zeros))),
        numbers=dict(zip("nks", numbers, strict=True)),
        form=NUMBER,
        targets=("odd-zero-first", "zeros-one-side"),
    )


def _caffe(size: int, kernel_size: int, stride: int) -> int:
    """Return the rows of a Caffe pool without padding: rounded up, and no window dropped."""
    return -(-(size - kernel_size) // stride) + 1


# AlexNet's windows (torchvision's variant) without those that keep the size, and LeNet-5's down to S4.
_POOL = Window.pool(3, 2)
_ALEXNET = (Window(11, stride=4, padding=2), _POOL, _POOL, _POOL)
_ALEXNET_HEIGHTS = _heights(6, *_ALEXNET)
_DIVIDING = [n for n in _ALEXNET_HEIGHTS if (n + 2 * 2 - 11) % 4 == 0]
_LENET = (Window(5), Window.pool(2), Window(5), Window.pool(2))

_CONV5_1 = shipped("vgg16")["features.24"].arguments  # the first convolution of stage 5
_STEM_112 = Window(7, stride=2, padding=3).output_size((192, 320))
_CONV2 = Window.pool(3, 2, padding=1).output_size(_STEM_112)

# Equal kernels, stride 1, that see 25 pixels together: the weights in units of C².
_STACKS = {k: k * k * ((25 - 1) // (k - 1)) for k in (2, 3, 5, 7, 13, 25)}
_CHEAPEST = min(_STACKS, key=lambda k: _STACKS[k])

# ResNet-18's windows of stride 2 at 224: what each reads, its kernel size and padding; projections last.
_MAIN = ((224, 7, 3), (112, 3, 1), (56, 3, 1), (28, 3, 1), (14, 3, 1))
_PROJECTIONS = ((56, 1, 0), (28, 1, 0), (14, 1, 0))


def _uneven(windows: tuple[tuple[int, int, int], ...]) -> int:
    return sum((n + 2 * p - k) % 2 != 0 for n, k, p in windows)


def _two_pools(size: int, ceil_mode: bool) -> int:
    for _ in range(2):
        size = output_size(size, 3, stride=2, ceil_mode=ceil_mode)
    return size


_DECIDING = sum(_two_pools(n, False) != _two_pools(n, True) for n in range(7, 31))
_SHIFTS = sum(shift % (2 * 2 * 2) == 0 for shift in range(1, 17))

EXERCISES: dict[str, Question] = {
    "errata.dense": DenseParameters((20, 6, 4), targets=("layers-multiplied", "no-bias", "one-bias")),
    "errata.vgg-stage5": Stated(
        conv_parameters(_CONV5_1["in_channels"], _CONV5_1["out_channels"], 3),
        because="3×3×512×512 + 512",
        wrong=(
            ("channels-always-double", conv_parameters(512, 1024, 3)),
            ("no-input-channels", conv_parameters(1, 512, 3)),
            ("no-bias", conv_parameters(512, 512, 3, bias=False)),
        ),
        targets=("channels-always-double", "no-input-channels", "no-bias"),
    ),
    "errata.pool": WindowQuestion(
        (30, 44),
        Window.pool(4, 3, padding=2),
        (8, 8),
        pool=True,
        targets=("no-padding", "rounds-up", "no-stride", "padding-adds-channels"),
    ),
    "errata.heights": Stated(
        len(_ALEXNET_HEIGHTS),
        because=f"{_ALEXNET_HEIGHTS[-1]} - {_ALEXNET_HEIGHTS[0]} + 1",
        wrong=(("only-the-exact-size", 1), ("only-the-exact-size", len(_DIVIDING))),
        form=NUMBER,
        targets=("only-the-exact-size",),
    ),
    "errata.strided-unpadded": Stated(
        output_size(40, 3, stride=2),
        because="(40 - 3)//2 + 1",
        wrong=(
            ("padding-idle", output_size(40, 3, stride=2, padding=1)),
            ("no-plus-one", output_size(40, 3, stride=2) - 1),
            ("no-stride", output_size(40, 3)),
        ),
        numbers={"n": 40, "k": 3, "s": 2, "span": 3, "padded": 40, "line": "row", "lines": "rows"},
        form=NUMBER,
        targets=("padding-idle", "no-plus-one", "no-stride"),
    ),
    "errata.shifts": Stated(
        _SHIFTS,
        because="16//(2×2×2)",
        wrong=(("pool-shift-invariant", 16), ("jump-last-stride", 16 // 2)),
        form=NUMBER,
        targets=("pool-shift-invariant", "jump-last-stride"),
    ),
    "errata.kernel": Stated(
        _CHEAPEST,
        wrong=(("odd-is-best", 3), ("odd-is-best", 5), ("fewest-layers-cheapest", 25)),
        numbers={"kernels": tuple(_STACKS)},
        form=NUMBER,
        targets=("odd-is-best", "fewest-layers-cheapest"),
    ),
    "errata.stack": Stated(
        2 * (5 - 1) // (3 - 1),
        because="2×(5 - 1)//(3 - 1)",
        wrong=(("layer-for-layer", 2), ("layer-for-layer", 1)),
        form=NUMBER,
        targets=("layer-for-layer",),
    ),
    "errata.conv2": Stated(
        (256, *_CONV2),
        wrong=(
            ("no-pool", (256, *_STEM_112)),
            ("stage-one-halves", (256, _CONV2[0] // 2, _CONV2[1] // 2)),
            ("expansion-forgotten", (64, *_CONV2)),
            ("swapped-height-width", (256, *_CONV2[::-1])),
        ),
        form=SHAPE,
        targets=("no-pool", "stage-one-halves", "expansion-forgotten", "swapped-height-width"),
    ),
    "errata.projections": Stated(
        4 - 1,
        because="4 - 1",
        wrong=(("projection-always-strided", 4),),
        form=NUMBER,
        targets=("projection-always-strided",),
    ),
    "errata.unit-reads": Stated(
        shipped("resnet50")["layer2.0"].rows[0].input_shapes[0][1],
        because="4×64",
        wrong=(("expansion-forgotten", 64), ("expansion-forgotten", 128), ("unit-output", 512)),
        form=NUMBER,
        targets=("expansion-forgotten", "unit-output"),
    ),
    "errata.year": Stated(
        2000 + 1512 // 100,
        because="2000 + 1512//100",
        wrong=(("predecessors-year", 2000 + 1409 // 100),),
        numbers={"number": 151200567},
        form=NUMBER,
        targets=("predecessors-year",),
    ),
    "errata.first-layer": ConvParameters(
        (3, 96), (11, 11), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "errata.undefined": Stated(
        3,
        wrong=(("first-error-only", 1), ("no-body-read", 2)),
        form=NUMBER,
        targets=("first-error-only", "no-body-read"),
    ),
    "errata.pretrained": Stated(
        1,
        wrong=(("newest-is-best", 2),),
        form=NUMBER,
        targets=("newest-is-best",),
    ),
    "errata.remainders": Stated(
        _uneven(_MAIN) + _uneven(_PROJECTIONS),
        because=f"{_uneven(_MAIN)} + {_uneven(_PROJECTIONS)}",
        wrong=(("projections-uncounted", _uneven(_MAIN)), ("stem-only", _uneven(_MAIN[:2]))),
        form=NUMBER,
        targets=("projections-uncounted", "stem-only"),
    ),
    "errata.same-top": _same((224, 7, 2), 0, "((112 - 1)×2 + 7 - 224)//2"),
    "errata.ceil": WindowQuestion(
        (9, 14),
        Window.pool(2, 3, ceil_mode=True),
        (16, 16),
        pool=True,
        targets=("ceil-no-clamp", "no-stride", "same-size"),
    ),
    "errata.v1-reads": Stated(
        _side(56, Window(1, stride=2)),
        because="(56 - 1)//2 + 1",
        wrong=(("stride-in-three", 56), ("halves-twice", 56 // 4)),
        form=NUMBER,
        targets=("stride-in-three", "halves-twice"),
    ),
    "errata.odd-total": Stated(
        output_size(46 + 3, 8, stride=4),  # one zero before the rows, two behind them
        because="(46 - 8 + 3)//4 + 1",
        wrong=(
            ("padding-doubled", output_size(46, 8, stride=4, padding=3)),
            ("no-padding", output_size(46, 8, stride=4)),
        ),
        numbers={"n": 46, "k": 8, "s": 4, "p": 3, "lines": "rows", "ends": "in all"},
        form=NUMBER,
        targets=("padding-doubled", "no-padding"),
    ),
    "errata.same-bottom": _same((20, 5, 3), 1, "3 - 3//2"),
    "errata.pillow": WindowQuestion(
        (180, 320),
        Window((3, 7)),
        (3, 8),
        targets=("swapped-height-width", "kernel-wrong-axis", "channels-last", "channels-in"),
    ),
    "errata.caffe": Stated(
        _caffe(15, 2, 3),
        wrong=(
            ("caffe-clamped", output_size(15, 2, stride=3, ceil_mode=True)),
            ("no-stride", output_size(15, 2)),
        ),
        because="13//3 + 1 + 1",
        numbers={"n": 15, "k": 2, "s": 3, "span": 2, "padded": 15, "line": "row", "lines": "rows"},
        form=NUMBER,
        targets=("caffe-clamped", "no-stride"),
    ),
    "errata.bug-channels": Stated(
        (3, 180, 320),
        wrong=(
            ("swapped-height-width", (3, 320, 180)),
            ("channels-last", (180, 320, 3)),
        ),
        numbers={"input": (1, 180, 320, 3)},
        form=SHAPE,
        targets=("swapped-height-width", "channels-last"),
    ),
    "errata.same-map": Stated(
        len(_heights(5, *_LENET)),
        because="2×2",
        wrong=(("only-the-exact-size", 1), ("jump-last-stride", 2)),
        form=NUMBER,
        targets=("only-the-exact-size", "jump-last-stride"),
    ),
    "errata.smallest": Stated(
        next(n for n in range(3, 100) if output_size(n, 3, stride=2) != n // 2),
        because="4",
        wrong=(("first-case", 3), ("odd-to-blame", 5)),
        numbers={"n": 3, "k": 3, "s": 2},
        form=NUMBER,
        targets=("first-case", "odd-to-blame"),
    ),
    "errata.deciding": Stated(
        _DECIDING,
        because="24 - 6",
        wrong=(
            ("one-pool-only", sum((n - 3) % 2 != 0 for n in range(7, 31))),
            ("all-decide", len(range(7, 31))),
        ),
        numbers={"heights": (7, 30)},
        form=NUMBER,
        targets=("one-pool-only", "all-decide"),
    ),
}
