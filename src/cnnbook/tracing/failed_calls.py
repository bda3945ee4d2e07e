"""The Failure of a call of a torch function: its operation, where it was made, and what it was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor

from cnnbook.traces import Operand
from cnnbook.tracing.failures import Failure
from cnnbook.tracing.provenance import provenance
from cnnbook.tracing.recording import Recorder
from cnnbook.tracing.torch_calls import arguments_by_name, dtype_name, without_tensors
from cnnbook.tracing.torch_internals import is_overload

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
"""A torch function with its arguments."""


def failed_call(
    about: tuple[str, tuple[str, str], Call],
    used: list[Tensor],
    recorded: tuple[Recorder, int],
    error: Exception,
    written: tuple[str, ...],
) -> Failure:
    """Return the Failure of a call.

    `about` is the operation, the path and the class of the module that made the call, and the call. `used`
    are all tensors that it was given. `recorded` is the recorder of the pass, and the number of the network's
    inputs. `written` is how the operands stand in the source code.
    """
    op, (path, module), (func, args, kwargs) = about
    recorder, inputs = recorded
    made = [tensor for tensor in used if "_made_by" in provenance(tensor)]
    sources = [provenance(tensor)["_made_by"] for tensor in made]
    shapes = [tuple(tensor.shape) for tensor in made]
    others = recorder.sources(used, lambda tensor: tuple(tensor.shape)).others
    names = recorder.names
    operands = names.given((op, args, kwargs), others) if names else ()
    for i, operand in enumerate(operands):
        sources.insert(operand.position, -1 - inputs - i)
        shapes.insert(operand.position, operand.shape)
    weights = [Operand(*names.of(tensor), tuple(tensor.shape)) for _, tensor in others] if names else []
    return Failure(
        op,
        path,
        module,
        tuple(sources),
        tuple(shapes),
        arguments_by_name(op, args, kwargs, func if is_overload(func) else None),
        error,
        tuple([without_tensors(value) for value in args]),
        tuple([dtype_name(tensor.dtype) for tensor in used]),
        operands,
        tuple(weights),
        written,
        {key: without_tensors(value) for key, value in kwargs.items()},
    )


def only_constants(used: list[Tensor]) -> bool:
    """Whether all these tensors were computed from plain numbers during the pass."""
    return not any("_made_by" in provenance(tensor) or tensor.is_meta for tensor in used)
