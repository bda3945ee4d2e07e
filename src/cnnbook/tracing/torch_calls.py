"""A call of a torch function: the name of its operation, its arguments by name, the tensors among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import torch
from torch import Tensor

from cnnbook.traces import operations
from cnnbook.tracing.function_transforms import whole_shape
from cnnbook.tracing.torch_internals import (
    PROPERTY_CALLS,
    is_overload,
    is_quantized,
    overload_arguments,
)

TENSORLESS = frozenset((int, float, bool, str, type(None), torch.Size, torch.dtype, torch.device))
"""Types of arguments that hold no tensor."""

_RECORDED_AS_THEY_ARE = frozenset((int, float, bool, str, type(None)))
_INTEGERS = {int}
# The arguments of torch.ops.aten that have another name in Python.
_PYTHON_NAMES = {
    "self": "input",
    "train": "training",
    "params": "weights",
    "has_biases": "bias",
    "group": "num_groups",
}
_IN_PLACE_OPERATORS = frozenset(
    ("iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow", "imatmul", "iand", "ior", "ixor")
)


class Operation(NamedTuple):
    """A torch function's operation, and whether the function writes its result into its first argument.

    `overload` tells that it is one of torch.ops, and no function of Python's.
    """

    op: str
    in_place: bool
    overload: bool = False


_known: dict[Any, Operation] = {}


def operation(func: Callable[..., Any]) -> Operation:
    """Return the operation of a torch function; whether it works in place is told by its name.

    >>> operation(torch.relu_), operation(torch.cat).op
    (Operation(op='relu', in_place=True, overload=False), 'cat')
    >>> operation(torch.Tensor.__iadd__), operation(torch.ops.aten.relu.default)[::2]
    (Operation(op='add', in_place=True, overload=False), ('relu', True))
    """
    found = _known.get(func)
    if found is None:
        name = getattr(func, "__name__", type(func).__name__)
        if name in PROPERTY_CALLS:
            name = getattr(getattr(func, "__self__", None), "__name__", name)
        if is_quantized(func):
            name = f"quantized_{name}"
        name = name.partition(".")[0]
        if name.startswith("__"):
            in_place = name.strip("_") in _IN_PLACE_OPERATORS or name == "__setitem__"
        else:
            in_place = name.endswith("_")
        found = _known[func] = Operation(operations.name(name), in_place, is_overload(func))
    return found


def arguments_by_name(
    op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any], func: Callable[..., Any] | None = None
) -> dict[str, Any]:
    """Return a call's arguments by name, tensors replaced by their shapes; {} where no names are known.

    `func` is given for an overload of torch.ops.aten, whose arguments may stand in another order.
    """
    names = operations.SIGNATURES.get(op)
    if names is None:
        return {}
    if func is not None:
        aten_names = [
            "operands" if op == "einsum" and n == "tensors" else n for n in overload_arguments(func)
        ]
        names = tuple([_PYTHON_NAMES.get(name, name) for name in aten_names]) or names
        kwargs = {_PYTHON_NAMES.get(key, key): value for key, value in kwargs.items()}
    if op == "einsum" and len(args) > 2:
        args = (args[0], args[1:])
    if op == "chain_matmul":
        args = (args,)
    # The multiply-accumulates of these two are counted from the shapes of all operands, hidden axes included.
    whole = op in ("einsum", "scaled_dot_product_attention")
    found = dict(zip(names, args, strict=False), **kwargs)
    for name, value in found.items():
        if type(value) not in _RECORDED_AS_THEY_ARE:
            found[name] = without_tensors(value, whole)
    return found


def without_tensors(value: Any, whole: bool = False) -> Any:
    """Return a value with shapes in place of its tensors; with `whole` the axes that vmap hides are shown."""
    if type(value) in _RECORDED_AS_THEY_ARE:
        return value
    if isinstance(value, Tensor):
        return whole_shape(value) if whole else tuple(value.shape)
    if isinstance(value, list | tuple):
        only_integers = type(value) is tuple and set(map(type, value)) <= _INTEGERS
        return value if only_integers else tuple([without_tensors(item, whole) for item in value])
    if value is Ellipsis or (isinstance(value, slice) and _is_plain(value)):
        return value
    return str(value)


def _is_plain(part: slice) -> bool:
    """Whether a slice is made of whole numbers."""
    return all(number is None or type(number) is int for number in (part.start, part.stop, part.step))


@cache
def dtype_name(dtype: torch.dtype) -> str:
    """Return PyTorch's name of a type, such as "float32"."""
    return str(dtype).removeprefix("torch.")


def tensors(value: Any) -> list[Tensor]:
    """Return the tensors inside a value, also inside dicts, lists and tuples, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, tuple | list):
        return []
    return [tensor for item in value if type(item) not in TENSORLESS for tensor in tensors(item)]
