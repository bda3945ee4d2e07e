"""What is traced: the network as it will run, and the tensors that go into it."""

from __future__ import annotations

import contextlib
import copy
from functools import partial
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnbook.tracing.recording import NESTED


def unwrapped(model: Any) -> tuple[nn.Module, str]:
    """Return the network that can be watched in place of `model`, and why it needs data, or "".

    Wrappers of torch.compile and DataParallel are taken off. TorchScript runs outside of Python, on the very
    weights it holds, so a network with compiled modules is copied, and the copy run on the CPU.

    Raises TypeError for what is no network.
    """
    if isinstance(model, type):
        raise TypeError(f"trace needs a network, not its class: trace({model.__name__}(), ...)")
    if not isinstance(model, nn.Module):
        raise TypeError(f"trace needs a torch.nn.Module, not {type(model).__name__}")
    inner = getattr(model, "_orig_mod", None)  # torch.compile's wrapper
    if inner is None and isinstance(model, nn.DataParallel):
        inner = model.module
    if inner is not None:
        return unwrapped(inner)
    if any(isinstance(module, torch.jit.ScriptModule) for module in model.modules()):
        return copy.deepcopy(model).cpu(), "TorchScript cannot be watched: one row for each compiled module"
    return model, ""


def initialized(model: nn.Module, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> nn.Module:
    """Return `model`, or where it has lazy modules a weightless copy in which they know their shapes.

    A copy whose forward fails is returned as far as it came; the trace then says why.
    """
    if not any(nn.parameter.is_lazy(p) for p in model.parameters()):
        return model
    model = weightless(model)
    source = InputTensors(model)
    given = [source.tensor(value) for value in inputs]
    named = {key: source.tensor(value) for key, value in keywords.items()}
    with torch.no_grad(), contextlib.suppress(Exception):
        model(*given, **named)
    return model


def weightless(model: nn.Module) -> nn.Module:
    """Return a copy of a network with the same structure and modes, in which tensors hold no data."""
    memo: dict[int, Any] = {}
    for p in model.parameters():
        memo[id(p)] = _empty_parameter(p)
    for buffer in model.buffers():
        lazy = nn.parameter.is_lazy(buffer)
        like: Any = nn.UninitializedBuffer if lazy else partial(torch.empty_like, buffer)
        memo[id(buffer)] = like(device="meta")
    with _NoData():
        return copy.deepcopy(model, memo)


def _empty_parameter(p: nn.Parameter) -> nn.Parameter:
    if nn.parameter.is_lazy(p):
        return nn.UninitializedParameter(p.requires_grad, device="meta", dtype=p.dtype)
    return nn.Parameter(torch.empty_like(p, device="meta"), p.requires_grad)


class _NoData(TorchFunctionMode):
    """Tensors that are neither parameters nor buffers are copied without data as well, unless small."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if getattr(func, "__name__", "") == "__deepcopy__" and args[0].numel() > 1024:
            return torch.empty_like(args[0], device="meta")
        return func(*args, **(kwargs or {}))


class InputTensors:
    """Makes the tensors that go into a network, and remembers them in order in `made`.

    They are without data, or where `real` the user's own tensors copied, and random numbers for shapes. With
    `gradients` they require them, unless the user's own tensors do not.
    """

    def __init__(self, model: nn.Module, real: bool = False, gradients: bool = False) -> None:
        dtypes = [p.dtype for p in model.parameters()]
        floating = [dtype for dtype in dtypes if dtype.is_floating_point]
        self.dtype = next(iter(floating or [d for d in dtypes if d.is_complex]), torch.get_default_dtype())
        self.real = real
        self.gradients = gradients
        self.made: list[Tensor] = []
        self.random = torch.Generator().manual_seed(0)

    def tensor(self, value: Any) -> Any:
        """Return a tensor for a shape or a tensor, the same for those in a dict or list, else the value."""
        if isinstance(value, Tensor):
            if value.is_nested:
                raise TypeError(f"trace cannot read this input: {NESTED}")
            return self._made(tuple(value.shape), value.dtype, value)
        if isinstance(value, list | tuple) and value and all(type(n) is int for n in value):
            if min(value) < 0:
                raise ValueError(f"an input shape has no negative sizes: {tuple(value)}")
            if prod(max(n, 1) for n in value) >= 2**56:
                raise ValueError(f"no tensor is as large as an input of shape {tuple(value)}")
            return self._made(tuple(value), self.dtype, None)
        if isinstance(value, dict):
            return {key: self.tensor(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            items = [self.tensor(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        return value

    def _made(self, shape: tuple[int, ...], dtype: torch.dtype, like: Tensor | None) -> Tensor:
        if not self.real:
            tensor = torch.empty(shape, dtype=dtype, device="meta")
        elif like is not None and not like.is_meta:
            tensor = like.detach().to("cpu", copy=True)
        elif dtype.is_floating_point:
            tensor = torch.rand(shape, generator=self.random).to(dtype)
        else:
            tensor = torch.zeros(shape, dtype=dtype)
        if self.gradients and (like.requires_grad if like is not None else dtype.is_floating_point):
            tensor.requires_grad_()
        self.made.append(tensor)
        return tensor
