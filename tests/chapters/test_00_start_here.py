"""What chapter 00 says about kernels is true of the values that its cells computed."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook import figures
from cnnbook.arithmetic import Window, conv_parameters, linear_parameters, output_size, receptive_field
from cnnbook.exercises.chapters import find
from cnnbook.learner.check import check
from cnnbook.widgets import ConvolutionExplorer


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("00")


@pytest.fixture(scope="module")
def end(book):
    return book.end


STEP = torch.tensor([0.0, 0, 0, 1, 1, 1, 1])
VERTICAL_EDGE, HORIZONTAL_EDGE = STEP.expand(7, 7), STEP.expand(7, 7).T


def test_what_is_redder_than_the_rest():
    """Twice red minus green and blue is above 0 in her face and below 0 on the wall; grey gives 0."""
    red, green, blue = figures.photograph("hopper", colour=True)
    redder = 2 * red - green - blue
    assert redder[90:110, 85:110].min() > 0  # her face
    assert redder[30:60, 150:180].max() < 0  # the wall, which is blue
    assert 2 - 1 - 1 == 0


def test_the_explorer_shows_3_by_3_pixels_for_each_number():
    """One number comes from nine products; on empty paper it is 0."""
    explorer = ConvolutionExplorer("digit", kernel="edges")
    assert (explorer.kernel_size, sum(len(row) for row in explorer.weights)) == (3, 9)
    sums = {number for row in explorer.output for number in row}
    assert 0 in sums
    assert len(sums) > 10
    assert (len(explorer.image), len(explorer.image[0])) == (8, 8)
    photograph = ConvolutionExplorer("photograph", kernel="edges")
    assert photograph.output_size == (96 - 2, 96 - 2)
    assert max(pixel for row in photograph.image for pixel in row) == 255


def test_edges_are_where_left_and_right_differ(end):
    """The kernel gives the right column minus the left one, at each place: 0 on the plain wall."""
    photo, found = end.photo, end.found
    assert photo.shape == (192, 192)
    right, left = photo[:, 2:], photo[:, :-2]
    sums = (right - left).unfold(0, 3, 1).sum(dim=-1)
    assert torch.allclose(found, sums, atol=1e-5)
    wall = found[30:60, 150:180]
    assert wall.abs().max() < 0.1 * found.abs().max()
    assert found.max() > 1
    assert found.min() < -1
    # The pole is there in both colours: a bright line, so orange is on its left.
    pole = found[20:60, 40:60].mean(dim=0)
    assert pole.max() > 0.5
    assert pole.min() < -0.5
    assert pole.argmax() < pole.argmin()


def test_a_thin_line_has_two_edges(book):
    """-18 on its left, 18 on its right and 0 on it; the map is smaller by 2 rows and 2 columns."""
    wall = book.after("thin-line-code").wall
    seen = book.end.slide(wall, book.end.vertical)
    assert wall.shape == (4, 9)
    assert seen.shape == (2, 7)
    assert (4 - 3 + 1, 9 - 3 + 1) == (2, 7)
    assert seen.tolist() == [[0, 0, 3 * (2 - 8), 0, 3 * (8 - 2), 0, 0]] * 2
    assert 3 * (8 - 2) == 18
    assert seen[0, 2] == -18
    assert set(wall.flatten().tolist()) == {2, 8}


def test_a_plain_wall_becomes_the_sum_of_the_weights(end):
    """Times the brightness: 0 for an edge finder, the same for a blur."""
    kernel = torch.tensor([[0.0, -1, 0], [-1, 6, -1], [0, -1, 0]])
    assert torch.allclose(end.slide(torch.full((5, 6), 0.5), kernel), 0.5 * kernel.sum())
    assert end.vertical.sum() == 0
    blurred = end.slide(torch.full((5, 6), 0.5), torch.full((3, 3), 1 / 9))
    assert torch.allclose(blurred, torch.tensor(0.5))
    assert len(end.mine.flatten()) == 9
    assert (end.slide(end.photo, end.mine) == 0).all()


def test_the_kernel_turned_on_its_side_finds_level_edges(end):
    """The vertical one is silent there; the card says the same."""
    assert (end.slide(HORIZONTAL_EDGE, end.vertical) == 0).all()
    assert (end.slide(VERTICAL_EDGE, end.vertical) != 0).any()
    assert check("start.level-edges", end.vertical.T).outcome == "correct"
    assert check("start.level-edges", end.vertical).misconception == "edge-turned"


def test_tensors(book):
    """A channel, a window, and axes of length 1; a row is used again for each row of the picture."""
    at = book.after("tensors-code")
    assert at.colour.shape == (3, 192, 192)
    assert at.red[None, None].shape == (1, 1, 192, 192)
    assert F.conv2d(at.red[None, None], torch.ones(1, 1, 3, 3)).shape == (1, 1, 190, 190)
    assert len(at.fade) == 192
    assert (at.fade[0], at.fade[-1]) == (0, 1)
    assert torch.equal((at.red * at.fade)[100], at.red[100] * at.fade)
    assert torch.equal((at.red * at.fade[:, None])[:, 100], at.red[:, 100] * at.fade)
    assert book.output("tensors-code").splitlines()[3] == "None adds an axis (1, 1, 192, 192) (192, 1)"
    assert torch.equal(at.window, at.red[[50, 51, 52], 80:84])
    assert f"added up: {at.window.sum():.2f}" in book.output("tensors-code")
    assert torch.zeros(2, 3).tolist() == [[0, 0, 0], [0, 0, 0]]


def test_a_kernel_has_a_slice_for_each_channel(end):
    """The sums of the slices add up to one map; grey gives 0, and the dahlia is redder than the rest."""
    assert end.kernel.shape == (3, 3, 3)
    assert torch.allclose(end.redder, end.red + end.green + end.blue)
    assert torch.allclose(
        F.conv2d(torch.full((1, 3, 5, 5), 0.7), end.kernel[None]), torch.zeros(3, 3), atol=1e-6
    )
    assert end.redder[80:110, 75:110].min() > 0  # petals
    assert end.redder[:30, :60].max() < 0.2  # the background
    assert end.redder[10:40, 120:160].mean() < 0


def test_filters():
    """75 weights each, a layer of 6 has the shape (6, 3, 5, 5); a map is the sum of slices and bias."""
    layer = nn.Conv2d(3, 6, kernel_size=5).double()
    assert layer.weight.shape == (6, 3, 5, 5)
    assert layer.bias.shape == (6,)
    assert layer.weight[0].numel() == 5 * 5 * 3 == 75
    assert find("start.kernel-weights").key == (75,)
    image = torch.rand(1, 3, 8, 9, dtype=torch.float64)
    slices = [F.conv2d(image[:, c : c + 1], layer.weight[:, c : c + 1]) for c in range(3)]
    assert torch.allclose(layer(image), sum(slices) + layer.bias[:, None, None])
    assert sum(p.numel() for p in layer.parameters()) == 5 * 5 * 3 * 6 + 6 == 456


def test_a_convolution_is_a_dense_layer_with_most_weights_0():
    """5 outputs of 7 inputs: of 35 weights 15 are not 0, and only 3 numbers stand among them."""
    kernel = torch.tensor([1.0, 2.0, 4.0])
    table = torch.zeros(5, 7)
    for output in range(5):
        table[output, output : output + 3] = kernel
    row = torch.tensor([3.0, 0.0, 1.0, 5.0, 2.0, 7.0, 4.0])
    assert torch.equal(table @ row, F.conv1d(row[None, None], kernel[None, None])[0, 0])
    assert table.count_nonzero() == 5 * 3 == 15
    assert table.numel() == 5 * 7 == 35
    assert table.numel() - 15 == 20
    assert set(table[table != 0].tolist()) == {1.0, 2.0, 4.0}


def test_the_count(book):
    """4,821,600 parameters against 156: more than 30,000 times as many."""
    at = book.after("fe1c9feb")
    assert 6 * 28 * 28 == 4_704
    assert 32 * 32 == 1_024
    assert sum(p.numel() for p in at.dense.parameters()) == 4_704 * 1_024 + 4_704 == 4_821_600
    assert sum(p.numel() for p in at.conv.parameters()) == 6 * 25 + 6 == 156 == conv_parameters(1, 6, 5)
    assert 4_821_600 // 156 > 30_000
    assert at.conv(torch.zeros(1, 1, 32, 32, device="meta")).shape == (1, 6, 28, 28)
    assert [line.split()[1] for line in book.output("fe1c9feb").splitlines()] == ["4,821,600", "156"]


def test_the_count_that_stands_in_print():
    """784-15-10 has 11,935 parameters; the printed 117,625 multiplies what must be added."""
    mlp = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 15), nn.Linear(15, 10))
    assert [p.numel() for p in mlp.parameters()] == [784 * 15, 15, 15 * 10, 10]
    assert linear_parameters(784, 15) + linear_parameters(15, 10) == 784 * 15 + 15 + 15 * 10 + 10 == 11_935
    assert 28 * 28 * 15 * 10 + 15 + 10 == 117_625
    assert "117,625" in find("start.dense-slip").prompt
    right = find("start.dense-slip").options[find("start.dense-slip").key[0] - 1]
    assert "784×15×10" in right.text


def test_the_output_moves_with_the_picture(book):
    """Moved by 20 columns, only the columns 18 and 19 differ; the map does not stay where it was."""
    at = book.after("da9c0c6f")
    assert list(at.columns) == list(range(190))
    assert book.output("da9c0c6f").startswith("columns that differ: [18, 19]\n")
    assert [20 - 2, 20 - 1] == [18, 19]
    assert torch.equal(at.first_moved[:, 20:], at.found[:, :-20])
    assert not torch.allclose(at.first_moved, at.found, atol=0.5)
    assert (at.moved(at.photo, 20)[:, :20] == 0).all()


def test_a_pool_moves_only_with_its_stride(end):
    """1 7 2 3 8 4 5 6 pools to 7 3 8 6, moved by 1 to 1 7 8 5, and by 2 to the old numbers moved."""
    pooled = [end.pooled[f"moved by {steps}, then pooled"] for steps in (0, 1, 2)]
    assert pooled[0].tolist() == [[7, 3, 8, 6]]
    assert pooled[1].tolist() == [[1, 7, 8, 5]]
    assert pooled[2].tolist() == [[0, 7, 3, 8]]
    assert torch.equal(pooled[2][:, 1:], pooled[0][:, :-1])


def test_two_kernels_are_one(book, end):
    """Vertical, then horizontal edges are one kernel of 5 by 5; it is silent at straight edges."""
    assert end.both.shape == (5, 5)
    assert receptive_field([Window(3), Window(3)])[0].size == 5
    assert torch.allclose(end.two_steps, end.one_step, atol=1e-5)
    assert torch.equal(end.slide(VERTICAL_EDGE, end.both), torch.zeros(3, 3))
    assert torch.equal(end.slide(HORIZONTAL_EDGE, end.both), torch.zeros(3, 3))
    assert book.output("b7e047d9").splitlines()[2:7] == [str(row) for row in end.both.int().tolist()]
    corner, slanted = VERTICAL_EDGE * HORIZONTAL_EDGE, torch.ones(7, 7).triu()
    assert end.slide(corner, end.both).abs().max() > 1
    assert end.slide(slanted, end.both).abs().max() > 1


def test_relu_between_them_makes_what_no_kernel_can(end):
    """A kernel's map changes its sign with the picture's sign; the third map stays as it is."""

    def any_edge(picture):
        return F.relu(end.slide(picture, end.vertical)) + F.relu(end.slide(picture, -end.vertical))

    negative = -1 * end.photo
    assert torch.allclose(end.any_edge, end.found.abs())
    assert torch.allclose(any_edge(negative), end.any_edge, atol=1e-5)
    assert torch.allclose(end.slide(negative, end.vertical), -end.found, atol=1e-5)
    assert end.any_edge.max() > 1
    assert torch.allclose(F.relu(end.found), end.brighter)
    kernel = torch.rand(3, 3)
    assert torch.allclose(end.slide(negative, kernel), -end.slide(end.photo, kernel), atol=1e-5)


def test_conv2d_does_not_turn_its_kernel(end):
    """20 as the numbers lie, 10 turned by 180 degrees; a bright pixel shows the kernel turned."""
    image, kernel = torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([[0.0, 1.0], [2.0, 3.0]])
    assert end.slide(image, kernel).item() == 0 * 1 + 1 * 2 + 2 * 3 + 3 * 4 == 20
    assert end.slide(image, kernel.flip(0, 1)).item() == 3 * 1 + 2 * 2 + 1 * 3 + 0 * 4 == 10
    spot = torch.zeros(3, 4)
    spot[1, 2] = 1
    assert torch.equal(end.slide(spot, image)[:, 1:], image.flip(0, 1))
    assert torch.equal(image.flip(0, 1), image.rot90(180 // 90))


def test_the_trace(book):
    """485 of 597 parameters are the dense layer's, and 11,664 MACs the convolution's."""
    at = book.after("4d885390")
    table = at.table
    assert [row.parameters for row in table] == [3 * 3 * 3 * 4 + 4, 0, 0, 0, 96 * 5 + 5]
    assert 96 * 5 + 5 == 485
    assert table.parameters == 112 + 485 == 597
    assert [row.macs for row in table] == [9 * 12 * 3 * 3 * 3 * 4, 0, 0, 0, 480]
    assert table[0].macs == 108 * 108 == 11_664
    assert at.network[0].weight.numel() == 112 - 4 == 108 == 9 * 12
    assert at.features == 4 * 4 * 6 == 96
    shapes = [row.output_shape for row in table]
    assert shapes[0] == (1, 4, 9, 12) == (1, 4, output_size(11, 3), output_size(14, 3))
    assert shapes[2:] == [(1, 4, 4, 6), (1, 96), (1, 5)]
    image = torch.rand(1, 3, 11, 14)
    assert torch.equal(at.network.train()(image), at.network.eval()(image))


def test_a_kernel_for_corners(end):
    """The kernel of the solution is silent at horizontal and vertical edges, and not at slanted ones."""
    assert (end.corners == 0).all()
    found = [[1, -2, 1], [-2, 4, -2], [1, -2, 1]]
    assert check("start.corners", found).outcome == "correct"
    kernel = torch.tensor(found).float()
    assert (end.slide(VERTICAL_EDGE, kernel) == 0).all()
    assert (end.slide(HORIZONTAL_EDGE, kernel) == 0).all()
    assert end.slide(torch.ones(7, 7).triu(), kernel).abs().max() > 1
    assert check("start.corners", end.vertical).outcome == "incorrect"
    assert end.corners.shape == (3, 3)


def test_the_loops_of_the_solution_are_conv2d(end):
    """Two loops, a window, a product and a sum."""

    def my_slide(picture, kernel):
        height, width = kernel.shape
        out = torch.zeros(picture.shape[0] - height + 1, picture.shape[1] - width + 1)
        for y in range(out.shape[0]):
            for x in range(out.shape[1]):
                out[y, x] = (picture[y : y + height, x : x + width] * kernel).sum()
        return out

    piece = end.photo[40:60, 50:80]
    assert torch.allclose(my_slide(piece, end.vertical), end.slide(piece, end.vertical), atol=1e-6)
    assert check("start.write-slide", my_slide).outcome == "correct"
