"""Gates and embeddings of shape (N, C) that meet maps of shape (N, C, H, W)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class Squeeze(nn.Module):
    """Squeeze-and-excitation whose gate is not made (N, C, 1, 1) again."""

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(
            nn.Linear(channels, channels // reduction), nn.ReLU(),
            nn.Linear(channels // reduction, channels), nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        b, c, _, _ = x.size()
        return x * self.fc(self.pool(x).view(b, c))


class Network(nn.Module):
    """A convolution and one attention module after it."""

    def __init__(self, attention: nn.Module, channels: int = 16) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3, padding=1)
        self.attention = attention

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(F.relu(self.conv(x)))


class Expanded(Squeeze):
    """The gate is expanded as the original does, but to the maps' shape at once."""

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(x.mean((2, 3))).expand_as(x)


class Unflattened(Squeeze):
    """The pooled maps go into the dense layers as (N, C, 1, 1)."""

    def forward(self, x: Tensor) -> Tensor:
        return x * self.fc(self.pool(x))


class Efficient(nn.Module):
    """Efficient channel attention that forgets to move the channels back."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x.mean((2, 3)).unsqueeze(1))
        return x * torch.sigmoid(y)


class Timed(nn.Module):
    """A block of a diffusion network that adds its time embedding to the maps."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3, padding=1)
        self.time = nn.Sequential(nn.SiLU(), nn.Linear(64, 32))

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        h = self.conv(x)
        return h + self.time(t)


class Film(nn.Module):
    """Feature-wise modulation of a signal by a condition."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(2, 24, 5, padding=2)
        self.gamma, self.beta = nn.Linear(10, 24), nn.Linear(10, 24)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        return self.gamma(condition) * self.conv(x) + self.beta(condition)


class Spatial(nn.Module):
    """Spatial attention whose map lost its channel axis."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 1, 7, padding=3)

    def forward(self, x: Tensor) -> Tensor:
        mask = torch.sigmoid(self.conv(x.mean(1, keepdim=True))).squeeze(1)
        return x * mask


AXES = (r"\[:, :, None, None\]|unsqueeze\(-1\)\.unsqueeze\(-1\)|view\(.*1, 1\)",)
FC = r"attention\.fc\[3\]"
NO_PROJECTION = (r"nn\.Conv2d\(", r"padding=")

NETWORKS = [
    Broken(
        "gate-not-viewed", "forum: size of tensor a (14) must match the size of tensor b (16)",
        lambda: Network(Squeeze(16)), ((4, 3, 14, 14),),
        cause=(r"mul in attention", r"\(4, 16, 14, 14\)", r"\(4, 16\)", FC, r"\(4, 16, 1, 1\)"),
        misleading=NO_PROJECTION, repairs=AXES,
    ),
    Broken(
        "gate-where-batch-is-one", "forum: squeeze-and-excitation in a ResNet",
        lambda: Network(Squeeze(64), 64), ((1, 3, 56, 56),),
        cause=(r"mul in attention", r"\(1, 64, 56, 56\)", r"\(1, 64\)", FC, r"\(1, 64, 1, 1\)"),
        misleading=NO_PROJECTION, repairs=AXES,
    ),
    Broken(
        "gate-expanded-as-maps", "forum: expand(torch.FloatTensor{[4, 16]}, size=[4, 16, 14, 14])",
        lambda: Network(Expanded(16)), ((4, 3, 14, 14),),
        cause=(r"expand", r"\(4, 16\)", r"\(4, 16, 14, 14\)", r"\(4, 16, 1, 1\)"),
        misleading=NO_PROJECTION, repairs=AXES,
    ),
    Broken(
        "channel-attention-of-one-row", "own", lambda: Network(Efficient()), ((4, 3, 20, 20),),
        cause=(r"mul in attention", r"\(4, 1, 16\)", r"\(4, 16, 20, 20\)", r"\(4, 16, 1, 1\)"),
        misleading=NO_PROJECTION, repairs=(r"transpose\(1, 2\)|view\(|reshape\(",),
    ),
    Broken(
        "time-embedding", "forum: diffusion model from scratch", Timed, ((8, 3, 28, 28), (8, 64)),
        cause=(r"add", r"\(8, 32, 28, 28\)", r"\(8, 32\)", r"time\[1\]", r"\(8, 32, 1, 1\)"),
        misleading=NO_PROJECTION, repairs=AXES,
    ),
    Broken(
        "modulated-signal", "own", Film, ((6, 2, 100), (6, 10)),
        cause=(r"mul", r"\(6, 24, 100\)", r"\(6, 24\)", r"gamma", r"\(6, 24, 1\)"),
        misleading=(r"nn\.Conv1d\(",), repairs=(r"\[:, :, None\]|unsqueeze\(-1\)|unsqueeze\(2\)",),
    ),
    Broken(
        "spatial-mask-without-channel", "forum: spatial attention module", lambda: Network(Spatial()),
        ((4, 3, 20, 20),),
        cause=(r"mul in attention", r"\(4, 20, 20\)", r"\(4, 16, 20, 20\)", r"\(4, 1, 20, 20\)"),
        misleading=NO_PROJECTION, repairs=(r"unsqueeze\(1\)|\[:, None\]|keepdim",),
    ),
    Broken(
        "gate-not-flattened-at-all", "forum: SE block, (64x1 and 32x8)",
        lambda: Network(Unflattened(32), 32), ((2, 3, 16, 16),),
        cause=(r"attention\.fc\[0\]", r"\(2, 32, 1, 1\)", r"flatten", r"mul in attention", r"32, 16, 16\)"),
        repairs=(r"flatten\(x, 1\).*\[:, :, None, None\]",),
    ),
]  # fmt: skip
