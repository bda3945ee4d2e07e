"""The networks that torchvision lacks: LeNet-5 twice (as published, as taught) and the AlexNet of 2012.

The layers of the published LeNet-5 have the paper's names, `c1`, `s2` and so on, and so do the rows of its
trace.
"""

from itertools import chain

import torch
from torch import Tensor, nn
from torch.nn import functional as F

C3_TABLE: tuple[tuple[int, ...], ...] = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)
"""The maps of S2 that each of C3's sixteen maps takes as input (LeCun et al. 1998, Table I)."""


class LeNet5(nn.Module):
    """LeNet-5 as it is taught today: dense C3, ReLU, max pooling, linear output. 61,706 parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return the ten class scores, shape (N, 10), of images of shape (N, 1, 32, 32)."""
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        scores: Tensor = self.fc3(x)
        return scores


class LeNet5Of1998(nn.Module):
    """LeNet-5 as published: sparse C3, trainable subsampling, tanh, RBF output. 60,000 parameters.

    The paper's squashing function follows each layer up to F6. The outputs are squared distances, so the
    smallest one tells the digit (LeCun et al. 1998, section II.B).
    """

    def __init__(self) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.s2 = Subsampling(6)
        self.c3 = SparseC3()
        self.s4 = Subsampling(16)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.f6 = nn.Linear(120, 84)
        self.output = RadialBasisOutput(digit_targets())
        self.squash = ScaledTanh()
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                _initialise(layer)

    def forward(self, x: Tensor) -> Tensor:
        """Return the ten squared distances, shape (N, 10), of images of shape (N, 1, 32, 32)."""
        x = self.squash(self.c1(x))
        x = self.squash(self.s2(x))
        x = self.squash(self.c3(x))
        x = self.squash(self.s4(x))
        x = self.squash(self.c5(x))
        x = self.squash(self.f6(torch.flatten(x, 1)))
        distances: Tensor = self.output(x)
        return distances


class Subsampling(nn.Module):
    """The sum of each 2x2 window, times one trainable coefficient per map, plus one trainable bias per map.

    >>> sum(p.numel() for p in Subsampling(6).parameters())
    12
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        # A quarter of the sum is the mean, so that training starts from average pooling.
        self.coefficient = nn.Parameter(torch.full((channels, 1, 1), 0.25))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return maps of half the size, shape (N, C, H/2, W/2)."""
        added = F.avg_pool2d(x, 2, divisor_override=1)
        return added * self.coefficient + self.bias


class SparseC3(nn.Module):
    """Sixteen feature maps, each by a 5x5 convolution of only those maps of S2 that the paper's table names.

    Three convolutions hold exactly the weights that exist: six maps have 3 inputs, nine have 4, and one has
    all 6. The first two are grouped: each group makes one map of C3 from the inputs that are copied for it.

    >>> sum(p.numel() for p in SparseC3().parameters())
    1516
    """

    three_maps: Tensor
    four_maps: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("three_maps", _input_indices(C3_TABLE[:6]), persistent=False)
        self.register_buffer("four_maps", _input_indices(C3_TABLE[6:15]), persistent=False)
        self.three = nn.Conv2d(6 * 3, 6, 5, groups=6)
        self.four = nn.Conv2d(9 * 4, 9, 5, groups=9)
        self.six = nn.Conv2d(6, 1, 5)

    def forward(self, x: Tensor) -> Tensor:
        """Return sixteen maps in the paper's order, shape (N, 16, H-4, W-4), of six, shape (N, 6, H, W)."""
        three = self.three(torch.index_select(x, 1, self.three_maps))
        four = self.four(torch.index_select(x, 1, self.four_maps))
        return torch.cat([three, four, self.six(x)], dim=1)


class ScaledTanh(nn.Module):
    """The paper's squashing function, 1.7159 tanh(2x/3): it maps 1 to 1 and -1 to -1 (appendix A)."""

    def forward(self, x: Tensor) -> Tensor:
        """Return the squashed values, same shape."""
        return 1.7159 * torch.tanh(x * (2 / 3))


class RadialBasisOutput(nn.Module):
    """Squared Euclidean distance from the features to one fixed target per class; nothing here is trained."""

    targets: Tensor

    def __init__(self, targets: Tensor) -> None:
        super().__init__()
        self.register_buffer("targets", targets)

    def forward(self, x: Tensor) -> Tensor:
        """Return the distances, shape (N, classes), of features of shape (N, features)."""
        return (x.unsqueeze(1) - self.targets).square().sum(dim=2)


class AlexNet2012(nn.Module):
    """AlexNet as published: two groups, local response normalisation. 60,965,224 parameters.

    Convolutions in two groups stand for the two GPUs: in the second, fourth and fifth layer each GPU used
    only its own half of the maps (Krizhevsky et al. 2012, section 3).
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4),
            nn.ReLU(),
            _response_norm(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(96, 256, 5, padding=2, groups=2),
            nn.ReLU(),
            _response_norm(),
            nn.MaxPool2d(3, stride=2),
            nn.Conv2d(256, 384, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(384, 384, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.Conv2d(384, 256, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.MaxPool2d(3, stride=2),
        )
        self.classifier = nn.Sequential(
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the class scores, shape (N, num_classes), of images of shape (N, 3, 227, 227)."""
        scores: Tensor = self.classifier(torch.flatten(self.features(x), 1))
        return scores


def digit_targets() -> Tensor:
    """Return the targets of the ten digits, shape (10, 84): each is a 7x12 drawing, ink +1 and paper -1.

    The idea is the paper's (section II.B): F6 has 84 units because its targets are drawings of 7 by 12
    pixels. These drawings are the course's own.

    >>> digit_targets().shape, sorted(set(digit_targets().flatten().tolist()))
    (torch.Size([10, 84]), [-1.0, 1.0])
    """
    rows = [[line[8 * digit : 8 * digit + 7] for line in _DIGITS] for digit in range(10)]
    return torch.tensor([[1.0 if cell == "#" else -1.0 for cell in "".join(digit)] for digit in rows])


_DIGITS = (
    "....... ....... ....... ....... ....... ....... ....... ....... ....... .......",
    "..###.. ...#... ..###.. .#####. .....#. ####### ...###. ####### ..###.. .####..",
    ".#...#. ..##... .#...#. #.....# ....##. #...... ..#.... ......# .#...#. #....#.",
    ".#...#. .#.#... #.....# ......# ...#.#. #...... .#..... .....#. .#...#. #.....#",
    "#.....# ...#... ......# .....#. ..#..#. #.####. #...... .....#. .#...#. #.....#",
    "#.....# ...#... .....#. ..###.. .#...#. ##....# #.####. ....#.. ..###.. #....##",
    "#.....# ...#... ....#.. .....#. #....#. ......# ##....# ....#.. .#...#. .####.#",
    "#.....# ...#... ...#... ......# ####### ......# #.....# ...#... #.....# ......#",
    ".#...#. ...#... ..#.... ......# .....#. ......# #.....# ...#... #.....# .....#.",
    ".#...#. ...#... .#..... #.....# .....#. #.....# .#....# ..#.... .#...#. ....#..",
    "..###.. .#####. ####### .#####. .....#. .#####. ..####. ..#.... ..###.. .###...",
    "....... ....... ....... ....... ....... ....... ....... ....... ....... .......",
)


def _input_indices(table: tuple[tuple[int, ...], ...]) -> Tensor:
    return torch.tensor(list(chain.from_iterable(table)))


def _response_norm() -> nn.LocalResponseNorm:
    # PyTorch divides alpha by the number of maps summed (5), the paper does not: 5e-4 here is its 1e-4.
    return nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)


def _initialise(layer: nn.Conv2d | nn.Linear) -> None:
    # In the paper each weight starts within 2.4/F of zero, where F is the number of inputs of its unit.
    bound = 2.4 / layer.weight[0].numel()
    nn.init.uniform_(layer.weight, -bound, bound)
    if layer.bias is not None:
        nn.init.uniform_(layer.bias, -bound, bound)
