"""Positions, masks and grids that the network holds for one size, and an input of another size."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken

_OTHER_LAYERS = (r"nn\.Linear", r"nn\.Conv2d", r"padding=", r"send ", r"stride=")


class Vit(nn.Module):
    """A vision transformer of one layer; `positions` is the shape of its position embedding."""

    def __init__(self, patch: int, positions: tuple[int, ...], in_place: bool = False) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 64, patch, patch)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 64))
        self.pos_embedding = nn.Parameter(torch.zeros(positions))
        self.in_place = in_place
        self.encoder = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls_token.expand(x.size(0), -1, -1), x], dim=1)
        if self.in_place:
            x += self.pos_embedding
        else:
            x = x + self.pos_embedding
        return self.head(self.encoder(x)[:, 0])


class Compact(nn.Module):
    """A compact transformer: positions are added to the tokens of a convolution and a pool."""

    def __init__(self) -> None:
        super().__init__()
        self.tokenizer = nn.Sequential(nn.Conv2d(3, 32, 3, 1, 1), nn.ReLU(), nn.MaxPool2d(4))
        self.positional_emb = nn.Parameter(torch.zeros(1, 64, 32))
        self.blocks = nn.Sequential(nn.LayerNorm(32), nn.Linear(32, 32))
        self.pool = nn.Linear(32, 1)
        self.fc = nn.Linear(32, 7)

    def forward(self, x: Tensor) -> Tensor:
        x = self.tokenizer(x).flatten(2).transpose(1, 2)
        x += self.positional_emb
        x = self.blocks(x)
        return self.fc((F.softmax(self.pool(x), 1).transpose(1, 2) @ x).squeeze(1))


class Sines(nn.Module):
    """The tutorial's positional encoding, computed once for `longest` words."""

    def __init__(self, longest: int, first: bool = False) -> None:
        super().__init__()
        place = torch.arange(longest).unsqueeze(1)
        speed = torch.exp(torch.arange(0, 32, 2) * -0.3)
        pe = torch.zeros(longest, 32)
        pe[:, 0::2], pe[:, 1::2] = torch.sin(place * speed), torch.cos(place * speed)
        self.first = first
        self.register_buffer("pe", pe.unsqueeze(1) if first else pe.unsqueeze(0))

    def forward(self, x: Tensor) -> Tensor:
        return x + (self.pe[: x.size(1)] if self.first else self.pe[:, : x.size(1)])


class Words(nn.Module):
    """A transformer for sequences of 32 features, with the positions of `Sines`."""

    def __init__(self, longest: int, first: bool = False) -> None:
        super().__init__()
        self.pos_encoder = Sines(longest, first)
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(self.pos_encoder(x))


class LearnedTable(nn.Module):
    """Positions from an nn.Embedding that is asked for a fixed number of them."""

    def __init__(self) -> None:
        super().__init__()
        self.inp = nn.Linear(12, 32)
        self.pos = nn.Embedding(64, 32)
        self.out = nn.Linear(32, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.inp(x) + self.pos(torch.arange(64)))


class Causal(nn.Module):
    """Self-attention written by hand, with the mask of a block of 64 words, as in minGPT."""

    def __init__(self, cut: bool) -> None:
        super().__init__()
        self.qkv = nn.Linear(32, 96)
        self.proj = nn.Linear(32, 32)
        self.cut = cut
        self.register_buffer("mask", torch.tril(torch.ones(64, 64)).view(1, 1, 64, 64))

    def forward(self, x: Tensor) -> Tensor:
        n, t, c = x.shape
        q, k, v = (part.view(n, t, 4, 8).transpose(1, 2) for part in self.qkv(x).split(c, 2))
        scores = q @ k.transpose(-2, -1)
        mask = self.mask[:, :, :t, :t] if self.cut else self.mask
        scores = scores.masked_fill(mask == 0, float("-inf")) if self.cut else scores + mask
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, c))


class Window(nn.Module):
    """Attention inside a window, with a bias for each pair of its 49 places."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(24, 72)
        self.relative_position_bias = nn.Parameter(torch.zeros(3, 49, 49))

    def forward(self, x: Tensor) -> Tensor:
        n, t, c = x.shape
        q, k, v = self.qkv(x).reshape(n, t, 3, 3, 8).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-2, -1) + self.relative_position_bias
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, c)


class Grid(nn.Module):
    """A detector's head that adds the corner of each cell, for images of 416 pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 24, 3, 16, 1))
        self.head = nn.Conv2d(24, 3 * 7, 1)
        ys, xs = torch.meshgrid(torch.arange(13.0), torch.arange(13.0), indexing="ij")
        self.register_buffer("grid", torch.stack((xs, ys), -1).view(1, 1, 13, 13, 2))

    def forward(self, x: Tensor) -> Tensor:
        y = self.head(self.body(x))
        n, _, h, w = y.shape
        y = y.view(n, 3, 7, h, w).permute(0, 1, 3, 4, 2)
        return torch.cat((y[..., :2].sigmoid() + self.grid, y[..., 2:]), -1)


class Coordinates(nn.Module):
    """A convolution that is also given the coordinates of each pixel of a 64 x 64 image."""

    def __init__(self) -> None:
        super().__init__()
        ys, xs = torch.meshgrid(torch.linspace(-1, 1, 64), torch.linspace(-1, 1, 64), indexing="ij")
        self.register_buffer("coords", torch.stack((xs, ys)).unsqueeze(0))
        self.conv = nn.Conv2d(5, 8, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(torch.cat([x, self.coords], 1))


class Detr(nn.Module):
    """The demo detector: 50 learned positions for rows and for columns, and 20 queries."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Conv2d(3, 32, 16, 16)
        self.transformer = nn.Transformer(32, 4, 1, 1, 64)
        self.query_pos = nn.Parameter(torch.rand(20, 32))
        self.row_embed = nn.Parameter(torch.rand(50, 16))
        self.col_embed = nn.Parameter(torch.rand(50, 16))
        self.out = nn.Linear(32, 4)

    def forward(self, x: Tensor) -> Tensor:
        h = self.backbone(x)
        height, width = h.shape[-2:]
        column = self.col_embed[:width].unsqueeze(0).repeat(height, 1, 1)
        row = self.row_embed[:height].unsqueeze(1).repeat(1, width, 1)
        pos = torch.cat([column, row], dim=-1).flatten(0, 1).unsqueeze(1)
        return self.out(self.transformer(pos + h.flatten(2).permute(2, 0, 1), self.query_pos.unsqueeze(1)))


class PatchMixer(nn.Module):
    """Positions that are kept as a map, added before the patches are flattened."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, 32, 16, 16)
        self.pos_embed = nn.Parameter(torch.zeros(1, 64, 64, 32))
        self.out = nn.Linear(32, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x).permute(0, 2, 3, 1)
        return self.out((x + self.pos_embed).mean((1, 2)))


def _broken(
    name: str,
    source: str,
    network: tuple[Any, ...],
    shape: tuple[int, ...],
    cause: tuple[str, ...],
    repairs: tuple[str, ...] = (),
    misleading: tuple[str, ...] = _OTHER_LAYERS,
) -> Broken:
    make, *arguments = network
    return Broken(name, source, lambda: make(*arguments), (shape,), cause, misleading, repairs)


NETWORKS = [
    _broken(
        "vit-small-image",
        "jeonsworld/ViT-pytorch#3",
        (Vit, 16, (1, 197, 64)),
        (2, 3, 32, 32),
        (r"pos_embedding \(1, 197, 64\)", r"\b197\b", r"\b5\b", r"cat"),
        (r"feed \(2, 3, 224, 224\)", r"pos_embedding = nn\.Parameter\(torch\.zeros\(1, 5, 64\)\)"),
    ),
    _broken(
        "vit-large-image",
        "own, after facebookresearch/dino#19",
        (Vit, 4, (1, 65, 64)),
        (3, 3, 48, 48),
        (r"pos_embedding \(1, 65, 64\)", r"\b65\b", r"\b145\b"),
        (r"feed \(3, 3, 32, 32\)", r"pos_embedding = nn\.Parameter\(torch\.zeros\(1, 145, 64\)\)"),
    ),
    _broken(
        "vit-in-place",
        "lukas-blecher/LaTeX-OCR#315",
        (Vit, 8, (1, 50, 64), True),
        (1, 3, 64, 64),
        (r"pos_embedding \(1, 50, 64\)", r"\b50\b", r"\b65\b"),
        (r"feed \(1, 3, 56, 56\)", r"pos_embedding = nn\.Parameter\(torch\.zeros\(1, 65, 64\)\)"),
    ),
    _broken(
        "class-token-not-counted",
        "forum: positions for the patches only, one token too many",
        (Vit, 8, (1, 16, 64)),
        (2, 3, 32, 32),
        (r"pos_embedding \(1, 16, 64\)", r"\b16\b", r"\b17\b"),
        (r"pos_embedding = nn\.Parameter\(torch\.zeros\(1, 17, 64\)\)",),
        (*_OTHER_LAYERS, r"feed "),
    ),
    _broken(
        "positions-with-a-batch",
        "own, after questions on the last batch of an epoch",
        (Vit, 8, (64, 17, 64)),
        (8, 3, 32, 32),
        (r"pos_embedding \(64, 17, 64\)", r"\b64\b", r"\bbatch\b", r"\b8\b"),
        (r"pos_embedding = nn\.Parameter\(torch\.zeros\(1, 17, 64\)\)",),
    ),
    _broken(
        "positions-of-the-first-axis",
        "own: (positions, 1, features) added to (batch, positions, features)",
        (Vit, 8, (17, 1, 64)),
        (4, 3, 32, 32),
        (r"pos_embedding \(17, 1, 64\)", r"\b17\b", r"axis 1|\(4, 17, 64\)"),
        (r"pos_embedding\.transpose\(0, 1\)|pos_embedding = nn\.Parameter\(torch\.zeros\(1, 17, 64\)\)",),
        (*_OTHER_LAYERS, r"feed \(17"),
    ),
    _broken(
        "compact-transformer",
        "SHI-Labs/Compact-Transformers#74",
        (Compact,),
        (2, 3, 224, 224),
        (r"positional_emb \(1, 64, 32\)", r"\b64\b", r"\b3,?136\b"),
        (r"feed \(2, 3, 32, 32\)", r"positional_emb = nn\.Parameter\(torch\.zeros\(1, 3136, 32\)\)"),
    ),
    _broken(
        "sines-too-few",
        "rohitg00/ai-engineering-from-scratch#205",
        (Words, 50),
        (2, 80, 32),
        (r"pe\b", r"\b50\b", r"\b80\b"),
        (r"feed \(2, 50, 32\)",),
    ),
    _broken(
        "sines-sequence-first",
        "forum: the tutorial's positional encoding with batch_first=True",
        (Words, 90, True),
        (4, 50, 32),
        (r"pe\b", r"\(50, 1, 32\)", r"\(4, 50, 32\)"),
        (r"transpose\(0, 1\)",),
        (*_OTHER_LAYERS, r"feed \(50"),
    ),
    _broken(
        "embedding-of-positions",
        "bentrevett/pytorch-seq2seq#69",
        (LearnedTable,),
        (2, 80, 12),
        (r"pos\b", r"\b64\b", r"\b80\b"),
        (r"feed \(2, 64, 12\)",),
    ),
    _broken(
        "causal-mask-added",
        "forum: block_size is smaller than the sequence",
        (Causal, False),
        (2, 50, 32),
        (r"mask \(1, 1, 64, 64\)", r"\b64\b", r"\b50\b"),
        (r"feed \(2, 64, 32\)", r"mask = torch\.zeros\(1, 1, 50, 50\)", r"mask\[:, :, :50, :50\]"),
    ),
    _broken(
        "causal-mask-filled",
        "forum: block_size is smaller than the sequence",
        (Causal, True),
        (2, 80, 32),
        (r"mask\b", r"\b64\b", r"\b80\b"),
        (r"feed \(2, 64, 32\)",),
    ),
    _broken(
        "window-bias",
        "microsoft/Swin-Transformer#139",
        (Window,),
        (6, 64, 24),
        (r"relative_position_bias \(3, 49, 49\)", r"\b49\b", r"\b64\b"),
        (r"feed \(6, 49, 24\)", r"relative_position_bias = nn\.Parameter\(torch\.zeros\(3, 64, 64\)\)"),
    ),
    _broken(
        "grid-of-a-detector",
        "own, after YOLOv3 with another image size",
        (Grid,),
        (1, 3, 320, 320),
        (r"grid \(1, 1, 13, 13, 2\)", r"\b13\b", r"\b10\b"),
        (r"feed \(1, 3, 416, 416\)",),
    ),
    _broken(
        "coordinates-of-another-size",
        "own, after CoordConv",
        (Coordinates,),
        (1, 3, 48, 48),
        (r"coords \(1, 2, 64, 64\)", r"48"),
        (r"feed \(1, 3, 64, 64\)",),
    ),
    _broken(
        "coordinates-not-expanded",
        "own, after CoordConv",
        (Coordinates,),
        (4, 3, 64, 64),
        (r"coords \(1, 2, 64, 64\)", r"\b4\b", r"batch"),
        (r"coords\.expand\(",),
        (*_OTHER_LAYERS, r"feed \(1"),
    ),
    _broken(
        "rows-of-a-wide-image",
        "own, after the demo of facebookresearch/detr",
        (Detr,),
        (1, 3, 320, 960),
        (r"col_embed", r"\b50\b", r"\b60\b"),
    ),
    _broken(
        "queries-of-another-batch",
        "forum: the batch number of src and tgt must be equal",
        (Detr,),
        (4, 3, 64, 64),
        (r"query_pos", r"\b4\b", r"\b1\b", r"batch"),
        (r"expand|repeat",),
        (*_OTHER_LAYERS, r"feed \(1"),
    ),
    _broken(
        "map-of-positions",
        "ImprintLab/Medical-SAM-Adapter#25",
        (PatchMixer,),
        (1, 3, 512, 512),
        (r"pos_embed \(1, 64, 64, 32\)", r"\b64\b", r"\b32\b"),
        (r"feed \(1, 3, 1024, 1024\)", r"pos_embed = nn\.Parameter\(torch\.zeros\(1, 32, 32, 32\)\)"),
    ),
]
