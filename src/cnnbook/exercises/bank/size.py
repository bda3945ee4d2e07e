"""Exercises of chapter 01: output size, its inverse, receptive fields."""

from __future__ import annotations

from cnnbook.arithmetic import Window, receptive_field, same_padding, unread
from cnnbook.exercises.answers import NUMBER
from cnnbook.exercises.axis import Axis
from cnnbook.exercises.inverses import LargestInput, SettingFor
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.windows import WindowQuestion


def _side(
    size: int, kernel_size: int, *targets: str, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Question:
    return WindowQuestion((size,), Window((kernel_size,), stride, padding, dilation), targets=targets)


def _field(*windows: tuple[int, int], jump: bool = False) -> int:
    field = receptive_field([Window(kernel_size, stride) for kernel_size, stride in windows])[0]
    return field.jump if jump else field.size


_STEM = ((7, 2), (3, 2), (3, 1))  # ResNet's stem and the first convolution after it: kernel size, stride

EXERCISES: dict[str, Question] = {
    "size.first": _side(5, 3, "same-size", "no-plus-one"),
    "size.padded": _side(10, 7, "no-padding", "padding-once", "padding-doubled", "same-size", padding=2),
    "size.strided": _side(12, 5, "rounds-up", "no-stride", "no-plus-one", "divides-by-stride", stride=2),
    "size.padded-strided": _side(
        13, 4, "rounds-up", "no-padding", "padding-after", "no-stride", "same-size", stride=2, padding=2
    ),
    "size.stem": _side(300, 5, "rounds-up", "no-padding", "padding-once", "no-stride", stride=2, padding=2),
    "size.stem-short": _side(
        224, 7, "rounds-up", "no-padding", "padding-once", "no-stride", stride=2, padding=2
    ),
    "size.uneven": WindowQuestion(
        (20, 33),
        Window((3, 5), stride=(1, 2), padding=(0, 1)),
        targets=("swapped-height-width", "kernel-wrong-axis", "no-stride", "no-padding", "same-size"),
    ),
    "size.shape": WindowQuestion(
        (224, 320),
        Window(7, stride=2, padding=3),
        channels=(3, 64),
        targets=("swapped-height-width", "channels-in", "channels-multiplied", "channels-last", "no-stride"),
    ),
    "size.dilated": _side(20, 3, "no-dilation", "dilation-times-kernel", "dilation-as-gap", dilation=2),
    "size.span": Stated(
        Axis(0, 3, dilation=4).span,
        because="4×(3 - 1) + 1",
        wrong=(
            ("no-dilation", 3),
            ("dilation-times-kernel", 4 * 3),
            ("dilation-as-gap", (4 + 1) * (3 - 1) + 1),
        ),
        numbers={"k": 3, "d": 4, "dk": 12, "lines": "pixels"},
        form=NUMBER,
        targets=("no-dilation", "dilation-times-kernel", "dilation-as-gap"),
    ),
    "size.keep": SettingFor(Axis(32, 9), 32, targets=("padding-once", "same-size")),
    "size.keep-dilated": SettingFor(
        Axis(32, 5, dilation=3), 32, targets=("no-dilation", "padding-once", "same-size")
    ),
    "size.halve": SettingFor(Axis(224, 7, stride=2), 112, targets=("padding-once", "same-size")),
    "size.total-padding": Stated(
        same_padding(7),
        because="6 // 2",
        wrong=(("padding-doubled", 6), ("padding-quadrupled", 12)),
        form=NUMBER,
        targets=("padding-doubled", "padding-quadrupled"),
    ),
    "size.largest-input": LargestInput(
        Axis(0, 5, stride=3), 4, targets=("rounds-up", "no-plus-one", "no-stride")
    ),
    "size.unread": Stated(
        unread((20, 20), Window(5, stride=4))[0],
        because="(20 - 5) % 4",
        wrong=(("reads-everything", 0),),
        form=NUMBER,
        targets=("reads-everything",),
    ),
    "size.tensorflow-same": Stated(
        -(-13 // 2),
        because="ceil(13/2)",
        wrong=(("no-padding", Window((3,), 2).output_size((13,))[0]), ("same-size", 13)),
        numbers={"n": 13, "s": 2},
        form=NUMBER,
        targets=("no-padding", "same-size"),
    ),
    "size.field-two": Stated(
        _field((3, 1), (3, 1)),
        because="3 + (3 - 1)",
        wrong=(("fields-added", 3 + 3), ("field-last-kernel", 3), ("fields-multiplied", 3 * 3)),
        form=NUMBER,
        targets=("fields-added", "field-last-kernel", "fields-multiplied"),
    ),
    "size.field-three": Stated(
        _field((3, 1), (3, 1), (3, 1)),
        because="3 + (3 - 1) + (3 - 1)",
        wrong=(("fields-added", 3 * 3), ("field-last-kernel", 3), ("fields-multiplied", 3**3)),
        form=NUMBER,
        targets=("fields-added", "field-last-kernel", "fields-multiplied"),
    ),
    "size.field-strided": Stated(
        _field(*_STEM),
        because="7 + (3 - 1)×2 + (3 - 1)×4",
        wrong=(
            ("fields-added", sum(kernel_size for kernel_size, _ in _STEM)),
            ("field-no-stride", _field(*((kernel_size, 1) for kernel_size, _ in _STEM))),
            ("field-last-kernel", 3),
        ),
        form=NUMBER,
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
    ),
    "size.jump": Stated(
        _field(*_STEM, jump=True),
        because="2×2×1",
        wrong=(("jump-last-stride", _STEM[-1][1]), ("jump-added", sum(stride for _, stride in _STEM))),
        form=NUMBER,
        targets=("jump-last-stride", "jump-added"),
    ),
    "size.field-design": Stated(
        next(s for s in range(1, 9) if _field((3, s), (3, 1), (3, 1)) == 11),
        because="(11 - 3)/((3 - 1) + (3 - 1))",
        wrong=(("field-counted-once", next(s for s in range(1, 9) if 3 + (3 - 1) * s == 11)),),
        form=NUMBER,
        targets=("field-counted-once",),
    ),
}
