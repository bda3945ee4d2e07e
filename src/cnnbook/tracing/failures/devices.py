"""A tensor that forward makes on a device which this computer does not have."""

from __future__ import annotations

import ast
from typing import Any

from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import evaluated, line_of
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.torch_internals import NO_SUCH_DEVICE


def missing_device(context: FailureContext) -> Explanation | None:
    """A tensor is made on "cuda", say, where there is none."""
    failure = context.failure
    if not NO_SUCH_DEVICE.search(str(failure.error)):
        return None
    found = evaluated(failure.error)
    call = found.node if found is not None and isinstance(found.node, ast.Call) else None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "device"] if call else []
    device = ast.unparse(named[0]) if named else "'cuda'"
    where = line_of(failure.error) or context.where
    text = (
        f"{where}: the tensor is made on the device {device}, which this computer does not have; "
        "device=x.device makes it where the tensor x is."
    )
    if call is None or not named or not failure.op or not failure.given:
        return Explanation(text)

    def here(func: Any, args: Any, kwargs: Any) -> Any:
        return func(*args, **{**kwargs, "device": "meta"})

    new = ast.unparse(call).replace(f"device={device}", "device=x.device")
    patch = replaced_call(failure.op, failure.given[0], here, len(context.trace))
    return Explanation(text, [Repair(f"{new} in place of {ast.unparse(call)}", "device", patch=patch)])
