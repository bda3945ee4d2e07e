"""Slips of Python: layers that are called wrongly, tuples, missing layers, lists, arguments."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from collection.entry import Broken


class TwoConvolutions(nn.Module):
    """Two convolutions, and what stands between them."""

    def __init__(self) -> None:
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)


class ReluAsFunction(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        x = nn.ReLU(self.c1(x))
        return self.c2(x)


class FlattenAsFunction(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.fc = nn.Conv2d(1, 4, 3), nn.Linear(144, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        out = nn.Flatten(x)
        return self.fc(out)


class SigmoidAsFunction(FlattenAsFunction):
    def forward(self, x: Tensor) -> Tensor:
        x = self.fc(self.conv(x).flatten(1))
        return nn.Sigmoid(x)


class SoftmaxAsFunction(FlattenAsFunction):
    def forward(self, x: Tensor) -> Tensor:
        x = self.fc(self.conv(x).flatten(1))
        return nn.Softmax(x, dim=1)


class ClassNotCalled(TwoConvolutions):
    """The class nn.ReLU is kept, and no layer of it."""

    def __init__(self, activation: Any = nn.ReLU) -> None:
        super().__init__()
        self.act = activation

    def forward(self, x: Tensor) -> Tensor:
        return self.c2(self.act(self.c1(x)))


class TrailingComma(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        x = (self.c1(x),)
        return F.relu(self.c2(x))


class TrailingCommaInLayer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = (nn.Conv2d(3, 8, 3),)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.conv(x))


class RecurrentTuple(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.fc = nn.LSTM(8, 16, batch_first=True), nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.lstm(x)
        return self.fc(x)


class PoolWithIndices(TwoConvolutions):
    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.MaxPool2d(2, return_indices=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.c1(x)))
        return self.c2(x)


class MethodNotCalled(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x).contiguous
        return self.c2(x)


class ShapeCalled(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x)
        return x.view(x.shape(0), -1)


class SizeIndexed(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x)
        return x.view(x.size[0], -1)


class SelfForgotten(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        return c2(self.c1(x))  # type: ignore[name-defined] # noqa: F821


class MisspeltLayer(TwoConvolutions):
    def forward(self, x: Tensor) -> Tensor:
        return self.cc2(self.c1(x))


class NoReturn(nn.Module):
    """A block without return inside a network."""

    def __init__(self) -> None:
        super().__init__()
        self.block, self.head = NoReturnAtAll(), nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.block(x))


class NoReturnAtAll(TwoConvolutions):
    def forward(self, x: Tensor) -> None:
        x = self.c2(self.c1(x))


class TwoArguments(TwoConvolutions):
    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return self.c2(self.c1(x) * mask)


class UnknownKeyword(nn.Module):
    """A block is called with an argument that it does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.block = TwoArguments()

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x, masks=None)


class PythonList(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = [nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3)]

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer(x)
        return x


class PythonDict(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3)
        self.heads = {"box": nn.Linear(4, 4), "label": nn.Linear(4, 10)}

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.stem(x).mean((2, 3))
        return {key: head(x) for key, head in self.heads.items()}


class Cuda(TwoConvolutions):
    """A tensor is made on a graphics card that this computer may not have."""

    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x)
        return self.c2(x + torch.ones(1, device="cuda:7"))


NETWORKS = [
    Broken(
        "relu-as-function",
        "forum: conv2d(): argument 'input' must be Tensor, not ReLU",
        ReluAsFunction,
        ((1, 3, 16, 16),),
        cause=(r"ReLU", r"nn\.ReLU\(", r"layer", r"c2"),
        repairs=(r"F\.relu\(|nn\.ReLU\(\)\(",),
    ),
    Broken(
        "flatten-as-function",
        "forum: linear(): argument 'input' must be Tensor, not Flatten",
        FlattenAsFunction,
        ((2, 1, 8, 8),),
        cause=(r"Flatten", r"nn\.Flatten\(", r"layer", r"fc"),
        repairs=(r"torch\.flatten\(x, 1\)|nn\.Flatten\(\)\(",),
    ),
    Broken(
        "sigmoid-as-function",
        "forum: Sigmoid.__init__() takes 1 positional argument but 2 were given",
        SigmoidAsFunction,
        ((2, 1, 8, 8),),
        cause=(r"nn\.Sigmoid", r"layer", r"nn\.Sigmoid\(\)\(|torch\.sigmoid"),
    ),
    Broken(
        "softmax-as-function",
        "forum: __init__() got multiple values for argument 'dim'",
        SoftmaxAsFunction,
        ((2, 1, 8, 8),),
        cause=(r"nn\.Softmax", r"layer", r"nn\.Softmax\(dim=1\)\(|F\.softmax|torch\.softmax"),
    ),
    Broken(
        "class-not-called",
        "forum: conv2d(): argument 'input' must be Tensor, not ReLU",
        ClassNotCalled,
        ((1, 3, 16, 16),),
        cause=(r"ReLU", r"\bact\b", r"class"),
        repairs=(r"act = nn\.ReLU\(\)",),
    ),
    Broken(
        "trailing-comma",
        "forum: conv2d(): argument 'input' must be Tensor, not tuple",
        TrailingComma,
        ((1, 3, 16, 16),),
        cause=(r"c2", r"tuple", r"comma"),
        repairs=(r"self\.c1\(x\)$|comma",),
    ),
    Broken(
        "trailing-comma-in-init",
        "forum: 'tuple' object is not callable",
        TrailingCommaInLayer,
        ((1, 3, 16, 16),),
        cause=(r"conv", r"tuple", r"comma"),
        repairs=(r"conv = nn\.Conv2d\(3, 8, 3\)|conv = conv\[0\]|comma",),
    ),
    Broken(
        "lstm-tuple",
        "forum: linear(): argument 'input' must be Tensor, not tuple",
        RecurrentTuple,
        ((2, 5, 8),),
        cause=(r"fc", r"tuple", r"lstm"),
        repairs=(r"x, _ = |\[0\]",),
    ),
    Broken(
        "lstm-tuple-in-sequential",
        "forum: 'tuple' object has no attribute 'dim'",
        lambda: nn.Sequential(nn.GRU(8, 16, batch_first=True), nn.Linear(16, 2)),
        ((2, 5, 8),),
        cause=(r"model\[1\]", r"tuple", r"model\[0\] \(GRU"),
    ),
    Broken(
        "pool-with-indices",
        "Swall0w/torchstat#40",
        PoolWithIndices,
        ((1, 3, 16, 16),),
        cause=(r"c2", r"tuple", r"pool"),
        repairs=(r"return_indices=False|x, _ = |\[0\]",),
    ),
    Broken(
        "method-not-called",
        "wutianyiRosun/CGNet#26",
        MethodNotCalled,
        ((1, 3, 16, 16),),
        cause=(r"contiguous", r"c2", r"\(\)|not called|parentheses"),
        repairs=(r"contiguous\(\)",),
    ),
    Broken(
        "shape-called",
        "forum: 'torch.Size' object is not callable",
        ShapeCalled,
        ((1, 3, 16, 16),),
        cause=(r"shape", r"x\.shape\[0\]|shape\[|x\.size\("),
    ),
    Broken(
        "size-indexed",
        "forum: 'builtin_function_or_method' object is not subscriptable",
        SizeIndexed,
        ((1, 3, 16, 16),),
        cause=(r"size", r"x\.size\(0\)|size\(|shape\["),
    ),
    Broken(
        "self-forgotten",
        "forum: NameError: name 'c2' is not defined",
        SelfForgotten,
        ((1, 3, 16, 16),),
        cause=(r"\bc2\b", r"self\.c2"),
    ),
    Broken(
        "misspelt-layer",
        "own",
        MisspeltLayer,
        ((1, 3, 16, 16),),
        cause=(r"cc2", r"did you mean c2"),
    ),
    Broken(
        "block-without-return",
        "forum: conv2d(): argument 'input' must be Tensor, not NoneType",
        NoReturn,
        ((1, 3, 16, 16),),
        cause=(r"block \(NoReturnAtAll\)", r"None", r"return"),
    ),
    Broken(
        "network-without-return",
        "forum: 'NoneType' object has no attribute 'backward'",
        NoReturnAtAll,
        ((1, 3, 16, 16),),
        cause=(r"None", r"return"),
        runs=True,
    ),
    Broken(
        "second-input-missing",
        "forum: forward() missing 1 required positional argument",
        TwoArguments,
        ((1, 3, 16, 16),),
        cause=(r"TwoArguments", r"\(x, mask\)", r"1 input"),
    ),
    Broken(
        "unknown-keyword",
        "forum: forward() got an unexpected keyword argument",
        UnknownKeyword,
        ((1, 3, 16, 16),),
        cause=(r"block", r"masks", r"\(x, mask\)"),
    ),
    Broken(
        "layers-in-a-list",
        "forum: optimizer got an empty parameter list",
        PythonList,
        ((1, 3, 16, 16),),
        cause=(r"layers", r"list", r"nn\.ModuleList", r"parameters\(\)", r"808"),
        runs=True,
    ),
    Broken(
        "layers-in-a-dict",
        "forum: optimizer got an empty parameter list",
        PythonDict,
        ((1, 3, 16, 16),),
        cause=(r"heads", r"dict", r"nn\.ModuleDict", r"parameters\(\)", r"\b70\b"),
        runs=True,
    ),
    Broken(
        "device-that-is-not-there",
        "forum: Torch not compiled with CUDA enabled; Found no NVIDIA driver; invalid device ordinal",
        Cuda,
        ((1, 3, 16, 16),),
        cause=(r"cuda", r"device=x\.device|x\.device"),
    ),
]
