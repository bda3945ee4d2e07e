"""Live elements before any browser: their HTML, what makes them, and the worker that answers them."""

import json
import re
from html import unescape

import pytest

from cnnbook import networks, practice
from cnnbook.learner.record import tries
from cnnbook.networks.shipped import shipped
from cnnbook.site.cores import core
from cnnbook.site.errors import SiteError
from cnnbook.site.live import element
from cnnbook.site.worker import Worker
from cnnbook.sketch import Plan, add, cat, conv, max_pool, relu
from cnnbook.sketch.from_trace import plan_of
from cnnbook.sketch.records import plan_of_record, record_of_plan

ELEMENTS = [
    ("ask", ["size.first", "pooling.write-pool", "lenet5.meet-shape"]),
    ("practice", None),
    ("practice", "conv-macs"),
    ("practice", {"kind": "conv-macs", "questions": 3}),
    ("quiz", "lenet5"),
    ("quiz", {"network": "resnet18", "questions": 3, "seed": 5}),
    ("sketch", "lenet5"),
    ("sketch", {"network": Plan((conv(8, 3), relu())), "targets": ["parameters < 300"]}),
]


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Tries made here are not the developer's."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))


def parts(html):
    """The given value and the state of an element, as a page's script reads them."""
    given = re.search(r'data-given="([^"]*)"', html)[1]
    state = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(unescape(given)), json.loads(state)


@pytest.mark.parametrize(("kind", "given"), ELEMENTS)
def test_an_element_carries_what_makes_it_again(kind, given):
    """From its given value the worker makes the same first state; the sheet stands in it, without answers."""
    html = element(kind, given)
    given, state = parts(html)
    again = core(kind, given).state()
    name = "view" if kind == "sketch" else "card"
    assert state[name] == json.loads(json.dumps(again[name]))
    assert html.count("<script") == html.count("</script>") == 1
    assert '<div class="cnnbook-instead">' in html
    if kind in ("practice", "quiz"):
        assert "______" in html


def test_an_explorer_carries_its_settings():
    """It needs no Python in the browser; its picture stands in it."""
    _given, state = parts(element("explorer", {"size": [5, 6], "kernel_size": 3}))
    assert (state["size"], state["kernel_size"]) == ([5, 6], 3)
    assert "<img" in element("explorer", "numbers")


def test_an_element_is_made_for_nobody_in_particular():
    """What the author of the page has answered is not told to its readers, and nothing is noted for him."""
    exercise = practice("output-size")
    exercise.check(exercise.question.key)
    _given, state = parts(element("practice", None))
    (question,) = state["card"]["questions"]
    assert question["exercise"] == "output-size"
    assert "Seen before" not in question["said"]["hint"] + question["said"]["message"]
    assert len(tries()) == 1


def test_no_text_of_a_question_ends_its_script():
    """A "<" in the data is an escape, so that "</script>" cannot stand there."""
    html = element("sketch", {"network": Plan((conv(8, 3),), name="</script><b>")})
    assert "</script><b>" not in html.partition('<div class="cnnbook-instead">')[0]
    assert parts(html)[1]["view"]["title"] == "</script><b>"


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (
            "askk",
            1,
            "there is no live element of the kind 'askk'; there are ask, practice, quiz, sketch, explorer",
        ),
        ("ask", [], "a list of ids is wanted, as in ['size.first']"),
        ("ask", "size.first", "a list of ids is wanted, as in ['size.first']"),
        ("ask", ["size.frist"], "There is no exercise 'size.frist'. Did you mean size.first"),
        ("practice", "conv-mac", "Did you mean conv-macs"),
        ("practice", {"kind": None, "questions": 0}, "questions is 0; it must be at least 1"),
        ("quiz", "densenet121", "'densenet121' is no network of the course; lenet5, "),
        ("quiz", {"network": "lenet5", "seeds": 3}, "it has 'seeds'; it may have network, questions, seed"),
        ("quiz", None, "None is no network of the course"),
        ("sketch", [3], "3 is no record of a layer, such as {'kind': 'activation'}"),
        ("sketch", [{"kind": "nope"}], "nope"),
        ("sketch", {"network": "lenet5", "targets": ["x"]}, "the target 'x' cannot be read"),
        ("explorer", "nope", "'numbers', 'digit', 'photograph' or 'colour photograph'"),
        ("explorer", {"sice": 3}, "sice"),
    ],
)
def test_an_element_that_cannot_be_made_is_one_line(kind, given, words):
    """The line names the element, and what would work."""
    with pytest.raises(SiteError) as told:
        element(kind, given)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", networks.COURSE)
def test_a_plan_goes_to_json_and_back(name):
    """Each network of the course is the same plan again, with its names and folds."""
    plan = plan_of(shipped(name))
    again = plan_of_record(json.loads(json.dumps(record_of_plan(plan))))
    assert again == plan
    assert repr(again) == repr(plan)


def test_a_plan_of_layers_goes_to_json_and_back():
    """Branches, pairs and inputs of one's own."""
    items = (conv(8, (1, 7)), add([conv(8, 1)], []), cat([relu()], [max_pool(1)]))
    plan = Plan(items, (2, 3, 9, 11), "mine")
    assert plan_of_record(json.loads(json.dumps(record_of_plan(plan)))) == plan


class Page:
    """The requests of a page, as live.js sends them."""

    def __init__(self, record=""):
        self.worker = Worker()
        self.ask(do="start", record=record)
        self.record, self.logs = record, {}

    def ask(self, **request):
        return json.loads(self.worker.answer(json.dumps(request)))

    def hear(self, kind, given, message, log=()):
        live = json.dumps([kind, given])
        reply = self.ask(do="hear", live=live, kind=kind, given=given, log=list(log), message=message)
        self.record += "".join([f"{line}\n" for line in reply.get("record", [])])
        return reply


def check(number, *typed):
    return {"do": "check", "id": number, "typed": list(typed)}


def test_an_answer_is_noted_once_and_told_to_the_page():
    """New lines of the record come with the answer that they belong to."""
    page = Page()
    replies = [page.hear("ask", ["size.first"], check(0, typed)) for typed in ("4", "?", "4", "3")]
    assert [len(reply["record"]) for reply in replies] == [1, 0, 0, 1]
    assert [one.right for one in tries()] == [False, True]


def test_a_page_that_is_opened_again_goes_on(tmp_path, monkeypatch):
    """What was heard is heard again in silence: the card is as it was, and the record has each try once."""
    page, given = Page(), ["size.first", "size.padded"]
    log = [check(0, "4"), {"do": "hint", "id": 1}, check(1, "8")]
    for message in log:
        last = page.hear("ask", given, message)
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "again.jsonl"))
    again = Page(page.record)
    reply = again.hear("ask", given, {"do": "hint", "id": 0}, log)
    first, second = reply["traits"]["card"]["questions"]
    before = last["traits"]["card"]["questions"]
    assert second == before[1]
    assert {**first, "hints": [], "hints_left": True} == {**before[0], "hints_left": True}
    assert len(first["hints"]) == 1
    assert reply["record"] == []
    assert len(tries()) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["again.jsonl", "progress.jsonl"]


def test_a_sketch_that_is_opened_again_goes_on():
    """The layers are as they were last, and one can go back to those it began with."""
    page = Page()
    first = page.hear("sketch", "lenet5", {"do": "set", "at": [0], "name": "kernel_size", "text": "3"})
    again = Page().hear(
        "sketch", json.loads(json.dumps(first["given"])), {"do": "fold", "at": [9], "fold": True}
    )
    assert again["traits"]["view"]["lines"][1]["settings"] == first["traits"]["view"]["lines"][1]["settings"]
    back = Page().hear("sketch", first["given"], {"do": "restart"})
    assert back["traits"]["view"]["lines"] == core("sketch", "lenet5").state()["view"]["lines"]


def test_what_is_due_is_asked_with_new_numbers():
    """The kind is that of the record, and the attempt one that was not made yet."""
    page = Page()
    page.hear("practice", "output-size", check(0, "9999"))
    reply = page.ask(do="due", live="x", given=None)
    assert reply["given"] == {"kind": "output-size", "questions": 1, "attempt": 1}
    (question,) = reply["state"]["card"]["questions"]
    assert question["prompt"] == practice("output-size", attempt=1).prompt
    assert "questions" in Page().hear("practice", reply["given"], check(0, "1"))["traits"]["card"]


def test_a_file_is_taken_over_once_and_in_order():
    """Tries of another browser are added between one's own, by their time."""
    one, other = Page(), None
    one.hear("ask", ["size.first"], check(0, "4"))
    file = one.ask(do="export", learner="ada")["text"]
    tried = json.loads(file)["tries"]
    earlier = {**tried[0], "when": tried[0]["when"] - 100, "exercise": "size.padded"}
    other = one.ask(do="import", text=json.dumps([earlier, *tried]))
    assert other["new"] == 1
    assert [one.exercise for one in tries()] == ["size.padded", "size.first"]
    assert one.ask(do="import", text=json.dumps(tried))["new"] == 0


@pytest.mark.parametrize(
    "request_text", ["", "[]", "{}", '{"do": "nope"}', '{"do": "hear"}', '{"do": "import"}']
)
def test_a_request_that_is_none_is_told_in_one_line(request_text):
    """Whatever a script sends, the worker lives on."""
    worker = Worker()
    said = json.loads(worker.answer(request_text))["error"]
    assert said.startswith("Python could not do this: ")
    assert "\n" not in said
    assert "text" in json.loads(worker.answer('{"do": "export"}'))
