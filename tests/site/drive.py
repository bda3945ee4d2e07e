"""Drives a built site in a real Chromium: every page is looked at, and every question answered twice.

If the system has a Firefox, each page is opened there too.

python tests/site/drive.py build/site [words of page names, all pages unless told]

Each page is opened over http, below a path, and as a file, in light and in dark, and on a phone. Told are
messages on the console, requests that fail or lead elsewhere, what axe-core finds, and each verdict that is
not the one of this Python. The exit status is 1 if there is any of these.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from firefox import firefox, started_firefox

from browser.conftest import QUIET, chromium
from browser.live_pages import CACHE, served

AXE = "axe-core@4.10.3"
PATIENCE = 40  # seconds for a verdict: the first one waits for Python to start
SEVERE = ("serious", "critical")
OWN_SOURCE = """from cnnbook.exercises.chapters import find
own = find({name!r}).{which}
{call}"""


@contextmanager
def site_over_http(site):
    """Serve a site below a path, as a host of projects does, and give its address."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "somebody").mkdir()
        (Path(folder) / "somebody" / "course").symlink_to(site.resolve())
        server, base = served(Path(folder))
        yield f"{base}/somebody/course"
        server.shutdown()


def axe():
    """The script of axe-core, fetched once by npm."""
    place = CACHE / AXE.replace("@", "-") / "axe.min.js"
    if not place.exists():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [shutil.which("npm") or "npm", "pack", AXE, "--loglevel=error", "--pack-destination", folder],
                check=True,
                capture_output=True,
            )
            (archive,) = Path(folder).glob("*.tgz")
            with tarfile.open(archive) as content:
                source = content.extractfile("package/axe.min.js")
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(source.read())
    return place.read_text(encoding="utf-8")


class Watch:
    """What a page says on its console, and asks for."""

    def __init__(self, page, base):
        self.problems, self.requests = [], []
        page.on("console", lambda message: self._note(f"console: {message.text}", message.type == "error"))
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))
        page.on("response", lambda answer: self._note(f"{answer.status}: {answer.url}", answer.status >= 400))
        page.on("request", lambda request: self._asked(request.url, base))

    def _note(self, text, wrong):
        if wrong:
            self.problems.append(text)

    def _asked(self, url, base):
        self.requests.append(url)
        if not url.startswith((base, "blob:", "data:")):
            self.problems.append(f"outside: {url}")


def violations(page, script):
    """What axe-core finds serious or critical on a page."""
    page.evaluate(script)
    result = page.evaluate(
        "axe.run(document, { resultTypes: ['violations'], preload: false, runOnly: "
        "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })"
    )
    severe = [one for one in result["violations"] if one["impact"] in SEVERE]
    return [f"{one['id']} at {', '.join(str(node['target'][0]) for node in one['nodes'])}" for one in severe]


def look(browser, base, name, script):
    """What is wrong with a page: in light and dark, and on a phone. Also how many requests it makes.

    `script` is that of axe-core; without it nobody asks for that.
    """
    found, requests = [], 0
    for theme in ("light", "dark"):
        page = browser.new_page(viewport={"width": 1300, "height": 800}, color_scheme=theme)
        watch = Watch(page, base)
        page.goto(f"{base}/{name}")
        page.wait_for_load_state("networkidle")
        requests = len(watch.requests)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        found += [f"{theme}: {one}" for one in (violations(page, script) if script else ())]
        found += watch.problems
        if theme == "light":
            page.set_viewport_size({"width": 390, "height": 844})
            page.wait_for_timeout(200)
            width = page.evaluate("document.documentElement.scrollWidth")
            found += [f"on a phone it is {width} pixels wide"] if width > 390 else []
        page.close()
    return found, requests


def typed_answers(name, question):
    """A wrong answer and a right one, as they are typed into the boxes of a question."""
    from cnnbook.exercises.functions.questions import ProbedQuestion

    if isinstance(question, ProbedQuestion):
        cause = next(iter(question.wrong))
        return [_source(name, question, f"wrong[{cause!r}]"), _source(name, question, "right")]
    right = question.form.typed(question.key)
    slips = [question.form.typed(slip.answer) for slip in question.slips()]
    off = question.form.typed((question.key[0] % 3 + 1, *question.key[1:]))
    wrong = next((slip for slip in slips if slip != right and len(slip) == len(right)), off)
    return [_boxes(question, wrong), _boxes(question, right)]


def _source(name, question, which):
    """Lines of Python that hand over an answer of the course's own, under another identity."""
    own = question.wrong if which != "right" else {"": question.right}
    called = f"def {question.name}(*given):\n    return own(*given)"
    valued = f"{question.name} = [*own]"
    call = called if callable(next(iter(own.values()))) else valued
    return [OWN_SOURCE.format(name=name, which=which, call=call)]


def _boxes(question, typed):
    """What is in each box: of a choice, each option is a box, and the chosen one holds its letter."""
    if question.form.name != "choice":
        return list(typed)
    letters = [chr(ord("a") + at) for at in range(len(question.form.listed))]
    return [letter if letter == typed[0] else "" for letter in letters]


def answer_all(page, base, name):
    """Answer all questions of a page wrong, then right. Returns the counts, and what differs from here."""
    from cnnbook.site.cards import exercises_of
    from cnnbook.site.cores import core

    watch = Watch(page, base)
    page.goto(f"{base}/{name}")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    counts, found = Counter(), []
    for root in page.locator("[data-live]").all():
        kind, given = root.get_attribute("data-live"), json.loads(root.get_attribute("data-given"))
        if kind not in ("ask", "practice", "quiz"):
            counts[kind] += 1
            continue
        here, exercises = core(kind, given), exercises_of(kind, given)[1]
        for number, exercise in enumerate(exercises):
            if number and kind != "ask":
                root.get_by_role("button", name="Next").click()
                here.hear({"do": "go", "to": number})
                root.get_by_text(f"Question {number + 1} of").wait_for()
            shown = root.locator(".question").nth(number if kind == "ask" else 0)
            boxes = shown.locator(".box :is(input, textarea)")
            if not boxes.count():
                counts["left to JupyterLab"] += 1
                continue
            counts["questions"] += 1
            for typed in typed_answers(exercise.name, exercise.question):
                counts["answers"] += 1
                said = _said_here(here, number, typed)
                difference = _say_there(shown, boxes, typed, said)
                found += [f"{name} {exercise.name} {typed}: {difference}"] if difference else []
    return counts, found + watch.problems


def _said_here(card, number, typed):
    """What this Python says."""
    questions = card.hear({"do": "check", "id": number, "typed": typed})["card"]["questions"]
    (view,) = [one for one in questions if one["id"] == number]
    return view["said"]


def _say_there(shown, boxes, typed, said):
    """Type an answer on the page, and return in what its verdict differs; "" if in nothing."""
    before = shown.locator(".said").inner_text()
    for box, text in zip(boxes.all(), typed, strict=True):
        if box.get_attribute("type") != "radio":
            box.fill(text)
        elif text:
            box.check()
    shown.get_by_role("button", name="Check").click()
    wanted = [_even(said[part]) for part in ("message", "hint")]
    until, text, outcome = time.monotonic() + PATIENCE, before, ""
    while time.monotonic() < until:
        feedback = shown.locator(".said")
        text, outcome = feedback.inner_text(), feedback.get_attribute("data-outcome")
        if outcome == said["outcome"] and all(part in _even(text) for part in wanted):
            return ""
        shown.page.wait_for_timeout(10)
    return f"here {said['outcome']}: {' '.join(wanted)}; there {outcome}: {_even(text)}"


def _even(text):
    return re.sub(r"\W+", " ", text.replace("`", "")).strip()


def look_in_firefox(bases, names):
    """What is wrong with the pages in the system's Firefox; nothing if there is none."""
    found = []
    if firefox():
        with started_firefox() as browser:
            for base in bases:
                for name in names:
                    browser.open(f"{base}/{name}")
                    found += [f"Firefox: {base[:4]}: {name}: {one}" for one in browser.problems]
    return found


def names_of(site, words=()):
    """The names of a site's pages that have one of the words in them."""
    found = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [name for name in found if not words or any(word in name for word in words)]


@contextmanager
def started():
    """A Chromium, and a record of tries that is nobody's."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["CNNBOOK_PROGRESS"] = f"{folder}/progress.jsonl"
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-sync", *QUIET]
        )
        yield browser
        browser.close()


def main(site, words):
    """Print the table; return 1 if anything is wrong."""
    totals, wrong, began = Counter(), [], time.monotonic()
    script = axe()
    with started() as browser, site_over_http(site) as address:
        for name in names_of(site, words):
            found = []
            for base, asked in ((address, script), (site.resolve().as_uri(), "")):
                seen, requests = look(browser, base, name, asked)
                totals["pages seen"] += 1
                totals["requests"] += requests
                found += [f"{base[:4]}: {one}" for one in seen]
            page = browser.new_page(viewport={"width": 1300, "height": 900})
            page.set_default_timeout(60_000)
            counts, different = answer_all(page, address, name)
            page.close()
            found += different
            totals.update(counts)
            wrong += found
            print(f"{name}: {dict(counts)}", *found, sep="\n  ", flush=True)
        found = look_in_firefox((address, site.resolve().as_uri()), names_of(site, words))
        wrong += found
        print(*found, sep="\n", end="\n" if found else "")
    print(f"{dict(totals)}, {len(wrong)} faults; {time.monotonic() - began:.0f} s")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
