"""Practice about the formula run backwards."""

from __future__ import annotations

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.axis import RIGHT, Axis
from cnnbook.exercises.draws import Draws
from cnnbook.exercises.inverses import InputRange, LargestInput, SettingFor
from cnnbook.exercises.questions import Question
from cnnbook.exercises.variants import Targets, kind


@kind(
    "padding-for",
    ("padding-once", "no-dilation"),
    ("padding-once", "same-size"),
)
def padding_for(draws: Draws, targets: Targets) -> Question:
    """Draw an axis whose padding is asked for."""
    k, s = draws.choice((3, 5, 7, 9, 11)), draws.choice((1, 1, 2))
    d = draws.choice((2, 3)) if "no-dilation" in targets else 1
    axis = Axis(draws.between(24, 96), k, s, draws.between(3, 8), d)
    return SettingFor(axis._replace(padding=0), RIGHT.output_size(axis), targets=targets)


@kind(
    "stride-for",
    ("no-padding",),
    ("divides-by-stride",),
)
def stride_for(draws: Draws, targets: Targets) -> Question:
    """Draw an axis whose stride is asked for."""
    s = draws.choice((2, 3, 4))
    if "no-padding" in targets:
        k, p = draws.choice((3, 5)), draws.between(5, 9)
    else:
        k, p = draws.choice((7, 9, 11, 13)), 0
    axis = Axis((draws.between(6, 9) - 1) * s + k - 2 * p, k, s, p)
    result = RIGHT.output_size(axis)
    if axis.size - k + 1 < result:
        raise GeometryError("without padding no stride gives the result, so forgetting it cannot show")
    return SettingFor(axis._replace(stride=1), result, "stride", targets=targets)


@kind(
    "kernel-size-for",
    ("no-padding", "padding-once"),
    ("no-plus-one", "no-padding"),
)
def kernel_for(draws: Draws, targets: Targets) -> Question:
    """Draw an axis whose kernel size is asked for."""
    axis = Axis(draws.between(24, 64), draws.choice((3, 5, 7, 9)), 1, draws.between(1, 4))
    return SettingFor(axis._replace(kernel_size=1), RIGHT.output_size(axis), "kernel_size", targets=targets)


@kind(
    "input-sizes",
    ("rounds-up", "only-the-exact-size", "no-stride"),
    ("no-padding", "only-the-exact-size", "no-stride"),
)
def input_sizes(draws: Draws, targets: Targets) -> Question:
    """Draw a window whose possible inputs are asked for."""
    k, s = draws.choice((3, 5, 7)), draws.choice((2, 3, 4))
    axis = Axis(0, k, s, draws.between(1, 3) if "no-padding" in targets else 0)
    return InputRange(axis, draws.between(4, 30), targets=targets)


@kind(
    "largest-input",
    ("rounds-up", "no-stride", "no-plus-one"),
    ("rounds-up", "no-padding", "no-stride"),
    ("no-dilation", "no-stride", "rounds-up"),
)
def largest_input(draws: Draws, targets: Targets) -> Question:
    """Draw a window whose largest input is asked for."""
    k, s = draws.choice((3, 5, 7)), draws.choice((2, 3, 4))
    d = draws.choice((2, 3)) if "no-dilation" in targets else 1
    axis = Axis(0, k, s, draws.between(1, 3) if "no-padding" in targets else 0, d)
    return LargestInput(axis, draws.between(4, 30), targets=targets)
