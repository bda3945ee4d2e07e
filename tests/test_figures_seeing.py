"""The pictures that several chapters share show what they are given, and say it in their alternative text."""

import re

import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from cnnbook import figures
from cnnbook.figures import style
from cnnbook.figures.frames import Frames
from cnnbook.photographs import NAMES
from cnnbook.widgets import shades
from seeing import assert_shows_itself, texts

EDGES = torch.tensor([[-2.0, 0.0, 1.0]])
NAMED = ["shirt", "coat", "bag"]
COUNTS = [[8, 2, 0], [1, 9, 0], [0, 0, 5]]
PICTURES = {
    "side_by_side": lambda: figures.side_by_side(photograph=np.eye(5), edges=EDGES),
    "kernels_on_photograph": figures.kernels_on_photograph,
    "first_sight": figures.first_sight,
    "learned_kernels": lambda: figures.learned_kernels(torch.randn(9, 1, 5, 5, requires_grad=True)),
    "learned_kernels in colour": lambda: figures.learned_kernels(torch.randn(2, 3, 7, 7)),
    "feature_maps": lambda: figures.feature_maps(torch.randn(3, 4, 4, requires_grad=True)),
    "loss_curves": lambda: figures.loss_curves({"training": [2.0, 1.0], "test": [2.1, 1.9]}, what="loss"),
    "confusion": lambda: figures.confusion(torch.tensor(COUNTS), NAMED),
    "wrongly_read": lambda: figures.wrongly_read(torch.rand(9, 1, 8, 8), ["bag"] * 9, ["coat"] * 9),
}


def images(figure):
    """Each picture in the figure, with the axes that it is in; colour bars hold none."""
    return [(axes, axes.images[0]) for axes in figure.axes if axes.images]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name):
    """Each picture is not blank, is a PNG for a notebook, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


@pytest.mark.parametrize("name", NAMES)
def test_photographs_are_numbers_from_0_to_1(name):
    """A photograph is a tensor, grey or in colour; grey is the brightness of the three channels."""
    grey, colour = figures.photograph(name), figures.photograph(name, colour=True)
    assert (grey.shape, colour.shape) == ((192, 192), (3, 192, 192))
    assert 0 <= colour.min() < 0.1
    assert 0.9 < colour.max() <= 1
    brightness = torch.einsum("c,chw->hw", torch.tensor([0.299, 0.587, 0.114]), colour)
    assert torch.allclose(grey, brightness, atol=0.002)


def test_the_signed_palette_is_the_explorers():
    """Blue is negative and orange positive in all pictures of the course."""
    ends = style.SIGNED(0.0)[:3], style.SIGNED(1.0)[:3]
    assert ends == (to_rgb(style.NEGATIVE), to_rgb(style.VERMILLION))
    for end, ours in zip(ends, (shades._NEGATIVE, shades._POSITIVE), strict=True):
        assert end == pytest.approx(ours, abs=1 / 255)
    assert style.SIGNED(0.5)[:3] == pytest.approx((1, 1, 1), abs=0.01)


def test_the_opening_picture_does_what_its_kernels_say():
    """Each map is what the kernel below it makes of the photograph; horizontal edges are left to learners."""
    drawn = figures.first_sight()
    (_, photo), *found = images(drawn)
    seen, kernels = found[:4], found[4:]
    assert [axes.get_title() for axes, _ in seen] == [
        "blurred",
        "vertical edges",
        "sharpened",
        "redder than the rest",
    ]
    assert photo.get_array().shape == (192, 192, 3)
    grey = figures.photograph("hopper")[None, None].double()
    for (_, made), (_, kernel) in list(zip(seen, kernels, strict=True))[:3]:
        weights = torch.tensor(np.asarray(kernel.get_array(), dtype=float))
        by_torch = torch.conv2d(grey, weights[None, None])[0, 0].numpy()
        made = np.asarray(made.get_array())
        inside = (made > 0) & (made < 1) if made.max() <= 1 else np.ones_like(made, dtype=bool)
        assert np.allclose(made[inside], by_torch[inside], atol=1e-5)
    assert not any(np.array_equal(kernel.get_array(), [[-1] * 3, [0] * 3, [1] * 3]) for _, kernel in kernels)


def test_negative_numbers_take_the_signed_palette():
    """Signed pictures share a scale around zero; a photograph keeps 0 to 1, others their largest number."""
    figure = figures.side_by_side(
        {"max-pool 2": 3 * np.eye(4)},
        photo=np.full((4, 4), 0.5),
        one=EDGES,
        two=-3 * EDGES,
        half=np.eye(4) / 2,
    )
    looks = {axes.get_title(): (image.cmap.name, image.get_clim()) for axes, image in images(figure)}
    assert looks == {
        "max-pool 2": ("gray", (0, 3)),
        "photo": ("gray", (0, 1)),
        "one": ("signed", (-6, 6)),
        "two": ("signed", (-6, 6)),
        "half": ("gray", (0, 1)),
    }
    assert "one, 1 by 3, from -2 to 1" in figure.alt
    ((_, image),) = images(figures.side_by_side(one=EDGES, scale=9))
    assert image.get_clim() == (-9, 9)  # so that the frames of a learning kernel can be compared


@pytest.mark.parametrize(("scale", "ends"), [(0.5, "both"), (9, "neither"), (None, "neither")])
def test_numbers_beyond_the_scale_are_told_by_pointed_ends(scale, ends):
    """The colour bar ends in points where some numbers are larger than its last colour says."""
    figure = figures.side_by_side(one=EDGES, scale=scale)
    (bar,) = (axes._colorbar for axes in figure.axes if hasattr(axes, "_colorbar"))
    assert bar.extend == ends


def test_a_map_without_negative_numbers_can_be_drawn_around_zero():
    """A map of zeros is white then, as zeros are in the map beside it; a photograph of zeros is black."""
    figure = figures.side_by_side(photo=np.zeros((4, 4)), your_map=np.zeros((2, 2)), maps=["your_map"])
    (_, photo), (_, drawn) = images(figure)
    assert photo.to_rgba(0)[:3] == (0, 0, 0)
    assert drawn.to_rgba(0)[:3] == pytest.approx((1, 1, 1), abs=0.01)
    with pytest.raises(ValueError, match="maps names 'edges'; the pictures are photo"):
        figures.side_by_side(photo=np.zeros((4, 4)), maps=["edges"])


def test_pictures_in_colour_are_shown_as_they_are():
    """Channels come first, as in PyTorch; axes of length 1 do no harm."""
    colour = torch.rand(1, 3, 5, 6)
    figure = figures.side_by_side(colour=colour, map_of_one=torch.rand(1, 1, 5, 6))
    (_, first), (axes, second) = images(figure)
    assert np.allclose(first.get_array(), colour[0].permute(1, 2, 0))
    assert second.get_array().shape == (5, 6)
    assert axes.get_title() == "map of one"


def test_kernels_on_the_photograph_are_convolutions():
    """What the picture shows is what conv2d makes of the photograph."""
    photo = figures.photograph("hopper")[None, None]
    shown = {axes.get_title(): image.get_array() for axes, image in images(figures.kernels_on_photograph())}
    edge = torch.tensor([[-1.0, 0, 1]] * 3)
    for title, kernel in {
        "blurred": torch.full((7, 7), 1 / 49),
        "vertical edges": edge,
        "horizontal edges": edge.T,
    }.items():
        wanted = torch.nn.functional.conv2d(photo, kernel[None, None])[0, 0]
        assert np.allclose(shown[title], wanted, atol=1e-5)


def test_grey_kernels_share_a_scale_and_colour_kernels_are_grey_at_0():
    """A weight of 0 is white among grey kernels, and mid-grey in a kernel for colour."""
    weight = torch.zeros(2, 1, 3, 3)
    weight[0, 0, 0, 0], weight[1, 0, 0, 0] = -4, 1
    shown = images(figures.learned_kernels(weight))
    assert {image.get_clim() for _, image in shown} == {(-4, 4)}
    colour = torch.zeros(1, 3, 3, 3)
    colour[0, 0, 0, 0] = 2
    ((_, image),) = images(figures.learned_kernels(colour))
    assert image.get_array()[0, 0].tolist() == [1, 0.5, 0.5]
    assert image.get_array()[2, 2].tolist() == [0.5, 0.5, 0.5]


def test_maps_with_negative_values_are_signed():
    """Zero is white, also in the grey of maps after a ReLU, where a large number is dark."""
    figure = figures.feature_maps({"before": EDGES[None], "after": EDGES[None].relu()})
    assert [image.cmap.name for _, image in images(figure)] == ["signed", "gray_r"]


def test_loss_curves_of_other_names():
    """A name needs no depth; many points have no marks; the axes say what is drawn."""
    figure = figures.loss_curves({"rate 0.1": [1.0] * 300, "test": [2.0] * 300}, what="loss", per="step")
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "loss")
    assert {line.get_marker() for line in axes.lines if len(line.get_xdata()) == 300} == {""}
    assert {line.get_linewidth() for line in axes.lines if len(line.get_xdata()) == 300} == {1.3}
    assert figure.alt == "Loss by step: rate 0.1 from 1.00 to 1.00; test from 2.00 to 2.00."


def test_confusion_counts_and_names_the_mistakes():
    """Each count is written, zeros are not, and only mistakes are dark."""
    figure = PICTURES["confusion"]()
    ((_, image),) = images(figure)
    assert image.get_array().tolist() == [[0, 2, 0], [1, 0, 0], [0, 0, 0]]
    assert {"8", "9", "5", "2", "1"} <= set(texts(figure))
    assert "0" not in texts(figure)
    assert figure.alt == (
        "Of 25 pictures 22 are read correctly. "
        "Most often wrong: shirt read as coat, 2; coat read as shirt, 1."
    )
    assert figures.confusion(np.eye(2, dtype=int), ["a", "b"]).alt == "Of 2 pictures 2 are read correctly."


def test_wrongly_read_pictures_wrap_after_eight():
    """Each picture is below its two words."""
    figure = PICTURES["wrongly_read"]()
    assert len(images(figure)) == 9
    assert texts(figure).count("predicted: bag\nlabel: coat") == 9


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: figures.photograph("cat"),
            "no photograph is called 'cat'; 'hopper', 'flower', 'china' would do",
        ),
        (figures.side_by_side, "there is no picture; "),
        (
            lambda: figures.side_by_side(a=np.ones((2, 4, 5))),
            "the shape 2 × 4 × 5; H × W or 3 × H × W would do",
        ),
        (
            lambda: figures.learned_kernels(np.ones((16, 6, 5, 5))),
            "the shape 16 × 6 × 5 × 5; C_out × 1 × k × k or",
        ),
        (
            lambda: figures.confusion(COUNTS, ["a"]),
            "the table is 3 × 3, and there are 1 names; one for each row",
        ),
        (
            lambda: figures.wrongly_read(np.ones((2, 4, 4)), ["a"], ["b"]),
            "there are 2 pictures, 1 words in predicted and 1 in labels; one of each",
        ),
        (
            lambda: figures.frames([], []),
            "there are 0 pictures and 0 titles; at least one picture, and a title for",
        ),
    ],
)
def test_what_cannot_be_drawn_is_one_line(draw, message):
    """The message says what is wrong with the numbers, then what would work."""
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        draw()
    assert "\n" not in str(caught.value)


@pytest.fixture
def steps() -> Frames:
    grids = [figures.number_grids({"kernel": [[step, 0]]}) for step in (1, 2, 3)]
    return figures.frames(grids, ["at first", "after <10>", "at the end"])


def test_frames_have_their_own_words_and_need_little_script(steps):
    """Each frame keeps its alternative text and its title, escaped; the script is below 4 kB."""
    page = steps._repr_html_()
    assert re.findall(r'alt="([^"]+)"', page) == ["kernel: 1 0.", "kernel: 2 0.", "kernel: 3 0."]
    assert "after &lt;10&gt;" in page
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(script.encode()) < 4_000
    assert steps._repr_html_() != page  # shown twice, each copy has its own slider


def test_frames_without_a_script_stand_side_by_side(steps):
    """No frame is hidden in the HTML itself, and the slider, which would do nothing, is."""
    page = re.sub(r"<script>.*?</script>", "", steps._repr_html_(), flags=re.DOTALL)
    assert re.findall(r"<(\w+)[^>]*display: none", page) == ["label"]


def test_frames_on_paper_are_a_row(steps):
    """The picture for a PDF has all frames with their titles, and their texts as its own."""
    row = steps.in_a_row()
    assert [title for title in texts(row) if title] == ["at first", "after <10>", "at the end"]
    assert row.alt.splitlines()[1] == "after <10>: kernel: 2 0."
    assert steps._repr_png_().startswith(b"\x89PNG")
    assert_shows_itself(row)


@pytest.mark.parametrize(("pictures", "lines"), [(4, 1), (5, 1), (6, 2)])
def test_no_picture_stands_alone_in_a_second_line(pictures, lines):
    """Up to five pictures stand in one line; of six, four do."""
    drawn = figures.side_by_side({str(at): np.eye(3) for at in range(pictures)})
    tops = {axes.get_subplotspec().rowspan.start for axes, _ in images(drawn)}
    assert len(tops) == lines
