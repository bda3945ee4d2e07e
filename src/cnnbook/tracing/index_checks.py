"""Checks the values of indices and class numbers that are known: the trace itself sees only shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from cnnbook.traces import operations
from cnnbook.tracing.cpu_checks import cpu_error

# The argument with the indices of each operation, and how to learn how many rows or classes there are.
_INDEXED: dict[str, tuple[int, Callable[[tuple[Any, ...]], int]]] = {
    "embedding": (0, lambda args: int(args[1].shape[0])),
    "cross_entropy": (1, lambda args: int(args[0].shape[min(1, args[0].dim() - 1)])),
    "nll_loss": (1, lambda args: int(args[0].shape[min(1, args[0].dim() - 1)])),
}


class OutOfRangeError(IndexError):
    """An index that is not in its table of `count` rows. The indices go from `lowest` to `highest`."""

    def __init__(self, message: str, lowest: int, highest: int, count: int) -> None:
        super().__init__(message)
        self.lowest = lowest
        self.highest = highest
        self.count = count


def takes_indices(op: str) -> bool:
    """Whether an operation reads numbers out of a table by their indices, or takes class numbers."""
    return op in _INDEXED


def check_indices(
    op: str, call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]], known: Mapping[int, Tensor]
) -> None:
    """Raise OutOfRangeError if known indices lie outside of the table that an operation reads.

    `known` has the values of tensors by the ids of those that stand for them without data.
    """
    func, args, kwargs = call
    at, count_of = _INDEXED[op]
    names = operations.SIGNATURES.get(op, ("input", "target" if at else "weight"))
    given = (*args, *(kwargs[name] for name in names[len(args) : 2] if name in kwargs))
    values = known.get(id(given[at])) if len(given) > at else None
    if values is None or not values.numel() or values.is_floating_point() or values.is_meta:
        return
    lowest, highest, count = int(values.min()), int(values.max()), count_of(given)
    if lowest >= 0 and highest < count:
        return
    error = cpu_error(func, args, kwargs, known=dict(known))  # an ignored class number is no error
    if error is not None:
        raise OutOfRangeError(str(error), lowest, highest, count)
