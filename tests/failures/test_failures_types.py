"""Number types that torch does not mix."""

import numpy as np
import pytest
import torch
from broken import LeNet
from repairing import failing, mended
from torch import Tensor, nn

from cnnbook.tracing import trace


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.uint8, torch.float16])
@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Conv2d(3, 4, 3)),
        nn.Sequential(nn.Conv2d(3, 4, 3, bias=False)),
        nn.Sequential(nn.ConvTranspose2d(3, 4, 3)),
        nn.Sequential(nn.Flatten(), nn.Linear(75, 4)),
        nn.Sequential(nn.Flatten(), nn.Linear(75, 4, bias=False)),
    ],
)
def test_layers_do_not_mix_types(model: nn.Module, dtype: torch.dtype) -> None:
    """Weights of float32 and other numbers: refused as on the CPU, though meta kernels would not."""
    x = torch.zeros(2, 3, 5, 5, dtype=dtype)
    error = failing(model, x, rf"has float32 weights, .* {str(dtype).removeprefix('torch.')}")
    assert error.repairs[0] == "feed x.float()" or error.repairs == ()
    assert mended(model, "feed x.float()", x).dtype == torch.float32


def test_float64() -> None:
    """Numpy's float64: convert the images, or the network."""
    x = torch.zeros(2, 1, 32, 32, dtype=torch.float64)
    error = failing(
        LeNet(),
        x,
        r"conv1 \(Conv2d, row 0\) has float32 weights, the input is float64; torch does not convert",
    )
    assert error.repairs == ("feed x.float()", "model.double()")
    assert [mended(LeNet(), repair, x).dtype for repair in error.repairs] == [
        torch.float32,
        torch.float64,
    ]


@pytest.mark.parametrize("layer", [nn.BatchNorm2d(3), nn.Softmax(1), nn.GELU(), nn.AdaptiveAvgPool2d(2)])
def test_whole_numbers(layer: nn.Module) -> None:
    """Operations that need fractions refuse whole numbers, in torch's own words."""
    x = torch.zeros(2, 3, 5, 5, dtype=torch.int64)
    error = failing(nn.Sequential(layer.eval()), x, "int64")
    assert mended(nn.Sequential(layer), "feed x.float()", x).shape[:2] == (2, 3)
    assert error.repairs == ("feed x.float()",)


def test_embedding_of_fractions() -> None:
    """An embedding looks up whole numbers; a shape alone means fractions."""
    model = nn.Sequential(nn.Embedding(5, 4))
    error = failing(model, (2, 3), r"looks up whole numbers, the input is float32")
    assert error.repairs == ("feed x.long()",)
    assert mended(model, "feed x.long()", torch.zeros(2, 3)).shape == (2, 3, 4)


def test_mixtures_that_work() -> None:
    """A network of float64, an embedding of whole numbers, a sum of types: no failure is invented."""
    assert trace(LeNet().double(), (1, 1, 32, 32)).output_shape == (1, 10)
    assert trace(nn.Embedding(9, 4), torch.zeros(2, 3, dtype=torch.int64)).output_shape == (2, 3, 4)

    class Sum(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + torch.arange(3)

    assert trace(Sum(), torch.zeros(2, 3, dtype=torch.float64)).output_shape == (2, 3)


@pytest.mark.parametrize("as_buffer", [True, False])
def test_a_table_made_by_numpy(as_buffer: bool) -> None:
    """Where the network's own table is float64 and its input is not, the table is to be converted."""

    class Position(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            table = torch.from_numpy(np.sin(np.arange(80.0).reshape(1, 10, 8)))
            if as_buffer:
                self.register_buffer("table", table)
            else:
                self.table = table
            self.fc = nn.Linear(8, 4)

        def forward(self, x: Tensor) -> Tensor:
            return self.fc(x + self.table)

    error = failing(Position(), (2, 10, 8), r"add \(row 0\) gives float64; table of the network is float64")
    assert error.repairs == ("table = table.float()",)
    model = Position()
    model.table = model.table.float()
    assert model(torch.zeros(2, 10, 8)).shape == (2, 10, 4)
    error = failing(Position(), torch.zeros(2, 10, 8, dtype=torch.float64), "gives float64")
    assert error.repairs == ("model.double()",)
