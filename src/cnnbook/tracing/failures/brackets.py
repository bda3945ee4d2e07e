"""Round and square brackets that were exchanged, and a call of what is no function."""

from __future__ import annotations

import ast
from types import BuiltinMethodType, FunctionType, MethodType

from torch import Tensor, nn

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import Evaluated, evaluated, line_of
from cnnbook.tracing.failures.module_paths import attribute
from cnnbook.tracing.failures.trials import Repair

_METHODS = (BuiltinMethodType, FunctionType, MethodType)


def brackets(context: FailureContext) -> Explanation | None:
    """x.shape(0), x.size[0], and the call of a tuple into which a comma has made a layer."""
    error = context.failure.error
    if not isinstance(error, TypeError):
        return None
    found = evaluated(error)
    if found is None:
        return None
    if isinstance(found.node, ast.Subscript):
        return _subscript(found.node, found.value(found.node.value), line_of(error))
    if not isinstance(found.node, ast.Call):
        return None
    called, name = found.value(found.node.func), ast.unparse(found.node.func)
    arguments = ", ".join(map(ast.unparse, found.node.args))
    if isinstance(called, tuple) and len(called) == 1 and isinstance(called[0], nn.Module):
        return _comma(context, found, called[0])
    if isinstance(called, tuple) and name.endswith(".shape"):
        other = f"{name.removesuffix('.shape')}.size({arguments})"
        text = (
            f"{name} is no function, its sizes are read with square brackets: {name}[{arguments}], "
            f"or {other}."
        )
        return Explanation(f"{line_of(error)}: {text}")
    if isinstance(called, Tensor):
        return Explanation(
            f"{line_of(error)}: {name} is a tensor, and no layer or function that can be called."
        )
    if isinstance(called, list) and called and all(isinstance(item, nn.Module) for item in called):
        text = f"{name} is a list of layers, which cannot be called; loop over it, or make it nn.Sequential."
        return Explanation(f"{line_of(error)}: {text}")
    return None


def _subscript(node: ast.Subscript, value: object, line: str) -> Explanation | None:
    """Square brackets behind a method, or behind a layer that holds no others."""
    written, index = ast.unparse(node.value), ast.unparse(node.slice)
    if isinstance(value, nn.Module):
        kind = type(value).__name__
        text = f"{written} is one {kind}, and holds no layers that {written}[{index}] could pick."
        return Explanation(f"{line}: {text}")
    if isinstance(value, _METHODS):
        text = f"{written} is a method, which is called with round brackets: {written}({index})."
        return Explanation(f"{line}: {text}")
    return None


def _comma(context: FailureContext, found: Evaluated, layer: nn.Module) -> Explanation | None:
    node = found.node
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    owner, key = found.value(node.func.value), node.func.attr
    model = context.run.model
    path = next((path for path, module in model.named_modules() if module is owner), None)
    if path is None:
        return None
    here = attribute(model, f"{path}.{key}" if path else key)
    text = (
        f"{line_of(context.failure.error)}: {here} is a tuple of one {type(layer).__name__}, since "
        "a comma ends "
        "the line in __init__ that makes it; so it is not registered either."
    )

    def change(trial: nn.Module) -> None:
        home = trial.get_submodule(path)
        held = home.__dict__.pop(key)
        setattr(home, key, held[0])

    return Explanation(text, [Repair(f"{here} = {here}[0]", "comma", change)])
