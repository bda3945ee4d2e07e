"""Replaces one call of a torch function inside a forward, to try a repair of the network's own code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from torch.overrides import TorchFunctionMode

from cnnbook.traces import operations
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.torch_calls import without_tensors

Patch = Callable[[], AbstractContextManager[Any]]
_this_thread = threading.local()


def is_replacing(records: Sequence[Any]) -> bool:
    """Whether a call is to be replaced in this thread.

    The trace hands over its list of records: its length tells which row is next.
    """
    replacement = getattr(_this_thread, "replacement", None)
    if replacement is not None:
        replacement.records = records
    return replacement is not None


def replaced_call(op: str, first: Any, call: Callable[..., Any], row: int) -> Patch:
    """A context in which `call(func, args, kwargs)` runs in place of one call.

    That is the call that makes row `row`, of the operation `op`, with a first argument of shape `first`.
    """

    class Replacement(TorchFunctionMode):
        records: Sequence[Any] | None = None

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = operations.name(getattr(func, "__name__", ""))
            now = self.records is None or len(self.records) == row
            if now and name == op and args and without_tensors(args[0]) == first:
                return call(func, args, kwargs or {})
            return func(*args, **(kwargs or {}))

    @contextmanager
    def replacing() -> Iterator[None]:
        _this_thread.replacement = replacement = Replacement()
        try:
            with replacement:
                yield
        finally:
            _this_thread.replacement = None

    return replacing


def call_with_settings(failure: Failure, row: int, **settings: Any) -> Patch:
    """A context in which the failed call, the one of row `row`, has other settings, such as padding=1."""
    names = operations.SIGNATURES[failure.op]

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(**{**dict(zip(names, args, strict=False)), **kwargs, **settings})

    return replaced_call(failure.op, failure.given[0], call, row)
