"""Exercises of chapter 06: Inception-v3, those of the blocks first."""

from __future__ import annotations

from cnnbook.arithmetic import Window, output_size
from cnnbook.exercises.answers import NUMBER, SHAPE
from cnnbook.exercises.bank.inception_blocks import BLOCKS
from cnnbook.exercises.bank.inception_sizes import (
    CONCATENATIONS,
    NET,
    SHRINK,
    TO_AUX,
    TO_LAST,
    TO_PLAIN,
    field,
    side_after,
    smallest_side,
    weights,
    widest_bottleneck,
)
from cnnbook.exercises.counts import ConvMacs, ConvParameters
from cnnbook.exercises.layers import shape_question
from cnnbook.exercises.questions import Question, Stated

_CONV1 = NET["Conv2d_1a_3x3.conv"].output_shape[1:]
_BLOCKS = len({row.path for row in CONCATENATIONS})
_LAST_OF_BOTH = (side_after(TO_LAST, 256), side_after(TO_LAST, 320))

_A_BRANCHES, _A_POOL = (64, 64, 96), 56
_NARROW_LIMIT = weights((288, 64, 3))
_WIDEST = widest_bottleneck(288, 64, 5, limit=_NARROW_LIMIT)

_ACROSS = Window((1, 7), padding=(3, 0))  # the padding of a 7 x 1 kernel, at a 1 x 7 one
_BENT = (96, *_ACROSS.output_size((17, 17)))


def _layer(path: str, *targets: str) -> Question:
    """Ask for the shape that leaves this layer of the stem."""
    question = shape_question(NET[path], *targets)
    if question is None:
        raise LookupError(f"no shape to ask for at {path}")
    return question


EXERCISES: dict[str, Question] = {
    **BLOCKS,
    "inception.conv1": Stated(
        _CONV1,
        wrong=(
            ("inception-at-224", (32, *SHRINK.output_size((224, 224)))),
            ("channels-in", (3, *_CONV1[1:])),
            ("no-stride", (32, *Window(3).output_size((299, 299)))),
            ("no-plus-one", (32, _CONV1[1] - 1, _CONV1[2] - 1)),
        ),
        numbers={"in_channels": 3, "steps": SHRINK.formula((299, 299))},
        form=SHAPE,
        targets=("inception-at-224", "channels-in", "no-stride", "no-plus-one"),
    ),
    "inception.pool1": _layer("maxpool1", "no-plus-one", "pool-divides-channels"),
    "inception.conv4a": _layer("Conv2d_4a_3x3.conv", "same-size", "channels-in", "no-plus-one"),
    "inception.concatenations": Stated(
        len(CONCATENATIONS),
        because=f"{_BLOCKS} + 2×2",
        wrong=(
            ("one-join-a-block", _BLOCKS),
            ("branches-as-joins", sum(len(row.inputs) for row in CONCATENATIONS)),
        ),
        form=NUMBER,
        targets=("one-join-a-block", "branches-as-joins"),
    ),
    "inception.smallest-input": Stated(
        smallest_side(TO_LAST, 1),
        because="1 → 3 → 7 → 15 → 17 → 35 → 37 → 75",
        wrong=(
            ("kernel-is-smallest", 3),
            ("halvings-only", 2**5),
            ("stops-before-last", smallest_side(TO_PLAIN, 1)),
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
            ("published-size-assumed", (2048, side_after(TO_LAST, 299), side_after(TO_LAST, 299))),
            ("stops-before-last", (2048, side_after(TO_PLAIN, 256), side_after(TO_PLAIN, 320))),
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
        smallest_side(TO_LAST, 12),
        because="12 → 25 → 51 → 103 → 105 → 211 → 213 → 427",
        wrong=(
            ("halvings-only", 12 * 2**5),
            ("stops-before-last", smallest_side(TO_PLAIN, 12)),
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
        field("Mixed_6a") + 2 * 4 * 16,
        because=f"{field('Mixed_6a')} + 2×4×16",
        wrong=(
            ("other-axis-counted", field("Mixed_6a") + 4 * 4 * 16),
            ("field-no-stride", field("Mixed_6a") + 2 * 4),
            ("shorter-branch", field("Mixed_6a") + 4 * 16),
            ("field-kernel-sizes", field("Mixed_6a") + 2 * 5 * 16),
            ("change-ignored", field("Mixed_6b")),
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
        smallest_side(TO_AUX, 2),
        because="2 → 6 → 20 → 41 → 83 → 85 → 171 → 173 → 347",
        wrong=(
            ("only-the-published-size", smallest_side(TO_AUX, 1)),
            ("stops-before-last", smallest_side(TO_AUX[:-1], 2)),
            ("main-head-only", smallest_side(TO_LAST, 2)),
        ),
        form=NUMBER,
        targets=("only-the-published-size", "stops-before-last", "main-head-only"),
    ),
    "inception.widest-bottleneck": Stated(
        _WIDEST,
        because=f"{_NARROW_LIMIT} // (288 + 5×5×64)",
        wrong=(
            ("one-by-one-is-free", _NARROW_LIMIT // (25 * 64)),
            ("nearly-there", _WIDEST + 1),
        ),
        form=NUMBER,
        targets=("one-by-one-is-free", "nearly-there"),
    ),
}
