"""Searches the input size, or the setting of one layer, with which a chain of rows gives a wanted size."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from cnnbook.arithmetic import transposed_output_size
from cnnbook.traces import Row, Shape, Trace

USUAL_SIZES = (28, 32, 64, 96, 112, 128, 224, 227, 256, 299, 384, 512)
_LARGEST = 2048
_INPUTS = range(1, _LARGEST)


def rows_up_to(trace: Trace, index: int, stop: int = -1) -> list[Row] | None:
    """The rows from the network's first input, or from row `stop`, to row `index`, along first inputs.

    None if these rows do not begin there.
    """
    rows: list[Row] = []
    while index != stop:
        if index < 0 or not trace.rows[index].inputs:
            return None
        rows.append(trace.rows[index])
        index = trace.rows[index].inputs[0]
    return rows[::-1]


def size_after(rows: Sequence[Row], size: Shape) -> Shape | None:
    """The size that a chain of rows makes of `size`; None if a kernel does not fit, or a row is not known."""
    for row in rows:
        after = _after(row, size)
        if after is None:
            return None
        size = after
    return size


def _after(row: Row, size: Shape) -> Shape | None:
    axes, window = len(size), row.window
    if window is not None:
        if len(window.kernel_size) != axes:
            return None
        try:
            return window.output_size(size)
        except ValueError:
            return None
    before, result = row.input_shapes[0][-axes:], row.output_shape[-axes:]
    known = row.arguments
    if len(row.output_shape) < axes or len(row.input_shapes[0]) != len(row.output_shape):
        return None
    if row.op.startswith("adaptive"):
        return result
    if row.op.startswith("conv_transpose"):
        geometry = (known[key] for key in ("kernel_size", "stride", "padding", "output_padding", "dilation"))
        each = zip(size, *geometry, strict=True)
        try:
            return tuple(
                [
                    transposed_output_size(n, k, stride=s, padding=p, output_padding=o, dilation=d)
                    for n, k, s, p, o, d in each
                ]
            )
        except ValueError:
            return None
    if before == result:
        return size
    if row.op == "pad":
        # torch gives two numbers for each axis, beginning with the last axis.
        pads = (*known["pad"], *(0,) * (2 * axes))
        padded = tuple(
            [n + pads[2 * (axes - 1 - i)] + pads[2 * (axes - 1 - i) + 1] for i, n in enumerate(size)]
        )
        return padded if min(padded) > 0 else None
    if row.op == "interpolate" and known.get("scale_factor") is not None:
        scale = known["scale_factor"]
        scales = scale if isinstance(scale, tuple) else (scale,) * axes
        return tuple([int(n * float(s)) for n, s in zip(size, scales, strict=True)])
    return None


def input_size_for(rows: Sequence[Row], given: Shape, wanted: Shape, *, exact: bool = True) -> Shape | None:
    """The input size with which rows give `wanted`, or without `exact` at least that.

    Of several, it is the usual size that is nearest to the given one, or without a usual one the nearest.
    The axes do not depend on each other, and a larger input never gives a smaller output: bisection finds it.
    """
    found: list[int] = []
    for axis, target in enumerate(wanted):

        def result(n: int, axis: int = axis) -> int:
            size = size_after(rows, tuple([n if a == axis else given[a] for a in range(len(given))]))
            return -1 if size is None else size[axis]

        low = bisect_left(_INPUTS, target, key=result) + 1
        if low == _LARGEST or (exact and result(low) != target):
            return None
        high = bisect_left(_INPUTS, target + 1, key=result) if exact else low
        usual = [n for n in USUAL_SIZES if low <= n <= high]
        nearest = min(max(given[axis], low), high)
        found.append(min(usual, key=lambda n: abs(n - given[axis]), default=nearest))
    return tuple(found)


def same_on_every_axis(options: Sequence[set[int]]) -> Shape | None:
    """One of the possible settings for each axis: one and the same if there is one, else the smallest."""
    if not all(options):
        return None
    common = set.intersection(*options)
    return (min(common),) * len(options) if common else tuple([min(each) for each in options])


def setting_for(rows: Sequence[Row], size: Shape, wanted: Shape, row: Row, name: str) -> Shape | None:
    """The padding or stride of one row with which a chain of rows gives `wanted`; None if there is none.

    Of a transposed convolution, its output_padding.
    """
    options = [set[int]() for _ in size]
    for value, changed in _variants(row, name, len(size)):
        result = size_after([changed if each.index == row.index else each for each in rows], size)
        for axis, n in enumerate(result or ()):
            if n == wanted[axis]:
                options[axis].add(value)
    chosen = same_on_every_axis(options)
    now = row.arguments.get(name) if row.window is None else getattr(row.window, name)
    return None if chosen == now else chosen


def _variants(row: Row, name: str, axes: int) -> Iterator[tuple[int, Row]]:
    """The values to try for a setting, the same for all axes, each with the row that has it."""
    window, transposed = row.window, row.op.startswith("conv_transpose")
    if transposed and name == "output_padding":
        for value in range(max(*row.arguments["stride"], *row.arguments["dilation"])):
            yield value, replace(row, arguments={**row.arguments, name: (value,) * axes})
    elif window is not None and not transposed:
        # torch allows a pool at most half of its kernel as padding. A convolution with more than its span
        # would have windows that see padding only.
        most = max(window.kernel_size) // 2 if row.family == "pooling" else max(window.span) - 1
        for value in range(most + 1) if name == "padding" else range(1, 9):
            with suppress(ValueError):
                other = replace(window, **{name: (value,) * axes})  # type: ignore[arg-type]
                yield value, replace(row, window=other)
