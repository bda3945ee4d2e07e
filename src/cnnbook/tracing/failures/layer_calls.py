"""A layer's class that was called with a tensor: nn.Softmax(x, dim=1) makes a layer, or fails in doing so."""

from __future__ import annotations

import ast
import inspect

from torch import Tensor, nn

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import evaluated, line_of, package, steps
from cnnbook.tracing.torch_internals import CONSTRUCTOR


def layer_call(context: FailureContext) -> Explanation | None:
    """A class of torch.nn was called in forward with a tensor, and could not make a layer of it."""
    error = context.failure.error
    name = _refused(str(error)) if isinstance(error, TypeError) else ""
    given = _given_tensor(error)
    call = evaluated(error)
    written = call.node if call is not None and isinstance(call.node, ast.Call) else None
    if not given and not (name and written is not None and written.args and _in_forward(error)):
        return None
    name = given or name
    layer = f"nn.{name}({'...' if written is None else ', '.join(map(ast.unparse, written.args))})"
    text = f"{line_of(error)}: nn.{name} makes a layer and does not apply it, so it takes no tensor"
    if _needs_arguments(getattr(nn, name)):
        return Explanation(
            f"{text}; make it in __init__, self.layer = nn.{name}(...), and call self.layer(x) here."
        )
    settings = [] if written is None else [*map(ast.unparse, (*written.args[1:], *written.keywords))]
    x = "x" if written is None or not written.args else ast.unparse(written.args[0])
    return Explanation(f"{text}: nn.{name}({', '.join(settings)})({x}) in place of {layer}.")


def _refused(message: str) -> str:
    """The class of torch.nn whose constructor does not take such arguments, or ""."""
    found = CONSTRUCTOR.match(message)
    made = getattr(nn, found[1], None) if found else None
    return found[1] if found and isinstance(made, type) and issubclass(made, nn.Module) else ""


def _given_tensor(error: Exception) -> str:
    """The class of torch.nn inside whose constructor the error was raised, if that was given a tensor."""
    for step in steps(error.__traceback__):
        frame = step.tb_frame
        made = frame.f_locals.get("self")
        if frame.f_code.co_name == "__init__" and isinstance(made, nn.Module) and package(frame) == "torch":
            held = [value for key, value in frame.f_locals.items() if key != "self"]
            if any(isinstance(value, Tensor) for value in held) and hasattr(nn, type(made).__name__):
                return type(made).__name__
    return ""


def _in_forward(error: Exception) -> bool:
    return any(step.tb_frame.f_code.co_name == "forward" for step in steps(error.__traceback__))


def _needs_arguments(layer: type[nn.Module]) -> bool:
    parameters = list(inspect.signature(layer).parameters.values())
    return any(p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
