"""Exercises of chapter 04: AlexNet, torchvision's variant and the network of 2012."""

from __future__ import annotations

from math import prod

from cnnbook.arithmetic import Window, conv_parameters, input_sizes, linear_parameters
from cnnbook.exercises.answers import NUMBER
from cnnbook.exercises.axis import Axis
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.depth import FieldOfChain
from cnnbook.exercises.inverses import SettingFor
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.windows import WindowQuestion

_STEM, _STEM_2012 = Window(11, stride=4, padding=2), Window(11, stride=4)
_CONV2, _CONV3, _POOL = Window(5, padding=2), Window(3, padding=1), Window.pool(3, 2)
_REST = (_POOL, _CONV2, _POOL, _CONV3, _CONV3, _CONV3, _POOL)


def _size(side: int, *windows: Window) -> tuple[int, ...]:
    size: tuple[int, ...] = (side, side)
    for window in windows:
        size = window.output_size(size)
    return size


def _conv(side: int, channels: tuple[int, int], window: Window, *targets: str) -> Question:
    return WindowQuestion((side, side), window, channels, targets=targets)


def _pool(side: int, channels: int, *targets: str) -> Question:
    return WindowQuestion((side, side), _POOL, (channels, channels), pool=True, targets=targets)


_LAST, _LAST_UNPADDED = _size(224, _STEM, *_REST), _size(224, _STEM_2012, *_REST)
_FEATURES = 256 * prod(_LAST)
_FEATURES_UNPADDED = 256 * prod(_LAST_UNPADDED)

# The maps of torchvision's five convolutions, kernel size by kernel size; the dense layers follow.
_CONVS = ((3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3))
_CONV_COUNT = sum(conv_parameters(*layer) for layer in _CONVS)


def _total(hidden: int, *, convs: int = _CONV_COUNT, second: int | None = None) -> int:
    """Return all parameters with `hidden` units in both hidden dense layers (or `second` in the other)."""
    second = second or hidden
    return (
        convs
        + linear_parameters(_FEATURES, hidden)
        + linear_parameters(hidden, second)
        + linear_parameters(second, 1000)
    )


_LIMIT = 30_000_000
_WIDTHS = range(256, 4097, 256)
_WIDEST = max(width for width in _WIDTHS if _total(width) < _LIMIT)

# Local response normalization by hand: five maps at one place, three of them summed around the fourth.
_MAPS = (1, 2, 0, 3, 2)
_NEIGHBOURS = _MAPS[2:5]

# The most windows of a pool of 3 with stride 2 that read one row: they start at 0, 2, 4, ...
_MOST_READS = max(sum(row in range(start, start + 3) for start in range(0, 53, 2)) for row in range(55))


def _smallest_input(side: int, padding: int = 2) -> int:
    """Return the smallest side that leaves `side` rows of the last map, with `padding` in the first layer."""
    for window in reversed(_REST):
        (k, _), (s, _), ((p, _), _) = window.kernel_size, window.stride, window.padding_before_after
        side = input_sizes(side, k, stride=s, padding=p)[0]
    return input_sizes(side, 11, stride=4, padding=padding)[0]


_POOL_STRIDE_3 = Window.pool(3)
_SLIPPED = (_STEM, _POOL_STRIDE_3, _CONV2, _POOL_STRIDE_3, _CONV3, _CONV3, _CONV3, _POOL_STRIDE_3)
_POOL_STRIDE_1 = Window(3)
_STRIDE_ONE = (_STEM, _POOL_STRIDE_1, _CONV2, _POOL_STRIDE_1, _CONV3, _CONV3, _CONV3, _POOL_STRIDE_1)

# Kernel size and stride, from the input to the last map.
_CHAIN = ((11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2))

_GROUPED = conv_parameters(384, 384, 3, groups=6)
_HEAD = linear_parameters(256, 1000)

EXERCISES: dict[str, Question] = {
    "alexnet.conv1": _conv(224, (3, 64), _STEM, "no-padding", "rounds-up", "no-stride", "channels-in"),
    "alexnet.pool1": _pool(55, 64, "no-plus-one", "no-stride", "pool-divides-channels"),
    "alexnet.conv2": _conv(27, (64, 192), _CONV2, "no-padding", "padding-once", "channels-in"),
    "alexnet.pool2": _pool(27, 192, "no-plus-one", "no-stride", "pool-divides-channels"),
    "alexnet.conv3": _conv(13, (192, 384), _CONV3, "no-padding", "padding-once", "channels-multiplied"),
    "alexnet.pool5": _pool(13, 256, "no-plus-one", "no-stride", "pool-divides-channels"),
    "alexnet.flatten": Stated(
        _FEATURES,
        because="256×6×6",
        wrong=(
            ("flatten-forgot-space", 256),
            ("flatten-forgot-channels", prod(_LAST)),
            ("alexnet-224-unpadded", _FEATURES_UNPADDED),
        ),
        targets=("flatten-forgot-space", "flatten-forgot-channels", "alexnet-224-unpadded"),
    ),
    "alexnet.overlap": Stated(
        _MOST_READS**2,
        because="2×2",
        wrong=(("windows-apart", 1), ("one-axis-only", _MOST_READS), ("kernel-area", 3 * 3)),
        form=NUMBER,
        targets=("windows-apart", "one-axis-only", "kernel-area"),
    ),
    "alexnet.lrn-divisor": Stated(
        1 + sum(a * a for a in _NEIGHBOURS),
        because=f"1 + {' + '.join(f'{a}×{a}' for a in _NEIGHBOURS)}",
        wrong=(
            ("lrn-no-constant", sum(a * a for a in _NEIGHBOURS)),
            ("lrn-own-map", 1 + _MAPS[3] ** 2),
            ("lrn-all-maps", 1 + sum(a * a for a in _MAPS)),
            ("lrn-not-squared", 1 + sum(_NEIGHBOURS)),
        ),
        form=NUMBER,
        targets=("lrn-no-constant", "lrn-own-map", "lrn-all-maps", "lrn-not-squared"),
    ),
    "alexnet.dropout-survivor": Stated(
        3 * 4,
        because="3/(1 - 3/4)",
        wrong=(("dropout-unscaled", 3), ("dropout-by-p", 3 * 4 // 3)),
        form=NUMBER,
        targets=("dropout-unscaled", "dropout-by-p"),
    ),
    "alexnet.conv2-grouped": ConvParameters(
        (96, 256),
        (5, 5),
        groups=2,
        targets=("groups-ignored", "groups-twice", "no-bias", "no-input-channels"),
    ),
    "alexnet.weighted-layers": Stated(
        5 + 3,
        because="5 + 3",
        wrong=(("counts-pools", 5 + 3 + 3), ("forgets-dense", 5)),
        form=NUMBER,
        targets=("counts-pools", "forgets-dense"),
    ),
    "alexnet.first-dense": DenseParameters(
        (_FEATURES, 4096), targets=("no-bias", "one-bias", "bias-per-input")
    ),
    "alexnet.at-224": WindowQuestion(
        (224,), Window((11,), 4), targets=("rounds-up", "no-plus-one", "no-stride", "divides-by-stride")
    ),
    "alexnet.at-224-features": Stated(
        _FEATURES_UNPADDED,
        because="256×5×5",
        wrong=(
            ("alexnet-6-assumed", _FEATURES),
            ("flatten-forgot-space", 256),
            ("flatten-forgot-channels", prod(_LAST_UNPADDED)),
        ),
        targets=("alexnet-6-assumed", "flatten-forgot-space", "flatten-forgot-channels"),
    ),
    "alexnet.padding-for-55": SettingFor(Axis(224, 11, stride=4), 55, targets=("rounds-up",)),
    "alexnet.field-last": FieldOfChain(
        _CHAIN, targets=("fields-added", "field-no-stride", "field-last-kernel")
    ),
    "alexnet.conv3-parameters": ConvParameters(
        (192, 384), (3, 3), groups=4, targets=("groups-ignored", "groups-twice", "no-bias", "one-bias")
    ),
    "alexnet.conv2-macs": ConvMacs(
        (64, 192),
        _CONV2,
        (_size(160, _STEM, _POOL)[0], _size(224, _STEM, _POOL)[1]),  # of a photograph of 160 x 224
        targets=("macs-as-parameters", "macs-doubled", "no-input-channels"),
    ),
    "alexnet.field-stride-two": FieldOfChain(
        ((11, 2), *_CHAIN[1:]), targets=("fields-added", "field-no-stride", "field-last-kernel")
    ),
    "alexnet.groups-from-count": Stated(
        conv_parameters(384, 384, 3, bias=False) // (_GROUPED - 384),
        because=f"3×3×384×384/({_GROUPED} - 384)",
        wrong=(("group-size", (_GROUPED - 384) // (3 * 3 * 384)),),
        form=NUMBER,
        targets=("group-size",),
    ),
    "alexnet.smallest-input": Stated(
        _smallest_input(1),
        because="((3×2 + 1)×2 + 1 - 1)×4 + 11 - 2×2",
        wrong=(
            ("no-padding", _smallest_input(1, padding=0)),
            ("padding-once", _smallest_input(1, padding=1)),
            ("last-map-six", _smallest_input(6)),
            ("field-is-smallest", FieldOfChain(_CHAIN).key),
            ("kernel-is-smallest", 11 - 2 * 2),
        ),
        numbers={"p": 2, "lines": "rows", "ends": "at the top and at the bottom"},
        form=NUMBER,
        targets=("no-padding", "padding-once", "last-map-six", "field-is-smallest", "kernel-is-smallest"),
    ),
    "alexnet.pool-bug": Stated(
        _size(224, *_SLIPPED)[0],
        because="(((55 - 3)//3 + 1 - 3)//3 + 1 - 3)//3 + 1",
        wrong=(("pool-stride-one", _size(224, *_STRIDE_ONE)[0]), ("change-ignored", _LAST[0])),
        form=NUMBER,
        targets=("pool-stride-one", "change-ignored"),
    ),
    "alexnet.global-head": Stated(
        _CONV_COUNT + _HEAD,
        because=f"{_CONV_COUNT} + 256×1000 + 1000",
        wrong=(
            ("forgets-convolutions", _HEAD),
            ("no-bias", _CONV_COUNT + _HEAD - 1000),
            ("global-pool-keeps-size", _CONV_COUNT + linear_parameters(_FEATURES, 1000)),
        ),
        targets=("forgets-convolutions", "no-bias", "global-pool-keeps-size"),
    ),
    "alexnet.narrower": Stated(
        _WIDEST,
        because=f"{_WIDEST // 256}×256",
        wrong=(
            ("forgets-convolutions", max(w for w in _WIDTHS if _total(w, convs=0) < _LIMIT)),
            ("one-layer-changed", max(w for w in _WIDTHS if _total(w, second=4096) < _LIMIT)),
        ),
        numbers={"total": _total(_WIDEST), "wider": _WIDEST + 256, "too_many": _total(_WIDEST + 256)},
        form=NUMBER,
        targets=("forgets-convolutions", "one-layer-changed"),
    ),
}
