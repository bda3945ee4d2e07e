"""The networks that are broken in more than one test."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LeNet(nn.Module):
    """The snippet of chapter 3, whose flatten a subclass may write in another way."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2 = nn.Linear(400, 120), nn.Linear(120, 10)

    def flat(self, x: Tensor) -> Tensor:
        return torch.flatten(x, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc2(F.relu(self.fc1(self.flat(x))))


class HardCoded(LeNet):
    def flat(self, x: Tensor) -> Tensor:
        return x.view(-1, 400)


class Residual(nn.Module):
    """Two convolutions and a shortcut, as a learner's first block."""

    def __init__(self, channels: int = 8, stride: int = 1, padding: int = 1, shortcut: Any = None) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.conv1 = nn.Conv2d(8, channels, 3, stride=stride, padding=padding)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample = shortcut
        self.fc = nn.Linear(channels, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x))
        short = x if self.downsample is None else self.downsample(x)
        x = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return self.fc(F.relu(x + short).mean((2, 3)))


class Branches(nn.Module):
    """Three branches that are concatenated."""

    def __init__(self, padding: int = 2, stride: int = 1) -> None:
        super().__init__()
        self.one = nn.Conv2d(3, 4, 1)
        self.five = nn.Conv2d(3, 5, 5, padding=padding)
        self.pool = nn.MaxPool2d(3, stride=stride, padding=1)
        self.head = nn.Conv2d(12, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.cat([self.one(x), self.five(x), self.pool(x)], 1))
