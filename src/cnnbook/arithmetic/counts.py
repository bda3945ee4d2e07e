"""Parameters and multiply-accumulates (MACs) of single layers.

MACs are counted for one image (or vector): multiply by the batch size. As in the figures that torchvision
publishes with its weights, a multiplication with padding counts, the addition of a bias does not, and batch
norm counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, prod
from typing import Any

from cnnbook.arithmetic.integers import GeometryError, integer, numbers, one_per_axis


def conv_parameters(
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    *,
    groups: int = 1,
    bias: bool = True,
) -> int:
    """Return a convolution's parameters: k_h k_w (C_in/groups) C_out weights, and C_out biases.

    A kernel given as one number is square, (k, k). A transposed convolution has as many.

    Raises GeometryError where PyTorch refuses the layer, and for a layer without channels.

    >>> conv_parameters(1, 6, 5)  # LeNet-5's C1
    156
    >>> conv_parameters(96, 256, 5, groups=2)  # AlexNet's second, split over two GPUs
    307456
    """
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    kernel = numbers(kernel_size, "kernel_size", 1)
    axes = 2 if isinstance(kernel, int) else len(kernel)
    return prod(one_per_axis(kernel, "kernel_size", axes)) * (ins // groups) * outs + (outs if bias else 0)


def conv_macs(
    output_size: Sequence[int],
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    *,
    groups: int = 1,
) -> int:
    """Return a convolution's MACs for one image: H' W' k_h k_w (C_in/groups) C_out.

    >>> conv_macs((112, 112), 3, 64, 7)  # ResNet's first convolution
    118013952
    """
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    return _pixels_times_kernel(output_size, "output_size", kernel_size) * (ins // groups) * outs


def conv_transpose_macs(
    input_size: Sequence[int],
    in_channels: int,
    out_channels: int,
    kernel_size: int | Sequence[int],
    *,
    groups: int = 1,
) -> int:
    """Return a transposed convolution's MACs for one image: H W k_h k_w C_in (C_out/groups).

    H and W are the *input's*: every input pixel is multiplied by the whole kernel, also where padding crops
    the result.

    >>> conv_transpose_macs((7, 5), 8, 4, 3)
    10080
    """
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    return _pixels_times_kernel(input_size, "input_size", kernel_size) * ins * (outs // groups)


def linear_parameters(in_features: int, out_features: int, *, bias: bool = True) -> int:
    """Return a dense layer's parameters: in_features × out_features weights, and out_features biases.

    >>> linear_parameters(784, 15) + linear_parameters(15, 10)  # layers are added, not multiplied
    11935
    """
    outs = integer(out_features, "out_features", 0)
    return integer(in_features, "in_features", 0) * outs + (outs if bias else 0)


def linear_macs(in_features: int, out_features: int) -> int:
    """Return a dense layer's MACs for one vector: in_features × out_features.

    >>> linear_macs(25088, 4096)  # VGG16's first
    102760448
    """
    return integer(in_features, "in_features", 0) * integer(out_features, "out_features", 0)


def batch_norm_parameters(channels: int, *, affine: bool = True) -> int:
    """Return a batch norm's parameters: a scale and a shift per channel, if `affine`.

    Its running mean and variance are buffers, which no optimizer changes.

    >>> batch_norm_parameters(64)
    128
    """
    return 2 * integer(channels, "channels", 1) if affine else 0


def pool_parameters() -> int:
    """Return 0: a pool learns nothing, whatever its kernel and however many the channels.

    >>> pool_parameters()
    0
    """
    return 0


def pool_macs() -> int:
    """Return 0: a pool compares or adds, it multiplies nothing with a weight.

    >>> pool_macs()
    0
    """
    return 0


def _pixels_times_kernel(size: Sequence[int], name: str, kernel_size: int | Sequence[int]) -> int:
    sizes, kernel = numbers(size, name, 1), numbers(kernel_size, "kernel_size", 1)
    if isinstance(sizes, int):
        raise GeometryError(f"{name} is {sizes}; one number per axis, ({sizes}, {sizes}), would do")
    return prod(sizes) * prod(one_per_axis(kernel, "kernel_size", len(sizes)))


def _channels(in_channels: Any, out_channels: Any, groups: Any) -> tuple[int, int, int]:
    ins, outs = integer(in_channels, "in_channels", 1), integer(out_channels, "out_channels", 1)
    groups = integer(groups, "groups", 1)
    if ins % groups or outs % groups:
        common = gcd(ins, outs)
        *others, largest = [divisor for divisor in range(1, common + 1) if common % divisor == 0]
        fitting = f"{', '.join(map(str, others))} or {largest}" if others else f"{largest}"
        raise GeometryError(
            f"groups is {groups}, which does not divide {ins} input and {outs} output channels; "
            f"{fitting} would do"
        )
    return ins, outs, groups
