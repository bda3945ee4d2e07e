"""A loss over classes whose targets do not fit: axes, sizes, number of classes, number types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from cnnbook.traces import Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import operands_as_written
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by, shape_text
from cnnbook.tracing.torch_internals import NUMBER_TYPES, says

LOSSES = ("cross_entropy", "nll_loss")
_Changed = Callable[[Tensor], Tensor]


def classes(context: FailureContext) -> Explanation | None:
    """The scores of the classes and the targets, in a cross_entropy or nll_loss, do not fit."""
    failure = context.failure
    shapes = failure.given[:2]
    if failure.op not in LOSSES or len(shapes) < 2 or not all(isinstance(s, tuple) and s for s in shapes):
        return None
    scores, targets = shapes
    if len(scores) < 2 or scores[0] != targets[0]:
        return None
    names = _names(context, scores, targets)
    given = f"{names[0]} {shape_text(scores)}, {names[1]} {shape_text(targets)}"
    if len(scores) > 2 and targets == scores[:-1]:
        text = f"{context.where} wants the classes of the scores on axis 1, here they stand last: {given}."
        method = "movedim(-1, 1)" if len(scores) > 3 else "transpose(1, 2)"
        return Explanation(text, [_changed(context, 0, method, lambda x: x.movedim(-1, 1))])
    if targets == (scores[0], 1, *scores[2:]):
        fitting = shape_text((scores[0], *scores[2:]))
        each = "pixel" if len(scores) == 4 else "place" if len(scores) > 2 else "row of scores"
        text = f"{context.where} takes one class number for each {each}, {fitting}: {given}."
        return Explanation(text, [_changed(context, 1, "squeeze(1)", lambda x: x.squeeze(1))])
    if len(targets) == len(scores) - 1 and len(scores) > 2 and targets[1:] != scores[2:]:
        text = f"{context.where} compares a class for each pixel: {given}; the sizes differ, "
        text = f"{text}{by(scores[2:])} and {by(targets[1:])}."
        return Explanation(text, _resized(context, targets[1:]) if len(scores) == 4 else ())
    if targets == scores and failure.dtypes[1:2] == ("int64",):
        text = (
            f"{context.where} takes class numbers {shape_text((scores[0], *scores[2:]))}, or a probability "
            f"of each class as a float; the target is int64, one-hot: {given}."
        )
        numbers = _changed(context, 1, "argmax(1)", lambda x: x.argmax(1))
        floats = _changed(context, 1, "float()", Tensor.float)
        return Explanation(text, [numbers, floats._replace(family="floats")])
    if len(targets) == len(scores) and targets[1] != scores[1] and targets[2:] == scores[2:]:
        text = (
            f"{context.where} has scores of {scores[1]} classes and probabilities of {targets[1]}: {given}."
        )
        return Explanation(text, _as_many_classes(context, targets[1]))
    return None


def class_numbers(context: FailureContext) -> Explanation | None:
    """Targets of another number type than the loss takes: int64 for class numbers, floats for BCE."""
    failure = context.failure
    binary = failure.op.startswith("binary_cross_entropy")
    if not binary and (failure.op not in LOSSES or not says(failure.error, NUMBER_TYPES)):
        return None
    if len(failure.dtypes) < 2 or len(failure.given) < 2 or not isinstance(failure.given[1], tuple):
        return None
    given, target = failure.dtypes[:2]
    if target == (given if binary else "int64"):
        return None
    name = _names(context, *failure.given[:2])[1]
    wrong = f"{name} {shape_text(failure.given[1])}, the target, is {target}"
    if binary:
        text = f"{context.where} wants a target of the type of the prediction, {given}; {wrong}."
        method, changed = "float", Tensor.float
    else:
        text = f"{context.where} takes class numbers as int64; {wrong}."
        method, changed = "long", Tensor.long
    return Explanation(text, [_changed(context, 1, f"{method}()", changed)])


def _names(context: FailureContext, *shapes: Shape) -> list[str]:
    """What made the scores and the targets; a tensor that no row made is one of the network's own."""
    known = [*zip(context.failure.input_shapes, context.failure.inputs, strict=False)]
    found = []
    for shape in shapes:
        at = next((pair for pair in known if pair[0] == shape), None)
        if at is not None:
            known.remove(at)
        found.append(context.name(at[1]) if at else "a tensor made in forward")
    return found


def _changed(context: FailureContext, at: int, method: str, change: _Changed) -> Repair:
    """The repair that calls a method of the scores, or of the targets, before they go into the loss."""
    failure = context.failure
    written = operands_as_written(failure.error, failure.op)
    name = written[at] if len(written) > at else ("input", "target")[at]

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        new = [*args]
        new[at] = change(new[at])
        return func(*new, **kwargs)

    patch = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    return Repair(f"{name}.{method} in that {failure.op}", "argument", patch=patch)


def _resized(context: FailureContext, size: Shape) -> list[Repair]:
    """The repair that brings the scores to the size of the targets."""
    failure = context.failure
    written = operands_as_written(failure.error, failure.op)
    name, wanted = written[0] if written else "input", shape_text(size)

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(F.interpolate(args[0], size=size), *args[1:], **kwargs)

    patch = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    text = f"F.interpolate({name}, size={wanted}) in that {failure.op}"
    return [Repair(text, "argument", patch=patch)]


def _as_many_classes(context: FailureContext, count: int) -> Iterator[Repair]:
    made = context.origin(context.failure.inputs[0], 1)
    if made >= 0:
        yield from other_width(context, made, count)
