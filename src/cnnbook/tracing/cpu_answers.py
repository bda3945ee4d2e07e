"""Answers from the CPU to calls for which torch, on meta tensors, would first load its compiler.

For many functions torch has no meta kernel of its own but a decomposition, and the first of them in a process
imports torch._dynamo and SymPy, which takes longer than most traces. The CPU's kernels need none of that. So
as long as nobody has loaded the compiler, small calls are made on the CPU, with tensors of the same shapes,
and only the shapes of the results are kept.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from threading import RLock
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnbook.traces import operations
from cnnbook.tracing.function_transforms import transforming
from cnnbook.tracing.torch_calls import operation
from cnnbook.tracing.torch_internals import COMPILER

_LARGE = 1_000_000  # bytes
# Functions whose results are new tensors, with shapes that follow from shapes.
_MATRICES = frozenset(("matmul", "mm", "mv", "bmm"))
_PRODUCTS = frozenset(
    (
        *_MATRICES,
        *("linear", "addmm", "baddbmm", "dot", "vdot", "einsum", "bilinear"),
        *("multi_head_attention_forward", "scaled_dot_product_attention"),
        *(f"conv{n}d" for n in (1, 2, 3)),
        *(f"conv_transpose{n}d" for n in (1, 2, 3)),
        *operations.RECURRENT,
        *("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"),
    )
)
_LINEAR = frozenset(
    (
        *("add", "sub", "mul", "div", "exp", "log", "sqrt", "sigmoid", "tanh", "gt", "lt", "ge", "le"),
        *("logical_not", "logical_and", "logical_or", "isnan", "isinf", "any", "all"),
        *("eq", "ne", "where", "clamp", "square", "pow", "abs", "maximum", "minimum", "prelu"),
        *("mean", "sum", "norm", "normalize", "weight_norm", "softmax", "log_softmax", "cumsum"),
        *("max", "min", "argmax", "argmin", "sort", "argsort", "topk"),
        *("cat", "stack", "repeat", "pad", "interpolate", "pixel_shuffle", "pixel_unshuffle"),
        *("affine_grid", "grid_sample", "gather", "index_select", "masked_fill", "triu", "tril"),
        *("layer_norm", "group_norm", "batch_norm", "instance_norm", "local_response_norm"),
        *("max_pool2d", "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"),
        *("adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d"),
        *("cross_entropy", "nll_loss", "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"),
        *("binary_cross_entropy", "binary_cross_entropy_with_logits", "cosine_similarity"),
        *("triplet_margin_loss", "cosine_embedding_loss", "margin_ranking_loss", "hinge_embedding_loss"),
        *("pairwise_distance", "kl_div", "norm_except_dim"),
        *("relu", "gelu", "silu", "elu", "selu", "leaky_relu", "hardtanh", "relu6", "hardswish", "mish"),
    )
)
# The filters of warnings belong to all threads, so only one may change them at a time.
_silence = RLock()
_MOST_NUMBERS, _MOST_PRODUCTS = 2**23, 2**30


def answers(op: str, func: Callable[..., Any], used: list[Tensor], kwargs: Mapping[str, Any]) -> bool:
    """Whether a call is to be made on the CPU: without data torch would load its compiler for it.

    That is so as long as nobody has loaded it, for calls that take the CPU some hundredths of a second.
    """
    if COMPILER in sys.modules or not used or torch.is_grad_enabled() or transforming():
        return False
    if operation(func).in_place or kwargs.get("inplace"):
        return False
    if not all(t.is_meta for t in used) or any(t.layout is not torch.strided for t in used):
        return False
    if op == "embedding":  # it reads a few rows of its table, however long that is
        return used[0].numel() * used[-1].shape[-1] <= _MOST_NUMBERS if used[-1].dim() else False
    if op in _PRODUCTS:
        return _products(op, used) <= _MOST_PRODUCTS
    return op in _LINEAR and sum(t.numel() for t in used) <= _MOST_NUMBERS


def _products(op: str, used: list[Tensor]) -> int:
    """About how many multiplications a call takes, and not fewer."""
    first, *others = used
    if op in _MATRICES and others:
        return first.numel() * (others[0].shape[-1] if others[0].dim() > 1 else 1)
    rows = prod(first.shape[:-1])
    if op == "multi_head_attention_forward" and first.dim() == 3:
        attended = 2 * first.shape[0] * first.shape[-1]
        return rows * (attended + sum(t.numel() for t in others if t.dim() < 3))
    return rows * sum(t.numel() for t in others)


def answer(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Return what a call gives, in tensors without data. Raises the error that the CPU raises."""
    out = kwargs.get("out")
    result = on_cpu(func, args, {key: value for key, value in kwargs.items() if key != "out"})
    if isinstance(result, Exception):
        raise result
    if out is None:
        return on_meta(result)
    fits = isinstance(out, Tensor) and isinstance(result, Tensor) and out.shape == result.shape
    return out if fits else func(*args, **kwargs)


def on_cpu(
    func: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    known: dict[int, Tensor] | None = None,
) -> Any:
    """Return what a function gives on real tensors of these shapes, or the error that it raises.

    torch's warnings are left out: what they speak of is an error that follows, or a note of the trace.
    `known` has tensors whose very numbers matter, such as lengths and indices, by the ids of the meta tensors
    that replaced them.
    """

    def real(value: Any) -> Any:
        if isinstance(value, Tensor):
            if known and id(value) in known:
                return known[id(value)].detach().clone()
            return _zeros_like(value)
        if isinstance(value, list | tuple):
            return type(value)([real(item) for item in value])
        if isinstance(value, slice):
            return slice(real(value.start), real(value.stop), real(value.step))
        return torch.device("cpu") if isinstance(value, torch.device) and value.type == "meta" else value

    try:
        with without_warnings():
            return func(*map(real, args), **{key: real(value) for key, value in kwargs.items()})
    except Exception as error:
        return error


def _zeros_like(tensor: Tensor) -> Tensor:
    """Zeros on the CPU of the same shape and strides, which decide whether a result can be viewed.

    Unlike what the memory happens to hold, zeros are an index, a class, a probability.
    """
    if tensor.layout is not torch.strided:
        return torch.zeros(tensor.shape, dtype=tensor.dtype)
    if tensor.is_contiguous():
        return _zeros(tensor.numel(), tensor.dtype).view(tensor.shape)
    last = sum((n - 1) * stride for n, stride in zip(tensor.shape, tensor.stride(), strict=True))
    return _zeros(last + 1, tensor.dtype).as_strided(tensor.shape, tensor.stride())


def _zeros(numbers: int, dtype: torch.dtype) -> Tensor:
    """A vector of zeros. A large one takes memory only where it is read; torch checks shapes before it reads.

    `torch.zeros` writes all of it at once: 151 MB for the first dense layer of AlexNet.
    """
    if numbers * dtype.itemsize < _LARGE:
        return torch.zeros(numbers, dtype=dtype)
    return torch.from_numpy(np.zeros(numbers * dtype.itemsize, np.uint8)).view(dtype)


@contextmanager
def without_warnings() -> Iterator[None]:
    """Leave out what torch warns of, such as targets of another size."""
    with _silence, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def on_meta(result: Any) -> Any:
    """Return what a call gave on the CPU, with tensors without data in place of those that it made.

    >>> values, indices = on_meta(torch.max(torch.ones(3, 5), 1))
    >>> values.device.type, tuple(indices.shape), indices.dtype
    ('meta', (3,), torch.int64)
    """
    if isinstance(result, Tensor):
        return torch.empty_strided(result.shape, result.stride(), dtype=result.dtype, device="meta")
    if isinstance(result, list | tuple):
        return type(result)([on_meta(item) for item in result])
    return result
