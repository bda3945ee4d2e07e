"""Tries a repair on a second batch: one that works on four images only has taken the batch for channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnbook.traces import Shape, operations
from cnnbook.traces.given_inputs import is_shape
from cnnbook.tracing.failures.batch_axis import window_axes
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.failures.trials import FailedRun, Repair
from cnnbook.tracing.torch_internals import wanted_hidden_size

_SMALL = 100_000
"""Tensors with more values than this are replaced by larger ones without data."""

GENERAL = ("missing axis", "moved axes")
"""The families of repairs that hold for images of every size, so they are tried on larger images as well."""


class SecondBatch:
    """Whether repairs work on other inputs too: a batch with one image more, and images twice as large.

    Sizes up to 4 are taken for channels and stay.
    """

    def __init__(self, context: FailureContext) -> None:
        self._context = context
        self._batch = context.trace.input_shape[0] if context.trace.input_shape else 0
        self._larger = context.run.on(*self._inputs(self._one_more))
        self._wider = context.run.on(*self._inputs(_twice))

    def holds(self, repair: Repair) -> bool:
        """Whether a repair that works is one for other inputs too, or cannot be tried on others."""
        first = repair.feed
        if not _has_batch(self._context) or isinstance(first, Tensor):
            return True
        if first is not None:
            if first[:1] != (self._batch,):
                return True
            repair = repair._replace(feed=self._one_more(first))
        failure = self._larger.outcome(repair).failure
        if failure is not None and not _typed(failure, self._batch) and self._fails_alike(self._larger):
            return False
        if repair.family not in GENERAL or first is not None:
            return True
        outcome = self._wider.outcome(repair)
        as_early = outcome.trace is not None and len(outcome.trace) <= len(self._context.trace)
        return outcome.failure is None or not as_early or not self._fails_alike(self._wider)

    def _fails_alike(self, other: FailedRun) -> bool:
        """Whether the network without a repair gets as far on the other inputs, and fails there."""
        before = other.outcome(Repair("as it is", ""))
        if before.trace is None or before.failure is None:
            return False
        same_row = len(before.trace) == len(self._context.trace)
        return same_row and _same_features(self._context.failure, before.failure)

    def _inputs(self, changed: Callable[[Shape], Shape]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The inputs of the network, those with the batch on axis 0 in other sizes."""

        def other(value: Any) -> Any:
            shape = tuple(value.shape) if isinstance(value, Tensor) else value
            if not isinstance(value, Tensor) and not is_shape(value):
                return value
            if shape and shape[0] == self._batch:
                new = changed(shape)
            elif len(shape) == 3 and shape[1] == self._batch:  # the state of a recurrent layer
                new = (shape[0], changed(shape[1:2])[0], shape[2])
            else:
                return value
            return _resized(value, new) if isinstance(value, Tensor) else new

        run = self._context.run
        return tuple(map(other, run.inputs)), {key: other(value) for key, value in run.keywords.items()}

    def _one_more(self, shape: Shape) -> Shape:
        return (self._batch + 1, *shape[1:])


def _twice(shape: Shape) -> Shape:
    return (*shape[:2], *(2 * n if n > 4 else n for n in shape[2:])) if len(shape) > 3 else shape


def _has_batch(context: FailureContext) -> bool:
    """Whether axis 0 of the first input is the batch: a first convolution or pool is given that axis too."""
    given = context.trace.input_shape
    ops = (*(row.op for row in context.trace.rows), context.failure.op)
    axes = next((axes for op in ops if (axes := window_axes(op))), 0)
    return len(given) > 1 and len(given) != axes + 1


def _same_features(failure: Failure, other: Failure) -> bool:
    """Whether the sizes that a layer is built for stand on the same axes of its other input."""
    weight = failure.bound.get("weight")
    if not isinstance(weight, tuple) or not failure.input_shapes or not other.input_shapes:
        return True
    given, changed = failure.input_shapes[0], other.input_shapes[0]
    return all(n == m or n not in weight for n, m in zip(given[1:], changed[1:], strict=False))


def _typed(failure: Failure, batch: int) -> bool:
    """Whether a call fails on another batch because the batch was typed into the network's own code.

    It stands among the sizes of a view, it is the first size of a tensor that the network holds or makes, or
    the batch of the first state that it makes for a recurrent layer.
    """
    wanted = wanted_hidden_size(failure.error)
    if wanted:  # the first state of a recurrent layer has the batch on axis 1
        return wanted[1:2] == (batch + 1,)
    if operations.family(failure.op) in ("convolution", "linear", "normalization", "recurrent"):
        return False  # the other tensors of such a call are the layer's weights
    own = [value for value in _shapes((failure.given, failure.bound)) if value not in failure.input_shapes]
    own += [operand.shape for operand in failure.operands]
    return any(shape[:1] == (batch,) for shape in own) or (
        failure.op in ("view", "reshape", "expand", "repeat") and batch in failure.given[1:]
    )


def _shapes(value: Any) -> list[Shape]:
    if isinstance(value, dict):
        value = tuple(value.values())
    if not isinstance(value, tuple | list) or not value:
        return []
    if all(type(n) is int for n in value):
        return [tuple(value)]
    return [shape for item in value for shape in _shapes(item)]


def _resized(tensor: Tensor, shape: Shape) -> Tensor:
    if shape[1:] != tuple(tensor.shape[1:]) or tensor.numel() > _SMALL or tensor.is_meta:
        return tensor.new_empty(shape, device="meta")
    return torch.cat([tensor.detach(), tensor.detach()[:1]])
