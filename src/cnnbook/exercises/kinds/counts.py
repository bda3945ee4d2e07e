"""Practice about parameters and multiply-accumulates."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.draws import Draws
from cnnbook.exercises.questions import Question
from cnnbook.exercises.variants import Targets, kind


@kind(
    "conv-parameters",
    ("no-bias", "one-bias", "bias-per-input", "no-input-channels"),
    ("no-input-channels", "times-output-size", "macs-as-parameters"),
    ("bias-before-batchnorm", "no-input-channels"),
    ("groups-ignored", "groups-twice", "no-bias"),
)
def conv_parameters(draws: Draws, targets: Targets) -> Question:
    """Draw a convolution to count the parameters of."""
    groups = draws.choice((2, 4)) if "groups-ignored" in targets else 1
    channels = (4 * draws.between(2, 24), 4 * draws.between(3, 40))
    kernel_size = draws.choice(((1, 1), (3, 3), (5, 5), (1, 7), (3, 5)))
    size = (draws.between(9, 40), draws.between(9, 40)) if "times-output-size" in targets else None
    bias = "bias-before-batchnorm" not in targets
    return ConvParameters(channels, kernel_size, groups, bias, size, targets=targets)


@kind(
    "dense-parameters",
    ("layers-multiplied", "no-bias", "one-bias", "bias-per-input"),
)
def dense_parameters(draws: Draws, targets: Targets) -> Question:
    """Draw two dense layers to count the parameters of."""
    features = (draws.between(20, 900), draws.between(12, 120), draws.between(3, 40))
    return DenseParameters(features, targets=targets)


@kind(
    "conv-macs",
    ("macs-doubled", "macs-as-parameters", "no-input-channels"),
)
def conv_macs(draws: Draws, targets: Targets) -> Question:
    """Draw a convolution to count the multiply-accumulates of."""
    channels = (draws.between(2, 64), draws.between(4, 64))
    window = Window(draws.choice((3, 5)), draws.choice((1, 2)), draws.below(2))
    return ConvMacs(channels, window, (draws.between(9, 40), draws.between(9, 40)), targets=targets)
