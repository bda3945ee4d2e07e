"""Replaces calls of torch functions inside a forward, to try a repair of the network's own code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
    replacements = getattr(_this_thread, "replacements", ())
    for replacement in replacements:
        replacement.records = records
    return bool(replacements)


def replaced_call(op: str, first: Any, call: Callable[..., Any], row: int) -> Patch:
    """A context in which `call(func, args, kwargs)` runs in place of one call.

    That is the call that makes row `row`, of the operation `op`, with a first argument that has as many axes
    as `first`. Its sizes may differ, since a repair is tried on a second batch as well.
    """
    axes = _axes(first)

    class Replacement(TorchFunctionMode):
        records: Sequence[Any] | None = None

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = operations.name(getattr(func, "__name__", ""))
            now = self.records is None or len(self.records) == row
            if now and name == op and args and _axes(without_tensors(args[0])) == axes:
                return call(func, args, kwargs or {})
            return func(*args, **(kwargs or {}))

    @contextmanager
    def replacing() -> Iterator[None]:
        outer, replacement = getattr(_this_thread, "replacements", ()), Replacement()
        _this_thread.replacements = (*outer, replacement)
        try:
            with replacement:
                yield
        finally:
            _this_thread.replacements = outer

    return replacing


def all_of(patches: Sequence[Patch]) -> Patch | None:
    """One context in which several calls are replaced; None if there is nothing to replace."""

    @contextmanager
    def replacing() -> Iterator[None]:
        with ExitStack() as stack:
            for patch in patches:
                stack.enter_context(patch())
            yield

    return replacing if patches else None


def _axes(value: Any) -> Any:
    """The number of axes of a shape, and of each shape in a list of shapes; any other value as it is."""
    if not isinstance(value, tuple):
        return value
    return len(value) if all(type(n) is int for n in value) else tuple(map(_axes, value))


def call_with_settings(failure: Failure, row: int, **settings: Any) -> Patch:
    """A context in which the failed call, the one of row `row`, has other settings, such as padding=1."""
    names = operations.SIGNATURES[failure.op]

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(**{**dict(zip(names, args, strict=False)), **kwargs, **settings})

    return replaced_call(failure.op, failure.given[0], call, row)
