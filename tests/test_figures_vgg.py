"""The pictures of chapter 05 about depth show what they are given, and say it in their alternative text."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from cnnbook.figures import accuracy_by_depth, configurations, score_maps, signal_by_layer, style
from seeing import assert_shows_itself, texts

COLUMNS = {"A": [[3], [3, 3]], "C": [[3], [3, 3, 1]]}
FADING = {"plain": [0.25, 0.01, 1e-9], "batch norm": [0.5, 0.5, 0.6]}
FOUND = {"plain": {4: [0.7, 0.72], 22: [0.1, 0.1]}, "batch norm": {4: [0.8, 0.8], 22: [0.7, 0.6]}}
SCENE = np.linspace(0, 1, 16 * 24).reshape(16, 24)
SHARES = np.array([[[0.1, 0.9, 0.2]], [[0.3, 0.05, 0.7]]])
PICTURES = {
    "configurations": lambda: configurations(COLUMNS),
    "signal_by_layer": lambda: signal_by_layer(FADING),
    "accuracy_by_depth": lambda: accuracy_by_depth(FOUND),
    "score_maps": lambda: score_maps(SCENE, SHARES, ["boot", "bag"], 8),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name: str) -> None:
    """Each picture is not blank, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


def test_a_column_has_a_box_for_each_layer_with_weights() -> None:
    """Two columns of 3 and 4 convolutions and three dense layers each; a 1 by 1 has a colour of its own."""
    drawn = configurations(COLUMNS)
    words = texts(drawn)
    assert words.count("3 × 3") == 6
    assert words.count("1 × 1") == 1
    assert words.count("dense") == 6
    assert {"A\n6 layers", "C\n7 layers", "stage 1", "stage 2"} <= set(words)
    boxes = [patch for patch in drawn.axes[0].patches if isinstance(patch, Rectangle)]
    colours = [to_hex(box.get_facecolor()) for box in boxes]
    assert (colours.count(style.SKY), colours.count(style.ORANGE), colours.count(style.GRID)) == (6, 1, 6)


def test_no_two_boxes_of_a_column_overlap() -> None:
    """Layers stand below each other, and the second stage of all columns begins at one height."""
    boxes = [patch for patch in configurations(COLUMNS).axes[0].patches if isinstance(patch, Rectangle)]
    for x in (0, 1):
        tops = sorted(box.get_y() for box in boxes if box.get_x() == x)
        assert all(below - above >= 0.88 for above, below in pairwise(tops))
    second = [boxes[1].get_y(), boxes[7].get_y()]
    assert second[0] == second[1]


def test_the_fading_signal_is_drawn_on_a_scale_of_factors() -> None:
    """A logarithmic axis, a line for each network, and its numbers as they were given."""
    (axes,) = signal_by_layer(FADING).axes
    assert axes.get_yscale() == "log"
    assert [line.get_ydata().tolist() for line in axes.lines] == list(FADING.values())
    assert [list(line.get_xdata()) for line in axes.lines] == [[1, 2, 3]] * 2


def test_depth_has_a_dot_for_each_seed_and_a_line_through_the_means() -> None:
    """In per cent, at the numbers of layers; the line of guessing stands at 10 %."""
    (axes,) = accuracy_by_depth(FOUND).axes
    means = [line for line in axes.lines if line.get_label() in FOUND]
    assert [list(line.get_ydata()) for line in means] == [pytest.approx([71, 10]), pytest.approx([80, 65])]
    dots = [list(line.get_ydata()) for line in axes.lines if line.get_linestyle() == "None"]
    assert dots == [pytest.approx(row) for row in ([70, 72], [10, 10], [80, 80], [70, 60])]
    assert axes.get_xticks().tolist() == [4, 22]
    assert [10, 10] in [list(line.get_ydata()) for line in axes.lines]


def test_a_frame_stands_where_a_name_has_its_largest_share() -> None:
    """In the scene it is as large as what the network was trained on: three steps of 8 pixels, and a half."""
    whole, *maps = score_maps(SCENE, SHARES, ["boot", "bag"], 8).axes
    corners = [patch.get_xy() for patch in whole.patches]
    assert corners == [(8, 0), (16, 0)]
    assert [patch.get_width() for patch in whole.patches] == [28, 28]
    assert [axes.patches[0].get_xy() for axes in maps[:2]] == [(0.5, -0.5), (1.5, -0.5)]
    assert [axes.get_title() for axes in maps[:2]] == ["boot\nrow 0, column 1", "bag\nrow 0, column 2"]
    assert [text.get_text() for text in whole.texts] == ["boot, pixel (0, 8)", "bag, pixel (0, 16)"]
