"""A convolution whose input has other channels, or another number of axes, than it was built for."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import Any

from cnnbook.traces import Shape, mismatches
from cnnbook.tracing.failures import colours
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.layer_repairs import rebuilt, together
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.operand_repairs import rebuilt_weight
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, SIZES, shape_text


def convolution(context: FailureContext) -> Explanation | None:
    """A convolution whose in_channels differ from its input's, or whose input has a wrong number of axes."""
    failure = context.failure
    weight = failure.bound.get("weight")
    if not failure.op.startswith("conv") or not isinstance(weight, tuple) or len(weight) < 3:
        return None
    groups = failure.bound.get("groups", 1)
    expected = weight[0] if "transpose" in failure.op else weight[1] * groups
    given = failure.input_shapes[0] if failure.input_shapes else ()
    axes = len(weight) - 2
    if not given:
        return None
    source = context.name(failure.inputs[0])
    if len(given) not in (axes + 1, axes + 2):
        text = mismatches.convolution_axes(context.where, source, given, axes)
        return Explanation(text, _other_axes(context, given, axes, expected))
    channels = given[-axes - 1]
    if channels == expected:
        if "transpose" not in failure.op and weight[0] % groups:
            text = f"{context.where} has {weight[0]} output channels, which groups={groups} do not divide"
            allowed = common_divisors(expected, weight[0])
            return Explanation(f"{text}; groups must divide {expected} and {weight[0]}: {allowed}.")
        return None
    plural = "channel" if expected == 1 else "channels"
    given_weight = ""
    if context.module is None and any(operand.shape == weight for operand in failure.weights):
        named = next(operand for operand in failure.weights if operand.shape == weight)
        given_weight = f" with {context.spelled(named)}"
    head = f"{context.where}{given_weight} expects {expected:,} input {plural}"
    # An image of 3 channels that is 32 wide is not channels-last, though the layer expects 32 channels.
    last = given[-1] == expected != given[-2] and not channels <= 4 < expected
    if failure.inputs[0] == -1 and last:
        order = (*range(len(given) - axes - 1), len(given) - 1, *range(len(given) - axes - 1, len(given) - 1))
        first = tuple([given[i] for i in order])
        how = f": x.permute({', '.join(map(str, order))})"
        text = (
            f"{head}, the input {shape_text(given)} has {channels:,}: it is channels-last, "
            f"PyTorch wants channels before {SIZES[axes]}, {AXES[axes]}."
        )
        repairs = [feed(context, first, how)]
        if len(given) == axes + 1:
            repairs.append(feed(context, (1, *first), f"{how}.unsqueeze(0)"))
        return Explanation(text, repairs)
    transposed = features_last(context, head, expected)
    if transposed is not None:
        return transposed
    made = context.origin(failure.inputs[0], len(given) - axes - 1)
    counted = (
        f"{context.name(made)} {shape_text(context.made(made))} has"
        if made < 0
        else f"{context.name(made)} gives"
    )
    text = f"{head}, {counted} {_summed(context, made, channels)}{_broadcast(context, made, channels)}."
    wrong_groups = groups > 1 and channels % groups
    if wrong_groups:
        text = f"{text[:-1]}, and groups={groups} do not divide {channels}."
    return Explanation(text, _channel_repairs(context, made, channels, expected))


def _broadcast(context: FailureContext, made: int, channels: int) -> str:
    """What made the channels of one: ", because it meets the buffer mean (1, 3, 1, 1)"."""
    met = colours.met(context, made, channels)
    return f" of 1, because it meets {context.spelled(met)}" if met else ""


def _summed(context: FailureContext, made: int, channels: int) -> str:
    """A number of channels, with its summands if a `cat` made it: "160 = 128 + 32"."""
    row = context.trace.rows[made] if made >= 0 else None
    parts = [shape[1] for shape in row.input_shapes if len(shape) > 1] if row and row.op == "cat" else []
    joined = len(parts) > 1 and sum(parts) == channels
    return f"{channels:,} = {' + '.join(f'{n:,}' for n in parts)}" if joined else f"{channels:,}"


def _channel_repairs(context: FailureContext, made: int, channels: int, expected: int) -> Iterator[Repair]:
    failure, model, given = context.failure, context.run.model, context.failure.input_shapes[0]
    groups = failure.bound.get("groups", 1)
    axes = len(failure.bound["weight"]) - 2
    met = colours.met(context, made, channels)
    one_value = colours.averaged(context, met) if met and expected == 1 else None
    if one_value is not None:
        yield one_value
    if made == -1:
        before = context.made(-1)
        if len(before) == axes + 1 and expected == 1:  # (N, H, W): gray images whose channel axis is missing
            yield feed(context, (before[0], 1, *before[1:]), ": x.unsqueeze(1)")
        axis = len(before) - axes - 1
        yield feed(context, (*before[:axis], expected, *before[axis + 1 :]))
    if context.module is not None and failure.path:
        out_channels = failure.bound["weight"][0]
        if groups != expected or groups == 1:
            common = gcd(channels, out_channels, groups) if groups > 1 else 1
            yield from rebuilt(model, failure.path, in_channels=channels, groups=common)
        elif out_channels % channels == 0:  # depthwise: one group per channel
            yield from rebuilt(model, failure.path, in_channels=channels, groups=channels)
    if context.module is None and "transpose" not in failure.op and groups == 1:
        weight = failure.bound["weight"]
        yield from rebuilt_weight(context, weight, (weight[0], channels, *weight[2:]))
    if made >= 0 and len(given) == axes + 2:
        yield from other_width(context, made, expected)


def other_width(context: FailureContext, made: int, wanted: int) -> Iterator[Repair]:
    """Repairs that give row `made` the wanted channels, alone or together with the normalization after it."""
    model, row = context.run.model, context.trace.rows[made]
    keys = {"convolution": "out_channels", "linear": "out_features"}
    key = "embedding_dim" if row.op == "embedding" else keys.get(row.family)
    if not row.path or key is None:
        return
    after = next((r for r in context.trace.rows[made + 1 :] if r.inputs[:1] == (made,)), None)
    for first in rebuilt(model, row.path, **{key: wanted}):
        yield first
        if after is not None and after.op == "batch_norm" and after.path:
            for norm in rebuilt(model, after.path, num_features=wanted):
                yield together(first, norm)._replace(family=first.family)


def features_last(context: FailureContext, head: str, expected: int) -> Explanation | None:
    """A layer for (N, C, L) after one that gives (N, L, C), as embeddings and dense layers do."""
    failure, given, index = context.failure, context.failure.input_shapes[0], context.failure.inputs[0]
    if index < 0 or len(given) != 3 or given[2] != expected:
        return None
    maker = context.origin(index, 2)
    row = context.trace.rows[maker] if maker >= 0 else None
    if row is None or not (row.family in ("linear", "recurrent", "attention") or row.op == "embedding"):
        return None

    batch = context.trace.input_shape[0]
    first = given[0] == batch or given[1] != batch  # else (L, N, C), as recurrent layers have it

    def transposed(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0].permute((0, 2, 1) if first else (1, 2, 0)), *args[1:], **kwargs)

    def transposed_and_back(func: Any, args: Any, kwargs: Any) -> Any:
        return transposed(func, args, kwargs).permute((0, 2, 1) if first else (2, 0, 1))

    here = place(context.run.model, failure.path) if context.module is not None else f"F.{failure.op}"
    to, fro = ("transpose(1, 2)",) * 2 if first else ("permute(1, 2, 0)", "permute(2, 0, 1)")
    repairs = [
        Repair(text, "transposed", patch=replaced_call(failure.op, given, call, len(context.trace)))
        for text, call in (
            (f"x = x.{to} before {here}", transposed),
            (f"x = {here}(x.{to}).{fro}", transposed_and_back),
        )
    ]
    gives = f"{context.name(maker)} gives {shape_text(given)}"
    text = f"{head}, {gives}, features last; PyTorch wants {AXES[1]} here."
    # The layer after a normalization expects the old order of the axes: that repair comes first there.
    return Explanation(text, repairs if failure.op.startswith("conv") else repairs[::-1])


def _other_axes(context: FailureContext, given: Shape, axes: int, channels: int) -> Iterator[Repair]:
    """Feed flat pixels as a square image, or leave out an axis of size 1 that is too many."""
    if context.failure.inputs[0] != -1:
        patch = without_flatten(context)
        if patch is not None:
            yield patch
        return
    if len(given) == 2:
        batch, pixels = (given[0], given[1]) if given[1] % channels == 0 else (1, 0)
        side = round((pixels // channels) ** (1 / axes))
        if side > 1 and side**axes * channels == pixels:
            yield feed(context, (batch, channels, *(side,) * axes))
        if channels == 1:
            yield feed(context, (1, 1, *given), ": x[None, None]")
    if len(given) == axes + 3 and 1 in given[:2]:
        at = given.index(1)
        yield feed(context, (*given[:at], *given[at + 1 :]), f": x.squeeze({at})")


def without_flatten(context: FailureContext) -> Repair | None:
    """Leave out a flatten before a layer that works on maps."""
    index = context.failure.inputs[0] if context.failure.inputs else -1
    row = context.trace.rows[index] if index >= 0 else None
    if row is None or row.op != "flatten" or not row.input_shapes:
        return None
    before = row.input_shapes[0]
    patch = replaced_call("flatten", before, lambda func, args, kwargs: args[0].clone(), row.index)
    return Repair(f"leave out {context.name(row.index)}", "flatten", patch=patch)


def common_divisors(*numbers: int) -> str:
    """The common divisors of these numbers, as "1, 2, 5, 10"; at most the first eight."""
    common = gcd(*numbers)
    found = [n for n in range(1, common + 1) if common % n == 0]
    return ", ".join(map(str, found[:8])) + (", ..." if len(found) > 8 else "")
