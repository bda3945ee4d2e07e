"""Exercises of chapter 05: VGG16."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from cnnbook.arithmetic import Window, conv_parameters, input_sizes, linear_parameters, receptive_field
from cnnbook.exercises.answers import BYTES, NUMBER, SHAPE, Answer
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.depth import FieldOfChain
from cnnbook.exercises.designs import StageDesign, costs
from cnnbook.exercises.questions import Question, Stated

_CONV, _POOL = Window(3, padding=1), Window.pool(2)
_BARE = Window(3)  # without padding
_VGG11, _VGG16, _VGG19 = (1, 1, 2, 2, 2), (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)
_CHANNELS = (3, 64, 128, 256, 512, 512)


def _side(side: int, *windows: Window) -> int:
    for window in windows:
        side = window.output_size((side, side))[0]
    return side


def _windows(stages: tuple[int, ...], conv: Window = _CONV) -> list[Window]:
    return [window for count in stages for window in (*[conv] * count, _POOL)]


def _stage(number: int, *targets: str) -> Question:
    """Ask for the shape that leaves a stage of VGG16, its pool included."""
    before, channels = 224 >> (number - 1), _CHANNELS[number]
    convs = [_CONV] * _VGG16[number - 1]
    side = _side(before, *convs, _POOL)
    bare = _side(before, *[_BARE] * len(convs), _POOL)
    wrong: list[tuple[str, Answer]] = [
        ("stage-keeps-size", (channels, before, before)),
        ("no-padding", (channels, bare, bare)),
        ("channels-last", (side, side, channels)),
    ]
    if number == 5:
        wrong.append(("channels-always-double", (2 * channels, side, side)))
    else:
        wrong.append(("channels-in", (_CHANNELS[number - 1], side, side)))
    numbers = {"number": number, "before": before}
    return Stated((channels, side, side), "", tuple(wrong), numbers, SHAPE, "stage", targets=targets)


_LAST = _side(224, *_windows(_VGG16))
_FEATURES = 512 * _LAST**2
_CONVS = costs(_VGG16)[1]
_DENSE = (_FEATURES, 4096, 4096, 1000)
_HEAD = sum(linear_parameters(*layer) for layer in pairwise(_DENSE))
_POOLED = linear_parameters(512, 1000)
_MORE_3, _MORE_45 = conv_parameters(256, 256, 3), conv_parameters(512, 512, 3)

_BATCHED = 32_768  # the features that a dense layer complains about
_BUG_SIDE = round((_BATCHED // 512) ** 0.5)


def _smallest_image(side: int) -> int:
    """Return the smallest image side that five pools bring down to this; the convolutions keep it."""
    for _ in range(5):
        side = input_sizes(side, 2, stride=2)[0]
    return side


def _score_map(rows: int, columns: int) -> Answer:
    window = Window(_LAST)
    return (1000, *window.output_size((rows, columns)))


EXERCISES: dict[str, Question] = {
    "vgg16.two-small": Stated(
        _side(8, _BARE, _BARE),
        because="8 - (3 - 1) - (3 - 1)",
        wrong=(("same-size", 8), ("no-plus-one", 8 - 3 - 3), ("first-layer-only", _side(8, _BARE))),
        numbers={"n": 8},
        form=NUMBER,
        kind="stack",
        targets=("same-size", "no-plus-one", "first-layer-only"),
    ),
    "vgg16.three-small": Stated(
        _side(8, _BARE, _BARE, _BARE),
        because="8 - 3×(3 - 1)",
        wrong=(
            ("same-size", 8),
            ("first-layer-only", _side(8, _BARE)),
            ("one-layer-short", _side(8, _BARE, _BARE)),
        ),
        numbers={"n": 8},
        form=NUMBER,
        kind="stack",
        targets=("same-size", "first-layer-only", "one-layer-short"),
    ),
    "vgg16.stack-weights": Stated(
        3 * conv_parameters(64, 64, 3, bias=False),
        because="3×3×3×64×64",
        wrong=(
            ("field-as-kernel", conv_parameters(64, 64, 7, bias=False)),
            ("one-layer-counted", conv_parameters(64, 64, 3, bias=False)),
            ("no-input-channels", 3 * conv_parameters(1, 64, 3, bias=False)),
            ("biases-too", 3 * conv_parameters(64, 64, 3)),
        ),
        numbers={"in_channels": 64},
        targets=("field-as-kernel", "one-layer-counted", "no-input-channels"),
    ),
    **{
        f"vgg16.stage{number}": _stage(
            number, "stage-keeps-size", "no-padding", "channels-in", "channels-last"
        )
        for number in range(1, 5)
    },
    "vgg16.stage5": _stage(5, "stage-keeps-size", "no-padding", "channels-always-double", "channels-last"),
    "vgg16.flatten": Stated(
        _FEATURES,
        because="512×7×7",
        wrong=(
            ("flatten-forgot-space", 512),
            ("flatten-forgot-channels", _LAST**2),
            ("channels-always-double", 2 * _FEATURES),
        ),
        targets=("flatten-forgot-space", "flatten-forgot-channels", "channels-always-double"),
    ),
    "vgg16.layers": Stated(
        sum(_VGG11) + 3,
        because="1 + 1 + 2 + 2 + 2 + 3",
        wrong=(
            ("forgets-dense", sum(_VGG11)),
            ("counts-pools", sum(_VGG11) + 3 + 5),
            ("counts-pools", sum(_VGG11) + 5),
        ),
        form=NUMBER,
        targets=("forgets-dense", "counts-pools"),
    ),
    "vgg16.conv1-1-parameters": ConvParameters(
        (3, 64), (3, 3), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "vgg16.fc6-parameters": DenseParameters(_DENSE[:2], targets=("no-bias", "one-bias", "bias-per-input")),
    "vgg16.conv1-2-macs": ConvMacs(
        (64, 64), _CONV, (224, 224), targets=("macs-doubled", "macs-as-parameters", "no-input-channels")
    ),
    "vgg16.conv2-2-macs": ConvMacs(
        (128, 128), _CONV, (112, 112), targets=("macs-doubled", "macs-as-parameters", "no-input-channels")
    ),
    "vgg16.conv1-1-bytes": Stated(
        4 * 64 * prod(_CONV.output_size((224, 224))),
        because="64×224×224×4",
        wrong=(
            ("numbers-as-bytes", 64 * 224 * 224),
            ("one-map-only", 4 * 224 * 224),
            ("input-for-output", 4 * 3 * 224 * 224),
            ("weights-for-activations", 4 * conv_parameters(3, 64, 3)),
        ),
        form=BYTES,
        targets=("numbers-as-bytes", "one-map-only", "input-for-output", "weights-for-activations"),
    ),
    "vgg16.field-conv2-1": FieldOfChain(
        ((3, 1), (3, 1), (2, 2), (3, 1)), targets=("fields-added", "field-no-stride", "fields-multiplied")
    ),
    "vgg16.score-map": Stated(
        _score_map(256 // 32, 320 // 32),
        wrong=(
            ("swapped-height-width", _score_map(10, 8)),
            ("one-answer-only", (1000, 1, 1)),
            ("no-plus-one", (1000, 8 - 7, 10 - 7)),
            ("same-size", (1000, 8, 10)),
        ),
        form=SHAPE,
        kind="score-map",
        targets=("swapped-height-width", "one-answer-only", "no-plus-one", "same-size"),
    ),
    "vgg16.global-pool": Stated(
        _CONVS + _POOLED,
        because=f"{_CONVS} + 512×1000 + 1000",
        wrong=(
            ("forgets-dense", _CONVS),
            ("no-bias", _CONVS + 512 * 1000),
            ("global-pool-keeps-size", _CONVS + linear_parameters(_FEATURES, 1000)),
            ("only-first-dense-goes", _CONVS + _HEAD - linear_parameters(*_DENSE[:2])),
        ),
        targets=("forgets-dense", "no-bias", "global-pool-keeps-size", "only-first-dense-goes"),
    ),
    "vgg16.width-48": ConvParameters(
        (96, 192), (3, 3), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "vgg16.conv5-1-macs": ConvMacs(
        (512, 512),
        _CONV,
        (256 // 16, 320 // 16),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
    ),
    "vgg16.vgg19-parameters": Stated(
        costs(_VGG19)[1] + _HEAD,
        because=f"{_CONVS + _HEAD} + {_MORE_3} + 2×{_MORE_45}",
        wrong=(
            ("change-ignored", _CONVS + _HEAD),
            ("stages-alike", _CONVS + _HEAD + 3 * _MORE_45),
            ("one-layer-counted", _CONVS + _HEAD + _MORE_45),
            ("no-bias", _CONVS + _HEAD + _MORE_3 - 256 + 2 * (_MORE_45 - 512)),
        ),
        targets=("change-ignored", "stages-alike", "one-layer-counted", "no-bias"),
    ),
    "vgg16.no-padding": Stated(
        _side(224, *_windows(_VGG16, _BARE)),
        because="(((((224 - 4)//2 - 4)//2 - 6)//2 - 6)//2 - 6)//2",
        wrong=(
            ("change-ignored", _LAST),
            ("stops-before-last", _side(224, *_windows(_VGG16, _BARE)[:-1])),
            ("one-layer-a-stage", _side(224, *_windows((1,) * 5, _BARE))),
        ),
        form=NUMBER,
        targets=("change-ignored", "stops-before-last", "one-layer-a-stage"),
    ),
    "vgg16.bug-32768": Stated(
        _smallest_image(_BUG_SIDE),
        because="8×2×2×2×2×2",
        wrong=(
            ("vgg-224-assumed", 224),
            ("stops-at-last-map", _BUG_SIDE),
            ("features-are-pixels", round(_BATCHED**0.5)),
            ("one-pool-short", _BUG_SIDE * 16),
        ),
        form=NUMBER,
        targets=("vgg-224-assumed", "stops-at-last-map", "features-are-pixels", "one-pool-short"),
    ),
    "vgg16.field-vgg11": FieldOfChain(
        tuple(layer for count in _VGG11 for layer in (*[(3, 1)] * count, (2, 2))),
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
    ),
    "vgg16.stack-for-eleven": Stated(
        next(count for count in range(1, 12) if receptive_field([Window(3)] * count)[0].size >= 11),
        because="(11 - 1)//(3 - 1)",
        wrong=(("fields-added", -(-11 // 3)), ("fields-added", 11 // 3)),
        form=NUMBER,
        targets=("fields-added",),
    ),
    "vgg16.design": StageDesign(
        212,
        14_000_000,
        8_000_000_000,
        wrong=(
            ("paper-design", _VGG16),
            ("first-stage-cheapest", (60, 1, 1, 1, 1)),
            ("depth-spread-evenly", (3, 3, 3, 3, 3)),
        ),
        targets=("paper-design", "first-stage-cheapest", "depth-spread-evenly"),
    ),
}
