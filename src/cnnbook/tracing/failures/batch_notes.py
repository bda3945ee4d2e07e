"""A note on a network that runs only because its batch is as large as the channels that a layer expects."""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.tracing.failures.batch_axis import (
    Operation,
    batch_path,
    behind_a_new_axis,
    drops_axes,
    window_axes,
)
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.wording import shape_text

READ_AS_CHANNELS = "the batch is read as channels"
"""How the note of a trace begins in which a convolution works on a batch as if it were channels."""


def batch_read_as_channels(records: Sequence[Operation], batch: int) -> tuple[int, str] | None:
    """The index of a convolution whose channels are the batch of the network's input, and a note on it.

    A convolution takes one image without its batch too, (C, H, W). Here axis 0 is still the batch: the rows
    before it dropped another axis, or never made one. The batch also stands for channels behind
    x.unsqueeze(0), in (1, N, H, W).
    """
    for index, record in enumerate(records):
        if record.op.startswith("conv") and record.inputs and batch in record.input_shapes[0][:2]:
            found = _why(records, record, batch)
            if found is not None:
                why, repair = found
                name = f"{record.path or record.op} ({record.module}, row {index})"
                gets = f"{name} gets {shape_text(record.input_shapes[0])}{why}"
                taken = f"takes the batch of {batch} for {batch} channel{'' if batch == 1 else 's'}"
                return index, f"{READ_AS_CHANNELS}: {gets}, and {taken}; {repair} keeps the batch"
    return None


def read_before(context: FailureContext, explanation: Explanation | None) -> Explanation | None:
    """A failure behind a convolution that took the batch for its channels."""
    found = batch_read_as_channels(context.trace.rows, context.trace.input_shape[0])
    if found is None or explanation is None:
        return None
    return Explanation(f"{explanation.text}\nBefore that, {found[1]}.", explanation.repairs)


def _why(records: Sequence[Operation], record: Operation, batch: int) -> tuple[str, str] | None:
    """Why the channels of a convolution are the batch, and what would help; None if they are not."""
    given, axes = record.input_shapes[0], window_axes(record.op)
    if len(given) == axes + 2 and given[:2] == (1, batch) and batch > 1:
        new = behind_a_new_axis(records, record.inputs[0])
        by = "" if new is None else f", since {records[new].op} (row {new}) puts an axis before the batch"
        return (by, "x.unsqueeze(1)") if by else None
    if len(given) != axes + 1 or len(record.output_shapes[0]) != axes + 1 or given[0] != batch:
        return None
    path = batch_path(records, record.inputs[0])
    if path is None:
        return None
    lacks, dropped = " without a channel axis", next((i for i in path if drops_axes(records[i])), None)
    if dropped is not None:
        by = f"{lacks}, since {records[dropped].op} (row {dropped}) drops one"
        return by, "keepdim=True or x.unsqueeze(1)"
    made = any(records[i].op == "embedding" or window_axes(records[i].op) for i in path)
    return (lacks, "x.unsqueeze(1)") if made else None
