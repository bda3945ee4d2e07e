"""What is wrong with a call of `trace` in which no input is a shape or a tensor, and what would work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_EXAMPLE = (1, 3, 224, 224)


def without_shape(name: str | None, inputs: Sequence[Any]) -> TypeError:
    """Return the error for inputs none of which is a shape or a tensor; `name` is the catalogue's, if any.

    >>> print(without_shape(None, (1, 3, 224, 320)))
    the shape of an input is one tuple: trace(net, (1, 3, 224, 320))
    >>> print(without_shape("resnet18", (288,)))
    288 is no shape: write all sizes, batch axis first, as in trace('resnet18', (1, 3, 288, 288))
    """
    network = repr(name) if name else "net"

    def call(shape: Sequence[Any]) -> str:
        return f"trace({network}, {tuple(shape)})"

    if inputs and all(type(value) is int for value in inputs):
        if len(inputs) > 1:
            return TypeError(f"the shape of an input is one tuple: {call(inputs)}")
        side = max(inputs[0], 1)
        return TypeError(
            f"{inputs[0]} is no shape: write all sizes, batch axis first, as in {call((1, 3, side, side))}"
        )
    for value in inputs:
        if wrong := _no_sizes(value):
            return TypeError(
                f"the sizes of an input shape are whole numbers; {value} has {', '.join(map(repr, wrong))}"
            )
        if isinstance(value, str):
            return TypeError(f"a shape is a tuple of numbers, not a text: {call(_EXAMPLE)}")
        if (shape := _of_array(value)) is not None:
            kind = type(value).__name__
            return TypeError(f"trace takes a shape or a torch tensor, and no {kind}: {call(shape)}")
    return TypeError(
        f"trace needs at least one input: its shape, batch axis first, as in {call(_EXAMPLE)}, or a tensor"
    )


def no_network(model: Any, inputs: Sequence[Any]) -> TypeError:
    """Return the error for a model that is no network, such as its class or a method of it.

    >>> print(no_network(3, ()))
    trace needs a torch.nn.Module, not int
    """
    from torch import Tensor, nn

    if isinstance(model, type):
        return TypeError(f"trace needs a network, not its class: trace({model.__name__}(), ...)")
    if model is None:
        return TypeError(
            "trace needs a network, and was given None: does the function that builds it end with return?"
        )
    text = f"trace needs a torch.nn.Module, not {type(model).__name__}"
    if any(isinstance(value, nn.Module) for value in inputs):
        text += f"; the network comes first: trace(net, {_EXAMPLE})"
    elif isinstance(getattr(model, "__self__", None), nn.Module):
        text += f"; give the network itself: trace(net, ...), not trace(net.{model.__name__}, ...)"
    elif isinstance(model, Tensor):
        text += "; give the network itself and not what it returned"
    return TypeError(text)


def _no_sizes(value: Any) -> list[Any]:
    """The items of something like a shape that are no whole numbers."""
    if not isinstance(value, list | tuple) or not any(type(item) in (int, float) for item in value):
        return []
    return [item for item in value if type(item) is not int]


def _of_array(value: Any) -> tuple[int, ...] | None:
    """The shape that somebody means who gives an array: its own, or if it is a list of sizes, these."""
    shape, numbers = getattr(value, "shape", None), getattr(value, "tolist", None)
    if not isinstance(shape, tuple) or not callable(numbers):
        return None
    listed = numbers()
    if len(shape) == 1 and all(type(item) is int for item in listed):
        return tuple(listed)
    return tuple(shape)
