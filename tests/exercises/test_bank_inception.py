"""The answers of chapter 06 that are computed without torch are what torch itself does."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook import TraceError, check, networks, trace
from cnnbook.exercises.chapters import find


@pytest.fixture(scope="module")
def net():
    return networks.build("inception_v3", device="meta")


def key(name):
    return find(f"inception.{name}").key


def runs(net, batch, side):
    try:
        return trace(net, (batch, 3, side, side))
    except TraceError:
        return None


def test_the_smallest_image_in_use_is_the_smallest_that_runs(net):
    """Eval mode takes the answer's size and not a pixel less."""
    (side,) = key("smallest-input")
    assert runs(net.eval(), 1, side)["Mixed_7c"].output_shape[2:] == (1, 1)
    assert runs(net, 1, side - 1) is None


def test_a_batch_of_one_trains_from_the_answer_on(net):
    """Training takes one image of the answer's size and not one of a pixel less, where two run."""
    (side,) = key("batch-of-one")
    net.train()
    assert runs(net, 1, side) is not None
    assert runs(net, 1, side - 1) is None
    assert runs(net, 2, side - 1) is not None


def test_the_last_maps_are_those_of_the_trace(net):
    """The smallest image for 12 × 12 leaves it, a pixel less does not; 256 × 320 leaves what is asked."""
    (side,) = key("last-map-twelve")
    net.eval()
    assert runs(net, 1, side)["Mixed_7c"].output_shape[2:] == (12, 12)
    assert runs(net, 1, side - 1)["Mixed_7c"].output_shape[2:] == (11, 11)
    assert trace(net, (1, 3, 256, 320))["Mixed_7c"].output_shape[1:] == key("not-square")


def test_the_bugs_leave_these_shapes():
    """A pool without a stride and a row with the column's padding; the column behind it hides the slip."""
    assert (F.avg_pool2d(torch.zeros(1, 2, 35, 35), 3, padding=1).shape[2],) == key("bug-pool")
    row = nn.Conv2d(64, 96, (1, 7), padding=(3, 0), device="meta")
    column = nn.Conv2d(96, 96, (7, 1), padding=(0, 3), device="meta")
    out = row(torch.empty(1, 64, 17, 17, device="meta"))
    assert out.shape[1:] == key("bug-padding")
    assert column(out).shape[2:] == (17, 17)


def test_the_field_of_a_block_with_fives():
    """A block C with 5 in place of 7, behind a map of field 159 and step 16, sees what the answer says."""
    block = trace(networks.build("inception_v3", device="meta"), (1, 3, 299, 299))["Mixed_6a"].rows[-1]
    x = torch.zeros(1, 1, 60, 1, dtype=torch.float64, requires_grad=True)
    tall = torch.ones(1, 1, 5, 1, dtype=torch.float64)
    out = F.conv2d(F.conv2d(x, tall), tall)  # the branch's two tall kernels; flat ones add no rows
    (gradient,) = torch.autograd.grad(out[0, 0, 20, 0], x)
    steps = int((gradient != 0).sum()) - 1
    assert key("field-five") == (block.receptive_field[0] + steps * 16,)


def test_the_widest_bottleneck_is_below_the_limit_and_the_next_is_not():
    """Counted by torch: the answer's two layers have fewer weights than the 3 × 3, one map more has not."""

    def weights(*layers):
        return sum(
            nn.Conv2d(ins, outs, size, bias=False, device="meta").weight.numel() for ins, outs, size in layers
        )

    (b,) = key("widest-bottleneck")
    assert (
        weights((288, b, 1), (b, 64, 5)) < weights((288, 64, 3)) <= weights((288, b + 1, 1), (b + 1, 64, 5))
    )


def test_a_batch_norm_makes_the_answer_of_an_eight():
    """The batch norm of torch, with weight 6 and bias 5."""
    norm = nn.BatchNorm2d(1, eps=1e-12)
    norm.load_state_dict(norm.state_dict() | {"weight": torch.tensor([6.0]), "bias": torch.tensor([5.0])})
    out = norm(torch.tensor([4.0, 4.0, 8.0, 8.0]).view(2, 1, 1, 2))
    assert (round(out.max().item(), 4),) == key("normalised")


def test_counts_are_those_of_torchvisions_network(net):
    """Parameters of the first layer and of the head, and the concatenations that run."""
    parts = {"conv1-parameters": net.Conv2d_1a_3x3, "aux-parameters": net.AuxLogits}
    for name, part in parts.items():
        assert (sum(p.numel() for p in part.parameters()),) == key(name)
    assert (sum(row.op == "cat" for row in trace(net.eval(), (1, 3, 299, 299))),) == key("concatenations")


def test_a_running_mean_of_torch_makes_the_same_steps():
    """A batch of mean 100, then one of mean 60: torch's BatchNorm2d keeps 15."""
    norm = nn.BatchNorm2d(1)
    for mean in (100.0, 60.0):
        norm(torch.tensor([mean - 2, mean + 2]).view(2, 1, 1, 1))
    assert norm.running_mean.item() == pytest.approx(15)
    assert key("running-mean") == (15,)


def test_one_number_for_each_map_is_told_as_it_is():
    """28 × 32 is the count of biases in place of a batch norm too, so the hint says what the number has."""
    feedback = check("inception.conv1-parameters", 28 * 32)
    assert feedback.outcome == "incorrect"
    assert "896 has one number for each of the 32 maps besides the weights" in feedback.hint
    assert "of a batch norm" not in feedback.message + feedback.hint


def test_one_more_concatenation_in_each_block_e_is_asked_about():
    """13 are one for each of 11 blocks, and one for each block E, which has two pairs inside."""
    feedback = check("inception.concatenations", 11 + 2)
    assert feedback.outcome == "incorrect"
    assert "13 is one for each block, and one more for each block E" in feedback.hint


def test_a_width_with_a_fraction_is_not_blamed_on_a_step():
    """165,888 / 1,888 is no whole number, though no step is wrong."""
    feedback = check("inception.widest-bottleneck", "87.86")
    assert feedback.outcome == "unreadable"
    assert "Which whole number below it still fits?" in feedback.message
