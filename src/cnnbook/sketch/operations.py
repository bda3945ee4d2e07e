"""What each kind of layer makes of the shape that it reads, by the rules of cnnbook.arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any, Final

from cnnbook.arithmetic import GeometryError, Window, conv_parameters, linear_parameters
from cnnbook.sketch.forward import Broken, Forward
from cnnbook.sketch.settings import ACTIVATIONS
from cnnbook.traces import Shape, mismatches
from cnnbook.traces.operations import per_axis
from cnnbook.traces.wording import product

_Settings = Mapping[str, Any]


def _conv(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, "Conv2d")
    shape = forward.shape
    if len(shape) != 4:
        raise Broken(mismatches.convolution_axes(forward.where(path), _source(forward), shape, 2))
    outs, groups, bias = settings["out_channels"], settings["groups"], settings["bias"]
    kernel = per_axis(settings["kernel_size"], 2)
    try:
        parameters = conv_parameters(shape[1], outs, kernel, groups=groups, bias=bias)
        window = Window(kernel, settings["stride"], settings["padding"], settings["dilation"])
    except GeometryError as error:
        raise Broken(f"{forward.where(path)}: {error}.") from None
    size = size_after(forward, path, window)
    padding = settings["padding"]
    bound = {
        "weight": (outs, shape[1] // groups, *kernel),
        "bias": (outs,) if bias else None,
        "stride": per_axis(settings["stride"], 2),
        "padding": padding if isinstance(padding, str) else per_axis(padding, 2),
        "dilation": per_axis(settings["dilation"], 2),
        "groups": groups,
    }
    forward.add("conv2d", path, (shape[0], outs, *size), bound, parameters=parameters)


def _pool(op: str, module: str) -> Callable[[Forward, _Settings, str], None]:
    def pool(forward: Forward, settings: _Settings, path: str) -> None:
        forward.enter(path, module)
        shape = forward.shape
        bound = {name: value for name, value in settings.items() if value is not None}
        kernel, padding = (per_axis(settings[name], 2) for name in ("kernel_size", "padding"))
        if any(p > k // 2 for p, k in zip(padding, kernel, strict=True)):
            raise Broken(mismatches.pool_padding(forward.where(path), kernel, padding))
        expect_maps(forward, path)
        window = Window.pool(
            kernel,
            settings["stride"],
            settings["padding"],
            settings.get("dilation", 1),
            settings["ceil_mode"],
        )
        forward.add(op, path, (*shape[:2], *size_after(forward, path, window)), bound)

    return pool


def _adaptive(op: str, module: str) -> Callable[[Forward, _Settings, str], None]:
    def adaptive(forward: Forward, settings: _Settings, path: str) -> None:
        forward.enter(path, module)
        shape = forward.shape
        expect_maps(forward, path)
        size = settings["output_size"]
        forward.add(op, path, (*shape[:2], *per_axis(size, 2)), {"output_size": size})

    return adaptive


def _activation(forward: Forward, settings: _Settings, path: str) -> None:
    function = settings["function"]
    forward.enter(path, ACTIVATIONS[function])
    forward.add(function, path, forward.shape, {})


def _batch_norm(forward: Forward, settings: _Settings, path: str) -> None:
    # After a flatten PyTorch's layer for features is written, which works on (N, C).
    shape = forward.shape
    forward.enter(path, "BatchNorm2d" if len(shape) == 4 else "BatchNorm1d")
    bound = {"weight": (shape[1],), "training": False}
    forward.add("batch_norm", path, shape, bound, parameters=2 * shape[1])


def _response_norm(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, "LocalResponseNorm")
    shape = forward.shape
    if len(shape) != 4:
        raise Broken(
            mismatches.normalization_axes(forward.where(path), forward.name(forward.last), shape, _MAPS)
        )
    forward.add("local_response_norm", path, shape, {"size": settings["size"]})


def _dropout(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, "Dropout")
    forward.add("dropout", path, forward.shape, {"p": settings["p"], "training": False})


def _flatten(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, "Flatten")
    shape = forward.shape
    bound = {"start_dim": 1, "end_dim": -1}
    forward.add("flatten", path, (shape[0], prod(shape[1:])), bound)


def _linear(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, "Linear")
    shape, outs, bias = forward.shape, settings["out_features"], settings["bias"]
    wanted = settings["in_features"]
    if len(shape) == 4 and wanted != shape[-1]:
        name = forward.name(forward.last)
        expected = wanted if wanted is not None else prod(shape[1:])
        text = mismatches.missing_flatten(forward.where(path), expected, name, shape)
        raise Broken(f"{text}: the flatten before it is missing.")
    features = shape[-1] if wanted is None else wanted
    if features != shape[-1]:
        raise Broken(mismatches.feature_count(forward.where(path), features, _origin(forward)))
    bound = {"weight": (outs, features), "bias": (outs,) if bias else None}
    parameters = linear_parameters(features, outs, bias=bias)
    forward.add("linear", path, (*shape[:-1], outs), bound, parameters=parameters)


def size_after(forward: Forward, path: str, window: Window) -> Shape:
    """Return the size that a window makes of the map. Raises Broken where its kernel does not fit."""
    shape = forward.shape
    try:
        return window.output_size(shape[2:])
    except GeometryError:
        has = "has" if forward.last < 0 else "gives"
        source = f"{_source(forward)} {has}"
        raise Broken(mismatches.kernel_too_large(forward.where(path), source, window, shape[2:])) from None


def expect_maps(forward: Forward, path: str) -> None:
    """Raise Broken where a pool reads no maps (N, C, H, W)."""
    if len(forward.shape) != 4:
        raise Broken(mismatches.pool_axes(forward.where(path), _source(forward), forward.shape, 2))


def _source(forward: Forward) -> str:
    return forward.name(forward.last)


def _origin(forward: Forward) -> str:
    """Which layer set the number of features, and how many they are, with their factors after a flatten."""
    index, features = forward.last, forward.shape[-1]
    while index >= 0 and forward.records[index].op in _SAME_SHAPE:
        index = forward.records[index].inputs[0]
    record = forward.records[index] if index >= 0 else None
    if record is None:
        return f"the input {forward.input_shape} has {features:,} on its last axis"
    factors = record.input_shapes[0][1:] if record.op == "flatten" else ()
    return f"{forward.name(index)} before it gives {product(factors) if factors else f'{features:,}'}"


_MAPS = "(N, C, H, W)"
_SAME_SHAPE = frozenset((*ACTIVATIONS, "batch_norm", "dropout", "mul", "tanh", "add"))

BY_KIND: Final[Mapping[str, Callable[[Forward, _Settings, str], None]]] = {
    "conv": _conv,
    "max_pool": _pool("max_pool2d", "MaxPool2d"),
    "avg_pool": _pool("avg_pool2d", "AvgPool2d"),
    "adaptive_avg_pool": _adaptive("adaptive_avg_pool2d", "AdaptiveAvgPool2d"),
    "adaptive_max_pool": _adaptive("adaptive_max_pool2d", "AdaptiveMaxPool2d"),
    "activation": _activation,
    "batch_norm": _batch_norm,
    "response_norm": _response_norm,
    "dropout": _dropout,
    "flatten": _flatten,
    "linear": _linear,
}
"""The functions that add the rows of a layer, by its kind. Each raises Broken where it does not fit."""
