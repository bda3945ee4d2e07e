"""Checks that torch makes on the CPU and not on meta tensors: no trace must succeed where a real run fails.

On meta tensors torch computes a shape and skips many checks: mixed number types, the channels of a transposed
convolution, a softmax over an axis that does not exist. Calls that such a check could refuse are made on the
CPU too, with tensors of the same shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

import torch
from torch import Tensor

from cnnbook.traces import operations
from cnnbook.tracing.cpu_answers import answer, answers, on_cpu, without_warnings
from cnnbook.tracing.meta_tensors import ORDINARY_TYPES

_ONE_TYPE_FAMILIES = (
    "convolution",
    "pooling",
    "normalization",
    "activation",
    "linear",
    "attention",
    "recurrent",
)
_ONE_TYPE_OPS = frozenset(
    (
        *("interpolate", "pad", "unfold", "softmin", "cross_entropy", "nll_loss"),
        *("binary_cross_entropy", "binary_cross_entropy_with_logits"),
    )
)
_ELEMENTWISE = ("add", "sub", "mul", "div")
# Of unequal shapes these warn, and broadcast them where that is possible.
_LOSSES = frozenset(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"))
_LEAST = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
_SOFTMAX = ("softmax", "log_softmax", "softmin")
# Settings of convolutions that were checked before: in one network the same ones come many times.
_valid: set[tuple[Any, ...]] = set()


def run_checked(op: str, func: Callable[..., Any], used: list[Tensor], args: Any, kwargs: Any) -> Any:
    """Call a function on meta tensors. Raises the error that it raises on real tensors of these shapes."""
    if answers(op, func, used, kwargs):
        return answer(func, args, kwargs)
    doubtful = needs_cpu_check(op, used, args, kwargs)
    output = None if doubtful else func(*args, **kwargs)
    # An input that is too small may give an empty output on meta and an error on the CPU.
    if doubtful or (isinstance(output, Tensor) and output.numel() == 0):
        refusal = cpu_error(func, args, kwargs)
        if refusal is not None:
            raise refusal
    if not doubtful:
        return output
    with without_warnings():
        return func(*args, **kwargs)


def run_on_numbers(op: str, func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Call a function on tensors with data. What torch warns of in a loss is said by a note of the trace."""
    if op not in _LOSSES:
        return func(*args, **kwargs)
    with without_warnings():
        return func(*args, **kwargs)


def cpu_error(
    func: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    known: dict[int, Tensor] | None = None,
) -> Exception | None:
    """Return the error that a function raises on real tensors of these shapes; None if it raises none."""
    result = on_cpu(func, args, kwargs, known)
    return result if isinstance(result, Exception) else None


def needs_cpu_check(
    op: str, used: Sequence[Tensor], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> bool:
    """Whether the CPU may refuse a call that the meta kernel accepts.

    >>> x, weight = torch.empty(1, 3, 8, 8, device="meta"), torch.empty(4, 3, 3, 3, device="meta")
    >>> needs_cpu_check("conv2d", [x, weight], (x, weight), {})
    False
    >>> needs_cpu_check("conv2d", [x.double(), weight], (x.double(), weight), {})
    True
    """
    if op in _ELEMENTWISE or op == "cat":
        # On meta tensors torch would refuse these too, but only after importing half of torch.
        return not _fit_together(op, used, args, kwargs)
    if op in _LOSSES:  # torch would warn of unequal shapes once here and once more in the check
        return len({tensor.shape for tensor in used}) > 1
    if op == "embedding":  # torch 2.10 accepts fractions as indices on meta tensors
        return any(tensor.is_floating_point() for tensor in used[:1])
    if not used or not _takes_one_type(op):
        return False
    first = used[0].dtype
    if op == "linear":  # a shape rule has answered every ordinary call
        return True
    if first not in ORDINARY_TYPES or used[0].numel() == 0:
        return True
    for tensor in used:
        if tensor.dtype is not first:
            return True
    if op == "convolution":
        op, args = _as_python_calls_it(args)
    if op.startswith("conv"):
        return _doubtful_convolution(op, args, kwargs)
    if op in _SOFTMAX:
        dim = kwargs.get("dim", args[1] if len(args) > 1 else None)
        return isinstance(dim, int) and not -used[0].dim() <= dim < max(1, used[0].dim())
    return False


def _fit_together(op: str, used: Sequence[Tensor], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Whether shapes broadcast; for `cat`, whether they are equal on all axes except the one it joins."""
    if op == "cat":
        dim = kwargs.get("dim", args[1] if len(args) > 1 else 0)
        if not isinstance(dim, int):
            return True
        return (
            len({(*shape[:dim], *shape[dim:][1:]) for shape in (tuple(tensor.shape) for tensor in used)}) < 2
        )
    sizes = zip_longest(*(reversed(tensor.shape) for tensor in used), fillvalue=1)
    return all(len(set(axis) - {1}) < 2 for axis in sizes)


@cache
def _takes_one_type(op: str) -> bool:
    """Whether all tensors that an operation is given must have one number type."""
    return op in _ONE_TYPE_OPS or operations.family(op) in _ONE_TYPE_FAMILIES


def _as_python_calls_it(args: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The call of torch.ops.aten.convolution as that of F.conv2d, F.conv_transpose2d and their like."""
    if len(args) < 9:
        return "conv2d", ()
    x, weight, bias, stride, padding, dilation, transposed, output_padding, groups = args
    n = weight.dim() - 2
    if transposed:
        settings = (stride, padding, output_padding, groups, dilation)
        return f"conv_transpose{n}d", (x, weight, bias, *settings)
    return f"conv{n}d", (x, weight, bias, stride, padding, dilation, groups)


def _doubtful_convolution(op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    if kwargs:
        names = operations.SIGNATURES[op]
        call = {**dict(zip(names, args, strict=False)), **kwargs}
        defaults = {"bias": None, "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
        args = tuple([call.get(name, defaults.get(name)) for name in names])
    if len(args) < 2 or not isinstance(args[1], Tensor):
        return True
    weight, bias = args[1].shape, args[2] if len(args) > 2 else None
    transposed = "transpose" in op
    axes = len(weight) - 2
    if transposed and args[0].dim() > axes and args[0].shape[-axes - 1] != weight[0]:
        return True
    groups = args[6] if len(args) > 6 and not transposed else 1
    if type(groups) is not int:
        return True
    if not transposed and args[0].dim() == axes + 2 and args[0].shape[1] != weight[1] * groups:
        return True  # torch would refuse it on meta tensors too, but only after importing SymPy
    others = tuple([tuple(value) if isinstance(value, list) else value for value in args[3:]])
    settings = (op, weight, None if bias is None else bias.shape, others)
    try:
        if settings in _valid:
            return False
    except TypeError:  # a list among the settings
        return True
    if len(_valid) > 4096:
        _valid.clear()
    if _valid_convolution(*settings):
        _valid.add(settings)
        return False
    return True


def _valid_convolution(
    op: str, weight: torch.Size, bias: torch.Size | None, settings: tuple[Any, ...]
) -> bool:
    transposed = "transpose" in op
    named = dict(zip(operations.SIGNATURES[op][3:], settings, strict=False))
    groups = named.get("groups", 1)
    out_channels = weight[1] * groups if transposed else weight[0]
    if not isinstance(groups, int) or groups < 1 or out_channels % groups:
        return False
    for name, least in _LEAST.items():  # torch's defaults are the smallest numbers that it allows
        value = named.get(name, least)
        if not isinstance(value, str) and min(_numbers(value)) < least:
            return False
    # On meta tensors torch 2.10 accepts an output_padding of any size.
    extra, stride = _numbers(named.get("output_padding", 0)), _numbers(named.get("stride", 1))
    if max(extra) >= min(stride):
        return False
    return bias is None or tuple(bias) == (out_channels,)


def _numbers(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)
