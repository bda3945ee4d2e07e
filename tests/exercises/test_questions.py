"""A kind of question says what it must define, and pairs of slips come after single ones."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

import cnnbook
from cnnbook.arithmetic import Window
from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import NUMBER, SIZE
from cnnbook.exercises.kinds.windows import conv_question
from cnnbook.exercises.questions import CustomQuestion, Question, Slip

# ResNet's first layer: with padding, both sides are halved.
STEM = conv_question(
    (3, 224, 320),
    Window(7, stride=2, padding=3),
    64,
    "swapped-height-width",
    "channels-in",
    "channels-multiplied",
)


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
    """What one misconception explains is not put down to two, and pairs explain no single number."""

    class Both(CustomQuestion):
        def unsure_slips(self):
            yield Slip(("no-padding", "rounds-up"), (7, 7))
            yield Slip(("no-padding", "no-stride"), (9, 9))

    values = {"line": "row", "lines": "rows", "s": 2}
    question = Both((5, 6), wrong={"no-stride": (7, 7)}, form=SIZE, numbers=values)
    assert judge(question, (7, 7)).candidates == ("no-stride",)
    assert judge(question, (9, 9)).candidates == ("no-padding+no-stride",)
    assert judge(question, (9, 9)).misconception is None

    class Number(CustomQuestion):
        def unsure_slips(self):
            yield Slip(("no-padding", "no-stride"), (9,))

    assert judge(Number(5, form=NUMBER, numbers=values), 9).candidates == ()


def test_two_slips_at_once_are_suspected_never_asserted():
    """No padding and no + 1: floor((224 - 7)/2) steps are 108, and 156 for the width."""
    said = judge(STEM, (64, 108, 156))
    assert said.candidates == ("no-plus-one+no-padding",)
    assert said.misconception is None
    assert said.hint.startswith("Two changes to the calculation together give these numbers.")
    assert "is the number of steps" not in said.hint


def test_a_slip_on_one_axis_is_suspected_never_asserted():
    """Rounding up the height alone."""
    assert STEM.key == (64, 112, 160)
    said = judge(STEM, (64, 113, 160))
    assert (said.candidates, said.misconception) == (("rounds-up",), None)
    assert said.hint.startswith("One of the two sides is right. With 113 windows the last one")


@pytest.mark.parametrize(
    ("question", "answer", "asserted"),
    [
        (find("size.padded"), 4, None),  # a small number, though a target gives it
        (STEM, (64, 113, 161), None),  # both numbers off by 1: two slips of the pen do that
        (STEM, (64, 160, 112), "swapped-height-width"),  # two numbers that agree
        (STEM, (3, 112, 160), None),  # one small number
        (STEM, (192, 112, 160), None),  # one number below 200
        (find("start.conv-rgb-parameters"), 450, "no-bias"),  # a number in the hundreds
        (find("lenet5.modern-parameters"), "60.0k", None),  # rounded: many counts are that
    ],
)
def test_a_cause_is_asserted_only_with_evidence(question, answer, asserted):
    """It is the only suspect and a target, and the answer says enough; else it stays a suspect."""
    said = judge(question, answer)
    assert len(said.candidates) == 1
    assert said.misconception == asserted


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


def test_twice_the_macs_may_also_come_from_twice_the_maps():
    """The hint of conv2_1 asks about additions and about the maps that are read."""
    said = judge(find("vgg16.conv2-1-macs"), "1849688064")
    assert "its addition" in said.hint
    assert "64 maps or 128" in said.hint


@pytest.mark.parametrize(
    ("exercise", "answer", "misconception", "asked"),
    [
        (
            "vgg16.fc6-parameters",
            512 * 4096 + 4096,
            "flatten-forgot-space",
            "does each map hold after stage 5?",
        ),
        ("vgg16.fc6-parameters", 4096 * 4096 + 4096, "next-layer-counted", "numbers does fc6 read?"),
        ("vgg16.conv2-1-macs", 9 * 64 * 128 * 224 * 224, "pools-forgotten", "Pool1 comes before conv2_1"),
    ],
)
def test_a_layer_is_also_asked_about_the_network_around_it(exercise, answer, misconception, asked):
    """The maps before fc6, the layer after it, and the pool before conv2_1 give wrong counts, too."""
    said = judge(find(exercise), answer)
    assert said.misconception == misconception
    assert asked in said.hint


def test_a_sum_of_strides_is_asked_about_the_steps_of_both_pools():
    """The picture moves by a step of the second pool, which is made of steps of the first."""
    assert "how many such steps is one of the second" in judge(find("pooling.shift"), "5").hint


def test_a_block_with_the_height_in_place_of_the_width_is_asked_about_rows_and_columns():
    """24 rows are right and 24 columns are not: the hint tells the two sides of the input apart."""
    question = find("resnet.block")
    assert question.key == (128, 24, 20)
    said = judge(question, (128, 24, 24))
    assert said.candidates == ()
    assert "width" in said.message
    assert "what does its stride leave of 48 rows, and what of 40 columns?" in said.hint


def test_the_order_of_fields_is_decided_by_kernels_and_by_jumps():
    """VGG16 has fewer kernels than ResNet-50 has, so the hint asks about the jumps, too."""
    said = judge(find("resnet.order-by-field"), "acb")
    assert said.outcome == "incorrect"
    assert "how large is the jump at the first kernels of VGG16" in said.hint


def test_the_number_in_a_name_leaves_batch_norms_out():
    """A number that no misconception gives is asked about what counts, which is not all that has weights."""
    said = judge(find("resnet.name-101"), "300")
    assert said.candidates == ()
    assert "Batch norms do not count" in said.hint
