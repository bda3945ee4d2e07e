"""Random small networks: a trace has torch's own shapes, or a TraceError comes exactly where torch raises."""

import copy
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repairing import mended
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace

small = st.integers(1, 4)
channels = st.sampled_from((1, 2, 3, 4, 6))
kernels = st.integers(1, 5)
fuzz = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)


def fitting(draw: Callable[..., Any], actual: int) -> int:
    """Mostly the number that fits, or random networks would all fail at their first layer."""
    return actual if draw(st.integers(0, 6)) else draw(channels)


def convolution(draw: Callable[..., Any], shape: torch.Size) -> nn.Module:
    c_in = fitting(draw, shape[1])
    groups = draw(st.sampled_from([g for g in (1, 2, 3) if c_in % g == 0]))
    padding = draw(st.sampled_from((0, 0, 1, 2, "same")))
    stride = 1 if padding == "same" else draw(st.integers(1, 3))
    dilation, bias = draw(st.sampled_from((1, 1, 2))), draw(st.booleans())
    axes = draw(st.sampled_from((max(1, len(shape) - 2), max(1, len(shape) - 2), 1, 2, 3)))
    layer = getattr(nn, f"Conv{min(axes, 3)}d")
    return layer(c_in, groups * draw(small), draw(kernels), stride, padding, dilation, groups, bias)


def transposed(draw: Callable[..., Any], shape: torch.Size) -> nn.Module:
    numbers = (draw(kernels), draw(st.integers(1, 3)), draw(st.integers(0, 3)), draw(st.integers(0, 2)))
    return nn.ConvTranspose2d(fitting(draw, shape[1]), draw(channels), *numbers)


def pool(draw: Callable[..., Any], shape: torch.Size) -> nn.Module:
    layer = draw(st.sampled_from((nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool2d, nn.AvgPool2d, nn.AvgPool1d)))
    kernel, stride, padding = draw(kernels), draw(st.sampled_from((None, 1, 2, 3))), draw(st.integers(0, 2))
    return layer(kernel, stride, padding, ceil_mode=draw(st.booleans()))


def other(draw: Callable[..., Any], shape: torch.Size) -> nn.Module:
    makers: list[Callable[[], nn.Module]] = [
        lambda: nn.BatchNorm2d(fitting(draw, shape[1])),
        lambda: nn.BatchNorm1d(fitting(draw, shape[1])),
        lambda: nn.InstanceNorm2d(fitting(draw, shape[1]), affine=draw(st.booleans())),
        lambda: nn.GroupNorm(2, 2 * draw(small)),
        lambda: nn.LayerNorm(fitting(draw, shape[-1])),
        nn.ReLU,
        lambda: nn.ReLU(inplace=True),
        nn.Flatten,
        nn.Flatten,
        lambda: nn.Flatten(0),
        lambda: nn.Flatten(2),
        lambda: nn.Linear(fitting(draw, shape[-1]), draw(small), draw(st.booleans())),
        lambda: nn.Linear(fitting(draw, shape[-1]), draw(small), draw(st.booleans())),
        lambda: nn.AdaptiveAvgPool2d(draw(st.integers(0, 3))),
        lambda: nn.AdaptiveMaxPool2d(draw(small)),
        lambda: nn.ZeroPad2d(draw(st.integers(-1, 2))),
        lambda: nn.ReflectionPad2d(draw(st.integers(0, 3))),
        lambda: nn.Dropout(0.5),
        lambda: nn.PReLU(draw(channels)),
        lambda: nn.Softmax(draw(st.integers(-1, 4))),
        lambda: nn.Upsample(scale_factor=2),
        lambda: nn.PixelShuffle(2),
        lambda: nn.Unflatten(1, (draw(small), draw(small))),
        lambda: nn.LSTM(fitting(draw, shape[-1]), draw(small)),
        nn.GELU,
    ]
    return draw(st.sampled_from(makers))()


def sequence(draw: Callable[..., Any], x: Tensor, most: int) -> nn.Sequential:
    """Layers that mostly fit what those before them make of `x`; one that does not may be the last."""
    model = nn.Sequential()
    for _ in range(draw(st.integers(1, most))):
        shape = x.shape if x.dim() > 1 else torch.Size((1, 1))
        model.append(
            draw(st.sampled_from((convolution, convolution, pool, transposed, other, other)))(draw, shape)
        )
        try:
            with torch.no_grad():
                x = model[-1](x.clone())
        except Exception:
            if draw(st.integers(0, 3)) == 0:
                break
            model = model[:-1]
            continue
        if not isinstance(x, Tensor):
            break
    return model


shapes = st.one_of(
    st.tuples(small, channels, st.integers(1, 12), st.integers(1, 12)),
    st.tuples(small, channels, st.integers(1, 12), st.integers(1, 12)),
    st.tuples(channels, st.integers(1, 12), st.integers(1, 12)),
    st.tuples(small, st.sampled_from((4, 16, 36))),
)
dtypes = st.sampled_from((*(torch.float32,) * 6, torch.float64, torch.int64, torch.bool))


class Joined(nn.Module):
    """Two branches, added or concatenated."""

    def __init__(self, one: nn.Module, two: nn.Module, join: str) -> None:
        super().__init__()
        self.one, self.two, self.join = one, two, join

    def forward(self, x: Tensor) -> Tensor:
        a, b = self.one(x), self.two(x)
        if self.join == "cat":
            return torch.cat([a, b], 1)
        return a + b if self.join == "add" else a.view(x.size(0), -1) @ b.reshape(-1, 3)


def agrees(model: nn.Module, x: Tensor) -> None:
    """What torch does with the real network is what the trace says, and every repair offered works."""
    error, expected = None, None
    try:
        with torch.no_grad():
            made = copy.deepcopy(model)(x.clone())
        expected = tuple((made if isinstance(made, Tensor) else made[0]).shape)
    except Exception as raised:
        error = raised
    if error is not None:
        with pytest.raises(TraceError) as caught:
            trace(model, x)
        lines = str(caught.value).splitlines()
        assert len(lines) <= 6
        assert " ".join(str(error).split())[:40] in lines[-1]
        for repair in caught.value.repairs:
            if repair.startswith(("feed", "give model", "model")):
                mended(copy.deepcopy(model), repair, x.clone())
        return
    seen = trace(model, x)
    assert seen.output_shape == expected


@fuzz
@given(st.data(), shapes, dtypes, st.booleans())
def test_sequences(data: st.DataObject, shape: tuple[int, ...], dtype: torch.dtype, training: bool) -> None:
    """A random nn.Sequential on a random input, of a random type, in either mode."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x = torch.zeros(shape, dtype=dtype)
        agrees(sequence(data.draw, x, 6).train(training), x)


@fuzz
@given(st.data(), st.sampled_from(("add", "add", "cat", "product")), shapes, st.booleans())
def test_branches(data: st.DataObject, join: str, shape: tuple[int, ...], training: bool) -> None:
    """Two random branches that meet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        x = torch.zeros(shape)
        model = Joined(sequence(data.draw, x, 3), sequence(data.draw, x, 2), join)
        agrees(nn.Sequential(nn.Identity(), model).train(training), x)
