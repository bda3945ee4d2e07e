"""Layers that were pruned while their followers were not, and a squeeze that dropped a batch of one."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models

from collection.entry import Broken


class Pruned(nn.Module):
    """The first convolution was pruned; its normalization and the next convolution were not."""

    def __init__(self, kept: int = 48, last: bool = False) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, kept, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.conv2 = nn.Conv2d(64, 32, 3, padding=1)
        self.fc = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.conv1(x)))
        return self.fc(F.relu(self.conv2(x)).mean((2, 3)))


class LastPruned(nn.Module):
    """The last convolution was pruned; the dense layer still counts the old maps."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 40, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten()
        )
        self.fc = nn.Linear(64 * 7 * 7, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.body(x))


class Depthwise(nn.Module):
    """A separable block whose first convolution was pruned."""

    def __init__(self) -> None:
        super().__init__()
        self.expand = nn.Conv2d(16, 72, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(96)
        self.depthwise = nn.Conv2d(96, 96, 3, padding=1, groups=96, bias=False)
        self.bn2 = nn.BatchNorm2d(96)
        self.project = nn.Conv2d(96, 24, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu6(self.bn1(self.expand(x)))
        return self.project(F.relu6(self.bn2(self.depthwise(x))))


def resnet() -> nn.Module:
    network = models.resnet18()
    network.layer1[0].conv1 = nn.Conv2d(64, 57, 3, padding=1, bias=False)
    return network


def vgg() -> nn.Module:
    network = models.vgg11_bn()
    network.features[4] = nn.Conv2d(64, 100, 3, padding=1)
    return network


class Squeezed(nn.Module):
    """Global pooling, and a squeeze in place of a flatten."""

    def __init__(self, head: nn.Module) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.conv(x)).squeeze())


class Siamese(nn.Module):
    """Two images whose features are joined after a squeeze."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 24, 3), nn.ReLU(), nn.AdaptiveMaxPool2d(1))
        self.fc = nn.Linear(48, 1)

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return self.fc(torch.cat([torch.squeeze(self.net(a)), torch.squeeze(self.net(b))], dim=1))


class Scores(nn.Module):
    """Class probabilities of a fully convolutional network."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 10, 3), nn.AdaptiveAvgPool2d(1))

    def forward(self, x: Tensor) -> Tensor:
        return F.softmax(self.net(x).squeeze(), dim=1)


def both(*lines: str) -> tuple[str, ...]:
    """One repair that has all of these lines."""
    return ("".join(f"(?=.*{line})" for line in lines),)


NETWORKS = [
    Broken(
        "pruned-conv", "BayesWatch/pytorch-prunes#6", Pruned, ((2, 3, 32, 32),),
        cause=(r"bn1 \(BatchNorm2d", r"64", r"conv1 \(row 0\)", r"48", r"conv2"),
        repairs=both(r"bn1 = nn\.BatchNorm2d\(48\)", r"conv2 = nn\.Conv2d\(48, 32, 3, padding=1\)"),
    ),
    Broken(
        "pruned-last-conv", "own", LastPruned, ((2, 1, 28, 28),),
        cause=(r"body\[1\] \(BatchNorm2d", r"64", r"body\[0\]", r"40", r"fc"),
        repairs=both(r"body\[1\] = nn\.BatchNorm2d\(40\)", r"fc = nn\.Linear\(1960, 10\)"),
    ),
    Broken(
        "pruned-expansion", "own", Depthwise, ((2, 16, 14, 14),),
        cause=(r"bn1 \(BatchNorm2d", r"96", r"expand \(row 0\)", r"72", r"depthwise"),
        repairs=both(
            r"bn1 = nn\.BatchNorm2d\(72\)",
            r"depthwise = nn\.Conv2d\(72, 72, 3, padding=1, groups=72, bias=False\)",
            r"bn2 = nn\.BatchNorm2d\(72\)", r"project = nn\.Conv2d\(72, 24, 1, bias=False\)",
        ),
    ),
    Broken(
        "pruned-in-a-residual-block", "BayesWatch/pytorch-prunes#6", resnet, ((1, 3, 64, 64),),
        cause=(r"layer1\[0\]\.bn1", r"64", r"layer1\[0\]\.conv1", r"57", r"layer1\[0\]\.conv2"),
        repairs=both(
            r"layer1\[0\]\.bn1 = nn\.BatchNorm2d\(57\)",
            r"layer1\[0\]\.conv2 = nn\.Conv2d\(57, 64, 3, padding=1, bias=False\)"
        ),
    ),
    Broken(
        "pruned-vgg", "Sanster/pytorch-network-slimming#7", vgg, ((1, 3, 64, 64),),
        cause=(r"features\[5\]", r"128", r"features\[4\]", r"100", r"features\[8\]"),
        repairs=both(
            r"features\[5\] = nn\.BatchNorm2d\(100\)", r"features\[8\] = nn\.Conv2d\(100, 256, 3, padding=1\)"
        ),
    ),
    Broken(
        "squeezed-batch-norm", "layumi/Person_reID_baseline_pytorch#77",
        lambda: Squeezed(nn.Sequential(nn.BatchNorm1d(32), nn.Linear(32, 5))), ((1, 3, 32, 32),),
        cause=(r"squeeze \(row 2\)", r"\(1, 32, 1, 1\)", r"\(32,\)", r"batch"),
        repairs=(r"flatten\(.*1\)|view\(x\.size\(0\), -1\)|squeeze\(\(?-1|squeeze\(\(2, 3\)\)",),
    ),
    Broken(
        "squeezed-siamese", "galsang/BiDAF-pytorch#26", Siamese, ((1, 1, 20, 20), (1, 1, 20, 20)),
        cause=(r"squeeze \(row \d+\)", r"\(1, 24, 1, 1\)", r"\(24,\)", r"batch"),
        repairs=(r"flatten\(.*1\)|view\(x\.size\(0\), -1\)|squeeze\(\(2, 3\)\)",),
    ),
    Broken(
        "squeezed-softmax", "bentrevett/pytorch-sentiment-analysis#17", Scores, ((1, 3, 16, 16),),
        cause=(r"squeeze \(row 2\)", r"\(1, 10, 1, 1\)", r"\(10,\)", r"batch"),
        repairs=(r"flatten\(.*1\)|view\(x\.size\(0\), -1\)|squeeze\(\(2, 3\)\)",),
    ),
]  # fmt: skip
