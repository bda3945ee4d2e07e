"""The pictures of chapters 00 and 01: drawn, labelled, true to PyTorch, and legible without colour."""

import io
from collections.abc import Callable

import numpy as np
import pytest
import torch
from matplotlib.image import imread
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text
from torch.nn import functional as F

from cnnbook import GeometryError, Window, figures
from cnnbook.figures.pixel_cells import CELLS, LETTERS, ink_on, listed
from cnnbook.figures.style import INK, PAPER, Picture

GRID = Window((3, 4), stride=(2, 3))
LAYERS = [Window((3,)), Window((3,), stride=2), Window((2,))]
CONVENTIONS = {"PyTorch, padding=1": (1, 1), "TensorFlow, SAME": (0, 1)}
SUPPORT = {"C1": [[0.0, 0.0, 0.0], [0.0, 2.0, -1.0]], "S2": [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]}

DRAWINGS: dict[str, tuple[Callable[[], Picture], set[str]]] = {
    "a row": (
        lambda: figures.windows_on_a_line(12, 5, stride=2),
        {"0", "11", "output 0", "output 3", "read", "never read", "does not fit", "×"},
    ),
    "padding": (lambda: figures.windows_on_a_line(5, 3, padding=1), {"4", "output 4", "padding"}),
    "dilation": (lambda: figures.windows_on_a_line(9, 3, dilation=3), {"8", "output 2", "skipped"}),
    "conventions": (lambda: figures.padding_conventions(6, 3, 2, CONVENTIONS), {*CONVENTIONS, "padding"}),
    "unread": (lambda: figures.unread_pixels((6, 9), GRID), {"5", "8", "4", "0", "never read"}),
    "field": (
        lambda: figures.receptive_field(13, LAYERS),
        {"input", "layer 3", "1 unit", "2 units", "5 units", "7 pixels"},
    ),
    "support": (lambda: figures.gradient_support(SUPPORT), {"C1\n1 × 2", "S2\n2 × 1"}),
    "to scale": (
        lambda: figures.to_scale({"before": np.eye(12), "after": -np.eye(6)}),
        {"before", "after", "12 × 12", "6 × 6"},
    ),
    "weights": (
        lambda: figures.weights_on_photograph(1 - np.eye(9), -np.eye(5), (4, 4), 2),
        {"nine weights, 5 × 5 pixels", "its edges, 5 × 5"},
    ),
    "unread on a photograph": (
        lambda: figures.unread_on_photograph(np.zeros((6, 9)), {"grid": GRID}),
        {"grid: 19 of 54 never read"},
    ),
    "numbers": (
        lambda: figures.number_grids({"image": [[0, 1.5], [-3, 4]], "kernel": [7]}),
        {"image", "kernel", "1.5", "−3", "7"},
    ),
    "ties": (
        lambda: figures.dense_against_convolution(7),
        {"dense: 7 × 5 = 35 weights", "convolution: 3 weights, each used 5 times", "inputs", "outputs"},
    ),
}


@pytest.fixture(scope="module", params=DRAWINGS)
def drawing(request: pytest.FixtureRequest) -> tuple[Picture, set[str]]:
    draw, labels = DRAWINGS[request.param]
    return draw(), labels


def pixels(drawn: Picture) -> np.ndarray:
    image = imread(io.BytesIO(drawn._repr_png_()))
    return image[..., :3] @ (0.2126, 0.7152, 0.0722)


def texts(drawn: Picture) -> list[Text]:
    """The texts that are drawn: an axis that is switched off keeps its tick labels to itself."""
    off = [axis for axes in drawn.axes if not axes.axison for axis in (axes.xaxis, axes.yaxis)]
    hidden = {text for axis in off for text in axis.findobj(Text)}
    return [text for text in drawn.findobj(Text) if text.get_text().strip() and text not in hidden]


def test_every_picture_shows_something_in_greyscale(drawing: tuple[Picture, set[str]]) -> None:
    """Without its colours a picture still has dark ink on white paper, and most of it is not blank margin."""
    grey = pixels(drawing[0])
    rows, columns = np.nonzero(grey < 0.5)
    assert 0.003 < (grey < 0.5).mean() < 0.6
    assert np.ptp(rows) > 0.5 * grey.shape[0]
    assert np.ptp(columns) > 0.5 * grey.shape[1]
    assert grey[0].min() > 0.99, "the paper is white up to the edge, on a dark theme too"


def test_every_picture_has_its_labels(drawing: tuple[Picture, set[str]]) -> None:
    """The words and numbers that the caption speaks of stand in the picture."""
    drawn, labels = drawing
    assert labels <= {text.get_text() for text in texts(drawn)}


def test_letters_are_large_enough_and_inside(drawing: tuple[Picture, set[str]]) -> None:
    """No label is smaller than 8 points, and none runs out of the picture."""
    drawn, _ = drawing
    drawn.draw_without_rendering()
    for text in texts(drawn):
        assert text.get_fontsize() >= 8
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= drawn.bbox.x1 + 1, text
        assert box.y1 <= drawn.bbox.y1 + 1, text


def test_every_picture_says_in_words_what_it_shows(drawing: tuple[Picture, set[str]]) -> None:
    """The alternative text is a sentence, and the notebook's HTML carries it."""
    drawn, _ = drawing
    assert drawn.alt.endswith(".")
    assert f'alt="{drawn.alt}"' in drawn._repr_html_()


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    def luminance(color: tuple[float, ...]) -> float:
        part = np.array(color)
        linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))


@pytest.mark.parametrize("kind", CELLS)
def test_cell_letters_stand_out_from_their_cell(kind: str) -> None:
    """Letters have a contrast of 3.5 or more to what they stand on; on a hatch they have their own paper."""
    ground = PAPER if "hatch" in CELLS[kind] else CELLS[kind]["facecolor"]
    assert contrast(rgb(LETTERS.get(kind, INK)), rgb(ground)) >= 3.5


@pytest.mark.parametrize("shade", [0.0, 0.2, 0.4, 0.6, 0.85, 1.0])
def test_letters_on_a_shade_stand_out(shade: float) -> None:
    """On every shade of the style's blue, dark or white letters are chosen so that both can be read."""
    fill = tuple(1 - shade * (1 - part) for part in rgb("#0072b2"))
    assert contrast(rgb(ink_on(fill)), fill) >= 4.0


def test_kinds_of_cell_differ_without_colour() -> None:
    """No two kinds of cell have the same lightness, hatch and outline."""
    looks = {
        (
            round(contrast(rgb(style["facecolor"]), rgb(PAPER))),
            style.get("hatch"),
            style.get("linestyle"),
            mark,
        )
        for kind, style in CELLS.items()
        for mark in [kind == "does not fit"]  # it carries a × beyond the edge
    }
    assert len(looks) == len(CELLS)


@pytest.mark.parametrize(
    ("size", "kernel_size", "stride", "padding", "dilation"),
    [(5, 3, 1, 0, 1), (12, 5, 2, 0, 1), (10, 2, 3, 0, 1), (9, 3, 1, 0, 3), (7, 3, 2, 2, 2)],
)
def test_a_row_shows_torch_outputs_and_torch_unread_pixels(
    size: int, kernel_size: int, stride: int, padding: int, dilation: int
) -> None:
    """As many windows are drawn as conv1d has outputs; the hatched pixels are those with gradient 0."""
    row = torch.zeros(1, 1, size, requires_grad=True)
    out = F.conv1d(row, torch.ones(1, 1, kernel_size), stride=stride, padding=padding, dilation=dilation)
    out.sum().backward()
    unread = [i for i, times in enumerate(row.grad[0, 0].tolist()) if times == 0]
    drawn = figures.windows_on_a_line(size, kernel_size, stride=stride, padding=padding, dilation=dilation)
    outputs = [text for text in texts(drawn) if text.get_text().startswith("output")]
    assert len(outputs) == out.shape[-1]
    hatched = [patch for patch in drawn.axes[0].patches if patch.get_hatch()]
    assert [round(patch.get_x()) for patch in hatched] == unread
    said = listed("pixel", unread) if unread else "Every pixel is read"
    assert said in drawn.alt


def test_a_grid_counts_the_windows_as_torch_does() -> None:
    """The number in each pixel is the gradient of the sum of all outputs, here with padding and dilation."""
    window = Window((2, 3), stride=(3, 2), padding=(0, 1), dilation=(2, 1))
    image = torch.zeros(1, 1, 8, 9, requires_grad=True)
    F.conv2d(
        image, torch.ones(1, 1, 2, 3), None, window.stride, window.padding, window.dilation
    ).sum().backward()
    drawn = figures.unread_pixels((8, 9), window)
    numbers = [int(text.get_text()) for text in drawn.axes[0].texts]
    assert numbers == image.grad.flatten().int().tolist()
    assert f"{numbers.count(0)} of 72 are in none" in drawn.alt


def test_a_grid_without_a_remainder_has_no_hatch() -> None:
    """Where every pixel is read, nothing is hatched and no legend speaks of it."""
    drawn = figures.unread_pixels((5, 7), Window((3, 3), stride=(2, 2)))
    assert "Every pixel is read." in drawn.alt
    assert not [patch for patch in drawn.findobj(Patch) if patch.get_hatch()]
    assert not drawn.legends


@pytest.mark.parametrize("unit", [0, 3, 5])
def test_a_field_is_the_support_of_the_gradient(unit: int) -> None:
    """The pixels marked below one unit are those whose gradient is not 0, at the padded border too."""
    windows = [Window((3,), stride=2, padding=1), Window((3,), padding=1)]
    row = torch.zeros(1, 1, 11, dtype=torch.float64, requires_grad=True)
    out = row
    for window in windows:
        out = F.conv1d(out, torch.ones(1, 1, 3, dtype=torch.float64), None, window.stride, window.padding)
    out[0, 0, unit].backward()
    drawn = figures.receptive_field(11, windows, unit)
    at_input = [p for p in drawn.axes[0].patches if isinstance(p, Rectangle) and p.get_y() < 0]
    dark = [
        round(p.get_x() + p.get_width() / 2 - 0.5) for p in at_input if ink_on(p.get_facecolor()[:3]) == PAPER
    ]
    assert dark == row.grad[0, 0].nonzero().flatten().tolist()


def test_a_unit_is_tied_to_each_pixel_that_it_reads() -> None:
    """A kernel of 3 is three lines, and not two at its ends."""
    drawn = figures.receptive_field(9, [Window((3,))])
    assert len(drawn.axes[0].lines) == 3


def test_a_0_is_a_zero_of_the_padding_or_a_unit_that_is_read() -> None:
    """Boxes beside those that are read have no number: without padding no 0 is in sight here."""
    plain, padded = [
        [word.get_text() for word in drawn.axes[0].texts if word.get_text().isdigit()]
        for drawn in (
            figures.receptive_field(8, [Window((3,))] * 3),
            figures.receptive_field(8, [Window((3,), padding=1)], 0),
        )
    ]
    assert plain == [*"1234567", *"12345", *"123", "1"]
    assert padded == ["0", "0", "1", "0"]  # a zero and pixels 0 and 1, below unit 0


def test_a_window_that_fits_nowhere_is_refused_in_words() -> None:
    """A kernel larger than the row is a GeometryError, not an empty picture."""
    with pytest.raises(GeometryError, match="it spans 5 pixels, the padded input has 4"):
        figures.windows_on_a_line(4, 3, dilation=2)


def test_equal_numbers_have_equal_shades() -> None:
    """A 4 in one map is as dark as a 4 in the next, so that the eye can follow it."""
    drawn = figures.number_grids({"before": [[4, 8]], "after": [[0, 4]]})
    before, after = (axes.patches for axes in drawn.axes)
    assert before[0].get_facecolor() == after[1].get_facecolor() != before[1].get_facecolor()


def test_numbers_below_and_above_0_differ_in_colour() -> None:
    """9 and -9 are orange and blue; a map in which nothing is negative is grey, and white is the largest."""
    (signed,) = figures.number_grids({"edges": [[9, -9, 0]]}).axes
    above, below, zero = (patch.get_facecolor() for patch in signed.patches)
    assert above[0] > above[2]  # more red than blue
    assert below[2] > below[0]
    assert zero[:3] == (1, 1, 1)
    plain, other = figures.number_grids({"pixels": [[9, 3]], "edges": [[-90]]}).axes
    bright, dark = (patch.get_facecolor()[:3] for patch in plain.patches)
    assert bright == (1, 1, 1)
    assert dark[0] == dark[1] == dark[2] < 1
    assert other.patches[0].get_facecolor()[2] > other.patches[0].get_facecolor()[0]


def test_a_centred_map_stands_below_the_middle_of_its_windows() -> None:
    """Of 4 outputs of a kernel of 3, the first stands below pixel 1."""
    pixels, outputs = [[1, 2, 3, 4, 5, 6]], [[1, 2, 3, 4]]
    _, centred = figures.number_grids({"pixels": pixels, "map": outputs}, columns=1, centred=True).axes
    assert [patch.get_x() for patch in centred.patches] == [1, 2, 3, 4]
    _, flush = figures.number_grids({"pixels": pixels, "map": outputs}, columns=1).axes
    assert [patch.get_x() for patch in flush.patches] == [0, 1, 2, 3]


def test_tensors_and_lists_give_the_same_map() -> None:
    """A notebook may pass what it computed as it is."""
    rows = [[1.0, 2.0], [3.0, 4.0]]
    assert figures.number_grids({"x": torch.tensor(rows)}).alt == figures.number_grids({"x": rows}).alt


def test_maps_of_weights_have_one_scale():
    """As weights, 0 is white in a map without negative numbers too, and 3 has one colour in all maps."""
    first, second = figures.number_grids({"row": [[0, 3]], "column": [[3, -6]]}, weights=True).axes
    assert first.patches[0].get_facecolor()[:3] == (1, 1, 1)
    assert first.patches[1].get_facecolor() == second.patches[0].get_facecolor()
