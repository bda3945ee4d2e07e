"""A layer of torch.nn that is given a parameter, buffer or constant made for another batch than the input's.

These are the first states of recurrent layers, and the queries of transformers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn

from cnnbook.traces import Operand
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.module_paths import attribute, layer, place
from cnnbook.tracing.failures.operand_repairs import parameter_repair, siblings
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text
from cnnbook.tracing.torch_calls import tensors
from cnnbook.tracing.torch_internals import wanted_hidden_size

_ATTENTION = (nn.Transformer, nn.TransformerDecoder, nn.TransformerDecoderLayer, nn.MultiheadAttention)


def first_state(context: FailureContext) -> Explanation | None:
    """A recurrent layer, or a cell of one, whose first state is for another batch than its input."""
    failure, module = context.failure, context.module
    if not isinstance(module, nn.RNNBase | nn.RNNCellBase):
        return None
    axis = 1 if isinstance(module, nn.RNNBase) else 0
    wanted = wanted_hidden_size(failure.error)
    if axis == 0 and failure.input_shapes:
        wanted = (failure.input_shapes[0][0], module.hidden_size)
    state = next((o for o in failure.operands if len(o.shape) == axis + 2 and o.shape != wanted), None)
    if not wanted or state is None or len(wanted) != axis + 2:
        return None
    others = [n for at, n in enumerate(wanted) if at != axis]
    named = context.spelled(state)
    text = f"{context.where} wants a first state of {shape_text(wanted)}, {named} is given"
    if others != [n for at, n in enumerate(state.shape) if at != axis]:
        return Explanation(f"{text}: it is made for another number of layers or features.")
    now, made = wanted[axis], state.shape[axis]
    text = f"{text}: it is made for a batch of {made}, the input has a batch of {now}."
    place_of_batch = 0 if axis == 0 or getattr(module, "batch_first", False) else 1
    return Explanation(text, _repairs(context, state, axis, (now, place_of_batch)))


def queries(context: FailureContext) -> Explanation | None:
    """A transformer, or attention, that is given learned queries without the batch of its other input."""
    failure, module = context.failure, context.module
    if not isinstance(module, _ATTENTION) or len(failure.input_shapes) < 2:
        return None
    # Inside of attention the batch is axis 1, whatever the layer was told.
    axis = 1 if failure.op or not getattr(module, "batch_first", False) else 0
    read = [*zip(failure.inputs, failure.input_shapes, strict=True)]
    found = [(learned, shape) for index, shape in read if (learned := _learned(context, index)) is not None]
    made = [(index, shape) for index, shape in read if _learned(context, index) is None]
    if not found or not made or len(found[0][1]) != 3 or len(made[0][1]) != 3:
        return None
    (query, shape), (index, other) = found[0], made[0]
    had, now = shape[axis], other[axis]
    if had == now or shape[2] != other[2]:
        return None
    text = (
        f"{context.where} needs one batch in all that it is given: {context.name(index)} "
        f"{shape_text(other)} has a batch of {now}, on axis {axis}, and {shape_text(shape)}, "
        f"made of {query.called.removeprefix('a tensor computed from ')}, a batch of {had}."
    )
    return Explanation(text, _with_batch(context) if had == 1 else ())


def _learned(context: FailureContext, index: int) -> Operand | None:
    """The parameter, buffer or constant from which alone a tensor was computed; None for any other tensor."""
    operand = context.operand(index)
    while index >= 0:
        row = context.trace.rows[index]
        if not row.inputs:
            return context.spelled(row.given[0]) if row.given else None
        index = row.inputs[0]
    return operand


def _with_batch(context: FailureContext) -> Iterator[Repair]:
    """The repair that expands what the outermost layer of attention is given, by a hook."""
    parts = context.failure.path.split(".")
    paths = [".".join(parts[: i + 1]) for i in range(len(parts))]
    model = context.run.model
    path = next(path for path in paths if isinstance(layer(model, path), _ATTENTION))
    axis = 0 if _batch_first(model.get_submodule(path)) else 1

    def expanded(value: Any, now: int) -> Any:
        known = isinstance(value, Tensor) and value.dim() == 3 and value.shape[axis] == 1
        return value.expand(*(now if at == axis else -1 for at in range(3))) if known else value

    def hook(module: nn.Module, args: Any, kwargs: Any) -> Any:
        sequences = [tensor for tensor in tensors([*args, *kwargs.values()]) if tensor.dim() == 3]
        now = max(sequence.shape[axis] for sequence in sequences)
        return tuple([expanded(value, now) for value in args]), {
            key: expanded(value, now) for key, value in kwargs.items()
        }

    def change(trial: nn.Module) -> None:
        trial.get_submodule(path).register_forward_pre_hook(hook, with_kwargs=True)

    sizes = ", ".join("x.size(0)" if at == axis else "-1" for at in range(3))
    yield Repair(f"give {place(model, path)} its queries with .expand({sizes})", "operand", change)


def _batch_first(module: nn.Module) -> bool:
    inner = (getattr(part, "batch_first", None) for part in module.modules())
    return next((bool(value) for value in inner if value is not None), False)


def _repairs(context: FailureContext, state: Operand, axis: int, batch: tuple[int, int]) -> Iterator[Repair]:
    """Repairs of a state with its batch on `axis`; `batch` is the batch, and its axis in the input."""
    now, at_input = batch
    here = context.where.partition(" ")[0]
    single = tuple([1 if at == axis else n for at, n in enumerate(state.shape)])
    written = ", ".join(f"x.size({at_input})" if at == axis else str(n) for at, n in enumerate(state.shape))

    def changed(value: Any, batch: int) -> Any:
        if isinstance(value, tuple):
            return tuple([changed(one, batch) for one in value])
        return value.narrow(axis, 0, 1).expand(*(batch if at == axis else -1 for at in range(value.dim())))

    def hook(module: nn.Module, args: Any, kwargs: Any) -> Any:
        batch = tensors([*args, *kwargs.values()])[0].shape[at_input]
        if "hx" in kwargs:
            kwargs = {**kwargs, "hx": changed(kwargs["hx"], batch)}
        return (*args[:1], *(changed(value, batch) for value in args[1:])), kwargs

    def handed_over(trial: nn.Module) -> None:
        path = context.failure.path
        trial.get_submodule(path).register_forward_pre_hook(hook, with_kwargs=True)

    if state.kind not in ("parameter", "buffer"):
        yield Repair(f"give {here} torch.zeros({written})", "state", handed_over)
    else:
        paths = siblings(context, state.name)
        rebuilt = [parameter_repair(context, path, single) for path in paths]
        sizes = ", ".join(f"x.size({at_input})" if at == axis else "-1" for at in range(len(single)))

        def all_of_it(trial: nn.Module) -> None:
            for repair in rebuilt:
                assert repair.change is not None
                repair.change(trial)
            handed_over(trial)

        made = " and ".join(repair.text for repair in rebuilt)
        names = [f"{attribute(context.run.model, path)}.expand({sizes})" for path in paths]
        yield Repair(f"{made}, and give {here} {' and '.join(names)}", "state", all_of_it)
    first = context.trace.input_shape
    if len(first) > at_input and first[at_input] == now:
        yield feed(context, (*first[:at_input], state.shape[axis], *first[at_input + 1 :]))
