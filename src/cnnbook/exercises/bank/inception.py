"""Exercises of chapter 06: Inception-v3."""

from __future__ import annotations

from math import prod

from cnnbook.arithmetic import (
    GeometryError,
    Window,
    conv_parameters,
    input_sizes,
    linear_parameters,
    output_size,
)
from cnnbook.exercises.answers import NUMBER, SHAPE
from cnnbook.exercises.counts import ConvMacs, ConvParameters
from cnnbook.exercises.layers import shape_question
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.shapes import Concatenation
from cnnbook.exercises.shipped import shipped

_NET = shipped("inception_v3")
_SHRINK = Window(3, stride=2)


def _layer(path: str, *targets: str) -> Question:
    """Ask for the shape that leaves this layer of the stem."""
    question = shape_question(_NET[path], *targets)
    if question is None:
        raise LookupError(f"no shape to ask for at {path}")
    return question


def _weights(*layers: tuple[int, int, int | tuple[int, int]]) -> int:
    """Return the weights of these convolutions, which have no biases."""
    return sum(conv_parameters(ins, outs, size, bias=False) for ins, outs, size in layers)


# The sides from the image to the map that the auxiliary head reads, and on to the last map: what each keeps.
_TO_PLAIN = (Window(3, stride=2), Window(3), _SHRINK, Window(3), _SHRINK, _SHRINK)
_TO_LAST = (*_TO_PLAIN, _SHRINK)
_AUX_POOL, _AUX_CONV = Window.pool(5, 3), Window(5)


def _side(side: int, windows: tuple[Window, ...]) -> int:
    """Return the side that these leave of an image's; 0 where one does not fit."""
    try:
        for window in windows:
            side = output_size(side, window.kernel_size[0], stride=window.stride[0])
    except GeometryError:
        return 0
    return side


def _smallest(side: int, windows: tuple[Window, ...]) -> int:
    """Return the smallest image side of which these windows leave at least so much."""
    for window in reversed(windows):
        side = input_sizes(side, window.kernel_size[0], stride=window.stride[0])[0]
    return side


_TO_AUX = (*_TO_PLAIN, _AUX_POOL, _AUX_CONV)
_LAST_OF_BOTH = (_side(256, _TO_LAST), _side(320, _TO_LAST))

_AUX_WEIGHTS = _weights((768, 128, 1), (128, 768, 5))
_AUX_NORMS = 2 * (128 + 768)
_AUX_DENSE = linear_parameters(768, 1000)

_CATS = [row for row in _NET if row.op == "cat"]
_CONV1 = _NET["Conv2d_1a_3x3.conv"].output_shape[1:]
_BLOCKS = len({row.path for row in _CATS})

_A_BRANCHES, _A_POOL = (64, 64, 96), 56
_NARROW_LIMIT = _weights((288, 64, 3))
_NARROWEST = max(b for b in range(1, 288) if _weights((288, b, 1), (b, 64, 5)) < _NARROW_LIMIT)

_ACROSS = Window((1, 7), padding=(3, 0))  # the padding of a 7 x 1 kernel, at a 1 x 7 one
_BENT = (96, *_ACROSS.output_size((17, 17)))
_FIELD_6A = _NET["Mixed_6a"].rows[-1].receptive_field[0]
_FIELD_6B = _NET["Mixed_6b"].rows[-1].receptive_field[0]


def _block(path: str, **wrong: int) -> Question:
    """Ask for the shape that leaves a block; `wrong` are sums of its channels by misconception."""
    row = _NET[path].rows[-1]
    channels, height, width = row.output_shape[1:]
    before = _NET[path].rows[0].input_shapes[0][2]
    slips = [(name.replace("_", "-"), (sum_, height, width)) for name, sum_ in wrong.items()]
    if before != height:
        slips += [
            ("same-size", (channels, before, before)),
            ("no-plus-one", (channels, height - 1, width - 1)),
        ]
    return Stated(
        (channels, height, width),
        "",
        tuple(slips),
        {"before": before, "steps": " + ".join(str(shape[1]) for shape in row.input_shapes)},
        SHAPE,
        "branches",
        targets=tuple(name for name, _ in slips),
    )


EXERCISES: dict[str, Question] = {
    "inception.side-by-side": Concatenation(
        (2, 4, 3, 6), (5, 7), targets=("concat-as-add", "concat-forgot-branch", "concat-adds-space")
    ),
    "inception.direct-weights": ConvParameters(
        (192, 32), (5, 5), bias=False, targets=("no-input-channels", "bias-before-batchnorm")
    ),
    "inception.bottleneck-weights": Stated(
        _weights((192, 16, 1), (16, 32, 5)),
        because="192×16 + 5×5×16×32",
        wrong=(
            ("one-by-one-is-free", _weights((16, 32, 5))),
            ("change-ignored", _weights((192, 32, 5))),
            ("layers-multiplied", _weights((192, 16, 1)) * _weights((16, 32, 5))),
            ("no-input-channels", 16 + 25 * 32),
        ),
        targets=("one-by-one-is-free", "change-ignored", "layers-multiplied", "no-input-channels"),
    ),
    "inception.normalised": Stated(
        (8 - 6) // 2 * 6 + 5,
        because="(8 - 6)/2 × 6 + 5",
        wrong=(
            ("norm-without-weights", (8 - 6) // 2),
            ("norm-not-divided", (8 - 6) * 6 + 5),
            ("norm-by-variance", (8 - 6) * 6 // 4 + 5),
            ("norm-not-centred", 8 // 2 * 6 + 5),
        ),
        form=NUMBER,
        targets=("norm-without-weights", "norm-not-divided", "norm-by-variance", "norm-not-centred"),
    ),
    "inception.conv1-parameters": Stated(
        _weights((3, 32, 3)) + 2 * 32,
        because="3×3×3×32 + 2×32",
        wrong=(
            ("bias-before-batchnorm", _weights((3, 32, 3)) + 3 * 32),
            ("norm-without-weights", _weights((3, 32, 3))),
            ("stored-as-learned", _weights((3, 32, 3)) + 4 * 32),
            ("no-input-channels", 9 * 32 + 2 * 32),
        ),
        targets=("bias-before-batchnorm", "norm-without-weights", "stored-as-learned", "no-input-channels"),
    ),
    "inception.mixed-5b": _block(
        "Mixed_5b",
        concat_as_add=96,
        concat_forgot_branch=64 + 64 + 96,
        pool_passes_all=64 + 64 + 96 + 192,
    ),
    "inception.conv-first-macs": ConvMacs(
        (288, 768),
        Window(3, padding=1),
        (35, 35),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
    ),
    "inception.mixed-6a": _block(
        "Mixed_6a",
        concat_as_add=384,
        concat_forgot_branch=384 + 96,
    ),
    "inception.cut-weights": Stated(
        _weights((128, 128, (1, 7)), (128, 128, (7, 1))),
        because="2×7×128×128",
        wrong=(
            ("field-as-kernel", _weights((128, 128, 7))),
            ("one-layer-counted", _weights((128, 128, (1, 7)))),
            ("no-input-channels", 2 * 7 * 128),
            ("biases-too", 2 * conv_parameters(128, 128, (1, 7))),
        ),
        targets=("field-as-kernel", "one-layer-counted", "no-input-channels", "biases-too"),
    ),
    "inception.mixed-7a": _block(
        "Mixed_7a",
        concat_as_add=768,
        concat_forgot_branch=320 + 192,
    ),
    "inception.mixed-7b": _block(
        "Mixed_7b",
        split_as_chain=320 + 384 + 384 + 192,
        concat_forgot_branch=320 + 4 * 384,
        pool_passes_all=320 + 4 * 384 + 1280,
    ),
    "inception.aux-parameters": Stated(
        _AUX_WEIGHTS + _AUX_NORMS + _AUX_DENSE,
        because="768×128 + 2×128 + 5×5×128×768 + 2×768 + 768×1000 + 1000",
        wrong=(
            ("norm-without-weights", _AUX_WEIGHTS + _AUX_DENSE),
            ("forgets-dense", _AUX_WEIGHTS + _AUX_NORMS),
            ("stored-as-learned", _AUX_WEIGHTS + 2 * _AUX_NORMS + _AUX_DENSE),
            ("one-by-one-is-free", _weights((128, 768, 5)) + 2 * 768 + _AUX_DENSE),
        ),
        targets=("norm-without-weights", "forgets-dense", "stored-as-learned", "one-by-one-is-free"),
    ),
    "inception.conv1": Stated(
        _CONV1,
        wrong=(
            ("inception-at-224", (32, *_SHRINK.output_size((224, 224)))),
            ("channels-in", (3, *_CONV1[1:])),
            ("no-stride", (32, *Window(3).output_size((299, 299)))),
            ("no-plus-one", (32, _CONV1[1] - 1, _CONV1[2] - 1)),
        ),
        numbers={"in_channels": 3, "steps": _SHRINK.formula((299, 299))},
        form=SHAPE,
        targets=("inception-at-224", "channels-in", "no-stride", "no-plus-one"),
    ),
    "inception.pool1": _layer("maxpool1", "no-plus-one", "pool-divides-channels"),
    "inception.conv4a": _layer("Conv2d_4a_3x3.conv", "same-size", "channels-in", "no-plus-one"),
    "inception.concatenations": Stated(
        len(_CATS),
        because=f"{_BLOCKS} + 2×2",
        wrong=(
            ("one-join-a-block", _BLOCKS),
            ("branches-as-joins", sum(len(row.inputs) for row in _CATS)),
        ),
        form=NUMBER,
        targets=("one-join-a-block", "branches-as-joins"),
    ),
    "inception.smallest-input": Stated(
        _smallest(1, _TO_LAST),
        because="1 → 3 → 7 → 15, 17 → 35, 37 → 75",
        wrong=(
            ("kernel-is-smallest", 3),
            ("halvings-only", 2**5),
            ("stops-before-last", _smallest(1, _TO_PLAIN)),
            ("only-the-published-size", 299),
        ),
        form=NUMBER,
        targets=("kernel-is-smallest", "halvings-only", "stops-before-last", "only-the-published-size"),
    ),
    "inception.not-square": Stated(
        (2048, *_LAST_OF_BOTH),
        numbers={
            "steps": "256 → 127 → 125 → 62 → 60 → 29 → 14 → 6, and 320 → 159 → 157 → 78 → 76 → 37 → 18 → 8"
        },
        wrong=(
            ("swapped-height-width", (2048, *_LAST_OF_BOTH[::-1])),
            ("halvings-only", (2048, 256 // 2**5, 320 // 2**5)),
            ("published-size-assumed", (2048, _side(299, _TO_LAST), _side(299, _TO_LAST))),
            ("stops-before-last", (2048, _side(256, _TO_PLAIN), _side(320, _TO_PLAIN))),
        ),
        form=SHAPE,
        targets=("swapped-height-width", "halvings-only", "published-size-assumed", "stops-before-last"),
    ),
    "inception.tall-kernel": ConvParameters(
        (160, 192), (7, 1), bias=False, targets=("no-input-channels", "bias-before-batchnorm")
    ),
    "inception.flat-kernel-macs": ConvMacs(
        (192, 192),
        Window((1, 7), padding=(0, 3)),
        (17, 17),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
    ),
    "inception.pool-maps": Stated(
        _A_POOL,
        because=f"{sum(_A_BRANCHES) + _A_POOL} - (64 + 64 + 96)",
        wrong=(
            ("last-branch-only", sum(_A_BRANCHES) + _A_POOL - _A_BRANCHES[-1]),
            ("input-for-output", sum(_A_BRANCHES) + _A_POOL - 200),
            ("narrow-layers-counted", sum(_A_BRANCHES) + _A_POOL - (64 + 48 + 96)),
        ),
        form=NUMBER,
        targets=("last-branch-only", "input-for-output", "narrow-layers-counted"),
    ),
    "inception.last-map-twelve": Stated(
        _smallest(12, _TO_LAST),
        because="12 → 25 → 51 → 103, 105 → 211, 213 → 427",
        wrong=(
            ("halvings-only", 12 * 2**5),
            ("stops-before-last", _smallest(12, _TO_PLAIN)),
            ("scaled-from-published", -(-299 * 12 // 8)),
        ),
        form=NUMBER,
        targets=("halvings-only", "stops-before-last", "scaled-from-published"),
    ),
    "inception.bug-pool": Stated(
        Window.pool(3, padding=1).output_size((35, 35))[0],
        because="floor((35 + 2 - 3)/3) + 1",
        wrong=(
            ("same-size", 35),
            ("no-padding", Window.pool(3).output_size((35, 35))[0]),
            ("rounds-up", -(-(35 + 2 - 3) // 3) + 1),
            ("pool-stride-two", output_size(35, 3, stride=2, padding=1)),
        ),
        form=NUMBER,
        targets=("same-size", "no-padding", "rounds-up", "pool-stride-two"),
    ),
    "inception.bug-padding": Stated(
        _BENT,
        numbers={"steps": "17 + 2×3 - 0 by 17 - 6"},
        wrong=(
            ("kernel-wrong-axis", (96, _BENT[2], _BENT[1])),
            ("same-size", (96, 17, 17)),
            ("padding-once", (96, 17 + 3, 17 - 6)),
        ),
        form=SHAPE,
        targets=("kernel-wrong-axis", "same-size", "padding-once"),
    ),
    "inception.field-five": Stated(
        _FIELD_6A + 2 * 4 * 16,
        because=f"{_FIELD_6A} + 2×4×16",
        wrong=(
            ("other-axis-counted", _FIELD_6A + 4 * 4 * 16),
            ("field-no-stride", _FIELD_6A + 2 * 4),
            ("shorter-branch", _FIELD_6A + 4 * 16),
            ("field-kernel-sizes", _FIELD_6A + 2 * 5 * 16),
            ("change-ignored", _FIELD_6B),
        ),
        form=NUMBER,
        targets=(
            "other-axis-counted",
            "field-no-stride",
            "shorter-branch",
            "field-kernel-sizes",
            "change-ignored",
        ),
    ),
    "inception.batch-of-one": Stated(
        _smallest(2, _TO_AUX),
        because="2 → 6 → 20 → 41 → 83, 85 → 171, 173 → 347",
        wrong=(
            ("only-the-published-size", _smallest(1, _TO_AUX)),
            ("stops-before-last", _smallest(2, _TO_AUX[:-1])),
            ("main-head-only", _smallest(2, _TO_LAST)),
        ),
        form=NUMBER,
        targets=("only-the-published-size", "stops-before-last", "main-head-only"),
    ),
    "inception.widest-bottleneck": Stated(
        _NARROWEST,
        because=f"{_NARROW_LIMIT} // (288 + 5×5×64)",
        wrong=(
            ("one-by-one-is-free", _NARROW_LIMIT // prod((25, 64))),
            ("nearly-there", _NARROWEST + 1),
        ),
        form=NUMBER,
        targets=("one-by-one-is-free", "nearly-there"),
    ),
}
