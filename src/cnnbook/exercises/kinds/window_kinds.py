"""The kinds of practice question about the output size, or shape, of a convolution or a pool."""

from __future__ import annotations

from cnnbook.arithmetic import Window
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import Question


def _size_leaving(draws: Draws, window: tuple[int, int, int, int], rest: int) -> int:
    """Return a drawn input size of which the windows leave `rest` pixels unread."""
    k, s, p, d = window
    positions = draws.between(5, 56 // s)
    return max(2, (positions - 1) * s + d * (k - 1) + 1 - 2 * p + rest)


@kind(
    "output-size",
    ("no-padding", "no-stride", "same-size"),
    ("no-padding", "padding-once", "padding-doubled", "same-size"),
    ("padding-after", "stride-first", "no-stride"),
    ("divides-by-stride", "no-stride", "rounds-up"),
    ("no-plus-one", "no-stride", "rounds-up"),
    distinct_from=("plus-one-inside", "same-by-habit", "stride-subtracted"),
    version=2,
)
def output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution on one axis."""
    if "padding-once" in targets:
        k, s = draws.choice((5, 7, 9, 11)), 1
        p = draws.between(2, k // 2)
    elif "rounds-up" in targets:
        k, s, p = draws.choice((5, 7, 9, 11)), draws.choice((2, 3, 4)), 0
    else:
        k = draws.choice((3, 5, 7, 9, 11))
        s, p = draws.choice((2, 3)), draws.between(1, k // 2)
    rest = s - 1 if "no-plus-one" in targets else draws.below(s)
    n = _size_leaving(draws, (k, s, p, 1), rest)
    return WindowQuestion((n,), Window((k,), s, p), targets=targets)


def _conv_window(draws: Draws, targets: Targets) -> tuple[tuple[int, int], int, int]:
    """Return kernel size, stride and padding of a convolution that shows these targets.

    The padding is at most half of the kernel, and the stride at most the kernel.
    """
    if "kernel-wrong-axis" in targets:
        # Without padding: with a padding of 1, a missing + 1 gives the answer of a padding counted once.
        return (draws.choice((1, 3, 5, 7)), draws.choice((1, 3, 5, 7))), 1, 0
    if "padding-once" in targets:
        k = draws.choice((5, 7, 9))
        return (k, k), 1, draws.between(2, k // 2)
    if "plus-one-inside" in targets:
        k = draws.choice((3, 5, 7))
        return (k, k), 3, 0
    if "padding-doubled" in targets:
        k = draws.choice((5, 7, 9))
        return (k, k), 3, draws.between(2, k // 2)
    k = draws.choice((3, 5, 7))
    return (k, k), draws.choice((2, 3)), draws.between(1, k // 2)


@kind(
    "conv-output-size",
    ("channels-in", "no-padding", "swapped-height-width", "no-stride"),
    ("channels-multiplied", "padding-once", "no-padding", "channels-in"),
    ("channels-last", "no-padding", "padding-adds-channels", "rounds-up"),
    ("kernel-wrong-axis", "swapped-height-width", "no-plus-one"),
    ("plus-one-inside", "divides-by-stride", "no-stride", "conv-as-transposed"),
    ("padding-doubled", "no-stride", "channels-in"),
    distinct_from=(
        "padding-after",
        "stride-first",
        "same-size",
        "same-by-habit",
        "stride-subtracted",
        "channels-summed",
        "one-map-only",
        "conv-as-transposed",
    ),
    version=2,
)
def conv_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a convolution with channels, on a map that is not square."""
    kernel_size, s, p = _conv_window(draws, targets)
    k = kernel_size[0]
    size = (
        _size_leaving(draws, (k, s, p, 1), draws.below(s)),
        _size_leaving(draws, (k, s, p, 1), draws.below(s)),
    )
    channels = (draws.choice((2, 3, 6, 8, 12)), draws.choice((10, 16, 20, 24, 32)))
    return WindowQuestion(size, Window(kernel_size, s, p), channels=channels, targets=targets)


@kind(
    "pool-output-size",
    ("pool-stride-one", "pool-divides-channels", "rounds-up"),
    ("pool-stride-one", "same-size", "swapped-height-width"),
    ("rounds-up", "no-stride", "pool-divides-channels"),
    distinct_from=(
        "no-plus-one",
        "plus-one-inside",
        "stride-first",
        "divides-by-stride",
        "channels-last",
        "kernel-wrong-axis",
        "no-padding",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "padding-adds-channels",
        "stride-subtracted",
    ),
    version=2,
)
def pool_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a pool, written with or without its stride."""
    size = (draws.between(10, 64), draws.between(10, 64))
    channels = draws.choice((6, 12, 16, 24, 64))
    default = "pool-stride-one" in targets
    kernel_size = draws.choice((2, 3, 4))
    stride = None if default else draws.choice((2, 3) if kernel_size > 2 else (2,))
    padding = 0 if default or kernel_size == 2 else draws.below(2)
    window = Window.pool(kernel_size, stride, padding)
    return WindowQuestion(
        size, window, (channels, channels), pool=True, default_stride=default, targets=targets
    )


@kind(
    "dilated-output-size",
    ("no-dilation", "dilation-times-kernel", "dilation-as-gap"),
    ("no-dilation", "kernel-sign", "no-padding"),
    ("no-dilation", "span-adds-dilation", "same-by-habit"),
    distinct_from=(
        "no-plus-one",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "same-size",
        "channels-last",
        "swapped-height-width",
        "kernel-wrong-axis",
        "channels-in",
        "channels-multiplied",
        "padding-adds-channels",
        "same-by-habit",
        "span-adds-dilation",
        "channels-summed",
        "one-map-only",
        "conv-as-transposed",
    ),
    version=2,
)
def dilated_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a dilated convolution."""
    k, s, p, d = draws.choice((3, 5)), 1, draws.between(0, 3), draws.choice((2, 3, 4))
    size = (_size_leaving(draws, (k, s, p, d), 0), _size_leaving(draws, (k, s, p, d), 0))
    channels = (draws.choice((3, 6, 8)), draws.choice((10, 16, 24)))
    return WindowQuestion(size, Window(k, s, p, d), channels=channels, targets=targets)


@kind(
    "ceil-output-size",
    ("ceil-mode-ignored", "no-stride"),
    ("ceil-no-clamp", "no-stride"),
    ("ceil-mode-ignored", "same-size"),
    distinct_from=(
        "no-plus-one",
        "stride-first",
        "divides-by-stride",
        "channels-last",
        "swapped-height-width",
        "kernel-wrong-axis",
        "pool-divides-channels",
        "no-padding",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "padding-adds-channels",
        "stride-subtracted",
    ),
    version=2,
)
def ceil_output_size(draws: Draws, targets: Targets) -> Question:
    """Return a question about a pool with ceil_mode."""
    channels = draws.choice((6, 16, 24, 64))
    if "ceil-no-clamp" in targets:
        # Only with such a padding and stride can a window start behind the image: s >= k - p + 1.
        k, s, p = draws.choice(((2, 2, 1), (3, 3, 1), (4, 3, 2), (4, 4, 1), (5, 5, 2)))
    else:
        k, s, p = draws.choice(((3, 2, 0), (5, 3, 0), (5, 2, 0), (4, 3, 0)))
    # Only one axis has a remainder: otherwise a forgotten + 1 would give the same answer as rounding down.
    size = (
        _size_leaving(draws, (k, s, p, 1), 0),
        _size_leaving(draws, (k, s, p, 1), draws.between(1, s - 1)),
    )
    window = Window.pool(k, s, p, ceil_mode=True)
    return WindowQuestion(
        size[:: draws.choice((1, -1))], window, (channels, channels), pool=True, targets=targets
    )
