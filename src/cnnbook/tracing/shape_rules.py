"""Rules that compute the output of common operations from the shapes of their inputs, without calling torch.

A rule answers only calls whose output is certain. For any other call it returns None, and torch is called,
which also writes the error messages. Rules read only the shapes and dtypes of weights. They save most of the
time of a trace: batch normalization on meta tensors takes torch three quarters of a ResNet's forward pass. At
the first mean, quotient or leaky ReLU on meta tensors torch even imports torch._dynamo, and SymPy with it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

import torch
from torch import Tensor

from cnnbook.traces import operations
from cnnbook.tracing.convolution_rules import convolution, transposed_convolution
from cnnbook.tracing.meta_tensors import is_ordinary
from cnnbook.tracing.pooling_rules import adaptive_pool, sliding_pool
from cnnbook.tracing.reduction_rules import reduction, softmax
from cnnbook.tracing.torch_calls import operation

Function = Callable[..., Any]
ShapeRule = Callable[[Function, tuple[Any, ...], dict[str, Any]], Tensor | None]
_META = torch.device("meta")
_NORM = operations.SIGNATURES["batch_norm"]
_NUMBERS = {int, float}
_HARDTANH = ("input", "min_val", "max_val", "inplace")
_SLOPES = {"leaky_relu": "negative_slope", "elu": "alpha"}


def _batch_norm(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    call = dict(zip(_NORM, args, strict=False)) | kwargs
    x: Any = call.get("input")
    if not is_ordinary(x):
        return None
    shape, dtype = x.shape, x.dtype
    if len(shape) < 2 or (call.get("training") and shape.numel() == shape[1]):
        return None
    channels = shape[1:2]
    for key in ("running_mean", "running_var", "weight", "bias"):
        t = call.get(key)
        if t is not None and (t.shape != channels or t.dtype != dtype):
            return None
    return torch.empty(shape, dtype=dtype, device=_META)


def _linear(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """On meta tensors torch would first import torch._dynamo for the bias, which takes seconds."""
    x, weight, bias = (*args, None)[:3] if 1 < len(args) < 4 and not kwargs else (None, None, None)
    if not isinstance(x, Tensor) or weight is None or weight.dim() != 2:
        return None
    *before, features = x.shape or (0,)
    known = (
        features == weight.shape[1]
        and x.dtype == weight.dtype
        and (bias is None or (bias.shape == weight.shape[:1] and bias.dtype == x.dtype))
        and x.numel() > 0
        and x.is_floating_point()
    )
    return torch.empty((*before, weight.shape[0]), dtype=x.dtype, device=_META) if known else None


def _one_by_one(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """A function of each number by itself, with one argument; in place if its name says so, as `tanh_`."""
    if len(args) != 1 or kwargs or not is_ordinary(args[0]):
        return None
    x: Tensor = args[0]
    return x if operation(func).in_place else torch.empty(x.shape, dtype=x.dtype, device=_META)


def _activation(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """An activation function that may have the argument `inplace`."""
    if type(func) is FunctionType and len(args) + len(kwargs) == 2:
        inplace = args[1] if len(args) == 2 else kwargs.get("inplace")
        if type(inplace) is not bool or not is_ordinary(args[0]):
            return None
        if inplace:
            written: Tensor = args[0]
            return written
        args, kwargs = args[:1], {}
    return _one_by_one(func, args, kwargs)


def _with_slope(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Leaky ReLU and ELU: (input, a number, inplace), the last two with defaults."""
    if type(func) is not FunctionType or not 1 <= len(args) <= 3:
        return None
    names = ("input", _SLOPES[operation(func).op], "inplace")
    call = {"inplace": False, names[1]: 1.0, **dict(zip(names, args, strict=False)), **kwargs}
    if len(call) > 3 or type(call[names[1]]) not in _NUMBERS:
        return None
    return _activation(func, (call["input"], call["inplace"]), {})


def _gelu(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    known = not kwargs or (kwargs.keys() == {"approximate"} and kwargs["approximate"] in ("none", "tanh"))
    return _one_by_one(func, args, {}) if known else None


def _clipped(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Hardtanh, which ReLU6 calls: (input, min_val, max_val, inplace), the last three with defaults."""
    if type(func) is not FunctionType or not 1 <= len(args) <= 4:
        return None
    call = {
        "min_val": -1.0,
        "max_val": 1.0,
        "inplace": False,
        **dict(zip(_HARDTANH, args, strict=False)),
        **kwargs,
    }
    least, largest = call["min_val"], call["max_val"]
    if len(call) > 4 or not {type(least), type(largest)} <= _NUMBERS or least > largest:
        return None
    return _activation(func, (call["input"], call["inplace"]), {})


def _pairwise(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """An operation of two tensors of equal or broadcastable shapes, or of a tensor and a number."""
    if len(args) != 2 or kwargs:
        return None
    in_place = operation(func).in_place
    a, b = args if in_place or isinstance(args[0], Tensor) else args[::-1]
    if not is_ordinary(a):
        return None
    shape = a.shape
    if type(b) not in _NUMBERS:
        if not is_ordinary(b) or b.dtype != a.dtype:
            return None
        if b.shape != shape:
            if b.dim() != a.dim():
                return None
            pairs = [*zip(shape, b.shape, strict=True)]
            if any(n != m and n != 1 and m != 1 for n, m in pairs):
                return None
            shape = torch.Size([m if n == 1 else n for n, m in pairs])
    if in_place:
        return a if shape == a.shape else None
    return torch.empty(shape, dtype=a.dtype, device=_META)


def _dropout(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Dropout in training; in evaluation torch hands its input on, without a new tensor."""
    call = dict(zip(operations.SIGNATURES["dropout"], args, strict=False)) | kwargs
    x: Any = call.get("input")
    p = call.get("p", 0.5)
    if len(args) > 4 or call.keys() - set(operations.SIGNATURES["dropout"]) or type(p) not in _NUMBERS:
        return None
    if call.get("training", True) is not True or call.get("inplace", False) is not False:
        return None
    if not is_ordinary(x) or not x.numel() or not 0 <= p <= 1:
        return None
    if operation(func).op == "dropout2d" and x.dim() != 4:
        return None
    return torch.empty(x.shape, dtype=x.dtype, device=_META)


def _cat(func: Function, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    if not 1 <= len(args) <= 2 or kwargs.keys() - {"dim"} or type(args[0]) not in (list, tuple):
        return None
    tensors, dim = args[0], args[1] if len(args) == 2 else kwargs.get("dim", 0)
    if type(dim) is not int or not tensors or not all(is_ordinary(tensor) for tensor in tensors):
        return None
    sizes, dtype = list(tensors[0].shape), tensors[0].dtype
    if not -len(sizes) <= dim < len(sizes):
        return None
    sizes[dim] = 0
    for tensor in tensors:
        others = list(tensor.shape)
        if len(others) != len(sizes) or tensor.dtype != dtype:
            return None
        total, sizes[dim] = sizes[dim] + others[dim], others[dim]
        if others != sizes:
            return None
        sizes[dim] = total
    return torch.empty(sizes, dtype=dtype, device=_META)


SHAPE_RULES: dict[str, ShapeRule] = {
    "batch_norm": _batch_norm,
    **dict.fromkeys(("sigmoid", "tanh", "exp", "log", "sqrt", "abs"), _one_by_one),
    **dict.fromkeys(("relu", "relu6", "hardswish", "hardsigmoid", "silu", "mish", "selu"), _activation),
    **dict.fromkeys(("leaky_relu", "elu"), _with_slope),
    "gelu": _gelu,
    "hardtanh": _clipped,
    **dict.fromkeys(("add", "sub", "mul", "div", "pow"), _pairwise),
    **dict.fromkeys(("softmax", "log_softmax"), softmax),
    **dict.fromkeys(("mean", "sum", "amax", "amin"), reduction),
    **dict.fromkeys(("dropout", "dropout2d"), _dropout),
    # Not avg_pool3d: some that fit on meta tensors are refused on the CPU, and the other way round.
    **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d", "avg_pool1d", "avg_pool2d"), sliding_pool),
    "adaptive_avg_pool2d": adaptive_pool,
    "cat": _cat,
    "linear": _linear,
    **{f"conv{n}d": convolution for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": transposed_convolution for n in (1, 2, 3)},
}
