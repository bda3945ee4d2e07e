"""What the CPU refuses and meta kernels let through, so that no network passes which fails on real numbers.

Meta kernels compute a shape and skip many checks: mixed number types, a transposed convolution's channels, a
softmax axis that is not there. Where such a check could matter the CPU is asked, on tensors of those shapes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import torch
from torch import Tensor

from cnnbook.rows import operations

_TYPED_KINDS = ("convolution", "pooling", "normalization", "activation", "linear", "attention", "recurrent")
_TYPED = frozenset(("interpolate", "pad", "unfold", "cross_entropy", "nll_loss", "softmin"))
_FLOATING = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
_SOFTMAX = ("softmax", "log_softmax", "softmin")
# Settings of convolutions that were found in order: the same ones come again and again.
_sound: set[tuple[Any, ...]] = set()


def doubtful(op: str, used: Sequence[Tensor], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
    """Whether the CPU may refuse a call that the meta kernel accepts.

    >>> x, weight = torch.empty(1, 3, 8, 8, device="meta"), torch.empty(4, 3, 3, 3, device="meta")
    >>> doubtful("conv2d", [x, weight], (x, weight), {})
    False
    >>> doubtful("conv2d", [x.double(), weight], (x.double(), weight), {})
    True
    """
    if not used or not _typed(op):
        return False
    first = used[0].dtype
    if op == "linear":  # every ordinary one has its shortcut
        return True
    if first not in _FLOATING or used[0].numel() == 0:
        return True
    for tensor in used:
        if tensor.dtype is not first:
            return True
    if op.startswith("conv"):
        return _odd_convolution(op, args, kwargs)
    if op in _SOFTMAX:
        dim = kwargs.get("dim", args[1] if len(args) > 1 else None)
        return isinstance(dim, int) and not -used[0].dim() <= dim < max(1, used[0].dim())
    return False


@cache
def _typed(op: str) -> bool:
    """Whether an operation works on one number type only."""
    return op in _TYPED or (op != "embedding" and operations.kind(op) in _TYPED_KINDS)


def _odd_convolution(op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> bool:
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
    settings = (op, weight, None if bias is None else bias.shape, args[3:])
    try:
        if settings in _sound:
            return False
    except TypeError:  # a list among the settings
        return True
    if len(_sound) > 4096:
        _sound.clear()
    if _sensible(*settings):
        _sound.add(settings)
        return False
    return True


def _sensible(op: str, weight: torch.Size, bias: torch.Size | None, settings: tuple[Any, ...]) -> bool:
    transposed = "transpose" in op
    named = dict(zip(operations.SIGNATURES[op][3:], settings, strict=False))
    groups = named.get("groups", 1)
    out_channels = weight[1] * groups if transposed else weight[0]
    if not isinstance(groups, int) or groups < 1 or out_channels % groups:
        return False
    for name, least in (("stride", 1), ("padding", 0), ("output_padding", 0), ("dilation", 1)):
        value = named.get(name, 1)
        if not isinstance(value, str) and min(value if isinstance(value, tuple) else (value,)) < least:
            return False
    return bias is None or tuple(bias) == (out_channels,)
