"""A table of positions, or a mask over pairs of them, that is longer than the sequence: its first part."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from cnnbook.traces import Operand
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.operand_repairs import Mismatch, changed_operand
from cnnbook.tracing.failures.trials import Repair


def of_a_table(context: FailureContext, operand: Operand, sizes: list[Mismatch]) -> Iterator[Repair]:
    """The first rows of a table that was computed and not learned, for a shorter sequence, not an image."""
    longer = len(sizes) == 1 and sizes[0].wanted > sizes[0].now and sizes[0].axis == 1
    if operand.kind in ("parameter", "computed") or not longer or len(context.trace.input_shape) > 3:
        return
    axis = len(operand.shape) - 2  # the positions stand before the features
    if axis not in (0, 1):
        return
    cut = (*(slice(None),) * axis, slice(sizes[0].now))
    text = f"{operand.name}[{':, ' * axis}:x.size(1)] in that {context.failure.op}"
    yield changed_operand(context, operand, text, lambda tensor, _: tensor[cut])


def of_a_mask(context: FailureContext, operand: Operand, sizes: list[Mismatch]) -> Iterator[Repair]:
    """The upper left corner of a mask over pairs of positions."""
    *_, last = operand.shape or (0,)
    if operand.kind != "buffer" or len(operand.shape) < 2 or operand.shape[-2] != last or len(sizes) != 2:
        return
    n = sizes[-1].now
    if n < last:
        cut = "".join([":, " * (len(operand.shape) - 2), f":{n}, :{n}"])
        text = f"{operand.name}[{cut}] in that {context.failure.op}"
        yield changed_operand(context, operand, text, lambda tensor, _: _corner(tensor, n))


def _corner(mask: torch.Tensor, n: int) -> torch.Tensor:
    return mask[..., :n, :n]
