"""The meta tensors that torch functions are given in place of the network's real ones.

A meta tensor has shape, dtype and strides, and no data. Where a network needs numbers to run, each real
tensor is replaced by a copy on the CPU instead, so that the network's own tensors are not touched either way.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from cnnbook.tracing.aliasing import storage_of
from cnnbook.tracing.function_transforms import changed_inside, innermost, transforming
from cnnbook.tracing.provenance import provenance
from cnnbook.tracing.torch_calls import TENSORLESS

ORDINARY_TYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16)
"""The number types that all layers know on the CPU; torch's others, such as float8, are for a few of them."""

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


class MetaTensors:
    """The tensors that the trace did not make, each with its replacement: on meta, or if `real` a copy.

    `sizes` has the number of values of each parameter of the network, by its id.
    """

    def __init__(self, sizes: dict[int, int], real: bool) -> None:
        self.sizes = sizes
        self.real = real
        # The original is kept alive with its replacement, or another tensor could get its id.
        self.made: dict[int, tuple[Tensor, Tensor]] = {}
        self._originals: dict[int, int] = {}
        # Tensors that share a storage get replacements that share one, so that a write into one changes all.
        self._storages: dict[int, Tensor] = {}

    def __contains__(self, tensor: Any) -> bool:
        return id(tensor) in self.made

    def replaced(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], used: list[Tensor], all_of_them: bool = False
    ) -> Arguments:
        """Return the arguments with every tensor replaced that the trace did not make, and fill `used`.

        `used` gets all tensors among the new arguments. With `all_of_them` tensors that forward computed from
        plain numbers lose their data too.
        """
        new = tuple([a if type(a) in TENSORLESS else self._replace(a, used, all_of_them) for a in args])
        if kwargs:
            kwargs = {key: self._replace(value, used, all_of_them) for key, value in kwargs.items()}
        return new, kwargs

    def integers(self) -> dict[int, Tensor]:
        """The network's own integer tensors on the CPU, such as indices, by their replacements' ids."""
        return {
            id(replacement): tensor
            for tensor, replacement in self.made.values()
            if tensor.device.type == "cpu" and not (tensor.is_floating_point() or tensor.is_complex())
        }

    def original(self, replacement: int) -> int:
        """The id of the tensor that was replaced by the one with this id; 0 if there is none."""
        if len(self._originals) < len(self.made):
            self._originals = {id(new): old for old, (_, new) in self.made.items()}
        return self._originals.get(replacement, 0)

    def current(self, outputs: list[Tensor]) -> list[Tensor]:
        """Return the replacements of tensors that a network returned; those without one as they are."""
        return [
            self.made[id(t)][1]
            if t in self
            else self._made_for(t, False)
            if "_made_by" not in t.__dict__ and self._lost_its_data(t)
            else t
            for t in outputs
        ]

    def _replace(self, value: Any, used: list[Tensor], all_of_them: bool) -> Any:
        if isinstance(value, Tensor):
            inside = transforming()
            if inside:
                value = changed_inside(value, lambda inner: self._replace(inner, [], all_of_them))
            noted = value.__dict__ or provenance(value)
            if "_made_by" not in noted and (not inside or innermost(value) is value):
                if id(value) in self.made:
                    value = self.made[id(value)][1]
                elif "_made_of" not in noted or (
                    not value.is_meta and (all_of_them or self._lost_its_data(value))
                ):
                    value = self._made_for(value, inside)
            used.append(value)
            return value
        if type(value) is tuple or type(value) is list:
            return type(value)([self._replace(item, used, all_of_them) for item in value])
        if type(value) is dict:
            return {key: self._replace(item, used, all_of_them) for key, item in value.items()}
        return value

    def _lost_its_data(self, tensor: Tensor) -> bool:
        """Whether another tensor of the same storage has been replaced already."""
        return bool(self._storages) and storage_of(tensor) in self._storages

    def _made_for(self, tensor: Tensor, inside: bool) -> Tensor:
        # Inside torch.func.grad new tensors are wrapped, and the wrapper ends with the transform.
        replacement = innermost(_copy(tensor) if self.real else self._empty(tensor))
        if id(tensor) in self.sizes and tensor.requires_grad and not inside:
            replacement.requires_grad_()
        made_of = (id(tensor),) if id(tensor) in self.sizes else getattr(tensor, "_made_of", ())
        replacement._made_of = made_of  # type: ignore[attr-defined]
        self.made[id(tensor)] = (tensor, replacement)
        return replacement

    def _empty(self, tensor: Tensor) -> Tensor:
        if tensor.layout is not torch.strided:
            return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
        address = None if transforming() else storage_of(tensor)
        if address is None:
            return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
        shared = self._storages.get(address)
        if shared is None:
            size = tensor.untyped_storage().nbytes()
            if tensor.is_contiguous() and size == tensor.numel() * tensor.element_size():
                shared = torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
                self._storages[address] = shared
                return shared
            shared = self._storages[address] = torch.empty(size, dtype=torch.uint8, device="meta")
        view = torch.empty(0, dtype=tensor.dtype, device="meta")
        return view.set_(
            shared.untyped_storage(),
            tensor.storage_offset(),
            tensor.shape,
            tensor.stride(),
        )


def is_ordinary(x: Any) -> bool:
    """Whether a tensor has an ordinary number type, the default memory layout and no subclass."""
    return type(x) is Tensor and x.dtype in ORDINARY_TYPES and x.is_contiguous()


def _copy(tensor: Tensor) -> Tensor:
    return (
        torch.zeros(tensor.shape, dtype=tensor.dtype)
        if tensor.is_meta
        else tensor.detach().to("cpu", copy=True)
    )
