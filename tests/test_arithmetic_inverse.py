"""The output-size rule backwards, held against trying every number."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.arithmetic import (
    GeometryError,
    Setting,
    input_sizes,
    output_size,
    same_padding,
    settings_between,
)


def positions_or_none(n, k, s, p, d, ceil_mode=False):
    try:
        return output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
    except GeometryError:
        return None


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_input_sizes_are_all_and_only_those_that_give_the_output(ceil_mode):
    """For every setting the range holds exactly the sizes found by trying 1 to 60."""
    lengths = Counter()
    for k, s, p, d in product(range(1, 6), range(1, 6), range(4), (1, 2, 3)):
        if ceil_mode and p > k // 2:
            continue
        outputs = [positions_or_none(n, k, s, p, d, ceil_mode) for n in range(1, 61)]
        for m in range(1, 8):
            found = input_sizes(m, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
            tried = [n for n, output in enumerate(outputs, start=1) if output == m]
            assert list(found) == tried, (m, k, s, p, d)
            lengths[len(tried)] += 1
    # Some are cut off at 1 or empty, most are as long as the stride.
    assert len(lengths) == 6
    assert lengths[0] > (0 if ceil_mode else 10)


@given(
    n=st.integers(1, 10**9),
    k=st.integers(1, 50),
    s=st.integers(1, 50),
    p=st.integers(0, 25),
    d=st.integers(1, 9),
    ceil_mode=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_input_sizes_invert_output_size(n, k, s, p, d, ceil_mode):
    """Any size is among the sizes that give its output, and the range's neighbours are not."""
    p = min(p, k // 2) if ceil_mode else p
    m = positions_or_none(n, k, s, p, d, ceil_mode)
    if m is None:
        return
    found = input_sizes(m, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
    assert n in found
    assert positions_or_none(found.stop, k, s, p, d, ceil_mode) == m + 1
    if found.start > 1:
        assert positions_or_none(found.start - 1, k, s, p, d, ceil_mode) != m


@pytest.mark.parametrize(
    ("output", "setting", "expected"),
    [
        (28, {"kernel_size": 5}, range(32, 33)),
        (55, {"kernel_size": 11, "stride": 4, "padding": 2}, range(223, 227)),
        (55, {"kernel_size": 11, "stride": 4}, range(227, 231)),
        (112, {"kernel_size": 7, "stride": 2, "padding": 3}, range(223, 225)),
        (56, {"kernel_size": 3, "stride": 2, "ceil_mode": True}, range(112, 114)),
        (1, {"kernel_size": 3, "padding": 1}, range(1, 2)),
        (1, {"kernel_size": 1, "padding": 5}, range(0)),
    ],
)
def test_input_sizes_of_real_layers(output, setting, expected):
    """LeNet-5's, AlexNet's, ResNet's and GoogLeNet's input sizes come out."""
    assert input_sizes(output, **setting) == expected


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_settings_between_are_all_and_only_those_that_fit(ceil_mode):
    """Within the bounds the list is what trying every setting finds, in ascending order."""
    bounds = {
        "kernel_sizes": range(1, 6),
        "strides": range(1, 4),
        "paddings": range(4),
        "dilations": range(1, 4),
    }
    lengths = []
    for n, m in product(range(1, 12), range(1, 12)):
        found = settings_between(n, m, **bounds, ceil_mode=ceil_mode)
        tried = [
            setting for setting in product(*bounds.values()) if positions_or_none(n, *setting, ceil_mode) == m
        ]
        assert found == tried
        lengths.append(len(found))
    assert 0 in lengths
    assert max(lengths) > 20


def test_settings_between_is_one_list_whatever_the_bounds_order():
    """The order is ascending and without repeats, also from sets, generators and repeated bounds."""
    plain = settings_between(224, 112, kernel_sizes=(3, 7), strides=(2,), paddings=(1, 3))
    assert plain == [Setting(3, 2, 1, 1), Setting(7, 2, 3, 1)]
    shuffled = settings_between(
        224, 112, kernel_sizes={7, 3}, strides=[2, 2], paddings=(p for p in (3, 1)), dilations={1}
    )
    assert shuffled == plain
    assert settings_between(5, 9, paddings=[0]) == []
    # Python's sets hold these with the larger number first.
    wide = settings_between(1, 1, kernel_sizes={8, 1}, strides={16, 3}, paddings={8, 0}, dilations={8, 1})
    assert wide == sorted(wide)
    assert {setting.stride for setting in wide} == {3, 16}


def test_a_setting_goes_back_into_output_size():
    """A Setting's fields are output_size's arguments, and the default bounds hold the famous layers."""
    found = settings_between(224, 55)
    assert Setting(kernel_size=11, stride=4, padding=2, dilation=1) in found
    assert {output_size(224, **setting._asdict()) for setting in found} == {55}


def test_same_padding_keeps_every_size():
    """The padding keeps all sizes at stride 1; where there is none, no padding keeps any."""
    for k, d in product(range(1, 12), range(1, 5)):
        try:
            padding = same_padding(k, d)
        except GeometryError:
            kept = [p for p, n in product(range(60), (1, 50)) if positions_or_none(n, k, 1, p, d) == n]
            assert kept == [], (k, d)
        else:
            assert {output_size(n, k, padding=padding, dilation=d) - n for n in range(1, 30)} == {0}
