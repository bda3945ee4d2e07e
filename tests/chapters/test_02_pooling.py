"""What chapter 02 says about pools is true of the values that its cells computed."""

import re

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook import Window, networks, output_size, trace
from cnnbook.arithmetic import conv_parameters, receptive_field
from cnnbook.figures import photograph, pools_on_photograph


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("02")


@pytest.fixture(scope="module")
def end(book):
    return book.end


def edges_of(photo):
    """The vertical edges of the picture that opens the chapter."""
    sobel = torch.tensor([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
    return F.conv2d(F.pad(photo[None, None], (1, 1, 1, 1), mode="replicate"), sobel).abs()


def test_the_picture_that_opens_the_chapter():
    """192 by 192 pixels become 32 by 32; maxima keep bright lines, means let them fade."""
    photo = photograph("hopper")
    assert photo.numel() == 192 * 192 == 36_864
    found = edges_of(photo)
    largest, mean = F.max_pool2d(found, 6), F.avg_pool2d(found, 6)
    assert largest.shape[2:] == mean.shape[2:] == (32, 32)
    said = pools_on_photograph("hopper").alt
    assert f"max-pool, mean {largest.mean():.2f}; average pool, mean {mean.mean():.2f}" in said
    bright = found > found.max() / 2
    share, kept, faded = (
        m.double().mean() for m in (bright, largest > found.max() / 2, mean > found.max() / 2)
    )
    assert kept > 3 * share > 9 * faded  # bright lines become fat, or fade
    # The dark rim of her glasses disappears in the maximum, and not in the mean.
    rim, place = photo[62:65, 72:90], (0, 0, 10, slice(12, 15))
    assert rim.mean() < 0.35
    assert F.max_pool2d(photo[None, None], 6)[place].min() > 0.6
    assert F.avg_pool2d(photo[None, None], 6)[place].max() < 0.5


def test_a_line_and_a_dot(book):
    """The maximum is 9 for both, the mean 3 for the line and 1 for the dot."""
    at = book.after("keep-run")
    assert F.max_pool2d(at.line, 3).tolist() == F.max_pool2d(at.dot, 3).tolist() == [[[9, 0]]]
    assert F.avg_pool2d(at.dot, 3).tolist() == [[[1, 0]]]
    assert at.grids["a thin line, average 3"].tolist() == [[3, 0]]
    assert (at.line == 9).sum() == 3


def test_what_each_pool_keeps_of_the_whole_map():
    """Max-pooling keeps the largest number and lifts the mean; average pooling keeps the mean."""
    found = edges_of(photograph("hopper"))
    largest, mean = F.max_pool2d(found, 4), F.avg_pool2d(found, 4)
    assert largest.max() == found.max()
    assert largest.mean() > 2 * found.mean()
    assert torch.isclose(mean.mean(), found.mean())
    assert mean.max() < found.max() / 1.2


def test_one_number_for_each_window(book):
    """Channels stay, a row that fits no window is never read, and the default stride is the kernel size."""
    first = book.after("ff873561")
    assert first.pooled.shape == (3, 11 // 2, 12 // 2) == (3, 5, 6)
    assert torch.equal(first.pooled[1:2], F.max_pool2d(first.maps[1:2], 2))  # channel 1 alone gives the same
    assert torch.equal(first.pooled, F.max_pool2d(first.maps[:, :10], 2))  # row 10 is never read
    assert F.max_pool2d(torch.zeros(5, 9, 14), 2).shape == (5, 4, 7)  # the card's
    assert nn.MaxPool2d(2).stride == 2
    assert nn.Conv2d(1, 1, kernel_size=2).stride == (1, 1)
    assert book.output("ff873561").splitlines()[0] == "shape (3, 11, 12) becomes (3, 5, 6)  stride 2"


def test_the_winners(end):
    """A map of 4 by 6 pools to 5 6 8 over 8 6 9."""
    assert end.numbers.shape == (4, 6)
    assert F.max_pool2d(end.numbers[None], 2).tolist() == [[[5, 6, 8], [8, 6, 9]]]
    assert F.avg_pool2d(end.numbers[None], 2).tolist() == [[[2.75, 2.25, 3.75], [2.75, 4, 3]]]


def test_windows_that_overlap():
    """With stride 1 the 9 is in three windows and wins in all; with stride 3 the 6 is never read."""
    row = torch.tensor([[1.0, 4, 9, 2, 3, 5, 6]])
    assert F.max_pool1d(row, 3, stride=1).tolist() == [[9, 9, 9, 5, 6]]
    assert F.max_pool1d(row, 3).tolist() == [[9, 5]]


def test_one_number_of_a_window_in_each_channel():
    """amax(dim=(1, 2)) is the largest number of each channel of a window, as a max-pool's."""
    window = torch.rand(3, 2, 2)
    assert window.amax(dim=(1, 2)).tolist() == F.max_pool2d(window, 2).flatten().tolist()


def test_what_halving_costs(book):
    """Pools have neither parameters nor MACs; a depthwise convolution has few, a strided one many."""
    costs = book.after("8c241433")
    assert {row.output_shape for row in costs.rows.values()} == {(1, 64, 28, 28)}
    assert {row.input_shapes[0] for row in costs.rows.values()} == {(1, 64, 56, 56)}
    assert list(costs.parameters.values()) == [0, 0, 2 * 2 * 64 + 64, 2 * 2 * 64 * 64 + 64]
    assert list(costs.parameters.values()) == [0, 0, 320, 16_448]
    assert conv_parameters(64, 64, 2) == 16_448
    places = 28 * 28 * 2 * 2 * 64
    assert list(costs.macs.values()) == [0, 0, places, 64 * places] == [0, 0, 200_704, 12_845_056]


def test_an_average_is_a_convolution_and_a_maximum_is_not():
    """Weights of 0.25 give the average pool; the maximum's sign does not follow the input's."""
    maps, quarter = torch.rand(1, 5, 8, 14), torch.full((5, 1, 2, 2), 1 / 4)
    by_convolution = F.conv2d(maps, quarter, stride=2, groups=5)
    assert 1 / 4 == 0.25
    assert torch.allclose(by_convolution, F.avg_pool2d(maps, 2))
    assert torch.allclose(F.conv2d(-maps, quarter, stride=2, groups=5), -by_convolution)
    assert not torch.allclose(F.max_pool2d(-maps, 2), -F.max_pool2d(maps, 2))
    assert (max(1, 5), max(-1, -5)) == (5, -1)


def test_a_dot_that_moves():
    """From column 2 the output stays for one pixel, and moves to the next place for the second."""
    outputs = []
    for column in (2, 3, 4):
        picture = torch.zeros(1, 8)
        picture[0, column] = 9
        outputs.append(F.max_pool1d(picture, 2).argmax().item())
    assert outputs == [1, 1, 2]


def test_what_a_shift_does(end):
    """The change is 0 at multiples of the strides' product, and a stride alone changes most by one pixel."""
    plain, stride_2, one_pool, two_pools = end.changes.values()
    assert plain == [0] * 9
    assert max(two_pools[1], one_pool[1]) < 0.75 * stride_2[1]
    assert max(stride_2) > max(two_pools) > max(one_pool)
    assert [shift for shift in range(9) if two_pools[shift] > 0.95 * max(two_pools)] == [2, 6]
    assert [shift for shift in range(9) if stride_2[shift] == 0] == [0, 2, 4, 6, 8]
    assert [shift for shift in range(9) if one_pool[shift] == 0] == [0, 2, 4, 6, 8]
    assert [shift for shift in range(9) if two_pools[shift] == 0] == [0, 4, 8]
    assert receptive_field([Window.pool(2), Window.pool(2)])[0].jump == 2 * 2 == 4
    assert receptive_field([Window.pool(2), Window.pool(3)])[0].jump == 2 * 3 == 6


def test_only_a_global_pool_ignores_every_shift(end):
    """It gives the same largest number and the same mean, unless a stride stands before it."""
    moved = end.photo.roll(1, -1)
    found, rolled = end.edges(end.photo), end.edges(moved)
    halved = [end.edges(x)[..., ::2, ::2] for x in (end.photo, moved)]
    assert rolled.max() == found.max()
    assert torch.isclose(rolled.mean(), found.mean())
    assert not torch.isclose(halved[0].mean(), halved[1].mean())


def test_a_blur_before_the_stride_helps(end):
    """Max-pool with stride 1, a blur by 1 2 1, then every second number: less change than the pool alone."""
    line = torch.tensor([1.0, 2, 1], dtype=torch.float64) / 4

    def blurred(photo):
        dense = F.max_pool2d(F.pad(end.edges(photo), (0, 1, 0, 1), mode="circular"), 2, stride=1)
        around = F.pad(dense, (1, 1, 1, 1), mode="circular")
        return F.conv2d(around, torch.outer(line, line)[None, None], stride=2)

    assert end.change(blurred, 1) < 0.95 * end.changes["convolution, max-pool 2"][1]


def test_the_networks_of_the_experiment(book, end):
    """Two have one number of parameters, the third fewer; 2,000 pictures teach, 1,000 others are shown."""
    counts = [sum(p.numel() for p in end.clothes_net(*own).parameters()) for own in end.settings.values()]
    assert counts == [9_098, 9_098, 1_418]
    said = book.output("train").splitlines()
    assert said[0] == "2,000 pictures to learn from, 1,000 others to recognise"
    assert {len(run) for runs in end.read.values() for run in runs} == {6}
    assert {len(runs) for runs in end.read.values()} == {2}
    maps = torch.rand(5, 9, 14)
    assert torch.equal(nn.MaxPool2d(1, 2)(maps), maps[:, ::2, ::2])


def as_told(shares, words, text):
    """Whether the page tells this range of per cent, and all shares are at most 5 per cent beyond it."""
    least, most = map(int, re.findall(r"\d+", words))
    return words in text and least - 5 < 100 * shares.min() and 100 * shares.max() < most + 5


def test_a_pool_makes_a_network_tolerant_and_not_invariant(book, end):
    """Equal unmoved, better by 2 pixels, both bad from 4 on; a global pool begins lower and loses least by 5.

    The page tells what the seeds 0 to 4 gave on one machine.
    """
    pooled, strided, everywhere = map(torch.tensor, end.read.values())
    assert (pooled.mean(0) - strided.mean(0))[0].abs() < 0.04
    assert (pooled[:, 2] > strided[:, 2]).all()
    assert (pooled.mean(0) - strided.mean(0))[2] > 0.05
    assert (pooled.mean(0) > strided.mean(0))[1:4].all()
    assert max(pooled[:, 4].max(), strided[:, 4].max()) < 0.5
    assert everywhere[:, 0].max() < min(pooled[:, 0].min(), strided[:, 0].min())
    assert as_told(pooled[:, 2], "66 to 72 %", book.text)
    assert as_told(strided[:, 2], "51 to 63 %", book.text)
    assert as_told(everywhere[:, 5], "25 to 49 %", book.text)
    assert as_told(torch.cat([pooled[:, 5], strided[:, 5]]), "21 to 30 %", book.text)
    by_two = [(runs[:, 0] - runs[:, 2]).mean() for runs in (pooled, strided, everywhere)]
    assert by_two[1] > 1.3 * max(by_two[0], by_two[2])
    lost = [runs[:, 0] - runs[:, 5] for runs in (pooled, strided, everywhere)]
    assert lost[2].max() < min(lost[0].min(), lost[1].min())
    assert (everywhere[:, 5] < everywhere[:, 0]).all()  # its strides notice moves


def test_the_trace(end):
    """The pools take 28 to 14 and to 7, and have no parameters."""
    rows = [row for row in trace(end.pooling_net, (1, 1, 28, 28)) if row.family == "pooling"]
    assert [row.output_shape for row in rows] == [(1, 8, 14, 14), (1, 16, 7, 7)]
    assert [row.parameters for row in rows] == [0, 0]


def test_what_a_pool_gains(end):
    """A convolution, a pool and a convolution see 8 pixels; two convolutions 5, three 7."""

    def sees(*windows):
        return receptive_field(windows)[0].size

    assert sees(end.conv, end.halve, end.conv) == 3 + (2 - 1) + (3 - 1) * 2 == 8
    assert sees(end.conv, end.conv) == 5
    assert sees(end.conv, end.conv, end.conv) == 7


def test_pools_of_real_networks(end):
    """Only GoogLeNet and ResNet pad; these two and AlexNet let windows overlap; only GoogLeNet rounds up."""
    assert end.used["lenet5"] == end.used["vgg16"] == {(2, 2, 0, False)}
    assert end.used["alexnet"] == {(3, 2, 0, False)}
    assert end.used["resnet18"] == {(3, 2, 1, False)}
    assert end.used["googlenet"] == {(2, 2, 0, True), (3, 2, 0, True), (3, 1, 1, True)}


def test_the_branch_with_a_pool():
    """GoogLeNet's pool of stride 1 keeps 28 by 28, as the three branches beside it do."""
    block = trace(networks.build("googlenet", device="meta"), (1, 3, 224, 224))["inception3a"]
    pooled = block["inception3a.branch4.0"]
    assert pooled.output_shape == pooled.input_shapes[0] == (1, 192, 28, 28)
    assert block.rows[-1].output_shape == (1, 64 + 128 + 32 + 32, 28, 28) == (1, 256, 28, 28)


def test_too_much_padding_is_refused():
    """Torch and the course both name the half of the kernel."""
    with pytest.raises(RuntimeError, match="at most half"):
        F.max_pool2d(torch.zeros(1, 4, 5), 3, padding=2)
    with pytest.raises(ValueError, match="at most half"):
        Window.pool(3, padding=2)


def test_padding_follows_the_formula(end):
    """ResNet's pool makes 56 of 112; the sentence without padding and floor says 55.5."""
    resnet = nn.MaxPool2d(3, stride=2, padding=1)
    assert resnet(torch.zeros(1, 64, 112, 112, device="meta")).shape == (1, 64, 56, 56)
    assert (112 + 2 * 1 - 3) // 2 + 1 == output_size(112, 3, stride=2, padding=1) == 56
    assert (112 - 3) / 2 + 1 == 55.5
    assert end.average[0, 0, 0] == 9 * 4 / 9 == 4
    assert F.avg_pool2d(torch.full((1, 4, 6), 36.0), 3, stride=1, padding=1)[0, 0, 0] == 36 * 4 / 9 == 16
    assert end.average[0, 0, 1] == 9 * 6 / 9 == 6
    assert end.average[0, 1, 1] == 9
    assert torch.equal(end.inside, end.nines)
    assert torch.equal(end.largest, -end.nines)
    minus_infinity = F.pad(-end.nines, (1, 1, 1, 1), value=-torch.inf)
    assert torch.equal(F.max_pool2d(minus_infinity, 3, stride=1), -end.nines)


def test_rounding_up(book):
    """A pool of GoogLeNet makes 14 and not 13; a window that begins outside is dropped."""
    assert (28 - 3) / 2 == 12.5
    assert (10 - 1) / 2 == 4.5
    assert (13 - 1) / 2 == 6
    assert book.output("3f77100a").splitlines()[:3] == [
        "28 pixels, kernel 3, stride 2: 13 rounded down, 14 with ceil_mode",
        "8 pixels, kernel 3, stride 2: 3 rounded down, 4 with ceil_mode",
        "8 pixels, kernel 1, stride 2: 4 rounded down, 4 with ceil_mode",
    ]
    drawn = book.after("3f77100a")
    assert drawn.hanging == [(0, 3), (2, 5), (4, 7), (6, 9)]
    assert drawn.behind[-1] == (8, 9)
    pools = trace(networks.build("googlenet", device="meta"), (1, 3, 224, 224))
    sides = [row.input_shapes[0][2] for row in pools if row.family == "pooling" and row.window]
    assert 28 in sides
    for n, outputs in ((10, 5), (13, 7)):
        assert F.max_pool1d(torch.zeros(1, 1, n), 1, 2, ceil_mode=True).shape[-1] == outputs
    # An average divides by the pixels that its last window does read.
    assert F.avg_pool1d(torch.full((1, 1, 5), 9.0), 2, ceil_mode=True).tolist() == [[[9, 9, 9]]]


@pytest.mark.parametrize(("n", "outputs"), [(8, 3), (8, 4), (13, 3), (9, 5), (3, 5), (7, 1)])
def test_adaptive_windows_are_the_formulas(n, outputs):
    """Output i of m reads from floor(i·n/m) to ceil((i + 1)·n/m)."""
    line = torch.rand(1, n)
    ranges = [(i * n // outputs, -(-(i + 1) * n // outputs)) for i in range(outputs)]
    means = [line[0, start:stop].mean() for start, stop in ranges]
    assert torch.allclose(F.adaptive_avg_pool1d(line, outputs)[0], torch.stack(means))
    assert {pixel for start, stop in ranges for pixel in range(start, stop)} == set(range(n))


def test_the_windows_that_are_drawn(end):
    """8 pixels to 3: windows of 3, 4 and 3, which share pixels 2 and 5; to 4: the ordinary ones."""
    for drawn in (end.three, end.four):
        assert drawn == [(i * 8 // len(drawn), -(-(i + 1) * 8 // len(drawn))) for i in range(len(drawn))]
    assert [stop - start for start, stop in end.three] == [3, 4, 3]
    assert end.three[0][1] - 1 == end.three[1][0] == 2
    assert end.three[1][1] - 1 == end.three[2][0] == 5
    assert {stop - start for start, stop in end.four} == {2}
    assert F.adaptive_avg_pool2d(torch.zeros(256, 13, 9), (3, 5)).shape == (256, 3, 5)


@pytest.mark.parametrize("size", [(7, 7), (10, 6)])
def test_a_global_pool_is_a_mean(size):
    """One number per map, whatever the size of the map."""
    image = torch.rand(1, 512, *size)
    assert torch.allclose(F.adaptive_avg_pool2d(image, 1).flatten(), image.mean(dim=(2, 3)).flatten())


def test_what_a_global_pool_saves():
    """ResNet-18's dense layer has 513,000 parameters; flattened, it would have 25,089,000."""
    assert 512 * 7 * 7 == 25_088
    assert 25_088 * 1_000 + 1_000 == 25_089_000
    dense = networks.build("resnet18", device="meta").fc
    assert sum(p.numel() for p in dense.parameters()) == 512 * 1_000 + 1_000 == 513_000


def gradient(layer, numbers):
    """The gradient of the sum of a layer's outputs."""
    pixels = numbers.clone().requires_grad_()
    layer(pixels[None]).sum().backward()
    return pixels.grad


def test_who_gets_the_gradient(end):
    """The winner of a window gets 1, and the first of two; the mean sends 1/4 to every pixel."""
    different = torch.randperm(8 * 12).reshape(8, 12).float()
    assert gradient(nn.MaxPool2d(2), different).count_nonzero() == 4 * 6 == 24
    by_max = gradient(nn.MaxPool2d(2), end.numbers)
    assert by_max.count_nonzero() == 6
    assert by_max.unique().tolist() == [0, 1]
    assert (gradient(nn.AvgPool2d(2), end.numbers) == 1 / 4).all()
    assert gradient(nn.MaxPool2d(2), torch.tensor([[3.0, 7], [7, 1]])).tolist() == [[0, 1], [0, 0]]
    row = torch.tensor([[1.0, 4, 9, 2, 3, 5, 6]])
    assert gradient(nn.MaxPool1d(3, stride=1), row).tolist() == [[0, 0, 3, 0, 0, 1, 1]]
