"""Practice about a small network: the first Linear, an edit, a message of torch, blanks in a trace."""

from __future__ import annotations

from dataclasses import replace

from cnnbook.arithmetic import Window
from cnnbook.exercises.chains import Chain, EditedChain, Layer, LinearFeatures
from cnnbook.exercises.counts import ConvParameters, EditedParameters
from cnnbook.exercises.draws import Draws
from cnnbook.exercises.errors import addition_error, channels_error, features_error
from cnnbook.exercises.questions import Question
from cnnbook.exercises.tables import CHANNELS, HEIGHT, PARAMETERS, WIDTH, Line, TraceTable
from cnnbook.exercises.variants import Targets, kind


def _conv(draws: Draws, out_channels: int, *, stride: int = 1, paddings: tuple[int, ...] = (0,)) -> Layer:
    kernel_size = draws.choice((3, 5, 7) if stride > 1 else (3, 5))
    return Layer(Window(kernel_size, stride, draws.choice(paddings)), out_channels)


def _image(draws: Draws, least: int, most: int) -> tuple[int, int, int]:
    height, width = draws.between(least, most), draws.between(least, most)
    return draws.choice((1, 3)), height, width + (height == width)


_POOL = Layer(Window.pool(2))


@kind(
    "linear-in-features",
    ("flatten-forgot-space", "flatten-forgot-channels", "pools-forgotten", "rounds-up"),
    ("flatten-forgot-space", "flatten-forgot-channels", "no-plus-one", "channels-in"),
    ("flatten-forgot-channels", "no-padding", "padding-once", "pools-forgotten"),
)
def linear_in_features(draws: Draws, targets: Targets) -> Question:
    """Draw two convolutions with their pools, and the Linear that follows."""
    paddings = (1, 2) if "no-padding" in targets else (0,)
    maps = draws.choice((4, 6, 8))
    layers = (
        _conv(draws, maps, paddings=paddings),
        _POOL,
        _conv(draws, 2 * maps + draws.below(3), paddings=paddings),
        _POOL,
    )
    return LinearFeatures(Chain(_image(draws, 20, 40), layers), targets=targets)


@kind(
    "edited-network",
    ("change-ignored", "change-unscaled", "no-plus-one"),
    ("change-ignored", "change-unscaled", "rounds-up"),
    ("change-ignored", "no-padding", "padding-once"),
    ("change-ignored", "swapped-height-width", "channels-last"),
    ("change-ignored", "no-input-channels", "no-bias"),
)
def edited_network(draws: Draws, targets: Targets) -> Question:
    """Draw a strided convolution, a pool and a second convolution, and an edit of one of them."""
    if "no-input-channels" in targets:
        before, after = draws.choice((8, 16, 32)), draws.choice((12, 24, 48, 64))
        return EditedParameters((after, draws.choice((10, 20, 40))), (3, 3), before=before, targets=targets)
    paddings = (1, 2) if "no-padding" in targets else (0,)
    stem = _conv(draws, draws.choice((6, 8, 12)), stride=2, paddings=(1, 2))
    last = _conv(draws, draws.choice((16, 20, 24)), paddings=paddings)
    chain = Chain(_image(draws, 36, 64), (stem, _POOL, last))
    edit = draws.choice(("stride", "kernel", "padding", "pool-added", "pool-removed"))
    if edit == "pool-removed":
        return EditedChain(chain, "pool-removed", 1, _POOL, targets=targets)
    if edit == "pool-added":
        return EditedChain(chain, "pool-added", 0, _POOL, targets=targets)
    window = stem.window
    if edit == "stride":
        window = replace(window, stride=(1, 1))
    elif edit == "kernel":
        window = replace(window, kernel_size=(draws.choice((1, 9, 11)),) * 2)
    else:
        window = replace(window, padding=(draws.choice((0, 3, 4)),) * 2)
    return EditedChain(chain, "replaced", 0, Layer(window, stem.out_channels), targets=targets)


@kind(
    "decode-error",
    ("error-other-side", "error-output", "error-batch"),
    ("error-other-side", "error-output", "error-size"),
    ("projection-keeps-size", "error-other-side", "error-output"),
)
def decode_error(draws: Draws, targets: Targets) -> Question:
    """Draw a network that torch refuses: at a Linear, at a convolution, or where two paths are added."""
    if "error-batch" in targets:
        features = draws.choice((16, 24, 32)) * draws.between(3, 7) * draws.between(3, 7)
        expected = draws.choice((16, 24, 32)) * draws.between(3, 7) ** 2
        return features_error(
            "classifier", (draws.between(2, 64), features), (expected, draws.choice((84, 100, 120)))
        )
    if "error-size" in targets:
        channels, size = draws.choice((3, 6, 8, 12, 16, 24)), (draws.between(9, 40), draws.between(9, 40))
        weight = (draws.choice((3, 6, 8, 10, 16, 20)), draws.choice((18, 28, 32, 48)))
        return channels_error("conv2", (draws.between(1, 8), channels, *size), weight, draws.choice((3, 5)))
    stride = draws.choice((2, 3, 4))
    width = stride * draws.between(5, 14)
    return addition_error((width // stride, width), stride)


@kind(
    "trace-table",
    ("no-padding", "channels-in", "no-input-channels"),
    ("pool-stride-one", "no-bias"),
    ("rounds-up", "no-stride", "one-bias"),
    ("no-padding", "padding-once", "pool-divides-channels"),
)
def trace_table(draws: Draws, targets: Targets) -> Question:
    """Draw a strided or padded convolution, a pool and a second convolution, and open four cells."""
    paddings: tuple[int, ...] = (0,)
    if "no-padding" in targets:
        paddings = (2, 3) if "padding-once" in targets else (1, 2)
    stride = 2 if "rounds-up" in targets else 1
    first = _conv(draws, draws.choice((6, 8, 12)), stride=stride, paddings=paddings)
    second = _conv(draws, draws.choice((16, 20, 24)), paddings=paddings)
    chain = Chain(_image(draws, 24, 48), (first, _POOL, second))
    names = ("conv1", "pool1", "conv2")
    lines = []
    for name, step, (window, outs) in zip(names, chain.steps(), chain.layers, strict=True):
        kernel_size = (window.kernel_size[0], window.kernel_size[1])
        channels = step.channels or (0, 0)
        lines.append(Line(name, step, ConvParameters(channels, kernel_size) if outs else None))
    pooled = CHANNELS if "pool-divides-channels" in targets else HEIGHT
    last = CHANNELS if "channels-in" in targets else draws.choice((HEIGHT, WIDTH))
    return TraceTable(tuple(lines), ((0, HEIGHT), (1, pooled), (2, last), (2, PARAMETERS)), targets=targets)
