"""Follows the batch through the rows of a network: along which rows it stays on the first axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from cnnbook.traces import Record, Row, Shape, operations

# Operations that may put another axis first; the shapes tell whether they did.
_MOVES = frozenset(("permute", "transpose", "movedim", "moveaxis", "swapaxes", "t", "einsum", "roll", "flip"))
_VIEWS = frozenset(("view", "reshape", "flatten", "unflatten", "view_as", "reshape_as", "ravel"))


Operation = Row | Record


def batch_path(rows: Sequence[Operation], index: int) -> list[int] | None:
    """The rows from row `index` back to an input, along which axis 0 is the batch; [] for an input itself.

    None where the batch is not on axis 0, or where the shapes do not tell.
    """
    path: list[int] = []
    while index >= 0:
        if not keeps_first_axis(rows[index]):
            return None
        path.append(index)
        index = rows[index].inputs[0]
    return path


def behind_a_new_axis(rows: Sequence[Operation], index: int) -> int | None:
    """The row before row `index` that put a new axis before the batch, as x.unsqueeze(0) does; or None."""
    while index >= 0 and rows[index].inputs and rows[index].input_shapes:
        row = rows[index]
        before, after = row.input_shapes[0], row.output_shapes[0]
        if after == (1, *before) and row.op in ("unsqueeze", "getitem", "view", "reshape"):
            return index if batch_path(rows, row.inputs[0]) is not None else None
        if before != after:
            return None
        index = row.inputs[0]
    return None


def keeps_first_axis(row: Operation) -> bool:
    """Whether axis 0 of a row's output is axis 0 of its first input; False where the shapes do not tell."""
    if not row.inputs or not row.input_shapes:
        return False
    before, after = row.input_shapes[0], row.output_shapes[0]
    if not before or not after or before[0] != after[0]:
        return False
    axes = window_axes(row.op)
    if axes:
        return len(before) == axes + 2
    if row.op in _MOVES:
        return before[0] not in before[1:]
    if row.op == "stack":
        return len(before) == len(after)
    if row.op in _VIEWS or len(after) >= len(before):
        return True
    return not _dropped_from(after, before[1:])


def drops_axes(row: Operation) -> bool:
    """Whether a row's output lacks an axis of its input that is not the batch, as after x.mean(1)."""
    if not row.input_shapes or row.op in _VIEWS or window_axes(row.op):
        return False
    before, after = row.input_shapes[0], row.output_shapes[0]
    return len(after) < len(before) and before[:1] == after[:1]


def dropped_axes(row: Operation) -> tuple[int, ...]:
    """Which axes a row dropped, as (1,) after x.mean(1); () where the shapes and the call do not tell."""
    before, after = row.input_shapes[0], row.output_shapes[0]
    known: Mapping[str, Any] = getattr(row, "arguments", {})
    dim = known.get("dim")
    dims = dim if isinstance(dim, tuple) else () if dim is None else (dim,)
    told = tuple(sorted(d % len(before) for d in dims if type(d) is int))
    possible = [
        axes
        for axes in combinations(range(1, len(before)), len(before) - len(after))
        if tuple([n for a, n in enumerate(before) if a not in axes]) == after
    ]
    return told or (possible[0] if len(possible) == 1 else ())


def window_axes(op: str) -> int:
    """The number of spatial axes that a convolution or pool works on; 0 for all other operations.

    >>> window_axes("conv_transpose2d"), window_axes("max_pool1d"), window_axes("mean")
    (2, 1, 0)
    """
    windowed = operations.family(op) in ("convolution", "pooling") and op.endswith("d") and len(op) > 2
    return int(op[-2]) if windowed and op[-2].isdigit() else 0


def _dropped_from(after: Shape, rest: Shape) -> bool:
    """Whether leaving out some of `rest` gives `after`: then the first axis may be the one that was lost."""
    sizes = iter(rest)
    return all(n in sizes for n in after)
