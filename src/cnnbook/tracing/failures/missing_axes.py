"""Tensors inside a network that lack an axis, so that the batch is taken for channels or two do not join."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cnnbook.traces import Row, operations
from cnnbook.tracing.failures import joins
from cnnbook.tracing.failures.batch_axis import (
    batch_path,
    behind_a_new_axis,
    dropped_axes,
    drops_axes,
    window_axes,
)
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.failures.layer_repairs import together
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, shape_text

_FAMILY = "missing axis"
REDUCTIONS = frozenset(
    (
        *("mean", "sum", "prod", "std", "var", "norm", "linalg_norm", "linalg_vector_norm", "logsumexp"),
        *("max", "min", "amax", "amin", "median"),
    )
)


def convolution(context: FailureContext) -> Explanation | None:
    """A convolution that gets maps without a channel axis, so that it takes the batch for the channels."""
    failure, rows = context.failure, context.trace.rows
    axes = window_axes(failure.op)
    weight = failure.bound.get("weight")
    if not failure.op.startswith("conv") or not failure.inputs or not isinstance(weight, tuple):
        return None
    given, index = failure.input_shapes[0], failure.inputs[0]
    if given[:2] == (1, context.trace.input_shape[0]) and len(given) == axes + 2:
        return _new_axis_first(context)
    path = batch_path(rows, index)
    if not path or not 1 < len(given) <= axes + 1:
        return None
    expected = _expected(failure)
    droppers = _droppers(context, index)
    changed = [i for i in path if rows[i].family not in ("activation", "dropout", "normalization", "other")]
    if not droppers and (not changed or len(given) <= axes):
        return None  # the axis is missing from the network's input, not from a tensor inside
    plural = "channel" if expected == 1 else "channels"
    text = (
        f"{context.where} expects {expected:,} input {plural} in {AXES[axes]}, "
        f"{context.name(index)} gives {shape_text(given)}: "
    )
    if len(given) == axes + 1:
        text += f"there is no channel axis, and the batch of {given[0]} stands in its place."
    else:
        text += f"it has {len(given)} axes, {axes + 2} are needed."
    return Explanation(f"{text}{_dropped(context, droppers)}", _repairs(context, droppers, axes, expected))


def _new_axis_first(context: FailureContext) -> Explanation | None:
    """The new axis of x.unsqueeze(0) stands before the batch, which so comes to stand for the channels."""
    failure, rows = context.failure, context.trace.rows
    at = behind_a_new_axis(rows, failure.inputs[0])
    expected = _expected(failure)
    if at is None or expected == failure.input_shapes[0][1]:
        return None
    before = rows[at].input_shapes[0]
    text = (
        f"{context.where} expects {expected:,} input channel{'' if expected == 1 else 's'}, "
        f"{context.name(at)} gives {shape_text(rows[at].output_shape)}: it puts the new axis before the "
        f"batch, and the batch of {before[0]} stands in the place of the channels."
    )
    patch = replaced_call(rows[at].op, before, lambda func, args, kwargs: args[0].unsqueeze(1), at)
    return Explanation(text, [Repair(f"x.unsqueeze(1) at row {at}", _FAMILY, patch=patch)])


def _expected(failure: Failure) -> int:
    weight: tuple[int, ...] = failure.bound["weight"]
    return weight[0] if "transpose" in failure.op else weight[1] * int(failure.bound.get("groups", 1))


def join(context: FailureContext) -> Explanation | None:
    """An addition, a product or a concatenation of tensors one of which lost an axis on its way."""
    explanation = joins.addition(context) or joins.concatenation(context)
    shapes = context.failure.input_shapes
    if explanation is None or len({len(shape) for shape in shapes}) < 2:
        return None
    droppers = _short_operands(context)
    if not droppers:
        return None
    return Explanation(f"{explanation.text}{_dropped(context, droppers)}", _joined(context))


def _short_operands(context: FailureContext) -> list[Row]:
    """The rows that dropped an axis of the operands with the fewest axes."""
    shapes, inputs = context.failure.input_shapes, context.failure.inputs
    least = min(map(len, shapes))
    short = [i for i, shape in zip(inputs, shapes, strict=False) if len(shape) == least]
    return [row for index in short for row in _droppers(context, index)]


def _joined(context: FailureContext) -> Iterator[Repair]:
    """Keep the axes that were dropped; the same at later joins."""
    now, parts = context, list[Repair]()
    for _ in range(4):
        part = _kept_axes(now)
        if part is None:
            break
        parts.append(part)
        whole = together(*parts)
        outcome = context.run.outcome(whole)
        if outcome.trace is None or outcome.failure is None:
            yield whole
            break
        now = FailureContext(context.run, outcome.trace, outcome.failure)


def _kept_axes(context: FailureContext) -> Repair | None:
    if len({len(shape) for shape in context.failure.input_shapes}) < 2:
        return None
    droppers = _short_operands(context)
    if not droppers or not all(row.op in REDUCTIONS for row in droppers):
        return None
    return together(*(_kept(context, row) for row in droppers))


def _droppers(context: FailureContext, index: int) -> list[Row]:
    """The rows before row `index` that dropped an axis, not the batch: the last on each branch."""
    rows = context.trace.rows
    while index >= 0:
        row = rows[index]
        if drops_axes(row):
            return [row]
        if row.op in ("cat", "stack"):
            found = [each for i in dict.fromkeys(row.inputs) for each in _droppers(context, i)]
            return list({each.index: each for each in found}.values())
        index = row.inputs[0] if row.inputs else -1
    return []


def _dropped(context: FailureContext, droppers: list[Row]) -> str:
    def said(row: Row) -> str:
        axes = dropped_axes(row)
        which = f"axis {' and '.join(map(str, axes))}" if axes else "an axis"
        return f"{context.name(row.index)} drops {which} of {shape_text(row.input_shapes[0])}"

    return f"\n{', '.join(map(said, droppers))}." if droppers else ""


def _kept(context: FailureContext, row: Row) -> Repair:
    """The repair that keeps the axis which a reduction, an index or a squeeze drops."""
    before = row.input_shapes[0]
    if row.op in REDUCTIONS:
        axes = dropped_axes(row)
        dims = f"dim={axes[0] if len(axes) == 1 else axes}, " if axes else "..., "
        text = f"x.{row.op}({dims}keepdim=True) at row {row.index}"

        def keep(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
            return func(*args, **{**kwargs, "keepdim": True})

        return Repair(text, _FAMILY, patch=replaced_call(row.op, before, keep, row.index))
    text = f"leave out {context.name(row.index)}"
    patch = replaced_call(row.op, before, lambda func, args, kwargs: args[0].clone(), row.index)
    return Repair(text, _FAMILY, patch=patch)


def _repairs(context: FailureContext, droppers: list[Row], axes: int, expected: int) -> Iterator[Repair]:
    given = context.failure.input_shapes[0]
    if droppers and all(row.op in REDUCTIONS or row.op == "squeeze" for row in droppers):
        yield together(*(_kept(context, row) for row in droppers))
    if len(given) == axes + 1 and expected == 1:
        yield from _one_channel(context)
    elif len(given) == 2 and given[1] == expected:
        yield _before(context, f"x = x[:, :{', None' * axes}]", lambda x: x[(..., *(None,) * axes)])


def _one_channel(context: FailureContext) -> Iterator[Repair]:
    """Put the channel axis in before the convolution, and before later ones that fail for the same reason."""
    family, places, repairs, now = operations.family(context.failure.op), list[str](), list[Repair](), context
    for _ in range(8):
        repair = _before(now, "", lambda x: x.unsqueeze(1))
        places.append(_here(now))
        text = f"x = x.unsqueeze(1) before {', '.join(places)}"
        repairs.append(repair)
        whole = together(*repairs)._replace(text=text)
        outcome = context.run.outcome(whole)
        if outcome.trace is None or outcome.failure is None:
            yield whole
            return
        again = FailureContext(context.run, outcome.trace, outcome.failure)
        same_shape = again.failure.input_shapes[:1] == context.failure.input_shapes[:1]
        if operations.family(again.failure.op) != family or not same_shape:
            break
        now = again
    back = _before(context, "", lambda x: x.unsqueeze(1), lambda y: y.squeeze(1))
    yield back._replace(text=f"x = {_here(context)}(x.unsqueeze(1)).squeeze(1)")


def _here(context: FailureContext) -> str:
    failure = context.failure
    return place(context.run.model, failure.path) if context.module is not None else f"F.{failure.op}"


def _before(
    context: FailureContext,
    text: str,
    first: Callable[[Any], Any],
    then: Callable[[Any], Any] = lambda y: y,
) -> Repair:
    """The repair that changes the input of the failed call, and what comes out of it."""

    def call(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        return then(func(first(args[0]), *args[1:], **kwargs))

    failure = context.failure
    patch = replaced_call(failure.op, failure.input_shapes[0], call, len(context.trace))
    return Repair(f"{text} before {_here(context)}", _FAMILY, patch=patch)
