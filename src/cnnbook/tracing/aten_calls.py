"""Calls of torch.ops.aten: those of exported networks, and those that TorchScript makes outside of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from cnnbook.traces import macs, operations
from cnnbook.tracing.torch_calls import arguments_by_name, operation, tensors
from cnnbook.tracing.torch_internals import TorchDispatchMode, is_aten

_ONE_RESULT = ("normalization", "pooling", "attention")


def results_of(op: str, output: Any) -> list[Tensor]:
    """The results that the function of Python with the same name gives.

    Normalizations, pools and attention of torch.ops.aten give more: statistics for the backward pass.
    """
    found = tensors(output)
    return found[:1] if operations.family(op) in _ONE_RESULT or op == "dropout" else found


class ScriptMacs(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the multiply-accumulates of what TorchScript calls while this is entered, in `total`.

    `uncounted` has the names of the operations that are not torch's own, and whose numbers nobody knows.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.total = 0
        self.uncounted: dict[str, None] = {}

    def __torch_dispatch__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        op = operation(func).op
        # TorchScript calls these two functions for tensors with whole numbers, too.
        if op == "equal" and not isinstance(args[0], Tensor):
            return args[0] == args[1]
        if op == "local_scalar_dense" and not isinstance(args[0], Tensor):
            return args[0]
        output = func(*args, **kwargs)
        if not is_aten(func) and any(isinstance(value, Tensor) for value in args):
            self.uncounted.setdefault(op)
        if macs.counts(op):
            bound = arguments_by_name(op, args, kwargs, func)
            shapes = [[tuple(t.shape) for t in tensors(value)] for value in ([*args], output)]
            self.total += macs.count(operations.specific_name(op, bound), bound, *shapes)
        return output
