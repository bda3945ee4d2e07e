"""Watches a forward pass: one Record for each torch function that works on what came from the network's inputs.

Who made a tensor, and which parameters went into it, is noted on the tensor itself (`_made_by`, `_made_of`): only
on tensors that were born in this pass, so nothing of the user's is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode

from cnnbook import operations
from cnnbook.failures import Failure
from cnnbook.rows import Record

Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]

# Functions that hand the same values on: no row, and whatever follows still knows who made them.
_TRANSPARENT = frozenset(("data", "detach", "contiguous", "requires_grad", "alias", "to", "cpu", "cuda", "type"))
_DEVICE_MOVES = frozenset(("to", "cpu", "cuda"))
_CONTAINERS = (Tensor, tuple, list, dict)
_names: dict[Any, str] = {}


class NeedsData(Exception):
    """An operation that works on numbers cannot work on tensors without data; the message says which and where."""


class Capture(TorchFunctionMode):
    """The watcher of one forward pass of `model`; `real` runs on copies with data instead of meta stand-ins."""

    def __init__(self, model: nn.Module, inputs: list[Tensor], real: bool) -> None:
        super().__init__()
        self.real = real
        self.records: list[Record] = []
        self.modules = dict(model.named_modules())
        self.classes = {path: type(module).__name__ for path, module in self.modules.items()}
        self.places = {id(module): (path, self.classes[path]) for path, module in self.modules.items()}
        self.sizes = {id(p): p.numel() for p in model.parameters()}
        self.stand_ins: dict[int, tuple[Tensor, Tensor]] = {}
        self.first_use: dict[int, int] = {}
        self.stack = [("", type(model).__name__)]
        self.thread = get_ident()
        self.failure: Failure | None = None
        self.call: Call | None = None
        for i, tensor in enumerate(inputs):
            tensor._made_by = -1 - i  # type: ignore[attr-defined]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch whatever runs inside, in this thread only."""
        before = register_module_forward_pre_hook(self._enter)
        after = register_module_forward_hook(self._leave, always_call=True)
        random = torch.get_rng_state()
        try:
            with torch.no_grad(), self:
                yield
        finally:
            before.remove()
            after.remove()
            torch.set_rng_state(random)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Undo whatever the code inside sets on the network's modules: attributes, buffers, modes, hooks."""
        before = [(m, dict(m.__dict__), _copied(m.__dict__)) for m in self.modules.values()]
        try:
            yield
        finally:
            for module, attributes, contents in before:
                if module.__dict__ != attributes:
                    module.__dict__.clear()
                    module.__dict__.update(attributes)
                for key, (value, content) in contents.items():
                    if value != content:
                        value.clear()
                        value.update(content) if isinstance(value, dict | set) else value.extend(content)
                        module.__dict__[key] = value

    def makers(self, outputs: Any) -> list[int]:
        """The rows that made the tensors inside `outputs`, in order."""
        found: list[Tensor] = []
        _collect(outputs, found)
        return [t._made_by for t in found if hasattr(t, "_made_by")]

    def failed(self, error: Exception) -> Failure:
        """What went wrong, in torch's words for real tensors; raises NeedsData if only the missing data is to blame."""
        failure = self.failure
        if failure is None or failure.error is not error:
            path, module = self.stack[-1]
            return Failure("", path, module, (), (), {}, error)
        if self.real or self.call is None:
            return failure
        true_error = _ask_the_cpu(self.call)
        if true_error is None:
            where = f" in {failure.path} ({failure.module})" if failure.path else ""
            raise NeedsData(f"{failure.op}{where} needs the values, not only the shapes") from error
        return failure._replace(error=true_error)

    def _enter(self, module: nn.Module, args: Any) -> None:
        if get_ident() == self.thread:
            self.stack.append(self.places.get(id(module)) or (self.stack[-1][0], type(module).__name__))

    def _leave(self, module: nn.Module, args: Any, output: Any) -> None:
        if get_ident() == self.thread and len(self.stack) > 1:
            self.stack.pop()

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        used: list[Tensor] = []
        _collect(args, used)
        if kwargs:
            _collect(kwargs, used)
        if not used:
            return self._own(func(*args, **kwargs), ())
        if not all([hasattr(t, "_made_of") and id(t) not in self.stand_ins for t in used]):
            args = tuple([self._stand_in(a) if isinstance(a, _CONTAINERS) else a for a in args])
            kwargs = {k: self._stand_in(v) if isinstance(v, _CONTAINERS) else v for k, v in kwargs.items()}
            used = []
            _collect(args, used)
            if kwargs:
                _collect(kwargs, used)
        sources = tuple([t._made_by for t in used if hasattr(t, "_made_by")])  # type: ignore[attr-defined]
        op = _names.get(func) or _name(func)
        if op in _DEVICE_MOVES and not self.real:
            args, kwargs = _without_device(args, kwargs)
        try:
            shortcut = None if self.real else _SHORTCUTS.get(op)
            output = shortcut(func, args, kwargs) if shortcut else func(*args, **kwargs)
        except Exception as error:
            path, module = self.stack[-1]
            shapes = tuple(tuple(t.shape) for t in used if hasattr(t, "_made_by"))
            self.failure = Failure(op, path, module, sources, shapes, _bound(op, args, kwargs), error)
            self.call = (func, args, kwargs)
            raise
        written = args[0] if op == "setitem" else output
        if type(written) is not Tensor and not isinstance(written, _CONTAINERS):
            return output
        weights = tuple([w for t in used if not hasattr(t, "_made_by") for w in getattr(t, "_made_of", ())])
        if not sources:
            return self._own(output, weights)
        if op in _TRANSPARENT:
            results: list[Tensor] = []
            _collect(written, results)
            for tensor in results:
                tensor._made_by = sources[0]  # type: ignore[attr-defined]
            return output
        self._record(op, _bound(op, args, kwargs), used, sources, weights, written)
        return output

    def _record(
        self,
        op: str,
        bound: dict[str, Any],
        used: list[Tensor],
        sources: tuple[int, ...],
        weights: tuple[int, ...],
        written: Any,
    ) -> None:
        index, parameters, note = len(self.records), 0, ""
        for weight in weights:
            earlier = self.first_use.setdefault(weight, index)
            if earlier != index:
                note = f"weights shared with row {earlier}"
            elif weight in self.sizes:
                parameters += self.sizes[weight]
        input_shapes = tuple([tuple(t.shape) for t in used if hasattr(t, "_made_by")])
        results: list[Tensor] = []
        _collect(written, results)
        if not results:
            return
        for tensor in results:
            tensor._made_by = index  # type: ignore[attr-defined]
        path, module = self.stack[-1]
        shapes = tuple([tuple(t.shape) for t in results])
        self.records.append(Record(op, path, module, sources, input_shapes, shapes, bound, parameters, note))

    def _own(self, output: Any, weights: tuple[int, ...]) -> Any:
        """Mark what was made of constants and parameters alone, so that a later row knows what it uses."""
        results: list[Tensor] = []
        _collect(output, results)
        for tensor in results:
            tensor._made_of = weights  # type: ignore[attr-defined]
        return output

    def _stand_in(self, value: Any) -> Any:
        if isinstance(value, Tensor):
            if hasattr(value, "_made_by"):
                return value
            key = id(value)
            if key not in self.stand_ins:
                stand_in = _copy(value) if self.real else _empty(value)
                stand_in._made_of = (key,) if key in self.sizes else getattr(value, "_made_of", ())  # type: ignore[attr-defined]
                # The original is kept too, or its id could come to name another tensor.
                self.stand_ins[key] = (value, stand_in)
                self.stand_ins[id(stand_in)] = (stand_in, stand_in)
            return self.stand_ins[key][1]
        if isinstance(value, dict):
            return {k: self._stand_in(item) for k, item in value.items()}
        if type(value) is list or type(value) is tuple:
            return type(value)([self._stand_in(item) if isinstance(item, _CONTAINERS) else item for item in value])
        return value


def _collect(value: Any, found: list[Tensor]) -> None:
    """Append the tensors inside `value`, in order."""
    if isinstance(value, Tensor):
        found.append(value)
    elif isinstance(value, tuple | list):
        for item in value:
            if isinstance(item, _CONTAINERS):
                _collect(item, found)
    elif isinstance(value, dict):
        for item in value.values():
            if isinstance(item, _CONTAINERS):
                _collect(item, found)


def _name(func: Callable[..., Any]) -> str:
    plain = getattr(func, "__name__", type(func).__name__)
    if plain in ("__get__", "__set__"):
        plain = getattr(getattr(func, "__self__", None), "__name__", plain)
    return _names.setdefault(func, operations.name(plain))


def _bound(op: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The call's arguments by name, tensors replaced by their shapes."""
    names = operations.SIGNATURES.get(op)
    if names is None:
        return {}
    values = dict(zip(names, args, strict=False))
    values.update(kwargs)
    return {key: _plain(value) for key, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Tensor):
        return tuple(value.shape)
    if isinstance(value, list | tuple):
        return tuple([_plain(item) for item in value])
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _without_device(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """A tensor without data stays on the meta device wherever the model sends it."""
    kept = tuple(a for a in args[1:] if not isinstance(a, str | torch.device))
    return (args[0], *kept, args[0].device), {k: v for k, v in kwargs.items() if k != "device"}


def _empty(tensor: Tensor) -> Tensor:
    if tensor.layout is not torch.strided or tensor.is_contiguous():
        return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


def _copy(tensor: Tensor) -> Tensor:
    return torch.zeros(tensor.shape, dtype=tensor.dtype) if tensor.is_meta else tensor.detach().to("cpu", copy=True)


def _copied(attributes: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {k: (v, v.copy()) for k, v in attributes.items() if v and isinstance(v, dict | list | set)}


def _ask_the_cpu(call: Call) -> Exception | None:
    """The error that a function raises on real tensors of these shapes; None if it works on them."""
    func, args, kwargs = call

    def real(value: Any) -> Any:
        if isinstance(value, Tensor):
            # Uninitialised memory is never paged in if the shapes are refused; an integer may be an index.
            make = torch.empty if value.is_floating_point() else torch.zeros
            return make(value.shape, dtype=value.dtype)
        if isinstance(value, list | tuple):
            return type(value)([real(item) for item in value])
        return torch.device("cpu") if value == torch.device("meta") else value

    try:
        func(*map(real, args), **{key: real(value) for key, value in kwargs.items()})
    except Exception as error:
        return error
    return None


def _batch_norm(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Batch normalization keeps the shape: torch's meta kernel is three quarters of a meta forward pass, so skip it."""
    call = dict(zip(operations.SIGNATURES["batch_norm"], args, strict=False)) | kwargs
    x = call["input"]
    shape = x.shape
    per_channel = [call.get(key) for key in ("running_mean", "running_var", "weight", "bias")]
    fits = len(shape) >= 2 and all(t is None or t.shape == shape[1:2] for t in per_channel)
    if not fits or (call.get("training") and shape.numel() == shape[1]):
        return func(*args, **kwargs)
    return torch.empty(shape, dtype=x.dtype, device="meta")


_SHORTCUTS: dict[str, Callable[..., Any]] = {"batch_norm": _batch_norm}
