"""What forward returned, as lists and dicts: also a dataclass, a distribution or another object."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from cnnbook.tracing.torch_calls import TENSORLESS

NOTHING_RETURNED = "forward returned None: end it with return x"
"""The note of a trace whose network returns nothing."""


def without_tensors(value: Any) -> str:
    """The note of a trace whose network returned something without a tensor in it.

    >>> from torch import nn
    >>> without_tensors(nn.Softmax(dim=1))
    'forward returned the layer Softmax itself: nn.Softmax(...) makes a layer, nn.Softmax(...)(x) applies it'
    """
    name = type(value).__name__
    if isinstance(value, nn.Module):
        made = f"nn.{name}(...)" if hasattr(nn, name) else f"{name}(...)"
        return f"forward returned the layer {name} itself: {made} makes a layer, {made}(x) applies it"
    return f"forward returned a {name}, and no tensor was found in it"


def without_objects(value: Any, depth: int = 4) -> Any:
    """A value in which each object that holds tensors, such as a dataclass, is a dict of its attributes.

    >>> from dataclasses import make_dataclass
    >>> without_objects([make_dataclass("Out", ["logits", "loss"])(1, 2)])
    [{'logits': 1, 'loss': 2}]
    """
    if (
        isinstance(value, Tensor)
        or type(value) in TENSORLESS
        or not depth
        or isinstance(value, type | nn.Module)
    ):
        return value
    if isinstance(value, dict):
        return {key: without_objects(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_objects(item, depth - 1) for item in value]
    try:
        held = vars(value)
    except TypeError:
        return value
    return {key: without_objects(item, depth - 1) for key, item in held.items()}
