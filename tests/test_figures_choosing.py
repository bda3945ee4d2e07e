"""The pictures of chapter 08 show each network once, and their labels keep apart."""

from itertools import combinations

import numpy as np
import pytest

from cnnbook.exercises.chapters.choosing import CANDIDATES, TOP1_OF_V2
from cnnbook.figures import accuracy_bubbles, accuracy_by_cost
from seeing import assert_shows_itself

ROWS = {row.name: (row.macs / 1e9, row.top1, row.parameters) for row in CANDIDATES}
ROWS["resnet50, V2"] = (*ROWS["resnet50"][:1], TOP1_OF_V2, ROWS["resnet50"][2])


@pytest.fixture(scope="module")
def drawn():
    picture = accuracy_bubbles(ROWS)
    picture.canvas.draw()
    return picture


def test_every_network_is_named_with_its_parameters(drawn):
    """Each disc has its name and its parameters beside it; the words for the picture say the same."""
    labels = [text.get_text() for text in drawn.axes[0].texts]
    assert labels == [f"{name}\n{row[2] / 1e6:.1f} M" for name, row in ROWS.items()]
    for name, (gmac, top1, _) in ROWS.items():
        assert f"{name}: {top1:.1f} % for {gmac:.1f} GMAC" in drawn.alt


def test_labels_do_not_overlap_and_stay_inside(drawn):
    """Neighbours such as GoogLeNet and ResNet-18 can both be read."""
    boxes = [text.get_window_extent() for text in drawn.axes[0].texts]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(drawn.bbox.contains(*corner) for box in boxes for corner in (box.min, box.max))


def test_area_grows_with_the_parameters(drawn):
    """A disc's area, not its radius, is in proportion: the eye compares areas."""
    areas = [disc.get_sizes()[0] for disc in drawn.axes[0].collections]
    ratios = [area / row[2] for area, row in zip(areas, ROWS.values(), strict=True)]
    assert np.allclose(ratios, ratios[0])


def test_the_picture_shows_itself(drawn):
    """It is drawn for a notebook, with words for it."""
    assert_shows_itself(drawn)


def test_other_networks_are_dots_without_a_name():
    """Grey dots stand behind the discs, within the axes, and the words count them."""
    picture = accuracy_bubbles(ROWS, [(0.04, 60.6), (56.1, 85.8)])
    (axes,) = picture.axes
    (dots,) = [line for line in axes.lines if len(line.get_xdata()) == 2]
    assert list(dots.get_ydata()) == [60.6, 85.8]
    low, high = axes.get_xlim()
    assert low < 0.04 < 56.1 < high
    assert len(axes.texts) == len(ROWS)
    assert picture.alt.endswith("2 grey dots are other networks.")


ACCURACY = {"dense": [80.3, 80.7], "LeNet": [75.3, 74.1], "AlexNet": [74.1, 75.5], "VGG": [81.4, 80.4]}
COSTS = {
    "file, KB": dict(zip(ACCURACY, (79.5, 123.9, 220.4, 36.8), strict=True)),
    "ms": dict(zip(ACCURACY, (0.014, 0.106, 0.128, 0.127), strict=True)),
    "MACs": dict(zip(ACCURACY, (19_776, 175_200, 736_352, 338_144), strict=True)),
}


@pytest.fixture(scope="module")
def panels():
    picture = accuracy_by_cost(ACCURACY, COSTS, {"file, KB": 100})
    picture.canvas.draw()
    return picture


def test_a_panel_for_each_cost_with_a_dot_for_each_seed(panels):
    """Every network stands at its cost, and its dots at its accuracies."""
    shown = [axes for axes in panels.axes if axes.axison]
    assert [axes.get_xlabel() for axes in shown] == list(COSTS)
    for axes, values in zip(shown, COSTS.values(), strict=True):
        dots = [line for line in axes.lines if line.get_marker() == "o"]
        assert [list(line.get_xdata()) for line in dots] == [[cost] * 2 for cost in values.values()]
        assert [list(line.get_ydata()) for line in dots] == list(ACCURACY.values())


def test_networks_beyond_a_limit_are_empty_in_every_panel(panels):
    """A limit on one quantity marks a network in all panels, and the words name what is left."""
    for axes in panels.axes[:3]:
        styles = [line.get_fillstyle() for line in axes.lines if line.get_marker() == "o"]
        assert styles == ["full", "none", "none", "full"]
    assert panels.alt.endswith("At most: file, KB 100. Within: dense, VGG.")


def test_a_limit_that_all_networks_keep_is_seen():
    """The shade lies within the axes, right of all dots."""
    picture = accuracy_by_cost(ACCURACY, {"ms": COSTS["ms"]}, {"ms": 2})
    (shade,) = picture.axes[0].patches
    left, right = picture.axes[0].get_xlim()
    assert max(COSTS["ms"].values()) < shade.get_x() == 2 < right == shade.get_x() + shade.get_width()
    assert left < min(COSTS["ms"].values())


def test_names_of_networks_do_not_overlap(panels):
    """Also of two that take the same time."""
    for axes in panels.axes[:3]:
        boxes = [text.get_window_extent() for text in axes.texts]
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_tick_labels_do_not_overlap(panels):
    """Costs that lie within two powers of ten and costs that lie further apart are both readable."""
    for axes in panels.axes[:3]:
        boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
        assert len(boxes) > 1
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
