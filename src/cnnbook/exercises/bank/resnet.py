"""Exercises of chapter 07: the ResNets."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import SHAPE, Answer
from cnnbook.exercises.depth import LayerCount
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.residual import ResidualBlock

_STEM = (Window(7, stride=2, padding=3), Window(3, stride=2, padding=1))


def _shape(channels: int, side: int, *windows: Window) -> Answer:
    size: tuple[int, ...] = (side, side)
    for window in windows:
        size = window.output_size(size)
    return (channels, *size)


EXERCISES: dict[str, Question] = {
    "resnet.conv2": Stated(
        _shape(64, 224, *_STEM),
        wrong=(
            ("stage-one-halves", _shape(64, 224, *_STEM, Window(3, stride=2, padding=1))),
            ("no-pool", _shape(64, 224, _STEM[0])),
        ),
        numbers={"formula": f"{_STEM[0].formula((224, 224))}, then {_STEM[1].formula((112, 112))}"},
        form=SHAPE,
        targets=("stage-one-halves", "no-pool"),
    ),
    "resnet.conv2-of-50": ResidualBlock(
        (64, 56, 56), 256, targets=("projection-always-strided", "residual-as-concat", "channels-in")
    ),
    "resnet.name-18": LayerCount(
        (2, 2, 2, 2), 2, targets=("counts-projections", "counts-pools", "forgets-dense")
    ),
    "resnet.name-50": LayerCount(
        (3, 4, 6, 3), 3, targets=("counts-projections", "counts-pools", "forgets-dense")
    ),
}
