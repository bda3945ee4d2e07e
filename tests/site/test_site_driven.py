"""A site of two chapters in a real Chromium: every page is looked at, and every question answered twice.

The chapters are those that the tests of the notebooks have executed. `python tests/site/drive.py build/site`
does the same with the whole course.
"""

import json
import shutil

import pytest
from drive import answer_all, axe, look, site_over_http
from firefox import firefox, started_firefox
from site_project import ROOT

from executed_notebooks import find

pytestmark = pytest.mark.browser

CHAPTERS = ("02", "09")
SEEN = ("index", "search", "practice", "quizzes/lenet5", "notebooks/02_pooling", "reference/misconceptions")
ANSWERED = ("index", "quizzes/resnet18", "notebooks/02_pooling", "notebooks/09_errata")


@pytest.fixture(scope="module")
def site(executed, tmp_path_factory):
    """The folder of the site of two chapters, with the engine."""
    from browser.live_pages import CACHE, needs_node
    from cnnbook.site.build import build

    needs_node()
    runs = {path: executed(path) for path in map(find, CHAPTERS)}
    assert [run.failure for run in runs.values()] == [None] * len(runs)
    notebooks = {path: run.notebook for path, run in runs.items()}
    folder = tmp_path_factory.mktemp("driven")
    return build(folder / "site", ROOT, notebooks, CACHE, lambda line: None).folder


@pytest.fixture
def own_record(tmp_path, monkeypatch):
    """No try is known when the page is opened, here or in the browser."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))


@pytest.mark.parametrize("name", SEEN)
def test_a_page_is_sound(browser, site, name):
    """No message, no failed and no outside request, nothing serious for axe-core; it fits a phone."""
    with site_over_http(site) as address:
        for base, script in ((address, axe()), (site.as_uri(), "")):
            found, requests = look(browser, base, f"{name}.html", script)
            assert found == []
            assert requests > 1


@pytest.mark.parametrize("name", ANSWERED)
def test_each_verdict_is_that_of_this_python(browser, site, own_record, name):
    """Each question of the page is answered wrong, then right."""
    page = browser.new_page()
    with site_over_http(site) as address:
        counts, found = answer_all(page, address, f"{name}.html")
    page.close()
    assert found == []
    assert counts["answers"] == 2 * counts["questions"] > 0


def test_a_fault_would_be_seen(browser, site, own_record, monkeypatch, tmp_path):
    """The tests above can fail: a wrong verdict, a missing file, a request outside, an unnamed button."""
    import drive

    copy = shutil.copytree(site, tmp_path / "site")
    index = copy / "index.html"
    unsound = (
        '<img src="gone.png"><button></button><script>fetch("http://127.0.0.2:9/x").catch(() => 0)</script>'
        '<div style="width: 900px">wide</div>'
    )
    index.write_text(index.read_text().replace("</main>", f"{unsound}</main>"))
    with site_over_http(copy) as address:
        found, _requests = look(browser, address, "index.html", axe())
    for part in ("404", "outside: http://127.0.0.2", "image-alt", "button-name", "on a phone it is"):
        assert any(part in one for one in found), part

    monkeypatch.setattr(drive, "_said_here", lambda *of: {"outcome": "correct", "message": "No.", "hint": ""})
    monkeypatch.setattr(drive, "PATIENCE", 5)
    page = browser.new_page()
    with site_over_http(site) as address:
        _counts, found = answer_all(page, address, "index.html")
    page.close()
    assert "here correct: No" in found[0]


def test_the_search_finds_without_a_server(browser, site):
    """A word leads to pages that have it."""
    page = browser.new_page()
    page.goto(f"{site.as_uri()}/index.html")
    page.get_by_role("searchbox").fill("receptive field")
    page.get_by_role("searchbox").press("Enter")
    page.locator("#search-results li a").first.wait_for()
    assert page.locator("#search-results li").count() > 2
    page.close()


def test_the_home_page_is_light_and_fits_one_screen(browser, site):
    """At most 1.5 MB before the first focus, without the engine; no scrolling at 1300 x 800."""
    page = browser.new_page(viewport={"width": 1300, "height": 800})
    loaded = {}
    page.on("response", lambda answer: loaded.update({answer.url: len(answer.body())}))
    with site_over_http(site) as address:
        page.goto(f"{address}/index.html")
        page.wait_for_load_state("networkidle")
    assert sum(loaded.values()) < 1_500_000
    assert not any("engine.js" in url for url in loaded)
    assert page.evaluate("document.documentElement.scrollHeight") <= 800
    page.close()


def test_the_chapters_show_how_far_one_is(browser, site):
    """A count stands beside a chapter with right answers, and the home page leads to the next question."""
    page = browser.new_page()
    page.goto(f"{site.as_uri()}/index.html")
    begin = page.locator(".begin")
    assert begin.inner_text().startswith("Start with ")
    assert page.locator(".done").count() == 0
    asked = page.evaluate("self.cnnbookAsked['02_pooling']")
    tries = [{"exercise": asked[0], "right": False}, {"exercise": asked[0], "right": True}]
    tries.append({"exercise": asked[1], "right": False})
    record = "".join(json.dumps(one) + "\n" for one in tries)
    page.evaluate("record => localStorage.setItem('cnnbook.record', record)", record)
    page.evaluate("document.dispatchEvent(new CustomEvent('cnnbook:record'))")
    assert page.locator(".chapters .done").all_inner_texts() == [f"1/{len(asked)}"]
    assert begin.inner_text().startswith("Continue with ")
    begin.click()
    page.wait_for_url(f"**/02_pooling.html#{asked[2]}")
    assert page.locator(".beside .done").all_inner_texts() == [f"1/{len(asked)}"]
    assert page.locator(f'[id="{asked[2]}"]').count() == 1
    page.evaluate("self.cnnbook.clear()")
    assert page.locator(".done").count() == 0
    page.close()


def test_the_keyboard_reaches_all(browser, site):
    """The Tab key leads to the navigation, the search, the theme, the explorer, the card and the chapters."""
    page = browser.new_page(viewport={"width": 1300, "height": 800})
    page.goto(f"{site.as_uri()}/index.html")
    reached = []
    for _step in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(one => one.ariaLabel || one.textContent.trim() || one.type)(document.activeElement)"
            )
        )
    wanted = [
        "Skip to the text",
        "Practice",
        "Search the course",
        "Dark",
        "kernel",
        "text",
        "Check",
        "2. Pooling",
    ]
    places = [next((at for at, one in enumerate(reached) if one.startswith(name)), None) for name in wanted]
    assert None not in places, list(zip(wanted, places, strict=True))
    page.close()


def test_the_theme_is_kept(browser, site):
    """The button darkens the page, and the next page is dark too."""
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    with site_over_http(site) as address:
        page.goto(f"{address}/practice.html")
        page.get_by_role("button", name="Dark").click()
        page.goto(f"{address}/index.html")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
    context.close()


def test_answers_are_saved_and_taken_over(browser, site, tmp_path):
    """The file is what `cnnbook grade` reads; in another browser it is new once, and then known."""
    from cnnbook.classroom.submitted import read_submission

    with site_over_http(site) as address:
        one, other = browser.new_context(), browser.new_context()
        page = one.new_page()
        page.goto(f"{address}/practice.html")
        first = page.locator("[data-live=practice]").first
        first.get_by_role("textbox").fill("1")
        first.get_by_role("button", name="Check").click()
        first.locator(".said[data-outcome=incorrect]").wait_for()
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save my answers as a file").click()
        file = tmp_path / "answers.json"
        saved.value.save_as(file)
        assert read_submission(file.read_bytes())
        page.get_by_role("button", name="What I have done").click()
        page.locator(".progress table").get_by_role("link", name="Output size along one axis").click()
        page.locator("details#output-size[open]").wait_for()

        page = other.new_page()
        page.goto(f"{address}/practice.html")
        for said in ("1 answer is new.", "0 answers are new."):
            page.locator(".keep input[type=file]").set_input_files(file)
            page.get_by_text(said).wait_for()
        one.close()
        other.close()


@pytest.mark.skipif(firefox() is None, reason="no Firefox on this machine")
def test_firefox_says_the_same(site):
    """Over http and from a file: nothing fails, a wrong number gets its hint, and a right one is right."""
    with site_over_http(site) as address, started_firefox() as browser:
        for base in (address, site.as_uri()):
            for name in SEEN:
                browser.open(f"{base}/{name}.html")
                assert browser.problems == []
            browser.open(f"{base}/notebooks/02_pooling.html")
            outcome, words = browser.answer("pooling.global-parameters", "25089000")
            assert outcome == "incorrect"
            assert "How many numbers does a global pool leave of each map?" in words
            assert browser.answer("pooling.global-parameters", "513000")[0] == "correct"
            assert browser.problems == []
        browser.open(f"{address}/index.html")
        assert browser.value("fetch('missing.js').then((answer) => answer.status)") == 404
        assert browser.problems == [f"404: {address}/missing.js"]
