"""Broken networks explained: each message by its text, and each repair made for real and run on numbers."""

import re
import sys
import threading
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models

from cnnbook.failures import Attempt, Stopped, attempts, weightless
from cnnbook.tracing import TraceError, trace

Shape = tuple[int, ...]


def failing(model: nn.Module, x: Any, message: str) -> TraceError:
    """The TraceError of a network that really fails; its text matches, and is at most six lines."""
    real = x if isinstance(x, Tensor) else torch.zeros(x)
    with pytest.raises(Exception):  # noqa: B017, PT011 (whatever torch or Python raises)
        model(real)
    with pytest.raises(TraceError, match=message) as caught:
        trace(model, x)
    lines = str(caught.value).splitlines()
    assert len(lines) <= 6
    assert lines[-1].startswith(("torch says: ", "Python says: "))
    return caught.value


def mended(model: nn.Module, repair: str, x: Tensor) -> Any:
    """What the real network gives on real numbers after a repair, read from its text, was made."""
    fed = re.match(r"feed (\([\d, ]+\))(?:: (x\..+))?$", repair)
    given = re.match(r"give (\S+) (\w+)=(.+)$", repair)
    if fed:
        shape = eval(fed[1])
        x = torch.zeros(shape) if fed[2] is None else eval(fed[2], {"x": x})
        assert tuple(x.shape) == shape
    elif repair.startswith("feed x."):
        x = eval(repair.removeprefix("feed "), {"x": x, "torch": torch})
    elif given:
        layer = eval(given[1] if given[1].startswith("model") else f"model.{given[1]}", {"model": model})
        setattr(layer, given[2], eval(given[3]))
    elif repair.startswith("model."):
        exec(repair, {"model": model})
    elif "= nn." in repair:
        for line in re.split(r" and (?=\S+ = nn\.)", repair):
            exec(line if line.startswith("model[") else f"model.{line}", {"model": model, "nn": nn})
    else:
        raise AssertionError(f"no change to modules or inputs: {repair}")
    with torch.no_grad():
        return model(x)


class LeNet(nn.Module):
    """The snippet of chapter 3, whose flatten a subclass may write in another way."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2 = nn.Linear(400, 120), nn.Linear(120, 10)

    def flat(self, x: Tensor) -> Tensor:
        return torch.flatten(x, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(self.flat(x))))


class HardCoded(LeNet):
    def flat(self, x: Tensor) -> Tensor:
        return x.view(-1, 400)


class Residual(nn.Module):
    """Two convolutions and a shortcut, as a learner's first block."""

    def __init__(self, channels: int = 8, stride: int = 1, padding: int = 1, shortcut: Any = None) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.conv1 = nn.Conv2d(8, channels, 3, stride=stride, padding=padding)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = shortcut
        self.fc = nn.Linear(channels, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x))
        short = x if self.downsample is None else self.downsample(x)
        x = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return self.fc(F.relu(x + short).mean((2, 3)))


class Branches(nn.Module):
    """Three branches that are concatenated."""

    def __init__(self, padding: int = 2, stride: int = 1) -> None:
        super().__init__()
        self.one = nn.Conv2d(3, 4, 1)
        self.five = nn.Conv2d(3, 5, 5, padding=padding)
        self.pool = nn.MaxPool2d(3, stride=stride, padding=1)
        self.head = nn.Conv2d(12, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.cat([self.one(x), self.five(x), self.pool(x)], 1))


class TestFeatures:
    def test_small_images_in_lenet(self) -> None:
        """LeNet on 28x28: the two numbers, where 256 comes from, and three repairs, each of which runs."""
        error = failing(
            LeNet(),
            (1, 1, 28, 28),
            r"fc1 \(Linear, row 7\) expects 400 features, flatten \(row 6\) .*256 = 16 × 4 × 4",
        )
        assert error.repairs == ("fc1 = nn.Linear(256, 120)", "feed (1, 1, 32, 32)", "give conv1 padding=2")
        for repair in error.repairs:
            assert mended(LeNet(), repair, torch.zeros(1, 1, 28, 28)).shape == (1, 10)
        assert (
            str(error)
            .splitlines()[-1]
            .endswith("mat1 and mat2 shapes cannot be multiplied (1x256 and 400x120)")
        )
        assert len(error.trace) == 7

    def test_in_a_sequential(self) -> None:
        """A layer without a name of its own is spelt as Python reaches it, also behind a dropout."""
        model = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.Flatten(), nn.Dropout(), nn.Linear(512, 10))
        error = failing(
            model, (1, 3, 32, 20), r"model\[3\] \(Linear, row 3\) expects 512 .*1,080 = 8 × 15 × 9"
        )
        assert error.repairs[0] == "model[3] = nn.Linear(1080, 10)"
        assert error.repairs[1].startswith("feed (1, 3, ")
        for repair in error.repairs:
            assert mended(model, repair, torch.zeros(1, 3, 32, 20)).shape == (1, 10)
            model[3] = nn.Linear(512, 10)

    def test_between_two_dense_layers(self) -> None:
        """Two dense layers that do not fit each other: either may be changed."""
        model = nn.Sequential(nn.Linear(12, 20), nn.ReLU(), nn.Linear(30, 5, bias=False))
        error = failing(
            model, (2, 12), r"expects 30 features, model\[0\] \(Linear, row 0\) before it gives 20\."
        )
        assert error.repairs == ("model[2] = nn.Linear(20, 5, bias=False)", "model[0] = nn.Linear(12, 30)")
        for repair in error.repairs:
            first, last = nn.Linear(12, 20), nn.Linear(30, 5, bias=False)
            assert mended(nn.Sequential(first, nn.ReLU(), last), repair, torch.zeros(2, 12)).shape == (2, 5)

    def test_no_flatten(self) -> None:
        """A dense layer right after a pool: what it reads, and that the flatten before it is missing."""

        class Missing(LeNet):
            def flat(self, x: Tensor) -> Tensor:
                return x

        error = failing(
            Missing(), (2, 1, 32, 32), r"maps of shape \(2, 16, 5, 5\).* last axis, 5: the flatten .* missing"
        )
        assert error.repairs == ("x = torch.flatten(x, 1) before fc1",)
        assert LeNet()(torch.zeros(2, 1, 32, 32)).shape == (2, 10)

    def test_flatten_takes_the_batch_too(self) -> None:
        """torch.flatten(x) without an axis makes features of the batch."""

        class Flat(LeNet):
            def flat(self, x: Tensor) -> Tensor:
                return torch.flatten(x)

        error = failing(Flat(), (4, 1, 32, 32), r"1,600 = 4 × 16 × 5 × 5: it flattens the batch of 4 too")
        assert error.repairs == ("torch.flatten(x, 1), from axis 1 on",)

    def test_hard_coded_view(self) -> None:
        """view(-1, 400) on 256 numbers: what it needs, what there is, repairs of one or two changes."""
        error = failing(
            HardCoded(),
            (1, 1, 28, 28),
            r"view\(-1, 400\) \(row 6\) needs a multiple of 400 .* 256 = 1 × 16 × 4 × 4",
        )
        assert error.repairs[:2] == ("feed (1, 1, 32, 32)", "give conv1 padding=2")
        for repair in error.repairs[:2]:
            assert mended(HardCoded(), repair, torch.zeros(1, 1, 28, 28)).shape == (1, 10)
        assert error.repairs[2] == "x.flatten(1) instead of that view and fc1 = nn.Linear(256, 120)"
        both = LeNet()
        both.fc1 = nn.Linear(256, 120)
        assert both(torch.zeros(1, 1, 28, 28)).shape == (1, 10)

    def test_view_of_turned_maps(self) -> None:
        """A view that torch refuses for the order in memory: reshape works."""

        class Turned(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return x.transpose(1, 2).view(2, 12)

        error = failing(Turned(), (2, 3, 4), r"do not lie in order; reshape copies them")
        assert error.repairs == ("x.reshape(2, 12) instead of view",)

    def test_weight_the_wrong_way_round(self) -> None:
        """F.linear with a weight of (in, out): its convention, and that the transposed weight works."""

        class Wrong(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.weight = nn.Parameter(torch.zeros(6, 4))

            def forward(self, x: Tensor) -> Tensor:
                return F.linear(x, self.weight)

        error = failing(
            Wrong(), (2, 6), r"weight is \(6, 4\): F.linear takes the weight as \(out_features, in_features\)"
        )
        assert error.repairs == ("hand over weight.t()",)

    def test_matrix_product(self) -> None:
        """A product of two matrices whose inner numbers differ."""

        class Product(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.weight = nn.Parameter(torch.zeros(4, 6))

            def forward(self, x: Tensor) -> Tensor:
                return x @ self.weight

        error = failing(
            Product(), (2, 6), r"\(2, 6\) with \(4, 6\): the inner numbers, 6 and 4, must be equal"
        )
        assert len(error.repairs) == 1


class TestChannels:
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
    def test_first_convolution(self, layer: Any, shape: Shape, repairs: tuple[str, ...]) -> None:
        """A first convolution for other images: change the images, or the layer, all its settings kept."""
        error = failing(
            nn.Sequential(layer),
            shape,
            rf"expects {layer.in_channels} input channels, the input .* has {shape[1]}",
        )
        assert error.repairs == repairs
        for repair in error.repairs:
            mended(nn.Sequential(layer), repair, torch.zeros(shape))

    def test_later_convolution(self) -> None:
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
    def test_groups_do_not_divide(self, groups: int, in_channels: int, expected: int, repair: str) -> None:
        """Groups that do not divide the channels that come: others that do, one per channel if it was so."""
        model = nn.Sequential(nn.Conv2d(3, in_channels, 1), nn.Conv2d(expected, 64, 3, groups=groups))
        error = failing(model, (1, 3, 8, 8), f"groups={groups} do not divide {in_channels}")
        assert error.repairs[0] == f"model[1] = {repair}"
        assert mended(model, error.repairs[0], torch.zeros(1, 3, 8, 8)).shape == (1, 64, 6, 6)

    def test_groups_of_a_function(self) -> None:
        """F.conv2d with groups that do not divide the output: refused as the CPU does."""

        class Grouped(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return F.conv2d(x, torch.zeros(3, 2, 3, 3), groups=2)

        failing(Grouped(), (1, 4, 8, 8), r"3 output channels, which groups=2 do not divide; .* 4 and 3: 1\.")

    def test_channels_last(self) -> None:
        """(N, H, W, C): PyTorch's order, and the permute that makes it."""
        model = nn.Sequential(nn.Conv2d(3, 8, 3))
        error = failing(
            model, (1, 32, 20, 3), r"the input \(1, 32, 20, 3\) has 32: it is channels-last, .*\(N, C, H, W\)"
        )
        assert error.repairs == ("feed (1, 3, 32, 20): x.permute(0, 3, 1, 2)",)
        assert mended(model, error.repairs[0], torch.zeros(1, 32, 20, 3)).shape == (1, 8, 30, 18)

    def test_channels_last_without_batch(self) -> None:
        """(H, W, C), as an image file is read: both changes at once, where the network needs the batch."""
        model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(8 * 30 * 18, 2))
        error = failing(model, (32, 20, 3), "channels-last")
        assert error.repairs == ("feed (1, 3, 32, 20): x.permute(2, 0, 1).unsqueeze(0)",)
        assert mended(model, error.repairs[0], torch.zeros(32, 20, 3)).shape == (1, 2)

    def test_gray_images_without_channels(self) -> None:
        """(N, H, W): a batch of gray images, whose channel axis is missing."""
        error = failing(LeNet(), (64, 32, 32), r"expects 1 input channel, the input \(64, 32, 32\) has 64")
        assert error.repairs == ("feed (64, 1, 32, 32): x.unsqueeze(1)",)
        assert mended(LeNet(), error.repairs[0], torch.zeros(64, 32, 32)).shape == (64, 10)

    def test_flat_pixels(self) -> None:
        """784 numbers for each image: squares of 28."""
        model = nn.Sequential(nn.Conv2d(1, 6, 5))
        error = failing(model, (16, 784), r"works on \(N, C, H, W\), 4 axes, the input \(16, 784\) has 2")
        assert error.repairs == ("feed (16, 1, 28, 28)",)
        mended(model, error.repairs[0], torch.zeros(16, 784))

    def test_one_axis_too_many(self) -> None:
        """A batch axis put on twice."""
        model = nn.Sequential(nn.Conv2d(3, 6, 5))
        error = failing(model, (1, 1, 3, 28, 28), r"4 axes, the input \(1, 1, 3, 28, 28\) has 5")
        assert mended(model, error.repairs[0], torch.zeros(1, 1, 3, 28, 28)).shape == (1, 6, 24, 24)

    def test_flatten_before_a_convolution(self) -> None:
        """A flatten too early is named, and leaving it out was tried."""
        error = failing(
            nn.Sequential(nn.Flatten(), nn.Conv2d(3, 6, 5)),
            (1, 3, 8, 8),
            r"Flatten, row 0\) \(1, 192\) has 2",
        )
        assert error.repairs == ("leave out model[0] (Flatten, row 0)",)


class TestNormalization:
    @pytest.mark.parametrize("training", [True, False])
    def test_batch_norm_of_other_channels(self, training: bool) -> None:
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
            (nn.GroupNorm(4, 16), (2, 8, 6, 6), "model[0] = nn.GroupNorm(4, 8)"),
            (nn.GroupNorm(4, 16), (2, 6, 5, 5), "model[0] = nn.GroupNorm(2, 6)"),
            (nn.LayerNorm(10), (2, 12), "model[0] = nn.LayerNorm(12)"),
        ],
    )
    def test_other_norms(self, layer: nn.Module, shape: Shape, repair: str) -> None:
        """A norm for another number of axes, groups or features: the one that fits."""
        error = failing(nn.Sequential(layer), shape, r"built for|works on|cuts the channels")
        assert repair in error.repairs
        assert mended(nn.Sequential(layer), repair, torch.zeros(shape)).shape == shape

    def test_batch_of_one(self) -> None:
        """One image in training mode: why, and both ways out."""
        model = nn.Sequential(nn.Conv2d(3, 8, 8), nn.BatchNorm2d(8))
        error = failing(model, (1, 3, 8, 8), r"in training mode, .* a batch of \(1, 8, 1, 1\) has one")
        assert error.repairs == ("model.eval()", "feed (2, 3, 8, 8)")
        assert mended(model, error.repairs[1], torch.zeros(1, 3, 8, 8)).shape == (2, 8, 1, 1)
        assert mended(model, error.repairs[0], torch.zeros(1, 3, 8, 8)).shape == (1, 8, 1, 1)


class TestWindows:
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
    def test_kernel_does_not_fit(self, layers: Any, shape: Shape, message: str, repairs: Any) -> None:
        """A kernel larger than its input: the smallest image that works, the padding, the smaller pool."""
        error = failing(nn.Sequential(*layers), shape, message)
        assert error.repairs == repairs
        for repair in error.repairs:
            before = [dict(layer.__dict__) for layer in layers]
            mended(nn.Sequential(*layers), repair, torch.zeros(shape))
            for layer, attributes in zip(layers, before, strict=True):
                layer.__dict__.update(attributes)

    def test_smallest_image_of_inception(self) -> None:
        """Inception-v3 on 64x64: 75 is the published smallest size, and 74 does fail."""
        model = models.inception_v3(aux_logits=False, init_weights=False).eval()
        error = failing(model, (1, 3, 64, 64), "kernel does not fit")
        assert error.repairs == ("feed (1, 3, 75, 75)",)
        assert mended(model, error.repairs[0], torch.zeros(1, 3, 64, 64)).shape == (1, 1000)
        failing(model, (1, 3, 74, 74), "kernel does not fit")

    def test_the_size_must_serve_a_later_layer_too(self) -> None:
        """An image that is large enough for the kernel but not for the dense layer is not offered."""
        model = nn.Sequential(
            nn.Conv2d(3, 8, 5), nn.MaxPool2d(2), nn.Conv2d(8, 4, 5), nn.Flatten(), nn.Linear(36, 2)
        )
        error = failing(model, (1, 3, 10, 10), "gives only 3 × 3")
        assert error.repairs[0] == "feed (1, 3, 18, 18)"
        assert mended(model, error.repairs[0], torch.zeros(1)).shape == (1, 2)

    def test_padding_of_a_pool(self) -> None:
        """Padding of more than half the kernel: the most that a pool takes."""
        model = nn.Sequential(nn.MaxPool2d(3, padding=2))
        error = failing(
            model, (1, 3, 8, 8), "padding 2, more than half of its kernel 3: a pool takes at most 1"
        )
        assert error.repairs == ("give model[0] padding=1",)
        mended(model, error.repairs[0], torch.zeros(1, 3, 8, 8))

    def test_functional_pool(self) -> None:
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

    def test_negative_size_of_an_adaptive_pool(self) -> None:
        """An adaptive pool asked for less than nothing."""
        failing(
            nn.Sequential(nn.AdaptiveAvgPool2d(-1)), (1, 3, 8, 8), "output size -1: a size is not negative"
        )

    def test_pool_on_flat_numbers(self) -> None:
        """A pool after a flatten."""
        failing(
            nn.Sequential(nn.Flatten(), nn.MaxPool2d(2)),
            (1, 3, 8, 8),
            r"works on 3 or 4 axes, .*\(1, 192\) has 2",
        )


class TestJoins:
    def test_missing_padding(self) -> None:
        """A residual branch that lost a pixel on each side: the convolution that lacks its padding."""
        error = failing(
            Residual(padding=0),
            (2, 3, 16, 12),
            r"add \(row 7\) needs equal shapes: bn2 \(row 6\) gives \(2, 8, 14, 10\), relu \(row 1\) gives \(2, 8, 16, 12\); "
            "the sizes differ, 14 × 10 and 16 × 12",
        )
        assert error.repairs == ("give conv1 padding=1",)
        assert mended(Residual(padding=0), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)

    def test_missing_projection(self) -> None:
        """A branch that halves and widens beside an identity: the projection, in the block's own words."""
        error = failing(
            Residual(16, stride=2), (2, 3, 16, 12), "the channels differ, 16 and 8, the sizes differ"
        )
        assert error.repairs[0] == "downsample = nn.Conv2d(8, 16, 1, stride=2)"
        assert mended(Residual(16, stride=2), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)

    def test_missing_projection_without_a_place_for_it(self) -> None:
        """A forward that adds its own input: which row has to go through which convolution."""

        class Plain(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv = nn.Conv2d(3, 6, 3, padding=1, stride=2)

            def forward(self, x: Tensor) -> Tensor:
                return self.conv(x) + x

        error = failing(Plain(), (1, 3, 8, 8), r"the input gives \(1, 3, 8, 8\)")
        assert error.repairs == ("send the input through nn.Conv2d(3, 6, 1, stride=2) first",)
        x = torch.zeros(1, 3, 8, 8)
        assert (Plain().conv(x) + nn.Conv2d(3, 6, 1, stride=2)(x)).shape == (1, 6, 4, 4)

    def test_projection_without_stride(self) -> None:
        """A projection that forgot to halve: its stride."""

        def model() -> nn.Module:
            return Residual(16, stride=2, shortcut=nn.Conv2d(8, 16, 1))

        error = failing(
            model(), (2, 3, 16, 12), r"downsample \(row 2\) gives \(2, 16, 16, 12\); the sizes differ"
        )
        assert error.repairs == ("give downsample stride=2",)
        assert mended(model(), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)

    def test_projection_with_other_channels(self) -> None:
        """A projection to other channels, with the norm that follows it."""

        def model() -> nn.Module:
            return Residual(16, 2, shortcut=nn.Sequential(nn.Conv2d(8, 12, 1, stride=2), nn.BatchNorm2d(12)))

        error = failing(model(), (2, 3, 16, 12), "the channels differ, 16 and 12")
        assert error.repairs == (
            "downsample[0] = nn.Conv2d(8, 16, 1, stride=2) and downsample[1] = nn.BatchNorm2d(16)",
        )
        assert mended(model(), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)

    def test_parameter_of_another_shape(self) -> None:
        """A position embedding for another number of patches."""

        class Embedded(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.position = nn.Parameter(torch.zeros(1, 197, 8))

            def forward(self, x: Tensor) -> Tensor:
                return x + self.position

        failing(Embedded(), (1, 50, 8), r"the parameter or constant has \(1, 197, 8\); they differ on axis 1")

    @pytest.mark.parametrize(
        ("settings", "odd", "repair"),
        [
            (
                {"padding": 1},
                r"five \(row 1\) is the odd one: the sizes differ, 14 × 10 and 16 × 12",
                "give five padding=2",
            ),
            (
                {"stride": 2},
                r"pool \(row 2\) is the odd one: the sizes differ, 8 × 6 and 16 × 12",
                "give pool stride=1",
            ),
        ],
    )
    def test_concatenation(self, settings: dict[str, int], odd: str, repair: str) -> None:
        """Branches of unequal size: which is the odd one, and which setting mends it."""
        error = failing(Branches(**settings), (1, 3, 16, 12), odd)
        assert error.repairs == (repair,)
        assert mended(Branches(**settings), repair, torch.zeros(1, 3, 16, 12)).shape == (1, 2, 16, 12)

    def test_halved_and_doubled(self) -> None:
        """A U-shaped network on an odd size: the next size that can be halved."""

        class Up(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.down, self.up = nn.Conv2d(1, 4, 3, padding=1), nn.ConvTranspose2d(4, 4, 4, stride=4)

            def forward(self, x: Tensor) -> Tensor:
                x = self.down(x)
                return torch.cat([self.up(F.max_pool2d(x, 4)), x], 1)

        error = failing(
            Up(),
            (1, 1, 30, 21),
            r"cat \(row 3\) joins along axis 1, so all other axes must be equal: up \(row 2\)",
        )
        assert "feed (1, 1, 32, 24)" in error.repairs
        assert mended(Up(), "feed (1, 1, 32, 24)", torch.zeros(1)).shape == (1, 8, 32, 24)

    def test_concatenation_of_other_axes(self) -> None:
        """Flat numbers beside maps."""

        class Mixed(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return torch.cat([x, x.flatten(1)], 1)

        failing(Mixed(), (2, 3, 4, 4), "joins tensors with unequal numbers of axes")


class TestBatch:
    def test_no_batch_axis(self) -> None:
        """One image without its batch axis: convolutions take it, the failure comes later; the cause is named."""
        model = models.vgg11()
        error = failing(model.eval(), (3, 224, 224), r"has no batch axis: PyTorch wants \(N, C, H, W\)")
        assert error.repairs == ("feed (1, 3, 224, 224): x.unsqueeze(0)",)
        assert "expects 25,088 features, flatten (row 22) before it gives 49 = 7 × 7" in error.explanation
        assert mended(model, error.repairs[0], torch.zeros(3, 224, 224)).shape == (1, 1000)

    def test_no_batch_axis_for_batch_norm(self) -> None:
        """A norm refuses what the convolution before it took."""
        model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).eval()
        error = failing(
            model, (3, 9, 9), r"gives \(4, 7, 7\), 3 axes\.\nThe input \(3, 9, 9\) has no batch axis"
        )
        assert mended(model, error.repairs[0], torch.zeros(3, 9, 9)).shape == (1, 4, 7, 7)

    def test_folded_batch_is_noted(self) -> None:
        """view(-1, 400) makes 16 of 25 images without an error: the row and the Trace say so."""
        assert HardCoded()(torch.zeros(25, 1, 28, 28)).shape == (16, 10)
        seen = trace(HardCoded(), (25, 1, 28, 28))
        assert seen.output_shape == (16, 10)
        assert seen.notes == (seen.rows[6].note,)
        assert seen.rows[6].op == "view"
        for words in ("batch 25 became 16", "x.view(x.size(0), -1)", "torch.flatten(x, 1)"):
            assert words in seen.rows[6].note

    @pytest.mark.parametrize("shape", [(25, 1, 32, 32), (1, 1, 32, 32)])
    def test_kept_batch_is_not_noted(self, shape: Shape) -> None:
        """The same view on images of the right size keeps the batch: no note."""
        assert trace(HardCoded(), shape).notes == ()

    def test_legitimate_folds_are_not_noted(self) -> None:
        """Windows that are cut and joined again, sequences first, reductions: no false alarm."""

        class Windows(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                windows = x.view(2, 3, 2, 4, 2, 4).permute(0, 2, 4, 1, 3, 5).reshape(8, 3, 4, 4)
                return F.relu(windows).view(2, 2, 2, 3, 4, 4).permute(0, 3, 1, 4, 2, 5).reshape(2, 3, 8, 8)

        class Sequence(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.lstm = nn.LSTM(3, 5)

            def forward(self, x: Tensor) -> Tensor:
                return self.lstm(x.permute(1, 0, 2))[0][-1]

        class Loss(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return x.flatten().sum()

        assert trace(Windows(), (2, 3, 8, 8)).notes == ()
        assert trace(Sequence(), (4, 7, 3)).notes == ()
        assert trace(Loss(), (4, 7, 3)).notes == ()
        assert trace(models.swin_t().eval(), (2, 3, 64, 64)).notes == ()


class TestTypes:
    @pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.uint8, torch.float16])
    @pytest.mark.parametrize(
        "model",
        [
            nn.Sequential(nn.Conv2d(3, 4, 3)),
            nn.Sequential(nn.Conv2d(3, 4, 3, bias=False)),
            nn.Sequential(nn.ConvTranspose2d(3, 4, 3)),
            nn.Sequential(nn.Flatten(), nn.Linear(75, 4)),
            nn.Sequential(nn.Flatten(), nn.Linear(75, 4, bias=False)),
        ],
    )
    def test_layers_do_not_mix_types(self, model: nn.Module, dtype: torch.dtype) -> None:
        """Weights of float32 and other numbers: refused as on the CPU, though meta kernels would not."""
        x = torch.zeros(2, 3, 5, 5, dtype=dtype)
        error = failing(model, x, rf"has float32 weights, .* {str(dtype).removeprefix('torch.')}")
        assert error.repairs[0] == "feed x.float()" or error.repairs == ()
        assert mended(model, "feed x.float()", x).dtype == torch.float32

    def test_float64(self) -> None:
        """Numpy's float64: convert the images, or the network."""
        x = torch.zeros(2, 1, 32, 32, dtype=torch.float64)
        error = failing(
            LeNet(),
            x,
            r"conv1 \(Conv2d, row 0\) has float32 weights, the input is float64; torch does not convert",
        )
        assert error.repairs == ("feed x.float()", "model.double()")
        assert [mended(LeNet(), repair, x).dtype for repair in error.repairs] == [
            torch.float32,
            torch.float64,
        ]

    @pytest.mark.parametrize("layer", [nn.BatchNorm2d(3), nn.Softmax(1), nn.GELU(), nn.AdaptiveAvgPool2d(2)])
    def test_whole_numbers(self, layer: nn.Module) -> None:
        """Operations that need fractions refuse whole numbers, in torch's own words."""
        x = torch.zeros(2, 3, 5, 5, dtype=torch.int64)
        error = failing(nn.Sequential(layer.eval()), x, "int64")
        assert mended(nn.Sequential(layer), "feed x.float()", x).shape[:2] == (2, 3)
        assert error.repairs == ("feed x.float()",)

    def test_mixtures_that_work(self) -> None:
        """A network of float64, an embedding of whole numbers, a sum of types: no failure is invented."""
        assert trace(LeNet().double(), (1, 1, 32, 32)).output_shape == (1, 10)
        assert trace(nn.Embedding(9, 4), torch.zeros(2, 3, dtype=torch.int64)).output_shape == (2, 3, 4)

        class Sum(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return x + torch.arange(3)

        assert trace(Sum(), torch.zeros(2, 3, dtype=torch.float64)).output_shape == (2, 3)


class TestOwnCode:
    """Errors of the learner's own Python: one plain sentence with the line of forward."""

    def test_missing_import(self) -> None:
        """A name that nobody imported."""

        class Net(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return G.relu(x)  # type: ignore[name-defined] # noqa: F821

        error = failing(
            Net(),
            (1, 3),
            r"test_failures.py, line \d+, in forward of Net \(return G.relu.*nothing is called G",
        )
        assert error.torch_message == "Python says: NameError: name 'G' is not defined"

    def test_missing_functional(self) -> None:
        """The import of torch.nn.functional is given."""
        space: dict[str, Any] = {"nn": nn}
        exec("class Net(nn.Module):\n    def forward(self, x):\n        return F.relu(x)\n", space)
        failing(space["Net"](), (1, 3), "nothing is called F there: import torch.nn.functional as F")

    def test_misspelt_layer(self) -> None:
        """A layer that is not there, and those with a similar name."""

        class Net(LeNet):
            def forward(self, x: Tensor) -> Tensor:
                return self.convl(x)

        failing(Net(), (1, 1, 8, 8), "Net has nothing called convl; did you mean conv2 or conv1")

    def test_wrong_signature(self) -> None:
        """A forward that takes two inputs and gets one."""

        class Net(nn.Module):
            def forward(self, x: Tensor, y: Tensor) -> Tensor:
                return x

        failing(Net(), (1, 3), r"forward of Net takes \(x, y\), 1 input was given: missing 1 required .* 'y'")

    def test_missing_return(self) -> None:
        """A block whose forward returns nothing is named, not the layer that gets None."""

        class Block(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3)

            def forward(self, x: Tensor) -> None:
                self.conv(x)

        failing(
            nn.Sequential(Block(), nn.Conv2d(8, 8, 3)),
            (1, 3, 8, 8),
            r"model\[0\] \(Block\) gives None: .* no return",
        )
        assert trace(Block(), (1, 3, 8, 8)).notes == ("forward returned None: end it with return x",)

    def test_misspelt_forward(self) -> None:
        """A class whose forward is spelt otherwise."""

        class Net(nn.Module):
            def foward(self, x: Tensor) -> Tensor:
                return x

        failing(Net(), (1, 3), "Net has no method forward; its foward is spelt otherwise")

    def test_called_module_list(self) -> None:
        """A ModuleList is no layer."""

        class Net(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.layers = nn.ModuleList([nn.Linear(3, 3)])

            def forward(self, x: Tensor) -> Tensor:
                return self.layers(x)

        failing(
            Net(), (1, 3), "a ModuleList cannot be called; loop over its modules, or make it nn.Sequential"
        )

    @pytest.mark.parametrize(
        ("raised", "words"),
        [
            (KeyError("head"), "there is no key 'head'"),
            (ValueError("expected 3 stages"), "raises ValueError, expected 3 stages"),
            (AssertionError(), r"raises AssertionError\."),
            (ZeroDivisionError("division by zero"), "raises ZeroDivisionError, division by zero"),
        ],
    )
    def test_raised_by_the_network(self, raised: Exception, words: str) -> None:
        """Whatever forward raises is one line with its place."""

        class Net(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                raise raised

        error = failing(Net(), (1, 3), words)
        assert "in forward of Net (raise raised)" in error.explanation
        assert error.torch_message.startswith(f"Python says: {type(raised).__name__}")


class TestTrials:
    def test_a_repair_of_one_bug_of_two(self) -> None:
        """With a second failure behind it no repair is offered as one that works; how far it gets is said."""
        model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(9, 8, 3), nn.Flatten(), nn.Linear(7, 3))
        error = failing(
            model,
            (1, 3, 8, 8),
            r"With model\[1\] = nn.Conv2d\(8, 8, 3\) \(tried\) this row runs, and model\[3\]",
        )
        assert error.repairs == ()

    @pytest.mark.parametrize("name", ["resnet50", "densenet121"])
    def test_search_is_bounded(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Large networks: few trials, copies without a byte of weights, the network itself as it was."""
        model = getattr(models, name)()
        head = "fc" if name == "resnet50" else "classifier"
        setattr(model, head, nn.Linear(77, 10))
        copies: list[nn.Module] = []

        def noted(original: nn.Module) -> nn.Module:
            copies.append(weightless(original))
            return copies[-1]

        monkeypatch.setattr(attempts, "weightless", noted)
        before = {key: value.clone() for key, value in model.state_dict().items()}
        with pytest.raises(TraceError, match=rf"{head} = nn.Linear\((2048|1024), 10\)"):
            trace(model, (2, 3, 64, 64))
        assert 1 <= len(copies) <= 30
        assert all(tensor.is_meta for copied in copies for tensor in copied.state_dict().values())
        assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
        assert model.training

    def test_no_more_than_thirty(self) -> None:
        """After thirty trials nothing is tried any more, and the same repair is tried once."""
        ran: list[nn.Module] = []

        def run(model: nn.Module, inputs: Any, keywords: Any) -> Any:
            ran.append(model)
            raise RuntimeError

        attempt = Attempt(nn.Linear(2, 3), ((1, 2),), {}, run)
        for number in range(50):
            repair = attempts.Repair(f"repair {number}", "", lambda trial: None)
            assert not attempt.works(repair)
            assert not attempt.works(repair)
        assert len(ran) == 30

    def test_trials_are_silent(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A forward that prints its shapes prints them for the pass asked for, not for each trial."""

        class Chatty(LeNet):
            def flat(self, x: Tensor) -> Tensor:
                print(tuple(x.shape))
                return super().flat(x)

        with pytest.raises(TraceError):
            trace(Chatty(), (1, 1, 28, 28))
        assert capsys.readouterr().out == "(1, 16, 4, 4)\n"

    def test_two_threads_keep_their_output(self) -> None:
        """Explaining in several threads at once leaves sys.stdout as it was."""
        before, errors = sys.stdout, list[TraceError]()

        def work() -> None:
            try:
                trace(LeNet(), (1, 1, 28, 28))
            except TraceError as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(error.repairs) for error in errors] == [3] * 4
        assert sys.stdout is before

    def test_weightless_copy(self) -> None:
        """A copy without data keeps structure, modes and shapes; other large tensors lose their data too."""
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4).eval())
        model.table = torch.zeros(100, 100)
        copied = weightless(model)
        assert [tuple(p.shape) for p in copied.parameters()] == [tuple(p.shape) for p in model.parameters()]
        assert [m.training for m in copied.modules()] == [m.training for m in model.modules()]
        assert copied.table.is_meta
        assert not model.table.is_meta

    def test_error_survives_pickling(self) -> None:
        """A TraceError that comes back from another process is the same."""
        import pickle

        with pytest.raises(TraceError) as caught:
            trace(LeNet(), (1, 1, 28, 28))
        again = pickle.loads(pickle.dumps(caught.value))
        assert (str(again), again.repairs, again.trace) == (
            str(caught.value),
            caught.value.repairs,
            caught.value.trace,
        )

    def test_stopped_is_never_shown(self) -> None:
        """The bare failure stays inside: a TraceError comes out, also for an error that nothing explains."""

        class Odd(nn.Module):
            def forward(self, x: Tensor) -> Tensor:
                return torch.fft.fft(x, dim=7)

        error = failing(Odd(), (1, 3), r"fft_fft \(row 0\) fails on \(1, 3\), after 0 rows that work")
        assert not isinstance(error, Stopped)
