"""Pads with a wrong count of numbers, and reflections that are wider than the map."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from cnnbook.traces import Shape
from cnnbook.tracing.failures.call_replacement import call_with_settings
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.layer_repairs import with_exactly
from cnnbook.tracing.failures.module_paths import assignment
from cnnbook.tracing.failures.size_search import USUAL_SIZES, input_size_for, rows_up_to
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import as_written, by, shape_text

_ORDER = {1: "left, right", 2: "left, right, top, bottom", 3: "left, right, top, bottom, front, back"}


def pad(context: FailureContext) -> Explanation | None:
    """F.pad, or a layer of padding, with numbers that do not fit the axes or the sizes of its input."""
    failure = context.failure
    if failure.op != "pad" or not failure.input_shapes:
        return None
    given, numbers, mode = (
        failure.input_shapes[0],
        failure.bound.get("pad"),
        failure.bound.get("mode", "constant"),
    )
    if type(numbers) is int:
        axes = len(given) - 2
        text = (
            f"{context.where} is given the number {numbers}: it takes two numbers for each axis, "
            f"from the last axis on, ({_ORDER.get(axes, 'left, right, ...')})."
        )
        return Explanation(text, _even(context, (numbers,), axes))
    if not isinstance(numbers, tuple) or not all(type(n) is int for n in numbers):
        return None
    source, axes = context.name(failure.inputs[0]), len(given) - 2
    if len(numbers) % 2:
        text = (
            f"{context.where} is given {len(numbers)} numbers, {shape_text(numbers)}: it takes two "
            "for each axis, "
            f"from the last axis on, ({_ORDER.get(axes, 'left, right, ...')})."
        )
        return Explanation(text, _even(context, numbers, axes))
    if len(numbers) > 2 * len(given):
        text = f"{context.where} is given {len(numbers)} numbers, two for each of {len(numbers) // 2} axes"
        return Explanation(
            f"{text}; {source} {shape_text(given)} has {len(given)} axes.", _even(context, numbers, axes)
        )
    padded = len(numbers) // 2
    if mode in ("reflect", "replicate", "circular") and len(given) - padded not in (1, 2):
        text = (
            f"{context.where} with mode {mode!r} pads height and width only, not the batch or the channels: "
            f"{source} {shape_text(given)} takes {2 * axes} numbers, for its last {axes} axes, and "
            f"not {len(numbers)}."
        )
        return Explanation(text, _even(context, numbers, axes))
    return _too_wide(context, numbers, mode)


def _even(context: FailureContext, numbers: Shape, axes: int) -> Iterator[Repair]:
    """The pad of the last axes: the same numbers cut off, or the one number on all sides."""
    same = len(set(numbers)) == 1
    if axes not in _ORDER or (len(numbers) < 2 * axes and not same):
        return
    wanted = numbers[:1] * (2 * axes) if same else numbers[: 2 * axes]
    if context.module is not None and context.failure.path:
        yield with_exactly(context.run.model, context.failure.path, padding=wanted)
        return
    patch = call_with_settings(context.failure, len(context.trace), pad=wanted)
    yield Repair(f"pad={shape_text(wanted)} in that pad", "pad", patch=patch)


def _too_wide(context: FailureContext, numbers: Shape, mode: str) -> Explanation | None:
    """A reflection of more columns than the map has behind its edge, or a wrap of more than it has."""
    given, index = context.failure.input_shapes[0], context.failure.inputs[0]
    count = len(numbers) // 2
    widest = [max(numbers[2 * i : 2 * i + 2]) for i in reversed(range(count))]
    size, spare = given[-count:], 0 if mode == "circular" else 1
    wrong = (
        [i for i in range(count) if widest[i] + spare > size[i]] if mode in ("reflect", "circular") else []
    )
    if not wrong:
        return None
    source, i = context.name(index), wrong[-1]
    axis = {1: "columns", 2: "rows"}.get(count - i, "slices")
    how = "reflects" if mode == "reflect" else "repeats"
    text = (
        f"{context.where} {how} {widest[i]} {axis} at an edge, {source} "
        f"{'has' if index < 0 else 'gives'} only "
        f"{by(size)}: with {size[i]} of them at most {size[i] - spare} can be added on a side."
    )
    needed = tuple([max(n, widest[i] + spare) for i, n in enumerate(size)])
    return Explanation(text, _larger(context, needed, numbers, mode))


def _larger(context: FailureContext, needed: Shape, numbers: Shape, mode: str) -> Iterator[Repair]:
    given, path = context.trace.input_shape, context.failure.path
    axes = len(needed)
    rows = rows_up_to(context.trace, context.failure.inputs[0])
    size = (
        input_size_for(rows, given[-axes:], needed, exact=False)
        if rows is not None and len(given) > axes
        else None
    )
    if size is not None:
        yield feed(context, (*given[:-axes], *size))
        for n in [n for n in USUAL_SIZES if n > max(size)][:3]:
            yield feed(context, (*given[:-axes], *(n,) * axes))
    name = f"ReplicationPad{axes}d"
    if context.module is None or not path or mode != "reflect":
        return

    def change(trial: nn.Module) -> None:
        trial.set_submodule(path, getattr(nn, name)(numbers))

    yield Repair(assignment(context.run.model, path, f"nn.{name}({as_written(numbers)})"), "mode", change)
