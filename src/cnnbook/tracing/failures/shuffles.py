"""A pixel shuffle whose factor does not divide the channels; an unflatten to sizes with another product."""

from __future__ import annotations

from collections.abc import Iterator
from math import isqrt, prod

from torch import nn

from cnnbook.traces import Shape
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.makers import width_maker
from cnnbook.tracing.failures.module_paths import assignment
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import product, shape_text


def pixel_shuffle(context: FailureContext) -> Explanation | None:
    """PixelShuffle(r) of channels that are no multiple of r²."""
    failure = context.failure
    if failure.op != "pixel_shuffle" or not failure.input_shapes or len(failure.input_shapes[0]) < 3:
        return None
    factor = failure.given[1] if len(failure.given) > 1 else context.failure.bound.get("upscale_factor")
    given, index = failure.input_shapes[0], failure.inputs[0]
    channels = given[-3]
    if type(factor) is not int or factor < 1 or channels % factor**2 == 0:
        return None
    maker = width_maker(context, index, channels)
    text = (
        f"{context.where} makes {factor} × {factor} pixels of {factor**2} channels, "
        f"{context.name(index if maker is None else maker)} gives {channels}, which {factor**2} "
        "does not divide."
    )
    return Explanation(text, () if maker is None else _multiples(context, maker, channels, factor))


def _multiples(context: FailureContext, maker: int, channels: int, factor: int) -> Iterator[Repair]:
    """Widths that fit: the square that was forgotten, the colours of the input, the nearest multiples."""
    square = factor**2
    images = context.trace.input_shape[1] if len(context.trace.input_shape) == 4 else 0
    likely = [channels * factor if channels % factor == 0 else 0, images * square]
    near = sorted(
        (channels // square * square, -(-channels // square) * square), key=lambda n: abs(n - channels)
    )
    for width in dict.fromkeys(n for n in (*likely, *near) if n > 0):
        yield from other_width(context, maker, width)


def unflatten(context: FailureContext) -> Explanation | None:
    """Features that are unflattened to maps with another number of values."""
    failure = context.failure
    if failure.op != "unflatten" or not failure.input_shapes or len(failure.given) < 3:
        return None
    given, (axis, sizes) = failure.input_shapes[0], failure.given[1:3]
    if type(axis) is not int or not isinstance(sizes, tuple) or not -len(given) <= axis < len(given):
        return None
    has, known = given[axis], prod(n for n in sizes if n > 0)
    if not known or (has % known == 0 if -1 in sizes else has == known):
        return None
    index = failure.inputs[0]
    maker = width_maker(context, index, has)
    needs = f"a multiple of {known:,}" if -1 in sizes else product(sizes)
    source = context.name(index if maker is None else maker)
    text = (
        f"{context.where} cuts axis {axis} into {shape_text(sizes)}, which needs {needs}; {source} "
        f"gives {has:,}."
    )
    return Explanation(text, _filled(context, maker, axis, sizes))


def _filled(context: FailureContext, maker: int | None, axis: int, sizes: Shape) -> Iterator[Repair]:
    model, path = context.run.model, context.failure.path
    has = context.failure.input_shapes[0][axis]
    if maker is not None and -1 not in sizes:
        yield from other_width(context, maker, prod(sizes))
    other = square_maps(has, sizes)
    if other is not None and context.module is not None and path:

        def change(trial: nn.Module) -> None:
            trial.set_submodule(path, nn.Unflatten(axis, other))

        yield Repair(
            assignment(model, path, f"nn.Unflatten({axis}, {shape_text(other)})"), "unflatten", change
        )


def square_maps(has: int, sizes: Shape) -> Shape | None:
    """Sizes (C, H, H) with as many values as there are, where (C, H, H) with another height was written.

    >>> square_maps(8192, (128, 7, 7))
    (128, 8, 8)
    """
    if len(sizes) != 3 or sizes[1] != sizes[2] or sizes[0] < 1 or has % sizes[0]:
        return None
    side = isqrt(has // sizes[0])
    return (sizes[0], side, side) if side * side * sizes[0] == has and side else None
