"""Calls of torch.ops.aten: those of exported networks, and those that TorchScript makes outside of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from cnnbook.traces import macs, operations
from cnnbook.tracing.torch_calls import arguments_by_name, operation, tensors
from cnnbook.tracing.torch_internals import TorchDispatchMode

_ONE_RESULT = ("normalization", "pooling", "attention")


def results_of(op: str, output: Any) -> list[Tensor]:
    """The results that the function of Python with the same name gives.

    Normalizations, pools and attention of torch.ops.aten give more: statistics for the backward pass.
    """
    found = tensors(output)
    return found[:1] if operations.family(op) in _ONE_RESULT or op == "dropout" else found


class ScriptMacs(TorchDispatchMode):
    """Counts the multiply-accumulates of what TorchScript calls while this is entered, in `total`."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        output = func(*args, **kwargs)
        op = operation(func).op
        if macs.counts(op):
            bound = arguments_by_name(op, args, kwargs, func)
            shapes = [[tuple(t.shape) for t in tensors(value)] for value in ([*args], output)]
            self.total += macs.count(operations.specific_name(op, bound), bound, *shapes)
        return output
