"""The row that set a number of channels or features, also behind a permute or a view."""

from __future__ import annotations

from cnnbook.traces import Row
from cnnbook.tracing.failures.context import FailureContext

_CHANGES_NO_NUMBER = ("activation", "dropout", "normalization", "pooling", "reshape", "other")
# These cut a number in parts, or make another of it.
_CUTS = ("chunk", "split", "getitem", "unbind", "pixel_shuffle", "unfold", "repeat", "tile")


def width_maker(context: FailureContext, index: int, size: int) -> int | None:
    """The layer whose channels or features are `size`, going back from row `index`; None if there is none.

    The channels of a convolution stand on axis 1, and the features of a dense layer on the last axis.
    """
    while index >= 0:
        row = context.trace.rows[index]
        if row.family in ("convolution", "linear"):
            return index if _width(row) == size else None
        if row.family not in _CHANGES_NO_NUMBER or row.op in _CUTS or len(row.inputs) != 1:
            return None
        index = row.inputs[0]
    return None


def _width(row: Row) -> int | None:
    key = "out_channels" if row.family == "convolution" else "out_features"
    width = row.arguments.get(key)
    return width if isinstance(width, int) else None
