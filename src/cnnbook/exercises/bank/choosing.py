"""Exercises of chapter 08: choosing a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import BYTES, NUMBER
from cnnbook.exercises.counts import ConvMacs
from cnnbook.exercises.questions import Question, Stated
from cnnbook.networks.shipped import shipped

_VALIDATION_IMAGES = 50_000  # ImageNet's
_FLOAT = 4  # bytes of a float32 number


class Candidate(NamedTuple):
    """A row of the chapter's table: a network and what is published beside its first weights."""

    name: str
    top1: float
    parameters: int
    macs: int


# Top-1 in percent, from the metadata of torchvision's IMAGENET1K_V1 weights; a test compares the two.
TOP1 = {
    "alexnet": 56.522,
    "vgg16": 71.592,
    "googlenet": 69.778,
    "inception_v3": 77.294,
    "resnet18": 69.758,
    "resnet34": 73.314,
    "resnet50": 76.130,
}
TOP1_OF_V2 = 80.858  # ResNet-50, IMAGENET1K_V2

CANDIDATES = tuple(
    Candidate(name, top1, shipped(name).parameters, shipped(name).macs) for name, top1 in TOP1.items()
)
_BY_NAME = {candidate.name: candidate for candidate in CANDIDATES}


def _dominated(candidate: Candidate) -> bool:
    """Return whether another row is better in all three numbers."""
    return any(
        other.top1 > candidate.top1
        and other.parameters < candidate.parameters
        and other.macs < candidate.macs
        for other in CANDIDATES
    )


def _row(name: str) -> int:
    """Return the number of the row in the chapter's table, counted from 1."""
    return 1 + list(TOP1).index(name)


def _choice(
    fits: Callable[[Candidate], bool], best: Callable[[Candidate], float], wrong: dict[str, str]
) -> Question:
    """Ask for the row that is best among those that fit; `wrong` names the row that each belief leads to."""
    chosen = max(filter(fits, CANDIDATES), key=best)
    slips = tuple((belief, _row(name)) for belief, name in wrong.items())
    return Stated(_row(chosen.name), wrong=slips, form=NUMBER, kind="choice", targets=tuple(wrong))


def _last_map(side: int) -> int:
    """Return the side of a ResNet's last map: the stem's two windows, then three that halve."""
    halving = Window(3, stride=2, padding=1)
    for window in (Window(7, stride=2, padding=3), *[halving] * 4):
        side = window.output_size((side, side))[0]
    return side


_R18, _R50 = _BY_NAME["resnet18"], _BY_NAME["resnet50"]
_GAIN = round((TOP1_OF_V2 - _R50.top1) * _VALIDATION_IMAGES / 100)
_REPORTED = 32 * _R50.macs  # what a table says that counted a whole batch
_CONV1 = shipped("alexnet")["features.0"]
_USES = _CONV1.output_shape[2] * _CONV1.output_shape[3]

EXERCISES: dict[str, Question] = {
    "choosing.dominated": Stated(
        sum(map(_dominated, CANDIDATES)),
        form=NUMBER,
        wrong=(("accuracy-only", len(CANDIDATES) - 1), ("nearest-rival-missed", 1)),
        targets=("accuracy-only", "nearest-rival-missed"),
    ),
    "choosing.gain-images": Stated(
        _GAIN,
        because="(80858 - 76130)×50000//100000",
        wrong=(
            ("percent-not-divided", 100 * _GAIN),
            ("right-not-gained", round(TOP1_OF_V2 * _VALIDATION_IMAGES / 100)),
            ("share-of-share", round((TOP1_OF_V2 / _R50.top1 - 1) * _VALIDATION_IMAGES)),
        ),
        targets=("percent-not-divided", "right-not-gained", "share-of-share"),
    ),
    "choosing.conv1-uses": Stated(
        _USES,
        because="55×55",
        wrong=(
            ("weight-used-once", 1),
            ("kernel-area", 11 * 11),
            ("uses-per-map", 64 * _USES),
            ("input-places", 224 * 224),
        ),
        targets=("weight-used-once", "kernel-area", "uses-per-map", "input-places"),
    ),
    "choosing.weights-bytes": Stated(
        _FLOAT * _R50.parameters,
        because=f"4×{_R50.parameters}",
        wrong=(("numbers-as-bytes", _R50.parameters), ("macs-for-memory", _FLOAT * _R50.macs)),
        form=BYTES,
        targets=("numbers-as-bytes", "macs-for-memory"),
    ),
    "choosing.map-at-112": Stated(
        _last_map(112),
        because="112 -> 56 -> 28 -> 14 -> 7 -> 4",
        wrong=(
            ("halves-downwards", _last_map(224) // 2),
            ("change-ignored", _last_map(224)),
        ),
        form=NUMBER,
        targets=("halves-downwards", "change-ignored"),
    ),
    "choosing.depthwise-macs": ConvMacs(
        (32, 32),
        Window(3, padding=1),
        (14, 14),
        groups=32,
        targets=("groups-ignored", "macs-doubled", "macs-as-parameters"),
    ),
    "choosing.flops": Stated(
        2 * _R18.macs,
        because=f"2×{_R18.macs}",
        wrong=(("macs-for-flops", _R18.macs), ("flops-halved", _R18.macs // 2)),
        targets=("macs-for-flops", "flops-halved"),
    ),
    "choosing.adam-bytes": Stated(
        4 * _FLOAT * _R18.parameters,
        because=f"4×4×{_R18.parameters}",
        wrong=(
            ("weights-only", _FLOAT * _R18.parameters),
            ("optimizer-forgotten", 2 * _FLOAT * _R18.parameters),
            ("one-moment", 3 * _FLOAT * _R18.parameters),
        ),
        form=BYTES,
        targets=("weights-only", "optimizer-forgotten", "one-moment"),
    ),
    "choosing.small-file": _choice(
        lambda row: _FLOAT * row.parameters <= 50_000_000,
        lambda row: row.top1,
        {"newest-is-best": "resnet18", "accuracy-only": "inception_v3", "fewest-macs": "alexnet"},
    ),
    "choosing.fewest-macs": _choice(
        lambda row: row.top1 >= 75,
        lambda row: -row.macs,
        {"accuracy-only": "inception_v3", "nearly-there": "resnet34", "fewest-macs": "alexnet"},
    ),
    "choosing.frames": _choice(
        lambda row: 30 * row.macs <= 120_000_000_000,
        lambda row: row.top1,
        {"nearly-there": "resnet50", "accuracy-only": "inception_v3", "fewest-macs": "alexnet"},
    ),
    "choosing.bug-batch": Stated(
        _REPORTED // _R50.macs,
        because=f"{_REPORTED}//{_R50.macs}",
        wrong=(("macs-doubled", 2 * _REPORTED // _R50.macs), ("flops-halved", _REPORTED // _R50.macs // 2)),
        form=NUMBER,
        targets=("macs-doubled", "flops-halved"),
    ),
}
