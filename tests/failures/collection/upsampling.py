"""Upsampled maps that miss the size of their skip by a padding, of the network or of the upsampling."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class Transposed(nn.Module):
    """A transposed convolution whose kernel and padding do not double the size."""

    def __init__(self, kernel: int, padding: int) -> None:
        super().__init__()
        self.enc, self.down = nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 32, 3, 2, 1)
        self.up = nn.ConvTranspose2d(32, 16, kernel, 2, padding)
        self.out = nn.Conv2d(32, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        a = F.relu(self.enc(x))
        return self.out(torch.cat([a, self.up(self.down(a))], 1))


class Unpadded(nn.Module):
    """The U-Net of the paper, whose convolutions have no padding, without cropping the skips."""

    def __init__(self) -> None:
        super().__init__()

        def twice(c_in: int, c_out: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(c_in, c_out, 3), nn.ReLU(), nn.Conv2d(c_out, c_out, 3), nn.ReLU())

        self.a, self.b, self.c = twice(1, 16), twice(16, 32), twice(32, 64)
        self.u2, self.u1 = nn.ConvTranspose2d(64, 32, 2, 2), nn.ConvTranspose2d(32, 16, 2, 2)
        self.e2, self.e1 = twice(64, 32), twice(32, 16)

    def forward(self, x: Tensor) -> Tensor:
        a = self.a(x)
        b = self.b(F.max_pool2d(a, 2))
        x = self.e2(torch.cat([b, self.u2(self.c(F.max_pool2d(b, 2)))], 1))
        return self.e1(torch.cat([a, self.u1(x)], 1))


# Another padding or stride in the encoder changes every other size. (An output_padding fits one size only.)
PADDED = (r"give (?!up|u\d)\w",)

NETWORKS = [
    Broken(
        "transposed-kernel-of-3", "forum: ConvTranspose2d gives 31 in place of 32", lambda: Transposed(3, 1),
        ((1, 3, 32, 32),),
        cause=(r"up \(row 3\)", r"\b31\b", r"\b32\b", r"= 31 of 16"), misleading=PADDED,
        repairs=(r"up output_padding=1",),
    ),
    Broken(
        "transposed-kernel-of-4", "own", lambda: Transposed(4, 0), ((1, 3, 32, 32),),
        cause=(r"up \(row 3\)", r"\b34\b", r"\b32\b", r"= 34 of 16"), misleading=PADDED,
        repairs=(r"up padding=1",),
    ),
    Broken(
        "unet-of-the-paper", "forum: U-Net without padding, copy and crop", Unpadded, ((1, 1, 140, 140),),
        cause=(r"b\[\d\]", r"64, 64", r"u2", r"56 × 56", r"c\[0\], c\[2\]", r"no padding"),
        repairs=(r"center_crop\(", r"padding=1 in all 10"),
    ),
]  # fmt: skip
