"""Tensors that no row made: parameters, buffers and constants among what an operation reads."""

from __future__ import annotations

import json

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnbook import architecture_graph, quiz
from cnnbook.traces import Operand, Trace
from cnnbook.tracing import trace


class Generator(nn.Module):
    """Its first convolution reads a learned constant, and not the input."""

    def __init__(self) -> None:
        super().__init__()
        self.const = nn.Parameter(torch.randn(1, 16, 4, 6))
        self.conv = nn.Conv2d(16, 8, 3, padding=1)
        self.style = nn.Linear(32, 8)

    def forward(self, w: Tensor) -> Tensor:
        return self.conv(self.const) * self.style(w)[:, :, None, None]


class Everything(nn.Module):
    """Reads a parameter, a buffer, an attribute, a part of a buffer, and a constant."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Module()
        self.inner.pos = nn.Parameter(torch.zeros(1, 5, 3))
        self.register_buffer("pe", torch.zeros(19, 3))
        self.shift = torch.zeros(3)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.inner.pos
        x = torch.cat((self.inner.pos.expand(2, -1, -1), x), 1)
        x = x + self.pe[: x.size(1)]
        return F.relu(x * self.shift - torch.ones(1, 3))


def test_each_kind_has_a_name_and_a_shape() -> None:
    """Whatever an operation reads beside its inputs is named by its path, and stands at its place."""
    seen = trace(Everything(), (2, 5, 3))
    assert [row.given for row in seen if row.given] == [
        (Operand("parameter", "inner.pos", (1, 5, 3), 1),),
        (Operand("computed", "inner.pos", (2, 5, 3), 0),),
        (Operand("computed", "pe", (10, 3), 1),),
        (Operand("attribute", "shift", (3,), 1),),
        (Operand("constant", "", (1, 3), 1),),
    ]
    joined = next(row for row in seen if row.op == "cat")
    assert (joined.formula, joined.operand_shapes) == ("5 + 5 = 10", ((2, 5, 3), (2, 5, 3)))


def test_weights_of_layers_are_none() -> None:
    """A layer's own weights, statistics and first states are part of its row."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.PReLU(), nn.Flatten(2), nn.LSTM(36, 5))
    assert [row.given for row in trace(model.eval(), (2, 3, 8, 8))] == [()] * 5


@pytest.mark.parametrize("form", ["to_text", "to_markdown", "to_html", "to_csv", "to_json"])
def test_a_convolution_of_a_constant_is_shown_in_every_format(form: str) -> None:
    """The table names the constant, and the formula is that of the convolution."""
    seen = trace(Generator().eval(), (2, 32))
    text = getattr(seen, form)().replace("\N{NO-BREAK SPACE}", " ")
    assert "const" in text
    assert "1, 16, 4, 6" in text or '"shape": [1, 16, 4, 6]' in text
    assert seen["conv"].macs == 8 * 4 * 6 * 16 * 9
    assert seen["conv"].formula.startswith("H: floor((4 + 2×1 - 1×(3 - 1) - 1)/1) + 1 = 4 and W: ")


def test_it_goes_to_json_and_old_json_is_read() -> None:
    """A trace comes back from JSON as it was; one written without given tensors is read as before."""
    seen = trace(Generator().eval(), (2, 32))
    plain = json.loads(seen.to_json())
    assert Trace.from_dict(plain) == seen
    assert Trace.from_dict(plain)["conv"].given == (Operand("parameter", "const", (1, 16, 4, 6), 0),)
    for row in plain["rows"]:
        del row["given"]
    assert Trace.from_dict(plain)["conv"].given == ()


def test_questions_and_graph_know_the_constant() -> None:
    """A quiz asks about the convolution by the constant's size; the graph has a small node for it."""
    seen = trace(Generator().eval(), (2, 32))
    assert any("(16, 4, 6)" in question.prompt for question in quiz(seen, questions=8))
    source = architecture_graph(seen).source
    assert 'given0_0 [shape="plain"' in source
    assert "1×16×4×6" in source
    assert "given0_0 -> n0" in source
