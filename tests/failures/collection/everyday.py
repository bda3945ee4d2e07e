"""Everyday slips in convolutional networks: a flatten, a permute, a product or a target out of place."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from collection.entry import Broken
from collection.missing_axes import From, words


def pooled_after_flatten(s: Any, x: Any) -> Any:
    y = s.conv(x).flatten(1)
    return s.fc(s.pool(y).flatten(1))


def normalized_after_flatten(s: Any, x: Any) -> Any:
    return s.fc(s.bn(s.conv(x).flatten(1)))


def permuted(s: Any, x: Any) -> Any:
    return s.conv(x.permute(0, 2, 3, 1))


def softmax(s: Any, x: Any) -> Any:
    return torch.softmax(s.fc(x), dim=2)


def matrices(s: Any, x: Any) -> Any:
    gate = torch.sigmoid(s.gate(x))
    return s.conv(x) @ gate


def gram(s: Any, x: Any) -> Any:
    y = s.conv(x).flatten(2)
    return torch.bmm(y, y)


def scored(s: Any, x: Any, y: Any) -> Any:
    return s.loss(s.layer(x), y)


def classified(s: Any, x: Any, y: Any) -> Any:
    return F.cross_entropy(s.fc(x), y)


def dense(s: Any, x: Any) -> Any:
    return s.fc(x)


NETWORKS = [
    Broken(
        "pool-after-a-flatten",
        "own",
        lambda: From(
            pooled_after_flatten, conv=nn.Conv2d(1, 4, 3), pool=nn.MaxPool2d(2), fc=nn.Linear(144, 10)
        ),
        ((3, 1, 14, 14),),
        cause=(r"pool", r"flatten \(row 1\) \(3, 576\) has 2"),
        repairs=(r"leave out flatten",),
    ),
    Broken(
        "batch-norm-of-maps-after-a-flatten",
        "own",
        lambda: From(
            normalized_after_flatten, conv=nn.Conv2d(1, 4, 3), bn=nn.BatchNorm2d(4), fc=nn.Linear(144, 3)
        ),
        ((2, 1, 8, 8),),
        cause=(r"bn", r"flatten \(row 1\) gives \(2, 144\)"),
        misleading=(r"BatchNorm1d\(144\)",),
        repairs=(r"apply bn before flatten",),
    ),
    Broken(
        "channels-first-permuted-again",
        "own",
        lambda: From(permuted, conv=nn.Conv2d(3, 8, 3)),
        ((2, 3, 12, 16),),
        cause=(r"permute \(row 0\) gives \(2, 12, 16, 3\)",),
        misleading=(r"nn\.Conv2d\(12",),
        repairs=(r"leave out permute", r"x\.permute\(0, 3, 1, 2\) before conv"),
    ),
    Broken(
        "softmax-over-axis-2-of-scores",
        "own",
        lambda: From(softmax, fc=nn.Linear(6, 3)),
        ((4, 6),),
        cause=(r"asked for axis 2", r"\(4, 3\) has 2 axes"),
        repairs=(r"dim=1 in that softmax",),
    ),
    Broken(
        "maps-multiplied-as-matrices",
        "own",
        lambda: From(matrices, conv=nn.Conv2d(3, 8, 3), gate=nn.Conv2d(3, 8, 3)),
        ((2, 3, 9, 12),),
        cause=(r"inner numbers, 10 and 7", r"\* multiplies maps"),
        misleading=(r"transpose",),
        repairs=(r"s\.conv\(x\) \* gate",),
    ),
    Broken(
        "gram-matrix-without-transpose",
        "own",
        lambda: From(gram, conv=nn.Conv2d(3, 6, 3)),
        ((2, 3, 9, 9),),
        cause=(r"\(2, 6, 49\)", r"49 and 6"),
        repairs=(r"y\.transpose\(-2, -1\)",),
    ),
    Broken(
        "mask-without-channel-in-bce",
        "own",
        lambda: From(scored, layer=nn.Conv2d(3, 1, 1), loss=nn.BCEWithLogitsLoss()),
        ((2, 3, 8, 8), (2, 8, 8)),
        cause=(r"\(2, 1, 8, 8\)", r"\(2, 8, 8\)"),
        repairs=(r"y\.unsqueeze\(1\)",),
    ),
    Broken(
        "mask-without-channel-in-mse",
        "own",
        lambda: From(scored, layer=nn.Conv2d(3, 1, 1), loss=nn.MSELoss()),
        ((2, 3, 8, 8), (2, 8, 8)),
        cause=(r"broadcast to \(2, 2, 8, 8\)",),
        repairs=(r"target\.unsqueeze\(1\)",),
        runs=True,
    ),
    Broken(
        "one-hot-of-whole-numbers",
        "own",
        lambda: From(classified, fc=nn.Linear(6, 3)),
        ((4, 6), words(4, 3)),
        cause=(r"class numbers \(4,\)", r"int64", r"one-hot"),
        repairs=(r"y\.argmax\(1\)",),
    ),
    Broken(
        "class-numbers-into-a-dense-layer",
        "own",
        lambda: From(dense, fc=nn.Linear(10, 4)),
        (words(8),),
        cause=(r"int64", r"whole numbers"),
        misleading=(r"x\.float\(\)",),
        repairs=(r"F\.one_hot\(x, 10\)\.float\(\)",),
    ),
]
