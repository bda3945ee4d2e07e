"""Parts of a network that are joined or follow each other, one of them built for other numbers."""

from typing import Any

import torch
from torch import nn

from collection.entry import Broken
from collection.missing_axes import From, words


def two_pictures(s: Any, x: Any, y: Any) -> Any:
    return s.head(torch.cat([s.trunk(x), s.trunk(y)], 1))


def picture_and_table(s: Any, x: Any, numbers: Any) -> Any:
    return s.head(torch.cat([s.cnn(x).flatten(1), numbers], 1))


def conditional(s: Any, z: Any, label: Any) -> Any:
    return s.net(torch.cat([z, s.embed(label)], 1))


def generator(s: Any, z: Any) -> Any:
    return s.up(s.fc(z).view(-1, 128, 7, 7))


def separable(s: Any, x: Any) -> Any:
    return s.pointwise(s.depthwise(x))


def dense_block(s: Any, x: Any) -> Any:
    for layer in s.layers:
        x = torch.cat([x, layer(x)], 1)
    return s.transition(x)


def squeeze_and_excite(s: Any, x: Any) -> Any:
    return x * torch.sigmoid(s.fc(s.pool(x)))


def doubled(s: Any, x: Any) -> Any:
    return s.skip(x) + s.up(s.down(x))


NETWORKS = [
    Broken(
        "head-for-one-of-two-pictures",
        "own",
        lambda: From(
            two_pictures,
            trunk=nn.Sequential(nn.Conv2d(1, 4, 3), nn.AdaptiveAvgPool2d(2), nn.Flatten()),
            head=nn.Linear(16, 2),
        ),
        ((5, 1, 9, 9), (5, 1, 9, 9)),
        cause=(r"head .* expects 16", r"cat .* gives 32"),
        repairs=(r"head = nn\.Linear\(32, 2\)",),
    ),
    Broken(
        "head-without-the-table",
        "own",
        lambda: From(
            picture_and_table,
            cnn=nn.Sequential(nn.Conv2d(3, 6, 3), nn.AdaptiveAvgPool2d(1)),
            head=nn.Linear(6, 2),
        ),
        ((4, 3, 8, 8), (4, 5)),
        cause=(r"head .* expects 6", r"cat .* gives 11"),
        repairs=(r"head = nn\.Linear\(11, 2\)",),
    ),
    Broken(
        "label-of-a-conditional-generator",
        "own",
        lambda: From(
            conditional, net=nn.Sequential(nn.Linear(100, 64), nn.ReLU()), embed=nn.Embedding(10, 10)
        ),
        ((4, 100), words(4)),
        cause=(r"expects 100", r"gives 110"),
        repairs=(r"nn\.Linear\(110, 64\)",),
    ),
    Broken(
        "generator-view-of-other-maps",
        "own",
        lambda: From(generator, fc=nn.Linear(20, 128 * 8 * 8), up=nn.ConvTranspose2d(128, 64, 4, 2, 1)),
        ((6, 20),),
        cause=(r"6,272 = 128 × 7 × 7", r"8,192"),
        repairs=(r"nn\.Linear\(20, 6272\)", r"128, 8, 8"),
    ),
    Broken(
        "pointwise-after-two-kernels-a-channel",
        "own",
        lambda: From(
            separable,
            depthwise=nn.Conv2d(16, 32, 3, padding=1, groups=16),
            pointwise=nn.Conv2d(16, 24, 1),
        ),
        ((1, 16, 8, 8),),
        cause=(r"pointwise .* expects 16", r"depthwise .* gives 32"),
        repairs=(r"pointwise = nn\.Conv2d\(32, 24, 1\)",),
    ),
    Broken(
        "transition-of-a-dense-block",
        "own",
        lambda: From(
            dense_block,
            layers=nn.ModuleList([nn.Conv2d(8 + 4 * i, 4, 3, padding=1) for i in range(3)]),
            transition=nn.Conv2d(16, 8, 1),
        ),
        ((1, 8, 9, 9),),
        cause=(r"expects 16", r"20 = 16 \+ 4"),
        repairs=(r"transition = nn\.Conv2d\(20, 8, 1\)",),
    ),
    Broken(
        "squeeze-and-excite-of-maps",
        "own",
        lambda: From(
            squeeze_and_excite,
            pool=nn.AdaptiveAvgPool2d(1),
            fc=nn.Sequential(nn.Linear(8, 2), nn.ReLU(), nn.Linear(2, 8)),
        ),
        ((4, 8, 10, 10),),
        cause=(r"\(4, 8, 1, 1\)", r"flatten"),
        repairs=(r"torch\.flatten\(.* and gate\[:, :, None, None\]",),
    ),
    Broken(
        "skip-of-a-doubled-map",
        "own",
        lambda: From(
            doubled,
            skip=nn.Conv2d(3, 8, 1),
            down=nn.Conv2d(3, 8, 3, 2, 1),
            up=nn.ConvTranspose2d(8, 8, 3, 2, 1),
        ),
        ((1, 3, 16, 16),),
        cause=(r"16 × 16 and 15 × 15", r"\(8 - 1\) · 2 - 2 · 1 \+ 3 = 15"),
        repairs=(r"up output_padding=1",),
    ),
]
