"""A transposed convolution that does not double the size, though the skip that it meets is twice as large."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain as one_after_the_other

from cnnbook.traces import Row
from cnnbook.tracing.failures import joins
from cnnbook.tracing.failures.branches import branches_of
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import with_attributes
from cnnbook.tracing.failures.size_search import size_after
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by


def transposed(context: FailureContext) -> Explanation | None:
    """The padding or output_padding of a transposed convolution makes its map miss the size of the skip."""
    usual = joins.addition(context) or joins.concatenation(context)
    branches = branches_of(context) if usual is not None else None
    if usual is None or not branches or len(branches) != 2 or len(branches[0].shape) < 3:
        return None
    for deep, skip in (branches, branches[::-1]):
        rows = [row for row in deep.rows if row.op.startswith("conv_transpose") and row.path]
        if not rows or len(deep.shape) != len(skip.shape):
            continue
        row, wanted = rows[-1], skip.shape[2:]
        stride = row.arguments["stride"]
        before, after = row.input_shapes[0][2:], row.output_shape[2:]
        times = tuple([n * s for n, s in zip(before, stride, strict=True)])
        if times == wanted and after != wanted and deep.shape[2:] == after:
            text = _calculation(context, row, wanted)
            return Explanation(f"{usual.text}\n{text}", one_after_the_other(_settings(context, row)))
    return None


def _calculation(context: FailureContext, row: Row, wanted: tuple[int, ...]) -> str:
    known = row.arguments
    kernel, stride, padding, output_padding = (
        known[key][0] for key in ("kernel_size", "stride", "padding", "output_padding")
    )
    n = row.input_shapes[0][2]
    extra = f" + {output_padding}" if output_padding else ""
    return (
        f"{context.name(row.index)} makes ({n} - 1) · {stride} - 2 · {padding} + {kernel}{extra} = "
        f"{row.output_shape[2]} of {n}, and {by(wanted)} is {stride} times its input."
    )


def _settings(context: FailureContext, row: Row) -> Iterator[Repair]:
    """The smallest change of padding and output_padding with which the size is multiplied by the stride."""
    before = row.input_shapes[0][2:]
    wanted = tuple([n * s for n, s in zip(before, row.arguments["stride"], strict=True)])
    axes, most = len(before), max(row.arguments["kernel_size"])
    old = row.arguments["padding"][0], row.arguments["output_padding"][0]
    options = [(p, o) for p in range(most) for o in range(max(row.arguments["stride"]))]
    for p, o in sorted(options, key=lambda each: (each[0] != old[0]) + (each[1] != old[1])):
        settings = {"padding": (p,) * axes, "output_padding": (o,) * axes}
        changed = replace(row, arguments={**row.arguments, **settings})
        if size_after([changed], before) == wanted:
            new = {key: value for key, value in settings.items() if value != row.arguments[key]}
            if new:
                yield with_attributes(context.run.model, row.path, **new)._replace(family="output_padding")
