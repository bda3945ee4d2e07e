"""A dense layer, or a view, that gets another number of features than it was written for."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from cnnbook.tracing.failures.attempts import Repair
from cnnbook.tracing.failures.cases import Case, Explained, place, product, shape_text
from cnnbook.tracing.failures.inputs import feature_maps, input_repairs, wanted_maps
from cnnbook.tracing.failures.patches import instead
from cnnbook.tracing.failures.rebuilding import rebuilt, together, with_attributes
from cnnbook.tracing.failures.sizes import chain, settings_for


def linear(case: Case) -> Explained | None:
    """A dense layer whose in_features are not what the row before it gives."""
    failure = case.failure
    if failure.op != "linear" or not failure.input_shapes or len(failure.bound["weight"]) != 2:
        return None
    given, (out_features, expected) = failure.input_shapes[0], failure.bound["weight"]
    if not given or given[-1] == expected:
        return None
    if given[-1] == out_features and case.module is None:
        text = (
            f"{case.where} gets {given[-1]:,} features, the weight is {shape_text(failure.bound['weight'])}: "
            "F.linear takes the weight as (out_features, in_features)"
        )

        def turned(func: Any, args: Any, kwargs: Any) -> Any:
            return func(args[0], args[1].t(), *args[2:], **kwargs)

        call = instead("linear", given, turned, len(case.seen))
        return Explained(f"{text}.", iter([Repair("hand over weight.t()", "transposed", patch=call)]))
    head = f"{case.where} expects {expected:,} features"
    if (len(given) > 2 and prod(given[1:]) == expected) or len(given) > 3:
        return Explained(
            f"{head}, {case.name(failure.inputs[0])} gives maps of shape {shape_text(given)}, "
            f"and a dense layer reads only the last axis, {given[-1]}: the flatten before it is missing.",
            _flatten_first(case, out_features, expected),
        )
    folded = _flattened_batch(case, head, expected)
    return folded or Explained(f"{head}, {_origin(case)}.", _linear_repairs(case, given[-1], expected))


def view(case: Case) -> Explained | None:
    """Sizes in a view or reshape that do not multiply to what there is, as in `x.view(-1, 400)`."""
    failure = case.failure
    if failure.op not in ("view", "reshape") or not failure.input_shapes:
        return None
    given = failure.input_shapes[0]
    asked = failure.given[1:]
    sizes = asked[0] if asked and isinstance(asked[0], tuple) else asked
    if not all(type(n) is int for n in sizes):
        return None
    known = prod(n for n in sizes if n >= 0)
    call = f"{failure.op}({', '.join(map(str, sizes))})"
    start = f"{case.where.replace(failure.op, call, 1)}"
    if (-1 in sizes and known and prod(given) % known) or (-1 not in sizes and prod(given) != known):
        needs = f"needs a multiple of {known:,} numbers" if -1 in sizes else f"needs {known:,} numbers"
        text = f"{start} {needs}, {case.name(failure.inputs[0])} gives {product(given)}."
        return Explained(text, _view_repairs(case, sizes))
    if (failure.op == "view" and "contiguous" in str(failure.error)) or "stride" in str(failure.error):
        maker = case.name(failure.inputs[0])
        text = f"{start} cannot cut {maker} anew, whose numbers do not lie in order; reshape copies them."
        written = f"x.reshape({', '.join(map(str, sizes))}) instead of view"
        return Explained(text, iter([_reshaped(case, written, lambda x: x.reshape(sizes))]))
    return None


def _origin(case: Case) -> str:
    index = case.failure.inputs[0]
    given = case.failure.input_shapes[0]
    if index < 0:
        return f"{case.name(index)} {shape_text(case.made(index))} has {given[-1]:,} on its last axis"
    index = case.origin(index, len(given) - 1)
    if index < 0:
        return f"{case.name(index)} {shape_text(case.made(index))} has {given[-1]:,} on its last axis"
    row = case.seen.rows[index]
    factors = row.input_shapes[0][1:] if row.family == "reshape" and row.input_shapes else ()
    count = product(factors) if len(factors) > 1 and prod(factors) == given[-1] else f"{given[-1]:,}"
    return f"{case.name(index)} before it gives {count}"


def _linear_repairs(case: Case, given: int, expected: int) -> Iterator[Repair]:
    model, path = case.attempt.model, case.failure.path
    if case.module is not None and path:
        repair = rebuilt(model, path, in_features=given)
        if repair is not None:
            yield repair
    yield from input_repairs(case)
    yield from _padding(case)
    index = case.origin(case.failure.inputs[0], len(case.failure.input_shapes[0]) - 1)
    if index >= 0 and case.seen.rows[index].op == "linear":
        before = rebuilt(model, case.seen.rows[index].path, out_features=expected)
        if before is not None:
            yield before


def _padding(case: Case) -> Iterator[Repair]:
    """The padding of one convolution with which the right number of features comes out."""
    source = feature_maps(case)
    rows = source and chain(case.seen, source[0])
    if not source or not rows or len(source[1]) != len(case.seen.input_shape):
        return
    size, path_count = case.seen.input_shape[2:], 0
    for target in wanted_maps(source[1], source[2])[:1]:
        for row in rows:
            if row.family == "convolution" and row.window is not None and row.path and path_count < 3:
                padding = settings_for(rows, size, target, row, "padding")
                if padding is not None:
                    path_count += 1
                    yield with_attributes(case.attempt.model, row.path, padding=padding)._replace(
                        family="padding"
                    )


def _flatten_first(case: Case, out_features: int, expected: int) -> Iterator[Repair]:
    given, path = case.failure.input_shapes[0], case.failure.path
    here = place(case.attempt.model, path) if case.module is not None else "F.linear"

    def flattened(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0].flatten(1), *args[1:], **kwargs)

    patch = instead("linear", given, flattened, len(case.seen))
    repair = Repair(f"x = torch.flatten(x, 1) before {here}", "flatten", patch=patch)
    if prod(given[1:]) == expected:
        yield repair
    elif case.module is not None:
        other = rebuilt(case.attempt.model, path, in_features=prod(given[1:]))
        if other is not None:
            yield together(repair, other)


def _flattened_batch(case: Case, head: str, expected: int) -> Explained | None:
    """A flatten from axis 0 on, which takes the batch for features."""
    index = case.origin(case.failure.inputs[0], len(case.failure.input_shapes[0]) - 1)
    row = case.seen.rows[index] if index >= 0 else None
    if (
        row is None
        or row.op != "flatten"
        or row.arguments.get("start_dim") != 0
        or len(row.input_shapes[0]) < 3
    ):
        return None
    before = row.input_shapes[0]
    patch = instead("flatten", before, lambda func, args, kwargs: args[0].flatten(1), index)
    return Explained(
        f"{head}, {case.name(index)} gives {product(before)}: it flattens the batch of {before[0]} too.",
        iter([Repair("torch.flatten(x, 1), from axis 1 on", "flatten", patch=patch)]),
    )


def _view_repairs(case: Case, sizes: tuple[int, ...]) -> Iterator[Repair]:
    given = case.failure.input_shapes[0]
    yield from input_repairs(case)
    yield from _padding(case)
    if len(sizes) != 2 or len(given) < 3:
        return
    flat = _reshaped(case, "x.flatten(1) instead of that view", lambda x: x.flatten(1))
    outcome = case.attempt.outcome(flat)
    failure = outcome.failure
    if outcome.works:
        yield flat
    elif failure is not None and failure.op == "linear" and failure.path:
        dense = rebuilt(case.attempt.model, failure.path, in_features=prod(given[1:]))
        if dense is not None:
            yield together(flat, dense)


def _reshaped(case: Case, text: str, how: Any) -> Repair:
    failure = case.failure

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return how(args[0])

    patch = instead(failure.op, failure.input_shapes[0], call, len(case.seen))
    return Repair(text, "reshape", patch=patch)


def matrix_product(case: Case) -> Explained | None:
    """Two matrices whose inner numbers differ."""
    failure = case.failure
    if failure.op not in ("matmul", "mm", "bmm") or len(failure.given) < 2:
        return None
    left, right = failure.given[:2]
    if not (isinstance(left, tuple) and isinstance(right, tuple) and left and len(right) > 1):
        return None
    if left[-1] == right[-2]:
        return None
    text = (
        f"{case.where} multiplies {shape_text(left)} with {shape_text(right)}: "
        f"the inner numbers, {left[-1]:,} and {right[-2]:,}, must be equal."
    )

    def turned(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0], args[1].transpose(-2, -1))

    repairs = [
        Repair(
            "transpose the second one: .transpose(-2, -1)",
            "transposed",
            patch=instead(failure.op, left, turned, len(case.seen)),
        )
    ]
    return Explained(text, iter(repairs if left[-1] == right[-1] else ()))
