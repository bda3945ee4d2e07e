"""The tensors inside `torch.func.vmap` and `grad`: wrappers that hide the batched axis, and what is in them.

Inside vmap a tensor says it has no batch axis. The rows of a trace tell what is computed for the whole batch,
so their shapes have the hidden axes in front. The names used here are those that torch.func itself uses.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

_functorch: Any = torch._C._functorch


def transforming() -> bool:
    """Whether this code runs inside a transformation of torch.func."""
    return _functorch.peek_interpreter_stack() is not None


def core(tensor: Tensor) -> Tensor:
    """Return the ordinary tensor inside all wrappers; itself for an ordinary one."""
    while _functorch.is_functorch_wrapped_tensor(tensor):
        tensor = _functorch.get_unwrapped(tensor)
    return tensor


def whole_shape(tensor: Tensor) -> tuple[int, ...]:
    """Return the shape with the axes that vmap hides, in front.

    >>> seen = []
    >>> _ = torch.func.vmap(lambda x: seen.append((tuple(x.shape), whole_shape(x))) or x, 1)(torch.ones(3, 5))
    >>> seen
    [((3,), (5, 3))]
    """
    if not _functorch.is_functorch_wrapped_tensor(tensor):
        return tuple(tensor.shape)
    hidden, shown = _axes(tensor)
    return (*hidden, *shown)


def rewrapped(tensor: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """Return a wrapped tensor with `change` made to the ordinary one inside; an ordinary one as it is."""
    if not _functorch.is_functorch_wrapped_tensor(tensor):
        return tensor
    inner = _functorch.get_unwrapped(tensor)
    new = rewrapped(inner, change) if _functorch.is_functorch_wrapped_tensor(inner) else change(inner)
    if new is inner:
        return tensor
    level = _functorch.maybe_get_level(tensor)
    if _functorch.is_batchedtensor(tensor):
        wrapped: Tensor = _functorch._add_batch_dim(new, _functorch.maybe_get_bdim(tensor), level)
    else:
        wrapped = _functorch._wrap_for_grad(new, level)
    return wrapped


def _axes(tensor: Tensor) -> tuple[list[int], list[int]]:
    if not _functorch.is_functorch_wrapped_tensor(tensor):
        return [], list(tensor.shape)
    hidden, shown = _axes(_functorch.get_unwrapped(tensor))
    if _functorch.is_batchedtensor(tensor):
        hidden.append(shown.pop(_functorch.maybe_get_bdim(tensor)))
    return hidden, shown
