"""From a Failure to a TraceError: the first explanation that fits, and those of its repairs that work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cnnbook.traces import Trace
from cnnbook.tracing.failures import batches, channels, dtypes, features, joins, norms, own_code, windows
from cnnbook.tracing.failures.attempts import Attempt, Repair
from cnnbook.tracing.failures.cases import Case, Explained, shape_text
from cnnbook.tracing.failures.errors import Failure, TraceError, last_line

_OFFERED = 3
_EXPLANATIONS: tuple[Callable[[Case], Explained | None], ...] = (
    batches.batch_of_one,
    norms.normalization,
    own_code.own_code,
    dtypes.mismatch,
    features.linear,
    features.view,
    features.matrix_product,
    channels.convolution,
    windows.window,
    joins.addition,
    joins.concatenation,
)


def explain(attempt: Attempt, seen: Trace, failure: Failure) -> TraceError:
    """The TraceError that says which numbers disagree, where each came from, and which repairs work."""
    case = Case(attempt, seen, failure)
    explained = next((found for found in (_safely(why, case) for why in _EXPLANATIONS) if found), None)
    with_batch = (
        _safely(lambda case: batches.missing_batch(case, explained) or batches.mixed(case, explained), case)
        if failure.op or explained
        else None
    )
    text, repairs = with_batch or explained or Explained(_plainly(case))
    working, halfway = _tried(case, repairs)
    if halfway and not working:
        text = f"{text}\n{halfway}"
    return TraceError(text, seen, tuple(working), last_line(failure))


def _safely(why: Callable[[Case], Explained | None], case: Case) -> Explained | None:
    """An explanation must not hide the failure it explains, whatever strange network it meets."""
    try:
        return why(case)
    except Exception:
        return None


def _tried(case: Case, repairs: Iterable[Repair]) -> tuple[list[str], str]:
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
        outcome = case.attempt.outcome(repair)
        if outcome.works and not _mixes_images(outcome.trace):
            working[repair.family] = repair.text
        elif (
            outcome.trace is not None and outcome.failure is not None and len(outcome.trace) > len(case.seen)
        ):
            later = Case(case.attempt, outcome.trace, outcome.failure)
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


def _plainly(case: Case) -> str:
    shapes = case.failure.input_shapes
    given = f" on {' and '.join(map(shape_text, shapes))}" if shapes else ""
    count = len(case.seen)
    after = f"after {count} row{'s' if count > 1 else ''} that worked" if count else "the first operation"
    return f"{case.where} fails{given}, {after}."
