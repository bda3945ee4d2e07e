"""Choices and orders on the card: radio buttons by mouse and by keyboard, and letters in boxes."""

import pytest

from browser.test_quiz_card import KERNEL_IS_READY, SCREENSHOTS, focused, mounted, own_progress, press_until
from cnnbook import QuizCard, ask, practice
from cnnbook.exercises.chapters import find

pytestmark = pytest.mark.browser
__all__ = ["mounted", "own_progress"]  # fixtures

RUN_LAST = """async () => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.deselectAll();
    notebook.activeCellIndex = notebook.widgets.length - 1;
    await jupyterapp.commands.execute('notebook:run-cell');
}"""
CHOICE, ORDER = "start.larger-picture", "lenet5.order-macs"


def card_of(*ids):
    asked = ask(*ids)
    return QuizCard(list(asked), asked.title, all_in_front=True)


def parts(name):
    """Return the options of a choice as they are listed, the places of a wrong one and of the right one."""
    question = find(name)
    right = question.key[0] - 1
    return question.form.listed, (right + 1) % len(question.options), right


def test_a_choice_by_mouse(mounted):
    """A click on the text chooses; the reason of a wrong option is said, and its verdict stands beside it."""
    options, wrong, right = parts(CHOICE)
    page = mounted(card_of(CHOICE))
    radios = page.get_by_role("radio")
    assert [page.get_by_role("radio", name=option, exact=True).count() for option in options] == [1] * len(
        options
    )
    assert page.locator(".prompt").inner_text() == find(CHOICE).stem
    page.get_by_text(options[wrong], exact=True).click()
    page.get_by_role("button", name="Check").click()
    page.locator("[data-outcome=incorrect]").get_by_text(find(CHOICE).options[wrong].reason).wait_for()
    verdicts = page.locator(".verdict").all_inner_texts()
    assert verdicts[wrong] == "✕ not this one"
    assert [text for at, text in enumerate(verdicts) if at != wrong] == [""] * (len(options) - 1)
    assert radios.nth(wrong).get_attribute("aria-invalid") == "true"
    assert radios.nth(wrong).is_checked()

    page.get_by_text(options[right], exact=True).click()
    assert page.locator(".verdict").all_inner_texts() == [""] * len(options)
    page.get_by_role("button", name="Check").click()
    page.locator("[data-outcome=correct]").get_by_text(find(CHOICE).options[right].reason).wait_for()
    assert page.locator(".verdict").all_inner_texts() == [
        "✓ right" if at == right else "" for at in range(len(options))
    ]
    assert not page.get_by_role("button", name="Check").is_visible()
    assert all(radio.is_disabled() for radio in radios.all())


def test_a_choice_by_keyboard_alone(mounted):
    """Tab leads to the radio buttons, arrows choose, Enter checks; nothing chosen is no try."""
    options, wrong, right = parts(CHOICE)
    page = mounted(card_of(CHOICE, "start.pixels"))
    press_until(page, "Tab", ["input", options[0]])
    page.keyboard.press("Enter")
    page.get_by_text("Nothing to check yet: choose an answer first.").wait_for()
    page.keyboard.press("Space")
    for _ in range(wrong):
        page.keyboard.press("ArrowDown")
    assert focused(page) == ["input", options[wrong]]
    page.keyboard.press("Enter")
    page.locator("[data-outcome=incorrect]").get_by_text(find(CHOICE).options[wrong].reason).wait_for()
    assert focused(page) == ["input", options[wrong]]
    press_until(page, "ArrowDown", ["input", options[right]])
    page.keyboard.press("Enter")
    page.locator("[data-outcome=correct]").wait_for()
    assert focused(page) == ["input", "your answer"]  # the box of the next question


def test_the_solution_of_a_choice_has_every_reason(mounted):
    """The button shows them all, the right one first."""
    page = mounted(card_of(CHOICE))
    page.get_by_role("button", name="Show the solution").click()
    said = page.locator("[data-outcome=shown]")
    said.wait_for()
    assert all(option.reason in said.inner_text() for option in find(CHOICE).options)


def test_a_line_of_a_solution_is_a_choice(mounted):
    """Find the slip: the lines are the options, and another solution is offered after the right one."""
    asked = practice("find-the-slip", learner="ada")
    page = mounted(QuizCard([asked]))
    assert page.get_by_role("radio").count() == len(asked.question.options)
    page.get_by_role("radio").nth(asked.question.key[0] - 1).check()
    page.keyboard.press("Enter")
    page.get_by_text("This is the line.").wait_for()
    assert focused(page) == ["button", "Another like this"]
    page.keyboard.press("Enter")
    page.get_by_text("Question 2 of 2").wait_for()
    assert page.get_by_role("radio", checked=True).count() == 0


def test_an_order_is_typed_into_one_box_or_one_letter_in_each(mounted):
    """The boxes have a verdict each, and what was typed into the first is spread over them."""
    page = mounted(card_of(ORDER))
    boxes = page.get_by_role("textbox")
    boxes.first.fill("bacd")
    page.keyboard.press("Enter")
    page.get_by_text("b) does not belong at the 1st place.").wait_for()
    assert [box.input_value() for box in boxes.all()] == ["b", "a", "c", "d"]
    assert page.locator(".verdict").all_inner_texts()[0] == "✕ not this one"
    for box, letter in zip(boxes.all(), find(ORDER).form.typed(find(ORDER).key), strict=True):
        box.fill(letter)
    page.keyboard.press("Enter")
    page.locator("[data-outcome=correct]").wait_for()


def test_each_form_in_jupyterlab(own_progress, lab, page, tmp_path):
    """The four forms in a notebook, in the light and in the dark theme."""
    import nbformat

    names = (CHOICE, "size.find-the-slip", ORDER, "pooling.open-cell")
    cells = [nbformat.v4.new_code_cell("from cnnbook import ask, progress")]
    cells += [nbformat.v4.new_code_cell(f"ask({name!r})") for name in names]
    cells.append(nbformat.v4.new_code_cell("progress()"))
    kernel = {"name": "python3", "display_name": "Python 3"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "work" / "forms.ipynb")
    page.set_viewport_size({"width": 1100, "height": 2600})
    page.goto(lab.replace("00_start_here", "forms"))
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)", has_text="import ask, progress")
    panel.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    page.evaluate(KERNEL_IS_READY)
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(f"[data-exercise='{names[-1]}']").wait_for(timeout=180_000)
    _options, wrong, _right = parts(CHOICE)
    card = page.locator(f"[data-exercise='{CHOICE}']")
    card.get_by_role("radio").nth(wrong).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # which JupyterLab could take for itself
    card.locator("[data-outcome=incorrect]").wait_for()
    slip = page.locator("[data-exercise='size.find-the-slip']")
    slip.get_by_role("radio").nth(2).check()
    page.keyboard.press("Enter")
    slip.locator("[data-outcome=correct]").wait_for()
    order = page.locator(f"[data-exercise='{ORDER}']")
    order.get_by_role("textbox").first.fill("bcda")
    page.keyboard.press("Enter")
    order.locator("[data-outcome=incorrect]").wait_for()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(RUN_LAST)
    panel.get_by_text("0 of 1").first.wait_for()  # progress() knows these tries
    page.screenshot(path=SCREENSHOTS / "forms.png")
    page.evaluate("jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
    page.locator("body[data-jp-theme-light=false]").wait_for(state="attached")
    page.screenshot(path=SCREENSHOTS / "forms-dark.png")
