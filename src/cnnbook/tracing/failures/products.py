"""A matrix product, or an einsum, of two tensors of the pass whose sizes do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import operands_as_written
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text

_TURNED = ".transpose(-2, -1)"


def matrix_product(context: FailureContext) -> Explanation | None:
    """A product of two matrices whose inner sizes differ."""
    failure = context.failure
    if failure.op not in ("matmul", "mm", "bmm") or len(failure.given) < 2:
        return None
    left, right = failure.given[:2]
    if not (isinstance(left, tuple) and isinstance(right, tuple) and len(left) > 1 and len(right) > 1):
        return None
    if left[-1] == right[-2]:
        return None
    names = [shape_text(left), shape_text(right)]
    if failure.input_shapes == (left, right):
        names = [f"{context.name(at)} {name}" for at, name in zip(failure.inputs, names, strict=True)]
    text = (
        f"{context.where} multiplies {names[0]} with {names[1]}: "
        f"the inner numbers, {left[-1]:,} and {right[-2]:,}, must be equal."
    )
    if left[-2] == right[-1] and _is_softmax(context):
        text = f"{text}\nThe second one comes from a softmax, and weights stand before what they weigh."
        return Explanation(text, [_swapped(context)])
    if left == right and _are_maps(context):
        text = f"{text}\n@ multiplies matrices; * multiplies maps number by number."
        return Explanation(text, [_elementwise(context)])
    repairs = []
    if left[-1] == right[-1]:
        repairs.append(_changed(context, 1, lambda args: (args[0], args[1].transpose(-2, -1))))
    if left[-2] == right[-2]:
        repairs.append(_changed(context, 0, lambda args: (args[0].transpose(-2, -1), args[1])))
    return Explanation(text, repairs)


def _is_softmax(context: FailureContext) -> bool:
    """Whether the second factor of a product are the weights of attention."""
    at = context.failure.inputs[1] if len(context.failure.inputs) > 1 else -1
    while at >= 0 and context.trace.rows[at].family == "dropout":
        at = context.trace.rows[at].inputs[0]
    return at >= 0 and context.trace.rows[at].op == "softmax"


def _swapped(context: FailureContext) -> Repair:
    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[1], args[0], *args[2:], **kwargs)

    first, second = operands_as_written(context.failure.error, context.failure.op) or ("v", "weights")
    patch = replaced_call(context.failure.op, context.failure.given[0], call, len(context.trace))
    return Repair(f"{second} @ {first} in place of the product", "swapped", patch=patch)


def _are_maps(context: FailureContext) -> bool:
    """Whether both factors are maps (N, C, H, W) as convolutions made them, which no view has changed."""
    inputs, rows = context.failure.inputs, context.trace.rows
    made = [context.origin(index, 1) for index in inputs[:2]]
    return len(made) == 2 and all(at >= 0 and rows[at].op == "conv2d" for at in made)


def _elementwise(context: FailureContext) -> Repair:
    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return args[0] * args[1]

    first, second = operands_as_written(context.failure.error, context.failure.op) or ("a", "b")
    patch = replaced_call(context.failure.op, context.failure.given[0], call, len(context.trace))
    return Repair(f"{first} * {second} in place of the product", "elementwise", patch=patch)


def _changed(context: FailureContext, at: int, change: Callable[[Any], tuple[Any, Any]]) -> Repair:
    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(*change(args), *args[2:], **kwargs)

    written = operands_as_written(context.failure.error, context.failure.op)
    text = f"transpose the {('first', 'second')[at]} one: {written[at] if len(written) == 2 else ''}{_TURNED}"
    patch = replaced_call(context.failure.op, context.failure.given[0], call, len(context.trace))
    return Repair(text, "transposed", patch=patch)


def einsum(context: FailureContext) -> Explanation | None:
    """An einsum in which a letter stands for two sizes, or a term has other letters than its tensor axes."""
    failure = context.failure
    equation = str(failure.bound.get("equation", "")).replace(" ", "")
    terms = equation.partition("->")[0].split(",")
    if failure.op != "einsum" or not equation:
        return None
    if len(terms) != len(failure.input_shapes):
        count = len(failure.input_shapes)
        return Explanation(
            f"{context.where}: {equation} has {len(terms)} terms, and {count} tensors are given."
        )
    read = [*zip(terms, failure.inputs, failure.input_shapes, strict=True)]
    sizes: dict[str, tuple[int, int, int]] = {}
    for term, index, shape in read:
        if not term.isalpha():
            return None
        if len(term) != len(shape):
            text = (
                f"{context.where}: {term} in {equation} names {len(term)} axes, "
                f"{context.name(index)} {shape_text(shape)} has {len(shape)}."
            )
            return Explanation(text)
        for axis, (letter, n) in enumerate(zip(term, shape, strict=True)):
            first = sizes.setdefault(letter, (n, index, axis))
            if n != first[0] and 1 not in (n, first[0]):
                text = (
                    f"{context.where}: {letter} in {equation} stands for {first[0]} in "
                    f"{context.name(first[1])} and for {n} in {context.name(index)} {shape_text(shape)}."
                )
                return Explanation(text, _as_wide(context, (first, (n, index, axis))))
    return None


def _as_wide(
    context: FailureContext, pair: tuple[tuple[int, int, int], tuple[int, int, int]]
) -> Iterator[Repair]:
    """Either side as wide as the other, where a layer made it."""
    for (_, index, axis), (wanted, _, _) in (pair[::-1], pair):
        made = context.origin(index, axis) if index >= 0 else -1
        if (made >= 0 and axis == len(context.made(index)) - 1) or (made >= 0 and axis == 1):
            yield from other_width(context, made, wanted)
