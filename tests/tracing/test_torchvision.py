"""The oracle is torchvision's own: its weights' metadata, a real forward pass, and the gradient's support."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torchvision
from torch import nn
from torchvision.models import get_model_weights, list_models

from cnnbook import networks, trace
from cnnbook.traces import Trace

CLASSIFIERS = list_models(module=torchvision.models)
COURSE = (
    "alexnet",
    "vgg16",
    "googlenet",
    "inception_v3",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
)

# Networks that are built for one image size, which some of their weights change.
BUILT_FOR = ("vit_b_16", "vit_l_16", "vit_h_14")

# Functional operations that no module hook sees: (op, how often), counted by hand in torchvision's source.
FUNCTIONAL = {
    "inception_v3": {"avg_pool2d": 9, "max_pool2d": 4, "cat": 15, "relu": 94},
    "googlenet": {"cat": 9, "relu": 57},
    "resnet18": {"add": 8, "flatten": 1},
    "resnet50": {"add": 16, "flatten": 1},
    "vgg16": {"flatten": 1},
}


def traced(name: str, size: int | None = None) -> Trace:
    options = {"image_size": size} if size and name in BUILT_FOR else {}
    with torch.device("meta"):
        net = torchvision.models.get_model(name, **options).eval() if options else None
    net = net or networks.build(name, device="meta")
    side = size or networks.info(name).input_shape[-1]
    return trace(net, (1, 3, side, side))


def sizes() -> list[tuple[str, int]]:
    found = {}
    for name in CLASSIFIERS:
        for weights in get_model_weights(name):
            crop = weights.transforms.keywords["crop_size"]
            side = crop[0] if isinstance(crop, list | tuple) else crop
            found.setdefault((name, side), weights)
    return sorted(found)


@pytest.mark.parametrize(("name", "side"), sizes())
def test_parameters_and_macs_equal_the_metadata(name: str, side: int) -> None:
    """Parameters equal `num_params`, MACs `_ops` to its three decimals, for each size that has weights."""
    seen = traced(name, side)
    for weights in get_model_weights(name):
        crop = weights.transforms.keywords["crop_size"]
        if side != (crop[0] if isinstance(crop, list | tuple) else crop):
            continue
        meta = weights.meta
        # Inception-v3's metadata counts its auxiliary head, which is built but does not run in eval mode.
        assert seen.parameters == meta["num_params"]
        assert seen.unused_parameters == (3_326_696 if name == "inception_v3" else 0)
        assert seen.macs / 1e9 == pytest.approx(meta["_ops"], abs=0.00051)


def test_the_metadata_tells_right_from_wrong() -> None:
    """The comparison above would fail on a network that is off by one block."""
    weights = get_model_weights("resnet34")["IMAGENET1K_V1"]
    seen = traced("resnet18")
    assert seen.parameters != weights.meta["num_params"]
    assert seen.macs / 1e9 != pytest.approx(weights.meta["_ops"], abs=0.00051)


@pytest.mark.parametrize("name", COURSE)
def test_each_layer_has_the_shape_of_a_real_forward(name: str) -> None:
    """Every module's output in a real forward pass has the shape of the last row with its path."""
    net = networks.build(name)
    real: dict[str, tuple[int, ...]] = {}

    def keep(path: str) -> Any:
        return lambda module, args, output: real.__setitem__(path, tuple(output.shape))

    handles = [m.register_forward_hook(keep(path)) for path, m in net.named_modules() if not [*m.children()]]
    shape = (2, 3, 96, 107) if name == "inception_v3" else (2, 3, 64, 75)
    with torch.no_grad():
        output = net(torch.rand(shape))
    for handle in handles:
        handle.remove()
    seen = trace(net, shape)
    last = {row.path: row.output_shape for row in seen}
    assert seen.output_shape == tuple(output.shape)
    assert len(real) > 10
    assert {path: last.get(path, "no row") for path in real} == real


@pytest.mark.parametrize("name", FUNCTIONAL)
def test_every_functional_operation_is_a_row(name: str) -> None:
    """Pools, concatenations and additions that are written as functions are rows like any other."""
    seen = traced(name)
    for op, times in FUNCTIONAL[name].items():
        assert sum(row.op == op for row in seen) == times


def test_inception_in_training_returns_two_outputs() -> None:
    """In train mode both heads run: every parameter is used and `outputs` names two rows of logits."""
    net = networks.build("inception_v3", device="meta").train()
    seen = trace(net, (2, 3, 299, 299))
    assert seen.unused_parameters == 0
    assert [(seen[i].path, seen[i].output_shape) for i in seen.outputs] == [
        ("fc", (2, 1000)),
        ("AuxLogits.fc", (2, 1000)),
    ]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("alexnet", 195),
        ("vgg16", 212),
        ("resnet18", 435),
        ("resnet34", 899),
        ("resnet50", 427),
        ("inception_v3", 1311),
    ],
)
def test_the_last_feature_map_has_the_published_receptive_field(name: str, field: int) -> None:
    """The receptive field of the last map before the global pool is the published one, on both axes."""
    seen = traced(name)
    last = next(row for row in seen if row.op.startswith("adaptive")).inputs[0]
    assert seen[last].receptive_field == (field, field)


def small_networks() -> dict[str, nn.Module]:
    class Branches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.wide, self.tall = nn.Conv2d(2, 3, (3, 5), 2, (1, 2)), nn.Conv2d(2, 4, (7, 1), 2, (3, 0))
            self.after = nn.Conv2d(7, 2, 3, dilation=2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.after(torch.cat([self.wide(x), self.tall(x)], 1))

    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.body = nn.Conv2d(2, 2, 3, 2), nn.Conv2d(2, 2, 3, padding=1)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = self.stem(x)
            return nn.functional.avg_pool2d(x + self.body(torch.tanh(x)), 2)

    return {
        "chain": nn.Sequential(nn.Conv2d(2, 3, 5, 2), nn.Tanh(), nn.AvgPool2d(3, 2), nn.Conv2d(3, 2, (1, 3))),
        "branches": Branches(),
        "residual": Residual(),
        "even kernels": nn.Sequential(nn.Conv2d(2, 3, 4, padding="same"), nn.Conv2d(3, 2, 2, 2)),
    }


@pytest.mark.parametrize("name", small_networks())
def test_the_receptive_field_is_the_support_of_the_gradient(name: str) -> None:
    """The pixels with a gradient, in double precision from one middle output, span what the row claims."""
    net = small_networks()[name].double()
    for p in net.parameters():
        nn.init.uniform_(p, 0.1, 1.0)
    x = torch.rand(1, 2, 41, 37, dtype=torch.float64, requires_grad=True)
    output = net(x)
    output[0, 0, output.shape[2] // 2, output.shape[3] // 2].backward()
    touched = x.grad[0].abs().sum(0) > 0
    spans = []
    for axis in (1, 0):
        where = torch.nonzero(touched.any(axis)).flatten()
        spans.append(int(where[-1] - where[0]) + 1)
    assert trace(net, (1, 2, 41, 37)).rows[-1].receptive_field == tuple(spans)


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        ("lraspp_mobilenet_v3_large", ((1, 3, 64, 80),), [(1, 21, 64, 80)]),
        ("deeplabv3_resnet50", ((2, 3, 64, 80),), [(2, 21, 64, 80)]),
        ("r2plus1d_18", ((1, 3, 8, 56, 56),), [(1, 400)]),
        ("swin3d_t", ((1, 3, 8, 64, 64),), [(1, 400)]),
        ("raft_small", ((1, 3, 128, 128), (1, 3, 128, 128)), [(1, 2, 128, 128)] * 12),
        ("quantized_resnet18", ((1, 3, 64, 64),), [(1, 1000)]),
    ],
)
def test_networks_for_other_tasks_trace(name: str, inputs: Any, outputs: Any) -> None:
    """Segmentation, video, optical flow and quantizable networks trace to their known output shapes."""
    backbone = {"weights_backbone": None} if "resnet50" in name or "lraspp" in name else {}
    net = torchvision.models.get_model(name, weights=None, **backbone).eval()
    seen = trace(net, *inputs)
    assert [seen[i].output_shape for i in seen.outputs] == outputs
    assert seen.unused_parameters == 0
    assert not seen.notes


def test_a_detector_is_run_on_random_numbers() -> None:
    """A detector's number of boxes depends on the picture: it runs on the CPU, and the trace says so."""
    net = torchvision.models.get_model(
        "ssdlite320_mobilenet_v3_large", weights=None, weights_backbone=None
    ).eval()
    seen = trace(net, [torch.rand(3, 96, 128)])
    assert seen.parameters == sum(p.numel() for p in net.parameters())
    assert seen.unused_parameters == 0
    assert seen.notes[0].startswith("run on the CPU with the given values: ")
    assert {row.output_shape[1:] for row in seen if row.path == "backbone.features.0.0.0"} == {(16, 160, 160)}
