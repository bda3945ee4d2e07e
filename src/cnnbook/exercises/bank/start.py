"""Exercises of chapter 00: what a picture, a dense layer and a convolution count."""

from __future__ import annotations

from cnnbook.arithmetic import Window, conv_parameters, output_size, receptive_field
from cnnbook.exercises.answers import NUMBER
from cnnbook.exercises.counts import ConvParameters, DenseParameters
from cnnbook.exercises.questions import Question, Stated

_IMAGE = ((1, 2), (3, 4))
_KERNEL = ((0, 1), (2, 3))
_CELLS = [(row, column) for row in range(2) for column in range(2)]

_ROW = (0, 1, 7, 2, 3, 8, 4, 5)  # the row after its shift; 1 7 2 3 8 4 5 6 before

_SIDES = [output_size(output_size(n, 3), 2, stride=2) for n in (11, 14)]
_SIDES_CEIL = [output_size(output_size(n, 3), 2, stride=2, ceil_mode=True) for n in (11, 14)]

EXERCISES: dict[str, Question] = {
    "start.pixels": Stated(
        5 * 7 * 3,
        because="5×7×3",
        wrong=(("no-channels", 5 * 7), ("channels-added", 5 * 7 + 3)),
        targets=("no-channels", "channels-added"),
    ),
    "start.dense-parameters": DenseParameters(
        (784, 15, 10), targets=("layers-multiplied", "no-bias", "one-bias", "bias-per-input")
    ),
    "start.dense-image-parameters": DenseParameters((32 * 32, 6 * 28 * 28), targets=("no-bias", "one-bias")),
    "start.matrix-weights": Stated(
        output_size(7, 3) * 3,
        because=f"{output_size(7, 3)}×3",
        wrong=(("all-weights", output_size(7, 3) * 7), ("distinct-weights", 3)),
        targets=("all-weights", "distinct-weights"),
    ),
    "start.conv-parameters": ConvParameters(
        (1, 6), (5, 5), size=(32, 32), targets=("no-bias", "one-bias", "times-output-size")
    ),
    "start.conv-rgb-parameters": ConvParameters(
        (3, 6), (5, 5), size=(32, 32), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "start.kernel-weights": Stated(
        conv_parameters(3, 1, 5, bias=False),
        because="5×5×3",
        wrong=(("no-input-channels", 5 * 5), ("all-kernels", conv_parameters(3, 6, 5, bias=False))),
        targets=("no-input-channels", "all-kernels"),
    ),
    "start.groups-parameters": ConvParameters(
        (6, 4), (2, 5), groups=2, targets=("groups-ignored", "groups-twice", "no-bias", "no-input-channels")
    ),
    "start.correlation": Stated(
        sum(_IMAGE[r][c] * _KERNEL[r][c] for r, c in _CELLS),
        because=" + ".join(f"{_IMAGE[r][c]}×{_KERNEL[r][c]}" for r, c in _CELLS),
        wrong=(
            (
                "kernel-flipped",
                sum(_IMAGE[row][column] * _KERNEL[1 - row][1 - column] for row, column in _CELLS),
            ),
        ),
        form=NUMBER,
        targets=("kernel-flipped",),
    ),
    "start.collapse": Stated(
        receptive_field([Window(3), Window(3)])[0].size,
        because="3 + (3 - 1)",
        wrong=(("fields-added", 3 + 3), ("field-last-kernel", 3), ("fields-multiplied", 3 * 3)),
        form=NUMBER,
        targets=("fields-added", "field-last-kernel", "fields-multiplied"),
    ),
    "start.shifted-pool": Stated(
        max(_ROW[:2]),
        wrong=(("pool-shift-invariant", max(_ROW[1:3])),),
        form=NUMBER,
        targets=("pool-shift-invariant",),
    ),
    "start.flatten": Stated(
        4 * _SIDES[0] * _SIDES[1],
        because=f"4×{_SIDES[0]}×{_SIDES[1]}",
        wrong=(
            ("flatten-forgot-space", 4),
            ("flatten-forgot-channels", _SIDES[0] * _SIDES[1]),
            ("rounds-up", 4 * _SIDES_CEIL[0] * _SIDES_CEIL[1]),
            ("channels-in", 3 * _SIDES[0] * _SIDES[1]),
        ),
        targets=("flatten-forgot-space", "flatten-forgot-channels", "rounds-up", "channels-in"),
    ),
}
