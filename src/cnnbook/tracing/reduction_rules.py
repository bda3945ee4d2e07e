"""Rules that compute the output of reductions over axes, and of a softmax, from the shape of their input.

At the first of them on meta tensors torch imports SymPy, and for some torch._dynamo, which takes longer than
the trace of a small network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnbook.tracing.meta_tensors import is_ordinary


def reduction(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Return the mean, sum, largest or smallest number over axes that are named."""
    call = dict(zip(("input", "dim", "keepdim"), args, strict=False)) | kwargs
    x: Any = call.get("input")
    dim, keepdim = call.get("dim"), call.get("keepdim", False)
    axes: Any = (dim,) if type(dim) is int else dim
    if len(args) > 3 or call.keys() - {"input", "dim", "keepdim"} or type(keepdim) is not bool:
        return None
    if not is_ordinary(x) or not x.numel() or type(axes) not in (tuple, list) or not axes:
        return None
    if any(type(axis) is not int or not -x.dim() <= axis < x.dim() for axis in axes):
        return None
    reduced = {axis % x.dim() for axis in axes}
    if len(reduced) < len(axes):
        return None
    sizes = [1 if axis in reduced else n for axis, n in enumerate(x.shape) if keepdim or axis not in reduced]
    return torch.empty(sizes, dtype=x.dtype, device="meta")


def softmax(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Return the output of a softmax along an axis that is there.

    `_stacklevel`, which nn.Softmax gives, only chooses the line of a warning.
    """
    if not 1 <= len(args) <= 2 or kwargs.keys() - {"dim", "_stacklevel", "dtype"} or kwargs.get("dtype"):
        return None
    x: Any = args[0]
    dim = args[1] if len(args) == 2 else kwargs.get("dim")
    if type(dim) is not int or not is_ordinary(x) or not -x.dim() <= dim < x.dim() or not x.numel():
        return None
    return torch.empty(x.shape, dtype=x.dtype, device="meta")
