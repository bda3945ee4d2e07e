"""Augmentation: each picture is moved and mirrored by chance while a network trains."""

import torch
from torch import nn
from torch.nn import functional as F


class Moved(nn.Module):
    """A layer that moves its pictures by up to `most` pixels and mirrors half of them, in training only.

    All pictures of a batch move together, each is mirrored or not by itself. What comes in from outside is
    the darkest number of the batch.

    >>> picture = torch.eye(28)[None, None]
    >>> Moved().eval()(picture) is picture, Moved().train()(picture).shape
    (True, torch.Size([1, 1, 28, 28]))
    """

    def __init__(self, most: int = 2) -> None:
        super().__init__()
        self.most = most

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the pictures, moved and mirrored in training mode."""
        if not self.training:
            return images
        mirrored = torch.rand(len(images), 1, 1, 1) < 0.5
        down, right = torch.randint(0, 2 * self.most + 1, (2,)).tolist()
        turned = torch.where(mirrored, images.flip(3), images)
        framed = F.pad(turned, [self.most] * 4, value=images.min().item())
        height, width = images.shape[2:]
        return framed[:, :, down : down + height, right : right + width]
