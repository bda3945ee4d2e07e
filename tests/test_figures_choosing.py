"""The picture of chapter 08 shows each network once, and its labels keep apart."""

from itertools import combinations

import numpy as np
import pytest

from cnnbook.exercises.chapters.choosing import CANDIDATES, TOP1_OF_V2
from cnnbook.figures import accuracy_bubbles
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
