"""The wrong rules of one axis are the formulas that the course's catalogue writes down."""

from itertools import product
from math import ceil, floor

import pytest

from cnnbook.arithmetic import GeometryError, output_size, transposed_output_size
from cnnbook.exercises.kinds.axis import CONV_AS_TRANSPOSED, CORRECT, Axis, paired_rules, single_rules
from cnnbook.exercises.misconceptions import MISCONCEPTIONS

GRID = [
    Axis(*numbers, ceil_mode)
    for *numbers, ceil_mode in product(
        range(1, 24, 3), range(1, 6), (1, 2, 3), range(4), (1, 2, 3), (False, True)
    )
]


def written_formulas(n, k, s, p, d):
    """Return each misconception's formula as a learner would write it."""
    ke = d * (k - 1) + 1
    return {
        "rounds-up": ceil((n + 2 * p - ke) / s) + 1,
        "no-plus-one": floor((n + 2 * p - ke) / s),
        "plus-one-inside": floor((n + 2 * p - ke + 1) / s),
        "no-padding": floor((n - ke) / s) + 1,
        "padding-once": floor((n + p - ke) / s) + 1,
        "padding-doubled": floor((n + 4 * p - ke) / s) + 1,
        "padding-after": floor((n - ke) / s) + 1 + 2 * p,
        "no-stride": n + 2 * p - ke + 1,
        "stride-first": floor(n / s) + 2 * p - ke + 1,
        "divides-by-stride": floor(n / s),
        "stride-subtracted": n + 2 * p - ke - s + 1,
        "same-by-habit": floor((n + 2 * ((k - 1) // 2) - ke) / s) + 1,
        "span-adds-dilation": floor((n + 2 * p - (k + d - 1)) / s) + 1,
        "same-size": n,
        "no-dilation": floor((n + 2 * p - k) / s) + 1,
        "dilation-times-kernel": floor((n + 2 * p - d * k) / s) + 1,
        "dilation-as-gap": floor((n + 2 * p - ((d + 1) * (k - 1) + 1)) / s) + 1,
        "kernel-sign": floor((n + 2 * p - d * (k - 1) + 1) / s) + 1,
    }


def test_the_right_steps_are_the_arithmetic_of_the_package():
    """On every setting that PyTorch accepts, the right steps give its output size."""
    checked = 0
    for axis in GRID:
        n, k, s, p, d, ceil_mode = axis
        try:
            expected = output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
        except GeometryError:
            continue
        assert CORRECT.output_size(axis) == expected, axis
        checked += 1
    assert checked > 1900


def test_each_rule_is_its_written_formula():
    """Without ceil_mode every single rule agrees with the formula on every axis."""
    rules = {rule.ids[0]: rule for rule in single_rules()}
    for axis in GRID:
        if not axis.ceil_mode:
            for name, expected in written_formulas(*axis[:5]).items():
                assert rules[name].output_size(axis) == expected, (name, axis)


def test_a_convolution_taken_for_a_transposed_one_has_torchs_transposed_size():
    """The rule gives what ConvTranspose2d makes, wherever that is a map."""
    for axis in GRID:
        n, k, s, p, d, _ceil_mode = axis
        size = CONV_AS_TRANSPOSED.output_size(axis)
        if size > 0:
            assert size == transposed_output_size(n, k, stride=s, padding=p, dilation=d), axis


def test_ceil_mode_has_its_own_slips():
    """A pool of 1 with stride 2 on 10: PyTorch drops the window that starts past the end, so 5 and not 6."""
    rules = {rule.ids[0]: rule for rule in single_rules()}
    axis = Axis(10, 1, 2, ceil_mode=True)
    assert CORRECT.output_size(axis) == 5
    assert rules["ceil-no-clamp"].output_size(axis) == 6
    assert rules["ceil-mode-ignored"].output_size(Axis(112, 3, 2, ceil_mode=True)) == 55


@pytest.mark.parametrize(
    ("name", "axis", "expected"),
    [
        ("no-dilation", Axis(9, 3), False),
        ("no-dilation", Axis(9, 3, dilation=2), True),
        ("no-padding", Axis(9, 3), False),
        ("no-stride", Axis(9, 3), False),
        ("rounds-up", Axis(9, 3, 2, ceil_mode=True), False),
        ("ceil-mode-ignored", Axis(9, 3, 2), False),
        ("same-size", Axis(9, 3), True),
        ("same-by-habit", Axis(9, 3), False),
        ("same-by-habit", Axis(9, 3, 2, 1), False),
        ("same-by-habit", Axis(9, 3, 2), True),
        ("stride-subtracted", Axis(9, 3), False),
        ("span-adds-dilation", Axis(9, 3), False),
    ],
)
def test_nobody_slips_on_what_is_not_there(name, axis, expected):
    """A dilation that the question does not have is no cause of a wrong answer."""
    rule = next(rule for rule in single_rules() if rule.ids == (name,))
    assert rule.can_occur(axis) is expected


def test_two_slips_replace_different_steps():
    """No padding and rounding up at once: ceil((12 - 5)/2) + 1, though a padding of 1 is given."""
    rule = next(rule for rule in paired_rules() if set(rule.ids) == {"rounds-up", "no-padding"})
    assert rule.output_size(Axis(12, 5, 2, 1)) == ceil((12 - 5) / 2) + 1
    assert all(len(set(rule.ids)) == 2 and set(rule.ids) <= MISCONCEPTIONS.keys() for rule in paired_rules())
