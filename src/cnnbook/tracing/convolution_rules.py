"""Rules that compute the output of convolutions, and of transposed ones, from the shapes of their inputs.

On meta tensors torch first imports SymPy for them. Where torch would refuse a call the rules give no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from cnnbook.arithmetic.sizes import positions
from cnnbook.tracing.meta_tensors import is_ordinary


def convolution(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Tensor | None:
    """Return the output of a convolution over a batch, called as nn.Conv2d and its like call it."""
    if len(args) != 7 or kwargs:
        return None
    x, weight, bias, stride, padding, dilation, groups = args
    if type(stride) is not tuple or type(dilation) is not tuple:
        return None
    if type(padding) is not tuple and (padding != "same" or set(stride) != {1}):
        return None
    if not is_ordinary(x) or not isinstance(weight, Tensor) or not weight.is_contiguous():
        return None
    shape, (c_out, c_in, *kernel_size) = x.shape, weight.shape
    axes = len(kernel_size)
    if (
        len(shape) != axes + 2
        or shape[1] != c_in * groups
        or c_out % groups
        or x.dtype != weight.dtype
        or (bias is not None and (bias.shape != (c_out,) or bias.dtype != x.dtype))
        or not len(stride) == len(dilation) == axes
        or min(shape) < 1
    ):
        return None
    if padding == "same":
        return torch.empty((shape[0], c_out, *shape[2:]), dtype=x.dtype, device="meta")
    sizes = [shape[0], c_out]
    for n, k, s, p, d in zip(shape[2:], kernel_size, stride, padding, dilation, strict=True):
        if p < 0 or s < 1 or d < 1:
            return None
        size = positions(n, d * (k - 1) + 1, s, (p, p), False)
        if size < 1:
            return None
        sizes.append(size)
    return torch.empty(sizes, dtype=x.dtype, device="meta")


def transposed_convolution(
    func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Tensor | None:
    """Return the output of a transposed convolution over a batch, called as nn.ConvTranspose2d calls it."""
    if len(args) != 8 or kwargs:
        return None
    x, weight, bias, stride, padding, output_padding, groups, dilation = args
    settings = (stride, padding, output_padding, dilation)
    if any(type(setting) is not tuple for setting in settings) or type(groups) is not int or groups < 1:
        return None
    if not is_ordinary(x) or not isinstance(weight, Tensor) or not weight.is_contiguous():
        return None
    shape, (c_in, per_group, *kernel_size) = x.shape, weight.shape
    axes, c_out = len(kernel_size), per_group * groups
    if (
        len(shape) != axes + 2
        or shape[1] != c_in
        or c_in % groups
        or x.dtype != weight.dtype
        or (bias is not None and (bias.shape != (c_out,) or bias.dtype != x.dtype))
        or any(len(setting) != axes for setting in settings)
        or min(shape) < 1
    ):
        return None
    sizes = [shape[0], c_out]
    for n, k, s, p, extra, d in zip(shape[2:], kernel_size, *settings, strict=True):
        if s < 1 or p < 0 or d < 1 or not 0 <= extra < s:
            return None
        # Each input position is spread over a window, and the windows begin a stride apart.
        size = (n - 1) * s + d * (k - 1) + 1 + extra - 2 * p
        if size < 1:
            return None
        sizes.append(size)
    return torch.empty(sizes, dtype=x.dtype, device="meta")
