"""Exercises of chapter 04: AlexNet."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import SHAPE, Answer
from cnnbook.exercises.questions import Question, Stated

_ALEXNET = Window(11, stride=4, padding=2)


def _shape(channels: int, side: int, *windows: Window) -> Answer:
    size: tuple[int, ...] = (side, side)
    for window in windows:
        size = window.output_size(size)
    return (channels, *size)


EXERCISES: dict[str, Question] = {
    "alexnet.conv1": Stated(
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
}
