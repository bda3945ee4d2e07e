"""A parameter, buffer or constant that does not fit in a product, a convolution or a loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from cnnbook.traces import Operand, Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.operand_repairs import (
    Mismatch,
    changed_operand,
    fed_batch,
    fed_for,
    in_the_call,
    parameter_repair,
    rebuilt_operand,
    with_shape,
)
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text


def product(context: FailureContext) -> Explanation | None:
    """A matrix product of a tensor with a parameter, buffer or constant whose inner size differs."""
    failure = context.failure
    if failure.op not in ("matmul", "mm", "bmm") or not failure.operands or len(failure.input_shapes) != 2:
        return None
    operand = context.spelled(failure.operands[0])
    at = 1 - operand.position
    index, shape = failure.inputs[at], failure.input_shapes[at]
    other = with_shape(context.name(index), shape)
    if failure.op == "bmm" and len(operand.shape) == 2:
        return _without_batch(context, operand, shape, other)
    left, right = failure.input_shapes
    if failure.op == "bmm" and len(left) == len(right) == 3 and left[0] != right[0] and left[2] == right[1]:
        batches = f"{operand} has a batch of {operand.shape[0]}, {other} one of {shape[0]}"
        return Explanation(
            f"{context.where} multiplies batches of equal length: {batches}.",
            [fed_batch(context, operand.shape[0])],
        )
    if len(left) < 2 or len(right) < 2 or left[-1] == right[-2]:
        return None
    pair = (other, str(operand)) if at == 0 else (str(operand), other)
    text = (
        f"{context.where} multiplies {pair[0]} with {pair[1]}: "
        f"the inner numbers, {left[-1]:,} and {right[-2]:,}, must be equal."
    )
    return Explanation(text, _product_repairs(context, operand, index, shape))


def einsum(context: FailureContext) -> Explanation | None:
    """An einsum in which one letter stands for two sizes, one of them of a parameter, buffer or constant."""
    failure = context.failure
    terms = str(failure.bound.get("equation", "")).replace(" ", "").partition("->")[0].split(",")
    if failure.op != "einsum" or not failure.operands or len(terms) != len(failure.input_shapes):
        return None
    read = [*zip(terms, failure.inputs, failure.input_shapes, strict=True)]
    if any(not term.isalpha() or len(term) != len(shape) for term, _, shape in read):
        return None
    for term, at, made in read:
        operand = context.operand(at)
        for letter, size in zip(term, made, strict=True) if operand is not None else ():
            for other_term, index, shape in read:
                now = shape[other_term.index(letter)] if letter in other_term else size
                if operand is not None and now != size and context.operand(index) is None:
                    text = (
                        f"{context.where}: {letter} stands for {now:,} in "
                        f"{with_shape(context.name(index), shape)} and for {size:,} in {operand}."
                    )
                    mismatch = Mismatch(term.index(letter), now, size)
                    return Explanation(text, rebuilt_operand(context, operand, [mismatch]))
    return None


def kernel_axes(context: FailureContext) -> Explanation | None:
    """A kernel given to F.conv2d without the axes for its channels."""
    failure = context.failure
    weight = failure.bound.get("weight")
    if not failure.op.startswith("conv") or failure.op[-2:] not in ("1d", "2d", "3d") or context.module:
        return None
    axes = int(failure.op[-2])
    if not isinstance(weight, tuple) or len(weight) != axes:
        return None
    named = weight_name(context, weight)
    text = (
        f"{context.where} takes its kernel as (out_channels, in_channels / groups, height and width), "
        f"{axes + 2} axes; {named} has {axes}."
    )
    name = next((o.name for o in failure.weights if o.shape == weight and o.name), "kernel")

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0], args[1][None, None], *args[2:], **kwargs)

    patch = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    return Explanation(text, [Repair(f"{name}[None, None] in that {failure.op}", "operand", patch=patch)])


def expansion(context: FailureContext) -> Explanation | None:
    """A parameter or buffer that is expanded to another size than it has."""
    failure = context.failure
    if failure.op != "expand" or not failure.operands:
        return None
    operand = context.spelled(failure.operands[0])
    wanted = failure.given[1] if isinstance(failure.given[1], tuple) else failure.given[1:]
    if len(wanted) != len(operand.shape):
        return None
    pairs = enumerate(zip(wanted, operand.shape, strict=True))
    sizes = [Mismatch(axis, n, m) for axis, (n, m) in pairs if n not in (m, -1) and m != 1]
    if not sizes:
        return None
    which = ", ".join(f"axis {m.axis} has {m.wanted:,} and not 1 or {m.now:,}" for m in sizes)
    text = f"{context.where} cannot expand {operand} to {shape_text(wanted)}: {which}."
    return Explanation(text, rebuilt_operand(context, operand, sizes))


def class_weights(context: FailureContext) -> Explanation | None:
    """A loss inside of forward whose weights are for another number of classes."""
    failure = context.failure
    if failure.op not in ("cross_entropy", "nll_loss") or len(failure.input_shapes) < 2:
        return None
    scores = failure.input_shapes[0]
    # The tensors of the call are the scores, the targets and then the weights.
    found = [o for o in failure.operands if o.position >= 2 and len(o.shape) == 1]
    if len(scores) < 2 or not found or found[0].shape == scores[1:2]:
        return None
    weights = context.spelled(found[0])
    made = context.origin(failure.inputs[0], 1)
    text = (
        f"{context.where} has weights for {weights.shape[0]} classes, {weights}; "
        f"{with_shape(context.name(made), context.made(made))} gives {scores[1]} classes."
    )

    def repairs() -> Iterator[Repair]:
        if made >= 0:
            yield from other_width(context, made, weights.shape[0])
        if found[0].kind in ("buffer", "parameter"):
            yield parameter_repair(context, found[0].name, (scores[1],), "ones")

    return Explanation(text, repairs())


def weight_name(context: FailureContext, shape: Shape) -> str:
    """What was given as a weight of this shape: "the buffer kernel (3, 3)"."""
    found = [operand for operand in context.failure.weights if operand.shape == shape]
    return str(context.spelled(found[0])) if found else f"the weight {shape_text(shape)}"


def _product_repairs(context: FailureContext, operand: Operand, index: int, shape: Shape) -> Iterator[Repair]:
    left, right = context.failure.input_shapes
    name = in_the_call(operand)
    if operand.position == 1:
        mismatch = Mismatch(len(right) - 2, left[-1], right[-2])
        if right[-1] == left[-1]:
            turned = ".t()" if len(right) == 2 else ".transpose(-2, -1)"
            text = f"{name}{turned} in that {context.failure.op}"
            yield changed_operand(context, operand, text, lambda tensor, _: tensor.transpose(-2, -1))
            return
        yield from rebuilt_operand(context, operand, [mismatch])
        made = context.origin(index, len(left) - 1)
        if made >= 0:
            row = context.trace.rows[made]
            if row.family in ("convolution", "linear"):
                yield from other_width(context, made, right[-2])
            elif row.op == "flatten":
                yield from other_width(context, context.origin(row.inputs[0], 1), right[-2])
        return
    mismatch = Mismatch(len(right) - 2, right[-2], left[-1])
    if left[-2] == right[-2]:
        turned = ".t()" if len(left) == 2 else ".transpose(-2, -1)"
        text = f"{name}{turned} in that {context.failure.op}"
        yield changed_operand(context, operand, text, lambda tensor, _: tensor.transpose(-2, -1))
        return
    yield from fed_for(context, index, [mismatch])
    if len(left) < 2 or left[-1] != left[-2]:
        yield from rebuilt_operand(context, operand, [mismatch._replace(axis=len(left) - 1)])


def _without_batch(context: FailureContext, operand: Operand, shape: Shape, other: str) -> Explanation | None:
    if len(shape) != 3:
        return None
    text = (
        f"{context.where} multiplies batches of matrices, 3 axes on both sides: {operand} has 2 axes and no "
        f"batch, {other} has a batch of {shape[0]}."
    )
    name = in_the_call(operand)
    written = f"torch.matmul({name}, ...)" if operand.position == 0 else f"torch.matmul(..., {name})"

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return torch.matmul(*args, **kwargs)

    patch = replaced_call("bmm", context.failure.given[0], call, len(context.trace))
    return Explanation(text, [Repair(f"{written} in place of torch.bmm", "operand", patch=patch)])
