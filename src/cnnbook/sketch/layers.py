"""The layers as one writes them in a sketch: conv(64, 3, padding=1), max_pool(2), add([...], [])."""

from __future__ import annotations

from typing import Any

from cnnbook.sketch.plan import Block, Layer, chain

# A number for both axes, or one for each of H and W.
_Axes = int | tuple[int, int]


def conv(out_channels: int, kernel_size: _Axes, stride: _Axes = 1, **settings: Any) -> Layer:
    """Return a convolution; its in_channels are those that arrive.

    Further settings are `padding`, `dilation`, `groups` and `bias`, as of nn.Conv2d.

    >>> conv(64, 3, padding=1).settings["padding"]
    1
    """
    given = {"out_channels": out_channels, "kernel_size": kernel_size, "stride": stride, **settings}
    return Layer("conv", given)


def max_pool(kernel_size: _Axes, stride: _Axes | None = None, **settings: Any) -> Layer:
    """Return a max pool; its stride is its kernel size unless given.

    Further settings are `padding`, `dilation` and `ceil_mode`, as of nn.MaxPool2d.
    """
    return Layer("max_pool", {"kernel_size": kernel_size, "stride": stride, **settings})


def avg_pool(kernel_size: _Axes, stride: _Axes | None = None, **settings: Any) -> Layer:
    """Return an average pool; its stride is its kernel size unless given."""
    return Layer("avg_pool", {"kernel_size": kernel_size, "stride": stride, **settings})


def adaptive_avg_pool(output_size: _Axes = 1) -> Layer:
    """Return an average pool to a size, whatever size arrives; to 1 it is global average pooling."""
    return Layer("adaptive_avg_pool", {"output_size": output_size})


def adaptive_max_pool(output_size: _Axes = 1) -> Layer:
    """Return a max pool to a size, whatever size arrives."""
    return Layer("adaptive_max_pool", {"output_size": output_size})


def relu() -> Layer:
    """Return a ReLU."""
    return activation("relu")


def activation(function: str) -> Layer:
    """Return an activation by the name of its operation, such as "gelu" or "tanh"."""
    return Layer("activation", {"function": function})


def batch_norm() -> Layer:
    """Return a batch normalization of the channels that arrive."""
    return Layer("batch_norm")


def dropout(p: float = 0.5) -> Layer:
    """Return a dropout."""
    return Layer("dropout", {"p": p})


def flatten() -> Layer:
    """Return the layer that lays channels, rows and columns of each image end to end."""
    return Layer("flatten")


def linear(out_features: int, in_features: int | None = None, *, bias: bool = True) -> Layer:
    """Return a dense layer; its in_features are those that arrive. A number that is given must fit."""
    return Layer("linear", {"out_features": out_features, "in_features": in_features, "bias": bias})


def add(branch: Any, shortcut: Any = ()) -> Block:
    """Return two branches whose results are added; without layers the shortcut passes its input on.

    >>> len(add([conv(64, 3, padding=1), relu(), conv(64, 3, padding=1)]).branches)
    2
    """
    return Block("add", (chain(branch), chain(shortcut)))


def cat(*branches: Any) -> Block:
    """Return branches whose channels are concatenated, as in an Inception block."""
    return Block("cat", tuple([chain(branch) for branch in branches]))
