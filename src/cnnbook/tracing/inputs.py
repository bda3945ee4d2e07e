"""The tensors that go into the network, made from the shapes and tensors that `trace` was given."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from cnnbook.traces.given_inputs import is_shape
from cnnbook.tracing.recording import NESTED_REFUSED
from cnnbook.tracing.torch_internals import held_parameters


class InputTensors:
    """Makes the tensors that go into a network, and keeps them in order in `made`.

    They have no data. If `real`, they are copies of the user's tensors, and random numbers for shapes. With
    `gradients` they require gradients, except copies of tensors that do not.
    """

    def __init__(self, modules: Iterable[nn.Module], real: bool = False, gradients: bool = False) -> None:
        self.dtype = _dtype(modules)
        self.real = real
        self.gradients = gradients
        self.made: list[Tensor] = []
        # The given tensors of whole numbers, such as lengths and indices, by the ids of those made for them.
        self.values: dict[int, Tensor] = {}
        self.kept: list[int] = []
        self._random: torch.Generator | None = None

    def tensor(self, value: Any) -> Any:
        """Return a tensor for a shape or a tensor, the same for those in a dict or list, else the value."""
        if isinstance(value, Tensor):
            if value.is_nested:
                raise TypeError(f"trace cannot read this input: {NESTED_REFUSED}")
            return self._made(tuple(value.shape), value.dtype, value)
        if is_shape(value):
            value = tuple(map(int, value))
            if min(value) < 0:
                raise ValueError(f"an input shape has no negative sizes: {value}")
            if prod(max(n, 1) for n in value) >= 2**56:
                raise ValueError(f"no tensor is as large as an input of shape {value}")
            return self._made(value, self.dtype, None)
        if isinstance(value, dict):
            return {key: self.tensor(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            items = [self.tensor(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        return value

    def _made(self, shape: tuple[int, ...], dtype: torch.dtype, like: Tensor | None) -> Tensor:
        if not self.real:
            tensor = torch.empty(shape, dtype=dtype, device="meta")
        elif like is not None and not like.is_meta:
            tensor = like.detach().to("cpu", copy=True)
        elif dtype.is_floating_point:
            self._random = self._random or torch.Generator().manual_seed(0)
            tensor = torch.rand(shape, generator=self._random).to(dtype)
        else:
            tensor = torch.zeros(shape, dtype=dtype)
        if like is not None and not like.is_meta:
            self.kept.append(len(self.made))
            if not (dtype.is_floating_point or dtype.is_complex):
                self.values[id(tensor)] = like
        if self.gradients and (like.requires_grad if like is not None else dtype.is_floating_point):
            tensor.requires_grad_()
        self.made.append(tensor)
        return tensor


def _dtype(modules: Iterable[nn.Module]) -> torch.dtype:
    """The type of the first of all parameters that is floating point; if there is none, complex."""
    complex_type = None
    for p in held_parameters(modules):
        if p.dtype.is_floating_point:
            return p.dtype
        if complex_type is None and p.dtype.is_complex:
            complex_type = p.dtype
    return complex_type or torch.get_default_dtype()


def values_note(source: InputTensors, why: str) -> str:
    """Which numbers a network ran on that was traced on the CPU, and why."""
    count, kept = len(source.made), len(source.kept)
    if not kept:
        return f"run on the CPU with random numbers: {why}"
    if kept == count:
        return f"run on the CPU with the given values: {why}"
    which = ", ".join(f"input {at + 1}" for at in source.kept)
    return f"run on the CPU with the given values of {which}, all else random: {why}"


def holds_input(value: Any) -> bool:
    """Whether a value is a shape or a tensor, or a list or dict in which there is one."""
    if isinstance(value, Tensor) or is_shape(value):
        return True
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(map(holds_input, items))
