"""A recurrent layer whose input, or first hidden state, does not have the shape that it was built for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from cnnbook.traces import Shape
from cnnbook.tracing.failures import features
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import rebuilt, together
from cnnbook.tracing.failures.sequences import called_with, sequence
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.widths import counted_width, width_maker
from cnnbook.tracing.failures.wording import shape_text


def recurrent(context: FailureContext) -> Explanation | None:
    """An LSTM, GRU or RNN, or one cell of them, that reads another number of features, or another state."""
    module = context.module
    if isinstance(module, nn.RNNCellBase) and context.failure.input_shapes:
        return _width(context, context.failure.inputs[0], context.failure.input_shapes[0], module.input_size)
    if not isinstance(module, nn.RNNBase) or not context.failure.path:
        return None
    given, state = _arguments(context.failure.error, module)
    if not isinstance(given, Tensor) or given.dim() not in (2, 3, 4):
        return None
    shape = tuple(given.shape)
    index = given.__dict__.get("_made_by")
    if index is not None and (moved := sequence(context, index, shape, module.input_size)):
        return moved
    if shape[-1] != module.input_size:
        return None if index is None else _width(context, index, shape, module.input_size)
    return _state(context, module, shape, state)


def both_directions(context: FailureContext) -> Explanation | None:
    """A dense layer after a bidirectional recurrent layer, which gives twice its hidden_size."""
    failure = context.failure
    if failure.op != "linear" or not failure.input_shapes:
        return None
    width = failure.input_shapes[0][-1]
    maker = width_maker(context, failure.inputs[0], width)
    counted = counted_width(context, maker, width)
    usual = features.linear(context) if "=" in counted else None
    if usual is None:
        return None
    return Explanation(f"{usual.text}\n{context.name(maker)} gives {counted}.", usual.repairs)


def _arguments(error: Exception, module: nn.Module) -> tuple[Any, Any]:
    """What the forward of a recurrent layer was called with: the input and the first state, or None."""
    step = error.__traceback__
    while step is not None:
        frame = step.tb_frame
        if frame.f_locals.get("self") is module and frame.f_code.co_name == "forward":
            return frame.f_locals.get("input"), frame.f_locals.get("hx")
        step = step.tb_next
    return None, None


def _width(context: FailureContext, index: int, shape: Shape, expected: int) -> Explanation | None:
    if shape[-1] == expected:
        return None
    maker = width_maker(context, index, shape[-1])
    at = index if maker < 0 or context.trace.rows[maker].family == "convolution" else maker
    row = context.trace.rows[at] if at >= 0 else None
    count = counted_width(context, at, shape[-1])
    if row is not None and row.family == "reshape" and len(row.input_shapes[0]) == 4:
        c, h = row.input_shapes[0][1:3] if row.op == "flatten" else _factors(context, at, shape[-1])
        count = f"{shape[-1]:,} = {c} × {h}" if c * h == shape[-1] else count
    text = f"{context.where} expects {expected:,} features on the last axis, {context.name(at)} gives {count}"
    return Explanation(f"{text}: {shape_text(shape)}.", _rebuilt(context, index, shape[-1], expected))


def _factors(context: FailureContext, index: int, width: int) -> tuple[int, int]:
    """Two axes of the maps before a reshape whose product is the width; (0, 0) if there are none."""
    before = context.trace.rows[index].input_shapes[0]
    pairs = [(n, m) for i, n in enumerate(before) for m in before[i + 1 :] if n * m == width]
    return pairs[0] if pairs else (0, 0)


def _rebuilt(context: FailureContext, index: int, width: int, expected: int) -> Iterator[Repair]:
    yield from rebuilt(context.run.model, context.failure.path, input_size=width)
    maker = width_maker(context, index, width)
    if maker >= 0:
        yield from other_width(context, maker, expected)


def _state(context: FailureContext, module: nn.RNNBase, shape: Shape, state: Any) -> Explanation | None:
    """A first hidden state of another shape than the layers, the batch and the hidden size ask for."""
    given = state[0] if isinstance(state, tuple) and state else state
    if not isinstance(given, Tensor) or len(shape) != 3 or given.dim() != 3:
        return None
    directions = 2 if module.bidirectional else 1
    batch = shape[0 if module.batch_first else 1]
    size = module.proj_size or module.hidden_size
    expected, has = (module.num_layers * directions, batch, size), tuple(given.shape)
    elsewhere = (
        not module.batch_first and has[1] == shape[0]
    )  # the batch of the state is on the input's axis 0
    if (has[0], has[2]) == (expected[0], expected[2]) and not elsewhere:
        return None  # only the batch differs: `first_states` names where the state comes from
    text = f"{context.where} wants a hidden state {shape_text(expected)}, it was given {shape_text(has)}"
    parts = []
    if has[0] != expected[0]:
        twice = " in 2 directions" if directions == 2 else ""
        parts.append(f"num_layers={module.num_layers}{twice} makes {expected[0]} layers of state")
    if has[1] != batch and not module.batch_first and has[1] == shape[0]:
        parts.append(
            f"without batch_first=True axis 1 of the input {shape_text(shape)} is the batch, {batch}"
        )
    elif has[1] != batch:
        parts.append(f"the batch of the input {shape_text(shape)} is {batch}")
    if has[2] != size:
        parts.append(f"hidden_size is {size}")
    return Explanation(f"{text}: {', '.join(parts)}.", _state_repairs(context, module, shape, has, expected))


def _state_repairs(
    context: FailureContext, module: nn.RNNBase, shape: Shape, has: Shape, expected: Shape
) -> Iterator[Repair]:
    if not module.batch_first and has[1] == shape[0] != expected[1]:
        # A state for the other batch would run as well, and take the steps for the sequences.
        for first in rebuilt(context.run.model, context.failure.path, batch_first=True):
            state = (expected[0], shape[0], expected[2])
            yield first if has == state else together(first, _zeros(context, module, state, 0))
        return
    yield _zeros(context, module, expected, 0 if module.batch_first else 1)


def _zeros(context: FailureContext, module: nn.RNNBase, expected: Shape, batch: int) -> Repair:
    """The repair that gives a recurrent layer a first hidden state of zeros; `batch` is the input's axis."""

    def zeros(args: Any, kwargs: Any) -> Any:
        given = args[0] if args else kwargs["input"]
        state: Any = torch.zeros(expected[0], given.size(batch), expected[2], device="meta")
        state = (state, state) if isinstance(module, nn.LSTM) else state
        if "hx" in kwargs:
            return args, {**kwargs, "hx": state}
        return (*args[:1], state), kwargs

    x = (*context.failure.written, "")[0] or "x"
    text = f"torch.zeros({expected[0]}, {x}.size({batch}), {expected[2]}) as the first hidden state"
    return Repair(text, "hidden state", called_with(context.failure.path, zeros))
