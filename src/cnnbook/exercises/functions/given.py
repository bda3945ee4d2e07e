"""What a function is given: the numbers of a probe as tensors, arrays or lists, and how they are shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from cnnbook.exercises.functions.results import shape_of
from cnnbook.exercises.words import _, say, shown

# Makes nested lists into what a function is given; the second argument is the type of their numbers.
Made = Callable[[list[Any], str], Any]

_LARGEST = 30  # numbers of an argument that are printed; of a larger one the shape is
_OF_SHAPE = _("numbers of the shape {shape}")


def as_lists(nested: list[Any], numbers: str) -> Any:
    """Return the lists as they are."""
    return nested


def _tensors(torch: Any) -> Made:
    return lambda nested, numbers: torch.tensor(nested, dtype=getattr(torch, numbers) if numbers else None)


def _arrays(numpy: Any) -> Made:
    return lambda nested, numbers: numpy.array(nested, dtype=numbers or None)


def ways() -> Iterator[Made]:
    """Yield the ways to hand numbers over, the one that is tried first in front.

    Where torch is loaded, that is as tensors. Where it is not, lists come first, so that a function written
    for them is answered at once; then torch is loaded, since a function that multiplies whole maps is written
    for tensors, whether or not its own file imports torch. Where there is no torch, arrays multiply too.
    """
    loaded = sys.modules.get("torch") is not None
    if not loaded:
        yield as_lists
    try:
        yield _tensors(import_module("torch"))
    except ImportError:
        try:
            yield _arrays(import_module("numpy"))
        except ImportError:
            return
    if loaded:
        yield as_lists


def shown_argument(value: Any) -> str:
    """Return an argument as it is printed in an example; of a large one, its shape.

    >>> shown_argument([[1.0, 2.5]]), shown_argument(0.5), shown_argument(True)
    ('[[1, 2.5]]', '0.5', 'True')
    """
    if isinstance(value, list) and _count(value) > _LARGEST:
        return say(_OF_SHAPE, shape=shown(shape_of(_as_tuples(value))))
    if isinstance(value, list | tuple):
        parts = ", ".join(map(shown_argument, value))
        return f"[{parts}]" if isinstance(value, list) else f"({parts})"
    return f"{value:g}" if isinstance(value, float) else repr(value)


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list | tuple) else 1


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list | tuple) else value
