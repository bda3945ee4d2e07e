"""A shape rule gives what torch's own kernel gives: shape, dtype, and identity where it works in place."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnbook import networks, trace
from cnnbook.tracing import capture, cpu_checks
from cnnbook.tracing.shape_rules import SHAPE_RULES

SHAPES = [(2, 3, 4, 5), (2, 3, 1, 1), (1, 1, 4, 5), (2, 3, 4, 6), (3, 4, 5), (5,), (0, 3, 4, 5), ()]
DTYPES = [torch.float32, torch.float64, torch.int64]
RARE = torch.float8_e4m3fn  # an addition of such numbers fails on the CPU, and not on meta tensors


def empty(shape: tuple[int, ...], dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


def agrees(op: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> bool:
    """Whether the shape rule answered; an answer must be torch's, and a refused call must have none."""
    answer = SHAPE_RULES[op](func, args, kwargs or {})
    if answer is None:
        return False
    in_place = answer is args[0]
    true = func(*args, **(kwargs or {}))
    assert (answer.shape, answer.dtype, answer.device) == (true.shape, true.dtype, true.device), (op, args)
    assert answer.stride() == true.stride()
    assert in_place == (true is args[0])
    return True


@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "pow"])
def test_pairs_broadcast_as_torch_does(op: str) -> None:
    """For every pair of shapes and dtypes, and for numbers, in place or not, the answer is torch's."""
    tensors = [empty(shape, dtype) for shape, dtype in itertools.product(SHAPES, DTYPES)]
    pairs = [*itertools.product(tensors, repeat=2), *itertools.product(tensors, (2, 0.5, True))]
    operators = [getattr(torch, op), getattr(torch.Tensor, f"{op}_")]
    if op not in ("div", "pow"):  # `x /= 2` and `x **= 2` are seen as div_ and pow_
        operators.append(getattr(torch.Tensor, f"__i{op}__"))
    for func in operators:
        assert sum(agrees(op, func, args) for args in pairs) > 30
    assert agrees(op, torch.Tensor.__rsub__ if op == "sub" else operators[0], (empty((2, 3)), 1))


@pytest.mark.parametrize(
    ("op", "func", "more"),
    [
        ("add", torch.add, (1,)),
        ("relu", torch.relu, ()),
        ("mean", torch.mean, (1,)),
        ("softmax", F.softmax, (1,)),
        ("max_pool2d", F.max_pool2d, (2,)),
    ],
)
def test_rare_number_types_are_left_to_torch(op: str, func: Any, more: Any) -> None:
    """A rule answers for number types that every layer knows, so that no trace hides a lack of the CPU."""
    shape = (2, 3, 4, 4)
    assert agrees(op, func, (empty(shape), *more))
    assert SHAPE_RULES[op](func, (empty(shape, RARE), *more), {}) is None


def test_concatenation_is_torch_s() -> None:
    """For pairs and triples of shapes, along every axis or none, an answer is torch's."""
    tensors = [empty(shape, dtype) for shape, dtype in itertools.product(SHAPES, DTYPES[:2])]
    answered = 0
    for several in [*itertools.product(tensors, repeat=2), *itertools.product(tensors[::3], repeat=3), ()]:
        for dim in (-5, -1, 0, 1, 2, 4):
            answered += agrees("cat", torch.cat, (list(several), dim))
            answered += agrees("cat", torch.cat, (tuple(several),), {"dim": dim})
    assert answered > 100


INPLACE = ("relu", "relu6", "hardswish", "hardsigmoid", "silu", "mish", "selu")


def activation_calls() -> list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]]:
    calls: list[tuple[str, Any, tuple[Any, ...], dict[str, Any]]] = []
    for op in INPLACE:
        function = getattr(F, op)
        calls += [(op, function, given, {}) for given in ((), (True,), (False,))]
        calls += [(op, function, (), {"inplace": flag}) for flag in (True, False)]
    calls += [("gelu", F.gelu, (), {"approximate": how}) for how in ("none", "tanh")]
    calls += [("hardtanh", F.hardtanh, given, {}) for given in ((), (0, 6, True), (-1.0, 1.0, False))]
    calls.append(("hardtanh", F.hardtanh, (0,), {"max_val": 6, "inplace": True}))
    for op, number in (("leaky_relu", "negative_slope"), ("elu", "alpha")):
        calls += [(op, getattr(F, op), given, {}) for given in ((), (0.2,), (0.2, False), (1, True))]
        calls.append((op, getattr(F, op), (), {number: 0.1, "inplace": True}))
    calls += [("dropout", F.dropout, given, {}) for given in ((), (0.2,), (0.2, True, False))]
    calls.append(("dropout", F.dropout, (), {"p": 1, "training": True, "inplace": False}))
    single = ("relu", "sigmoid", "tanh", "exp", "log", "sqrt", "abs")
    calls += [(op, getattr(torch, op), (), {}) for op in single]
    return calls + [(op, getattr(torch, f"{op}_"), (), {}) for op in single]


@pytest.mark.parametrize("call", activation_calls(), ids=lambda call: f"{call[1].__name__}{call[2:]}")
def test_activations_keep_shape_and_dtype(call: Any) -> None:
    """For every shape, in place by name, by argument or not, an answer is torch's; none for integers."""
    op, func, more, named = call
    for dtype in DTYPES:
        shapes = [shape for shape in SHAPES if op != "dropout" or 0 not in shape]
        answered = sum(agrees(op, func, (empty(shape, dtype), *more), named) for shape in shapes)
        assert answered == (len(shapes) if dtype.is_floating_point else 0)


@pytest.mark.parametrize(
    ("op", "func", "more", "named"),
    [
        ("relu", torch.relu, (True,), {}),
        ("relu", torch.relu, (), {"inplace": True}),
        ("sigmoid", torch.sigmoid, (True,), {}),
        ("sigmoid", F.sigmoid, (), {"inplace": True}),
        ("leaky_relu", F.leaky_relu, (0.1,), {"alpha": 1.0}),
        ("elu", F.elu, (0.1, False, 1), {}),
        ("dropout", F.dropout, (1.5,), {}),
        ("dropout", F.dropout, (0.5, True, False, 1), {}),
        ("mean", torch.mean, ((0, 0),), {}),
        ("sum", torch.sum, (), {"dim": 2}),
        ("max_pool2d", F.max_pool2d, (2,), {}),
        ("gelu", F.gelu, (), {"approximate": "wrong"}),
        ("hardtanh", F.hardtanh, (2, 1, False), {}),
        ("hardtanh", F.hardtanh, (0,), {"max_val": -1}),
        ("hardtanh", F.hardtanh, (0, 6, False, 1), {}),
        ("hardtanh", F.hardtanh, (), {"max": 6}),
        ("add", torch.add, (empty((4,)),), {}),
        ("add", torch.Tensor.add_, (empty((5, 2, 3)),), {}),
        ("adaptive_avg_pool2d", F.adaptive_avg_pool2d, ((1, 2, 3),), {}),
    ],
)
def test_what_torch_refuses_has_no_answer(op: str, func: Any, more: Any, named: Any) -> None:
    """A call that torch refuses goes to torch, which says why."""
    x = empty((2, 3))
    assert SHAPE_RULES[op](func, (x, *more), named) is None
    with pytest.raises((TypeError, RuntimeError, ValueError, IndexError)):
        func(x, *more, **named)


def test_adaptive_pools_have_the_size_asked_for() -> None:
    """For batches of images and sizes in numbers the answer is torch's; anything else goes to torch."""
    answered = 0
    for shape, dtype in itertools.product(SHAPES, DTYPES[:2]):
        for size in (1, 3, (1, 1), [2, 5], (None, 1), (7,)):
            answered += agrees("adaptive_avg_pool2d", F.adaptive_avg_pool2d, (empty(shape, dtype), size))
    assert answered == 2 * 4 * 4


def pools(op: str, shape: tuple[int, ...], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the rule answered a pool; an answer is there where the CPU makes the call, and is its."""
    func = getattr(F, op)
    answer = SHAPE_RULES[op](func, (empty(shape), *args), kwargs)
    try:
        true = func(torch.zeros(shape), *args, **kwargs)
    except (RuntimeError, ValueError, TypeError):
        assert answer is None, (args, kwargs)
        return False
    assert answer is not None, (args, kwargs)
    assert (answer.shape, answer.dtype, answer.stride()) == (true.shape, true.dtype, true.stride())
    return True


@pytest.mark.parametrize(("kind", "axes"), [("max", 1), ("max", 2), ("max", 3), ("avg", 1), ("avg", 2)])
def test_pools_have_torch_s_shapes(kind: str, axes: int) -> None:
    """For kernels, strides, paddings, dilations and rounding, the rule answers exactly what torch accepts."""
    answered = []
    for size, kernel_size, stride, padding, ceil_mode, dilation in itertools.product(
        (1, 4, 7), (1, 2, 3), (None, 1, 2, 3), (0, 1), (False, True), (1, 2) if kind == "max" else (1,)
    ):
        call: dict[str, Any] = {"stride": stride, "padding": padding, "ceil_mode": ceil_mode}
        if kind == "max":
            call["dilation"] = dilation
        answered.append(pools(f"{kind}_pool{axes}d", (2, 3, *[size] * axes), (kernel_size,), call))
    assert answered.count(True) > 60
    assert answered.count(False) > 20


@pytest.mark.parametrize(
    ("op", "args", "kwargs"),
    [
        ("max_pool2d", ((3, 2), (2, 1), (1, 0)), {}),
        ("max_pool2d", ([2], [2]), {}),
        ("max_pool2d", (2,), {"stride": ()}),
        ("avg_pool2d", (torch.Size((4, 5)),), {}),
        ("avg_pool2d", (2, None, 0, False, False), {}),
    ],
)
def test_pools_are_called_in_many_ways(op: str, args: Any, kwargs: Any) -> None:
    """Kernels and strides are given as tuples, lists and sizes, or left out."""
    assert pools(op, (2, 3, 4, 5), args, kwargs)


@pytest.mark.parametrize(
    ("op", "args", "kwargs"),
    [
        ("avg_pool2d", (2,), {"divisor_override": 3}),
        ("max_pool2d", (2,), {"return_indices": True}),
        ("max_pool2d", (2.0,), {}),
        ("max_pool2d", (0,), {}),
        ("max_pool2d", (2,), {"stride": 0}),
        ("max_pool2d", (2, 2, 0, 1, False, False, 1), {}),
    ],
)
def test_unusual_pools_are_left_to_torch(op: str, args: Any, kwargs: Any) -> None:
    """Indices, a divisor, what torch refuses; and of every pool one image alone, and integers."""
    func = getattr(F, op)
    assert SHAPE_RULES[op](func, (empty((2, 3, 4, 5)), *args), kwargs) is None
    assert SHAPE_RULES[op](func, (empty((3, 4, 5)), 2), {}) is None
    assert SHAPE_RULES[op](func, (empty((2, 3, 4, 5), torch.int64), 2), {}) is None


@pytest.mark.parametrize("op", ["mean", "sum", "amax", "amin"])
def test_reductions_have_torch_s_shapes(op: str) -> None:
    """For every shape and choice of axes, with keepdim or without, an answer is torch's."""
    answered = 0
    for shape, dim in itertools.product(SHAPES, (0, -1, 3, (2, 3), [-2, -1], (0, 1, 2), (1, 1), (), None)):
        func = getattr(torch.Tensor, op)
        for keepdim in (False, True):
            answered += agrees(op, func, (empty(shape), dim), {"keepdim": keepdim})
        answered += agrees(op, getattr(torch, op), (empty(shape),), {"dim": dim})
    assert answered > 60


@pytest.mark.parametrize("op", ["softmax", "log_softmax"])
def test_a_softmax_keeps_its_shape(op: str) -> None:
    """Along an axis that is there the answer is torch's; another axis goes to torch."""
    for shape, dim in itertools.product(SHAPES, (-1, 0, 1, 3)):
        there = bool(shape) and -len(shape) <= dim < len(shape) and 0 not in shape
        x = empty(shape)
        for args, kwargs in (((x, dim), {}), ((x,), {"dim": dim, "_stacklevel": 5, "dtype": None})):
            answered = SHAPE_RULES[op](getattr(F, op), args, kwargs) is not None
            assert answered == there
            assert not there or agrees(op, getattr(F, op), args, kwargs)
    assert SHAPE_RULES[op](getattr(F, op), (empty((2, 3)), 1), {"dtype": torch.float64}) is None


@pytest.mark.parametrize(("kernel_size", "dilation", "stride"), [(3, 1, 1), (2, 1, 1), (3, 2, 1), (2, 1, 2)])
def test_the_same_padding_keeps_the_size(kernel_size: int, dilation: int, stride: int) -> None:
    """An answer to padding="same" is torch's; a stride above 1 is left to torch, which refuses it."""
    weight = empty((6, 4, kernel_size, kernel_size))
    args = (empty((2, 4, 7, 9)), weight, None, (stride,) * 2, "same", (dilation,) * 2, 1)
    assert agrees("conv2d", torch.conv2d, args) == (stride == 1)


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
            assert SHAPE_RULES["batch_norm"](F.batch_norm, args, {}) is None
        weight, bias = empty((4, 5)), empty((4,))
        fits = shape[-1:] == (5,) and 0 not in shape
        assert (SHAPE_RULES["linear"](F.linear, (x, weight, bias), {}) is not None) == fits
        assert not fits or agrees("linear", F.linear, (x, weight, bias))
    one = (empty((1, 3, 1, 1)), *[empty((3,))] * 4, True, 0.1, 1e-5)
    assert SHAPE_RULES["batch_norm"](F.batch_norm, one, {}) is None


def halve(y: torch.Tensor) -> None:
    y /= 2


@pytest.mark.parametrize(
    "write", [lambda y: F.relu_(y), lambda y: y.relu_(), lambda y: y.add_(1), lambda y: y.mul_(y), halve]
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
    assert rows[1].op in ("relu", "add", "mul", "div")


USUAL = (
    *("resnet18", "densenet121", "inception_v3", "googlenet", "mobilenet_v2", "mobilenet_v3_small"),
    *("efficientnet_b0", "mnasnet0_5", "regnet_y_400mf", "squeezenet1_0", "vgg11_bn"),
)


@pytest.mark.parametrize("name", USUAL)
def test_no_layer_of_a_usual_network_waits_for_torch(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules answer all calls of the usual networks, but for views and for the dropout that does nothing."""
    called: list[str] = []

    def noted(op: str, *call: Any) -> Any:
        called.append(op)
        return cpu_checks.run_checked(op, *call)

    monkeypatch.setattr(capture, "run_checked", noted)
    trace(networks.build(name, device="meta"), networks.info(name).input_shape)
    assert {*called} <= {"flatten", "dropout"}
    assert called
