"""Output sizes, formulas and refusals, held against what torch's CPU kernels do."""

import pickle
import random
import re
import subprocess
import sys
from collections import Counter
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from itertools import product
from math import ceil, floor

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from cnnbook.arithmetic import (
    GeometryError,
    Window,
    output_size,
    transposed_formula,
    transposed_output_size,
    unread,
    unread_pixels,
)

SEED = 20_251_122
# (operation, axes, settings compared)
FAMILIES = [
    *[("conv", 1, 3000), ("conv", 2, 4000), ("conv", 3, 2000)],
    *[("named padding", 1, 1000), ("named padding", 2, 1000), ("named padding", 3, 1000)],
    *[("max_pool", 1, 3000), ("max_pool", 2, 3000), ("max_pool", 3, 2000)],
    *[("avg_pool", 1, 2000), ("avg_pool", 2, 2500), ("avg_pool", 3, 2000)],
    *[("conv_transpose", 1, 2000), ("conv_transpose", 2, 1500), ("conv_transpose", 3, 600)],
]


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Keep torch's threads from waiting for each other: on tiny images they cost more than they give."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def draw(rng, axes, numbers, bad, bad_share=0.02):
    """Draw one number for all axes, or one for each; now and then one that no layer can have."""
    drawn = tuple(rng.choice(bad) if rng.random() < bad_share else rng.choice(numbers) for _ in range(axes))
    return drawn[0] if rng.random() < 0.3 else drawn


def on_every_axis(value, axes):
    return value if isinstance(value, tuple) else (value,) * axes


def draw_setting(rng, operation, axes):
    most = {1: 30, 2: 20, 3: 9}[axes]
    size = on_every_axis(draw(rng, axes, range(1, most), (0, -1), 0.01), axes)
    setting = {
        "kernel_size": draw(rng, axes, (1, 2, 3, 3, 4, 5, 7), (0, -1)),
        "stride": draw(rng, axes, (1, 1, 2, 2, 3, 4, 9), (0, -1)),
        "padding": draw(rng, axes, (0, 0, 1, 1, 2, 3), (-1,)),
    }
    if operation != "avg_pool":
        setting["dilation"] = draw(rng, axes, (1, 1, 1, 2, 3), (0, -1))
    if operation.endswith("pool"):
        setting["ceil_mode"] = rng.random() < 0.5
        if rng.random() < 0.3:
            setting["stride"] = None
        if rng.random() < 0.6:  # most paddings that are drawn are more than half of the kernel
            kernel = on_every_axis(setting["kernel_size"], axes)
            setting["padding"] = tuple(rng.randint(0, max(0, k // 2)) for k in kernel)
    if operation == "named padding":
        setting["padding"] = rng.choice(("same", "same", "valid", "full"))
        setting["stride"] = draw(rng, axes, (1, 1, 1, 1, 1, 2), (0, -1), 0.01)
    if operation == "conv_transpose":
        setting["output_padding"] = draw(rng, axes, (0, 0, 0, 1, 2), (-1,))
    return size, setting


def torch_size(operation, size, setting):
    """Return the output size that torch gives, None if it refuses."""
    axes = len(size)
    setting = dict(setting)
    kernel_size = on_every_axis(setting.pop("kernel_size"), axes)
    try:
        image = torch.zeros((1, 1, *size))
        if operation.endswith("pool"):
            return tuple(getattr(F, f"{operation}{axes}d")(image, kernel_size, **setting).shape[2:])
        kernel = torch.zeros((1, 1, *kernel_size))
        name = "conv_transpose" if operation == "conv_transpose" else "conv"
        return tuple(getattr(F, f"{name}{axes}d")(image, kernel, **setting).shape[2:])
    except RuntimeError:
        return None


def our_size(operation, size, setting):
    """Return the output size by our arithmetic, None if it refuses; check the formula's text on the way."""
    axes = len(size)
    try:
        if operation == "conv_transpose":
            per_axis = {name: on_every_axis(value, axes) for name, value in setting.items()}
            settings = [
                dict(zip(per_axis, values, strict=True)) for values in zip(*per_axis.values(), strict=True)
            ]
            out = tuple(transposed_output_size(n, **one) for n, one in zip(size, settings, strict=True))
            for n, one, m in zip(size, settings, out, strict=True):
                assert evaluated(transposed_formula(n, **one)) == m
            return out
        make = Window.pool if operation.endswith("pool") else Window
        # A number alone would make a window on (H, W).
        setting = setting | {"kernel_size": on_every_axis(setting["kernel_size"], axes)}
        window = make(**setting)
        out = window.output_size(size)
    except GeometryError:
        return None
    text = window.formula(size)
    parts = text.split(" and ")
    values = tuple(evaluated(part.split(": ", 1)[1] if len(parts) > 1 else part) for part in parts)
    assert values * (axes if len(parts) == 1 else 1) == out, text
    return out


def evaluated(formula):
    """Return the number at the formula's end, after working it out from the text alone."""
    words = {"floor": floor, "ceil": ceil, "Fraction": Fraction}
    assert re.fullmatch(
        r"[\d ×+\-/()=>;,]*", re.sub(r"floor|ceil|window \d+ would start after the image|so", "", formula)
    )
    ruled, *dropped = formula.split("; ")
    left, right = ruled.replace("×", "*").split(" = ")
    assert eval(re.sub(r"/(\d+)", r"*Fraction(1, \1)", left), words) == int(right), formula
    if not dropped:
        return int(right)
    starts, less = re.fullmatch(r"window \d+ would start after the image, (.*), so (.*)", dropped[0]).groups()
    assert starts.startswith(f"({right} - 1)")
    assert eval(starts.replace("×", "*")), formula
    assert less == f"{right} - 1 = {int(right) - 1}"
    return int(right) - 1


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(("operation", "axes", "settings"), FAMILIES)
def test_agrees_with_torch_on_random_settings(operation, axes, settings):
    """Every drawn setting has torch's output size, or is refused where torch refuses it."""
    rng = random.Random(f"{SEED} {operation} {axes}")
    seen = Counter()
    for _ in range(settings):
        size, setting = draw_setting(rng, operation, axes)
        theirs, ours = torch_size(operation, size, setting), our_size(operation, size, setting)
        if (operation, axes) == ("avg_pool", 3) and ours is not None:
            kernel = on_every_axis(setting["kernel_size"], 3)
            if any(n < k for n, k in zip(size, kernel, strict=True)):
                assert theirs is None, f"avg_pool3d now accepts {setting} on {size}: the exception can go"
                seen["refused by avg_pool3d alone"] += 1
                continue
        if operation == "conv_transpose" and theirs is not None and 0 in theirs:
            # torch's backend for kernels of 4 and more lets an empty output pass, that for smaller does not.
            assert ours is None
            seen["empty for torch"] += 1
            continue
        assert ours == theirs, f"{operation}{axes}d on {size} with {setting}: we say {ours}, torch {theirs}"
        seen["refused" if theirs is None else "accepted"] += 1
    assert seen.total() == settings
    assert (seen["refused by avg_pool3d alone"] > 50) == ((operation, axes) == ("avg_pool", 3))
    assert min(seen["refused"], seen["accepted"]) > settings // 8, seen


def test_the_random_settings_are_many():
    """The comparison above is of at least 20,000 settings, on 1, 2 and 3 axes for every operation."""
    assert sum(settings for *_, settings in FAMILIES) >= 20_000
    assert len({(operation, axes) for operation, axes, _ in FAMILIES}) == 5 * 3


@pytest.mark.parametrize("operation", ["conv", "max_pool"])
def test_agrees_with_torch_on_large_images(operation):
    """Signals of up to 4,000 values with large kernels and strides agree with torch as well."""
    rng = random.Random(SEED)
    seen = Counter()
    for _ in range(1000):
        kernel_size = rng.randint(1, 300)
        setting = {
            "kernel_size": kernel_size,
            "stride": rng.randint(1, 300),
            "padding": rng.randint(0, kernel_size // 2),
            "dilation": rng.randint(1, 9),
        }
        if operation == "max_pool":
            setting["ceil_mode"] = rng.random() < 0.5
        size = (rng.randint(1, 4000),)
        theirs = torch_size(operation, size, setting)
        assert our_size(operation, size, setting) == theirs, (size, setting)
        seen[theirs is None] += 1
    assert min(seen.values()) > 100


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_output_size_is_the_rule_of_one_axis(ceil_mode):
    """output_size agrees with a pool of torch, and so with Window, on a full grid of one axis."""
    compared = Counter()
    grid = product(range(5, 13), range(6), (0, 1, 2, 3, 7), (-1, 0, 1, 2, 3), (0, 1, 2))
    for n, k, s, p, d in grid:
        setting = {"kernel_size": k, "stride": s, "padding": p, "dilation": d, "ceil_mode": ceil_mode}
        if not ceil_mode and k >= 0 and p > k // 2:
            continue  # no pool; the convolutions above have it
        try:
            ours = (output_size(n, **setting),)
        except GeometryError:
            ours = None
        assert ours == torch_size("max_pool", (n,), setting), (n, setting)
        compared[ours is None] += 1
    assert min(compared.values()) > 500


def test_positions_are_those_of_a_window_that_slides():
    """The rule counts what a kernel moved by hand over the padded image counts."""
    for n, k, s, p, d in product(range(1, 12), range(1, 5), range(1, 5), range(3), range(1, 4)):
        padded = list(range(n + 2 * p))
        starts = [start for start in padded[::s] if start + d * (k - 1) in padded]
        if starts:
            assert output_size(n, k, stride=s, padding=p, dilation=d) == len(starts)
        else:
            with pytest.raises(GeometryError, match="kernel does not fit"):
                output_size(n, k, stride=s, padding=p, dilation=d)


@pytest.mark.parametrize(
    ("window", "size", "expected"),
    [
        (Window(5), (32, 32), (28, 28)),
        (Window(11, stride=4, padding=2), (224, 224), (55, 55)),
        (Window(11, stride=4), (224, 224), (54, 54)),
        (Window(7, stride=2, padding=3), (225, 224), (113, 112)),
        (Window.pool(3, 2, ceil_mode=True), (112, 112), (56, 56)),
        (Window.pool(3, 2), (112, 112), (55, 55)),
        (Window.pool((1,), 2, ceil_mode=True), (10,), (5,)),
        (Window(3, padding="same"), (5, 7), (5, 7)),
        (Window(4, padding="same", dilation=3), (5, 7), (5, 7)),
        (Window((3, 1, 5), padding="valid"), (4, 5, 6), (2, 5, 2)),
    ],
)
def test_published_sizes(window, size, expected):
    """The papers' and the course's own sizes come out."""
    assert window.output_size(size) == expected


@pytest.mark.parametrize(
    ("window", "kernel_size", "stride", "padding"),
    [
        (Window(5), (5, 5), (1, 1), (0, 0)),
        (Window((5,)), (5,), (1,), (0,)),
        (Window(3, stride=(1, 2, 2)), (3, 3, 3), (1, 2, 2), (0, 0, 0)),
        (Window((3, 5), (2,), [1, 2]), (3, 5), (2, 2), (1, 2)),
        (Window(torch.Size((3, 5)), np.int64(2), np.array([1, 2])), (3, 5), (2, 2), (1, 2)),
        (Window(torch.tensor(3), np.array(2), torch.tensor([1, 0])), (3, 3), (2, 2), (1, 0)),
        (Window(3, padding="valid"), (3, 3), (1, 1), (0, 0)),
        (Window((3, 5), padding="same"), (3, 5), (1, 1), (1, 2)),
        (Window((2, 5), padding="same"), (2, 5), (1, 1), "same"),
        (Window.pool((2, 3)), (2, 3), (2, 3), (0, 0)),
        (Window.pool(3, 2, 1), (3, 3), (2, 2), (1, 1)),
    ],
)
def test_window_holds_one_plain_int_per_axis(window, kernel_size, stride, padding):
    """A number is repeated on every axis, and whatever counts as an integer becomes a plain int."""
    assert (window.kernel_size, window.stride, window.padding) == (kernel_size, stride, padding)
    numbers = window.kernel_size + window.stride + window.dilation
    assert {type(number) for number in numbers} == {int}


def test_window_is_a_value():
    """Windows are equal by their numbers, hash, pickle, copy with a change, and cannot be altered."""
    window = Window(3, padding="same")
    assert window == Window((3, 3), 1, (1, 1)) != Window.pool(3, 1, 1, ceil_mode=True)
    assert len({window, Window(3, padding=1), Window(3)}) == 2
    assert pickle.loads(pickle.dumps(window)) == window
    assert replace(window, stride=2) == Window(3, 2, 1)
    assert replace(Window(4, padding="same"), kernel_size=6) == Window(6, padding="same")
    with pytest.raises(FrozenInstanceError):
        window.stride = (2, 2)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(("kernel_size", "dilation"), [(2, 1), (4, 1), (4, 3), (6, 1), (3, 2)])
def test_same_pads_one_more_at_the_end(kernel_size, dilation):
    """Padding by hand what padding_before_after says gives torch's padding="same" number for number."""
    window = Window((kernel_size,), padding="same", dilation=dilation)
    image = torch.arange(1.0, 10.0, dtype=torch.float64)[None, None]
    kernel = torch.arange(1.0, kernel_size + 1.0, dtype=torch.float64)[None, None]
    by_hand = F.conv1d(F.pad(image, window.padding_before_after[0]), kernel, dilation=dilation)
    assert torch.equal(by_hand, F.conv1d(image, kernel, padding="same", dilation=dilation))
    assert window.total_padding == (dilation * (kernel_size - 1),)


@pytest.mark.parametrize(
    ("window", "size", "text"),
    [
        (Window(5), (32, 32), "floor((32 + 2×0 - 1×(5 - 1) - 1)/1) + 1 = 28"),
        (
            Window(3, padding=1, stride=2),
            (32, 20),
            "H: floor((32 + 2×1 - 1×(3 - 1) - 1)/2) + 1 = 16 and "
            "W: floor((20 + 2×1 - 1×(3 - 1) - 1)/2) + 1 = 10",
        ),
        (Window.pool(3, 2, ceil_mode=True), (112, 112), "ceil((112 + 2×0 - 1×(3 - 1) - 1)/2) + 1 = 56"),
        (
            Window.pool(2, 3, padding=1, ceil_mode=True),
            (5, 5),
            "ceil((5 + 2×1 - 1×(2 - 1) - 1)/3) + 1 = 3; "
            "window 3 would start after the image, (3 - 1)×3 >= 5 + 1, so 3 - 1 = 2",
        ),
        (Window((2,), padding="same", dilation=3), (9,), "floor((9 + (1 + 2) - 3×(2 - 1) - 1)/1) + 1 = 9"),
    ],
)
def test_formula_has_every_number(window, size, text):
    """The formula is the whole rule with the numbers put in, once where the axes do not differ."""
    assert window.formula(size) == text


def test_formula_names_three_axes():
    """A volume's axes are depth, height and width."""
    text = Window((1, 2, 3)).formula((4, 5, 6))
    assert re.findall(r"([A-Z]): floor", text) == ["D", "H", "W"]


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_unread_is_what_gets_no_gradient(ceil_mode):
    """The end of the padded input that no window reads is the end where the gradient is zero."""
    found = Counter()
    for n, k, s, p, d in product(
        range(1, 15), range(1, 4), range(1, 6), range(2), (1,) if ceil_mode else (1, 3)
    ):
        if p > k // 2 and ceil_mode:
            continue
        window = Window((k,), s, p, d, ceil_mode)
        padded = torch.zeros(1, 1, n + 2 * p, dtype=torch.float64, requires_grad=True)
        try:
            (ours,) = unread((n,), window)
        except GeometryError:
            continue
        if ceil_mode:
            if p:
                continue  # torch's clamp looks at the image without its padding
            out = F.avg_pool1d(padded, k, s, ceil_mode=True)
        else:
            out = F.conv1d(padded, torch.ones(1, 1, k, dtype=torch.float64), stride=s, dilation=d)
        out.sum().backward()
        read = padded.grad[0, 0].nonzero()
        assert ours == n + 2 * p - 1 - int(read.max()), (n, window)
        assert unread_pixels((n,), window) == (max(0, ours - p),)
        found[ours > 0] += 1
    assert min(found.values()) > 20


def test_unread_counts_each_axis():
    """AlexNet without padding leaves one row of 224; with it only padding is left over."""
    assert unread((224, 227), Window(11, stride=4)) == (1, 0)
    assert unread((224, 226), Window(11, stride=4, padding=2)) == (1, 3)
    assert unread_pixels((224, 226), Window(11, stride=4, padding=2)) == (0, 1)
    assert unread((8, 8), Window((2, 3), padding="same")) == (0, 0)


def test_arithmetic_is_light_to_import():
    """Importing the arithmetic loads neither torch nor numpy."""
    code = "import sys, cnnbook.arithmetic; print(sorted({'torch', 'numpy'} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
