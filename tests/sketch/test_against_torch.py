"""A sketch counts as PyTorch does: its code is run and traced, over many random plans and edits."""

import random
import re

import pytest

from cnnbook import GeometryError, TraceError, trace
from cnnbook.networks import COURSE
from cnnbook.networks.shipped import shipped
from cnnbook.sketch import Block, Layer, Plan, add, cat, conv, flatten, linear, max_pool, relu
from cnnbook.sketch.from_trace import plan_of
from cnnbook.sketch.plan import walk
from cnnbook.sketch.pytorch_code import pytorch_code
from cnnbook.sketch.running import run
from sketch.random_plans import edited, plan

# Global average pooling after a flatten takes batch and features for rows and columns, which nobody means.
QUIRK = re.compile(r"model\S+ \(AdaptiveAvgPool2d, row \d+\) works on")
# Torch refuses these after a flatten by a message that the tracer does not explain by their axes.
OTHER_WORDS = re.compile(r"model\S+ \((AvgPool2d|LocalResponseNorm), row \d+\) works on")


def built(code):
    """The network that the code makes, in evaluation mode."""
    names = {}
    exec(code, names)
    return names["model"].eval()


def differences(outcome):
    """What differs between the trace of a plan and the trace of its PyTorch code."""
    ours = outcome.trace.to_dict()
    theirs = trace(built(pytorch_code(outcome)), outcome.plan.input_shape).to_dict()
    theirs["name"] = ours["name"]
    return {key: (ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]}


@pytest.mark.parametrize("first", range(0, 300, 50))
def test_the_trace_of_a_sketch_is_that_of_its_code(first):
    """Every row, path, shape, window, parameter, MAC, field and dtype of 300 random plans and their edits."""
    ran = 0
    for seed in range(first, first + 50):
        outcome = run(edited(plan(seed), random.Random(seed), seed % 4))
        if outcome.problem is None:
            ran += 1
            assert differences(outcome) == {}, seed
    assert ran > 10


def test_the_random_plans_have_every_kind():
    """Among those that run there are nested blocks, and each kind of layer that can be added."""
    outcomes = [run(edited(plan(seed), random.Random(seed), seed % 4)) for seed in range(300)]
    parts = [pair for o in outcomes if o.problem is None for pair in walk(o.plan.items)]
    kinds = {item.kind for _, item in parts if isinstance(item, Layer)}
    assert kinds >= {"conv", "max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool", "activation"}
    assert kinds >= {"batch_norm", "dropout", "response_norm", "flatten", "linear"}
    assert {item.join for at, item in parts if isinstance(item, Block) and len(at) > 1} == {"add", "cat"}


def test_a_plan_breaks_only_where_pytorch_does():
    """Plans up to the layer that breaks run in PyTorch; with that layer, PyTorch refuses them."""
    broken = 0
    for seed in range(300):
        outcome = run(edited(plan(seed), random.Random(seed), seed % 4))
        if outcome.problem is None:
            continue
        broken += 1
        if QUIRK.match(outcome.problem.text):
            continue
        assert torch_refuses(outcome), (seed, outcome.problem.text)
    assert broken > 50


def torch_refuses(outcome):
    """Whether PyTorch refuses the layer that breaks, built for the channels that arrive there."""
    text, code = outcome.problem.text, pytorch_code(outcome)
    try:
        model = built(code)
    except ValueError:
        return "groups" in text or "padding='same'" in text
    try:
        trace(model, outcome.plan.input_shape)
    except TraceError as error:
        return bool(OTHER_WORDS.match(text)) or same_words(text, error.explanation)
    return False


def same_words(ours, theirs):
    """Whether the tracer says the same, apart from what only a run can tell after it."""
    head = ours.removesuffix(".").removesuffix(": the flatten before it is missing")
    return theirs.startswith(head)


@pytest.mark.parametrize("name", COURSE)
def test_a_network_of_the_course_is_loaded_from_its_trace(name):
    """Each row is that of the shipped trace, in every number; and so is each row of the sketch's code."""
    known = shipped(name)
    outcome = run(plan_of(known))
    keys = ("op", "inputs", "output_shapes", "window", "parameters", "macs", "receptive_field", "memory")
    rows = [[getattr(row, key) for key in keys] for row in known]
    assert [[getattr(row, key) for key in keys] for row in outcome.trace] == rows
    assert (outcome.trace.parameters, outcome.trace.macs) == (known.used_parameters, known.macs)
    assert outcome.trace.output_shape == known.output_shape
    assert differences(outcome) == {}
    if name.startswith(("google", "inception", "resnet")):
        assert any(isinstance(item, Block) and item.folded for _, item in walk(outcome.plan.items))


def test_what_is_no_chain_of_branches_is_refused():
    """A connection across a block, an operation without a layer, weights that are shared: one line each."""
    from torch import cat as joined
    from torch import nn

    class Across(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b, self.c = (nn.Conv2d(3, 3, 1) for _ in "abc")

        def forward(self, x):
            a = self.a(x)
            b = self.b(a)
            return joined([self.c(joined([a, b], 1)[:, :3]), b], 1)

    twice = nn.Conv2d(3, 3, 1)
    for network, message in (
        (Across(), r"row 3 \(getitem\) is no layer of a sketch; conv2d, .* would do"),
        (nn.Sequential(twice, nn.ReLU(), twice), "shares or computes weights; a network of plain layers"),
    ):
        with pytest.raises(GeometryError, match=message):
            plan_of(trace(network, (1, 3, 8, 8)))


def test_dense_connections_are_refused():
    """A branch that is read again after its block is none."""
    from torch import cat as joined
    from torch import nn

    class Dense(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Conv2d(3, 4, 1), nn.Conv2d(7, 5, 1)

        def forward(self, x):
            a = self.a(x)
            both = joined([x, a], 1)
            return joined([x, a, self.b(both)], 1)

    with pytest.raises(GeometryError, match="connections that are no branches; a chain of blocks would do"):
        plan_of(trace(Dense(), (1, 3, 8, 8)))


BROKEN = {
    "a kernel larger than the map": [conv(8, 3), max_pool(2), conv(8, 17)],
    "a dilated kernel": [conv(8, 3), max_pool(2), conv(8, 9, dilation=2)],
    "a kernel larger than the input": [conv(8, 40)],
    "a pool's padding": [conv(8, 3), max_pool(2, padding=2)],
    "the width of a dense layer": [conv(8, 3), max_pool(2), flatten(), relu(), linear(10, 400)],
    "a dense layer on the input": [flatten(), linear(10, 400)],
    "a missing flatten": [conv(8, 3), linear(10, 7200)],
    "an addition of other channels": [conv(8, 3), add([conv(12, 3, padding=1), relu()])],
    "an addition of other sizes": [conv(8, 3), add([conv(8, 3, 2, padding=1), relu()])],
    "a concatenation of two sizes": [conv(8, 3), cat([conv(8, 3)], [conv(8, 1)])],
    "an odd one of three": [conv(8, 3), cat([conv(8, 3)], [conv(8, 1)], [])],
    "a convolution after a flatten": [flatten(), conv(8, 3)],
    "a pool after a flatten": [flatten(), max_pool(2)],
    "a pool to a size after a flatten": [flatten(), Layer("adaptive_max_pool")],
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_fit_is_said_in_the_words_of_the_tracer(name):
    """The tracer's explanation of the same network begins with the sketch's."""
    outcome = run(Plan(tuple(BROKEN[name]), (1, 3, 32, 32)))
    assert outcome.problem is not None
    with pytest.raises(TraceError) as caught:
        trace(built(pytorch_code(outcome)), (1, 3, 32, 32))
    assert same_words(outcome.problem.text, caught.value.explanation)
    assert [row.output_shape for row in outcome.trace] == [r.output_shape for r in caught.value.trace]
