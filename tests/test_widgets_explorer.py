"""The explorer without a browser: its numbers are PyTorch's; what it accepts, and what it leaves behind."""

import base64
import html
import json
import random
import re
from itertools import product
from math import inf

import pytest
import torch
from torch.nn import functional as F
from traitlets import TraitError

from cnnbook import GeometryError, Window
from cnnbook.widgets import ConvolutionExplorer
from cnnbook.widgets.explorer_picture import explorer_picture
from cnnbook.widgets.layers import KERNELS, KINDS, LIMITS, Layer

WIDGET = "application/vnd.jupyter.widget-view+json"


def layers(count):
    """So many layers from all that the sliders can set, drawn with a fixed seed."""
    draw = random.Random(0)
    ranges = {name: range(least, most + 1) for name, (least, most) in LIMITS.items()}
    for _ in range(count):
        size = draw.choice(ranges["size"]), draw.choice(ranges["size"])
        numbers = (draw.choice(ranges[name]) for name in ("kernel_size", "stride", "padding", "dilation"))
        yield Layer(size, Window(*numbers), draw.choice(KINDS), draw.choice(KERNELS))


def by_torch(layer):
    """Return what PyTorch makes of the same numbers; None where it refuses."""
    image = torch.tensor(layer.image, dtype=torch.float64)[None, None]
    k, s, p, d = (getattr(layer.window, name) for name in ("kernel_size", "stride", "padding", "dilation"))
    try:
        if layer.kind == "max":
            return F.max_pool2d(image, k, s, p, d)[0, 0].tolist()
        if layer.kind == "average":
            return F.avg_pool2d(image, k, s, p)[0, 0].tolist() if d == (1, 1) else None
        weights = torch.tensor(layer.weights, dtype=torch.float64)[None, None]
        return F.conv2d(image, weights, stride=s, padding=p, dilation=d)[0, 0].tolist()
    except RuntimeError:
        return None


def test_numbers_are_those_of_pytorch():
    """Over 600 settings each output number is PyTorch's; there is a problem only where PyTorch refuses."""
    refused = 0
    for layer in layers(600):
        wanted = by_torch(layer)
        assert bool(layer.problem) is (wanted is None), layer
        if wanted is None:
            refused += 1
            continue
        assert (len(wanted), len(wanted[0])) == layer.output_size
        for row, expected in zip(layer.output, wanted, strict=True):
            assert row == pytest.approx(expected), layer
    assert 50 < refused < 550


def test_average_pooling_has_no_dilation():
    """PyTorch's average pooling has no such argument, so the explorer refuses one."""
    with pytest.raises(TypeError):
        torch.nn.AvgPool2d(2, dilation=2)
    with pytest.raises(GeometryError, match="dilation is 2, average pooling has none in PyTorch; 1 would do"):
        ConvolutionExplorer(kind="average", dilation=2)


def test_a_larger_image_keeps_its_numbers():
    """A slider for the size adds pixels and changes none; all are digits."""
    large = Layer((12, 12), Window(1)).image
    assert Layer((3, 5), Window(1)).image == [row[:5] for row in large[:3]]
    assert {number for row in large for number in row} == {0, 1, 2, 3, 6, 7, 8, 9}


@pytest.mark.parametrize(("name", "k"), [*product(KERNELS, range(1, 8))])
def test_kernels_do_what_they_are_called(name, k):
    """An edge kernel gives 0 where all pixels are equal, an identity 1 pixel, ones all of them."""
    weights = [w for row in Layer((8, 8), Window(k), kernel=name).weights for w in row]
    assert len(weights) == k * k
    assert sum(weights) == {"edge": 0, "identity": 1, "ones": k * k}[name] or k == 1
    assert {abs(w) for w in weights} <= {0, 1}
    assert any(weights)


def test_a_window_of_padding_alone_has_no_largest_pixel():
    """Max pooling pads with minus infinity, as in PyTorch."""
    assert Layer((1, 1), Window(2, padding=1, dilation=2), "max").output == [[-inf]]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"size": 2},
            r"kernel does not fit: it spans 3 pixels, the padded input has 2; .* of at least 3 would",
        ),
        ({"size": (5, 2)}, "W: kernel does not fit: it spans 3 pixels, the padded input has 2"),
        ({"kind": "max", "padding": 2}, r"at most half of its kernel \(3 // 2 = 1\), not 2; padding 1 or"),
        ({"size": 224}, r"size is \(224, 224\); at most 12 would do: the explorer draws every pixel"),
        ({"kernel_size": 8}, "kernel_size is 8; at most 7 would do"),
        ({"stride": 0}, "stride is 0; at least 1 would do"),
        ({"padding": -1}, "padding is -1; at least 0 would do"),
        ({"size": (5, 6, 7)}, "size has 3 numbers for 2 axes"),
        ({"kind": "min"}, "kind is 'min'; 'convolution', 'max' or 'average' would do"),
        ({"kernel": [[1]]}, r"kernel is \[\[1\]\]; 'edge', 'ones' or 'identity' would do"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(settings, message):
    """The message says what is wrong with the numbers, then what would work."""
    with pytest.raises(GeometryError, match=message) as caught:
        ConvolutionExplorer(**settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("kernel_size", "3", "kernel_size must be an integer, not '3'"),
        ("stride", 1.0, "stride must be an integer, not 1.0; 1 would do"),
        ("dilation", True, "dilation must be an integer, not True; 1 would do"),
        ("cell", (3, 0), r"cell is \(3, 0\), the output 3 × 4; rows 0 to 2 and columns 0 to 3 would do"),
        ("cell", (0, -1), "cell is -1; at least 0 would do"),
        ("kind", "mean", "kind is 'mean'"),
    ],
)
def test_a_bad_value_later_leaves_the_explorer_as_it_was(name, value, message):
    """The same words as at the start; the old value stays."""
    explorer = ConvolutionExplorer()
    before = getattr(explorer, name)
    with pytest.raises(TraitError, match=message):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


def test_output_size_formula_and_problem_follow():
    """What arithmetic says is there at once and can be observed; an impossible setting is no error."""
    explorer = ConvolutionExplorer(size=(5, 6), kernel_size=3)
    seen = []
    explorer.observe(lambda change: seen.append(change.new), "output_size")
    explorer.padding = 1
    assert explorer.formula == Window(3, padding=1).formula((5, 6))
    explorer.dilation = 3
    with pytest.raises(GeometryError) as refused:
        Window(3, padding=0, dilation=3).output_size((5, 6))
    explorer.padding = 0
    assert (explorer.output_size, explorer.formula, explorer.problem) == (None, "", str(refused.value))
    explorer.dilation = 1
    assert (explorer.output_size, explorer.problem) == ((3, 4), "")
    assert seen == [(5, 6), (1, 2), None, (3, 4)]
    with pytest.raises(TraitError):
        explorer.output_size = (1, 1)


def test_the_cell_stays_inside_the_output():
    """A smaller output takes the lit cell with it."""
    explorer = ConvolutionExplorer(size=(5, 6))
    explorer.cell = (2, 3)
    explorer.stride = 2
    assert (explorer.output_size, explorer.cell) == ((2, 2), (1, 1))


def test_the_browser_can_send_several_changes_at_once():
    """A new size and a cell that only fits there arrive together; a list is as good as a tuple."""
    explorer = ConvolutionExplorer(size=(5, 6))
    explorer.set_state({"size": [8, 9], "cell": [5, 6]})
    assert (explorer.size, explorer.cell, explorer.output_size) == ((8, 9), (5, 6), (6, 7))


def assets():
    sent = ConvolutionExplorer().get_state()
    return sent["_esm"], sent["_css"]


def test_script_and_style_are_small_and_ask_nobody():
    """Under 20 kB together, no address, no import, no markup made from text."""
    together = "".join(assets())
    assert 5_000 < len(together.encode()) < 20_000
    forbidden = r"//\w|@import|url\(|\bimport\b|fetch|XMLHttp|innerHTML|insertAdjacent|document\.write|eval\("
    assert re.findall(forbidden, together) == []


def test_without_a_kernel_there_is_a_picture_and_a_page():
    """Beside the live view: the page that runs by itself, the picture for paper, and its words."""
    explorer = ConvolutionExplorer(size=(6, 8), kernel_size=2, stride=2, kind="max")
    explorer.cell = (1, 2)
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {WIDGET, "text/plain", "text/html", "image/png"}
    assert data["text/plain"] == (
        "Max pooling of 6 × 8 pixels, kernel 2 × 2, stride 2. The output is 3 × 4.\n"
        f"Output row 1, column 2 is {explorer.output[1][2]}: "
        "the largest number in rows 2 to 3, columns 4 to 5."
    )
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    start = json.loads(html.unescape(re.search(r'data-convolution-explorer="([^"]*)"', data["text/html"])[1]))
    assert start == {
        "size": [6, 8],
        "kernel_size": 2,
        "stride": 2,
        "padding": 0,
        "dilation": 1,
        "kind": "max",
        "kernel": "edge",
        "cell": [1, 2],
    }
    assert html.escape(data["text/plain"]) in data["text/html"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_picture_shows_every_number(kind):
    """Each pixel, weight and output number is written; the output and what it is made of stand out."""
    layer = Layer((4, 5), Window(3, padding=1), kind)
    drawn = explorer_picture(layer, (1, 2))
    shown = [text.get_text() for text in drawn.axes[0].texts]
    numbers = [
        number for rows in (layer.image, layer.weights, layer.output) for row in rows for number in row
    ]
    for number in numbers:
        assert f"{number:.3g}".replace("-", "−") in shown
    assert shown.count("−∞" if kind == "max" else "0") >= 6 * 7 - 4 * 5
    assert f"output {4} × {5}" in shown
    assert drawn.get_suptitle() == layer.formula.replace(" and ", "\n")


def test_the_picture_of_an_impossible_setting_says_why():
    """There is no output to draw, and the reason stands above."""
    explorer = ConvolutionExplorer()
    explorer.dilation = 3
    drawn = explorer_picture(explorer.layer, explorer.cell)
    assert drawn.get_suptitle().replace("\n", " ") == explorer.problem
    assert explorer.problem in drawn.alt
    assert "text/html" in explorer._repr_mimebundle_()[0]


def test_rows_that_no_window_reads_are_hatched_in_the_picture():
    """Of 6 rows a window of 2 with stride 3 reads 4."""
    drawn = explorer_picture(Layer((6, 5), Window(2, stride=3)), (0, 0))
    hatched = [patch for patch in drawn.axes[0].patches if patch.get_hatch()]
    assert len(hatched) == 6 * 5 - 4 * 4


@pytest.mark.parametrize("name", [*LIMITS, "kind", "kernel", "cell"])
def test_none_is_refused_and_leaves_the_explorer_as_it_was(name):
    """None is no setting, and what stood before stands after."""
    explorer = ConvolutionExplorer()
    before = getattr(explorer, name)
    with pytest.raises(TraitError, match=name):
        setattr(explorer, name, None)
    assert getattr(explorer, name) == before
    assert explorer.output_size == (3, 4)
