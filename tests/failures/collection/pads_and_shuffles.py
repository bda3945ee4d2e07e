"""Pads, pixel shuffles, unflattening, and layers with parameters for each channel."""

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parametrizations

from collection.entry import Broken


class Padded(nn.Module):
    """A pad from the functional interface before a convolution."""

    def __init__(self, pad: tuple[int, ...], mode: str = "constant") -> None:
        super().__init__()
        self.pad, self.mode = pad, mode
        self.conv = nn.Conv2d(3, 4, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = F.pad(x, self.pad, mode=self.mode)
        return self.conv(x)


def resnet_generator() -> nn.Module:
    """The bottleneck of a CycleGAN on images that are too small for its pads."""
    down = [nn.Conv2d(16, 16, 3, stride=2, padding=1), nn.ReLU()]
    return nn.Sequential(
        nn.Conv2d(3, 16, 7, padding=3), *down, *down, nn.ReflectionPad2d(2), nn.Conv2d(16, 16, 5)
    )


def super_resolution(channels: int, factor: int, after: int = 0) -> nn.Module:
    """A sub-pixel network whose last convolution has too few or odd channels."""
    tail = [nn.Conv2d(after, 3, 3, padding=1)] if after else []
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(32, channels, 3, padding=1),
        nn.PixelShuffle(factor),
        *tail,
    )


class Generator(nn.Module):
    """A dense layer whose features are made into maps of another size."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(100, 128 * 8 * 8)
        self.net = nn.Sequential(nn.Unflatten(1, (128, 7, 7)), nn.ConvTranspose2d(128, 1, 4, 2, 1))

    def forward(self, z: Tensor) -> Tensor:
        return self.net(self.fc(z))


class Discriminator(nn.Module):
    """Spectral normalization around a convolution with the wrong in_channels."""

    def __init__(self) -> None:
        super().__init__()
        sn = parametrizations.spectral_norm
        self.f = nn.Sequential(
            sn(nn.Conv2d(3, 64, 4, 2, 1)),
            nn.LeakyReLU(0.2),
            sn(nn.Conv2d(128, 128, 4, 2, 1)),
            nn.LeakyReLU(0.2),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.f(x)


class TemporalBlock(nn.Module):
    """Weight normalization around convolutions of one axis, as in a temporal network."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = parametrizations.weight_norm(nn.Conv1d(4, 25, 3, padding=1))
        self.conv2 = parametrizations.weight_norm(nn.Conv1d(30, 25, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv2(F.relu(self.conv1(x)))


class SpectralHead(nn.Module):
    """A dense layer under spectral normalization that expects the features of another input size."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 3, stride=2)
        self.fc = parametrizations.spectral_norm(nn.Linear(6 * 13 * 13, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(F.leaky_relu(self.conv(x), 0.2).flatten(1))


NETWORKS = [
    Broken(
        "reflection-wider-than-image",
        "pytorch/pytorch#18413",
        lambda: nn.Sequential(nn.ReflectionPad2d(46), nn.Conv2d(3, 8, 3)),
        ((1, 3, 128, 36),),
        cause=(r"46", r"36", r"smaller|less|at most|only"),
        misleading=(r"padding=35",),
        repairs=(r"feed \(1, 3, \d+, \d+\)|ReplicationPad2d\(46\)",),
    ),
    Broken(
        "cyclegan-small-images",
        "pytorch/pytorch#115532",
        resnet_generator,
        ((1, 3, 8, 8),),
        cause=(r"ReflectionPad2d", r"\b2\b", r"2 × 2"),
        repairs=(r"feed \(1, 3, (1[2-9]|[2-9]\d), |feed \(1, 3, (9|10), ",),
    ),
    Broken(
        "three-numbers-to-pad",
        "forum: Padding length must be divisible by 2",
        lambda: Padded((1, 1, 1)),
        ((2, 3, 8, 8),),
        cause=(r"pad", r"3 numbers|three numbers|\(1, 1, 1\)", r"two|pairs|even"),
        repairs=(r"\(1, 1, 1, 1\)",),
    ),
    Broken(
        "pads-for-five-axes",
        "own",
        lambda: Padded((1,) * 10),
        ((2, 3, 8, 8),),
        cause=(r"pad", r"10", r"4 axes|\(2, 3, 8, 8\)"),
    ),
    Broken(
        "reflect-on-all-axes",
        "pytorch/pytorch#52205 (only some numbers of axes can be reflected)",
        lambda: Padded((1,) * 8, "reflect"),
        ((2, 3, 8, 8),),
        cause=(r"reflect", r"\b8\b", r"2 axes|last 2|4 numbers"),
        repairs=(r"\(1, 1, 1, 1\)",),
    ),
    Broken(
        "pixel-shuffle-63",
        "Snowfallingplum/SHMT#1",
        lambda: super_resolution(63, 4),
        ((1, 3, 12, 12),),
        cause=(r"PixelShuffle", r"63", r"16", r"model\[2\]"),
        repairs=(r"model\[2\] = nn\.Conv2d\(32, (48|64), 3, padding=1\)",),
    ),
    Broken(
        "pixel-shuffle-not-squared",
        "forum: pixel_shuffle expects its input's 'channel' dimension to be divisible by the square",
        lambda: super_resolution(6, 2, after=3),
        ((1, 3, 12, 12),),
        cause=(r"PixelShuffle", r"\b6\b", r"\b4\b"),
        misleading=(r"Conv2d\(32, (4|8),",),
        repairs=(r"model\[2\] = nn\.Conv2d\(32, 12, 3, padding=1\)",),
    ),
    Broken(
        "unflatten-of-other-size",
        "forum: unflatten: Provided sizes [128, 7, 7] don't multiply up to the size of dim 1 (8192)",
        Generator,
        ((5, 100),),
        cause=(r"6,?272", r"8,?192", r"fc"),
        repairs=(r"fc = nn\.Linear\(100, 6272\)|Unflatten\(1, \(128, 8, 8\)\)",),
    ),
    Broken(
        "prelu-parameters",
        "forum: Mismatch of parameter numbers and input channel size",
        lambda: nn.Sequential(nn.Conv2d(3, 16, 3), nn.PReLU(32), nn.Conv2d(16, 4, 1)),
        ((1, 3, 9, 9),),
        cause=(r"PReLU", r"32", r"16", r"model\[0\]"),
        repairs=(r"model\[1\] = nn\.PReLU\(16\)",),
    ),
    Broken(
        "affine-instance-norm",
        "own",
        lambda: nn.Sequential(nn.Conv2d(3, 16, 3), nn.InstanceNorm2d(32, affine=True), nn.ReLU()),
        ((1, 3, 9, 9),),
        cause=(r"32 channels", r"gives 16"),
        misleading=(r"4 axes",),
        repairs=(r"InstanceNorm2d\(16, affine=True\)",),
    ),
    Broken(
        "group-norm-channels",
        "forum: Expected weight to be a vector of size equal to the number of channels in input",
        lambda: nn.Sequential(nn.Conv2d(3, 48, 3), nn.GroupNorm(32, 64), nn.ReLU()),
        ((1, 3, 9, 9),),
        cause=(r"64 channels|64", r"48", r"model\[0\]"),
        repairs=(r"GroupNorm\(\d+, 48\)|Conv2d\(3, 64, 3\)",),
    ),
    Broken(
        "spectral-norm-channels",
        "own",
        Discriminator,
        ((2, 3, 32, 32),),
        cause=(r"f\[2\]", r"128", r"64"),
        misleading=(r"f\[2\] = nn\.Conv2d",),
        repairs=(r"f\[2\] = .*spectral_norm\(nn\.Conv2d\(64, 128, 4, stride=2, padding=1\)\)",),
    ),
    Broken(
        "weight-norm-channels",
        "own",
        TemporalBlock,
        ((2, 4, 40),),
        cause=(r"conv2", r"30", r"25"),
        misleading=(r"conv\d = nn\.Conv1d",),
        repairs=(r"conv2 = .*weight_norm\(nn\.Conv1d\(25, 25, 3, padding=1\)\)",),
    ),
    Broken(
        "spectral-norm-linear",
        "own",
        SpectralHead,
        ((2, 1, 32, 32),),
        cause=(r"fc", r"1,?014", r"1,?350"),
        misleading=(r"fc = nn\.Linear",),
        repairs=(r"spectral_norm\(nn\.Linear\(1350, 1\)\)|feed \(2, 1, 28, 28\)",),
    ),
]
