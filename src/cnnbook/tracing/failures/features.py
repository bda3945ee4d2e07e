"""A linear layer, a view or a matrix product whose input has another number of features than it needs."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from cnnbook.traces import mismatches
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feature_maps, input_repairs, wanted_maps
from cnnbook.tracing.failures.layer_repairs import rebuilt, together, with_attributes
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.operand_repairs import rebuilt_weight
from cnnbook.tracing.failures.size_search import rows_up_to, setting_for
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import product, shape_text
from cnnbook.tracing.torch_internals import NOT_CONTIGUOUS, says


def linear(context: FailureContext) -> Explanation | None:
    """A linear layer whose in_features differ from what the row before it gives."""
    failure = context.failure
    if failure.op != "linear" or not failure.input_shapes or len(failure.bound["weight"]) != 2:
        return None
    given, (out_features, expected) = failure.input_shapes[0], failure.bound["weight"]
    if not given or given[-1] == expected:
        return None
    if given[-1] == out_features and context.module is None:
        text = (
            f"{context.where} gets {given[-1]:,} features, "
            f"the weight is {shape_text(failure.bound['weight'])}: "
            "F.linear takes the weight as (out_features, in_features)"
        )

        def transposed(func: Any, args: Any, kwargs: Any) -> Any:
            return func(args[0], args[1].t(), *args[2:], **kwargs)

        call = replaced_call("linear", given, transposed, len(context.trace))
        return Explanation(f"{text}.", [Repair("hand over weight.t()", "transposed", patch=call)])
    named = [str(context.spelled(w)) for w in failure.weights if w.shape == failure.bound["weight"]]
    with_weight = f" with {named[0]}" if named and context.module is None else ""
    where = f"{context.where}{with_weight}"
    if (len(given) > 2 and prod(given[1:]) == expected) or (len(given) > 3 and not _features_last(context)):
        text = mismatches.missing_flatten(where, expected, context.name(failure.inputs[0]), given)
        return Explanation(
            f"{text}: the flatten before it is missing.", _flatten_first(context, out_features, expected)
        )
    return Explanation(
        mismatches.feature_count(where, expected, _origin(context)),
        _linear_repairs(context, given[-1], expected),
    )


def view(context: FailureContext) -> Explanation | None:
    """A view or reshape, as `x.view(-1, 400)`, to sizes that need another number of values than there are."""
    failure = context.failure
    if failure.op not in ("view", "reshape") or not failure.input_shapes:
        return None
    given = failure.input_shapes[0]
    arguments = failure.given[1:]
    sizes = arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments
    if not all(type(n) is int for n in sizes):
        return None
    known = prod(n for n in sizes if n >= 0)
    call = f"{failure.op}({', '.join(map(str, sizes))})"
    start = f"{context.where.replace(failure.op, call, 1)}"
    if (-1 in sizes and known and prod(given) % known) or (-1 not in sizes and prod(given) != known):
        needs = f"needs a multiple of {known:,} numbers" if -1 in sizes else f"needs {known:,} numbers"
        text = f"{start} {needs}, {context.name(failure.inputs[0])} gives {product(given)}."
        return Explanation(text, _view_repairs(context, sizes))
    if says(failure.error, NOT_CONTIGUOUS):
        maker = context.name(failure.inputs[0])
        text = f"{start} cannot cut {maker} anew, whose numbers do not lie in order; reshape copies them."
        written = f"x.reshape({', '.join(map(str, sizes))}) instead of view"
        return Explanation(text, [_reshaped(context, written, lambda x: x.reshape(sizes))])
    return None


def _features_last(context: FailureContext) -> bool:
    """Whether maps come as (N, H, W, C): a permute or a layer on the last axis comes before."""
    index = context.failure.inputs[0]
    while index >= 0 and context.trace.rows[index].inputs:
        row = context.trace.rows[index]
        if row.op in ("permute", "movedim", "layer_norm", "linear"):
            return True
        if row.family in ("convolution", "pooling"):
            return False
        index = row.inputs[0]
    return False


def _origin(context: FailureContext) -> str:
    index = context.failure.inputs[0]
    given = context.failure.input_shapes[0]
    if index < 0:
        return f"{context.name(index)} {shape_text(context.made(index))} has {given[-1]:,} on its last axis"
    index = context.origin(index, len(given) - 1)
    if index < 0:
        return f"{context.name(index)} {shape_text(context.made(index))} has {given[-1]:,} on its last axis"
    row = context.trace.rows[index]
    factors = row.input_shapes[0][1:] if row.family == "reshape" and row.input_shapes else ()
    count = product(factors) if len(factors) > 1 and prod(factors) == given[-1] else f"{given[-1]:,}"
    return f"{context.name(index)} before it gives {count}"


def _linear_repairs(context: FailureContext, given: int, expected: int) -> Iterator[Repair]:
    model, path = context.run.model, context.failure.path
    if context.module is not None and path:
        yield from rebuilt(model, path, in_features=given)
    elif context.module is None:
        weight = context.failure.bound["weight"]
        yield from rebuilt_weight(context, weight, (weight[0], given))
    yield from input_repairs(context)
    yield from _padding(context)
    index = context.origin(context.failure.inputs[0], len(context.failure.input_shapes[0]) - 1)
    if index >= 0 and context.trace.rows[index].op == "linear":
        yield from rebuilt(model, context.trace.rows[index].path, out_features=expected)


def _padding(context: FailureContext) -> Iterator[Repair]:
    """Repairs by the padding of one convolution, with which the needed number of features comes out."""
    source = feature_maps(context)
    rows = source and rows_up_to(context.trace, source[0])
    if not source or not rows or len(source[1]) != len(context.trace.input_shape):
        return
    size, path_count = context.trace.input_shape[2:], 0
    for target in wanted_maps(source[1], source[2])[:1]:
        for row in rows:
            if row.family == "convolution" and row.window is not None and row.path and path_count < 3:
                padding = setting_for(rows, size, target, row, "padding")
                if padding is not None:
                    path_count += 1
                    yield with_attributes(context.run.model, row.path, padding=padding)._replace(
                        family="padding"
                    )


def _flatten_first(context: FailureContext, out_features: int, expected: int) -> Iterator[Repair]:
    given, path = context.failure.input_shapes[0], context.failure.path
    here = place(context.run.model, path) if context.module is not None else "F.linear"

    def flattened(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0].flatten(1), *args[1:], **kwargs)

    patch = replaced_call("linear", given, flattened, len(context.trace))
    repair = Repair(f"x = torch.flatten(x, 1) before {here}", "flatten", patch=patch)
    if prod(given[1:]) == expected:
        yield repair
    elif context.module is not None:
        for other in rebuilt(context.run.model, path, in_features=prod(given[1:])):
            yield together(repair, other)


def _view_repairs(context: FailureContext, sizes: tuple[int, ...]) -> Iterator[Repair]:
    given = context.failure.input_shapes[0]
    yield from input_repairs(context)
    yield from _padding(context)
    if len(sizes) != 2 or len(given) < 3:
        return
    flat = _reshaped(context, "x.flatten(1) instead of that view", lambda x: x.flatten(1))
    outcome = context.run.outcome(flat)
    failure = outcome.failure
    if outcome.works:
        yield flat
    elif failure is not None and failure.op == "linear" and failure.path:
        for dense in rebuilt(context.run.model, failure.path, in_features=prod(given[1:])):
            yield together(flat, dense)


def _reshaped(context: FailureContext, text: str, how: Any) -> Repair:
    failure = context.failure

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return how(args[0])

    patch = replaced_call(failure.op, failure.input_shapes[0], call, len(context.trace))
    return Repair(text, "reshape", patch=patch)
