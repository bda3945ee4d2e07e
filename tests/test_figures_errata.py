"""Chapter 09's pictures: the bars stand where the sizes are, and what is drawn is also said in words."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from cnnbook.figures import size_ranges

RANGES = {"VGG16": range(224, 256), "ResNet-18": range(193, 225)}


def test_a_bar_covers_its_sizes_and_no_others():
    """Each bar begins half a row before its first size and is as long as there are sizes."""
    (axes,) = size_ranges(RANGES).axes
    assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(223.5, 32), (192.5, 32)]


def test_the_ends_are_written_and_the_marks_are_lines():
    """The first and last size stand beside the bar, a marked size has its line and its number."""
    (axes,) = size_ranges(RANGES, marked=[224, 227]).axes
    assert [text.get_text() for text in axes.texts] == ["224", "255", "193", "224", "224", "227"]
    assert [line.get_xdata()[0] for line in axes.lines] == [224, 227]
    assert [label.get_text() for label in axes.get_yticklabels()] == list(RANGES)


def test_the_picture_is_drawn_and_said():
    """It is not blank, and its alternative text carries the same numbers."""
    drawn = size_ranges(RANGES, marked=[224])
    canvas = FigureCanvasAgg(drawn)
    canvas.draw()
    assert np.asarray(canvas.buffer_rgba()).std() > 10
    assert drawn.alt == "VGG16: 224 to 255. ResNet-18: 193 to 224. Marked: 224."


def test_a_range_may_be_a_list():
    """Sizes as a list give the same picture in words."""
    lists = {name: list(sizes) for name, sizes in RANGES.items()}
    assert size_ranges(lists).alt == size_ranges(RANGES).alt
