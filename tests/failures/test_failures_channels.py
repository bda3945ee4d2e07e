"""Convolutions that get other channels, or other axes, than they were built for."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from broken import LeNet
from repairing import Shape, failing, mended
from torch import Tensor, nn


@pytest.mark.parametrize(
    ("layer", "shape", "repairs"),
    [
        (nn.Conv1d(4, 8, 3), (2, 5, 32), ("feed (2, 4, 32)", "model[0] = nn.Conv1d(5, 8, 3)")),
        (nn.Conv2d(3, 8, 3), (1, 1, 9, 7), ("feed (1, 3, 9, 7)", "model[0] = nn.Conv2d(1, 8, 3)")),
        (
            nn.Conv3d(4, 8, 3, padding=(1, 0, 0), bias=False),
            (2, 5, 8, 7, 6),
            ("feed (2, 4, 8, 7, 6)", "model[0] = nn.Conv3d(5, 8, 3, padding=(1, 0, 0), bias=False)"),
        ),
        (
            nn.ConvTranspose2d(4, 8, 2, stride=2),
            (1, 3, 5, 5),
            ("feed (1, 4, 5, 5)", "model[0] = nn.ConvTranspose2d(3, 8, 2, stride=2)"),
        ),
    ],
)
def test_first_convolution(layer: Any, shape: Shape, repairs: tuple[str, ...]) -> None:
    """A first convolution for other images: change the images, or the layer, all its settings kept."""
    error = failing(
        nn.Sequential(layer),
        shape,
        rf"expects {layer.in_channels} input channels, the input .* has {shape[1]}",
    )
    assert error.repairs == repairs
    for repair in error.repairs:
        mended(nn.Sequential(layer), repair, torch.zeros(shape))


def test_later_convolution() -> None:
    """A convolution inside: the layer that gave the channels is named, and may change."""

    def model() -> nn.Sequential:
        layers = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 8, 3)
        return nn.Sequential(*layers).eval()

    error = failing(
        model(), (1, 3, 12, 12), r"expects 16 input channels, model\[0\] \(Conv2d, row 0\) gives 8"
    )
    assert error.repairs == (
        "model[4] = nn.Conv2d(8, 8, 3)",
        "model[0] = nn.Conv2d(3, 16, 3) and model[1] = nn.BatchNorm2d(16)",
    )
    for repair in error.repairs:
        assert mended(model(), repair, torch.zeros(1, 3, 12, 12)).shape == (1, 8, 3, 3)


@pytest.mark.parametrize(
    ("groups", "in_channels", "expected", "repair"),
    [(4, 30, 32, "nn.Conv2d(30, 64, 3, groups=2)"), (32, 16, 32, "nn.Conv2d(16, 64, 3, groups=16)")],
)
def test_groups_do_not_divide(groups: int, in_channels: int, expected: int, repair: str) -> None:
    """Groups that do not divide the channels that come: others that do, one per channel if it was so."""
    model = nn.Sequential(nn.Conv2d(3, in_channels, 1), nn.Conv2d(expected, 64, 3, groups=groups))
    error = failing(model, (1, 3, 8, 8), f"groups={groups} do not divide {in_channels}")
    assert error.repairs[0] == f"model[1] = {repair}"
    assert mended(model, error.repairs[0], torch.zeros(1, 3, 8, 8)).shape == (1, 64, 6, 6)


def test_groups_of_a_function() -> None:
    """F.conv2d with groups that do not divide the output: refused as the CPU does."""

    class Grouped(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return F.conv2d(x, torch.zeros(3, 2, 3, 3), groups=2)

    failing(Grouped(), (1, 4, 8, 8), r"3 output channels, which groups=2 do not divide; .* 4 and 3: 1\.")


def test_channels_last() -> None:
    """(N, H, W, C): PyTorch's order, and the permute that makes it."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3))
    error = failing(
        model, (1, 32, 20, 3), r"the input \(1, 32, 20, 3\) has 32: it is channels-last, .*\(N, C, H, W\)"
    )
    assert error.repairs == ("feed (1, 3, 32, 20): x.permute(0, 3, 1, 2)",)
    assert mended(model, error.repairs[0], torch.zeros(1, 32, 20, 3)).shape == (1, 8, 30, 18)


@pytest.mark.parametrize(
    ("expected", "shape"), [(32, (1, 3, 32, 32)), (32, (1, 3, 20, 32)), (16, (1, 8, 16, 16))]
)
def test_a_width_equal_to_the_channels_is_not_channels_last(expected: int, shape: Shape) -> None:
    """A layer for 32 channels on pictures that are 32 wide: the picture is in order, the layer is not."""
    error = failing(nn.Sequential(nn.Conv2d(expected, 8, 3)), shape, f"has {shape[1]}")
    assert "channels-last" not in error.explanation
    assert f"model[0] = nn.Conv2d({shape[1]}, 8, 3)" in error.repairs


def test_channels_last_without_batch() -> None:
    """(H, W, C), as an image file is read: both changes at once, where the network needs the batch."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 30 * 18, 2))
    error = failing(model, (32, 20, 3), "channels-last")
    assert error.repairs == ("feed (1, 3, 32, 20): x.permute(2, 0, 1).unsqueeze(0)",)
    assert mended(model, error.repairs[0], torch.zeros(32, 20, 3)).shape == (1, 2)


def test_gray_images_without_channels() -> None:
    """(N, H, W): a batch of gray images, whose channel axis is missing."""
    error = failing(LeNet(), (64, 32, 32), r"expects 1 input channel, the input \(64, 32, 32\) has 64")
    assert error.repairs == ("feed (64, 1, 32, 32): x.unsqueeze(1)",)
    assert mended(LeNet(), error.repairs[0], torch.zeros(64, 32, 32)).shape == (64, 10)


def test_flat_pixels() -> None:
    """784 numbers for each image: squares of 28."""
    model = nn.Sequential(nn.Conv2d(1, 6, 5))
    error = failing(model, (16, 784), r"works on \(N, C, H, W\), 4 axes, the input \(16, 784\) has 2")
    assert error.repairs == ("feed (16, 1, 28, 28)",)
    mended(model, error.repairs[0], torch.zeros(16, 784))


def test_one_axis_too_many() -> None:
    """A batch axis put on twice."""
    model = nn.Sequential(nn.Conv2d(3, 6, 5))
    error = failing(model, (1, 1, 3, 28, 28), r"4 axes, the input \(1, 1, 3, 28, 28\) has 5")
    assert mended(model, error.repairs[0], torch.zeros(1, 1, 3, 28, 28)).shape == (1, 6, 24, 24)


def test_flatten_before_a_convolution() -> None:
    """A flatten too early is named, and leaving it out was tried."""
    error = failing(
        nn.Sequential(nn.Flatten(), nn.Conv2d(3, 6, 5)),
        (1, 3, 8, 8),
        r"Flatten, row 0\) \(1, 192\) has 2",
    )
    assert error.repairs == ("leave out model[0] (Flatten, row 0)",)


class Tokens(nn.Module):
    """Features made last, and a layer that wants them as channels, reached as `call` says."""

    def __init__(self, first: nn.Module, layer: nn.Module, call: str = "layer(x)") -> None:
        super().__init__()
        self.first, self.layer, self.call = first, layer, call

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = x[0] if isinstance(x, tuple) else x
        return eval(self.call, {"layer": self.layer, "x": x})


@pytest.mark.parametrize("first", ["embedding", "linear", "lstm"])
@pytest.mark.parametrize("norm", [False, True])
def test_features_last_inside(first: str, norm: bool) -> None:
    """Behind an embedding, a dense or a recurrent layer the features are last: they are to be transposed."""

    def model(call: str) -> nn.Module:
        made = {
            "embedding": nn.Embedding(50, 16),
            "linear": nn.Linear(7, 16),
            "lstm": nn.LSTM(7, 16, batch_first=True),
        }[first]
        return Tokens(made, nn.BatchNorm1d(16) if norm else nn.Conv1d(16, 8, 3), call)

    x = torch.zeros(2, 12, dtype=torch.int64) if first == "embedding" else torch.zeros(2, 12, 7)
    error = failing(
        model("layer(x)"), x, r"first \(row 0\) gives \(2, 12, 16\), features last; PyTorch wants"
    )
    call = "layer(x.transpose(1, 2)).transpose(1, 2)" if norm else "layer(x.transpose(1, 2))"
    assert error.repairs == ((f"x = {call}",) if norm else ("x = x.transpose(1, 2) before layer",))
    assert model(call)(x).shape == ((2, 12, 16) if norm else (2, 8, 10))
