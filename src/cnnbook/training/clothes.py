"""The pictures of clothes that the chapters train on, as tensors."""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch

CLOTHES: Final = (
    "T-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
"""The names of the ten labels, 0 to 9."""


class Labelled(NamedTuple):
    """Pictures, shape (N, C, H, W), and the label of each, shape (N,)."""

    images: torch.Tensor
    labels: torch.Tensor


class Clothes(NamedTuple):
    """The pictures to train with, and those to test with, which no training may see."""

    train: Labelled
    test: Labelled


def fashion(path: str | Path = "../data/fashion.npz") -> Clothes:
    """Return 10,000 pictures of clothes to train with and 2,000 to test with, 28 × 28, from 0 to 1.

    They are the first ones of Fashion-MNIST (Zalando SE, 2017, MIT licence). 0 is the background; `CLOTHES`
    has the names of the labels. `path` is where the chapters find the file.

    >>> clothes = fashion("data/fashion.npz")
    >>> clothes.train.images.shape, clothes.test.images.shape
    (torch.Size([10000, 1, 28, 28]), torch.Size([2000, 1, 28, 28]))
    >>> CLOTHES[clothes.train.labels[0]]
    'ankle boot'

    Raises FileNotFoundError if there is no such file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"there is no file {path} here; `cnnbook lab` puts it beside work/, where the chapters run"
        )
    with np.load(path) as file:
        parts = [
            Labelled(
                torch.from_numpy(file[part])[:, None] / 255, torch.from_numpy(file[f"{part}_labels"]).long()
            )
            for part in ("train", "test")
        ]
    return Clothes(*parts)
