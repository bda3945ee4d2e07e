"""How long a learner waits on a page: the first verdict, later ones, edits of a sketch, in a real Chromium.

python benchmarks/browser_times.py [runs, 5 unless told]

Each run is a browser of its own without a cache. The page measures: from the focus of the first box, with the
answer sent at once, to the verdict; then from Enter to the verdict, and from an edit to the new shapes.
"""

import functools
import gzip
import http.server
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from cnnbook.site import engine, live

CACHE = Path(__file__).parents[1] / "build" / "site-cache"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-sync", "--disable-quic", "--no-first-run")
ELEMENTS = (("ask", ["size.first", "size.padded", "size.write-field"]), ("sketch", "resnet50"))
HEAD = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="_static/live.css">'
SCRIPT = '<script src="_static/live.js" defer></script>'

# Does something, and returns the milliseconds until what it changes has changed.
MEASURE = """async ([act, where, from]) => {
    const started = performance.now();
    new Function(act)();
    const now = () => document.querySelector(where)?.textContent ?? "";
    while (now() === from) await new Promise(requestAnimationFrame);
    return performance.now() - started;
}"""
ENTER = """
const box = document.querySelector('[data-exercise="{exercise}"] [name]');
box.focus();
box.value = {typed};
box.dispatchEvent(new KeyboardEvent("keydown", {{ key: "Enter", bubbles: true }}));
"""
# The card says after five seconds that there is no answer yet; that is no verdict.
SAID = '[data-exercise="{exercise}"] .said:not([data-outcome=silent], [data-outcome=""])'
EDIT = """
const field = document.querySelector(".cnnbook-sketch input[data-key=kernel_size]");
field.value = {typed};
field.dispatchEvent(new Event("change"));
"""
TOTALS = ".cnnbook-sketch .totals"


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def written(folder):
    """Write a page with a card and a sketch, and return the sizes of its files."""
    engine.build(folder / "_static", CACHE)
    body = "".join(live.element(kind, given) for kind, given in ELEMENTS)
    (folder / "index.html").write_text(f"{HEAD}{SCRIPT}<body>{body}", encoding="utf-8")
    return {one.name: one.read_bytes() for one in sorted((folder / "_static").iterdir())}


def measured(page):
    """Return the milliseconds of the first verdict, of later ones, and of edits of a sketch."""

    def wait(act, where):
        before = page.evaluate("where => document.querySelector(where)?.textContent ?? ''", where)
        return page.evaluate(MEASURE, [act, where, before])

    def answer(exercise, typed):
        return wait(ENTER.format(exercise=exercise, typed=repr(str(typed))), SAID.format(exercise=exercise))

    first = answer("size.first", 4)
    later = [answer("size.padded", typed) for typed in (10, 11, 12, 13, 14)]
    page.locator('.cnnbook-sketch [role=row][data-at="0"]').click()
    edits = [wait(EDIT.format(typed=repr(str(size))), TOTALS) for size in (5, 9, 3, 11, 6)]
    return first, later, edits


def main(runs=5):
    """Print the medians."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        for file, content in written(folder).items():
            print(
                f"{file:10} {len(content) / 1e6:5.2f} MB, {len(gzip.compress(content, 6)) / 1e6:5.2f} MB gzip"
            )
        handler = functools.partial(_Quiet, directory=name)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        http_page = f"http://127.0.0.1:{server.server_address[1]}/index.html"
        for address in (http_page, (folder / "index.html").as_uri()):
            found = []
            for _run in range(runs):
                browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
                page = browser.new_page()
                page.goto(address)
                found.append(measured(page))
                browser.close()
            firsts = sorted(first for first, _later, _edits in found)
            later = sorted(one for _first, several, _edits in found for one in several)
            edits = sorted(one for _first, _later, several in found for one in several)
            print(
                f"{address.partition(':')[0]:5} first verdict {median(firsts) / 1000:.2f} s "
                f"({firsts[0] / 1000:.2f} to {firsts[-1] / 1000:.2f}), later {median(later):.0f} ms (at most "
                f"{later[-1]:.0f}), edit of ResNet-50 {median(edits):.0f} ms (at most {edits[-1]:.0f})"
            )
        server.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
