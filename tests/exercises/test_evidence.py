"""A typed calculation shows which rule was followed, where its value alone does not."""

import re

import pytest

from cnnbook.arithmetic import Window
from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.evidence import misconceptions_in
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.checking.reading import read
from cnnbook.exercises.kinds.windows import WindowQuestion

# With one row of padding, padding counted once gives the same number as the +1 that is left out.
SAME = WindowQuestion((10,), Window((4,), 1, (1,)), targets=("padding-once", "no-plus-one"))


@pytest.mark.parametrize(
    "answer", ["10 - 4 + 2", "10 + 2*1 - 4", "(10 + 2 - 4)/1", "10 - (4 - 1) - 1 + 2 = 8"]
)
def test_a_calculation_tells_two_misconceptions_apart(answer):
    """The value 8 has two causes; the terms that were typed belong to one of them, which is suspected."""
    assert set(judge(SAME, 8).candidates) == {"padding-once", "no-plus-one"}
    feedback = judge(SAME, answer)
    assert feedback.candidates == ("no-plus-one",)
    assert feedback.misconception is None


def test_a_calculation_that_two_misconceptions_write_alike_tells_nothing():
    """10 - 4 + 1 + 1 has the padding once and the +1, or the padding on both sides without it."""
    assert set(judge(SAME, "10 - 4 + 1 + 1").candidates) == {"padding-once", "no-plus-one"}


@pytest.mark.parametrize(
    ("size", "window", "answer", "cause"),
    [
        (10, Window((7,), 1, (2,)), "10 - 7 + 2 + 1", "padding-once"),
        (10, Window((7,), 1, (2,)), "10 - 7 + 1", "no-padding"),
        (10, Window((7,), 1, (2,)), "10 + 4 - 7", "no-plus-one"),
        (13, Window((7,), 3), "floor((13 - 7 + 1)/3)", "plus-one-inside"),
        (13, Window((4,), 3, (1,)), "(13 - 4 + 2)//3", "no-plus-one"),
    ],
)
def test_the_calculation_of_a_misconception_is_known(size, window, answer, cause):
    """Each of these is written as the misconception calculates."""
    question = WindowQuestion((size,), window)
    result = read(answer, question.form).result
    assert result
    assert misconceptions_in(result, question) == {cause}
    assert judge(question, answer).candidates == (cause,)


def test_any_other_calculation_tells_nothing():
    """A right value by a sum of other terms changes nothing of what the value says."""
    for answer in ("4 + 4", "2*4", "16/2", "9 - 1"):
        assert judge(SAME, answer).candidates == judge(SAME, 8).candidates


@pytest.mark.parametrize(
    ("name", "answer", "cause"),
    [
        ("alexnet.pool1", (64, 18, 18), "pool-stride-kernel"),
        ("alexnet.conv2-grouped", 307_328, "groups-halve-biases"),
        ("alexnet.conv2-macs", 157_692_096, "biases-in-macs"),
        ("lenet5.bug-576", 39, "largest-not-smallest"),
    ],
)
def test_answers_that_readers_gave_are_known(name, answer, cause):
    """Each comes from one misconception, and what is said about it names the answer."""
    said = judge(find(name), answer)
    assert said.candidates == (cause,)
    assert re.search(r"\d", said.hint)
    assert said.hint != find(name).wording.ask
