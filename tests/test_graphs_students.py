"""Graphs of networks as students write them: nothing hidden, nothing called what it is not."""

import os
import re
from functools import cache

import pytest
from pypdf import PdfReader
from torch import nn

from cnnbook import networks
from cnnbook.graphs import architecture_graph
from cnnbook.graphs.folding import plan
from cnnbook.graphs.rendering import GraphError
from cnnbook.tracing import trace


@cache
def traced(name):
    """The trace of a network of the catalogue, under its own name."""
    seen = trace(networks.build(name, device="meta"), networks.info(name).input_shape)
    seen.name = name
    return seen


class _Lambda(nn.Module):
    """Layers by name, and a forward given as a function of them."""

    def __init__(self, run, **layers):
        super().__init__()
        self.run = run
        for name, layer in layers.items():
            setattr(self, name, layer)

    def forward(self, *inputs):
        return self.run(self, *inputs)


def _conv(ins=3, outs=3, **settings):
    return nn.Conv2d(ins, outs, 3, padding=settings.get("dilation", 1), **settings)


def test_a_closed_stage_says_how_many_blocks_are_in_it():
    """Three basic blocks in one box are no picture of a single one with the parameters of three."""
    source = architecture_graph(traced("resnet34"), depth=1).source
    for blocks in ("3 × BasicBlock", "4 × BasicBlock", "6 × BasicBlock"):
        assert blocks in source


def test_an_input_that_is_read_again_stands_at_the_top_and_there():
    """In x - net(x), with so many layers that the second arrow would be long: the input is written twice."""
    layers = nn.Sequential(*(layer for _ in range(24) for layer in (_conv(), nn.ReLU())))
    seen = trace(_Lambda(lambda m, x: x - m.net(x), net=layers), (1, 3, 32, 32))
    svg = architecture_graph(seen)._repr_svg_()
    assert len(re.findall(r">input<", svg)) == 2


def test_layers_of_a_list_keep_their_numbers():
    """A ModuleList is no module that runs: its layers are not all called by its name."""

    def run(model, x):
        for conv in model.convs:
            x = conv(x).relu()
        return x

    source = architecture_graph(
        trace(_Lambda(run, convs=nn.ModuleList([_conv() for _ in range(3)])), (1, 3, 8, 8))
    ).source
    assert re.findall(r"<b>(convs[^<]*)</b>", source) == ["convs.0", "convs.1", "convs.2"]


def test_a_closed_box_says_all_kinds_that_are_in_it():
    """Two convolutions beside a block that is a module of its own: all three are named."""
    inner = _Lambda(lambda m, x: m.b(m.a(x).relu()) * x.mean(), a=_conv(), b=_conv())
    outer = _Lambda(
        lambda m, x: m.last(m.inner(m.first(x))) + m.side(x) + x,
        first=_conv(),
        inner=inner,
        side=_conv(),
        last=_conv(),
    )
    source = architecture_graph(
        trace(_Lambda(lambda m, x: m.outer(x), outer=outer), (1, 3, 8, 8)), depth=1
    ).source
    (made,) = re.findall(r">([^<>]*1 × _Lambda[^<>]*)<", source)
    assert "3 × convolution" in made


@pytest.mark.parametrize(
    ("settings", "words"), [({"dilation": 2}, "dilation 2"), ({"groups": 2}, "2 groups")]
)
def test_a_closed_box_says_what_sets_its_layers_apart(settings, words):
    """Dilation and groups are written in a closed box, too."""
    block = _Lambda(lambda m, x: m.b(m.a(x).relu()), a=_conv(6, 6, **settings), b=_conv(6, 6))
    source = architecture_graph(
        trace(_Lambda(lambda m, x: m.block(x), block=block), (1, 6, 9, 8)), depth=1
    ).source
    assert f"3×3, 6, {words}" in source


def test_two_inputs_that_are_added_are_no_shortcut():
    """A shortcut begins where the other way begins: neither of two streams is one, nor a sibling as long."""
    streams = _Lambda(lambda m, x, y: m.a2(m.a1(x).relu()) + m.b(y), a1=_conv(), a2=_conv(), b=_conv())
    assert not plan(trace(streams, (1, 3, 8, 8), (1, 3, 8, 8))).shortcuts
    siblings = _Lambda(lambda m, x: m.a(x) + m.b(x), a=_conv(), b=_conv())
    assert not plan(trace(siblings, (1, 3, 8, 8))).shortcuts
    residual = _Lambda(lambda m, x: m.b(m.a(x).relu()) + m.c(x), a=_conv(), b=_conv(), c=_conv())
    assert len(plan(trace(residual, (1, 3, 8, 8))).shortcuts) == 2


def test_what_is_given_to_a_concatenation_is_counted():
    """ViT's class token is a parameter and no row: it stands in the sum, in its place, and is named."""
    seen = trace(networks.build("vit_b_16", device="meta"), (1, 3, 224, 224))
    (row,) = [row for row in seen if row.op == "cat"]
    assert row.formula == "1 + 196 = 197"
    assert [str(operand) for operand in row.given] == ["a tensor (1, 1, 768) computed from class_token"]


def test_all_inputs_and_outputs_stand_in_the_title():
    """Two inputs, two results: all four shapes."""
    heads = _Lambda(lambda m, x, y: (m.a(x), m.b(y).mean((2, 3))), a=_conv(3, 5), b=_conv(2, 7))
    source = architecture_graph(trace(heads, (1, 3, 8, 9), (1, 2, 6, 5))).source
    assert "inputs (1, 3, 8, 9), (1, 2, 6, 5)" in source
    assert "outputs (1, 5, 8, 9), (1, 7)" in source


def test_one_picture_without_a_batch_axis_keeps_its_channels():
    """(3, 32, 30) into a convolution: 3 is no batch."""
    source = architecture_graph(trace(nn.Sequential(_conv(3, 8), nn.ReLU(), _conv(8, 3)), (3, 32, 30))).source
    assert source.count("3×32×30") == 2


def test_kernels_on_one_axis_and_transposed_ones_are_named():
    """A kernel of 5 on one axis is no count of five; a transposed convolution has its kernel and stride."""
    source = architecture_graph(trace(nn.Sequential(nn.Conv1d(4, 6, 5), nn.MaxPool1d(2)), (1, 4, 30))).source
    assert "length 5 conv" in source
    assert "length 2 max pool, stride 2" in source
    source = architecture_graph(trace(nn.ConvTranspose2d(4, 6, (2, 3), stride=2), (1, 4, 7, 5))).source
    assert "2×3 conv transpose, stride 2" in source


def test_a_pdf_of_one_page_has_its_title(tmp_path):
    """Readers show it in their window and their list of files."""
    saved = architecture_graph(traced("lenet5")).save(tmp_path / "lenet5.pdf")
    assert PdfReader(saved).metadata.title == "lenet5"


def test_a_link_stays_a_link_and_what_is_no_file_stays(tmp_path):
    """What a link points to is written; a pipe is refused and left alone."""
    graph = architecture_graph(traced("lenet5"))
    (tmp_path / "link.svg").symlink_to(tmp_path / "real.svg")
    graph.save(tmp_path / "link.svg")
    assert (tmp_path / "link.svg").is_symlink()
    assert (tmp_path / "real.svg").read_text().startswith("<svg")
    os.mkfifo(tmp_path / "pipe.svg")
    with pytest.raises(GraphError, match="it is no file"):
        graph.save(tmp_path / "pipe.svg")
    assert (tmp_path / "pipe.svg").is_fifo()


def test_a_projection_beside_a_closed_box_is_a_shortcut():
    """The main path is longer, though it is one box: RegNet's blocks."""
    body = _Lambda(lambda m, x: m.c(m.b(m.a(x).relu()).relu()) * x.mean(), a=_conv(), b=_conv(), c=_conv())
    block = _Lambda(lambda m, x: m.body(x) + m.projection(x), body=body, projection=_conv())
    seen = trace(_Lambda(lambda m, x: m.block(x), block=block), (1, 3, 8, 8))
    assert len(plan(seen, 2).shortcuts) == 2
