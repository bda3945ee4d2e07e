"""A dense layer after feature maps of another size: pooling, a flatten, or both are missing before it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain as one_after_the_other
from math import prod
from typing import Any

import torch

from cnnbook.traces import Row, Shape, mismatches
from cnnbook.tracing.failures import features
from cnnbook.tracing.failures.call_replacement import of_shape, replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feature_maps, wanted_maps
from cnnbook.tracing.failures.layer_repairs import rebuilt, together
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.reductions import rounded_inputs, total_stride
from cnnbook.tracing.failures.size_search import rows_up_to
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by, product, shape_text

_SPATIAL = ("conv", "max_pool", "avg_pool", "adaptive", "batch_norm", "instance_norm", "pad", "interpolate")
# Backbones are pooled to 7 x 7 or less before a dense layer; larger maps belong to a smaller image.
_BACKBONE = 7
_KEPT = ("activation", "dropout", "join")


def pooling(context: FailureContext) -> Explanation | None:
    """A dense layer that was computed for maps of another size, or for their channels alone."""
    failure = context.failure
    if failure.op not in ("linear", "view", "reshape") or not failure.input_shapes:
        return None
    if failure.op == "linear" and _are_maps(context):
        return _unflattened(context)
    source = feature_maps(context)
    usual = features.linear(context) or features.view(context)
    if source is None or usual is None or len(source[1]) < 3:
        return None
    _, maps, expected = source
    target = next(iter(wanted_maps(maps, expected)), None)
    if target is None or target == maps[2:]:
        return None
    text = f"{usual.text[:-1]}: {product((maps[1], *target))} would be maps of {by(target)}."
    rounded = _rounded(context, source[0], maps, target)
    if rounded is not None:
        return Explanation(
            f"{text}\n{rounded.text}", one_after_the_other(rounded.repairs, _layers_only(usual))
        )
    if prod(target) > prod(maps[2:]):
        return None
    if max(target) > _BACKBONE:
        return Explanation(text, usual.repairs)
    others = iter(usual.repairs)
    if max(target) == 1:
        text = f"{text[:-1]}, the channels after global pooling, which is missing."
        others = _layers_only(usual)
    return Explanation(text, one_after_the_other(_pooled(context, maps, target), others))


def _layers_only(explanation: Explanation) -> Iterator[Repair]:
    """The repairs without those that feed another image, whose maps would be of one pixel only."""
    return (repair for repair in explanation.repairs if repair.family != "input")


def _are_maps(context: FailureContext) -> bool:
    """Whether a dense layer reads maps (N, C, H, W) as they come from a convolution or a pool."""
    given, at = context.failure.input_shapes[0], context.failure.inputs[0]
    while at >= 0 and len(given) > 2 and context.made(at) == given:
        row = context.trace.rows[at]
        if row.op.startswith(_SPATIAL):
            return True
        if row.family not in _KEPT or row.op in ("cat", "stack") or not row.inputs:
            return False
        at = row.inputs[0]
    return False


def _unflattened(context: FailureContext) -> Explanation | None:
    """Maps go into a dense layer without a flatten; pooling is needed too, or other in_features."""
    failure = context.failure
    given, (_, expected) = failure.input_shapes[0], failure.bound["weight"]
    channels, size = given[1], given[2:]
    if given[-1] == expected or prod(given[1:]) == expected or context.module is None or not failure.path:
        return None
    text = mismatches.missing_flatten(context.where, expected, context.name(failure.inputs[0]), given)
    target = next(iter(wanted_maps(given, expected)), None)
    if target is not None and prod(target) <= prod(size):
        pools = "global pooling" if max(target) == 1 else f"pooling to {by(target)}"
        text = f"{text}: {expected:,} features are left after {pools} and a flatten, which are missing."
        return Explanation(text, _pooled_and_flattened(context, target, expected))
    text = f"{text}: the flatten before it is missing, and after it there are {product(given[1:])} features."
    return Explanation(text, _pooled_and_flattened(context, (1,) * len(size), channels))


def _pooled_and_flattened(context: FailureContext, target: Shape, features: int) -> Iterator[Repair]:
    """Repairs that pool and flatten before the dense layer, and rebuild it where it needs other features."""
    failure, model = context.failure, context.run.model
    given, (_, expected) = failure.input_shapes[0], failure.bound["weight"]
    here, x = place(model, failure.path), (*failure.written, "")[0] or "x"
    pool = "" if given[2:] == target else f"F.adaptive_avg_pool{len(target)}d({x}, {_size(target)})"

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(torch.flatten(_pool(args[0], target), 1), *args[1:], **kwargs)

    patch = replaced_call("linear", given, call, len(context.trace))
    first = Repair(f"x = torch.flatten({pool or x}, 1) before {here}", "flatten", patch=patch)
    if features == expected:
        yield first
    for second in rebuilt(model, failure.path, in_features=features) if features != expected else ():
        yield together(first, second)
    if features != expected or len(given) > 3:
        return

    def moved(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0].transpose(1, 2), *args[1:], **kwargs)

    patch = replaced_call("linear", given, moved, len(context.trace))
    yield Repair(f"x = {x}.transpose(1, 2) before {here}, for each position", "transposed", patch=patch)


def _pooled(context: FailureContext, maps: Shape, target: Shape) -> Iterator[Repair]:
    """The repair that pools the maps before the row that flattens them."""
    failure = context.failure
    at, row = len(context.trace), None
    if failure.op == "linear":
        row = _flatten_row(context)
        at = row.index
    op, name = (failure.op, f"that {failure.op}") if row is None else (row.op, context.name(row.index))

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(_pool(args[0], target), *args[1:], **kwargs)

    text = f"x = nn.AdaptiveAvgPool{len(target)}d({_size(target)})(x) before {name}, for images of any size"
    yield Repair(text, "pooling", patch=replaced_call(op, maps, call, at))


def _flatten_row(context: FailureContext) -> Row:
    index = context.failure.inputs[0]
    while context.trace.rows[index].family != "reshape":
        index = context.trace.rows[index].inputs[0]
    return context.trace.rows[index]


def _rounded(context: FailureContext, index: int, maps: Shape, target: Shape) -> Explanation | None:
    """The dense layer was computed with size // stride, and the strides of the layers round each time."""
    total, given = total_stride(context.trace), context.trace.input_shape
    rows = rows_up_to(context.trace, index)
    if total is None or rows is None or len(given) != len(maps):
        return None
    if tuple([max(1, n // m) for n, m in zip(given[2:], total, strict=True)]) != target:
        return None
    if not any(n % m for n, m in zip(given[2:], total, strict=True)):
        return None
    sizes = list(dict.fromkeys([given[2], *(row.output_shape[2] for row in rows)]))
    text = (
        f"{given[2]} // {total[0]} is {target[0]}, but each stride rounds by itself: "
        f"{' → '.join(map(str, sizes))}."
    )
    dense = rebuilt(context.run.model, context.failure.path, in_features=prod(maps[1:]))
    known = context.failure.op == "linear" and context.module is not None and context.failure.path
    return Explanation(text, one_after_the_other(dense if known else (), rounded_inputs(context, total)))


def _pool(x: Any, size: Shape) -> Any:
    if tuple(x.shape[2:]) == size:
        return x
    return of_shape(x, (*x.shape[:2], *size))


def _size(size: Shape) -> str:
    return "1" if max(size) == 1 else shape_text(size)
