"""The batch axis: missing, or folded away by a view."""

import pytest
import torch
import torch.nn.functional as F
from broken import HardCoded
from repairing import Shape, failing, mended
from torch import Tensor, nn
from torchvision import models

from cnnbook.tracing import trace


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
