"""A skip connection at an odd size: a pool rounded it, and the upsampled map is not as large as the skip."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain as one_after_the_other
from typing import Any, NamedTuple

from cnnbook.traces import Row, Shape
from cnnbook.tracing.failures import joins
from cnnbook.tracing.failures.branches import Branch, branches_of, resized
from cnnbook.tracing.failures.call_replacement import of_shape, replaced_call, replaced_calls
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.reductions import UPSAMPLING, rounded_inputs, total_stride
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, by


class _Rounded(NamedTuple):
    """An upsampled map and its skip (their positions among the operands), and the rows that changed a size.

    On `axis`, `down` divides a size that its stride does not divide, and `up` enlarges it again.
    """

    deep: int
    skip: int
    down: Row
    up: Row
    axis: int


def rounding(context: FailureContext) -> Explanation | None:
    """A map that was halved and doubled again does not have the size of its skip, since halving rounds."""
    usual = joins.addition(context) or joins.concatenation(context)
    branches = branches_of(context) if usual else None
    if usual is None or not branches or len(branches[0].shape) - 2 not in AXES:
        return None
    found = _rounded(branches)
    if found is None:
        return None
    _, _, down, up, axis = found
    before, after = down.input_shapes[0][axis], down.output_shape[axis]
    window = down.window
    stride = window.stride[axis - 2] if window is not None else 2
    how = "down" if after * stride < before else "up"
    lines = [
        usual.text,
        f"{context.name(down.index)} divides {before} by {stride} and rounds {how} to {after}, "
        f"{context.name(up.index)} makes {up.output_shape[axis]} of {up.input_shapes[0][axis]}.",
    ]
    total = total_stride(context.trace)
    size = context.trace.input_shape[2:]
    if total is not None and any(n % m for n, m in zip(size, total, strict=True)):
        each = total[0] if len({*total}) == 1 else by(total)
        lines.append(f"All sizes fit for inputs that are multiples of {each}; this one is {by(size)}.")
    feeds = rounded_inputs(context, total) if total is not None else iter(())
    deep, skip = branches[found.deep], branches[found.skip]
    settings = resized(context, deep, skip.shape[2:], names=("output_padding",))
    repairs = one_after_the_other(_interpolated(context, found), feeds, settings)
    return Explanation("\n".join(lines), repairs)


def _rounded(branches: list[Branch]) -> _Rounded | None:
    """The upsampled operand, its skip, and the row that rounded; None if no rounding made them differ."""
    deepest = sorted(range(len(branches)), key=lambda i: -len(branches[i].rows))
    for deep in deepest:
        rows = [r for r in branches[deep].rows if len(r.output_shape) == len(branches[deep].shape)]
        for skip, other in enumerate(branches):
            axis = _differing_axis(branches[deep].shape, other.shape)
            if skip == deep or axis is None:
                continue
            pair = _rows_that_round(rows, axis)
            least = min((row.output_shape[axis] for row in rows), default=0)
            off = abs(branches[deep].shape[axis] - other.shape[axis])
            if pair is not None and least and off < -(-branches[deep].shape[axis] // least):
                return _Rounded(deep, skip, *pair, axis)
    return None


def _differing_axis(first: Shape, second: Shape) -> int | None:
    if len(first) != len(second) or first[0] != second[0]:
        return None
    return next((a for a in range(2, len(first)) if first[a] != second[a]), None)


def _rows_that_round(rows: list[Row], axis: int) -> tuple[Row, Row] | None:
    for i, down in enumerate(rows):
        stride = down.window.stride[axis - 2] if down.window is not None else 1
        if down.input_shapes[0][axis] % stride:
            up = next((row for row in reversed(rows[i + 1 :]) if row.op in UPSAMPLING), None)
            return None if up is None else (down, up)
    return None


def _interpolated(context: FailureContext, found: _Rounded) -> Iterator[Repair]:
    """The repair that gives the upsampled map the size of its skip, at the failed join or at each one."""
    failure = context.failure
    deep, skip = found.deep, found.skip

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        listed = type(args[0]) in (list, tuple)
        operands = list(args[0] if listed else args)
        for i, operand in enumerate(operands if len(operands) > max(deep, skip) else ()):
            if i != skip and _differ(operand, operands[skip]):
                operands[i] = of_shape(operand, (*operand.shape[:2], *operands[skip].shape[2:]))
        return func(operands, *args[1:], **kwargs) if listed else func(*operands, **kwargs)

    names = (*failure.written, *[""] * 4)
    x, y = names[deep] or "up", names[skip] or "skip"
    text = f"F.interpolate({x}, size={y}.shape[2:]) in "
    once = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    single = Repair(f"{text}{failure.op} (row {len(context.trace)})", "interpolate", patch=once)
    yield single
    if not context.run.works(single):
        patch = replaced_calls((failure.op,), call)
        text = f"F.interpolate(up, size=skip.shape[2:]) for the upsampled map in each {failure.op}"
        yield Repair(text, "interpolate", patch=patch)


def _differ(first: Any, second: Any) -> bool:
    shapes = [tuple(getattr(operand, "shape", ())) for operand in (first, second)]
    return len(shapes[0]) == len(shapes[1]) > 2 and shapes[0][2:] != shapes[1][2:]
