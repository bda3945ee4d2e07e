"""What chapter 01 says about sizes and receptive fields is true of the values that its cells computed."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook import Window, figures, networks, output_size, trace
from cnnbook.arithmetic import receptive_field, same_padding, settings_between, unread_pixels


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("01")


@pytest.fixture(scope="module")
def end(book):
    return book.end


def torch_size(n, k, s=1, p=0, d=1):
    row, kernel = (torch.zeros(1, 1, length, device="meta") for length in (n, k))
    return F.conv1d(row, kernel, stride=s, padding=p, dilation=d).shape[-1]


def places(n, k, s=1, p=0, d=1):
    """The pixels at which a kernel begins, one by one."""
    return [start for start in range(-p, n + p, s) if start + d * (k - 1) + 1 <= n + p]


def sees(*layers):
    return receptive_field([Window((k,), s) for k, s in layers])[0].size


def test_the_first_picture(end):
    """Kernel 3 and stride 2, five times: 3, 7, 15, 31 and 63 pixels; each is twice the last, and one more."""
    seen = [sees(*[(3, 2)] * layers) for layers in range(1, 6)]
    assert seen == [3, 7, 15, 31, 63]
    assert all(after == 2 * before + 1 for before, after in zip([1, *seen], seen, strict=False))
    alt = figures.what_one_number_sees().alt
    assert alt.startswith("A photograph of 192 by 192 pixels with frames: layer 1, 3 by 3; ")
    assert alt.endswith("layer 5, 63 by 63.")
    assert [row.output_shape[-1] for row in end.table.rows] == [96, 48, 24, 12, 6]
    assert end.table.rows[0].input_shapes == ((1, 3, 192, 192),)


def test_the_formula_counts_places():
    """Listed places, the formula and PyTorch agree in every setting that has room for the kernel."""
    compared = 0
    for n in range(1, 13):
        for k, s, p, d in (
            (k, s, p, d) for k in (1, 2, 3, 4) for s in (1, 2, 3) for p in (0, 1) for d in (1, 2)
        ):
            if found := places(n, k, s, p, d):
                by_formula = (n + 2 * p - d * (k - 1) - 1) // s + 1
                assert len(found) == by_formula == torch_size(n, k, s, p, d)
                assert by_formula == output_size(n, k, stride=s, padding=p, dilation=d)
                compared += 1
    assert compared > 400


def test_places(book, end):
    """7 pixels hold 4 places of a kernel of 4; the feature map of the photograph has 190 rows."""
    assert len(places(7, 4)) == 7 - 4 + 1 == 4
    assert 7 - 4 == 3
    assert end.photo.shape == (192, 192)
    assert end.slide(end.photo, end.edge).shape == (190, 190)
    assert book.output("photo") == "photograph (192, 192)  feature map (190, 190)\n"


def test_what_twelve_layers_leave(end):
    """Without padding 4 of 28 pixels are left, with padding 1 the boot is as it was."""
    assert [tuple(kept.shape) for kept in end.maps.values()] == [(n, n) for n in (28, 22, 16, 10, 4)]
    assert list(end.maps) == ["picture", "3 layers", "6 layers", "9 layers", "12 layers"]
    assert torch.equal(end.maps["12 layers"], end.boot[12:16, 12:16])
    # The tip of the toe is within the first 3 columns, and no longer in the picture after 3 layers.
    assert end.boot[:, :3].max() > 0.3
    kept = end.boot
    for _ in range(12):
        kept = end.slide(kept, end.copy, padding=1)
    assert torch.equal(kept, end.boot)


def test_padding(end):
    """5 pixels with one zero on each side hold 5 places of a kernel of 3, and the first begins at −1."""
    assert places(5, 3, p=1) == [-1, 0, 1, 2, 3]
    assert torch_size(5, 3, p=1) == 5
    assert F.pad(torch.zeros(1, 1, 10), (2, 2)).shape[-1] == 10 + 2 * 2
    padded, plain = end.corners["padding 1"], end.corners["padding 0"]
    # The border is far below 0 in every row, and without padding nothing there is.
    assert (padded[:, -1] < -0.7).all()
    assert plain[:, -5:].abs().max() < 0.3


def test_strides(end):
    """190, 95, 48 and 24 pixels on a side; stride 2 leaves a quarter of the numbers, stride 4 some edges."""
    sides = [end.slide(end.photo, end.edge, stride=s).shape for s in (1, 2, 4, 8)]
    assert sides == [(n, n) for n in (190, 95, 48, 24)]
    assert 190 * 190 == 36_100
    assert 95 * 95 == 9_025 == 36_100 / 4
    whole = end.slide(end.photo, end.edge)
    beside = (whole[:, 1:] - whole[:, :-1]).abs()
    assert (beside < 0.1 * whole.abs().max()).double().mean() > 0.8  # most look much like their neighbours


def test_the_rest_of_a_stride():
    """11 pixels, kernel 4, stride 3: 3 places, 3 pixels apart, and pixel 10 is read by none."""
    assert places(11, 4, s=3) == [0, 3, 6]
    assert 11 - 4 == 7 == 2 * 3 + 1
    assert output_size(11, 4, stride=3) == 7 // 3 + 1 == 3
    assert 6 + 4 == 10
    row = torch.zeros(1, 1, 11, requires_grad=True)
    F.conv1d(row, torch.ones(1, 1, 4), stride=3).sum().backward()
    assert (row.grad[0, 0] == 0).nonzero().flatten().tolist() == [10]


def test_pixels_that_are_never_read(book, end):
    """Kernel 9 leaves 3 rows and 5 columns, 911 pixels; kernel 3 leaves 12,094. No output depends on them."""
    assert end.piece.shape == (100, 142)
    assert end.piece.numel() == 14_200
    nine, three = end.windows.values()
    assert unread_pixels((100, 142), nine) == (3, 5)
    assert 100 - 9 == 91 == 11 * 8 + 3
    for window, unread in ((nine, 911), (three, 12_094)):
        image = torch.zeros(1, 1, 100, 142, requires_grad=True)
        F.conv2d(image, torch.ones(1, 1, *window.kernel_size), stride=window.stride).sum().backward()
        assert (image.grad == 0).sum() == unread
    assert 3 * 142 + 5 * 100 - 3 * 5 == 911
    assert divmod(142 - 9, 8) == (16, 5)
    assert 142 - 9 == 133
    # 13 windows down and 18 across, each with 9 pixels of its own
    assert end.windows["kernel 3, stride 8"].output_size((100, 142)) == (13, 18)
    assert 14_200 - 13 * 18 * 9 == 12_094
    assert end.same is True
    assert (end.painted != end.piece).sum() == 911
    assert book.output("unread-test").endswith("same output: True\n")
    assert not torch.equal(end.piece, end.painted)


def test_dilation(end):
    """The map shrinks to 186, 174 and 138; a kernel of 3 spans 7 pixels at dilation 3."""
    sides = [end.slide(end.photo, end.edge, dilation=d).shape[0] for d in (1, 3, 9, 27)]
    assert sides == [190, 186, 174, 138]
    assert Window((3,), dilation=3).span == (3 * 2 + 1,) == (7,)
    # At dilation 27 the map is the sum of copies of the photograph, one for each weight but the zeros.
    photo, copies = end.photo, torch.zeros(138, 138)
    for y, x in end.edge.nonzero().tolist():
        copies += end.edge[y, x] * photo[27 * y : 27 * y + 138, 27 * x : 27 * x + 138]
    assert torch.allclose(copies, end.slide(photo, end.edge, dilation=27), atol=1e-5)
    assert end.edge.unique().tolist() == [-1, 0, 1]
    spread = torch.zeros(7, 7)
    spread[::3, ::3] = end.edge  # the same nine weights with zeros in the gaps
    assert spread.count_nonzero() == end.edge.count_nonzero() == 6
    by_gaps = end.slide(end.photo, spread)
    assert torch.allclose(by_gaps, end.slide(end.photo, end.edge, dilation=3), atol=1e-5)
    # The bands become wider: more of the map is far from 0.
    shares = []
    for d in (1, 3, 9):
        found = end.slide(end.photo, end.edge, dilation=d)
        shares.append((found.abs() > 0.5).double().mean().item())
    assert shares == sorted(shares)
    assert shares[1] > 1.5 * shares[0]


def test_first_layers(book, end):
    """28, 55 and 224 pixels; LeNet-5's kernels are 5 × 5."""
    lines = book.output("first-layers").splitlines()
    assert [line.rpartition("= ")[2] for line in lines] == ["28", "55", "224"]
    assert {name: (n, w.kernel_size[0], w.stride[0]) for name, (w, n) in end.first_layers.items()} == {
        "LeNet-5 (1998)": (32, 5, 1),
        "AlexNet (2012)": (227, 11, 4),
        "VGG16 (2014)": (224, 3, 1),
    }
    rows = trace(networks.build("lenet5_1998", device="meta"), networks.info("lenet5_1998").input_shape)
    kernels = {row.window.kernel_size for row in rows if row.family == "convolution"}
    assert kernels == {(5, 5)}


def test_settings_to_find_in_the_explorer(book):
    """Padding 1 keeps 5 × 6, stride 2 leaves the last column unread, and dilation 3 spans 7 of 5 rows."""
    assert (
        "ConvolutionExplorer(size=(5, 6), kernel_size=3)"
        in book.notebook.cells[[cell.id for cell in book.notebook.cells].index("explorer-widget")].source
    )
    assert Window(3, padding=1).output_size((5, 6)) == (5, 6)
    assert unread_pixels((5, 6), Window(3, stride=2)) == (0, 1)
    assert Window(3, dilation=3).span == (7, 7)


def test_python_rounds_down():
    """7 // 2 is 3."""
    assert 7 // 2 == 3


def test_backwards():
    """Kernel 9 keeps the size with padding 4; four kernels halve 224 with the paddings that are named."""
    assert same_padding(9) == 4
    assert torch_size(32, 9, p=4) == 32
    assert not settings_between(12, 12, kernel_sizes=[2, 4, 6], strides=[1])  # even kernels
    halving = {(k, p) for k, s, p, d in settings_between(224, 112, kernel_sizes=range(1, 8), strides=[2])}
    assert {(3, 1), (4, 1), (5, 2), (7, 3)} < halving
    assert [(p, torch_size(224, k, 2, p)) for k, p in ((3, 1), (4, 1))] == [(1, 112), (1, 112)]
    assert 111 * 2 == 222 == 224 + 2 * 1 - 4
    assert 224 + 2 * 1 - 3 == 223


def test_the_rule_of_the_field(end):
    """3, 5 and 9 pixels, and the jumps 1, 2 and 2; touching the pixels finds the same nine."""
    assert end.layers == [(3, 1), (3, 2), (3, 1)]
    assert [sees(*end.layers[:depth]) for depth in (1, 2, 3)] == [3, 5, 9]
    windows = [Window((k,), s) for k, s in end.layers]
    assert [receptive_field(windows[:depth])[0].jump for depth in (1, 2, 3)] == [1, 2, 2]
    assert 3 + 1 + 1 == 5 != 3 + 3 + 3
    # With dilation d a gap is d jumps: d(k - 1)j is added.
    dilated = [Window((3,), dilation=d) for d in (1, 2, 4)]
    assert receptive_field(dilated)[0].size == 1 + sum(d * (3 - 1) for d in (1, 2, 4)) == 15
    assert end.seen == list(range(2, 11))
    assert len(end.seen) == 9
    assert end.unit(torch.zeros(1, 1, 13)) == 0
    picture = figures.receptive_field(13, windows)
    assert picture.alt == (
        "One unit of layer 3 looks at 3 units of layer 2, at 7 units of layer 1, at 9 pixels of the input: "
        "pixels 2 to 10."
    )


def test_the_gradient_of_lenet5(end):
    """Squares of 5, 6, 14, 16 and 32 pixels, as the rule says."""
    widths = [int((gradient != 0).any(dim=0).sum()) for gradient in end.fields.values()]
    heights = [int((gradient != 0).any(dim=1).sum()) for gradient in end.fields.values()]
    chain = list(end.lenet5.values())
    assert widths == heights == [sees(*chain[: i + 1]) for i in range(5)] == [5, 6, 14, 16, 32]


def test_two_networks_differ_in_what_they_see(book, end):
    """The same parameters, 7 against 15 pixels, maps of 28 × 28 in both."""
    near, far = (end.clothes_net(dilations) for dilations in end.right)
    assert sum(p.numel() for p in near.parameters()) == sum(p.numel() for p in far.parameters()) == 1_338
    for net, dilations, seen in ((near, (1, 1, 1), 7), (far, (1, 2, 4), 15)):
        convolutions = [layer for layer in net if isinstance(layer, nn.Conv2d)]
        assert [layer.dilation[0] for layer in convolutions] == list(dilations)
        windows = [
            Window((3,), padding=layer.padding[:1], dilation=layer.dilation[:1]) for layer in convolutions
        ]
        assert receptive_field(windows)[0].size == seen
        assert net[:6](torch.zeros(1, 1, 28, 28)).shape == (1, 8, 28, 28)
    assert [line.split("sees ")[1] for line in book.output("two-nets").splitlines()] == [
        "7 pixels, 1338 parameters",
        "15 pixels, 1338 parameters",
    ]


def test_who_sees_more_recognises_more(end):
    """Each of the three that see 15 pixels is better than all that see 7.

    With the seeds 0 to 4 on one machine it was 29 to 51 % against 58 to 69 %, which the page tells.
    """
    near, far = end.right.values()
    assert len(near) == len(far) == 3
    assert max(near) < min(far)
    told = (29, 51, 58, 69)
    assert told[0] - 5 < 100 * min(near) <= 100 * max(near) < told[1] + 5, "29 to 51 % are told"
    assert told[2] - 5 < 100 * min(far) <= 100 * max(far) < told[3] + 5, "58 to 69 % are told"


def test_other_conventions():
    """P = 2p; SAME makes 3 places of 6 pixels with the zeros 0 and 1, and other numbers than padding 1."""
    row, kernel = torch.arange(6.0).reshape(1, 1, 6), torch.tensor([[[1.0, 10.0, 100.0]]])
    ours = F.conv1d(row, kernel, stride=2, padding=1)
    theirs = F.conv1d(F.pad(row, (0, 1)), kernel, stride=2)
    assert places(6, 3, s=2, p=1) == [-1, 1, 3]
    assert ours.shape == theirs.shape == (1, 1, 3)
    assert -(-6 // 2) == 3
    assert not torch.equal(ours, theirs)
    for n, k, s, p in (
        (n, k, s, p) for n in (7, 10, 13) for k in (3, 5) for s in (1, 2, 3) for p in (0, 1, 2)
    ):
        assert (n - k + 2 * p + s) // s == output_size(n, k, stride=s, padding=p)  # Dive into Deep Learning's
