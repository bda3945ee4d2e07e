"""What chapter 09 answers to wrong answers that are likely on its page."""

import pytest

from cnnbook.exercises.chapters import find
from cnnbook.exercises.functions.errata import zeros_of_same
from cnnbook.exercises.kinds.rounding_designs import caffe_pool
from cnnbook.learner.check import check
from cnnbook.networks.shipped import shipped


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        (9_408 + 64, "biases-too", "9,472 is the count with a bias for each of the 64 kernels."),
        (2_700, "example-remembered", "2,700 fits the 2.7K that the paper prints."),
        (64 * 3 * (7 + 7), "example-remembered", "2,688 fits the 2.7K that the paper prints."),
    ],
)
def test_numbers_of_the_page_are_named(answer, cause, said):
    """A count with biases, and the paper's own number, are told from the count of the weights."""
    feedback = check("errata.googlenet-stem", answer)
    assert feedback.candidates == (cause,)
    assert feedback.hint.startswith(said)


def outputs_rounded_down(n, k, s):
    return max((n // s - 1) * s + k - n, 0) // 2


def half_zeros(n, k, s):
    return sum(zeros_of_same(n, k, s)) / 2


@pytest.mark.parametrize(
    ("function", "cause"),
    [(outputs_rounded_down, "outputs-rounded-down"), (half_zeros, "fraction-kept")],
)
def test_two_ways_of_rounding_are_told_apart(function, cause):
    """The number of outputs is rounded up, and half of the zeros is rounded down."""
    assert check("errata.write-same", function).misconception == cause


def test_a_claim_is_not_shown_as_an_object():
    """The hint after an unknown search has no address of a function in it."""
    feedback = check("errata.write-counterexample", lambda claim, numbers: 0)
    assert feedback.outcome == "incorrect"
    assert "0x" not in feedback.message + feedback.hint
    assert feedback.hint.endswith("The first example: claim = 'n is odd', numbers = [3, 5, 8, 9].")


def test_the_zeros_behind_are_worked_out_from_all_zeros():
    """The calculation of the zeros behind the rows begins with the windows, not with the number of zeros."""
    question = find("errata.same-bottom")
    assert question.because == "((7 - 1)×3 + 5 - 20 + 1)//2"
    assert (7 - 1) * 3 + 5 - 20 == sum(zeros_of_same(20, 5, 3)) == 3
    assert "(outputs − 1) × s + k − n" in question.wording.formula


def test_two_conventions_for_one_network():
    """The paper's billions are the MACs, cut off; PyTorch's counter takes twice as many."""
    numbers = find("errata.mistake-or-convention").numbers
    macs = shipped("resnet34").macs
    assert numbers == {"weights": "9,408", "macs": "3.6", "flops": f"{2 * macs / 1e9:.2f}"}
    assert (
        check("errata.mistake-or-convention", find("errata.mistake-or-convention").key).outcome == "correct"
    )
    assert check("errata.report", find("errata.report").key).outcome == "correct"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("errata.same-bottom", "3 rows are missing: 1 before, 2 behind."),
        ("errata.caffe", "13/3 rounded up is 5 steps, and the first window is one more: 6."),
    ],
)
def test_a_right_answer_about_rounding_is_explained_in_words(name, said):
    """The reply names the windows, and has no rounded division in Python's signs."""
    message = check(name, find(name).key).message
    assert said in message
    assert "//" not in message


def test_the_numbers_in_these_replies_are_computed():
    """23 rows for 7 windows; 13/3 rounded up; the last window of Caffe begins behind the 15 rows."""
    assert (-(-20 // 3), 6 * 3 + 5) == (7, 23)
    assert zeros_of_same(20, 5, 3) == (1, 2)
    assert (caffe_pool(15, 2, 3), 15) == (-(-13 // 3) + 1, 5 * 3)


def test_a_network_that_was_trained_need_not_have_learned():
    """The question about circular padding does not say that the training succeeded."""
    prompt = find("errata.left-or-right").say(find("errata.left-or-right").wording.prompt)
    assert "was trained to say" in prompt
    assert "learned" not in prompt
