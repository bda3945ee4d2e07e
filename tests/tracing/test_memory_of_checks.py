"""A call that is tried on the CPU takes no memory for weights that are not read."""

from pathlib import Path

import pytest
import torch
from torch import nn

from cnnbook import TraceError, trace
from cnnbook.tracing.cpu_answers import on_cpu


def own_megabytes():
    """The memory that this process holds by itself, without the files of libraries."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["RssAnon"].split()[0]) // 1000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells a process its memory")
def test_large_weights_are_not_written():
    """A dense layer of 400 MB, refused for its input's features, is not filled with zeros first."""
    weight = torch.empty(10_000, 10_000, device="meta")
    given = torch.empty(1, 6400, device="meta")
    during = []

    def refused(given, weight):
        during.append(own_megabytes())
        return nn.functional.linear(given, weight)

    before = own_megabytes()
    assert "cannot be multiplied" in str(on_cpu(refused, (given, weight), {}))
    assert during[0] - before < 100


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.int64, torch.bool, torch.complex64])
@pytest.mark.parametrize("side", [2, 1200])
def test_zeros_are_like_the_tensor(dtype, side):
    """Small or large: zeros of the same type, shape and strides."""
    meta = torch.empty(side, side + 1, dtype=dtype, device="meta").T
    (given,) = on_cpu(lambda one: [one], (meta,), {})
    assert (given.dtype, given.shape, given.stride()) == (meta.dtype, meta.shape, meta.stride())
    assert not given.any()


def test_the_message_stays():
    """AlexNet of 2012 at 224: the same explanation as before."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(9216, 4096, device="meta"))
    with pytest.raises(TraceError, match="expects 9,216 features"):
        trace(net, (1, 256, 5, 5))
