"""A function that compares tensors number by number, such as a triplet loss, and gets unequal shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from cnnbook.traces import Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import operands_as_written
from cnnbook.tracing.failures.makers import width_maker
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text

_TRIPLET = ("the anchor", "the positive", "the negative")
_ROLES = {
    "triplet_margin_loss": _TRIPLET,
    "triplet_margin_with_distance_loss": _TRIPLET,
    "pairwise_distance": ("x1", "x2"),
    "cosine_similarity": ("x1", "x2"),
    "cosine_embedding_loss": ("input1", "input2"),
    "margin_ranking_loss": ("input1", "input2"),
}


def unequal(context: FailureContext) -> Explanation | None:
    """The embeddings that a loss or a distance compares have different shapes."""
    failure = context.failure
    roles = _ROLES.get(failure.op, ())
    shapes = failure.input_shapes[: len(roles)]
    if not roles or len(shapes) < len(roles) or len(set(shapes)) < 2:
        return None
    given = [
        f"{role} is {context.name(index)} {shape_text(shape)}"
        for role, index, shape in zip(roles, failure.inputs, shapes, strict=False)
    ]
    text = f"{context.where} needs equal shapes: {', '.join(given)}."
    return Explanation(text, _repairs(context, shapes))


def target(context: FailureContext) -> Explanation | None:
    """The target of a loss on pairs of embeddings has an axis too many, or is of another batch."""
    failure = context.failure
    shapes, at = failure.input_shapes, len(_ROLES.get(failure.op, ()))
    if failure.op != "cosine_embedding_loss" or len(shapes) != 3 or shapes[2] == shapes[0][:1]:
        return None
    wanted, given = shape_text(shapes[0][:1]), f"{context.name(failure.inputs[2])} {shape_text(shapes[2])}"
    text = (
        f"{context.where} takes one target, 1 or -1, for each pair of embeddings {shape_text(shapes[0])}: "
        f"{wanted}; the target is {given}."
    )
    return Explanation(text, [_squeezed(context, at, 1)] if shapes[2] == (*shapes[0][:1], 1) else ())


def _repairs(context: FailureContext, shapes: tuple[Shape, ...]) -> Iterator[Repair]:
    """Give the one that differs the shape of the others; of two, either that of the other."""
    usual, count = Counter(shapes).most_common(1)[0]
    for at, shape in enumerate(shapes):
        if count > 1 and shape == usual:
            continue
        others = [usual] if count > 1 else [other for other in shapes if other != shape]
        for wanted in others:
            if len(shape) == len(wanted) and shape[:-1] == wanted[:-1]:
                made = width_maker(context, context.failure.inputs[at], shape[-1])
                yield from other_width(context, made, wanted[-1]) if made is not None else ()
            for axis, n in enumerate(shape):
                if n == 1 and (*shape[:axis], *shape[axis + 1 :]) == wanted:
                    yield _squeezed(context, at, axis)


def _squeezed(context: FailureContext, at: int, axis: int) -> Repair:
    failure = context.failure
    written = operands_as_written(failure.error, failure.op)
    roles = (*_ROLES[failure.op], "target")
    name = written[at] if len(written) > at else roles[at].removeprefix("the ")
    without = name.removesuffix(f".unsqueeze({axis})")
    change = f"{without} in place of {name}" if without != name else f"{name}.squeeze({axis})"

    def call(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        new = [*args]
        new[at] = new[at].squeeze(axis)
        return func(*new, **kwargs)

    patch = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    return Repair(f"{change} in that {failure.op}", "squeeze", patch=patch)
