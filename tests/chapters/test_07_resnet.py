"""What chapter 07 says about the ResNets is true of the values that its cells computed."""

import re
from collections import Counter

import pytest
import torch
from torch import nn
from torch.nn import functional

from cnnbook import TraceError, Window, networks, trace
from cnnbook.arithmetic import conv_parameters
from cnnbook.exercises.chapters import find
from cnnbook.figures.resnet_depth import depth_on_photograph
from cnnbook.sketch import add, batch_norm, conv, relu
from cnnbook.widgets import NetworkSketch


@pytest.fixture(scope="module")
def book(chapter):
    return chapter("07")


@pytest.fixture(scope="module")
def end(book):
    return book.end


def mean(values):
    return sum(values) / len(values)


def windows(seen):
    return [row for row in seen if row.op == "conv2d"]


def test_the_photograph_passes_54_convolutions():
    """27 blocks of two convolutions; the plain and the residual network are drawn after each step."""
    assert 2 * 27 == 54
    shown = depth_on_photograph()
    assert shown.titles[-1] == "27 blocks"
    assert "plain, residual" in shown.pictures[-1].alt


def test_a_kernel_copies():
    """A 1 in the middle of zeros copies a map through a ReLU."""
    copier = nn.Conv2d(2, 2, kernel_size=3, padding=1, bias=False)
    with torch.no_grad():
        nn.init.dirac_(copier.weight)  # a single 1 in the middle of the kernel for its own channel
    assert copier.weight.count_nonzero() == 2
    maps = torch.relu(torch.randn(1, 2, 4, 6))
    assert torch.equal(torch.relu(copier(maps)), maps)
    assert len(windows(trace("vgg19", (1, 3, 224, 224)))) + 3 == 19


def test_20_and_56_layers(end):
    """N blocks in three stages; 8, 16 and 32 maps of 7, 4 and 2 rows; both networks have as many weights."""
    for n, depth in ((3, 20), (9, 56)):
        layers = [m for m in end.deep(end.Block, n).modules() if isinstance(m, nn.Conv2d | nn.Linear)]
        assert len(layers) == 1 + 3 * n * 2 + 1 == depth
    assert 1 + 3 * 3 * 2 + 1 == 20
    for block in (end.Block, end.Residual):
        seen = trace(end.deep(block, 9).eval(), (1, 1, 28, 28))
        stages = [row.output_shape[1:] for row in windows(seen)]
        assert list(dict.fromkeys(stages)) == [(8, 7, 7), (16, 4, 4), (32, 2, 2)]
    plain, residual = (dict(end.deep(b, 9).state_dict()) for b in (end.Block, end.Residual))
    assert {k: v.shape for k, v in plain.items()} == {k: v.shape for k, v in residual.items()}
    assert round(functional.cross_entropy(torch.zeros(1, 10), torch.tensor([3])).item(), 2) == 2.30
    assert 1 / 10 == 0.1
    assert len(end.known[1]) == 600


def test_the_same_seed_draws_the_same_weights(end):
    """Plain and residual begin with equal weights."""
    started = []
    for block in (end.Block, end.Residual):
        torch.manual_seed(1)
        started.append(end.deep(block, 9).state_dict())
    assert all(torch.equal(started[0][name], started[1][name]) for name in started[0])


def test_degradation(end):
    """Plain 56 ends far above plain 20 on the training pictures, longer training included."""
    assert [len(losses) for losses in end.curves["plain 20"] + end.curves["plain 56"]] == [8] * 4
    (longer,) = end.curves["plain 56, longer"]
    assert len(longer) == 24 == 3 * 8
    shallow = [losses[-1] for losses in end.curves["plain 20"]]
    deep = [losses[-1] for losses in end.curves["plain 56"]]
    assert 0.8 < min(shallow) < max(shallow) < 1.1
    assert min(deep) > 1.9
    assert 1.7 < longer[-1] < 2.3
    assert longer[-1] > max(shallow) + 0.5
    # Measured with five seeds: 0.84 to 0.97 after 8 epochs, and 1.82 to 2.16 after 24.
    assert all(0.8 <= loss <= 1.0 + 0.1 for loss in shallow)
    assert 1.8 - 0.1 <= longer[-1] <= 2.2 + 0.1


def test_the_addition_repairs_it(end):
    """Residual 56 falls below 0.5 from each seed, below plain 20 and plain 56."""
    residual = [losses[-1] for losses in end.curves["residual 56"]]
    assert max(residual) < 0.5
    assert max(residual) < min(losses[-1] for losses in end.curves["plain 20"])
    # Measured with five seeds: 0.12 to 0.25 with 56 layers, and 0.11 to 0.19 with 20.
    shallow = [losses[-1] for losses in end.losses_of(end.Residual, 3)]
    assert all(0.1 - 0.05 <= loss <= 0.3 + 0.05 for loss in residual + shallow)


def test_a_block_of_zeros_is_a_relu(end):
    """With F = 0 a block gives relu(x), and a second such block changes nothing."""
    block = end.Residual(8, 8, stride=1)
    nn.init.zeros_(block.bn2.weight)
    x = torch.linspace(-2, 3, 2 * 8 * 4 * 6).view(2, 8, 4, 6)
    assert torch.equal(block(x), torch.relu(x))
    assert not torch.equal(block(x), x)
    assert torch.equal(block(block(x)), block(x))
    assert (
        find("resnet.zero-block").form.options[find("resnet.zero-block").key[0] - 1] == "It computes relu(x)."
    )


def test_a_shortcut_without_parameters_skips_pixels_and_adds_zeros(end):
    """Where a toy's block halves, every other pixel is kept, and the new maps are zeros."""
    block = end.Residual(2, 4, stride=2)
    nn.init.zeros_(block.bn2.weight)
    x = torch.rand(1, 2, 5, 6)
    assert torch.equal(block(x)[:, :2], x[:, :, ::2, ::2])
    assert block(x)[:, 2:].count_nonzero() == 0


def test_gradients(end):
    """Before training the plain gradient is over a hundred times as long in front as behind."""
    for seed in range(5):
        plain, residual = (end.gradient_lengths(block, seed) for block in (end.Block, end.Residual))
        assert len(plain) == len(residual) == 56
        assert plain[0] / plain[-1] > 100
        assert round((plain[0] / plain[-1]) ** (1 / 27), 1) in (1.2, 1.3)  # the factor of each of 27 blocks
        assert max(residual) / min(residual) < 20
    drawn = end.lengths["residual 56"]
    assert max(drawn) / min(drawn) < 10
    slope = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    (0.1 * slope + slope).backward()
    assert slope.grad == pytest.approx(1.1)
    right = find("resnet.gradient-path")
    assert right.form.options[right.key[0] - 1] == "Plain: 0.0000000001. Residual: 2.6."
    assert round(1.1**10, 1) == 2.6


def test_an_addition_hands_its_gradient_to_both_sides():
    """What arrives at a sum goes on to both terms, unchanged."""
    f, x = torch.rand(2, 6, requires_grad=True), torch.rand(2, 6, requires_grad=True)
    (f + x).square().sum().backward()
    assert torch.equal(f.grad, x.grad)


def test_basic_blocks(end):
    """A block that halves has a projection of stride 2; one that keeps the shape has none."""
    assert end.halving.output_shape[1:] == (128, 16, 14)
    assert end.keeping.output_shape[1:] == (64, 32, 28)
    assert [len(windows(seen)) for seen in (end.keeping, end.halving)] == [2, 3]
    projection = end.halving["downsample.0"]
    assert projection.window.kernel_size == (1, 1)
    assert projection.window.stride == (2, 2)
    assert projection.parameters == 64 * 128 == 8_192


def test_padding_matters_at_stride_2(book, end):
    """Without it 15 and 13 rows meet 16, and the stem leaves 109."""
    with pytest.raises(TraceError) as error:
        trace(end.unpadded, (1, 64, 32, 28))
    rows = {row.path: row.output_shape[2] for row in error.value.trace}
    assert [rows[path] for path in ("conv1", "bn2", "downsample.1")] == [15, 13, 16]
    assert "give conv1 padding=1 and conv2 padding=1" in book.output("ba5aa511")
    assert Window(7, stride=2).output_size((224, 224)) == (109, 109)
    stem_unpadded = networks.build("resnet18", device="meta")
    stem_unpadded.conv1.padding = (0, 0)
    seen = trace(stem_unpadded, (1, 3, 224, 224))
    assert [seen[path].output_shape for path in ("conv1", "fc")] == [(1, 64, 109, 109), (1, 1000)]
    assert end.resnet18["conv1"].output_shape[2] == 112


def test_resnet18(end):
    """Torchvision's parameters; 224 is halved five times, and layer1 halves nothing."""
    assert (end.resnet18.parameters, end.resnet34.parameters) == (11_689_512, 21_797_672)
    for name, seen in {"resnet18": end.resnet18, "resnet34": end.resnet34, "resnet50": end.resnet50}.items():
        assert seen.rows == trace(name, (1, 3, 224, 224)).rows
    halving = [row.path for row in end.resnet18 if row.window and row.window.stride == (2, 2)]
    assert halving[:4] == ["conv1", "maxpool", "layer2.0.conv1", "layer2.0.downsample.0"]
    assert not any(path.startswith("layer1") for path in halving)
    assert len(halving) == 2 + 3 * 2
    steps = ("conv1", "maxpool", "layer1", "layer2", "layer3", "layer4")
    assert [end.resnet18[path].output_shape[2] for path in steps] == [112, 56, 56, 28, 14, 7]
    assert [end.resnet18[path].output_shape[1] for path in steps] == [64, 64, 64, 128, 256, 512]
    stem, pool = end.resnet18["conv1"].window, end.resnet18["maxpool"].window
    assert (stem.kernel_size, stem.stride, stem.padding) == ((7, 7), (2, 2), (3, 3))
    assert (pool.kernel_size, pool.stride, pool.padding) == ((3, 3), (2, 2), (1, 1))
    assert end.resnet18["fc"].arguments["in_features"] == 512
    assert end.resnet18["fc"].output_shape == (1, 1000)


def test_names_of_five_networks():
    """Convolutions without projections and the dense layer: 20 - 3 + 1 = 18, and so for 34 to 152."""
    found = {}
    for name in (18, 34, 50, 101, 152):
        network = networks.build(f"resnet{name}", device="meta")
        seen = trace(network, (1, 3, 224, 224))
        counts = [len(layer) for layer in (network.layer1, network.layer2, network.layer3, network.layer4)]
        projections = sum("downsample" in row.path for row in windows(seen))
        found[name] = (counts, len(windows(seen)), projections, seen.parameters)
        assert len(windows(seen)) - projections + 1 == name
        assert find("resnet.write-depth").right(counts, name > 34) == name
    assert found == {
        18: ([2, 2, 2, 2], 20, 3, 11_689_512),
        34: ([3, 4, 6, 3], 36, 3, 21_797_672),
        50: ([3, 4, 6, 3], 53, 4, 25_557_032),
        101: ([3, 4, 23, 3], 104, 4, 44_549_160),
        152: ([3, 8, 36, 3], 155, 4, 60_192_808),
    }
    assert 20 - 3 + 1 == 18


def test_bottlenecks(end):
    """Four projections, the first of stride 1; 69,632 weights against 1,179,648; and 4.089 billion MACs."""
    assert end.resnet50.parameters == 25_557_032
    firsts = [row for row in end.resnet50 if row.path.endswith("downsample.0")]
    assert [row.window.stride[0] for row in firsts] == [1, 2, 2, 2]
    assert [row.input_shapes[0][1] for row in firsts] == [64, 256, 512, 1024]
    assert [row.output_shape[1] for row in firsts] == [256, 512, 1024, 2048]
    of_18 = end.resnet18["layer2.0.downsample.0"]
    assert (of_18.input_shapes[0][1], of_18.output_shape[1]) == (64, 128)
    narrow, wide = (
        sum(p.numel() for name, p in block.named_parameters() if "conv" in name)
        for block in (end.Bottleneck(256, 64), end.BasicBlock(256, 256))
    )
    assert narrow == 256 * 64 + 9 * 64 * 64 + 64 * 256 == 69_632
    assert wide == 2 * 9 * 256 * 256 == 1_179_648
    assert round(wide / narrow) == 17
    macs = [round(seen.macs / 1e9, 3) for seen in (end.resnet18, end.resnet34, end.resnet50)]
    assert macs == [1.814, 3.664, 4.089]
    assert 64 * 4 == 256


def test_where_the_stride_stands(book, end):
    """The weights of one load into the other, and the outputs differ; 3.858 billion MACs become 4.089."""
    assert round(end.v1.macs / 1e9, 3) == 3.858
    assert round(end.resnet50.macs / 1e9, 3) == 4.089
    assert end.v1.parameters == end.resnet50.parameters
    assert len(end.v1.diff(end.resnet50).different) == 12
    assert "All keys matched" in book.output("e6fde216")
    assert end.papers(end.x).shape == end.theirs(end.x).shape
    assert not torch.allclose(end.papers(end.x), end.theirs(end.x))
    paths = [block.main_path(end.x) for block in (end.papers, end.theirs)]
    size, difference = paths[1].abs().mean(), (paths[0] - paths[1]).abs().mean()
    assert difference > size / 3
    said = f"mean size {size:.3f} with v1.5, mean difference from v1 {difference:.3f}"
    assert said in book.output("e6fde216")
    assert torch.equal(end.papers.downsample(end.x), end.theirs.downsample(end.x))
    assert [pair.left.path.split(".")[0] for pair in end.v1.diff(end.resnet50).different[::4]] == [
        "layer2",
        "layer3",
        "layer4",
    ]


@pytest.mark.parametrize(("kernel_size", "read"), [(1, 24), (3, 96)])
def test_what_a_kernel_with_stride_2_reads(kernel_size, read):
    """Of 8 by 12 places a 1 by 1 reads 24, a quarter; a 3 by 3 reads all."""
    image = torch.ones(1, 1, 8, 12, dtype=torch.float64, requires_grad=True)
    kernel = torch.ones(1, 1, kernel_size, kernel_size, dtype=torch.float64)
    out = functional.conv2d(image, kernel, stride=2, padding=kernel_size // 2).sum()
    assert torch.autograd.grad(out, image)[0].count_nonzero() == read
    assert 8 * 12 == 96 == 4 * 24


def test_the_two_forms_of_the_shortcut(end):
    """The projections have 173,824 parameters, 1.5 % of ResNet-18; option A has none."""
    own = [
        sum(row.parameters for row in seen if "downsample" in row.path)
        for seen in (end.resnet18, end.resnet34)
    ]
    assert own == [173_824, 173_824]
    assert round(100 * own[0] / 11_689_512, 1) == 1.5
    assert own[0] == sum(conv_parameters(n, 2 * n, 1, bias=False) + 2 * 2 * n for n in (64, 128, 256))
    with torch.device("meta"):
        light = end.ResNet(end.BasicBlock, [2, 2, 2, 2]).eval()

    class ZeroPadded(nn.Module):
        def forward(self, x):
            return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, x.shape[1]))

    for layer in (light.layer2, light.layer3, light.layer4):
        layer[0].downsample = ZeroPadded()
    seen = trace(light, (1, 3, 224, 224))
    assert seen.parameters == 11_689_512 - 173_824
    assert seen.output_shape == (1, 1000)


def test_fields(end):
    """435, 899 and 427 pixels; 16, 32 and 16 kernels of 3 by 3; 483 with the paper's strides; 27 at first."""
    assert [sizes[-1] for sizes in end.by_stage.values()] == [435, 899, 427]
    assert trace("vgg16", (1, 3, 224, 224))["features.30"].receptive_field[0] == 212
    assert end.fields(end.v1)[-1] == 483
    assert end.resnet18["layer1.0"].rows[-1].receptive_field[0] == 11 + 2 * 2 * 4 == 27
    own = (end.resnet18, end.resnet34, end.resnet50)
    kernels = [Counter(row.window.kernel_size for row in windows(seen)) for seen in own]
    assert [count[3, 3] for count in kernels] == [16, 32, 16]
    assert Counter(row.window.kernel_size for row in windows(trace("vgg16", (1, 3, 224, 224))))[3, 3] == 13
    order = find("resnet.order-by-field")
    assert sorted(item.value for item in order.items) == [212, 427, 899]


def test_any_size():
    """225 gives a row more than 224; AvgPool2d(7) stops at 192 and drops a row at 256."""
    net = networks.build("resnet18", device="meta")
    for side in (32, 64, 128, 192, 224, 225, 256):
        seen = trace(net, (1, 3, side, side))
        assert seen["layer4"].output_shape[2] == -(-side // 32)
        assert seen.output_shape == (1, 1000)
    assert find("resnet.at-225").key == (8,)
    net.avgpool = nn.AvgPool2d(7)
    assert trace(net, (1, 3, 256, 256)).output_shape == (1, 1000)
    assert Window.pool(7).output_size((8, 8)) == (1, 1)
    assert Window((3,), 2, padding=1).output_size((29,)) == (15,)
    with pytest.raises(TraceError) as error:
        trace(net, (1, 3, 192, 192))
    assert error.value.trace.input_shape[2] == 192
    assert error.value.trace["layer4"].output_shape[2] == 6


def test_a_new_head(book, end):
    """51,300 of 11,227,812 parameters are trained; 9,600 running numbers move, and stay in eval."""
    net = networks.build("resnet18").requires_grad_(False)
    net.fc = nn.Linear(512, 100)
    trained = sum(p.numel() for p in net.parameters() if p.requires_grad)
    assert trained == 512 * 100 + 100 == 51_300 == end.learns
    assert sum(p.numel() for p in net.parameters()) == 11_227_812
    assert "51,300 of 11,227,812" in book.output("b23a80f0")
    assert "bn1.running_mean" in book.output("b23a80f0")
    before = {name: numbers.clone() for name, numbers in net.state_dict().items()}
    with torch.no_grad():
        net.eval()(torch.rand(2, 3, 64, 96))
        assert all(torch.equal(numbers, before[name]) for name, numbers in net.state_dict().items())
        net.train()(torch.rand(2, 3, 64, 96))
    moved = {name: n for name, n in net.state_dict().items() if not torch.equal(n, before[name])}
    assert all("running" in name or "batches" in name for name in moved)
    assert sum(n.numel() for name, n in moved.items() if "running" in name) == 2 * 4_800 == 9_600


def test_the_weights_to_download(book):
    """45 MB, of the network that the chapter builds."""
    weights = book.after("b23a80f0").ResNet18_Weights.DEFAULT
    assert round(weights.meta["_file_size"]) == 45
    assert weights.meta["num_params"] == 11_689_512


def test_transfer_gains(end):
    """On 80 moved pictures, learned features that are trained on beat a linear model and a fresh network."""
    assert len(end.few[1]) == 80
    assert [len(found) for found in end.results.values()] == [3] * 5
    best = end.results["learned, unfrozen"]
    for name in ("linear model", "random, frozen", "fresh", "learned, frozen"):
        assert mean(best) > mean(end.results[name]) + 1, name
        assert min(best) > max(end.results[name]), name
    assert mean(end.results["learned, frozen"]) > mean(end.results["random, frozen"]) + 5
    # With eight choices of 80 pictures: 69.3 % for the new head, 67.8 % for the linear model.
    assert abs(mean(end.results["learned, frozen"]) - mean(end.results["linear model"])) < 5
    assert mean(end.results["random, frozen"]) > 25 + 5  # one of four by guessing
    layers = [m for m in end.base.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    assert len(layers) == 20


def test_pictures_move_by_up_to_4_pixels(end):
    """The frame is 4 wide, so a shift of 4 leaves a picture where it is."""
    image = torch.zeros(200, 1, 28, 28)
    image[:, 0, 10, 14] = 1

    class Data:
        images, labels = image, torch.full((200,), 5)

    moved, labels = end.part(Data, [3, 5, 7, 9], most=200, seed=0)
    _, _, rows, columns = moved.nonzero().T
    assert {(rows - 10).abs().max().item(), (columns - 14).abs().max().item()} == {4}
    assert labels.unique().tolist() == [1]


def test_the_backward_graph(end):
    """9 functions and 9 AccumulateGrad: three convolutions, three batch norms, two ReLUs, one addition."""
    block = end.BasicBlock(64, 128, stride=2)
    out = block(torch.rand(2, 64, 8, 12))
    found, waiting = {}, [out.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found[node] = node.name()
            waiting += [before for before, _ in node.next_functions]
    kinds = Counter(name.split("::")[-1].rstrip("0123456789") for name in found.values())
    leaves = kinds.pop("AccumulateGrad")
    assert leaves == len(list(block.parameters())) == 9
    assert sum(kinds.values()) == 9
    assert (kinds["ConvolutionBackward"], kinds["NativeBatchNormBackward"], kinds["ReluBackward"]) == (
        3,
        3,
        2,
    )
    assert kinds["AddBackward"] == 1


def test_what_torchviz_draws(end):
    """It names autograd functions and parameters, and its arrows lead to the output."""
    from torchviz import make_dot

    block = end.BasicBlock(64, 128, stride=2)
    x = torch.rand(2, 64, 8, 12)
    drawn = make_dot(block(x), params=dict(block.named_parameters())).source
    assert "NativeBatchNormBackward0" in drawn
    assert "conv1.weight" in drawn
    arrows = [line.split() for line in drawn.splitlines() if "->" in line]
    begin, end_ = {arrow[0] for arrow in arrows}, {arrow[2] for arrow in arrows}
    (last,) = end_ - begin  # the one node that no arrow leaves
    assert re.search(rf"{last} \[label=.*128, 4, 6", drawn, re.DOTALL)


def test_the_sketch_needs_a_projection_and_all_four_blocks(end):
    """The third addition fails at first; a projection meets all targets, with a block less one is missed."""

    def sketch(*at, mended=True):
        blocks = [end.blocks[place] for place in at]
        if mended:
            shortcut = [conv(128, 1, stride=2, bias=False), batch_norm()]
            blocks[at.index(2)] = [add(end.branch(128, 2), shortcut), relu()]
        return NetworkSketch(blocks, (1, 64, 32, 28), targets=end.goals)

    assert "the channels differ, 128 and 64" in sketch(0, 1, 2, 3, mended=False).problem
    whole = sketch(0, 1, 2, 3)
    assert list(whole.targets.values()) == [True, True, True]
    assert whole.rows[-1].receptive_field == (23, 23)
    assert "receptive field > 22" in end.goals
    assert not all(sketch(0, 2, 3).targets.values())
    assert not all(sketch(0, 1, 2).targets.values())
