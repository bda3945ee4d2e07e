"""Norms built for other channels or axes, and batches of one."""

import pytest
import torch
from repairing import Shape, failing, mended
from torch import nn


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_of_other_channels(training: bool) -> None:
    """BatchNorm built for 16 channels after a convolution with 8: either may be changed."""

    def model() -> nn.Module:
        return nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(16), nn.ReLU()).train(training)

    error = failing(
        model(),
        (2, 3, 8, 8),
        r"built for 16 channels, model\[0\] \(Conv2d, row 0\) gives 8: \(2, 8, 6, 6\)",
    )
    assert error.repairs == ("model[1] = nn.BatchNorm2d(8)", "model[0] = nn.Conv2d(3, 16, 3)")
    assert [mended(model(), repair, torch.zeros(2, 3, 8, 8)).shape[1] for repair in error.repairs] == [
        8,
        16,
    ]


@pytest.mark.parametrize(
    ("layer", "shape", "repair"),
    [
        (nn.BatchNorm2d(8), (2, 8), "model[0] = nn.BatchNorm1d(8)"),
        (nn.BatchNorm1d(8), (2, 8, 4, 4), "model[0] = nn.BatchNorm2d(8)"),
        (nn.InstanceNorm2d(8, affine=True), (2, 8, 10), "model[0] = nn.InstanceNorm1d(8, affine=True)"),
        (nn.GroupNorm(4, 16), (2, 8, 6, 6), "model[0] = nn.GroupNorm(4, 8)"),
        (nn.GroupNorm(4, 16), (2, 6, 5, 5), "model[0] = nn.GroupNorm(2, 6)"),
        (nn.LayerNorm(10), (2, 12), "model[0] = nn.LayerNorm(12)"),
    ],
)
def test_other_norms(layer: nn.Module, shape: Shape, repair: str) -> None:
    """A norm for another number of axes, groups or features: the one that fits."""
    error = failing(nn.Sequential(layer), shape, r"built for|works on|cuts the channels")
    assert repair in error.repairs
    assert mended(nn.Sequential(layer), repair, torch.zeros(shape)).shape == shape


def test_batch_of_one() -> None:
    """One image in training mode: why, and both ways out."""
    model = nn.Sequential(nn.Conv2d(3, 8, 8), nn.BatchNorm2d(8))
    error = failing(model, (1, 3, 8, 8), r"in training mode, .* a batch of \(1, 8, 1, 1\) has one")
    assert error.repairs == ("model.eval()", "feed (2, 3, 8, 8)")
    assert mended(model, error.repairs[1], torch.zeros(1, 3, 8, 8)).shape == (2, 8, 1, 1)
    assert mended(model, error.repairs[0], torch.zeros(1, 3, 8, 8)).shape == (1, 8, 1, 1)
