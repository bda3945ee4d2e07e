"""A squeeze() that removed the batch axis, since the batch has one image."""

from __future__ import annotations

from typing import Any

from cnnbook.traces import Row
from cnnbook.tracing.failures.call_replacement import replaced_calls
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text


def squeezed_batch(context: FailureContext, explanation: Explanation | None) -> Explanation | None:
    """A row before the failure squeezed a batch of one away, and the network runs if it does not."""
    batch = context.trace.input_shape[:1]
    row = _squeeze(context) if batch == (1,) else None
    if row is None:
        return None
    before = row.input_shapes[0]
    ones = tuple([axis for axis, n in enumerate(before) if n == 1 and axis])
    flat = ones == tuple(range(2, len(before)))
    new = "torch.flatten(x, 1)" if flat else f"x.squeeze({shape_text(ones) if len(ones) > 1 else ones[0]})"

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        x = args[0]
        dropped = len(args) == 1 and not kwargs and x.dim() > 1 and x.size(0) == 1
        return (
            x.squeeze(tuple([a for a in range(1, x.dim()) if x.size(a) == 1]))
            if dropped
            else func(*args, **kwargs)
        )

    patch = replaced_calls(("squeeze",), call)
    repair = Repair(f"{new} in place of x.squeeze()", "squeeze", patch=patch)
    if not context.run.works(repair):
        return None
    said = explanation.text if explanation else f"{context.where} fails on {shape_text(row.output_shape)}."
    text = (
        f"{context.name(row.index)} makes {shape_text(row.output_shape)} of {shape_text(before)}: "
        "it removes every axis of size 1, and the batch of 1 is one of them."
    )
    return Explanation(f"{said}\n{text}", [repair])


def _squeeze(context: FailureContext) -> Row | None:
    """The last row before the failure that squeezed a batch of one away."""
    waiting, seen = list(context.failure.inputs), set[int]()
    found: list[int] = []
    while waiting:
        index = waiting.pop()
        if index < 0 or index in seen:
            continue
        seen.add(index)
        row = context.trace.rows[index]
        if row.op == "squeeze" and row.input_shapes and row.output_shape:
            before = row.input_shapes[0]
            if (
                len(before) > 1
                and before[0] == 1
                and row.output_shape == tuple([n for n in before if n != 1])
            ):
                found.append(index)
        waiting += row.inputs
    return context.trace.rows[max(found)] if found else None
