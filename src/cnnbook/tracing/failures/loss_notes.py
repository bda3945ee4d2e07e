"""A note on a loss that runs although its prediction and target have different shapes: they are broadcast."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from cnnbook.tracing.failures.batch_axis import Operation
from cnnbook.tracing.failures.wording import shape_text

_BROADCAST = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")


def broadcast_loss(records: Sequence[Operation]) -> tuple[int, str] | None:
    """The index of a loss that compares each prediction with the target of others, and a note on it.

    A prediction (N, 1) and a target (N,) are broadcast to (N, N): each is compared with all others.
    """
    for index, record in enumerate(records):
        shapes = record.input_shapes
        if record.op in _BROADCAST and len(shapes) == 2 and shapes[0] != shapes[1]:
            whole = tuple(torch.broadcast_shapes(*shapes))  # type: ignore[no-untyped-call]
            name = f"{record.path} ({record.module}, {record.op}, " if record.path else f"{record.op} ("
            note = (
                f"{name}row {index}) compares {shape_text(shapes[0])} with {shape_text(shapes[1])}, which "
                f"broadcast to {shape_text(whole)}"
            )
            if shapes[0] == (*shapes[1], 1):
                note = f"{note}: each prediction meets all targets; squeeze(1) of the prediction pairs them"
            elif len(shapes[0]) > 2 and shapes[0] == (shapes[1][0], 1, *shapes[1][1:]):
                note = f"{note}: each map meets all targets; target.unsqueeze(1) pairs them"
            return index, note
    return None
