"""An axis that a tensor does not have, or a permute that names another number of axes."""

from __future__ import annotations

from typing import Any

from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text
from cnnbook.tracing.torch_internals import AXIS_RANGE


def missing_axis(context: FailureContext) -> Explanation | None:
    """mean(dim=2) of (N, C), unsqueeze(4) of (N, F), permute(0, 2, 1) of (N, C, H, W)."""
    failure = context.failure
    if not failure.op or not failure.input_shapes:
        return None
    given, source = failure.input_shapes[0], context.name(failure.inputs[0])
    arguments = failure.given[1:]
    order = arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments
    if failure.op == "permute" and all(type(n) is int for n in order) and len(order) != len(given):
        text = (
            f"{context.where} puts {len(order)} axes in the order {shape_text(order)}, "
            f"{source} {shape_text(given)} has {len(given)} axes."
        )
        return Explanation(text)
    found = AXIS_RANGE.search(str(failure.error))
    if found is None:
        return None
    least, most, axis = map(int, found.groups())
    new = "a new axis can stand at" if most == len(given) else "its axes are"
    text = (
        f"{context.where} is asked for axis {axis}, {source} {shape_text(given)} has {len(given)} axes: "
        f"{new} 0 to {most}, or {least} to -1 from the end."
    )
    last = len(given) - 1
    if failure.op not in ("softmax", "log_softmax") or last < 1:
        return Explanation(text)

    def over_the_last(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0], dim=last)

    patch = replaced_call(failure.op, given, over_the_last, len(context.trace))
    return Explanation(text, [Repair(f"dim={last} in that {failure.op}", "axis", patch=patch)])
