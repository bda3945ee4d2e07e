"""Choices and orders: how they are typed, what is said of a wrong one, and what it is evidence of."""

import re
from dataclasses import replace

import pytest

from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import Words
from cnnbook.learner.check import check
from cnnbook.learner.hints import solution
from cnnbook.learner.record import tries

ROWS = Choice(
    Option("{right} rows", "The first window covers 3 rows, and two steps are left."),
    (
        Option("5 rows", "That needs a padding of 1.", "same-size"),
        Option("2 rows", "There are 2 steps, and one window before the first of them.", "no-plus-one"),
        Option("It depends on the weights", "The weights change the values and not the size."),
    ),
    numbers={"right": 3},
    words=Words(
        prompt="A kernel of 3 reads 5 rows. What comes out?", ask="Where does the last window start?"
    ),
)
COUNTS = Choice(
    Option("1,456", "Weights and biases."),
    (Option("450", "Without biases.", "no-bias"), Option("76", "A flat kernel.", "no-input-channels")),
)


def test_a_choice_takes_about_ten_lines_and_lists_its_options():
    """Each option behind its letter; what stands in braces is filled."""
    stem, *options = ROWS.prompt.splitlines()
    assert stem == ROWS.stem == "A kernel of 3 reads 5 rows. What comes out?"
    assert {option[3:] for option in options} == {"3 rows", "5 rows", "2 rows", "It depends on the weights"}
    assert [option[:3] for option in options] == ["a) ", "b) ", "c) ", "d) "]


@pytest.mark.parametrize(
    "form", ["{}", "{})", "({})", "{}.", " {} ", "option {}", "upper {}", "place", "text", "int"]
)
def test_a_choice_is_typed_as_people_type(form):
    """By letter, by place or by the text itself, and each of them means the same option."""
    for place, option in enumerate(ROWS.options, 1):
        letter = "abcd"[place - 1]
        typed = {"place": str(place), "text": f" {option.text.upper()}.", "int": place}.get(form)
        typed = typed or form.removeprefix("upper ").format(letter.upper() if "upper" in form else letter)
        said = judge(ROWS, typed)
        assert said.answer == (place,), typed
        assert said.message == f"{letter}) {option.reason}"
        assert said.outcome == ("correct" if option.text == "3 rows" else "incorrect")


@pytest.mark.parametrize(
    "typed", ["e", "a b", "a or b", "0", "5", "many", 9, -1, 2.0, True, (1, 2), (6,), object(), "3"]
)
def test_what_is_no_option_is_told_in_one_line(typed):
    """Several letters, letters that are not there, and words; none of them is a try."""
    said = judge(ROWS if typed != "3" else COUNTS, typed)
    assert said.outcome == "unreadable"
    assert said.message.startswith('One letter is wanted, like "a"; the options are a, b')
    assert judge(ROWS, ...).outcome == judge(ROWS, "").outcome == "not attempted"


def test_numbers_ascend_and_are_read_as_the_texts_that_they_are():
    """76, 450 and 1,456 in this order; "450" is that option and no place."""
    assert COUNTS.form.options == ("76", "450", "1,456")
    assert (judge(COUNTS, "450").answer, judge(COUNTS, "1456").outcome) == ((2,), "correct")
    assert COUNTS.key == (3,)


def test_options_are_shuffled_for_each_learner_and_the_same_each_time():
    """Ten learners see several orders, one learner always the same, and the right one is right in each."""
    orders = {replace(ROWS, learner=f"learner {number}").form.options for number in range(10)}
    assert len(orders) > 4
    for number in range(10):
        own = replace(ROWS, learner=f"learner {number}")
        assert own.form.options == replace(ROWS, learner=f"learner {number}").form.options
        assert own.form.options[own.key[0] - 1] == "3 rows"
        assert judge(own, "3 rows").outcome == "correct"
        assert judge(own, "2 rows").candidates == ("no-plus-one",)


def test_a_wrong_choice_is_a_suspicion_until_it_recurs(own_progress):
    """One of four is chosen by chance too often to assert its cause; what no belief explains names none."""
    assert ROWS.targets == ("same-size", "no-plus-one")
    said = judge(ROWS, "2 rows")
    assert (said.candidates, said.misconception) == (("no-plus-one",), None)
    assert said.hint == "Where does the last window start?"
    assert judge(ROWS, "It depends on the weights").candidates == ()
    assert find("start.larger-picture").targets == ("macs-as-parameters", "times-output-size")
    check("start.larger-picture", "It becomes four times as many.")
    (one,) = tries()
    assert (one.form, one.suspected, one.misconception) == ("choice", ("macs-as-parameters",), None)


def test_the_solution_of_a_choice_has_all_reasons():
    """The right one first, then why each of the others is not."""
    said = solution(ROWS)
    assert said.index("two steps are left") < min(said.index(option.reason) for option in ROWS.wrong)


def test_hints_climb_from_a_question_to_the_solution(own_progress):
    """A question with the reason first, then the rule, and the solution after the third wrong one."""
    right = find("start.larger-picture").key[0]
    wrong = [letter for place, letter in enumerate("abcd", 1) if place != right]
    first, second, _third = (check("start.larger-picture", letter) for letter in wrong)
    assert first.hint.endswith("before it has read anything?")
    assert second.hint.endswith("in each channel, and a bias.")


def test_a_choice_of_two_is_refused():
    """Three to five options: with two, a coin is right half of the time."""
    with pytest.raises(ValueError, match="a choice has 3 to 5 options, not 2"):
        Choice(ROWS.right, ROWS.wrong[:1])


LAYERS = Order((Item("fc", 30), Item("conv1", 10, wrong={"no-bias": 40}), Item("conv2", 20)))


@pytest.mark.parametrize(
    "typed", ["b c a", "bca", "B, C, A", "2 3 1", "231", "b > c > a", ["b", "c", "a"], (2, 3, 1), "conv1"]
)
def test_an_order_is_typed_as_people_type(typed):
    """As letters or places, with or without blanks and signs; one item alone is no order."""
    said = judge(LAYERS, typed)
    assert said.outcome == ("unreadable" if typed == "conv1" else "correct")
    assert judge(LAYERS, ["conv1", "conv2", "fc"]).outcome == "correct"


@pytest.mark.parametrize("typed", ["a b", "a b b", "a b c d", "abcd", "1 2 4", "c", 2, "first b"])
def test_what_is_no_order_is_told_in_one_line(typed):
    """Each letter is wanted once."""
    said = judge(LAYERS, typed)
    assert said.outcome == "unreadable"
    assert said.message.startswith("Each of the letters a, b and c is wanted once, like")


def test_the_right_order_from_its_end_is_told():
    """It is a slip of reading, unless a misconception leads to the same order."""
    said = judge(find("alexnet.order-by-macs"), "c a d b")
    assert said.message == "Read from its end, this order is right. Which end does the question begin with?"
    assert said.outcome == "incorrect"
    items = (Item("one", 1, "", "", {"no-bias": 3}), Item("two", 2), Item("three", 3, "", "", {"no-bias": 1}))
    assert judge(Order(items), "c b a").message == "c) does not belong at the 1st place."


def test_the_first_place_that_is_not_right_is_told_without_its_numbers():
    """The numbers are the last hint before the solution, since they are the answer."""
    said = judge(LAYERS, "b a c")
    assert said.message == "a) does not belong at the 2nd place."
    assert not re.search(r"[123]0", f"{said.message} {said.hint}")
    assert said.candidates == ()
    assert judge(LAYERS, "c a b").candidates == ("no-bias",)
    assert judge(LAYERS, "bca").message == "In this order: b) 10, c) 20, a) 30."


def test_an_order_that_has_none_is_refused():
    """Two items with one number, and fewer than three items."""
    with pytest.raises(ValueError, match="two items have one number"):
        Order((Item("a", 1), Item("b", 1), Item("c", 2)))
    with pytest.raises(ValueError, match="an order has 3 to 6 items, not 2"):
        Order((Item("a", 1), Item("b", 2)))


def test_layers_are_put_in_the_order_of_torchs_parameters():
    """The key of each variant is torch's own order."""
    from torch import nn

    for attempt in range(10):
        question = draw(KINDS["order-by-parameters"], "torch", attempt)
        layers = [eval(text, {"Conv2d": nn.Conv2d}) for text in question.form.options]
        counts = [sum(p.numel() for p in layer.parameters()) for layer in layers]
        assert [counts[place - 1] for place in question.key] == sorted(counts)
