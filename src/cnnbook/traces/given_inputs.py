"""The inputs of a network as a caller gives them: a shape or a tensor, or a list of several."""

from __future__ import annotations

from numbers import Integral
from typing import Any


def several(given: Any) -> tuple[Any, ...] | None:
    """Return the inputs in `given`, which is one shape or tensor, or a list or tuple of them.

    A shape is whole numbers from 0 on, batch axis first, and comes back as a tuple. None for anything else.

    >>> several((1, 3, 224, 224)), several([(1, 3, 224, 224), (1, 10)])
    (((1, 3, 224, 224),), ((1, 3, 224, 224), (1, 10)))
    """
    alone = _one(given)
    if alone is not None:
        return (alone,)
    if not isinstance(given, list | tuple) or not given:
        return None
    found = tuple([_one(item) for item in given])
    return None if any(item is None for item in found) else found


def is_shape(value: Any) -> bool:
    """Whether an input is given as a shape: whole numbers, also NumPy's, and no True or False among them."""
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_whole, value))


def is_tensor(value: Any) -> bool:
    """Whether a value is a torch tensor; torch is not loaded for that."""
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "is_meta")


def _one(value: Any) -> Any:
    if is_tensor(value):
        return value
    return tuple(map(int, value)) if is_shape(value) and min(value) >= 0 else None


def _is_whole(n: Any) -> bool:
    return type(n) is int or (isinstance(n, Integral) and not isinstance(n, bool))
