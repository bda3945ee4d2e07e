"""Why a network failed, in the learner's terms: the row, the numbers that disagree, and repairs that were tried.

A repair is offered only after the repaired network has been traced. The copy it is tried on shares nothing with the
user's network and holds no weights.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from math import isqrt, prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnbook.rows import Row, Shape, Trace

if TYPE_CHECKING:
    from torch import nn


class Failure(NamedTuple):
    """The operation that raised: what it was called with (shapes for tensors), and torch's own error."""

    op: str
    path: str
    module: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    bound: dict[str, Any]
    error: Exception


class TraceError(RuntimeError):
    """A network that cannot run on these inputs: `.trace` has the rows until then, `.repairs` what would work.

    `.explanation` is the learner's message; the text of the error adds torch's own words below it.
    """

    def __init__(self, explanation: str, trace: Trace, repairs: tuple[str, ...], torch_message: str) -> None:
        self.explanation = explanation
        self.trace = trace
        self.repairs = repairs
        self.torch_message = torch_message
        lines = [explanation]
        if repairs:
            lines.append(f"What works (tried): {'; '.join(repairs)}.")
        lines.append(f"torch says: {torch_message}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return TraceError, (self.explanation, self.trace, self.repairs, self.torch_message)


class Attempt(NamedTuple):
    """The network that failed, with a way to try a changed copy of it."""

    model: nn.Module
    inputs: tuple[Any, ...]
    keywords: dict[str, Any]
    trace: Callable[..., Trace]

    def works(
        self, change: Callable[[nn.Module], None] | None = None, inputs: tuple[Any, ...] | None = None
    ) -> bool:
        """Whether a weightless copy of the network, changed, runs to its end."""
        try:
            trial = weightless(self.model)
            if change is not None:
                change(trial)
            self.trace(trial, *(self.inputs if inputs is None else inputs), **self.keywords)
        except Exception:
            return False
        return True


def explain(attempt: Attempt, seen: Trace, failure: Failure) -> TraceError:
    """The TraceError that says which numbers disagree, where each came from, and which repairs work."""
    message = str(failure.error).strip() or type(failure.error).__name__
    for why in (_linear_features,):
        explained = why(attempt, seen, failure)
        if explained is not None:
            return TraceError(explained[0], seen, explained[1], message)
    where = f"{failure.path} ({failure.module})" if failure.path else failure.module
    doing = f" in {failure.op}" if failure.op else ""
    given = f" on {' and '.join(map(_shape, failure.input_shapes))}" if failure.input_shapes else ""
    return TraceError(f"{where} fails{doing}{given}, after {len(seen)} rows that work.", seen, (), message)


def weightless(model: nn.Module) -> nn.Module:
    """A copy of a network with the same structure and modes whose parameters and buffers hold no data."""
    import torch
    from torch import nn

    memo: dict[int, Any] = {}
    for p in model.parameters():
        memo[id(p)] = nn.Parameter(torch.empty(p.shape, dtype=p.dtype, device="meta"), p.requires_grad)
    for buffer in model.buffers():
        memo[id(buffer)] = torch.empty(buffer.shape, dtype=buffer.dtype, device="meta")
    return copy.deepcopy(model, memo)


Explained = tuple[str, tuple[str, ...]] | None


def _linear_features(attempt: Attempt, seen: Trace, failure: Failure) -> Explained:
    """A dense layer gets another number of features than it was built for."""
    if failure.op != "linear" or not failure.input_shapes:
        return None
    expected, given = failure.bound["weight"][-1], failure.input_shapes[0][-1]
    if expected == given:
        return None
    source = seen.rows[failure.inputs[0]] if failure.inputs[0] >= 0 else None
    where = failure.path or failure.module
    origin = _origin(source, given)
    repairs = tuple(_linear_repairs(attempt, seen, failure, source))
    return f"{where} expects {expected:,} features, {origin}.", repairs


def _origin(source: Row | None, given: int) -> str:
    if source is None:
        return f"the input has {given:,}"
    name = f"{source.op} (row {source.index})"
    before = source.input_shapes[0] if source.input_shapes else ()
    made = before[1:] if prod(before[1:]) == given else ()
    product = f" = {' × '.join(map(str, made))}" if source.kind == "reshape" and len(made) > 1 else ""
    return f"{name} before it gives {given:,}{product}"


def _linear_repairs(attempt: Attempt, seen: Trace, failure: Failure, source: Row | None) -> Iterator[str]:
    from torch import nn

    given, (out_features, expected) = failure.input_shapes[0][-1], failure.bound["weight"]

    def resized(model: nn.Module) -> None:
        old = model.get_submodule(failure.path)
        if isinstance(old, nn.Linear):
            new = nn.Linear(given, out_features, old.bias is not None, device="meta", dtype=old.weight.dtype)
            model.set_submodule(failure.path, new)

    if failure.path and attempt.works(resized):
        yield f"{failure.path} = Linear({given}, {out_features})"
    if source is None or len(seen.input_shape) != 4 or seen.input_shape[2] != seen.input_shape[3]:
        return
    channels = source.input_shapes[0][1] if source.input_shapes and len(source.input_shapes[0]) == 4 else 0
    side = isqrt(expected // channels) if channels else 0
    if not channels or channels * side * side != expected:
        return
    windows = [row for row in seen.rows[: source.index] if row.window is not None]
    size = next((n for n in range(1, 1025) if _through(windows, n) == side), None)
    if size is not None:
        shape = (*seen.input_shape[:2], size, size)
        if attempt.works(inputs=(shape, *attempt.inputs[1:])):
            yield f"feed {size}×{size} images"
    for row in windows:
        if row.kind == "convolution" and row.path and row.window is not None:
            padding = next(
                (p for p in range(1, 12) if _through(windows, seen.input_shape[2], row, p) == side), None
            )
            if padding is not None and attempt.works(_padded(row.path, padding)):
                yield f"give {row.path} padding={padding}"
                return


def _through(windows: list[Row], size: int, changed: Row | None = None, padding: int = 0) -> int | None:
    """The size that a chain of windows leaves of `size`, with another padding in one of them; None if one does not fit."""
    from dataclasses import replace

    for row in windows:
        window = row.window
        if window is None or len(window.kernel_size) != 2:
            return None
        if row is changed:
            window = replace(window, padding=(padding, padding))
        try:
            height, width = window.output_size((size, size))
        except ValueError:
            return None
        if height != width:
            return None
        size = height
    return size


def _padded(path: str, padding: int) -> Callable[[nn.Module], None]:
    def change(model: nn.Module) -> None:
        conv: Any = model.get_submodule(path)
        conv.padding = (padding, padding)

    return change


def _shape(shape: Shape) -> str:
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"
