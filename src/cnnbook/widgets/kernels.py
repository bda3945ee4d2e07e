"""The explorer's kernels by name, and the weights of each, for one channel or for red, green and blue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from cnnbook.widgets.number_rows import Rows, per_channel
from cnnbook.widgets.sliders import LIMITS

# The weight at (row i, column j) of a kernel of k × k that treats all channels alike.
_WEIGHTS: Final[dict[str, Callable[[int, int, int], float]]] = {
    "edges": lambda k, i, j: _side(k, j),
    "level edges": lambda k, i, j: _side(k, i),
    "blur": lambda k, i, j: 1 / (k * k),
    "sharpen": lambda k, i, j: _sharpen(k, i, j),
    "ones": lambda k, i, j: 1,
    "identity": lambda k, i, j: int(i == j == (k - 1) // 2),
}
# The factor of red, green and blue in a kernel that compares channels: it is 0 wherever the three are equal.
_COLORS: Final[dict[str, tuple[str, tuple[int, int, int]]]] = {
    "red": ("identity", (2, -1, -1)),
    "colour edges": ("edges", (1, -1, 0)),
}
KERNELS: Final = (*_WEIGHTS, *_COLORS)
COLOR_KERNELS: Final = tuple(_COLORS)


def weights(kernel: Any, k: int, channels: int) -> list[Rows]:
    """Return the weights of a kernel of k × k, for each channel its rows.

    `kernel` is a name of `KERNELS`, rows, or rows for each channel. Rows of another size than k stand in the
    middle of zeros, or lose their border.

    >>> weights("level edges", 3, 1)
    [[[-1, -1, -1], [0, 0, 0], [1, 1, 1]]]
    >>> weights("sharpen", 3, 1)
    [[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]]
    >>> weights([[5]], 3, 1)
    [[[0, 0, 0], [0, 5, 0], [0, 0, 0]]]
    """
    if not isinstance(kernel, str):
        given = per_channel(kernel)
        return [_placed(given[channel if len(given) > 1 else 0], k) for channel in range(channels)]
    name, factors = _COLORS.get(kernel, (kernel, (1,) * channels))
    rows = [[_WEIGHTS[name](k, i, j) for j in range(k)] for i in range(k)]
    return [[[factor * weight for weight in row] for row in rows] for factor in factors]


def samples() -> dict[str, list[list[Rows]]]:
    """Return the weights of each kernel that has a name, for each kernel size that the slider has.

    >>> samples()["blur"][1]
    [[[0.25, 0.25], [0.25, 0.25]]]
    """
    least, most = LIMITS["kernel_size"]
    return {name: [weights(name, k, 1) for k in range(least, most + 1)] for name in KERNELS}


def _placed(rows: Rows, k: int) -> Rows:
    """Return the rows in the middle of k × k zeros, or their middle k × k numbers."""
    shift = (k - len(rows)) // 2
    inside = range(shift, shift + len(rows))
    return [
        [rows[i - shift][j - shift] if i in inside and j in inside else 0 for j in range(k)] for i in range(k)
    ]


def _side(k: int, at: int) -> int:
    """Return -1 before the middle of k, 1 after it, and 0 in it; 1 for a kernel of one number."""
    return 1 if k == 1 else (2 * at > k - 1) - (2 * at < k - 1)


def _sharpen(k: int, i: int, j: int) -> int:
    """Return the weight that subtracts the middle pixel's neighbours and keeps the sum of all at 1."""
    middle = (k - 1) // 2
    neighbours = [(middle - 1, middle), (middle, middle - 1), (middle, middle + 1), (middle + 1, middle)]
    inside = [place for place in neighbours if min(place) >= 0 and max(place) < k]
    return 1 + len(inside) if i == j == middle else -((i, j) in inside)
