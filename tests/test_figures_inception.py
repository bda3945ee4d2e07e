"""The pictures of chapter 06 are to scale, and say in words what they show."""

import matplotlib as mpl
import numpy as np
import pytest
import torch
from matplotlib.patches import Polygon, Rectangle
from torch import nn

from cnnbook import networks, trace
from cnnbook.figures import branches_to_scale, maps_to_scale, style
from seeing import assert_shows_itself, texts

BLOCKS = {"Mixed_5b": 256, "Mixed_6a": 768, "Mixed_6b": 768, "Mixed_7a": 1280, "Mixed_7b": 2048}


@pytest.fixture(scope="module")
def seen():
    return trace(networks.build("inception_v3", device="meta"), (1, 3, 299, 299))


def named(figure: style.Picture) -> set[str]:
    """The texts in one line each."""
    return {text.replace("\n", ": ") for text in texts(figure)}


def boxes(figure: style.Picture) -> list[Rectangle]:
    """The layers' boxes and the bars above and below; the small cells are kernels."""
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle) and cells([patch]) == 0]


def cells(patches) -> int:
    return sum(isinstance(p, Rectangle) and p.get_width() == p.get_height() < 0.1 for p in patches)


@pytest.mark.parametrize("path", BLOCKS)
def test_each_block_is_drawn_to_scale(seen, path: str) -> None:
    """Every box is as wide as its channels on one scale, and the branches' ends add up to the output."""
    figure = branches_to_scale(seen[path])
    assert_shows_itself(figure)
    top, *rest = boxes(figure)
    scale = top.get_width() / seen[path].rows[0].input_shapes[0][1]
    labels = {label.rpartition(": ")[2] for label in named(figure) if ": " in label}
    assert {str(round(box.get_width() / scale)) for box in rest} >= labels
    lowest = min(box.get_y() for box in rest)
    ends = [box.get_width() / scale for box in rest if box.get_y() == lowest]
    assert round(sum(ends)) == BLOCKS[path]
    assert figure.alt.endswith(f"= {BLOCKS[path]}.")


def test_a_kernel_has_a_cell_for_each_weight(seen) -> None:
    """Block C: six layers of 1 × 7 or 7 × 1, four of 1 × 1, and a pool of 3 × 3."""
    assert cells(branches_to_scale(seen["Mixed_6b"]).axes[0].patches) == 6 * 7 + 4 + 9


def test_what_two_branches_share_is_drawn_once(seen) -> None:
    """Block E forks twice: the layers before a fork stand once, though two ends come from them."""
    figure = branches_to_scale(seen["Mixed_7b"])
    drawn = [text.get_text().replace("\n", ": ") for text in figure.findobj(mpl.text.Text)]
    assert (drawn.count("1×1: 384"), drawn.count("1×3: 384"), drawn.count("3×1: 384")) == (1, 2, 2)
    assert drawn.count("1×1: 448") == drawn.count("3×3: 384") == 1
    assert "320 + 384 + 384 + 384 + 384 + 192 = 2048, each 8 × 8" in drawn


def test_pools_are_hatched_and_strides_named(seen) -> None:
    """In grey print a pool still differs from a convolution, and a stride stands beside the kernel."""
    figure = branches_to_scale(seen["Mixed_6a"])
    assert sum(bool(box.get_hatch()) for box in boxes(figure)) == 1
    assert {"3×3 /2: 384", "3×3 pool /2: 288", "288, each 35 × 35"} <= named(figure)


def test_a_chain_without_a_concatenation_is_drawn(seen) -> None:
    """The auxiliary head is one branch; its dense layer has no kernel."""
    training = trace(networks.build("inception_v3", device="meta").train(), (2, 3, 299, 299))
    figure = branches_to_scale(training["AuxLogits"])
    assert {"5×5 pool /3: 768", "1×1: 128", "5×5: 768", "adaptive pool: 768", "dense: 1000"} <= named(figure)
    assert cells(figure.axes[0].patches) == 25 + 1 + 25
    assert figure.alt.endswith("dense 1000. Out: 1000.")


def test_flows_join_the_boxes(seen) -> None:
    """Between input, layers and output runs a grey band for each step, so that no box floats."""
    figure = branches_to_scale(seen["Mixed_5b"])
    bands = [patch for patch in figure.axes[0].patches if isinstance(patch, Polygon)]
    assert len(bands) - 4 == 7 + 1  # four to the output; one above each of 7 convolutions and the pool


def test_a_block_without_layers_is_refused_in_words() -> None:
    """Where nothing can be drawn, one line says what is missing."""
    with pytest.raises(ValueError, match="no convolution, no pool, no dense layer"):
        branches_to_scale(trace(nn.ReLU(), torch.Size((1, 3, 4, 5))))


def test_maps_are_to_scale_on_both_axes() -> None:
    """A map with twice the channels is twice as wide, one with half the side half as high."""
    figure = maps_to_scale({"a": (32, 40, 40), "b": (64, 20, 20)})
    a, b = figure.axes[0].patches
    assert np.isclose(b.get_width(), 2 * a.get_width())
    assert np.isclose(b.get_height(), a.get_height() / 2)
    assert b.get_x() > a.get_x() + a.get_width()
    assert {"a", "b", "32: 40²", "64: 20²"} <= named(figure)
    assert figure.alt == "Maps by channels and height: a 32 by 40, b 64 by 20."
