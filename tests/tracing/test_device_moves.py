"""Networks that move tensors in forward to a device which this computer does not have."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from networks_of_all_kinds import From
from torch import Tensor, nn

from cnnbook import trace

MISSING = "moves a tensor to the device {}, which this computer does not have"


@pytest.fixture(autouse=True)
def no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without an accelerator, wherever the tests run."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def branch_on_values(x: Tensor) -> Tensor:
    return (x * 2 if x.mean() > 0 else x).to("cuda")


def with_gradients(x: Tensor) -> Tensor:
    with torch.enable_grad():
        return x.to("cuda")


@pytest.mark.parametrize(
    ("move", "device"),
    [
        (lambda x: x.to("cuda"), "cuda"),
        (lambda x: x.cuda(), "cuda"),
        (lambda x: x.cuda(1), "cuda:1"),
        (lambda x: x.to(0), "cuda:0"),
        (lambda x: x.to(torch.device("cuda", 1)), "cuda:1"),
        (lambda x: x.to(device="mps", dtype=torch.float32), "mps"),
        (branch_on_values, "cuda"),
        (with_gradients, "cuda"),
    ],
)
def test_a_move_to_a_missing_device_gets_a_note(move: Callable[[Tensor], Tensor], device: str) -> None:
    """The trace goes on, also on real numbers and with gradients, and says once what a run would meet."""
    net = From(lambda s, x: s.fc(move(move(x))), fc=nn.Linear(4, 3))
    found = trace(nn.Sequential(net), (2, 4))
    assert found.output_shape == (2, 3)
    (note,) = [note for note in found.notes if MISSING.format(device) in note]
    assert note.startswith("forward of 0 (From) moves")
    assert "y.to(x.device)" in note


@pytest.mark.parametrize(
    "stay",
    [
        lambda x: x.cpu(),
        lambda x: x.to("cpu"),
        lambda x: x.to(torch.float32),
        lambda x: x.to(torch.ones(1)),
        lambda x: x.to(x.device),
    ],
)
def test_other_moves_get_no_note(stay: Callable[[Tensor], Tensor]) -> None:
    """The CPU, the device of another tensor, and number types are always there."""
    assert trace(From(lambda s, x: s.fc(stay(x)), fc=nn.Linear(4, 3)), (2, 4)).notes == ()


def test_a_move_where_the_device_is_there_gets_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a computer with an accelerator nothing is wrong."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert trace(From(lambda s, x: s.fc(x.to("cuda")), fc=nn.Linear(4, 3)), (2, 4)).notes == ()
