"""A shortcut gives what torch's own kernel gives: shape, dtype, and identity where it works in place."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnbook import trace
from cnnbook.tracing.shortcuts import SHORTCUTS

SHAPES = [(2, 3, 4, 5), (2, 3, 1, 1), (1, 1, 4, 5), (2, 3, 4, 6), (3, 4, 5), (5,), (0, 3, 4, 5), ()]
DTYPES = [torch.float32, torch.float64, torch.int64]


def empty(shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


def agrees(op: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> bool:
    """Whether the shortcut answered; an answer must be torch's, and a refused call must have none."""
    answer = SHORTCUTS[op](func, args, kwargs or {})
    if answer is None:
        return False
    in_place = answer is args[0]
    true = func(*args, **(kwargs or {}))
    assert (answer.shape, answer.dtype, answer.device) == (true.shape, true.dtype, true.device), (op, args)
    assert answer.stride() == true.stride()
    assert in_place == (true is args[0])
    return True


@pytest.mark.parametrize("op", ["add", "sub", "mul"])
def test_pairs_broadcast_as_torch_does(op: str) -> None:
    """For every pair of shapes and dtypes, and for numbers, in place or not, the answer is torch's."""
    tensors = [empty(shape, dtype) for shape, dtype in itertools.product(SHAPES, DTYPES)]
    pairs = [*itertools.product(tensors, repeat=2), *itertools.product(tensors, (2, 0.5, True))]
    operators = [getattr(torch, op), getattr(torch.Tensor, f"{op}_"), getattr(torch.Tensor, f"__i{op}__")]
    for func in operators:
        assert sum(agrees(op, func, args) for args in pairs) > 30
    assert agrees(op, torch.Tensor.__rsub__ if op == "sub" else operators[0], (empty((2, 3)), 1))


def test_concatenation_is_torch_s() -> None:
    """For pairs and triples of shapes, along every axis or none, an answer is torch's."""
    tensors = [empty(shape, dtype) for shape, dtype in itertools.product(SHAPES, DTYPES[:2])]
    answered = 0
    for several in [*itertools.product(tensors, repeat=2), *itertools.product(tensors[::3], repeat=3), ()]:
        for dim in (-5, -1, 0, 1, 2, 4):
            answered += agrees("cat", torch.cat, (list(several), dim))
            answered += agrees("cat", torch.cat, (tuple(several),), {"dim": dim})
    assert answered > 100


INPLACE = ("relu", "relu6", "hardswish", "hardsigmoid", "silu", "mish")


def activation_calls() -> list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]]:
    calls: list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]] = []
    for op in INPLACE:
        function = getattr(F, op)
        calls += [(op, function, given, {}) for given in ((), (True,), (False,))]
        calls += [(op, function, (), {"inplace": flag}) for flag in (True, False)]
    calls += [("gelu", F.gelu, (), {"approximate": how}) for how in ("none", "tanh")]
    calls += [("hardtanh", F.hardtanh, given, {}) for given in ((0, 6, True), (-1.0, 1.0, False))]
    calls += [(op, getattr(torch, op), (), {}) for op in ("relu", "sigmoid", "tanh")]
    return calls + [(op, getattr(torch, f"{op}_"), (), {}) for op in ("relu", "sigmoid", "tanh")]


@pytest.mark.parametrize("call", activation_calls(), ids=lambda call: str((call[1].__name__, *call[2:])))
def test_activations_keep_shape_and_dtype(call: Any) -> None:
    """For every shape, in place by name, by argument or not, an answer is torch's; none for integers."""
    op, func, more, named = call
    for dtype in DTYPES:
        answered = sum(agrees(op, func, (empty(shape, dtype), *more), named) for shape in SHAPES)
        assert answered == (len(SHAPES) if dtype.is_floating_point else 0)


@pytest.mark.parametrize(
    ("op", "func", "more", "named"),
    [
        ("relu", torch.relu, (True,), {}),
        ("relu", torch.relu, (), {"inplace": True}),
        ("sigmoid", torch.sigmoid, (True,), {}),
        ("sigmoid", F.sigmoid, (), {"inplace": True}),
        ("gelu", F.gelu, (), {"approximate": "wrong"}),
        ("hardtanh", F.hardtanh, (2, 1, False), {}),
        ("add", torch.add, (empty((4,)),), {}),
        ("add", torch.Tensor.add_, (empty((5, 2, 3)),), {}),
        ("adaptive_avg_pool2d", F.adaptive_avg_pool2d, ((1, 2, 3),), {}),
    ],
)
def test_what_torch_refuses_has_no_answer(op: str, func: Any, more: Any, named: Any) -> None:
    """A call that torch refuses goes to torch, which says why."""
    x = empty((2, 3))
    assert SHORTCUTS[op](func, (x, *more), named) is None
    with pytest.raises((TypeError, RuntimeError, ValueError)):
        func(x, *more, **named)


def test_adaptive_pools_have_the_size_asked_for() -> None:
    """For batches of images and sizes in numbers the answer is torch's; anything else goes to torch."""
    answered = 0
    for shape, dtype in itertools.product(SHAPES, DTYPES[:2]):
        for size in (1, 3, (1, 1), [2, 5], (None, 1), (7,)):
            answered += agrees("adaptive_avg_pool2d", F.adaptive_avg_pool2d, (empty(shape, dtype), size))
    assert answered == 2 * 4 * 4


@pytest.mark.parametrize("layer", [nn.Conv1d, nn.Conv2d, nn.Conv3d])
def test_convolutions_have_torch_s_shapes(layer: Any) -> None:
    """For strides, paddings, dilations, groups and sizes that fit or not, an answer is torch's."""
    axes, answered = int(layer.__name__[4]), 0
    settings = itertools.product((1, 2), (0, 1), (1, 2), (1, 2), (1, 3), (3, 4, 9))
    for stride, padding, dilation, groups, kernel_size, size in settings:
        weight, bias = empty((6, 4 // groups, *[kernel_size] * axes)), empty((6,))
        common = ((stride,) * axes, (padding,) * axes, (dilation,) * axes, groups)
        func = getattr(torch, f"conv{axes}d")
        args = (empty((2, 4, *[size] * axes)), weight, bias, *common)
        fits = size + 2 * padding >= dilation * (kernel_size - 1) + 1
        assert agrees(func.__name__, func, args) == fits
        answered += fits
    assert answered > 60


def test_batch_normalization_and_linear_maps_are_torch_s() -> None:
    """Where features fit an answer is torch's; one value per channel in train mode goes to torch."""
    for shape, training in itertools.product(SHAPES, (True, False)):
        x, features = empty(shape), empty((3,))
        args = (x, features, features, features, features, training, 0.1, 1e-5)
        if len(shape) > 1 and shape[1] == 3:
            assert agrees("batch_norm", F.batch_norm, args)
        else:
            assert SHORTCUTS["batch_norm"](F.batch_norm, args, {}) is None
        weight, bias = empty((4, 5)), empty((4,))
        fits = shape[-1:] == (5,) and 0 not in shape
        assert (SHORTCUTS["linear"](F.linear, (x, weight, bias), {}) is not None) == fits
        assert not fits or agrees("linear", F.linear, (x, weight, bias))
    one = (empty((1, 3, 1, 1)), *[empty((3,))] * 4, True, 0.1, 1e-5)
    assert SHORTCUTS["batch_norm"](F.batch_norm, one, {}) is None


@pytest.mark.parametrize(
    "write", [lambda y: F.relu_(y), lambda y: y.relu_(), lambda y: y.add_(1), lambda y: y.mul_(y)]
)
def test_what_is_written_in_place_is_what_goes_on(write: Any) -> None:
    """A function in place, its result thrown away, is the row that the next row reads."""

    class Net(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = x * 2
            write(y)
            return torch.tanh(y)

    rows = trace(Net(), (2, 3)).rows
    assert [row.inputs[0] for row in rows] == [-1, 0, 1]
