"""Losses inside forward whose prediction and target do not fit."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class Autoencoder(nn.Module):
    """Two strided convolutions and two transposed ones, which do not undo them at an even size."""

    def __init__(self) -> None:
        super().__init__()
        self.enc = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1, stride=2), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1, stride=2)
        )
        self.dec = nn.Sequential(
            nn.ConvTranspose2d(32, 16, 3, padding=1, stride=2),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 3, 3, padding=1, stride=2),
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.dec(self.enc(x))
        return F.mse_loss(y, x)


class L1Autoencoder(Autoencoder):
    """The same with a loss that is a module, and one layer each."""

    def __init__(self) -> None:
        super().__init__()
        self.enc, self.dec = nn.Conv2d(1, 8, 5, stride=2), nn.ConvTranspose2d(8, 1, 5, stride=2)
        self.loss = nn.L1Loss()

    def forward(self, x: Tensor) -> Tensor:
        return self.loss(self.dec(self.enc(x)), x)


class LanguageModel(nn.Module):
    """The classes stand on the last axis; cross_entropy wants them on axis 1."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.rnn, self.out = (
            nn.Embedding(100, 16),
            nn.GRU(16, 24, batch_first=True),
            nn.Linear(24, 100),
        )

    def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
        hidden, _ = self.rnn(self.embed(tokens))
        return F.cross_entropy(self.out(hidden), targets)


class Segmentation(nn.Module):
    """The masks still have their channel axis, or another size than the logits."""

    def __init__(self, stride: int = 1) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 8, 3, stride=stride, padding=1), nn.Conv2d(8, 21, 1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return F.cross_entropy(self.head(F.relu(self.conv(x))), mask)


class Binary(nn.Module):
    """One output for each image, and targets without that axis."""

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.fc, self.criterion = nn.Linear(20, 1), loss

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.criterion(torch.sigmoid(self.fc(x)), y)


class Classifier(nn.Module):
    """Ten classes, and targets of another kind."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(4 * 36, 10)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        x = F.relu(self.conv(x)).flatten(1)
        return F.cross_entropy(self.fc(x), y)


class LogClassifier(Classifier):
    """The same with log_softmax and nll_loss."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        x = F.relu(self.conv(x)).flatten(1)
        return F.nll_loss(F.log_softmax(self.fc(x), 1), y)


class Embeddings(nn.Module):
    """Three inputs, the last of them through a layer of its own, and a loss that compares the embeddings."""

    def __init__(self, width: int = 8, extra_axis: bool = False) -> None:
        super().__init__()
        self.embed, self.other = nn.Linear(10, 8), nn.Linear(10, width)
        self.loss = nn.TripletMarginLoss()
        self.extra_axis = extra_axis

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        far = self.other(negative)
        if self.extra_axis:
            far = far.unsqueeze(1)
        return self.loss(self.embed(anchor), self.embed(positive), far)


class Pairs(nn.Module):
    """Two embeddings and a label of 1 or -1 for each pair."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(10, 8)

    def forward(self, x: Tensor, y: Tensor, label: Tensor) -> Tensor:
        return F.cosine_embedding_loss(self.embed(x), self.embed(y), label)


class TwoTowers(nn.Module):
    """Pictures and words whose embeddings are compared, and are of different widths."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = nn.Sequential(nn.Conv2d(3, 12, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.words = nn.Linear(20, 16)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return F.cosine_similarity(self.picture(x), self.words(y))


NETWORKS = [
    Broken(
        "autoencoder-mse",
        "forum: Convolution and convolution transposed do not cancel each other",
        Autoencoder,
        ((4, 3, 48, 48),),
        cause=(r"mse_loss", r"45 × 45|45, 45", r"48 × 48|48, 48", r"dec\[2\]"),
        misleading=(r"padding=0", r"stride=1"),
        repairs=(r"dec\[0\] output_padding=1 and dec\[2\] output_padding=1",),
    ),
    Broken(
        "autoencoder-l1-module",
        "forum: Convolution and convolution transposed do not cancel each other",
        L1Autoencoder,
        ((2, 1, 28, 28),),
        cause=(r"27 × 27|27, 27", r"28 × 28|28, 28", r"dec"),
        repairs=(r"dec output_padding=1",),
    ),
    Broken(
        "language-model-classes-last",
        "forum: Expected target size [4, 100], got [4, 12]",
        LanguageModel,
        (torch.zeros(4, 12, dtype=torch.long), torch.zeros(4, 12, dtype=torch.long)),
        cause=(r"cross_entropy", r"axis 1", r"\(4, 12, 100\)"),
        repairs=(r"transpose\(1, 2\)|permute\(0, 2, 1\)|flatten\(0, 1\)|view\(-1, 100\)",),
    ),
    Broken(
        "mask-with-channel-axis",
        "forum: only batches of spatial targets supported (3D tensors) but got targets of dimension: 4",
        Segmentation,
        ((2, 3, 16, 16), torch.zeros(2, 1, 16, 16, dtype=torch.long)),
        cause=(r"cross_entropy", r"\(2, 1, 16, 16\)", r"\(2, 16, 16\)"),
        repairs=(r"squeeze\(1\)",),
    ),
    Broken(
        "mask-larger-than-logits",
        "own",
        lambda: Segmentation(2),
        ((2, 3, 16, 16), torch.zeros(2, 16, 16, dtype=torch.long)),
        cause=(r"cross_entropy", r"8 × 8", r"16 × 16"),
        repairs=(r"interpolate",),
    ),
    Broken(
        "bce-target-without-axis",
        "Arctanxy/W-Net-PyTorch#15",
        lambda: Binary(nn.BCELoss()),
        ((8, 20), torch.zeros(8)),
        cause=(r"\(8, 1\)", r"\(8,\)"),
        repairs=(r"squeeze\((1|-1)\)",),
    ),
    Broken(
        "bce-with-logits-targets-without-axis",
        "weka511/hpa-scc#38, pytorch/pytorch#1944",
        lambda: Binary(nn.BCEWithLogitsLoss()),
        ((8, 20), torch.zeros(8)),
        cause=(r"\(8, 1\)", r"\(8,\)"),
        repairs=(r"squeeze\((1|-1)\)",),
    ),
    Broken(
        "bce-whole-number-targets",
        "pytorch/pytorch#3320",
        lambda: Binary(nn.BCELoss()),
        ((8, 20), torch.zeros(8, 1, dtype=torch.long)),
        cause=(r"int64", r"float32", r"target"),
        misleading=(r"weights",),
        repairs=(r"\.float\(\)",),
    ),
    Broken(
        "one-hot-of-other-classes",
        "own",
        Classifier,
        ((5, 1, 8, 8), torch.zeros(5, 7)),
        cause=(r"cross_entropy", r"10 classes", r"7"),
        repairs=(r"fc = nn\.Linear\(144, 7\)",),
    ),
    Broken(
        "float-class-numbers",
        "forum: expected scalar type Long but found Float",
        Classifier,
        ((5, 1, 8, 8), torch.zeros(5)),
        cause=(r"cross_entropy", r"float32", r"class numbers|int64|whole"),
        repairs=(r"\.long\(\)",),
    ),
    Broken(
        "nll-batches-differ",
        "forum: Expected input batch_size (5) to match target batch_size (4)",
        LogClassifier,
        ((5, 1, 8, 8), torch.zeros(4, dtype=torch.long)),
        cause=(r"nll_loss", r"\b5\b", r"\b4\b", r"predictions|batch"),
    ),
    Broken(
        "targets-out-of-range",
        "forum: Target 10 is out of bounds (labels counted from 1)",
        Classifier,
        ((3, 1, 8, 8), torch.tensor([1, 10, 4])),
        cause=(r"cross_entropy", r"\b10\b", r"0 to 9"),
    ),
    Broken(
        "mse-broadcasts",
        "forum: Using a target size that is different to the input size; pytorch warns only",
        lambda: Binary(nn.MSELoss()),
        ((8, 20), torch.zeros(8)),
        cause=(r"mse_loss", r"\(8, 1\)", r"\(8,\)", r"\(8, 8\)"),
        repairs=(r"squeeze\(1\)",),
        runs=True,
    ),
    Broken(
        "triplet-of-other-width",
        "own",
        lambda: Embeddings(6),
        ((4, 10), (4, 10), (4, 10)),
        cause=(r"equal shapes", r"negative is other", r"\(4, 8\)", r"\(4, 6\)"),
        misleading=(r"embed = ",),
        repairs=(r"other = nn\.Linear\(10, 8\)",),
    ),
    Broken(
        "triplet-with-extra-axis",
        "own",
        lambda: Embeddings(extra_axis=True),
        ((4, 10), (4, 10), (4, 10)),
        cause=(r"equal shapes", r"negative is unsqueeze", r"\(4, 1, 8\)"),
        misleading=(r"nn\.Linear\(",),
        repairs=(r"squeeze\(1\)",),
    ),
    Broken(
        "cosine-target-with-extra-axis",
        "own",
        Pairs,
        ((4, 10), (4, 10), torch.ones(4, 1)),
        cause=(r"one target", r"\(4,\)", r"\(4, 1\)"),
        misleading=(r"nn\.Linear\(",),
        repairs=(r"label\.squeeze\(1\)",),
    ),
    Broken(
        "two-towers-of-different-width",
        "own",
        TwoTowers,
        ((4, 3, 8, 8), (4, 20)),
        cause=(r"equal shapes", r"\(4, 12\)", r"words .*\(4, 16\)"),
        repairs=(r"words = nn\.Linear\(20, 12\)", r"nn\.Conv2d\(3, 16, 3\)"),
    ),
]
