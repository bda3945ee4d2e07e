"""Makes course.png, the picture at the top of the README, of what the course really shows.

    uv run --group dev python docs/pictures/make.py

A question is answered wrongly in JupyterLab, in a Chromium of this machine; a network is fed an image of the
wrong size; a stage of resnet50 is drawn. The three are put side by side.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, sync_playwright

from cnnbook import TraceError, architecture_graph, networks, practice, trace

KIND, LEARNER = "conv-output-size", "ada"
CELL = f'practice("{KIND}", learner="{LEARNER}")'
IMAGE = (1, 1, 28, 28)  # LeNet-5 reads 32 × 32
WIDTH = 830  # of a README on GitHub, in CSS pixels
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
KERNEL_IS_READY = """async () => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
}"""
# The title block, which the page of a graph begins with, is too small to read here.
WITHOUT_TITLE = """() => {
    const svg = document.querySelector("svg");
    svg.querySelector("g.node").remove();
    svg.querySelector("g.graph > polygon").remove();
    const { x, y, width, height } = svg.getBBox();
    svg.setAttribute("viewBox", [x - 2, y - 2, width + 4, height + 4]);
}"""
STYLE = """
body { margin: 0; width: WIDTHpx; background: white; color: #222; font: 13px/1.45 "DejaVu Sans", sans-serif }
main { display: grid; grid-template-columns: 512px 1fr; gap: 12px 22px; padding: 4px }
h2 { margin: 0 0 5px; font-size: 14px; color: #0b4f71 }
pre { margin: 0; padding: 9px 12px; border-radius: 8px; background: #f3f5f7; white-space: pre-wrap;
      font: 10.5px/1.45 "DejaVu Sans Mono", monospace }
pre b { color: #b3400c; font-weight: 400 }
img, svg { display: block; width: 100%; height: auto }
section.graph { grid-row: 1 / 3; grid-column: 2 }
"""


def card(browser: Browser) -> bytes:
    """Return a screenshot of a card whose question has just been answered with a known misconception."""
    question = practice(KIND, learner=LEARNER).question
    slip = next(slip for slip in question.slips() if slip.ids == question.targets[:1])
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        shutil.copytree(Path(__file__).parents[2] / "notebooks", course / "notebooks")
        (course / "data").mkdir()
        (course / "work").mkdir()
        kernel = {"name": "python3", "display_name": "Python 3"}
        cells = [nbformat.v4.new_code_cell(f"from cnnbook import practice\n{CELL}")]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, course / "work" / "picture.ipynb")
        environment = {**os.environ, "HOME": folder, "CNNBOOK_PROGRESS": str(course / "progress.jsonl")}
        lab = subprocess.Popen(
            [sys.executable, "-m", "cnnbook", "lab", "--no-browser", "--LabApp.expose_app_in_browser=True"],
            cwd=course,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert lab.stderr is not None
            found = (re.search(r"http://\S+token=\w+", line) for line in lab.stderr)
            address = next(match[0] for match in found if match)
            page = browser.new_page(viewport={"width": 1280, "height": 900}, device_scale_factor=2)
            page.set_default_timeout(120_000)
            page.goto(address.replace("00_start_here", "picture"))
            page.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
            page.evaluate(KERNEL_IS_READY)
            page.locator(".cm-content", has_text=CELL).click()
            page.keyboard.press("Control+Enter")
            page.add_style_tag(content=".jp-OutputArea { max-width: 660px }")
            shown = page.get_by_role("region", name=f"Practice: {KIND}")
            shown.get_by_role("textbox").first.wait_for()
            for box, number in zip(shown.get_by_role("textbox").all(), slip.answer, strict=True):
                box.fill(str(number))
            shown.get_by_role("button", name="Check").click()
            shown.get_by_role("status").get_by_text(re.compile(r"\w")).first.wait_for()
            page.evaluate("document.activeElement.blur()")
            return shown.screenshot()
        finally:
            lab.terminate()
            lab.communicate(timeout=60)


def explained() -> str:
    """Return what is said of a network that does not fit its input."""
    lenet = networks.build("lenet5")
    try:
        trace(lenet, IMAGE)
    except TraceError as error:
        return str(error)
    raise AssertionError("this network should not fit its input")


def graph() -> str:
    """Return the SVG of one stage of resnet50."""
    seen = trace(networks.build("resnet50"), networks.info("resnet50").input_shape)
    svg = architecture_graph(seen["layer2"])._repr_svg_()
    return svg[svg.index("<svg") :]


def main() -> None:
    """Write course.png beside this file."""
    said = "\n".join(f"<b>{escape(line)}</b>" for line in explained().splitlines())
    with sync_playwright() as playwright:
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=executable, args=[*ARGUMENTS])
        picture = base64.b64encode(card(browser)).decode()
        page = browser.new_page(viewport={"width": WIDTH, "height": 600}, device_scale_factor=2)
        page.set_content(
            f"<style>{STYLE.replace('WIDTH', str(WIDTH))}</style><main>"
            f"<section><h2>A wrong answer gets the hint that fits it</h2>"
            f'<img src="data:image/png;base64,{picture}"></section>'
            f'<section class="graph"><h2>A network becomes a drawing</h2>{graph()}</section>'
            f"<section><h2>A network that does not fit: why, and what works</h2>"
            f"<pre>trace(lenet, {IMAGE})\n{said}</pre></section></main>"
        )
        page.evaluate(WITHOUT_TITLE)
        page.locator("main").screenshot(path=Path(__file__).with_name("course.png"))
        browser.close()


if __name__ == "__main__":
    main()
