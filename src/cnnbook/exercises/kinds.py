"""The kinds of practice question: how each draws its numbers, and which misconceptions its variants show."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.axis import RIGHT, Axis
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.depth import FieldOfChain, LayerCount
from cnnbook.exercises.draws import Draws
from cnnbook.exercises.inverses import InputRange, LargestInput, SettingFor
from cnnbook.exercises.questions import Question
from cnnbook.exercises.shapes import (
    AdaptivePool,
    Concatenation,
    FlattenFeatures,
    ProjectionStride,
    ResidualBlock,
)
from cnnbook.exercises.variants import Kind, Targets
from cnnbook.exercises.windows import WindowQuestion


def _size(draws: Draws, window: tuple[int, int, int, int], rest: int) -> int:
    """Return an input size that leaves `rest` pixels over, so that it shows how people round."""
    k, s, p, d = window
    positions = draws.between(5, 36 // s)
    return max(2, (positions - 1) * s + d * (k - 1) + 1 - 2 * p + rest)


def _output_size(draws: Draws, targets: Targets) -> Question:
    if "padding-once" in targets:
        k, s, p = draws.between(4, 11), 1, draws.between(2, 4)
    elif "rounds-up" in targets:
        k, s, p = draws.choice((4, 5, 7, 9, 11)), draws.choice((2, 3, 4)), 0
    else:
        k, s, p = draws.choice((3, 4, 5, 7)), draws.choice((2, 3, 4)), draws.between(1, 4)
    rest = s - 1 if "no-plus-one" in targets else draws.below(s)
    n = _size(draws, (k, s, p, 1), rest)
    return WindowQuestion((n,), Window((k,), s, p), targets=targets)


def _conv_output_size(draws: Draws, targets: Targets) -> Question:
    s, p = draws.choice((2, 3)), draws.between(1, 3)
    if "padding-once" in targets or "no-plus-one" in targets:
        s, p = 1, draws.between(2, 3)
    if "plus-one-inside" in targets:
        s, p = 3, 0
    if "padding-doubled" in targets:
        s, p = 3, draws.between(2, 3)
    kernels = (3, 5, 7)
    k = draws.choice(kernels)
    kernel_size = (k, draws.choice(kernels)) if "kernel-wrong-axis" in targets else (k, k)
    size = (_size(draws, (k, s, p, 1), draws.below(s)), _size(draws, (k, s, p, 1), draws.below(s)))
    channels = (draws.choice((2, 3, 6, 8, 12)), draws.choice((10, 16, 20, 24, 32)))
    return WindowQuestion(size, Window(kernel_size, s, p), channels=channels, targets=targets)


def _dilated_output_size(draws: Draws, targets: Targets) -> Question:
    k, s, p, d = draws.choice((3, 5)), 1, draws.between(0, 3), draws.choice((2, 3, 4))
    size = (_size(draws, (k, s, p, d), 0), _size(draws, (k, s, p, d), 0))
    channels = (draws.choice((3, 6, 8)), draws.choice((10, 16, 24)))
    return WindowQuestion(size, Window(k, s, p, d), channels=channels, targets=targets)


def _pool_output_size(draws: Draws, targets: Targets) -> Question:
    size = (draws.between(10, 64), draws.between(10, 64))
    channels = draws.choice((6, 12, 16, 24, 64))
    default = "pool-stride-one" in targets
    kernel_size = draws.choice((2, 3, 4))
    stride = None if default else draws.choice((2, 3))
    padding = 0 if default or kernel_size == 2 else draws.below(2)
    window = Window.pool(kernel_size, stride, padding)
    return WindowQuestion(
        size, window, (channels, channels), pool=True, default_stride=default, targets=targets
    )


def _ceil_output_size(draws: Draws, targets: Targets) -> Question:
    channels = draws.choice((6, 16, 24, 64))
    if "ceil-no-clamp" in targets:
        k, s, p = draws.choice(((2, 2, 1), (2, 3, 0), (3, 3, 1), (3, 2, 1)))
    else:
        k, s, p = draws.choice(((3, 2, 0), (5, 3, 0), (5, 2, 0), (4, 3, 0)))
    # One axis comes out even and the other does not: else a lost + 1 looks like the floor.
    size = (_size(draws, (k, s, p, 1), 0), _size(draws, (k, s, p, 1), draws.between(1, s - 1)))
    window = Window.pool(k, s, p, ceil_mode=True)
    return WindowQuestion(
        size[:: draws.choice((1, -1))], window, (channels, channels), pool=True, targets=targets
    )


def _padding_for(draws: Draws, targets: Targets) -> Question:
    k, s = draws.choice((3, 5, 7, 9, 11)), draws.choice((1, 1, 2))
    d = draws.choice((2, 3)) if "no-dilation" in targets else 1
    axis = Axis(draws.between(24, 96), k, s, draws.between(3, 8), d)
    return SettingFor(axis._replace(padding=0), RIGHT.output_size(axis), targets=targets)


def _stride_for(draws: Draws, targets: Targets) -> Question:
    s = draws.choice((2, 3, 4))
    if "no-padding" in targets:
        k, p = draws.choice((3, 5)), draws.between(5, 9)
    else:
        k, p = draws.choice((7, 9, 11, 13)), 0
    axis = Axis((draws.between(6, 9) - 1) * s + k - 2 * p, k, s, p)
    return SettingFor(axis._replace(stride=1), RIGHT.output_size(axis), "stride", targets=targets)


def _kernel_for(draws: Draws, targets: Targets) -> Question:
    axis = Axis(draws.between(24, 64), draws.choice((3, 5, 7, 9)), 1, draws.between(1, 4))
    return SettingFor(axis._replace(kernel_size=1), RIGHT.output_size(axis), "kernel_size", targets=targets)


def _input_sizes(draws: Draws, targets: Targets) -> Question:
    k, s = draws.choice((3, 5, 7)), draws.choice((2, 3, 4))
    axis = Axis(0, k, s, draws.between(1, 3) if "no-padding" in targets else 0)
    return InputRange(axis, draws.between(4, 30), targets=targets)


def _largest_input(draws: Draws, targets: Targets) -> Question:
    k, s = draws.choice((3, 5, 7)), draws.choice((2, 3, 4))
    d = draws.choice((2, 3)) if "no-dilation" in targets else 1
    axis = Axis(0, k, s, draws.between(1, 3) if "no-padding" in targets else 0, d)
    return LargestInput(axis, draws.between(4, 30), targets=targets)


def _flatten_features(draws: Draws, targets: Targets) -> Question:
    shape = (draws.choice((6, 16, 32, 64)), draws.between(3, 9), draws.between(3, 9))
    return FlattenFeatures(shape, draws.choice((4, 8, 20, 25)), targets=targets)


def _adaptive_pool(draws: Draws, targets: Targets) -> Question:
    shape = (draws.choice((32, 64, 256, 512)), draws.between(7, 20), draws.between(7, 20))
    flattened = "global-pool-scalar" in targets
    size = (1, 1) if flattened else (draws.between(2, 6), draws.between(2, 6))
    return AdaptivePool(shape, size, flattened, targets=targets)


def _concatenation(draws: Draws, targets: Targets) -> Question:
    channels = tuple(8 * draws.between(2, 24) for _ in range(draws.between(3, 4)))
    return Concatenation(channels, (draws.between(7, 35), draws.between(7, 35)), targets=targets)


def _residual_block(draws: Draws, targets: Targets) -> Question:
    channels = draws.choice((16, 32, 64, 128))
    out_channels = channels * (1 if targets == ("residual-as-concat",) else draws.choice((2, 4)))
    stride = 2 if "no-stride" in targets else 1
    shape = (channels, draws.between(10, 64), draws.between(10, 64))
    return ResidualBlock(shape, out_channels, stride, targets=targets)


def _projection_stride(draws: Draws, targets: Targets) -> Question:
    channels = draws.choice((16, 32, 64, 128, 256))
    stride = 2 if "projection-keeps-size" in targets else 1
    out_channels = channels if "projection-everywhere" in targets else channels * draws.choice((2, 4))
    side = 2 * draws.between(4, 32)
    return ProjectionStride(
        (channels, side, side + 2 * draws.between(1, 9)), out_channels, stride, targets=targets
    )


def _conv_parameters(draws: Draws, targets: Targets) -> Question:
    groups = draws.choice((2, 4)) if "groups-ignored" in targets else 1
    channels = (4 * draws.between(2, 24), 4 * draws.between(3, 40))
    kernel_size = draws.choice(((1, 1), (3, 3), (5, 5), (1, 7), (3, 5)))
    size = (draws.between(9, 40), draws.between(9, 40)) if "times-output-size" in targets else None
    bias = "bias-before-batchnorm" not in targets
    return ConvParameters(channels, kernel_size, groups, bias, size, targets=targets)


def _dense_parameters(draws: Draws, targets: Targets) -> Question:
    features = (draws.between(20, 900), draws.between(12, 120), draws.between(3, 40))
    return DenseParameters(features, targets=targets)


def _conv_macs(draws: Draws, targets: Targets) -> Question:
    channels = (draws.between(2, 64), draws.between(4, 64))
    window = Window(draws.choice((3, 5)), draws.choice((1, 2)), draws.below(2))
    return ConvMacs(channels, window, (draws.between(9, 40), draws.between(9, 40)), targets=targets)


def _receptive_field(draws: Draws, targets: Targets) -> Question:
    count = draws.between(2, 4)
    layers = tuple((draws.choice((2, 3, 5, 7)), draws.choice((1, 2, 2, 3))) for _ in range(count))
    return FieldOfChain(layers, targets=targets)


def _layer_count(draws: Draws, targets: Targets) -> Question:
    first, second, third, fourth = (draws.between(2, 8) for _ in range(4))
    return LayerCount((first, second, third, fourth), draws.choice((2, 3)), targets=targets)


# In the order in which they are learned: the ladder of skills.
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "output-size",
            _output_size,
            (
                ("no-padding", "no-stride", "same-size"),
                ("no-padding", "padding-once", "padding-doubled", "same-size"),
                ("padding-after", "stride-first", "no-stride"),
                ("divides-by-stride", "no-stride", "rounds-up"),
                ("no-plus-one", "no-stride", "rounds-up"),
            ),
        ),
        Kind(
            "conv-output-size",
            _conv_output_size,
            (
                ("channels-in", "no-padding", "swapped-height-width", "no-stride"),
                ("channels-multiplied", "padding-once", "no-padding", "channels-in"),
                ("channels-last", "no-padding", "padding-adds-channels", "rounds-up"),
                ("kernel-wrong-axis", "swapped-height-width", "no-plus-one"),
                ("plus-one-inside", "divides-by-stride", "no-stride"),
                ("padding-doubled", "no-stride", "channels-in"),
            ),
        ),
        Kind(
            "pool-output-size",
            _pool_output_size,
            (
                ("pool-stride-one", "pool-divides-channels", "rounds-up"),
                ("pool-stride-one", "same-size", "swapped-height-width"),
                ("rounds-up", "no-stride", "pool-divides-channels"),
            ),
        ),
        Kind(
            "flatten-features",
            _flatten_features,
            (("flatten-forgot-space", "flatten-forgot-channels", "flatten-with-batch"),),
        ),
        Kind(
            "padding-for",
            _padding_for,
            (("padding-once", "no-dilation"), ("padding-once", "same-size")),
        ),
        Kind("stride-for", _stride_for, (("no-padding",), ("divides-by-stride",))),
        Kind("kernel-size-for", _kernel_for, (("no-padding", "padding-once"), ("no-plus-one", "no-padding"))),
        Kind(
            "input-sizes",
            _input_sizes,
            (
                ("rounds-up", "only-the-exact-size", "no-stride"),
                ("no-padding", "only-the-exact-size", "no-stride"),
            ),
        ),
        Kind(
            "largest-input",
            _largest_input,
            (
                ("rounds-up", "no-stride", "no-plus-one"),
                ("rounds-up", "no-padding", "no-stride"),
                ("no-dilation", "no-stride", "rounds-up"),
            ),
        ),
        Kind(
            "conv-parameters",
            _conv_parameters,
            (
                ("no-bias", "one-bias", "bias-per-input", "no-input-channels"),
                ("no-input-channels", "times-output-size", "macs-as-parameters"),
                ("bias-before-batchnorm", "no-input-channels"),
                ("groups-ignored", "groups-twice", "no-bias"),
            ),
        ),
        Kind(
            "dense-parameters",
            _dense_parameters,
            (("layers-multiplied", "no-bias", "one-bias", "bias-per-input"),),
        ),
        Kind(
            "dilated-output-size",
            _dilated_output_size,
            (
                ("no-dilation", "dilation-times-kernel", "dilation-as-gap"),
                ("no-dilation", "kernel-sign", "no-padding"),
            ),
        ),
        Kind(
            "ceil-output-size",
            _ceil_output_size,
            (
                ("ceil-mode-ignored", "no-stride"),
                ("ceil-no-clamp", "no-stride"),
                ("ceil-mode-ignored", "same-size"),
            ),
        ),
        Kind(
            "receptive-field",
            _receptive_field,
            (
                ("fields-added", "field-no-stride", "field-last-kernel"),
                ("fields-multiplied", "field-no-stride"),
            ),
        ),
        Kind("conv-macs", _conv_macs, (("macs-doubled", "macs-as-parameters", "no-input-channels"),)),
        Kind(
            "adaptive-pool",
            _adaptive_pool,
            (("global-pool-keeps-size", "global-pool-scalar"), ("pool-by-formula", "global-pool-keeps-size")),
        ),
        Kind(
            "concatenation",
            _concatenation,
            (("concat-as-add", "concat-forgot-branch", "concat-adds-space"),),
        ),
        Kind(
            "residual-block",
            _residual_block,
            (
                ("residual-as-concat", "channels-in", "projection-always-strided"),
                ("residual-as-concat", "channels-in", "no-stride"),
                ("residual-as-concat",),
            ),
        ),
        Kind(
            "projection-stride",
            _projection_stride,
            (
                ("projection-only-strided", "projection-always-strided"),
                ("projection-everywhere", "projection-always-strided"),
                ("projection-keeps-size",),
            ),
        ),
        Kind("layer-count", _layer_count, (("counts-projections", "counts-pools", "forgets-dense"),)),
    )
}
