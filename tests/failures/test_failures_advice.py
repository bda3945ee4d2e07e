"""What an expert says first is offered first, in the names of the network, and works for real."""

import sys

import pytest
import torch
import torch.nn.functional as F
from collection import gates, heads, skip_order, skips, upsampling, widths, windows
from collection.score import networks, subjects
from repairing import failing, mended
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace
from cnnbook.tracing.failures.source_code import written_operands

SUBJECTS = (
    "attention_layers", "gates", "heads", "recurrent_layers", "skip_order", "skips", "upsampling", "widths",
    "windows",
)  # fmt: skip


def first(model: nn.Module, *inputs: object) -> str:
    """The first repair that is offered."""
    with pytest.raises(TraceError) as caught:
        trace(model.eval(), *inputs)
    assert len(str(caught.value).splitlines()) <= 6
    return caught.value.repairs[0]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_repairs_of_layers_and_inputs_work_for_real(subject: str) -> None:
    """Each offered repair that feeds another image, or makes another layer, runs on real numbers."""
    assert subject in subjects()
    done = 0
    for broken in networks(subject):
        model = broken.build().eval()
        if len(broken.inputs) > 1 or max(p.numel() for p in model.parameters()) > 5_000_000:
            continue
        given = broken.inputs[0]
        with pytest.raises(TraceError) as caught:
            trace(model, given)
        for repair in caught.value.repairs:
            text = repair.split(" and ")
            if repair.startswith("feed") or all(" = nn." in part and "(x)" not in part for part in text):
                x = given if isinstance(given, Tensor) else torch.zeros(given)
                mended(broken.build().eval(), repair, x)
                done += 1
    assert done or subject in ("gates", "upsampling")


def test_the_upsampled_map_takes_the_size_of_its_skip() -> None:
    """F.interpolate to the skip's size, as the message writes it, works at every size."""

    class Mended(skips.OddUNet):
        def forward(self, x: Tensor) -> Tensor:
            skip = self.down(x)
            up = F.interpolate(self.up(self.middle(self.pool(skip))), size=skip.shape[2:])
            return self.out(torch.cat((skip, up), 1))

    repair = first(skips.OddUNet(), (1, 3, 48, 51))
    written = "F.interpolate(self.up(self.middle(self.pool(skip))), size=skip.shape[2:])"
    assert repair == f"{written} in cat (row 4)"
    assert Mended()(torch.zeros(1, 3, 47, 51)).shape == (1, 1, 47, 51)


def test_the_nearer_multiple_is_offered_first() -> None:
    """Of the smaller and the larger multiple of all strides, the nearer one comes first."""
    for size, expected in (((340, 340), (336, 352)), ((300, 300), (304, 288))):
        error = failing(skips.Pyramid(), (1, 3, *size), "multiples of 16")
        feeds = [repair for repair in error.repairs if repair.startswith("feed")]
        assert feeds == [f"feed (1, 3, {n}, {n})" for n in expected]


def test_sizes_that_fit_are_not_explained() -> None:
    """A U-Net at a multiple of its strides, and one at a size that only rounds below the last pool, run."""
    assert trace(skips.OddUNet().eval(), (1, 3, 48, 52)).output_shape == (1, 1, 48, 52)
    assert trace(skips.ThreeLevels().eval(), (1, 3, 64, 72)).output_shape == (1, 1, 64, 72)


def test_a_pool_comes_before_the_dense_layer_of_a_backbone() -> None:
    """VGG's classifier gets its 7 × 7 maps from an adaptive pool, then at any size."""

    class Mended(heads.VGG):
        def forward(self, x: Tensor) -> Tensor:
            x = nn.AdaptiveAvgPool2d((7, 7))(self.features(x))
            return self.classifier(torch.flatten(x, 1))

    repair = first(heads.VGG(), (1, 3, 256, 256))
    assert repair == "x = nn.AdaptiveAvgPool2d((7, 7))(x) before flatten (row 21), for images of any size"
    assert Mended()(torch.zeros(1, 3, 240, 256)).shape == (1, 10)


def test_a_smaller_image_is_not_pooled_to_a_larger_map() -> None:
    """Maps that are smaller than the dense layer expects get no pool that would enlarge them."""
    error = failing(heads.Small(4096), (2, 3, 28, 28), r"4,096 features, .* gives 3,136 = 64 × 7 × 7")
    assert error.repairs[0] == "fc1 = nn.Linear(3136, 128)"
    assert not any("Pool" in repair for repair in error.repairs)


def test_a_gate_gets_two_axes() -> None:
    """The gate of squeeze-and-excitation is indexed as the message says."""

    class Mended(gates.Squeeze):
        def forward(self, x: Tensor) -> Tensor:
            b, c, _, _ = x.size()
            return x * self.fc(self.pool(x).view(b, c))[:, :, None, None]

    repair = first(gates.Network(gates.Squeeze(16)), (4, 3, 14, 14))
    assert repair.startswith("self.fc(self.pool(x).view(b, c))[:, :, None, None] in place of ")
    assert gates.Network(Mended(16))(torch.zeros(4, 3, 14, 14)).shape == (4, 16, 14, 14)


def test_a_skip_of_the_right_level_is_found() -> None:
    """The rows that the message names fit: a decoder that takes its skips backwards runs."""

    class Mended(skip_order.Levels):
        def forward(self, x: Tensor) -> Tensor:
            a = self.down1(x)
            b = self.down2(F.max_pool2d(a, 2))
            c = self.down3(F.max_pool2d(b, 2))
            x = self.bottom(F.max_pool2d(c, 2))
            for conv, up, skip in zip(self.convs, self.ups, (c, b, a), strict=True):
                x = conv(torch.cat([skip, up(x)], dim=1))
            return x

    repair = first(skip_order.Levels("forward"), (1, 3, 64, 64))
    assert repair.startswith(
        "down3[3] (ReLU, row 13) in place of down1[3] (ReLU, row 3) in cat (row 20); and "
    )
    assert Mended("backward")(torch.zeros(1, 3, 64, 64)).shape == (1, 16, 64, 64)


def test_a_missing_concatenation_is_named() -> None:
    """A decoder that never joins its skips runs once each is joined where the message says."""

    class Mended(skip_order.Forgotten):
        def forward(self, x: Tensor) -> Tensor:
            s1 = self.down1(x)
            s2 = self.down2(F.max_pool2d(s1, 2))
            x = self.conv2(torch.cat([s2, self.up2(self.bottom(F.max_pool2d(s2, 2)))], 1))
            return self.head(self.conv1(torch.cat([s1, self.up1(x)], 1)))

    repair = first(skip_order.Forgotten(), (1, 1, 32, 32))
    assert repair == (
        "x = torch.cat([skip, x], 1) before conv2[0], with the skip from down2[3] (ReLU, row 8); and "
        "x = torch.cat([skip, x], 1) before conv1[0], with the skip from down1[3] (ReLU, row 3)"
    )
    assert Mended()(torch.zeros(1, 1, 32, 32)).shape == (1, 2, 32, 32)


def test_a_squeeze_keeps_the_batch() -> None:
    """In place of squeeze(), a flatten from axis 1 on keeps a batch of one."""

    class Mended(widths.Scores):
        def forward(self, x: Tensor) -> Tensor:
            return F.softmax(torch.flatten(self.net(x), 1), dim=1)

    assert first(widths.Scores(), (1, 3, 16, 16)) == "torch.flatten(x, 1) in place of x.squeeze()"
    assert Mended()(torch.zeros(1, 3, 16, 16)).shape == (1, 10)
    assert trace(widths.Scores(), (2, 3, 16, 16)).output_shape == (2, 10)


def test_an_unpadded_network_crops_its_skips() -> None:
    """The skip is cropped in the middle to the upsampled map, or all convolutions keep the size."""
    error = failing(upsampling.Unpadded(), (1, 1, 140, 140), r"c\[0\], c\[2\] before u2 .* have no padding")
    assert error.repairs[1] == "padding=1 in all 10 convolutions without padding"
    padded = upsampling.Unpadded()
    for module in padded.modules():
        if type(module) is nn.Conv2d:
            module.padding = (1, 1)
    assert padded(torch.zeros(1, 1, 140, 140)).shape == (1, 16, 140, 140)


def test_windows_are_fed_a_multiple() -> None:
    """Windows of 7 after patches of 4 want a multiple of 28."""
    assert first(windows.Swin(), (1, 3, 256, 256)) == "feed (1, 3, 252, 252)"
    assert windows.Swin()(torch.zeros(1, 3, 252, 252)).shape == (1, 63, 63, 24)


def test_operands_are_written_as_in_the_code() -> None:
    """Operands of calls, methods, operators and lists are read from the source, long ones left out."""
    seen: list[tuple[str, ...]] = []

    class Recording:
        def __call__(self, *values: object) -> None:
            seen.append(written_operands(sys._getframe(1)))

        def __add__(self, other: object) -> None:
            seen.append(written_operands(sys._getframe(1)))

    join, x, skip = Recording(), torch.zeros(1), [torch.zeros(1)]
    join([x, skip[0]], 1)
    join(
        x.view(-1),
        1,
    )
    join + skip[0]
    join(x + x + x + x + x + x + x + x + x + x + x + x + x, 2)
    assert seen == [("x", "skip[0]"), ("x.view(-1)", "1"), ("join", "skip[0]"), ("", "2")]


def test_code_without_source_gets_usual_names() -> None:
    """A network from text that no file holds is explained with the names up and skip."""
    space = {"nn": nn, "torch": torch}
    exec(
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.pool, self.up = nn.MaxPool2d(2), nn.Upsample(scale_factor=2)\n"
        "    def forward(self, x):\n"
        "        return torch.cat([x, self.up(self.pool(x))], 1)\n",
        space,
    )
    network: nn.Module = space["Net"]()  # type: ignore[operator]
    assert first(network, (1, 3, 9, 8)) == "F.interpolate(up, size=skip.shape[2:]) in cat (row 2)"
