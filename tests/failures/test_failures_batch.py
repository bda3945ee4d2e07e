"""The batch axis: missing, or folded away by a view."""

import pytest
import torch
import torch.nn.functional as F
from broken import HardCoded
from repairing import Shape, failing, mended
from torch import Tensor, nn
from torchvision import models

from cnnbook.tracing import TraceError, trace


def test_no_batch_axis() -> None:
    """One image without its batch axis: convolutions take it, the failure comes later."""
    model = models.vgg11()
    error = failing(model.eval(), (3, 224, 224), r"has no batch axis: PyTorch wants \(N, C, H, W\)")
    assert error.repairs == ("feed (1, 3, 224, 224): x.unsqueeze(0)",)
    assert "expects 25,088 features, flatten (row 22) before it gives 49 = 7 × 7" in error.explanation
    assert mended(model, error.repairs[0], torch.zeros(3, 224, 224)).shape == (1, 1000)


def test_no_batch_axis_for_batch_norm() -> None:
    """A norm refuses what the convolution before it took."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).eval()
    error = failing(model, (3, 9, 9), r"gives \(4, 7, 7\), 3 axes\.\nThe input \(3, 9, 9\) has no batch axis")
    assert mended(model, error.repairs[0], torch.zeros(3, 9, 9)).shape == (1, 4, 7, 7)


def test_folded_batch_is_noted() -> None:
    """view(-1, 400) makes 16 of 25 images without an error: the row and the Trace say so."""
    assert HardCoded()(torch.zeros(25, 1, 28, 28)).shape == (16, 10)
    seen = trace(HardCoded(), (25, 1, 28, 28))
    assert seen.output_shape == (16, 10)
    assert seen.notes == (seen.rows[6].note,)
    assert seen.rows[6].op == "view"
    for words in ("batch 25 became 16", "x.view(x.size(0), -1)", "torch.flatten(x, 1)"):
        assert words in seen.rows[6].note


@pytest.mark.parametrize("shape", [(25, 1, 32, 32), (1, 1, 32, 32)])
def test_kept_batch_is_not_noted(shape: Shape) -> None:
    """The same view on images of the right size keeps the batch: no note."""
    assert trace(HardCoded(), shape).notes == ()


def test_legitimate_folds_are_not_noted() -> None:
    """Windows that are cut and joined again, sequences first, reductions: no false alarm."""

    class Windows(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            windows = x.view(2, 3, 2, 4, 2, 4).permute(0, 2, 4, 1, 3, 5).reshape(8, 3, 4, 4)
            return F.relu(windows).view(2, 2, 2, 3, 4, 4).permute(0, 3, 1, 4, 2, 5).reshape(2, 3, 8, 8)

    class Sequence(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(3, 5)

        def forward(self, x: Tensor) -> Tensor:
            return self.lstm(x.permute(1, 0, 2))[0][-1]

    class Loss(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.flatten().sum()

    assert trace(Windows(), (2, 3, 8, 8)).notes == ()
    assert trace(Sequence(), (4, 7, 3)).notes == ()
    assert trace(Loss(), (4, 7, 3)).notes == ()
    assert trace(models.swin_t().eval(), (2, 3, 64, 64)).notes == ()


class Typed(nn.Module):
    """A batch of 32 typed into the view, or where it is `kept`, as the repair says."""

    def __init__(self, features: int, kept: bool = False) -> None:
        super().__init__()
        self.conv, self.fc, self.kept = nn.Conv2d(1, 8, 5), nn.Linear(features, 10), kept

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return self.fc(x.view(x.size(0), -1) if self.kept else x.view(32, -1))


def test_a_batch_typed_into_a_view() -> None:
    """A repair that runs on another number of images is none: the view is to keep the batch."""
    said = r"view \(row 1\) makes \(32, 36\) of \(4, 8, 6, 6\): the batch of 4 became 32"
    assert failing(Typed(288), (4, 1, 10, 10), said).repairs == ("x.view(x.size(0), -1) at row 1",)
    assert Typed(288, kept=True)(torch.zeros(4, 1, 10, 10)).shape == (4, 10)
    error = failing(Typed(100), (4, 1, 10, 10), said)
    assert error.repairs == ("x.view(x.size(0), -1) at row 1 and fc = nn.Linear(288, 10)",)


def test_a_cat_along_the_batch() -> None:
    """Branches joined along axis 0 instead of the channels: no layer is rebuilt for twice the batch."""

    class Joined(nn.Module):
        def __init__(self, **settings: int) -> None:
            super().__init__()
            self.a, self.b, self.f = nn.Conv2d(3, 8, 3), nn.Conv2d(3, 8, 3), nn.Conv2d(16, 8, 3)
            self.settings = settings

        def forward(self, x: Tensor) -> Tensor:
            return self.f(torch.cat([self.a(x), self.b(x)], **self.settings))

    error = failing(Joined(), (2, 3, 12, 12), r"cat \(row 2\) joins along axis 0, the batch: 2 became 4\.")
    assert error.repairs == ("torch.cat([...], dim=1) at row 2",)
    assert Joined(dim=1)(torch.zeros(2, 3, 12, 12)).shape == (2, 8, 8, 8)


def test_two_inputs_in_one_batch() -> None:
    """Two inputs joined into one larger batch are meant so: the layer behind may be rebuilt."""

    class Pair(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(4, 8, 3)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return self.conv(torch.cat([x, y]))

    with pytest.raises(TraceError, match=r"conv = nn.Conv2d\(3, 8, 3\)"):
        trace(Pair(), (2, 3, 8, 8), (2, 3, 8, 8))
