"""The network to trace in place of the one that `trace` was given: unwrapped, its lazy layers shaped."""

from __future__ import annotations

import contextlib
import copy
import sys
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from cnnbook.tracing.inputs import InputTensors
from cnnbook.tracing.torch_internals import (
    COMPILED_WITH_HOOKS,
    COMPILER,
    compiled_model,
    held_parameters,
    is_deepcopy,
    is_lazy,
)


class Network(NamedTuple):
    """A network to trace, its modules by their paths, and the reason why it needs data, or ""."""

    model: nn.Module
    modules: dict[str, nn.Module]
    why: str = ""


def network(model: nn.Module) -> Network:
    """Return a network as it is, with its modules."""
    return Network(model, dict(model.named_modules()))


def prepared(model: nn.Module, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> Network:
    """Return the network to trace in place of `model`.

    The wrappers of torch.compile and DataParallel are taken off. TorchScript runs outside of Python, where
    the tensors cannot be replaced, so a network with compiled modules is copied and the copy run on the CPU.
    Lazy layers get their shapes, in a copy as well.
    """
    inner = model.module if isinstance(model, nn.DataParallel) else compiled_model(model)
    if inner is not None:
        return prepared(inner, inputs, keywords)
    found = network(model)
    if any(issubclass(kind, torch.jit.ScriptModule) for kind in set(map(type, found.modules.values()))):
        why = "TorchScript cannot be watched: one row for each compiled module"
        found = network(copy.deepcopy(model).cpu())._replace(why=why)
    if any(map(is_lazy, held_parameters(found.modules.values()))):
        found = network(initialized(found.model, inputs, keywords))._replace(why=found.why)
    return found


def initialized(model: nn.Module, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> nn.Module:
    """Return `model`; or if it has lazy modules, a copy without data in which these have got their shapes.

    If its forward pass needs the values of given lengths or indices, it is a copy with data. If that fails,
    too, the copy without data is returned as it is then, and the trace of it says why.
    """
    if not any(map(is_lazy, held_parameters(model.modules()))):
        return model
    empty = copy_without_data(model)
    source = _shaped(empty, inputs, keywords, real=False)
    if source.values and any(is_lazy(p) for p in empty.parameters()):
        with torch.random.fork_rng(devices=[]):
            full = copy.deepcopy(model).cpu()
            _shaped(full, inputs, keywords, real=True)
        if not any(is_lazy(p) for p in full.parameters()):
            return full
    return empty


def _shaped(model: nn.Module, inputs: tuple[Any, ...], keywords: dict[str, Any], real: bool) -> InputTensors:
    """Run a network whose lazy modules thereby get their shapes, as far as it goes; return its inputs."""
    source = InputTensors(model.modules(), real)
    given = [source.tensor(value) for value in inputs]
    named = {key: source.tensor(value) for key, value in keywords.items()}
    with torch.no_grad(), run_uncompiled(), contextlib.suppress(Exception, SystemExit):
        model(*given, **named)
    return source


@contextlib.contextmanager
def run_uncompiled() -> Iterator[None]:
    """Run as plain Python, operation by operation, what torch.compile would compile inside."""
    if COMPILER not in sys.modules:
        yield
        return
    with torch.compiler.set_stance("force_eager"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", COMPILED_WITH_HOOKS)
        yield


def copy_without_data(model: nn.Module) -> nn.Module:
    """Return a copy of a network, with the same structure and modes, whose tensors hold no data."""
    memo: dict[int, Any] = {}
    for p in model.parameters():
        memo[id(p)] = _empty_parameter(p)
    for buffer in model.buffers():
        like: Any = nn.UninitializedBuffer if is_lazy(buffer) else partial(torch.empty_like, buffer)
        memo[id(buffer)] = like(device="meta")
    with _LargeTensorsEmpty():
        return copy.deepcopy(model, memo)


def _empty_parameter(p: nn.Parameter) -> nn.Parameter:
    if is_lazy(p):
        return nn.UninitializedParameter(p.requires_grad, device="meta", dtype=p.dtype)
    return nn.Parameter(torch.empty_like(p, device="meta"), p.requires_grad)


class _LargeTensorsEmpty(TorchFunctionMode):
    """Copies large tensors that are neither parameters nor buffers without their data as well."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if is_deepcopy(func) and args[0].numel() > 1024:
            return torch.empty_like(args[0], device="meta")
        return func(*args, **(kwargs or {}))
