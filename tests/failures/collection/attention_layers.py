"""Attention of another width than what it is given, with its axes swapped, or with undivided heads."""

from typing import Any

import torch
from torch import Tensor, nn
from torchvision import models

from collection.entry import Broken


class Attention(nn.Module):
    """An embedding and torch's attention."""

    def __init__(self, attention: nn.Module, width: int = 128) -> None:
        super().__init__()
        self.embed = nn.Embedding(500, width)
        self.attn = attention

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        return self.attn(x, x, x)[0]


class Cross(nn.Module):
    """Queries of a text attend to the regions of an image."""

    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self.text, self.image = nn.Linear(30, 64), nn.Linear(50, settings.pop("keys", 64))
        self.cross = nn.MultiheadAttention(64, 4, **settings)

    def forward(self, text: Tensor, image: Tensor) -> Tensor:
        regions = self.image(image)
        return self.cross(self.text(text), regions, regions)[0]


class Encoder(nn.Module):
    """A transformer's encoder on features of another width."""

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(40, 96)
        layer = nn.TransformerEncoderLayer(d_model=128, nhead=4, dim_feedforward=256, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.encoder(self.project(x)).mean(1)


class Heads(nn.Module):
    """Attention written by hand, with a width that the heads do not divide."""

    def __init__(self, width: int, heads: int, order: str = "view") -> None:
        super().__init__()
        self.heads, self.order = heads, order
        self.qkv = nn.Linear(32, width * 3 if order == "reshape" else width)

    def forward(self, x: Tensor) -> Tensor:
        n, length, _ = x.shape
        x = self.qkv(x)
        if self.order == "reshape":
            q, k, v = x.chunk(3, dim=-1)
            q, k, v = (t.reshape(n, length, self.heads, t.shape[-1] // self.heads) for t in (q, k, v))
            return q + k + v
        return x.view(n, length, self.heads, x.size(-1) // self.heads).transpose(1, 2)


class BuiltInside(nn.Module):
    """The attention layer is made in forward, by the number of channels that arrive."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 100, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x).flatten(2).transpose(1, 2)
        attention = nn.MultiheadAttention(x.shape[-1], 8, batch_first=True)
        return attention(x, x, x)[0]


class Tokens(nn.Module):
    """The patches of an image, not brought to (N, L, C), go into attention."""

    def __init__(self, flat: bool) -> None:
        super().__init__()
        self.patch, self.flat = nn.Conv2d(3, 64, 16, 16), flat
        self.attn = nn.MultiheadAttention(64, 8, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x)
        x = x.flatten(2) if self.flat else x
        return self.attn(x, x, x)[0]


class Masked(nn.Module):
    """A mask of padded words, and an encoder without batch_first."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(50, 32)
        layer = nn.TransformerEncoderLayer(32, 4)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.encoder(self.embed(x), src_key_padding_mask=x == 0)


NETWORKS = [
    Broken(
        "attention-of-another-width", "forum: was expecting embedding dimension of 256, but got 128",
        lambda: Attention(nn.MultiheadAttention(256, 8, batch_first=True)),
        (torch.zeros(4, 12, dtype=torch.long),),
        cause=(r"attn \(MultiheadAttention", r"256", r"embed \(row 0\)", r"128"),
        repairs=(r"attn = nn\.MultiheadAttention\(128, 8, batch_first=True\)", r"Embedding\(500, 256\)"),
    ),
    Broken(
        "attention-heads-of-new-width", "open-mmlab/mmaction2#1271",
        lambda: Attention(nn.MultiheadAttention(144, 12), 100), (torch.zeros(4, 12, dtype=torch.long),),
        cause=(r"attn \(MultiheadAttention", r"144", r"embed \(row 0\)", r"100"),
        repairs=(r"embed = nn\.Embedding\(500, 144\)", r"MultiheadAttention\(100, 10\)"),
    ),
    Broken(
        "cross-attention-axes", "pytorch/pytorch#122959", Cross, ((8, 10, 30), (8, 49, 50)),
        cause=(r"cross \(MultiheadAttention", r"\(8, 10, 64\)", r"\(8, 49, 64\)", r"batch_first"),
        repairs=(r"batch_first ?= ?True",),
    ),
    Broken(
        "cross-attention-key-width", "pytorch/pytorch#120793", lambda: Cross(keys=48, batch_first=True),
        ((8, 10, 30), (8, 49, 50)),
        cause=(r"cross \(MultiheadAttention", r"64", r"image \(row 0\)", r"48", r"kdim|keys?"),
        repairs=(r"MultiheadAttention\(64, 4,.*kdim=48, vdim=48", r"image = nn.Linear\(50, 64\)"),
    ),
    Broken(
        "encoder-of-another-width", "forum: TransformerEncoderLayer d_model and features", Encoder,
        ((4, 25, 40),),
        cause=(r"self_attn|encoder\.layers\[0\]", r"128", r"project \(row 0\)", r"96"),
        repairs=(r"project = nn\.Linear\(40, 128\)",),
    ),
    Broken(
        "heads-do-not-divide", "karpathy/minGPT: n_embd % n_head", lambda: Heads(100, 8), ((2, 10, 32),),
        cause=(r"view", r"qkv \(row 0\)", r"100", r"\b8\b", r"divi"),
        repairs=(r"qkv = nn\.Linear\(32, (96|104)\)",),
    ),
    Broken(
        "heads-do-not-divide-thirds", "own", lambda: Heads(50, 4, "reshape"), ((2, 10, 32),),
        cause=(r"reshape", r"50", r"\b4\b", r"divi"),
    ),
    Broken(
        "attention-made-in-forward", "facebookresearch/detr#499", BuiltInside, ((2, 3, 8, 8),),
        cause=(r"embed_dim", r"100", r"\b8\b", r"divi|multiple"),
        repairs=(r"conv = nn\.Conv2d\(3, (96|104), 3, padding=1\)", r"num_heads=10|MultiheadAttention\(.*10"),
    ),
    Broken(
        "patches-not-flattened", "forum: query should be unbatched 2D or batched 3D", lambda: Tokens(False),
        ((2, 3, 64, 64),),
        cause=(r"attn \(MultiheadAttention", r"64", r"patch \(row 0\)", r"\(2, 64, 4, 4\)", r"4 axes"),
        misleading=(r"Attention\(4,",), repairs=(r"flatten\(2\)\.transpose\(1, 2\)",),
    ),
    Broken(
        "patches-not-transposed", "own", lambda: Tokens(True), ((2, 3, 64, 80),),
        cause=(r"attn \(MultiheadAttention", r"64", r"\(2, 64, 20\)", r"axis 1", r"last"),
        misleading=(r"Attention\(20,",), repairs=(r"transpose\(1, 2\)|permute\(0, 2, 1\)",),
    ),
    Broken(
        "mask-without-batch-first", "forum: Expected key_padded_mask.shape[0] to be 5, but got 2", Masked,
        (torch.zeros(2, 5, dtype=torch.long),),
        cause=(r"self_attn", r"batch_first", r"\(2, 5, 32\)", r"\(2, 5\)"),
        repairs=(r"batch_first=True",),
    ),
    Broken(
        "vit-at-200", "forum: Wrong image height! Expected 224 but got 200!", models.vit_b_16,
        ((1, 3, 200, 200),),
        cause=(r"Expected 224 but got 200",), repairs=(r"feed \(1, 3, 224, 224\)",),
    ),
]  # fmt: skip
