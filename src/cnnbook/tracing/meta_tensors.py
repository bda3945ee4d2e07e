"""Stand-ins: for every real tensor that a torch function is given, one without data, or a copy with data."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from cnnbook.tracing.aliasing import storage
from cnnbook.tracing.function_transforms import core, rewrapped, transforming
from cnnbook.tracing.provenance import provenance
from cnnbook.tracing.torch_calls import PLAIN

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class MetaTensors:
    """The tensors from outside of a pass and what stands in for them: copies if `real`, else on meta.

    `sizes` has the number of values of each parameter of the network, by its id.
    """

    def __init__(self, sizes: dict[int, int], real: bool) -> None:
        self.sizes = sizes
        self.real = real
        # The original is kept too, or its id could come to name another tensor.
        self._made: dict[int, tuple[Tensor, Tensor]] = {}
        # Views of one memory stand for views of one memory: what is written into one, the others see.
        self._memories: dict[int, Tensor] = {}

    def __contains__(self, tensor: Any) -> bool:
        return id(tensor) in self._made

    def exchanged(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], used: list[Tensor], all_of_them: bool = False
    ) -> Arguments:
        """Return the arguments with stand-ins for tensors from outside; every tensor goes to `used`.

        With `all_of_them` also numbers made in this pass lose their data.
        """
        new = tuple([a if type(a) in PLAIN else self._exchange(a, used, all_of_them) for a in args])
        if kwargs:
            kwargs = {key: self._exchange(value, used, all_of_them) for key, value in kwargs.items()}
        return new, kwargs

    def integers(self) -> dict[int, Tensor]:
        """The network's own integer tensors on the CPU, lengths or indices, by their stand-ins' ids."""
        return {
            id(stand_in): tensor
            for tensor, stand_in in self._made.values()
            if tensor.device.type == "cpu" and not (tensor.is_floating_point() or tensor.is_complex())
        }

    def current(self, outputs: list[Tensor]) -> list[Tensor]:
        """Return what stands for tensors that a network returned, where something does."""
        return [
            self._made[id(t)][1]
            if t in self
            else self._stand_in(t, False)
            if "_made_by" not in t.__dict__ and self._remembered(t)
            else t
            for t in outputs
        ]

    def _exchange(self, value: Any, used: list[Tensor], all_of_them: bool) -> Any:
        if isinstance(value, Tensor):
            inside = transforming()
            if inside:
                value = rewrapped(value, lambda inner: self._exchange(inner, [], all_of_them))
            noted = value.__dict__ or provenance(value)
            if "_made_by" not in noted and (not inside or core(value) is value):
                if id(value) in self._made:
                    value = self._made[id(value)][1]
                elif "_made_of" not in noted or (
                    not value.is_meta and (all_of_them or self._remembered(value))
                ):
                    value = self._stand_in(value, inside)
            used.append(value)
            return value
        if type(value) is tuple or type(value) is list:
            return type(value)([self._exchange(item, used, all_of_them) for item in value])
        if type(value) is dict:
            return {key: self._exchange(item, used, all_of_them) for key, item in value.items()}
        return value

    def _remembered(self, tensor: Tensor) -> bool:
        """Whether the memory of a tensor has lost its data already."""
        return bool(self._memories) and storage(tensor) in self._memories

    def _stand_in(self, tensor: Tensor, inside: bool) -> Tensor:
        # Inside torch.func.grad new tensors are wrapped too, for as long as it runs.
        stand_in = core(_copy(tensor) if self.real else self._empty(tensor))
        if id(tensor) in self.sizes and tensor.requires_grad and not inside:
            stand_in.requires_grad_()
        own = getattr(tensor, "_made_of", ())
        stand_in._made_of = (id(tensor),) if id(tensor) in self.sizes else own  # type: ignore[attr-defined]
        self._made[id(tensor)] = (tensor, stand_in)
        return stand_in

    def _empty(self, tensor: Tensor) -> Tensor:
        if tensor.layout is not torch.strided:
            return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
        place = None if transforming() else storage(tensor)
        if place is None:
            return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
        memory = self._memories.get(place)
        if memory is None:
            size = tensor.untyped_storage().nbytes()
            if tensor.is_contiguous() and size == tensor.numel() * tensor.element_size():
                memory = torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
                self._memories[place] = memory
                return memory
            memory = self._memories[place] = torch.empty(size, dtype=torch.uint8, device="meta")
        view = torch.empty(0, dtype=tensor.dtype, device="meta")
        return view.set_(
            memory.untyped_storage(),
            tensor.storage_offset(),
            tensor.shape,
            tensor.stride(),
        )


def _copy(tensor: Tensor) -> Tensor:
    return (
        torch.zeros(tensor.shape, dtype=tensor.dtype)
        if tensor.is_meta
        else tensor.detach().to("cpu", copy=True)
    )
