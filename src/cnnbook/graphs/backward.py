"""What autograd records: one forward pass over stand-ins, and the backward functions it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook

from cnnbook.graphs.rendering import GraphError
from cnnbook.tracing import models, trace
from cnnbook.tracing.models import run_uncompiled
from cnnbook.tracing.outputs import NOTHING_RETURNED, without_objects, without_tensors
from cnnbook.tracing.torch_calls import tensors
from cnnbook.tracing.torch_internals import as_written, leaf, result_shape, saved_values, sequence_number


@dataclass
class Function:
    """One backward function: the module that caused it, what feeds it, the parameters it leads to."""

    number: int
    node: Any
    path: str
    before: list[int]
    leaves: list[tuple[str, Tensor]]

    @property
    def title(self) -> str:
        """What torch calls it, such as "ConvolutionBackward0"."""
        return type(self.node).__name__

    @property
    def shape(self) -> str:
        """The shape of the forward function's result; "" where torch does not say."""
        shape = result_shape(self.node)
        return "" if shape is None else said(shape)

    def saved(self) -> Iterator[tuple[str, Tensor]]:
        """The tensors kept from the forward pass, by torch's names for them."""
        for name, value in saved_values(self.node):
            several = isinstance(value, tuple)
            for i, tensor in enumerate(value if several else (value,)):
                if isinstance(tensor, Tensor):
                    yield f"{name}[{i}]" if several else name, tensor


@dataclass
class Pass:
    """One forward pass: results, named leaves, and which module made which backward function."""

    outputs: list[Tensor]
    leaves: dict[int, str]
    paths: dict[int, str]
    # Python gives a function another id when it asks again, unless somebody still holds it.
    held: list[Any]
    note: str
    # Why there are no results, if there are none.
    nothing: str = ""

    @property
    def parameters(self) -> dict[str, Tensor]:
        """The stand-ins of the parameters that gradients flow to, by name."""
        _functions, stand_ins = self.held
        return {as_written(name): tensor for name, tensor in stand_ins.items() if tensor.requires_grad}


def prepared(model: nn.Module, inputs: Sequence[Any]) -> nn.Module:
    """Return the network whose pass is recorded: without wrappers, its lazy layers with their shapes."""
    if not isinstance(model, nn.Module):
        return model
    return models.prepared(model, tuple(inputs), {}).model


def forward(model: nn.Module, inputs: Sequence[Any]) -> Pass:
    """Run the model on stand-ins without data; where it needs numbers to run, on zeros on the CPU."""
    try:
        return _run(model, inputs, "meta", "")
    except (Exception, SystemExit) as error:
        reason = _first_line(error)
    # A trace of the same pass tells what disagrees, where there is something to tell.
    trace(model, *inputs)
    try:
        return _run(model, inputs, "cpu", f"run on the CPU with zeros, since without data: {reason}")
    except (Exception, SystemExit) as error:
        reason = _first_line(error)
        raise GraphError(f"{type(model).__name__} does not run on {_all_said(inputs)}: {reason}") from None


def _run(model: nn.Module, given: Sequence[Any], device: str, note: str) -> Pass:
    stand_ins = {}
    for name, tensor in (*model.named_parameters(), *model.named_buffers()):
        if device == "meta":
            copy = torch.empty_like(tensor, device="meta")
        elif tensor.is_meta:
            copy = torch.zeros_like(tensor, device=device)
        else:
            copy = tensor.detach().clone()
        stand_ins[name] = copy.requires_grad_(tensor.requires_grad)
    kind = next((p.dtype for p in model.parameters() if p.is_floating_point()), torch.get_default_dtype())
    inputs = tuple([_input(value, kind, device) for value in given])
    name_of = {id(module): as_written(path) for path, module in model.named_modules()}
    paths: dict[int, str] = {}
    held: list[Any] = []

    def remember(module: nn.Module, _inputs: Any, result: Any) -> None:
        for tensor in tensors(without_objects(result)):
            if tensor.grad_fn is not None and id(module) in name_of:
                held.append(tensor.grad_fn)
                paths.setdefault(id(tensor.grad_fn), name_of[id(module)])

    handle = register_module_forward_hook(remember)
    try:
        with torch.random.fork_rng(devices=[]), run_uncompiled():
            result = torch.func.functional_call(model, stand_ins, inputs)
    finally:
        handle.remove()
    leaves = {id(tensor): as_written(name) for name, tensor in stand_ins.items() if tensor.requires_grad}
    found = tensors(without_objects(result))
    nothing = "" if found else NOTHING_RETURNED if result is None else without_tensors(result)
    return Pass(found, leaves, paths, [held, stand_ins], note, nothing)


def forward_on_zeros(model: nn.Module, inputs: Sequence[Any]) -> Pass:
    """Run the model on zeros on the CPU, with zeros for those of its weights that have no data.

    Raises GraphError if it does not run.
    """
    try:
        return _run(model, inputs, "cpu", "")
    except (Exception, SystemExit) as error:
        reason = _first_line(error)
    trace(model, *inputs)  # raises a TraceError that tells what disagrees, where there is something to tell
    raise GraphError(f"{type(model).__name__} does not run on {_all_said(inputs)}: {reason}")


def walk(outputs: Sequence[Tensor], done: Pass) -> list[Function]:
    """The backward functions behind the outputs, numbered in the order of the forward pass."""
    found: dict[int, Any] = {}
    waiting = [tensor.grad_fn for tensor in outputs]
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in found:
            continue
        found[id(node)] = node
        waiting += [following for following, _ in node.next_functions]
    steps = sorted((node for node in found.values() if leaf(node) is None), key=sequence_number)
    numbers = {id(node): i for i, node in enumerate(steps)}
    functions = []
    for node in steps:
        before, leaves = [], []
        for following, _ in node.next_functions:
            if id(following) in numbers:
                before.append(numbers[id(following)])
            elif following is not None and (tensor := leaf(following)) is not None:
                leaves.append((done.leaves.get(id(tensor), "a tensor"), tensor))
        functions.append(Function(numbers[id(node)], node, done.paths.get(id(node), ""), before, leaves))
    return functions


def why_empty(done: Pass) -> str:
    """Return why autograd recorded nothing."""
    return f"the backward graph is empty: {_reason(done)}"


def _reason(done: Pass) -> str:
    if done.nothing:
        return done.nothing
    if not torch.is_grad_enabled():
        return "gradients are switched off here (torch.no_grad or torch.inference_mode)"
    if not done.leaves:
        return "no parameter has requires_grad=True"
    return "the forward pass detaches its result from the parameters"


def said(shape: Sequence[int]) -> str:
    """Return a shape as Python writes it: "(1, 64, 56, 56)"."""
    return "(" + ", ".join(str(int(n)) for n in shape) + ("," if len(shape) == 1 else "") + ")"


def _all_said(inputs: Sequence[Any]) -> str:
    return " and ".join([said(getattr(value, "shape", value)) for value in inputs])


def _input(value: Any, kind: torch.dtype, device: str) -> Tensor:
    """Zeros of a given shape; of a given tensor a copy, so that indices and lengths keep their numbers."""
    if not isinstance(value, Tensor):
        return torch.zeros(value, dtype=kind, device=device)
    if device == "meta" or value.is_meta:
        return torch.zeros(value.shape, dtype=value.dtype, device=device)
    return value.detach().to(device, copy=True)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
