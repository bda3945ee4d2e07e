"""The only module that runs a model: `trace` watches one forward pass over tensors without data.

A `TorchFunctionMode` sees every torch function, functional ones too; global module hooks tell which module is
running. Before each function, every real tensor is exchanged for a stand-in on the meta device: no weight is
read or written, so the model needs no copy and cannot be touched.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cnnbook import failures
from cnnbook.capture import Capture, NeedsDataError
from cnnbook.failures import Attempt, Stopped, TraceError
from cnnbook.rows import Shape, Trace
from cnnbook.untouched import untouched

__all__ = ["TraceError", "trace"]


def trace(model: nn.Module, *inputs: Any, **keyword_inputs: Any) -> Trace:
    """Return the Trace of one forward pass: a Row for every operation, with shapes, parameters and MACs.

    Each input is a shape, batch axis first, such as `(1, 3, 224, 224)`, or a tensor, of which only shape and
    dtype count; anything else is passed on as it is. The model runs in the mode (train or eval) it is in, on
    tensors without data, and is left untouched: parameters, buffers, gradients, modes, hooks, random numbers.

    Raises TraceError if the network cannot run on these inputs: it carries the rows until then, says which
    numbers disagree, and what would work. Raises TypeError if `model` is no nn.Module.

    >>> from torch import nn
    >>> seen = trace(nn.Sequential(nn.Conv2d(3, 8, 5, stride=2), nn.Flatten()), (1, 3, 32, 20))
    >>> [row.output_shape for row in seen]
    [(1, 8, 14, 8), (1, 896)]
    >>> seen["0"].window.output_size((32, 20)), seen.parameters
    ((14, 8), 608)
    """
    model = _unwrapped(model)
    try:
        try:
            return _run(model, inputs, keyword_inputs)
        except NeedsDataError as why:
            return _run(model, inputs, keyword_inputs, note=f"run on the CPU with random numbers: {why}")
    except Stopped as stopped:
        attempt = Attempt(model, inputs, keyword_inputs, _run)
        raise failures.explain(attempt, stopped.trace, stopped.failure) from None


def _run(model: nn.Module, inputs: tuple[Any, ...], keywords: dict[str, Any], *, note: str = "") -> Trace:
    real = bool(note)
    source = _Inputs(model, real)
    given = [source.tensor(value) for value in inputs]
    named = {key: source.tensor(value) for key, value in keywords.items()}
    shapes = [tuple(tensor.shape) for tensor in source.made]
    if not shapes:
        raise TypeError("trace needs at least one input: a shape such as (1, 3, 224, 224), or a tensor")
    capture = Capture(model, source.made, real)

    def seen(outputs: Any = None, *notes: str) -> Trace:
        return Trace(
            type(model).__name__,
            shapes,
            capture.records,
            modules=capture.classes,
            outputs=capture.makers(outputs),
            training=model.training,
            notes=[text for text in (note, *notes) if text],
            parameters=sum(capture.sizes.values()),
        )

    with untouched(capture.modules.values()):
        try:
            with capture.watching():
                outputs = model(*given, **named)
        except Exception as error:
            failure = capture.failed(error)
            raise Stopped(seen(), failure) from None
    if outputs is None:
        return seen(None, "forward returned None: end it with return x")
    return seen(outputs, _fold(capture, outputs, shapes[0]))


def _fold(capture: Capture, outputs: Any, shape: Shape) -> str:
    """Note on its row a view that folded the batch, and return that note."""
    made = capture.makers(outputs)
    found = failures.folded_batch(capture.records, made[0], shape[0]) if made and len(shape) > 1 else None
    if found is None:
        return ""
    index, note = found
    capture.records[index] = capture.records[index]._replace(note=note)
    return note


def _unwrapped(model: Any) -> nn.Module:
    if isinstance(model, type):
        raise TypeError(f"trace needs a network, not its class: trace({model.__name__}(), ...)")
    if not isinstance(model, nn.Module):
        raise TypeError(f"trace needs a torch.nn.Module, not {type(model).__name__}")
    inner = getattr(model, "_orig_mod", None)  # torch.compile's wrapper
    if inner is None and isinstance(model, nn.DataParallel):
        inner = model.module
    return model if inner is None else _unwrapped(inner)


class _Inputs:
    """Makes the tensors that go into the network, and remembers them in order."""

    def __init__(self, model: nn.Module, real: bool) -> None:
        floating = (p.dtype for p in model.parameters() if p.is_floating_point())
        self.dtype = next(floating, torch.get_default_dtype())
        self.real = real
        self.made: list[Tensor] = []
        self.random = torch.Generator().manual_seed(0)

    def tensor(self, value: Any) -> Any:
        """Return a tensor for a shape or a tensor, the same for those in a dict or list, else the value."""
        if isinstance(value, Tensor):
            return self._made(tuple(value.shape), value.dtype, value)
        if isinstance(value, list | tuple) and value and all(type(n) is int for n in value):
            if min(value) < 0:
                raise ValueError(f"an input shape has no negative sizes: {tuple(value)}")
            return self._made(tuple(value), self.dtype, None)
        if isinstance(value, dict):
            return {key: self.tensor(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            items = [self.tensor(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        return value

    def _made(self, shape: tuple[int, ...], dtype: torch.dtype, like: Tensor | None) -> Tensor:
        if not self.real:
            tensor = torch.empty(shape, dtype=dtype, device="meta")
        elif like is not None and not like.is_meta:
            tensor = like.detach().clone()
        elif dtype.is_floating_point:
            tensor = torch.rand(shape, generator=self.random).to(dtype)
        else:
            tensor = torch.zeros(shape, dtype=dtype)
        self.made.append(tensor)
        return tensor
