"""The pictures of chapter 04 show what they are given, and say it in their alternative text."""

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from cnnbook.figures import activations, by_seed, group_ties, kernels_with_maps, style, training_test_gaps
from seeing import assert_shows_itself, texts

GROUPS = {"conv1": 1, "conv2": 2, "conv3": 1}
PHOTO = np.linspace(0, 1, 3 * 6 * 8).reshape(3, 6, 8)
KERNELS = np.stack([np.ones((3, 5, 5)), -np.eye(5)[None].repeat(3, axis=0), np.zeros((3, 5, 5))])
PICTURES = {
    "activations": activations,
    "by_seed": lambda: by_seed({"ReLU": [6, 6, 7], "tanh": [6, 5, 6]}, "epochs"),
    "group_ties": lambda: group_ties(GROUPS),
    "training_test_gaps": lambda: training_test_gaps({"plain": [(0.9, 0.8)], "dropout": [(0.84, 0.79)]}),
    "kernels_with_maps": lambda: kernels_with_maps(
        PHOTO, KERNELS, np.eye(7)[None].repeat(3, axis=0), ["light", "dark", "nothing"]
    ),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name: str) -> None:
    """Each picture is not blank, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


def test_the_curves_are_torchs_and_the_slopes_its_gradients() -> None:
    """Left the values of ReLU and tanh, right what autograd says of them; at 0 ReLU has no slope to draw."""
    values, slopes = activations(3.0).axes
    for function, left, right in zip(
        (torch.relu, torch.tanh), values.lines[2:], slopes.lines[2:], strict=True
    ):
        x = torch.tensor(left.get_xdata(), dtype=torch.float64, requires_grad=True)
        function(x).sum().backward()
        drawn = np.asarray(right.get_ydata())
        known = ~np.isnan(drawn)
        assert known.sum() >= len(x) - 1
        assert np.allclose(left.get_ydata(), function(x).detach().numpy())
        assert np.allclose(drawn[known], x.grad.numpy()[known])
    assert {"ReLU", "tanh"} <= set(texts(activations()))


def test_a_grouped_layer_has_no_line_across() -> None:
    """With two groups each half has one line, to its own; without groups two, one of them dashed across."""
    lines = group_ties(GROUPS).axes[0].lines
    ends = [(round(line.get_xdata()[1] + 0.32), *line.get_ydata()) for line in lines]
    assert sorted(ends) == [(1, 0, 0), (1, 1, 1), *((2, a, b) for a in (0, 1) for b in (0, 1))]
    for line in lines:
        across = line.get_ydata()[0] != line.get_ydata()[1]
        assert (line.get_linestyle() == "--") == across
        assert to_hex(line.get_color()) == (style.VERMILLION if across else style.BLUE)
    assert {"conv1", "conv2", "conv3", "GPU 1", "GPU 2"} <= set(texts(group_ties(GROUPS)))


def test_other_groups_are_refused_in_words() -> None:
    """Three groups do not fit into two halves, and the message shows them."""
    with pytest.raises(ValueError, match=r"its groups are 1 or 2, not \{'conv2': 3\}"):
        group_ties({"conv2": 3})


def test_zero_is_grey_and_weights_are_lighter_or_darker() -> None:
    """A kernel of ones is drawn white, minus ones black where they are, and zeros grey."""
    figure = PICTURES["kernels_with_maps"]()
    light, dark, nothing = (figure.axes[place].images[0].get_array() for place in (1, 3, 5))
    assert (light == 1).all()
    assert set(np.unique(dark)) == {0.0, 0.5}
    assert (nothing == 0.5).all()
    assert {"light", "dark", "nothing", "5 × 5", "7 × 7", "photograph\n6 × 8"} <= set(texts(figure))


def test_each_kernel_needs_a_title() -> None:
    """A title too few is an error, not a kernel without a name."""
    with pytest.raises(ValueError, match="zip"):
        kernels_with_maps(PHOTO, KERNELS, np.zeros((3, 7, 7)), ["one", "two"])


def test_each_seed_has_a_dot_and_equal_results_are_stacked() -> None:
    """Three results are three dots; two that are equal stand one above the other."""
    dots = by_seed({"ReLU": [6, 6, 7]}, "epochs").axes[0].lines
    places = [(line.get_xdata()[0], line.get_ydata()[0]) for line in dots]
    assert [x for x, _ in places] == [6, 6, 7]
    assert len(set(places)) == 3
    assert {"ReLU", "epochs"} <= set(texts(by_seed({"ReLU": [6, 6, 7]}, "epochs")))


@pytest.mark.parametrize("row", [[99.8, 98.1, 99.9], [180, 150, 181], [50, 50, 50]])
def test_a_dot_hides_no_near_dot(row: list[float]) -> None:
    """Results that lie closer than a dot is wide stand one above the other, as equal ones do."""
    dots = by_seed({"one": row}, "%").axes[0].lines
    places = [(line.get_xdata()[0], line.get_ydata()[0]) for line in dots]
    hidden = [
        (a, b)
        for at, a in enumerate(places)
        for b in places[:at]
        if abs(a[0] - b[0]) < 0.01 * max(row) and a[1] == b[1]
    ]
    assert not hidden
    assert [x for x, _ in places] == row


@pytest.mark.parametrize(("start", "left"), [(0, 0), (70, 70), (80, 78)])
def test_the_axis_of_seeds_begins_where_it_is_told_and_hides_no_dot(start: int, left: int) -> None:
    """The axis begins at the given number, or further left if a result lies there."""
    axes = by_seed({"one": [78, 82], "three": [79]}, "%", start=start).axes[0]
    assert axes.get_xlim()[0] == left
    assert axes.get_xlim()[1] > 82


def test_a_gap_is_a_bar_from_test_to_training() -> None:
    """Each seed's bar runs between its two accuracies, in per cent, and the mean gap is written beside it."""
    drawn = training_test_gaps({"plain": [(0.9, 0.8), (0.94, 0.8)], "dropout": [(0.84, 0.79)]})
    bars = [line for line in drawn.axes[0].lines if len(line.get_xdata()) == 2]
    assert [tuple(np.round(line.get_xdata(), 6)) for line in bars] == [(80, 90), (80, 94), (79, 84)]
    assert {"plain", "dropout", "mean gap 12.0", "mean gap 5.0"} <= set(texts(drawn))
