"""From a Failure to a TraceError: the first explanation that fits, and those of its repairs that work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cnnbook.traces import Trace
from cnnbook.tracing.failures import (
    batches,
    channels,
    dtypes,
    features,
    joins,
    kernels,
    normalization,
    python_errors,
)
from cnnbook.tracing.failures.context import Explanation, FailureContext, shape_text
from cnnbook.tracing.failures.errors import Failure, TraceError, last_line
from cnnbook.tracing.failures.trials import FailedRun, Repair

_OFFERED = 3
_EXPLANATIONS: tuple[Callable[[FailureContext], Explanation | None], ...] = (
    batches.batch_of_one,
    normalization.normalization,
    python_errors.python_error,
    dtypes.mismatch,
    features.linear,
    features.view,
    features.matrix_product,
    channels.convolution,
    kernels.kernel,
    joins.addition,
    joins.concatenation,
)


def explain(run: FailedRun, trace: Trace, failure: Failure) -> TraceError:
    """The TraceError that says which numbers disagree, where each came from, and which repairs work."""
    context = FailureContext(run, trace, failure)
    explanation = next((found for found in (_safely(why, context) for why in _EXPLANATIONS) if found), None)

    def about_the_batch(context: FailureContext) -> Explanation | None:
        return batches.missing_batch(context, explanation) or batches.mixed(context, explanation)

    with_batch = _safely(about_the_batch, context) if failure.op or explanation else None
    text, repairs = with_batch or explanation or Explanation(_plainly(context))
    working, halfway = _tried(context, repairs)
    if halfway and not working:
        text = f"{text}\n{halfway}"
    return TraceError(text, trace, tuple(working), last_line(failure))


def _safely(
    why: Callable[[FailureContext], Explanation | None], context: FailureContext
) -> Explanation | None:
    """An explanation must not hide the failure it explains, whatever strange network it meets."""
    try:
        return why(context)
    except Exception:
        return None


def _tried(context: FailureContext, repairs: Iterable[Repair]) -> tuple[list[str], str]:
    """The repairs that work, and a sentence on one that mends this row but not the whole network."""
    working: dict[str, str] = {}
    halfway = ""
    candidates = iter(repairs)
    while len(working) < _OFFERED:
        try:
            repair = next(candidates)
        except StopIteration:
            break
        except Exception:  # as in _safely
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


def _mixes_images(seen: Trace | None) -> bool:
    """Whether a network runs, but on another number of images than it was given."""
    if seen is None or seen.output_shape[:1] == seen.input_shape[:1]:
        return False
    return any(note.startswith(batches.CHANGED) for note in seen.notes) or any(
        row.op == "cat" and row.arguments["dim"] % len(row.output_shape) == 0 and max(row.inputs) >= 0
        for row in seen.rows
    )


def _plainly(context: FailureContext) -> str:
    shapes = context.failure.input_shapes
    given = f" on {' and '.join(map(shape_text, shapes))}" if shapes else ""
    count = len(context.trace)
    after = f"after {count} row{'s' if count > 1 else ''} that worked" if count else "the first operation"
    return f"{context.where} fails{given}, {after}."
