"""Axes that are missing or stand elsewhere: repairs that hold for another batch and other sizes."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from repairing import Shape, failing, mended
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace


class Step(nn.Module):
    """A step of forward as a learner writes it, before a layer."""

    def __init__(self, step: str, layer: nn.Module, first: nn.Module | None = None) -> None:
        super().__init__()
        self.step, self.layer, self.first = step, layer, first

    def forward(self, x: Tensor) -> Any:
        x = x if self.first is None else self.first(x)
        return eval(self.step, {"x": x, "layer": self.layer, "F": F, "torch": torch})


def words(batch: int) -> Tensor:
    return torch.zeros(batch, 20, dtype=torch.long)


@pytest.mark.parametrize(
    ("step", "repair", "mended_step"),
    [
        ("layer(x.mean(1))", "x.mean(dim=1, keepdim=True) at row 0", "layer(x.mean(dim=1, keepdim=True))"),
        ("layer(x.amax(1))", "x.amax(dim=1, keepdim=True) at row 0", "layer(x.amax(dim=1, keepdim=True))"),
        ("layer(x[:, 0])", "x = x.unsqueeze(1) before layer", "layer(x[:, 0].unsqueeze(1))"),
        ("layer(x.mean(1).unsqueeze(0))", "x.unsqueeze(1) at row 1", "layer(x.mean(1).unsqueeze(1))"),
    ],
)
def test_a_channel_axis_that_was_dropped(step: str, repair: str, mended_step: str) -> None:
    """The batch stands for the channels: the axis is kept, and no layer is built for four images."""
    error = failing(Step(step, nn.Conv2d(1, 8, 3)), (4, 3, 12, 10), "the batch of 4 stands in")
    assert error.repairs == (repair,)
    for shape in ((4, 3, 12, 10), (5, 3, 20, 17)):
        assert Step(mended_step, nn.Conv2d(1, 8, 3))(torch.zeros(shape)).shape[:2] == (shape[0], 8)


def test_a_channel_axis_that_never_was() -> None:
    """Words in one row each, as TextCNN reads them, in as many convolutions as there are widths."""

    class Text(nn.Module):
        def __init__(self, new_axis: bool = False) -> None:
            super().__init__()
            self.e, self.new_axis = nn.Embedding(50, 16), new_axis
            self.convs = nn.ModuleList([nn.Conv2d(1, 4, (k, 16)) for k in (3, 4)])

        def forward(self, x: Tensor) -> Tensor:
            x = self.e(x)
            maps = [c(x.unsqueeze(1) if self.new_axis else x).squeeze(3) for c in self.convs]
            return torch.cat([m.amax(2) for m in maps], 1)

    error = failing(
        Text(), words(4), r"convs\[0\] .* e \(row 0\) gives \(4, 20, 16\): there is no channel axis"
    )
    assert error.repairs == ("x = x.unsqueeze(1) before convs[0], convs[1]",)
    assert [Text(new_axis=True)(words(batch)).shape for batch in (4, 5)] == [(4, 8), (5, 8)]


@pytest.mark.parametrize(
    ("step", "repairs", "mended_step"),
    [
        (
            "x - x.mean(1)",
            ("x.mean(dim=1, keepdim=True) at row 0",),
            "x - x.mean(dim=1, keepdim=True)",
        ),
        (
            "(x - x.mean(1)) / x.std(1)",
            ("x.mean(dim=1, keepdim=True) at row 0 and x.std(dim=1, keepdim=True) at row 2",),
            "(x - x.mean(dim=1, keepdim=True)) / x.std(dim=1, keepdim=True)",
        ),
        (
            "x * layer(x.mean((2, 3)))",
            ("gate[:, :, None, None] in place of gate in mul (row 2)",),
            "x * layer(x.mean((2, 3)))[:, :, None, None]",
        ),
        (
            "torch.cat([x.mean(1, keepdim=True), x.amax(1)], 1)",
            ("x.amax(dim=1, keepdim=True) at row 1",),
            "torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)",
        ),
    ],
)
def test_joins_of_unequal_ranks(step: str, repairs: tuple[str, ...], mended_step: str) -> None:
    """What a mean dropped is kept, and numbers for each channel get axes of size 1, at every such join."""
    error = failing(Step(step, nn.Linear(8, 8)), (3, 8, 6, 5), "drops axis|needs two more axes of size 1")
    assert error.repairs == repairs
    for batch in (3, 4):
        assert Step(mended_step, nn.Linear(8, 8))(torch.zeros(batch, 8, 6, 5)).shape[0] == batch


@pytest.mark.parametrize("step", ["layer(x.mean(1))", "layer(x[:, 0])", "layer(x.mean(1).unsqueeze(0))"])
@pytest.mark.parametrize("batch", [1, 4])
def test_a_batch_read_as_channels_is_noted(step: str, batch: int) -> None:
    """It runs while the batch happens to be the number of channels: the row and the trace say so."""
    model = Step(step, nn.Conv2d(batch, 8, 3))
    seen = trace(model, (batch, 3, 12, 10))
    if batch == 1 and "unsqueeze" in step:
        assert seen.notes == ()  # (1, 1, H, W) is one image of one channel, whatever the axis was called
        return
    assert len(seen.notes) == 1
    assert f"takes the batch of {batch} for {batch} channel" in seen.notes[0]
    assert seen.notes[0] in [row.note for row in seen.rows]
    with pytest.raises(TraceError):
        trace(model, (batch + 1, 3, 12, 10))


@pytest.mark.parametrize(
    ("step", "layer", "shape"),
    [
        ("layer(x)", nn.Conv2d(4, 8, 3), (4, 12, 10)),  # one image without its batch
        ("layer(x[0])", nn.Conv2d(4, 8, 3), (4, 4, 12, 10)),
        ("layer(x.relu())", nn.Conv1d(4, 8, 3), (4, 12)),
        ("layer(x.flatten(2))", nn.Conv1d(4, 8, 3), (4, 4, 12, 10)),
        ("layer(x.mean(0))", nn.Conv2d(4, 8, 3), (4, 4, 12, 10)),
        ("layer(x.transpose(0, 1))", nn.Conv2d(4, 8, 3), (4, 4, 12, 10)),
    ],
)
def test_images_without_a_batch_are_not_noted(step: str, layer: nn.Module, shape: Shape) -> None:
    """What is right, or could be, gets no note."""
    assert trace(Step(step, layer), shape).notes == ()


def test_no_layer_is_built_for_one_batch() -> None:
    """A repair is tried on one image more as well: what works on four images only is not offered."""
    model = Step("layer(x.transpose(0, 1).flatten(1))", nn.Linear(10, 2), nn.Conv2d(3, 8, 3))
    with pytest.raises(TraceError, match="expects 10 features") as caught:
        trace(model, (4, 3, 8, 8))
    assert not any("144" in repair for repair in caught.value.repairs)
    for repair in caught.value.repairs:
        mended(model, repair, torch.zeros(4, 3, 8, 8))


@pytest.mark.parametrize(
    ("convolution", "shape", "order", "norm"),
    [
        (nn.Conv1d(3, 32, 3), (2, 3, 20), "transpose(1, 2)|transpose(1, 2)", "BatchNorm1d(32)"),
        (nn.Conv2d(3, 32, 3), (2, 3, 9, 8), "permute(0, 2, 3, 1)|permute(0, 3, 1, 2)", "BatchNorm2d(32)"),
        (
            nn.Conv3d(3, 32, 3),
            (2, 3, 5, 9, 8),
            "permute(0, 2, 3, 4, 1)|permute(0, 4, 1, 2, 3)",
            "BatchNorm3d(32)",
        ),
    ],
)
def test_layer_norm_on_channels(convolution: nn.Module, shape: Shape, order: str, norm: str) -> None:
    """A LayerNorm for the channels of maps: to the last axis and back, or a norm that works on axis 1."""

    def model() -> nn.Module:
        return nn.Sequential(convolution, nn.LayerNorm(32), nn.ReLU())

    error = failing(
        model(), shape, r"normalizes the last axis and is built for 32, .* channels are on axis 1"
    )
    there, back = order.split("|")
    norms = ("model[1] = nn.GroupNorm(1, 32)", f"model[1] = nn.{norm}")
    assert error.repairs == (f"x = model[1](x.{there}).{back}", *norms)
    for repair in norms:
        assert mended(model(), repair, torch.zeros(shape)).shape[1] == 32
    layers: Callable[[Tensor], Any] = eval(
        f"lambda x: norm(convolution(x).{there}).{back}",
        {"norm": nn.LayerNorm(32), "convolution": convolution},
    )
    assert layers(torch.zeros(shape)).shape == convolution(torch.zeros(shape)).shape


def test_layer_norm_of_two_axes_keeps_both() -> None:
    """LayerNorm((28, 28)) on other images: both axes are written, for LayerNorm(32) is another norm."""
    model = nn.Sequential(nn.LayerNorm((28, 28)))
    error = failing(model, (4, 1, 32, 32), "built for")
    assert error.repairs == ("model[0] = nn.LayerNorm((32, 32))",)
    assert mended(model, error.repairs[0], torch.zeros(4, 1, 32, 32)).shape == (4, 1, 32, 32)


@pytest.mark.parametrize(
    ("shape", "repair", "fed"),
    [
        ((2, 6, 3, 20, 24), "feed (2, 3, 6, 20, 24): x.permute(0, 2, 1, 3, 4)", (2, 3, 6, 20, 24)),
        ((2, 6, 20, 24, 3), "feed (2, 3, 6, 20, 24): x.permute(0, 4, 1, 2, 3)", (2, 3, 6, 20, 24)),
        ((6, 3, 20, 24), "feed (1, 3, 6, 20, 24): x.permute(1, 0, 2, 3).unsqueeze(0)", (1, 3, 6, 20, 24)),
    ],
)
def test_frames_before_channels(shape: Shape, repair: str, fed: Shape) -> None:
    """Clips whose channels stand behind the frames or last: moved, and no frame is dropped."""
    layers = nn.Conv3d(3, 4, 3, padding=1), nn.BatchNorm3d(4), nn.AdaptiveAvgPool3d(1), nn.Flatten()
    model = nn.Sequential(*layers, nn.Linear(4, 5)).eval()
    error = failing(model, shape, "expects 3 input channels on axis")
    assert error.repairs == (repair,)
    assert mended(model, repair, torch.zeros(shape)).shape == (fed[0], 5)


def test_clips_for_a_network_for_images() -> None:
    """(N, T, C, H, W) into a Conv2d: every frame is an image."""
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    error = failing(model, (2, 5, 3, 9, 8), "2 clips of 5 frames, 10 images")
    assert error.repairs == ("feed (10, 3, 9, 8): x.flatten(0, 1)",)
    assert mended(model, error.repairs[0], torch.zeros(2, 5, 3, 9, 8)).shape == (10, 4)


@pytest.mark.parametrize(
    ("step", "layer", "repair"),
    [
        ("layer(x.permute(0, 2, 3, 1))", nn.Conv2d(8, 4, 3), "x = x.permute(0, 3, 1, 2) before layer"),
        ("layer(x.permute(1, 2, 3, 0))", nn.Conv2d(8, 4, 3), "x = x.permute(3, 0, 1, 2) before layer"),
        (
            "layer(x.permute(0, 2, 3, 1))",
            nn.BatchNorm2d(8),
            "x = layer(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)",
        ),
        (
            "layer(x.permute(0, 2, 3, 1))",
            nn.GroupNorm(4, 8),
            "x = layer(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)",
        ),
        ("layer(x.flatten(2).permute(2, 0, 1))", nn.Conv1d(8, 4, 3), "x = x.permute(1, 2, 0) before layer"),
    ],
)
def test_channels_that_a_permute_moved(step: str, layer: nn.Module, repair: str) -> None:
    """The permute is named, and the channels and the batch go back to their axes."""
    error = failing(Step(step, layer.eval()), (2, 8, 11, 10), r"permute \(row \d\)")
    assert error.repairs == (repair,)
    given = step.removeprefix("layer(").removesuffix(")")
    moved = repair.replace("x = ", "").replace(" before layer", "")
    fixed = f"layer(({given}).{moved[2:]})" if "before" in repair else moved.replace("(x.", f"(({given}).", 1)
    for batch in (2, 3):
        assert Step(fixed, layer)(torch.zeros(batch, 8, 11, 10)).shape[0] == batch


def test_a_dense_layer_on_channels_last_maps() -> None:
    """(N, H, W, C) needs no flatten before a dense layer: the layer has the wrong number of features."""
    model = Step("layer(x.permute(0, 2, 3, 1))", nn.Linear(9, 4))
    error = failing(model, (2, 8, 6, 5), r"expects 9 features, permute \(row 0\) before it gives 8")
    assert error.repairs == ("layer = nn.Linear(8, 4)",)
    assert mended(model, error.repairs[0], torch.zeros(2, 8, 6, 5)).shape == (2, 6, 5, 4)
