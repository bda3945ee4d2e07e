"""A layer whose channels were changed, as by pruning, while the layers after it count the old number."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import rebuilt, together
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.trials import Repair

_MOST = 8


def followers(context: FailureContext) -> Explanation | None:
    """Several layers after a convolution agree on a number of channels which it does not give."""
    failure = context.failure
    counts = _counts(context)
    groups = failure.bound.get("groups", 1)
    depthwise = failure.op.startswith("conv") and type(groups) is int and groups > 1
    norm = failure.op in ("batch_norm", "group_norm")
    if not (norm or depthwise) or counts is None or not failure.inputs:
        return None
    built, given = counts
    maker = context.origin(failure.inputs[0], 1)
    row = context.trace.rows[maker] if maker >= 0 else None
    if row is None or row.family not in ("convolution", "linear") or not row.path:
        return None
    found = _all_of_them(context, built, given)
    if found is None:
        return None
    repair, paths = found
    names = [place(context.run.model, path) for path in paths]
    text = (
        f"{context.where} is built for {built} channels, {context.name(maker)} gives {given}: "
        f"{', '.join(names[1:])} after it {'counts' if len(names) == 2 else 'count'} the old {built} as well."
    )
    return Explanation(text, _repairs(context, repair, maker, built))


def _repairs(context: FailureContext, repair: Repair, maker: int, built: int) -> Iterator[Repair]:
    yield repair
    yield from other_width(context, maker, built)


def _all_of_them(context: FailureContext, built: int, given: int) -> tuple[Repair, list[str]] | None:
    """The repair that rebuilds each layer that fails for the same two numbers, one after the other."""
    now, parts, paths = context, list[Repair](), list[str]()
    while len(parts) < _MOST:
        counts, path = _counts(now), now.failure.path
        if counts is None or not path or path in paths or counts[0] * given != counts[1] * built:
            return None
        part = _rebuilt(now, *counts)
        if part is None:
            return None
        parts.append(part)
        paths.append(path)
        repair = together(*parts)._replace(family="followers")
        outcome = context.run.outcome(repair)
        if outcome.works:
            return (repair, paths) if len(parts) > 1 else None
        if outcome.trace is None or outcome.failure is None:
            return None
        now = FailureContext(context.run, outcome.trace, outcome.failure)
    return None


def _counts(context: FailureContext) -> tuple[int, int] | None:
    """The number of channels or features that the failed layer was built for, and the number it was given."""
    failure = context.failure
    if context.module is None or not failure.input_shapes or len(failure.input_shapes[0]) < 2:
        return None
    given, bound = failure.input_shapes[0], failure.bound
    weight = bound.get("weight")
    if failure.op in ("batch_norm", "group_norm"):
        sizes = (bound.get("running_mean"), weight)
        built = next((size[0] for size in sizes if isinstance(size, tuple) and size), None)
        return None if built in (None, given[1]) else (built, given[1])
    if not isinstance(weight, tuple) or len(weight) < 2:
        return None
    if failure.op == "linear":
        return None if weight[1] == given[-1] else (weight[1], given[-1])
    if failure.op.startswith("conv"):
        transposed = "transpose" in failure.op
        built = weight[0] if transposed else weight[1] * bound.get("groups", 1)
        return None if built == given[1] else (built, given[1])
    return None


def _rebuilt(context: FailureContext, built: int, given: int) -> Repair | None:
    failure, model = context.failure, context.run.model
    groups = failure.bound.get("groups", 1)
    if failure.op == "batch_norm":
        settings = {"num_features": given}
    elif failure.op == "group_norm":
        settings = {"num_channels": given, "num_groups": gcd(given, failure.bound.get("num_groups", 1))}
    elif failure.op == "linear":
        settings = {"in_features": given}
    elif groups > 1 and groups == built == failure.bound["weight"][0]:
        settings = {"in_channels": given, "out_channels": given, "groups": given}  # depthwise
    elif groups > 1 and given % groups:
        return None
    else:
        settings = {"in_channels": given}
    return next(iter(rebuilt(model, failure.path, **settings)), None)
