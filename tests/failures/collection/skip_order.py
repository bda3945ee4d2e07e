"""Skip connections that join the wrong rows: in another order, of another level, or not at all."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


def double(c_in: int, c_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 3, padding=1), nn.ReLU(), nn.Conv2d(c_out, c_out, 3, padding=1), nn.ReLU()
    )


def up(c_in: int, c_out: int) -> nn.Sequential:
    return nn.Sequential(nn.ConvTranspose2d(c_in, c_out, 2, stride=2), double(c_in, c_out))


class UpInside(nn.Module):
    """The block upsamples to half of the channels and convolves at once; the skip is joined after it."""

    def __init__(self) -> None:
        super().__init__()
        self.e1, self.e2, self.e3 = double(3, 64), double(64, 128), double(128, 256)
        self.pool = nn.MaxPool2d(2)
        self.mid = double(256, 512)
        self.d3, self.d2, self.d1 = up(512, 256), up(256, 128), up(128, 64)
        self.out = nn.Conv2d(64, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        a = self.e1(x)
        b = self.e2(self.pool(a))
        c = self.e3(self.pool(b))
        d = self.d3(self.mid(self.pool(c)))
        d = self.d2(torch.cat([d, c], 1))
        return self.out(self.d1(torch.cat([d, b], 1)))


class Forgotten(nn.Module):
    """The forward goes from the transposed convolution to the decoder's block without the concatenation."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2, self.bottom = double(1, 16), double(16, 32), double(32, 64)
        self.up2, self.up1 = nn.ConvTranspose2d(64, 32, 2, 2), nn.ConvTranspose2d(32, 16, 2, 2)
        self.conv2, self.conv1 = double(64, 32), double(32, 16)
        self.head = nn.Conv2d(16, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        s1 = self.down1(x)
        s2 = self.down2(F.max_pool2d(s1, 2))
        x = self.up2(self.bottom(F.max_pool2d(s2, 2)))
        x = self.up1(self.conv2(x))
        return self.head(self.conv1(x))


class Levels(nn.Module):
    """A U-Net whose skips are kept in a list; `order` says how they are taken out again."""

    def __init__(self, order: str) -> None:
        super().__init__()
        self.order = order
        self.down1, self.down2, self.down3 = double(3, 16), double(16, 32), double(32, 64)
        self.bottom = double(64, 128)
        self.ups = nn.ModuleList(nn.ConvTranspose2d(a, a // 2, 2, 2) for a in (128, 64, 32))
        self.convs = nn.ModuleList(double(a, a // 2) for a in (128, 64, 32))

    def forward(self, x: Tensor) -> Tensor:
        skips: list[Any] = []
        for down in (self.down1, self.down2, self.down3):
            x = down(x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.bottom(x)
        if self.order == "late":
            skips.append(x)
        for i in range(3):
            taken = {"forward": i, "late": 3 - i, "once": -1, "two": (-1, -1, -3)[i]}[self.order]
            x = self.convs[i](torch.cat([skips[taken], self.ups[i](x)], dim=1))
        return x


class Ladder(nn.Module):
    """A feature pyramid that adds the map of two levels above."""

    def __init__(self) -> None:
        super().__init__()
        self.c2, self.c3 = nn.Conv2d(3, 16, 3, 2, 1), nn.Conv2d(16, 32, 3, 2, 1)
        self.c4, self.c5 = nn.Conv2d(32, 64, 3, 2, 1), nn.Conv2d(64, 128, 3, 2, 1)
        self.lat3, self.lat4, self.lat5 = nn.Conv2d(32, 24, 1), nn.Conv2d(64, 24, 1), nn.Conv2d(128, 24, 1)

    def forward(self, x: Tensor) -> Tensor:
        c3 = self.c3(self.c2(x))
        c4 = self.c4(c3)
        l3, l4, l5 = self.lat3(c3), self.lat4(c4), self.lat5(self.c5(c4))
        up5 = F.interpolate(l5, scale_factor=2)
        return l3 + up5 if l4 is not None else l4


class Pooled(nn.Module):
    """The pooled map is joined in place of the one before the pool."""

    def __init__(self) -> None:
        super().__init__()
        self.enc = double(3, 16)
        self.pool = nn.MaxPool2d(2)
        self.mid = double(16, 32)
        self.up = nn.ConvTranspose2d(32, 16, 2, 2)
        self.dec = double(32, 16)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.pool(self.enc(x))
        return self.dec(torch.cat([self.up(self.mid(skip)), skip], 1))


class Narrow(nn.Module):
    """The decoder's convolution counts the channels of the upsampled map twice, and the skip has fewer."""

    def __init__(self) -> None:
        super().__init__()
        self.enc = double(3, 32)
        self.mid = double(32, 128)
        self.up = nn.Upsample(scale_factor=2)
        self.dec = double(256, 64)

    def forward(self, x: Tensor) -> Tensor:
        e = self.enc(x)
        return self.dec(torch.cat([self.up(self.mid(F.max_pool2d(e, 2))), e], 1))


REBUILT = r"d3\[1\]\[0\] = nn.Conv2d\(256|conv2\[0\] = nn.Conv2d\(32|d3\[0\] = |up2 = "
GROWN = r"padding=|stride=|output_padding"

NETWORKS = [
    Broken(
        "unet-cat-after-the-block", "pytorch/pytorch#45425", UpInside, ((1, 3, 64, 64),),
        cause=(r"d3\[1\]\[0\]", r"512", r"256", r"(?i)cat|concatenat", r"e3\[\d\] \(.*row"),
        misleading=(r"tried\): (d3\[1\]\[0\]|d3\[0\]) = ",),
        repairs=(r"torch\.cat\(",),
    ),
    Broken(
        "unet-without-cat", "forum: expected input to have 64 channels, but got 32 channels", Forgotten,
        ((1, 1, 32, 32),),
        cause=(r"conv2\[0\]", r"64", r"32", r"(?i)cat|concatenat", r"down2\[\d\] \(.*row"),
        misleading=(r"tried\): (conv2\[0\]|up2) = ",),
        repairs=(r"torch\.cat\(",),
    ),
    Broken(
        "skips-first-in-first-out", "forum: U-Net decoder with ModuleList", lambda: Levels("forward"),
        ((1, 3, 64, 64),),
        cause=(r"down3\[\d\] \(.*row \d+", r"\(1, 64, 16, 16\)", r"would fit|fits"),
        misleading=(GROWN,), repairs=(r"down3\[\d\]",),
    ),
    Broken(
        "skips-with-the-bottom", "own", lambda: Levels("late"), ((1, 3, 64, 64),),
        cause=(r"down3\[\d\] \(.*row \d+", r"\(1, 64, 16, 16\)", r"would fit|fits"),
        misleading=(GROWN,), repairs=(r"down3\[\d\]",),
    ),
    Broken(
        "skips-always-the-last", "own", lambda: Levels("once"), ((2, 3, 64, 64),),
        cause=(r"down2\[\d\] \(.*row \d+", r"\(2, 32, 32, 32\)", r"would fit|fits"),
        misleading=(GROWN,), repairs=(r"down2\[\d\]",),
    ),
    Broken(
        "fpn-two-levels-apart", "forum: FPN size of tensor a must match the size of tensor b", Ladder,
        ((1, 3, 128, 128),),
        cause=(r"lat4 \(row \d+", r"\(1, 24, 16, 16\)", r"would fit|fits"),
        misleading=(GROWN,), repairs=(r"lat4|scale_factor=4|interpolate\(.*size",),
    ),
    Broken(
        "unet-pooled-skip", "forum: U-Net from scratch", Pooled, ((1, 3, 64, 64),),
        cause=(r"enc\[\d\] \(.*row \d+", r"\(1, 16, 64, 64\)", r"would fit|fits"),
        misleading=(GROWN,), repairs=(r"enc\[\d\]",),
    ),
    Broken(
        "unet-skip-is-narrower", "forum: Given groups=1, weight of size [64, 256, 3, 3]", Narrow,
        ((1, 3, 32, 32),),
        cause=(r"dec\[0\]", r"256", r"160 = 128 \+ 32"),
        repairs=(r"dec\[0\] = nn.Conv2d\(160, 64, 3, padding=1\)",),
    ),
]  # fmt: skip
