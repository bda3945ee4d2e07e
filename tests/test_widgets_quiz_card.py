"""The quiz card without a browser: what it tells and hears, and what is shown where no kernel runs."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnnbook import QuizCard, ask, practice, progress
from cnnbook.exercises.forms import NUMBER, SHAPE
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.questions import CustomQuestion, Mistake
from cnnbook.learner import card as quiz_card
from cnnbook.learner import notebook_display as showing
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise
from cnnbook.learner.printed_card import box_labels
from cnnbook.learner.quiz import Quiz
from cnnbook.learner.record import tries

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Tries made here are not the developer's."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))


def asking(*keys, form=SHAPE):
    """Return a card of questions with these right answers, which nothing on it gives away."""
    return QuizCard([exercise(key, form=form) for key in keys], "three questions")


def exercise(key, form=SHAPE, text="What comes out?"):
    question = CustomQuestion(key, form=form, because="as it + happens + here")
    asked = Asked(question, "conv-output-size")
    return Exercise(asked, lambda suspected: exercise(tuple(2 * n for n in key)), text=text)


def shown(card):
    """Return what the browser is told of the card and of the first question in front."""
    return {**card.card, **card.card["questions"][0]}


def told(card, *messages):
    """Return what is shown after the browser has sent these messages about the first question in front."""
    for message in messages:
        own = {"id": shown(card)["id"]} if isinstance(message, dict) else {}
        card._handle_custom_msg({**own, **message} if own else message, [])
    return shown(card)


def check(*typed):
    return {"do": "check", "typed": list(typed)}


def sent(card):
    """Return all that the browser has been sent, but for the code and the styles."""
    state = {name: value for name, value in card.get_state().items() if name in card.keys}
    return json.dumps({name: state[name] for name in state if name not in ("_esm", "_css", "layout")})


def test_each_component_has_a_verdict_and_the_slip_its_hint():
    """Right and wrong are said per box; what check says of the answer stands below."""
    asked = practice("conv-output-size", learner="ada")
    slip = next(s for s in asked.question.slips() if s.ids == asked.question.targets[:1])
    card = told(QuizCard([asked]), check(*map(str, slip.answer)))
    expected = ["right" if a == b else "wrong" for a, b in zip(slip.answer, asked.question.key, strict=True)]
    assert [box["verdict"] for box in card["boxes"]] == expected
    assert {box["says"] for box in card["boxes"]} <= {
        "✓ right",
        "✕ off by 1",
        "✕ too small",
        "✕ too large",
    }
    again = practice("conv-output-size", learner="ada").check(slip.answer)
    assert (card["said"]["message"], card["said"]["hint"]) == (again.message, again.hint)


def test_what_follows_from_a_slip_is_not_called_wrong():
    """A number that is right for the wrong number above it has words and a sign of its own."""

    class Chain(CustomQuestion):
        def first_mistake(self, answer):
            return Mistake(self, answer, frozenset({1}))

    asked = Exercise(Asked(Chain((1, 2, 3), form=SHAPE), "conv-output-size"), None, text="?")
    boxes = told(QuizCard([asked]), check("7", "8", "3"))["boxes"]
    assert [(box["verdict"], box["says"]) for box in boxes] == [
        ("wrong", "✕ too large"),
        ("follows", "→ fits the wrong number above"),
        ("right", "✓ right"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_asked_and_answered_on_a_card(kind):
    """A box per component; the key typed into the boxes, or whole into the first of them, is right."""
    for spread in (True, False):
        asked = practice(kind, learner="ada")
        form = asked.question.form
        key = [*form.typed(asked.question.key)]
        card = QuizCard([asked])
        if shown(card)["type"] == "radio":  # a box for each option, with its letter or nothing in it
            key = [
                letter if letter == key[0] else "" for letter in form.typed(range(1, len(form.options) + 1))
            ]
            spread = True
        assert len(shown(card)["boxes"]) == len(key)
        assert all(box["label"] for box in shown(card)["boxes"])
        typed = key if spread else ["x".join(key), *[""] * (len(key) - 1)]
        done = told(card, check(*typed))
        assert (done["said"]["outcome"], done["over"]) == ("correct", True)
        assert [box["text"] for box in done["boxes"]] == key


def test_the_browser_is_not_told_the_answer_before_the_last_rung():
    """Two questions that differ in their answers only send the same, hint by hint, until the solution."""
    low, high = asking((77701, 77702, 77703)), asking((77704, 77705, 77706))
    steps = [check("", "", ""), check("6", "6", "6"), check("x", "7", "7"), {"do": "hint"}]
    hints = len(shown(low)["hints"])
    for message in steps:
        assert told(low, message) == told(high, message)
        assert not re.search(r"7770[1-6]", sent(low))
        hints = max(hints, len(shown(low)["hints"]))
    assert hints
    while shown(low)["hints_left"]:
        told(low, {"do": "hint"})
        assert not re.search(r"7770[1-6]", sent(low))
    told(low, {"do": "solve"})
    assert "(77701, 77702, 77703)" in sent(low)
    assert "(77704, 77705, 77706)" in json.dumps(told(high, {"do": "solve"}))


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_card_of_any_kind_tells_the_question_alone(kind):
    """All that is sent at first, piece by piece: of the question's numbers, only what its prompt names."""
    asked = practice(kind, learner="ada")
    form = asked.question.form
    choice = form.name == "choice"
    labels = form.listed if choice else box_labels(asked.question)
    typing = {
        "count": "You may type 1234, 1,234, 2*3*7 or a rounded 12.3k.",
        "order": "Type a letter for each place; all of them may be typed into the first box, too.",
        "choice": "Choose one of them, with the mouse or with the arrow keys.",
    }.get(form.name, "A calculation such as (40 - 6)//2 may be typed, too.")
    assert json.loads(sent(QuizCard([asked], "Monday")))["card"] == {
        "turn": 1,
        "title": "Monday",
        "at": 0,
        "where": "",
        "score": "",
        "marks": [],
        "marks_said": "question 1 open",
        "questions": [
            {
                "id": 0,
                "exercise": kind,
                "prompt": asked.question.stem if choice else asked.prompt,
                "type": "radio" if choice else "text",
                "boxes": [{"label": label, "text": "", "verdict": "", "says": ""} for label in labels],
                "said": {"outcome": "", "sign": "", "word": "", "message": typing, "hint": ""},
                "hints": [],
                "hints_left": True,
                "over": False,
                "another": True,
            }
        ],
    }


def test_hints_climb_without_repeating_what_is_said_already():
    """After a wrong answer its message and hint are on the card, so the first rung is the formula."""
    asked = practice("conv-output-size", learner="ada")
    slip = next(s for s in asked.question.slips() if s.ids == asked.question.targets[:1])
    card = told(QuizCard([asked]), check(*map(str, slip.answer)), {"do": "hint"})
    assert len(card["hints"]) == 1
    assert card["hints"][0].startswith(("Per axis", "in_features", "k_h", "Each", "Output"))
    assert card["hints"][0] not in (card["said"]["message"], card["said"]["hint"])


def test_hints_end_before_the_solution_which_closes():
    """Hint says nothing more at the end; after the solution nothing is left but another like it."""
    card = asking((77701, 77702, 77703), (11, 12, 13))
    for _ in range(6):
        told(card, {"do": "hint"})
    assert (shown(card)["over"], shown(card)["hints_left"]) == (False, False)
    assert len(shown(card)["hints"]) == len(set(shown(card)["hints"])) > 0
    told(card, {"do": "solve"})
    assert (shown(card)["over"], shown(card)["another"]) == (True, True)
    assert shown(card)["said"]["outcome"] == "shown"
    assert ".new()" not in json.dumps(card.card)
    assert told(card, check("77701", "77702", "77703"))["said"]["outcome"] == "shown"
    assert card.card["score"] == "0 of 2 right at the first try"
    fresh = told(card, {"do": "another"})
    assert (fresh["where"], fresh["over"], fresh["hints"]) == ("Question 2 of 3", False, [])
    assert told(card, check("155402", "155404", "155406"))["score"] == "1 of 3 right at the first try"


def test_score_and_marks_say_how_far_one_is():
    """Right, wrong, shown and open, as signs and in words; an unreadable answer does not undo a mark."""
    card = asking((1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12))
    told(card, check("1", "2", "3"), {"do": "go", "to": 1}, check("4", "4", "4"), check("4", "four", "4"))
    told(card, {"do": "go", "to": 2}, {"do": "solve"})
    assert [mark["sign"] for mark in card.card["marks"]] == ["✓", "✕", "=", ""]
    assert card.card["marks_said"] == (
        "question 1 right, question 2 not right yet, question 3 solution shown, question 4 open"
    )
    assert card.card["score"] == "1 of 4 right at the first try"


def test_the_score_counts_first_tries_as_the_record_does():
    """What was put right is right in the end; after two hints, or with the solution, it is no first try."""
    card = asking((1, 2, 3), (4, 5, 6), (7, 8, 9), (10, 11, 12))
    assert card.card["score"] == "0 of 4 answered"
    told(card, check("1", "2", "3"), {"do": "go", "to": 1}, check("4", "4", "4"))
    assert card.card["score"] == "1 of 4 right at the first try"
    told(card, check("4", "5", "6"))
    assert card.card["score"] == "2 of 4 right in the end, 1 at the first try"
    told(card, {"do": "go", "to": 2}, {"do": "hint"}, {"do": "hint"}, check("7", "8", "9"))
    assert card.card["score"] == "3 of 4 right in the end, 1 at the first try"
    told(card, {"do": "go", "to": 3}, {"do": "hint"}, check("10", "11", "12"))
    assert card.card["score"] == "4 of 4 right in the end, 2 at the first try"


def test_the_card_and_the_record_count_the_same_first_tries():
    """Of three exercises, one is right at once, one at the second try, and one has its solution shown."""
    asked = [practice("conv-parameters", learner="ada", attempt=attempt) for attempt in range(3)]
    card = QuizCard(asked)
    for place, wrong_first in enumerate((False, True)):
        right = check(*map(str, asked[place].question.key))
        told(card, {"do": "go", "to": place}, *([check("1")] if wrong_first else []), right)
    told(card, {"do": "go", "to": 2}, {"do": "solve"})
    assert card.card["score"] == "2 of 3 right in the end, 1 at the first try"
    assert [(row.answers, row.right) for row in progress().rows] == [(3, 1)]


def test_practice_goes_on_for_ever():
    """A card of one exercise always offers another, its next variant, and one can look back."""
    asked = practice("output-size", learner="ada")
    card = QuizCard([asked])
    assert shown(card)["another"]
    second = told(card, {"do": "another"})
    assert second["prompt"] == practice("output-size", learner="ada", attempt=1).prompt
    assert told(card, {"do": "go", "to": 0})["another"] is False
    assert shown(card)["prompt"] == asked.prompt


def test_tries_are_noted_as_everywhere():
    """Right and wrong answers count in the progress; blank and unreadable ones do not."""
    asked = practice("output-size", learner="ada")
    told(
        QuizCard([asked]),
        check(""),
        check("..."),
        check("a few"),
        check("9999"),
        check(str(asked.question.key[0])),
    )
    assert [(one.exercise, one.right) for one in tries()] == [("output-size", False), ("output-size", True)]


def test_the_box_gets_what_was_read_so_that_enter_accepts_it():
    """A likely reading is asked about and noted only when it is sent again; no box has a verdict before."""
    card = QuizCard([practice("output-size", learner="ada")])
    asked = told(card, check("9999 bananas"))
    assert asked["said"]["message"] == "I read 9,999. Is that it?"
    assert asked["said"]["hint"] == "Press Enter if it is, or type your answer again."
    assert asked["said"]["outcome"] == "unreadable"
    assert [(box["text"], box["verdict"]) for box in asked["boxes"]] == [("9999", "")]
    assert tries() == []
    assert told(card, check("9999"))["said"]["outcome"] == "incorrect"
    assert len(tries()) == 1


def test_each_box_is_asked_about():
    """One box of three with a word that is not known is enough for a question."""
    card = QuizCard([practice("conv-output-size", learner="ada")])
    asked = told(card, check("6 blobs", "28", "30"))
    assert asked["said"]["message"] == "I read (6, 28, 30). Is that it?"
    assert [box["text"] for box in asked["boxes"]] == ["6", "28", "30"]


def test_a_blank_answer_is_told_so():
    """What check says of a cell's placeholder would puzzle in front of boxes."""
    for blank in (check("", " ", ""), check("...", "", "")):
        said = told(asking((1, 2, 3)), blank)["said"]
        assert (said["outcome"], said["message"]) == (
            "not attempted",
            "Nothing to check yet: type your answer first.",
        )


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "check",
        {},
        {"do": "check"},
        {"do": "check", "typed": "123"},
        {"do": "check", "typed": ["1", "2"]},
        {"do": "check", "typed": [1, 2, 3]},
        {"do": "check", "typed": [["1"], "2", {}]},
        {"do": "go", "to": 9},
        {"do": "go", "to": -1},
        {"do": "go", "to": "1"},
        {"do": "another"},
        {"do": "_refresh"},
        {"do": ["hint"]},
        {"do": "hint", "id": 2},
        {"do": "hint", "id": "0"},
        {"do": "solve", "id": None},
    ],
)
def test_messages_of_no_card_are_not_heard(message):
    """Whatever a page sends, the question stays as it is, and nothing raises."""
    card = asking((1, 2, 3), (4, 5, 6))
    before = {**shown(card), "turn": 0}
    assert {**told(card, message), "turn": 0} == before


@pytest.mark.parametrize(
    "typed",
    [
        "<img src=x onerror=alert(1)>",
        "__import__('os').abort()",
        "9**9**9",
        "\x00",
        "\u202e21",
        "\ud800",
        "(" * 9000,
    ],
)
def test_what_is_typed_is_text(typed):
    """Code, markup, half a character and nesting are unreadable; what comes back can be sent."""
    card = told(asking((1, 2, 3)), check(typed, "2", "3"))
    assert card["said"]["outcome"] in ("unreadable", "incorrect")
    assert len(json.dumps(card, ensure_ascii=False).encode()) < 3000


def test_a_card_of_nothing_says_so():
    """An empty worksheet is a mistake of its author's."""
    with pytest.raises(ValueError, match=r"needs an exercise; quiz\(\) and practice\(\) make some"):
        QuizCard([])


class Blocks(HTMLParser):
    """The tags that were opened and not closed, and the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        assert not attributes
        self.open += [tag] if tag != "br" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_without_a_kernel_the_card_is_printed_without_answers():
    """Prompts and labelled blanks in plain HTML that any page keeps; markup in a prompt is text."""
    asked = Quiz(
        "<b>net</b>", [exercise((77701, 77702, 77703)), exercise((77704,), NUMBER, "a < b\n<script>?")]
    )
    printed = asked._repr_html_()
    parsed = Blocks(printed)
    assert parsed.open == []
    assert "channels ______, height ______, width ______" in parsed.text
    assert "<b>net</b>" in parsed.text
    assert "a < b<script>?" in parsed.text
    assert not re.search(r"7770[1-4]", printed)
    assert asked._repr_mimebundle_() == {}


def test_a_table_in_a_prompt_is_printed_as_one():
    """Rows of a trace keep their columns."""
    printed = exercise((1, 2, 3), text="Open cells.\nlayer | shape\nconv1 | (a, 4)\nWhich?")._repr_html_()
    assert Blocks(printed).open == []
    assert "<p>Open cells.</p><table><tr><td>layer</td><td>shape</td></tr><tr>" in printed
    assert "<td>(a, 4)</td></tr></table><p>Which?</p>" in printed


def test_in_a_kernel_jupyter_gets_the_live_card_too(monkeypatch):
    """The widget's mime type beside HTML and text; shown twice it is one card, so both show the same."""
    from IPython.core.formatters import DisplayFormatter

    monkeypatch.setattr(showing, "_in_kernel", lambda: True)
    for asked in (practice("output-size"), Quiz("net", [exercise((1, 2, 3)), exercise((4, 5, 6))])):
        (first, _), (second, _) = (DisplayFormatter().format(asked) for _ in range(2))
        assert set(first) == {WIDGET, "text/html", "text/plain"}
        assert first[WIDGET]["model_id"] == second[WIDGET]["model_id"]
        assert first["text/plain"] == repr(asked)


@pytest.mark.parametrize(("kernel", "live"), [(None, False), (object(), True)])
def test_only_a_kernel_makes_it_live(monkeypatch, kernel, live):
    """In IPython's terminal a card would be a line of noise; without IPython there is nobody to ask."""
    shell = SimpleNamespace(kernel=kernel) if kernel else SimpleNamespace()
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert showing._in_kernel() is live
    monkeypatch.delitem(sys.modules, "IPython")
    assert showing._in_kernel() is False


def test_the_card_is_small_and_loads_nothing_from_elsewhere():
    """Under 12 kB of script and style, no address, no import, no markup from text."""
    files = [Path(quiz_card.__file__).with_suffix(suffix) for suffix in (".js", ".css")]
    assert sum(file.stat().st_size for file in files) < 12_000
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    remote = r"https?:|@import|url\(|import |fetch"
    markup = r"innerHTML|outerHTML|insertAdjacent|document.write|eval|Function\("
    assert not re.search(f"{remote}|{markup}", code)


def test_a_card_of_practice_loads_no_torch():
    """A learner who practises does not wait for it."""
    code = "from cnnbook import QuizCard, practice; QuizCard([practice()])"
    code += "; import sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    "wrong", [3, None, "resnet18", [3], practice("output-size")], ids=lambda one: type(one).__name__
)
def test_what_is_no_list_of_exercises_is_refused(wrong):
    """One line that says what a card asks."""
    with pytest.raises(
        TypeError, match=r"a card asks a list of exercises, as quiz\(\) gives and \[practice\(\)\] is"
    ):
        QuizCard(wrong)


def test_only_the_chosen_option_has_a_verdict():
    """The boxes of the others are empty and unjudged, after a wrong choice and after the right one."""
    (asked,) = ask("start.larger-picture")
    right = asked.question.form.typed(asked.question.key)[0]
    card = QuizCard([asked], "choice")
    for letter, verdict in (("a" if right != "a" else "b", "wrong"), (right, "right")):
        typed = [letter if letter == one else "" for one in "abcd"]
        boxes = told(card, check(*typed))["boxes"]
        assert [box["text"] for box in boxes] == typed
        assert [box["verdict"] for box in boxes] == [verdict if text else "" for text in typed]
