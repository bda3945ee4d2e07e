"""A reshape after x.unfold(2, p, p).unfold(3, p, p) that makes one token of each channel of a patch."""

from __future__ import annotations

from math import prod
from typing import Any

from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by, product, shape_text

_ORDER = (0, 2, 3, 1, 4, 5)


def patches(context: FailureContext) -> Explanation | None:
    """A dense layer for whole patches gets patches of one channel, which a reshape made."""
    failure = context.failure
    if failure.op != "linear" or not failure.inputs or failure.inputs[0] < 0:
        return None
    row, expected = context.trace.rows[failure.inputs[0]], failure.bound["weight"][-1]
    before, after = (row.input_shapes or ((),))[0], row.output_shape
    if row.op not in ("view", "reshape") or len(before) != 6 or len(after) != 3:
        return None
    channels, patch = before[1], before[4:]
    if after[-1] != prod(patch) or expected != channels * prod(patch):
        return None
    text = (
        f"{context.where} expects {expected:,} features, {context.name(row.index)} gives {after[-1]:,}.\n"
        f"It makes {shape_text(after)} of {shape_text(before)}, so each patch of {by(patch)} is cut into its "
        f"{channels} channels; a whole patch has {product((channels, *patch))} numbers."
    )

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return args[0].permute(_ORDER).reshape(args[0].shape[0], -1, expected)

    how = f"x.permute{_ORDER}.reshape(x.size(0), -1, {expected}) in place of {context.name(row.index)}"
    return Explanation(text, [Repair(how, "patches", patch=replaced_call(row.op, before, call, row.index))])
