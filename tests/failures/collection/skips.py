"""Skip connections whose shapes do not fit."""

import torch
from torch import Tensor, nn

from collection.entry import Broken


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


NETWORKS = [
    Broken(
        "unet-odd-width",
        "forum: Sizes of tensors must match except in dimension 1",
        OddUNet,
        ((1, 3, 48, 51),),
        cause=(r"51", r"50", r"pool"),
        repairs=(r"48, 52|48, 50|interpolate|pad",),
    ),
]
