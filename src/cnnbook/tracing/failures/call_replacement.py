"""Replaces calls of torch functions inside a forward, to try a repair of the network's own code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from cnnbook.traces import operations
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.shape_rules import SHAPE_RULES
from cnnbook.tracing.torch_calls import tensors, without_tensors

Patch = Callable[[], AbstractContextManager[Any]]
_this_thread = threading.local()


def waiting_replacements(records: Sequence[Any]) -> tuple[Replacement, ...]:
    """The replacements of calls that this thread is to make.

    The trace hands over its list of records: its length tells which row is next.
    """
    replacements: tuple[Replacement, ...] = getattr(_this_thread, "replacements", ())
    for replacement in replacements:
        replacement.records = records
    return replacements


def replaced_call(op: str, first: Any, call: Callable[..., Any], row: int) -> Patch:
    """A context in which `call(func, args, kwargs)` runs in place of one call.

    That is the call that makes row `row`, of the operation `op`, with a first argument that has as many axes
    as `first`. Its sizes may differ, since a repair is tried on a second batch as well.
    """
    axes = _axes(first)

    def replaced(name: str, now: int | None, args: Any) -> Callable[..., Any] | None:
        right = now in (None, row) and name == op and args and _axes(without_tensors(args[0])) == axes
        return call if right else None

    return lambda: _replacing(replaced, lambda name, now: now == row)


def replaced_calls(ops: Collection[str], call: Callable[..., Any]) -> Patch:
    """A context in which `call(func, args, kwargs)` runs in place of every call of some operations."""

    def replaced(name: str, now: int | None, args: Any) -> Callable[..., Any] | None:
        return call if name in ops and args else None

    return lambda: _replacing(replaced, lambda name, now: name in ops)


def rewired(edits: Mapping[tuple[int, str], Callable[..., Any]]) -> Patch:
    """A context in which `edits[row, op](func, args, kwargs)` runs in place of the call that makes a row."""

    def replaced(name: str, now: int | None, args: Any) -> Callable[..., Any] | None:
        return None if now is None else edits.get((now, name))

    return lambda: _replacing(replaced, lambda name, now: (now, name) in edits)


def of_shape(like: Tensor, shape: Sequence[int]) -> Tensor:
    """A tensor of zeros of another shape: what F.interpolate or torch.cat makes in a trial.

    Only the shape counts there, and without data these functions would import half of torch.
    """
    return like.new_empty(tuple(shape)) if like.is_meta else like.new_zeros(tuple(shape))


class Replacement(TorchFunctionMode):
    """Asks `replaced(operation, row, args)` for each call what is to run in its place; None for nothing.

    `wanted(operation, row)` tells of which calls this has to be asked at all.
    """

    def __init__(
        self,
        replaced: Callable[[str, int | None, Any], Callable[..., Any] | None],
        wanted: Callable[[str, int], bool],
    ) -> None:
        super().__init__()
        self.replaced = replaced
        self.wanted = wanted
        self.records: Sequence[Any] | None = None

    def wants(self, op: str) -> bool:
        """Whether the next call, of this operation, must really be made, since it may be replaced."""
        return self.wanted(op, len(self.records or ()))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = operations.name(getattr(func, "__name__", ""))
        call = self.replaced(name, None if self.records is None else len(self.records), args)
        if call is None:
            return func(*args, **(kwargs or {}))
        return call(_by_rule(name, func), args, kwargs or {})


def _by_rule(name: str, func: Callable[..., Any]) -> Callable[..., Any]:
    """The function, or where it can answer, the rule that gives its result without loading half of torch."""
    rule = SHAPE_RULES.get(name)
    if rule is None:
        return func

    def ruled(*args: Any, **kwargs: Any) -> Any:
        without_data = all(tensor.is_meta for tensor in tensors([*args, *kwargs.values()]))
        result = rule(func, args, kwargs) if without_data else None
        return func(*args, **kwargs) if result is None else result

    return ruled


@contextmanager
def _replacing(
    replaced: Callable[[str, int | None, Any], Callable[..., Any] | None], wanted: Callable[[str, int], bool]
) -> Iterator[None]:
    outer, replacement = getattr(_this_thread, "replacements", ()), Replacement(replaced, wanted)
    _this_thread.replacements = (*outer, replacement)
    try:
        with replacement:
            yield
    finally:
        _this_thread.replacements = outer


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
