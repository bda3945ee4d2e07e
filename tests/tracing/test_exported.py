"""Networks of torch.export, torch.fx and TorchScript count what the network counts that they were made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.fx.experimental.proxy_tensor import make_fx
from torchvision.models.swin_transformer import SwinTransformer

from cnnbook.tracing import trace

pytestmark = pytest.mark.filterwarnings("ignore")


class Mixed(nn.Module):
    """Transposed and grouped convolutions, a group norm, resizing, products written by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.norm = nn.ConvTranspose2d(3, 8, 2, 2), nn.GroupNorm(2, 8)
        self.conv = nn.Conv2d(8, 8, 3, groups=4, bias=False)
        self.weight = nn.Parameter(torch.randn(5, 8))

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.interpolate(self.conv(self.norm(self.up(x))), scale_factor=2.0)
        x = torch.einsum("nchw,kc->nkhw", x, self.weight).flatten(2)
        return torch.bmm(x, x.transpose(1, 2)) @ self.weight


class Reader(nn.Module):
    """A recurrent layer and a dense one."""

    def __init__(self, layer: type[nn.RNNBase]) -> None:
        super().__init__()
        self.rnn, self.out = layer(8, 16, 2, batch_first=True), nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.rnn(x)[0])


NETWORKS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "resnet18": (torchvision.models.resnet18, (1, 3, 64, 64)),
    "swin": (lambda: SwinTransformer([4, 4], 24, [2, 2], [2, 4], [4, 4]), (1, 3, 64, 64)),
    "encoder": (lambda: nn.TransformerEncoderLayer(32, 4, 64, batch_first=True), (2, 6, 32)),
    "mixed": (Mixed, (2, 3, 8, 8)),
    "lstm": (lambda: Reader(nn.LSTM), (2, 5, 8)),
    "gru": (lambda: Reader(nn.GRU), (2, 5, 8)),
}
WAYS: dict[str, Callable[[nn.Module, Tensor], Any]] = {
    "export": lambda model, x: torch.export.export(model, (x,)).module(),
    "core": lambda model, x: torch.export.export(model, (x,)).run_decompositions().module(),
    "fx": lambda model, x: make_fx(model)(x),
    "script": lambda model, x: torch.jit.trace(model, x, check_trace=False),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NETWORKS)
def test_the_numbers_are_those_of_the_network(name: str, way: str) -> None:
    """Shapes, parameters and multiply-accumulates are equal, whatever the operations are called."""
    build, shape = NETWORKS[name]
    model = build().eval()
    with torch.no_grad():
        made = WAYS[way](model, torch.randn(shape))
    seen, wanted = trace(made, shape), trace(model, shape)
    assert seen.macs == wanted.macs > 0
    assert seen.output_shapes == wanted.output_shapes
    assert (seen.parameters, seen.used_parameters) == (wanted.parameters, wanted.used_parameters)


def test_the_rows_of_an_exported_network_are_those_of_the_network() -> None:
    """Operation, shape, formula, settings, parameters and MACs of each row of a network without Python."""
    model = torchvision.models.resnet18().eval()
    exported = torch.export.export(model, (torch.randn(1, 3, 64, 64),)).module()

    def facts(network: nn.Module) -> list[Any]:
        return [
            (row.op, row.output_shapes, row.formula, row.parameters, row.macs, row.receptive_field)
            for row in trace(network, (1, 3, 64, 64))
        ]

    assert facts(exported) == facts(model)


def test_a_compiled_module_inside_counts_its_macs() -> None:
    """The row of a compiled module has the multiply-accumulates of all that it calls."""
    model = nn.Sequential(torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())), nn.Conv2d(4, 2, 1))
    seen = trace(model.eval(), (2, 3, 9, 8))
    assert [(row.op, row.macs) for row in seen] == [("script", 2 * 7 * 6 * 4 * 27), ("conv2d", 2 * 7 * 6 * 8)]


def test_what_is_not_counted_is_said() -> None:
    """Of a network whose kernels belong to another library, a note says what was not counted."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU()).eval()
    frozen = torch.jit.optimize_for_inference(torch.jit.script(model))
    notes = trace(frozen, (1, 3, 8, 8)).notes
    assert any("mkldnn" in note and "not counted" in note for note in notes)
