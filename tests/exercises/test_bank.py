"""The chapters' exercises: keys computed, targets apart, hints that help and give nothing away."""

import re

import pytest

from answers_that_run import TYPED
from cnnbook.exercises.chapters import exercises_of, find, names, problems
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.checking.reading import read
from cnnbook.exercises.checking.text import read_text
from cnnbook.exercises.forms import COUNT, NUMBER, SHAPE, SIZE
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import CustomQuestion
from cnnbook.exercises.words import shown
from cnnbook.learner.check import check

PUBLISHED = {
    "start.dense-parameters": (11_935,),
    "start.dense-image-parameters": (4_821_600,),
    "start.conv-parameters": (156,),
    "size.first": (3,),
    "size.stem-short": (111,),
    "lenet5.c1": (6, 28, 28),
    "lenet5.s4": (16, 5, 5),
    "lenet5.flatten": (400,),
    "lenet5.c3-parameters": (1_516,),
    "lenet5.c5-parameters": (48_120,),
    "lenet5.f6-parameters": (10_164,),
    "lenet5.total-parameters": (60_000,),
    "lenet5.modern-parameters": (61_706,),
    "lenet5.at-28": (256,),
    "lenet5.view-batch": (16,),
}


@pytest.mark.parametrize(("name", "key"), PUBLISHED.items())
def test_computed_keys_are_the_published_numbers(name, key):
    """Papers and torch itself give these."""
    assert find(name).key == key


@pytest.mark.parametrize("name", TYPED)
def test_the_key_is_correct(name):
    """The right answer is called right, as a tuple and as text."""
    key = find(name).key
    assert check(name, key).outcome == "correct"
    assert check(name, "x".join(map(str, key))).outcome == "correct"


def test_the_bank_is_sound(monkeypatch):
    """Keys are accepted, and each target gives wrong answers of its own; a bank that is not says where."""
    assert problems() == []
    broken = CustomQuestion(
        3, wrong={"no-bias": 4, "one-bias": 4}, targets=("no-bias", "one-bias", "no-stride")
    )
    monkeypatch.setitem(exercises_of("start"), "start.pixels", broken)
    assert problems() == [
        "start.pixels: one-bias and no-bias give one answer",
        "start.pixels: no-stride does not show",
    ]


@pytest.mark.parametrize("name", TYPED)
def test_every_wrong_rule_is_diagnosed_and_has_words(name):
    """The answer of a wrong rule names it, or a set with it, and its hint is its own or its topic's."""
    question = find(name)
    for slip in question.slips():
        (cause,) = slip.ids
        assert cause in MISCONCEPTIONS
        assert question.wording.hints.get(cause) or MISCONCEPTIONS[cause].hint, cause
        if question.accepts(slip.answer):
            continue
        feedback = judge(question, slip.answer)
        assert feedback.outcome == "incorrect"
        assert cause in feedback.candidates
        assert feedback.misconception in (None, cause)
        assert feedback.misconception is None or feedback.candidates == (cause,)
        assert feedback.hint.endswith("?"), feedback.hint


@pytest.mark.parametrize("name", TYPED)
def test_no_hint_gives_the_answer_away(name):
    """The key's numbers stand in a message only where the question or the learner said them."""
    question = find(name)
    given = set(re.findall(r"\d+", repr(question.parameters))) | {"1", "2", "0", "5", "1998"}
    for slip in question.slips():
        if question.accepts(slip.answer):
            continue
        feedback = judge(question, slip.answer)
        said = set(re.findall(r"\d+", f"{feedback.message} {feedback.hint}".replace(",", "")))
        said -= given | {str(number) for number in slip.answer}
        assert not said & {str(number) for number in question.key}, feedback


@pytest.mark.parametrize("name", TYPED)
def test_the_shown_calculation_gives_the_key(name):
    """What is shown after a right answer is a sum that comes out as the key."""
    question = find(name)
    because = question.placeholders(question.key).get("because")
    if because:
        assert read_text(because, COUNT).values == question.key
    else:
        assert (
            question.wording.correct
            or not isinstance(question, CustomQuestion)
            or len(question.key) > 1
            or name == "start.shifted-pool"
        )
        said = check(name, question.key).message
        if question.form.options:
            assert all(f"{letter}) " in said for letter in question.form.typed(question.key))
        else:
            assert shown(question.key) in said


def test_examples_are_no_answers():
    """The example in "write it like ..." is no exercise's key."""
    examples = {
        read(text.strip('"'), form).answer
        for form in (NUMBER, COUNT, SIZE, SHAPE)
        for text in re.split(' or |, (?=")', form.example)
    }
    assert len(examples) == 5
    assert not examples & {find(name).key for name in names()}


def test_an_unknown_id_names_the_nearest():
    """A typing mistake in an id is one clear line."""
    with pytest.raises(LookupError, match=r"There is no exercise 'lenet5.c33'\. Did you mean .*lenet5\.c3"):
        check("lenet5.c33", 3)
    with pytest.raises(
        LookupError, match=r"no exercise 'nothing'\. Ids start with a chapter's name: start, size"
    ):
        check("nothing", 3)
    with pytest.raises(LookupError, match="An exercise id is text"):
        check(3, 3)
