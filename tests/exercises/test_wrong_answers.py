"""The answers of misconceptions on worked examples, calculated by hand."""

import pytest

from cnnbook.arithmetic import Window
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.chains import Chain, Layer
from cnnbook.exercises.kinds.flattening import FlattenFeatures
from cnnbook.exercises.kinds.layer_counts import LayerCount
from cnnbook.exercises.kinds.linear_features import LinearFeatures
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.residual_blocks import ResidualBlock
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.transposed import TransposedShape
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.learner.check import check

CONV = WindowQuestion((20, 30), Window(5, 3, 1), (6, 16))  # (16, 6, 10)
PARAMETERS = ConvParameters((128, 256), (3, 3))  # 295,168
MACS = ConvMacs((3, 8), Window(3, 2, 1), (9, 11))  # 5×6 places of 3×3×3×8
FIELD = ReceptiveFieldSize(((3, 2), (5, 3), (3, 1)))  # 3 + 4×2 + 2×6 = 23
LINEAR = LinearFeatures(Chain((3, 20, 30), (Layer(Window(3), 4), Layer(Window.pool(2)))))  # 4×9×14
TRANSPOSED = TransposedShape((8, 7, 9), 16, Axis(0, 5, 3, 1), 2)  # (16, 23, 29)

WORKED = [
    (CONV, "conv-as-transposed", (16, 19 * 3 - 2 + 5, 29 * 3 - 2 + 5)),
    (CONV, "stride-subtracted", (16, 22 - 5 - 3 + 1, 32 - 5 - 3 + 1)),
    (CONV, "same-by-habit", (16, 7, 10)),
    (CONV, "channels-summed", (22, 6, 10)),
    (CONV, "one-map-only", (1, 6, 10)),
    (WindowQuestion((20,), Window((5,), 1, 0, 3)), "span-adds-dilation", (20 - 7 + 1,)),
    (PARAMETERS, "kernel-side-once", (3 * 128 * 256 + 256,)),
    (PARAMETERS, "channels-summed", (9 * 384 + 256,)),
    (PARAMETERS, "bias-per-pair", (9 * 128 * 256 + 128 * 256,)),
    (MACS, "no-stride", (9 * 11 * 216,)),
    (MACS, "no-padding", (4 * 5 * 216,)),
    (MACS, "one-map-only", (5 * 6 * 27,)),
    (MACS, "kernel-side-once", (5 * 6 * 3 * 3 * 8,)),
    (MACS, "channels-summed", (5 * 6 * 9 * 11,)),
    (FIELD, "field-counted-once", (3 + 4 * 2 + 2 * 3,)),
    (FIELD, "field-kernel-sizes", (3 + 5 * 2 + 3 * 6,)),
    (FIELD, "own-stride-in-field", (1 + 2 * 2 + 4 * 6 + 2 * 6,)),
    (LayerCount((3, 4, 6, 3), 3), "forgets-stem", (49,)),
    (ResidualBlock((64, 57, 33), 128, 2), "halves-downwards", (128, 28, 16)),
    (FlattenFeatures((16, 5, 7), 8), "channels-added", (51,)),
    (LINEAR, "channels-added", (4 + 9 * 14,)),
    (LINEAR, "same-size", (4 * 10 * 15,)),
    (SettingFor(Axis(40, 7, 1), 38, "padding"), "same-by-habit", (3,)),
    (TRANSPOSED, "transposed-as-conv", (16, 2, 3)),
    (TRANSPOSED, "no-padding", (16, 25, 31)),
    (TRANSPOSED, "padding-once", (16, 24, 30)),
    (TRANSPOSED, "padding-enlarges", (16, 27, 33)),
    (TRANSPOSED, "no-output-padding", (16, 21, 27)),
    (TRANSPOSED, "output-padding-twice", (16, 25, 31)),
    (TRANSPOSED, "no-stride", (16, 11, 13)),
    (TRANSPOSED, "multiplies-by-stride", (16, 21, 27)),
    (TRANSPOSED, "no-plus-one", (16, 26, 32)),
]  # fmt: skip


@pytest.mark.parametrize(("question", "cause", "answer"), WORKED)
def test_a_misconception_has_its_answer(question, cause, answer):
    """The rule of the misconception gives the number that the calculation by hand does; it is a suspect."""
    assert {slip.answer for slip in question.slips() if slip.ids == (cause,)} == {answer}
    assert cause in judge(question, answer).candidates


@pytest.mark.parametrize(
    ("question", "key"),
    [
        (CONV, (16, 6, 10)),
        (PARAMETERS, (295_168,)),
        (MACS, (6480,)),
        (FIELD, (23,)),
        (LINEAR, (504,)),
        (TRANSPOSED, (16, 23, 29)),
    ],
)
def test_the_worked_examples_have_their_keys(question, key):
    """The right answers, by hand as well."""
    assert question.key == key


def test_what_is_not_there_is_not_misread():
    """A square kernel of 1 has one weight by either rule, and an even side has one half."""
    assert not {"kernel-side-once"} & {i for slip in ConvParameters((3, 8), (1, 1)).slips() for i in slip.ids}
    even = ResidualBlock((64, 56, 32), 128, 2)
    assert all(even.accepts(slip.answer) for slip in even.slips() if slip.ids == ("halves-downwards",))
    plain = TransposedShape((8, 7, 9), 16, Axis(0, 5, 3))
    ids = {slip.ids[0] for slip in plain.slips()}
    assert not ids & {"no-padding", "padding-once", "padding-enlarges", "no-output-padding", "no-dilation"}


def test_one_number_of_two_causes_names_both():
    """A ResNet's name without the stem is its name without the dense layer: neither can be asserted."""
    said = judge(LayerCount((3, 4, 6, 3), 3), (49,))
    assert set(said.candidates) == {"forgets-dense", "forgets-stem"}
    assert said.misconception is None


@pytest.mark.parametrize(
    ("name", "answer", "suspects"),
    [
        ("choosing.weights-bytes", "107.2 MB", ("mb-for-mib",)),
        ("choosing.weights-bytes", 51_114_064, ("bytes-of-float16",)),
        ("choosing.weights-bytes", "204,456,256 bytes", ("bytes-of-float64",)),
        ("choosing.adam-bytes", "187.0 MiB", ("mb-for-mib",)),
        ("choosing.adam-bytes", 374_064_384, ("bytes-of-float64",)),
        ("vgg16.conv1-1-bytes", 6_422_528, ("bytes-of-float16",)),
        ("vgg16.conv1-1-bytes", 25_690_112, ("bytes-of-float64",)),
    ],
)
def test_units_of_memory_are_told_apart(name, answer, suspects):
    """Half and double precision, and MB for MiB both ways, as they are typed."""
    said = check(name, answer)
    assert (said.outcome, said.candidates) == ("incorrect", suspects)
    assert said.hint.endswith("?")


@pytest.mark.parametrize(
    ("name", "answer"), [("choosing.weights-bytes", "97.5 MB"), ("vgg16.conv1-1-bytes", "12.25 MB")]
)
def test_a_number_of_mib_with_the_unit_mb_is_asked_about(name, answer):
    """The number is right in MiB: that is a slip of the unit, and no try."""
    said = check(name, answer)
    assert said.outcome == "unreadable"
    assert "Write MiB if you mean 1,048,576 bytes" in said.message


@pytest.mark.parametrize("answer", ["102.2 MB", "97.5 MiB", 102_228_128])
def test_the_right_unit_is_right(answer):
    """The right number of bytes, in either unit."""
    assert check("choosing.weights-bytes", answer).outcome == "correct"
