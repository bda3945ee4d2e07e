"""The sizes of a network's feature maps for another input, or with other windows; no model is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.arithmetic.stacks import size_after

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace

Size = tuple[int, ...]

# The families of rows whose output has the size of their input.
KEEPS_SIZE = frozenset({"normalization", "activation", "dropout"})


def map_sizes(
    trace: Trace, input_size: Size, edited: Mapping[int, tuple[Window, ...]] | None = None
) -> dict[int, Size]:
    """Return the (H, W) of the feature map of each row, by the row's index, for an input of this (H, W).

    `edited` gives the rows whose window is replaced, by index: no window where a pool is taken out, two where
    a pool is added. Rows whose size does not follow from windows, such as those after a flatten, are left
    out.

    Raises GeometryError where a kernel no longer fits, or branches that are joined differ in size.
    """
    known: dict[int, Size] = {-1: input_size}
    for row in trace.rows:
        windows = (edited or {}).get(row.index, () if row.window is None else (row.window,))
        size = _output_size(row, windows, [known[source] for source in row.inputs if source in known])
        if size is not None:
            known[row.index] = size
    del known[-1]
    return known


def _output_size(row: Row, windows: tuple[Window, ...], inputs: list[Size]) -> Size | None:
    if len(inputs) < len(row.inputs) or not inputs or len(row.output_shape) != 4:
        return None
    if row.family == "join" and len(set(inputs)) > 1:
        raise GeometryError(f"{row.path} joins maps of {' and '.join(map(str, dict.fromkeys(inputs)))}")
    if row.window is not None:
        return size_after(inputs[0], windows)
    if row.family == "join" or row.family in KEEPS_SIZE:
        return inputs[0]
    return row.output_shape[2:] if row.op.startswith("adaptive") else None
