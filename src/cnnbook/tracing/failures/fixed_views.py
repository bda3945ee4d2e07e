"""A view to sizes that are typed in: for another batch, other channels or other maps than there are."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Any

from cnnbook.traces import Shape
from cnnbook.tracing.failures import divisions, features
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.makers import width_maker
from cnnbook.tracing.failures.shuffles import square_maps
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import product, shape_text


def fixed_batch(context: FailureContext) -> Explanation | None:
    """x.view(32, 1352) for a batch of another size: each image has the numbers that are needed."""
    given, sizes = _view(context)
    if (
        len(sizes) < 2
        or -1 in sizes
        or not given
        or prod(given[1:]) != prod(sizes[1:])
        or given[0] == sizes[0]
    ):
        return None
    if sizes[0] < 1 or len(given) < 2:
        return None
    source, op = context.name(context.failure.inputs[0]), context.failure.op
    call = f"{op}({', '.join(map(str, sizes))})"
    text = (
        f"{context.where.replace(op, call, 1)} is for a batch of {sizes[0]}, {source} gives "
        f"{given[0]} images: "
        f"{shape_text(given)}."
    )
    rest = ", ".join(map(str, sizes[1:]))

    def kept(func: Any, args: Any, kwargs: Any) -> Any:
        return args[0].reshape(args[0].shape[0], *sizes[1:])

    patch = replaced_call(op, given, kept, len(context.trace))
    return Explanation(
        text, [Repair(f"x.{op}(x.size(0), {rest}) in place of x.{call}", "batch", patch=patch)]
    )


def fixed_width(context: FailureContext) -> Explanation | None:
    """A view that cuts the channels or features of one layer into parts with another product."""
    given, sizes = _view(context)
    if sizes[:1] == (-1,):  # the batch, whatever it is
        sizes = (*given[:1], *sizes[1:])
    usual = features.view(context) if given and sizes and -1 not in sizes else None
    axis, parts = _cut(given, sizes)
    index = context.failure.inputs[0] if context.failure.inputs else -1
    maker = width_maker(context, index, given[axis]) if usual is not None and axis > 0 else None
    if usual is None or len(parts) < 2 or prod(parts) < 1:
        return None
    needed = product(parts)
    if maker is None:
        text = f"{usual.text}\nOf the {given[axis]:,} on axis {axis} the view makes {needed}."
        return Explanation(text, divisions.inputs_for_a_grid(context))
    what = "channels" if context.trace.rows[maker].family == "convolution" else "features"
    text = f"{usual.text}\n{context.name(maker)} gives {given[axis]:,} {what}, the view needs {needed}."
    return Explanation(text, _repairs(context, maker, (axis, given[axis]), parts))


def _repairs(context: FailureContext, maker: int, now: tuple[int, int], parts: Shape) -> Iterator[Repair]:
    given, sizes = _view(context)
    axis, has = now
    yield from other_width(context, maker, prod(parts))
    maps = square_maps(has, parts)
    if maps is None:
        return
    new = (*sizes[:axis], *maps, *sizes[axis + len(parts) :])

    def other(func: Any, args: Any, kwargs: Any) -> Any:
        return args[0].reshape(args[0].shape[0], *new[1:])

    op = context.failure.op
    patch = replaced_call(op, given, other, len(context.trace))
    text = f"x.{op}(x.size(0), {', '.join(map(str, new[1:]))})"
    yield Repair(text, "maps", patch=patch)


def _view(context: FailureContext) -> tuple[Shape, Shape]:
    """The shape and the wanted sizes of a failed view or reshape; () and () for anything else."""
    failure = context.failure
    if failure.op not in ("view", "reshape") or not failure.input_shapes:
        return (), ()
    arguments = failure.given[1:]
    sizes = arguments[0] if arguments and isinstance(arguments[0], tuple) else arguments
    return (failure.input_shapes[0], tuple(sizes)) if all(type(n) is int for n in sizes) else ((), ())


def _cut(given: Shape, sizes: Shape) -> tuple[int, Shape]:
    """The one axis that a view cuts into parts, and the parts; (0, ()) if more than one axis changes.

    >>> _cut((1, 75, 13, 13), (1, 3, 85, 13, 13))
    (1, (3, 85))
    """
    for axis in range(1, len(given)):
        after = len(given) - axis - 1
        parts = sizes[axis : len(sizes) - after]
        if (
            given[:axis] == sizes[:axis]
            and given[axis + 1 :] == sizes[len(sizes) - after :]
            and len(parts) > 1
        ):
            return axis, parts
    return 0, ()
