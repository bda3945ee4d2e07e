"""Changes to one call inside a forward: a repair of the network's own code is tried without editing it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from cnnbook.rows import operations
from cnnbook.tracing.failures.errors import Failure

Patch = Callable[[], AbstractContextManager[Any]]


def instead(op: str, first: Any, call: Callable[..., Any]) -> Patch:
    """A context in which `call(func, args, kwargs)` replaces an operation on an argument of that shape."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Patched(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = operations.name(getattr(func, "__name__", ""))
            if name == op and args and _shapes(args[0], torch.Tensor) == first:
                return call(func, args, kwargs or {})
            return func(*args, **(kwargs or {}))

    return Patched


def with_settings(failure: Failure, **settings: Any) -> Patch:
    """A context in which the failed call is made with other settings, such as padding=1."""
    names = operations.SIGNATURES[failure.op]

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(**{**dict(zip(names, args, strict=False)), **kwargs, **settings})

    return instead(failure.op, failure.given[0], call)


def _shapes(value: Any, tensor: type) -> Any:
    if isinstance(value, tensor):
        return tuple(value.shape)  # type: ignore[attr-defined]
    return tuple(_shapes(item, tensor) for item in value) if isinstance(value, list | tuple) else value
