"""The pictures of chapter 03 show what they are given, and say it in their alternative text."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest

from cnnbook.figures import connection_table, digit_strip, feature_maps, kernels, shares, style
from cnnbook.networks.models import C3_TABLE
from seeing import assert_shows_itself, texts

PICTURES = {
    "digit_strip": lambda: digit_strip(np.eye(8)[None].repeat(3, axis=0), [7, 8, 9]),
    "feature_maps": lambda: feature_maps({"input": np.eye(6)[None], "C3": np.ones((10, 4, 4))}),
    "kernels": lambda: kernels({"before": np.eye(5)[None, None], "after": -2 * np.eye(5)[None, None]}),
    "connection_table": lambda: connection_table(C3_TABLE),
    "shares": lambda: shares({"parameters": {"C1": 30, "F6": 9_970}}),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_itself_and_has_words_for_it(name: str) -> None:
    """Each picture is not blank, is a PNG for a notebook, and carries its alternative text in the HTML."""
    assert_shows_itself(PICTURES[name]())


def test_alternative_text_is_escaped() -> None:
    """A quotation mark in the alternative text does not end the HTML attribute."""
    assert 'alt="&quot;3&quot; &lt; 4"' in style.picture(1, 1, '"3" < 4')._repr_html_()


def test_drawing_leaves_the_readers_settings_alone() -> None:
    """The house style holds inside a drawing function only."""
    before = dict(mpl.rcParams)
    PICTURES["shares"]()
    assert dict(mpl.rcParams) == before


def test_digits_stand_under_their_titles_in_dark_ink() -> None:
    """Every image gets its axes and title; the value 1 is drawn black and 0 white."""
    figure = PICTURES["digit_strip"]()
    assert [axes.get_title() for axes in figure.axes] == ["7", "8", "9"]
    (image,) = figure.axes[0].images
    assert image.cmap(image.norm([0.0, 1.0])).tolist() == [[1, 1, 1, 1], [0, 0, 0, 1]]


def test_titles_and_images_have_to_be_as_many() -> None:
    """A title too few is an error, not a digit without a name."""
    with pytest.raises(ValueError, match="zip"):
        digit_strip(np.zeros((3, 8, 8)), [1, 2])


def test_feature_maps_wrap_after_eight() -> None:
    """Ten maps stand in two lines, and each layer is named once with its size."""
    figure = PICTURES["feature_maps"]()
    assert len(figure.axes) == 11
    assert {"input\n6×6", "C3\n4×4"} <= set(texts(figure))


def test_kernels_share_one_scale_around_zero() -> None:
    """All kernels run from minus to plus the largest weight, and negative ones are marked."""
    figure = PICTURES["kernels"]()
    limits = {axes.images[0].get_clim() for axes in figure.axes if axes.images}
    assert limits == {(-2.0, 2.0)}
    assert [len([t for t in axes.texts if t.get_text() == "−"]) for axes in figure.axes[:2]] == [0, 5]


def test_connections_of_c3_are_the_60_of_the_paper() -> None:
    """The table shows a dot for each of the 60 connections, and above them how many maps are read."""
    (axes,) = PICTURES["connection_table"]().axes
    dots = [(dot.center[0] - 0.5, dot.center[1] - 0.5) for dot in axes.patches]
    assert sorted(dots) == sorted((c3, s2) for c3, inputs in enumerate(C3_TABLE) for s2 in inputs)
    assert len(dots) == 60
    assert [text.get_text() for text in axes.texts] == ["read 3 each", "read 4 each", "reads all 6"]


def test_shares_name_count_and_per_cent() -> None:
    """Each bar has its count and share; a share below one per cent keeps a decimal."""
    assert {"10,000 parameters", "30 (0.3 %)", "9,970 (100 %)"} <= set(texts(PICTURES["shares"]()))


def test_neighbouring_colours_differ_in_greyscale() -> None:
    """Colours that stand side by side in the sequence are at least a tenth apart in lightness."""
    luminance = [np.dot(mpl.colors.to_rgb(colour), (0.2126, 0.7152, 0.0722)) for colour in style.SEQUENCE]
    assert min(abs(a - b) for a, b in pairwise(luminance)) > 0.1
