"""The output of torch's slowest meta kernels, by shape alone, and of moves between devices.

A shortcut answers only where the outcome is beyond doubt. In any other case it calls torch itself, which
also words the errors. Batch normalization alone takes about three quarters of a ResNet's meta forward.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnbook.rows import operations

Function = Callable[..., Any]
_ACTIVATIONS = ("relu", "hardswish", "hardsigmoid", "silu", "gelu", "sigmoid", "tanh", "mish")


def _batch_norm(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    call = dict(zip(operations.SIGNATURES["batch_norm"], args, strict=False)) | kwargs
    x = call["input"]
    shape = x.shape
    per_channel = [call.get(key) for key in ("running_mean", "running_var", "weight", "bias")]
    known = len(shape) >= 2 and all(
        t is None or (t.shape == shape[1:2] and t.dtype == x.dtype) for t in per_channel
    )
    one_value = call.get("training") and shape.numel() == shape[1]
    if not known or one_value or not _plain(x):
        return func(*args, **kwargs)
    return torch.empty(shape, dtype=x.dtype, device="meta")


def _convolution(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if len(args) != 7 or kwargs:
        return func(*args, **kwargs)
    x, weight, bias, stride, padding, dilation, groups = args
    if type(padding) is not tuple or type(stride) is not tuple or type(dilation) is not tuple:
        return func(*args, **kwargs)
    shape, (c_out, c_in, *kernel_size) = x.shape, weight.shape
    axes = len(kernel_size)
    known = (
        len(shape) == axes + 2
        and shape[1] == c_in * groups
        and c_out % groups == 0
        and (bias is None or (bias.shape == (c_out,) and bias.dtype == x.dtype))
        and x.dtype == weight.dtype
        and len(stride) == len(padding) == len(dilation) == axes
        and min(shape) > 0
        and min(padding) >= 0
        and min(*stride, *dilation) > 0
        and _plain(x)
        and weight.is_contiguous()
    )
    if known:
        settings = zip(shape[2:], kernel_size, stride, padding, dilation, strict=True)
        rooms = [(n + 2 * p - d * (k - 1) - 1, s) for n, k, s, p, d in settings]
        if min(rooms)[0] >= 0:
            sizes = [room // s + 1 for room, s in rooms]
            return torch.empty((shape[0], c_out, *sizes), dtype=x.dtype, device="meta")
    return func(*args, **kwargs)


def _linear(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The kernel for a bias imports torch._dynamo first, which takes seconds in a fresh process."""
    x, weight, bias = (*args, None)[:3] if 1 < len(args) < 4 and not kwargs else (None, None, None)
    if x is None or weight is None or weight.dim() != 2:
        return func(*args, **kwargs)
    *before, features = x.shape or (0,)
    known = (
        features == weight.shape[1]
        and x.dtype == weight.dtype
        and (bias is None or (bias.shape == weight.shape[:1] and bias.dtype == x.dtype))
        and x.numel() > 0
        and x.is_floating_point()
    )
    return x.new_empty((*before, weight.shape[0])) if known else func(*args, **kwargs)


def _one_by_one(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A function of each number by itself, such as an activation."""
    if len(args) != 1 or not _plain(args[0]):
        return func(*args, **kwargs)
    return (
        args[0] if kwargs.get("inplace") else torch.empty(args[0].shape, dtype=args[0].dtype, device="meta")
    )


def _pairwise(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Two tensors number by number, axes of 1 repeated; or a tensor and a number."""
    if len(args) != 2 or kwargs:
        return func(*args, **kwargs)
    a, b = args if isinstance(args[0], Tensor) else args[::-1]
    if not _plain(a):
        return func(*args, **kwargs)
    shape = a.shape
    if type(b) not in (int, float):
        fits = _plain(b) and b.dtype == a.dtype and b.dim() == a.dim()
        if not fits or any(n != m and n != 1 and m != 1 for n, m in zip(shape, b.shape, strict=True)):
            return func(*args, **kwargs)
        if b.shape != shape:
            shape = torch.Size([m if n == 1 else n for n, m in zip(shape, b.shape, strict=True)])
    return torch.empty(shape, dtype=a.dtype, device="meta")


def _cat(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not 1 <= len(args) <= 2 or kwargs.keys() - {"dim"} or type(args[0]) not in (list, tuple):
        return func(*args, **kwargs)
    tensors, dim = args[0], args[1] if len(args) == 2 else kwargs.get("dim", 0)
    if type(dim) is not int or not tensors or not all(_plain(tensor) for tensor in tensors):
        return func(*args, **kwargs)
    sizes, dtype = list(tensors[0].shape), tensors[0].dtype
    if not -len(sizes) <= dim < len(sizes):
        return func(*args, **kwargs)
    sizes[dim] = 0
    for tensor in tensors:
        others = list(tensor.shape)
        if len(others) != len(sizes) or tensor.dtype != dtype:
            return func(*args, **kwargs)
        total, sizes[dim] = sizes[dim] + others[dim], others[dim]
        if others != sizes:
            return func(*args, **kwargs)
        sizes[dim] = total
    return torch.empty(sizes, dtype=dtype, device="meta")


def _move(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A tensor without data stays where it is, wherever the model sends it; its dtype may change."""
    tensor, *others = args
    kept = [value for value in others if not isinstance(value, str | torch.device)]
    named = {key: value for key, value in kwargs.items() if key in ("dtype", "other", "memory_format")}
    return func(tensor, *kept, **named) if kept or named else tensor


def _plain(x: Any) -> bool:
    """Whether a tensor is an ordinary one of floating-point numbers in the default layout."""
    return type(x) is Tensor and x.is_floating_point() and x.is_contiguous()


SHORTCUTS: dict[str, Callable[[Function, tuple[Any, ...], dict[str, Any]], Any]] = {
    "batch_norm": _batch_norm,
    **dict.fromkeys(_ACTIVATIONS, _one_by_one),
    **dict.fromkeys(("add", "sub", "mul"), _pairwise),
    "cat": _cat,
    "linear": _linear,
    **dict.fromkeys(("to", "cpu", "cuda"), _move),
    **{f"conv{n}d": _convolution for n in (1, 2, 3)},
}
