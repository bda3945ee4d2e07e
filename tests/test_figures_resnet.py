"""Chapter 07's pictures show the losses and the fields that they are given, and say them in words."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
import torch
from torch import nn

from cnnbook.figures import (
    by_seed,
    depth_on_photograph,
    gradient_norms,
    loss_curves,
    losses_by_seed,
    photograph,
    stage_fields,
    style,
)
from cnnbook.figures.resnet_depth import _maps
from seeing import assert_shows_itself, pixels

CURVES = {
    "plain 20": [1.8, 0.5],
    "plain 56": [2.3, 2.2],
    "residual 20": [0.9, 0.1],
    "residual 56": [1.5, 0.2],
}
FIELDS = {"ResNet-18": [11, 43, 435], "ResNet-34": [11, 59, 899], "ResNet-50": [11, 35, 427]}
STAGES = ["maxpool", "layer1", "layer4"]
PICTURES = {
    "loss_curves": lambda: loss_curves(CURVES, guessing=2.3),
    "stage_fields": lambda: stage_fields(STAGES, FIELDS),
}


def texts(figure: style.Picture) -> dict[str, mpl.text.Text]:
    return {text.get_text(): text for text in figure.findobj(mpl.text.Text)}


def curves(figure: style.Picture) -> list[mpl.lines.Line2D]:
    return [line for line in figure.axes[0].lines if line.get_marker() != "None"]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name: str) -> None:
    """Each picture is not blank, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


@pytest.mark.parametrize(("name", "given"), [("loss_curves", CURVES), ("stage_fields", FIELDS)])
def test_each_line_has_the_given_numbers(name: str, given: dict[str, list[float]]) -> None:
    """The lines are the given ones, in their order."""
    assert [list(line.get_ydata()) for line in curves(PICTURES[name]())] == list(given.values())


def test_a_kind_has_one_colour_and_one_dash_and_the_deepest_are_thick() -> None:
    """Plain and residual are told apart without colour; 56 layers from 20 by thickness."""
    plain, plain_deep, residual, residual_deep = curves(PICTURES["loss_curves"]())
    assert plain.get_color() == plain_deep.get_color() != residual.get_color() == residual_deep.get_color()
    assert plain.get_linestyle() == plain_deep.get_linestyle() != residual.get_linestyle()
    assert plain.get_linewidth() == residual.get_linewidth() < plain_deep.get_linewidth()


@pytest.mark.parametrize("name", PICTURES)
def test_names_stand_apart_at_the_ends_of_their_lines(name: str) -> None:
    """No two names overlap, however close the lines end, and each has its line's colour."""
    figure = PICTURES[name]()
    pixels(figure)  # lays it out
    found = texts(figure)
    names = [text for label, text in found.items() if label.startswith(("plain", "residual", "ResNet"))]
    boxes = sorted((text.get_window_extent() for text in names), key=lambda box: box.y0)
    assert len(boxes) == len(curves(figure))
    assert all(low.y1 <= high.y0 for low, high in pairwise(boxes))
    assert {text.get_color() for text in names} == {line.get_color() for line in curves(figure)}


def test_the_level_of_guessing_is_drawn_only_where_it_is_given() -> None:
    """With `guessing` a line crosses the axes at that loss."""
    assert "guessing" in texts(PICTURES["loss_curves"]())
    assert "guessing" not in texts(loss_curves(CURVES))


def test_a_photograph_is_drawn_after_each_number_of_blocks() -> None:
    """A frame for each number, plain beside residual; both start alike, and only one keeps the photograph."""
    shown = depth_on_photograph(blocks=(0, 2, 27))
    assert shown.titles == ("0 blocks", "2 blocks", "27 blocks")
    first, _, last = [[axes.images[0].get_array() for axes in one.axes] for one in shown.pictures]
    assert np.array_equal(*first)
    plain, residual = (np.corrcoef(image.ravel(), first[0].ravel())[0, 1] for image in last)
    assert abs(plain) < 0.4 < residual
    assert_shows_itself(shown.pictures[-1])


def test_the_walk_is_that_of_torchs_layers() -> None:
    """Convolution, batch norm, ReLU, and the block's input added before the last ReLU."""
    photo = photograph()
    maps = list(_maps(photo, 1, 0, residual=True))
    draw = torch.Generator().manual_seed(0)
    x = photo[None, None]
    layers = []
    for ins in (1, 8, 8):
        layer = nn.Conv2d(ins, 8, 3, padding=1, bias=False)
        layer.weight.data = torch.randn(8, ins, 3, 3, generator=draw)
        layers.append(nn.Sequential(layer, nn.BatchNorm2d(8)))
    start = torch.relu(layers[0](x))
    assert torch.allclose(maps[0], start, atol=1e-4)
    assert torch.allclose(maps[1], torch.relu(layers[2](torch.relu(layers[1](start))) + start), atol=1e-4)


@pytest.mark.parametrize("blocks", [(), (-1, 3)])
def test_a_depth_that_is_none_is_refused(blocks: tuple[int, ...]) -> None:
    """The message says what would do."""
    with pytest.raises(ValueError, match=r"numbers of blocks such as \[0, 3, 27\] would do"):
        depth_on_photograph(blocks=blocks)


def test_seeds_are_thin_lines_and_their_mean_is_thick() -> None:
    """Two seeds and one mean for each network; lines of other lengths stand in the same picture."""
    figure = losses_by_seed({"plain 20": [[2.0, 1.0], [2.4, 0.6]], "plain 56": [[2.3, 2.2, 2.1]]}, 2.3)
    thin = [list(line.get_ydata()) for line in figure.axes[0].lines if line.get_linewidth() == 0.7]
    thick = [list(line.get_ydata()) for line in figure.axes[0].lines if line.get_linewidth() == 2]
    assert thin == [[2.0, 1.0], [2.4, 0.6], [2.3, 2.2, 2.1]]
    assert thick == [pytest.approx([2.2, 0.8]), [2.3, 2.2, 2.1]]
    assert figure.axes[0].get_ylim()[1] > 2.4
    assert_shows_itself(figure)


def test_a_name_hides_no_line_that_goes_on_behind_it() -> None:
    """The longer run and the line of guessing go on where plain 56 ends: its name stands above both."""
    longer = [2.33 - epoch / 100 for epoch in range(24)]
    figure = losses_by_seed(
        {"plain 20": [[2.3, 0.9]], "plain 56": [longer[:8]], "plain 56, longer": [longer]}, 2.3
    )
    pixels(figure)  # lays it out
    (axes,) = figure.axes
    box = texts(figure)["plain 56"].get_window_extent()
    behind = [axes.transData.transform((epoch, loss)) for epoch, loss in enumerate(longer, 1)]
    under = [y for x, y in behind if box.x0 <= x <= box.x1]
    assert len(under) >= 2
    assert max(under) < box.y0
    assert axes.transData.transform((0, 2.3))[1] < box.y0


def test_gradients_have_a_logarithmic_scale() -> None:
    """The lines are the given lengths, one for each layer from the first on."""
    norms = {"plain 56": [100.0, 3.0, 0.3], "residual 56": [2.0, 1.5, 1.0]}
    figure = gradient_norms(norms)
    (axes,) = figure.axes
    assert axes.get_yscale() == "log"
    assert [list(line.get_ydata()) for line in axes.lines] == list(norms.values())
    assert [list(line.get_xdata()) for line in axes.lines] == [[1, 2, 3]] * 2
    assert "logarithmic" in axes.get_ylabel()
    assert_shows_itself(figure)


def test_an_arrow_shows_which_way_the_gradient_goes() -> None:
    """Its point is at the left, above the first layer; its words stand on it, and nothing is cut off."""
    figure = gradient_norms({"plain 56": [100.0, 3.0, 0.3], "residual 56": [2.0, 1.5, 1.0]})
    pixels(figure)  # lays it out
    (axes,) = figure.axes
    (arrow,) = [text for text in axes.texts if isinstance(text, mpl.text.Annotation)]
    assert arrow.xy[0] < arrow.xyann[0]
    words = texts(figure)["the gradient goes from the last layer to the first"].get_window_extent()
    frame, page = axes.get_window_extent(), figure.bbox
    assert frame.y1 < words.y0 < words.y1 <= page.y1
    assert frame.x0 < words.x0 < words.x1 < frame.x1


def test_five_results_by_seed_are_five_lines() -> None:
    """The fifth name has its dots, too."""
    figure = by_seed({name: [float(at)] for at, name in enumerate("abcde")}, "share")
    assert len(figure.axes[0].lines) == 5
