"""Watches a forward pass: a Record for each torch function that works on what came from the network's inputs.

Who made a tensor, and which parameters went into it, is noted on the tensor itself (`_made_by`, `_made_of`),
and only on tensors that were born in this pass: nothing of the user's is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import get_ident
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.overrides import TorchFunctionMode

from cnnbook.rows import Record, macs, operations
from cnnbook.tracing.failures import Failure, failure_outside_torch
from cnnbook.tracing.refusals import doubtful
from cnnbook.tracing.shortcuts import SHORTCUTS
from cnnbook.tracing.transforms import core, rewrapped, transforming, whole_shape

# Functions that hand the same values on: no row, and whatever follows still knows who made them.
_TRANSPARENT = frozenset(
    ("data", "detach", "contiguous", "requires_grad", "alias", "to", "cpu", "cuda", "type")
)
Call = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
_PLAIN = frozenset((int, float, bool, str, type(None)))
_names: dict[Any, str] = {}


class NeedsDataError(Exception):
    """An operation that works on numbers cannot work without them; the message says which and where."""


class Capture(TorchFunctionMode):
    """The watcher of one forward pass; `real` runs on copies with data instead of meta stand-ins."""

    def __init__(self, model: nn.Module, inputs: list[Tensor], real: bool) -> None:
        super().__init__()
        self.real = real
        self.records: list[Record] = []
        self.modules = dict(model.named_modules())
        self.classes = {path: class_name(module) for path, module in self.modules.items()}
        self.places = {id(module): (path, self.classes[path]) for path, module in self.modules.items()}
        self.sizes = {id(p): p.numel() for p in model.parameters()}
        self.stand_ins: dict[int, tuple[Tensor, Tensor]] = {}
        self.first_use: dict[int, int] = {}
        self.stack = [("", class_name(model))]
        self.in_script = 0
        self.thread = get_ident()
        self.transforming = False
        self.strangers: dict[int, int] = {}
        self.failure: Failure | None = None
        self.call: Call | None = None
        for i, tensor in enumerate(inputs):
            tensor._made_by = -1 - i  # type: ignore[attr-defined]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch whatever runs inside, in this thread only."""
        before = register_module_forward_pre_hook(self._enter)
        after = register_module_forward_hook(self._leave, always_call=True)
        try:
            with torch.no_grad(), self:
                yield
        finally:
            before.remove()
            after.remove()

    def makers(self, outputs: Any) -> list[int]:
        """The rows that made the tensors inside `outputs`, in order."""
        found = [
            _marks(tensor).get("_made_by", self.strangers.get(id(tensor))) for tensor in _tensors(outputs)
        ]
        return [maker for maker in found if maker is not None]

    def unwatched(self, outputs: Any) -> bool:
        """Whether no row made the tensors in `outputs`; then one is written for them, with their shapes."""
        results = _tensors(outputs)
        if not results or self.makers(outputs):
            return False
        self.records.append(
            Record("unwatched", "", self.stack[0][1], (), (), tuple([tuple(t.shape) for t in results]), {})
        )
        # Not noted on the tensors: they may be the user's own.
        self.strangers = {id(tensor): len(self.records) - 1 for tensor in results}
        return True

    def failed(self, error: Exception) -> Failure:
        """What went wrong, in torch's words for real tensors.

        Raises NeedsDataError if the same call works on real tensors: then only the missing data is to blame.
        """
        failure = self.failure
        if failure is None or failure.error is not error:
            return failure_outside_torch(error, self.places)
        if self.real or self.call is None:
            return failure
        true_error = _ask_the_cpu(*self.call, known=self._integers())
        if true_error is None:
            where = f" in {failure.path} ({failure.module})" if failure.path else ""
            raise NeedsDataError(f"{failure.op}{where} needs the values, not only the shapes") from error
        return failure._replace(error=true_error)

    def _enter(self, module: nn.Module, args: Any) -> None:
        if get_ident() == self.thread:
            self.stack.append(self.places.get(id(module)) or (self.stack[-1][0], class_name(module)))
            self.in_script += isinstance(module, torch.jit.ScriptModule)

    def _leave(self, module: nn.Module, args: Any, output: Any) -> None:
        if get_ident() == self.thread and len(self.stack) > 1:
            if isinstance(module, torch.jit.ScriptModule):
                self.in_script -= 1
                if not self.in_script:
                    self._note_script(module, args, output)
            self.stack.pop()

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if self.in_script:
            return func(*args, **kwargs)
        self.transforming = transforming()
        used: list[Tensor] = []
        exchanged = self._exchanged(args, kwargs, used)
        if any(not t.is_meta for t in used) and not self.real and not _constants(used):
            # Numbers made in this pass meet values without data: now they lose theirs as well.
            used = []
            exchanged = self._exchanged(args, kwargs, used, all_of_them=True)
        args, kwargs = exchanged
        op = _names.get(func) or _name(func)
        try:
            # A forward that turns gradients on may ask for them, and shortcuts leave no backward graph.
            plain = not (self.real or self.transforming or torch.is_grad_enabled() or _in_place(func))
            shortcut = SHORTCUTS.get(op) if plain else None
            if self.real or self.transforming:
                output = func(*args, **kwargs)
            elif shortcut is None:
                output = _checked(op, func, used, *args, **kwargs)
            else:
                output = shortcut(partial(_checked, op, func, used), args, kwargs)
        except Exception as error:
            self._fail(op, used, (func, args, kwargs), error)
            raise
        results = _tensors(args[0] if op == "setitem" else output)
        if results:
            self._note(op, args, kwargs, used, results)
        return output

    def _exchanged(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], used: list[Tensor], all_of_them: bool = False
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments with stand-ins for tensors from outside; every tensor goes to `used`."""
        new = tuple([a if type(a) in _PLAIN else self._exchange(a, used, all_of_them) for a in args])
        if kwargs:
            kwargs = {key: self._exchange(value, used, all_of_them) for key, value in kwargs.items()}
        return new, kwargs

    def _exchange(self, value: Any, used: list[Tensor], all_of_them: bool) -> Any:
        if isinstance(value, Tensor):
            if self.transforming:
                value = rewrapped(value, lambda inner: self._exchange(inner, [], all_of_them))
            marks = value.__dict__ or _marks(value)
            if "_made_by" not in marks and (not self.transforming or core(value) is value):
                if id(value) in self.stand_ins:
                    value = self.stand_ins[id(value)][1]
                elif "_made_of" not in marks or (all_of_them and not value.is_meta):
                    value = self._stand_in(value)
            used.append(value)
            return value
        if type(value) is tuple or type(value) is list:
            return type(value)([self._exchange(item, used, all_of_them) for item in value])
        if type(value) is dict:
            return {key: self._exchange(item, used, all_of_them) for key, item in value.items()}
        return value

    def _stand_in(self, tensor: Tensor) -> Tensor:
        # Inside torch.func.grad new tensors are wrapped too, for as long as it runs.
        stand_in = core(_copy(tensor) if self.real else _empty(tensor))
        if id(tensor) in self.sizes and tensor.requires_grad and not self.transforming:
            stand_in.requires_grad_()
        own = getattr(tensor, "_made_of", ())
        stand_in._made_of = (id(tensor),) if id(tensor) in self.sizes else own  # type: ignore[attr-defined]
        # The original is kept too, or its id could come to name another tensor.
        self.stand_ins[id(tensor)] = (tensor, stand_in)
        return stand_in

    def _integers(self) -> dict[int, Tensor]:
        """The network's own integer tensors on the CPU, lengths or indices, by their stand-ins' ids."""
        return {
            id(stand_in): tensor
            for tensor, stand_in in self.stand_ins.values()
            if tensor.device.type == "cpu" and not (tensor.is_floating_point() or tensor.is_complex())
        }

    def _note(
        self,
        op: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        used: list[Tensor],
        results: list[Tensor],
    ) -> None:
        """Write a Record, or only mark the results, where a function hands on what it was given."""
        shape = whole_shape if self.transforming else _shape
        sources, shapes, weights = [], [], []
        for tensor in used:
            marks = tensor.__dict__ or _marks(tensor)
            if "_made_by" in marks:
                sources.append(marks["_made_by"])
                shapes.append(shape(tensor))
            else:
                weights += marks.get("_made_of", ())
        bare = [core(tensor) for tensor in results] if self.transforming else results
        if not sources and not (weights and macs.counts(op)):
            for tensor in bare:
                tensor._made_of = tuple(weights)  # type: ignore[attr-defined]
            return
        index, parameters, note = len(self.records), 0, ""
        maker = sources[0] if op in _TRANSPARENT else index
        for tensor in bare:
            tensor._made_by = maker  # type: ignore[attr-defined]
        if op in _TRANSPARENT:
            return
        for weight in dict.fromkeys(weights):  # a product with itself has its weights once
            earlier = self.first_use.setdefault(weight, index)
            if earlier == index:
                parameters += self.sizes[weight]
            else:
                note = f"weights shared with row {earlier}"
        path, module = self.stack[-1]
        outputs = tuple([shape(tensor) for tensor in results])
        bound = _bound(op, args, kwargs)
        self.records.append(
            Record(op, path, module, tuple(sources), tuple(shapes), outputs, bound, parameters, note)
        )

    def _note_script(self, module: nn.Module, args: Any, output: Any) -> None:
        """Write one opaque Record for a compiled module: what happens inside cannot be watched."""
        weights = []
        for p in module.parameters():
            p._made_of = (id(p),)  # type: ignore[attr-defined]
            weights.append(p)
        self._note("script", (), {}, [*_tensors(args), *weights], _tensors(output))

    def _fail(self, op: str, used: list[Tensor], call: Call, error: Exception) -> None:
        made = [tensor for tensor in used if "_made_by" in _marks(tensor)]
        sources = tuple(_marks(tensor)["_made_by"] for tensor in made)
        shapes = tuple(tuple(tensor.shape) for tensor in made)
        path, module = self.stack[-1]
        _, args, kwargs = self.call = call
        given = tuple([_plain(value) for value in args])
        dtypes = tuple([str(tensor.dtype).removeprefix("torch.") for tensor in used])
        bound = _bound(op, args, kwargs)
        self.failure = Failure(op, path, module, sources, shapes, bound, error, given, dtypes)


def class_name(module: nn.Module) -> str:
    """The name of a module's class, as its author wrote it also if TorchScript has compiled it."""
    return getattr(module, "original_name", None) or type(module).__name__


def _in_place(func: Callable[..., Any]) -> bool:
    """Whether a function writes into its first argument and returns that, as its name then says: `relu_`."""
    name = getattr(func, "__name__", "")
    return name.endswith("_") and not name.startswith("__")


def _constants(used: list[Tensor]) -> bool:
    """Whether all these are numbers made in this pass of nothing but numbers."""
    return not any("_made_by" in _marks(tensor) or tensor.is_meta for tensor in used)


def _shape(tensor: Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)


def _marks(tensor: Tensor) -> dict[str, Any]:
    """Return what is noted on a tensor, or for a view that torch.func made, on the tensor under it."""
    marks: dict[str, Any] = core(tensor).__dict__
    if not marks and tensor._base is not None:
        marks = tensor._base.__dict__
    return marks


def _tensors(value: Any) -> list[Tensor]:
    """Return the tensors inside `value`, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, tuple | list):
        return []
    return [tensor for item in value if type(item) not in _PLAIN for tensor in _tensors(item)]


def _name(func: Callable[..., Any]) -> str:
    plain = getattr(func, "__name__", type(func).__name__)
    if plain in ("__get__", "__set__"):
        plain = getattr(getattr(func, "__self__", None), "__name__", plain)
    return _names.setdefault(func, operations.name(plain))


def _bound(op: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the call's arguments by name, tensors replaced by their shapes."""
    names = operations.SIGNATURES.get(op)
    if names is None:
        return {}
    if op == "einsum" and len(args) > 2:
        args = (args[0], args[1:])
    # Where every operand has the axes that vmap hides, the count of products needs them.
    whole = op in ("einsum", "scaled_dot_product_attention")
    bound = {name: _plain(value, whole) for name, value in zip(names, args, strict=False)}
    for name, value in kwargs.items():
        bound[name] = _plain(value, whole)
    return bound


def _plain(value: Any, whole: bool = False) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Tensor):
        return whole_shape(value) if whole else tuple(value.shape)
    if isinstance(value, list | tuple):
        return tuple([_plain(item, whole) for item in value])
    return str(value)


def _empty(tensor: Tensor) -> Tensor:
    if tensor.layout is not torch.strided or tensor.is_contiguous():
        return torch.empty(tensor.shape, dtype=tensor.dtype, device="meta")
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


def _copy(tensor: Tensor) -> Tensor:
    return (
        torch.zeros(tensor.shape, dtype=tensor.dtype)
        if tensor.is_meta
        else tensor.detach().to("cpu", copy=True)
    )


def _checked(op: str, func: Callable[..., Any], used: list[Tensor], *args: Any, **kwargs: Any) -> Any:
    """Call a function on tensors without data, unless the CPU would refuse it on real ones."""
    odd = doubtful(op, used, args, kwargs)
    output = None if odd else func(*args, **kwargs)
    # An empty output is where kernels disagree about what is too small.
    if odd or (isinstance(output, Tensor) and output.numel() == 0):
        refusal = _ask_the_cpu(func, args, kwargs)
        if refusal is not None:
            raise refusal
    return func(*args, **kwargs) if odd else output


def _ask_the_cpu(
    func: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    known: dict[int, Tensor] | None = None,
) -> Exception | None:
    """Return the error that a function raises on real tensors of these shapes; None if it works on them.

    `known` holds, by the id of their stand-ins, tensors whose numbers count, as lengths and indices do.
    """

    def real(value: Any) -> Any:
        if isinstance(value, Tensor):
            if known and id(value) in known:
                return known[id(value)].detach().clone()
            # Memory is paged in when it is read, and shapes are refused before that; integers may be indices.
            make = torch.empty if value.is_floating_point() else torch.zeros
            return make(value.shape, dtype=value.dtype)
        if isinstance(value, list | tuple):
            return type(value)([real(item) for item in value])
        return torch.device("cpu") if isinstance(value, torch.device) and value.type == "meta" else value

    try:
        func(*map(real, args), **{key: real(value) for key, value in kwargs.items()})
    except Exception as error:
        return error
    return None
