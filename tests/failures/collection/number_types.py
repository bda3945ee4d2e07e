"""Images and indices of the wrong number type, and indices that are not in the table."""

import torch
from torch import Tensor, nn

from collection.entry import Broken


class Small(nn.Module):
    """A convolution and its normalization."""

    def __init__(self) -> None:
        super().__init__()
        self.c, self.b = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(self.c(x))


class Tokens(nn.Module):
    """An embedding of a hundred words, and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.fc = nn.Embedding(100, 16), nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.embed(x).mean(1))


class Positions(nn.Module):
    """A language model whose table of positions is shorter than the text."""

    def __init__(self, block_size: int = 32) -> None:
        super().__init__()
        self.token, self.position = nn.Embedding(500, 24), nn.Embedding(block_size, 24)
        self.head = nn.Linear(24, 500)

    def forward(self, index: Tensor) -> Tensor:
        places = torch.arange(index.shape[1])
        return self.head(self.token(index) + self.position(places))


class Conditional(nn.Module):
    """A label is made of a convolution's output, and looked up."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.embed = nn.Conv2d(1, 4, 3), nn.Embedding(10, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.embed(self.conv(x).mean((1, 2, 3)))


NETWORKS = [
    Broken(
        "image-from-opencv",
        "forum: Input type (torch.ByteTensor) and weight type (torch.FloatTensor) should be the same",
        Small,
        (torch.zeros(480, 640, 3, dtype=torch.uint8),),
        cause=(r"uint8", r"\(480, 640, 3\)", r"channels-last|channels last"),
        repairs=(r"x\.permute\(2, 0, 1\)\.unsqueeze\(0\)\.float\(\)",),
    ),
    Broken(
        "bytes-in-batches",
        "forum: expected scalar type Byte but found Float",
        Small,
        (torch.zeros(4, 3, 32, 32, dtype=torch.uint8),),
        cause=(r"uint8", r"float32"),
        repairs=(r"x\.float\(\)",),
    ),
    Broken(
        "batch-of-images-from-opencv",
        "own",
        Small,
        (torch.zeros(4, 48, 64, 3, dtype=torch.uint8),),
        cause=(r"uint8", r"\(4, 48, 64, 3\)", r"channels-last|channels last"),
        repairs=(r"x\.permute\(0, 3, 1, 2\)\.float\(\)",),
    ),
    Broken(
        "embedding-of-floats",
        "sksq96/pytorch-summary#64, pytorch/pytorch#116598",
        Tokens,
        ((4, 12),),
        cause=(r"embed", r"whole numbers", r"float32"),
        repairs=(r"x\.long\(\)",),
    ),
    Broken(
        "embedding-of-a-mean",
        "own",
        Conditional,
        ((4, 1, 8, 8),),
        cause=(r"embed", r"whole numbers", r"mean", r"float32"),
        misleading=(r"feed x\.long\(\)", r"the input is float32"),
    ),
    Broken(
        "index-out-of-range",
        "forum: index out of range in self",
        Tokens,
        (torch.tensor([[1, 5, 100], [7, 2, 9]]),),
        cause=(r"embed", r"\b100\b", r"0 to 99"),
        repairs=(r"embed = nn\.Embedding\(101, 16\)",),
    ),
    Broken(
        "text-longer-than-positions",
        "karpathy/nanoGPT (block_size), forum: index out of range in self",
        Positions,
        (torch.zeros(2, 48, dtype=torch.long),),
        cause=(r"position", r"\b47\b", r"0 to 31"),
        repairs=(r"position = nn\.Embedding\(48, 24\)",),
    ),
    Broken(
        "half-network",
        "forum: Input type (float) and bias type (c10::Half) should be the same",
        lambda: Small().half(),
        (torch.zeros(1, 3, 8, 8),),
        cause=(r"float16", r"float32"),
        repairs=(r"x\.half\(\)",),
    ),
]
