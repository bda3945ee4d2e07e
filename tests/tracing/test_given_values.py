"""Lengths, indices and masks that are given as tensors keep their values."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from cnnbook.tracing import trace

LENGTHS = torch.tensor([3, 12, 5, 7])


class Packed(nn.Module):
    """A recurrent layer over sequences of several lengths; `change` is done to the lengths before."""

    def __init__(self, change: Any = None, out: nn.Module | None = None) -> None:
        super().__init__()
        self.gru, self.out = nn.GRU(8, 16, batch_first=True), out or nn.Linear(16, 2)
        self.change = change or (lambda n: n)

    def forward(self, x: Tensor, n: Any) -> Tensor:
        n = self.change(n["n"] if isinstance(n, dict) else n[0] if isinstance(n, tuple) else n)
        packed = pack_padded_sequence(x, n, batch_first=True, enforce_sorted=False)
        return self.out(pad_packed_sequence(self.gru(packed)[0], batch_first=True)[0])


@pytest.mark.parametrize(
    "change",
    [None, lambda n: n.cpu(), lambda n: n.to(torch.int64), lambda n: n + 0, lambda n: n.int().long()],
)
def test_lengths_are_those_that_were_given(change: Any) -> None:
    """Also after they were moved, converted or computed with; the longest gives the length of the output."""
    seen = trace(Packed(change).eval(), (4, 15, 8), LENGTHS)
    assert seen.output_shape == (4, 12, 2)
    assert seen.notes[0].startswith("run on the CPU with the given values of input 2, all else random: ")


@pytest.mark.parametrize("given", [{"n": LENGTHS}, (LENGTHS, "else")])
def test_lengths_in_a_container_and_by_keyword(given: Any) -> None:
    """In a dictionary, in a tuple, and as a keyword."""
    assert trace(Packed().eval(), (4, 15, 8), given).output_shape == (4, 12, 2)
    assert trace(Packed().eval(), (4, 15, 8), n=LENGTHS).output_shape == (4, 12, 2)


def test_a_lazy_layer_after_them_gets_its_shape() -> None:
    """A lazy layer that only a pass with values reaches is shaped; the network itself stays as it was."""
    model = Packed(out=nn.LazyLinear(2))
    before = torch.get_rng_state()
    assert trace(model.eval(), (4, 15, 8), LENGTHS)["out"].parameters == 34
    assert isinstance(model.out, nn.LazyLinear)
    assert torch.equal(torch.get_rng_state(), before)


class Cut(nn.Module):
    """Cuts its input to the largest length, or chooses by a mask, or by a single number."""

    def forward(self, x: Tensor, n: Tensor) -> Tensor:
        if n.dtype is torch.bool:
            return x[n]
        return x[:, : n.max()] if n.dim() else (x if n.item() > 3 else x[:1])


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (LENGTHS, (4, 12, 8)),
        (torch.tensor([[1, 0, 1]] * 4).bool(), (8, 8)),
        (torch.tensor(5), (4, 15, 8)),
        (torch.tensor(2), (1, 15, 8)),
    ],
)
def test_values_decide_the_shape(value: Tensor, shape: tuple[int, ...]) -> None:
    """A slice up to the largest length, a mask, a number that decides which way forward goes."""
    first = (4, 3, 8) if value.dtype is torch.bool else (4, 15, 8)
    assert trace(Cut(), first, value).output_shape == shape
    assert tuple(Cut()(torch.zeros(first), value).shape) == shape
