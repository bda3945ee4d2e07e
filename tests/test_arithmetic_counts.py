"""Parameters and MACs, held against torch's layers and the products they sum."""

import random
from collections import Counter

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnbook.arithmetic import (
    GeometryError,
    conv_macs,
    conv_macs_of_shapes,
    conv_parameters,
    linear_parameters,
)


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Keep torch's threads from waiting for each other: on tiny images they cost more than they give."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def parameters(layer):
    return sum(parameter.numel() for parameter in layer.parameters())


def products(operation, size, weight, **setting):
    """Return how many products an operation sums: of ones alone, without padding, it is their sum."""
    output = operation(
        torch.ones(size, dtype=torch.float64), torch.ones(weight, dtype=torch.float64), **setting
    )
    return int(output.sum()), tuple(output.shape)


def draw_layer(rng):
    axes = rng.randint(1, 3)
    groups = rng.choice((1, 1, 2, 3, 4))
    channels = [rng.choice((groups * rng.randint(1, 6), rng.randint(1, 24))) for _ in "io"]
    return axes, *channels, tuple(rng.randint(1, 5) for _ in range(axes)), groups


@pytest.mark.parametrize("transposed", [False, True])
def test_conv_parameters_are_those_of_the_layer(transposed):
    """A convolution, transposed or not, has the parameters torch allocates, and is refused with it."""
    rng = random.Random(f"parameters {transposed}")
    seen = Counter()
    for _ in range(600):
        axes, ins, outs, kernel, groups = draw_layer(rng)
        bias = rng.random() < 0.5
        layer = getattr(nn, f"Conv{'Transpose' * transposed}{axes}d")
        numbers = (ins, outs, kernel)
        if ins % groups or outs % groups:
            with pytest.raises(ValueError, match="divisible by groups"):
                layer(*numbers, groups=groups, bias=bias, device="meta")
            with pytest.raises(GeometryError, match=f"groups is {groups}, which does not divide {ins} input"):
                conv_parameters(*numbers, groups=groups, bias=bias)
        else:
            theirs = parameters(layer(*numbers, groups=groups, bias=bias, device="meta"))
            assert conv_parameters(*numbers, groups=groups, bias=bias) == theirs
        seen[ins % groups == outs % groups == 0] += 1
    assert min(seen.values()) > 100


def test_conv_macs_are_the_products_torch_sums():
    """For random layers on images of random size the MACs are the products that torch adds up."""
    rng = random.Random("macs")
    grouped = 0
    for _ in range(250):
        axes, ins, outs, kernel, groups = draw_layer(rng)
        if ins % groups or outs % groups:
            continue
        size = tuple(rng.randint(6, 10) for _ in range(axes))
        setting = {"stride": rng.randint(1, 2), "groups": groups}
        convolution, transposed = (getattr(F, f"conv{kind}{axes}d") for kind in ("", "_transpose"))
        image = (1, ins, *size)
        theirs, shape = products(convolution, image, (outs, ins // groups, *kernel), **setting)
        assert conv_macs(shape[2:], ins, outs, kernel, groups=groups) == theirs
        theirs, _ = products(transposed, image, (ins, outs // groups, *kernel), **setting)
        assert conv_macs_of_shapes(image, (ins, outs // groups, *kernel)) == theirs
        grouped += groups > 1
    assert grouped > 50


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("ins", "outs"), [(400, 120), (84, 10), (1, 1), (0, 5), (5, 0)])
def test_linear_counts_are_those_of_the_layer(ins, outs, bias):
    """Dense layers count as in torch, also empty ones, which torch allows."""
    layer = nn.Linear(ins, outs, bias=bias)
    assert linear_parameters(ins, outs, bias=bias) == parameters(layer)


def test_published_counts():
    """LeNet-5, AlexNet, VGG16 and ResNet layers have the counts of the course."""
    assert conv_parameters(1, 6, 5) == 156
    assert conv_parameters(6, 16, 5) == 2416
    assert conv_parameters(16, 120, 5) == linear_parameters(400, 120) == 48_120
    assert conv_parameters(128, 256, 3) == 295_168
    assert conv_parameters(128, 256, 3, bias=False) == 294_912
    assert linear_parameters(32 * 32, 6 * 28 * 28) == 4_821_600
    assert linear_parameters(25_088, 4096) == 102_764_544
    assert sum(linear_parameters(*sizes) for sizes in [(784, 15), (15, 10)]) == 11_935
    # The three projections of ResNet-18: 1x1 without bias, and a batch norm each.
    projections = [(64, 128), (128, 256), (256, 512)]
    counts = [conv_parameters(*c, 1, bias=False) + 2 * c[1] for c in projections]
    assert sum(counts) == 173_824


@pytest.mark.parametrize("kernel_size", [3, (3, 3), [3, 3]])
def test_a_number_is_a_square_kernel(kernel_size):
    """A kernel given as one number has that size on every axis."""
    assert conv_parameters(2, 4, kernel_size) == 2 * 4 * 9 + 4
    assert conv_macs((5, 7), 2, 4, kernel_size) == 5 * 7 * 2 * 4 * 9
    assert conv_macs((5,), 2, 4, 3) == 5 * 2 * 4 * 3
