"""The explorer by hand: the window is dragged, numbers are typed over, photographs are looked through."""

import numpy as np
import pytest

from browser.test_explorer import CONTRASTS, OUT_OF_PAPER, output, picked, result
from cnnbook.widgets import ConvolutionExplorer
from cnnbook.widgets.shades import output_shades

pytestmark = pytest.mark.browser

PIXELS = """canvas => [canvas.width, canvas.height,
    ...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]"""


def pixel(root, row, column):
    return root.get_by_role("gridcell", name=f"pixel in row {row}, column {column} is")


def weight(root, row, column):
    return root.get_by_role("gridcell", name=f"weight in row {row}, column {column} is")


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def shown_output(root):
    """The output's numbers as they stand in its cells."""
    cells = result(root).get_by_role("gridcell").all_inner_texts()
    return [float(text.replace("−", "-")) for text in cells]


def painted(root, role):
    """The picture's colours, (height, width, 3)."""
    width, height, *data = root.get_by_role(role).locator("canvas").evaluate(PIXELS)
    return np.array(data).reshape(height, width, 4)[:, :, :3]


def test_the_window_follows_a_pointer_that_holds_it(shown, page):
    """It stays under the pointer where it was taken, and inside the input; a click does not move it."""
    root = shown(ConvolutionExplorer(size=(6, 8), padding=1))
    page.mouse.move(*middle(pixel(root, 1, 1)))
    page.mouse.down()
    page.mouse.move(*middle(pixel(root, 3, 4)), steps=4)
    assert picked(root) == ("2", "3")
    page.mouse.move(*middle(pixel(root, 5, 7)), steps=4)
    page.mouse.move(2000, 2000)
    assert picked(root) == ("5", "7")
    page.mouse.up()
    page.mouse.move(*middle(pixel(root, 0, 0)))
    assert picked(root) == ("5", "7")
    page.mouse.down()
    page.mouse.move(*middle(pixel(root, 0, 1)), steps=3)  # outside the window: its middle comes here
    page.mouse.up()
    assert picked(root) == ("0", "1")


def test_a_finger_drags_the_window_and_the_page_stays(browser):
    """On a phone the drag does not scroll the page, and elsewhere it does; a tap on the output chooses."""
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.set_content(
        f"<!doctype html><body style='margin: 0'>{ConvolutionExplorer(size=12).to_html()}<p>{'<br>' * 60}"
    )
    root = page.get_by_role("region", name="Convolution explorer")
    root.wait_for()
    finger = context.new_cdp_session(page)

    def drag(start, end):
        (x, y), (to_x, to_y) = start, end
        places = [(x + (to_x - x) * step / 8, y + (to_y - y) * step / 8) for step in range(9)]
        for kind, place in zip(["touchStart", *["touchMove"] * 8], places, strict=True):
            touch = {"type": kind, "touchPoints": [{"x": place[0], "y": place[1]}]}
            finger.send("Input.dispatchTouchEvent", touch)
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    drag(middle(pixel(root, 1, 1)), middle(pixel(root, 9, 6)))
    assert (picked(root), page.evaluate("scrollY")) == (("8", "5"), 0)
    output(root, 2, 3).tap()
    assert picked(root) == ("2", "3")
    pixel(root, 0, 0).tap()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    assert pixel(root, 0, 0).inner_text() == "7"
    drag((200, 180), (200, 60))
    page.wait_for_function("scrollY > 50")
    context.close()


def test_a_pixel_that_is_typed_over_changes_what_is_made_of_it(shown, page):
    """By mouse: all numbers are Python's with that edit; leaving the cell keeps it; Undo takes all back."""
    explorer = ConvolutionExplorer(size=(5, 6))
    root = shown(explorer)
    before = shown_output(root)
    assert before == np.ravel(explorer.output).tolist()
    pixel(root, 1, 1).click()
    page.keyboard.type("-4")
    pixel(root, 2, 4).click()  # the cell before is left, and keeps what was typed
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    explorer.edits = [[0, 1, 1, -4], [0, 2, 4, 20]]
    assert shown_output(root) == np.ravel(explorer.output).tolist() != before
    assert pixel(root, 2, 4).evaluate("box => box === document.activeElement")
    terms = root.locator(".terms").inner_text()
    assert "−4×0" in terms
    root.get_by_role("button", name="Undo my changes").click()
    assert shown_output(root) == before
    assert root.get_by_role("button", name="Undo my changes").count() == 0


def test_weights_are_typed_over_with_keys_alone(shown, page):
    """Arrow keys, a digit or Enter to begin, Escape to give up; what is no number is refused in one line."""
    explorer = ConvolutionExplorer(size=(5, 6), kernel="blur")
    root = shown(explorer)
    assert weight(root, 0, 0).inner_text() == "1/9"
    root.get_by_role("button", name="Play").focus()
    for key in ("Tab", "Tab", "ArrowDown", "ArrowRight", "-", "2", "Enter"):
        page.keyboard.press(key)
    mine = [[1 / 9] * 3, [1 / 9, -2, 1 / 9], [1 / 9] * 3]
    explorer.kernel = mine
    assert shown_output(root) == [round(value, 2) for value in np.ravel(explorer.output)]
    assert root.get_by_role("combobox", name="kernel").input_value() == "own"
    for typed, key, wanted in [("7", "Escape", "−2"), ("1/3", "Enter", "1/3"), ("0,5", "Enter", "0.5")]:
        page.keyboard.press("Enter")
        page.keyboard.type(typed)
        page.keyboard.press(key)
        assert weight(root, 1, 1).inner_text() == wanted
    for typed in ("two", "1/0", "10000", "1/2/3"):
        page.keyboard.press("Enter")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        assert root.get_by_role("alert").inner_text() == (
            f"{typed} is not a number from −9999 to 9999; 3, −0.5 or 1/9 would do."
        )
        assert weight(root, 1, 1).inner_text() == "0.5"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("row 0, column 0:")


@pytest.mark.parametrize(
    ("name", "kernel"),
    [("photograph", "edges"), ("photograph", "sharpen"), ("colour photograph", "red")],
)
def test_a_photograph_and_its_output_are_painted_as_computed(shown, name, kernel):
    """Each pixel has the colour of its number: signed numbers from blue over white to orange."""
    explorer = ConvolutionExplorer(name, kernel=kernel, stride=2)
    root = shown(explorer)
    channels = np.array(explorer.layer.channels)
    image = painted(root, "img")
    assert (image == np.moveaxis(channels, 0, -1)).all()
    shades = output_shades(explorer.layer)
    colors = [
        [shades.color(value) if shades.signed else (shades.part(value),) * 3 for value in row]
        for row in explorer.output
    ]
    assert np.abs(painted(root, "application") - 255 * np.array(colors)).max() <= 1
    assert shades.signed is (kernel != "sharpen")


def test_a_photograph_is_looked_through_with_mouse_and_keys(shown, page):
    """The window's numbers are shown enlarged, one can be changed; arrows go one step, with Shift ten."""
    explorer = ConvolutionExplorer("photograph")
    root = shown(explorer)
    picture, made = root.get_by_role("img"), root.get_by_role("application")
    assert root.get_by_role("button", name="Play").count() == 0
    box = picture.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 20.5 / 96, box["y"] + box["height"] * 30.5 / 96)
    page.mouse.down()
    page.mouse.up()
    row, column = 29, 19
    said = root.get_by_role("status")
    made.focus()
    for key, step in [
        (None, (0, 0)),
        ("ArrowDown", (1, 0)),
        ("Shift+ArrowRight", (0, 10)),
        ("ArrowUp", (-1, 0)),
    ]:
        if key:
            page.keyboard.press(key)
        row, column = row + step[0], column + step[1]
        value = f"{explorer.output[row][column]}".replace("-", "minus ")
        assert said.inner_text() == (
            f"Output row {row}, column {column}: {value}. "
            f"Window at rows {row} to {row + 2}, columns {column} to {column + 2}."
        )
        assert made.get_attribute("aria-label") == f"output, 94 × 94; row {row}, column {column}: {value}"
    assert pixel(root, row, column).inner_text() == str(explorer.image[row][column])
    pixel(root, row, column).click()
    page.keyboard.type("0")
    page.keyboard.press("Enter")
    explorer.edits = [[0, row, column, 0]]
    assert painted(root, "img")[row, column].tolist() == [0, 0, 0]
    assert root.locator(".result .now").inner_text() == f"{explorer.output[row][column]}".replace("-", "−")


def test_inputs_and_kernels_are_chosen(shown):
    """Each input comes with its own size; a kernel for colours says what it needs where there are none."""
    root = shown(ConvolutionExplorer(size=(5, 6)))
    choose = {name: root.get_by_role("combobox", name=name) for name in ("input", "kind", "kernel")}
    choose["input"].select_option("a digit")
    digit = ConvolutionExplorer("digit", kernel="level edges")
    choose["kernel"].select_option("horizontal edges: lower − upper")
    assert shown_output(root) == np.ravel(digit.output).tolist()
    assert root.get_by_role("slider", name="height").count() == 0
    choose["kernel"].select_option("red: 2 red − green − blue")
    problem = root.locator(".problem")
    assert problem.inner_text() == (
        "No output. The kernel has 3 channels, the input 1; "
        "the photograph in colour or the kernel 'edges' would do."
    )
    choose["input"].select_option("a photograph in colour")
    assert problem.count() == 0
    assert root.get_by_role("grid", name="kernel").count() == 3
    red = ConvolutionExplorer("colour photograph", kernel="red")
    made = root.get_by_role("application").get_attribute("aria-label")
    assert made == f"output, 94 × 94; row 47, column 47: {red.output[47][47]}"
    choose["kind"].select_option("max pooling")
    assert "No output. A pool of 3 channels has 3 outputs" in problem.inner_text()
    choose["kind"].select_option("convolution")
    choose["input"].select_option("a photograph")
    assert (problem.count(), choose["kernel"].input_value()) == (0, "edges")
    choose["kernel"].select_option("own numbers")
    choose["input"].select_option("numbers")
    explorer = ConvolutionExplorer(size=(5, 6))
    assert shown_output(root) == np.ravel(explorer.output).tolist()


def test_numbers_of_ones_own_can_be_left_and_chosen_again(shown):
    """An array's explorer has one choice more; other explorers do not."""
    rows = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]
    root = shown(ConvolutionExplorer(rows, kernel="ones", kernel_size=2))
    choose = root.get_by_role("combobox", name="input")
    assert shown_output(root) == [14, 18, 22, 30, 34, 38]
    choose.select_option("a digit")
    choose.select_option("own numbers")
    assert shown_output(root) == [14, 18, 22, 30, 34, 38]
    other = shown(ConvolutionExplorer())
    assert other.get_by_role("combobox", name="input").locator("option", has_text="own").count() == 0


def test_input_kernel_and_output_of_12_by_12_are_in_sight_together(shown):
    """In a notebook 800 pixels wide they stand side by side, also where the output is 12 × 12 too."""
    for padding in (0, 1):
        root = shown(ConvolutionExplorer(size=12, padding=padding), width=800)
        boxes = [figure.bounding_box() for figure in root.locator("figure").all()]
        assert len({round(box["y"]) for box in boxes}) == 1
        assert max(box["y"] + box["height"] for box in boxes) < 700
        assert result(root).locator(".cell").first.bounding_box()["width"] >= 18


@pytest.mark.parametrize("name", ["photograph", "colour photograph"])
def test_pictures_stand_side_by_side_and_can_be_read(shown, page, name):
    """On a phone and in a notebook nothing runs out of the page; letters stand out in light and dark."""
    for width, scheme in ((390, "light"), (800, "dark")):
        page.emulate_media(color_scheme=scheme)
        root = shown(ConvolutionExplorer(name, kernel_size=5, padding=2), width=width)
        assert page.evaluate(OUT_OF_PAPER) is False
        tops = [root.get_by_role(role).bounding_box()["y"] for role in ("img", "application")]
        assert abs(tops[0] - tops[1]) < 1
        assert min(contrast for contrast, _ in root.evaluate(CONTRASTS)) >= 4.5
