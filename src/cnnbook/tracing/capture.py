"""Watches one forward pass: every call of a torch function, the module that makes it, and its result."""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.jit import ScriptModule
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode
from torch.utils.hooks import RemovableHandle

from cnnbook.tracing import device_moves
from cnnbook.tracing.aten_calls import ScriptMacs, results_of
from cnnbook.tracing.cpu_checks import cpu_error, run_checked, run_on_numbers
from cnnbook.tracing.failed_calls import Call, failed_call, only_constants
from cnnbook.tracing.failures import Failure, failure_outside_torch
from cnnbook.tracing.failures.call_replacement import waiting_replacements
from cnnbook.tracing.failures.source_code import written_operands
from cnnbook.tracing.function_transforms import transforming
from cnnbook.tracing.index_checks import OutOfRangeError, check_indices, takes_indices
from cnnbook.tracing.inputs import InputTensors
from cnnbook.tracing.meta_tensors import MetaTensors
from cnnbook.tracing.models import Network
from cnnbook.tracing.operands import OperandNames
from cnnbook.tracing.recording import NESTED_REFUSED, PASSED_ON, Recorder
from cnnbook.tracing.shape_rules import SHAPE_RULES
from cnnbook.tracing.torch_calls import TENSORLESS, arguments_by_name, operation, tensors
from cnnbook.tracing.torch_internals import (
    GRADIENTS_MISSING,
    NESTED,
    compiled_model,
    fused_kernels,
    gives_several,
    held_parameters,
    is_lazy,
    named_by_learners,
    property_getter,
    says,
    scripted_class_name,
    view_base,
)

# Functions that ask a tensor for its shape or type, which a meta tensor answers as the real one does.
_QUESTIONS = frozenset(
    (
        *(Tensor.dim, Tensor.size, Tensor.numel, Tensor.is_floating_point, Tensor.is_complex),
        *map(property_getter, ("shape", "ndim", "dtype")),
    )
)
# In a pass without gradients torch refuses these two, which would change nothing there.
_GRADIENT_HOOKS = ("register_hook", "retain_grad")
_this_thread = threading.local()


class NeedsDataError(Exception):
    """The network can only run on real numbers; the message says which operation needs them, and where."""


class NeedsGradientsError(Exception):
    """The forward pass asks for gradients, and the trace ran without them."""


class Capture(TorchFunctionMode):
    """Watches one forward pass on the tensors of `source`: on meta tensors, or on copies with data.

    With `gradients` torch keeps what a backward pass inside forward needs.
    """

    def __init__(self, network: Network, source: InputTensors, gradients: bool = False) -> None:
        super().__init__()
        self.real = real = source.real
        self.gradients = gradients
        every = network.modules
        self.modules = named_by_learners(every)
        self.classes = {path: class_name(module) for path, module in self.modules.items()}
        self.places = {id(module): (path, self.classes[path]) for path, module in self.modules.items()}
        if len(every) > len(self.modules):  # the wrappers of torch.compile
            wrappers = [module for module in every.values() if id(module) not in self.places]
            inner = [(wrapper, compiled_model(wrapper)) for wrapper in wrappers]
            self.places |= {id(w): self.places[id(m)] for w, m in inner if id(m) in self.places}
        held = [*held_parameters(self.modules.values())]
        # A lazy parameter has no values until a forward pass gives it a shape.
        sizes = {id(p): 0 if is_lazy(p) else p.numel() for p in held}
        self.recorder = Recorder(sizes, {id(p) for p in held if not p.requires_grad})
        self.meta_tensors = MetaTensors(self.recorder.sizes, real)
        self.names = self.recorder.names = OperandNames(self.modules, self.meta_tensors)
        self.inputs = len(source.made)
        self.given_values = source.values
        self.stack = [self.places[id(network.model)]]
        self.in_script = 0
        self.script_macs = ScriptMacs()
        self.notes: list[str] = []
        self.unregistered: list[nn.Module] = []
        self.paused = 0
        self.thread = threading.get_ident()
        # Where a repair replaces a call, the shape rules must not answer that call first.
        self.replacements = waiting_replacements(self.recorder.records)
        self.failure: Failure | None = None
        self.call: Call | None = None
        for i, tensor in enumerate(source.made):
            tensor._made_by = -1 - i  # type: ignore[attr-defined]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch whatever runs inside, in this thread only."""
        before = register_module_forward_pre_hook(self._enter)
        after = register_module_forward_hook(self._leave, always_call=True)
        outer, _this_thread.capture = getattr(_this_thread, "capture", None), self
        try:
            with torch.set_grad_enabled(self.gradients), self:
                yield
        finally:
            _this_thread.capture = outer
            before.remove()
            after.remove()

    def failed(self, error: Exception) -> Failure:
        """Return the failed operation, with the error that torch raises on real tensors.

        Raises NeedsDataError if the same call works on real tensors, so that only the missing data is to
        blame. Raises NeedsGradientsError if forward asked for gradients and the pass ran without.
        """
        if not self.gradients and says(error, GRADIENTS_MISSING):
            raise NeedsGradientsError from error
        failure = self.failure
        if says(error, NESTED):
            error = TypeError(NESTED_REFUSED).with_traceback(error.__traceback__)
        if failure is None or failure.error is not error:
            return failure_outside_torch(error, self.places, self.names.of, self.inputs)
        if self.real or self.call is None or isinstance(error, OutOfRangeError):
            return failure
        known = self._known_values()
        true_error = cpu_error(*self.call, known=known)
        if true_error is None or self._depends_on_values(known):
            where = f" in {failure.path} ({failure.module})" if failure.path else ""
            raise NeedsDataError(f"{failure.op}{where} needs the values, not only the shapes") from error
        return failure._replace(error=true_error.with_traceback(error.__traceback__))

    def _known_values(self) -> dict[int, Tensor]:
        """The whole numbers whose values are known: the network's own, and those that `trace` was given."""
        return {**self.meta_tensors.integers(), **self.given_values}

    def _depends_on_values(self, known: Mapping[int, Tensor]) -> bool:
        """Whether the failed call was given whole numbers computed from those that `trace` was given."""
        if not self.given_values or self.call is None:
            return False
        _, args, kwargs = self.call
        return any(
            id(tensor) not in known and not (tensor.is_floating_point() or tensor.is_complex())
            for tensor in tensors([args, kwargs])
        )

    def _enter(self, module: nn.Module, args: Any) -> None:
        if threading.get_ident() == self.thread and not self.paused:
            here = self.places.get(id(module))
            if here is None:
                self.unregistered.append(module)
            self.stack.append(here or (self.stack[-1][0], class_name(module)))
            if isinstance(module, ScriptModule):
                self.in_script += 1
                if self.in_script == 1:
                    self.script_macs = ScriptMacs()
                    self.script_macs.__enter__()  # type: ignore[no-untyped-call]

    def _leave(self, module: nn.Module, args: Any, output: Any) -> None:
        if threading.get_ident() == self.thread and not self.paused and len(self.stack) > 1:
            if isinstance(module, ScriptModule):
                self.in_script -= 1
                if not self.in_script:
                    self.script_macs.__exit__(None, None, None)  # type: ignore[no-untyped-call]
                    self._note_script(module, args, output)
            self.stack.pop()

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if self.paused or self.in_script:
            return func(*args, **kwargs)
        if func in _QUESTIONS and args[0] not in self.meta_tensors:
            try:
                return func(*args, **kwargs)
            except Exception:
                pass
        op, in_place, overload = operation(func)
        replaced = self.replacements and any(one.wants(op) for one in self.replacements)
        if op in SHAPE_RULES and not replaced and not (overload and gives_several(func)):
            used = self._known(args, kwargs)
            # Shape rules leave no backward graph, which a forward that turns gradients on may ask for.
            if used and not torch.is_grad_enabled() and not transforming():
                output = SHAPE_RULES[op](func, args, kwargs)
                if output is not None:
                    written = output is used[0]
                    self.recorder.add(self.stack[-1], (op, args, kwargs), used, [output], written)
                    return output
        return self._watched(op, in_place, (func, args, kwargs))

    def _known(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Tensor]:
        """Return the tensors among the arguments if a shape rule may answer the call, else []."""
        if self.real or not args:
            return []
        values = args[0] if type(args[0]) in (list, tuple) else args
        used, made, replaced = [], False, self.meta_tensors.made
        for value in (*values, *kwargs.values()) if kwargs else values:
            if type(value) not in TENSORLESS and isinstance(value, Tensor):
                noted = value.__dict__
                if "_made_by" in noted:
                    made = True
                elif "_made_of" not in noted and (id(value) in replaced or view_base(value) is not None):
                    return []
                used.append(value)
        return used if made else []

    def _watched(self, op: str, in_place: bool, call: Call) -> Any:
        """Call a torch function on replaced tensors, and record the call."""
        func, given, named_given = call
        used: list[Tensor] = []
        args, kwargs = self.meta_tensors.replaced(given, named_given, used)
        if any(not t.is_meta for t in used) and not self.real and not only_constants(used):
            # Tensors that forward made from plain numbers keep their data until they meet tensors without.
            used = []
            args, kwargs = self.meta_tensors.replaced(given, named_given, used, all_of_them=True)
        if op in _GRADIENT_HOOKS and used and not used[0].requires_grad:
            return RemovableHandle(OrderedDict())
        try:
            missing = device_moves.missing_device(op, args, kwargs) if op in device_moves.MOVES else ""
            if missing:
                self.notes.append(device_moves.note(missing, *self.stack[-1]))
                output = device_moves.move(func, args, kwargs)
            elif self.real or transforming():
                output = run_on_numbers(op, func, args, kwargs)
            elif op in device_moves.MOVES and not torch.is_grad_enabled():
                output = device_moves.move(func, args, kwargs)
            else:
                if takes_indices(op):
                    check_indices(op, (func, args, kwargs), self._known_values())
                output = run_checked(op, func, used, args, kwargs)
        except Exception as error:
            self._fail(op, used, (func, args, kwargs), error)
            raise
        written = [args[0]] if op == "setitem" else tensors(kwargs.get("out"))
        if used and output is used[0] and not (in_place or written or op in PASSED_ON or transforming()):
            if kwargs.get("inplace") or args[-1] is True:
                in_place = True
            else:
                # Dropout in eval mode returns its very input. A view of it can belong to a row of its own.
                output = output.view_as(output)
        aten = operation(func).overload
        results = written or (results_of(op, output) if aten else tensors(output))
        if results:
            bound = arguments_by_name(op, args, kwargs, func) if aten else None
            named = (op, args, kwargs)
            self.recorder.add(self.stack[-1], named, used, results, in_place or bool(written), bound)
        return output

    def _note_script(self, module: ScriptModule, args: Any, output: Any) -> None:
        """Write one Record for a compiled module, whose torch functions are called outside of Python."""
        used = [*tensors(args), *module.parameters()]
        unknown = [*self.script_macs.uncounted, *fused_kernels(module)]
        if unknown:
            names = ", ".join(unknown)
            self.notes.append(f"the MACs of {names} in compiled modules are not known, and not counted")
        counted = {"macs": self.script_macs.total}
        self.recorder.add(self.stack[-1], ("script", (), {}), used, tensors(output), bound=counted)

    def _fail(self, op: str, used: list[Tensor], call: Call, error: Exception) -> None:
        self.call = call
        written = written_operands(sys._getframe(1))
        self.failure = failed_call(
            (op, self.stack[-1], call), used, (self.recorder, self.inputs), error, written
        )


@contextmanager
def aside() -> Iterator[None]:
    """Keep the code inside out of the trace that this thread is making, if it is making one."""
    outer = getattr(_this_thread, "capture", None)
    if outer is None:
        yield
        return
    outer.paused += 1
    try:
        yield
    finally:
        outer.paused -= 1


def class_name(module: nn.Module) -> str:
    """The name of a module's class; of a compiled module, the class from which TorchScript made it."""
    scripted = scripted_class_name(module) if isinstance(module, ScriptModule) else ""
    return scripted or type(module).__name__
