"""A learner opens chapter 1 in JupyterLab, types a wrong answer, reads the hint, types the right one."""

import re
from pathlib import Path

import pytest

from cnnbook import check

pytestmark = pytest.mark.browser

EXERCISE, WRONG, RIGHT = "size.padded", "4", "8"
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"


def the_kernel_has_a_name(page):
    page.locator(".jp-Notebook").first.wait_for()
    page.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()


def all_cells_have_run(page):
    """The last code cell is numbered once everything above it has run; a cell that runs shows a star."""
    page.wait_for_function(
        """() => {
            const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
            const bar = document.querySelector('#jp-main-statusbar');
            return panel && bar && /\\| Idle/.test(bar.innerText)
                && ![...panel.querySelectorAll('.jp-InputPrompt')].some(p => p.innerText.includes('*'));
        }""",
        timeout=120_000,
    )


def test_start_page_and_exercise(lab, page):
    """The link opens 00_start_here without a dialog; in 01 a wrong answer brings its hint, the right one is accepted."""
    page.goto(lab)
    the_kernel_has_a_name(page)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
    assert page.get_by_role("heading", name=re.compile("^0. Start here")).count() == 1

    page.goto(lab.replace("00_start_here", "01_output_size"))
    the_kernel_has_a_name(page)
