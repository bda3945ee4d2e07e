"""The live graph in a real browser: hover, keyboard, table, levels, search, dark, narrow, and JupyterLab."""

import random
import re

import pytest
import torch
from torch import nn

from cnnbook.graphs import architecture_graph
from cnnbook.tracing import TraceError, trace

pytestmark = pytest.mark.browser


class Broken(nn.Module):
    """The second convolution expects 12 channels and gets 8."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(12, 4, 3)

    def forward(self, x):
        return self.second(self.first(x))


class Heads(nn.Module):
    """Three branches of blocks side by side, as the heads of a detector, then a join."""

    def __init__(self):
        super().__init__()

        def body(channels):
            blocks = [nn.Sequential(nn.Conv2d(4, channels, 3, padding=1), nn.Conv2d(channels, 4, 1))]
            return nn.Sequential(*blocks, nn.Conv2d(4, channels, 1), nn.Sigmoid())

        self.heads = nn.ModuleList([body(channels) for channels in (2, 30, 400)])

    def forward(self, x):
        return torch.cat([head(x) for head in self.heads], 1)


@pytest.fixture
def opened(browser, tmp_path):
    """Return a function that opens a graph saved as HTML, and watches for errors and requests."""
    pages, seen = [], []

    def open_graph(graph, width=1000, scheme="light"):
        path = graph.save(tmp_path / "graph.html")
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        pages.append(page)
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("request", lambda request: seen.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_graph
    for page in pages:
        page.close()
    assert seen == []


def box(page, name):
    return page.locator(f'.box[data-name="{name}"]:visible')


def told(page):
    return page.locator(".told").inner_text()


def lit_rows(page):
    return [int(text) for text in page.locator("tbody tr.lit td:first-child").all_text_contents()]


def test_a_box_tells_its_formula_on_hover_and_on_focus(opened):
    """Its shapes, the formula of its size, its parameters and its MACs stand above the drawing."""
    page = opened(architecture_graph("resnet18"))
    for point in (box(page, "conv1").hover, box(page, "conv1").focus):
        point()
        for text in (
            "(1, 3, 224, 224) → (1, 64, 112, 112)",
            "floor((224 + 2×3 - 1×(7 - 1) - 1)/2) + 1 = 112",
            "7×7×3×64 = 9,408",
            "MACs: 118,013,952",
        ):
            assert text in told(page)
        box(page, "maxpool").hover()
        assert "3×3 max pool" in told(page)
        page.mouse.move(2, 2)


def test_a_click_and_enter_light_the_rows(opened):
    """The rows of the box, and of those it stands for, are lit in the table, and its block is unfolded."""
    page = opened(architecture_graph("resnet18"))
    box(page, "conv1").click()
    assert lit_rows(page) == [0, 1, 2]
    box(page, "layer1.0.conv2").focus()
    page.keyboard.press("Enter")
    assert lit_rows(page) == [7, 8, 14, 15]
    assert page.locator("tr.lit").first.is_visible()
    page.keyboard.press("Escape")
    assert lit_rows(page) == []


def test_a_row_of_the_table_lights_its_box(opened):
    """A click in the table goes to the box."""
    page = opened(architecture_graph("lenet5"))
    page.locator("tbody tr").nth(2).click()
    assert 2 in lit_rows(page)
    assert page.locator(".box.lit:focus").count() == 1


def test_arrows_and_tab_go_from_box_to_box(opened):
    """Down is the next box below; Tab is the next one of the network."""
    page = opened(architecture_graph("resnet18"))
    box(page, "conv1").focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.name") == "maxpool"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.name") == "layer1.0.conv1"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.name") == "maxpool"


def test_arrows_go_aside_and_on_in_the_next_column(opened):
    """Right of a convolution is the one on the shortcut; below the last box of a column, the next column."""
    page = opened(architecture_graph("resnet18"), width=1400)
    box(page, "layer2.0.conv2").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.name") == "layer2.0.downsample"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.dataset.name").startswith("layer2.0.conv")
    passed = []
    for _ in range(page.locator(".box:visible").count()):
        passed.append(page.evaluate("document.activeElement.dataset.name"))
        page.keyboard.press("ArrowDown")
    assert passed[-1] == "fc"
    assert "layer3.0.conv1" in passed


def test_blocks_open_and_close(opened):
    """The slider, the buttons and the keys + and - change the level; the focus stays on the same rows."""
    page = opened(architecture_graph("resnet18"))
    box(page, "layer2.0.conv2").focus()
    page.keyboard.press("-")
    assert page.evaluate("document.activeElement.dataset.name") == "layer2.0"
    assert page.locator("output.depth").inner_text() == "2 / 3"
    page.keyboard.press("Enter")
    assert lit_rows(page) == list(range(18, 27))
    page.get_by_role("button", name="close one level").click()
    assert page.locator("output.depth").inner_text() == "1 / 3"
    assert page.locator(".box:visible").count() == 8
    assert page.locator(".box.lit:visible").get_attribute("data-name") == "layer2"
    page.get_by_role("slider").fill("3")
    assert page.locator(".box:visible").count() == 28


def test_search_finds_layers_also_in_closed_blocks_and_copies(opened):
    """A layer inside of a closed block finds the block; one that is not drawn, the one drawn in its place."""
    page = opened(architecture_graph("resnet50"))
    search = page.get_by_role("searchbox")
    search.fill("layer1.2.conv1")
    assert page.locator(".found.box:visible").count() == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.name") == "layer1.1.conv1"
    page.keyboard.press("-")
    assert page.locator(".found.box:visible").get_attribute("data-name") == "layer1.1"
    search.fill("no such layer")
    assert page.locator("output.found").inner_text().startswith("0 / ")
    page.keyboard.press("Escape")
    assert page.locator(".seeking").count() == 0


def test_a_network_that_stopped_shows_where_and_why(opened):
    """The failing box is marked in words, with the two numbers that disagree; the rows that ran are there."""
    with pytest.raises(TraceError) as stopped:
        trace(Broken(), (1, 3, 12, 10))
    page = opened(architecture_graph(stopped.value))
    failed = page.locator(".box[data-stop]:visible")
    words = " ".join(failed.text_content().split())
    assert "stopped here" in words
    assert "expects 12 input channels" in words
    assert "gives 8" in words
    assert stopped.value.explanation in told(page)
    assert page.locator("tbody tr").count() == 1
    box(page, "first").focus()
    assert "3×3 conv" in told(page)
    failed.focus()
    assert stopped.value.repairs[0] in told(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_colour_schemes(opened, scheme):
    """Words above the drawing contrast with the page; in the dark the drawing's white sheet is dark."""
    page = opened(architecture_graph("lenet5"), scheme=scheme)
    colours = page.evaluate(
        "[getComputedStyle(document.querySelector('.told')).color,"
        " getComputedStyle(document.querySelector('.told')).backgroundColor]"
    )
    ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
    assert (ink - paper if scheme == "dark" else paper - ink) > 400
    inverted = page.evaluate("getComputedStyle(document.querySelector('.drawing')).filter.includes('invert')")
    assert inverted == (scheme == "dark")


def test_a_telephone_shows_it_all(opened):
    """On 390 pixels nothing of the page is out of sight to the right, and letters are not shrunk."""
    page = opened(architecture_graph("resnet18"), width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    heights = page.evaluate(
        "[...document.querySelectorAll('figure:not([hidden]) svg text')]"
        ".filter(text => text.textContent.trim())"
        ".map(text => text.getBoundingClientRect().height)"
    )
    assert min(heights) >= 8


def test_telling_moves_nothing(opened):
    """The place for the formula has a fixed height: a box does not move away from under the pointer."""
    page = opened(architecture_graph("resnet18"), width=390)
    before = box(page, "maxpool").bounding_box()
    box(page, "conv1").hover()
    assert box(page, "maxpool").bounding_box() == before


def test_without_scripts_the_drawing_and_the_table_are_there(browser, tmp_path):
    """So a page that runs no scripts shows what the SVG shows."""
    path = architecture_graph("lenet5").save(tmp_path / "graph.html")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator("figure svg").is_visible()
    assert page.locator("tbody tr").count() == 9 + 3
    context.close()


RECTANGLES = """(kind) => [...document.querySelectorAll(`figure:not([hidden]) ${kind}`)].map((one) => {
    const { x, y, width, height } = one.getBBox();
    return [one.dataset.name ?? "", x, y, x + width, y + height];
})"""
TIPS = """() => [...document.querySelectorAll("figure:not([hidden]) .edge polygon")].map((arrow) =>
    arrow.getAttribute("points").split(" ")[1].split(",").map(Number))"""


def overlaps(page):
    """The pairs of boxes that lie on each other."""
    boxes = page.evaluate(RECTANGLES, ".box")
    return [
        (one[0], other[0])
        for i, one in enumerate(boxes)
        for other in boxes[i + 1 :]
        if one[1] < other[3] - 1 and other[1] < one[3] - 1 and one[2] < other[4] - 1 and other[2] < one[4] - 1
    ]


def loose_arrows(page):
    """The arrowheads whose tip is neither at a box nor at the border of a frame."""

    def within(x, y, rectangle, by):
        _, left, top, right, bottom = rectangle
        return left - by < x < right + by and top - by < y < bottom + by

    nodes, frames = (page.evaluate(RECTANGLES, kind) for kind in (".node", ".cluster"))
    return [
        (x, y)
        for x, y in page.evaluate(TIPS)
        if not any(within(x, y, node, 5) for node in nodes)
        and not any(within(x, y, frame, 5) and not within(x, y, frame, -5) for frame in frames)
    ]


def turn(page, what):
    page.locator(f'.toggle[aria-label="{what}"]:visible').click()


def shown_rows(page):
    texts = page.locator(".box:visible").evaluate_all("all => all.map(box => box.dataset.rows)")
    return sorted(row for text in texts for part in text.split() for row in numbers(part))


def numbers(part):
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)


def names(page):
    return page.locator(".box:visible").evaluate_all("all => all.map(box => box.dataset.name)")


def test_a_triangle_opens_one_block_and_closes_it(opened):
    """Everything else stays as it is; the drawing is the same again afterwards."""
    page = opened(architecture_graph("resnet18", depth=1))
    before = page.locator("figure:visible").inner_html()
    turn(page, "open layer2")
    assert names(page)[3:6] == ["layer2.0", "layer2.1", "layer3"]
    assert page.locator("output.depth").inner_text() == "1 / 3, changed"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "close layer2"
    turn(page, "open layer2.0")
    assert "layer2.0.downsample" in names(page)
    assert "layer2.1" in names(page)
    page.keyboard.press("Enter")
    assert "layer2.0" in names(page)
    turn(page, "close layer2")
    assert page.locator("figure:visible").inner_html() == before
    assert page.locator("output.depth").inner_text() == "1 / 3"


def test_space_opens_the_block_and_closes_the_one_around(opened):
    """Without a pointer: the focus goes to what stands for the same rows."""
    page = opened(architecture_graph("resnet18", depth=1))
    box(page, "layer3").focus()
    assert box(page, "layer3").get_attribute("aria-expanded") == "false"
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.dataset.name") == "layer3.0"
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.dataset.name") == "layer3.0.conv1"
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.dataset.name") == "layer3.0"
    page.keyboard.press("Enter")
    assert lit_rows(page) == list(range(34, 43))
    page.keyboard.press("Space")
    assert page.locator(".box.lit:visible").count() == 1
    box(page, "conv1").focus()
    page.keyboard.press("Space")
    assert "conv1" in names(page)


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("network", ["resnet18", "inception_v3", "vit_b_16", "densenet121", "heads"])
def test_any_blocks_open_and_close_without_a_box_on_another(opened, network, direction):
    """After each of many turns every row has a box, no box lies on another, and no arrow ends in nothing."""
    seen = trace(Heads(), (1, 4, 9, 7)) if network == "heads" else network
    page = opened(architecture_graph(seen, direction=direction))
    rows = shown_rows(page)
    draw = random.Random(network)
    for _ in range(14):
        labels = page.locator(".toggle:visible").evaluate_all("all => all.map(one => one.ariaLabel)")
        # The innermost triangle lies on top where two are near.
        page.locator(".toggle:visible").nth(draw.randrange(len(labels))).dispatch_event("click")
        assert overlaps(page) == []
        assert loose_arrows(page) == []
        assert shown_rows(page) == rows


def test_a_block_without_a_frame_closes_too(opened):
    """Where all of a block's own blocks are open, a thin frame with a triangle stands around them."""
    page = opened(architecture_graph("resnet18"))
    turn(page, "close layer3")
    assert "layer3" in names(page)
    assert "layer2.0.conv1" in names(page)
    assert "layer4.1.conv2" in names(page)


def test_the_level_draws_everything_anew(opened):
    """The slider leaves no block as it was turned by hand."""
    page = opened(architecture_graph("resnet18", depth=1))
    turn(page, "open layer2")
    page.get_by_role("slider").fill("2")
    page.get_by_role("slider").fill("1")
    assert "layer2" in names(page)
    assert page.locator("output.depth").inner_text() == "1 / 3"


def test_search_finds_in_a_block_that_was_opened(opened):
    """What is found is marked in the drawing as it is now."""
    page = opened(architecture_graph("resnet18", depth=1))
    page.get_by_role("searchbox").fill("layer2.0.conv2")
    assert page.locator(".found.box:visible").get_attribute("data-name") == "layer2"
    turn(page, "open layer2")
    assert page.locator(".found.box:visible").get_attribute("data-name") == "layer2.0"


@pytest.mark.parametrize("height", [300, 420, 700])
def test_what_is_told_stays_in_sight(opened, height):
    """In a low and narrow window the panel is to be seen at each box, and does not cover it."""
    page = opened(architecture_graph("resnet18"), width=390)
    page.set_viewport_size({"width": 390, "height": height})
    box(page, "conv1").focus()
    for _ in range(page.locator(".box:visible").count() - 1):
        page.keyboard.press("Tab")
        panel, at = (
            page.evaluate(f"(({{top, bottom}}) => [top, bottom])({one}.getBoundingClientRect())")
            for one in ("document.querySelector('.told')", "document.activeElement")
        )
        assert panel[0] >= -1
        assert panel[1] <= height + 1
        assert at[1] <= panel[0] + 1 or at[0] >= panel[1] - 1


RUN = """async (source) => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = await app.commands.execute('notebook:create-new', { kernelName: 'python3' });
    await panel.sessionContext.ready;
    panel.content.model.cells.get(0).sharedModel.setSource(source);
    panel.content.activeCellIndex = 0;
    await app.commands.execute('notebook:run-all-cells');
    await panel.context.save();
    return panel.context.path;
}"""


def test_in_jupyterlab_it_lives_with_a_kernel_and_without(lab, page):
    """Its keys are its own there; saved and opened again it still answers, and nothing has run."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(lab)
    page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.path")
    code = "from cnnbook import architecture_graph\narchitecture_graph('resnet18', depth=1)"
    path = page.evaluate(RUN, code)
    shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .cnnbook-live[data-alive]")
    shown.wait_for()
    for _ in range(2):
        first = shown.locator(".box:visible").first
        first.focus()
        page.keyboard.press("Enter")
        assert shown.locator("tbody tr.lit").count() > 0
        page.keyboard.press("ArrowDown")
        assert shown.locator(".box:focus").get_attribute("data-rows") != first.get_attribute("data-rows")
        assert "→" in shown.locator(".told").inner_text()
        shown.get_by_role("button", name="open layer2", exact=True).click()
        assert shown.locator('.box[data-name="layer2.0"]:visible').count() == 1
        shown.locator('.box[data-name="layer2.1"]:visible').focus()
        page.keyboard.press("Space")
        assert shown.locator('.box[data-name="layer2.1.conv2"]:visible').count() == 1
        assert shown.locator('.box[data-name="layer3"]:visible').count() == 1
        page.evaluate(
            "async (path) => { const app = window.jupyterapp; await app.shell.currentWidget.context.save();"
            " await app.shell.currentWidget.sessionContext.shutdown(); app.shell.currentWidget.close();"
            " await app.commands.execute('docmanager:open', { path, kernel: { shouldStart: false } }); }",
            path,
        )
        shown.wait_for()
    assert errors == []
