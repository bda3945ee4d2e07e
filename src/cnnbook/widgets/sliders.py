"""The explorer's sliders, and which of their values would make an impossible setting possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

# The smallest and the largest value of each of the explorer's sliders; more cells would be unreadable.
LIMITS: Final = {
    "size": (1, 12),
    "kernel_size": (1, 7),
    "stride": (1, 4),
    "padding": (0, 3),
    "dilation": (1, 3),
}

Settings = dict[str, Any]


def ways(settings: Settings, resizable: bool, accepts: Callable[[Settings], bool]) -> str:
    """Return which values of the sliders would make `accepts` true, as the end of an error message.

    Only values that the sliders have are tried, each slider alone, so all that is offered can be done. Where
    no slider is enough by itself, padding and dilation are moved together: every pool accepts a padding of
    k // 2 with dilation 1, and every convolution accepts kernel size 1. `resizable` says whether the size of
    the input has sliders. `explorer.js` has the same rule; a test holds the two equal.

    >>> fits = lambda s: s["dilation"] * (s["kernel_size"] - 1) + 1 <= min(s["size"]) + 2 * s["padding"]
    >>> ways({"size": (4, 9), "kernel_size": 3, "padding": 0, "dilation": 2}, True, fits)
    'padding 1, an input of 5 × 9, kernel size 2 or dilation 1 would do'
    """
    found = [words for each in _single(settings, resizable) if (words := _first(settings, each, accepts))]
    if found:
        *others, last = found
        return f"{', '.join(others)}{' or ' if others else ''}{last} would do"
    both = [
        (f"padding {padding} with dilation {dilation}", {"padding": padding, "dilation": dilation})
        for dilation in _nearest(settings, "dilation")
        for padding in _nearest(settings, "padding")
    ]
    return f"{_first(settings, both, accepts)} would do"


_Changes = list[tuple[str, Settings]]  # the words for a change, and what is set


def _single(settings: Settings, resizable: bool) -> Iterator[_Changes]:
    yield [(f"padding {value}", {"padding": value}) for value in _nearest(settings, "padding")]
    if resizable:
        height, width = settings["size"]
        least, most = LIMITS["size"]
        sizes = [(max(height, n), max(width, n)) for n in range(least, most + 1)]
        yield [(f"an input of {height} × {width}", {"size": (height, width)}) for height, width in sizes]
    for name in ("kernel_size", "dilation"):
        words = name.replace("_", " ")
        yield [(f"{words} {value}", {name: value}) for value in _nearest(settings, name)]


def _nearest(settings: Settings, name: str) -> list[int]:
    least, most = LIMITS[name]
    return sorted(range(least, most + 1), key=lambda value: abs(value - settings[name]))


def _first(settings: Settings, changes: _Changes, accepts: Callable[[Settings], bool]) -> str:
    return next((words for words, change in changes if accepts({**settings, **change})), "")
