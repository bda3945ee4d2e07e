"""The photographs of the course as tensors, for the chapters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnbook import photographs

if TYPE_CHECKING:
    import torch


def photograph(name: str = "hopper", *, colour: bool = False) -> torch.Tensor:
    """Return a photograph as a tensor of numbers from 0 (black) to 1 (white), of shape (192, 192).

    "hopper" is Rear Admiral Grace Hopper, "flower" a dahlia, "china" a pagoda; data/README.md has their
    origins. With `colour` the shape is (3, 192, 192): red, green and blue.

    >>> photograph("hopper").shape, photograph("flower", colour=True).shape
    (torch.Size([192, 192]), torch.Size([3, 192, 192]))

    Raises UnknownPhotographError, a ValueError, if there is no photograph of this name.
    """
    import torch

    planes = photographs.planes(name)
    return torch.tensor(planes if colour else photographs.grey(*planes)) / 255
