"""A trace leaves the process as it was, may run inside another trace, and refuses ragged tensors."""

from __future__ import annotations

import contextlib
import gc
import random
import threading
from typing import Any

import numpy as np
import pytest
import torch
from networks_of_all_kinds import From
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from cnnbook import TraceError, trace


def meddle() -> None:
    np.random.seed(3)
    np.random.rand(5)
    random.seed(3)
    torch.manual_seed(3)
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(not torch.is_grad_enabled())
    torch.use_deterministic_algorithms(True)
    torch.set_default_device("meta")
    torch.set_float32_matmul_precision("medium")
    torch.autograd.set_detect_anomaly(True)
    torch.set_autocast_enabled("cpu", True)


def state() -> tuple[Any, ...]:
    return (
        np.random.get_state()[1].tobytes(),
        random.getstate(),
        torch.get_rng_state().numpy().tobytes(),
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        torch.get_default_device(),
        torch.get_float32_matmul_precision(),
        torch.is_anomaly_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.overrides._len_torch_function_stack(),
    )


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("grad", [False, True])
def test_global_state_is_as_before(fails: bool, grad: bool) -> None:
    """Random numbers of NumPy, Python and torch and torch's settings come back, on success and failure."""

    def forward(s: Any, x: Tensor) -> Tensor:
        x = s.conv(x)
        meddle()
        if fails:
            raise KeyError("on purpose")
        return x

    net = From(forward, conv=nn.Conv2d(3, 4, 3))
    with torch.set_grad_enabled(grad):
        before = state()
        if fails:
            with pytest.raises(TraceError):
                trace(net, (1, 3, 8, 8))
        else:
            trace(net, (1, 3, 8, 8))
        assert state() == before


def test_a_default_device_of_the_user_stays() -> None:
    """A default device that was set before the trace is the default device after it."""
    with torch.device("meta"):
        trace(From(lambda s, x: x + s.other(), other=lambda: torch.set_default_device("cpu") or 1), (2, 3))
        assert torch.get_default_device() == torch.device("meta")
    assert torch.get_default_device() == torch.device("cpu")


@pytest.mark.parametrize("channels", [4, 3])
def test_a_trace_inside_a_forward_adds_no_rows(channels: int) -> None:
    """A network may trace another one while it is traced, well or in vain: its own rows are its own."""
    inner = nn.Sequential(nn.Conv2d(4, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
    found: list[Any] = []

    def forward(s: Any, x: Tensor) -> Tensor:
        y = s.conv(x)
        try:
            found.append(trace(inner, (2, channels, 9, 9)))
        except TraceError as error:
            found.append(error)
        return torch.tanh(y)

    seen = trace(From(forward, conv=nn.Conv2d(4, 4, 1)), (2, 4, 9, 9))
    assert [(row.op, row.path, row.inputs) for row in seen] == [("conv2d", "conv", (-1,)), ("tanh", "", (0,))]
    if channels == 4:
        assert found == [trace(inner, (2, 4, 9, 9))]
    else:
        assert "channels" in str(found[0])


def test_threads_that_trace_one_network_leave_it_as_it_was() -> None:
    """What forward sets on its modules is undone when the last of several threads has finished."""
    barrier = threading.Barrier(2)

    def forward(s: Any, x: Tensor) -> Tensor:
        s.latest = x
        barrier.wait(20)
        np.random.rand(3)
        barrier.wait(20)
        return s.conv(x)

    net = From(forward, conv=nn.Conv2d(3, 4, 3))
    net.latest = "nothing"
    before, random_before = dict(net.__dict__), state()
    seen: list[Any] = []
    threads = [threading.Thread(target=lambda: seen.append(trace(net, (1, 3, 8, 8)))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert net.latest == "nothing"
    assert net.__dict__ == before
    assert state() == random_before


@pytest.mark.filterwarnings("ignore:The PyTorch API of nested tensors")
@pytest.mark.parametrize("layout", [torch.strided, torch.jagged])
def test_nested_tensors_are_refused(layout: Any) -> None:
    """A ragged tensor has no shape to show: as an input it is a TypeError, inside forward a TraceError."""
    ragged = torch.nested.nested_tensor([torch.rand(2, 5), torch.rand(3, 5)], layout=layout)
    with pytest.raises(TypeError, match="trace cannot read this input: a nested tensor has no one shape"):
        trace(nn.Linear(5, 4), ragged)

    def forward(s: Any, x: Tensor) -> Tensor:
        both = torch.nested.as_nested_tensor([s.first(x)[0], x[1, :2]], layout=layout)
        return s.last(both).to_padded_tensor(0.0)

    with pytest.raises(
        TraceError, match=r"a nested tensor has no one shape .* padded to one length would do"
    ):
        trace(From(forward, first=nn.Linear(5, 5), last=nn.Linear(5, 4)), (2, 3, 5))


CHAIN = ((5, 40), (40, 3), (3, 30), (30, 2))


@pytest.mark.parametrize(
    ("forward", "inputs"),
    [
        (lambda *m: torch.linalg.multi_dot(m), CHAIN),
        (lambda *m: torch.linalg.multi_dot(m), ((40,), (40, 3), (3, 30), (30,))),
        (lambda *m: torch.linalg.multi_dot(m), CHAIN[:2]),
        (lambda x, w: torch.convolution(x, w, None, [2], [1], [1], False, [0], 2), ((2, 4, 9), (6, 2, 3))),
        (
            lambda x, w: torch.convolution(x, w, None, [2, 1], [1, 0], [1, 1], True, [1, 0], 1),
            ((2, 4, 9, 8), (4, 6, 3, 3)),
        ),
        (lambda x, y: torch.matmul(x.to(torch.complex64), y.to(torch.complex64)), ((5, 4), (4, 3))),
    ],
)
def test_macs_of_chains_and_convolutions_are_torch_s(forward: Any, inputs: Any) -> None:
    """As many MACs as torch's counter says: chains in their best order, complex products as one each."""
    seen = trace(From(lambda s, *given: forward(*given)), *inputs)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        forward(*map(torch.rand, inputs))
    assert seen.macs == counter.get_total_flops() // 2 > 0


def test_a_complex_convolution_counts_as_many_products_as_a_real_one() -> None:
    """A product of complex numbers counts once, although torch computes it by three real convolutions."""
    layers = [nn.Conv2d(4, 6, 3, dtype=dtype) for dtype in (torch.float32, torch.complex64)]
    real, imaginary = (trace(layer, (2, 4, 9, 8)) for layer in layers)
    assert real.macs == imaginary.macs == 2 * 6 * 7 * 6 * 4 * 3 * 3


@pytest.mark.parametrize("size", [(1, 3, 8, 8), (1, 4, 8, 8)])
@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_is_left_as_it_was(size: tuple[int, ...], collecting: bool) -> None:
    """Python's search for cycles pauses while a network runs, and is set back, after a failure too."""
    (gc.enable if collecting else gc.disable)()
    try:
        with contextlib.suppress(TraceError):
            trace(torch.nn.Conv2d(3, 4, 3), size)
        assert gc.isenabled() is collecting
    finally:
        gc.enable()


def hooked(net: nn.Module) -> list[Any]:
    return [
        list(value.items() if isinstance(value, dict) else value)
        for module in net.modules()
        for name, value in vars(module).items()
        if "hook" in name and isinstance(value, dict | set)
    ]


@pytest.mark.parametrize("fails", [False, True])
def test_hooks_are_as_before(fails: bool) -> None:
    """Hooks that a forward registers on its modules, or takes away, are as they were after the trace."""

    def forward(s: Any, x: Tensor) -> Tensor:
        handle.remove()
        s.conv.register_forward_hook(lambda *given: None, with_kwargs=True, always_call=True)
        s.conv.register_forward_pre_hook(lambda *given: None, with_kwargs=True)
        s.conv.register_full_backward_hook(lambda *given: None)
        s.conv.register_full_backward_pre_hook(lambda *given: None)
        s.conv.register_state_dict_pre_hook(lambda *given: None)
        if fails:
            raise KeyError("on purpose")
        return s.conv(x)

    net = From(forward, conv=nn.Conv2d(3, 4, 3))
    handle = net.conv.register_forward_hook(lambda *given: None)
    before = hooked(net)
    for _ in range(3):
        with pytest.raises(TraceError) if fails else contextlib.nullcontext():
            trace(net, (1, 3, 8, 8))
    assert hooked(net) == before
    assert sum(map(len, before)) == 1
