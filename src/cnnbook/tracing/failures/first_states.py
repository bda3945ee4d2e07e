"""A layer of torch.nn that is given a parameter, buffer or constant made for another batch than the input's.

These are the first states of recurrent layers, and the queries of transformers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor, nn

from cnnbook.traces import Operand
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.operand_repairs import fed_batch, parameter_repair
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text
from cnnbook.tracing.torch_internals import wanted_hidden_size


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
    return Explanation(text, _repairs(context, state, axis, now))


def queries(context: FailureContext) -> Explanation | None:
    """A transformer, or attention, that is given learned queries without the batch of its input."""
    failure, module = context.failure, context.module
    if not isinstance(module, nn.Transformer | nn.TransformerDecoder | nn.MultiheadAttention):
        return None
    rank = 3
    first = bool(getattr(module, "batch_first", False)) and not failure.op
    axis = 0 if first else 1
    found = [o for o in failure.operands if len(o.shape) == rank]
    made = [
        (index, shape)
        for index, shape in zip(failure.inputs, failure.input_shapes, strict=True)
        if context.operand(index) is None and len(shape) == rank
    ]
    if not found or not made or found[0].shape[axis] == made[0][1][axis]:
        return None
    query, (index, shape) = context.spelled(found[0]), made[0]
    now, had = shape[axis], query.shape[axis]
    text = (
        f"{context.where} needs one batch in all that it is given, on axis {axis}: "
        f"{context.name(index)} {shape_text(shape)} has a batch of {now}, {query} one of {had}."
    )
    sizes = ", ".join("x.size(0)" if at == axis else "-1" for at in range(rank))
    repair = Repair(
        f"give {context.where.partition(' ')[0]} its queries with .expand({sizes})",
        "operand",
        _handed_over(context, query, lambda t: t.expand(*(now if at == axis else -1 for at in range(rank)))),
    )
    return Explanation(text, [repair] if had == 1 else ())


def _repairs(context: FailureContext, state: Operand, axis: int, now: int) -> Iterator[Repair]:
    layer = context.where.partition(" ")[0]
    named = context.spelled(state)
    single = tuple([1 if at == axis else n for at, n in enumerate(state.shape)])
    written = ", ".join("x.size(0)" if at == axis else str(n) for at, n in enumerate(state.shape))

    def expanded(tensor: Tensor) -> Tensor:
        return tensor.narrow(axis, 0, 1).expand(*(now if at == axis else -1 for at in range(tensor.dim())))

    change = _handed_over(context, named, expanded)
    same = [o for o in context.failure.operands if o.shape == state.shape]
    if state.kind not in ("parameter", "buffer"):
        yield Repair(f"give {layer} torch.zeros({written})", "state", change)
    else:
        rebuilt = [parameter_repair(context, o.name, single) for o in same]
        sizes = ", ".join("x.size(0)" if at == axis else "-1" for at in range(len(single)))

        def all_of_it(trial: nn.Module) -> None:
            for repair in rebuilt:
                assert repair.change is not None
                repair.change(trial)
            change(trial)

        made = " and ".join(repair.text for repair in rebuilt)
        names = " and ".join(f"{context.spelled(o).name}.expand({sizes})" for o in same)
        yield Repair(f"{made}, and give {layer} {names}", "state", all_of_it)
    yield fed_batch(context, state.shape[axis])


def _handed_over(
    context: FailureContext, operand: Operand, change: Callable[[Tensor], Tensor]
) -> Callable[[nn.Module], None]:
    """A change of what the failed layer is given: each tensor of the operand's shape, by a hook."""
    path = context.failure.path

    def changed(value: Any) -> Any:
        if isinstance(value, Tensor):
            return change(value) if tuple(value.shape) == operand.shape else value
        return type(value)(map(changed, value)) if isinstance(value, tuple | list) else value

    def hook(module: nn.Module, args: Any, kwargs: Any) -> Any:
        return changed(args), {key: changed(value) for key, value in kwargs.items()}

    def apply(trial: nn.Module) -> None:
        trial.get_submodule(path).register_forward_pre_hook(hook, with_kwargs=True)

    return apply
