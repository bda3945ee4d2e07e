"""Exercises of chapter 02: pooling."""

from __future__ import annotations

from itertools import count
from math import prod

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters, output_size, receptive_field
from cnnbook.exercises.answers import NUMBER
from cnnbook.exercises.axis import Axis
from cnnbook.exercises.counts import ConvParameters
from cnnbook.exercises.depth import FieldOfChain
from cnnbook.exercises.inverses import LargestInput, SettingFor
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.shapes import AdaptivePool
from cnnbook.exercises.windows import WindowQuestion


def _pool(
    shape: tuple[int, int, int], window: Window, *targets: str, default_stride: bool = False
) -> Question:
    channels, *size = shape
    return WindowQuestion(
        tuple(size),
        window,
        (channels, channels),
        pool=True,
        default_stride=default_stride,
        targets=targets,
    )


_ROW = (1, 4, 9, 2, 3, 5, 6)
_WINDOWS = [_ROW[start : start + 3] for start in range(output_size(len(_ROW), 3))]
_WON = [start for start, window in enumerate(_WINDOWS) if max(window) == max(_ROW)]

_SIDE, _POOLED = 30, output_size(30, 4, stride=4)
_READ = 4 * _POOLED  # rows, and as many columns


def _googlenet(ceil_mode: bool) -> int:
    """Return the height after GoogLeNet's four large pools; its other layers, padded, keep the height."""
    side = output_size(224, 7, stride=2, padding=3)
    for kernel_size in (3, 3, 3, 2):
        side = output_size(side, kernel_size, stride=2, ceil_mode=ceil_mode)
    return side


def _convolutions(seen: int, stride: int, added: bool = False) -> int:
    """Return how many convolutions of 3, each but the first behind a pool of 2, see so many pixels.

    `added` follows those who add the kernels up.
    """
    for depth in count(1):
        chain = [Window(3), *[Window(2, stride), Window(3)] * (depth - 1)]
        field = sum(w.kernel_size[0] for w in chain) if added else receptive_field(chain)[0].size
        if field >= seen:
            return depth
    raise AssertionError("the field grows without end")


EXERCISES: dict[str, Question] = {
    "pooling.first": _pool(
        (5, 9, 14),
        Window.pool(2),
        "pool-stride-one",
        "pool-divides-channels",
        "rounds-up",
        "same-size",
        default_stride=True,
    ),
    "pooling.parameters": Stated(
        conv_parameters(3, 48, 3),
        because="3×3×3×48 + 48 + 0",
        wrong=(
            ("pool-has-parameters", conv_parameters(3, 48, 3) + 2 * 2 * 48),
            ("no-bias", conv_parameters(3, 48, 3, bias=False)),
            ("no-input-channels", conv_parameters(1, 48, 3)),
        ),
        targets=("pool-has-parameters", "no-bias", "no-input-channels"),
    ),
    "pooling.strided-parameters": ConvParameters(
        (64, 64), (2, 2), targets=("no-bias", "one-bias", "no-input-channels")
    ),
    "pooling.overlap": Stated(
        len(_WON),
        wrong=(("windows-apart", 1), ("all-windows", len(_WINDOWS))),
        numbers={"k": 3},
        form=NUMBER,
        targets=("windows-apart", "all-windows"),
    ),
    "pooling.resnet": _pool(
        (64, 112, 112),
        Window.pool(3, 2, padding=1),
        "no-padding",
        "rounds-up",
        "no-stride",
        "padding-adds-channels",
    ),
    "pooling.corner": Stated(
        9 * 2 * 2 // (3 * 3),
        because="9×(2×2)/(3×3)",
        wrong=(("padding-not-counted", 9), ("sum-not-mean", 9 * 2 * 2)),
        form=NUMBER,
        targets=("padding-not-counted", "sum-not-mean"),
    ),
    "pooling.googlenet": _pool(
        (64, 112, 112),
        Window.pool(3, 2, ceil_mode=True),
        "ceil-mode-ignored",
        "no-stride",
        "same-size",
    ),
    "pooling.clamp": _pool((3, 10, 13), Window.pool(1, 2, ceil_mode=True), "ceil-no-clamp", "no-stride"),
    "pooling.adaptive": AdaptivePool(
        (256, 13, 9),
        (3, 5),
        targets=("pool-by-formula", "swapped-height-width", "channels-last", "global-pool-keeps-size"),
    ),
    "pooling.global-parameters": Stated(
        linear_parameters(512, 1000),
        because="512×1000 + 1000",
        wrong=(
            ("global-pool-keeps-size", linear_parameters(512 * 7 * 7, 1000)),
            ("no-bias", linear_parameters(512, 1000, bias=False)),
            ("global-pool-scalar", linear_parameters(1, 1000)),
        ),
        targets=("global-pool-keeps-size", "no-bias", "global-pool-scalar"),
    ),
    "pooling.winners": Stated(
        prod(Window.pool(2).output_size((8, 12))),
        because="(8/2)×(12/2)",
        wrong=(("gradient-to-all", 8 * 12), ("gradient-one-winner", 1)),
        form=NUMBER,
        targets=("gradient-to-all", "gradient-one-winner"),
    ),
    "pooling.shift": Stated(
        receptive_field([Window.pool((2,)), Window.pool((3,))])[0].jump,
        because="2×3",
        wrong=(("jump-last-stride", 3), ("jump-added", 2 + 3), ("pool-shift-invariant", 1)),
        form=NUMBER,
        targets=("jump-last-stride", "jump-added", "pool-shift-invariant"),
    ),
    "pooling.field": FieldOfChain(
        ((3, 1), (2, 2), (3, 1), (2, 2), (3, 1)),
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
    ),
    "pooling.uneven": _pool(
        (16, 21, 30),
        Window.pool((3, 2), (2, 3), padding=(1, 0)),
        "swapped-height-width",
        "pool-divides-channels",
        "no-padding",
        "rounds-up",
    ),
    "pooling.ceil": _pool(
        (24, 27, 40), Window.pool(2, 3, ceil_mode=True), "ceil-mode-ignored", "ceil-no-clamp", "no-stride"
    ),
    "pooling.branch-padding": SettingFor(Axis(35, 5), 35, targets=("padding-once", "same-size")),
    "pooling.largest-input": LargestInput(
        Axis(0, 3, stride=2), 27, targets=("rounds-up", "no-plus-one", "no-stride")
    ),
    "pooling.unread": Stated(
        _SIDE**2 - _READ**2,
        because="30×30 - 28×28",
        wrong=(
            ("reads-everything", 0),
            ("one-side-only", (_SIDE - _READ) * _SIDE),
            ("corner-counted-twice", 2 * (_SIDE - _READ) * _SIDE),
            ("corner-only", (_SIDE - _READ) ** 2),
        ),
        targets=("reads-everything", "one-side-only", "corner-counted-twice", "corner-only"),
    ),
    "pooling.center-gradient": Stated(
        3 * 3,
        because="3×3",
        wrong=(("gradient-once", 1), ("one-axis-only", 3)),
        numbers={"k": 3},
        form=NUMBER,
        targets=("gradient-once", "one-axis-only"),
    ),
    "pooling.googlenet-floor": Stated(
        _googlenet(ceil_mode=False),
        because="(13 - 2)//2 + 1",
        wrong=(("change-ignored", _googlenet(ceil_mode=True)), ("stops-before-last", 13)),
        form=NUMBER,
        targets=("change-ignored", "stops-before-last"),
    ),
    "pooling.field-design": Stated(
        _convolutions(32, stride=2),
        because=f"{_convolutions(32, stride=2) - 1} + 1",
        wrong=(
            ("field-no-stride", _convolutions(32, stride=1)),
            ("fields-added", _convolutions(32, stride=2, added=True)),
        ),
        form=NUMBER,
        targets=("field-no-stride", "fields-added"),
    ),
}
