"""Architecture graphs: counted against the Trace, read back from the PDF, looked at for clipped pages."""

import io
import math
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from torch import nn
from torchvision.models.resnet import BasicBlock

from cnnbook import networks
from cnnbook.graphs import architecture_graph, autograd_graph, fonts, labels, text_width
from cnnbook.graphs.folding import plan
from cnnbook.graphs.pages import PAPERS
from cnnbook.graphs.plans import Block, Step
from cnnbook.graphs.rendering import GraphError, render
from cnnbook.traces import Trace
from cnnbook.tracing import trace

GOLDEN = Path(__file__).parent / "golden"
SMALLEST = 6.5


@cache
def traced(name):
    """The trace of a network of the catalogue, under its own name."""
    seen = trace(networks.build(name, device="meta"), networks.info(name).input_shape)
    seen.name = name
    return seen


def frames(items):
    """Every frame of a plan, outer ones first."""
    for item in items:
        if isinstance(item, Block):
            yield item
            yield from frames(item.items)


def copies(items, times=1):
    """Each box of a plan with how many identical ones it stands for in all."""
    for item in items:
        if isinstance(item, Step):
            yield item, times * item.times
        else:
            yield from copies(item.items, times * item.times)


def read(path):
    """The pages of a PDF: their text and the sizes, in points, of the letters in it."""
    pages = []
    for page in PdfReader(path).pages:
        sizes = []

        def note(text, cm, tm, font, size, sizes=sizes):
            if text.strip():
                sizes.append(size * math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3]))

        pages.append((page.extract_text(visitor_text=note), sizes, page.mediabox))
    return pages


def edges(source):
    """The edges of a DOT text, by number."""
    return {(int(a), int(b)) for a, b in re.findall(r"^  n(\d+) -> n(\d+)", source, re.MULTILINE)}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", networks.COURSE)
def test_a_course_network_fits_one_page_that_can_be_read(name, paper, tmp_path):
    """At its default depth a course network is one page, at most 40 boxes, no letter under 6.5 points."""
    graph = architecture_graph(traced(name), paper=paper)
    assert graph.boxes == len(plan(traced(name)).steps) <= 40
    ((_, sizes, box),) = read(graph.save(tmp_path / f"{name}.pdf"))
    assert (float(box.width), float(box.height)) == pytest.approx(PAPERS[paper], abs=1)
    assert min(sizes) >= SMALLEST - 0.01
    assert graph.notes == ()


@pytest.mark.parametrize("name", networks.COURSE)
def test_the_page_names_every_block_and_shape(name, tmp_path):
    """Every frame's path, every box's name and shape, and the network's figures can be found in the PDF."""
    seen = traced(name)
    ((text, _, _),) = read(architecture_graph(seen).save(tmp_path / "graph.pdf"))
    shown = plan(seen)
    for step in shown.steps:
        assert "×".join(map(str, step.output.output_shape[1:])) in text
        if step.module:
            assert step.path.split(".")[-1] in text
    for block in frames(shown.items):
        if any(isinstance(item, Step) for item in block.items):
            assert block.path in text
            assert block.module in text
            assert block.times == 1 or f"× {block.times}" in text
    assert f"{seen.parameters:,} parameters" in text
    assert f"input {seen.input_shape}" in text
    assert str(networks.info(name).paper.year) in text
    assert "output size = ⌊(n + 2·padding" in text


@pytest.mark.parametrize("name", ["lenet5_1998", "resnet18", "inception_v3"])
def test_the_text_of_a_page_is_in_the_order_of_the_network(name, tmp_path):
    """Read back, the title comes first, then each frame's title before its boxes, then layer after layer."""
    seen = traced(name)
    ((text, _, _),) = read(architecture_graph(seen).save(tmp_path / "graph.pdf"))
    assert text.lstrip().startswith(name)
    at = text.index("input  " if "input  " in text else "input ", text.index("In a box"))

    def follow(items, at):
        for item in items:
            if isinstance(item, Block):
                framed = any(isinstance(inner, Step) for inner in item.items)
                at = follow(item.items, text.index(item.path, at) if framed else at)
            else:
                at = text.index(labels.name(item), at)
                at = text.index("×".join(map(str, item.output.output_shape[1:])), at)
        return at

    assert follow(plan(seen).items, at) < len(text)


@pytest.mark.parametrize("name", [*networks.COURSE, "densenet121", "mobilenet_v2"])
def test_boxes_and_folds_account_for_every_row(name):
    """Each row is in one box; a box that stands for several stands for the rows that are not drawn."""
    seen, shown = traced(name), plan(traced(name))
    drawn = [row.index for step in shown.steps for row in step.rows]
    assert len(drawn) == len(set(drawn))
    assert sum(times * len(step.rows) for step, times in copies(shown.items)) == len(seen)
    assert sum(times * step.parameters for step, times in copies(shown.items)) == seen.used_parameters
    assert sum(times * sum(row.macs for row in step.rows) for step, times in copies(shown.items)) == seen.macs


@pytest.mark.parametrize("name", ["lenet5_1998", "inception_v3", "resnet18", "densenet121"])
def test_unfolded_there_is_a_box_for_each_row_and_an_edge_for_each_input(name):
    """With fold=False the nodes are the rows and the edges are their inputs, no more and no fewer."""
    seen = traced(name)
    graph = architecture_graph(seen, fold=False)
    assert graph.boxes == len(seen)
    assert edges(graph.source) == {(i, row.index) for row in seen.rows for i in row.inputs if i >= 0}


def test_edges_of_a_folded_graph_are_the_rows_inputs_by_box():
    """Between the boxes of resnet50 there is an edge exactly where a row of one reads a row of another."""
    seen, shown = traced("resnet50"), plan(traced("resnet50"))
    box = {row.index: step.number for step in shown.steps for row in step.rows}
    drawn = {(a, b) for a, b in edges(architecture_graph(seen).source)}
    inner = {(a, b) for a, b in drawn if b in box}
    expected = {
        (box[i], box[row.index])
        for row in seen.rows
        for i in row.inputs
        if i in box and row.index in box and box[i] != box[row.index]
    }
    # What follows a folded run reads the last copy's result: drawn from the one copy that is shown.
    assert expected <= inner
    assert {b for _, b in inner - expected} == {36, 44, 78, 86, 140, 148, 172}


@pytest.mark.parametrize(("name", "additions"), [("resnet18", 7), ("resnet34", 7), ("resnet50", 8)])
def test_every_residual_block_has_a_shortcut(name, additions):
    """Each addition that is drawn has one coloured way round its convolutions."""
    shown = plan(traced(name))
    adds = {step.number for step in shown.steps if step.head.op == "add"}
    assert len(adds) == additions
    assert {head for _, head in shown.shortcuts if head in adds} == adds
    assert architecture_graph(traced(name)).source.count('penwidth="1.8", weight="0"') == len(shown.shortcuts)


def test_identical_blocks_fold_and_different_ones_stay_apart():
    """In resnet50 the first bottleneck of each stage, with its projection, stays apart from the others."""
    found = {
        b.path: (b.times, b.last_path)
        for b in frames(plan(traced("resnet50")).items)
        if b.module == "Bottleneck"
    }
    assert found == {
        "layer1.0": (1, "layer1.0"),
        "layer1.1": (2, "layer1.2"),
        "layer2.0": (1, "layer2.0"),
        "layer2.1": (3, "layer2.3"),
        "layer3.0": (1, "layer3.0"),
        "layer3.1": (5, "layer3.5"),
        "layer4.0": (1, "layer4.0"),
        "layer4.1": (2, "layer4.2"),
    }


def test_shared_weights_are_not_folded():
    """A block that runs twice on the same weights is two boxes: the second brings no parameters."""
    block = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.ReLU())

    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.pool, self.two = block, nn.MaxPool2d(1), block

        def forward(self, x):
            return self.two(self.pool(self.one(x)))

    seen = trace(Twice(), (1, 4, 8, 6))
    assert [times for _, times in copies(plan(seen).items)] == [1, 1, 1]


@pytest.mark.parametrize(("depth", "boxes"), [(1, 8), (2, 12), (3, 40), (9, 40)])
def test_depth_is_how_many_levels_are_opened(depth, boxes):
    """resnet50 is 8 boxes by its children, 12 by its blocks (folded), 40 with the blocks opened."""
    assert architecture_graph(traced("resnet50"), depth=depth).boxes == boxes


def test_a_closed_block_lists_its_branches():
    """An Inception block that is closed shows its four branches, level by level, and what they add up to."""
    source = architecture_graph(traced("inception_v3")).source
    (label,) = re.findall(r"^ +n\d+ \[label=<(.*<b>Mixed_5b</b>.*)>, fillcolor", source, re.MULTILINE)
    cells = re.findall(r"<td bgcolor=[^>]*>([^<]*)<", label)
    assert cells == ["1×1, 64", "1×1, 48", "5×5, 64", "1×1, 64", "3×3, 96", "3×3, 96", "avg 3×3", "1×1, 32"]
    assert "concatenate 64 + 64 + 96 + 32 = 256" in label


def test_blocks_stand_side_by_side_on_one_page(tmp_path):
    """The three kinds of bottleneck of resnet50 are one page, each with its name and parameters."""
    seen = traced("resnet50")
    graph = architecture_graph([seen["layer1.0"], seen["layer1.1"], seen["layer2.0"]])
    ((text, sizes, _),) = read(graph.save(tmp_path / "bottlenecks.pdf"))
    assert min(sizes) >= SMALLEST
    for path, parameters in (("layer1.0", 75_008), ("layer1.1", 70_400), ("layer2.0", 379_392)):
        assert path in text
        assert f"{parameters:,} parameters" in text
    assert graph.boxes == 5 + 4 + 5


def test_networks_of_one_name_are_named_once(tmp_path):
    """Two blocks of one class: the title names the class once, and so does the line over each."""
    narrow, wide = (trace(BasicBlock(c, c), (1, c, 12, 10)) for c in (6, 14))
    graph = architecture_graph([narrow, wide])
    assert graph.title == "BasicBlock"
    ((text, _, _),) = read(graph.save(tmp_path / "blocks.pdf"))
    assert len(re.findall("BasicBlock", text)) == 3
    for block in (narrow, wide):
        assert f"{block.used_parameters:,} parameters" in text


def test_the_kinds_of_inception_block_share_pages(tmp_path):
    """All six kinds of Inception-v3 are three pages, none of them divided, each with its name and size."""
    seen = traced("inception_v3")
    training = trace(networks.build("inception_v3", device="meta").train(), (2, 3, 299, 299))
    training.name = "inception_v3"
    kinds = [seen[f"Mixed_{letter}"] for letter in ("5b", "6a", "6b", "7a", "7b")] + [training["AuxLogits"]]
    graph = architecture_graph(kinds)
    pages = read(graph.save(tmp_path / "kinds.pdf"))
    assert len(pages) == 3
    assert min(size for _, sizes, _ in pages for size in sizes) >= SMALLEST
    for block in kinds:
        path = block.name.partition(": ")[2]
        (text,) = [text for text, _, _ in pages if f"{block.used_parameters:,} parameters" in text]
        assert path in text
        assert all("×".join(map(str, row.output_shape[1:])) in text for row in block.rows)
    assert graph.title.startswith("inception_v3: Mixed_5b, Mixed_6a")


def test_as_few_pages_as_can_be_read_have_as_large_letters_as_fit():
    """Of several pages, none could be printed 5 % larger without another page; a short graph is 12 points."""
    graph = architecture_graph(traced("resnet18"), fold=False)
    assert len(graph.sheets.pages) == 2
    scales = {page.scale for page in graph.sheets.pages}
    assert len(scales) == 1
    assert scales.pop() * text_width.FONT_SIZE > 7
    assert architecture_graph(nn.Linear(3, 2), (1, 3)).sheets.pages[0].scale == pytest.approx(1.5, abs=0.5)


def test_boxes_under_one_another_are_equally_wide():
    """In vgg16, one line of boxes, the widths differ by no more than a point, whatever is written there."""
    (page,) = architecture_graph(traced("vgg16")).sheets.pages
    found = re.findall(r"^ +n\d+ \[.*, width=\"([\d.]+)\"", page.source, re.MULTILINE)
    assert len(found) == 23
    assert 72 * (max(map(float, found)) - min(map(float, found))) < 1


def test_the_body_of_a_module_has_the_colour_of_what_it_does():
    """Tanh between two multiplications is an activation, a closed Inception block ends in a join."""
    shown = plan(traced("lenet5_1998"))
    assert {step.path: labels.family(step) for step in shown.steps}["squash"] == "activation"
    source = architecture_graph(traced("inception_v3")).source
    joined = re.findall(rf'bgcolor="{labels.COLOURS["join"]}">(\w+) ', source)
    assert joined == ["concatenate"] * 10


def test_a_block_of_a_trace_has_its_own_graph():
    """A block's rows keep their numbers, and what enters it is its input."""
    graph = architecture_graph(traced("resnet18")["layer2.0"])
    assert graph.boxes == 4
    assert set(re.findall(r"^ +n(\d+) \[", graph.source, re.MULTILINE)) == {"18", "21", "23", "25"}
    assert "64×56×56" in graph.source


def test_a_long_graph_takes_more_pages_instead_of_smaller_letters(tmp_path):
    """All 175 rows of resnet50 fill several A4 pages, none with letters under 6.5 points."""
    graph = architecture_graph(traced("resnet50"), fold=False)
    pages = read(graph.save(tmp_path / "long.pdf"))
    assert len(pages) > 1
    for number, (text, sizes, box) in enumerate(pages, 1):
        assert (float(box.width), float(box.height)) == pytest.approx(PAPERS["a4"], abs=1)
        assert min(sizes) >= SMALLEST - 0.01
        assert number == len(pages) or f"page {number + 1} of {len(pages)}" in text
    everything = " ".join(text for text, _, _ in pages)
    assert all(f"layer{i}.{j}" in everything for i, count in enumerate((3, 4, 6, 3), 1) for j in range(count))


def test_a_frame_taller_than_a_page_is_cut(tmp_path):
    """A chain of 120 different layers in one module is several pages, its frame marked as continued."""
    layers = [layer for i in range(60) for layer in (nn.Conv2d(i + 1, i + 2, 3, padding=1), nn.MaxPool2d(1))]
    net = nn.Module()
    net.features = nn.Sequential(*layers)
    net.forward = net.features.forward
    seen = trace(net, (1, 1, 9, 7))
    pages = read(architecture_graph(seen, depth=9).save(tmp_path / "tall.pdf"))
    assert len(pages) > 1
    assert min(size for _, sizes, _ in pages for size in sizes) >= SMALLEST - 0.01
    assert any("(continued)" in text for text, _, _ in pages)


def test_pages_that_cannot_be_joined_say_what_is_missing(tmp_path, monkeypatch):
    """Without pypdf a graph of several pages is refused in one line; one of a single page is not."""
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(GraphError, match=r"only pypdf can join them; repair: python -m pip install pypdf"):
        architecture_graph(traced("resnet50"), fold=False).save(tmp_path / "long.pdf")
    assert os.listdir(tmp_path) == []
    assert architecture_graph(traced("resnet50")).save(tmp_path / "a.pdf").stat().st_size > 10_000


def test_letter_paper(tmp_path):
    """On paper="letter" the page is 8.5 by 11 inches."""
    ((_, sizes, box),) = read(architecture_graph(traced("vgg16"), paper="letter").save(tmp_path / "a.pdf"))
    assert (float(box.width), float(box.height)) == pytest.approx((612, 792), abs=1)
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("name", networks.COURSE)
def test_a_rendered_page_is_neither_blank_nor_clipped(name):
    """On each page ink covers a good part of both directions, and none of it comes near the paper's edge."""
    graph = architecture_graph(traced(name))
    for page in graph.sheets.pages:
        picture = render(page.source, "png", {**page.on_paper, "dpi": "50"}, engine="nop2").data
        ink = np.asarray(Image.open(io.BytesIO(picture)).convert("L")) < 245
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        edge = 8  # pixels at 50 dpi: 4 mm
        assert rows[0] >= edge
        assert columns[0] >= edge
        assert rows[-1] < ink.shape[0] - edge
        assert columns[-1] < ink.shape[1] - edge
        assert rows[-1] - rows[0] > 0.5 * ink.shape[0]
        assert columns[-1] - columns[0] > 0.5 * ink.shape[1]
        assert 0.03 < ink.mean() < 0.6


def test_colours_differ_in_grey_and_carry_black_text():
    """In grey the four commonest kinds have clearly different shades, and black text stands out on all."""
    grey = {}
    for kind, colour in labels.COLOURS.items():
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        grey[kind] = 0.299 * red + 0.587 * green + 0.114 * blue
    common = sorted(grey[kind] for kind in ("join", "linear", "convolution", "pooling"))
    assert min(b - a for a, b in pairwise(common)) > 0.05
    assert min(grey.values()) > 0.6


@pytest.mark.parametrize(
    ("file", "make"),
    [
        ("graph_lenet5.dot", lambda: traced("lenet5")),
        ("graph_resnet18.dot", lambda: traced("resnet18")),
        ("graph_inception_v3_mixed_6a.dot", lambda: traced("inception_v3")["Mixed_6a"]),
    ],
)
def test_the_dot_is_the_golden_one(file, make):
    """The DOT text is the same, to the letter, as the one kept (made anew with CNNBOOK_UPDATE_GOLDEN=1)."""
    seen = make()
    source = architecture_graph(seen).source + "\n"
    if os.environ.get("CNNBOOK_UPDATE_GOLDEN"):
        (GOLDEN / file).write_text(source, encoding="utf-8")
    assert source == (GOLDEN / file).read_text(encoding="utf-8")
    nodes = re.findall(r"^ +n(\d+) \[", source, re.MULTILINE)
    shown = plan(seen)
    assert [int(n) for n in nodes] == [step.number for step in shown.steps]
    assert edges(source) == {(a, b) for a, b in shown.edges if a >= 0}


def test_a_trace_that_travelled_as_json_gives_the_same_graph():
    """The graph depends on the trace's values alone."""
    seen = traced("googlenet")
    assert architecture_graph(Trace.from_dict(seen.to_dict())).source == architecture_graph(seen).source


def test_a_model_is_traced_first():
    """A model with its input shape gives the graph of its trace."""
    net = nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU(), nn.MaxPool2d(2))
    assert (
        architecture_graph(net, (1, 3, 32, 20)).source
        == architecture_graph(trace(net, (1, 3, 32, 20))).source
    )


def test_names_with_signs_of_dot_and_html_are_text(tmp_path):
    """Quotes, angle brackets, ampersands and backslashes in a module's name reach the page."""
    net = nn.Sequential()
    net.add_module('a<b>&"c"\\d\\N', nn.Conv2d(1, 2, 3))
    net.add_module("нелинейность", nn.MaxPool2d(2))
    ((text, _, _),) = read(architecture_graph(net, (1, 1, 9, 7)).save(tmp_path / "a.pdf"))
    # \\N would be the node's name to Graphviz: another sign of the same look stands for that backslash.
    assert 'a<b>&"c"\\d∖N' in text
    assert "нелинейность" in text


@pytest.mark.parametrize("draw", [architecture_graph, autograd_graph])
def test_chinese_names_are_drawn_or_reported(draw, tmp_path):
    """With a font for them they are found in the PDF; without one the graph's notes name what is missing."""
    net = nn.Sequential()
    net.add_module("卷积一", nn.Conv2d(1, 2, 3))
    graph = draw(net, (1, 1, 9, 7))
    ((text, _, _),) = read(graph.save(tmp_path / "a.pdf"))
    assert "卷积一" in graph.save(tmp_path / "a.svg").read_text(encoding="utf-8")
    if fonts.missing("卷积一"):
        (note,) = graph.notes
        assert note.startswith("no font on this machine can draw 一 卷 积; install")
    else:
        assert graph.notes == ()
        assert "卷积一" in text


def test_several_inputs_and_a_long_skip_are_drawn():
    """Two inputs are named where they enter; a skip over the whole network is an edge like any other."""

    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right, self.last = nn.Conv2d(1, 4, 3), nn.Conv2d(2, 4, 3), nn.Conv2d(8, 2, 1)

        def forward(self, x, y):
            left = self.left(x)
            return self.last(__import__("torch").cat([left, self.right(y)], 1))

    seen = trace(Two(), (1, 1, 9, 7), (1, 2, 9, 7))
    graph = architecture_graph(seen)
    assert "<b>input 1</b>  1×9×7" in graph.source
    assert "<b>input 2</b>  2×9×7" in graph.source
    assert {("input1", "n0"), ("input2", "n1")} == set(re.findall(r"(input\d) -> (n\d)", graph.source))
    assert len(graph.sheets.pages) == 1


def test_svg_is_inline_accessible_and_complete():
    """The SVG has a role, a label, a title and a description, fits its cell, and keeps text as text."""
    graph = architecture_graph(traced("resnet18"))
    svg = graph._repr_svg_()
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    assert root.attrib["role"] == "img"
    assert "11,689,512 parameters" in root.attrib["aria-label"]
    assert "max-width: 100%" in root.attrib["style"]
    assert root.find(f"{space}title").text == "resnet18"
    assert "residual shortcuts" in root.find(f"{space}desc").text
    words = Counter(element.text for element in root.iter(f"{space}text"))
    assert words["downsample"] == 3
    bundle = graph._repr_mimebundle_()
    assert bundle["image/svg+xml"] == svg
    assert graph.live.html in bundle["text/html"]
    (shown,) = re.findall(r"<figure style='margin:0'>(.*?)</figure>", bundle["text/html"], re.DOTALL)
    drawn = ElementTree.fromstring(shown)
    assert Counter(element.text for element in drawn.iter(f"{space}text")) == words
    assert drawn.attrib["aria-label"] == root.attrib["aria-label"]
    assert bundle["text/plain"] == "<Graph of resnet18: 28 boxes>"


def test_jupyter_shows_a_line_where_there_is_no_graphviz(monkeypatch):
    """In a notebook a graph that cannot be drawn is one line of text, no traceback."""
    graph = architecture_graph(traced("lenet5"))

    def none():
        raise GraphError("no Graphviz to draw with")

    monkeypatch.setattr("cnnbook.graphs.rendering.backends", none)
    assert graph._repr_mimebundle_() == {"text/plain": "lenet5: no Graphviz to draw with"}


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png", ".PDF"])
def test_save_goes_by_the_suffix_and_leaves_one_file(suffix, tmp_path):
    """Saving returns the path, writes the format of the suffix, and nothing else."""
    path = architecture_graph(traced("lenet5")).save(tmp_path / f"graph{suffix}")
    signature = {".pdf": b"%PDF", ".svg": b"<svg", ".png": b"\x89PNG"}[suffix.lower()]
    assert path.read_bytes().startswith(signature)
    assert os.listdir(tmp_path) == [f"graph{suffix}"]


def test_dpi_sets_the_size_of_a_png(tmp_path):
    """Twice the dpi is twice as many pixels each way."""
    graph = architecture_graph(traced("lenet5"))
    small, large = (Image.open(graph.save(tmp_path / f"{dpi}.png", dpi=dpi)).size for dpi in (60, 120))
    assert large == pytest.approx([2 * n for n in small], abs=3)


def test_places_that_cannot_be_saved_to_are_one_line(tmp_path):
    """An unknown suffix, none at all, a missing folder and a folder as file are refused in one line."""
    graph = architecture_graph(traced("lenet5"))
    (tmp_path / "folder.pdf").mkdir()
    for name, message in (
        ("graph.bmp", "unknown suffix '.bmp'; a graph is saved as .pdf, .svg, .png or .html"),
        ("graph", "no suffix; a graph is saved as"),
        ("none/graph.pdf", "there is no folder"),
        ("folder.pdf", "it is a folder; name a file in it"),
        ("a\0.svg", "no file can have such a name"),
        ("a\0b/c.svg", "no file can have such a name"),
        ("half\ud800.pdf", "no file can have such a name"),
        (f"{'n' * 300}.svg", "the name is too long"),
        (f"{'d' * 300}/a.svg", "file name too long"),
    ):
        with pytest.raises(GraphError, match=re.escape(message)):
            graph.save(tmp_path / name)
    assert os.listdir(tmp_path) == ["folder.pdf"]


@pytest.mark.parametrize("given", [None, 3, b"a.svg", ["a.svg"]])
def test_what_is_no_path_is_one_line(given):
    """Only text and paths name a file."""
    with pytest.raises(GraphError, match=r"a graph is saved to a path, such as 'resnet18.pdf', not to"):
        architecture_graph(traced("lenet5")).save(given)


@pytest.mark.parametrize("dpi", [0, -1, 1.5, True, "x", 10**6])
def test_a_dpi_that_no_picture_has_is_one_line(dpi, tmp_path):
    """Pixels per inch are a whole number, and not so many that the picture would fill the memory."""
    with pytest.raises(GraphError, match=r"dpi is a whole number of pixels per inch, 1 to 2400, not"):
        architecture_graph(traced("lenet5")).save(tmp_path / "a.png", dpi=dpi)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((nn.ReLU(),), {}, "a model alone does not say its shapes"),
        ((nn.ReLU(), (1, 3)), {"depth": 0}, "1 or more, or None, not 0"),
        ((nn.ReLU(), (1, 3)), {"depth": True}, "1 or more, or None, not True"),
        ((nn.ReLU(), (1, 3)), {"paper": "a5"}, "unknown paper 'a5': a4 or letter"),
        (([],), {}, "no trace was given"),
        ((nn.Identity(), (1, 3)), {}, "ran no operation"),
        (([5],), {}, "made of a Trace, a model or a name, not of int"),
        ((None,), {}, "not of NoneType"),
    ],
)
def test_what_cannot_be_drawn_says_why(arguments, options, message):
    """A wrong argument is refused in the reader's terms."""
    with pytest.raises(GraphError, match=message):
        architecture_graph(*arguments, **options)


def test_one_row_is_not_a_block():
    """A path that is a single row says so."""
    with pytest.raises(GraphError, match=r"trace\['layer1.0.conv1'\] is one row, a block is several"):
        architecture_graph([traced("resnet18")["layer1.0.conv1"]])


@pytest.mark.parametrize(
    ("layer", "shape", "axes"),
    [
        (nn.Conv1d(2, 3, 3), (1, 2, 9), "channels × length"),
        (nn.Conv2d(2, 3, 3), (1, 2, 9, 8), "channels × height × width"),
        (nn.ConvTranspose3d(2, 3, 3), (1, 2, 9, 8, 7), "channels × depth × height × width"),
        (nn.Linear(2, 3), (1, 2), "channels × height × width"),
    ],
)
def test_the_title_names_the_axes_of_the_boxes(layer, shape, axes):
    """They are those of the network's convolutions and pools."""
    assert f"output shape ({axes});" in architecture_graph(nn.Sequential(layer), shape).source
