"""Tensors inside a network that lack an axis, so that a layer takes the batch for the channels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from collection.entry import Broken


class From(nn.Module):
    """A network whose forward is a function of itself and its inputs."""

    def __init__(self, forward: Callable[..., Any], **parts: nn.Module) -> None:
        super().__init__()
        self.function = forward
        for name, part in parts.items():
            setattr(self, name, part)

    def forward(self, *args: Any) -> Any:
        return self.function(self, *args)


def words(*shape: int) -> torch.Tensor:
    """Numbers of words, as a network that begins with an embedding wants them."""
    return torch.zeros(shape, dtype=torch.long)


# A layer rebuilt for as many channels as there are images runs on this batch only.
FOR_FOUR_IMAGES = (r"Conv\dd\(4, ", r"BatchNorm\dd\(4\)", r"feed \(4, 1, 1, 1\)", r"out_channels")


def text_cnn(s: Any, x: Any) -> Any:
    maps = [F.relu(c(s.e(x))).squeeze(3) for c in s.convs]
    return s.fc(torch.cat([F.max_pool1d(m, m.size(2)).squeeze(2) for m in maps], 1))


def cbam(s: Any, x: Any) -> Any:
    average, largest = torch.mean(x, 1), torch.max(x, 1)[0]
    return x * torch.sigmoid(s.c(torch.cat([average, largest], 1)))


def cbam_half(s: Any, x: Any) -> Any:
    average, largest = torch.mean(x, 1, keepdim=True), torch.max(x, 1)[0]
    return x * torch.sigmoid(s.c(torch.cat([average, largest], 1)))


def eca(s: Any, x: Any) -> Any:
    y = s.pool(x).flatten(1)
    return x * torch.sigmoid(s.c(y))[:, 0, :, None, None]


def squeeze_excitation(s: Any, x: Any) -> Any:
    return x * torch.sigmoid(s.up(F.relu(s.down(x.mean((2, 3))))))


def squeeze_excitation_dense(s: Any, x: Any) -> Any:
    return x * torch.sigmoid(s.up(F.relu(s.down(x.mean((2, 3))))))


NETWORKS = [
    Broken(
        "embedding-into-conv2d",
        "pytorch/pytorch#11762; the project's case w01",
        lambda: From(lambda s, x: s.c(s.e(x)), e=nn.Embedding(100, 32), c=nn.Conv2d(1, 16, (3, 32))),
        (words(4, 20),),
        cause=(r"c \(Conv2d, row 1\)", r"1 input channel", r"\(4, 20, 32\)", r"no channel axis|batch"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"unsqueeze\(1\) before c",),
    ),
    Broken(
        "text-cnn-three-widths",
        "sosuperic/MeanSum#5 and the forum: TextCNN without unsqueeze(1)",
        lambda: From(
            text_cnn,
            e=nn.Embedding(100, 32),
            convs=nn.ModuleList([nn.Conv2d(1, 16, (k, 32)) for k in (3, 4, 5)]),
            fc=nn.Linear(48, 2),
        ),
        (words(4, 20),),
        cause=(r"convs\[0\]", r"1 input channel", r"\(4, 20, 32\)", r"no channel axis|batch"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"unsqueeze\(1\)",),
    ),
    Broken(
        "spatial-attention-mean",
        "the project's case w01: CBAM without keepdim=True",
        lambda: From(lambda s, x: x * torch.sigmoid(s.c(x.mean(1))), c=nn.Conv2d(1, 1, 7, padding=3)),
        ((4, 16, 32, 32),),
        cause=(r"c \(Conv2d, row 1\)", r"mean \(row 0\)", r"\(4, 32, 32\)", r"axis 1|channel axis|keepdim"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"keepdim=True",),
    ),
    Broken(
        "spatial-attention-mean-and-max",
        "forum: CBAM's spatial attention, keepdim=True forgotten twice",
        lambda: From(cbam, c=nn.Conv2d(2, 1, 7, padding=3)),
        ((4, 16, 32, 32),),
        cause=(
            r"c \(Conv2d",
            r"\(4, 32, 32\)|\(4, 64, 32\)",
            r"mean \(row 0\)|max \(row 1\)",
            r"keepdim|axis 1",
        ),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"keepdim=True.*keepdim=True|keepdim=True.* rows? 0 and 1|stack",),
    ),
    Broken(
        "spatial-attention-max-only",
        "own: the mean kept its axis and the maximum did not",
        lambda: From(cbam_half, c=nn.Conv2d(2, 1, 7, padding=3)),
        ((4, 16, 32, 32),),
        cause=(r"cat", r"max \(row 1\)", r"\(4, 32, 32\)"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"keepdim=True",),
    ),
    Broken(
        "gray-by-sum",
        "own: a colour image made gray by a sum over the channels",
        lambda: From(lambda s, x: s.c(x.sum(1)), c=nn.Conv2d(1, 8, 3)),
        ((4, 3, 32, 24),),
        cause=(r"c \(Conv2d, row 1\)", r"1 input channel", r"sum \(row 0\)", r"\(4, 32, 24\)"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"keepdim=True|unsqueeze\(1\)",),
    ),
    Broken(
        "one-channel-by-index",
        "forum: x[:, 0] in place of x[:, 0:1]",
        lambda: From(lambda s, x: s.c(x[:, 0]), c=nn.Conv2d(1, 8, 3)),
        ((4, 3, 32, 24),),
        cause=(r"c \(Conv2d, row 1\)", r"1 input channel", r"getitem \(row 0\)", r"\(4, 32, 24\)"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"unsqueeze\(1\)|0:1",),
    ),
    Broken(
        "squeezed-channel",
        "forum: squeeze() takes the channel axis of MNIST's images away",
        lambda: From(
            lambda s, x: s.fc(F.relu(s.c2(F.relu(s.c1(x)).squeeze())).flatten(1)),
            c1=nn.Conv2d(1, 1, 3),
            c2=nn.Conv2d(1, 4, 3),
            fc=nn.Linear(4 * 24 * 24, 10),
        ),
        ((4, 1, 28, 28),),
        cause=(r"c2 \(Conv2d, row 3\)", r"1 input channel", r"squeeze \(row 2\)", r"\(4, 26, 26\)"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"unsqueeze\(1\)|leave out squeeze|without squeeze",),
    ),
    Broken(
        "frames-of-a-signal",
        "own: windows of a waveform as an image",
        lambda: From(lambda s, x: s.c(x.unfold(1, 64, 32)), c=nn.Conv2d(1, 8, 3)),
        ((4, 1600),),
        cause=(r"c \(Conv2d, row 1\)", r"1 input channel", r"unfold \(row 0\)", r"\(4, 49, 64\)"),
        misleading=FOR_FOUR_IMAGES,
        repairs=(r"unsqueeze\(1\)",),
    ),
    Broken(
        "recurrent-output-into-conv2d",
        "own: states of an LSTM read as an image",
        lambda: From(
            lambda s, x: s.c(s.rnn(x)[0]), rnn=nn.LSTM(6, 32, batch_first=True), c=nn.Conv2d(1, 8, (3, 32))
        ),
        ((4, 20, 6),),
        cause=(r"c \(Conv2d, row 1\)", r"1 input channel", r"rnn \(.*row 0\)|lstm", r"\(4, 20, 32\)"),
        misleading=(*FOR_FOUR_IMAGES, r"feed "),
        repairs=(r"unsqueeze\(1\)",),
    ),
    Broken(
        "features-into-conv1d",
        "forum: Linear's features (N, F) into Conv1d(1, ...)",
        lambda: From(lambda s, x: s.c(F.relu(s.l(x))), l=nn.Linear(10, 64), c=nn.Conv1d(1, 8, 5)),
        ((4, 10),),
        cause=(r"c \(Conv1d, row 2\)", r"1 input channel", r"\(4, 64\)", r"no channel axis|batch"),
        misleading=(*FOR_FOUR_IMAGES, r"feed "),
        repairs=(r"unsqueeze\(1\)",),
    ),
    Broken(
        "signals-without-channels",
        "forum: (N, L) into Conv1d(1, ...)",
        lambda: From(lambda s, x: s.fc(s.c(x).flatten(1)), c=nn.Conv1d(1, 4, 5), fc=nn.Linear(384, 3)),
        ((8, 100),),
        cause=(r"c \(Conv1d, row 0\)", r"1 input channel", r"\(8, 100\)"),
        misleading=(r"Conv1d\(8, ",),
        repairs=(r"feed \(8, 1, 100\): x\.unsqueeze\(1\)",),
    ),
    Broken(
        "efficient-channel-attention",
        "own: ECA's Conv1d on (N, C)",
        lambda: From(eca, pool=nn.AdaptiveAvgPool2d(1), c=nn.Conv1d(1, 1, 3, padding=1)),
        ((4, 16, 8, 8),),
        cause=(r"c \(Conv1d, row 2\)", r"1 input channel", r"\(4, 16\)"),
        misleading=(*FOR_FOUR_IMAGES, r"feed "),
        repairs=(r"unsqueeze\(1\)",),
    ),
    Broken(
        "squeeze-excitation-convolutions",
        "forum: a mean over height and width into 1x1 convolutions",
        lambda: From(squeeze_excitation, down=nn.Conv2d(16, 4, 1), up=nn.Conv2d(4, 16, 1)),
        ((2, 16, 8, 6),),
        cause=(r"down \(Conv2d, row 1\)", r"mean \(row 0\)", r"\(2, 16\)"),
        misleading=(r"feed ",),
        repairs=(r"keepdim=True|AdaptiveAvgPool|\[:, :, None, None\]",),
    ),
    Broken(
        "squeeze-excitation-scales",
        "forum: SE block, the scales (N, C) times the maps without their two axes of size 1",
        lambda: From(squeeze_excitation_dense, down=nn.Linear(16, 4), up=nn.Linear(4, 16)),
        ((2, 16, 8, 6),),
        cause=(r"mul \(row", r"\(2, 16, 8, 6\)", r"\(2, 16\)"),
        misleading=(r"Linear\(", r"feed "),
        repairs=(r"\[:, :, None, None\]|unsqueeze|view\(",),
    ),
    Broken(
        "centred-by-a-mean",
        "own: x - x.mean(1) on maps",
        lambda: From(lambda s, x: s.c(x - x.mean(1)), c=nn.Conv2d(16, 8, 3)),
        ((4, 16, 9, 8),),
        cause=(r"sub \(row 1\)", r"mean \(row 0\)", r"\(4, 9, 8\)"),
        repairs=(r"keepdim=True",),
    ),
    Broken(
        "normalized-features",
        "forum: x / x.norm(dim=1) on (N, F)",
        lambda: From(lambda s, x: s.l(x / x.norm(dim=1)), l=nn.Linear(64, 10)),
        ((8, 64),),
        cause=(r"div \(row 1\)", r"norm \(row 0\)", r"\(8,\)", r"\(8, 64\)"),
        misleading=(r"feed \(64|feed \(8, 8\)", r"Linear\(8"),
        repairs=(r"keepdim=True",),
    ),
    Broken(
        "batch-read-as-channels-mean",
        "the project's case w01, class Silent",
        lambda: From(lambda s, x: s.c(x.mean(1)), c=nn.Conv2d(4, 8, 3)),
        ((4, 16, 32, 32),),
        cause=(r"c \(Conv2d, row 1\)", r"batch of 4", r"channels", r"mean \(row 0\)|keepdim|\(4, 32, 32\)"),
        runs=True,
    ),
    Broken(
        "batch-read-as-channels-embedding",
        "own: as embedding-into-conv2d, built for as many channels as there are sentences",
        lambda: From(lambda s, x: s.c(s.e(x)), e=nn.Embedding(100, 32), c=nn.Conv2d(4, 16, (3, 32))),
        (words(4, 20),),
        cause=(r"c \(Conv2d, row 1\)", r"batch of 4", r"channels"),
        runs=True,
    ),
    Broken(
        "batch-read-as-channels-index",
        "own: x[:, 0] at a batch that equals the channels",
        lambda: From(lambda s, x: s.c2(F.relu(s.c1(x))[:, 0]), c1=nn.Conv2d(3, 6, 3), c2=nn.Conv2d(8, 4, 3)),
        ((8, 3, 20, 20),),
        cause=(r"c2 \(Conv2d, row 3\)", r"batch of 8", r"channels"),
        runs=True,
    ),
]
