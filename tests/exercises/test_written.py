"""Answers that are written as lines of Python where no notebook runs: what they make, and the verdict."""

import inspect
import re
import sys
from itertools import dropwhile, takewhile

import pytest

from answers_that_run import RUN
from cnnbook import check
from cnnbook.exercises.chapters import find
from cnnbook.exercises.functions import running
from cnnbook.exercises.functions.questions import FunctionQuestion
from cnnbook.exercises.functions.results import UnfitError
from cnnbook.exercises.functions.written import written
from cnnbook.learner.live_card import LiveCard
from cnnbook.learner.record import tries
from cnnbook.learner.written import without_notebook

LISTS = """def my_pool(maps, kernel_size, stride):
    size = lambda n: {size}
    rows, columns = size(len(maps[0])), size(len(maps[0][0]))
    return [[[max(one[y * stride + i][x * stride + j] for i in range(kernel_size) for j in range(kernel_size))
              for x in range(columns)] for y in range(rows)] for one in maps]
"""
RIGHT, UP = "(n - kernel_size) // stride + 1", "-(-(n - kernel_size) // stride)"


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Tries made here are not the developer's."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def f(:", "Python cannot read line 1: invalid syntax."),
        ("def f():\nreturn 3", "Python cannot read line 2: expected an indented block"),
        ("x = 1\ny = x / 0", "it raises ZeroDivisionError: division by zero, in line 2 of <module>."),
        ("import torch", "PyTorch does not run here."),
        (
            "def my_size(maps):\n    from numpy import array\n    return array(maps)",
            "NumPy does not run here.",
        ),
        ("y = torch.zeros(3)", "PyTorch does not run here."),
        ("other = 3", "Your lines make nothing of the name my_size."),
        ("raise SystemExit", "it raises SystemExit"),
        ("x = '\0'", "Python cannot read line 1"),
    ],
)
def test_lines_that_make_no_answer_are_told_why(source, words):
    """One sentence with the line, and nothing that the lines do gets out."""
    with pytest.raises(UnfitError) as told:
        written(source, "my_size")
    assert words in str(told.value)


def test_lines_that_never_end_are_ended(monkeypatch):
    """The time limit of functions holds for the lines around them too."""
    monkeypatch.setattr(running, "LIMIT", 0.2)
    with pytest.raises(UnfitError, match=r"^After 0\.2 seconds|^After 2 seconds"):
        written("while True:\n    pass", "my_size")


def test_the_last_function_counts_under_any_name():
    """Whoever renames the function has still written it."""
    assert written("def first(n):\n    return 1\n\ndef second(n):\n    return 2", "my_size")(0) == 2


@pytest.mark.parametrize(("size", "outcome"), [(RIGHT, "correct"), (UP + " + 1", "incorrect")])
def test_the_verdict_is_that_of_the_function(size, outcome):
    """The same function, handed over in a notebook, is told the same."""
    source = LISTS.replace("{size}", size)
    card = LiveCard([without_notebook(find("pooling.write-pool"), "pooling.write-pool")], all_in_front=True)
    (question,) = card.hear({"do": "check", "id": 0, "typed": [source]})["card"]["questions"]
    handed = check("pooling.write-pool", written(source, "my_pool"))
    assert handed.outcome == outcome
    assert question["said"]["message"] == handed.message
    assert handed.hint.startswith(question["said"]["hint"])
    assert question["boxes"][0]["text"] == source


@pytest.mark.parametrize("name", RUN)
def test_every_question_that_is_run_is_asked_without_a_notebook(name):
    """There is a box with a stub that is no try yet; or one line says that JupyterLab is the place."""
    exercise = without_notebook(find(name), name)
    (question,) = LiveCard([exercise]).state()["card"]["questions"]
    if find(name).needs_torch:
        assert question["boxes"] == []
        assert question["said"]["message"].startswith("This is answered in JupyterLab")
        return
    assert question["type"] == "code"
    assert question["boxes"][0]["text"] == exercise.stub
    assert exercise.check(exercise.stub).outcome == "not attempted"


@pytest.mark.parametrize("name", [name for name in RUN if not find(name).needs_torch])
def test_no_answer_that_is_written_needs_torch(name, monkeypatch):
    """The course's own answer is right where there is neither torch nor numpy, as in a browser."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "numpy", None)
    right = find(name).right
    own = (lambda *arguments: right(*arguments)) if inspect.isfunction(right) else right
    assert check(name, [*own] if isinstance(own, tuple) else own).outcome == "correct"


FUNCTIONS = [name for name in RUN if isinstance(find(name), FunctionQuestion) and not find(name).needs_torch]


@pytest.fixture
def no_torch(monkeypatch):
    """There is neither torch nor numpy, as in a browser."""
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.setitem(sys.modules, "numpy", None)


def indented(text):
    """The first block of lines of code in a text."""
    after = dropwhile(lambda line: not line.startswith("    "), text.split("\n"))
    return "\n".join(takewhile(lambda line: line.startswith("    "), after))


def said(exercise, message):
    (question,) = LiveCard([exercise]).hear({"id": 0, **message})["card"]["questions"]
    return question["said"]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_solution_that_is_shown_is_right_in_a_browser(name, no_torch):
    """Who puts its lines below the first line of the stub, and presses Check, is told that this is right."""
    shown = said(without_notebook(find(name), name), {"do": "solve"})
    source = f"{find(name).stub.splitlines()[0]}\n{indented(shown['hint'] or shown['message'])}"
    told = said(without_notebook(find(name), name), {"do": "check", "typed": [source]})
    assert told["outcome"] == "correct", told


@pytest.mark.parametrize("name", [name for name in RUN if find(name).needs_torch or find(name).takes_tensors])
def test_a_solution_with_torch_says_where_it_runs(name):
    """Above the lines for tensors stands that they are for JupyterLab."""
    question = find(name)
    shown = "\n".join(said(without_notebook(question, name), {"do": "solve"}).values())
    above, tensors, _ = shown.partition(question.say(question.solution))
    assert tensors
    assert "JupyterLab" in above.strip().splitlines()[-1]


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if find(name).takes_tensors])
def test_lists_are_announced_before_the_first_try(name):
    """The question itself says which arguments are lists here, and how a number is read from them."""
    question = find(name)
    (view,) = LiveCard([without_notebook(question, name)]).state()["card"]["questions"]
    first = question.signature.partition("(")[2].partition(",")[0]
    assert view["prompt"].startswith(question.prompt)
    assert "PyTorch does not run in a browser" in view["prompt"]
    value = question.probes[0].arguments[0]
    read = re.search(rf"\b{first}(\[0\])+", view["prompt"])[0]
    assert isinstance(eval(read, {first: value}), int | float)


@pytest.mark.parametrize(
    ("name", "lines", "words"),
    [
        ("pooling.write-pool", "channels, height, width = maps.shape", "len(maps), len(maps[0])"),
        ("pooling.write-pool", "return maps[:, ::stride, ::stride]", "maps[c][y][x]"),
        ("lenet5.write-step", "return kernel - rate * 2 * (kernel * window).sum()", "one number at a time"),
        ("resnet.write-residual", "return (f + x).relu()", "no methods of tensors"),
        ("inception.write-batch-norm", "return batch - weight", "one number at a time"),
        ("start.write-slide", "return [[(picture[0][0] * kernel[0][0]).sum()]]", "no methods of tensors"),
    ],
)
def test_lines_for_tensors_are_told_what_works_on_lists(name, lines, words, no_torch):
    """An exception that only lists raise is followed by what works on lists, and by the way to tensors."""
    source = f"{find(name).stub.splitlines()[0]}\n    {lines}"
    told = said(without_notebook(find(name), name), {"do": "check", "typed": [source]})
    assert told["outcome"] == "unreadable"
    assert "lists inside lists here" in told["hint"]
    assert words in told["hint"]
    assert "Or answer this in JupyterLab" in told["hint"]


def test_an_exception_of_other_lines_is_not_laid_to_lists(no_torch):
    """A name that was mistyped has nothing to do with tensors."""
    source = "def my_pool(maps, kernel_size, stride):\n    return map_s"
    exercise = without_notebook(find("pooling.write-pool"), "pooling.write-pool")
    assert "JupyterLab" not in said(exercise, {"do": "check", "typed": [source]})["hint"]


def test_an_ended_answer_is_said_to_be():
    """What a browser ends from outside is told on the card, and is no try."""
    card = LiveCard([without_notebook(find("size.write-field"), "size.write-field")])
    (question,) = card.hear({"do": "ended", "id": 0, "seconds": 8, "typed": ["while True: pass"]})["card"][
        "questions"
    ]
    assert question["said"]["outcome"] == "unreadable"
    assert question["said"]["message"].startswith("After 8 seconds your lines were still running")
    assert question["boxes"][0]["text"] == "while True: pass"
    assert tries() == []
