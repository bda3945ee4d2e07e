"""Exercises of chapter 03: LeNet-5, the 1998 network and its modern variant."""

from __future__ import annotations

from math import isqrt, prod

from cnnbook.arithmetic import Window, conv_parameters, input_sizes, linear_parameters
from cnnbook.exercises.answers import NUMBER
from cnnbook.exercises.axis import Axis
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.depth import FieldOfChain
from cnnbook.exercises.inverses import SettingFor
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.windows import WindowQuestion

_CONV, _POOL = Window(5), Window.pool(2)


def _size(side: int, *windows: Window) -> tuple[int, ...]:
    size: tuple[int, ...] = (side, side)
    for window in windows:
        size = window.output_size(size)
    return size


def _conv(side: int, ins: int, outs: int, *targets: str) -> Question:
    return WindowQuestion((side, side), _CONV, channels=(ins, outs), targets=targets)


def _pool(side: int, channels: int, *targets: str) -> Question:
    size = (side, side)
    return WindowQuestion(size, _POOL, (channels, channels), pool=True, default_stride=True, targets=targets)


_C1, _S2, _C3, _S4 = (_size(32, *[_CONV, _POOL, _CONV, _POOL][:depth]) for depth in (1, 2, 3, 4))
_S4_AT_28 = _size(28, _CONV, _POOL, _CONV, _POOL)
_DECODED = 16 * prod(_size(40, _CONV, _POOL, _CONV, _POOL))  # what pictures of 40 x 40 hand over
_NARROW_CHAIN = ((3, 1), (2, 2), (5, 1), (2, 2), (5, 1))  # C1 with 3 x 3: kernel size, stride
_FEATURES = 16 * prod(_S4)
_FEATURES_AT_28 = 16 * prod(_S4_AT_28)


def _smallest_input(side: int) -> int:
    """Return the smallest image side that reaches S4 as `side`."""
    for kernel_size, stride in ((2, 2), (5, 1), (2, 2), (5, 1)):
        side = input_sizes(side, kernel_size, stride=stride)[0]
    return side


def _features_with_kernel(kernel_size: int) -> int:
    """Return the flattened features where C3's kernel is another."""
    return 16 * prod(_size(32, _CONV, _POOL, Window(kernel_size), _POOL))


# The 1998 paper's Table I: how many of S2's six maps each of C3's sixteen maps reads.
_C3_READS = (*[3] * 6, *[4] * 9, 6)
_C1_COUNT = conv_parameters(1, 6, 5)
_S2_COUNT, _S4_COUNT = 2 * 6, 2 * 16
_C3_COUNT = sum(conv_parameters(maps, 1, 5) for maps in _C3_READS)
_C3_DENSE = conv_parameters(6, 16, 5)
_C5_COUNT = conv_parameters(16, 120, 5)
_F6_COUNT = linear_parameters(120, 84)
_OUT_COUNT = linear_parameters(84, 10)
_TOTAL_1998 = _C1_COUNT + _S2_COUNT + _C3_COUNT + _S4_COUNT + _C5_COUNT + _F6_COUNT
_TOTAL_MODERN = _C1_COUNT + _C3_DENSE + _C5_COUNT + _F6_COUNT + _OUT_COUNT

EXERCISES: dict[str, Question] = {
    "lenet5.c1": _conv(32, 1, 6, "no-plus-one", "same-size", "channels-in", "channels-last"),
    "lenet5.s2": _pool(28, 6, "pool-stride-one", "same-size", "pool-divides-channels"),
    "lenet5.c3": _conv(14, 6, 16, "no-plus-one", "same-size", "channels-in", "channels-multiplied"),
    "lenet5.s4": _pool(10, 16, "pool-stride-one", "same-size", "pool-divides-channels"),
    "lenet5.c5": _conv(5, 16, 120, "no-plus-one", "same-size", "channels-in", "channels-multiplied"),
    "lenet5.flatten": Stated(
        _FEATURES,
        because="16×5×5",
        wrong=(
            ("flatten-forgot-space", 16),
            ("flatten-forgot-channels", prod(_S4)),
            ("lenet-28-unpadded", _FEATURES_AT_28),
        ),
        targets=("flatten-forgot-space", "flatten-forgot-channels", "lenet-28-unpadded"),
    ),
    "lenet5.c1-parameters": ConvParameters(
        (1, 6), (5, 5), size=(32, 32), targets=("no-bias", "one-bias", "times-output-size")
    ),
    "lenet5.s2-parameters": Stated(
        _S2_COUNT,
        because="6×(1 + 1)",
        wrong=(
            ("pool-has-parameters", 2 * 2 * 6),
            ("modern-pool", 0),
            ("no-bias", 6),
            ("one-bias", 6 + 1),
            ("shared-by-maps", 2),
        ),
        targets=("pool-has-parameters", "modern-pool", "no-bias", "shared-by-maps"),
    ),
    "lenet5.c3-parameters": Stated(
        _C3_COUNT,
        because="5×5×(6×3 + 9×4 + 1×6) + 16",
        wrong=(
            ("lenet-dense-c3", _C3_DENSE),
            ("no-bias", _C3_COUNT - 16),
            ("one-bias", _C3_COUNT - 16 + 1),
            ("no-input-channels", conv_parameters(1, 16, 5)),
        ),
        numbers={"in_channels": 6},
        targets=("lenet-dense-c3", "no-bias", "one-bias", "no-input-channels"),
    ),
    "lenet5.c3-modern-parameters": ConvParameters(
        (6, 16), (5, 5), size=(14, 14), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "lenet5.c5-parameters": Stated(  # in the modern network, where C5 is a dense layer
        linear_parameters(_FEATURES, 120),
        because="400×120 + 120",
        wrong=(
            ("no-bias", linear_parameters(_FEATURES, 120, bias=False)),
            ("one-bias", linear_parameters(_FEATURES, 120, bias=False) + 1),
            ("bias-per-input", linear_parameters(_FEATURES, 120, bias=False) + _FEATURES),
            ("flatten-forgot-space", linear_parameters(16, 120)),
            ("flatten-forgot-channels", linear_parameters(prod(_S4), 120)),
        ),
        targets=("no-bias", "one-bias", "bias-per-input", "flatten-forgot-space"),
    ),
    "lenet5.f6-parameters": DenseParameters((120, 84), targets=("no-bias", "one-bias", "bias-per-input")),
    "lenet5.total-parameters": Stated(
        _TOTAL_1998,
        because=f"{_C1_COUNT} + {_S2_COUNT} + {_C3_COUNT} + {_S4_COUNT} + {_C5_COUNT} + {_F6_COUNT}",
        wrong=(
            ("lenet-modern", _TOTAL_MODERN),
            ("lenet-dense-c3", _TOTAL_1998 - _C3_COUNT + _C3_DENSE),
            ("modern-pool", _TOTAL_1998 - _S2_COUNT - _S4_COUNT),
            ("lenet-output-layer", _TOTAL_1998 + _OUT_COUNT),
            ("forgets-dense", _TOTAL_1998 - _F6_COUNT),
        ),
        targets=("lenet-modern", "lenet-dense-c3", "modern-pool", "lenet-output-layer", "forgets-dense"),
    ),
    "lenet5.modern-parameters": Stated(
        _TOTAL_MODERN,
        because=f"{_C1_COUNT} + {_C3_DENSE} + {_C5_COUNT} + {_F6_COUNT} + {_OUT_COUNT}",
        wrong=(
            ("lenet-1998", _TOTAL_1998),
            ("forgets-dense", _TOTAL_MODERN - _OUT_COUNT),
            ("pool-has-parameters", _TOTAL_MODERN + 2 * 2 * (6 + 16)),
            ("no-bias", _TOTAL_MODERN - (6 + 16 + 120 + 84 + 10)),
        ),
        targets=("lenet-1998", "forgets-dense", "pool-has-parameters", "no-bias"),
    ),
    "lenet5.c1-connections": Stated(
        prod(_C1) * _C1_COUNT,
        because="6×28×28×(5×5 + 1)",
        wrong=(
            ("weights-as-connections", _C1_COUNT),
            ("no-bias", prod(_C1) * conv_parameters(1, 6, 5, bias=False)),
            ("same-size", 32 * 32 * _C1_COUNT),
        ),
        numbers={"n": 32},
        targets=("weights-as-connections", "no-bias", "same-size"),
    ),
    "lenet5.c1-macs": ConvMacs((1, 6), _CONV, (32, 32), targets=("macs-doubled", "same-size")),
    "lenet5.at-28": Stated(
        _FEATURES_AT_28,
        because="16×4×4",
        wrong=(
            ("lenet-32-assumed", _FEATURES),
            ("flatten-forgot-space", 16),
            ("same-size", 16 * 7 * 7),
        ),
        targets=("lenet-32-assumed", "flatten-forgot-space"),
    ),
    "lenet5.c1-at-28": _conv(28, 1, 6, "no-plus-one", "same-size", "channels-in", "channels-last"),
    "lenet5.decode-error": Stated(
        _DECODED,
        because="16×7×7",
        wrong=(("error-other-side", _FEATURES), ("error-output", 120), ("error-batch", 5)),
        numbers={
            "tables": f"(5x{_DECODED} and 400x120)",
            "batch": 5,
            "message": f"mat1 and mat2 shapes cannot be multiplied (5x{_DECODED} and 400x120)",
        },
        targets=("error-other-side", "error-output", "error-batch"),
    ),
    "lenet5.bug-576": Stated(
        _smallest_input(isqrt(576 // 16)),
        because="((6×2 + 5 - 1)×2) + 5 - 1",
        wrong=(
            ("lenet-32-assumed", 32),
            ("stops-at-s4", 6),
            ("stops-at-c3", 6 * 2),
            ("stops-at-s2", 6 * 2 + 5 - 1),
            ("pools-forgotten", 6 + 5 - 1 + 5 - 1),
            ("largest-not-smallest", 37),
        ),
        form=NUMBER,
        targets=("lenet-32-assumed", "stops-at-s4", "stops-at-c3", "pools-forgotten"),
    ),
    "lenet5.kernel-three": Stated(
        _features_with_kernel(3),
        because="16×6×6",
        wrong=(
            ("change-ignored", _FEATURES),
            ("flatten-forgot-space", 16),
            ("flatten-forgot-channels", _features_with_kernel(3) // 16),
        ),
        targets=("change-ignored", "flatten-forgot-space", "flatten-forgot-channels"),
    ),
    "lenet5.colour-parameters": Stated(
        _TOTAL_MODERN - _C1_COUNT + conv_parameters(3, 6, 5),
        because=f"{_TOTAL_MODERN} - {_C1_COUNT} + 5×5×3×6 + 6",
        wrong=(
            ("change-ignored", _TOTAL_MODERN),
            ("bias-per-input", _TOTAL_MODERN - _C1_COUNT + 3 * _C1_COUNT),
            ("all-layers-tripled", 3 * _TOTAL_MODERN),
        ),
        targets=("change-ignored", "bias-per-input", "all-layers-tripled"),
    ),
    "lenet5.padding-for-28": SettingFor(Axis(28, 5), 28, targets=("padding-once", "same-size")),
    "lenet5.view-batch": Stated(
        25 * _FEATURES_AT_28 // _FEATURES,
        because=f"25×{_FEATURES_AT_28} / {_FEATURES}",
        wrong=(("view-keeps-batch", 25),),
        form=NUMBER,
        targets=("view-keeps-batch",),
    ),
    "lenet5.field-s4": FieldOfChain(
        _NARROW_CHAIN[:-1], targets=("fields-added", "field-no-stride", "field-last-kernel")
    ),
    "lenet5.field-c5": FieldOfChain(
        _NARROW_CHAIN, targets=("fields-added", "field-no-stride", "field-last-kernel")
    ),
}
