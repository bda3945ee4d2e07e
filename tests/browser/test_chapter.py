"""A learner opens chapter 1 in JupyterLab, types a wrong answer, reads the hint, types the right one."""

import re
from pathlib import Path

import pytest

from cnnbook import check

pytestmark = pytest.mark.browser

EXERCISE, WRONG, RIGHT, MISCONCEPTION = "size.padded", "4", "8", "no-padding"
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"

CELLS = "[...window.jupyterapp.shell.currentWidget.content.model.cells].filter(c => c.type === 'code')"
ERRORS = f"{CELLS}.flatMap(c => c.outputs.toJSON()).filter(o => o.output_type === 'error').map(o => o.evalue)"
HAVE_RUN = f"{CELLS}.every(c => c.executionCount !== null)"
SCROLL = """exercise => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const cells = [...notebook.model.cells];
    notebook.activeCellIndex = cells.findIndex(c => c.sharedModel.source.includes(`"${exercise}"`));
    notebook.scrollToItem(notebook.activeCellIndex, 'center');
}"""


def wait_for_kernel(page, path):
    """Wait until this notebook is the one in front and its kernel has a name."""
    page.wait_for_function(f"window.jupyterapp?.shell.currentWidget?.context?.path === '{path}'")
    front = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    front.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()


def run_all_cells(page):
    """Choose Run > Run All Cells, wait until every code cell has its number, and return the errors."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(f"{HAVE_RUN} || {ERRORS}.length > 0", timeout=180_000)
    return page.evaluate(ERRORS)


def test_wrong_answer_then_right_answer(lab, page):
    """The link opens chapter 0 without a pop-up; in chapter 1 a slip is named, the right answer accepted."""
    page.goto(lab)
    wait_for_kernel(page, "00_start_here.ipynb")
    assert page.get_by_role("heading", name=re.compile(r"^0\. What a convolution sees")).count() == 1
    page.wait_for_timeout(3_000)  # a news pop-up would come late
    assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0

    page.locator(".jp-DirListing-item", has_text="01_output_size").dblclick()
    wait_for_kernel(page, "01_output_size.ipynb")
    assert run_all_cells(page) == []

    slip = check(EXERCISE, int(WRONG))
    assert slip.candidates == (MISCONCEPTION,)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(SCROLL, EXERCISE)
    question = page.locator(f'[data-exercise="{EXERCISE}"]')
    for typed, feedback in ((WRONG, slip), (RIGHT, check(EXERCISE, int(RIGHT)))):
        question.get_by_role("textbox").fill(typed)
        page.keyboard.press("Enter")
        said = question.locator(f"[data-outcome={feedback.outcome}]")
        said.get_by_text(feedback.message).wait_for()
        if feedback.hint:
            said.get_by_text(feedback.hint).wait_for()
        page.screenshot(path=SCREENSHOTS / f"chapter-01-{feedback.outcome}.png")
    assert feedback.outcome == "correct"

    page.locator("summary:visible").first.click()
    page.locator("details[open]:visible").first.wait_for()
    page.screenshot(path=SCREENSHOTS / "chapter-01-explained.png")
