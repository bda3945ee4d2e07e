"""The parameters and multiply-accumulates (MACs) of single layers.

One multiply-accumulate is one multiplication of an input value with a weight, and the addition of the
product. As in the figures that torchvision publishes with its weights, a multiplication with padding counts,
and the addition of a bias does not.
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

    A kernel given as one number is square, (k, k). A transposed convolution has as many parameters.

    Raises GeometryError where PyTorch refuses the layer, and for a layer without channels; TypeError for
    anything but integers.

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

    `output_size` is (H', W'), the size of the convolution's output. Multiply by the batch size for a batch.

    Raises GeometryError where PyTorch refuses the layer, and for a layer without channels; TypeError for
    anything but integers.

    >>> conv_macs((112, 112), 3, 64, 7)  # ResNet's first convolution
    118013952
    """
    ins, outs, groups = _channels(in_channels, out_channels, groups)
    sizes, kernel = numbers(output_size, "output_size", 1), numbers(kernel_size, "kernel_size", 1)
    if isinstance(sizes, int):
        raise GeometryError(f"output_size is {sizes}; one number per axis, ({sizes}, {sizes}), would do")
    kernel = one_per_axis(kernel, "kernel_size", len(sizes))
    return conv_macs_of_shapes((outs, *sizes), (outs, ins // groups, *kernel))


def conv_macs_of_shapes(output_shape: Sequence[int], weight_shape: Sequence[int]) -> int:
    """Return a convolution's MACs by the shapes of its output and its weight.

    The shapes are PyTorch's, (N, C_out, H', W') and (C_out, C_in/groups, k_h, k_w). Each output value is a
    sum of one product for each weight of its filter. Nothing is checked here: tracing uses this for shapes
    that PyTorch accepted.

    >>> conv_macs_of_shapes((1, 64, 112, 112), (64, 3, 7, 7))
    118013952
    """
    return prod(output_shape) * prod(weight_shape[1:])


def linear_parameters(in_features: int, out_features: int, *, bias: bool = True) -> int:
    """Return a linear layer's parameters: in_features × out_features weights, and out_features biases.

    Raises GeometryError for a negative number, TypeError for anything but integers.

    >>> linear_parameters(784, 15) + linear_parameters(15, 10)  # layers are added, not multiplied
    11935
    """
    outs = integer(out_features, "out_features", 0)
    return integer(in_features, "in_features", 0) * outs + (outs if bias else 0)


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
