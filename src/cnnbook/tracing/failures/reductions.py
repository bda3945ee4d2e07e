"""By how much a network reduces the size of its input, and the nearest sizes that divide evenly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from cnnbook.traces import Row, Shape, Trace
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.trials import Repair

UPSAMPLING = (
    *(f"{name}{n}d" for name in ("conv_transpose", "max_unpool") for n in (1, 2, 3)),
    "interpolate",
    "pixel_shuffle",
)
"""The operations that enlarge a map."""


def total_stride(trace: Trace) -> Shape | None:
    """How many times smaller than the input the smallest map is, per axis: the product of the strides.

    None if the rows cannot be followed, or if nothing is made smaller.
    """
    axes = len(trace.input_shape) - 2
    if axes < 1:
        return None
    reached: dict[int, tuple[Fraction, ...]] = {-1: (Fraction(1),) * axes}
    for row in trace.rows:
        before = [reached[i] for i in row.inputs if i in reached]
        factor = _reduction(row, axes)
        if before and factor is not None:
            largest = tuple(map(max, zip(*before, strict=True)))
            reached[row.index] = tuple([n * f for n, f in zip(largest, factor, strict=True)])
    total = tuple([max(each).__ceil__() for each in zip(*reached.values(), strict=True)])
    return total if max(total) > 1 else None


def _reduction(row: Row, axes: int) -> tuple[Fraction, ...] | None:
    """By how much one row divides the size of its input; None if that is not a matter of size."""
    shapes = [shape for shape in (*row.input_shapes[:1], row.output_shape) if len(shape) == axes + 2]
    if len(shapes) < 2 or row.op.startswith("adaptive") or row.family == "reshape":
        return None
    if row.window is not None:
        return tuple([Fraction(stride) for stride in row.window.stride])
    before, after = (shape[2:] for shape in shapes)
    if row.op.startswith("conv_transpose"):
        return tuple([Fraction(1, stride) for stride in row.arguments["stride"]])
    if before == after:
        return (Fraction(1),) * axes
    if row.op in UPSAMPLING:
        return tuple([Fraction(n, m) for n, m in zip(before, after, strict=True)])
    return None


def rounded_inputs(context: FailureContext, multiples: Shape) -> Iterator[Repair]:
    """Repairs that feed the nearest sizes that are multiples of these numbers: first the nearer of two."""
    given = context.trace.input_shape
    size = given[len(given) - len(multiples) :]
    pairs = list(zip(size, multiples, strict=True))
    smaller = tuple([n // m * m if n >= m else m for n, m in pairs])
    larger = tuple([ceil(n / m) * m for n, m in pairs])

    def distance(other: Shape) -> int:
        return sum(abs(n - o) for n, o in zip(size, other, strict=True))

    for i, other in enumerate(sorted(dict.fromkeys((larger, smaller)), key=distance)):
        if other != size:
            fed = feed(context, (*given[: len(given) - len(multiples)], *other))
            yield fed._replace(family=f"input {i}")
