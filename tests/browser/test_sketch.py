"""The network sketch in a real browser: edited by keyboard, mouse and touch, on a page and in JupyterLab."""

from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter

from browser.test_explorer import CONTRASTS, OUT_OF_PAPER, RUN
from cnnbook.sketch import add, cat, conv, flatten, linear, max_pool, relu
from cnnbook.widgets import NetworkSketch

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
LENET = [conv(6, 5), relu(), max_pool(2), conv(16, 5), relu(), max_pool(2), flatten(), linear(120, 400)]
TARGETS = ["parameters < 51 k", "last map == 5 x 5", "receptive field > 12"]
# What a host of the script gives it: the words, the view, and an answer to each message.
MOUNT = """async ([script, words, view]) => {
    const { mount } = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(script));
    const values = { words, view };
    let listen;
    window.unmount = mount(document.getElementById("root"), {
        get: name => values[name],
        ask: async message => { values.view = await window.answer(message); listen(); },
        subscribe: listener => { listen = listener; return () => {}; },
    });
}"""


@pytest.fixture
def drawn(browser):
    """Return a function that draws a sketch on a page, where this process answers as a kernel does."""
    pages, errors = [], []

    def draw(sketch, *, width=1000, scheme="light", touch=False):
        page = browser.new_page(
            viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=touch
        )
        pages.append(page)
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text))

        def answer(message):
            sketch._do(sketch, message, [])
            return dict(sketch.view)

        page.expose_function("answer", answer)
        paper = {"light": "#fff", "dark": "#161616"}[scheme]
        style = f"<style>body {{ margin: 0; background: {paper} }}{sketch._css}</style>"
        page.set_content(f"<!doctype html>{style}<div id=root></div>")
        page.evaluate(MOUNT, [sketch._esm, dict(sketch.words), dict(sketch.view)])
        root = page.get_by_role("region", name="Network sketch")
        root.wait_for()
        return root

    yield draw
    for page in pages:
        page.close()
    assert errors == []


def line(root, place):
    """The line of a layer, by its address."""
    return root.locator(f'[role=row][data-at="{place}"]')


def focused(root):
    """Where the focus is: the address of a line, or the key of a field or a button."""
    script = "(document.activeElement.dataset.at ?? document.activeElement.dataset.key)"
    return root.page.evaluate(script)


def until(root, holds):
    """Wait until something holds that follows from an answer."""
    for _ in range(100):
        if holds():
            return
        root.page.wait_for_timeout(50)
    assert holds()


def test_break_read_repair_by_keyboard(drawn):
    """A kernel that is too large is explained at its row, the rest is greyed; a repair, and all is green."""
    sketch = NetworkSketch(LENET, (1, 1, 32, 32), targets=TARGETS)
    root, keys = drawn(sketch), None
    keys = root.page.keyboard
    assert root.locator(".targets .met").count() == 3
    line(root, "").focus()
    for _ in range(4):
        keys.press("ArrowDown")
    assert focused(root) == "3"
    keys.press("Enter")
    assert focused(root) == "out_channels"
    keys.press("Tab")
    assert focused(root) == "kernel_size"
    keys.type("15")
    keys.press("Enter")
    problem = root.locator(".problem")
    problem.wait_for()
    told = "model[3] (Conv2d, row 3) has a 15 × 15 kernel, model[2] (MaxPool2d, row 2) gives only 14 × 14"
    assert told in problem.inner_text()
    assert root.get_by_role("status").inner_text() == sketch.problem
    assert focused(root) == "kernel_size"
    assert [line(root, place).get_attribute("class").split()[-1] for place in (2, 4, 7)] == [
        "layer",
        "unreached",
        "unreached",
    ]
    assert "not reached" in line(root, 4).inner_text()
    assert root.locator(".targets .met").count() == 0
    assert root.locator(".targets li").first.inner_text().endswith("the network does not run yet")
    keys.press("Shift+Tab")
    root.get_by_role("button", name="give row 3 kernel_size=14").focus()
    keys.press("Enter")
    until(root, lambda: not root.locator(".problem").count() or "Linear" in problem.inner_text())
    assert line(root, 3).inner_text().split("\n")[2].startswith("16 × 1 × 1")
    keys.press("Control+z")
    keys.press("Control+z")
    until(root, lambda: root.locator(".targets .met").count() == 3)
    assert (sketch.problem, sketch.plan.items) == ("", tuple(LENET))


def test_layers_are_added_moved_and_removed_by_keyboard(drawn):
    """A opens what can be added, Enter adds, Alt and an arrow moves, Delete removes; the focus follows."""
    sketch = NetworkSketch((), (1, 3, 32, 32), targets=["layers == 2"])
    root = drawn(sketch)
    keys = root.page.keyboard
    root.get_by_text("There are no layers yet").wait_for()
    line(root, "").focus()
    keys.press("a")
    assert focused(root) == "add conv"
    keys.press("Enter")
    until(root, lambda: focused(root) == "out_channels")
    keys.press("ArrowUp")
    until(root, lambda: len(sketch.rows) == 1 and sketch.rows[0].output_shape[1] == 65)
    assert focused(root) == "out_channels"
    keys.press("Escape")
    assert focused(root) == "0"
    keys.press("a")
    root.get_by_role("button", name="addition", exact=True).press("Enter")
    until(root, lambda: line(root, "1.0.0").count() == 1)
    assert sketch.problem == ""
    assert sketch.targets == {"layers = 2": True}
    line(root, "1.1").focus()
    keys.press("a")
    assert root.get_by_role("group", name="Add at the start of this branch").count() == 1
    keys.press("Enter")
    until(root, lambda: line(root, "1.1.0").count() == 1)
    keys.press("Escape")
    keys.press("Delete")
    until(root, lambda: line(root, "1.1.0").count() == 0)
    assert focused(root) == "1.1"
    keys.press("ArrowLeft")
    assert focused(root) == "1"
    keys.press("Alt+ArrowUp")
    until(root, lambda: focused(root) == "0")
    assert [row.op for row in sketch.rows][-1] == "conv2d"
    keys.press("ArrowLeft")
    until(root, lambda: line(root, "0.0").count() == 0)
    keys.press("ArrowRight")
    until(root, lambda: line(root, "0.0").count() == 1)
    keys.press("End")
    assert focused(root) == "1"
    keys.press("Delete")
    until(root, lambda: len(sketch.plan.items) == 1)


def test_a_number_that_cannot_be_read_changes_nothing(drawn):
    """One line says why, below the field; the old number is back."""
    sketch = NetworkSketch(LENET, (1, 1, 32, 32))
    root = drawn(sketch)
    line(root, 0).click()
    field = root.get_by_role("textbox", name="kernel_size")
    field.fill("five")
    field.press("Enter")
    remark = root.get_by_role("alert").filter(has_text="kernel_size is 'five'")
    remark.wait_for()
    assert remark.inner_text() == "kernel_size is 'five'; a number such as 3 or 1 × 3 would do"
    assert (field.input_value(), sketch.plan.items) == ("5", tuple(LENET))
    field.fill("1 x 5")
    field.press("Enter")
    until(root, lambda: sketch.rows[0].output_shape == (1, 6, 32, 28))
    line(root, "").click()
    size = root.get_by_role("textbox", name="size")
    size.fill("64")
    size.press("Enter")
    until(root, lambda: sketch.trace.input_shape == (1, 1, 64, 64))


def test_a_network_of_the_course_starts_folded(drawn):
    """Each block is one line; unfolded, its branches stand below, and the shortcut has its convolution."""
    sketch = NetworkSketch(LENET, (1, 1, 32, 32))
    root = drawn(sketch)
    root.get_by_role("combobox", name="Start from").select_option("resnet50")
    until(root, lambda: line(root, 38).count() == 1)
    assert root.locator(".totals b").first.inner_text() == "25,557,032"
    assert root.locator('[data-at="4.0.0"]').count() == 0
    line(root, 4).get_by_role("button", name="Open").click()
    line(root, "4.1.0").wait_for()
    assert line(root, 4).get_attribute("aria-expanded") == "true"
    assert "layer1.0.downsample.0" in line(root, "4.1.0").inner_text()
    root.get_by_role("combobox", name="Start from").select_option("the network given")
    until(root, lambda: sketch.plan.items == tuple(LENET))


def test_the_code_of_a_broken_network_is_copied_with_a_warning(drawn):
    """It is copied all the same, and said not to run yet."""
    root = drawn(NetworkSketch([conv(8, 30)], (1, 3, 9, 9)))
    root.page.evaluate("""() => Object.defineProperty(navigator, "clipboard",
        { configurable: true, value: { writeText: async text => { window.copied = text; } } })""")
    root.get_by_role("button", name="Copy the code").click()
    root.get_by_text("Copied, but this network does not run yet.").first.wait_for()


def test_the_code_is_copied_and_runs(drawn):
    """The button copies what `code()` gives."""
    sketch = NetworkSketch([conv(8, 3, padding=1), add([conv(8, 1)]), cat([conv(4, 1)], [])], (1, 3, 9, 9))
    root = drawn(sketch)
    root.page.evaluate("""() => Object.defineProperty(navigator, "clipboard",
        { configurable: true, value: { writeText: async text => { window.copied = text; } } })""")
    root.get_by_role("button", name="Copy the code").click()
    root.get_by_text("Copied.").first.wait_for()
    assert root.page.evaluate("window.copied") == sketch.code()
    root.page.evaluate("""() => Object.defineProperty(navigator, "clipboard", { value: undefined })""")
    root.get_by_role("button", name="Copy the code").click()
    root.get_by_text("The code is selected").first.wait_for()
    assert root.page.evaluate("getSelection().toString().trim()") == sketch.code().strip()


def test_a_finger_does_what_a_mouse_does(drawn):
    """On a phone a tap opens a layer, plus and minus set its numbers, and nothing is wider than the page."""
    sketch = NetworkSketch([*LENET[:-2], conv(20, 5)], (1, 1, 32, 32), targets=TARGETS)
    root = drawn(sketch, width=390, touch=True)
    line(root, 3).tap()
    for _ in range(2):
        root.get_by_role("button", name="kernel_size one more").tap()
    until(root, lambda: bool(sketch.problem))
    root.locator(".problem").get_by_role("button").first.tap()
    until(root, lambda: not sketch.problem)
    assert root.page.evaluate(OUT_OF_PAPER) is False
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    root.page.screenshot(path=SCREENSHOTS / "sketch-phone.png")
    for box in root.get_by_role("button").all():
        if box.is_visible():
            assert min(box.bounding_box()["height"], box.bounding_box()["width"]) >= 24
    assert "MACs: " in root.locator(".formulas").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out(drawn, scheme):
    """Every text of a broken sketch with an open layer has a contrast of at least 4.5 to its background."""
    sketch = NetworkSketch([*LENET, linear(10, 84), relu()], (1, 1, 32, 32), targets=TARGETS)
    root = drawn(sketch, scheme=scheme)
    line(root, 8).click()
    root.locator(".editor").wait_for()
    for contrast, text in root.evaluate(CONTRASTS):
        assert contrast >= 4.5, text


def test_every_control_has_a_name(drawn):
    """Fields and buttons have accessible names; one line alone is reached by Tab."""
    root = drawn(NetworkSketch(LENET, (1, 1, 32, 32)))
    line(root, 3).click()
    controls = root.locator("input, select, button:not([hidden])").all()
    assert len(controls) > 20
    for control in controls:
        name = control.evaluate("one => one.ariaLabel || one.textContent.trim()")
        assert len(name) > 1, control.evaluate("one => one.outerHTML")
    assert root.locator("[role=row][tabindex='0']").count() == 1
    assert root.get_by_role("treegrid", name="layers, from the input down").count() == 1


def test_a_silent_kernel_is_mentioned(browser):
    """Who hears nothing for some seconds is told that the kernel may be busy."""
    sketch = NetworkSketch(LENET, (1, 1, 32, 32))
    page = browser.new_page()
    page.expose_function("answer", lambda message: page.wait_for_timeout(60_000))
    page.set_content("<!doctype html><div id=root></div>")
    script = sketch._esm.replace("const PATIENCE = 5000", "const PATIENCE = 50")
    assert script != sketch._esm
    page.evaluate(
        MOUNT.replace("await window.answer(message)", "await new Promise(() => {})"),
        [script, dict(sketch.words), dict(sketch.view)],
    )
    page.get_by_role("combobox", name="Start from").select_option("vgg16")
    page.get_by_text("No word from the kernel.").first.wait_for()
    page.close()


SHOW = """from cnnbook.sketch import conv, flatten, linear, max_pool, relu
from cnnbook.widgets import NetworkSketch
sketch = NetworkSketch(
    [conv(6, 5), relu(), max_pool(2), flatten(), linear(10, 1176)],
    (1, 1, 32, 32), targets=["parameters < 10 k", "last map == 7 x 7"],
)
sketch"""
READ = "print(sketch.trace.parameters, sketch.targets, repr(sketch.problem))"


def test_in_jupyterlab_a_sketch_is_edited_and_kept(lab, page, tmp_path):
    """Edits reach the kernel; without it, the saved notebook and an exported page show the last state."""
    cells = [nbformat.v4.new_code_cell(source) for source in (SHOW, READ)]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path = tmp_path / "work" / "sketch.ipynb"
    nbformat.write(notebook, path)
    page.goto(lab.replace("00_start_here", "sketch"))
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text="NetworkSketch")
    panel.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    page.evaluate(RUN, 0)
    root = page.get_by_role("region", name="Network sketch")
    root.wait_for(timeout=180_000)
    keys = page.keyboard

    def reads(expected):
        page.evaluate(RUN, 1)
        shown = panel.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
        until(root, lambda: shown.inner_text().startswith(expected))

    assert not page.locator(".cnnbook-sketch-kept").is_visible()
    reads("11926 {'parameters < 10,000': False, 'last map = 7 × 7': False} ''")
    line(root, 2).click()
    root.get_by_role("textbox", name="kernel_size").fill("4")
    keys.press("Enter")
    root.locator(".problem", has_text="model[4] (Linear, row 4) expects 1,176 features").wait_for()
    assert "gives 294 = 6 × 7 × 7" in root.locator(".problem").inner_text()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "sketch-lab.png")
    assert min(contrast for contrast, _ in root.evaluate(CONTRASTS)) >= 4.5
    assert page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex") == 0
    root.get_by_role("button", name="give row 4 in_features=294").click()
    root.locator(".problem").wait_for(state="detached")
    assert root.locator(".targets .met").count() == 2
    reads("3106 {'parameters < 10,000': True, 'last map = 7 × 7': True} ''")
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    assert min(contrast for contrast, _ in root.evaluate(CONTRASTS)) >= 4.5
    page.screenshot(path=SCREENSHOTS / "sketch-lab-dark.png")

    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    until(root, lambda: "7 × 7: met" in path.read_text(encoding="utf-8"))
    exported, _ = HTMLExporter().from_notebook_node(nbformat.read(path, 4))
    assert "last map = 7 × 7: met, now 7 × 7" in exported
    assert "floor((28 + 2×0" in exported
    page.evaluate("jupyterapp.commands.execute('kernelmenu:shutdown')")
    page.goto(lab.replace("00_start_here", "01_output_size"))
    with page.expect_response("**/api/build?**"):  # for which JupyterLab starts a process that ends by itself
        page.goto(lab.replace("00_start_here", "sketch"))
    page.locator(".cnnbook-sketch-kept", has_text="last map = 7 × 7: met").wait_for()
    page.screenshot(path=SCREENSHOTS / "sketch-kept.png")
