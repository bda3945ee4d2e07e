"""What a refusal says: what is wrong with the numbers, then what would work."""

import re
from collections import Counter
from itertools import product

import numpy as np
import pytest

from cnnbook.arithmetic import (
    GeometryError,
    Window,
    conv_macs,
    conv_parameters,
    input_sizes,
    linear_parameters,
    output_size,
    same_padding,
    settings_between,
    transposed_formula,
    transposed_output_size,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: output_size(2, 5),
            "kernel does not fit: it spans 5 pixels, the padded input has 2; "
            "padding >= 2 or an input of at least 5 would do",
        ),
        (
            lambda: output_size(2, 5, padding=1),
            "it spans 5 pixels, the padded input has 4; padding >= 2 or an input of at least 3 would do",
        ),
        (
            lambda: output_size(2, 3, dilation=4),
            "it spans 9 pixels, the padded input has 2; "
            "padding >= 4 (a pool allows 1) or an input of at least 9 would do",
        ),
        (
            lambda: output_size(2, 9, stride=2, ceil_mode=True),
            "kernel does not fit even with ceil_mode: it spans 9 "
            "pixels, the padded input has 2; padding >= 3 or an input of at least 8 would do",
        ),
        (
            lambda: output_size(2, 3, stride=2, dilation=6, ceil_mode=True),
            "it spans 13 pixels, the padded input has 2; an input of at least 12 would do",
        ),
        (lambda: Window(5).output_size((2, 2)), "kernel does not fit: it spans 5 pixels"),
        (
            lambda: Window(5).output_size((9, 2)),
            "W: kernel does not fit: it spans 5 pixels, the padded input has 2",
        ),
        (lambda: Window((1, 5, 1)).output_size((9, 2, 9)), "H: kernel does not fit"),
        (lambda: output_size(0, 3, padding=2), "size is 0; at least 1 would do"),
        (lambda: output_size(5, 0), "kernel_size is 0; at least 1 would do"),
        (lambda: output_size(5, 3, stride=-1), "stride is -1; at least 1 would do"),
        (lambda: output_size(5, 3, padding=-1), "padding is -1; at least 0 would do"),
        (lambda: Window(3, dilation=(1, 0)), "dilation is 0; at least 1 would do"),
        (
            lambda: Window.pool(3, padding=2),
            "a pool's padding is at most half of its kernel (3 // 2 = 1), not 2; "
            "padding 1 or a kernel of at least 4 would do",
        ),
        (lambda: Window.pool(3, padding=2, dilation=2), "a pool's padding is at most half of its kernel"),
        (
            lambda: output_size(9, 3, padding=2, ceil_mode=True),
            "a pool's padding is at most half of its kernel",
        ),
        (lambda: Window(3, padding=2, ceil_mode=True), "a pool's padding is at most half of its kernel"),
        (lambda: Window.pool(3, padding="same"), "a pool takes no padding='same'; a number would do"),
        (lambda: Window.pool(3, padding="valid"), "a pool takes no padding='valid'; a number would do"),
        (lambda: Window(3, padding="same", ceil_mode=True), "a pool takes no padding='same'"),
        (lambda: Window(3, padding="SAME"), "padding is 'SAME'; a number, 'same' or 'valid' would do"),
        (
            lambda: Window(3, (1, 2), "same"),
            "padding='same' needs stride 1, not (1, 2); padding=(1, 1) gives ceil(n/stride)",
        ),
        (
            lambda: Window(4, 2, "same"),
            "padding='same' needs stride 1, not (2, 2); stride 1 or numbers would do",
        ),
        (lambda: Window((3, 3, 3), padding=(1, 1)), "padding has 2 numbers for 3 axes; 1 or 3 would do"),
        (lambda: Window((1, 3, 5, 5)), "kernel_size has 4 axes; 1 (L), 2 (H, W) or 3 (D, H, W) would do"),
        (lambda: Window(()), "kernel_size is empty; one number per axis would do"),
        (
            lambda: Window(5).output_size((1, 3, 32, 32)),
            "size is (1, 3, 32, 32); one number per axis, (H, W), without batch and channels, would do",
        ),
        (lambda: Window(5).formula(32), "size is 32; one number per axis, (H, W)"),
        (lambda: Window((5,)).output_size((3, 32)), "size is (3, 32); one number per axis, (L,)"),
        (
            lambda: transposed_output_size(5, 3, stride=2, output_padding=2),
            "output_padding is 2, the stride 2, the dilation 1; at most 1 would do",
        ),
        (
            lambda: transposed_output_size(1, 2, padding=1),
            "nothing is left: padding 1 takes 2 of 2 pixels; padding <= 0 would do",
        ),
        (lambda: transposed_formula(0, 3), "size is 0; at least 1 would do"),
        (
            lambda: same_padding(2, dilation=3),
            "no padding keeps the size: the kernel spans 4 pixels, an even number: padding 1 gives n - 1, "
            "padding 2 gives n + 1; an odd span or padding='same' (1 before, 2 after) would do",
        ),
        (lambda: same_padding(3, 0), "dilation is 0; at least 1 would do"),
        (lambda: input_sizes(0, 3), "output is 0; at least 1 would do"),
        (
            lambda: input_sizes(4, 3, padding=2, ceil_mode=True),
            "a pool's padding is at most half of its kernel",
        ),
        (lambda: settings_between(5, 0), "output is 0; at least 1 would do"),
        (lambda: settings_between(5, 3, strides=(0, 1)), "strides is 0; at least 1 would do"),
        (
            lambda: conv_parameters(96, 64, 3, groups=5),
            "groups is 5, which does not divide 96 input and 64 output channels; 1, 2, 4, 8, 16 or 32 would",
        ),
        (lambda: conv_macs((5, 5), 3, 5, 3, groups=3), "divide 3 input and 5 output channels; 1 would do"),
        (lambda: conv_macs((5, 5), 4, 4, 3, groups=0), "groups is 0; at least 1 would do"),
        (lambda: conv_parameters(0, 4, 3), "in_channels is 0; at least 1 would do"),
        (lambda: conv_parameters(4, 4, (3, 3, 3, 3)), "kernel_size has 4 axes"),
        (lambda: conv_macs(28, 1, 6, 5), "output_size is 28; one number per axis, (28, 28), would do"),
        (
            lambda: conv_macs((28, 28), 1, 6, (5, 5, 5)),
            "kernel_size has 3 numbers for 2 axes; 1 or 2 would do",
        ),
        (lambda: linear_parameters(-1, 10), "in_features is -1; at least 0 would do"),
        (lambda: linear_parameters(10, -1), "out_features is -1; at least 0 would do"),
    ],
)
def test_refusals_say_what_would_do(make, message):
    """A refusal says what is wrong with the numbers, and then what would work."""
    with pytest.raises(GeometryError, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: output_size(32, 5.0), "kernel_size must be an integer, not 5.0; 5 would do"),
        (lambda: output_size(32.5, 5), "size must be an integer, not 32.5"),
        (lambda: output_size(32, 5, padding=True), "padding must be an integer, not True; 1 would do"),
        (lambda: output_size(32, 5, stride=np.True_), "stride must be an integer, not np.True_"),
        (lambda: output_size("32", 5), "size must be an integer, not '32'"),
        (lambda: output_size(32, None), "kernel_size must be an integer, not None"),
        (lambda: output_size((32, 32), 5), "not (32, 32); a Window takes one number per axis"),
        (lambda: output_size(32, 5, padding="same"), "padding must be an integer, not 'same'"),
        (lambda: Window("5"), "kernel_size must be an integer, not '5'"),
        (lambda: Window((3, 3.0)), "kernel_size must be an integer, not 3.0; 3 would do"),
        (lambda: Window(3, padding=False), "padding must be an integer, not False; 0 would do"),
        (lambda: Window(3, 2, 1, 1, 1), "ceil_mode must be True or False, not 1"),
        (lambda: output_size(8, 3, ceil_mode="no"), "ceil_mode must be True or False, not 'no'"),
        (lambda: Window(5).output_size((32, float("nan"))), "size must be an integer, not nan"),
        (lambda: Window(5).output_size("32"), "size must be an integer, not '32'"),
        (
            lambda: transposed_output_size(5, 3, output_padding=0.5),
            "output_padding must be an integer, not 0.5",
        ),
    ],
)
def test_what_is_no_integer_is_a_type_error(make, message):
    """Floats, bools, strings and None are refused by name, whatever their value."""
    with pytest.raises(TypeError, match=re.escape(message)):
        make()


def test_the_axis_is_named_only_where_axes_differ():
    """A square image with a square window gives one plain sentence, as output_size does."""
    told = []
    for refused in (lambda: Window(5).output_size((2, 2)), lambda: output_size(2, 5)):
        with pytest.raises(GeometryError) as refusal:
            refused()
        told.append(str(refusal.value))
    assert told[0] == told[1]
    with pytest.raises(GeometryError, match=f"^H: {re.escape(told[0])}$"):
        Window(5).output_size((2, 9))


def least_that_works(numbers, refused):
    return next(number for number in numbers if not refused(number))


def test_the_repairs_named_in_a_refusal_are_the_smallest_that_work():
    """The padding and the input that a refusal names do work, and one less does not."""

    def refused(n, k, s, p, d, ceil_mode):
        try:
            output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)
        except GeometryError as error:
            return str(error)
        return None

    told = Counter()
    grid = product(range(1, 6), range(1, 8), (1, 2, 5), range(3), (1, 3), (False, True))
    for n, k, s, p, d, ceil_mode in grid:
        message = refused(n, k, s, p, d, ceil_mode)
        if message is None or "does not fit" not in message:
            continue
        at_least = int(re.search(r"input of at least (\d+)", message)[1])
        assert at_least == least_that_works(range(1, 99), lambda m: refused(m, k, s, p, d, ceil_mode))  # noqa: B023
        padding = re.search(r"padding >= (\d+)", message)
        if padding:
            works = least_that_works(range(99), lambda q: refused(n, k, s, q, d, ceil_mode))  # noqa: B023
            assert int(padding[1]) == works
        else:
            assert all(refused(n, k, s, q, d, ceil_mode) for q in range(k))
        told[padding is not None] += 1
    assert min(told.values()) > 20
