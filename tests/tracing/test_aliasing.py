"""What is written in place is seen by all that share the memory, and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_of_all_kinds import From
from torch import Tensor, nn

from cnnbook import architecture_graph, trace
from cnnbook.tracing.aliasing import overlap


def copied(b: Tensor, x: Tensor) -> None:
    v = b[:, :4]
    v.copy_(x)


def assigned(b: Tensor, x: Tensor) -> None:
    b[:, :4] = x


def added(b: Tensor, x: Tensor) -> None:
    b.narrow(1, 0, 4).add_(x)


def added_by_sign(b: Tensor, x: Tensor) -> None:
    v = b[:, :4]
    v += x


def given_as_out(b: Tensor, x: Tensor) -> None:
    torch.tanh(x, out=b[:, :4])


@pytest.mark.parametrize("write", [copied, assigned, added, added_by_sign, given_as_out])
@pytest.mark.parametrize("buffer", [lambda s, x: s.first(x), lambda s, x: torch.zeros(2, 8, 9, 9)])
def test_a_write_into_a_view_is_among_the_inputs_of_the_next_reader(write: Any, buffer: Any) -> None:
    """Whatever way part of a tensor is written, the row that reads the tensor next names the write."""

    def forward(s: Any, x: Tensor) -> Tensor:
        b = buffer(s, x)
        write(b, x)
        return s.last(b)

    net = From(forward, first=nn.Conv2d(4, 8, 1), last=nn.Conv2d(8, 2, 3))
    *before, last = trace(net, (2, 4, 9, 9))
    assert before[-1].op in ("copy", "setitem", "add", "tanh")
    assert before[-1].index in last.inputs
    assert -1 in before[-1].inputs
    assert last.input_shapes == ((2, 8, 9, 9),)
    assert (last.op, last.output_shape) == ("conv2d", (2, 2, 7, 7))


def test_the_graph_has_the_edge_of_a_write() -> None:
    """Without the write the addition would lead nowhere; in the graph it leads to the reader."""

    def forward(s: Any, x: Tensor) -> Tensor:
        b = s.first(x)
        b.narrow(1, 0, 4).add_(s.side(x))
        return s.last(b)

    parts = {"first": nn.Conv2d(4, 8, 1), "side": nn.Conv2d(4, 4, 1), "last": nn.Conv2d(8, 2, 3)}
    seen = trace(From(forward, **parts), (2, 4, 9, 9))
    read = {source for row in seen for source in row.inputs}
    assert {row.index for row in seen if row.index not in read} == set(seen.outputs)
    edges = [line for line in architecture_graph(seen).source.splitlines() if "->" in line]
    assert len(edges) > len(seen.rows) - 1


def test_the_receptive_field_goes_through_a_write() -> None:
    """The field of a tensor whose halves were written into is that of the gradient's support."""

    def forward(s: Any, x: Tensor) -> Tensor:
        b = s.first(x)
        one, other = b.chunk(2, 1)
        one.add_(s.three(x))
        other.add_(s.five(x))
        return s.last(b)

    def true_forward(s: Any, x: Tensor) -> Tensor:
        one, other = s.first(x).chunk(2, 1)
        return s.last(torch.cat([one + s.three(x), other + s.five(x)], 1))

    parts = {"first": nn.Conv2d(2, 4, 1), "three": nn.Conv2d(2, 2, 3, padding=1)}
    parts |= {"five": nn.Conv2d(2, 2, 5, padding=2), "last": nn.Conv2d(4, 1, 3)}
    x = torch.rand(1, 2, 21, 19, dtype=torch.float64, requires_grad=True)
    From(true_forward, **parts).double()(x)[0, 0, 9, 8].backward()
    seen = trace(From(forward, **parts), (1, 2, 21, 19))
    assert x.grad is not None
    touched = (x.grad.abs().sum((0, 1)) > 0).nonzero()
    sides = touched.max(0).values - touched.min(0).values + 1
    assert seen.rows[-1].receptive_field == tuple(sides.tolist()) == (7, 7)
    halves = [row.receptive_field for row in seen if row.op == "add"]
    assert halves == [(3, 3), (5, 5)]


def test_a_write_elsewhere_is_no_input() -> None:
    """The half that was not written into does not depend on the write."""

    def forward(s: Any, x: Tensor) -> Tensor:
        b = s.first(x)
        one, other = b[:, :4], b[:, 4:]
        one.mul_(2)
        return torch.tanh(other)

    seen = trace(From(forward, first=nn.Conv2d(4, 8, 1)), (2, 4, 9, 9))
    assert [(row.op, row.inputs) for row in seen] == [
        ("conv2d", (-1,)),
        ("getitem", (0,)),
        ("getitem", (0,)),
        ("mul", (1,)),
        ("tanh", (2,)),
    ]


def test_a_result_that_was_written_through_a_view_has_a_row_of_its_own() -> None:
    """A network that returns what it wrote into part by part has an output of the whole shape."""

    def forward(s: Any, x: Tensor) -> Tensor:
        b = torch.zeros(2, 8, 9, 9)
        b[:, :4].copy_(x)
        b[:, 4:].copy_(torch.tanh(x))
        return b

    seen = trace(From(forward), (2, 4, 9, 9))
    assert seen.output_shape == (2, 8, 9, 9)
    assert (seen.rows[-1].op, seen.rows[-1].inputs) == ("result", (0, 3))
    assert not seen.notes


def test_an_alias_sees_what_is_added_in_place() -> None:
    """`y = b; y += x` changes b as well, and dropout in eval mode leaves what went into it as it was."""
    net = From(lambda s, x: s.plus(s.first(x), x), first=nn.Conv2d(4, 4, 1))

    def plus(b: Tensor, x: Tensor) -> Tensor:
        y = b
        y += x
        return torch.tanh(b)

    net.plus = plus
    assert [row.inputs for row in trace(net, (2, 4, 9, 9))] == [(-1,), (0, -1), (1,)]
    dropped = From(lambda s, x: s.add(s.first(x)), first=nn.Conv2d(4, 4, 1), drop=nn.Dropout()).eval()
    dropped.add = lambda y: y + dropped.drop(y)
    assert [row.inputs for row in trace(dropped, (2, 4, 9, 9))] == [(-1,), (0,), (0, 1)]


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_overlap_never_misses_a_shared_value(data: st.DataObject) -> None:
    """Of two views cut, picked and strided at random, those with a value in common are said to overlap."""
    base = torch.arange(72).view(3, 4, 6)

    def view() -> Tensor:
        v = base
        for _ in range(data.draw(st.integers(0, 3))):
            if not v.dim() or not v.numel():
                break
            axis = data.draw(st.integers(0, v.dim() - 1))
            start = data.draw(st.integers(0, v.shape[axis] - 1))
            how = data.draw(st.sampled_from(["narrow", "select", "stride", "transpose"]))
            if how == "narrow":
                v = v.narrow(axis, start, data.draw(st.integers(0, v.shape[axis] - start)))
            elif how == "select":
                v = v.select(axis, start)
            elif how == "stride":
                v = v[(slice(None),) * axis + (slice(start, None, 2),)]
            else:
                v = v.transpose(axis, 0)
        return v

    a, b = view(), view()
    if {*a.flatten().tolist()} & {*b.flatten().tolist()}:
        assert overlap(a, b)


def test_rows_that_run_over_into_the_next_are_taken_to_overlap() -> None:
    """`as_strided` can make boxes that wrap around; these are not told apart."""
    memory = torch.arange(24)
    assert overlap(memory.as_strided((2, 3), (6, 1), 4), memory.as_strided((2, 3), (6, 1), 6))
    assert not overlap(memory[:4], memory[4:])
