"""Broken networks that are given lengths, indices or masks as tensors, whose values must be kept."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from collection.entry import Broken


class Packed(nn.Module):
    """A GRU over sequences of several lengths, and a dense layer of the wrong width."""

    def __init__(self, features: int = 16, changed: bool = False) -> None:
        super().__init__()
        self.gru = nn.GRU(8, 16, batch_first=True)
        self.out = nn.Linear(features, 2)
        self.changed = changed

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        lengths = (lengths + 0).int() if self.changed else lengths.cpu()
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        y, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        return self.out(y)


class Nested(Packed):
    """The lengths come in a dictionary."""

    def forward(self, batch: dict[str, Tensor]) -> Tensor:  # type: ignore[override]
        return super().forward(batch["x"], batch["lengths"].to(torch.int64))


class Chosen(nn.Module):
    """Points that are chosen by a mask, and a dense layer of the wrong width."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(6, 3)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.fc(x[mask])


def _lengths(*values: int) -> Tensor:
    return torch.tensor(values)


def _broken(name: str, build: Any, inputs: tuple[Any, ...], *cause: str, repairs: tuple[str, ...]) -> Broken:
    misleading = (r"<= 0", r"has to be greater", r"random numbers: lengths")
    return Broken(
        name, "mert-kurttutan/torchview and TylerYep/torchinfo#161", build, inputs, cause, misleading, repairs
    )


NETWORKS = [
    _broken(
        "packed-lengths",
        lambda: Packed(12),
        (torch.randn(4, 12, 8), _lengths(3, 12, 5, 7)),
        r"out \(Linear",
        r"\b12\b",
        r"\b16\b",
        repairs=(r"out = nn\.Linear\(16, 2\)",),
    ),
    _broken(
        "packed-lengths-changed-on-the-way",
        lambda: Packed(12, True),
        (torch.randn(4, 12, 8), _lengths(3, 12, 5, 7)),
        r"out \(Linear",
        r"\b12\b",
        r"\b16\b",
        repairs=(r"out = nn\.Linear\(16, 2\)",),
    ),
    _broken(
        "packed-lengths-in-a-dictionary",
        lambda: Nested(12),
        ({"x": torch.randn(4, 12, 8), "lengths": _lengths(3, 12, 5, 7)},),
        r"out \(Linear",
        r"\b12\b",
        r"\b16\b",
        repairs=(r"out = nn\.Linear\(16, 2\)",),
    ),
    _broken(
        "packed-shape-and-lengths",
        lambda: Packed(12),
        ((4, 12, 8), _lengths(3, 12, 5, 7)),
        r"out \(Linear",
        r"\b12\b",
        r"\b16\b",
        repairs=(r"out = nn\.Linear\(16, 2\)",),
    ),
    _broken(
        "chosen-by-a-mask",
        Chosen,
        (torch.randn(2, 5, 8), torch.tensor([[1, 0, 1, 1, 0], [0, 0, 1, 0, 0]]).bool()),
        r"fc \(Linear",
        r"\b6\b",
        r"\b8\b",
        repairs=(r"fc = nn\.Linear\(8, 3\)",),
    ),
]
