"""Questions about one row of a Trace: its output shape, its parameters, its multiply-accumulates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.windows import WindowQuestion

if TYPE_CHECKING:
    from cnnbook.traces import Row

_POOLS = {
    f"{kind}_pool{n}d": f"{name}Pool{n}d"
    for kind, name in (("max", "Max"), ("avg", "Avg"))
    for n in (1, 2, 3)
}
_CONVOLUTIONS = {f"conv{n}d": f"Conv{n}d" for n in (1, 2, 3)}


def shape_question(row: Row, *targets: str) -> WindowQuestion | None:
    """Return the question about a row's output shape; None unless it is a convolution or pool, padded evenly.

    >>> from cnnbook.networks.shipped import shipped
    >>> shape_question(shipped("resnet50")["conv1"], "rounds-up").key
    (64, 112, 112)
    """
    window = row.window
    if window is None or isinstance(window.padding, str) or row.op not in {**_CONVOLUTIONS, **_POOLS}:
        return None
    if len(row.operand_shapes[0]) != len(window.kernel_size) + 2:
        return None
    _, channels, *size = row.operand_shapes[0]
    return WindowQuestion(
        tuple(size),
        window,
        (channels, row.output_shape[1]),
        pool=row.op in _POOLS,
        layer_name=({**_CONVOLUTIONS, **_POOLS})[row.op],
        targets=targets,
    )


def parameters_question(row: Row, *targets: str) -> ConvParameters | DenseParameters | None:
    """Return the question about a row's parameters; None unless it is a convolution or Linear that has any.

    >>> from cnnbook.networks.shipped import shipped
    >>> parameters_question(shipped("vgg16")["features.0"], "no-bias").key
    (1792,)
    """
    known = row.arguments
    if row.op == "linear" and row.parameters and known.get("bias"):
        return DenseParameters((known["in_features"], known["out_features"]), targets=targets)
    shape = shape_question(row)
    if row.op not in _CONVOLUTIONS or shape is None or not row.parameters:
        return None
    channels = (known["in_channels"], known["out_channels"])
    kernel_size = shape.window.kernel_size
    return ConvParameters(channels, kernel_size, known["groups"], bool(known["bias"]), targets=targets)


def macs_question(row: Row, *targets: str) -> ConvMacs | None:
    """Return the question how many MACs a row takes on one image; None unless it is a convolution.

    >>> from cnnbook.networks.shipped import shipped
    >>> macs_question(shipped("alexnet")["features.0"], "macs-doubled").key
    (70276800,)
    """
    shape = shape_question(row)
    if row.op not in _CONVOLUTIONS or shape is None:
        return None
    channels = (row.arguments["in_channels"], row.arguments["out_channels"])
    return ConvMacs(channels, shape.window, shape.size, row.arguments["groups"], targets=targets)
