"""A layer or a function that was given a layer, a tuple or a method in place of a tensor."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import BuiltinMethodType, MethodType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import line_of, package, steps
from cnnbook.tracing.failures.layer_repairs import with_attributes
from cnnbook.tracing.failures.module_paths import attribute, place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.torch_internals import NOT_A_TENSOR

# What the second result of a layer of torch.nn is.
_SECOND = {
    **dict.fromkeys(("LSTM", "GRU", "RNN"), "(output, state)"),
    "MultiheadAttention": "(output, weights)",
    **{f"{kind}Pool{n}d": "(output, indices)" for kind in ("Max", "AdaptiveMax") for n in (1, 2, 3)},
}


def not_a_tensor(context: FailureContext) -> Explanation | None:
    """Where a tensor is needed stands a layer that was not applied, a tuple, or a method without its ()."""
    error = context.failure.error
    if context.failure.op or not isinstance(error, TypeError | AttributeError):
        return None
    value = _culprit(error)
    if isinstance(value, nn.Module):
        return _layer(context, value)
    if isinstance(value, tuple | list):
        return _tuple(context, value)
    if isinstance(value, BuiltinMethodType | MethodType) and isinstance(value.__self__, Tensor):
        name = value.__name__
        text = (
            f"{_where(context)} gets the method {name} and not what it gives: the () after .{name} "
            "are missing."
        )
        return Explanation(text, _given(context, f"x.{name}() in place of x.{name}", lambda method: method()))
    if type(value).__module__ == "numpy":
        text = f"{_where(context)} gets an array of NumPy; torch.from_numpy(x).float() makes a tensor of it."
        return Explanation(text)
    return None


def _culprit(error: TypeError | AttributeError) -> Any:
    """The value that is no tensor: in an AttributeError, its owner, else the variable of the named type."""
    if isinstance(error, AttributeError):
        owner = getattr(error, "obj", None)
        return owner if hasattr(Tensor, str(error.name)) and not hasattr(nn.Module, str(error.name)) else None
    found = NOT_A_TENSOR.search(str(error))
    if found is None:
        return None
    kind = found["one"] or found["first"]
    for step in reversed([*steps(error.__traceback__)]):
        for name, value in step.tb_frame.f_locals.items():
            if name != "self" and type(value).__name__ == kind:
                return value
        if package(step.tb_frame) not in ("torch", "cnnbook"):
            return None
    return None


def _where(context: FailureContext) -> str:
    """The layer that was given the wrong thing, or the line of the learner's code."""
    return context.where if context.module is not None else line_of(context.failure.error) or context.where


def _given(context: FailureContext, text: str, change: Callable[[Any], Any]) -> list[Repair]:
    """The repair that gives the failed layer something else; [] if it was no layer that failed."""
    path = context.failure.path
    if context.module is None or not path:
        return []

    def hooked(trial: nn.Module) -> None:
        def before(layer: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            return args if not args or isinstance(args[0], Tensor) else (change(args[0]), *args[1:])

        trial.get_submodule(path).register_forward_pre_hook(before)

    return [Repair(text, "argument", hooked)]


def _layer(context: FailureContext, value: nn.Module) -> Explanation:
    model, name = context.run.model, type(value).__name__
    own = next((path for path, module in model.named_modules() if module is value), None)
    if own is not None:
        text = f"{_where(context)} gets the layer {place(model, own)} itself, and not what it gives: call it."
        return Explanation(text)
    kept = [
        f"{path}.{key}" if path else key
        for path, module in model.named_modules()
        for key, held in vars(module).items()
        if held is type(value)
    ]
    head = f"{_where(context)} gets the layer {name} in place of a tensor"
    if kept:
        here = attribute(model, kept[0])
        text = f"{head}: {here} is the class nn.{name}, so calling it makes a layer and applies none."
        home, _, key = kept[0].rpartition(".")

        def made(trial: nn.Module) -> None:
            setattr(trial.get_submodule(home), key, type(value)())

        return Explanation(text, [Repair(f"{here} = nn.{name}()", "layer", made)])
    text = f"{head}: nn.{name}(...) in forward makes a layer and does not apply it."

    def applied(layer: Any) -> Any:
        return type(layer)()(next(v for v in vars(layer).values() if isinstance(v, Tensor)))

    return Explanation(text, _given(context, f"{_function(name)} in place of nn.{name}(x)", applied))


def _function(name: str) -> str:
    """How one writes the function of a layer, as "F.relu(x)"; else the layer made and applied."""
    if name == "Flatten":
        return "torch.flatten(x, 1)"
    lower = name.lower()
    if hasattr(F, lower) and not hasattr(torch, lower):
        return f"F.{lower}(x)"
    return f"F.{lower}(x)" if lower == "relu" else f"nn.{name}()(x)"


def _tuple(context: FailureContext, value: tuple[Any, ...] | list[Any]) -> Explanation | None:
    kind, model = type(value).__name__, context.run.model
    maker = _maker(context)
    head = f"{_where(context)} gets a {kind} in place of a tensor"
    if maker is not None:
        name, here = type(model.get_submodule(maker)).__name__, place(model, maker)
        second = _SECOND.get(name, f"of {len(value)}")
        text = f"{head}: {here} ({name}) gives a {kind} {second}; the first of it is meant."
        within = isinstance(model.get_submodule(maker.rpartition(".")[0]), nn.Sequential)
        if within:
            text = f"{text[:-1]}, which nn.Sequential cannot pick."
        repairs = []
        if getattr(model.get_submodule(maker), "return_indices", False):
            repairs.append(with_attributes(model, maker, return_indices=False))
        others = ", _" * (len(value) - 1)
        if not within and len(value) > 1:
            alone = len(inspect.signature(model.get_submodule(maker).forward).parameters) < 3
            unpacked = f"x{others} = self.{here}(x)"
            picked = f"x[0] in place of x for {place(model, context.failure.path)}"
            repairs += _given(context, unpacked if alone else picked, lambda several: several[0])
        return Explanation(text, repairs)
    if len(value) == 1 and isinstance(value[0], Tensor):
        text = f"{head}: a comma at the end of a line, as in x = layer(x), makes a tuple of one."
        return Explanation(text, _given(context, "leave out that comma", lambda several: several[0]))
    if value and all(isinstance(item, Tensor) for item in value):
        return Explanation(f"{head}: it holds {len(value)} tensors.")
    return None


def _maker(context: FailureContext) -> str | None:
    """The path of the module that gave the very thing that the failed layer, or function, was given."""
    outputs: list[tuple[str, Any]] = []
    found: list[str] = []

    def watch(trial: nn.Module) -> None:
        for path, module in trial.named_modules():

            def after(module: Any, args: Any, output: Any, path: str = path) -> None:
                outputs.append((path, output))

            module.register_forward_hook(after)
        if context.failure.path:

            def before(module: Any, args: Any) -> None:
                made = [path for path, output in outputs if args and output is args[0]]
                found.extend(made if args and not isinstance(args[0], Tensor) else ())

            trial.get_submodule(context.failure.path).register_forward_pre_hook(before)

    context.run.outcome(Repair("looking for tuples", "", watch))
    if found:
        return found[-1]
    several = [path for path, output in outputs if isinstance(output, tuple)]
    return several[-1] if several and context.module is None else None
