"""The quiz card in a real browser: in JupyterLab by keyboard alone, and on a bare page without a kernel."""

import json
from pathlib import Path

import nbformat
import pytest

from cnnbook import QuizCard, ask, practice
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import Form
from cnnbook.exercises.questions import CustomQuestion
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise

pytestmark = pytest.mark.browser

KIND = "conv-output-size"
# JupyterLab forgets a cell that is run before its kernel has answered.
KERNEL_IS_READY = """async () => {
    const { sessionContext } = window.jupyterapp.shell.currentWidget;
    await sessionContext.ready;
    await sessionContext.session.kernel.info;
}"""
ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
CARD = ROOT / "src" / "cnnbook" / "learner"

# A page that is no notebook: `act`, a function of the test, stands in for the kernel.
MOUNT = """async ([js, words, card]) => {
    const { mount } = await import(URL.createObjectURL(new Blob([js], { type: "text/javascript" })));
    const state = { words, card };
    const heard = new Set();
    window.unmount = mount(document.body, {
        get: name => state[name],
        on: (event, listener) => heard.add(listener),
        off: (event, listener) => heard.delete(listener),
        send: async message => {
            const reply = await window.act(message);
            if (reply) { state.card = reply; heard.forEach(listener => listener()); }
        },
    });
}"""


@pytest.fixture
def own_progress(tmp_path, monkeypatch):
    """Return the file that this test's tries go to, in the lab's kernel too."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))
    return tmp_path / "progress.jsonl"


@pytest.fixture
def mounted(page, own_progress):
    """Return a function that puts a card on a bare page; with `answers=False` nobody hears it."""

    def mount(card, *, answers=True):
        def act(message):
            card._do(None, message, None)
            return card.card if answers else None

        page.set_content("<body></body>")
        page.add_style_tag(content=(CARD / "card.css").read_text())
        page.expose_function("act", act)
        page.evaluate(MOUNT, [(CARD / "card.js").read_text(), card.words, card.card])
        return page

    return mount


def focused(page):
    """Return the role and the label of what has the focus."""
    return page.evaluate(
        "[document.activeElement.localName, (document.activeElement.labels?.[0] ??"
        " document.activeElement).textContent]"
    )


def press_until(page, key, wanted):
    for _ in range(30):
        page.keyboard.press(key)
        if focused(page) == wanted:
            return
    raise AssertionError(f"{key} does not lead to {wanted}, but to {focused(page)}")


def test_wrong_then_right_in_jupyterlab_by_keyboard_alone(own_progress, lab, page, tmp_path):
    """Tab leads into the card; Enter checks; each box has its verdict in words; hints come when asked for."""
    kernel = {"name": "python3", "display_name": "Python 3"}
    cell = nbformat.v4.new_code_cell(f"from cnnbook import practice\npractice({KIND!r}, learner='ada')")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "work" / "quiz.ipynb")
    asked = practice(KIND, learner="ada")
    channels, height, width = asked.question.key
    slip = judge(asked.question, (channels, 2 * height, width))
    _, formula = asked.hint(), asked.hint()

    page.goto(lab.replace("00_start_here", "quiz"))
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text="practice(")
    panel.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    page.evaluate(KERNEL_IS_READY)
    panel.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    card = page.get_by_role("region", name=f"Practice: {KIND}")
    card.wait_for(timeout=180_000)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)

    press_until(page, "Tab", ["input", "channels"])
    page.keyboard.type(str(channels))
    page.keyboard.press("ArrowRight")
    page.keyboard.type(str(2 * height))
    page.keyboard.press("Tab")
    page.keyboard.type(str(width))
    page.keyboard.press("Enter")
    card.get_by_role("status").get_by_text(slip.message).wait_for()
    card.get_by_role("status").get_by_text(slip.hint).wait_for()
    assert card.locator(".verdict").all_inner_texts() == ["✓ right", "✕ too large", "✓ right"]
    assert focused(page) == ["input", "height"]
    page.screenshot(path=SCREENSHOTS / "quiz-card-incorrect.png")
    assert page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
    page.keyboard.press("Control+s")
    page.wait_for_function("!jupyterapp.shell.currentWidget.context.model.dirty")
    assert focused(page) == ["input", "height"]

    press_until(page, "Tab", ["button", "Hint"])
    page.keyboard.press("Enter")
    card.get_by_role("listitem").get_by_text(formula).wait_for()
    press_until(page, "Shift+Tab", ["input", "height"])
    page.keyboard.type(str(height))
    page.keyboard.press("Enter")
    card.get_by_text("Correct.").wait_for()
    assert focused(page) == ["button", "Another like this"]
    page.screenshot(path=SCREENSHOTS / "quiz-card-correct.png")
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    page.screenshot(path=SCREENSHOTS / "quiz-card-correct-dark.png")

    page.keyboard.press("Enter")
    card.get_by_text("Question 2 of 2").wait_for()
    assert card.locator(".prompt").inner_text() == asked.new().prompt
    tries = [json.loads(line) for line in own_progress.read_text().splitlines()]
    assert [(one["exercise"], one["right"]) for one in tries] == [(KIND, False), (KIND, True)]


def test_enter_accepts_what_was_read(mounted):
    """The box holds the number that was read, without a verdict; Enter once more sends it."""
    page = mounted(QuizCard([practice("output-size", learner="ada")]))
    page.get_by_role("textbox").fill("9999 bananas")
    page.keyboard.press("Enter")
    page.get_by_text("I read 9,999. Is that it?").wait_for()
    assert page.get_by_role("textbox").input_value() == "9999"
    assert page.locator(".verdict").inner_text() == ""
    assert focused(page) == ["input", "your answer"]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "quiz-card-asks.png")
    page.keyboard.press("Enter")
    page.get_by_text("Not yet.").wait_for()


def test_what_is_told_and_typed_is_text(mounted):
    """Markup in a prompt, a label or an answer stands there as it was written, and nothing of it runs."""
    markup = "<img src=x onerror=\"document.title='run'\">"
    question = CustomQuestion((3,), form=Form("number", ("number",), markup, markup), because=markup)
    asked = Exercise(Asked(question, "quiz.blank"), None, text=f"{markup}\nhow many?")
    page = mounted(QuizCard([asked]))
    page.get_by_role("textbox").fill(markup)
    page.keyboard.press("Enter")
    page.get_by_text("Could not read that.").wait_for()
    page.get_by_role("button", name="Show the solution").click()
    page.get_by_text("The solution.").wait_for()
    assert page.locator("img").count() == 0
    assert page.title() == ""
    assert page.locator(".prompt p").all_inner_texts() == [markup, "how many?"]
    assert page.get_by_role("textbox").input_value() == markup


def test_a_verdict_goes_when_its_box_changes(mounted):
    """What is typed next has not been judged yet; the other boxes keep theirs, and drafts are kept."""
    asked = practice(KIND, learner="ada")
    channels, height, width = asked.question.key
    page = mounted(QuizCard([asked, asked.new()], "two"))
    page.get_by_role("textbox", name="channels").fill(f"{channels}x{height + 1}x{width}")  # all in one box
    page.keyboard.press("Enter")
    page.get_by_text("✕ off by 1").wait_for()
    height_box = page.get_by_role("textbox", name="height")
    assert height_box.input_value() == str(height + 1)
    assert height_box.get_attribute("aria-invalid") == "true"
    assert focused(page) == ["input", "height"]
    page.keyboard.type("9")
    assert page.locator(".verdict").all_inner_texts() == ["✓ right", "", "✓ right"]
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Question 2 of 2").wait_for()
    page.get_by_role("button", name="Previous").click()
    page.get_by_text("Question 1 of 2").wait_for()
    assert [box.input_value() for box in page.get_by_role("textbox").all()] == [
        str(channels),
        "9",
        str(width),
    ]


def test_questions_of_a_chapter_stand_together(mounted):
    """Each has its boxes and verdict; Enter leads on to the next, and one more comes where asked for."""
    asked = ask("size.padded", "size.uneven")
    page = mounted(QuizCard(list(asked), asked.title, all_in_front=True))
    first, second = (page.locator(f"[data-exercise='{one.name}']") for one in asked)
    first.get_by_role("textbox").fill("4")
    page.keyboard.press("Enter")
    first.locator("[data-outcome=incorrect]").get_by_text("without padding").wait_for()
    assert second.locator(".said").get_attribute("data-outcome") == ""
    assert focused(page) == ["input", "your answer"]
    second.get_by_role("textbox", name="width").fill("7")  # a draft, kept while the first is answered

    page.get_by_role("button", name="Previous").wait_for(state="hidden")
    first.get_by_role("textbox").fill("8")
    page.keyboard.press("Enter")
    first.locator("[data-outcome=correct]").wait_for()
    assert focused(page) == ["input", "height"]
    assert second.get_by_role("textbox", name="width").input_value() == "7"
    assert page.get_by_text("1 of 2 right").is_visible()

    first.get_by_role("button", name="Another like this").click()
    further = page.locator("[data-exercise='output-size']")
    further.wait_for()
    names = [node.get_attribute("data-exercise") for node in page.locator(".question").all()]
    assert names == ["size.padded", "output-size", "size.uneven"]
    assert further.get_by_role("textbox").evaluate("node => node === document.activeElement")
    assert not first.get_by_role("button", name="Another like this").is_visible()


def test_a_kernel_that_is_silent_is_said_to_be(mounted):
    """After a while the card says what to do, and can be asked again."""
    page = mounted(QuizCard([practice(KIND)]), answers=False)
    page.clock.install()
    page.get_by_role("textbox", name="width").fill("3")
    page.keyboard.press("Enter")
    page.clock.run_for(6_000)
    page.get_by_role("status").get_by_text("run this cell again").wait_for()
    page.evaluate("window.unmount()")
    assert page.locator(".cnnbook-quiz").count() == 0
