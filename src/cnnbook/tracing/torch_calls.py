"""A call of a torch function in plain values: the operation's name, and its arguments by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor

from cnnbook.traces import operations
from cnnbook.tracing.function_transforms import whole_shape

# Values that hold no tensor.
PLAIN = frozenset((int, float, bool, str, type(None), torch.Size, torch.dtype, torch.device))
_AS_THEY_ARE = frozenset((int, float, bool, str, type(None)))
_RETURNED_WHEN_WRITTEN = ("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "imatmul")


class Operation(NamedTuple):
    """What a torch function is: its operation, and whether it writes into its first argument."""

    op: str
    in_place: bool


_known: dict[Any, Operation] = {}


def operation(func: Callable[..., Any]) -> Operation:
    """Return the name of a torch function's operation, and whether it works in place, as its name says.

    >>> operation(torch.relu_), operation(torch.cat)
    (Operation(op='relu', in_place=True), Operation(op='cat', in_place=False))
    >>> operation(torch.Tensor.__iadd__)
    Operation(op='add', in_place=True)
    """
    found = _known.get(func)
    if found is None:
        plain = getattr(func, "__name__", type(func).__name__)
        if plain in ("__get__", "__set__"):
            plain = getattr(getattr(func, "__self__", None), "__name__", plain)
        if getattr(func, "_qualified_op_name", "").startswith("quantized::"):  # its weights are packed away
            plain = f"quantized_{plain}"
        private = plain.startswith("__")
        written = plain.strip("_") in (*_RETURNED_WHEN_WRITTEN, "setitem", "iand", "ior", "ixor") and private
        in_place = written or (plain.endswith("_") and not private)
        found = _known[func] = Operation(operations.name(plain), in_place)
    return found


def arguments_by_name(op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the call's arguments by name, tensors replaced by their shapes; {} where no names are known."""
    names = operations.SIGNATURES.get(op)
    if names is None:
        return {}
    if op == "einsum" and len(args) > 2:
        args = (args[0], args[1:])
    if op == "chain_matmul":
        args = (args,)
    # Where every operand has the axes that vmap hides, the count of products needs them.
    whole = op in ("einsum", "scaled_dot_product_attention")
    found = {name: without_tensors(value, whole) for name, value in zip(names, args, strict=False)}
    for name, value in kwargs.items():
        found[name] = without_tensors(value, whole)
    return found


def without_tensors(value: Any, whole: bool = False) -> Any:
    """Return a value without tensors in it: their shapes, with `whole` those that vmap hides as well."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, Tensor):
        return whole_shape(value) if whole else tuple(value.shape)
    if isinstance(value, list | tuple):
        whole_numbers = type(value) is tuple and all(type(item) is int for item in value)
        return value if whole_numbers else tuple([without_tensors(item, whole) for item in value])
    return str(value)
