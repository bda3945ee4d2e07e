"""Skip connections whose shapes do not fit: odd sizes in U-Nets, feature pyramids and detectors."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


def double(c_in: int, c_out: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 3, padding=1), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True),
        nn.Conv2d(c_out, c_out, 3, padding=1), nn.BatchNorm2d(c_out), nn.ReLU(inplace=True),
    )  # fmt: skip


class OddUNet(nn.Module):
    """A U-Net of one level at an odd size: the upsampled map has one column less than the skip."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.middle = nn.Conv2d(8, 16, 3, padding=1)
        self.up = nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.out = nn.Conv2d(16, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        skip = self.down(x)
        return self.out(torch.cat((skip, self.up(self.middle(self.pool(skip)))), 1))


class ThreeLevels(nn.Module):
    """A U-Net of three levels with transposed convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.c1, self.c2, self.c3, self.mid = double(3, 16), double(16, 32), double(32, 64), double(64, 128)
        self.pool = nn.MaxPool2d(2)
        self.u3, self.u2 = nn.ConvTranspose2d(128, 64, 2, 2), nn.ConvTranspose2d(64, 32, 2, 2)
        self.u1 = nn.ConvTranspose2d(32, 16, 2, 2)
        self.d3, self.d2, self.d1 = double(128, 64), double(64, 32), double(32, 16)
        self.final = nn.Conv2d(16, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        a = self.c1(x)
        b = self.c2(self.pool(a))
        c = self.c3(self.pool(b))
        m = self.mid(self.pool(c))
        d = self.d3(torch.cat([c, self.u3(m)], 1))
        d = self.d2(torch.cat([b, self.u2(d)], 1))
        return self.final(self.d1(torch.cat([a, self.u1(d)], 1)))


class Bilinear(nn.Module):
    """A U-Net that upsamples with nn.Upsample, four levels deep, in modules of its own."""

    class Up(nn.Module):
        def __init__(self, c_in: int, c_out: int) -> None:
            super().__init__()
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = double(c_in, c_out)

        def forward(self, x: Tensor, skip: Tensor) -> Tensor:
            return self.conv(torch.cat([skip, self.up(x)], dim=1))

    def __init__(self) -> None:
        super().__init__()
        widths = (8, 16, 32, 64, 64)
        self.inc = double(3, 8)
        self.downs = nn.ModuleList(nn.Sequential(nn.MaxPool2d(2), double(a, b)) for a, b in pairwise(widths))
        self.ups = nn.ModuleList(self.Up(a, b) for a, b in ((128, 32), (64, 16), (32, 8), (16, 8)))
        self.outc = nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips = [self.inc(x)]
        for down in self.downs:
            skips.append(down(skips[-1]))
        x = skips.pop()
        for up in self.ups:
            x = up(x, skips.pop())
        return self.outc(x)


class Pyramid(nn.Module):
    """A feature pyramid: the coarser map is doubled and added to the lateral one."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, stride=2, padding=1)
        self.c3, self.c4 = nn.Conv2d(16, 32, 3, 2, 1), nn.Conv2d(32, 64, 3, 2, 1)
        self.c5 = nn.Conv2d(64, 128, 3, 2, 1)
        self.lat3, self.lat4, self.lat5 = nn.Conv2d(32, 24, 1), nn.Conv2d(64, 24, 1), nn.Conv2d(128, 24, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        c3 = self.c3(F.relu(self.stem(x)))
        c4 = self.c4(F.relu(c3))
        p5 = self.lat5(self.c5(F.relu(c4)))
        p4 = self.lat4(c4) + F.interpolate(p5, scale_factor=2, mode="nearest")
        p3 = self.lat3(c3) + F.interpolate(p4, scale_factor=2, mode="nearest")
        return p3, p4, p5


class Neck(nn.Module):
    """The neck of a detector with strides up to 32, which joins the upsampled map with a route."""

    def __init__(self) -> None:
        super().__init__()
        layers = [nn.Conv2d(a, b, 3, 2, 1) for a, b in ((3, 8), (8, 16), (16, 32), (32, 64), (64, 128))]
        self.backbone = nn.ModuleList(nn.Sequential(layer, nn.SiLU()) for layer in layers)
        self.reduce = nn.Conv2d(128, 64, 1)
        self.upsample = nn.Upsample(scale_factor=2)
        self.head = nn.Conv2d(128, 75, 1)

    def forward(self, x: Tensor) -> Tensor:
        maps = []
        for stage in self.backbone:
            x = stage(x)
            maps.append(x)
        return self.head(torch.cat([self.upsample(self.reduce(maps[4])), maps[3]], 1))


class Volume(nn.Module):
    """A 3D U-Net of two levels on a scan with an odd number of slices."""

    def __init__(self) -> None:
        super().__init__()
        self.enc1, self.enc2 = nn.Conv3d(1, 8, 3, padding=1), nn.Conv3d(8, 16, 3, padding=1)
        self.pool = nn.MaxPool3d(2)
        self.bottom = nn.Conv3d(16, 32, 3, padding=1)
        self.up2, self.dec2 = nn.ConvTranspose3d(32, 16, 2, 2), nn.Conv3d(32, 16, 3, padding=1)
        self.up1, self.dec1 = nn.ConvTranspose3d(16, 8, 2, 2), nn.Conv3d(16, 2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        e1 = self.enc1(x)
        e2 = self.enc2(self.pool(e1))
        d2 = self.dec2(torch.cat((self.up2(self.bottom(self.pool(e2))), e2), dim=1))
        return self.dec1(torch.cat((self.up1(d2), e1), dim=1))


class Signal(nn.Module):
    """A U-Net for signals, whose length is not a power of two."""

    def __init__(self) -> None:
        super().__init__()
        self.enc1 = nn.Conv1d(1, 8, 9, padding=4)
        self.enc2 = nn.Conv1d(8, 16, 9, padding=4)
        self.enc3 = nn.Conv1d(16, 32, 9, padding=4)
        self.up2, self.up1 = nn.ConvTranspose1d(32, 16, 2, 2), nn.ConvTranspose1d(32, 8, 2, 2)
        self.out = nn.Conv1d(16, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        e1 = F.relu(self.enc1(x))
        e2 = F.relu(self.enc2(F.max_pool1d(e1, 2)))
        e3 = F.relu(self.enc3(F.max_pool1d(e2, 2)))
        d2 = torch.cat([self.up2(e3), e2], 1)
        return self.out(torch.cat([self.up1(d2), e1], 1))


class Added(ThreeLevels):
    """LinkNet's kind of U-Net: the skip is added."""

    def forward(self, x: Tensor) -> Tensor:
        a = self.c1(x)
        b = self.c2(self.pool(a))
        return self.final(self.u1(self.u2(self.c3(self.pool(b))) + b) + a)


SAME = r"interpolate\(.*size|F\.pad"


# Another padding or stride in the encoder changes every other size. (An output_padding fits one size only.)
PADDED = (r"give (?!up|u\d)\w",)

NETWORKS = [
    Broken(
        "unet-odd-width", "forum: Sizes of tensors must match except in dimension 1", OddUNet,
        ((1, 3, 48, 51),),
        cause=(r"51", r"50", r"pool", r"25"),
        misleading=PADDED, repairs=(SAME, r"48, 52"),
    ),
    Broken(
        "unet-three-levels-odd", "milesial/Pytorch-UNet#32", ThreeLevels, ((1, 3, 572, 387),),
        cause=(r"\b(143|71)\b", r"pool \(", r"\b(142|70)\b", r"multiples? of 8"),
        misleading=PADDED, repairs=(r"576, 392|568, 384|572, 384|576, 384", SAME),
    ),
    Broken(
        "unet-bilinear-350", "qubvel-org/segmentation_models.pytorch#57", Bilinear, ((1, 3, 350, 525),),
        cause=(r"\b43\b", r"\b42\b", r"\b21\b", r"downs\[3\]", r"multiples? of 16"),
        misleading=PADDED, repairs=(r"352, 528", SAME),
    ),
    Broken(
        "unet-bilinear-43", "Hsuxu/carvana-pytorch-uNet#1", Bilinear, ((1, 3, 1024, 684),),
        cause=(r"\b85\b", r"\b84\b", r"\b42\b", r"downs\[3\]", r"multiples? of 16"),
        misleading=PADDED, repairs=(r"1024, 688", SAME),
    ),
    Broken(
        "unet-added-540", "lbktrinh/UNet_scAG#1", Added, ((2, 3, 90, 70),),
        cause=(r"\b45\b", r"\b44\b", r"\b22\b", r"pool", r"multiples? of 4"),
        misleading=PADDED, repairs=(r"92, 72|88, 68|88, 72", SAME),
    ),
    Broken(
        "fpn-odd-lateral", "open-mmlab/mmdetection#2157", Pyramid, ((1, 3, 256, 340),),
        cause=(r"\b43\b", r"\b44\b", r"\b22\b", r"c5", r"multiples? of 16"),
        misleading=PADDED, repairs=(r"256, 336", SAME),
    ),
    Broken(
        "fpn-75-by-38", "tensorpack/tensorpack#824", Pyramid, ((1, 3, 300, 200),),
        cause=(r"\b75\b|\b25\b", r"\b76\b|\b26\b", r"\b38\b|\b13\b", r"c4|c5", r"multiples? of 16"),
        misleading=PADDED, repairs=(r"304, 208|304, 192", SAME),
    ),
    Broken(
        "detector-720", "yjh0410/PyTorch_YOLO-Family#14", Neck, ((1, 3, 720, 1440),),
        cause=(r"\b45\b", r"\b46\b", r"\b23\b", r"backbone\[4\]", r"multiples? of 32"),
        misleading=PADDED, repairs=(r"736, 1440|704, 1440", SAME),
    ),
    Broken(
        "detector-1000", "eriklindernoren/PyTorch-YOLOv3#419", Neck, ((1, 3, 1000, 1000),),
        cause=(r"\b63\b", r"\b64\b", r"\b32\b", r"backbone\[4\]", r"multiples? of 32"),
        misleading=PADDED, repairs=(r"992, 992|1024, 1024", SAME),
    ),
    Broken(
        "unet-3d-slices", "fepegar/unet#28", Volume, ((1, 1, 19, 32, 32),),
        cause=(r"\b9\b", r"\b8\b", r"\b4\b", r"pool", r"multiples? of 4"),
        misleading=PADDED, repairs=(r"20, 32, 32", SAME),
    ),
    Broken(
        "unet-1d-length", "forum: U-Net for ECG signals of length 1001", Signal, ((8, 1, 1001),),
        cause=(r"\b1001\b", r"\b1000\b", r"max_pool1d", r"\b500\b", r"multiples? of 4"),
        misleading=PADDED, repairs=(r"1000", SAME),
    ),
]  # fmt: skip
