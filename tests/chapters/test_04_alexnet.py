"""What chapter 04 says about AlexNet is true of the values that its cells computed."""

import re
from itertools import product
from math import prod

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook import Window, networks, trace, training
from cnnbook.exercises.chapters import find


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("04")


@pytest.fixture(scope="module")
def end(book):
    return book.end


def agreement(kernels):
    """How far neighbouring weights of kernels agree: 1 if they are equal, about 0 for noise."""
    return ((kernels[..., 1:] * kernels[..., :-1]).mean() / kernels.square().mean()).item()


def percent(part):
    return round(100 * part)


def test_noise_becomes_smooth_kernels(book, end):
    """Sixteen kernels of 11 by 11: neighbouring weights do not agree at first, and do after ten epochs."""
    start, trained = end.kernels[0].alt, end.kernels[-1].alt
    assert end.first.weight.shape == (16, 3, 11, 11)
    assert "from -0.04 to 0.04" in start
    assert re.search(r"from -0\.1\d to 0\.1\d", trained)
    torch.manual_seed(0)
    noise = nn.init.normal_(nn.Conv2d(3, 16, kernel_size=11).weight, std=0.01)
    assert 3 < end.first.weight.abs().max() / noise.abs().max() < 5  # about four times as large
    assert abs(agreement(noise.detach())) < 0.1
    assert agreement(end.first.weight.detach()) > 0.7
    assert end.titles[-1] == "epoch 10"


def test_pieces_of_photographs(end):
    """Each piece has the mean 0, and its label tells the photograph and the turn."""
    pieces = training.pieces(end.photos)
    assert pieces.images.shape == (2_000, 3, 43, 43)
    assert pieces.labels.unique().tolist() == list(range(12))
    assert 3 * 4 == 12
    assert [90 * turns for turns in range(4)] == [0, 90, 180, 270]
    assert [Window(11, stride=4).output_size((43, 43)), Window(3, stride=2).output_size((9, 9))] == [
        (9, 9),
        (4, 4),
    ]
    assert pieces.images.mean(dim=(1, 2, 3)).abs().max() < 1e-4
    assert torch.equal(training.pieces(end.photos).images, pieces.images)
    assert round(4 * pieces.images.numel() / 1_000_000) == 44
    with pytest.raises(ValueError, match=r"a piece has 500 rows, the photographs have 192 × 192 pixels"):
        training.pieces(end.photos, side=500)


def test_every_map(book, end):
    """55, 27, 13, 6: only the pools shrink what conv1 leaves."""
    channels, heights, widths = zip(*end.shapes.values(), strict=True)
    assert list(heights) == list(widths) == [55, 27, 27, 13, 13, 13, 13, 6]
    assert list(channels) == [64, 64, 192, 192, 384, 256, 256, 256]
    assert 224 + 2 * 2 == 228
    assert 228 - 11 == 217
    assert 217 / 4 == 54.25
    assert 217 // 4 == 54
    assert [k // 2 for k in (5, 3)] == [2, 1]  # the padding that keeps the size
    assert book.output("75f533fc").startswith("conv1 (64, 55, 55)\n")
    assert tuple(end.seen.rows[0].input_shapes[0][1:]) == (3, 224, 224)


def test_overlapping_pools_give_the_sizes_of_others(end):
    """A pool of 3 with stride 2 gives 27, 13 and 6, as one of 2 does; four windows meet in a pixel."""
    apart = Window(2, stride=2)
    sizes = [end.overlapping.output_size((side, side)) for side in (55, 27, 13)]
    assert sizes == [apart.output_size((side, side)) for side in (55, 27, 13)] == [(27, 27), (13, 13), (6, 6)]
    image = torch.zeros(1, 1, 7, 9, requires_grad=True)
    F.avg_pool2d(image, 3, stride=2, divisor_override=1).sum().backward()  # sums in place of means
    counts = image.grad.flatten().tolist()
    assert set(counts) == {1, 2, 4}
    assert counts.count(1) > counts.count(2) > counts.count(4)


def test_slopes(end):
    """Behind one tanh 0.07 of a gradient is left, behind eight 0.005; ReLU passes all of it, or nothing."""
    steep = end.slopes(torch.tanh, 2.0)
    assert end.slopes(torch.relu, 2.0) == [1] * 8
    assert round(steep[0], 2) == 0.07
    assert round(torch.tensor(2.0).tanh().item(), 2) == 0.96
    assert [round(min(steep[1:]), 2), round(max(steep[1:]), 2)] == [0.44, 0.83]
    assert round(prod(steep), 3) == 0.005 < 0.01
    assert end.slopes(torch.tanh, 0.0, layers=1) == [1]
    assert end.slopes(torch.relu, -2.0, layers=1) == [0]
    assert round(end.slopes(torch.tanh, 4.0, layers=1)[0], 2) == 0
    assert -1 < torch.tensor(-3.0).tanh() < torch.tensor(3.0).tanh() < 1
    assert find("alexnet.slope").form.options[find("alexnet.slope").key[0] - 1].endswith("less than 0.01.")


def test_the_race(end):
    """From a bias of 1 ReLU needs fewer steps than tanh from each of five seeds; from 0 they are alike."""
    relu, tanh, relu_0, tanh_0 = end.race.values()
    assert list(end.race) == ["ReLU, bias 1", "tanh, bias 1", "ReLU, bias 0", "tanh, bias 0"]
    assert len(end.known[1]) == 1_000
    assert [len(steps) for steps in end.race.values()] == [5, 5, 5, 5]
    assert max(relu) < min(tanh)
    assert max(tanh) < 1_000
    assert abs(sum(relu_0) - sum(tanh_0)) < 0.15 * sum(tanh_0)
    assert min(relu_0) < max(tanh_0)
    assert min(tanh_0) < max(relu_0)
    assert round(end.slopes(torch.tanh, 1.0, layers=1)[0], 2) == 0.42 < 1 / 2
    assert round(nn.functional.cross_entropy(torch.zeros(1, 10), torch.tensor([0])).item(), 1) == 2.3 > 1


@pytest.mark.parametrize("seed", [2, 3])
def test_another_rate_changes_the_race(end, seed):
    """At three times the rate tanh needs fewer steps than ReLU, from a bias of 1."""
    relu, tanh = (steps_at(0.003, end, activation, seed) for activation in (nn.ReLU, nn.Tanh))
    assert tanh < relu


def steps_at(rate, end, activation, seed):
    """The chapter's race at another rate: steps until the mean of about ten losses is below 1."""
    torch.manual_seed(seed)
    net, recent = end.start(activation, 1), 2.3
    optimizer = torch.optim.Adam(net.parameters(), lr=rate)
    for step in range(1, 1001):
        batch = torch.randint(1000, (50,))
        loss = F.cross_entropy(net(end.known[0][batch]), end.known[1][batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        recent = 0.9 * recent + 0.1 * loss.item()
        if recent < 1:
            return step
    return 1000


def test_dropout_scales_what_survives(end):
    """A 1 becomes 0 or 2 in training and stays 1 afterwards; with p = 0.75 a 3 becomes 0 or 12."""
    assert set(end.dropped.unique().tolist()) <= {0, 2}  # where the zeros are is chance
    assert torch.equal(end.after_training, end.ones)
    assert set(nn.Dropout(0.75)(3 * end.ones).unique().tolist()) <= {0, 12}
    assert 3 / (1 - 0.75) == 12
    row, masks = torch.tensor([3.0, 1.0, 4.0, 2.0]), torch.tensor(list(product((0.0, 1.0), repeat=4)))
    assert torch.equal((masks * row / (1 - 0.5)).mean(dim=0), row)
    dropouts = [row for row in end.seen if row.op == "dropout"]
    assert [row.arguments["p"] for row in dropouts] == [0.5, 0.5]


def test_the_gap(end):
    """Dropout and augmentation make the gap smaller for each seed, and get more new pictures right."""
    assert [len(pairs) for pairs in end.results.values()] == [5, 5, 5]
    gaps = {name: [seen - new for seen, new in pairs] for name, pairs in end.results.items()}
    tests = {name: [100 * new for _, new in pairs] for name, pairs in end.results.items()}
    plain, dropout, augmentation = (sum(values) / 5 for values in tests.values())
    assert max(gaps["dropout"]) < min(gaps["plain"])
    assert max(gaps["augmentation"]) < min(gaps["dropout"])
    assert min(seen for seen, _ in end.results["plain"]) > 0.98
    known = {name: 100 * sum(seen for seen, _ in pairs) / 5 for name, pairs in end.results.items()}
    assert abs(known["plain"] - 99.6) < 0.3
    assert abs(known["dropout"] - 94) < 1
    assert abs(known["augmentation"] - 91) < 1
    assert 0.2 < dropout - plain < 1.8  # about one point
    assert 0.2 < augmentation - plain < 2.2
    for name in ("dropout", "augmentation"):
        better = [one > other for one, other in zip(tests[name], tests["plain"], strict=True)]
        assert sum(better) >= 4


def test_augmentation_moves_pictures_in_training_only():
    """Afterwards a picture stays as it is; in training it moves by up to a pixel, mirrored or not."""
    moved, image = training.Moved(1), torch.zeros(1, 1, 28, 28)
    image[0, 0, 10, 14] = 1
    assert moved.eval()(image) is image
    places = set()
    for _ in range(60):
        ((_, _, row, column),) = moved.train()(image).nonzero().tolist()
        places.add((row, column))
    assert {row for row, _ in places} == {9, 10, 11}
    assert {column for _, column in places} == {12, 13, 14, 15}


def test_groups(end):
    """Two groups halve the weights of conv2 of 2012, not its biases; they are two convolutions."""
    grouped = nn.Conv2d(96, 256, kernel_size=5, padding=2, groups=2).double()
    assert grouped.weight.shape == (256, 48, 5, 5)
    assert 96 // 2 == 48
    assert sum(p.numel() for p in grouped.parameters()) == 5 * 5 * 48 * 256 + 256 == 307_456
    assert 5 * 5 * 96 * 256 + 256 == 614_656
    x = torch.rand(1, 96, 7, 9, dtype=torch.float64)
    halves = zip(x.chunk(2, dim=1), grouped.weight.chunk(2), grouped.bias.chunk(2), strict=True)
    both = [F.conv2d(maps, weight, bias, padding=2) for maps, weight, bias in halves]
    assert torch.allclose(grouped(x), torch.cat(both, dim=1))
    assert end.groups == {"conv1": 1, "conv2": 2, "conv3": 1, "conv4": 2, "conv5": 2}


def test_local_response_normalization():
    """It divides 3 by 14 and not by 10; torch divides alpha by n, so the paper's 0.0001 is 0.0005 there."""
    place = torch.tensor([1, 2, 0, 3, 2], dtype=torch.float64).reshape(1, 5, 1, 1)
    by_hand = torch.tensor([1 / 6, 2 / 6, 0 / 14, 3 / 14, 2 / 14], dtype=torch.float64)
    assert torch.allclose(nn.LocalResponseNorm(3, alpha=3 * 1, beta=1, k=1)(place).flatten(), by_hand)
    assert find("alexnet.lrn-divisor").key == (1 + 0**2 + 3**2 + 2**2,) == (14,)

    def paper(a, n, k, alpha, beta):
        near = [a[:, max(0, i - n // 2) : i + n // 2 + 1].square().sum(dim=1) for i in range(a.shape[1])]
        return a / (k + alpha * torch.stack(near, dim=1)) ** beta

    a = torch.arange(160, dtype=torch.float64).reshape(2, 8, 2, 5) % 13
    right = paper(a, n=5, k=2, alpha=0.0001, beta=0.75)
    assert torch.allclose(nn.LocalResponseNorm(5, alpha=0.0005, beta=0.75, k=2)(a), right)
    assert not torch.allclose(nn.LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=2)(a), right)
    assert sum(p.numel() for p in nn.LocalResponseNorm(5).parameters()) == 0


def test_the_network_is_torchvisions(book, end):
    """The trace is torchvision's; 9,216 numbers reach dense1, with more than half of all parameters."""
    dense = [row for row in end.seen if row.op == "linear"]
    assert end.same
    assert book.output("5f4410b3").startswith(
        "It takes torchvision's weights. Same scores as torchvision's: True"
    )
    assert end.seen.rows == end.seen_theirs.rows
    assert 256 * 6 * 6 == 9_216 == dense[0].arguments["in_features"]
    assert dense[0].parameters == 9216 * 4096 + 4096 == 37_752_832 > end.seen.parameters / 2
    assert [row.output_shape[1] for row in dense] == [4_096, 4_096, 1_000]
    assert sum(row.parameters > 0 for row in end.seen) == 5 + 3 == 8
    assert 2 * end.seen.parameters // 1_000_000 == 122


def test_the_adaptive_pool_takes_any_size(end):
    """It makes 6 by 6 of 5 by 7, so the network runs on 195 by 260; at 224 it changes nothing."""
    rows = trace(networks.build("alexnet", device="meta"), (1, 3, 195, 260))
    assert rows["features.12"].output_shape == (1, 256, 5, 7)
    assert rows["avgpool"].output_shape == (1, 256, 6, 6)
    assert rows.output_shape == (1, 1000)
    maps = torch.rand(1, 256, 6, 6)
    assert torch.equal(nn.AdaptiveAvgPool2d(6)(maps), maps)


def test_three_networks(end):
    """60,965,224 parameters with groups, 62,378,344 without, 61,100,840 in torchvision's."""
    parameters = [traced.parameters for traced in end.variants.values()]
    macs = [traced.macs for traced in end.variants.values()]
    assert parameters == [60_965_224, 62_378_344, 61_100_840]
    assert macs == [724_406_816, 1_135_256_096, 714_188_480]
    assert percent(macs[1] / macs[0]) - 100 == 57
    grouping = end.seen_2012.diff(end.seen_ungrouped)
    more = [pair.right.parameters - pair.left.parameters for pair in grouping.different]
    assert more == [307_200, 663_552, 442_368]
    assert sum(more) == 1_413_120
    assert len(grouping.pairs) == 23


def test_what_differs_in_torchvisions(end):
    """15 of 25 rows: no normalization, no groups, other numbers of maps."""
    comparison = end.seen_2012.diff(end.seen)
    gone = [pair.left.op for pair in comparison.different if pair.right is None]
    new = [pair.right.op for pair in comparison.different if pair.left is None]
    assert gone == ["local_response_norm", "local_response_norm", "dropout"]
    assert new == ["adaptive_avg_pool2d", "dropout"]
    assert len(comparison.different) == 15
    assert len(comparison.pairs) == 25
    maps_of = {
        name: [row.output_shape[1] for row in traced if row.op == "conv2d"]
        for name, traced in end.variants.items()
    }
    assert maps_of["2012"] == maps_of["ungrouped"] == [96, 256, 384, 384, 256]
    assert maps_of["torchvision"] == [64, 192, 384, 256, 256]
    assert {row.arguments["groups"] for row in end.seen if row.op == "conv2d"} == {1}


def test_where_the_parameters_sit(end):
    """Dense layers hold 96 % of 61 million parameters, convolutions do 92 % of the multiplying."""
    assert round(sum(end.held.values()) / 1_000_000) == 61
    assert percent(sum(end.held[name] for name in end.names[5:]) / end.seen.parameters) == 96
    assert percent(sum(end.used[name] for name in end.names[:5]) / end.seen.macs) == 92
    assert [item.value for item in find("alexnet.order-by-macs").items] == [
        end.used[name] for name in ("conv1", "dense2", "conv2", "dense1")
    ]


def test_224_or_227(book, end):
    """A remainder is allowed: 224 with padding 2 works, without it 6,400 numbers arrive and not 9,216."""
    assert end.sides(227, padding=0) == [55, 27, 13, 6]
    assert (227 - 11) % 4 == 0  # it divides
    assert (16 - 11, 224 - 11) == (5, 213)
    assert (16 - 11) % 4 == (224 - 11) % 4 == 1
    assert (19 - 11) % 4 == (227 - 11) % 4 == 0
    assert end.sides(224, padding=0) == [54, 26, 12, 5]
    assert end.sides(224, padding=2) == [55, 27, 13, 6]
    assert (224 + 2 * 2 - 11) % 4 == 1  # it does not
    assert end.sides(227, padding=2) == [56, 27, 13, 6]
    assert [padding for padding in range(12) if end.sides(224, padding)[0] == 55] == [2, 3]
    assert "expects 9,216" in book.output("e241d610")
    assert "gives 6,400 = 256 × 5 × 5" in book.output("e241d610")
    assert 256 * 27 * 27 == 186_624 != 256 * 26 * 26


def last_map(n, padding):
    """A photograph of zeros and what AlexNet's layers make of it, with kernels of ones: nothing cancels."""
    image = torch.zeros(1, 1, n, n, dtype=torch.float64, requires_grad=True)
    layers = [(11, 4, padding), (3, 2, 0), (5, 1, 2), (3, 2, 0)] + [(3, 1, 1)] * 3 + [(3, 2, 0)]
    outs = [image]
    for k, s, p in layers:
        outs.append(F.conv2d(outs[-1], torch.ones(1, 1, k, k).double(), stride=s, padding=p))
    return image, outs


@pytest.mark.parametrize(("n", "padding", "lost"), [(227, 0, 0), (224, 0, 2_215), (224, 2, 0), (227, 2, 904)])
def test_what_a_remainder_costs(n, padding, lost):
    """At 224 with padding 2 the floor drops zeros only; without padding it drops pixels."""
    image, outs = last_map(n, padding)
    (gradient,) = torch.autograd.grad(outs[-1].sum(), image)
    assert (gradient == 0).sum() == lost
    assert (16 - 11) % 4 == (224 - 11) % 4 == 1
    assert (19 - 11) % 4 == (227 - 11) % 4 == 0


def test_how_far_one_number_sees():
    """11 pixels after conv1, 195 after pool5, as the exercise's key says."""
    image, outs = last_map(227, padding=0)
    found = []
    for out in outs[1:]:
        middle = out[0, 0, out.shape[2] // 2, out.shape[3] // 2]
        (gradient,) = torch.autograd.grad(middle, image, retain_graph=True)
        found.append(int((gradient[0, 0] != 0).any(dim=0).sum()))
    assert found == [11, 19, 51, 67, 99, 131, 163, 195]
    assert find("alexnet.field-last").key == (195,)


def test_random_and_learned_kernels(end):
    """Random kernels without a mean give 0 on a wall, and about half of their map is not 0."""
    assert end.shown.shape == (6, 3, 11, 11)
    wall = torch.full((1, 3, 11, 11), 0.5)
    assert F.conv2d(wall, end.shown[:3]).abs().max() < 1e-3
    assert 0.3 < (end.maps_of_shown[:3] > 0).double().mean() < 0.7
    assert abs(agreement(end.shown[:3])) < 0.1
    assert agreement(end.shown[3:]) > 0.7
    places = {
        "face": (18, 26, 20, 27),
        "sky": (6, 16, 38, 45),
        "coat": (36, 43, 5, 11),
        "collar": (34, 38, 17, 20),
    }
    places["cap"] = (8, 13, 16, 30)
    means = [
        {name: one[top:bottom, left:right].mean() for name, (top, bottom, left, right) in places.items()}
        for one in end.maps_of_shown[3:]
    ]
    edges, light, dark = means
    assert max(edges["sky"], edges["coat"]) < 0.05 * end.maps_of_shown[3].max()  # even places
    photo = end.photos[:1].mean(dim=1, keepdim=True)
    across, down = (
        F.avg_pool2d(F.pad(step.abs(), pad), 11, stride=4).flatten()
        for step, pad in ((photo.diff(dim=3), (0, 1, 0, 0)), (photo.diff(dim=2), (0, 0, 0, 1)))
    )
    answers = end.maps_of_shown[3].flatten()
    upright, level = (torch.corrcoef(torch.stack([answers, one]))[0, 1] for one in (across, down))
    assert upright > level
    assert min(light["face"], light["sky"], light["collar"]) > 3 * light["coat"]
    assert min(dark["coat"], dark["cap"]) > 2 * max(dark["face"], dark["sky"], dark["collar"])


def test_what_torchvision_says_of_its_weights(end):
    """233 MB, 56.522 % of the first guesses, one of five on 79.066 %; six of 64 kernels are drawn."""
    assert end.weights.meta["num_params"] == end.seen.parameters
    assert round(end.weights.meta["_file_size"]) == 233
    assert end.weights.meta["_metrics"]["ImageNet-1K"] == {"acc@1": 56.522, "acc@5": 79.066}
    assert round(100 - 79.066, 3) == 20.934
    ready = end.weights.transforms()(end.photos[0])
    assert ready.shape == (3, 224, 224)
    assert networks.build("alexnet", device="meta").features[0].weight.shape[0] == 64
