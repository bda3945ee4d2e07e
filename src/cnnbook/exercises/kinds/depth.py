"""Practice about blocks and many layers."""

from __future__ import annotations

from cnnbook.exercises.depth import FieldOfChain, LayerCount
from cnnbook.exercises.draws import Draws
from cnnbook.exercises.questions import Question
from cnnbook.exercises.residual import ProjectionStride, ResidualBlock
from cnnbook.exercises.variants import Targets, kind


@kind(
    "receptive-field",
    ("fields-added", "field-no-stride", "field-last-kernel"),
    ("fields-multiplied", "field-no-stride"),
)
def receptive_field(draws: Draws, targets: Targets) -> Question:
    """Draw a chain of layers, kernel sizes and strides."""
    count = draws.between(2, 4)
    layers = tuple((draws.choice((2, 3, 5, 7)), draws.choice((1, 2, 2, 3))) for _ in range(count))
    return FieldOfChain(layers, targets=targets)


@kind(
    "residual-block",
    ("residual-as-concat", "channels-in", "projection-always-strided"),
    ("residual-as-concat", "channels-in", "no-stride"),
    ("residual-as-concat",),
)
def residual_block(draws: Draws, targets: Targets) -> Question:
    """Draw a residual block."""
    channels = draws.choice((16, 32, 64, 128))
    out_channels = channels * (1 if targets == ("residual-as-concat",) else draws.choice((2, 4)))
    stride = 2 if "no-stride" in targets else 1
    shape = (channels, draws.between(10, 64), draws.between(10, 64))
    return ResidualBlock(shape, out_channels, stride, targets=targets)


@kind(
    "projection-stride",
    ("projection-only-strided", "projection-always-strided"),
    ("projection-everywhere", "projection-always-strided"),
    ("projection-keeps-size",),
)
def projection_stride(draws: Draws, targets: Targets) -> Question:
    """Draw a residual block that may need a projection."""
    channels = draws.choice((16, 32, 64, 128, 256))
    stride = 2 if "projection-keeps-size" in targets else 1
    out_channels = channels if "projection-everywhere" in targets else channels * draws.choice((2, 4))
    side = 2 * draws.between(4, 32)
    return ProjectionStride(
        (channels, side, side + 2 * draws.between(1, 9)), out_channels, stride, targets=targets
    )


@kind(
    "layer-count",
    ("counts-projections", "counts-pools", "forgets-dense"),
)
def layer_count(draws: Draws, targets: Targets) -> Question:
    """Draw a ResNet's blocks."""
    first, second, third, fourth = (draws.between(2, 8) for _ in range(4))
    return LayerCount((first, second, third, fourth), draws.choice((2, 3)), targets=targets)
