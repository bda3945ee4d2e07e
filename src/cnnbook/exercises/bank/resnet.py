"""Exercises of chapter 07: the ResNets."""

from __future__ import annotations

from cnnbook.arithmetic import (
    Window,
    conv_parameters,
    input_sizes,
    linear_parameters,
)
from cnnbook.exercises.answers import NUMBER, SHAPE, Answer
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.depth import FieldOfChain, LayerCount
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.residual import ProjectionStride, ResidualBlock
from cnnbook.exercises.windows import WindowQuestion
from cnnbook.networks.shipped import shipped

_18, _50 = shipped("resnet18"), shipped("resnet50")
_STEM = (Window(7, stride=2, padding=3), Window(3, stride=2, padding=1))
_HALVE = Window(3, stride=2, padding=1)


def _side(side: int, *windows: Window) -> int:
    for window in windows:
        side = window.output_size((side, side))[0]
    return side


def _shape(channels: int, side: int, *windows: Window) -> Answer:
    side = _side(side, *windows)
    return (channels, side, side)


def _smallest(side: int, halvings: int) -> int:
    """Return the smallest image that so many padded windows of stride 2 bring down to this side."""
    for _ in range(halvings):
        side = input_sizes(side, 3, stride=2, padding=1)[0]
    return side


def _conv(*channels: int, kernel_size: int = 1) -> int:
    return conv_parameters(channels[0], channels[1], kernel_size, bias=False)


_CONVOLUTIONS = sum(row.op == "conv2d" for row in _18)
_NORM_CHANNELS = sum(row.output_shape[1] for row in _50["layer1.1"] if row.op == "batch_norm")
_PROJECTIONS = sum(_conv(width, 2 * width) for width in (64, 128, 256))
_PROJECTION_NORMS = sum(2 * width for width in (128, 256, 512))
_OLD_HEAD, _NEW_HEAD = linear_parameters(512, 1000), linear_parameters(512, 100)
_BLOCK_CONVS = _conv(48, 96, kernel_size=3) + _conv(96, 96, kernel_size=3)
_BOTTLENECK = _conv(256, 64) + _conv(64, 64, kernel_size=3) + _conv(64, 256)
_LAST = (*_STEM, _HALVE, _HALVE, _HALVE)
_FURTHER = _50["layer3.1"].used_parameters
_BUDGET = 35_000_000
_MORE = (_BUDGET - _50.parameters) // _FURTHER

EXERCISES: dict[str, Question] = {
    "resnet.block": ResidualBlock(
        (64, 48, 40), 128, stride=2, targets=("residual-as-concat", "channels-in", "no-stride")
    ),
    "resnet.projection-parameters": ConvParameters(
        (64, 128), (1, 1), bias=False, targets=("bias-before-batchnorm", "no-input-channels")
    ),
    "resnet.first-of-18": ProjectionStride(
        (64, 48, 40), 64, targets=("projection-everywhere", "projection-always-strided")
    ),
    "resnet.stem-unpadded": WindowQuestion(
        (224,),
        Window((7,), stride=(2,)),
        targets=("rounds-up", "no-plus-one", "no-stride", "divides-by-stride"),
    ),
    "resnet.conv1": WindowQuestion(
        (224, 224), _STEM[0], (3, 64), targets=("no-padding", "rounds-up", "channels-in", "channels-last")
    ),
    "resnet.conv2": Stated(
        _shape(64, 224, *_STEM),
        wrong=(
            ("stage-one-halves", _shape(64, 224, *_STEM, _HALVE)),
            ("no-pool", _shape(64, 224, _STEM[0])),
        ),
        numbers={"formula": f"{_STEM[0].formula((224, 224))}, then {_STEM[1].formula((112, 112))}"},
        form=SHAPE,
        targets=("stage-one-halves", "no-pool"),
    ),
    "resnet.conv5": Stated(
        _shape(512, 224, *_LAST),
        wrong=(
            ("stage-one-halves", _shape(512, 224, *_LAST, _HALVE)),
            ("no-pool", _shape(512, 224, *_LAST[1:])),
            ("channels-in", _shape(256, 224, *_LAST)),
            ("channels-last", _shape(512, 224, *_LAST)[::-1]),
        ),
        form=SHAPE,
        targets=("stage-one-halves", "no-pool", "channels-in", "channels-last"),
    ),
    "resnet.convolutions-18": Stated(
        _CONVOLUTIONS,
        because="1 + 2×(2 + 2 + 2 + 2) + 3",
        wrong=(
            ("projection-forgotten", _CONVOLUTIONS - 3),
            ("projection-everywhere", _CONVOLUTIONS + 1),
            ("name-is-convolutions", 18),
        ),
        form=NUMBER,
        targets=("projection-forgotten", "projection-everywhere", "name-is-convolutions"),
    ),
    "resnet.name-101": LayerCount(
        (3, 4, 23, 3), 3, targets=("counts-projections", "counts-pools", "forgets-dense")
    ),
    "resnet.bottleneck-weights": Stated(
        _BOTTLENECK,
        because="256×64 + 3×3×64×64 + 64×256",
        wrong=(
            ("expansion-forgotten", _conv(256, 64) + _conv(64, 64, kernel_size=3) + _conv(64, 64)),
            ("no-input-channels", _conv(256, 64) + _conv(1, 64, kernel_size=3) + _conv(64, 256)),
            ("all-kernels-three", 9 * (_conv(256, 64) + _conv(64, 64) + _conv(64, 256))),
            ("bias-before-batchnorm", _BOTTLENECK + 64 + 64 + 256),
        ),
        targets=("expansion-forgotten", "no-input-channels", "all-kernels-three", "bias-before-batchnorm"),
    ),
    "resnet.conv2-of-50": ResidualBlock(
        (64, 56, 56), 256, targets=("projection-always-strided", "residual-as-concat", "channels-in")
    ),
    "resnet.first-of-50": ProjectionStride(
        (64, 56, 56), 256, targets=("projection-only-strided", "projection-always-strided")
    ),
    "resnet.places-read": Stated(
        _side(56, Window(1, stride=2)) ** 2,
        because="28×28",
        wrong=(("reads-everything", 56 * 56), ("one-axis-only", 56 * 28), ("stride-as-gap", 19 * 19)),
        targets=("reads-everything", "one-axis-only", "stride-as-gap"),
    ),
    "resnet.option-b": Stated(
        _PROJECTIONS + _PROJECTION_NORMS,
        because="64×128 + 128×256 + 256×512 + 2×(128 + 256 + 512)",
        wrong=(
            ("norm-without-weights", _PROJECTIONS),
            ("one-of-two", _PROJECTIONS + _PROJECTION_NORMS // 2),
            ("all-kernels-three", 9 * _PROJECTIONS + _PROJECTION_NORMS),
            ("projection-everywhere", _PROJECTIONS + _PROJECTION_NORMS + _conv(64, 64) + 2 * 64),
        ),
        targets=("norm-without-weights", "one-of-two", "all-kernels-three", "projection-everywhere"),
    ),
    "resnet.at-225": Stated(
        _side(225, *_LAST),
        wrong=(
            ("halves-downwards", 225 // 32),
            ("no-pool", _side(225, *_LAST[1:])),
            ("stage-one-halves", _side(225, *_LAST, _HALVE)),
        ),
        form=NUMBER,
        kind="last-map",
        targets=("halves-downwards", "no-pool", "stage-one-halves"),
    ),
    "resnet.field-first-block": FieldOfChain(
        ((7, 2), (3, 2), (3, 1), (3, 1)), targets=("fields-added", "field-no-stride", "fields-multiplied")
    ),
    "resnet.head-100": Stated(
        _18.parameters - _OLD_HEAD + _NEW_HEAD,
        because=f"{_18.parameters} - 513000 + 51300",
        wrong=(
            ("change-ignored", _18.parameters),
            ("old-head-kept", _18.parameters + _NEW_HEAD),
            ("no-bias", _18.parameters - 512 * 1000 + 512 * 100),
        ),
        targets=("change-ignored", "old-head-kept", "no-bias"),
    ),
    "resnet.trained-100": DenseParameters((512, 100), targets=("no-bias", "one-bias", "bias-per-input")),
    "resnet.layer3-macs": ConvMacs(
        (128, 256),
        _HALVE,
        (28, 28),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels", "same-size"),
    ),
    "resnet.block-parameters": Stated(
        _BLOCK_CONVS + _conv(48, 96) + 3 * 2 * 96,
        because="3×3×48×96 + 3×3×96×96 + 48×96 + 3×2×96",
        wrong=(
            ("projection-forgotten", _BLOCK_CONVS + 2 * 2 * 96),
            ("norm-without-weights", _BLOCK_CONVS + _conv(48, 96)),
            ("stored-as-learned", _BLOCK_CONVS + _conv(48, 96) + 3 * 4 * 96),
            ("bias-before-batchnorm", _BLOCK_CONVS + _conv(48, 96) + 3 * 3 * 96),
        ),
        targets=(
            "projection-forgotten",
            "norm-without-weights",
            "stored-as-learned",
            "bias-before-batchnorm",
        ),
    ),
    "resnet.running": Stated(
        2 * _NORM_CHANNELS,
        because="2×(64 + 64 + 256)",
        wrong=(
            ("one-of-two", _NORM_CHANNELS),
            ("statistics-and-learned", 4 * _NORM_CHANNELS),
        ),
        targets=("one-of-two", "statistics-and-learned"),
    ),
    "resnet.smallest-for-9": Stated(
        _smallest(9, 5),
        because="8×32 + 1",
        wrong=(
            ("only-the-exact-size", 9 * 32),
            ("no-plus-one", 8 * 32),
            ("no-pool", _smallest(9, 4)),
        ),
        form=NUMBER,
        kind="last-map",
        targets=("only-the-exact-size", "no-plus-one", "no-pool"),
    ),
    "resnet.bug-128": Stated(
        _conv(96, 128) + 2 * 128,
        because="96×128 + 2×128",
        wrong=(
            ("norm-without-weights", _conv(96, 128)),
            ("one-of-two", _conv(96, 128) + 128),
            ("all-kernels-three", 9 * _conv(96, 128) + 2 * 128),
        ),
        targets=("norm-without-weights", "one-of-two", "all-kernels-three"),
    ),
    "resnet.design-35": Stated(
        6 + _MORE,
        because=f"6 + ({_BUDGET} - {_50.parameters})//{_FURTHER}",
        wrong=(("more-not-all", _MORE), ("nearly-there", 6 + _MORE + 1)),
        form=NUMBER,
        targets=("more-not-all", "nearly-there"),
    ),
    "resnet.name-bottleneck-18": LayerCount(
        (2, 2, 2, 2), 3, targets=("counts-projections", "counts-pools", "forgets-dense")
    ),
}
