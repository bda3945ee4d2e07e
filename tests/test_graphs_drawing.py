"""What an architecture graph draws where: shortcuts in their frames, text in its boxes, words in the key."""

import io
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

from cnnbook import networks
from cnnbook.graphs import architecture_graph, labels, wording
from cnnbook.graphs.arrangement import arranged_segment
from cnnbook.graphs.dot import Frame, names
from cnnbook.graphs.folding import plan
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.pages import source_of
from cnnbook.graphs.rendering import arrange, render
from cnnbook.graphs.segments import Pieces
from cnnbook.tracing import trace


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(6, 6, 3, padding=1)

    def forward(self, x):
        return F.relu(x + self.conv(x))


class Constants(nn.Module):
    """A half is scaled and shifted by plain numbers, and then joined to what it was made of."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 3)

    def forward(self, x):
        x = self.conv(x)
        return torch.cat([x, 1 + x * 0.5], dim=1)


def traced(name):
    return trace(networks.build(name, device="meta"), networks.info(name).input_shape)


def all_frames(members):
    for member in members:
        if isinstance(member, Frame):
            yield member
            yield from all_frames(member.members)


def segments_of(seen):
    return Pieces(plan(seen), Notation(1)).segments()


def shortcuts(segment):
    return [edge for edge in segment.edges if edge.attributes.get("color") == labels.SHORTCUT]


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_large"])
def test_a_shortcut_begins_at_a_dot_in_the_frame_of_its_addition(name):
    """A shortcut never enters a frame from outside: where a frame stands for several, each has its own."""
    found = [(segment, edge) for segment in segments_of(traced(name)) for edge in shortcuts(segment)]
    assert found
    for segment, edge in found:
        holding = [frame for frame in all_frames(segment.members) if edge.head in names(frame.members)]
        assert holding
        assert all(edge.tail in names(frame.members) for frame in holding)
    nodes = [node for segment, _ in found for node in segment.nodes]
    dots = {node.name for node in nodes if node.attributes.get("shape") == "point"}
    assert {edge.tail for _, edge in found} & dots


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_large"])
def test_a_frame_is_drawn_round_its_shortcuts(name):
    """No point of a shortcut's curve lies outside the frames that hold both its ends, nor off the sheet."""
    segments = segments_of(traced(name))
    arranged, _ = arrange([source_of(segment) for segment in segments])
    checked = 0
    for segment, layout in zip(segments, arranged, strict=True):
        placed = arranged_segment(segment, layout)
        for edge, route in zip(segment.edges, placed.routes, strict=True):
            ends = [tuple(map(float, point.split(","))) for point in route.replace("e,", "").split(" ")]
            # The corners of a Bézier curve that are on the curve: its ends, and where two meet.
            on_curve = [ends[0], *ends[1::3]]
            assert all(0 <= x <= placed.width and 0 <= y <= placed.height for x, y in on_curve)
            for frame in all_frames(segment.members):
                if edge not in shortcuts(segment) or not {edge.tail, edge.head} <= {*names(frame.members)}:
                    continue
                left, bottom, right, top = map(float, placed.frames[frame.name]["bb"].split(","))
                assert all(left < x < right and bottom < y < top for x, y in on_curve)
                checked += 1
    assert checked >= 7


def test_a_frame_of_several_holds_the_dot():
    """Three alike are one frame: the dot is in it, and one arrow leads to the frame from the box before."""
    net = nn.Sequential(nn.Conv2d(3, 6, 3), nn.Sequential(Residual(), Residual(), Residual()))
    (segment,) = [segment for segment in segments_of(trace(net, (1, 3, 12, 10))) if shortcuts(segment)]
    (frame,) = all_frames(segment.members)
    assert "× 3" in frame.attributes["label"]
    assert segment.entry in frame.members
    assert segment.linked


@pytest.mark.parametrize("net", [nn.Conv2d(3, 8, 5), nn.ReLU(), nn.MaxPool2d(2)])
def test_the_first_line_of_a_box_keeps_off_its_border(net):
    """Above the letters of a box at least two points are free, below the lowest tail of a letter one."""
    graph = architecture_graph(net, (1, 3, 12, 10))
    (page,) = graph.sheets.pages
    dpi = 432
    picture = render(page.source, "png", {**page.on_screen, "dpi": str(dpi)}, engine="nop2").data
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
    (colour,) = set(re.findall(r'^ +n0 \[.*fillcolor="#(\w+)"', graph.source, re.MULTILINE))
    fill = np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)])
    filled = np.abs(pixels - fill).max(axis=2) <= 2
    # The key's cell has the same colour: the box is the lower one.
    rows = np.flatnonzero(filled.sum(axis=1) > 0)
    first = rows[np.flatnonzero(np.diff(rows) > 10)[-1] + 1]
    inside = np.flatnonzero(filled[first])
    box = pixels[first : rows[-1] + 1, inside[0] + 6 : inside[-1] - 6].sum(axis=2) < 300
    ink = np.flatnonzero(box.any(axis=1))
    assert ink[0] * 72 / dpi >= 2
    assert (len(box) - 1 - ink[-1]) * 72 / dpi >= 1


def test_the_key_explains_the_double_bar_where_it_stands():
    """Inception-v3 has layers side by side on one line, and its key says so; resnet18 has neither."""
    inception, resnet = (architecture_graph(traced(name)).source for name in ("inception_v3", "resnet18"))
    assert "1×3, 384 ‖ 3×1, 384" in inception
    assert inception.count("<b>‖</b>: both read the same maps") == 1
    assert "‖" not in resnet


@pytest.mark.parametrize(
    ("activation", "word"),
    [
        (nn.ReLU6(), "ReLU6"),
        (nn.Hardtanh(), "Hardtanh"),
        (nn.Hardtanh(0.0, 6.0), "ReLU6"),
        (nn.Hardswish(), "Hardswish"),
        (nn.Hardsigmoid(), "Hardsigmoid"),
        (nn.SiLU(), "SiLU"),
        (nn.GELU(), "GELU"),
        (nn.LeakyReLU(0.1), "LeakyReLU"),
        (nn.ELU(), "ELU"),
        (nn.Mish(), "Mish"),
        (nn.LogSigmoid(), "LogSigmoid"),
    ],
)
def test_an_activation_goes_by_the_name_of_its_layer(activation, word):
    """Whichever function nn.ReLU6 and the others call, the box says the name that a reader knows."""
    seen = trace(nn.Sequential(nn.Conv2d(3, 4, 3), activation), (1, 3, 9, 8))
    assert seen.rows[1].family == "activation"
    assert f"<b>0</b> + {word}<" in architecture_graph(seen).source


@pytest.mark.parametrize("name", ["relu6", "hardswish", "silu", "gelu", "leaky_relu"])
def test_a_function_has_the_name_of_its_layer(name):
    """F.relu6 and nn.ReLU6 are the same operation, and so are the others."""

    class Net(nn.Module):
        def forward(self, x):
            return getattr(F, name)(x)

    (row,) = trace(Net(), (1, 3, 9, 8)).rows
    (other,) = trace(getattr(nn, wording.word(row))(), (1, 3, 9, 8)).rows
    assert row.op == other.op == name


def test_a_number_that_is_added_or_multiplied_joins_nothing():
    """`x * 0.5` and `1 + x` are no joins: one operand is the network's, and the box has no join's colour."""
    seen = trace(Constants(), (1, 3, 9, 8))
    assert [(row.op, row.family) for row in seen] == [
        ("conv2d", "convolution"),
        ("mul", "other"),
        ("add", "other"),
        ("cat", "join"),
    ]
    source = architecture_graph(seen).source
    fills = dict(re.findall(r'^ +n(\d) \[.*fillcolor="(#\w+)"', source, re.MULTILINE))
    assert fills == {
        "0": labels.COLOURS["convolution"],
        "1": labels.COLOURS["other"],
        "3": labels.COLOURS["join"],
    }
    assert "<b>scale</b> + shift" in source


def test_a_value_joined_to_itself_is_joined():
    """`x + x` has two operands, though they are one value."""

    class Twice(nn.Module):
        def forward(self, x):
            return x + x

    (row,) = trace(Twice(), (1, 3, 9, 8)).rows
    assert (row.family, len(row.input_shapes)) == ("join", 2)
