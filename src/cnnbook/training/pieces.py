"""Pieces of three photographs, turned by quarters, for a network that is to learn its first kernels."""

import torch

from cnnbook.training.clothes import Labelled

_QUARTERS = 4


def pieces(photographs: torch.Tensor, *, count: int = 2_000, side: int = 43, seed: int = 0) -> Labelled:
    """Return square pieces of photographs and the label of each, which says the photograph and the turn.

    `photographs` has shape (N, 3, H, W). Photograph, place and turn of a piece are drawn by `seed`. A label
    is the number of the photograph plus N times the number of quarter turns. Each piece has a mean of 0, so
    that a dark one and a bright one begin equal.

    >>> found = pieces(torch.rand(3, 3, 60, 60), count=5)
    >>> found.images.shape, bool((found.labels < 12).all())
    (torch.Size([5, 3, 43, 43]), True)

    Raises ValueError if a piece is larger than the photographs.
    """
    several, _channels, height, width = photographs.shape
    if side > min(height, width):
        raise ValueError(f"a piece has {side} rows, the photographs have {height} × {width} pixels")
    chance = torch.Generator().manual_seed(seed)
    limits = (several, _QUARTERS, height - side + 1, width - side + 1)
    drawn = torch.stack([torch.randint(most, (count,), generator=chance) for most in limits], dim=1)
    images = torch.empty(count, 3, side, side)
    for at, (photo, turns, top, left) in enumerate(drawn.tolist()):
        part = photographs[photo, :, top : top + side, left : left + side]
        images[at] = torch.rot90(part - part.mean(), turns, (1, 2))
    return Labelled(images, drawn[:, 0] + several * drawn[:, 1])
