"""Makes a TraceError of a Failure: the first explanation that fits, and those of its repairs that work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cnnbook.traces import Row, Trace
from cnnbook.tracing.failures import (
    assertions,
    attention,
    attention_masks,
    axes,
    batch_notes,
    batches,
    brackets,
    byte_images,
    channel_settings,
    channels,
    compared,
    cropping,
    devices,
    divisions,
    dtypes,
    features,
    first_states,
    fixed_views,
    flat_scores,
    folds,
    followers,
    gates,
    indices,
    interpolation,
    joins,
    kernels,
    layer_calls,
    lists,
    loss_shapes,
    losses_of_classes,
    missing_axes,
    moved_axes,
    normalization,
    not_tensors,
    operand_joins,
    operand_products,
    pads,
    parts,
    patches,
    pooling,
    products,
    python_errors,
    recurrent,
    rounding,
    shuffles,
    skip_rows,
    squeezes,
    transposed,
)
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.errors import Failure, TraceError, last_line
from cnnbook.tracing.failures.second_batch import SecondBatch
from cnnbook.tracing.failures.trials import FailedRun, Repair
from cnnbook.tracing.failures.wording import shape_text

_OFFERED = 3
_EXPLANATIONS: tuple[Callable[[FailureContext], Explanation | None], ...] = (
    not_tensors.not_a_tensor,
    batches.batch_of_one,
    moved_axes.channels,
    moved_axes.layer_norm,
    moved_axes.frames,
    followers.followers,
    channel_settings.instance_norm,
    channel_settings.group_norm,
    normalization.normalization,
    recurrent.recurrent,
    first_states.first_state,
    first_states.queries,
    layer_calls.layer_call,
    lists.without_list,
    brackets.brackets,
    parts.unpacked,
    devices.missing_device,
    attention_masks.padding_mask,
    attention.attention,
    attention.heads,
    assertions.assertion,
    python_errors.python_error,
    indices.out_of_range,
    losses_of_classes.class_numbers,
    byte_images.byte_image,
    dtypes.mismatch,
    missing_axes.convolution,
    gates.flat_gate,
    gates.gate,
    missing_axes.join,
    flat_scores.flat_scores,
    channel_settings.prelu,
    pads.pad,
    shuffles.pixel_shuffle,
    shuffles.unflatten,
    parts.split,
    interpolation.interpolate,
    axes.missing_axis,
    divisions.split,
    divisions.slices,
    divisions.unshuffle,
    fixed_views.fixed_width,
    divisions.fixed_grid,
    patches.patches,
    pooling.pooling,
    recurrent.both_directions,
    features.linear,
    fixed_views.fixed_batch,
    features.view,
    operand_products.product,
    operand_products.einsum,
    operand_products.kernel_axes,
    operand_products.expansion,
    operand_products.class_weights,
    products.matrix_product,
    products.einsum,
    skip_rows.missing_skip,
    channels.convolution,
    kernels.kernel,
    operand_joins.elementwise,
    operand_joins.concatenation,
    rounding.rounding,
    transposed.transposed,
    cropping.cropping,
    skip_rows.other_skip,
    joins.addition,
    joins.concatenation,
    losses_of_classes.classes,
    loss_shapes.loss,
    compared.unequal,
    compared.target,
)


def explain(run: FailedRun, trace: Trace, failure: Failure) -> TraceError:
    """The TraceError for a failure: which numbers disagree, where each came from, which repairs work."""
    context = FailureContext(run, trace, failure)
    explanation = next((found for found in (_safely(why, context) for why in _EXPLANATIONS) if found), None)

    def about_the_batch(context: FailureContext) -> Explanation | None:
        return (
            batches.missing_batch(context, explanation)
            or folds.changed_batch(context, explanation)
            or batch_notes.read_before(context, explanation)
            or squeezes.squeezed_batch(context, explanation)
        )

    with_batch = _safely(about_the_batch, context) if failure.op or explanation else None
    text, repairs = with_batch or explanation or Explanation(_without_cause(context))
    working, halfway = _tried(context, repairs)
    if halfway and not working:
        text = f"{text}\n{halfway}"
    failed = Row(
        len(trace),
        failure.path,
        failure.module,
        failure.op or "forward",
        failure.inputs,
        failure.input_shapes,
        (),
    )
    return TraceError(text, trace, tuple(working), last_line(failure), failed)


def _safely(
    why: Callable[[FailureContext], Explanation | None], context: FailureContext
) -> Explanation | None:
    """Try one explanation; an error inside of it must not hide the failure that it should explain."""
    try:
        return why(context)
    except Exception:
        return None


def _tried(context: FailureContext, repairs: Iterable[Repair]) -> tuple[list[str], str]:
    """The repairs that work, and a sentence on one with which this row runs but a later one fails."""
    working: dict[str, str] = {}
    halfway = ""
    candidates = iter(repairs)
    second: SecondBatch | None = None
    while len(working) < _OFFERED:
        try:
            repair = next(candidates)
        except StopIteration:
            break
        except Exception:  # an error in a repair must not hide the failure either
            break
        if repair.family in working or repair.text in working.values():
            continue
        outcome = context.run.outcome(repair)
        if outcome.works:
            second = second or SecondBatch(context)
            mixed = _mixes_images(outcome.trace) and not folds.joins_frames(context)
            if not mixed and second.holds(repair):
                working[repair.family] = repair.text
        elif (
            outcome.trace is not None
            and outcome.failure is not None
            and len(outcome.trace) > len(context.trace)
        ):
            later = FailureContext(context.run, outcome.trace, outcome.failure)
            halfway = halfway or f"Tried: {repair.text}; then this row runs, and {later.where} fails next."
    return list(working.values()), halfway


def _mixes_images(trace: Trace | None) -> bool:
    """Whether a network gives another number of images than it got, or takes them for channels."""
    if trace is None:
        return False
    if any(note.startswith(batch_notes.READ_AS_CHANNELS) for note in trace.notes):
        return True
    if trace.output_shape[:1] == trace.input_shape[:1]:
        return False
    return any(note.startswith(batches.CHANGED) for note in trace.notes) or any(
        row.op == "cat" and row.arguments["dim"] % len(row.output_shape) == 0 and max(row.inputs) >= 0
        for row in trace.rows
    )


def _without_cause(context: FailureContext) -> str:
    read = zip(context.failure.inputs, context.failure.input_shapes, strict=False)
    shapes = [str(context.operand(index) or shape_text(shape)) for index, shape in read]
    given = f" on {' and '.join(shapes)}" if shapes else ""
    count = len(context.trace)
    after = f"after {count} row{'s' if count > 1 else ''} that worked" if count else "the first operation"
    return f"{context.where} fails{given}, {after}."
