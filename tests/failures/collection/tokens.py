"""Slips with patches, tokens, masks and the states of recurrent layers."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from collection.entry import Broken
from collection.missing_axes import From, words


def unfolded(s: Any, x: Any) -> Any:
    cut = x.unfold(2, 8, 8).unfold(3, 8, 8)
    return s.embed(cut.reshape(x.size(0), -1, 64))


def untransposed(s: Any, x: Any) -> Any:
    return s.encoder(s.patch(x).flatten(2))


def channels_last(s: Any, x: Any) -> Any:
    y = s.norm(s.conv(x).permute(0, 2, 3, 1))
    return y.view(x.size(0), -1, 12) @ s.q


def two_axes_of_a_class_token(s: Any, x: Any) -> Any:
    token = s.cls.expand(x.size(0), -1)
    return torch.cat([token, s.patch(x).flatten(2).transpose(1, 2)], 1)


def unexpanded_class_token(s: Any, x: Any) -> Any:
    return torch.cat((s.cls, s.patch(x).flatten(2).transpose(1, 2)), dim=1)


def padding_as_attention(s: Any, x: Any, padded: Any) -> Any:
    return s.attention(x, x, x, attn_mask=padded)[0]


def padding_as_mask(s: Any, x: Any, padded: Any) -> Any:
    return s.encoder(x, mask=padded)


def keys_as_they_are(s: Any, x: Any) -> Any:
    q, k, v = s.qkv(x).chunk(3, -1)
    return (q @ k).softmax(-1) @ v


def values_first(s: Any, x: Any) -> Any:
    q, k, v = s.q(x), s.k(x), s.v(x)
    weights = F.dropout(torch.softmax(torch.bmm(q, k.transpose(1, 2)), -1), 0.1, s.training)
    return torch.bmm(v, weights)


def all_positions(s: Any, x: Any) -> Any:
    return s.embed(x) + s.pe


def pair_of_states(s: Any, x: Any) -> Any:
    out, (h, c) = s.gru(x)
    return s.fc(out[:, -1] + h[-1] + c[-1])


def last_of_both(s: Any, x: Any) -> Any:
    out, _ = s.lstm(x)
    return s.fc(out[:, -1])


def clips(s: Any, x: Any) -> Any:
    n, t, c, h, w = x.shape
    features = s.cnn(x.view(n * t, c, h, w)).flatten(1)
    out, _ = s.lstm(features.view(n, t, -1))
    return s.fc(out[:, -1])


def signal(s: Any, x: Any) -> Any:
    return s.conv(s.embed(x))


def qkv() -> dict[str, nn.Module]:
    return {name: nn.Linear(16, 16) for name in ("q", "k", "v")}


def layer() -> nn.Module:
    return nn.TransformerEncoderLayer(16, 4, 32, batch_first=True)


def patch_layer() -> nn.Module:
    return nn.Conv2d(3, 24, 8, 8)


PADDED = torch.zeros(2, 5, dtype=torch.bool)
NETWORKS = [
    Broken(
        "patches-of-one-channel",
        "own",
        lambda: From(unfolded, embed=nn.Linear(192, 64)),
        ((2, 3, 32, 32),),
        cause=(r"192", r"3 channels", r"\(2, 3, 4, 4, 8, 8\)"),
        misleading=(r"nn\.Linear\(64",),
        repairs=(r"permute\(0, 2, 3, 1, 4, 5\)\.reshape\(x\.size\(0\), -1, 192\)",),
    ),
    Broken(
        "tokens-not-transposed",
        "own",
        lambda: From(
            untransposed,
            patch=nn.Conv2d(3, 48, 8, 8),
            encoder=nn.TransformerEncoderLayer(48, 4, 96, batch_first=True),
        ),
        ((2, 3, 32, 32),),
        cause=(r"48 features on axis 1",),
        misleading=(r"EncoderLayer\(16",),
        repairs=(r"x\.transpose\(1, 2\) before encoder$",),
    ),
    Broken(
        "query-of-another-width",
        "own",
        lambda: From(
            channels_last, conv=nn.Conv2d(3, 12, 3), norm=nn.LayerNorm(12), q=nn.Parameter(torch.zeros(10, 5))
        ),
        ((2, 3, 8, 8),),
        cause=(r"parameter q \(10, 5\)", r"12 and 10"),
        repairs=(r"q = nn\.Parameter\(torch\.zeros\(12, 5\)\)",),
    ),
    Broken(
        "class-token-of-two-axes",
        "own",
        lambda: From(two_axes_of_a_class_token, patch=patch_layer(), cls=nn.Parameter(torch.zeros(1, 24))),
        ((2, 3, 32, 32),),
        cause=(r"unequal numbers of axes", r"cls \(2, 24\)"),
        repairs=(r"token\.unsqueeze\(1\)",),
    ),
    Broken(
        "class-token-without-batch",
        "own",
        lambda: From(unexpanded_class_token, patch=patch_layer(), cls=nn.Parameter(torch.zeros(1, 24))),
        ((2, 3, 32, 32),),
        cause=(r"unequal numbers of axes", r"parameter cls \(1, 24\)"),
        repairs=(r"cls\.expand\(x\.size\(0\), 1, -1\)",),
    ),
    Broken(
        "padding-mask-as-attention-mask",
        "own",
        lambda: From(padding_as_attention, attention=nn.MultiheadAttention(16, 4, batch_first=True)),
        ((2, 5, 16), PADDED),
        cause=(r"attn_mask", r"\(5, 5\)", r"\(2, 5\)", r"key_padding_mask"),
        repairs=(r"key_padding_mask=padded in place of attn_mask=padded",),
    ),
    Broken(
        "padding-mask-as-mask-of-an-encoder",
        "own",
        lambda: From(padding_as_mask, encoder=nn.TransformerEncoder(layer(), 1)),
        ((2, 5, 16), PADDED),
        cause=(r"attn_mask", r"\(5, 5\)", r"\(2, 5\)", r"key_padding_mask"),
        repairs=(r"src_key_padding_mask=padded in place of mask=padded",),
    ),
    Broken(
        "keys-not-transposed",
        "own",
        lambda: From(keys_as_they_are, qkv=nn.Linear(16, 48)),
        ((2, 5, 16),),
        cause=(r"inner numbers, 16 and 5",),
        repairs=(r"k\.transpose\(-2, -1\)",),
    ),
    Broken(
        "values-before-their-weights",
        "own",
        lambda: From(values_first, **qkv()),
        ((2, 5, 16),),
        cause=(r"\(2, 5, 16\)", r"\(2, 5, 5\)", r"softmax"),
        misleading=(r"v\.transpose",),
        repairs=(r"weights @ v",),
    ),
    Broken(
        "all-positions-for-a-short-sequence",
        "own",
        lambda: From(all_positions, embed=nn.Embedding(30, 12), pe=torch.zeros(50, 12)),
        (words(3, 7),),
        cause=(r"pe \(50, 12\)", r"7 and 50"),
        misleading=(r"nn\.Embedding",),
        repairs=(r"pe\[:x\.size\(1\)\]",),
    ),
    Broken(
        "gru-with-a-cell-state",
        "own",
        lambda: From(pair_of_states, gru=nn.GRU(6, 9, batch_first=True), fc=nn.Linear(9, 3)),
        ((4, 7, 6),),
        cause=(r"gru .* has one state", r"LSTM"),
        repairs=(r"out, h = gru\(x\)",),
    ),
    Broken(
        "both-directions-not-counted",
        "own",
        lambda: From(
            last_of_both, lstm=nn.LSTM(6, 9, batch_first=True, bidirectional=True), fc=nn.Linear(9, 3)
        ),
        ((4, 7, 6),),
        cause=(r"18 = 2 × 9", r"both directions"),
        repairs=(r"fc = nn\.Linear\(18, 3\)",),
    ),
    Broken(
        "width-of-a-clip-s-frames",
        "own",
        lambda: From(
            clips,
            cnn=nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.AdaptiveAvgPool2d(2)),
            lstm=nn.LSTM(8, 12, batch_first=True),
            fc=nn.Linear(12, 4),
        ),
        ((2, 5, 3, 17, 17),),
        cause=(r"expects 8 features", r"\b32\b"),
        repairs=(r"lstm = nn\.LSTM\(32, 12",),
    ),
    Broken(
        "embeddings-into-conv1d",
        "own",
        lambda: From(signal, embed=nn.Embedding(50, 16), conv=nn.Conv1d(16, 8, 3)),
        (words(4, 12),),
        cause=(r"16 input channels", r"features last"),
        misleading=(r"Conv1d\(12",),
        repairs=(r"transpose\(1, 2\) before conv",),
    ),
]
