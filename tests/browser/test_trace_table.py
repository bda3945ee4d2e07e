"""The table of a trace in a real browser, at several widths, in both colour schemes and without scripts."""

import pytest

from cnnbook.networks.shipped import shipped

pytestmark = pytest.mark.browser

WIDTHS = (1300, 800, 310)
# The words, numbers and shapes whose parts are not on one line.
CUT = r"""() => {
    const cut = [];
    const texts = document.createTreeWalker(document.querySelector(".cnnbook-trace"), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (text.parentElement.closest("style, p") || !text.parentElement.checkVisibility()) continue;
        for (const match of text.data.matchAll(/\(\d+(,\s\d+)*,?\)|[\w.]+/g)) {
            const range = document.createRange();
            range.setStart(text, match.index);
            range.setEnd(text, match.index + match[0].length);
            const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)));
            if (lines.size > 1) cut.push(match[0]);
        }
    }
    return cut;
}"""
OUT_OF_SIGHT = """() => {
    const box = document.querySelector(".cnnbook-trace");
    return box.scrollWidth - box.clientWidth;
}"""
# Where the cells in a column begin and end, of rows and of folded blocks.
COLUMN = """n => [...document.querySelectorAll(`:is(td, summary > span):nth-child(${n})`)]
    .filter(cell => cell.checkVisibility() && cell.textContent)
    .map(cell => cell.getBoundingClientRect())
    .map(box => [Math.round(box.left), Math.round(box.right)])"""


@pytest.fixture
def shown(browser):
    """Return a function that puts a trace's table on a page that runs no scripts of its own."""
    pages = []

    def show(name, width, scheme="light"):
        page = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
        pages.append(page)
        html = shipped(name).to_html(columns=("memory",))
        assert "<script" not in html
        opened = html.replace("<details", "<details open", 2)
        page.set_content(f"<!doctype html><meta name=color-scheme content='light dark'><body>{opened}")
        return page

    yield show
    for page in pages:
        page.close()


@pytest.mark.parametrize("name", ["lenet5", "resnet50", "inception_v3"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_or_shape_is_cut(shown, name, width):
    """Nothing is out of sight to the right, and each word, number and shape is on one line."""
    page = shown(name, width)
    assert page.evaluate(OUT_OF_SIGHT) <= 0
    assert page.evaluate(CUT) == []


def test_a_cut_word_would_be_seen(shown):
    """The test above can fail: cells that may break anywhere, in a narrow table, cut words."""
    page = shown("resnet50", 310)
    page.add_style_tag(
        content="td { max-width: 5ch !important; white-space: normal !important; overflow-wrap: anywhere }"
    )
    assert page.evaluate(CUT)


def test_totals_of_a_folded_block_stand_in_their_columns(shown):
    """On a wide page the cells of rows and of folded blocks begin and end at the same places."""
    page = shown("resnet50", 1300)
    for column in range(1, 9):
        cells = page.evaluate(COLUMN, column)
        assert len(cells) > 20
        assert len({tuple(cell) for cell in cells}) == 1, column


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_header_stays_and_can_be_read(shown, scheme):
    """The header is on top of what is scrolled under it, on a background of its own."""
    page = shown("resnet50", 1300, scheme)
    header = page.get_by_role("columnheader", name="output shape").first
    before = header.bounding_box()["y"]
    page.evaluate("document.querySelector('.cnnbook-trace').scrollTop = 300")
    assert 0 <= header.bounding_box()["y"] <= before
    top = page.evaluate("document.elementFromPoint(60, 12).closest('thead') !== null")
    assert top
    colours = page.evaluate(
        "(() => { const style = getComputedStyle(document.querySelector('.first thead'));"
        " return [style.color, style.backgroundColor]; })()"
    )
    assert len(set(colours)) == 2
    assert "rgba(0, 0, 0, 0)" not in colours


def test_a_block_unfolds_by_keyboard(shown):
    """Enter on a block's line shows its rows."""
    page = shown("resnet50", 800)
    block = page.locator("summary", has_text="layer2.0")
    row = page.get_by_text("layer2.0.conv1", exact=True)
    assert not row.is_visible()
    block.focus()
    page.keyboard.press("Enter")
    assert row.is_visible()
