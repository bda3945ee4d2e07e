"""Chapter 07's pictures show the losses and the fields that they are given, and say them in words."""

from itertools import pairwise

import matplotlib as mpl
import pytest

from cnnbook.figures import loss_curves, stage_fields, style
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
