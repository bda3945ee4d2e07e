"""Views and reshapes to sizes that the values do not fill."""

import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class Yolo(nn.Module):
    """A detection head for another number of classes than the view after it."""

    def __init__(self, classes: int = 80) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 32, 3, 2, 1), nn.BatchNorm2d(32), nn.LeakyReLU(0.1), nn.Conv2d(32, 64, 3, 16, 1)
        )
        self.head = nn.Conv2d(64, 3 * (20 + 5), 1)
        self.nc = classes

    def forward(self, x: Tensor) -> Tensor:
        y = self.head(self.body(x))
        n, _, h, w = y.shape
        return y.view(n, 3, self.nc + 5, h, w).permute(0, 1, 3, 4, 2)


class YoloReshaped(Yolo):
    """The same with reshape, the anchors last, and the batch written as -1 nowhere."""

    def __init__(self) -> None:
        super().__init__(1)
        self.head = nn.Conv2d(64, 255, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.head(self.body(x)).permute(0, 2, 3, 1)
        n, h, w, _ = y.shape
        return y.reshape(n, h, w, 3, 5 + self.nc)


class Windows(nn.Module):
    """Swin's windows, at a size that their side does not divide."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.window_size = nn.Conv2d(3, 16, 4, stride=4), 7

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x).permute(0, 2, 3, 1)
        b, h, w, c = x.shape
        s = self.window_size
        x = x.view(b, h // s, s, w // s, s, c)
        windows = x.permute(0, 1, 3, 2, 4, 5).flatten(3, 4).mean(3)
        return windows.flatten(1, 2)


class Patches(nn.Module):
    """A vision transformer that cuts the image itself, at a size that the patches do not fill."""

    def __init__(self) -> None:
        super().__init__()
        self.p, self.embed = 16, nn.Linear(3 * 16 * 16, 32)

    def forward(self, x: Tensor) -> Tensor:
        b, c, h, w = x.shape
        x = x.reshape(b, c, h // self.p, self.p, w // self.p, self.p)
        return self.embed(x.permute(0, 2, 4, 1, 3, 5).flatten(3).flatten(1, 2))


class FixedBatch(nn.Module):
    """The batch of the training is written into the view."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 8, 3, stride=2), nn.Linear(8 * 13 * 13, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.conv(x))
        return self.fc(x.view(32, 8 * 13 * 13))


class Heads(nn.Module):
    """Attention with a number of heads that does not divide the features."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.heads, self.dim = nn.Linear(100, 300), 12, 100

    def forward(self, x: Tensor) -> Tensor:
        b, t, _ = x.shape
        q, _, _ = self.qkv(x).chunk(3, -1)
        return q.view(b, t, self.heads, self.dim // self.heads).transpose(1, 2)


class ChannelShuffle(nn.Module):
    """ShuffleNet's exchange of channels with groups that do not divide them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.groups = nn.Conv2d(3, 58, 1), 4

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        n, c, h, w = x.shape
        x = x.view(n, self.groups, c // self.groups, h, w)
        return x.transpose(1, 2).flatten(1, 2)


class Generator(nn.Module):
    """A generator whose dense layer gives other numbers than the maps need."""

    def __init__(self) -> None:
        super().__init__()
        self.fc, self.up = nn.Linear(64, 128 * 7 * 7), nn.ConvTranspose2d(128, 1, 4, 2, 1)

    def forward(self, z: Tensor) -> Tensor:
        x = F.relu(self.fc(z))
        return self.up(x.view(z.size(0), 128, 8, 8))


NETWORKS = [
    Broken(
        "yolo-view",
        "eriklindernoren/PyTorch-YOLOv3#567, ultralytics/yolov3#1395",
        Yolo,
        ((1, 3, 416, 416),),
        cause=(r"view", r"head", r"\b75\b", r"\b255 = 3 × 85|3 × 85"),
        misleading=(r"feed \(1, 3",),
        repairs=(r"head = nn\.Conv2d\(64, 255, 1\)",),
    ),
    Broken(
        "yolo-reshape-channels-last",
        "ultralytics/yolov3#120",
        YoloReshaped,
        ((2, 3, 64, 64),),
        cause=(r"reshape", r"head", r"\b255\b", r"\b18\b"),
        misleading=(r"feed \(2, 3",),
        repairs=(r"head = nn\.Conv2d\(64, 18, 1\)",),
    ),
    Broken(
        "swin-windows",
        "GuoLanqing/ShadowFormer#27, microsoft/CSWin-Transformer#5",
        Windows,
        ((1, 3, 100, 100),),
        cause=(r"\b25\b", r"\b7\b", r"divide|multiple|3 × 7"),
        misleading=(r"embed = ", r"x\.flatten\(1\)"),
        repairs=(r"feed \(1, 3, (112|84|140|224), ",),
    ),
    Broken(
        "vit-patches",
        "roboflow/rf-detr#148 and own",
        Patches,
        ((2, 3, 40, 40),),
        cause=(r"\b40\b", r"\b16\b", r"divide|multiple|2 × 16"),
        misleading=(r"x\.flatten\(1\)",),
        repairs=(r"feed \(2, 3, (48|32|64), ",),
    ),
    Broken(
        "batch-in-view",
        "forum: shape '[32, 1352]' is invalid for input of size 6760 (last batch)",
        FixedBatch,
        ((5, 1, 28, 28),),
        cause=(r"\b32\b", r"\b5\b", r"batch"),
        misleading=(r"feed \(5, ", r"Linear\("),
        repairs=(r"view\((x\.size\(0\)|-1|x\.shape\[0\]), ",),
    ),
    Broken(
        "heads-in-a-view",
        "forum: shape '[2, 10, 12, 8]' is invalid for input of size 2000",
        Heads,
        ((2, 10, 100),),
        cause=(r"\b100\b", r"\b12\b", r"12 × 8|12 does not divide 100"),
        misleading=(r"feed \(",),
    ),
    Broken(
        "shuffle-groups",
        "own",
        ChannelShuffle,
        ((1, 3, 8, 8),),
        cause=(r"\b58\b", r"4 × 14|4 does not divide 58", r"conv"),
        misleading=(r"feed \(",),
        repairs=(r"conv = nn\.Conv2d\(3, 56, 1\)|conv = nn\.Conv2d\(3, 60, 1\)",),
    ),
    Broken(
        "generator-view",
        "forum: shape '[16, 128, 8, 8]' is invalid for input of size 100352",
        Generator,
        ((16, 64),),
        cause=(r"8,?192", r"6,?272", r"fc"),
        repairs=(r"fc = nn\.Linear\(64, 8192\)|128, 7, 7",),
    ),
]
