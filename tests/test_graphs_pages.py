"""Pages that are not nearly empty, graphs from left to right, worksheets, computed weights, batches."""

import re

import pytest
import torch
import torch.nn.functional as F
from click.testing import CliRunner
from pypdf import PdfReader
from torch import nn
from torch.nn.utils import spectral_norm
from torch.nn.utils.parametrizations import spectral_norm as parametrized_norm

from cnnbook.cli import main
from cnnbook.graphs import GraphError, architecture_graph, titles
from cnnbook.graphs.folding import plan
from cnnbook.graphs.notation import BLANK, Notation, batch_of
from cnnbook.graphs.page_layout import lay_out
from cnnbook.graphs.pages import NEARLY_EMPTY, best_sheets
from cnnbook.graphs.segments import Pieces
from cnnbook.networks.shipped import shipped
from cnnbook.networks.traced import trace


def double(before, after):
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1),
        nn.BatchNorm2d(after),
        nn.ReLU(),
        nn.Conv2d(after, after, 3, padding=1),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c2, self.c3, self.middle = double(3, 8), double(8, 16), double(16, 32), double(32, 64)
        self.u3, self.u2, self.u1 = (nn.ConvTranspose2d(2 * c, c, 2, 2) for c in (32, 16, 8))
        self.d3, self.d2, self.d1 = double(64, 32), double(32, 16), double(16, 8)
        self.last = nn.Conv2d(8, 1, 1)

    def forward(self, x):
        a = self.c1(x)
        b = self.c2(F.max_pool2d(a, 2))
        c = self.c3(F.max_pool2d(b, 2))
        d = self.d3(torch.cat([c, self.u3(self.middle(F.max_pool2d(c, 2)))], 1))
        d = self.d2(torch.cat([b, self.u2(d)], 1))
        return self.last(self.d1(torch.cat([a, self.u1(d)], 1)))


class Discriminator(nn.Module):
    def __init__(self, norm):
        super().__init__()
        self.one, self.two = norm(nn.Conv2d(3, 8, 4, 2)), norm(nn.Conv2d(8, 6, 4, 2))

    def forward(self, x):
        return self.two(F.leaky_relu(self.one(x), 0.2))


class Detector(nn.Module):
    """It takes images without a batch axis, stacks them, and cuts boxes out of their maps."""

    def __init__(self):
        super().__init__()
        self.body, self.head = nn.Conv2d(3, 8, 3, padding=1), nn.Linear(8 * 4 * 4, 5)

    def forward(self, *images):
        maps = self.body(torch.stack(images))
        boxes = torch.cat([maps[:, :, :4, :4], maps[:, :, 4:8, :4], maps[:, :, :4, 4:8]])
        return self.head(boxes.flatten(1))


def pages(path):
    return [page.extract_text() for page in PdfReader(path).pages]


@pytest.mark.parametrize("make", [lambda: trace(UNet(), (1, 3, 96, 64)), lambda: trace("mobilenet_v2")])
@pytest.mark.parametrize("options", [{}, {"depth": 1}, {"fold": False}])
def test_no_page_is_nearly_empty(make, options):
    """Of several pages the columns of each take up a fifth at least."""
    sheets = architecture_graph(make(), **options).sheets
    assert len(sheets.pages) == 1 or sheets.emptiest >= NEARLY_EMPTY
    assert sheets.legible


def test_a_layout_with_a_nearly_empty_page_would_be_seen():
    """A U-Net that is not cut has such a page; the cut one is preferred, and takes no page more."""
    seen = trace(UNet(), (1, 3, 96, 64))
    shown = plan(seen)
    pieces = Pieces(shown, Notation(1))
    whole, cut = (
        lay_out(pieces.segments(tallest), titles.title([seen], [shown]), "a4") for tallest in (20, 10)
    )
    assert whole.emptiest < NEARLY_EMPTY <= cut.emptiest
    assert best_sheets([whole, cut]) is cut


def test_a_cut_spares_frames():
    """A U-Net is cut between its blocks, where as few lines cross, and not in a block."""
    seen = trace(UNet(), (1, 3, 96, 64))
    for segment in Pieces(plan(seen), Notation(1)).segments(10):
        assert not any("(continued)" in text for text in map(str, segment.members))


@pytest.mark.parametrize("norm", [spectral_norm, parametrized_norm])
@pytest.mark.parametrize("training", [True, False])
def test_a_spectral_norm_is_part_of_its_layer(norm, training):
    """One box for each convolution, with all its parameters; the rows that make its weights are in it."""
    seen = trace(Discriminator(norm).train(training), (2, 3, 32, 32))
    shown = plan(seen)
    assert [step.path for step in shown.steps] == ["one", "two"]
    assert sum(step.parameters for step in shown.steps) == seen.used_parameters
    assert sorted(row.index for step in shown.steps for row in step.rows) == [row.index for row in seen]
    assert shown.edges == ((-1, shown.steps[0].number), (shown.steps[0].number, shown.steps[1].number))
    source = architecture_graph(seen).source
    assert source.count("4×4 conv, stride 2, spectral norm") == 2
    assert "<b>one</b> + LeakyReLU" in source
    assert not re.search(r"weight_(orig|u|v)|parametrizations", source)
    assert architecture_graph(seen, fold=False).boxes == len(seen)


def test_a_spectral_norm_on_a_constant_is_part_of_its_layer():
    """A generator whose first convolution reads a learned constant: still one box, beside its constant."""

    class Generator(nn.Module):
        def __init__(self):
            super().__init__()
            self.const = nn.Parameter(torch.zeros(1, 8, 4, 4))
            self.conv = parametrized_norm(nn.Conv2d(8, 4, 3, padding=1))

        def forward(self, x):
            return self.conv(self.const) * x

    seen = trace(Generator(), (2, 4, 1, 1))
    assert [step.path for step in plan(seen).steps] == ["conv", ""]
    source = architecture_graph(seen).source
    assert "3×3 conv, pad 1, spectral norm" in source
    assert "const" in source
    assert not re.search(r"parametrizations", source)


def test_a_module_that_reads_elsewhere_is_not_taken_for_weights():
    """A squeeze-and-excitation gate computes with the input, so its rows stay boxes."""
    shown = plan(shipped("resnet18"))
    assert not any(step.weights for step in shown.steps)


def test_the_batch_axis_of_a_detector_is_that_of_its_convolutions():
    """The channels of an image and the number of boxes are shown, the number of images is not."""
    images = [(3, 16, 12)] * 2
    seen = trace(Detector(), *images)
    assert batch_of(seen) == 2
    source = architecture_graph(seen, fold=False).source
    assert "3×16×12" in source
    assert "<b>8×16×12</b>" in source
    assert "<b>6×5</b>" in source
    assert batch_of(trace(Detector(), *[(3, 16, 12)] * 3)) is None


@pytest.mark.parametrize(
    ("net", "shape", "batch"),
    [
        (nn.Conv2d(3, 8, 3), (2, 3, 9, 7), 2),
        (nn.Conv2d(3, 8, 3), (3, 9, 7), None),
        (nn.Linear(6, 2), (5, 6), 5),
    ],
)
def test_the_batch_axis_of_others_is_the_first(net, shape, batch):
    """A single image without one has none."""
    assert batch_of(trace(net, shape)) == batch


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "inception_v3", "vgg16"])
def test_from_left_to_right_the_pages_lie_on_their_side(name, tmp_path):
    """Landscape pages, letters of 6.5 points or more, every box beside or below the one it reads."""
    graph = architecture_graph(name, direction="LR")
    for page in PdfReader(graph.save(tmp_path / "a.pdf")).pages:
        assert page.mediabox.width > page.mediabox.height
    assert graph.notes == ()
    assert graph.sheets.legible
    assert graph.boxes == architecture_graph(name).boxes
    (first, *_) = graph.sheets.pages
    at = {
        node: tuple(map(float, place.split(",")))
        for node, place in re.findall(r'^ +(n\d+) \[.*pos="([^"]*)"', first.source, re.MULTILINE)
    }
    for tail, head in plan(shipped(name)).edges:
        if {f"n{tail}", f"n{head}"} <= {*at}:
            (x0, y0), (x1, y1) = at[f"n{tail}"], at[f"n{head}"]
            assert x1 > x0 or y1 < y0 - 20  # to the right, or in a row below


def test_an_unknown_direction_is_refused():
    """In one line, with those there are."""
    with pytest.raises(GraphError, match=r"unknown direction 'RL': TB \(top to bottom\) or LR"):
        architecture_graph("lenet5", direction="RL")


@pytest.mark.parametrize("name", ["lenet5", "resnet18", "inception_v3"])
def test_a_worksheet_tells_no_shape_and_its_key_tells_all(name, tmp_path):
    """No output shape of a box is in the file, also not in what is read aloud; the key has each of them."""
    seen = shipped(name)
    graph = architecture_graph(seen, blank=True)
    path = graph.save(tmp_path / "sheet.svg")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sheet.key.svg", "sheet.svg"]
    sheet, key = (p.read_text(encoding="utf-8") for p in (path, tmp_path / "sheet.key.svg"))
    assert sheet.count(BLANK) >= graph.boxes
    for step in plan(seen).steps:
        shape = step.output.output_shape
        text = "×".join(map(str, shape[1:]))
        assert text in key
        assert f">{text}<" not in sheet
        assert str(shape) not in sheet
    assert key == architecture_graph(seen)._repr_svg_()


def test_a_worksheet_gives_what_is_needed_to_fill_it():
    """The filters of a convolution and the outputs of a linear layer are given, sums of a join are not."""
    source = architecture_graph("inception_v3", blank=True, depth=2).source
    assert "3×3 conv, 32 filters, stride 2" in source
    assert "linear, 1000 out" in source
    assert not re.search(r"concatenate \d", source)
    assert "5×5 conv, 6 filters" in architecture_graph("lenet5", blank=True).source


def test_the_command_line_names_both_files_of_a_worksheet(tmp_path, monkeypatch):
    """And refuses a worksheet as HTML before any work."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["graph", "lenet5", "--blank", "-o", "lenet5.pdf"])
    assert (done.exit_code, done.output) == (0, "wrote lenet5.pdf and its key lenet5.key.pdf\n")
    refused = CliRunner().invoke(main, ["graph", "lenet5", "--blank", "-o", "lenet5.html"])
    assert refused.exit_code == 2
    assert "a worksheet is not saved as .html; name a file .pdf, .svg or .png" in refused.output
    assert not (tmp_path / "lenet5.html").exists()


def test_the_command_line_draws_a_network_until_it_stops(tmp_path, monkeypatch):
    """As HTML; the error is printed, the status is 1, and an older picture as PDF stays as it was."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(
        "from torch import nn\n\n\nclass Net(nn.Sequential):\n    def __init__(self):\n"
        "        super().__init__(nn.Conv2d(3, 8, 3), nn.Conv2d(6, 4, 3))\n"
    )
    (tmp_path / "net.pdf").write_bytes(b"older")
    words = ["graph", "net.py:Net", "--input", "1,3,12,10", "-o", "net.html", "-o", "net.pdf"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert done.output.startswith("wrote net.html\nError: ")
    assert "expects 6 input channels" in done.output
    assert "stopped here" in (tmp_path / "net.html").read_text(encoding="utf-8").replace("\xa0", " ").replace(
        "&#160;", " "
    )
    assert (tmp_path / "net.pdf").read_bytes() == b"older"
