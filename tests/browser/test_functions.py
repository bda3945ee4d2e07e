"""A learner writes a function in chapter 2, presses Check, rewrites it, and presses Check again."""

from pathlib import Path

import pytest

from browser.test_chapter import SCROLL, run_all_cells, wait_for_kernel
from cnnbook.exercises.chapters import find

pytestmark = pytest.mark.browser

EXERCISE = "pooling.write-pool"
SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
WRITE = """async ([start, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const cells = [...notebook.model.cells];
    const at = cells.findIndex(cell => cell.sharedModel.source.startsWith(start));
    cells[at].sharedModel.setSource(source);
    notebook.deselectAll();
    notebook.activeCellIndex = at;
    await window.jupyterapp.commands.execute('notebook:run-cell');
}"""
POOL = """def my_pool(maps, kernel_size, stride):
    rows, columns = ({size} for size in maps.shape[1:])
    out = torch.zeros(len(maps), rows, columns)
    for y in range(rows):
        for x in range(columns):
            window = maps[:, y * stride : y * stride + kernel_size, x * stride : x * stride + kernel_size]
            out[:, y, x] = window.amax(dim=(1, 2))
    return out
"""
STEPS = [
    ("unreadable", "(size - kernel_size) / stride + 1", "it raises TypeError: ", "an-exception"),
    ("incorrect", "-(-(size - kernel_size) // stride) + 1", "Your pool rounds up.", "rounds-up"),
    ("correct", "(size - kernel_size) // stride + 1", "right each time.", "right"),
]


def test_a_function_is_rewritten_until_it_is_right(lab, page):
    """Run All is clean over the stub; each Check runs the function that the notebook has then."""
    page.goto(lab)
    wait_for_kernel(page, "00_start_here.ipynb")
    page.locator(".jp-DirListing-item", has_text="02_pooling").dblclick()
    wait_for_kernel(page, "02_pooling.ipynb")
    assert run_all_cells(page) == []

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.evaluate(SCROLL, EXERCISE)
    question = page.locator(f'[data-exercise="{EXERCISE}"]')
    how = f"Write {find(EXERCISE).signature} first"
    question.locator('[data-outcome="not attempted"]').get_by_text(how).wait_for()
    page.screenshot(path=SCREENSHOTS / "function-not-attempted.png")
    for outcome, size, words, name in STEPS:
        page.evaluate(WRITE, ["def my_pool", POOL.replace("{size}", size)])
        page.evaluate(SCROLL, EXERCISE)
        question.get_by_role("button", name="Check").click()
        question.locator(f"[data-outcome={outcome}]").get_by_text(words).wait_for()
        page.screenshot(path=SCREENSHOTS / f"function-{name}.png")
    assert problems == []
