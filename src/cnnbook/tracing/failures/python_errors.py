"""Errors of the network's own Python code: the line that raised, in which forward, and why."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from types import FrameType, TracebackType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cnnbook.traces import Operand
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.failures.failing_line import line_of, shortened
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.source_code import written_operands
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.torch_internals import NO_FORWARD, NONE_GIVEN, says

_IMPORTS = {
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
    "torch": "import torch",
    "np": "import numpy as np",
    "math": "import math",
}
# How Python begins a message about a call with wrong arguments.
_WRONG_ARGUMENTS = re.compile(r"([\w.<>]+)\(\) (missing|takes|got)")


def failure_outside_torch(
    error: Exception,
    places: Mapping[int, tuple[str, str]],
    names: Callable[[Tensor], tuple[str, str]],
    inputs: int,
) -> Failure:
    """The Failure for an error that no torch function raised; the module is found in the traceback.

    `places` has the path and the class of each module, by the module's id. `names` gives the kind and the
    path of a tensor that no row made, and `inputs` is the number of the network's inputs.
    """
    path, module, tensors, others, last = "", "", list[Any](), list[Tensor](), None
    for frame, _ in _frames(error.__traceback__):
        last = frame
        running = places.get(id(frame.f_locals.get("self")))
        if running is not None:
            path, module = running
            here = _tensors(frame)
            tensors = [v for v in here if hasattr(v, "_made_by")]
            others = [v for v in here if not hasattr(v, "_made_by")]
    sources = [t._made_by for t in tensors] + [-1 - inputs - i for i in range(len(others))]
    shapes = tuple([tuple(t.shape) for t in (*tensors, *others)])
    given = tuple([Operand(*names(t), tuple(t.shape), len(tensors) + i) for i, t in enumerate(others)])
    written = written_operands(last)
    return Failure("", path, module, tuple(sources), shapes, {}, error, operands=given, written=written)


def _tensors(frame: FrameType) -> list[Any]:
    """The tensors among the variables of a running function, also those in a tuple."""
    values = [value for key, value in frame.f_locals.items() if key != "self"]
    inside = [item for value in values if type(value) is tuple for item in value]
    return [value for value in (*values, *inside) if isinstance(value, Tensor)]


def python_error(context: FailureContext) -> Explanation | None:
    """The line of the network's own code that raised the error, and its cause if the error tells it."""
    error = context.failure.error
    nothing = _nothing(context)
    if nothing:
        return Explanation(nothing)
    if context.failure.op:
        return None
    line, why = line_of(error), _why(context, error)
    if not line and why.startswith("raises"):
        return None  # torch's own check of an argument, whose message says more
    return Explanation(f"{line}: {why}" if line else f"{why[:1].upper()}{why[1:]}")


def _frames(step: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while step is not None:
        yield step.tb_frame, step.tb_lineno
        step = step.tb_next


def _why(context: FailureContext, error: Exception) -> str:
    message = " ".join(str(error).split())
    if isinstance(error, NameError):
        name = getattr(error, "name", None) or ""
        if _is_attribute(error, name):
            return f"nothing is called {name} there; self.{name} is meant."
        advice = f": {_IMPORTS[name]}" if name in _IMPORTS else _function(name)
        return f"nothing is called {name} there{advice}{'' if advice else '.'}"
    if isinstance(error, AttributeError):
        return _attribute(error, message)
    if isinstance(error, NotImplementedError) and (found := NO_FORWARD.search(message)):
        return _no_forward(context, found[1])
    if isinstance(error, TypeError):
        call = _signature(context, message)
        if call:
            return call
    if isinstance(error, KeyError):
        return f"there is no key {message}."
    if isinstance(error, RecursionError):
        return _too_deep(error)
    return f"raises {type(error).__name__}{f', {shortened(message, 300)}' if message else ''}."


def _function(name: str) -> str:
    """How one calls a function of torch whose name stands alone, as in relu(x)."""
    homes = (("F", functional), ("torch", torch))
    found = [f"{home}.{name}" for home, module in homes if callable(getattr(module, name, None))]
    return f"; {' or '.join(found)} is meant." if found else ""


def _is_attribute(error: NameError, name: str) -> bool:
    """Whether the module whose code ran has an attribute of the name that was not found."""
    running = [frame.f_locals.get("self") for frame, _ in _frames(error.__traceback__)]
    owner = running[-1] if running else None
    return isinstance(owner, nn.Module) and bool(name) and hasattr(owner, name)


def _too_deep(error: RecursionError) -> str:
    """Tell a forward that calls itself from a network whose modules are nested too deeply."""
    running = [
        id(frame.f_locals.get("self"))
        for frame, _ in _frames(error.__traceback__)
        if frame.f_code.co_name == "forward"
    ]
    if len(running) > 10 and len(running) == len(set(running)):
        return f"modules lie in each other more than {len(running)} deep, too deep for Python ({_limit()})."
    return f"the network calls itself again and again, more often than Python can ({_limit()})."


def _limit() -> str:
    return f"sys.setrecursionlimit, now {sys.getrecursionlimit():,}"


def _attribute(error: AttributeError, message: str) -> str:
    owner, name = getattr(error, "obj", None), str(getattr(error, "name", "") or "")
    if owner is None:
        return f"the value before .{name} is None." if says(error, NONE_GIVEN) else f"{message}."
    known = [key for key, _ in owner.named_children()] if isinstance(owner, nn.Module) else dir(owner)
    near = get_close_matches(name, known, n=2, cutoff=0.6)
    meant = f"; did you mean {' or '.join(near)}?" if near else "."
    return f"{type(owner).__name__} has nothing called {name}{meant}"


def _no_forward(context: FailureContext, name: str) -> str:
    if name in ("ModuleList", "ModuleDict"):
        return f"a {name} cannot be called; loop over its modules, or make it nn.Sequential."
    modules = (m for m in context.run.model.modules() if type(m).__name__ == name)
    own = next((dir(type(m)) for m in modules), [])
    near = get_close_matches("forward", [key for key in own if key != "forward"], n=1, cutoff=0.75)
    return f"{name} has no method forward{f'; its {near[0]} is spelt otherwise.' if near else '.'}"


def _signature(context: FailureContext, message: str) -> str:
    """A forward got too few or too many arguments: which ones it takes, and how many it was given."""
    found = _WRONG_ARGUMENTS.match(message)
    if not found or not found.group(1).endswith("forward"):
        return ""
    for module in context.run.model.modules():
        if getattr(type(module).forward, "__qualname__", "") == found.group(1):
            takes = str(inspect.signature(module.forward)).partition(" ->")[0]
            name = type(module).__name__
            path = next(p for p, m in context.run.model.named_modules() if m is module)
            which = f"{place(context.run.model, path)} ({name})" if path else name
            rest = message.removeprefix(f"{found.group(1)}() ")
            given = len(context.run.inputs) + len(context.run.keywords)
            call = "the call differs" if path else f"{given} input{' was' if given == 1 else 's were'} given"
            return f"the forward of {which} takes {_names(takes)}, {call}: {rest}."
    return ""


def _names(signature: str) -> str:
    """A signature without its annotations: "(x, y)"."""
    return re.sub(r": [^,)=]+", "", signature)


def _nothing(context: FailureContext) -> str:
    """The sentence that a module returned None, if the failed call was given that None; else ""."""
    if not says(context.failure.error, NONE_GIVEN) and context.failure.given[:1] != (None,):
        return ""
    empty: list[str] = []

    def watch(trial: nn.Module) -> None:
        for path, module in trial.named_modules():

            def note(module: Any, args: Any, output: Any, path: str = path) -> None:
                if output is None:
                    empty.append(path)

            module.register_forward_hook(note)

    context.run.outcome(Repair("looking for None", "", watch))
    if not empty:
        return ""
    model = context.run.model
    name = type(model.get_submodule(empty[0])).__name__
    return f"{place(model, empty[0])} ({name}) gives None: its forward has no return; end it with return x."
