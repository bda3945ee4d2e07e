"""A note on a network that runs only because its batch is as large as the channels that a layer expects."""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.traces import Record
from cnnbook.tracing.failures.batch_axis import batch_path, drops_axes, window_axes
from cnnbook.tracing.failures.wording import shape_text

READ_AS_CHANNELS = "the batch is read as channels"
"""How the note of a trace begins in which a convolution works on a batch as if it were channels."""


def batch_read_as_channels(records: Sequence[Record], batch: int) -> tuple[int, str] | None:
    """The index of a convolution whose channels are the batch of the network's input, and a note on it.

    A convolution takes one image without its batch too, (C, H, W). Here axis 0 is still the batch: the rows
    before it dropped another axis, or never made one.
    """
    if batch < 2:
        return None
    for index, record in enumerate(records):
        if not record.op.startswith("conv") or not record.inputs:
            continue
        given, axes = record.input_shapes[0], window_axes(record.op)
        if len(given) != axes + 1 or len(record.output_shapes[0]) != axes + 1 or given[0] != batch:
            continue
        path = batch_path(records, record.inputs[0])
        if path is None:
            continue
        dropped = [i for i in path if drops_axes(records[i])]
        if not dropped and not any(records[i].op == "embedding" or window_axes(records[i].op) for i in path):
            continue
        return index, _note(records, index, dropped[:1])
    return None


def _note(records: Sequence[Record], index: int, dropped: list[int]) -> str:
    record = records[index]
    given, name = record.input_shapes[0], f"{record.path or record.op} ({record.module}, row {index})"
    why = "" if not dropped else f" after {records[dropped[0]].op} (row {dropped[0]}) dropped one"
    repair = "keepdim=True or x.unsqueeze(1)" if dropped else "x.unsqueeze(1)"
    return (
        f"{READ_AS_CHANNELS}: {name} gets {shape_text(given)}, which has no channel axis{why}; the batch of "
        f"{given[0]} is taken for {given[0]} channels, and another batch fails; {repair} keeps it"
    )
