"""Parameters, buffers and constants of the network whose shape does not fit what they meet."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class StartsWithConstant(nn.Module):
    """A generator whose first convolution reads a learned constant, as StyleGAN's."""

    def __init__(self) -> None:
        super().__init__()
        self.const = nn.Parameter(torch.randn(1, 32, 4, 4))
        self.conv = nn.Conv2d(64, 8, 3, padding=1)
        self.style = nn.Linear(16, 8)

    def forward(self, w: Tensor) -> Tensor:
        return self.conv(self.const) * self.style(w)[:, :, None, None]


class WithNoise(nn.Module):
    """A generator that joins noise of a fixed batch with its input."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(110, 20)

    def forward(self, labels: Tensor) -> Tensor:
        return self.fc(torch.cat([torch.randn(16, 100), labels], 1))


class ClassToken(nn.Module):
    """A class token in front of the patches that is not expanded, or has a batch of its own."""

    def __init__(self, batch: int) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 24, 8, 8)
        self.cls_token = nn.Parameter(torch.zeros(batch, 1, 24))

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        return torch.cat((self.cls_token, x), dim=1)


class NarrowToken(nn.Module):
    """A class token of another width than the patches."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 48, 8, 8)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 24))

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        return torch.cat((self.cls_token.expand(x.size(0), -1, -1), x), dim=1)


class LayerScale(nn.Module):
    """A factor for each channel, on maps whose channels are not the last axis."""

    def __init__(self) -> None:
        super().__init__()
        self.dwconv = nn.Conv2d(24, 24, 7, padding=3, groups=24)
        self.gamma = nn.Parameter(1e-6 * torch.ones(24))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.gamma * self.dwconv(x)


class Normalized(nn.Module):
    """Means and deviations of three colours, kept as vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]))
        self.conv = nn.Conv2d(3, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv((x - self.mean) / self.std)


class NormalizedGray(nn.Module):
    """Means of three colours, given images of one: the subtraction makes three channels of it."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.conv = nn.Conv2d(1, 8, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x - self.mean)


class ByHand(nn.Module):
    """A dense layer written by hand, with its weight or its bias of the wrong shape."""

    def __init__(self, weight: tuple[int, ...], bias: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(weight))
        self.bias = nn.Parameter(torch.zeros(bias))

    def forward(self, x: Tensor) -> Tensor:
        return torch.flatten(x, 1) @ self.weight + self.bias


class Edges(nn.Module):
    """A fixed kernel, given to F.conv2d with the axes of `kernel`."""

    def __init__(self, *kernel: int) -> None:
        super().__init__()
        sobel = torch.tensor([[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0]])
        self.register_buffer("kernel", sobel.view(*kernel))

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.kernel, padding=1)


class Latents(nn.Module):
    """Learned latents that read the input, as in Perceiver, without an axis for the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.randn(16, 32))

    def forward(self, x: Tensor) -> Tensor:
        return torch.bmm(self.latents, x.transpose(1, 2)).softmax(-1) @ x


class Graph(nn.Module):
    """A layer of a graph network, whose adjacency belongs to another graph than its input."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("adjacency", torch.eye(34))
        self.fc = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        return torch.matmul(self.adjacency, self.fc(x))


class Recurrent(nn.Module):
    """A GRU whose first state is a parameter, a buffer or zeros, for a batch of 32."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.gru = nn.GRU(8, 16, batch_first=True)
        self.kind = kind
        if kind == "parameter":
            self.h0 = nn.Parameter(torch.zeros(1, 32, 16))
        if kind == "buffer":
            self.register_buffer("h0", torch.zeros(1, 32, 16))

    def forward(self, x: Tensor) -> Tensor:
        h0 = torch.zeros(1, 32, 16) if self.kind == "zeros" else self.h0
        return self.gru(x, h0)[0]


class Cell(nn.Module):
    """An LSTM cell that is stepped by hand, with states for a batch of 64."""

    def __init__(self) -> None:
        super().__init__()
        self.cell = nn.LSTMCell(8, 16)
        self.register_buffer("hidden", torch.zeros(64, 16))
        self.register_buffer("state", torch.zeros(64, 16))

    def forward(self, x: Tensor) -> Tensor:
        h, c = self.hidden, self.state
        for t in range(x.size(1)):
            h, c = self.cell(x[:, t], (h, c))
        return h


class Weighted(nn.Module):
    """A loss inside of forward, with weights for another number of classes."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(6, 5)
        self.register_buffer("class_weights", torch.ones(3))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(self.fc(x), y, weight=self.class_weights)


class Anchors(nn.Module):
    """Sizes of anchors that are multiplied with boxes, without axes for the cells."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Conv2d(8, 3 * 2, 1)
        self.register_buffer("anchors", torch.ones(3, 2))

    def forward(self, x: Tensor) -> Tensor:
        n, _, h, w = x.shape
        return self.head(x).view(n, 3, 2, h, w).permute(0, 1, 3, 4, 2).exp() * self.anchors


class Expanded(nn.Module):
    """A token that is expanded to another width than it has."""

    def __init__(self) -> None:
        super().__init__()
        self.mask_token = nn.Parameter(torch.zeros(1, 1, 48))
        self.fc = nn.Linear(10, 64)

    def forward(self, x: Tensor) -> Tensor:
        x = self.fc(x)
        return torch.cat([x, self.mask_token.expand(x.size(0), 4, 64)], 1)


class Sloped(nn.Module):
    """A slope for each channel, in torch.where."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 12, 3, padding=1)
        self.slope = nn.Parameter(torch.full((12,), 0.1))

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        return torch.where(x > 0, x, self.slope * x)


class TimeEmbedding(nn.Module):
    """A condition for each image, added to maps without two more axes; its constant is a vector."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 20, 3, padding=1)
        self.shift = nn.Parameter(torch.zeros(1, 20))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) + self.shift


class Prototypes(nn.Module):
    """Learned prototypes of another width than the features that they are compared with."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 40, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.prototypes = nn.Parameter(torch.randn(7, 36))

    def forward(self, x: Tensor) -> Tensor:
        return torch.matmul(self.body(x), self.prototypes.t())


class TwoTokens(nn.Module):
    """A class token that is expanded beside a distillation token that is not."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 24, 8, 8)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, 24))
        self.dist_token = nn.Parameter(torch.zeros(1, 1, 24))

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        return torch.cat((self.cls_token.expand(x.size(0), -1, -1), self.dist_token, x), dim=1)


class ScaleAndShift(nn.Module):
    """A scale and a shift for each channel, both made for another number of channels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 12, 3)
        self.scale = nn.Parameter(torch.ones(1, 16, 1, 1))
        self.shift = nn.Parameter(torch.zeros(1, 16, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x) * self.scale + self.shift


class FunctionalDense(nn.Module):
    """F.linear with a parameter of the wrong width."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(10, 20))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.kernel)


class Heads(nn.Module):
    """An einsum over a learned matrix of another width."""

    def __init__(self) -> None:
        super().__init__()
        self.projection = nn.Parameter(torch.randn(30, 8))

    def forward(self, x: Tensor) -> Tensor:
        return torch.einsum("nld,dk->nlk", x, self.projection)


class TwoStates(nn.Module):
    """An LSTM of two layers whose first states are parameters, for a batch of 16."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(5, 7, 2)
        self.h0 = nn.Parameter(torch.zeros(2, 16, 7))
        self.c0 = nn.Parameter(torch.zeros(2, 16, 7))

    def forward(self, x: Tensor) -> Tensor:
        return self.lstm(x, (self.h0, self.c0))[0]


class Queries(nn.Module):
    """Attention whose learned queries have no batch."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(32, 4, batch_first=True)
        self.queries = nn.Parameter(torch.zeros(1, 5, 32))

    def forward(self, x: Tensor) -> Tensor:
        return self.attention(self.queries, x, x)[0]


def _broken(
    name: str,
    source: str,
    network: tuple[Any, ...],
    inputs: tuple[Any, ...],
    cause: tuple[str, ...],
    repairs: tuple[str, ...] = (),
    misleading: tuple[str, ...] = (),
) -> Broken:
    make, *arguments = network
    return Broken(name, source, lambda: make(*arguments), inputs, cause, misleading, repairs)


NETWORKS = [
    _broken(
        "convolution-on-a-constant",
        "own, after StyleGAN's first convolution",
        (StartsWithConstant,),
        ((2, 16),),
        (r"conv\b", r"const \(1, 32, 4, 4\)", r"\b64\b", r"\b32\b"),
        (
            r"conv = nn\.Conv2d\(32, 8, 3, padding=1\)",
            r"const = nn\.Parameter\(torch\.zeros\(1, 64, 4, 4\)\)",
        ),
        (r"feed ", r"the input"),
    ),
    _broken(
        "noise-of-a-fixed-batch",
        "forum: the last batch of a GAN is smaller",
        (WithNoise,),
        ((8, 10),),
        (r"constant \(16, 100\)", r"\b16\b", r"\b8\b", r"batch"),
        (r"feed \(16, 10\)", r"8, 100|size\(0\)|shape\[0\]"),
        (r"nn\.Linear",),
    ),
    _broken(
        "class-token-not-expanded",
        "forum: Sizes of tensors must match except in dimension 1",
        (ClassToken, 1),
        ((4, 3, 32, 32),),
        (r"cls_token \(1, 1, 24\)", r"\b4\b", r"batch"),
        (r"cls_token\.expand\(",),
        (r"feed \(1", r"nn\.Conv2d"),
    ),
    _broken(
        "class-token-with-a-batch",
        "forum: the last batch is smaller",
        (ClassToken, 16),
        ((4, 3, 32, 32),),
        (r"cls_token \(16, 1, 24\)", r"\b16\b", r"\b4\b", r"batch"),
        (r"cls_token\.expand\(|cls_token\[:1\]", r"cls_token = nn\.Parameter\(torch\.zeros\(1, 1, 24\)\)"),
        (r"nn\.Conv2d",),
    ),
    _broken(
        "class-token-too-narrow",
        "own",
        (NarrowToken,),
        ((4, 3, 32, 32),),
        (r"cls_token", r"\b24\b", r"\b48\b"),
        (r"cls_token = nn\.Parameter\(torch\.zeros\(1, 1, 48\)\)",),
        (r"feed ",),
    ),
    _broken(
        "layer-scale-on-channels-first",
        "forum: ConvNeXt's gamma without the permute",
        (LayerScale,),
        ((2, 24, 14, 14),),
        (r"gamma \(24,\)", r"last axis|axis 3|\(2, 24, 14, 14\)", r"channels"),
        (r"gamma\.view\(|gamma\[:, None, None\]|gamma = nn\.Parameter\(torch\.zeros\(24, 1, 1\)\)",),
        (r"feed ", r"padding=", r"nn\.Conv2d"),
    ),
    _broken(
        "means-as-a-vector",
        "forum: The size of tensor a (32) must match the size of tensor b (3)",
        (Normalized,),
        ((1, 3, 32, 32),),
        (r"mean \(3,\)", r"\(1, 3, 32, 32\)", r"channels"),
        (r"mean\.view\(|mean\[:, None, None\]",),
        (r"feed ", r"nn\.Conv2d"),
    ),
    _broken(
        "means-of-three-colours",
        "own",
        (NormalizedGray,),
        ((2, 1, 28, 28),),
        (r"mean \(1, 3, 1, 1\)", r"\b3\b", r"\b1\b"),
        (r"mean",),
    ),
    _broken(
        "weight-as-nn-linear-keeps-it",
        "forum: mat1 and mat2 shapes cannot be multiplied",
        (ByHand, (10, 12), 10),
        ((2, 3, 2, 2),),
        (r"weight \(10, 12\)", r"\b12\b", r"\b10\b"),
        (r"weight\.(t\(\)|T|transpose)",),
        (r"feed ",),
    ),
    _broken(
        "bias-too-long",
        "own",
        (ByHand, (12, 10), 12),
        ((2, 3, 2, 2),),
        (r"bias \(12,\)", r"\b12\b", r"\b10\b"),
        (r"bias = nn\.Parameter\(torch\.zeros\(10\)\)",),
        (r"feed ",),
    ),
    _broken(
        "kernel-without-channel-axes",
        "forum: a Sobel kernel (3, 3) given to F.conv2d",
        (Edges, 3, 3),
        ((1, 1, 16, 20),),
        (r"kernel \(3, 3\)", r"out_channels|axes"),
        (r"kernel\[None, None\]|kernel\.view\(1, 1, 3, 3\)",),
        (r"feed ",),
    ),
    _broken(
        "gray-kernel-on-colours",
        "forum: weight of size [1, 1, 3, 3], expected input to have 1 channels, but got 3",
        (Edges, 1, 1, 3, 3),
        ((1, 3, 16, 20),),
        (r"kernel \(1, 1, 3, 3\)", r"\b3\b", r"\b1\b"),
        (r"groups=3|feed \(1, 1, 16, 20\)",),
    ),
    _broken(
        "latents-without-a-batch",
        "forum: batch1 must be a 3D tensor",
        (Latents,),
        ((4, 50, 32),),
        (r"latents \(16, 32\)", r"axes|axis", r"batch"),
        (r"matmul|expand|latents\[None\]",),
        (r"feed ",),
    ),
    _broken(
        "adjacency-of-another-graph",
        "own, after questions on graph networks",
        (Graph,),
        ((2, 30, 16),),
        (r"adjacency \(34, 34\)", r"\b34\b", r"\b30\b"),
        (r"feed \(2, 34, 16\)",),
        (r"transpose", r"nn\.Linear"),
    ),
    *(
        _broken(
            f"first-state-as-{kind}",
            "GBLin5566/toward-controlled-generation-of-text-pytorch#10",
            (Recurrent, kind),
            ((8, 5, 8),),
            (rf"{'constant' if kind == 'zeros' else 'h0'} \(1, 32, 16\)", r"\b32\b", r"\b8\b", r"batch"),
            (r"feed \(32, 5, 8\)", r"\(1, 8, 16\)|size\(0\)|expand"),
        )
        for kind in ("parameter", "buffer", "zeros")
    ),
    _broken(
        "state-of-a-cell",
        "salesforce/awd-lstm-lm#95",
        (Cell,),
        ((16, 5, 8),),
        (r"hidden \(64, 16\)", r"\b64\b", r"\b16\b", r"batch"),
        (r"feed \(64, 5, 8\)", r"\(16, 16\)|expand|size\(0\)"),
    ),
    _broken(
        "weights-of-other-classes",
        "forum: weight tensor should be defined either for all 5 classes or no classes",
        (Weighted,),
        (torch.zeros(4, 6), torch.zeros(4, dtype=torch.long)),
        (r"class_weights \(3,\)", r"\b3\b", r"\b5\b", r"classes"),
        (r"fc = nn\.Linear\(6, 3\)", r"class_weights = torch\.(ones|zeros)\(5\)"),
    ),
    _broken(
        "anchors-without-cells",
        "own, after YOLOv3",
        (Anchors,),
        ((2, 8, 13, 13),),
        (r"anchors \(3, 2\)", r"\(2, 3, 13, 13, 2\)"),
        (r"anchors\.view\(|anchors\[:, None, None",),
        (r"feed ", r"nn\.Conv2d"),
    ),
    _broken(
        "token-expanded-to-another-width",
        "own",
        (Expanded,),
        ((2, 6, 10),),
        (r"mask_token \(1, 1, 48\)", r"\b48\b", r"\b64\b"),
        (r"mask_token = nn\.Parameter\(torch\.zeros\(1, 1, 64\)\)",),
    ),
    _broken(
        "slope-of-each-channel",
        "own",
        (Sloped,),
        ((2, 3, 9, 9),),
        (r"slope \(12,\)", r"channels", r"\b12\b"),
        (r"slope\.view\(|slope\[:, None, None\]|slope = nn\.Parameter\(torch\.zeros\(12, 1, 1\)\)",),
        (r"feed ", r"nn\.Conv2d"),
    ),
    _broken(
        "shift-without-two-axes",
        "forum: a time embedding added to a map",
        (TimeEmbedding,),
        ((2, 3, 16, 16),),
        (r"shift \(1, 20\)", r"channels", r"\b20\b"),
        (r"shift\.view\(|shift\[:, :, None, None\]|shift\[\.\.\., None, None\]|zeros\(1, 20, 1, 1\)",),
        (r"feed ", r"nn\.Conv2d"),
    ),
    _broken(
        "prototypes-of-another-width",
        "own",
        (Prototypes,),
        ((2, 3, 9, 9),),
        (r"prototypes", r"\b36\b", r"\b40\b"),
        (r"prototypes = nn\.Parameter\(torch\.zeros\(7, 40\)\)", r"body\[0\] = nn\.Conv2d\(3, 36, 3\)"),
        (r"feed ",),
    ),
    _broken(
        "one-of-two-tokens-not-expanded",
        "own, after DeiT",
        (TwoTokens,),
        ((4, 3, 32, 32),),
        (r"dist_token \(1, 1, 24\)", r"\b4\b", r"batch"),
        (r"dist_token\.expand\(",),
        (r"cls_token.* has a batch", r"feed \(1"),
    ),
    _broken(
        "scale-and-shift",
        "own",
        (ScaleAndShift,),
        ((2, 3, 9, 9),),
        (r"scale \(1, 16, 1, 1\)", r"\b16\b", r"\b12\b"),
        (r"scale = nn\.Parameter\(torch\.zeros\(1, 12, 1, 1\)\) and shift = ", r"conv = nn\.Conv2d\(3, 16"),
        (r"feed ",),
    ),
    _broken(
        "weight-given-to-a-function",
        "own",
        (FunctionalDense,),
        ((2, 16),),
        (r"kernel \(10, 20\)", r"\b20\b", r"\b16\b"),
        (r"kernel = nn\.Parameter\(torch\.zeros\(10, 16\)\)", r"feed \(2, 20\)"),
    ),
    _broken(
        "einsum-of-another-width",
        "jeya-maria-jose/Medical-Transformer#12",
        (Heads,),
        ((2, 5, 32),),
        (r"projection \(30, 8\)", r"\bd\b", r"\b30\b", r"\b32\b"),
        (r"projection = nn\.Parameter\(torch\.zeros\(32, 8\)\)", r"feed \(2, 5, 30\)"),
    ),
    _broken(
        "first-states-of-an-lstm",
        "GBLin5566/toward-controlled-generation-of-text-pytorch#10",
        (TwoStates,),
        ((9, 4, 5),),
        (r"h0 \(2, 16, 7\)", r"\b16\b", r"\b4\b", r"batch"),
        (r"h0\.expand\(-1, x\.size\(1\), -1\) and c0\.expand", r"h0\[:, :1\]"),
    ),
    _broken(
        "queries-without-a-batch",
        "own",
        (Queries,),
        ((4, 9, 32),),
        (r"queries", r"\b4\b", r"\b1\b", r"batch"),
        (r"expand\(",),
        (r"feed \(1",),
    ),
]
