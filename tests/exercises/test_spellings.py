"""The same value means the same however it is written, and what is not right is not accepted."""

from collections import Counter

import pytest

from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import NUMBER, SHAPE
from cnnbook.exercises.questions import CustomQuestion
from cnnbook.learner.check import check
from cnnbook.learner.record import tries
from exercises.spellings import right, wrong


def test_right_answers_are_read_as_right():
    """Of the generated spellings of right answers at least 99 in 100 are correct, and none is a wrong try."""
    outcomes = Counter(judge(one.question, one.answer).outcome for one in right())
    assert outcomes.total() >= 700
    assert outcomes["correct"] >= 0.99 * outcomes.total()
    assert not outcomes["incorrect"]


def test_no_wrong_answer_is_accepted():
    """Near misses, hedges, wrong units and orders, and numbers rounded to a slip are not correct."""
    spellings = wrong()
    assert len(spellings) >= 300
    accepted = [
        (one.name, one.answer) for one in spellings if judge(one.question, one.answer).outcome == "correct"
    ]
    assert accepted == []


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        ("vgg16.two-small", "2x2", "Two numbers, 2 and 2; one number is wanted"),
        ("vgg16.two-small", (2, 2), "Two numbers, 2 and 2; one number is wanted"),
        ("size.uneven", "18 or 16", "“18 or 16” leaves open which numbers are meant"),
        ("choosing.flops", "3.63 GMACs", "is a number of MACs, and that is not what is asked for"),
        ("lenet5.modern-parameters", "61706 flops", "is a number of FLOPs"),
        ("lenet5.modern-parameters", "61,706 bytes", "is a number of bytes"),
        ("vgg16.fc6-parameters", "103M", "rounded so much that a wrong answer would give it, too"),
        ("choosing.weights-bytes", "97.4 MiB", "cut off, not rounded"),
        ("choosing.weights-bytes", "97.5 MB", "“97.5 MB” is 97,500,000 bytes"),
        ("size.padded", "8 bananas", "I read 8. Is that it?"),
        ("size.padded", "8 = 10 - 7 + 2 + 1", "I read 6. Is that it?"),
        ("choosing.flops", "3,628M", "I read 3,628,000,000. Is that it?"),
    ],
)
def test_what_cannot_be_judged_is_told_in_one_line(name, answer, message, own_progress):
    """The message says what is wrong with the answer, and no try is noted."""
    feedback = check(name, answer)
    assert feedback.outcome == "unreadable"
    assert message in feedback.message
    assert "\n" not in feedback.message
    assert tries() == []


def test_a_rounded_answer_is_told_that_it_is_rounded():
    """97.49 MiB is right, and the message gives the exact number."""
    feedback = check("choosing.weights-bytes", "97.49 MiB")
    assert feedback.outcome == "correct"
    assert feedback.message == "4×25557032 = 102,228,128. You rounded it to “97.49 MiB”."


def test_a_likely_reading_is_asked_about():
    """The feedback has what was read; answering so is then judged."""
    question = CustomQuestion((6, 28, 30), form=SHAPE)
    feedback = judge(question, "6 blobs, 28 x 30")
    assert feedback.asks
    assert feedback.answer == (6, 28, 30)
    assert feedback.word == "Not sure"
    assert not judge(question, feedback.answer).asks
    assert not judge(question, "no idea").asks


@pytest.mark.parametrize("answer", ["8 x 1", "4 x 2", "2 x 2 x 2", "(2, 4)", "8 - - or", "sqrt(64)"])
def test_what_may_be_something_else_is_not_asked_about(answer):
    """Several numbers, alternatives and functions that are not known are refused."""
    feedback = judge(CustomQuestion(8, form=NUMBER), answer)
    assert feedback.outcome == "unreadable"
    assert not feedback.asks


def test_rounding_hides_no_targeted_slip():
    """Three digits are not enough where a targeted misconception gives the same three."""
    question = find("start.dense-image-parameters")
    assert judge(question, "4.82M").outcome == "unreadable"
    assert judge(question, "4.8216M").outcome == "correct"
