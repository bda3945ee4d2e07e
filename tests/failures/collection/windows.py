"""Windows, patches and slices that the size of a map is no multiple of."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class Swin(nn.Module):
    """The first stage of a shifted-window transformer."""

    def __init__(self, window: int = 7) -> None:
        super().__init__()
        self.window = window
        self.embed = nn.Conv2d(3, 24, 4, stride=4)
        self.norm = nn.LayerNorm(24)
        self.attn = nn.MultiheadAttention(24, 3, batch_first=True)

    def partition(self, x: Tensor) -> Tensor:
        b, h, w, c = x.shape
        s = self.window
        x = x.view(b, h // s, s, w // s, s, c)
        return x.permute(0, 1, 3, 2, 4, 5).contiguous().view(-1, s * s, c)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.embed(x).permute(0, 2, 3, 1))
        b, h, w, c = x.shape
        s = self.window
        x = self.partition(x)
        x = self.attn(x, x, x)[0].view(b, h // s, w // s, s, s, c)
        return x.permute(0, 1, 3, 2, 4, 5).reshape(b, h, w, c)


class Patches(nn.Module):
    """The image is cut into patches by a reshape."""

    def __init__(self, patch: int = 16) -> None:
        super().__init__()
        self.patch = patch
        self.embed = nn.Linear(3 * patch * patch, 64)

    def forward(self, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        p = self.patch
        x = x.reshape(n, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5)
        return self.embed(x.reshape(n, -1, c * p * p))


class Merging(nn.Module):
    """Patch merging: every second row and column, joined."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, 16, 4, 4)
        self.reduction = nn.Linear(64, 32)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x).permute(0, 2, 3, 1)
        parts = [x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]]
        return self.reduction(torch.cat(parts, -1))


class Focus(nn.Module):
    """The first layer of a detector: four slices of the image as channels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(12, 32, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        a, b = x[..., ::2, ::2], x[..., 1::2, ::2]
        c, d = x[..., ::2, 1::2], x[..., 1::2, 1::2]
        return self.conv(torch.cat((a, b, c, d), dim=1))


class Unshuffled(nn.Module):
    """Super-resolution that begins with a pixel unshuffle."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3 * 16, 32, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pixel_unshuffle(x, 4))


class Grid(nn.Module):
    """Tokens are made a map again with the side that the network was built for."""

    def __init__(self, side: int = 14) -> None:
        super().__init__()
        self.side = side
        self.embed = nn.Conv2d(3, 32, 16, 16)
        self.out = nn.Conv2d(32, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x).flatten(2).transpose(1, 2)
        return self.out(x.transpose(1, 2).reshape(x.shape[0], 32, self.side, self.side))


class Positions(nn.Module):
    """A vision transformer whose positions were made for images of 224."""

    def __init__(self, image: int = 224, patch: int = 16, width: int = 64) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, width, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, width))
        self.pos = nn.Parameter(torch.zeros(1, (image // patch) ** 2 + 1, width))
        layer = nn.TransformerEncoderLayer(width, 4, 128, batch_first=True)
        self.enc = nn.TransformerEncoder(layer, 2)
        self.head = nn.Linear(width, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(x.size(0), -1, -1), x], 1) + self.pos
        return self.head(self.enc(x)[:, 0])


NETWORKS = [
    Broken(
        "window-partition-7", "microsoft/Swin-Transformer#96", Swin, ((1, 3, 256, 256),),
        cause=(r"view", r"\(1, 64, 64, 24\)", r"64", r"multiple of 7|divi\w+ by 7|7 does not divide"),
        repairs=(r"feed \(1, 3, 252, 252\)", r"feed \(1, 3, 280, 280\)"),
    ),
    Broken(
        "window-partition-10", "HuCaoFighting/Swin-Unet#112", lambda: Swin(10), ((1, 3, 748, 750),),
        cause=(r"view", r"\(1, 187, 187, 24\)", r"187", r"multiple of 10|divi\w+ by 10|10 does not divide"),
        repairs=(r"feed \(1, 3, 760, 760\)", r"feed \(1, 3, 720, 720\)"),
    ),
    Broken(
        "patches-of-220", "lucidrains/vit-pytorch#28", Patches, ((1, 3, 220, 220),),
        cause=(r"reshape", r"\(1, 3, 220, 220\)", r"220", r"multiple of 16|divi\w+ by 16|16 does not divide"),
        repairs=(r"feed \(1, 3, 224, 224\)", r"feed \(1, 3, 208, 208\)"),
    ),
    Broken(
        "patches-of-121", "kyegomez/NaViT#24", Patches, ((2, 3, 121, 256),),
        cause=(r"reshape", r"\(2, 3, 121, 256\)", r"121", r"multiple of 16|divi\w+ by 16|16 does not divide"),
        misleading=(r"256 is (not|no)",), repairs=(r"feed \(2, 3, 128, 256\)", r"feed \(2, 3, 112, 256\)"),
    ),
    Broken(
        "patch-merging-of-7", "microsoft/Swin-Transformer#202", Merging, ((1, 3, 28, 28),),
        cause=(r"cat", r"\(1, 4, 4, 16\)", r"\(1, 3, 4, 16\)", r"\b7\b", r"odd|even|multiple of 2"),
        repairs=(r"feed \(1, 3, 32, 32\)", r"feed \(1, 3, 24, 24\)", r"F\.pad"),
    ),
    Broken(
        "focus-of-odd-rows", "Megvii-BaseDetection/YOLOX#851", Focus, ((1, 3, 375, 500),),
        cause=(r"cat", r"188", r"187", r"375", r"odd|even|multiple of 2"),
        repairs=(r"feed \(1, 3, 376, 500\)", r"feed \(1, 3, 374, 500\)", r"F\.pad"),
    ),
    Broken(
        "pixel-unshuffle-of-90", "own", Unshuffled, ((1, 3, 90, 120),),
        cause=(r"pixel_unshuffle", r"90", r"multiple of 4|divi\w+ by 4|4 does not divide"),
        misleading=(r"120 is (not|no)",), repairs=(r"feed \(1, 3, 92, 120\)", r"feed \(1, 3, 88, 120\)"),
    ),
    Broken(
        "grid-of-another-image", "TongkunGuan/CCD#7", Grid, ((2, 3, 256, 256),),
        cause=(r"reshape\(2, 32, 14, 14\)", r"12,544", r"16,384"),
        repairs=(r"feed \(2, 3, 224, 224\)",),
    ),
    Broken(
        "positions-of-another-image", "jeonsworld/ViT-pytorch#3", Positions, ((2, 3, 32, 32),),
        cause=(r"add", r"\(2, 5, 64\)", r"\(1, 197, 64\)", r"\b5\b", r"197"),
        repairs=(r"feed \(2, 3, 224, 224\)", r"pos = nn\.Parameter\(torch\.\w+\(1, 5, 64\)\)"),
    ),
]  # fmt: skip
