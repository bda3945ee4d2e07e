"""The backward graph: what torchviz finds, with names and shapes, from a pass that touches nothing."""

import copy
import gc
import re
import warnings
import xml.etree.ElementTree as ElementTree

import pytest
import torch
import torchviz
from pypdf import PdfReader
from torch import nn

from cnnbook import networks
from cnnbook.graphs import architecture_graph, autograd_graph
from cnnbook.graphs.ledger import Entry, rails, shortcuts
from cnnbook.graphs.rendering import GraphError
from cnnbook.tracing import TraceError, trace


def nodes(source, mark):
    """The names of a DOT text's nodes that begin with `mark` and a number."""
    return re.findall(rf"^ +({mark}\d+) \[", source, re.MULTILINE)


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "googlenet"])
def test_it_has_torchviz_s_functions_and_leaves(name):
    """There are as many functions, named leaves and edges as torchviz.make_dot draws."""
    net, shape = networks.build(name), networks.info(name).input_shape
    source = autograd_graph(net, shape).source
    output = net(torch.zeros(shape))
    theirs = "".join(torchviz.make_dot(output, params=dict(net.named_parameters())).body)
    # torchviz: one node per function, two per leaf (its AccumulateGrad and its tensor), one for the output.
    names = dict(re.findall(r"\t(\d+) \[label=\"?([\w.]+)", theirs))
    functions = {number for number, label in names.items() if re.fullmatch(r"\w+Backward\d", label)}
    leaves = {label for label in names.values() if label in dict(net.named_parameters())}
    flow = {pair for pair in re.findall(r"\t(\d+) -> (\d+)", theirs) if set(pair) <= functions}
    assert len(nodes(source, "n")) == len(functions)
    assert len(re.findall(r"^ +n\d+ -> n\d+", source, re.MULTILINE)) == len(flow)
    assert leaves == {path for path, _ in net.named_parameters()}
    for path in leaves:
        assert f"<b>{path}</b>" in source or f"<b>.{path.rpartition('.')[2]}</b>" in source


def test_functions_carry_module_paths_and_shapes():
    """Each layer's function has its path, its class and the shape of its result, each leaf its shape."""
    source = autograd_graph(networks.build("lenet5", device="meta"), (1, 1, 32, 32)).source
    for text in (
        "conv1",
        "ConvolutionBackward0",
        "(1, 6, 28, 28)",
        "conv1.weight</b> (6, 1, 5, 5)",
        "AccumulateGrad",
    ):
        assert text in source
    assert source.count("AddmmBackward0") == 3


def test_the_legend_explains_the_words(tmp_path):
    """The page says what AccumulateGrad, a backward function and the direction of the arrows are."""
    path = autograd_graph(networks.build("lenet5"), (1, 1, 32, 32)).save(tmp_path / "a.pdf")
    text = PdfReader(path).pages[0].extract_text()
    assert "AccumulateGrad adds what arrives to the parameter's .grad" in text
    assert "backward() goes from the output up" in re.sub(r"\s+", " ", text)
    assert "output (1, 10)" in re.sub(r"\s+", " ", text)


def test_saved_tensors_are_shown_when_asked_for():
    """With saved=True what the forward pass keeps stands beside the function that needs it."""
    net = nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU())
    plain, saved = (autograd_graph(net, (1, 3, 32, 20), saved=wanted).source for wanted in (False, True))
    assert "saved" not in plain
    assert "saved <b>input</b> (1, 3, 32, 20)" in saved
    assert "saved <b>result</b> (1, 8, 28, 16)" in saved


def test_the_dot_is_deterministic():
    """Twice the same model gives the same text: no memory addresses."""
    first = autograd_graph(networks.build("resnet18", device="meta"), (1, 3, 224, 224)).source
    gc.collect()
    assert autograd_graph(networks.build("resnet18", device="meta"), (1, 3, 224, 224)).source == first


def test_the_model_is_left_as_it_was():
    """Parameters, buffers, gradients, mode, hooks and random numbers are the same afterwards."""
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5)).train()
    net[1].eval()
    net[0].weight.grad = torch.ones_like(net[0].weight)
    before, random = copy.deepcopy(net.state_dict()), torch.random.get_rng_state()
    hooks = len(torch.nn.modules.module._global_forward_hooks)
    autograd_graph(net, (2, 3, 8, 6))
    assert all(torch.equal(tensor, before[name]) for name, tensor in net.state_dict().items())
    assert (net.training, net[1].training) == (True, False)
    assert torch.equal(net[0].weight.grad, torch.ones_like(net[0].weight))
    assert net[0].bias.grad is None
    assert torch.equal(torch.random.get_rng_state(), random)
    assert len(torch.nn.modules.module._global_forward_hooks) == hooks


def test_a_network_of_any_size_needs_no_memory():
    """A layer of 40 billion weights, which no machine here could hold, has its graph."""
    with torch.device("meta"):
        net = nn.Linear(200_000, 200_000)
    assert "(200000, 200000)" in autograd_graph(net, (1, 200_000)).source


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda net: torch.no_grad(), "gradients are switched off here"),
        (
            lambda net: net.requires_grad_(False) and torch.enable_grad(),
            "no parameter has requires_grad=True",
        ),
    ],
)
def test_an_empty_graph_warns_in_one_line(prepare, reason):
    """Under no_grad, or with everything frozen, nothing is recorded: a warning says so, and the graph too."""
    net = nn.Linear(4, 2)
    with prepare(net), pytest.warns(UserWarning, match=rf"the backward graph is empty: {reason}") as caught:
        graph = autograd_graph(net, (1, 4))
    assert len(caught) == 1
    assert graph.boxes == 0
    assert reason in graph.notes[0]
    assert reason in graph._repr_svg_()


def test_a_graph_that_is_not_empty_does_not_warn():
    """A network with one frozen layer is drawn without it, silently."""
    net = nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2))
    net[0].requires_grad_(False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        source = autograd_graph(net, (1, 4)).source
    assert "1.weight" in source
    assert "0.weight" not in source


def test_several_outputs_and_shared_weights():
    """Both results of Inception-v3 in train mode are outputs; a shared parameter stands at both functions."""
    net = networks.build("inception_v3", device="meta").train()
    assert len(nodes(autograd_graph(net, (2, 3, 299, 299)).source, "output")) == 2
    shared = nn.Linear(3, 3)
    source = autograd_graph(nn.Sequential(shared, nn.ReLU(), shared), (1, 3)).source
    assert source.count("weight</b> (3, 3)") == 2


def test_a_model_that_needs_numbers_runs_on_the_cpu():
    """Where a forward pass asks a tensor for its value, the pass runs on zeros, and the graph says so."""

    class Asks(nn.Module):
        def __init__(self):
            super().__init__()
            self.linear = nn.Linear(3, 2)

        def forward(self, x):
            return self.linear(x) if x.sum().item() >= 0 else x

    graph = autograd_graph(Asks(), (1, 3))
    assert "linear.weight" in graph.source
    assert graph.notes[0].startswith("run on the CPU with zeros")


@pytest.mark.parametrize("shape", [(1, 3.5), (), (1, -3), "1,3"])
def test_what_is_no_shape_is_one_line(shape):
    """An input shape that is not whole numbers is refused in one line."""
    with pytest.raises(GraphError, match=r"an input shape is whole numbers, batch axis first[^\n]*$"):
        autograd_graph(nn.Sequential(nn.Conv2d(3, 8, 5)), shape)


def test_a_wrong_input_is_explained_as_by_trace():
    """A model that does not take the input fails with the explanation that a trace gives."""
    net = nn.Sequential(nn.Conv2d(3, 8, 5))
    with pytest.raises(TraceError) as ours:
        autograd_graph(net, (1, 4, 32, 32))
    with pytest.raises(TraceError) as theirs:
        trace(net, (1, 4, 32, 32))
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize(
    ("name", "pages"), [("lenet5", 1), ("resnet18", 2), ("inception_v3", 5), ("densenet121", 6)]
)
def test_its_pages_can_be_read(name, pages, tmp_path):
    """However many functions, the letters have 6.5 points or more, and the pages say where to go on."""
    graph = autograd_graph(networks.build(name, device="meta"), networks.info(name).input_shape)
    read = [page.extract_text() for page in PdfReader(graph.save(tmp_path / "a.pdf")).pages]
    assert len(read) == pages
    assert graph.sheets.legible
    assert graph.notes == ()
    for number, text in enumerate(read, 1):
        assert (f"page {number + 1} of {pages}" in text) == (number < pages)
        assert (f"from page {number - 1}" in text) == (number > 1)


def test_a_line_reads_as_module_function_shape_parameters(tmp_path):
    """Read back from the PDF, each function is one line, in the order of the forward pass."""
    net = networks.build("resnet18", device="meta")
    path = autograd_graph(net, (1, 3, 224, 224)).save(tmp_path / "a.pdf")
    text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]
    expected = []
    for module, layer in net.named_modules():
        shapes = {key: tuple(value.shape) for key, value in layer.named_parameters(recurse=False)}
        written = ", ".join(f"{key} {shape}" for key, shape in shapes.items())
        if isinstance(layer, nn.Conv2d):
            expected.append(rf"{module} ConvolutionBackward0 \(1, {layer.out_channels}, \d+, \d+\) ")
        elif isinstance(layer, nn.BatchNorm2d):
            expected.append(rf"{module} NativeBatchNormBackward0 \(1, {layer.num_features}, \d+, \d+\) ")
        else:
            continue
        expected[-1] += re.escape(written)
    found = [line for line in lines if re.search("(Convolution|NativeBatchNorm)Backward0 .*weight", line)]
    assert len(found) == len(expected) == 40
    for pattern, line in zip(expected, found, strict=True):
        assert re.fullmatch(pattern, line)


def test_a_shortcut_is_a_straight_rail():
    """A value keeps its rail until its last reader: the block's input stays on 0, convolutions take 1."""
    before = [(), (0,), (1,), (2,), (0, 3), (4,)]
    entries = [Entry(("", "AddBackward0" if i == 4 else "", "", ""), b) for i, b in enumerate(before)]
    assert rails(entries) == [0, 1, 1, 1, 0, 0]
    assert shortcuts(entries) == {(0, 4)}


def test_no_two_values_share_a_rail_at_the_same_time():
    """In googlenet and densenet121 a value's rail is its own from where it is made to its last reader."""
    for name in ("googlenet", "densenet121"):
        net, shape = networks.build(name, device="meta"), networks.info(name).input_shape
        reads = [tuple(i for i in dict.fromkeys(row.inputs) if i >= 0) for row in trace(net, shape)]
        found = rails([Entry(("", "", "", ""), before) for before in reads])
        last = {tail: head for head, before in enumerate(reads) for tail in before}
        spans = [(found[tail], tail, head) for tail, head in last.items()]
        for rail, start, end in spans:
            assert not any(r == rail and start < s < end for r, s, _ in spans)


def test_saved_tensors_have_a_line_each_on_the_page(tmp_path):
    """Under a function stands what it keeps, in the last column, with the colour explained."""
    net = nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU())
    path = autograd_graph(net, (1, 3, 32, 20), saved=True).save(tmp_path / "a.pdf")
    lines = [line.strip() for line in PdfReader(path).pages[0].extract_text().splitlines()]
    assert lines.count("saved input (1, 3, 32, 20)") == 1
    assert lines.count("saved result (1, 8, 28, 16)") == 1
    assert "kept from the forward pass" in " ".join(lines)


@pytest.mark.parametrize("wrong", [None, 3, {"x": (1, 3)}, "1,3,8,8"])
def test_what_is_no_input_shape_is_one_line(wrong):
    """An input shape that is no tuple or list is told, whatever else it is."""
    with pytest.raises(GraphError, match="an input shape is whole numbers, batch axis first"):
        autograd_graph(nn.Linear(3, 3), wrong)


@pytest.mark.parametrize("name", ["a\x00b", "bell\x07", "half\ud800", "nl\nname", '<b>"&\\'])
def test_any_name_of_a_module_can_be_drawn(name, tmp_path):
    """Signs that no SVG can hold are replaced; both graphs are well-formed XML."""
    net = nn.Sequential()
    net.add_module(name, nn.Linear(3, 3))
    for number, graph in enumerate((architecture_graph(net, (1, 3)), autograd_graph(net, (1, 3)))):
        path = graph.save(tmp_path / f"{number}.svg")
        assert ElementTree.parse(path).getroot().tag.endswith("svg")


def test_a_name_too_long_for_a_file_is_one_line(tmp_path):
    """It is told before anything is drawn."""
    with pytest.raises(GraphError, match="the name is too long"):
        autograd_graph(nn.Linear(3, 3), (1, 3)).save(tmp_path / f"{'n' * 250}.svg")
