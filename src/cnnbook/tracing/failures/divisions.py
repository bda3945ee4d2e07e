"""Windows, patches, heads and slices that do not divide an axis evenly."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain as one_after_the_other
from math import isqrt
from typing import NamedTuple

from cnnbook.traces import Shape
from cnnbook.tracing.failures import features, joins
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.reductions import rounded_inputs
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.widths import multiples_of
from cnnbook.tracing.failures.wording import shape_text


class _Split(NamedTuple):
    """An axis of the given tensor that a view cuts in two, and the part that must divide it."""

    axis: int
    size: int
    divisor: int


def split(context: FailureContext) -> Explanation | None:
    """A view that cuts an axis into windows, patches or heads, which do not divide it."""
    failure = context.failure
    usual = features.view(context)
    if usual is None or not failure.input_shapes:
        return None
    given = failure.input_shapes[0]
    arguments = failure.given[1:]
    sizes = arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments
    splits = _splits(given, tuple(sizes)) if all(type(n) is int and n for n in sizes) else None
    wrong = [part for part in splits or () if part.size % part.divisor]
    if splits is None or not wrong:
        return None
    axes = " and ".join(str(part.axis) for part in wrong)
    reasons = dict.fromkeys(f"{part.divisor} does not divide {part.size}" for part in wrong)
    plural = "axes" if len(wrong) > 1 else "axis"
    text = f"It cuts {plural} {axes} of {shape_text(given)} into equal parts: {', '.join(reasons)}."
    part = wrong[0]
    channels = len(splits) == 1 and part.axis in _channel_axes(given)
    repairs = (
        multiples_of(context, failure.inputs[0], part.size, part.divisor)
        if channels
        else _fed(context, splits)
    )
    return Explanation(f"{usual.text}\n{text}", repairs)


def _splits(given: Shape, sizes: Shape) -> list[_Split] | None:
    """The axes that are cut; None if the sizes are no such cut of the axes, in their order."""
    pairs: list[tuple[int, int, int]] = []
    at = 0
    for axis, n in enumerate(given):
        if at >= len(sizes):
            return None
        if sizes[at] in (n, -1) and len(sizes) - at >= len(given) - axis:
            at += 1
        elif (at + 1 < len(sizes) and n and n // sizes[at + 1] == sizes[at]) or (
            at + 1 < len(sizes) and n and n // sizes[at] == sizes[at + 1]
        ):
            pairs.append((axis, sizes[at], sizes[at + 1]))
            at += 2
        else:
            return None
    if at != len(sizes):
        return None
    # Heads and groups of channels stand first, and the size of a window or a patch stands second.
    alone = len(pairs) == 1 and pairs[0][0] in _channel_axes(given)
    return [_Split(axis, given[axis], first if alone else second) for axis, first, second in pairs]


def _channel_axes(given: Shape) -> tuple[int, ...]:
    """The axes that may hold channels: the last one, and of maps (N, C, H, W) the second one."""
    return (1, 3) if len(given) == 4 else (len(given) - 1,)


def slices(context: FailureContext) -> Explanation | None:
    """Every second row or column of a map with an odd number of them: the slices are not equally many."""
    failure = context.failure
    rows = [context.trace.rows[index] for index in failure.inputs if index >= 0]
    sliced = len(rows) == len(failure.inputs) > 1 and all(row.op == "getitem" for row in rows)
    if failure.op not in ("cat", "stack") or not sliced:
        return None
    if len({row.inputs[:1] for row in rows}) > 1 or not rows[0].input_shapes:
        return None
    source, whole = rows[0].inputs[0], rows[0].input_shapes[0]
    if any(len(row.output_shape) != len(whole) for row in rows):
        return None
    odd = []
    for axis, n in enumerate(whole):
        found = {row.output_shape[axis] for row in rows}
        if len(found) == 2 and max(found) - min(found) == 1 and sum(found) == n:
            odd.append(axis)
    if not odd:
        return None
    parts = " and ".join(f"axis {axis} has {whole[axis]}" for axis in odd)
    shapes = " and ".join(map(shape_text, list(dict.fromkeys(row.output_shape for row in rows))[:2]))
    text = (
        f"{context.where} joins slices of {context.name(source)} {shape_text(whole)}, whose {parts}: "
        f"slices of every second one are equal only for an even number, here they are {shapes}."
    )
    spatial = [axis for axis in range(1, len(whole)) if rows[0].output_shape[axis] != whole[axis]]
    cuts = [_Split(axis, whole[axis], 2) for axis in spatial]
    return Explanation(text, _fed(context, cuts))


def unshuffle(context: FailureContext) -> Explanation | None:
    """A pixel_unshuffle of a map whose height or width its factor does not divide."""
    failure = context.failure
    factor = failure.given[1] if len(failure.given) > 1 else failure.bound.get("downscale_factor")
    if failure.op != "pixel_unshuffle" or not failure.input_shapes or type(factor) is not int or factor < 1:
        return None
    given = failure.input_shapes[0]
    wrong = [n for n in given[-2:] if n % factor]
    if not wrong or len(given) < 3:
        return None
    source = context.name(failure.inputs[0])
    numbers = " and ".join(map(str, wrong))
    text = f"{context.where} cuts {source} {shape_text(given)} into squares of {factor}: "
    axes = range(len(given) - 2, len(given))
    cuts = [_Split(axis, given[axis], factor) for axis in axes]
    return Explanation(f"{text}{factor} does not divide {numbers}.", _fed(context, cuts))


def _fed(context: FailureContext, cuts: list[_Split]) -> Iterator[Repair]:
    """Repairs that feed the nearest images with which the cut axes become multiples of their divisors.

    The cut axes are height and width, in this order, of a map so many times smaller than the image.
    """
    size = context.trace.input_shape[2:]
    if len(cuts) != len(size) or not all(cut.size for cut in cuts):
        return
    reductions = [max(1, round(n / cut.size)) for n, cut in zip(size, cuts, strict=True)]
    multiples = tuple([cut.divisor * r for cut, r in zip(cuts, reductions, strict=True)])
    yield from rounded_inputs(context, multiples)


def fixed_grid(context: FailureContext) -> Explanation | None:
    """A view to a fixed height and width, or positions for a fixed number of tokens, for another image."""
    usual = features.view(context) or joins.addition(context)
    feeds = list(inputs_for_a_grid(context)) if usual is not None else []
    return Explanation(usual.text, one_after_the_other(feeds, usual.repairs)) if usual and feeds else None


def inputs_for_a_grid(context: FailureContext) -> Iterator[Repair]:
    """The input of the size for which the network makes as many positions as its code or parameters count."""
    ratio = _ratio(context) if context.failure.input_shapes else None
    if ratio is None:
        return
    needed, has = ratio
    size = context.trace.input_shape[2:]
    pixels = [n * n * needed for n in size]
    roots = [round((p / has) ** 0.5) for p in pixels]
    if len(size) != 2 or any(r * r * has != p for r, p in zip(roots, pixels, strict=True)) or needed == has:
        return
    given = context.trace.input_shape
    yield from (r for r in rounded_inputs(context, tuple(roots)) if r.feed == (*given[:2], *roots))


def _ratio(context: FailureContext) -> tuple[int, int] | None:
    """How many positions are needed, and how many there are, without a class token in both."""
    failure = context.failure
    given = failure.input_shapes[0]
    if failure.op in ("view", "reshape"):
        arguments = failure.given[1:]
        sizes = arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments
        if -1 in sizes or len(sizes) < 3 or sizes[0] != given[0]:
            return None
        needed, has = 1, 1
        for n in sizes:
            needed *= n
        for n in given:
            has *= n
        return needed, has
    fixed = [value for value in failure.given[:2] if isinstance(value, tuple) and value != given]
    if len(failure.input_shapes) != 1 or len(given) != 3 or not fixed or len(fixed[0]) != 3:
        return None
    needed, has = fixed[0][1], given[1]
    if fixed[0][2] != given[2] or min(needed, has) < 2:
        return None
    grid = _is_square(needed - 1) and not _is_square(needed)
    return (needed - 1, has - 1) if grid else (needed, has)


def _is_square(n: int) -> bool:
    return isqrt(n) ** 2 == n
