"""Everything of torch that this package uses although torch does not document it: names, and texts of errors.

Any of it may change with a release of torch. Therefore it stands in this one module, and
tests/tracing/test_torch_internals.py has a test of its own for each entry. That file also holds that no other
module of the package uses a private name of torch, or looks for words in one of its errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import torch
import torch.overrides
import torch.utils._device
from torch import Tensor, nn
from torch.nn.parameter import is_lazy as is_lazy  # whether a lazy parameter still waits for its shape
from torch.utils._python_dispatch import TorchDispatchMode as TorchDispatchMode  # sees what C++ calls, too

# -- modules

STANDARD_ATTRIBUTES: tuple[str, ...] = tuple(nn.Module().__dict__)
"""The attributes that every module has, in the order in which nn.Module sets them."""


def held_parameters(modules: Iterable[nn.Module]) -> Iterator[nn.Parameter]:
    """The parameters of these modules without their submodules', one after the other.

    module.parameters() is documented, but would make a trace of ResNet-50 4 % longer.
    """
    for module in modules:
        for parameter in module._parameters.values():
            if parameter is not None:
                yield parameter


_COMPILED = "_orig_mod"


def compiled_model(model: nn.Module) -> nn.Module | None:
    """The network inside the wrapper that torch.compile puts around it; None for any other network."""
    return getattr(model, _COMPILED, None)


def named_by_learners(modules: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
    """Modules by their paths, without the name under which torch.compile's wrapper keeps a module."""
    if not any(_COMPILED in path for path in modules):
        return dict(modules)
    return {as_written(path): module for path, module in modules.items()}


def as_written(path: str) -> str:
    """The path of a module or parameter without the name that the wrapper of torch.compile adds to it.

    >>> as_written("body._orig_mod.0"), as_written("body._orig_mod"), as_written("")
    ('body.0', 'body', '')
    """
    return ".".join([part for part in path.split(".") if part != _COMPILED])


COMPILER = "torch._dynamo"
"""The module that torch.compile loads, which takes seconds; where it is not loaded nothing is compiled."""

COMPILED_WITH_HOOKS = r"Using `torch\.compile\(module\)` when there are global hooks"
"""How torch begins a warning about the hooks with which a trace watches modules; it is about speed only."""


def scripted_class_name(module: torch.jit.ScriptModule) -> str:
    """The name of the class that TorchScript compiled; "" where TorchScript does not know it."""
    return getattr(module, "original_name", "")


def fused_kernels(module: torch.jit.ScriptModule) -> list[str]:
    """The kernels of other libraries that a compiled module calls; their numbers are not seen by torch."""
    kinds = dict.fromkeys(node.kind() for node in module.inlined_graph.nodes())
    return [kind for kind in kinds if not kind.startswith(("aten::", "prim::")) or "mkldnn" in kind]


def parametrization_name(parametrization: nn.Module) -> str:
    """The function of torch.nn.utils.parametrizations that made a parametrization: "spectral_norm"."""
    names = {"_SpectralNorm": "spectral_norm", "_WeightNorm": "weight_norm", "_Orthogonal": "orthogonal"}
    return names.get(type(parametrization).__name__, "")


def update_stored_padding(module: nn.Module, padding: tuple[int, ...]) -> None:
    """Update the copy of its padding that a convolution keeps for other padding modes than zeros."""
    if hasattr(module, "_reversed_padding_repeated_twice"):
        twice: Any = [p for p in reversed(padding) for _ in range(2)]
        module._reversed_padding_repeated_twice = twice


# -- tensors

view_base: Callable[[Tensor], Tensor | None] = attrgetter("_base")
"""The tensor that a view was made of; None for a tensor that is no view."""

storage_address: Callable[[torch.UntypedStorage], int] = attrgetter("_cdata")
"""A number that names a storage as long as it lives; data_ptr() is 0 for all storages without data."""

# -- torch functions, as a TorchFunctionMode sees them

PROPERTY_CALLS = ("__get__", "__set__")
"""The names under which reading and setting a property of a tensor is seen; `__self__` is the property."""


def property_getter(name: str) -> Callable[[Tensor], Any]:
    """The function that is seen when somebody reads a property of a tensor, `x.shape` for example."""
    getter: Callable[[Tensor], Any] = getattr(Tensor, name).__get__
    return getter


def is_deepcopy(func: Callable[..., Any]) -> bool:
    """Whether a torch function is the one that copy.deepcopy calls for a tensor."""
    return getattr(func, "__name__", "") == "__deepcopy__"


def is_quantized(func: Callable[..., Any]) -> bool:
    """Whether a torch function is one of torch.ops.quantized, whose weights are packed away."""
    return str(getattr(func, "_qualified_op_name", "")).startswith("quantized::")


def overload_arguments(func: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the arguments of an overload of torch.ops, as torch.ops.aten.add.Tensor; () for others."""
    schema = getattr(func, "_schema", None)
    return tuple([argument.name for argument in schema.arguments]) if schema is not None else ()


def is_overload(func: Callable[..., Any]) -> bool:
    """Whether a function is an overload of torch.ops, as torch.ops.aten.add.Tensor."""
    return isinstance(func, torch._ops.OpOverload)


def is_aten(func: Callable[..., Any]) -> bool:
    """Whether an overload of torch.ops is one of torch.ops.aten, and no library's own."""
    return getattr(func, "namespace", "") == "aten"


def gives_several(func: Callable[..., Any]) -> bool:
    """Whether an overload of torch.ops returns a tuple."""
    return len(func._schema.returns) > 1  # type: ignore[attr-defined]


# -- function transforms: vmap and grad wrap tensors, and torch.func keeps the wrappers' functions here

peek_interpreter_stack: Callable[[], Any] = torch._C._functorch.peek_interpreter_stack
"""The innermost function transform that is running; None outside of all."""

is_wrapped: Callable[[Tensor], bool] = torch._C._functorch.is_functorch_wrapped_tensor
"""Whether a tensor is the wrapper of a function transform."""

is_batched: Callable[[Tensor], bool] = torch._C._functorch.is_batchedtensor
"""Whether a wrapper is vmap's, which hides an axis."""

unwrapped: Callable[[Tensor], Tensor] = torch._C._functorch.get_unwrapped
"""The tensor inside a wrapper."""

transform_level: Callable[[Tensor], int] = torch._C._functorch.maybe_get_level
"""How deep the transform of a wrapper stands among the running ones."""

hidden_axis: Callable[[Tensor], int] = torch._C._functorch.maybe_get_bdim
"""The axis, of the tensor inside, that vmap's wrapper hides."""

wrap_for_vmap: Callable[[Tensor, int, int], Tensor] = torch._C._functorch._add_batch_dim
"""A tensor in vmap's wrapper: the tensor, the axis to hide, the level."""

wrap_for_grad: Callable[[Tensor, int], Tensor] = torch._C._functorch._wrap_for_grad
"""A tensor in the wrapper of torch.func.grad: the tensor, the level."""

# -- settings of torch

Setting = tuple[Callable[[], Any], Callable[[Any], Any]]
_modes: Any = torch.overrides


def _device_state() -> tuple[Any, ...]:
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return tuple(_modes._get_current_function_mode_stack()), context, torch.utils._device.CURRENT_DEVICE


def _set_device_state(state: tuple[Any, ...]) -> None:
    modes, context, device = state
    for _ in _modes._get_current_function_mode_stack():
        _modes._pop_mode()
    for mode in modes:
        _modes._push_mode(mode)
    torch._GLOBAL_DEVICE_CONTEXT.device_context = context
    torch.utils._device.CURRENT_DEVICE = device


DEFAULT_DEVICE: Setting = (_device_state, _set_device_state)
"""Reads and sets the default device of this thread, together with the TorchFunctionModes it is made of.

torch.set_default_device alone is not enough: up to torch 2.10 it cannot undo itself within a
`with torch.device(...)`.
"""

ANOMALY: Setting = (torch.is_anomaly_enabled, torch.set_anomaly_enabled)
"""Reads and sets whether the backward pass looks for NaN; documented is only a context manager."""

AUTOCAST: tuple[Setting, ...] = (
    (torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled),
    (lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on)),
    (lambda: torch.get_autocast_dtype("cpu"), lambda dtype: torch.set_autocast_dtype("cpu", dtype)),
)
"""Reads and sets what torch.autocast sets on the CPU; documented is only the context manager."""

# -- the backward graph


def sequence_number(node: Any) -> int:
    """The place of a backward function in the order in which the forward pass made them."""
    return int(node._sequence_nr())


def result_shape(node: Any) -> tuple[int, ...] | None:
    """The shape of the result whose gradient a backward function takes; None where torch does not say."""
    metadata = getattr(node, "_input_metadata", ())
    return tuple(metadata[0].shape) if metadata else None


def saved_values(node: Any) -> Iterator[tuple[str, Any]]:
    """What a backward function keeps from the forward pass, by torch's name for each without its prefix."""
    for name in dir(node):
        if name.startswith("_saved_"):
            yield name.removeprefix("_saved_"), getattr(node, name)


def leaf(node: Any) -> Tensor | None:
    """The tensor whose gradient a node of the backward graph accumulates; None for a backward function."""
    return getattr(node, "variable", None)


# -- words in torch's errors

GRADIENTS_MISSING = ("not require grad", "doesn't require grad", "has requires_grad=False")
"""A backward pass, a hook or retain_grad, on a tensor for which torch keeps no gradients."""

NESTED = ("Nested",)
"""An operation on a nested (ragged) tensor."""

ONE_VALUE_PER_CHANNEL = ("more than 1 value per channel", "more than 1 spatial element")
"""A batch or instance normalization in train mode that has a single value to normalize over."""

NUMBER_TYPES = (
    "dtype",  # linear layers, attention: "must have the same dtype"
    "scalar type",  # layers without a bias: "expected scalar type Double but found Float"
    "not implemented for",  # kernels that lack a type: "not implemented for 'Long'"
    "bias type",  # convolutions: "Input type (double) and bias type (float) should be the same"
    "weight type",  # the same, for complex input and layers without a bias
    "datatype",  # normalizations: "all inputs must share same datatype"
    "must have the type",  # recurrent layers of torch 2.10: "input must have the type torch.float32"
)
"""Tensors of unequal number types, or of a number type that an operation does not know."""

NOT_CONTIGUOUS = ("contiguous", "stride")
"""A view of a tensor whose numbers do not lie one after the other in memory."""

NONE_GIVEN = ("NoneType",)
"""An argument that is None. Python's own errors say it by the same word."""

# linear(): argument 'input' (position 1) must be Tensor, not numpy.ndarray
# conv2d() received an invalid combination of arguments - got (tuple, Parameter, ...
NOT_A_TENSOR = re.compile(
    r"must be Tensor, not (?:\w+\.)*(?P<one>\w+)|arguments - got \((?:\w+\.)*(?P<first>\w+),"
)
"""A function that needs a tensor was given something else; a group is the name of its type."""

CONSTRUCTOR = re.compile(r"(\w+)\.__init__\(\) (?:takes|got)\b")
"""A class that does not take the arguments with which it was called; the group is its name."""

AXIS_RANGE = re.compile(r"expected to be in range of \[(-?\d+), (-?\d+)\], but got (-?\d+)")
"""A tensor does not have an axis; the groups are the least and the largest axis, and the one asked for."""

UNPACKED = re.compile(r"(?:not enough|too many) values to unpack \(expected (\d+)")
"""Python's own error of too many or too few names before an equals sign; the group is how many there are."""

NO_SUCH_DEVICE = re.compile(
    "NVIDIA driver"  # a torch with CUDA on a computer without a graphics card
    "|not compiled with CUDA"  # a torch for the processor alone
    "|invalid device ordinal"  # a graphics card with a number that this computer does not have
)
"""A tensor is to be made on a graphics card that this computer does not have."""

NO_FORWARD = re.compile(r"Module \[(\w+)\] is missing the required .forward. function")
"""A module whose class defines no forward; the group is the name of the class."""

HIDDEN_SIZE = re.compile(r"Expected hidden(?:\[\d\])? size \(([\d, ]+)\), got")
"""A recurrent layer's first state that has another shape than the layer wants; the group is what it wants."""

CPP_STACK = "Exception raised from"
"""Where torch's own stack of C++ functions begins in a message that shows it."""


def wanted_hidden_size(error: BaseException) -> tuple[int, ...]:
    """The shape that a recurrent layer wants its first state to have, if an error tells it; else ()."""
    found = HIDDEN_SIZE.search(str(error))
    return tuple(map(int, found[1].split(","))) if found else ()


def says(error: BaseException, words: tuple[str, ...]) -> bool:
    """Whether the message of an error has one of these texts in it."""
    message = str(error)
    return any(text in message for text in words)
