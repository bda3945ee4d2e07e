"""The pictures of training show what they are given, and say it in their alternative text."""

import numpy as np
import pytest
import torch

from cnnbook import figures
from seeing import assert_shows_itself, texts

PICTURES = {
    "kernel_learning": lambda: figures.kernel_learning(steps=(0, 20)),
    "kernel_step": lambda: figures.kernel_step(
        torch.ones(1, 1, 3, 3), torch.rand(1, 1, 4, 6), -torch.ones(4, 6)
    ),
    "learning_rates": lambda: figures.learning_rates({"small": [2.3, 2.2], "large": [40.0, 2.3]}, 2.3),
    "training_against_test": lambda: figures.training_against_test([2.0, 0.1], [2.1, 1.5], every=5),
    "accuracy_by_shift": lambda: figures.accuracy_by_shift({"LeNet": [[0.9, 0.5], [0.8, 0.7]]}),
    "where_it_looks": lambda: figures.where_it_looks(np.eye(8)[None], np.eye(5)[None], ["boot"]),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name):
    """Each picture is not blank, is a PNG for a notebook, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


def test_a_kernel_is_found_on_the_photograph():
    """After 300 steps the nine numbers are those of vertical edges; at the start they are zeros."""
    shown = texts(figures.kernel_learning(steps=(0, 300)))
    assert shown.count("0.0") == 9 + 3
    assert (shown.count("−1.0"), shown.count("1.0")) == (3, 3)


def test_the_steps_of_a_kernel_have_one_scale():
    """What is drawn and what is missing are shaded on the scale of the wanted picture."""
    figure = figures.kernel_step([[0.5]], [[0.5, -1.0]], [[1.0, -2.0]])
    _, drawn, missing = [axes.images[0] for axes in figure.axes if axes.images]
    assert drawn.get_clim() == missing.get_clim() == (-2, 2)
    assert missing.get_array().tolist() == [[0.5, -1.0]]


def test_a_loss_beyond_the_picture_is_drawn_at_its_edge():
    """A loss of 40 stands at twice the loss of guessing, and in the words as it is."""
    figure = PICTURES["learning_rates"]()
    large = figure.axes[0].lines[1].get_ydata()
    assert large.tolist() == [4.6, 2.3]
    assert "40.00" in figure.alt


def test_epochs_are_counted_by_what_was_measured():
    """With a measurement each 5 epochs, the second stands at epoch 10."""
    lines = PICTURES["training_against_test"]().axes[0].lines
    assert [list(line.get_xdata()) for line in lines] == [[5, 10], [5, 10]]


def test_a_line_for_each_seed_and_one_for_their_mean():
    """Two seeds are thin lines, and the thick one is between them."""
    lines = PICTURES["accuracy_by_shift"]().axes[0].lines
    assert [list(line.get_ydata()) for line in lines[:2]] == [[90, 50], [80, 70]]
    assert list(lines[2].get_ydata()) == pytest.approx([85, 60])


def test_a_share_is_drawn_where_the_middle_of_its_square_was():
    """Squares of 8 at every second of 32 pixels: the first middle is at 3.5, the last at 27.5."""
    figure = figures.where_it_looks(np.ones((1, 32, 32)), np.ones((1, 13, 13)), ["boot"], square=8)
    lower = next(axes for axes in figure.axes if axes.images and axes.images[0].cmap.name == "cividis")
    assert list(lower.images[0].get_extent()) == [2.5, 28.5, 28.5, 2.5]
    assert lower.get_xlim() == (-0.5, 31.5)
