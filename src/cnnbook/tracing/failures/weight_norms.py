"""Layers whose weight is normalized, by spectral_norm or weight_norm: a new layer must be so, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn
from torch.nn.utils import parametrizations, parametrize

from cnnbook.tracing.torch_internals import parametrization_name

_Change = Callable[[nn.Module], nn.Module]


class WeightNorm(NamedTuple):
    """How a layer's weight is normalized: the function as one writes it, and the function itself."""

    written: str
    function: _Change


# By the parameter that each leaves on the layer, or by the class that computes the weight.
_BY_PARAMETER: dict[str, WeightNorm] = {
    "weight_orig": WeightNorm("nn.utils.spectral_norm", nn.utils.spectral_norm),
    "weight_g": WeightNorm("nn.utils.weight_norm", nn.utils.weight_norm),
}


def of_layer(layer: nn.Module) -> list[WeightNorm]:
    """The normalizations of a layer's weight, the innermost first; [] for most layers."""
    if parametrize.is_parametrized(layer, "weight"):
        computed: Any = layer.parametrizations["weight"]  # type: ignore[index]
        names = [name for name in map(parametrization_name, computed) if name]
        return [_parametrization(name) for name in names]
    return [
        norm for name, norm in _BY_PARAMETER.items() if name in dict(layer.named_parameters(recurse=False))
    ]


def class_name(layer: nn.Module) -> str:
    """The name of a layer's class, also of one whose weight is computed."""
    return parametrize.type_before_parametrizations(layer).__name__


def is_known(layer: nn.Module) -> bool:
    """Whether all that computes this layer's tensors is known here, so that a new layer can have it, too."""
    if not parametrize.is_parametrized(layer):
        return True
    held: Any = layer.parametrizations
    return list(held) == ["weight"] and len(of_layer(layer)) == len(held["weight"])


def _parametrization(name: str) -> WeightNorm:
    return WeightNorm(f"nn.utils.parametrizations.{name}", getattr(parametrizations, name))
