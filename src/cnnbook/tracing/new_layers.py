"""New layers without data, made for a trial: torch would load its compiler to fill their weights."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from cnnbook.tracing.cpu_answers import answer, answers
from cnnbook.tracing.torch_calls import operation, tensors


class NewLayers(TorchFunctionMode):
    """Draws no random numbers for tensors without data, and asks the CPU what shapes a computation gives."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        op, in_place, _ = operation(func)
        first: Any = args[0] if args else kwargs.get("tensor")
        if op == "normal" and in_place and isinstance(first, Tensor) and first.is_meta:
            return first
        if answers(op, func, tensors([args, kwargs]), kwargs):
            return answer(func, args, kwargs)
        return func(*args, **kwargs)
