"""Exercises about AlexNet, Inception-v3 and the ResNets, where published numbers disagree."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import SHAPE, Answer
from cnnbook.exercises.depth import LayerCount
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.shapes import ResidualBlock

_ALEXNET = Window(11, stride=4, padding=2)
_INCEPTION = Window(3, stride=2)
_STEM = (Window(7, stride=2, padding=3), Window(3, stride=2, padding=1))


def _shape(channels: int, side: int, *windows: Window) -> Answer:
    size: tuple[int, ...] = (side, side)
    for window in windows:
        size = window.output_size(size)
    return (channels, *size)


EXERCISES: dict[str, Question] = {
    "networks.alexnet-conv1": Stated(
        _shape(64, 224, _ALEXNET),
        wrong=(
            ("alexnet-224-unpadded", _shape(64, 224, Window(11, stride=4))),
            ("rounds-up", _shape(64, 225, _ALEXNET)),
            ("channels-in", _shape(3, 224, _ALEXNET)),
        ),
        numbers={"formula": _ALEXNET.formula((224, 224)), "in_channels": 3},
        form=SHAPE,
        targets=("alexnet-224-unpadded", "channels-in"),
    ),
    "networks.inception-conv1": Stated(
        _shape(32, 299, _INCEPTION),
        wrong=(
            ("inception-at-224", _shape(32, 224, _INCEPTION)),
            ("rounds-up", _shape(32, 301, _INCEPTION)),
            ("channels-in", _shape(3, 299, _INCEPTION)),
        ),
        numbers={"formula": _INCEPTION.formula((299, 299)), "in_channels": 3},
        form=SHAPE,
        targets=("inception-at-224", "channels-in"),
    ),
    "networks.resnet18-conv2": Stated(
        _shape(64, 224, *_STEM),
        wrong=(
            ("stage-one-halves", _shape(64, 224, *_STEM, Window(3, stride=2, padding=1))),
            ("no-pool", _shape(64, 224, _STEM[0])),
        ),
        numbers={"formula": f"{_STEM[0].formula((224, 224))}, then {_STEM[1].formula((112, 112))}"},
        form=SHAPE,
        targets=("stage-one-halves", "no-pool"),
    ),
    "networks.resnet50-conv2": ResidualBlock(
        (64, 56, 56), 256, targets=("projection-always-strided", "residual-as-concat", "channels-in")
    ),
    "networks.resnet18-name": LayerCount(
        (2, 2, 2, 2), 2, targets=("counts-projections", "counts-pools", "forgets-dense")
    ),
    "networks.resnet50-name": LayerCount(
        (3, 4, 6, 3), 3, targets=("counts-projections", "counts-pools", "forgets-dense")
    ),
}
