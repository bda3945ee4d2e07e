"""Products, axes that are not there, parts that do not add up, and the arguments of interpolate."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class Attention(nn.Module):
    """Scores of queries and keys; the keys are not transposed."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v = nn.Linear(24, 16), nn.Linear(24, 16), nn.Linear(24, 16)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.q(x), self.k(x), self.v(x)
        a = torch.softmax(torch.bmm(q, k) / 4.0, -1)
        return torch.bmm(a, v)


class PixelAttention(nn.Module):
    """Attention over pixels, as in a self-attention GAN, with one transpose missing."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = nn.Conv2d(16, 2, 1), nn.Conv2d(16, 2, 1), nn.Conv2d(16, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.query(x).flatten(2), self.key(x).flatten(2), self.value(x).flatten(2)
        energy = torch.softmax(q @ k, -1)
        return (v @ energy).view_as(x)


class Einsum(nn.Module):
    """An einsum whose letters do not fit its operands."""

    def __init__(self, equation: str) -> None:
        super().__init__()
        self.q, self.k, self.equation = nn.Linear(24, 16), nn.Linear(24, 12), equation

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum(self.equation, self.q(x), self.k(x))


class Axis(nn.Module):
    """A function along an axis that the maps do not have."""

    def __init__(self, call: str) -> None:
        super().__init__()
        self.conv, self.call = nn.Conv2d(3, 4, 3), call

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.call == "unsqueeze":
            return x.flatten(1).unsqueeze(4)
        if self.call == "mean":
            return x.mean(dim=(2, 3)).mean(dim=2)
        if self.call == "permute":
            return x.permute(0, 2, 1)
        if self.call == "transpose":
            return x.flatten(2).transpose(1, 3)
        return x.squeeze(4)


class Parts(nn.Module):
    """Channels cut into parts that do not add up to them, or into fewer than are named."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.conv, self.how = nn.Conv2d(3, 128 if how == "split" else 64, 1), how

    def forward(self, x: Tensor) -> Tensor:
        if self.how == "split":
            a, b, c = torch.split(self.conv(x), [42, 42, 42], dim=1)
        elif self.how == "few":
            a, b, c = self.conv(x)[:, :4].chunk(3, dim=1)
        else:
            a, b, c = torch.split(self.conv(x), 16, dim=1)
        return torch.cat((a, b, c), 1)


class Joined(nn.Module):
    """A concatenation whose tensors are not in a list."""

    def __init__(self, stacked: bool = False) -> None:
        super().__init__()
        self.a, self.b, self.stacked = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1), stacked

    def forward(self, x: Tensor) -> Tensor:
        if self.stacked:
            return torch.stack(self.a(x), self.b(x))
        return torch.cat(self.a(x), self.b(x), 1)


class Resized(nn.Module):
    """interpolate with arguments that do not fit the maps or each other."""

    def __init__(self, **arguments: object) -> None:
        super().__init__()
        self.conv, self.arguments = nn.Conv2d(3, 4, 3), arguments

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(self.conv(x), **self.arguments)


NETWORKS = [
    Broken(
        "attention-keys-not-transposed",
        "forum: Expected size for first two dimensions of batch2 tensor to be [2, 16] but got [2, 10]",
        Attention,
        ((2, 10, 24),),
        cause=(r"bmm", r"\b16\b", r"\b10\b", r"q \(Linear|q \(row"),
        repairs=(r"k.*transpose\(1, 2\)|transpose\(-2, -1\)",),
    ),
    Broken(
        "pixel-attention",
        "heykeetae/Self-Attention-GAN#11",
        PixelAttention,
        ((2, 16, 5, 5),),
        cause=(r"matmul", r"\b25\b", r"\b2\b"),
        misleading=(r"second one: \.transpose",),
        repairs=(r"first.*transpose\(-2, -1\)|q.*transpose\(1, 2\)|q\.transpose\(-2, -1\)",),
    ),
    Broken(
        "einsum-sizes",
        "own",
        lambda: Einsum("bqd,bkd->bqk"),
        ((2, 10, 24),),
        cause=(r"einsum", r"\bd\b", r"\b16\b", r"\b12\b"),
        repairs=(r"k = nn\.Linear\(24, 16\)|q = nn\.Linear\(24, 12\)",),
    ),
    Broken(
        "einsum-axes",
        "forum: the number of subscripts in the equation (4) does not match the number of dimensions (3)",
        lambda: Einsum("bhqd,bhkd->bhqk"),
        ((2, 10, 24),),
        cause=(r"einsum", r"bhqd", r"\b4\b", r"\b3\b"),
    ),
    Broken(
        "unsqueeze-axis-4",
        "own",
        lambda: Axis("unsqueeze"),
        ((2, 3, 8, 8),),
        cause=(r"unsqueeze", r"axis 4|dim 4|dim=4", r"\(2, 144\)", r"-3 to 2|at most 2|0 to 2"),
    ),
    Broken(
        "squeeze-axis-4",
        "own",
        lambda: Axis("squeeze"),
        ((2, 3, 8, 8),),
        cause=(r"squeeze", r"axis 4", r"\(2, 4, 6, 6\)", r"4 axes|0 to 3|-4 to 3"),
    ),
    Broken(
        "mean-axis-2",
        "forum: Dimension out of range",
        lambda: Axis("mean"),
        ((2, 3, 8, 8),),
        cause=(r"mean", r"axis 2", r"\(2, 4\)", r"2 axes|0 to 1|-2 to 1"),
    ),
    Broken(
        "permute-too-few",
        "forum: permute(sparse_coo): number of dimensions does not match",
        lambda: Axis("permute"),
        ((2, 3, 8, 8),),
        cause=(r"permute", r"\(0, 2, 1\)|3 axes", r"\(2, 4, 6, 6\)", r"4 axes|has 4"),
    ),
    Broken(
        "transpose-axis-3",
        "own",
        lambda: Axis("transpose"),
        ((2, 3, 8, 8),),
        cause=(r"transpose", r"axis 3", r"\(2, 4, 36\)", r"3 axes|0 to 2|-3 to 2"),
    ),
    Broken(
        "split-sizes",
        "xindongzhang/ELAN#8",
        lambda: Parts("split"),
        ((1, 3, 8, 8),),
        cause=(r"split", r"126", r"128", r"conv"),
        repairs=(r"conv = nn\.Conv2d\(3, 126, 1\)|\[42, 42, 44\]",),
    ),
    Broken(
        "chunk-gives-fewer",
        "forum: not enough values to unpack (expected 3, got 2)",
        lambda: Parts("few"),
        ((1, 3, 8, 8),),
        cause=(r"chunk", r"\b2\b", r"\b3\b", r"\b4\b"),
    ),
    Broken(
        "split-gives-more",
        "forum: too many values to unpack (expected 3)",
        lambda: Parts("more"),
        ((1, 3, 8, 8),),
        cause=(r"split", r"\b4\b", r"\b3\b", r"\b64\b"),
    ),
    Broken(
        "cat-without-list",
        "forum: cat() received an invalid combination of arguments",
        Joined,
        ((1, 3, 8, 8),),
        cause=(r"cat", r"list|tuple"),
        misleading=(r"equal",),
        repairs=(r"torch\.cat\([\[\(].*, .*[\]\)], (dim=)?1\)",),
    ),
    Broken(
        "stack-without-list",
        "own",
        lambda: Joined(stacked=True),
        ((1, 3, 8, 8),),
        cause=(r"stack", r"list|tuple"),
        repairs=(r"torch\.stack\([\[\(].*, .*[\]\)]\)",),
    ),
    Broken(
        "interpolate-both",
        "forum: only one of size or scale_factor should be defined",
        lambda: Resized(size=(12, 12), scale_factor=2),
        ((1, 3, 8, 8),),
        cause=(r"interpolate", r"size", r"scale_factor", r"one of"),
        repairs=(r"scale_factor=2|size=\(12, 12\)",),
    ),
    Broken(
        "interpolate-mode-of-other-axes",
        "forum: Got 4D input, but linear mode needs 3D input",
        lambda: Resized(scale_factor=2, mode="linear"),
        ((1, 3, 8, 8),),
        cause=(r"interpolate", r"linear", r"\(1, 4, 6, 6\)"),
        repairs=(r"bilinear",),
    ),
    Broken(
        "interpolate-three-sizes",
        "own",
        lambda: Resized(size=(4, 12, 12)),
        ((1, 3, 8, 8),),
        cause=(r"interpolate", r"\(4, 12, 12\)", r"2 numbers|two numbers|2 sizes|\(H, W\)"),
        repairs=(r"size=\(12, 12\)",),
    ),
]
