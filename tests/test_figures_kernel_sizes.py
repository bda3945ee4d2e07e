"""The pictures of kernel sizes show what they are given, and refuse what they cannot draw."""

import numpy as np
import pytest

from cnnbook import figures
from cnnbook.figures.kernel_sizes import middle_minus_around
from seeing import assert_shows_itself, texts


def test_one_photograph_is_seen_by_four_kernels():
    """The photograph in colour, a map for one pixel, and a smaller map for each larger kernel."""
    figure = figures.kernel_sizes_on_photograph("flower")
    assert_shows_itself(figure)
    shapes = [axes.images[0].get_array().shape[:2] for axes in figure.axes]
    side = shapes[0][0]
    assert shapes == [(side, side)] * 2 + [(side - k + 1, side - k + 1) for k in (3, 9, 25)]
    assert {"photograph", "kernel of 1 × 1", "kernel of 25 × 25"} <= set(texts(figure))


def test_a_map_is_white_where_it_is_0():
    """Each map has its own scale, equally far below and above 0."""
    for axes in figures.kernel_sizes_on_photograph("flower").axes[1:]:
        low, high = axes.images[0].get_clim()
        assert -low == high == np.abs(axes.images[0].get_array()).max()


@pytest.mark.parametrize("size", [3, 9, 25])
def test_a_kernel_is_silent_on_a_wall(size):
    """Its numbers add up to 0, and the one in the middle is the largest."""
    kernel = middle_minus_around(size)
    assert abs(kernel.sum()) < 1e-9
    assert kernel.argmax() == kernel.size // 2


def test_a_kernel_without_a_middle_is_refused():
    """An even size has no pixel in the middle."""
    with pytest.raises(ValueError, match="a kernel of 4 × 4 has no middle; odd sizes would do"):
        figures.kernel_sizes_on_photograph(sizes=(3, 4))
