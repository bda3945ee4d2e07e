"""Which pixels of the input each row of a network sees: receptive fields through branches and joins.

A row's field is followed only through operations that keep positions apart (windows, functions of one value,
additions and channel concatenations of equal maps). After anything else it is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnbook.arithmetic import GeometryError, ReceptiveField, Window
from cnnbook.traces import operations

Shape = tuple[int, ...]
Fields = tuple[ReceptiveField, ...]

_PER_VALUE = frozenset(("activation", "dropout"))
_PER_POSITION = frozenset(("batch_norm", "local_response_norm", "clone", "to", "float", "half", "double"))
_ELEMENTWISE = frozenset(("add", "sub", "mul", "div", "maximum", "minimum"))


def of_input(shape: Shape) -> Fields | None:
    """The fields of the input itself, one per spatial axis of (N, C, ...); None without spatial axes."""
    return (ReceptiveField(),) * (len(shape) - 2) if len(shape) > 2 else None


def after(
    op: str,
    window: Window | None,
    bound: Mapping[str, Any],
    shapes: tuple[Sequence[Shape], Sequence[Shape]],
    sources: Sequence[Fields | None],
) -> Fields | None:
    """The fields of a row's output, from those of its inputs; `shapes` are (input shapes, output shapes)."""
    inputs, outputs = shapes
    if not sources or any(fields is None for fields in sources):
        return None
    # One tensor may come from several rows, those that wrote into it; a computed weight has no field.
    first = _union(sources)
    if first is None:
        return None
    if window is not None:
        return _through(first, window)
    if op.startswith("adaptive"):
        return _adaptive(first, inputs[0], outputs[0])
    family = operations.family(op)
    same_place = all(shape[2:] == outputs[0][2:] for shape in inputs)
    if (family in _PER_VALUE and bound.get("dim", 1) == 1) or op in _PER_POSITION:
        return first if same_place else None
    if op in _ELEMENTWISE or (op == "cat" and bound.get("dim", 0) == 1):
        return first if same_place else None
    if op in ("chunk", "split") and same_place:
        return first
    return None


def _through(fields: Fields, window: Window) -> Fields | None:
    if len(fields) != len(window.kernel_size):
        return None
    padding = [before for before, _ in window.padding_before_after]
    settings = zip(fields, window.kernel_size, window.stride, padding, window.dilation, strict=True)
    return tuple([field.through(k, s, p, d) for field, k, s, p, d in settings])


def _adaptive(fields: Fields, before: Shape, after: Shape) -> Fields | None:
    """An adaptive pool is a window if its output divides its input; else its windows differ in size."""
    sizes, results = before[-len(fields) :], after[-len(fields) :]
    if len(sizes) != len(fields) or any(m < 1 or n % m for n, m in zip(sizes, results, strict=True)):
        return None
    return tuple([f.through(n // m, n // m) for f, n, m in zip(fields, sizes, results, strict=True)])


def _union(sources: Sequence[Fields | None]) -> Fields | None:
    merged, *others = [fields for fields in sources if fields is not None]
    try:
        for fields in others:
            merged = tuple([a.union(b) for a, b in zip(merged, fields, strict=True)])
    except (GeometryError, ValueError):
        return None
    return merged
