"""A stepped picture works without a kernel: with keys, and beside shortcuts of the page around it."""

import pytest

from cnnbook import figures

pytestmark = pytest.mark.browser

# As JupyterLab does, the page around takes the arrow keys for itself.
TAKES_ARROWS = "document.body.addEventListener('keydown', event => event.preventDefault())"


@pytest.fixture
def steps(page):
    grids = [figures.number_grids({"kernel": [[step, 0]]}) for step in (1, 2, 3)]
    stepped = figures.frames(grids, ["at first", "in between", "at the end"])
    page.set_content(f"<!doctype html><body>{stepped._repr_html_()}</body>")
    page.evaluate(TAKES_ARROWS)
    return page


def in_sight(page):
    return [image.get_attribute("alt") for image in page.locator("figure img:visible").all()]


def test_one_frame_is_in_sight_and_keys_change_it(steps):
    """The slider says which frame is shown, to the eye and to a screen reader."""
    slider = steps.get_by_role("slider", name="frame")
    assert in_sight(steps) == ["kernel: 1 0."]
    slider.focus()
    for key, words, alt in [
        ("ArrowRight", "in between (2 of 3)", "kernel: 2 0."),
        ("End", "at the end (3 of 3)", "kernel: 3 0."),
        ("ArrowLeft", "in between (2 of 3)", "kernel: 2 0."),
        ("Home", "at first (1 of 3)", "kernel: 1 0."),
    ]:
        steps.keyboard.press(key)
        assert in_sight(steps) == [alt]
        assert slider.get_attribute("aria-valuetext") == words
        assert steps.locator("output").inner_text() == words


def test_two_copies_on_a_page_have_sliders_of_their_own(page):
    """Moving one of them leaves the other where it is."""
    grids = [figures.number_grids({"kernel": [[step, 0]]}) for step in (1, 2)]
    stepped = figures.frames(grids, ["one", "two"])
    page.set_content(f"<!doctype html><body>{stepped._repr_html_()}{stepped._repr_html_()}</body>")
    page.get_by_role("slider", name="frame").last.fill("1")
    assert in_sight(page) == ["kernel: 1 0.", "kernel: 2 0."]
