"""Names for the tensors that an operation reads and that no row made: parameters, buffers, constants.

The weights of a layer, such as a convolution's, are part of the operation and not among these tensors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from torch import Tensor, nn

from cnnbook.traces import Operand, operations
from cnnbook.tracing.function_transforms import innermost
from cnnbook.tracing.meta_tensors import MetaTensors
from cnnbook.tracing.torch_calls import tensors

Name = tuple[str, str]
"""A tensor's kind and its path in the network, as in `Operand`."""

_CONSTANT: Name = ("constant", "")
# Of these operations only the first tensor is what they work on; all others are their weights.
_ONE_OPERAND_FAMILIES = ("convolution", "normalization")
_ONE_OPERAND = frozenset(("linear", "prelu", "embedding", "embedding_bag", "convolution", "script"))
_SEVERAL = {
    "bilinear": 2,
    "multi_head_attention_forward": 3,
    **dict.fromkeys(operations.RECURRENT, 2),
}


@cache
def one_operand(op: str) -> bool:
    """Whether an operation works on its first tensor alone, and all others are its weights."""
    return op in _ONE_OPERAND or operations.family(op) in _ONE_OPERAND_FAMILIES


class OperandNames:
    """Names the tensors of one forward pass by the modules that hold them."""

    def __init__(self, modules: Mapping[str, nn.Module], replaced: MetaTensors) -> None:
        self.modules = modules
        self.replaced = replaced

    def given(
        self, call: tuple[str, Sequence[Any], Mapping[str, Any]], others: Iterable[tuple[int, Tensor]]
    ) -> tuple[Operand, ...]:
        """Return those of `others`, tensors that no row made, that the call works on.

        Each comes with the number of tensors before it that a row made.
        """
        op, args, kwargs = call
        known = _worked_on(op, args, kwargs)
        found: list[Operand] = []
        for before, tensor in others:
            if (known is None or id(tensor) in known) and tensor.dim():
                kind, name = self.of(tensor)
                # Layers make the zeros of a recurrent layer's first state by themselves.
                if kind != "constant" or op not in operations.RECURRENT:
                    found.append(Operand(kind, name, tuple(tensor.shape), before + len(found)))
        return tuple(found)

    def of(self, tensor: Tensor) -> Name:
        """Return the kind and the path of a tensor that no row made."""
        inner = innermost(tensor)
        key = id(inner)
        found = self._held.get(key) or self._held.get(self.replaced.original(key))
        if found is not None:
            return found
        made_from: tuple[Name, ...] = inner.__dict__.get("_named_after", ())
        if not made_from:
            return _CONSTANT
        if len(made_from) == 1 and made_from[0][0] != "part":
            return made_from[0]
        return "computed", " and ".join(dict.fromkeys(name for _, name in made_from))

    def after(self, passed_on: bool, used: Iterable[Tensor]) -> tuple[Name, ...]:
        """Return what a result is named after that was computed from these tensors alone.

        A function that passes its values on, such as `detach`, keeps the very name.
        """
        names = [name for name in map(self.of, used) if name != _CONSTANT]
        if passed_on and len(names) == 1 and names[0][0] != "computed":
            return (names[0],)
        parts = (part for _, name in names for part in name.split(" and "))
        return tuple([("part", part) for part in dict.fromkeys(parts)])

    @cached_property
    def _held(self) -> dict[int, Name]:
        """The names of all tensors that modules hold, by their ids."""
        found: dict[int, Name] = {}
        for path, module in self.modules.items():
            kinds: tuple[tuple[str, Iterable[tuple[str, Any]]], ...] = (
                ("parameter", module.named_parameters(recurse=False)),
                ("buffer", module.named_buffers(recurse=False)),
                ("attribute", vars(module).items()),
            )
            for kind, held in kinds:
                for name, value in held:
                    if isinstance(value, Tensor):
                        found.setdefault(id(value), (kind, f"{path}.{name}" if path else name))
        return found


def _worked_on(op: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> set[int] | None:
    """The ids of the tensors that a call works on; None for all of them."""
    chosen: Any
    if one_operand(op):
        chosen = args[:1] or [value for key, value in kwargs.items() if key == "input"]
    elif op == "addmm":  # a dense layer of an exported network: its bias, its input, its weight turned
        chosen = args[1:2]
    elif op in _SEVERAL:
        # A packed sequence has its batch sizes between its values and the first state.
        packed = len(args) > 3 and isinstance(args[1], Tensor) and not isinstance(args[2], list)
        chosen = args[: 3 if packed and op in operations.RECURRENT else _SEVERAL[op]]
    else:
        return None
    return {id(tensor) for tensor in tensors(list(chosen))}
