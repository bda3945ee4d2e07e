"""Live elements on a page without a kernel: Python runs in the browser, over http and from a file."""

import json
from pathlib import Path

import pytest

from browser.live_pages import served, written
from cnnbook import ask, practice, quiz
from cnnbook.classroom.submitted import read_submission
from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.judging import judge
from cnnbook.learner.written import without_notebook

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"
LAYERS = [
    {"kind": "conv", "settings": {"out_channels": 6, "kernel_size": 5}},
    {"kind": "max_pool", "settings": {"kernel_size": 2}},
    {"kind": "flatten"},
    {"kind": "linear", "settings": {"out_features": 10, "in_features": 1176}},
]
ELEMENTS = [
    ("ask", ["size.first", "size.padded", "size.write-field", "lenet5.meet-shape"]),
    ("practice", None),
    ("quiz", {"network": "resnet18", "questions": 4}),
    ("sketch", {"network": LAYERS, "input_shape": [1, 1, 32, 32], "targets": ["parameters < 12 k"]}),
    ("explorer", {"size": [5, 6], "kernel_size": 3}),
]
FIELD = """def my_field(layers):
field, step = 1, 1
for kernel_size, stride in layers:
field += {grows}
step *= stride"""
LOOP = "def my_field(layers):\n    return sum(range(10 ** 13))"
REFUSES = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a page of all kinds of live elements."""
    return written(tmp_path_factory.mktemp("site"), ELEMENTS).parent


@pytest.fixture(params=["http", "file"])
def address(request, folder):
    """The address of the page, over http and as a file."""
    if request.param == "file":
        yield (folder / "index.html").as_uri()
        return
    server, base = served(folder)
    yield f"{base}/index.html"
    server.shutdown()


@pytest.fixture
def visit(browser):
    """Return a function that opens an address in a new browser; no page may complain or ask outside."""
    contexts, problems, requests = [], [], []

    def open_page(address, *, script="", quiet=True, **options):
        context = browser.new_context(viewport={"width": 1000, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        if script:
            page.add_init_script(script)
        if quiet:
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda message: problems.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        page.requests = requests
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []
    assert [
        url for url in requests if not url.startswith(("http://127.0.0.1", "file:", "blob:", "data:"))
    ] == []


def question(page, name):
    return page.locator(f'[data-exercise="{name}"]')


def answer(page, name, *typed):
    """Type an answer into the boxes of a question, press Enter, and return the question."""
    asked = question(page, name).first
    for box, text in zip(asked.get_by_role("textbox").all(), typed, strict=True):
        box.fill(text)
    asked.get_by_role("textbox").last.press("Enter")
    return asked


def said(asked, outcome):
    """Return what stands below the boxes, once it has this outcome."""
    asked.locator(f".said[data-outcome={outcome}]").wait_for()
    return asked.locator(".said").inner_text()


def test_the_last_answer_typed_before_python_is_ready_is_judged(folder, visit):
    """Who corrects an answer while Python still starts is told about the correction, and both are noted."""
    page = visit((folder / "index.html").as_uri())
    answer(page, "size.padded", "9")
    corrected = answer(page, "size.padded", "8")
    assert judge(find("size.padded"), 8).message in said(corrected, "correct")
    lines = page.evaluate("localStorage.getItem('cnnbook.record')").splitlines()
    assert [json.loads(line)["answer"] for line in lines] == [[9], [8]]


def test_every_kind_of_element_answers(address, visit):
    """Wrong and right answers, hints, another, edits of a sketch; the words are those of CPython."""
    page = visit(address)
    assert not any(url.endswith("engine.js") for url in page.requests)
    wrong = said(answer(page, "size.first", "4"), "incorrect")
    slip = judge(find("size.first"), 4)
    assert slip.message in wrong
    assert slip.hint in wrong
    right = answer(page, "size.first", "3")
    assert judge(find("size.first"), 3).message in said(right, "correct")
    right.get_by_role("button", name="Another like this").click()
    question(page, "output-size").first.wait_for()

    padded = question(page, "size.padded")
    padded.get_by_role("button", name="Hint").click()
    padded.get_by_role("listitem").get_by_text(ask("size.padded")[0].hint()).wait_for()
    elsewhere = question(page, "lenet5.meet-shape")
    assert "answered in JupyterLab" in elsewhere.inner_text()
    assert not elsewhere.get_by_role("button", name="Check").is_visible()

    card = page.locator("[data-live=practice]")
    drill = practice("output-size")
    key = str(drill.question.key[0])
    card.get_by_role("textbox").fill(key)
    card.get_by_role("button", name="Check").click()
    assert judge(drill.question, key).message in said(card, "correct")

    card = page.locator("[data-live=quiz]")
    first = quiz("resnet18", questions=4)[0]
    for box, number in zip(card.get_by_role("textbox").all(), first.question.key, strict=True):
        box.fill(str(number))
    card.get_by_role("button", name="Check").click()
    card.get_by_text("1 of 4 right").wait_for()
    card.get_by_role("button", name="Next").click()
    card.get_by_text("Question 2 of 4").wait_for()

    sketch = page.get_by_role("region", name="Network sketch")
    assert sketch.locator(".targets .met").count() == 1
    sketch.locator('[role=row][data-at="1"]').click()
    sketch.get_by_role("textbox", name="kernel_size").fill("4")
    sketch.get_by_role("textbox", name="kernel_size").press("Enter")
    sketch.locator(".problem", has_text="expects 1,176 features").wait_for()
    sketch.get_by_role("button", name="give row 3 in_features=294").click()
    sketch.locator(".problem").wait_for(state="detached")

    explorer = page.get_by_role("region", name="Convolution explorer")
    explorer.get_by_role("slider", name="padding").fill("1")
    explorer.get_by_text("= 5").first.wait_for()
    assert sum(url.endswith("engine.js") for url in page.requests) == 1


def test_a_function_is_written_on_the_page(address, visit):
    """Enter indents, Ctrl+Enter checks; the verdict is that of a notebook, and an endless loop is ended."""
    page = visit(address)
    asked = question(page, "size.write-field")
    box = asked.get_by_role("textbox")
    for grows, outcome in (("kernel_size - 1", "incorrect"), ("(kernel_size - 1) * step", "correct")):
        box.fill("")
        box.press_sequentially(FIELD.replace("{grows}", grows))
        box.press("Enter")
        for _space in range(4):
            box.press("Backspace")
        box.press_sequentially("return field")
        expected = without_notebook(find("size.write-field"), "size.write-field").check(box.input_value())
        assert expected.outcome == outcome
        box.press("Control+Enter")
        assert expected.message in said(asked, outcome)


def test_a_reopened_page_shows_what_was_answered(address, visit):
    """Answers and edits stand there before Python runs; then all goes on, and nothing is noted twice."""
    page = visit(address)
    said(answer(page, "size.first", "4"), "incorrect")
    said(answer(page, "size.padded", "8"), "correct")
    sketch = page.get_by_role("region", name="Network sketch")
    sketch.locator('[role=row][data-at="1"]').click()
    sketch.get_by_role("textbox", name="kernel_size").fill("4")
    sketch.get_by_role("textbox", name="kernel_size").press("Enter")
    sketch.locator(".problem").wait_for()
    before = page.locator("[data-live=ask]").inner_text()
    page.requests.clear()
    page.reload()
    assert page.locator("[data-live=ask]").inner_text() == before
    assert sketch.locator(".problem").count() == 1
    assert not any(url.endswith("engine.js") for url in page.requests)

    said(answer(page, "size.first", "3"), "correct")
    assert "Correct" in question(page, "size.padded").inner_text()
    tries = json.loads(page.evaluate("cnnbook.export()"))["tries"]
    assert [(one["exercise"], one["right"]) for one in tries] == [
        ("size.first", False),
        ("size.padded", True),
        ("size.first", True),
    ]
    sketch.get_by_role("button", name="Undo").click()
    sketch.locator(".problem").wait_for(state="detached")


def test_the_record_is_exported_and_taken_over(folder, visit):
    """The file is one that `cnnbook grade` reads; another browser that takes it over knows what was seen."""
    address = (folder / "index.html").as_uri()
    page = visit(address)
    said(answer(page, "size.first", "4"), "incorrect")
    file = page.evaluate("cnnbook.export('ada')")
    submitted = read_submission(file.encode())
    assert (submitted.learner, submitted.answers) == ("ada", {"size.first": "4"})

    other = visit(address)
    due = other.get_by_role("button", name="Ask what is next for me")
    assert not due.is_visible()
    assert [other.evaluate("text => cnnbook.import(text)", file) for _ in range(2)] == [1, 0]
    assert "size.first" in other.evaluate("cnnbook.export()")
    said(answer(other, "size.padded", "8"), "correct")
    assert "Seen before: not right yet, today." in question(other, "size.first").inner_text()
    assert "<table" in other.evaluate("cnnbook.progress()")
    due.click()
    card = other.locator("[data-live=practice]")
    card.get_by_role("region", name="Practice: Output size along one axis").wait_for()
    assert card.locator(".prompt").inner_text() == practice("output-size").prompt
    refused = other.evaluate("cnnbook.import('{}').catch(error => error.message)")
    assert refused == "This file has no record of tries; a file that was exported here would do."
    other.evaluate("cnnbook.clear()")
    other.reload()
    assert "Correct" not in question(other, "size.padded").inner_text()


@pytest.mark.parametrize(
    ("fault", "script", "line"),
    [
        ("no WebAssembly", "delete window.WebAssembly", "This browser cannot run Python (WebAssembly)"),
        ("no worker", "window.Worker = class { constructor() { throw new Error('blocked'); } }", "(blocked)"),
        ("no engine", "", "the file _static/engine.js is missing"),
    ],
)
def test_where_python_cannot_run_the_sheet_is_shown(fault, script, line, tmp_path, folder, visit):
    """One line says why, and the questions stand there as on paper; the explorer needs no Python."""
    page_file = tmp_path / "index.html"
    (tmp_path / "_static").mkdir()
    for name in ("live.js", "live.css", *(["engine.js"] if fault != "no engine" else [])):
        (tmp_path / "_static" / name).symlink_to(folder / "_static" / name)
    page_file.write_text((folder / "index.html").read_text(encoding="utf-8"), encoding="utf-8")
    page = visit(page_file.as_uri(), script=script, quiet=fault != "no engine")
    element = page.locator("[data-live=ask]")
    if fault != "no WebAssembly":
        question(page, "size.first").get_by_role("textbox").focus()
    element.get_by_role("status").get_by_text(line).wait_for()
    assert "your answer ______" in element.inner_text()
    assert element.get_by_role("textbox").count() == 0
    assert page.get_by_role("region", name="Convolution explorer").is_visible()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"live-{fault.replace(' ', '-')}.png")
    if fault == "no engine":
        (tmp_path / "_static" / "engine.js").symlink_to(folder / "_static" / "engine.js")
        element.get_by_role("button", name="Try again").click()
        said(answer(page, "size.first", "3"), "correct")


def test_without_scripts_there_is_a_sheet(folder, visit):
    """The questions, the table of the sketch and a picture of the explorer are plain HTML."""
    page = visit((folder / "index.html").as_uri(), java_script_enabled=False)
    assert "your answer ______" in page.locator("[data-live=ask]").inner_text()
    assert "def my_field(layers):" in page.locator("[data-live=ask]").inner_text()
    assert page.locator("[data-live=sketch] table").is_visible()
    assert page.locator("[data-live=explorer] img").is_visible()


def test_what_python_cannot_end_is_ended_from_outside(folder, tmp_path, visit):
    """A single call that never returns: Python starts again, the card says so, and other answers stay."""
    (tmp_path / "_static").mkdir()
    for name in ("engine.js", "live.css"):
        (tmp_path / "_static" / name).symlink_to(folder / "_static" / name)
    script = (folder / "_static" / "live.js").read_text(encoding="utf-8")
    shorter = script.replace("const PATIENCE = 10;", "const PATIENCE = 6;")
    assert shorter != script
    (tmp_path / "_static" / "live.js").write_text(shorter, encoding="utf-8")
    (tmp_path / "index.html").write_text(
        (folder / "index.html").read_text(encoding="utf-8"), encoding="utf-8"
    )
    page = visit((tmp_path / "index.html").as_uri())
    said(answer(page, "size.padded", "4"), "incorrect")
    asked = question(page, "size.write-field")
    asked.get_by_role("textbox").fill(LOOP)
    asked.get_by_role("textbox").press("Control+Enter")
    assert "After 6 seconds your lines were still running" in said(asked, "unreadable")
    assert asked.get_by_role("textbox").input_value() == LOOP
    assert "Not yet" in question(page, "size.padded").inner_text()
    said(answer(page, "size.padded", "8"), "correct")


def test_where_nothing_is_kept_it_says_so(folder, visit):
    """A browser that refuses to store anything still answers and exports."""
    page = visit((folder / "index.html").as_uri(), script=REFUSES)
    said(answer(page, "size.first", "3"), "correct")
    page.locator("[data-live=ask]").get_by_text("This browser keeps nothing for this page").wait_for()
    assert "size.first" in page.evaluate("cnnbook.export()")
    assert page.evaluate("cnnbook.lasts") is False
