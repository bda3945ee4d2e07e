"""Long runs of functions in a forward, as of a detector: loops and stretches become one box each."""

import pytest
import torch
from torch import nn
from torch.nn.functional import relu

from cnnbook.graphs import architecture_graph, functions
from cnnbook.graphs.folding import plan, plans
from cnnbook.tracing import trace


class Levels(nn.Module):
    """The same ten functions on each of six maps of different sizes, then a join."""

    def __init__(self, also=()):
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.also = also

    def forward(self, x):
        x = self.first(x)
        found = []
        levels = [x[:, :, :size, :size] for size in range(6, 12)]
        for size, level in enumerate(levels, 6):
            a, b = relu(level), torch.sigmoid(level)
            c = (a + b).clamp(0, 1)
            if size in self.also:
                c = c.exp()
            found.append((c.flatten(1).sum(1) * a.flatten(1).sum(1)).sqrt())
        return torch.stack(found)


class Stretch(nn.Module):
    """Fifty functions, no two neighbours of which repeat, then a layer."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(10, 2)

    def forward(self, x):
        for i in range(25):
            x = [torch.sin, torch.cos, torch.tan][i % 3](x) if i % 5 else torch.exp(x)
            x = x[:, [*range(10)]] if i % 4 else x.flip(1)
        return self.last(x)


def boxes(net, shape, **how):
    return plan(trace(net, shape), **how).steps


def test_rounds_of_a_loop_are_one_box_with_the_sizes_of_each():
    """Nothing that differs is hidden: each round's sizes stand in the box."""
    seen = trace(Levels(), (1, 3, 20, 20))
    loop = max(filter(functions.is_run, plan(seen).steps), key=lambda step: len(step.rows))
    assert loop.rounds == 6
    assert len(loop.rows) % 6 == 0
    assert [row.op for row in functions.rounds(loop)[0]] == [row.op for row in functions.rounds(loop)[5]]
    source = architecture_graph(seen).source
    assert f"6 rounds of {len(loop.rows) // 6} operations" in source
    for number, size in enumerate(range(6, 12), 1):
        assert f"round {number} gets 4×{size}×{size}" in source


def test_a_round_that_differs_is_not_taken_for_another():
    """With a further function in one round, that round stands apart."""
    steps = boxes(Levels(also=(8,)), (1, 3, 20, 20))
    for loop in filter(functions.is_run, steps):
        ops = [[row.op for row in rows] for rows in functions.rounds(loop)]
        assert all(one == ops[0] for one in ops)
    drawn = [row.index for step in steps for row in step.rows]
    assert drawn == sorted({*drawn})


def test_every_row_stands_in_one_box():
    """Also where what stands between loops is put together."""
    seen = trace(Levels(also=(7, 10)), (1, 3, 20, 20))
    for shown in plans(seen):
        assert [row.index for step in shown.steps for row in step.rows] == [row.index for row in seen]


def test_a_long_stretch_is_one_box_and_unfolded_every_function():
    """It says how many functions, and of what kinds."""
    seen = trace(Stretch(), (2, 10))
    steps = plan(seen).steps
    assert len(steps) < 12
    assert any(functions.is_run(step) for step in steps)
    assert len(plan(seen, fold=False).steps) == len(seen)
    assert "operations</b> in Stretch.forward" in architecture_graph(seen).source.replace(" rounds of", "")


@pytest.mark.parametrize("count", [10, functions.LONGEST_RUN])
def test_a_short_run_is_drawn_function_by_function(count):
    """Up to as many as a graph has boxes by default."""

    class Short(nn.Module):
        def forward(self, x):
            for i in range(count):
                x = x.flip(i % 2)
            return x

    assert not any(functions.is_run(step) for step in boxes(Short(), (2, 3)))


def test_a_worksheet_does_not_tell_the_sizes_of_rounds():
    """They are shapes, which the learner is to find."""
    graph = architecture_graph(trace(Levels(), (1, 3, 20, 20)), blank=True)
    assert "gets" not in graph.source
    assert "gets" in graph.key.source
