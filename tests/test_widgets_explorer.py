"""The explorer without a browser: its numbers are PyTorch's; what it accepts, and what it leaves behind."""

import base64
import html
import json
import random
import re
from itertools import product
from math import inf
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from traitlets import TraitError

from cnnbook import GeometryError, Window, widgets
from cnnbook.photographs import planes
from cnnbook.widgets import ConvolutionExplorer
from cnnbook.widgets.explorer_picture import explorer_picture
from cnnbook.widgets.explorer_words import words
from cnnbook.widgets.inputs import INPUTS, TOPS, channels, photograph, size_of
from cnnbook.widgets.kernels import COLOR_KERNELS, KERNELS, weights
from cnnbook.widgets.layers import KINDS, Layer
from cnnbook.widgets.sliders import LIMITS

ROOT = Path(__file__).parents[1]
WIDGET = "application/vnd.jupyter.widget-view+json"


def layers(count):
    """So many layers from all that the sliders can set, drawn with a fixed seed."""
    draw = random.Random(0)
    ranges = {name: range(least, most + 1) for name, (least, most) in LIMITS.items()}
    for _ in range(count):
        size = draw.choice(ranges["size"]), draw.choice(ranges["size"])
        kernel_size, *others = (
            draw.choice(ranges[name]) for name in ("kernel_size", "stride", "padding", "dilation")
        )
        own = [[draw.randint(-9, 9) for _ in range(kernel_size)] for _ in range(kernel_size)]
        image = draw.choice([*INPUTS[:2], [[[draw.randint(-9, 9) for _ in range(7)] for _ in range(5)]] * 3])
        edits = draw.choice([(), ((0, 0, 0, -2.5),)])
        window = Window(kernel_size, *others)
        kernel = draw.choice([*KERNELS, own])
        yield Layer(size_of(image) or size, window, draw.choice(KINDS), kernel, image, edits)


def by_torch(layer):
    """Return what PyTorch makes of the same numbers; None where it refuses or gives several channels."""
    image = torch.tensor(layer.channels, dtype=torch.float64)[None]
    k, s, p, d = (getattr(layer.window, name) for name in ("kernel_size", "stride", "padding", "dilation"))
    if layer.kind != "convolution" and image.shape[1] > 1:
        return None
    try:
        if layer.kind == "max":
            return F.max_pool2d(image, k, s, p, d)[0, 0].tolist()
        if layer.kind == "average":
            return F.avg_pool2d(image, k, s, p)[0, 0].tolist() if d == (1, 1) else None
        weights = torch.tensor(layer.kernels, dtype=torch.float64)[None]
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
    with pytest.raises(
        GeometryError, match="dilation is 2, average pooling has none in PyTorch; dilation 1 would"
    ):
        ConvolutionExplorer(kind="average", dilation=2)


def test_a_larger_image_keeps_its_numbers():
    """A slider for the size adds pixels and changes none; all are digits."""
    large = Layer((12, 12), Window(1)).image
    assert Layer((3, 5), Window(1)).image == [row[:5] for row in large[:3]]
    assert {number for row in large for number in row} == {0, 1, 2, 3, 6, 7, 8, 9}


@pytest.mark.parametrize("name", ["photograph", "colour photograph"])
def test_a_photograph_is_computed_as_pytorch_does(name):
    """With each kernel, at a stride and with padding."""
    for kernel in KERNELS if name.startswith("colour") else set(KERNELS) - set(COLOR_KERNELS):
        layer = Layer((96, 96), Window(3, 2, padding=1), kernel=kernel, input=name)
        assert np.array(layer.output) == pytest.approx(np.array(by_torch(layer)), abs=1e-9), kernel


@pytest.mark.parametrize(("name", "k"), [*product(KERNELS, range(1, 8))])
def test_kernels_do_what_they_are_called(name, k):
    """An edge kernel gives 0 where all pixels are equal, a colour kernel where all channels are.

    A blur and a sharpened picture keep the brightness, an identity is 1 pixel, ones are all of them.
    """
    planes = np.array(weights(name, k, 3 if name in COLOR_KERNELS else 1))
    total = {"edges": 0, "level edges": 0, "ones": k * k, "red": 0, "colour edges": 0}.get(name, 1)
    assert planes.shape[1:] == (k, k)
    assert planes.sum() == pytest.approx(total) or (k == 1 and "edges" in name)
    assert planes.any()
    if name in COLOR_KERNELS:
        assert not planes.sum(axis=0).any()


def test_upright_and_level_edges_are_each_other_turned():
    """A step from left to right shows in one of them only, a step downwards in the other."""
    step = [[0, 0, 5, 5]] * 4
    for kernel, image, wanted in [
        ("edges", step, 15),
        ("level edges", step, 0),
        ("level edges", np.array(step).T.tolist(), 15),
        ("edges", np.array(step).T.tolist(), 0),
    ]:
        assert ConvolutionExplorer(image, kernel=kernel).output == [[wanted] * 2] * 2


def test_the_digit_is_one_of_the_course():
    """The numbers are those of data/digits.npz, which says where they come from."""
    with np.load(ROOT / "data" / "digits.npz") as digits:
        assert channels("digit", (0, 0))[0] == digits["images"][15].tolist()


def test_the_photograph_is_that_of_the_course():
    """It is Grace Hopper's portrait at half the side, in colour, and as brightness where it is grey."""
    ours = np.stack([np.array(rows) for rows in photograph()], axis=-1)
    whole = np.stack([np.array(rows) for rows in planes("hopper")], axis=-1)
    assert np.abs(ours - whole.reshape(96, 2, 96, 2, 3).mean(axis=(1, 3))).max() <= 0.5
    grey = np.array(channels("photograph", (96, 96))[0])
    assert np.abs(grey - ours @ [0.299, 0.587, 0.114]).max() < 0.501


def test_a_window_of_padding_alone_has_no_largest_pixel():
    """Max pooling pads with minus infinity, as in PyTorch."""
    assert Layer((1, 1), Window(2, padding=1, dilation=2), "max").output == [[-inf]]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"size": 2},
            "kernel does not fit: it spans 3 pixels, the padded input has 2; "
            "padding 1, an input of 3 × 3 or kernel size 2 would do$",
        ),
        ({"size": (5, 2)}, "W: kernel does not fit: it spans 3 pixels, the padded input has 2"),
        (
            {"kind": "max", "padding": 2},
            r"at most half of its kernel \(3 // 2 = 1\), not 2; padding 1 or kernel size 4 would",
        ),
        ({"size": 224}, r"size is \(224, 224\); at most 12 would do: the explorer draws every pixel"),
        ({"kernel_size": 8}, "kernel_size is 8; at most 7 would do"),
        ({"stride": 0}, "stride is 0; at least 1 would do"),
        ({"padding": -1}, "padding is -1; at least 0 would do"),
        ({"size": (5, 6, 7)}, "size has 3 numbers for 2 axes"),
        ({"kind": "min"}, "kind is 'min'; 'convolution', 'max' or 'average' would do"),
        ({"kernel": "edgy"}, "kernel is 'edgy'; 'edges', 'level edges', .*, or numbers in rows, would do"),
        ({"kernel": 3}, "kernel is 3; 'edges', .*, or numbers in rows, would do"),
        ({"kernel": [[1, 2]]}, "kernel is 1 × 2; a square one of at most 7 × 7 would do"),
        ({"kernel": [[1, 2], [3]]}, "kernel has to be numbers in rows, .*; the rows given differ in length"),
        ({"kernel": [[1]], "kernel_size": 3}, "kernel is 1 × 1, kernel_size 3; 1 would do"),
        ({"kernel": "red"}, "the kernel has 3 channels, the input 1; the photograph in colour or"),
        ({"input": "cat"}, "input is 'cat'; 'numbers', 'digit', .*, or numbers in rows, would do"),
        (
            {"input": [1, 2, 3]},
            r"input has to be numbers in rows, \(H, W\), or in rows for red, green and blue",
        ),
        ({"input": np.zeros((5, 5, 3))}, "input is 5 × 5 × 3, 5 channels; 1 or 3 channels would do"),
        ({"input": np.zeros((129, 5))}, "input is 129 × 5; at most 128 × 128 would do"),
        ({"input": [[1, float("nan")]]}, "input contains nan; numbers from -9999 to 9999 would do"),
        ({"input": "digit", "size": 5}, r"size is \(5, 5\), the input's own size \(8, 8\); \(8, 8\) or the"),
        ({"input": "digit", "kernel_size": 7, "dilation": 3}, "; kernel size 3 or dilation 1 would do$"),
        (
            {"input": "colour photograph", "kind": "max"},
            "a pool of 3 channels has 3 outputs, .* in grey would",
        ),
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
    assert (explorer.output_size, explorer.formula) == (None, "")
    assert explorer.problem.split("; ")[0] == str(refused.value).split("; ")[0]
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


def sent():
    """Script and style as each page receives them."""
    state = ConvolutionExplorer().get_state()
    return state["_esm"] + state["_css"]


def test_script_and_style_are_small_and_ask_nobody():
    """Under 30 kB together, no address, no import, no markup made from text."""
    together = sent()
    assert 5_000 < len(together.encode()) < 30_000
    forbidden = r"//\w|@import|url\(|\bimport\b|fetch|XMLHttp|innerHTML|insertAdjacent|document\.write|eval\("
    assert re.findall(forbidden, together) == []


def test_every_word_of_the_script_is_one_of_pythons():
    """What the script says by a key is a message that can be translated, and no message is left over."""
    script = (Path(widgets.__file__).parent / "explorer.js").read_text("utf-8")
    said = {
        key
        for call in re.findall(r"(?:say|caption)\(([^{}]*?)[,)]", script)
        for key in re.findall(r'"([^"]+)"', call)
    }
    named = {
        "channel 0",
        "channel 1",
        "channel 2",
        "play",
        "pause",
        *KINDS,
        "lit",
        "won",
        "gap",
        "pad",
        "never",
    }
    assert said | named == set(words(True)["sentences"])
    for message in words(True)["sentences"].values():
        assert set(re.findall(r"{(\w*)}", message)) <= set(re.findall(r"\w+", script)), message


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
    assert set(start.pop("samples")) == {"sliders", "inputs", "kernels", "problems"}
    assert start.pop("words") == words(False)
    assert start == {
        "size": [6, 8],
        "kernel_size": 2,
        "stride": 2,
        "padding": 0,
        "dilation": 1,
        "kind": "max",
        "kernel": "edges",
        "input": "numbers",
        "edits": [],
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


@pytest.mark.parametrize("name", [*LIMITS, "kind", "kernel", "input", "edits", "cell"])
def test_none_is_refused_and_leaves_the_explorer_as_it_was(name):
    """None is no setting, and what stood before stands after."""
    explorer = ConvolutionExplorer()
    before = getattr(explorer, name)
    with pytest.raises(TraitError, match=name):
        setattr(explorer, name, None)
    assert getattr(explorer, name) == before
    assert explorer.output_size == (3, 4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("image", ["numbers", "digit"])
def test_each_advice_can_be_followed_with_the_sliders(kind, image):
    """Whatever the sliders are set to, each value that is offered is one that they have, and it works."""
    size, small = size_of(image), (1, 2)
    names = ("kernel_size", "stride", "padding", "dilation")
    offered = set()
    for numbers in product(*(range(LIMITS[name][0], LIMITS[name][1] + 1) for name in names)):
        if numbers[1] > 1:
            continue  # the stride changes nothing about whether a kernel fits
        layer = Layer(size or small, Window(*numbers), kind, input=image)
        if not layer.problem:
            continue
        advice = layer.problem.split("; ")[1]
        assert advice.endswith(" would do")
        for way in re.split(", | or ", advice.removesuffix(" would do")):
            offered.add(way.rstrip("0123456789× "))
            settings = dict(zip(names, numbers, strict=True)) | {"size": layer.size}
            if found := re.fullmatch(r"an input of (\d+) × (\d+)", way):
                assert image == "numbers"
                settings["size"] = tuple(map(int, found.groups()))
            for name, value in re.findall(r"(kernel size|padding|dilation) (\d+)", way):
                settings[name.replace(" ", "_")] = int(value)
            assert all(
                least <= value <= most
                for name, (least, most) in LIMITS.items()
                for value in np.atleast_1d(settings[name])
            )
            window = Window(*(settings[name] for name in names))
            assert not Layer(settings["size"], window, kind, input=image).problem, (layer, way)
    assert {"kernel size", "dilation"} <= offered


def test_an_array_or_a_tensor_is_an_input():
    """Rows, numpy's arrays of any number type, and torch's tensors are read; in colour three channels."""
    rows = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    for given in (
        rows,
        tuple(map(tuple, rows)),
        np.array(rows, "uint8"),
        torch.tensor(rows, dtype=torch.float32),
    ):
        explorer = ConvolutionExplorer(given, kernel_size=2, kernel="ones")
        assert (explorer.size, explorer.image) == ((3, 4), rows)
        assert explorer.output == [[14, 18, 22], [30, 34, 38]]
        json.dumps(explorer.input)
    colored = ConvolutionExplorer(torch.rand(3, 6, 7), kernel="red")
    assert (colored.size, np.shape(colored.image), np.shape(colored.weights)) == (
        (6, 7),
        (3, 6, 7),
        (3, 3, 3),
    )
    assert ConvolutionExplorer(np.zeros((1, 6, 7))).size == (6, 7)


def test_a_kernel_of_ones_own_sets_its_size_and_keeps_its_numbers():
    """It stands in the middle of a larger one, and is whole again when the slider goes back."""
    explorer = ConvolutionExplorer(kernel=[[1, 2], [3, 4]])
    assert (explorer.kernel_size, explorer.weights) == (2, [[1, 2], [3, 4]])
    explorer.kernel_size = 4
    assert explorer.weights == [[0, 0, 0, 0], [0, 1, 2, 0], [0, 3, 4, 0], [0, 0, 0, 0]]
    explorer.kernel_size = 2
    assert explorer.weights == [[1, 2], [3, 4]]
    explorer.kernel = np.eye(3)
    assert (explorer.kernel_size, explorer.weights) == (3, np.eye(3).tolist())


def test_edits_change_pixels_and_another_input_forgets_them():
    """They stay while the size changes; a new input comes with its own size and without them."""
    explorer = ConvolutionExplorer(kernel="identity", kernel_size=1)
    before = explorer.image[1][2]
    explorer.set_state({"edits": [[0, 1, 2, -3.5]]})
    assert (before, explorer.image[1][2], explorer.output[1][2]) == (2, -3.5, -3.5)
    explorer.size = (1, 1)
    explorer.size = (3, 4)
    assert explorer.image[1][2] == -3.5
    explorer.input = "digit"
    assert (explorer.size, explorer.edits, explorer.output_size) == ((8, 8), [], (8, 8))
    with pytest.raises(TraitError, match=r"size is \(3, 4\), the input's own size \(8, 8\)"):
        explorer.size = (3, 4)
    explorer.input = "colour photograph"
    assert (explorer.size, explorer.cell) == ((96, 96), (48, 48))
    explorer.input = "numbers"
    assert (explorer.size, explorer.cell) == ((5, 6), (0, 0))


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ("no", r"edits are \[channel, row, column, number\], one for each changed pixel, not 'no'"),
        ([[0, 1, 2]], r"one for each changed pixel, not \[0, 1, 2\]"),
        ([[0, -1, 2, 5]], "a place in edits is -1; at least 0 would do"),
        ([[3, 0, 0, 5]], "channels to 2, rows and columns to 127 would do"),
        ([[0, 0, 0, "5"]], "edits has to be numbers, not '5'"),
        ([[0, 0, 0, 10_000]], "edits contains 10000; numbers from -9999 to 9999 would do"),
    ],
)
def test_bad_edits_are_refused_in_one_line(edits, message):
    """What the browser cannot have sent leaves the pixels as they are."""
    explorer = ConvolutionExplorer()
    with pytest.raises(TraitError, match=message):
        explorer.edits = edits
    assert list(explorer.edits) == []


def test_the_first_argument_may_still_be_a_size_and_the_kernel_have_its_old_name():
    """Calls from before there were other inputs mean what they meant."""
    assert ConvolutionExplorer(7).size == (7, 7)
    old = ConvolutionExplorer((5, 6), kernel="edge", kernel_size=3)
    assert (old.size, old.input, old.kernel) == ((5, 6), "numbers", "edges")
    with pytest.raises(
        TypeError, match="an explorer has no 'strid'; kernel_size, stride, padding or dilation"
    ):
        ConvolutionExplorer(strid=2)


@pytest.mark.parametrize(("name", "kernel"), [("photograph", "edges"), ("colour photograph", "blur")])
def test_the_picture_of_a_photograph_shows_input_output_and_one_window(name, kernel):
    """Two images and the numbers under the window; a picture of a photograph stays one."""
    explorer = ConvolutionExplorer(name, kernel=kernel, padding=1)
    drawn = explorer_picture(explorer.layer, (50, 40))
    left, right, numbers = drawn.axes
    images = [np.asarray(axes.images[0].get_array()) for axes in (left, right)]
    assert [image.shape for image in images] == [(96, 96, 3), (96, 96, 3)]
    grey = name == "photograph"
    assert images[0][50, 40] == pytest.approx(
        np.array([rows[50][40] for rows in explorer.layer.channels] * (3 if grey else 1)) / 255
    )
    written = {text.get_text() for text in numbers.texts}
    assert {str(rows[49][39]) for rows in explorer.layer.channels} <= written
    assert "96 × 96 pixels" in drawn.alt
    assert explorer.layer.value(50, 40) == pytest.approx(explorer.output[50][40])
    assert ("white at 0" in drawn.get_suptitle()) is grey
    assert images[1][50, 40].min() < 1


def test_the_tops_are_those_of_the_inputs():
    """What is drawn strongest is at least the largest number that an input has."""
    for name, top in TOPS.items():
        assert max(np.ravel(channels(name, (12, 12)))) in range(top // 2, top + 1)
