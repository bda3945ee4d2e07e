"""The tensors inside `torch.func.vmap` and `torch.func.grad`, which are wrappers around ordinary tensors.

Inside vmap a tensor's shape lacks the axis over which vmap runs. The rows of a trace tell what is computed
for the whole batch, so the hidden axes are put in front of the shapes that they show.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from cnnbook.tracing import torch_internals
from cnnbook.tracing.torch_internals import is_wrapped, peek_interpreter_stack


def transforming() -> bool:
    """Whether this code runs inside a transform of torch.func."""
    return peek_interpreter_stack() is not None


def innermost(tensor: Tensor) -> Tensor:
    """Return the ordinary tensor inside all wrappers; an ordinary tensor is returned as it is."""
    while is_wrapped(tensor):
        tensor = torch_internals.unwrapped(tensor)
    return tensor


def whole_shape(tensor: Tensor) -> tuple[int, ...]:
    """Return a tensor's shape with the axes that vmap hides in front.

    >>> import torch
    >>> seen = []
    >>> _ = torch.func.vmap(lambda x: seen.append((tuple(x.shape), whole_shape(x))) or x, 1)(torch.ones(3, 5))
    >>> seen
    [((3,), (5, 3))]
    """
    if not is_wrapped(tensor):
        return tuple(tensor.shape)
    hidden, visible = _axes(tensor)
    return (*hidden, *visible)


def changed_inside(tensor: Tensor, change: Callable[[Tensor], Tensor]) -> Tensor:
    """Return a wrapper like the given one around what `change` makes of the ordinary tensor inside.

    A tensor without a wrapper is returned as it is.
    """
    if not is_wrapped(tensor):
        return tensor
    inner = torch_internals.unwrapped(tensor)
    new = changed_inside(inner, change) if is_wrapped(inner) else change(inner)
    if new is inner:
        return tensor
    level = torch_internals.transform_level(tensor)
    if torch_internals.is_batched(tensor):
        return torch_internals.wrap_for_vmap(new, torch_internals.hidden_axis(tensor), level)
    return torch_internals.wrap_for_grad(new, level)


def _axes(tensor: Tensor) -> tuple[list[int], list[int]]:
    """The sizes of the axes that vmap hides, and of those that remain."""
    if not is_wrapped(tensor):
        return [], list(tensor.shape)
    hidden, visible = _axes(torch_internals.unwrapped(tensor))
    if torch_internals.is_batched(tensor):
        hidden.append(visible.pop(torch_internals.hidden_axis(tensor)))
    return hidden, visible
