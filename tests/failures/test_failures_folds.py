"""A view that changed the number of images is named whatever fails after it; losses inside forward."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from repairing import failing, mended
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace


class Head(nn.Module):
    """A convolution, a view as `view` says, a dense layer, and what is made of its result."""

    def __init__(self, view: str, features: int = 36, end: str = "y") -> None:
        super().__init__()
        self.c, self.l, self.view, self.end = nn.Conv2d(1, 4, 3), nn.Linear(features, 5), view, end

    def forward(self, x: Tensor) -> Any:
        maps = self.c(x)
        y = self.l(eval(self.view, {"x": maps, "torch": torch}))
        return eval(self.end, {"x": x, "y": y, "maps": maps, "F": F, "torch": torch})


LABELS = "torch.zeros(x.size(0), dtype=torch.long)"


@pytest.mark.parametrize(
    "end",
    [
        f"F.cross_entropy(y, {LABELS})",
        "torch.cat([y, maps.mean((2, 3))], 1)",
        "torch.ones(4, 5) + y",
        "maps.mean((2, 3)) + y[:, :4]",
    ],
)
@pytest.mark.parametrize("view", ["x.view(-1, 36)", "x.reshape(-1, 36)", "x.view(16, 36)"])
def test_a_folded_batch_is_named_whatever_fails(view: str, end: str) -> None:
    """The view, its shapes, and the repair with a dense layer for all features of an image."""
    op = "reshape" if "reshape" in view else "view"
    error = failing(
        Head(view, end=end),
        (4, 1, 8, 8),
        rf"{op} \(row 1\) makes \(16, 36\) of \(4, 4, 6, 6\): the batch of 4 became 16",
    )
    assert error.repairs[0] == f"x.{op}(x.size(0), -1) at row 1 and l = nn.Linear(144, 5)"
    assert Head("x.view(x.size(0), -1)", 144, end)(torch.zeros(4, 1, 8, 8)).dim() in (0, 2)


@pytest.mark.parametrize("view", ["x.view(-1)", "x.reshape(-1)", "torch.ravel(x)"])
@pytest.mark.parametrize("features", [144, 100])
def test_everything_in_one_row(view: str, features: int) -> None:
    """x.view(-1) gets the advice that torch.flatten(x) gets, with another dense layer if that is wrong."""
    error = failing(
        Head(view, features), (4, 1, 8, 8), r"576 = 4 × 4 × 6 × 6: it flattens the batch of 4 too"
    )
    linear = "" if features == 144 else " and l = nn.Linear(144, 5)"
    assert error.repairs == (f"torch.flatten(x, 1) at row 1{linear}",)
    assert Head("torch.flatten(x, 1)", 144)(torch.zeros(4, 1, 8, 8)).shape == (4, 5)


def test_both_branches_of_a_siamese_network() -> None:
    """One line of forward that runs twice is two rows: the repair is made at both."""

    class Siamese(nn.Module):
        def __init__(self, view: str, features: int) -> None:
            super().__init__()
            self.head = Head(view, features)

        def forward(self, x: Tensor, y: Tensor, label: Tensor) -> Tensor:
            return F.mse_loss(F.pairwise_distance(self.head(x), self.head(y)), label)

    inputs = (4, 1, 8, 8), (4, 1, 8, 8), (4,)
    with pytest.raises(TraceError, match=r"the batch of 4 became 16") as caught:
        trace(Siamese("x.view(-1, 36)", 36), *inputs)
    assert caught.value.repairs[0] == "x.view(x.size(0), -1) at row 1 and 4 and head.l = nn.Linear(144, 5)"
    fixed = Siamese("x.view(x.size(0), -1)", 144)
    assert fixed(*(torch.zeros(shape) for shape in inputs)).shape == ()


class Generator(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.l, self.t, self.channels = (
            nn.Linear(10, 64 * 4 * 4),
            nn.ConvTranspose2d(64, 1, 4, 2, 1),
            channels,
        )

    def forward(self, z: Tensor) -> Tensor:
        return self.t(self.l(z).view(-1, self.channels, 4, 4))


def test_maps_of_a_generator() -> None:
    """view(-1, 16, 4, 4) of 64 * 4 * 4 features: the channels that keep the batch."""
    said = r"view \(row 1\) makes \(12, 16, 4, 4\) of \(3, 1024\): the batch of 3 became 12"
    assert failing(Generator(16), (3, 10), said).repairs == ("x.view(-1, 64, 4, 4) at row 1",)
    assert Generator(64)(torch.zeros(3, 10)).shape == (3, 1, 8, 8)


def test_time_steps_against_one_label() -> None:
    """All steps of a recurrent network against one label each: the last step."""

    class Steps(nn.Module):
        def __init__(self, last: bool = False) -> None:
            super().__init__()
            self.rnn, self.l, self.last = nn.GRU(6, 8, batch_first=True), nn.Linear(8, 3), last

        def forward(self, x: Tensor) -> Tensor:
            y = self.rnn(x)[0]
            y = self.l(y[:, -1] if self.last else y.reshape(-1, 8))
            return F.cross_entropy(y, torch.zeros(x.size(0), dtype=torch.long))

    error = failing(Steps(), (4, 7, 6), r"28 predictions with 4 targets.*\n.*the batch of 4 became 28")
    assert error.repairs == ("x[:, -1] instead of reshape (row 1)",)
    assert Steps(last=True)(torch.zeros(4, 7, 6)).shape == ()


def test_windows_and_frames_are_no_mistake() -> None:
    """Frames joined with the batch on purpose are not named: what is wrong behind them is repaired."""

    class Frames(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.c, self.d = nn.Conv2d(3, 8, 3), nn.Conv2d(9, 4, 3)

        def forward(self, x: Tensor) -> Tensor:
            return self.d(self.c(x.flatten(0, 1)))

    error = failing(
        Frames(), (2, 5, 3, 9, 8), r"d \(Conv2d, row 2\) expects 9 input channels, c \(row 1\) gives 8"
    )
    assert "batch" not in error.explanation
    assert error.repairs == ("d = nn.Conv2d(8, 4, 3)", "c = nn.Conv2d(3, 9, 3)")
    for repair in error.repairs:
        assert mended(Frames(), repair, torch.zeros(2, 5, 3, 9, 8)).shape == (10, 4, 5, 4)


def test_a_loss_of_an_autoencoder() -> None:
    """Halved twice and doubled twice, 48 becomes 45: output_padding in both transposed convolutions."""

    class Autoencoder(nn.Module):
        def __init__(self, padding: int = 0) -> None:
            super().__init__()
            self.enc = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.Conv2d(4, 8, 3, 2, 1))
            ups = [nn.ConvTranspose2d(a, b, 3, 2, 1, padding) for a, b in ((8, 4), (4, 3))]
            self.dec = nn.Sequential(*ups)

        def forward(self, x: Tensor) -> Tensor:
            return F.mse_loss(self.dec(self.enc(x)), x)

    error = failing(
        Autoencoder(), (2, 3, 48, 48), r"dec\[1\] .* gives .*; the sizes differ, 45 × 45 and 48 × 48"
    )
    assert error.repairs[0] == "give dec[0] output_padding=1 and dec[1] output_padding=1"
    assert Autoencoder(1)(torch.zeros(2, 3, 48, 48)).shape == ()


def test_one_score_for_each_image() -> None:
    """Scores (N, 1) against targets (N,): the axis of size 1 is dropped."""
    end = "F.binary_cross_entropy_with_logits(y[:, :1], torch.zeros(x.size(0)))"
    error = failing(Head("x.flatten(1)", 144, end), (4, 1, 8, 8), r"needs equal shapes: .*\(4, 1\).*\(4,\)")
    assert error.repairs == ("getitem (row 3) as x.squeeze(-1)",)
    fixed = end.replace("y[:, :1]", "y[:, :1].squeeze(-1)")
    assert Head("x.flatten(1)", 144, fixed)(torch.zeros(4, 1, 8, 8)).shape == ()
