"""Networks whose forward asks for gradients: hooks on tensors, and backward passes inside."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from networks_of_all_kinds import From
from torch import Tensor, nn

from cnnbook import TraceError, trace


def test_hooks_on_tensors_add_no_row() -> None:
    """A network that remembers activations and gradients, as Grad-CAM does, has the rows it has without."""

    def forward(s: Any, x: Tensor) -> Tensor:
        y = s.conv(x)
        if s.hooks:
            y.register_hook(lambda grad: setattr(s, "grad", grad))
            y.register_hook(lambda grad: None).remove()
            y.retain_grad()
            s.conv.weight.register_hook(lambda grad: None)
        return torch.relu(y)

    net = From(forward, conv=nn.Conv2d(1, 2, 3), hooks=True)
    net(torch.rand(1, 1, 8, 8)).sum().backward()
    assert net.grad.shape == (1, 2, 6, 6)
    del net.grad
    net.conv.weight._backward_hooks = None
    seen = trace(net, (1, 1, 8, 8))
    assert net.conv.weight._backward_hooks is None
    net.hooks = False
    assert seen == trace(net, (1, 1, 8, 8))


def derivative(s: Any, x: Tensor) -> Tensor:
    u = s.last(torch.tanh(s.first(x)))
    return torch.autograd.grad(u.sum(), x, create_graph=True)[0]


def own_leaf(s: Any, x: Tensor) -> Tensor:
    return derivative(s, x.requires_grad_())


def saliency(s: Any, x: Tensor) -> Tensor:
    y = s.first(x)
    y.retain_grad()
    s.last(torch.tanh(y)).sum().backward()
    return y * y.grad


@pytest.mark.parametrize("forward", [derivative, own_leaf, saliency])
def test_backward_passes_inside_forward(forward: Any) -> None:
    """What a forward makes of derivatives has the shape that it really has; no gradient stays behind."""
    net = From(forward, first=nn.Linear(3, 4), last=nn.Linear(4, 1))
    real = tuple(net(torch.rand(5, 3, requires_grad=True)).shape)
    net.zero_grad()
    for given in ((5, 3), torch.rand(5, 3, requires_grad=True)):
        seen = trace(net, given)
        assert seen.output_shape == real
        assert [row.op for row in seen if row.path] == ["linear", "linear"]
        assert all(p.grad is None for p in net.parameters())
        assert isinstance(given, tuple) or given.grad is None


def test_a_derivative_by_a_tensor_without_gradients() -> None:
    """An input that asks for no gradients gets none, in a trace as in a real pass."""
    net, x = From(derivative, first=nn.Linear(3, 4), last=nn.Linear(4, 1)), torch.rand(5, 3)
    with pytest.raises(RuntimeError, match="not require grad"):
        net(x)
    with pytest.raises(TraceError, match="grad"):
        trace(net, x)
