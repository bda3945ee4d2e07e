"""The card of a chapter's questions, which `ask` makes: all in front, each answered by itself."""

import json
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from answers_that_run import RUN, TYPED, right_answer, wrong_answers
from cnnbook import ask, check, practice
from cnnbook.exercises.chapters import UnknownExerciseError, find
from cnnbook.learner.card import QuizCard
from cnnbook.learner.record import Try, tries
from cnnbook.learner.seen_before import seen_before


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Tries made here are not the developer's."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))
    return tmp_path / "progress.jsonl"


def card_of(*ids):
    asked = ask(*ids)
    return QuizCard(list(asked), asked.title, all_in_front=True)


def send(card, action, question, *typed):
    """Send what the browser sends about one question, and return what is shown of it."""
    message = {"do": action, "id": question} | ({"typed": list(typed)} if action == "check" else {})
    card._handle_custom_msg(message, [])
    return next(one for one in card.card["questions"] if one["id"] == question)


def test_all_questions_are_in_front_and_answered_apart():
    """Each has its id, its verdict and its hints; the other one is not touched."""
    card = card_of("size.padded", "size.uneven")
    assert [one["exercise"] for one in card.card["questions"]] == ["size.padded", "size.uneven"]
    assert card.card["marks"] == []
    wrong = send(card, "check", 0, "4")
    assert wrong["said"]["hint"] == check("size.padded", 4).hint
    assert wrong["said"]["outcome"] == "incorrect"
    untouched = send(card, "hint", 0) and card.card["questions"][1]
    assert untouched["said"]["outcome"] == ""
    assert untouched["hints"] == []
    assert send(card, "check", 1, "18", "16")["said"]["outcome"] == "correct"
    assert card.card["score"] == "1 of 2 right at the first try"


@pytest.mark.parametrize(
    ("name", "typed"), [("errata.tell-apart", "321"), ("size.design", "320"), ("vgg16.design", "22333")]
)
def test_no_number_of_a_wrong_design_is_marked(name, typed):
    """Several designs are right, so a number that differs from one of them is not wrong for that."""
    shown = send(card_of(name), "check", 0, *typed)
    assert shown["said"]["outcome"] == "incorrect"
    assert [box["verdict"] for box in shown["boxes"]] == [""] * len(typed)
    assert send(card_of(name), "solve", 0)["said"]["word"] == "One solution, for example."
    one_answer = send(card_of("size.uneven"), "check", 0, "18", "17")
    assert [box["verdict"] for box in one_answer["boxes"]] == ["right", "wrong"]


def test_hints_climb_to_the_solution():
    """The rule, then its numbers; the solution has a button of its own, and the answer is nowhere before."""
    card, key = card_of("alexnet.first-dense"), "37,752,832"
    seen = []
    while card.card["questions"][0]["hints_left"]:
        seen = send(card, "hint", 0)["hints"]
        assert key not in json.dumps(card.card)
    send(card, "solve", 0)
    assert len(set(seen)) == len(seen) >= 2
    assert card.card["questions"][0]["said"]["outcome"] == "shown"
    assert key in card.card["questions"][0]["said"]["message"]


def test_more_of_the_kind_is_offered_once_a_question_is_over():
    """It comes right after its question, with other numbers; a question that has no kind offers none."""
    card = card_of("size.padded", "size.unread")
    assert not card.card["questions"][0]["another"]
    assert send(card, "check", 0, "8")["another"]
    card._handle_custom_msg({"do": "another", "id": 0}, [])
    assert [one["exercise"] for one in card.card["questions"]] == [
        "size.padded",
        "output-size",
        "size.unread",
    ]
    assert not card.card["questions"][0]["another"]
    assert send(card, "solve", 1)["over"]
    assert not send(card, "solve", 1)["another"]
    prompts = {practice("output-size", attempt=attempt).prompt for attempt in range(9)}
    assert card.card["questions"][1]["prompt"] in prompts


def test_only_a_question_with_a_kind_can_be_renewed():
    """A question that only one chapter asks says so instead of asking something else."""
    (unread,) = ask("size.unread")
    assert not unread.renewable
    with pytest.raises(LookupError, match=r"size\.unread is asked with these numbers only\."):
        unread.new()
    assert ".new()" not in unread.explain()


def test_a_try_on_the_card_is_noted_as_by_check():
    """Under the exercise's id and with its numbers, so that both count as the same exercise."""
    send(card_of("lenet5.c1"), "check", 0, "6", "28", "27")
    check("lenet5.c1", (6, 28, 27))
    assert [(one.exercise, one.right) for one in tries()] == [("lenet5.c1", False)]


def test_a_question_that_was_answered_says_when():
    """Before the first answer, in the place where else stands how to type one."""
    check("size.padded", 4)
    first, second = card_of("size.padded", "size.first").card["questions"]
    assert first["said"]["message"] == "Seen before: not right yet, today."
    assert second["said"]["message"] == "A calculation such as (40 - 6)//2 may be typed, too."


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "correct today"),
        (1, "correct yesterday"),
        (2, "correct on Monday"),
        (6, "correct on Thursday"),
        (7, "correct on 2026-11-18"),
        (400, "correct on 2025-10-21"),
        (-2, "correct today"),
    ],
)
def test_the_day_is_said_as_people_do(days, said):
    """Within a week by its name, before that by its date; a clock that was wrong does no harm."""
    now = datetime(2026, 11, 25, 18)
    tried = [Try((now - timedelta(days=days)).timestamp(), "size.first", "{}", (3,), True, None)]
    assert seen_before("size.first", {}, tried, now) == f"Seen before: {said}."


def test_a_time_that_is_none_is_said_vaguely():
    """A file edited by hand does not stop a chapter."""
    tried = [Try(-1e300, "size.first", "{}", (3,), False, None)]
    said = seen_before("size.first", {}, tried, datetime(2026, 11, 25))
    assert said == "Seen before: not right yet, some time ago."
    assert seen_before("size.first", {"k": 3}, tried, datetime(2026, 11, 25)) == ""


class Text(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", TYPED)
def test_every_question_is_asked_on_a_card_and_on_paper(name):
    """Its prompt and a labelled place per number; of its answer, only what the prompt names."""
    asked, question = ask(name), find(name)
    card = card_of(name).card["questions"][0]
    choice = question.form.name == "choice"
    assert card["prompt"] == (question.stem if choice else question.prompt)
    assert len(card["boxes"]) == len(question.form.options if choice else question.key)
    printed = Text(asked._repr_html_()).text
    assert all(line.strip() in printed for line in question.prompt.split("\n") if "|" not in line)
    assert printed.count("______") == len(question.key)
    assert repr(asked) == f"{question.prompt}\n  check({name!r}, ...)"


@pytest.mark.parametrize("typed", ["key", "in one box"])
@pytest.mark.parametrize("name", TYPED)
def test_every_question_is_solved_on_its_card(name, typed):
    """The key typed into the boxes, or whole into the first, is right."""
    form = find(name).form
    key = [*form.typed(find(name).key)]
    if form.name == "choice":  # a box for each option, with its letter or nothing in it
        key = [letter if letter == key[0] else "" for letter in "abcdef"[: len(form.options)]]
        typed = "key"
    boxes = key if typed == "key" else ["x".join(key), *[""] * (len(key) - 1)]
    assert send(card_of(name), "check", 0, *boxes)["said"]["outcome"] == "correct"


def test_what_is_no_id_is_refused_in_one_line():
    """A number handed over belongs into check; an unknown id names the nearest."""
    with pytest.raises(TypeError, match=r"^ask takes ids of exercises, like 'size\.first', not 3; check"):
        ask("size.first", 3)
    with pytest.raises(TypeError, match=r"^ask needs the id of an exercise"):
        ask()
    with pytest.raises(UnknownExerciseError, match=r"Did you mean size\.first"):
        ask("size.frist")


@pytest.mark.parametrize("name", RUN)
def test_every_question_that_is_run_is_asked_on_a_card_and_on_paper(name):
    """Without boxes; without an answer it says how one is handed over, and nothing of the answer."""
    asked, question = ask(name), find(name)
    how = f"Hand it over like this: ask('{name}', {question.name})."
    card = card_of(name).card["questions"][0]
    assert (card["prompt"], card["boxes"], card["said"]["message"]) == (question.prompt, [], how)
    assert how in Text(asked._repr_html_()).text
    assert repr(asked) == f"{question.prompt}\n… Not attempted. {how}"


@pytest.mark.parametrize("name", RUN)
def test_an_answer_that_is_handed_over_is_judged_on_its_card(name):
    """The card begins with the verdict; Check gives it again, and hints lead to the solution as ever."""
    wrong = next(iter(wrong_answers(name).values()))
    asked = ask(name, wrong)
    card = QuizCard(list(asked), asked.title, all_in_front=True)
    verdict = asked[0].handed
    shown = card.card["questions"][0]
    assert shown["said"]["outcome"] == "incorrect"
    assert (shown["said"]["message"], shown["said"]["hint"]) == (verdict.message, verdict.hint)
    assert send(card, "check", 0)["said"] == shown["said"]
    assert [(one.right, one.form) for one in tries()] == [(False, find(name).form.name)]
    while card.card["questions"][0]["hints_left"]:
        assert send(card, "hint", 0)["hints"]
    shown = send(card, "solve", 0)
    assert shown["said"]["message"] == asked[0].solution
    assert str(verdict) in Text(asked._repr_html_()).text
    assert QuizCard(list(ask(name, right_answer(name)))).card["questions"][0]["over"]


def test_check_on_the_card_takes_the_function_that_the_notebook_has_now(monkeypatch):
    """After the cell with the function was run again, the card need not be run again."""
    import __main__

    def my_field(layers):
        return sum(kernel_size for kernel_size, _stride in layers)

    def better(layers):
        return find("size.write-field").right(layers)

    my_field.__module__ = "__main__"
    better.__name__ = "my_field"
    monkeypatch.setattr(__main__, "my_field", my_field, raising=False)
    card = QuizCard(list(ask("size.write-field", my_field)), all_in_front=True)
    assert card.card["questions"][0]["said"]["outcome"] == "incorrect"
    monkeypatch.setattr(__main__, "my_field", better)
    assert send(card, "check", 0)["said"]["outcome"] == "correct"
    assert [one.right for one in tries()] == [False, True]


def test_check_on_the_card_takes_the_numbers_that_the_notebook_has_now(monkeypatch):
    """A kernel has no name of its own: it is looked up under the name that the exercise gives it."""
    import __main__

    turned = [[-1, 0, 1]] * 3
    monkeypatch.setattr(__main__, "mine", turned, raising=False)
    card = QuizCard(list(ask("start.level-edges", turned)), all_in_front=True)
    monkeypatch.setattr(__main__, "mine", right_answer("start.level-edges"))
    assert send(card, "check", 0)["said"]["outcome"] == "correct"
    other = QuizCard(list(ask("start.level-edges", [[1, 1, 1]] * 3)), all_in_front=True)
    assert send(other, "check", 0)["said"]["outcome"] == "incorrect"


def test_answers_stand_behind_their_own_ids():
    """Several questions on one card; what cannot be one is refused in one line."""
    first, second, third = ask("size.first", "size.write-field", len, "lenet5.c1")
    assert (first.handed, third.handed) == (None, None)
    assert second.handed.outcome == "incorrect"
    with pytest.raises(TypeError, match=r"^ask takes ids of exercises, like 'size\.first', not 4; check"):
        ask("size.write-field", len, 4)
