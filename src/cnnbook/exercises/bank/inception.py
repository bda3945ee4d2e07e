"""Exercises of chapter 06: Inception-v3."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import SHAPE, Answer
from cnnbook.exercises.questions import Question, Stated

_INCEPTION = Window(3, stride=2)


def _shape(channels: int, side: int, *windows: Window) -> Answer:
    size: tuple[int, ...] = (side, side)
    for window in windows:
        size = window.output_size(size)
    return (channels, *size)


EXERCISES: dict[str, Question] = {
    "inception.conv1": Stated(
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
}
