"""The explorer in a real browser: on a page without a kernel, and in JupyterLab with one."""

import re
from pathlib import Path

import nbformat
import pytest

from cnnbook.widgets import ConvolutionExplorer

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
LIGHTS = "boxes => boxes.flatMap((box, index) => box.matches('.lit') ? [index] : [])"
OUT_OF_PAPER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def result(root):
    return root.get_by_role("grid", name="output")


def output(root, row, column):
    return result(root).get_by_role("gridcell", name=f"row {row}, column {column}:")


def picked(root):
    """Return the name of the output cell that is lit, and check that Tab leads to no other of the output."""
    (lit,) = root.locator("[aria-selected=true]").all()
    assert result(root).locator("[role=gridcell][tabindex='0']").count() == 1
    assert lit.get_attribute("tabindex") == "0"
    return re.match(r"row (\d+), column (\d+)", lit.get_attribute("aria-label")).groups()


def test_pointing_at_an_output_lights_what_it_is_made_of(shown):
    """Its pixels in the padded input, the sum with its numbers, and the words for who cannot see them."""
    explorer = ConvolutionExplorer(size=(5, 6), padding=1, stride=2)
    root = shown(explorer)
    assert picked(root) == ("0", "0")
    output(root, 1, 2).hover()
    assert picked(root) == ("1", "2")
    image = root.get_by_role("grid", name="input, 5 × 6; the window is at rows 1 to 3, columns 3 to 5")
    wide = 6 + 2
    lit = [(y + 1) * wide + x + 1 for y, x in explorer.layer.taps(1, 2)]
    assert image.locator(".cell").evaluate_all(LIGHTS) == lit
    terms = root.locator(".terms > span").all_inner_texts()
    pixels, weights = [explorer.image[y][x] for y, x in explorer.layer.taps(1, 2)], [-1, 0, 1] * 3
    assert [re.sub(r"[()+ ]", "", term) for term in terms] == [
        f"{pixel}×{weight}".replace("-", "−") for pixel, weight in zip(pixels, weights, strict=True)
    ]
    value = f"{explorer.output[1][2]}".replace("-", "−")
    assert root.locator(".result").inner_text() == f"= {value}"
    assert root.get_by_role("status").inner_text() == (
        f"Output row 1, column 2: {value.replace('−', 'minus ')}. Window at rows 1 to 3, columns 3 to 5."
    )


def test_arrow_keys_walk_through_the_output(shown, page):
    """Tab leads to one cell; arrows, Home and End move the focus with the light, and stop at the edges."""
    root = shown(ConvolutionExplorer(size=(5, 6)))
    root.get_by_role("button", name="Play").focus()
    for grid in ("input", "kernel", "output"):  # each is one step of the Tab key
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('[role=grid]').ariaLabel").startswith(grid)
    for key, cell in [
        ("ArrowUp", (0, 0)),
        ("ArrowRight", (0, 1)),
        ("ArrowDown", (1, 1)),
        ("End", (1, 3)),
        ("ArrowRight", (1, 3)),
        ("ArrowLeft", (1, 2)),
        ("Home", (1, 0)),
        ("Control+End", (2, 3)),
        ("Control+Home", (0, 0)),
    ]:
        page.keyboard.press(key)
        assert picked(root) == tuple(map(str, cell)), key
        assert page.evaluate("document.activeElement.ariaLabel").startswith(
            "row {}, column {}:".format(*cell)
        )
    for _ in range(3):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent.trim()").endswith("Play")


@pytest.mark.parametrize(
    ("settings", "name", "bad", "good"),
    [
        ({"size": (5, 6)}, "dilation d", 3, 1),
        ({"size": (5, 5)}, "kernel size k", 7, 5),
        ({"size": (5, 6)}, "height", 2, 3),
        ({"kind": "max", "kernel_size": 3}, "padding p", 2, 1),
        ({"kind": "average", "size": 9}, "dilation d", 2, 1),
    ],
)
def test_an_impossible_setting_says_what_would_work(shown, settings, name, bad, good):
    """One sentence, the error's own; the way back is open, and nothing is left of it."""
    explorer = ConvolutionExplorer(**settings)
    root = shown(explorer)
    slider = root.get_by_role("slider", name=name)
    slider.fill(str(bad))
    trait = {"kernel size k": "kernel_size", "height": "size"}.get(name, name.split()[0])
    setattr(explorer, trait, (bad, explorer.size[1]) if trait == "size" else bad)
    assert explorer.problem
    sentence = f"No output. {explorer.problem[:1].upper()}{explorer.problem[1:]}."
    assert root.locator(".problem").inner_text() == sentence
    assert root.get_by_role("status").inner_text() == sentence
    assert result(root).count() == 0
    assert root.locator(".frame").count() == 0
    slider.fill(str(good))
    assert root.locator(".problem").count() == 0
    assert result(root).get_by_role("gridcell").count() > 0
    assert picked(root) == ("0", "0")


def test_max_marks_the_winner_and_average_divides(shown):
    """The largest pixel has a look of its own; a mean is written as sum by count; a pool has no weights."""
    explorer = ConvolutionExplorer(size=(6, 8), kernel_size=2, stride=2, kind="max")
    root = shown(explorer)
    output(root, 1, 1).hover()
    largest = str(explorer.output[1][1])
    y, x = max(explorer.layer.taps(1, 1), key=lambda tap: explorer.image[tap[0]][tap[1]])
    assert root.locator(".grid .won").all_inner_texts() == [largest]
    assert root.locator(".terms .won").all_inner_texts() == [largest]
    assert (
        root.get_by_role("status")
        .inner_text()
        .startswith(f"Output row 1, column 1: {largest}, from row {y}, column {x}.")
    )
    assert root.get_by_role("grid", name="no weights").is_visible()
    assert root.get_by_text("window 2 × 2, without weights").is_visible()
    assert not root.get_by_role("combobox", name="kernel").is_visible()

    root.get_by_role("combobox", name="kind").select_option("average pooling")
    total = sum(explorer.image[y][x] for y, x in explorer.layer.taps(1, 1))
    assert root.locator(".result").inner_text() == f"= {total}/4 = {total / 4:g}"
    root.get_by_role("combobox", name="kind").select_option("convolution")
    root.get_by_role("combobox", name="kernel").select_option("ones: sum")
    assert root.locator(".result").inner_text() == f"= {total}"


@pytest.mark.parametrize(
    "settings",
    [
        {"size": (7, 8), "stride": 3, "kernel_size": 2},
        {"size": (9, 7), "stride": 2, "padding": 1, "dilation": 2},
    ],
)
def test_pixels_that_are_never_read_are_hatched(shown, settings):
    """All of them and no others, the padding's too; the key counts the image's."""
    explorer = ConvolutionExplorer(**settings)
    root = shown(explorer)
    layer, p = explorer.layer, explorer.padding
    rows, columns = explorer.output_size
    read = {tap for row in range(rows) for column in range(columns) for tap in layer.taps(row, column)}
    height, width = explorer.size
    everywhere = [(y, x) for y in range(-p, height + p) for x in range(-p, width + p)]
    hatched = (
        root.get_by_role("grid", name="input").locator(".cell").evaluate_all(LIGHTS.replace(".lit", ".never"))
    )
    assert [everywhere[index] for index in hatched] == [place for place in everywhere if place not in read]
    missed = sum((y, x) not in read for y in range(height) for x in range(width))
    assert root.get_by_text(f"never read: {missed} of {height * width} pixels").is_visible()


def test_play_slides_through_all_positions_and_pause_stops(shown, page):
    """Nothing is announced on the way, the place is when it stops; at the end Play begins again."""
    page.clock.install()
    root = shown(ConvolutionExplorer(size=(3, 4)))
    said = root.get_by_role("status").inner_text()
    root.get_by_role("button", name="Play").click()
    page.clock.run_for(900)
    assert picked(root) == ("0", "1")
    assert root.get_by_role("status").inner_text() == said
    root.get_by_role("button", name="Pause").click()
    assert root.get_by_role("status").inner_text().startswith("Output row 0, column 1:")
    page.clock.run_for(5_000)
    assert picked(root) == ("0", "1")
    root.get_by_role("slider", name="height").fill("4")
    root.get_by_role("button", name="Play").click()
    page.clock.run_for(5_000)
    assert picked(root) == ("1", "1")
    root.get_by_role("button", name="Play").click()
    assert picked(root) == ("0", "0")


@pytest.mark.parametrize("width", [400, 800])
@pytest.mark.parametrize(
    "settings", [{}, {"size": 12, "kernel_size": 7, "padding": 3}, {"size": 1, "kernel_size": 1}]
)
def test_it_fits_the_page_and_its_grids_are_aligned(shown, page, settings, width):
    """Nothing runs out of the page; all cells are equal squares; input, kernel and output begin level."""
    root = shown(ConvolutionExplorer(**settings), width=width)
    assert page.evaluate(OUT_OF_PAPER) is False
    boxes = root.locator(".grid .cell").evaluate_all(
        "all => all.map(b => b.getBoundingClientRect().toJSON())"
    )
    sides = [box[side] for box in boxes for side in ("width", "height")]
    assert max(sides) - min(sides) < 0.1
    assert min(sides) >= 18
    tops = [figure.bounding_box()["y"] for figure in root.locator("figure .grid").all()]
    assert width == 400 or settings.get("size") == 12 or max(tops) - min(tops) < 0.5


def test_letters_stand_out_in_light_and_dark(shown, page):
    """Every text has a contrast of at least 4.5 to what it stands on; with less motion nothing slides."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        root = shown(ConvolutionExplorer(size=(7, 8), kernel_size=2, stride=3, padding=1, kind="max"))
        assert root.locator(".frame").evaluate("frame => getComputedStyle(frame).transitionDuration") == "0s"
        for contrast, text in root.evaluate(CONTRASTS):
            assert contrast >= 4.5, (scheme, text)
    page.emulate_media(reduced_motion="no-preference")
    assert root.locator(".frame").evaluate("frame => getComputedStyle(frame).transitionDuration") == "0.2s"


# The contrast (WCAG 2.2) of every text with the nearest background colour behind it, as it is painted.
CONTRASTS = """root => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const painted = (...colors) => {
        canvas.clearRect(0, 0, 1, 1);
        for (const color of colors) {
            canvas.fillStyle = color;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (...colors) => painted(...colors).slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    const behind = element => {
        const color = getComputedStyle(element).backgroundColor;
        return painted(color)[3] ? color : behind(element.parentElement);
    };
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim(), element = walker.currentNode.parentElement;
        if (!text || !element.checkVisibility()) continue;
        const paper = behind(element);
        const [a, b] = [luminance(paper, getComputedStyle(element).color), luminance(paper)];
        found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), text]);
    }
    return found;
}"""


def test_two_on_a_page_are_two_and_ask_nobody(page):
    """Each has its own settings and moves by itself; no request leaves the page, no error is logged."""
    heard = []
    page.on("request", lambda request: heard.append(request.url))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda message: heard.append(message.text))
    first, second = ConvolutionExplorer(size=(5, 6)), ConvolutionExplorer(size=(4, 4), kind="max")
    page.set_content(first.to_html() + second.to_html())
    regions = page.get_by_role("region", name="Convolution explorer")
    regions.nth(1).wait_for()
    output(regions.nth(1), 1, 1).hover()
    assert [picked(region) for region in regions.all()] == [("0", "0"), ("1", "1")]
    assert heard == []


def test_where_no_script_runs_there_is_the_picture(browser):
    """A page without scripts shows it, with its words as alternative text."""
    explorer = ConvolutionExplorer(size=(4, 5), kernel_size=2, stride=2, kind="max")
    page = browser.new_page(java_script_enabled=False)
    page.set_content(explorer.to_html())
    alt = page.get_by_role("img").get_attribute("alt")
    page.close()
    assert alt == explorer._repr_mimebundle_()[0]["text/plain"]


ACTIVE = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
RUN = """async index => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.sessionContext.ready;
    panel.content.activeCellIndex = index;
    await window.jupyterapp.commands.execute("notebook:run-cell");
}"""
SHOW = """from cnnbook.widgets import ConvolutionExplorer
explorer = ConvolutionExplorer(size=(5, 6))
explorer"""
READ = "print(explorer.size, explorer.output_size, explorer.cell, repr(explorer.problem))"
SET = "explorer.kind, explorer.stride, explorer.kernel_size = 'max', 2, 2"


def test_in_jupyterlab_python_and_the_explorer_share_their_state(lab, page, tmp_path):
    """Pointing, keys and sliders reach Python, its settings the explorer; JupyterLab takes no key."""
    cells = [nbformat.v4.new_code_cell(source) for source in (SHOW, READ, SET)]
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "work" / "explorer.ipynb")
    page.goto(lab.replace("00_start_here", "explorer"))
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text="ConvolutionExplorer")
    panel.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()

    def run(index):
        page.evaluate(RUN, index)

    def reads(expected):
        shown = panel.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output")
        for _ in range(20):  # JupyterLab holds a change back while the kernel works on the one before
            run(1)
            if shown.inner_text().startswith(expected):
                return
            page.wait_for_timeout(500)
        assert shown.inner_text().startswith(expected)

    run(0)
    root = page.get_by_role("region", name="Convolution explorer")
    root.wait_for(timeout=180_000)
    assert page.locator(".jp-OutputArea-output img").count() == 0  # the live view wins over the picture
    output(root, 1, 2).hover()
    reads("(5, 6) (3, 4) (1, 2) ''")
    output(root, 1, 2).click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert picked(root) == ("2", "3")
    assert page.evaluate(ACTIVE) == 0  # the arrow keys did not go on to the next cell of the notebook
    reads("(5, 6) (3, 4) (2, 3) ''")
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "explorer-lab.png")

    root.get_by_role("slider", name="height").fill("2")
    words = "H: kernel does not fit: it spans 3 pixels, the padded input has 2"
    root.locator(".problem", has_text=words).wait_for()
    reads(f"(2, 6) None (2, 3) '{words}")
    root.get_by_role("slider", name="height").fill("7")
    reads("(7, 6) (5, 4) (2, 3) ''")
    run(2)
    root.get_by_text("window 2 × 2").wait_for()
    assert picked(root) == ("2", "1")  # stride 2 came before kernel_size 2, with 3 rows and 2 columns
    reads("(7, 6) (3, 3) (2, 1) ''")
    root.get_by_role("button", name="Play").click()
    root.get_by_text("position 9 of 9").wait_for()
    root.get_by_role("button", name="Play").wait_for()
    reads("(7, 6) (3, 3) (2, 2) ''")
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    assert min(contrast for contrast, _ in root.evaluate(CONTRASTS)) >= 4.5
    page.screenshot(path=SCREENSHOTS / "explorer-lab-dark.png")
