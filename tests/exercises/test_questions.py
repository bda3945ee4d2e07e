"""A kind of question says what it must define, and pairs of slips come after single ones."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

import cnnbook
from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.diagnosis import diagnose
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import NUMBER
from cnnbook.exercises.questions import CustomQuestion, Question, Slip
from cnnbook.learner.check import check


@dataclass(frozen=True)
class Half(Question):
    """A kind that forgot its key and its wrong rules."""

    kind: ClassVar[str] = "half"
    form: ClassVar = NUMBER


def test_a_kind_that_leaves_something_out_cannot_be_asked():
    """Python names what is missing when the first question of the kind is made."""
    with pytest.raises(TypeError, match=r"abstract class Half .*key.*slips"):
        Half()


def test_parameters_are_the_questions_own_numbers():
    """Without its targets, which would give its point away."""

    @dataclass(frozen=True)
    class Whole(Half):
        size: int = 3
        key = (4,)

        def slips(self):
            yield Slip(("no-stride",), (5,))

    assert Whole(targets=("no-stride",)).parameters == {"size": 3}


def test_single_slips_come_before_pairs():
    """An answer that one misconception explains is not put down to two."""

    class Both(CustomQuestion):
        def unsure_slips(self):
            yield Slip(("no-padding", "rounds-up"), (7,))
            yield Slip(("no-padding", "no-stride"), (9,))

    values = {"line": "row", "lines": "rows", "s": 2}
    question = Both(5, wrong={"no-stride": 7}, form=NUMBER, numbers=values)
    assert diagnose(question, question.first_mistake((7,)), 0, values)[:2] == (("no-stride",), True)
    assert diagnose(question, question.first_mistake((9,)), 0, values)[:2] == (
        ("no-padding+no-stride",),
        False,
    )
    assert judge(question, 9).misconception == "no-padding+no-stride"


@pytest.mark.parametrize(
    ("name", "answer", "pair", "words"),
    [
        # floor((224 - 7)/2) steps, no + 1 and no padding: 108, and 156 for the width.
        ("size.shape", (64, 108, 156), "no-plus-one+no-padding", "two slips at once. Take one first."),
        ("size.stem", 147, "no-plus-one+no-padding", "two slips at once"),
    ],
)  # fmt: skip
def test_two_slips_at_once_are_said_to_look_like_it(name, answer, pair, words):
    """No padding and no + 1, in a real exercise: named as a pair, and only as what it looks like."""
    said = check(name, answer)
    assert said.misconception == pair
    assert words in said.hint
    assert "is the number of steps" not in said.hint


def test_a_slip_on_one_axis_is_said_to_look_like_it():
    """Rounding up the height alone."""
    assert find("size.shape").key == (64, 112, 160)
    said = check("size.shape", (64, 113, 160))
    assert said.misconception == "rounds-up"
    assert "This looks like a slip on one axis only. In your 113 the last window" in said.hint


@pytest.mark.parametrize("first", ["quiz", "practice", "check", "progress"])
def test_names_are_functions_in_any_order(first):
    """No module of the package hides a function of its name, whichever is asked for first."""
    import subprocess
    import sys

    code = (
        f"import cnnbook; cnnbook.{first}\n"
        "from cnnbook import check, practice, progress, quiz\n"
        "from cnnbook import check, practice, progress, quiz\n"
        "assert all(type(f).__name__ == 'function' for f in (check, practice, progress, quiz))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert callable(getattr(cnnbook, first))
