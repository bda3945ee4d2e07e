"""The ledger's bars and chapter 05's pictures show what they are given, and say it in words."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from cnnbook.figures import activation_bytes, cost_bars, field_growth, fields_on_photograph
from cnnbook.networks.shipped import shipped
from seeing import assert_shows_itself, texts

VGG = {"stages": ["features"], "fc6": ["classifier.0"], "others": ["classifier"]}
FIELDS = {"conv1_1": 3, "conv1_2": 5, "pool1": 6}
PHOTOGRAPH = np.linspace(0, 1, 9 * 12 * 3).reshape(9, 12, 3)
BOXES = {"pool1": (3, 4, 5, 7), "pool2": (1, 7, 2, 10)}
PICTURES = {
    "cost_bars": lambda: cost_bars(shipped("vgg16"), VGG),
    "field_growth": lambda: field_growth(FIELDS),
    "fields_on_photograph": lambda: fields_on_photograph(PHOTOGRAPH, BOXES),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name: str) -> None:
    """Each picture is not blank, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


def test_bars_add_up_to_the_published_totals() -> None:
    """Each panel's bars are the parts' sums: 138,357,544 parameters and 15.470 GMAC in VGG16."""
    panels = PICTURES["cost_bars"]().axes
    sums = [sum(bar.get_width() for bar in axes.patches) for axes in panels]
    assert sums[0] == 138_357_544
    assert round(sums[1] / 1e9, 3) == 15.470
    assert sums[2] == 4 * (15_237_608 - 3 * 224 * 224)


def test_a_row_belongs_to_the_first_part_that_names_it() -> None:
    """fc6 is not counted a second time among the other dense layers, and each bar has its share."""
    figure = PICTURES["cost_bars"]()
    widths = [round(bar.get_width()) for bar in figure.axes[0].patches]
    assert widths == [14_714_688, 102_764_544, 16_781_312 + 4_097_000]
    assert {"103 M  74 %", "14.7 M  11 %", "138 M parameters"} <= set(texts(figure))


def test_a_path_is_no_prefix_of_a_longer_name() -> None:
    """The part "features.1" is that row alone: "features.10" and "features.19" are others."""
    (axes, *_) = cost_bars(shipped("vgg16"), {"first": ["features.1"], "tenth": ["features.10"]}).axes
    assert [round(bar.get_width()) for bar in axes.patches] == [0, 295_168]


def test_without_parts_each_layer_with_parameters_has_a_bar() -> None:
    """LeNet-5 has five, named by their paths."""
    labels = [label.get_text() for label in cost_bars(shipped("lenet5")).axes[0].get_yticklabels()]
    assert labels == ["conv1", "conv2", "fc1", "fc2", "fc3"]


def test_activation_bytes_are_those_of_the_outputs_in_float32() -> None:
    """A convolution's output takes 4 bytes a number; the ReLU that writes over it takes none."""
    vgg16 = shipped("vgg16")
    assert activation_bytes([vgg16["features.0"]]) == 4 * 64 * 224 * 224
    assert activation_bytes([vgg16["features.1"]]) == 0


def test_pools_are_hatched_in_the_picture_of_growing_fields() -> None:
    """Bars are as high as the fields, and a pool is told from a convolution without colour."""
    bars = PICTURES["field_growth"]().axes[0].patches
    assert [bar.get_height() for bar in bars] == [3, 5, 6]
    assert [bool(bar.get_hatch()) for bar in bars] == [False, False, True]


def test_cut_outs_are_the_framed_pixels() -> None:
    """Each box is framed on the photograph, both ends counted, and shown magnified under its name."""
    figure = PICTURES["fields_on_photograph"]()
    whole, first, second = figure.axes
    frames = [patch for patch in whole.patches if isinstance(patch, Rectangle)]
    assert {(f.get_x(), f.get_y(), f.get_width(), f.get_height()) for f in frames} == {
        (4.5, 2.5, 3, 2),
        (1.5, 0.5, 9, 7),
    }
    assert np.array_equal(first.images[0].get_array(), PHOTOGRAPH[3:5, 5:8])
    assert np.array_equal(second.images[0].get_array(), PHOTOGRAPH[1:8, 2:11])
    assert {"pool1\n2 × 3", "pool2\n7 × 9"} <= set(texts(figure))
