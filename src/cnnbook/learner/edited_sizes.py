"""What becomes of a network's sizes when its input or one of its windows changes, by arithmetic alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cnnbook.arithmetic import GeometryError, Window

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace

Size = tuple[int, ...]

KEEPS_SIZE = frozenset({"normalization", "activation", "dropout"})


def sizes(
    trace: Trace, size: Size, windows: Mapping[int, tuple[Window, ...]] | None = None
) -> dict[int, Size]:
    """Return the (H, W) of each row's feature map, as far as they follow from the rows' windows.

    `size` is the input's; `windows` puts other windows in the place of some rows, by index: none where a pool
    is taken out, two where one is added. Rows after a flatten are left out.

    Raises GeometryError where a kernel no longer fits, or joined branches no longer have one size.
    """
    known: dict[int, Size] = {-1: size}
    for row in trace.rows:
        own = () if row.window is None else (row.window,)
        edited = (windows or {}).get(row.index, own)
        found = _size(row, edited, [known[source] for source in row.inputs if source in known])
        if found is not None:
            known[row.index] = found
    return {index: found for index, found in known.items() if index >= 0}


def _size(row: Row, windows: tuple[Window, ...], inputs: list[Size]) -> Size | None:
    if len(inputs) < len(row.inputs) or not inputs or len(row.output_shape) != 4:
        return None
    if row.family == "join":
        if len(set(inputs)) > 1:
            raise GeometryError(f"{row.path} joins maps of {' and '.join(map(str, dict.fromkeys(inputs)))}")
        return inputs[0]
    if row.window is not None:
        for window in windows:
            inputs = [window.output_size(inputs[0])]
        return inputs[0]
    if row.family in KEEPS_SIZE:
        return inputs[0]
    if row.op.startswith("adaptive"):
        return row.output_shape[2:]
    return None
