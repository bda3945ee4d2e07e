"""The receptive field of each row: which pixels of the network's input its values depend on.

A field is followed through the operations that keep positions apart: windows, functions of one value, and
additions and channel concatenations of feature maps of equal size. After any other operation it is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnbook.arithmetic import GeometryError, ReceptiveField, Window, receptive_field
from cnnbook.traces import operations
from cnnbook.traces.operations import Shape

Fields = tuple[ReceptiveField, ...]

_PER_POSITION = frozenset(("batch_norm", "local_response_norm", "clone", "to", "float", "half", "double"))
_ELEMENTWISE = frozenset(("add", "sub", "mul", "div", "maximum", "minimum"))


def of_input(shape: Shape) -> Fields | None:
    """The fields of the input itself, one per spatial axis of (N, C, ...); None if it has no such axes."""
    return (ReceptiveField(),) * (len(shape) - 2) if len(shape) > 2 else None


def of_output(
    op: str,
    window: Window | None,
    bound: Mapping[str, Any],
    shapes: tuple[Sequence[Shape], Sequence[Shape]],
    sources: Sequence[Fields | None],
) -> Fields | None:
    """The fields of an operation's output, one per spatial axis; None where they are not known.

    `bound` holds its arguments, `shapes` are those of its inputs and of its outputs, and `sources` are the
    fields of the rows that made its inputs.
    """
    inputs, outputs = shapes
    fields = _union(sources)
    if fields is None:
        return None
    if window is not None:
        return receptive_field([window], fields) if len(fields) == len(window.kernel_size) else None
    if op.startswith("adaptive"):
        return _after_adaptive_pool(fields, inputs[0], outputs[0])
    same_size = all(shape[2:] == outputs[0][2:] for shape in inputs)
    return fields if same_size and _keeps_positions(op, bound) else None


def _keeps_positions(op: str, bound: Mapping[str, Any]) -> bool:
    """Whether each value depends only on values at its own position, if the size stays the same."""
    if operations.family(op) in ("activation", "dropout"):
        return bool(bound.get("dim", 1) == 1)  # a softmax over another axis than the channels mixes positions
    if op == "cat":
        return bool(bound.get("dim", 0) == 1)
    return op in _PER_POSITION or op in _ELEMENTWISE or op in ("chunk", "split")


def _after_adaptive_pool(fields: Fields, before: Shape, after: Shape) -> Fields | None:
    """An adaptive pool has one window only if its output size divides its input size; else they differ."""
    sizes, results = before[-len(fields) :], after[-len(fields) :]
    if len(sizes) != len(fields) or any(m < 1 or n % m for n, m in zip(sizes, results, strict=True)):
        return None
    return tuple([f.through(n // m, n // m) for f, n, m in zip(fields, sizes, results, strict=True)])


def _union(sources: Sequence[Fields | None]) -> Fields | None:
    """What all sources together depend on; None if one of them is not known, or their strides differ."""
    known = [fields for fields in sources if fields is not None]
    if not known or len(known) < len(sources):
        return None
    merged, *others = known
    try:
        for fields in others:
            merged = tuple([a.union(b) for a, b in zip(merged, fields, strict=True)])
    except (GeometryError, ValueError):
        return None
    return merged
