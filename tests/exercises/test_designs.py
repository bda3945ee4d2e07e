"""The design exercise: what five stages see and cost, which designs pass, and what is said of the others."""

from itertools import product

import pytest

from cnnbook.exercises.chapters import find
from cnnbook.exercises.kinds.rounding_designs import caffe_pool
from cnnbook.exercises.kinds.stage_designs import costs
from cnnbook.learner.check import check
from cnnbook.networks.shipped import shipped


@pytest.mark.parametrize(
    ("stages", "name", "gmac"),
    [((1, 1, 2, 2, 2), "vgg11", 7.609), ((2,) * 5, "vgg13", 11.308), ((2, 2, 4, 4, 4), "vgg19", 19.632)],
)
def test_costs_are_those_that_torchvision_publishes(stages, name, gmac):
    """With VGG16's dense layers on top, parameters and GMAC are the metadata's of the whole family."""
    from torchvision.models import get_model_weights

    dense = [row for row in shipped("vgg16") if row.op == "linear"]
    _, parameters, macs = costs(stages)
    meta = get_model_weights(name).DEFAULT.meta
    assert parameters + sum(row.parameters for row in dense) == meta["num_params"]
    assert round((macs + sum(row.macs for row in dense)) / 1e9, 3) == meta["_ops"] == gmac


def test_the_field_is_the_traces():
    """VGG16's last pool sees 212 pixels, by the trace and by the design's arithmetic."""
    assert costs((2, 2, 3, 3, 3))[0] == shipped("vgg16")["features.30"].receptive_field[0] == 212


def test_every_design_within_the_limits_is_accepted():
    """Several designs do, and each of them is called right; all others are wrong."""
    question = find("vgg16.design")
    designs = list(product(range(1, 7), repeat=5))
    right = {design for design in designs if question.accepts(design)}
    assert right == {(1, 1, 1, 1, 5), (1, 1, 2, 1, 5), (1, 2, 1, 1, 5), (2, 1, 1, 1, 5)}
    assert {check("vgg16.design", design).outcome for design in right} == {"correct"}
    assert check("vgg16.design", (1, 1, 1, 1, 4)).outcome == "incorrect"


def test_a_wrong_design_is_told_what_it_sees_and_costs():
    """The answer's own three numbers are in the message, so that the next try is no guess."""
    feedback = check("vgg16.design", "2,2,3,3,3")
    assert feedback.message == (
        "(2, 2, 3, 3, 3) sees 212 pixels, with 14,714,688 parameters and 15,346,630,656 MACs. "
        "The parameters are too many. The MACs are too many."
    )
    assert feedback.candidates == ("paper-design",)
    assert check("vgg16.design", (1, 1, 1, 1, 4)).message.endswith(" The field is 22 pixels too small.")


def test_the_solution_of_a_design_is_one_of_several():
    """The fourth wrong design is told an example; a question with one right answer is told the solution."""
    designs = ((1, 1, 1, 1, 4), (1, 1, 1, 1, 3), (1, 1, 1, 1, 2), (1, 1, 1, 1, 1))
    hints = [check("vgg16.design", design).hint for design in designs]
    assert "One solution, for example:\n(1, 1, 1, 1, 5) sees 222 pixels" in hints[-1]
    assert not any("solution" in hint for hint in hints[:-1])
    (*_, last) = [check("vgg16.three-small", rows).hint for rows in (3, 4, 5, 6)]
    assert "The solution:\n" in last


@pytest.mark.parametrize("typed", [(0, 1, 1, 1, 5), (1, 1, 1, 1, -5), (1, 1, 1, 1, 10**9)])
def test_a_stage_needs_a_convolution_and_not_too_many(typed):
    """What is no network is wrong in one clear line, whatever the numbers."""
    feedback = check("vgg16.design", typed)
    assert feedback.outcome == "incorrect"
    assert "is no design: each stage needs at least one convolution, and at most 64." in feedback.message


def test_other_than_five_numbers_is_unreadable():
    """Four numbers are no design, and the message shows the form that is wanted."""
    feedback = check("vgg16.design", (1, 1, 1, 5))
    assert feedback.outcome == "unreadable"
    assert feedback.message.startswith("Five numbers are wanted, one for each stage, like (4, 3, 2, 1, 2)")


def test_every_pool_that_tells_caffe_and_pytorch_apart_is_accepted():
    """Caffe's rule and torch itself decide; no pool with padding, or without a gap, is among them."""
    import torch

    def of_torch(kernel_size, stride, padding):
        line = torch.zeros(1, 20)
        return torch.max_pool1d(line, kernel_size, stride, padding, ceil_mode=True).shape[-1]

    question = find("errata.tell-apart")
    designs = [d for d in product(range(1, 9), range(1, 9), range(4)) if 2 * d[2] <= d[0]]
    right = {design for design in designs if question.accepts(design)}
    assert right == {design for design in designs if caffe_pool(20, *design) != of_torch(*design)}
    assert len(right) > 10
    assert all(kernel_size < stride and not padding for kernel_size, stride, padding in right)
    assert {check("errata.tell-apart", design).outcome for design in right} == {"correct"}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("2,4,2", "half of the kernel"),
        ("25,3,0", "how large may the kernel be"),
        ("2,0,0", "is too small"),
        ("2,3,0", "Where does the last window start"),
    ],
)
def test_the_question_is_about_the_limit_that_a_pool_breaks(typed, asked):
    """Only a design that is a pool is asked about its last window."""
    hint = check("errata.tell-apart", typed).hint
    assert asked in hint
    assert ("PyTorch drop" in hint) == (typed == "2,3,0")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("3,2,0", "(3, 2, 0) makes 10 rows in both."),
        ("2,3,2", "(2, 3, 2) pads more than half of the kernel."),
        (
            "2,0,0",
            "(2, 0, 0) is no pool: kernel_size and stride must be at least 1, and the padding at least 0.",
        ),
        ("30,2,0", "(30, 2, 0) has a kernel that does not fit into the padded rows."),
    ],
)
def test_a_pool_that_does_not_tell_them_apart_is_told_why(typed, message):
    """Both libraries' rows, or the limit that it breaks."""
    assert check("errata.tell-apart", typed).message == message
