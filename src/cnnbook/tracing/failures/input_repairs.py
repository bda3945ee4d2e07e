"""Repairs that feed another input: a size with which a kernel fits, or the needed features come out."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.traces import Shape
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.size_search import USUAL_SIZES, input_size_for, rows_up_to
from cnnbook.tracing.failures.trials import Outcome, Repair
from cnnbook.tracing.failures.wording import shape_text


def feed(context: FailureContext, shape: Shape, how: str = "") -> Repair:
    """The repair that feeds another shape; `how` tells how to make it of the old input."""
    which = "" if len(context.trace.input_shapes) == 1 else " as the first input"
    return Repair(f"feed {shape_text(shape)}{which}{how}", "input", feed=shape)


def input_repairs(context: FailureContext) -> Iterator[Repair]:
    """Repairs that feed another size. If one does not work, its own failure tells which size to try next."""
    given = context.trace.input_shape
    now, axes, tried = context, len(given) - 2, {given}
    if axes < 1:
        return
    for _ in range(5):
        size = _needed(now)
        shape = (*given[: -len(size)], *size) if size else given
        if shape in tried:
            break
        tried.add(shape)
        repair = feed(context, shape)
        outcome: Outcome = context.run.outcome(repair)
        if outcome.trace is None or outcome.failure is None:
            yield repair
            return
        now = FailureContext(context.run, outcome.trace, outcome.failure)
    if not _depends_on_size(now):
        return
    for n in [n for n in USUAL_SIZES if n > max(given[-axes:])][:4]:
        yield feed(context, (*given[:-axes], *(n,) * axes))


def feature_maps(context: FailureContext) -> tuple[int, Shape, int] | None:
    """The row of the maps that were flattened before the failure, their shape, and the needed features."""
    failure = context.failure
    if not failure.inputs or not failure.input_shapes:
        return None
    index = failure.inputs[0]
    if failure.op in ("view", "reshape"):
        last = _numbers(failure.given[1:])[-1:]
        return (index, failure.input_shapes[0], last[0]) if last and last[0] > 1 else None
    if failure.op != "linear":
        return None
    while index >= 0 and context.trace.rows[index].family in ("activation", "dropout", "normalization"):
        index = context.trace.rows[index].inputs[0]
    row = context.trace.rows[index] if index >= 0 else None
    if row is None or row.family != "reshape" or len(row.input_shapes[0]) < 3:
        return None
    return row.inputs[0], row.input_shapes[0], failure.bound["weight"][-1]


def wanted_maps(maps: Shape, features: int) -> list[Shape]:
    """The heights and widths with which maps (N, C, H, W) have that many features, the most similar first.

    >>> wanted_maps((1, 16, 4, 4), 400)
    [(5, 5)]
    >>> wanted_maps((1, 16, 4, 6), 384)[:2]
    [(4, 6), (3, 8)]
    """
    size, channels = maps[2:], maps[1] if len(maps) > 1 else 0
    if not size or not channels or features % channels:
        return []
    pixels = features // channels
    if len(size) == 1:
        return [(pixels,)]
    if len(size) == 3:
        side = round(pixels ** (1 / 3))
        return [(side,) * 3] if side**3 == pixels else []
    pairs = [(h, pixels // h) for h in range(1, pixels + 1) if pixels % h == 0] if pixels < 100_000 else []
    if size[0] == size[1] and any(h == w for h, w in pairs):
        pairs = [(h, w) for h, w in pairs if h == w]
    return sorted(pairs, key=lambda pair: abs(pair[0] / pair[1] - size[0] / size[1]))


def _needed(context: FailureContext) -> Shape | None:
    """The input size with which the failed operation's kernel fits, or its features come out; or None."""
    failure, given = context.failure, context.trace.input_shape
    window = context.window
    if window is not None and failure.inputs:
        axes = len(window.kernel_size)
        rows = rows_up_to(context.trace, failure.inputs[0])
        if rows is None or len(given) < axes:
            return None
        least = [span - pad for span, pad in zip(window.span, window.total_padding, strict=True)]
        size = failure.input_shapes[0][-axes:]
        target = tuple([max(1, n, m) for n, m in zip(size, least, strict=True)])
        return input_size_for(rows, given[-axes:], target, exact=False)
    source = feature_maps(context)
    if source is None:
        return None
    index, maps, features = source
    rows = rows_up_to(context.trace, index)
    if rows is None or len(maps) != len(given):
        return None
    sizes = (input_size_for(rows, given[2:], target) for target in wanted_maps(maps, features)[:6])
    return next((size for size in sizes if size is not None), None)


def _depends_on_size(context: FailureContext) -> bool:
    """Whether another input size can help: not after an adaptive pool, nor if no size gives the features."""
    if context.window is None:
        source = feature_maps(context)
        if source is None or not wanted_maps(source[1], source[2]):
            return False
    rows = context.failure.inputs and rows_up_to(context.trace, context.failure.inputs[0])
    return not rows or not any(row.op.startswith("adaptive") or row.op == "mean" for row in rows)


def _numbers(values: object) -> list[int]:
    if isinstance(values, tuple | list):
        return [n for value in values for n in _numbers(value)]
    return [values] if type(values) is int else []
