"""An earlier row that changed the number of images, such as x.view(-1, 400), named whatever fails later."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from cnnbook.traces import Row, Shape, operations
from cnnbook.tracing.failures.batch_axis import window_axes
from cnnbook.tracing.failures.call_replacement import all_of, replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed, wanted_maps
from cnnbook.tracing.failures.layer_repairs import rebuilt, together
from cnnbook.tracing.failures.size_search import input_size_for, rows_up_to
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import product, shape_text

_VIEWS = ("view", "reshape", "flatten", "ravel", "unflatten")
_LAYERS = ("convolution", "linear", "normalization", "recurrent", "attention")


def changed_batch(context: FailureContext, explanation: Explanation | None) -> Explanation | None:
    """A view or a `cat` that changed the number of images before the failure.

    It is named if the network runs without it, or if what failed joins its result with something that has
    the batch of the input. A view that cuts images into windows, or clips into frames, is none of these.
    """
    row = _changing_row(context)
    if row is None:
        return None
    name, before, after = context.name(row.index), row.input_shapes[0], row.output_shape
    if row.op == "cat":
        said = f"{name} joins along axis 0, the batch: {before[0]} became {after[0]}."
        repairs = [_joined(row)]
    else:
        made, batch = f"{shape_text(after)} of {shape_text(before)}", before[0]
        said = f"{name} makes {made}: the batch of {batch} became {after[0]}."
        if len(after) == 1:
            said = f"{name} makes {product(before)}: it flattens the batch of {batch} too."
        repairs = [*_unfolded(context, row)]
    working = [repair for repair in repairs if context.run.works(repair)]
    if not working and (row.op == "cat" or not _meets_the_batch(context, before[0])):
        return None
    fails = explanation.text if explanation else f"{context.where} fails on {_shapes_text(context)}."
    return Explanation(f"{fails}\n{said}", working)


def joins_frames(context: FailureContext) -> bool:
    """Whether frames or time steps were joined with the batch before the failure, as one does on purpose."""
    row = _changing_row(context)
    return row is not None and row.op in _VIEWS and row.input_shapes[0][2:] == row.output_shape[1:]


def _changing_row(context: FailureContext) -> Row | None:
    """The last row before the failure whose first axis is no longer the batch of the network's input."""
    batch, rows = context.trace.input_shape[:1], context.trace.rows
    for index in context.failure.inputs:
        while index >= 0 and rows[index].input_shapes:
            row = rows[index]
            before, after = row.input_shapes[0], row.output_shape
            if before[:1] == batch != after[:1]:
                same_values = row.op in _VIEWS and prod(before) == prod(after) and len(before) > 1 and after
                if same_values or (row.op == "cat" and before[1:] == after[1:]):
                    return row
                break
            index = row.inputs[0]
    return None


def _meets_the_batch(context: FailureContext, batch: int) -> bool:
    """Whether the failed operation joins, compares or samples something that has the batch of the input."""
    failure = context.failure
    if operations.family(failure.op) in _LAYERS or failure.op in _VIEWS:
        return False
    return any(shape[:1] == (batch,) for shape in _shapes(failure.given))


def _shapes(value: Any) -> list[Shape]:
    if not isinstance(value, tuple | list) or not value:
        return []
    if all(type(n) is int for n in value):
        return [tuple(value)]
    return [shape for item in value for shape in _shapes(item)]


def _shapes_text(context: FailureContext) -> str:
    return " and ".join(map(shape_text, context.failure.input_shapes))


def _joined(row: Row) -> Repair:
    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0], dim=1)

    text = f"torch.cat([...], dim=1) at row {row.index}"
    return Repair(text, "cat", patch=replaced_call("cat", row.input_shapes, call, row.index))


def _unfolded(context: FailureContext, row: Row) -> Iterator[Repair]:
    """The view with the batch kept, alone or with other layers after it; other layers or images before it."""
    before, after = row.input_shapes[0], row.output_shape
    if before[2:] == after[1:]:  # frames or time steps joined with the batch, as one does for a layer on each
        if len(before) == 3 and _meets_the_batch(context, before[0]):
            text = f"x[:, -1] instead of {context.name(row.index)}"
            yield _replaced(row, text, lambda x: x[:, -1])
        return
    kept = _kept(context, row)
    if kept is not None:
        yield from _with_layers(context, kept)
    if len(after) > 2 and row.inputs[0] >= 0:
        yield from _made_wider(context, row)
    features = after[1] if len(after) == 2 else _each(context)
    if len(after) < 3 <= len(before) and features:
        rows = rows_up_to(context.trace, row.inputs[0])
        given = context.trace.input_shape
        if not rows or len(given) != len(before):
            return
        for maps in wanted_maps(before, features)[:1]:
            size = input_size_for(rows, given[2:], maps)
            if size is not None:
                yield feed(context, (*given[:2], *size))


def _each(context: FailureContext) -> int:
    """How many flattened values each image should have: 1 in a loss against (N,); 0 if that is not known."""
    batch = (context.trace.input_shape[0],)
    return 1 if _meets_the_batch(context, *batch) and batch in _shapes(context.failure.given) else 0


def _kept(context: FailureContext, row: Row) -> Repair | None:
    """The row written in such a way that axis 0 stays the batch; None if the sizes do not divide."""
    before, after, at = row.input_shapes[0], row.output_shape, f" at row {row.index}"
    op = row.op if row.op in ("view", "reshape") else "reshape"
    if len(after) == 1:
        where = ", from axis 1 on" if row.op == "flatten" else at
        return _replaced(row, f"torch.flatten(x, 1){where}", lambda x: x.flatten(1))
    if prod(before[1:]) % prod(after[2:]):
        return None
    if before[2:] == after[2:] and len(before) > 2:
        return _replaced(row, f"leave out {context.name(row.index)}", lambda x: x.clone())
    count, rest = prod(before[1:]) // prod(after[2:]), after[2:]
    written = ", ".join(map(str, ("x.size(0)", -1, *rest) if len(after) < 4 else (-1, count, *rest)))
    # The two branches of a Siamese network run through the same line, and have a row each.
    twins = [
        each.index
        for each in context.trace.rows
        if (each.op, each.input_shapes[0], each.output_shape) == (row.op, before, after) and each is not row
    ]
    return _replaced(row, f"x.{op}({written}){at}", lambda x: x.reshape(x.size(0), -1, *rest), twins)


def _replaced(row: Row, text: str, how: Callable[[Any], Any], twins: Sequence[int] = ()) -> Repair:
    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return how(args[0])

    patches = [replaced_call(row.op, row.input_shapes[0], call, index) for index in (row.index, *twins)]
    return Repair("".join((text, *(f" and {i}" for i in twins))), "reshape", patch=all_of(patches))


def _with_layers(context: FailureContext, repair: Repair) -> Iterator[Repair]:
    """A repair, together with layers for what it gives, each built anew where the network fails next."""
    for _ in range(4):
        outcome = context.run.outcome(repair)
        failure = outcome.failure
        if outcome.trace is None or failure is None:
            yield repair
            return
        given = failure.input_shapes[0] if failure.input_shapes else ()
        if not given or not failure.path:
            return
        if failure.op == "linear":
            new = rebuilt(context.run.model, failure.path, in_features=given[-1])
        elif failure.op.startswith("conv") and len(given) > window_axes(failure.op) + 1:
            new = rebuilt(context.run.model, failure.path, in_channels=given[1])
        elif failure.op == "batch_norm":
            new = rebuilt(context.run.model, failure.path, num_features=given[1])
        else:
            return
        if not new:
            return
        repair = together(repair, new[0])


def _made_wider(context: FailureContext, row: Row) -> Iterator[Repair]:
    """The layer before a view to maps, with as many outputs as the view has values for each image."""
    before, after, model = row.input_shapes[0], row.output_shape, context.run.model
    made = context.origin(row.inputs[0], 1)
    if made < 0:
        return
    maker = context.trace.rows[made]
    if len(before) == 2 and maker.op == "linear" and maker.path:
        yield from rebuilt(model, maker.path, out_features=prod(after[1:]))
    elif before[2:] == after[2:] and len(before) > 2:
        yield from other_width(context, made, after[1])
