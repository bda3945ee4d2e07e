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


def outcome(call: Any) -> Any:
    try:
        result = call()
    except Exception as error:
        return type(error)
    return tuple(result.shape), result.dtype, result.device.type


def empty(shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


@pytest.mark.parametrize("op", ["add", "sub", "mul"])
def test_pairs_broadcast_as_torch_does(op: str) -> None:
    """For every pair of shapes and dtypes, and for numbers, the result or the refusal is torch's."""
    func = getattr(torch, op)
    tensors = [empty(shape, dtype) for shape, dtype in itertools.product(SHAPES, DTYPES)]
    pairs = [*itertools.product(tensors, repeat=2), *itertools.product(tensors, (2, 0.5))]
    for args in pairs:
        assert outcome(lambda args=args: SHORTCUTS[op](func, args, {})) == outcome(
            lambda args=args: func(*args)
        )


def test_concatenation_is_torch_s() -> None:
    """For pairs and triples of shapes, along every axis or none, the result or refusal is torch's."""
    tensors = [empty(shape, dtype) for shape, dtype in itertools.product(SHAPES, DTYPES[:2])]
    for several in [*itertools.product(tensors, repeat=2), *itertools.product(tensors[::3], repeat=3), ()]:
        for dim in (-5, -1, 0, 1, 2, 4):
            call = (list(several), dim)
            assert outcome(lambda c=call: SHORTCUTS["cat"](torch.cat, c, {})) == outcome(
                lambda c=call: torch.cat(*c)
            )


@pytest.mark.parametrize(
    "op", ["relu", "hardswish", "hardsigmoid", "silu", "gelu", "sigmoid", "tanh", "mish"]
)
def test_activations_keep_shape_and_dtype(op: str) -> None:
    """For every shape and dtype the result or the refusal is torch's."""
    func = getattr(F, op)
    for shape, dtype in itertools.product(SHAPES, DTYPES):
        x = empty(shape, dtype)
        assert outcome(lambda x=x: SHORTCUTS[op](func, (x,), {})) == outcome(lambda x=x: func(x))


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
