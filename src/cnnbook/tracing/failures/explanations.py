"""Makes a TraceError of a Failure: the first explanation that fits, and those of its repairs that work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cnnbook.traces import Trace
from cnnbook.tracing.failures import (
    assertions,
    attention,
    batches,
    channels,
    cropping,
    divisions,
    dtypes,
    features,
    flat_scores,
    followers,
    gates,
    joins,
    kernels,
    normalization,
    pooling,
    python_errors,
    recurrent,
    rounding,
    skip_rows,
    squeezes,
    transposed,
)
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.errors import Failure, TraceError, last_line
from cnnbook.tracing.failures.trials import FailedRun, Repair
from cnnbook.tracing.failures.wording import shape_text

_OFFERED = 3
_EXPLANATIONS: tuple[Callable[[FailureContext], Explanation | None], ...] = (
    batches.batch_of_one,
    followers.followers,
    normalization.normalization,
    recurrent.recurrent,
    attention.attention,
    attention.heads,
    assertions.assertion,
    python_errors.python_error,
    dtypes.mismatch,
    flat_scores.flat_scores,
    divisions.split,
    divisions.slices,
    divisions.unshuffle,
    divisions.fixed_grid,
    gates.flat_gate,
    pooling.pooling,
    recurrent.both_directions,
    features.linear,
    features.view,
    features.matrix_product,
    skip_rows.missing_skip,
    channels.convolution,
    kernels.kernel,
    gates.gate,
    rounding.rounding,
    transposed.transposed,
    cropping.cropping,
    skip_rows.other_skip,
    joins.addition,
    joins.concatenation,
)


def explain(run: FailedRun, trace: Trace, failure: Failure) -> TraceError:
    """The TraceError for a failure: which numbers disagree, where each came from, which repairs work."""
    context = FailureContext(run, trace, failure)
    explanation = next((found for found in (_safely(why, context) for why in _EXPLANATIONS) if found), None)

    def about_the_batch(context: FailureContext) -> Explanation | None:
        return (
            batches.missing_batch(context, explanation)
            or batches.mixed_batch(context, explanation)
            or squeezes.squeezed_batch(context, explanation)
        )

    with_batch = _safely(about_the_batch, context) if failure.op or explanation else None
    text, repairs = with_batch or explanation or Explanation(_without_cause(context))
    working, halfway = _tried(context, repairs)
    if halfway and not working:
        text = f"{text}\n{halfway}"
    return TraceError(text, trace, tuple(working), last_line(failure))


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
        if outcome.works and not _mixes_images(outcome.trace):
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
    """Whether the output of a network has another number of images than its input."""
    if trace is None or trace.output_shape[:1] == trace.input_shape[:1]:
        return False
    return any(note.startswith(batches.CHANGED) for note in trace.notes) or any(
        row.op == "cat" and row.arguments["dim"] % len(row.output_shape) == 0 and max(row.inputs) >= 0
        for row in trace.rows
    )


def _without_cause(context: FailureContext) -> str:
    shapes = context.failure.input_shapes
    given = f" on {' and '.join(map(shape_text, shapes))}" if shapes else ""
    count = len(context.trace)
    after = f"after {count} row{'s' if count > 1 else ''} that worked" if count else "the first operation"
    return f"{context.where} fails{given}, {after}."
