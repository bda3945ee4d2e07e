"""Rules that compute the output of pools from the shape of their input, without calling torch.

On meta tensors torch first imports SymPy for a pool, which takes longer than the trace of a small network.
Where torch would refuse a pool the rules give no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnbook.arithmetic import GeometryError
from cnnbook.traces import operations
from cnnbook.tracing.meta_tensors import is_ordinary
from cnnbook.tracing.torch_calls import operation


def sliding_pool(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Return the output of a maximum or average pool over a batch of one, two or three axes."""
    op = operation(func).op
    names = operations.SIGNATURES[op]
    if len(args) > len(names) or not kwargs.keys() <= set(names[len(args) :]):
        return None
    call = dict(zip(names, args, strict=False)) | kwargs
    x: Any = call.get("input")
    if not is_ordinary(x) or not x.numel() or x.dim() != int(op[-2]) + 2:
        return None
    flags = (call.get("ceil_mode", False), call.get("return_indices", False))
    if any(type(flag) is not bool for flag in flags) or flags[1]:
        return None
    if call.get("divisor_override") is not None or type(call.get("count_include_pad", True)) is not bool:
        return None
    shape = x.shape
    try:
        window = operations.window(op, call)
        size = window.output_size(shape[2:]) if window else ()
    except (GeometryError, KeyError, TypeError):  # torch refuses it too, and says why
        return None
    return torch.empty((*shape[:2], *size), dtype=x.dtype, device="meta") if size else None


def adaptive_pool(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Return the output of an adaptive pool of (N, C, H, W) whose output size is given in numbers."""
    if len(args) != 2 or kwargs or not is_ordinary(args[0]):
        return None
    shape, size = args[0].shape, args[1]
    height_width = (size, size) if type(size) is int else size
    if len(shape) != 4 or not shape.numel() or type(height_width) not in (tuple, list):
        return None
    if len(height_width) != 2 or any(type(n) is not int or n < 1 for n in height_width):
        return None
    return torch.empty((*shape[:2], *height_width), dtype=args[0].dtype, device="meta")
