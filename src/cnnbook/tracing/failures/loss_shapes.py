"""A loss inside forward whose prediction and target have different shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cnnbook.traces import Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import operands_as_written
from cnnbook.tracing.failures.layer_repairs import together, with_attributes
from cnnbook.tracing.failures.size_search import rows_up_to, setting_for
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by, shape_text

_EQUAL_SHAPES = frozenset(
    (
        *("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss", "kl_div"),
        *("binary_cross_entropy", "binary_cross_entropy_with_logits"),
    )
)
_CLASSES = ("cross_entropy", "nll_loss")


def loss(context: FailureContext) -> Explanation | None:
    """A loss that compares tensors of different shapes, or more predictions than there are targets."""
    failure = context.failure
    operands = [value for value in failure.given[:2] if isinstance(value, tuple)]
    if failure.op not in (*_EQUAL_SHAPES, *_CLASSES) or len(operands) < 2 or not all(operands):
        return None
    prediction, target = operands
    names = _names(context, operands)
    if failure.op in _CLASSES:
        given = f"{names[0]} {shape_text(prediction)}, {names[1]} {shape_text(target)}"
        if prediction[:1] != target[:1]:
            count = f"{prediction[0]:,} predictions with {target[0]:,} targets"
            return Explanation(f"{context.where} compares {count}: {given}.")
        return None
    if prediction == target:
        return None
    text = (
        f"{context.where} needs equal shapes: {names[0]} gives {shape_text(prediction)}, "
        f"{names[1]} {shape_text(target)}"
    )
    maps = len(prediction) == len(target) > 2 and prediction[:2] == target[:2]
    if prediction == (*target, 1):
        return Explanation(f"{text}.", [_squeezed(context, names[0])])
    axis = _missing(prediction, target)
    if axis is not None:
        return Explanation(f"{text}.", [_with_axis(context, axis)])
    if not maps:
        return Explanation(f"{text}.")
    text = f"{text}; the sizes differ, {by(prediction[2:])} and {by(target[2:])}."
    return Explanation(text, _upsampled(context, target[2:]))


def _names(context: FailureContext, operands: list[Shape]) -> list[str]:
    """What made the prediction and the target; a tensor that no row made is one of the network's own."""
    inputs = dict(zip(context.failure.input_shapes, context.failure.inputs, strict=False))
    return [
        context.name(inputs[shape]) if shape in inputs else "a tensor made in forward" for shape in operands
    ]


def _squeezed(context: FailureContext, name: str) -> Repair:
    """The repair that drops the last axis, of size 1, of a prediction (N, 1) for targets (N,)."""
    failure = context.failure

    def call(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        return func(args[0].squeeze(-1), *args[1:], **kwargs)

    patch = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    return Repair(f"{name} as x.squeeze(-1)", "squeeze", patch=patch)


def _missing(prediction: Shape, target: Shape) -> int | None:
    """The axis of size 1 that a prediction has and a target lacks; None if that is not the difference.

    >>> _missing((2, 1, 8, 8), (2, 8, 8)), _missing((2, 3, 8, 8), (2, 8, 8))
    (1, None)
    """
    ones = (axis for axis, n in enumerate(prediction) if n == 1)
    return next((a for a in ones if (*prediction[:a], *prediction[a + 1 :]) == target), None)


def _with_axis(context: FailureContext, axis: int) -> Repair:
    """The repair that gives the target an axis of size 1 where the prediction has one."""
    failure = context.failure

    def call(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        return func(args[0], args[1].unsqueeze(axis), *args[2:], **kwargs)

    name = (operands_as_written(failure.error, failure.op)[1:2] or ["target"])[0]
    patch = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    return Repair(f"{name}.unsqueeze({axis}) in that {failure.op}", "unsqueeze", patch=patch)


def _upsampled(context: FailureContext, wanted: Shape) -> Iterator[Repair]:
    """Give all transposed convolutions an output_padding, or the one that is enough."""
    model, index = context.run.model, context.failure.inputs[0]
    rows = rows_up_to(context.trace, index)
    if not rows:
        return
    ups = [row for row in rows if row.op.startswith("conv_transpose") and row.path]
    lacking = [
        row for row in ups if max(row.arguments["stride"]) > 1 and not any(row.arguments["output_padding"])
    ]
    if lacking:
        yield together(*(with_attributes(model, row.path, output_padding=1) for row in lacking))._replace(
            family="output_padding"
        )
    for row in ups:
        setting = setting_for(rows, context.trace.input_shape[2:], wanted, row, "output_padding")
        if setting is not None:
            yield with_attributes(model, row.path, output_padding=setting)._replace(family="output_padding")
