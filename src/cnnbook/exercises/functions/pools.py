"""Write a max-pool, and an adaptive average pool."""

from __future__ import annotations

from collections.abc import Callable

from cnnbook.exercises.functions.loops import Map, Maps, numbers, places, pool, windows
from cnnbook.exercises.functions.questions import MapsQuestion, Probe
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


def _rounded_up(maps: Maps, kernel_size: int, stride: int) -> Maps:
    def up(size: int) -> int:
        return -(-(size - kernel_size) // stride) + 1

    return [windows(one, (up(len(one)), up(len(one[0]))), kernel_size, stride, max) for one in maps]


def _steps_counted(maps: Maps, kernel_size: int, stride: int) -> Maps:
    counts = [places(one, kernel_size, stride, more=-1) for one in maps]
    return [windows(one, count, kernel_size, stride, max) for one, count in zip(maps, counts, strict=True)]


def _over_channels(maps: Maps, kernel_size: int, stride: int) -> Maps:
    """Return for every channel the largest number of the window in all channels."""
    pooled = pool(maps, kernel_size, stride)
    rows, columns = range(len(pooled[0])), range(len(pooled[0][0]))
    return [[[max(one[y][x] for one in pooled) for x in columns] for y in rows] for _channel in maps]


def _transposed(maps: Maps) -> Maps:
    return [[list(column) for column in zip(*one, strict=True)] for one in maps]


Ranges = Callable[[int, int], list[tuple[int, int]]]


def _adaptive_ranges(size: int, outputs: int) -> list[tuple[int, int]]:
    """Return for each output the first pixel that it reads and the one after the last, as PyTorch does.

    >>> _adaptive_ranges(8, 3)
    [(0, 3), (2, 6), (5, 8)]
    """
    return [(i * size // outputs, -(-(i + 1) * size // outputs)) for i in range(outputs)]


def _ranges_apart(size: int, outputs: int) -> list[tuple[int, int]]:
    """Return windows that begin where adaptive ones do, and end where the next begins."""
    return [(i * size // outputs, (i + 1) * size // outputs) for i in range(outputs)]


def _ranges_of_one_width(size: int, outputs: int) -> list[tuple[int, int]]:
    width = size // outputs
    return [(i * width, (i + 1) * width) for i in range(outputs)]


def _adaptive(
    maps: Maps,
    rows: int,
    columns: int,
    ranges: Ranges = _adaptive_ranges,
    pick: Callable[[list[float]], float] = lambda window: sum(window) / len(window),
) -> Maps:
    return [_pooled(one, ranges(len(one), rows), ranges(len(one[0]), columns), pick) for one in maps]


def _pooled(
    one: Map,
    down: list[tuple[int, int]],
    across: list[tuple[int, int]],
    pick: Callable[[list[float]], float],
) -> Map:
    """Return one number for each pair of a range of rows and a range of columns."""
    return [
        [pick([n for row in one[top:bottom] for n in row[left:right]]) for left, right in across]
        for top, bottom in down
    ]


def _adaptive_over_channels(maps: Maps, rows: int, columns: int) -> Maps:
    """Return for every channel the mean of the window in all channels."""
    pooled = _adaptive(maps, rows, columns)
    mean = [
        [sum(numbers) / len(maps) for numbers in zip(*lines, strict=True)]
        for lines in zip(*pooled, strict=True)
    ]
    return [mean for _channel in maps]


def _adaptive_probe(shape: tuple[int, int, int], rows: int, columns: int) -> Probe:
    return Probe((numbers(*shape), rows, columns), {"shape": shape, "rows": rows, "columns": columns})


def _pool_probe(shape: tuple[int, int, int], kernel_size: int, stride: int) -> Probe:
    return Probe((numbers(*shape), kernel_size, stride), {"shape": shape, "k": kernel_size, "s": stride})


def _below_zero(probe: Probe) -> Probe:
    """Return the probe with each number of its maps made negative."""
    maps, *rest = probe.arguments
    return Probe(
        ([[[-abs(number) - 1 for number in row] for row in one] for one in maps], *rest),
        {**probe.values, "shape": f"{probe.values['shape']}"},
    )


def _returned_early(maps: Maps, kernel_size: int, stride: int) -> Maps:
    """Return zeros but for the first number of each channel: the loops have been left after one place."""
    pooled = pool(maps, kernel_size, stride)
    return [
        [[number if y == x == 0 else 0.0 for x, number in enumerate(row)] for y, row in enumerate(one)]
        for one in pooled
    ]


_ADVICE = {
    "expand(torch": _(
        "Several numbers stand where there is room for one in each channel. window.amax(dim=(1, 2)) gives "
        "the largest number of each channel, window.mean(dim=(1, 2)) the mean."
    ),
    "reduction dim": _(
        "A window is empty here: it begins beyond the last row or column. Rows are counted from the height, "
        "and columns from the width."
    ),
}

WRITE_POOL = MapsQuestion(
    "my_pool(maps, kernel_size, stride)",
    pool,
    (
        _pool_probe((1, 4, 4), 2, 2),
        _pool_probe((1, 7, 4), 2, 2),
        _pool_probe((1, 6, 8), 3, 1),
        _pool_probe((3, 5, 8), 2, 3),
        _below_zero(_pool_probe((2, 4, 6), 2, 2)),
        _pool_probe((2, 9, 12), 3, 2),
    ),
    _("maps of {shape}, kernel {k}, stride {s}"),
    wrong={
        "rounds-up": _rounded_up,
        "no-plus-one": _steps_counted,
        "no-stride": lambda maps, kernel_size, stride: pool(maps, kernel_size, 1),
        "windows-apart": lambda maps, kernel_size, stride: pool(maps, kernel_size, kernel_size),
        "mean-not-max": lambda maps, kernel_size, stride: pool(
            maps, kernel_size, stride, lambda window: sum(window) / len(window)
        ),
        "max-from-zero": lambda maps, kernel_size, stride: pool(
            maps, kernel_size, stride, lambda window: max(0, *window)
        ),
        "pool-mixes-channels": _over_channels,
        "swapped-height-width": lambda maps, kernel_size, stride: _transposed(
            pool(maps, kernel_size, stride)
        ),
        "returned-early": _returned_early,
    },
    advice=_ADVICE,
    solution=_(
        "Each output is the largest number of its window, in each channel by itself:\n"
        "    channels, height, width = maps.shape\n"
        "    rows, columns = (height - kernel_size)//stride + 1, (width - kernel_size)//stride + 1\n"
        "    out = torch.zeros(channels, rows, columns)\n"
        "    for y in range(rows):\n"
        "        for x in range(columns):\n"
        "            top, left = y*stride, x*stride\n"
        "            window = maps[:, top:top + kernel_size, left:left + kernel_size]\n"
        "            out[:, y, x] = window.amax(dim=(1, 2))\n"
        "    return out"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}: max-pooling without padding. maps is a tensor of (channels, "
            "height, width). It returns maps of (channels, rows, columns), as a tensor or as lists inside "
            "lists."
        ),
        ask=_(
            "Take one channel on paper. In which row does window y start, in which column window x, and how "
            "many windows fit?"
        ),
        formula=_("A pool makes floor((n - k)/s) + 1 rows of n rows, and each channel by itself."),
        hints={
            "rounds-up": _(
                "Your pool rounds up. What does PyTorch do with a window that hangs over the edge?"
            ),
            "returned-early": _(
                "Your maps hold one number, and zeros everywhere else. A return ends a function at once: "
                "behind which of the loops does it have to stand?"
            ),
            "no-plus-one": _(
                "Your pool makes one row and one column too few. Where does the window stand before its "
                "first step?"
            ),
            "no-stride": _(
                "Your pool moves by one pixel, whatever the stride is. In which row does the second window "
                "start?"
            ),
            "windows-apart": _(
                "Your pool moves by the kernel size, whatever the stride is. May two windows overlap?"
            ),
            "mean-not-max": _("Your pool takes the mean. Which one number of a window does a max-pool keep?"),
            "max-from-zero": _(
                "Your pool starts its maximum at 0. What is the largest number of a window that holds only "
                "negative numbers?"
            ),
            "pool-mixes-channels": _(
                "Your pool takes the maximum over all channels. How many channels does a pool look at "
                "together?"
            ),
            "swapped-height-width": _(
                "Your pool gives rows and columns in exchanged places. Which comes first, height or width?"
            ),
        },
    ),
)


WRITE_ADAPTIVE = MapsQuestion(
    "my_adaptive_pool(maps, rows, columns)",
    _adaptive,
    (
        _adaptive_probe((1, 4, 6), 1, 1),
        _adaptive_probe((1, 4, 6), 2, 3),
        _adaptive_probe((1, 8, 3), 3, 1),
        _adaptive_probe((3, 5, 8), 2, 3),
        _adaptive_probe((2, 13, 9), 3, 5),
    ),
    _("maps of {shape}, {rows} rows and {columns} columns"),
    wrong={
        "pool-by-formula": lambda maps, rows, columns: _adaptive(maps, rows, columns, _ranges_of_one_width),
        "windows-apart": lambda maps, rows, columns: _adaptive(maps, rows, columns, _ranges_apart),
        "sum-not-mean": lambda maps, rows, columns: _adaptive(maps, rows, columns, pick=sum),
        "max-not-mean": lambda maps, rows, columns: _adaptive(maps, rows, columns, pick=max),
        "pool-mixes-channels": _adaptive_over_channels,
        "swapped-height-width": lambda maps, rows, columns: _adaptive(maps, columns, rows),
    },
    advice=_ADVICE,
    solution=_(
        "Output i of m reads the pixels from i*n//m up to -(-(i + 1)*n//m), the end not included:\n"
        "    channels, height, width = maps.shape\n"
        "    out = torch.zeros(channels, rows, columns)\n"
        "    for y in range(rows):\n"
        "        for x in range(columns):\n"
        "            top, bottom = y*height//rows, -(-(y + 1)*height//rows)\n"
        "            left, right = x*width//columns, -(-(x + 1)*width//columns)\n"
        "            out[:, y, x] = maps[:, top:bottom, left:right].mean(dim=(1, 2))\n"
        "    return out"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns what adaptive average pooling makes of maps, which "
            "have the shape (channels, height, width): rows x columns numbers for each channel. Output i of "
            "m reads the pixels from floor(i*n/m) to ceil((i + 1)*n/m), the end not included."
        ),
        ask=_(
            "Take 8 rows that become 3 on paper. In which row does each window begin, in which does it end, "
            "and by how many numbers is its mean divided?"
        ),
        formula=_("Output i of m reads the pixels from floor(i*n/m) to ceil((i + 1)*n/m), end excluded."),
        hints={
            "pool-by-formula": _(
                "In your pool all windows have one width, n//m. Which pixels does it leave out if 8 rows "
                "become 3?"
            ),
            "windows-apart": _(
                "In your pool each window ends where the next begins. Is the end rounded down or up?"
            ),
            "sum-not-mean": _("Your pool adds up. By how many numbers is a mean divided?"),
            "max-not-mean": _(
                "Your pool keeps the largest number of each window. Which number does an average pool keep?"
            ),
            "pool-mixes-channels": _(
                "Your pool takes the mean over all channels. How many channels does a pool look at together?"
            ),
            "swapped-height-width": _(
                "Your pool makes rows and columns in exchanged numbers. Which comes first, height or width?"
            ),
        },
    ),
)
