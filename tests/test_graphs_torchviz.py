"""torchviz's own picture: torch's facts, the same file each time, and a model that stays as it was."""

import copy
import os
import re
import subprocess
import sys
import time
import warnings
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner
from torch import nn
from torchvision.models import get_model
from torchvision.models.resnet import BasicBlock

from cnnbook import autograd_graph, networks
from cnnbook.cli import main
from cnnbook.graphs.rendering import GraphError
from cnnbook.tracing import TraceError


def recorded(result):
    """What torch recorded, walked from the result: all functions, their edges, the leaves."""
    functions, edges, waiting = {}, 0, [result.grad_fn]
    while waiting:
        function = waiting.pop()
        if function in functions:
            continue
        following = [one for one, _ in function.next_functions if one is not None]
        functions[function] = getattr(function, "variable", None)
        edges += len(following)
        waiting += following
    leaves = [tensor for tensor in functions.values() if tensor is not None]
    return functions, edges, leaves


def parts(source):
    """The nodes of a DOT text, by name, and how many edges it has."""
    nodes = dict(re.findall(r"^\t(\w+) \[label=\"?([^\"\]]*)", source, re.MULTILINE))
    return nodes, len(re.findall(r"^\t\w+ -> \w+", source, re.MULTILINE))


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "squeezenet1_1", "mobilenet_v3_small"])
def test_it_has_what_torch_recorded(name):
    """A node for each function and tensor, an edge for each of its; a view has a base, too."""
    model = get_model(
        name, weights=None, **({"aux_logits": False, "init_weights": False} if name == "googlenet" else {})
    )
    model.eval()
    nodes, edges = parts(autograd_graph(model, (2, 3, 64, 64), style="torchviz").source)
    result = model(torch.zeros(2, 3, 64, 64))
    functions, between, leaves = recorded(result)
    views = int(result._is_view())
    assert len(nodes) == len(functions) + len(leaves) + 1 + views
    assert edges == between + len(leaves) + 1 + 2 * views
    named = {label.split("\n")[0] for label in nodes.values()}
    assert {parameter for parameter, _ in model.named_parameters()} <= named


def test_two_runs_and_two_processes_give_one_file():
    """Nodes are numbered as they appear, not named by addresses in memory."""
    block = BasicBlock(8, 8)
    here = [autograd_graph(block, (2, 8, 6, 5), style="torchviz").source for _ in range(2)]
    code = (
        "from torchvision.models.resnet import BasicBlock; from cnnbook import autograd_graph\n"
        "print(autograd_graph(BasicBlock(8, 8), (2, 8, 6, 5), style='torchviz').source)"
    )
    elsewhere = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert here[0] == here[1] == elsewhere.stdout.removesuffix("\n")
    assert re.search(r"\d{7}", here[0]) is None
    nodes, _ = parts(here[0])
    assert set(nodes) == {f"n{i}" for i in range(len(nodes))}


def test_the_model_stays_as_it_was():
    """Weights, buffers, gradients, mode, requires_grad and the random state; in training mode, too."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(), nn.Flatten(), nn.Linear(16, 2))
    model.train()
    model[0].weight.requires_grad_(False)
    model[4].weight.grad = torch.ones(2, 16)
    before = copy.deepcopy(model)
    gradients = [p.grad is None for p in model.parameters()]
    torch.manual_seed(3)
    state = torch.get_rng_state()
    autograd_graph(model, (2, 3, 4, 4), style="torchviz")
    assert torch.equal(torch.get_rng_state(), state)
    assert model.training
    for (name, now), (_, then) in zip(model.state_dict().items(), before.state_dict().items(), strict=True):
        assert torch.equal(now, then), name
    assert [p.requires_grad for p in model.parameters()] == [p.requires_grad for p in before.parameters()]
    assert torch.equal(model[4].weight.grad, torch.ones(2, 16))
    assert [p.grad is None for p in model.parameters()] == gradients


def test_a_frozen_layer_has_no_box():
    """Only tensors that gradients flow to are drawn, as torchviz does."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 2, 1))
    model[0].requires_grad_(False)
    nodes, _ = parts(autograd_graph(model, (1, 3, 5, 4), style="torchviz").source)
    names = {label.split("\n")[0] for label in nodes.values()}
    assert {"1.weight", "1.bias"} <= names
    assert not {"0.weight", "0.bias"} & names


def test_gradients_are_on_wherever_it_is_called():
    """Under no_grad and inference_mode too: the picture is of a forward pass that records."""
    model = nn.Linear(4, 2)
    usual = autograd_graph(model, (1, 4), style="torchviz").source
    for switched_off in (torch.no_grad, torch.inference_mode):
        with switched_off():
            assert autograd_graph(model, (1, 4), style="torchviz").source == usual


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_a_file_does_not_say_when_it_was_made(tmp_path, suffix):
    """Two files of one graph are the same bytes, although a second lies between them."""
    graph = autograd_graph(nn.Linear(3, 2), (1, 3), style="torchviz")
    first = graph.save(tmp_path / f"a.{suffix}").read_bytes()
    time.sleep(1.1)
    again = autograd_graph(nn.Linear(3, 2), (1, 3), style="torchviz")
    assert again.save(tmp_path / f"b.{suffix}").read_bytes() == first


@pytest.mark.parametrize("name", ["a\x00b", "bell\x07", "half\ud800", "nl\nname", '<b>"&\\', "\\N"])
def test_any_name_of_a_module_can_be_drawn(name, tmp_path):
    """The picture shows the name; signs that no SVG can hold are replaced."""
    net = nn.Sequential()
    net.add_module(name, nn.Linear(3, 3))
    graph = autograd_graph(net, (1, 3), style="torchviz")
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    words = [word.strip() for word in ElementTree.parse(graph.save(tmp_path / "a.svg")).getroot().itertext()]
    assert {f"{shown}.weight", f"{shown}.bias"} <= set(words)
    assert graph.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


class KeepsNothing(torch.autograd.Function):
    """A function of one's own that saves None, which torchviz takes for a tensor."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(None)
        return x * 2

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 2


class Doubles(nn.Linear):
    def forward(self, x):
        return KeepsNothing.apply(super().forward(x))


def test_what_torchviz_cannot_draw_is_one_line():
    """A saved None makes torchviz fail; the message names the style that draws it."""
    message = r'^torchviz cannot draw this network: [^\n]+; the style "ledger" does without torchviz$'
    with pytest.raises(GraphError, match=message):
        autograd_graph(Doubles(3, 2), (1, 3), style="torchviz")
    assert autograd_graph(Doubles(3, 2), (1, 3)).boxes > 0


class ChangesItself(nn.Linear):
    def forward(self, x):
        self.train(not self.training)
        self.calls = getattr(self, "calls", 0) + 1
        return super().forward(x)


def test_what_forward_sets_is_undone():
    """A mode and an attribute that the network's own forward changes are as before."""
    model = ChangesItself(3, 2).eval()
    autograd_graph(model, (1, 3), style="torchviz")
    assert not model.training
    assert not hasattr(model, "calls")


def test_it_warns_of_nothing():
    """A part of Python that torchviz uses warns of its end; a reader can do nothing about it."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        autograd_graph(nn.Linear(3, 2), (1, 3), style="torchviz")


def test_a_huge_graph_is_drawn_in_time(tmp_path):
    """DenseNet-121 has 1,161 boxes and long edges: it is laid out with less search, and says so."""
    graph = autograd_graph(networks.build("densenet121", device="meta"), (1, 3, 64, 64), style="torchviz")
    assert graph.notes == ("drawn with a reduced search for the layout: it has more than 1,000 boxes",)
    assert graph.save(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


class Several(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(4, 2), nn.Linear(4, 3)

    def forward(self, x, y):
        return {"left": self.left(x), "right": (self.right(y), self.right(x))}


def test_several_inputs_and_results():
    """Each result is a green box, whether it stands in a tuple or in a dict."""
    source = autograd_graph(Several(), [(1, 4), (2, 4)], style="torchviz").source
    assert source.count("fillcolor=darkolivegreen1") == 3


def test_a_deep_chain_is_drawn():
    """Torchviz calls itself for each function of a path: 1,200 are more than Python allows by itself."""
    chain = nn.Sequential(*[nn.Linear(1, 1) for _ in range(1200)])
    limit = sys.getrecursionlimit()
    nodes, _ = parts(autograd_graph(chain, (1, 1), style="torchviz").source)
    assert len(nodes) > 3600
    assert sys.getrecursionlimit() == limit


def test_nothing_recorded_is_said():
    """A network without anything to learn: a warning, a note, and a graph of the result alone."""
    with pytest.warns(UserWarning, match="the backward graph is empty: no parameter has requires_grad=True"):
        graph = autograd_graph(nn.ReLU(), (1, 4), style="torchviz")
    assert graph.notes == ("the backward graph is empty: no parameter has requires_grad=True",)
    assert graph.boxes == 1


class NoTensor(nn.Module):
    def forward(self, x):
        return 3


@pytest.mark.parametrize(
    ("model", "shape", "error", "says"),
    [
        (nn.Linear(4, 2), (1, 5), TraceError, "expects 4 features"),
        (NoTensor(), (1, 4), GraphError, "NoTensor gives no tensor whose gradient could be followed"),
        (nn.Linear(4, 2), "1,4", GraphError, "an input shape is whole numbers"),
        (nn.Linear(4, 2), (1, -4), GraphError, "an input shape is whole numbers"),
    ],
    ids=["wrong width", "no tensor", "text", "negative"],
)
def test_bad_input_is_one_clear_line(model, shape, error, says):
    """What does not run, and what is no shape."""
    with pytest.raises(error, match=says):
        autograd_graph(model, shape, style="torchviz")


def test_a_style_is_one_of_two():
    """Another name, or an option of the ledger's, is refused."""
    with pytest.raises(GraphError, match='unknown style \'tree\': "ledger" or "torchviz"'):
        autograd_graph(nn.Linear(4, 2), (1, 4), style="tree")
    with pytest.raises(GraphError, match="saved=True is for style="):
        autograd_graph(nn.Linear(4, 2), (1, 4), style="torchviz", saved=True)


def test_the_ledger_stays_the_default():
    """Without a style nothing has changed."""
    block = BasicBlock(8, 8)
    ledger = autograd_graph(block, (2, 8, 6, 5))
    assert ledger.source == autograd_graph(block, (2, 8, 6, 5), style="ledger").source
    assert ledger.sheets is not None


def test_a_network_without_data_is_drawn_on_zeros():
    """The catalogue builds on the meta device; the picture is that of the real network."""
    graphs = [
        autograd_graph(networks.build("lenet5", device=device), (1, 1, 32, 32), style="torchviz").source
        for device in ("meta", "cpu")
    ]
    assert graphs[0] == graphs[1]


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png"])
def test_the_command_writes_it_with_no_dot_on_path(tmp_path, monkeypatch, suffix):
    """PDF, SVG and PNG come from the Graphviz in pygraphviz's wheel."""
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    file = tmp_path / f"lenet5.{suffix}"
    done = CliRunner().invoke(main, ["graph", "lenet5", "--kind", "torchviz", "-o", str(file)])
    assert (done.exit_code, done.stderr) == (0, f"wrote {file}\n")
    data = file.read_bytes()
    assert data.startswith({"pdf": b"%PDF", "svg": b"<svg", "png": b"\x89PNG"}[suffix])
    if suffix == "svg":
        assert b"c1.weight" in data or b"conv1.weight" in data


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (
            ["--depth", "2"],
            2,
            "--depth and --unfold are for --kind architecture; a backward graph has no levels",
        ),
        (["--unfold"], 2, "--depth and --unfold are for --kind architecture; a backward graph has no levels"),
        (["--input", "1,1,28,28"], 1, "fc1 (Linear, row 7) expects 400 features"),
    ],
    ids=["depth", "unfold", "does not run"],
)
def test_the_command_refuses_in_one_line(tmp_path, arguments, status, says):
    """2 for a wrong command line, 1 for a network that does not run; nothing is written."""
    file = tmp_path / "a.pdf"
    done = CliRunner().invoke(main, ["graph", "lenet5", "--kind", "torchviz", "-o", str(file), *arguments])
    assert done.exit_code == status
    assert says in done.stderr
    assert not file.exists()


def test_torchviz_is_loaded_only_when_it_is_asked_for():
    """The ledger does without it."""
    code = (
        "import sys; from torch import nn; from cnnbook import autograd_graph\n"
        "autograd_graph(nn.Linear(2, 1), (1, 2)); assert 'torchviz' not in sys.modules\n"
        "autograd_graph(nn.Linear(2, 1), (1, 2), style='torchviz'); assert 'torchviz' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ}, cwd=Path(__file__).parent)
