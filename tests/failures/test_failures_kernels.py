"""Kernels that do not fit, and settings that no pool takes."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from repairing import Shape, failing, mended
from torch import Tensor, nn
from torchvision import models

from cnnbook import TraceError, trace


@pytest.mark.parametrize(
    ("layers", "shape", "message", "repairs"),
    [
        (
            (nn.Conv2d(3, 8, 7), nn.MaxPool2d(2), nn.Conv2d(8, 8, 5)),
            (1, 3, 12, 13),
            r"5 × 5 kernel, model\[1\] \(MaxPool2d, row 1\) gives only 3 × 3",
            ("feed (1, 3, 16, 16)", "give model[2] padding=1"),
        ),
        (
            (nn.Conv2d(3, 8, 3, dilation=4),),
            (1, 3, 9, 8),
            r"3 × 3 kernel, which spans 9 × 9 with dilation 4, the input has only 9 × 8",
            ("feed (1, 3, 9, 9)", "give model[0] padding=1"),
        ),
        (
            (nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.AvgPool2d(7), nn.Flatten(), nn.Linear(8, 2)),
            (1, 3, 10, 10),
            r"7 × 7 kernel, model\[0\] \(Conv2d, row 0\) gives only 5 × 5",
            ("feed (1, 3, 13, 13)", "give model[1] padding=1", "give model[1] kernel_size=5"),
        ),
    ],
)
def test_kernel_does_not_fit(layers: Any, shape: Shape, message: str, repairs: Any) -> None:
    """A kernel larger than its input: the smallest image that works, the padding, the smaller pool."""
    error = failing(nn.Sequential(*layers), shape, message)
    assert error.repairs == repairs
    for repair in error.repairs:
        before = [dict(layer.__dict__) for layer in layers]
        mended(nn.Sequential(*layers), repair, torch.zeros(shape))
        for layer, attributes in zip(layers, before, strict=True):
            layer.__dict__.update(attributes)


def test_smallest_image_of_inception() -> None:
    """Inception-v3 on 64x64: 75 is the published smallest size, and 74 does fail."""
    model = models.inception_v3(aux_logits=False, init_weights=False).eval()
    error = failing(model, (1, 3, 64, 64), "kernel does not fit")
    assert error.repairs == ("feed (1, 3, 75, 75)",)
    assert mended(model, error.repairs[0], torch.zeros(1, 3, 64, 64)).shape == (1, 1000)
    failing(model, (1, 3, 74, 74), "kernel does not fit")


def test_the_size_must_serve_a_later_layer_too() -> None:
    """An image that is large enough for the kernel but not for the dense layer is not offered."""
    model = nn.Sequential(
        nn.Conv2d(3, 8, 5), nn.MaxPool2d(2), nn.Conv2d(8, 4, 5), nn.Flatten(), nn.Linear(36, 2)
    )
    error = failing(model, (1, 3, 10, 10), "gives only 3 × 3")
    assert error.repairs[0] == "feed (1, 3, 18, 18)"
    assert mended(model, error.repairs[0], torch.zeros(1)).shape == (1, 2)


def test_padding_of_a_pool() -> None:
    """Padding of more than half the kernel: the most that a pool takes."""
    model = nn.Sequential(nn.MaxPool2d(3, padding=2))
    error = failing(model, (1, 3, 8, 8), "padding 2, more than half of its kernel 3: a pool takes at most 1")
    assert error.repairs == ("give model[0] padding=1",)
    mended(model, error.repairs[0], torch.zeros(1, 3, 8, 8))


def test_functional_pool() -> None:
    """A pool that is a function, not a module: its settings are tried inside forward."""

    class Pools(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return F.max_pool2d(x, 3)

    error = failing(
        Pools(), (1, 3, 2, 2), r"max_pool2d \(row 0\) has a 3 × 3 kernel, the input has only 2 × 2"
    )
    assert error.repairs == (
        "feed (1, 3, 3, 3)",
        "give max_pool2d padding=1",
        "give max_pool2d kernel_size=2",
    )
    assert F.max_pool2d(torch.zeros(1, 3, 2, 2), 3, padding=1).shape == (1, 3, 1, 1)


def test_negative_size_of_an_adaptive_pool() -> None:
    """An adaptive pool asked for less than nothing."""
    failing(nn.Sequential(nn.AdaptiveAvgPool2d(-1)), (1, 3, 8, 8), "output size -1: a size is not negative")


def test_pool_on_flat_numbers() -> None:
    """A pool after a flatten."""
    failing(
        nn.Sequential(nn.Flatten(), nn.MaxPool2d(2)),
        (1, 3, 8, 8),
        r"works on 3 or 4 axes, .*\(1, 192\) has 2",
    )


def test_the_axes_go_by_their_names() -> None:
    """A kernel of one axis has a length; channels come before the depth of a volume."""
    with pytest.raises(TraceError, match=r"\(Conv1d, row 0\) has a kernel of length 9, the input has only 5"):
        trace(nn.Sequential(nn.Conv1d(2, 3, 9)), (1, 2, 5))
    with pytest.raises(
        TraceError, match=r"PyTorch wants channels before depth, height and width, \(N, C, D, H, W\)"
    ):
        trace(nn.Sequential(nn.Conv3d(3, 4, 3)), (1, 8, 12, 12, 3))
    with pytest.raises(TraceError, match=r"PyTorch wants channels before length, \(N, C, L\)"):
        trace(nn.Sequential(nn.Conv1d(3, 4, 3)), (1, 12, 3))
