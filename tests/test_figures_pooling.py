"""The pictures of chapter 02 show what they are given, and say it in their alternative text."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from torch.nn import functional as F

from cnnbook import Window
from cnnbook.figures import (
    bars,
    ink,
    photograph,
    photographs,
    pools_on_photograph,
    shift_response,
    style,
    tolerance,
    window_ranges,
    winners,
)
from seeing import assert_shows_itself, texts

NUMBERS = torch.tensor([[1.0, 5, 2, 0, 4, 3], [3, 4, 7, 1, 2, 2], [0, 2, 6, 5, 1, 9], [8, 1, 3, 4, 0, 2]])
HANGING = [(0, 3), (2, 5), (4, 7), (6, 9)]

PICTURES = {
    "winners": lambda: winners(NUMBERS, Window.pool(2)),
    "window_ranges": lambda: window_ranges(8, {"floor": HANGING[:3], "ceil_mode": HANGING}),
    "photographs": lambda: photographs({"edges": np.eye(8), "pooled": np.eye(4) / 2}),
    "ink": lambda: ink({"digit": np.eye(8)[None].repeat(3, axis=0), "pooled": np.full((3, 2, 2), 0.5)}),
    "shift_response": lambda: shift_response({"convolution": [0, 0, 0], "max-pool 2": [0, 0.25, 0]}),
    "pools_on_photograph": pools_on_photograph,
    "tolerance": lambda: tolerance({"max-pool": [[0.8, 0.5], [0.9, 0.7]], "stride": [[0.75, 0.25]]}),
    "bars": lambda: bars(
        {"parameters": {"max-pool": 0, "convolution": 16_448}, "MACs": {"max-pool": 0, "b": 7}}
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name: str) -> None:
    """Each picture is not blank, is a PNG for a notebook, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


def test_pools_numbers_are_pytorchs() -> None:
    """The two small maps hold what PyTorch's pools make of the large one."""
    figure = PICTURES["winners"]()
    for axes, pool in zip(figure.axes[1:], (F.max_pool2d, F.avg_pool2d), strict=True):
        expected = pool(NUMBERS[None], 2).flatten().tolist()
        assert [float(text.get_text()) for text in axes.texts] == expected


def test_one_winner_per_window_is_dark() -> None:
    """The dark cells are the places that get max-pooling's gradient, each with its number on it."""
    axes = PICTURES["winners"]().axes[0]
    dark = {
        patch.get_xy()
        for patch in axes.patches
        if patch.get_fill() and to_hex(patch.get_facecolor()) == style.BLUE
    }
    map_ = NUMBERS[None].clone().requires_grad_()
    F.max_pool2d(map_, 2).sum().backward()
    assert dark == {(x, y) for _, y, x in map_.grad.nonzero().tolist()}
    frames = [patch for patch in axes.patches if isinstance(patch, Rectangle) and patch.get_width() == 2]
    assert len(frames) == 6


def test_ranges_hatch_what_no_window_reads_and_dash_what_hangs_over() -> None:
    """Without ceil_mode pixel 7 is hatched; with it, the last window has one dashed cell outside."""
    figure = PICTURES["window_ranges"]()
    patches = figure.axes[0].patches
    assert sum(patch.get_hatch() == "////" for patch in patches) == 1
    assert sum(patch.get_linestyle() == "--" for patch in patches) == 1
    assert texts(figure).count("output 2") == 2
    assert texts(figure).count("output 3") == 1
    assert [text.get_text() for text in figure.legends[0].texts] == ["read", "hangs over", "never read"]


def test_the_legend_names_only_what_occurs() -> None:
    """Windows that read every pixel and stay inside need one entry."""
    figure = window_ranges(8, {"8 to 3": [(0, 3), (2, 6), (5, 8)]})
    assert [text.get_text() for text in figure.legends[0].texts] == ["read"]
    assert figure.alt == "8 to 3: 8 pixels, 3 windows, 0 to 2, 2 to 5, 5 to 7."


@pytest.mark.parametrize(("name", "most"), [("photographs", 1.0), ("ink", 1.0)])
def test_maps_share_one_scale(name: str, most: float) -> None:
    """A map of smaller numbers is not stretched: it looks darker, or paler in ink."""
    limits = {axes.images[0].get_clim() for axes in PICTURES[name]().axes}
    assert limits == {(0.0, most)}


def test_ink_is_dark_on_white() -> None:
    """0 is white paper, the largest number black, and each row is named with its size."""
    figure = PICTURES["ink"]()
    image = figure.axes[0].images[0]
    assert image.cmap(image.norm([0.0, 1.0])).tolist() == [[1, 1, 1, 1], [0, 0, 0, 1]]
    assert {"digit\n8×8", "pooled\n2×2"} <= set(texts(figure))


def test_each_line_has_its_mark_and_dash() -> None:
    """Lines differ by more than colour, so that greyscale keeps them apart, and are named in the legend."""
    figure = PICTURES["shift_response"]()
    lines = figure.axes[0].lines
    assert [line.get_ydata().tolist() for line in lines] == [[0, 0, 0], [0, 0.25, 0]]
    assert len({(line.get_marker(), line.get_linestyle()) for line in lines}) == 2
    assert [text.get_text() for text in figure.legends[0].texts] == ["convolution", "max-pool 2"]


def test_bars_are_as_long_as_their_numbers() -> None:
    """A bar of 0 is there with its 0; the form writes the numbers."""
    figure = PICTURES["bars"]()
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert widths == [0, 16_448]
    assert {"0", "16,448", "parameters", "MACs"} <= set(texts(figure))
    assert "12%" in texts(bars({"read": {"a": 0.12, "b": 1.0}}, "{:.0%}"))


def test_the_pools_of_the_photograph_are_pytorchs() -> None:
    """First the photograph, its maxima, its means and every sixth pixel; the second the edges."""
    first, second = PICTURES["pools_on_photograph"]().axes[:4], PICTURES["pools_on_photograph"]().axes[4:]
    for row in (first, second):
        whole, largest, mean, strided = (
            torch.tensor(np.asarray(axes.images[0].get_array()))[None] for axes in row
        )
        assert torch.equal(largest, F.max_pool2d(whole, 6))
        assert torch.allclose(mean, F.avg_pool2d(whole, 6))
        assert torch.equal(strided, whole[:, ::6, ::6])
        assert len({axes.images[0].get_clim() for axes in row}) == 1
    assert np.allclose(first[0].images[0].get_array(), photograph("hopper"))


def test_tolerance_draws_the_mean_between_the_runs() -> None:
    """Each network has a line of means inside a band from its worst to its best run."""
    axes = PICTURES["tolerance"]().axes[0]
    assert np.allclose(axes.lines[0].get_ydata(), [0.85, 0.6])
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert (band.min(), band.max()) == (0.5, 0.9)
    assert axes.get_ylim() == (0, 1)
