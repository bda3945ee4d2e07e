"""Axes in another order than a layer wants: channels last, frames before channels, norms on (N, C, H, W)."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from torch import nn

from collection.entry import Broken
from collection.missing_axes import From, words

# Cutting frames or images off runs, and so does a norm over the width.
FRAMES_DROPPED = (r"Conv3d\(16, ", r"feed \(2, 3, 3, ", r"feed \(2, 3, 16, 3, ", r"squeeze")
OVER_THE_WIDTH = (r"LayerNorm\(8\)", r"LayerNorm\(\(?7", r"feed ")


def next_block(s: Any, x: Any) -> Any:
    """A ConvNeXt block that forgets to move the channels back."""
    y = s.dw(x).permute(0, 2, 3, 1)
    y = s.pw2(F.gelu(s.pw1(s.norm(y))))
    return s.out(y)


def tokens(s: Any, x: Any) -> Any:
    return s.head(s.norm(s.patch(x).flatten(2)).mean(1))


def back_to_maps(s: Any, x: Any) -> Any:
    y = s.norm(s.patch(x).flatten(2).transpose(1, 2))
    return s.out(y.view(y.size(0), 8, 8, -1))


def video_net() -> nn.Module:
    layers = nn.Conv3d(3, 16, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool3d(1), nn.Flatten()
    return nn.Sequential(*layers, nn.Linear(16, 5))


NETWORKS = [
    Broken(
        "layer-norm-on-maps",
        "svip-lab/AS-MLP#6; the project's case b31",
        lambda: nn.Sequential(
            nn.Conv2d(3, 96, 4, 4), nn.LayerNorm(96), nn.Conv2d(96, 96, 7, padding=3, groups=96)
        ),
        ((2, 3, 32, 32),),
        cause=(r"model\[1\] \(LayerNorm, row 1\)", r"96", r"\(2, 96, 8, 8\)", r"axis 1|last axis|channels"),
        misleading=OVER_THE_WIDTH,
        repairs=(
            r"permute\(0, 2, 3, 1\).*permute\(0, 3, 1, 2\)",
            r"GroupNorm\(1, 96\)",
            r"BatchNorm2d\(96\)",
        ),
    ),
    Broken(
        "functional-layer-norm-on-maps",
        "pytorch/pytorch#71465: layer_norm on (N, C, H, W)",
        lambda: From(
            lambda s, x: s.d(F.layer_norm(s.c(x), (32,))), c=nn.Conv2d(3, 32, 3), d=nn.Conv2d(32, 8, 3)
        ),
        ((2, 3, 10, 9),),
        cause=(r"layer_norm \(row 1\)", r"32", r"\(2, 32, 8, 7\)", r"axis 1|last axis|channels"),
        misleading=OVER_THE_WIDTH,
        repairs=(r"permute\(0, 2, 3, 1\).*permute\(0, 3, 1, 2\)",),
    ),
    Broken(
        "layer-norm-on-a-sequence-of-channels",
        "forum: LayerNorm after Conv1d",
        lambda: nn.Sequential(nn.Conv1d(4, 32, 3), nn.LayerNorm(32), nn.ReLU(), nn.Conv1d(32, 8, 3)),
        ((2, 4, 50),),
        cause=(r"model\[1\] \(LayerNorm, row 1\)", r"32", r"\(2, 32, 48\)", r"axis 1|last axis|channels"),
        misleading=(r"LayerNorm\(48\)", r"feed "),
        repairs=(r"transpose\(1, 2\)\)\.transpose\(1, 2\)", r"GroupNorm\(1, 32\)", r"BatchNorm1d\(32\)"),
    ),
    Broken(
        "layer-norm-on-video",
        "own: LayerNorm after Conv3d",
        lambda: nn.Sequential(nn.Conv3d(3, 24, 3, padding=1), nn.LayerNorm(24), nn.Conv3d(24, 8, 3)),
        ((2, 3, 6, 10, 12),),
        cause=(
            r"model\[1\] \(LayerNorm, row 1\)",
            r"24",
            r"\(2, 24, 6, 10, 12\)",
            r"axis 1|last axis|channels",
        ),
        misleading=(r"LayerNorm\(12\)", r"feed "),
        repairs=(r"permute\(0, 2, 3, 4, 1\)", r"GroupNorm\(1, 24\)", r"BatchNorm3d\(24\)"),
    ),
    Broken(
        "layer-norm-over-a-fixed-size",
        "forum: LayerNorm((28, 28)) on other images",
        lambda: nn.Sequential(nn.LayerNorm((28, 28)), nn.Conv2d(1, 4, 3)),
        ((4, 1, 32, 32),),
        cause=(r"model\[0\] \(LayerNorm, row 0\)", r"28", r"32"),
        misleading=(r"LayerNorm\(32\)",),
        repairs=(r"LayerNorm\(\(32, 32\)\)", r"feed \(4, 1, 28, 28\)"),
    ),
    Broken(
        "tokens-features-first",
        "own: a vision transformer's tokens (N, D, L), transpose(1, 2) forgotten",
        lambda: From(tokens, patch=nn.Conv2d(3, 48, 8, 8), norm=nn.LayerNorm(48), head=nn.Linear(48, 10)),
        ((2, 3, 32, 32),),
        cause=(r"norm \(LayerNorm, row 2\)|norm \(row 2\)", r"48", r"\(2, 48, 16\)"),
        misleading=(r"LayerNorm\(16\)", r"Linear\(16", r"feed "),
        repairs=(r"transpose\(1, 2\)",),
    ),
    Broken(
        "batch-norm-on-channels-last",
        "forum: BatchNorm2d on (N, H, W, C)",
        lambda: From(
            lambda s, x: s.n(s.l(s.c(x).permute(0, 2, 3, 1))),
            c=nn.Conv2d(3, 24, 3),
            l=nn.Linear(24, 32),
            n=nn.BatchNorm2d(32),
        ),
        ((2, 3, 12, 11),),
        cause=(r"n \(.*row 3\)|n \(BatchNorm2d", r"32", r"\(2, 10, 9, 32\)"),
        misleading=(r"BatchNorm2d\(10\)", r"out_channels", r"Conv2d\("),
        repairs=(r"permute\(0, 3, 1, 2\)",),
    ),
    Broken(
        "video-frames-before-channels",
        "facebookarchive/C3D#278 and the forum; the project's case b36",
        video_net,
        ((2, 16, 3, 56, 56),),
        cause=(r"expects 3 input channels", r"\(2, 16, 3, 56, 56\)", r"axis 2|frames"),
        misleading=FRAMES_DROPPED,
        repairs=(r"feed \(2, 3, 16, 56, 56\): x\.(permute\(0, 2, 1, 3, 4\)|transpose\(1, 2\))",),
    ),
    Broken(
        "video-channels-last",
        "own: clips as they are decoded, (N, T, H, W, C)",
        video_net,
        ((2, 16, 40, 56, 3),),
        cause=(r"expects 3 input channels", r"\(2, 16, 40, 56, 3\)", r"channels-last|last"),
        misleading=(r"Conv3d\(16, ",),
        repairs=(r"feed \(2, 3, 16, 40, 56\): x\.permute\(0, 4, 1, 2, 3\)",),
    ),
    Broken(
        "one-clip-frames-first",
        "forum: one clip (T, C, H, W), as torchvision reads it",
        video_net,
        ((16, 3, 40, 56),),
        cause=(r"expects 3 input channels", r"\(16, 3, 40, 56\)"),
        misleading=(r"Conv3d\(16, ", r"feed \(3, 3, 40"),
        repairs=(
            r"feed \(1, 3, 16, 40, 56\): x\.(permute\(1, 0, 2, 3\)|transpose\(0, 1\))\.unsqueeze\(0\)",
            r"feed \(3, 16, 40, 56\): x\.(permute\(1, 0, 2, 3\)|transpose\(0, 1\))",
        ),
    ),
    Broken(
        "frames-into-conv2d",
        "forum: (N, T, C, H, W) into a network for images",
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)
        ),
        ((2, 16, 3, 32, 32),),
        cause=(r"works on \(N, C, H, W\)", r"\(2, 16, 3, 32, 32\)", r"5"),
        misleading=(r"feed \(2, 3, 32, 32\)", r"feed \(16, 3"),
        repairs=(r"flatten\(0, 1\)",),
    ),
    Broken(
        "wrong-permute-inside",
        "own: clips (N, T, H, W, C), permuted to frames before channels",
        lambda: From(lambda s, x: s.c(x.permute(0, 1, 4, 2, 3)), c=nn.Conv3d(3, 8, 3)),
        ((2, 16, 20, 24, 3),),
        cause=(r"c \(Conv3d, row 1\)", r"permute \(row 0\)", r"\(2, 16, 3, 20, 24\)"),
        misleading=(r"Conv3d\(16, ", r"feed "),
        repairs=(r"permute\(0, 4, 1, 2, 3\)|transpose\(1, 2\)|permute\(0, 2, 1, 3, 4\)",),
    ),
    Broken(
        "permuted-and-not-back",
        "own: ConvNeXt's block, the second permute forgotten",
        lambda: From(
            next_block,
            dw=nn.Conv2d(32, 32, 7, padding=3, groups=32),
            norm=nn.LayerNorm(32),
            pw1=nn.Linear(32, 128),
            pw2=nn.Linear(128, 32),
            out=nn.Conv2d(32, 64, 2, 2),
        ),
        ((2, 32, 14, 12),),
        cause=(r"out \(Conv2d, row 6\)", r"32 input channels", r"\(2, 14, 12, 32\)", r"permute \(row 1\)"),
        misleading=(r"Conv2d\(14", r"out_channels", r"feed "),
        repairs=(r"permute\(0, 3, 1, 2\)",),
    ),
    Broken(
        "tokens-to-maps-without-permute",
        "own: tokens (N, L, D) viewed as (N, H, W, D) before a convolution",
        lambda: From(
            back_to_maps, patch=nn.Conv2d(3, 48, 4, 4), norm=nn.LayerNorm(48), out=nn.Conv2d(48, 4, 3)
        ),
        ((2, 3, 32, 32),),
        cause=(r"out \(Conv2d, row 5\)", r"48 input channels", r"\(2, 8, 8, 48\)", r"view \(row 4\)|last"),
        misleading=(r"Conv2d\(8, ", r"feed "),
        repairs=(r"permute\(0, 3, 1, 2\)",),
    ),
    Broken(
        "embedding-into-conv1d-after-dropout",
        "forum: (N, L, D) into Conv1d",
        lambda: From(
            lambda s, x: s.c(s.d(s.e(x))), e=nn.Embedding(100, 32), d=nn.Dropout(), c=nn.Conv1d(32, 8, 3)
        ),
        (words(4, 20),),
        cause=(r"c \(Conv1d, row 2\)", r"32 input channels", r"\(4, 20, 32\)"),
        misleading=(r"Conv1d\(20", r"feed "),
        repairs=(r"transpose\(1, 2\)",),
    ),
    Broken(
        "transposed-and-not-back",
        "own: tokens mixed over their length, then a convolution over time",
        lambda: From(
            lambda s, x: s.c(s.l(s.p(x).transpose(1, 2))),
            p=nn.Conv1d(6, 24, 3),
            l=nn.Linear(24, 32),
            c=nn.Conv1d(32, 4, 3),
        ),
        ((2, 6, 50),),
        cause=(r"c \(Conv1d, row 3\)", r"32 input channels", r"\(2, 48, 32\)"),
        misleading=(r"Conv1d\(48", r"feed "),
        repairs=(r"transpose\(1, 2\)",),
    ),
    Broken(
        "autoencoder-loss",
        "Stack Overflow: convolution and transposed convolution do not cancel; the project's case b16",
        lambda: From(
            lambda s, x: F.mse_loss(s.dec(s.enc(x)), x),
            enc=nn.Sequential(
                nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, stride=2, padding=1)
            ),
            dec=nn.Sequential(
                nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1),
                nn.ReLU(),
                nn.ConvTranspose2d(16, 3, 3, stride=2, padding=1),
            ),
        ),
        ((4, 3, 48, 48),),
        cause=(r"mse_loss \(row 6\)", r"dec\[2\]", r"45", r"48"),
        misleading=(r"feed ",),
        repairs=(r"output_padding=1 and dec\[2\] output_padding=1",),
    ),
]
