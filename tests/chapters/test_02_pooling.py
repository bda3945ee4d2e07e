"""What chapter 02 says about pools is true of the values that its cells computed."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook import Window, output_size
from cnnbook.arithmetic import receptive_field


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("02")


@pytest.fixture(scope="module")
def end(book):
    return book.end


def test_one_number_for_each_window(book):
    """Channels stay, a row that fits no window is never read, and the default stride is the kernel size."""
    first = book.after("b7a7e0a2")
    assert first.pooled.shape == (5, 9 // 2, 14 // 2) == (5, 4, 7)
    assert torch.equal(first.pooled[3:4], F.max_pool2d(first.maps[3:4], 2))  # channel 3 alone gives the same
    assert torch.equal(first.pooled, F.max_pool2d(first.maps[:, :8], 2))  # row 8 is never read
    assert nn.MaxPool2d(2).stride == 2
    assert nn.Conv2d(1, 1, kernel_size=2).stride == (1, 1)
    assert book.output("ff873561").split("stride") == ["shape (5, 4, 7)  ", " 2\n"]


def test_the_first_picture(end):
    """A map of 4 by 6 pools to 5 7 4 over 8 6 9."""
    assert end.numbers.shape == (4, 6)
    assert F.max_pool2d(end.numbers[None], 2).tolist() == [[[5, 7, 4], [8, 6, 9]]]
    assert F.avg_pool2d(end.numbers[None], 2).tolist() == [[[3.25, 2.5, 2.75], [2.75, 4.5, 3]]]


@pytest.mark.parametrize(("k", "s"), [(2, 2), (3, 2), (3, 1), (2, 3)])
def test_two_loops_are_a_pool(end, k, s):
    """The solution gives torch's numbers side by side, overlapping and with gaps."""
    assert torch.equal(end.pool(end.maps, k, s, torch.amax), F.max_pool2d(end.maps, k, s))
    assert torch.allclose(end.pool(end.maps, k, s, torch.mean), F.avg_pool2d(end.maps, k, s))


def test_the_largest_number_is_no_convolution(end):
    """A convolution's sign changes with the input's, a max-pool does not; ReLU may come before or after."""
    maps, signed = end.maps, end.maps - 0.5
    assert torch.allclose(end.by_convolution(-maps), -end.by_convolution(maps))
    assert not torch.allclose(F.max_pool2d(-maps, 2), -F.max_pool2d(maps, 2))
    assert torch.equal(F.max_pool2d(F.relu(signed), 2), F.relu(F.max_pool2d(signed, 2)))
    assert not torch.allclose(F.avg_pool2d(F.relu(signed), 2), F.relu(F.avg_pool2d(signed, 2)))


def test_what_halving_costs(book):
    """Pools have neither parameters nor MACs; a depthwise convolution has few, a strided one many."""
    costs = book.after("8c241433")
    assert {row.output_shape for row in costs.rows.values()} == {(1, 64, 28, 28)}
    assert {row.input_shapes[0] for row in costs.rows.values()} == {(1, 64, 56, 56)}
    assert list(costs.parameters.values()) == [0, 0, 2 * 2 * 64 + 64, 2 * 2 * 64 * 64 + 64]
    assert list(costs.parameters.values()) == [0, 0, 320, 16_448]
    places = 28 * 28 * 2 * 2 * 64
    assert list(costs.macs.values()) == [0, 0, places, 64 * places] == [0, 0, 200_704, 12_845_056]


def test_windows_that_overlap(book):
    """With stride 1 the 9 is in three windows and wins in all; with stride 3 the 6 is never read."""
    row = book.after("e7eeeda1").row
    assert F.max_pool1d(row, 3, stride=1).tolist() == [[9, 9, 9, 5, 6]]
    assert F.max_pool1d(row, 3).tolist() == [[9, 5]]
    shared, apart = book.after("e7eeeda1").shared, book.after("e7eeeda1").apart
    assert len(shared) == 5
    assert [start for start, _ in shared if start <= 2] == [0, 1, 2]
    assert row[0, 2] == 9
    assert apart == [(0, 3), (3, 6)]
    assert row.shape[1] == 6 + 1


def test_too_much_padding_is_refused_by_both(book):
    """The cell prints torch's message and the course's, and both name the half of the kernel."""
    torchs, ours = book.output("3ca04871").splitlines()
    assert torchs.startswith("RuntimeError: ")
    assert ours.startswith("GeometryError: ")
    assert "at most half" in torchs
    assert "at most half" in ours


def test_padding_follows_the_formula(end):
    """ResNet's pool makes 56 of 112; the sentence without padding and floor says 55.5."""
    resnet = nn.MaxPool2d(3, stride=2, padding=1)
    assert resnet(torch.zeros(1, 64, 112, 112, device="meta")).shape == (1, 64, 56, 56)
    assert (112 + 2 * 1 - 3) // 2 + 1 == output_size(112, 3, stride=2, padding=1) == 56
    assert (112 - 3) / 2 + 1 == 55.5
    assert end.average[0, 0, 0] == 9 * 4 / 9 == 4
    assert end.average[0, 0, 1] == 9 * 6 / 9 == 6
    assert end.average[0, 1, 1] == 9
    assert torch.equal(end.inside, end.nines)
    assert torch.equal(end.maps_of_nines["max-pool of −9"], -end.nines)
    minus_infinity = F.pad(-end.nines, (1, 1, 1, 1), value=-torch.inf)
    assert torch.equal(F.max_pool2d(minus_infinity, 3, stride=1), -end.nines)


def test_rounding_up(book):
    """GoogLeNet's pool makes 56 and not 55; a window that begins outside is dropped."""
    at = book.after("ebbf1cfd")
    assert (112 - 3) / 2 == 54.5
    assert at.heights(112, 3, 2) == [55, 56]
    assert (10 - 1) / 2 == 4.5
    assert at.heights(10, 1, 2) == [5, 5]  # not 6
    assert (13 - 1) / 2 == 6
    assert at.heights(13, 1, 2) == [7, 7]
    assert at.heights(8, 3, 2) == [3, 4]
    assert at.down == [(0, 3), (2, 5), (4, 7)]  # of 8 pixels: 7 is never read
    # An average divides by the pixels that its last window does read.
    assert F.avg_pool1d(torch.full((1, 1, 5), 9.0), 2, ceil_mode=True).tolist() == [[[9, 9, 9]]]
    lines = book.output("3f77100a").splitlines()
    assert lines[0] == "112 pixels, kernel 3, stride 2: 55 rounded down, 56 with ceil_mode"


def test_pools_of_real_networks(end):
    """Only GoogLeNet and ResNet pad; these two and AlexNet let windows overlap; only GoogLeNet rounds up."""
    assert end.used["lenet5"] == end.used["vgg16"] == {(2, 2, 0, False)}
    assert end.used["alexnet"] == {(3, 2, 0, False)}
    assert end.used["resnet18"] == {(3, 2, 1, False)}
    assert end.used["googlenet"] == {(2, 2, 0, True), (3, 2, 0, True), (3, 1, 1, True)}


def test_the_branch_with_a_pool(end):
    """It keeps 192 maps of 28 by 28, and the four branches together have 256."""
    pooled = end.block["inception3a.branch4.0"]
    assert pooled.output_shape == pooled.input_shapes[0] == (1, 192, 28, 28)
    assert end.block.rows[-1].output_shape == (1, 64 + 128 + 32 + 32, 28, 28) == (1, 256, 28, 28)


def test_adaptive_windows(end):
    """8 pixels to 3: windows of 3, 4 and 3, which share pixels 2 and 5; to 4: the ordinary ones."""
    assert end.three == [(0, 3), (2, 6), (5, 8)]
    assert end.four == [(0, 2), (2, 4), (4, 6), (6, 8)]
    assert [stop - start for start, stop in end.three] == [3, 4, 3]
    assert F.adaptive_avg_pool2d(torch.zeros(256, 13, 9), (3, 5)).shape == (256, 3, 5)


@pytest.mark.parametrize("size", [(7, 7), (10, 6)])
def test_a_global_pool_is_a_mean(size):
    """One number per map, whatever the size of the map."""
    image = torch.rand(1, 512, *size)
    assert torch.allclose(F.adaptive_avg_pool2d(image, 1).flatten(), image.mean(dim=(2, 3)).flatten())


def test_what_a_global_pool_saves(end):
    """ResNet-18's dense layer has 513,000 parameters; flattened, it would have 25,089,000."""
    assert 512 * 7 * 7 == 25_088
    assert 25_088 * 1_000 + 1_000 == 25_089_000
    assert end.traces["resnet18"]["fc"].parameters == 512 * 1_000 + 1_000 == 513_000


def test_who_gets_the_gradient(book):
    """The winner of a window gets 1, and the first of two; the mean sends 1/4 to every pixel."""
    at = book.after("d9c6b12b")
    different = torch.randperm(8 * 12).reshape(8, 12).float()
    assert at.gradient(nn.MaxPool2d(2), different).count_nonzero() == 4 * 6 == 24
    assert at.by_max.shape == (4, 6)
    assert at.by_max.count_nonzero() == 6
    assert at.by_max.unique().tolist() == [0, 1]
    assert (at.by_mean == 1 / 4).all()
    assert 1 / 4 == 0.25
    assert at.gradient(nn.MaxPool2d(2), torch.tensor([[3.0, 7], [7, 1]])).tolist() == [[0, 1], [0, 0]]
    assert at.gradient(nn.MaxPool1d(3, stride=1), at.row).tolist() == [[0, 0, 3, 0, 0, 1, 1]]  # 1 4 9 2 3 5 6


def test_what_a_pool_keeps_of_a_photograph(end):
    """Max-pooling keeps the largest number and lifts the mean; average pooling keeps the mean."""
    assert end.found.shape[2:] == (512, 512)
    assert end.by_max.shape[2:] == end.by_mean.shape[2:] == (128, 128)
    assert end.by_max.max() == end.found.max()
    assert end.by_max.mean() > 2 * end.found.mean()
    assert torch.isclose(end.by_mean.mean(), end.found.mean())
    assert end.by_mean.max() < end.found.max() / 1.5


def test_what_a_shift_does(end):
    """The change is 0 at multiples of the strides' product, and a stride alone changes most."""
    plain, stride_2, one_pool, two_pools = end.changes.values()
    assert plain == [0] * 9
    assert 0.15 < one_pool[1] < max(two_pools) < 0.25 < stride_2[1] < 0.45
    assert [shift for shift in range(9) if stride_2[shift] == 0] == [0, 2, 4, 6, 8]
    assert [shift for shift in range(9) if one_pool[shift] == 0] == [0, 2, 4, 6, 8]
    assert [shift for shift in range(9) if two_pools[shift] == 0] == [0, 4, 8]
    assert receptive_field([Window.pool(2), Window.pool(2)])[0].jump == 2 * 2 == 4
    assert receptive_field([Window.pool(2), Window.pool(3)])[0].jump == 2 * 3 == 6


def test_only_a_global_pool_ignores_every_shift(end):
    """It gives the same largest number and the same mean, unless a stride stands before it."""
    moved = end.photo.roll(1, -1)
    rolled, halved = end.edges(moved), [end.edges(x)[..., ::2, ::2] for x in (end.photo, moved)]
    assert rolled.max() == end.found.max()
    assert torch.isclose(rolled.mean(), end.found.mean())
    assert not torch.isclose(halved[0].mean(), halved[1].mean())


def test_two_ideas_against_the_change(end):
    """Overlap and blur help, and neither takes half of the change away."""
    assert end.one_pool[1] / 2 < end.change(end.overlapping, 1) < 0.8 * end.one_pool[1]
    assert end.one_pool[1] / 2 < end.change(end.blurred, 1) < 0.9 * end.one_pool[1]


def test_the_digits(end):
    """1,797 digits, of which 450 are read and 1,347 are known; the first eight are 0 to 7."""
    assert end.ink.shape == (1_797, 8, 8)
    assert (len(end.known), len(end.new)) == (1_347, 450)
    assert end.labels[:8].tolist() == list(range(8))
    assert (end.rows["max-pool 4"] >= 15).double().mean() > 3 / 4  # 16 is full ink


def test_what_a_pool_loses_of_digits(end):
    """96 % are read unpooled, about 89 % averaged, about 79 % max-pooled; moved, about two thirds."""
    still, shifted = end.still, end.shifted
    assert round(100 * still["8×8"]) == 96
    assert max(shifted.values()) < 0.7
    assert abs(100 * still["average 2, 4×4"] - 89) < 2
    assert abs(100 * still["max-pool 2, 4×4"] - 79) < 2
    assert abs(still["average 8, 1×1"] - 1 / 10) < 0.05
    assert abs(shifted["8×8"] - 2 / 3) < 0.03
    assert abs(shifted["average 2, 4×4"] - shifted["8×8"]) < 0.02


def test_what_a_pool_gains(end):
    """A convolution, a pool and a convolution see 8 pixels; two convolutions 5, three 7."""

    def sees(*windows):
        return receptive_field(windows)[0].size

    assert sees(end.conv, end.halve, end.conv) == 3 + (2 - 1) + (3 - 1) * 2 == 8
    assert sees(end.conv, end.conv) == 5
    assert sees(end.conv, end.conv, end.conv) == 7
