"""A loss inside forward whose prediction and target have different shapes."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.traces import Shape
from cnnbook.tracing.failures.context import Explanation, FailureContext
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
        if prediction[:1] == target[:1]:
            return None
        return Explanation(
            f"{context.where} compares {prediction[0]:,} predictions with {target[0]:,} targets: "
            f"{names[0]} {shape_text(prediction)}, {names[1]} {shape_text(target)}."
        )
    if prediction == target:
        return None
    text = (
        f"{context.where} needs equal shapes: {names[0]} gives {shape_text(prediction)}, "
        f"{names[1]} {shape_text(target)}"
    )
    maps = len(prediction) == len(target) > 2 and prediction[:2] == target[:2]
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
