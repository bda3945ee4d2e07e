"""Branches that meet with unequal shapes."""

import re
import subprocess
import sys
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from broken import Branches, Residual
from repairing import failing, mended
from torch import Tensor, nn


def test_missing_padding() -> None:
    """A residual branch that lost a pixel on each side: the convolution that lacks its padding."""
    error = failing(
        Residual(padding=0),
        (2, 3, 16, 12),
        r"add \(row 7\) needs equal shapes: bn2 \(row 6\) gives \(2, 8, 14, 10\), "
        r"relu \(row 1\) gives \(2, 8, 16, 12\); the sizes differ, 14 × 10 and 16 × 12",
    )
    assert error.repairs == ("give conv1 padding=1",)
    assert mended(Residual(padding=0), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)


@pytest.mark.parametrize(
    ("settings", "repair"),
    [
        ({}, "give conv1 padding=1 and conv2 padding=1"),
        ({"kernel_size": 5}, "give conv1 padding=2 and conv2 padding=2"),
        ({"kernel_size": (3, 5)}, "give conv1 padding=(1, 2) and conv2 padding=(1, 2)"),
        ({"dilation": 2}, "give conv1 padding=2 and conv2 padding=2"),
        ({"stride": 2}, "give conv1 padding=1 and conv2 padding=1"),
    ],
)
def test_padding_missing_in_both_convolutions(settings: dict[str, Any], repair: str) -> None:
    """A block without any padding: each convolution gets its own, even where one large one would do."""

    class Unpadded(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            first = {"kernel_size": 3} | settings
            second = first | {"stride": 1}
            self.conv1 = nn.Conv2d(6, 6, **first)
            self.conv2 = nn.Conv2d(6, 6, **second)
            self.shortcut = nn.Conv2d(6, 6, 1, stride=first.get("stride", 1))

        def forward(self, x: Tensor) -> Tensor:
            return self.shortcut(x) + self.conv2(self.conv1(x))

    error = failing(Unpadded(), (2, 6, 18, 21), "the sizes differ")
    assert error.repairs[0] == repair
    model = Unpadded()
    for layer, padding in re.findall(r"(conv\d) padding=(\(.+?\)|\d)", repair):
        getattr(model, layer).padding = eval(padding)
    assert model(torch.zeros(2, 6, 18, 21)).shape == model.shortcut(torch.zeros(2, 6, 18, 21)).shape


def test_missing_projection() -> None:
    """A branch that halves and widens beside an identity: the projection, in the block's own words."""
    error = failing(Residual(16, stride=2), (2, 3, 16, 12), "the channels differ, 16 and 8, the sizes differ")
    assert error.repairs[0] == "downsample = nn.Conv2d(8, 16, 1, stride=2)"
    assert mended(Residual(16, stride=2), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)


def test_missing_projection_without_a_place_for_it() -> None:
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


def test_projection_without_stride() -> None:
    """A projection that forgot to halve: its stride."""

    def model() -> nn.Module:
        return Residual(16, stride=2, shortcut=nn.Conv2d(8, 16, 1))

    error = failing(
        model(), (2, 3, 16, 12), r"downsample \(row 2\) gives \(2, 16, 16, 12\); the sizes differ"
    )
    assert error.repairs == ("give downsample stride=2",)
    assert mended(model(), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)


def test_projection_with_other_channels() -> None:
    """A projection to other channels, with the norm that follows it."""

    def model() -> nn.Module:
        return Residual(16, 2, shortcut=nn.Sequential(nn.Conv2d(8, 12, 1, stride=2), nn.BatchNorm2d(12)))

    error = failing(model(), (2, 3, 16, 12), "the channels differ, 16 and 12")
    assert error.repairs == (
        "downsample[0] = nn.Conv2d(8, 16, 1, stride=2) and downsample[1] = nn.BatchNorm2d(16)",
    )
    assert mended(model(), error.repairs[0], torch.zeros(2, 3, 16, 12)).shape == (2, 10)


def test_parameter_of_another_shape() -> None:
    """A position embedding for another number of patches."""

    class Embedded(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.position = nn.Parameter(torch.zeros(1, 197, 8))

        def forward(self, x: Tensor) -> Tensor:
            return x + self.position

    error = failing(
        Embedded(), (1, 50, 8), r"the input \(1, 50, 8\) with the parameter position \(1, 197, 8\): axis 1"
    )
    assert error.repairs == ("feed (1, 197, 8)", "position = nn.Parameter(torch.zeros(1, 50, 8))")


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
def test_concatenation(settings: dict[str, int], odd: str, repair: str) -> None:
    """Branches of unequal size: which is the odd one, and which setting mends it."""
    error = failing(Branches(**settings), (1, 3, 16, 12), odd)
    assert error.repairs == (repair,)
    assert mended(Branches(**settings), repair, torch.zeros(1, 3, 16, 12)).shape == (1, 2, 16, 12)


def test_halved_and_doubled() -> None:
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


def test_concatenation_of_other_axes() -> None:
    """Flat numbers beside maps."""

    class Mixed(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([x, x.flatten(1)], 1)

    failing(Mixed(), (2, 3, 4, 4), "joins tensors with unequal numbers of axes")


@pytest.mark.parametrize("join", ["self.conv(x) + x", "torch.cat([self.conv(x), x], dim=-3)"])
def test_a_join_that_fails_is_explained_without_loading_much(join):
    """Torch's own refusal without data loads sympy, for seconds; the explanation does not wait for that."""
    code = f"""
import sys, torch
from cnnbook import TraceError, trace
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 3, 3)
    def forward(self, x):
        return {join}
try:
    trace(Net(), (1, 3, 8, 9))
except TraceError as error:
    assert "give conv padding=1" in str(error), error
    print("sympy" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_padding_of_each_layer_once() -> None:
    """A layer that runs twice is named once, and a pool of two by two is not taken for an unpadded layer."""

    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pool, self.short = nn.MaxPool2d(2), nn.Conv2d(4, 4, 1, stride=2)
            self.conv = nn.Conv2d(4, 4, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(self.conv(self.pool(x))) + self.short(x)

    error = failing(Twice(), (1, 4, 16, 20), "the sizes differ, 4 × 6 and 8 × 10")
    assert error.repairs[0] == "give conv padding=1"
    assert mended(Twice(), error.repairs[0], torch.zeros(1, 4, 16, 20)).shape == (1, 4, 8, 10)


def test_padding_missing_in_the_shorter_branch() -> None:
    """Where the longer branch keeps the size and the shortcut does not, the shortcut lacks its padding."""

    class Shorter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.conv2 = (nn.Conv2d(4, 4, 3, padding=1) for _ in range(2))
            self.short = nn.Conv2d(4, 4, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv2(self.conv1(x)) + self.short(x)

    error = failing(Shorter(), (1, 4, 16, 12), "the sizes differ")
    assert error.repairs == ("give short padding=1",)
    assert mended(Shorter(), error.repairs[0], torch.zeros(1, 4, 16, 12)).shape == (1, 4, 16, 12)


@pytest.mark.parametrize("join", [torch.add, lambda a, b: torch.cat([a, b], 1)])
@pytest.mark.parametrize(("stride", "repair"), [(2, "1"), ((2, 3), "(1, 0)")])
def test_output_padding(join: Any, stride: Any, repair: str) -> None:
    """A decoder that comes out a pixel short beside its input: its output_padding."""

    class Auto(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.e = nn.Conv2d(1, 8, 3, stride=stride, padding=1)
            self.d = nn.ConvTranspose2d(8, 1, 3, stride=stride, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            return join(self.d(self.e(x)), x)

    error = failing(Auto(), (1, 1, 28, 28), "the sizes differ, 27 ×" if join is torch.add else "joins")
    assert error.repairs[0] == f"give d output_padding={repair}"
    model = Auto()
    model.d.output_padding = eval(repair) if "(" in repair else (int(repair),) * 2
    assert model(torch.zeros(1, 1, 28, 28)).shape[2:] == (28, 28)


def test_two_additions_of_the_same_shapes() -> None:
    """A projection for one addition leaves a second one of the same shapes as it is."""

    class Sums(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = (nn.Conv2d(3, 6, 3, padding=1) for _ in range(2))

        def forward(self, x: Tensor) -> Tensor:
            return (self.a(x) + x) + (self.b(x) + x)

    error = failing(Sums(), (2, 3, 8, 8), r"Tried: send the input .* first; .* add \(row 3\) fails next")
    assert error.repairs == ()


def test_a_projection_before_a_product() -> None:
    """Behind a projection the network's own operation runs, whatever it is."""

    class Product(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Conv2d(3, 6, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            return self.a(x) * x

    patched = list[str]()

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            patched.append(func.__name__)
            return func(*args, **(kwargs or {}))

    with Watch():
        error = failing(Product(), (2, 3, 8, 8), "the channels differ")
    assert "send the input through nn.Conv2d(3, 6, 1) first" in error.repairs
    assert "add" not in patched
    assert "mul" in patched


@pytest.mark.parametrize("largest", [3, 5])
def test_an_inception_block_without_any_padding(largest: int) -> None:
    """Where several branches lack their padding, each gets its own."""

    class Inception(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.three = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 3)
            self.large = nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU(), nn.Conv2d(4, 4, largest))

        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([self.one(x), self.three(x), self.large(x)], 1)

    error = failing(Inception(), (2, 3, 12, 10), "joins along axis 1")
    assert error.repairs[0] == f"give three padding=1 and large[2] padding={largest // 2}"
    model = Inception()
    model.three.padding, model.large[2].padding = 1, largest // 2
    assert model(torch.zeros(2, 3, 12, 10)).shape == (2, 12, 12, 10)
