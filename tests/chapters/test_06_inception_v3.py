"""What chapter 06 says about Inception is true of the values that its cells computed."""

from collections import Counter
from math import log
from types import SimpleNamespace

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models import Inception_V3_Weights, get_model_weights
from torchvision.models.inception import InceptionA, InceptionC

from answers_that_run import right_answer
from cnnbook import TraceError, Window, figures, networks, trace, training
from cnnbook.exercises.chapters import find
from cnnbook.sketch import cat, max_pool
from cnnbook.widgets import NetworkSketch


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("06")


@pytest.fixture(scope="module")
def end(book):
    return book.end


@pytest.fixture(scope="module")
def seen():
    return trace(networks.build("inception_v3", device="meta"), (1, 3, 299, 299))


@pytest.fixture(scope="module")
def in_training():
    return trace(networks.build("inception_v3", device="meta").train(), (2, 3, 299, 299))


def kernels(network):
    return Counter("×".join(map(str, row.window.kernel_size)) for row in network if row.op == "conv2d")


def percent_right(network, test):
    return 100 * training.accuracy(network, test)


def test_one_pixel_is_enough_for_the_colour(end):
    """Grey becomes 0, the flower does not; moving the pixels moves the map's numbers and changes none."""
    assert torch.allclose(F.conv2d(torch.full((1, 3, 2, 2), 0.7), end.kernel), torch.zeros(1), atol=1e-6)
    assert end.kernel.flatten().tolist() == [1, -0.5, -0.5]
    assert torch.equal(end.map_of_photo.flatten()[end.order].view(192, 192), end.map_of_moved)
    flower, leaves = end.map_of_photo[100:130, 80:110], end.map_of_photo[:40, :40]
    assert flower.mean() > 0.2 > 0 > leaves.mean()
    mixing = nn.Linear(3, 1, bias=False)
    mixing.weight.data = end.kernel.view(1, 3)
    dense = mixing(end.photo.permute(1, 2, 0))[..., 0]
    assert torch.allclose(dense, end.map_of_photo, atol=1e-6)


def test_a_bottleneck_has_a_tenth_of_the_weights(book):
    """153,600 weights become 15,872, and the multiplying shrinks as much."""
    names = book.after("3935f4a6")
    assert 5 * 5 * 192 * 32 == 153_600 == names.held["direct"]
    assert 192 * 16 + 5 * 5 * 16 * 32 == 15_872 == names.held["bottleneck"]
    assert 0.09 < names.held["bottleneck"] / names.held["direct"] < 0.11
    assert 0.09 < names.work["bottleneck"] / names.work["direct"] < 0.11
    assert names.costs["direct"].rows[0].input_shapes[0] == (1, 192, 28, 28)


def test_branches_add_up_and_their_sizes_agree(book, end):
    """2 + 4 + 3 + 6 = 15 maps; without its padding the 5 by 5 makes 1 by 3, the others 5 by 7."""
    x, block = torch.rand(1, 6, 5, 7), end.four_branches(padding=2)
    assert block(x).shape == (1, 15, 5, 7)
    assert 2 + 4 + 3 + 6 == 15
    assert torch.equal(block(x)[:, -6:], block.branches[3](x))  # the last 6 maps are the pool's
    with pytest.raises(TraceError, match="the sizes differ, 1 × 3 and 5 × 7"):
        trace(end.four_branches(padding=0), (1, 6, 5, 7))
    assert "What works (tried): give branches[2] padding=2." in book.output("beddf4f0")


def test_the_two_networks_that_pages_mix_up(seen):
    """GoogLeNet has square kernels only; torchvision's has 3 by 3 for 5 by 5, and batch norms."""
    google = trace(networks.build("googlenet", device="meta"), (1, 3, 224, 224))
    assert set(kernels(google)) == {"7×7", "3×3", "1×1"}
    assert google["inception3a.branch3.1.conv"].window.kernel_size == (3, 3)
    assert {"batch_norm"} <= {row.op for row in google}
    assert "local_response_norm" not in {row.op for row in google}
    assert kernels(seen)["1×7"] == kernels(seen)["7×1"] == 13
    assert "5×5" in kernels(seen)
    assert "7×7" not in kernels(seen)
    assert (len([row for row in google if row.op == "conv2d"]), sum(kernels(seen).values())) == (57, 94)
    assert round(23_834_568 / google.parameters, 1) == 3.6  # both without auxiliary heads
    assert find("inception.which-network").key == (3,)


def test_gradients_vanish_in_the_plain_chain(end):
    """The first layer of the plain chain gets a gradient that is a thousandth of what batch norm leaves.

    And behind its last layer pictures differ by a thousandth of what they do with batch norm.
    """
    sizes, differences = {}, {}
    for name in ("plain", "batch norm"):
        torch.manual_seed(0)
        net = end.chain(**end.kinds[name])
        F.cross_entropy(net(end.pictures[0][:64]), end.pictures[1][:64]).backward()
        sizes[name] = net[0].weight.grad.norm().item()
        with torch.no_grad():
            differences[name] = net[:-3](end.pictures[0][:200]).std(dim=0).mean().item()
    assert sizes["plain"] < sizes["batch norm"] / 1_000
    assert differences["plain"] < differences["batch norm"] / 1_000


def test_the_chain_learns_with_batch_norm(end):
    """Plain chains stay at the loss of guessing, 2.30; chains with batch norm are ahead of all others."""
    assert sum(isinstance(layer, nn.Conv2d) for layer in end.chain(norm=False)) == 16
    assert end.pictures[0].shape[0] == 1_500
    assert abs(end.pictures[0].mean()) < 0.05
    assert abs(end.pictures[0].std() - 1) < 0.05
    assert round(log(10), 2) == 2.30
    assert {len(row) for row in end.losses.values()} == {2}
    assert all(abs(loss - log(10)) < 0.06 for loss in end.losses["plain"])
    assert max(end.losses["batch norm"]) < 1.7
    assert min(end.losses["a start that fits"]) > 1.8


def five_losses(end, kind, rate):
    found = []
    for seed in range(5):
        torch.manual_seed(seed)
        net = end.chain(**end.kinds[kind])
        found.append(training.fit(net, end.pictures, epochs=3, rate=rate, seed=seed)[-1])
    return sorted(found)


def test_batch_norm_allows_larger_steps(end):
    """A start that fits ends between 1.4 and 2.1 at 0.003, batch norm between 1.2 and 1.5 at 0.01."""
    fits, norms = five_losses(end, "a start that fits", 0.003), five_losses(end, "batch norm", 0.01)
    assert 1.4 - 0.1 < fits[0] < fits[-1] < 2.1 + 0.1 < log(10)
    assert 1.2 - 0.1 < norms[0] < norms[-1] < 1.5 + 0.1
    assert sum(norms) < sum(fits) < sum(five_losses(end, "a start that fits", 0.01))


def test_a_batch_norm_by_hand():
    """4, 4, 8 and 8 have the mean 6 and the deviation 2: an 8 becomes 1·6 + 5 = 11."""
    norm = nn.BatchNorm2d(1, eps=1e-12)
    nn.init.constant_(norm.weight, 6)
    nn.init.constant_(norm.bias, 5)
    batch = torch.tensor([4.0, 4.0, 8.0, 8.0]).view(2, 1, 1, 2)
    assert (batch.mean(), ((batch - 6) ** 2).mean().sqrt()) == (6, 2)
    assert (8 - 6) / 2 == 1
    assert 1 * 6 + 5 == 11 == find("inception.normalised").key[0]
    assert torch.allclose(norm(batch).flatten(), torch.tensor([-1.0, -1, 11, 11]))
    assert torch.allclose(norm(batch + 3), norm(batch))
    first = nn.Sequential(nn.Conv2d(3, 32, 3, bias=False), nn.BatchNorm2d(32))
    assert [sum(p.numel() for p in layer.parameters()) for layer in first] == [864, 64]
    assert find("inception.conv1-parameters").key == (864 + 64,)


def test_neighbours_count_in_training_only(book):
    """Beside a 4 an 8 is above the mean, beside a 400 below it; in use it is one number."""
    lines = [line.split() for line in book.output("5536a0bb").splitlines() if line.strip()]
    assert lines[0][-2:] == ["1.00", "-1.00"]
    assert lines[1][-2:] == ["-0.15", "-0.15"]
    mean, variance = 0, 1
    for batch in ([8.0, 4.0], [8.0, 400.0]):  # as they were read, in training
        mean = 0.9 * mean + 0.1 * (sum(batch) / 2)
        variance = 0.9 * variance + 0.1 * torch.tensor(batch).var().item()
    assert pytest.approx((0.6, 20.4)) == (0.1 * 6, 0.1 * 204)
    assert mean == pytest.approx(0.9 * 0.6 + 0.1 * 204) == pytest.approx(20.94)
    assert round(variance**0.5, 1) == 87.7
    assert round((8 - 20.94) / 87.7, 2) == -0.15
    assert nn.BatchNorm2d(1).momentum == 0.1
    assert 4 < (4 + 8) / 2 < 8 < (400 + 8) / 2 < 400
    assert (abs(8 - 6), abs(4 - 6)) == (2, 2)
    norm = nn.BatchNorm2d(1, momentum=1)
    norm(torch.tensor([4.0, 4.0, 8.0, 8.0]).view(2, 1, 1, 2))
    assert norm.running_mean.item() == 6
    assert torch.isclose(norm.running_var, torch.tensor(16 / 3))  # divided by n - 1; the batch was by n


def test_the_tiny_network_has_5214_parameters(end):
    """Two blocks of four branches, with batch norms."""
    net = end.tiny(end.block, 32)
    assert sum(p.numel() for p in net.parameters()) == 5_214
    assert [len(net[at].branches) for at in (1, 3)] == [4, 4]
    assert net[1](torch.rand(2, 12, 14, 14)).shape == (2, 32, 14, 14)


def test_a_branch_that_is_set_to_0_is_missed_and_one_that_never_was_is_not(end):
    """With the branch at 0 the networks lose over 25 points; networks without it differ by less than 8."""
    whole, silent, never = end.read.values()
    assert [len(row) for row in end.read.values()] == [3, 3, 3]
    for one, zero, none in zip(whole, silent, never, strict=True):
        assert zero < min(one, none) - 25
        assert abs(none - one) < 8
        # With room for another release of torch.
        assert 70 - 4 < one < 74 + 4
        assert 68 - 4 < none < 71 + 4
    # Without the branch 2 to 3 points fewer on average, and with it at 0 more than 40.
    assert 2 - 2 < sum(whole) / 3 - sum(never) / 3 < 3 + 2
    assert sum(whole) / 3 - sum(silent) / 3 > 40
    assert max(whole) - min(whole) >= 2
    x, block = torch.rand(2, 12, 14, 14), end.block(12)
    norm = block.branches[3][-1][1]
    nn.init.zeros_(norm.weight)
    nn.init.zeros_(norm.bias)
    assert block.eval()(x)[:, -8:].abs().max() == 0
    assert block.branches[3][-1][0].kernel_size == (5, 5)


def test_the_learners_design_can_be_trained(end):
    """A block that the exercise accepts takes the place of both blocks of the tiny network."""
    own = right_answer("inception.design-block")
    net = end.trained(own, 32, 0)
    assert percent_right(net, end.test) > 50
    page = sum(p.numel() for p in end.block(32).parameters())
    assert page == 2_520 > 2_400 >= sum(p.numel() for p in own(32).parameters())


def test_a_design_that_runs_is_told_what_the_seed_alone_does(book, end, capsys):
    """The cell that trains a learner's block names the spread of the page's own networks."""
    source = next(cell.source for cell in book.code_cells if cell.id == "own-run")
    names = {"my_block": right_answer("inception.design-block"), "read": end.read, "test": end.test}
    exec(
        source,
        names | {"trained": lambda block, maps, seed: None, "training": SimpleNamespace(accuracy=tenth)},
    )
    said = capsys.readouterr().out
    assert "yours: [10, 10]" in said
    assert f"moves ours by {max(end.read['whole']) - min(end.read['whole'])} points" in said


def tenth(network, pictures):
    return 0.1


def test_long_kernels_cost_less_and_make_rank_1(end):
    """14 weights for 49; all lines are multiples of the row, so no slanted line is possible."""
    assert 7 + 7 == 14
    assert 7 * 7 == 49
    assert end.product.tolist() == [[1, 2, 3, 2, 1], [0, 0, 0, 0, 0], [-2, -4, -6, -4, -2]]
    assert torch.linalg.matrix_rank(end.product) == 1
    assert torch.linalg.matrix_rank(torch.eye(3, 5)) == 3
    assert end.column.shape == (3, 1)
    assert end.row.shape == (1, 5)
    two_maps = end.column @ end.row + end.column.flip(0) @ (end.row - 2)  # two products are added
    assert torch.linalg.matrix_rank(two_maps) == 2
    assert find("inception.cut-weights").key == (2 * 7 * 128 * 128,) == (229_376,)
    assert find("inception.order-seven").key == (4, 3, 1, 2)
    assert [2 * 7, 5 * 5, 3 * 3 * 3, 7 * 7] == [14, 25, 27, 49]


@pytest.mark.parametrize(
    ("kind", "name", "numbers"),
    [
        (InceptionA, "inception.write-block-a", (192, 32)),
        (InceptionA, "inception.write-block-a", (288, 64)),
        (InceptionC, "inception.write-block-c", (768, 128)),
        (InceptionC, "inception.write-block-c", (768, 192)),
    ],
)
def test_a_block_that_the_exercise_accepts_is_torchvisions(kind, name, numbers):
    """With the weights of torchvision's block, taken in their order, it makes the same, in both modes."""
    theirs, mine = kind(*numbers), right_answer(name)(*numbers)
    tensors = theirs.state_dict().values()
    mine.load_state_dict(dict(zip(mine.state_dict(), tensors, strict=True)))
    x = torch.rand(2, numbers[0], 9, 7)
    for mode in (True, False):
        with torch.no_grad():
            assert torch.allclose(mine.train(mode)(x), theirs.train(mode)(x), atol=1e-5)


def torchvisions_network(end):
    """Return the network as the chapter makes it ready, and the names that the cell with the swap reads."""
    theirs = networks.build("inception_v3").requires_grad_(False)
    for layer in theirs.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 1
    theirs.train()(end.photos)
    before = theirs.eval()(end.photos)
    shared = {"torch": torch, "photos": end.photos, "places": end.places}
    return theirs, shared | {"theirs": theirs, "before": before}


def test_the_swap_of_the_chapter_puts_the_learners_blocks_in(book, end):
    """Its cell, run with right functions, replaces seven blocks, and the scores stay; they do tell apart."""
    source = next(cell.source for cell in book.code_cells if cell.id == "38df9a1d")
    theirs, names = torchvisions_network(end)
    names["my_block_a"] = right_answer("inception.write-block-a")
    names["my_block_c"] = right_answer("inception.write-block-c")
    exec(source, names)
    assert (names["said"], names["taken"]) == ("the scores stay", 7)
    own = [name for name in end.places if not type(theirs.get_submodule(name)).__name__.startswith("Inc")]
    assert len(own) == len(end.places) == 7
    blocks = [name for name, _ in theirs.named_children() if name.startswith("Mixed")]
    assert len(blocks) == 11
    assert not torch.allclose(names["before"][0], names["before"][1], atol=0.01)
    assert "0 of 7 blocks are yours: write one of them first" in book.output("38df9a1d")


def test_the_swap_leaves_out_a_block_that_takes_the_weights_and_does_not_run(book, end, capsys):
    """A padding of 3 on both axes fits the weights of block C, but its branches have different sizes."""

    def with_threes(ins, c):
        block = right_answer("inception.write-block-c")(ins, c)
        for layer in block.modules():
            if isinstance(layer, nn.Conv2d) and max(layer.kernel_size) == 7:
                layer.padding = (3, 3)
        return block

    source = next(cell.source for cell in book.code_cells if cell.id == "38df9a1d")
    _, names = torchvisions_network(end)
    names |= {"my_block_a": lambda ins, pool_features: None, "my_block_c": with_threes}
    exec(source, names)
    assert (names["said"], names["taken"]) == ("the scores stay", 0)
    assert capsys.readouterr().out.count("yours does not fit") == 4


def test_the_swap_says_so_if_a_block_takes_the_weights_and_makes_something_else(book, end):
    """A max-pool in block A has no weights, so only the scores show it."""

    def with_max_pool(ins, pool_features):
        block = right_answer("inception.write-block-a")(ins, pool_features)
        for layer in block.modules():
            for name, child in list(layer.named_children()):
                if isinstance(child, nn.AvgPool2d):
                    setattr(layer, name, nn.MaxPool2d(3, stride=1, padding=1))
        return block

    source = next(cell.source for cell in book.code_cells if cell.id == "38df9a1d")
    _, names = torchvisions_network(end)
    names |= {"my_block_a": with_max_pool, "my_block_c": lambda ins, c: None}
    exec(source, names)
    assert (names["said"], names["taken"]) == ("the scores differ", 3)


def test_each_block_makes_what_the_next_one_reads(seen):
    """256, 288 and 288 maps of 35; 768 of 17, five times; 1280 and twice 2048 of 8."""
    shapes = {name: seen[f"Mixed_{name}"].output_shape[1:] for name in ("5b", "5c", "5d", "6a", "7a", "7b")}
    assert 64 + 64 + 96 + 32 == 256 == shapes["5b"][0]
    assert 64 + 64 + 96 + 64 == 288 == shapes["5c"][0] == shapes["5d"][0]
    assert 384 + 96 + 288 == 768 == shapes["6a"][0]
    assert {seen[f"Mixed_6{letter}"].output_shape[1:] for letter in "abcde"} == {(768, 17, 17)}
    assert (320 + 192 + 768, 320 + 768 + 768 + 192) == (1280, 2048) == (shapes["7a"][0], shapes["7b"][0])
    pool = next(row for row in seen["Mixed_5b"] if row.family == "pooling")
    assert pool.output_shape[1] == 192 == pool.input_shapes[0][1]
    forks = [row for row in seen["Mixed_7b"] if row.op == "cat"]
    assert [len(row.inputs) for row in forks] == [2, 2, 4]
    assert Window(5).output_size((5, 5)) == Window(3).output_size(Window(3).output_size((5, 5)))


def test_what_three_ways_of_halving_cost(book):
    """Convolution first takes 2,439 million MACs, pool first 575, block B 402 with the fewest parameters."""
    names = book.after("a16ac7ca")
    assert {cost.output_shape for cost in names.costs.values()} == {(1, 768, 17, 17)}
    assert names.work == {"convolution first": 2_439, "pool first": 575, "block B": 402}
    assert names.held == {"convolution first": 1.99, "pool first": 1.99, "block B": 1.15}
    assert round(names.work["convolution first"] / names.work["block B"]) == 6
    assert 0.2 < (288 * 17 * 17) / (288 * 35 * 35) < 0.25
    assert 35 * 35 * 3 * 3 * 288 * 768 == 2_438_553_600 == find("inception.conv-first-macs").key[0]


def test_the_whole_network(end, seen, in_training):
    """149, 73, 35, 17 and 8; 23,834,568 parameters in use, 3,326,696 in the second head."""
    assert [shape[1] for shape in end.shapes.values()] == [149, 73, 35, 35, 17, 17, 8, 8]
    assert [shape[0] for shape in end.shapes.values()] == [32, 64, 192, 288, 768, 768, 1280, 2048]
    aux = in_training["AuxLogits"].parameters
    assert 768 * 128 + 2 * 128 + 5 * 5 * 128 * 768 + 2 * 768 + 768 * 1000 + 1000 == aux == 3_326_696
    assert in_training.parameters - aux == 23_834_568
    assert in_training.parameters == seen.parameters == 27_161_264
    assert seen.rows[-1].op == "linear"
    assert not any("Aux" in row.path for row in seen)
    stem = [row.op for row in seen if not row.path.startswith(("Mixed", "fc", "avgpool", "dropout"))]
    assert (stem.count("conv2d"), stem.count("max_pool2d")) == (5, 2)


def test_hooks_miss_what_is_no_module(end, seen):
    """15 concatenations, 11 of 14 pools and all ReLU are plain functions."""
    assert end.hooked["Conv2d"] == end.ran["conv2d"] == 94
    assert "ReLU" not in end.hooked
    pools = end.hooked["MaxPool2d"] + end.hooked["AdaptiveAvgPool2d"]
    assert (pools, end.ran["pooling"], end.ran["pooling"] - pools) == (3, 14, 11)
    assert end.ran["join"] == 15 == 11 + 2 * 2
    assert len(seen) - sum(end.hooked.values()) == 121


def last_map(side, count=7):
    for stride in (2, 1, 2, 1, 2, 2, 2)[:count]:
        side = Window(3, stride).output_size((side, side))[0]
    return side


def test_two_outputs_and_the_smallest_pictures(book, end, in_training):
    """75 in use, 299 in training; a single picture leaves one number for each map of the auxiliary head."""
    assert end.outputs._fields == ("logits", "aux_logits")
    assert (end.outputs.logits.shape, end.outputs.aux_logits.shape) == ((2, 1000), (2, 1000))
    said = book.output("7cc60544")
    assert "must be Tensor, not InceptionOutputs" in said
    assert "AuxLogits.conv1.bn" in said
    assert "a batch of (1, 768, 1, 1) has one" in said
    assert "feed (1, 3, 75, 75)" in said
    assert "feed (2, 3, 299, 299)" in said
    for m in range(2, 13):
        assert last_map(m * 32 + 43) == m
        assert last_map(m * 32 + 43 - 1) == m - 1
    assert 8 * 32 + 43 == 299
    assert round((1 + 0.4) * log(1000), 2) == 9.67
    assert abs((end.main + 0.4 * end.side).item() - 9.67) < 0.01
    assert find("inception.smallest-input").key == (75,) == (1 * 32 + 43,)
    assert (last_map(299, count=6), last_map(298, count=6)) == (17, 16)
    assert 5 + 3 * (5 - 1) == 17  # what the auxiliary pool reads to leave 5
    assert [row.output_shape[2:] for row in in_training["AuxLogits"] if row.window][-1] == (1, 1)


def test_the_real_weights_want_pixels_from_minus_1_to_1(end):
    """With transform_input torchvision's network makes of its usual input what the cell feeds."""
    arrived, network = [], networks.build("inception_v3").eval()
    network.Conv2d_1a_3x3.register_forward_pre_hook(lambda layer, inputs: arrived.append(inputs[0]))
    network.transform_input = True
    with torch.no_grad():
        network(end.usual)
    assert torch.allclose(arrived[0], 2 * end.pixels - 1, atol=1e-5)
    assert not torch.allclose(arrived[0], end.usual, atol=0.1)
    assert -1.01 < arrived[0].min() < arrived[0].max() < 1.01
    assert end.usual.max() - end.usual.min() > 2 * (arrived[0].max() - arrived[0].min())


def test_what_torchvision_says_of_the_weights(seen):
    """77.294 % at the first guess, VGG16 71.592 % with 5.8 times the parameters; the file has 104 MB."""
    metas = [get_model_weights(name).DEFAULT.meta for name in ("vgg16", "inception_v3")]
    assert [meta["_metrics"]["ImageNet-1K"]["acc@1"] for meta in metas] == [71.592, 77.294]
    vgg = trace(networks.build("vgg16", device="meta"), (1, 3, 224, 224))
    assert round(vgg.parameters / 23_834_568, 1) == 5.8
    assert round(Inception_V3_Weights.IMAGENET1K_V1.meta["_file_size"]) == 104


def test_the_opening_picture_has_four_sizes():
    """One pixel, 3 by 3, 9 by 9 and 25 by 25."""
    assert "kernels of 1 by 1, 3 by 3, 9 by 9, 25 by 25" in figures.kernel_sizes_on_photograph().alt


def test_the_sketch_begins_below_its_targets_and_they_can_be_met(end):
    """Two branches of 8 maps miss all targets; bottlenecks, a 5 by 5 and a pool meet them."""
    start = NetworkSketch([cat(end.brick(8, 1), end.brick(8, 3))], (1, 32, 14, 14), targets=end.goals)
    assert list(start.targets.values()) == [False, False, False, False]
    two = [cat(end.brick(16, 1), [end.brick(4, 1), end.brick(16, 5)])]  # enough for all but the branches
    two_branches = NetworkSketch(two, (1, 32, 14, 14), targets=end.goals)
    assert list(two_branches.targets.values()) == [True, True, True, False]
    three, five = [end.brick(4, 1), end.brick(12, 3)], [end.brick(4, 1), end.brick(8, 5)]
    pooled = [max_pool(3, 1, padding=1), end.brick(4, 1)]
    done = NetworkSketch([cat(end.brick(8, 1), three, five, pooled)], (1, 32, 14, 14), targets=end.goals)
    assert all(done.targets.values())
