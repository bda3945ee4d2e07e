"""check says which of four things an answer is, and asks the question that helps."""

import re
from time import process_time

import pytest

from cnnbook.arithmetic import Window
from cnnbook.exercises.chapters import UnknownExerciseError, find, names
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.learner.check import check


def test_the_four_outcomes():
    """Right, wrong, blank and unreadable are different things."""
    assert check("lenet5.c1", (6, 28, 28)).outcome == "correct"
    assert check("lenet5.c1", (6, 27, 27)).outcome == "incorrect"
    assert check("lenet5.c1", ...).outcome == "not attempted"
    assert check("lenet5.c1").outcome == "not attempted"
    assert check("lenet5.c1", "six").outcome == "unreadable"


@pytest.mark.parametrize(
    ("name", "answer", "message", "hint"),
    [
        (
            "lenet5.c1",
            (6, 27, 30),
            "(6, 27, 30): channels right; height off by 1; width too large.",
            "",
        ),
        ("lenet5.c1", (28, 28, 6), "the right numbers in another order", "first or last?"),
        ("size.stem", 151, "151 is off by 1.", "What does PyTorch do with such a window?"),
        ("size.padded", "4", "too small", "once padding=2 is added at the top and at the bottom?"),
        ("start.dense-parameters", "117,625", "117,625 is too large.", "are layers multiplied or added?"),
        ("lenet5.c3-parameters", 2416, "2,416 is too large.", "Which variant does this question ask about?"),
        ("size.halve", 2, "With padding=2 the output is 111, not 112", ""),
        ("size.strided", "4.5", "4.5 is not a whole number. Pixels are never cut", ""),
        ("lenet5.c1", "6*28*28", "is the product 4,704. Write the sizes apart", ""),
        ("lenet5.c1", "28", "Three numbers are wanted, (channels, height, width)", ""),
        ("size.first", ..., "Replace the ... with your answer", ""),
    ],
)
def test_words(name, answer, message, hint):
    """The messages quote the learner's value and the question's numbers."""
    feedback = check(name, answer)
    assert message in feedback.message
    assert hint in feedback.hint


def test_two_slips_at_once_are_possible_not_sure():
    """Kept channels and forgotten padding together are suspected as a pair."""
    feedback = check("size.shape", (3, 57, 79))
    assert feedback.misconception is None
    assert any(set(name.split("+")) == {"channels-in", "no-padding"} for name in feedback.candidates)


def test_an_answer_that_no_rule_gives_has_no_cause():
    """A cause that cannot be known is not named; a value on the way is asked for."""
    feedback = check("lenet5.modern-parameters", 12_345)
    assert feedback.candidates == ()
    assert feedback.misconception is None
    assert feedback.hint


def test_a_rounded_count_is_right_to_three_digits():
    """61.7k is 61,706 rounded; 0.06M could be many counts."""
    assert check("lenet5.modern-parameters", "61.7k").outcome == "correct"
    assert check("lenet5.modern-parameters", "0.06M").outcome == "unreadable"
    assert check("lenet5.modern-parameters", "60.0k").candidates == ("lenet-1998",)


def test_feedback_reads_as_text_and_as_html():
    """The words say everything; colour and sign only repeat it, and learners' text is escaped."""
    feedback = check("lenet5.c1", "<script>alert(1)</script>")
    html = feedback._repr_html_()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "Could not read that" in html
    assert 'aria-hidden="true"' in html
    assert "color:" not in html.replace("border-left:.4em solid", "")
    assert re.match(r"✗|→|✓|\?|… Not attempted", str(check("lenet5.c1", 3))) is not None
    assert str(Feedback("correct", "Yes.")) == "✓ Correct. Yes."


def test_jupyter_shows_one_line_for_an_unknown_id():
    """IPython asks an exception for its own traceback: ours is the message."""
    with pytest.raises(UnknownExerciseError) as caught:
        find("lenet5.c9")
    (line,) = caught.value._render_traceback_()
    assert line.startswith("UnknownExerciseError: There is no exercise 'lenet5.c9'. Did you mean")


def test_a_check_takes_less_than_a_millisecond():
    """p95 of the processor time, over right, wrong and unexplained answers to all exercises."""
    answers = [
        lambda key: key,
        lambda key: tuple(n + 1 for n in key),
        lambda key: tuple(7 * n + 13 for n in key),
    ]
    times = []
    for _ in range(3):
        for name in names():
            key = find(name).key
            for answer in answers:
                start = process_time()
                check(name, answer(key))
                times.append(process_time() - start)
    times.sort()
    assert times[int(len(times) * 0.95)] < 0.001


class Hostile(list):
    """A list that lets nobody look into it."""

    def __iter__(self):
        raise RuntimeError

    __len__ = __getitem__ = __repr__ = __eq__ = __iter__


@pytest.mark.parametrize(
    "answer", [10**5000, (10**5000, 1, 1), Hostile([6, 28, 28]), float("nan"), ("x" * 99, 1)], ids=range(5)
)
def test_no_answer_raises(answer):
    """An integer that Python will not write out, or an object that raises when looked at, is unreadable."""
    feedback = check("lenet5.c1", answer)
    assert feedback.outcome == "unreadable"
    assert len(str(feedback)) < 300


class Lie(str):
    """Text whose methods are not to be trusted."""

    def __len__(self):
        raise RuntimeError("boom")

    strip = __str__ = __len__


class Shy:
    """An object that answers no question about itself."""

    def __getattribute__(self, name):
        raise RuntimeError("boom")


def test_no_answer_lies_about_what_it_is():
    """A subclass of text is read as the text it is; an object that refuses everything is unreadable."""
    assert check("lenet5.c1", Lie("6,28,28")).outcome == "correct"
    assert check("lenet5.c1", Lie("a lot")).outcome == "unreadable"
    assert check("lenet5.c1", Shy()).outcome == "unreadable"


@pytest.mark.parametrize(
    ("name", "answer", "outcome"),
    [
        ("resnet.design-35", "(35.0M - 25.557M)//1.12M", "incorrect"),
        ("choosing.bug-batch", "131G//40.9G", "incorrect"),
        ("lenet5.modern-parameters", "100M/1000", "incorrect"),
        ("resnet.head-100", "11.7M - 0.513M", "incorrect"),
        ("size.jump", "2 x 2", "unreadable"),
        ("size.jump", (2, 2), "unreadable"),
        ("size.jump", "2*2", "correct"),
        ("pooling.center-gradient", "3 × 3", "unreadable"),
        ("errata.unit-reads", "4 * 64", "correct"),
        ("size.stem", "floor((300 + 2×2 - 1×(5 - 1) - 1)/2) + 1", "correct"),
        ("size.jump", "(2)(2)", "correct"),
        ("size.first", "3 x 3", "unreadable"),
        ("choosing.weights-bytes", "102,228,128 bytes", "correct"),
        ("choosing.weights-bytes", "102228128 B", "correct"),
        ("choosing.weights-bytes", "102.2 MB", "correct"),
        ("choosing.flops", "3.63 GFLOPs", "correct"),
        ("lenet5.modern-parameters", "~61706", "correct"),
    ],
)
def test_arithmetic_and_units_are_judged_by_what_they_say(name, answer, outcome):
    """A sum with units is what it comes to; a product of two sides, and the question's own unit, are read."""
    assert check(name, answer).outcome == outcome


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("lenet5.decode-error", 400, "In (5x784 and 400x120), which of the two"),
        ("lenet5.decode-error", 5, "The 5 counts the images"),
        ("inception.side-by-side", (13, 5, 7), "13 is the sum of all branches but one."),
        ("inception.side-by-side", (9, 5, 7), "9 is the sum of all branches but one."),
        ("size.halve", 1, "112 is 224 divided by the stride 2, rounded down, which leaves the"),
        ("start.dense-parameters", 11_912, "11,912 counts one bias for each layer."),
        ("start.dense-parameters", 11_911, "11,911 counts a single bias."),
        ("size.halve", -3, "padding must be at least 0; -3 is less."),
        ("errata.kernel", 3, "3 is not it."),
        ("errata.pretrained", 2, "2 is not it."),
        ("pooling.shift", 5, "5 is too small. 5 is the sum of the strides."),
        ("pooling.shift", 7, "7 is too large."),
        ("pooling.corner", 17, "17 is too large."),
        ("size.jump", 5, "5 is too large."),
        ("choosing.dominated", 1, "1 is too small."),
    ],
)
def test_words_are_true_of_the_numbers(name, answer, words):
    """What a message says of the answer holds for this question and this answer."""
    feedback = check(name, answer)
    assert words in f"{feedback.message} {feedback.hint}"
    assert "one axis only" not in feedback.hint
    assert "off by 1" not in feedback.message


def test_a_setting_that_no_layer_has_is_said_to_be_too_small():
    """A stride or a kernel of 0 is not tried as if it were 1."""
    for unknown, value in (("stride", 0), ("stride", -2), ("kernel_size", 0)):
        said = judge(SettingFor(Axis(25, 3, stride=2, padding=1), 13, unknown=unknown), value)
        assert said.outcome == "incorrect"
        assert said.message == f"{unknown} must be at least 1; {value} is less."


def test_a_window_behind_the_edge_is_not_said_to_hang_over_it():
    """On 57 rows the 20th window of 2 with stride 3 begins in a row that is not there."""
    for rows, words in ((57, "begins behind the 57 rows"), (58, "hangs over the edge of the 58 rows")):
        question = WindowQuestion((rows,), Window((2,), 3), pool=True)
        said = judge(question, -(-(rows - 2) // 3) + 1)
        assert said.candidates == ("rounds-up",)
        assert words in said.hint
