"""A parameter, a buffer or a constant that is combined or joined with a tensor of another shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import prod

import torch

from cnnbook.traces import Operand, Shape
from cnnbook.tracing.failures import first_positions
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.operand_repairs import (
    Mismatch,
    changed_operand,
    fed_batch,
    fed_for,
    in_the_call,
    last_maps,
    parameter_repair,
    rebuilt_operand,
    reshaped_operands,
    with_shape,
)
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by, shape_text

_ELEMENTWISE = frozenset(
    (
        *("add", "sub", "mul", "div", "pow", "maximum", "minimum", "where", "masked_fill", "lerp"),
        *("eq", "ne", "lt", "le", "gt", "ge", "and", "or", "logical_and", "logical_or", "addcmul"),
    )
)


def elementwise(context: FailureContext) -> Explanation | None:
    """A parameter, buffer or constant is added to, or multiplied with, a tensor of another shape."""
    failure = context.failure
    if failure.op not in _ELEMENTWISE or not failure.operands:
        return None
    found = next(
        (
            (index, shape, operand)
            for index, shape in zip(failure.inputs, failure.input_shapes, strict=True)
            for operand in map(context.spelled, failure.operands)
            if operand != context.operand(index) and unequal(shape, operand.shape)
        ),
        None,
    )
    if found is None:
        return None
    index, shape, operand = found
    rank = max(len(shape), len(operand.shape))
    left, right = _filled(shape, rank), _filled(operand.shape, rank)
    sizes = [Mismatch(axis, left[axis], right[axis]) for axis in unequal(shape, operand.shape)]
    head = (
        f"{context.where} cannot combine {with_shape(context.name(index), shape)} with {operand}: "
        f"{differences(sizes)}."
    )
    view = _spread(operand.shape, shape)
    if view is not None:
        return _explained_view(context, operand, shape, view, head)
    if _swapped(operand.shape, shape):
        why = (
            f"its {operand.shape[0]:,} positions are axis 0, "
            f"those of {with_shape(context.name(index), shape)} are axis 1: the batch comes first."
        )
        text = f"{in_the_call(operand)}.transpose(0, 1) in that {failure.op}"
        repair = changed_operand(context, operand, text, lambda tensor, _: tensor.transpose(0, 1))
        return Explanation(f"{head}\n{_subject(operand)}: {why}", [repair])
    if [mismatch.axis for mismatch in sizes] == [0] and _is_batch(context, shape[0]):
        return Explanation(f"{head}\n{_made_for_batch(operand, shape[0])}", _other_batch(context, operand))
    maps = last_maps(context, index)
    patches = prod(maps.output_shape[2:]) if maps is not None else 0
    if len(sizes) == 1 and sizes[0].wanted == patches < sizes[0].now:
        more = sizes[0].now - patches
        size = by(maps.output_shape[2:]) if maps is not None else ""
        why = f"{_subject(operand)} has one for each of the {size} patches, and {more} more came to them."
        return Explanation(f"{head}\n{why}", rebuilt_operand(context, operand, sizes))
    why = f"{_subject(operand)} was made for {counts(sizes)}."
    return Explanation(f"{head}\n{why}", _other_size(context, index, operand, sizes))


def concatenation(context: FailureContext) -> Explanation | None:
    """A parameter, buffer or constant is joined with tensors of another batch, or another size."""
    failure = context.failure
    if failure.op not in ("cat", "stack") or not failure.operands or len(failure.input_shapes) < 2:
        return None
    dim, ranks = failure.bound.get("dim", 0), {len(shape) for shape in failure.input_shapes}
    if len(ranks) > 1 or type(dim) is not int:
        return None
    rank = ranks.pop()
    joined = dim % rank if failure.op == "cat" and rank else -1
    # Tensors that rows made come first: an operand is compared with another only where there is no such row.
    others = [*zip(failure.inputs, failure.input_shapes, strict=True)]
    others.sort(key=lambda pair: context.operand(pair[0]) is not None)
    pairs = ((*other, operand) for other in others for operand in map(context.spelled, failure.operands))
    for index, shape, operand in pairs:
        sizes = [
            Mismatch(axis, n, m)
            for axis, (n, m) in enumerate(zip(shape, operand.shape, strict=True))
            if n != m and axis != joined
        ]
        if sizes and context.operand(index) != operand:
            break
    else:
        return None
    head = (
        f"{context.where} joins {with_shape(context.name(index), shape)} and {operand} along axis {dim}, "
        f"so all other axes must be equal: {differences(sizes)}."
    )
    if [mismatch.axis for mismatch in sizes] == [0] and _is_batch(context, shape[0]):
        return Explanation(
            f"{head}\n{_made_for_batch(operand, shape[0])}", _expanded(context, operand, shape)
        )
    why = f"{_subject(operand)} was made for {counts(sizes)}."
    return Explanation(f"{head}\n{why}", _other_size(context, index, operand, sizes))


def unequal(first: Shape, second: Shape) -> list[int]:
    """The axes on which two shapes cannot be broadcast, counted from the first axis of the longer shape.

    >>> unequal((2, 5, 64), (1, 197, 64)), unequal((2, 24, 14, 14), (24,))
    ([1], [3])
    """
    rank = max(len(first), len(second))
    pairs = enumerate(zip(_filled(first, rank), _filled(second, rank), strict=True))
    return [axis for axis, (n, m) in pairs if n != m and 1 not in (n, m)]


def differences(sizes: list[Mismatch]) -> str:
    """The sizes on each axis that differs: "axis 1 has 5 and 197"."""
    return ", ".join(f"axis {m.axis} has {m.now:,} and {m.wanted:,}" for m in sizes)


def counts(sizes: list[Mismatch]) -> str:
    """What an operand was made for, and what this input gives: "197 there, this input gives 5"."""
    wanted = " × ".join(f"{m.wanted:,}" for m in sizes)
    return f"{wanted} there, this input gives {' × '.join(f'{m.now:,}' for m in sizes)}"


def _filled(shape: Shape, rank: int) -> Shape:
    return (1,) * (rank - len(shape)) + tuple(shape)


def _subject(operand: Operand) -> str:
    return operand.called[:1].upper() + operand.called[1:]


def _is_batch(context: FailureContext, size: int) -> bool:
    return bool(context.trace.input_shape) and context.trace.input_shape[0] == size


def _made_for_batch(operand: Operand, batch: int) -> str:
    return f"{_subject(operand)} has a batch of {operand.shape[0]:,}, the input has a batch of {batch:,}."


def _spread(operand: Shape, shape: Shape) -> Shape | None:
    """The view that puts an operand's sizes on the axes of the other tensor where they stand; or None.

    >>> _spread((24,), (2, 24, 14, 14)), _spread((3, 2), (2, 3, 13, 13, 2)), _spread((12,), (2, 10))
    ((24, 1, 1), (3, 1, 1, 2), None)
    """
    leading = next((i for i, n in enumerate(operand) if n != 1), len(operand))
    sizes = operand[leading:]
    if not sizes or len(shape) < 3 or len(sizes) >= len(shape) or 1 in sizes:
        return None
    ways = [
        axes
        for axes in combinations(range(1, len(shape)), len(sizes))
        if all(shape[axis] == n for axis, n in zip(axes, sizes, strict=True))
    ]
    if not ways or (len(ways) > 1 and ways[0][0] != 1):
        return None
    axes = dict(zip(ways[0], sizes, strict=True))
    first = max(0, ways[0][0] - leading)
    return tuple([axes.get(axis, 1) for axis in range(first, len(shape))])


def _explained_view(
    context: FailureContext, operand: Operand, shape: Shape, view: Shape, head: str
) -> Explanation:
    size = next(n for n in view if n != 1)
    axis = len(shape) - len(view) + view.index(size)
    what = f"the {size} channels are axis {axis}" if axis == 1 else f"its {size} belongs on axis {axis}"
    why = f"Shapes are aligned at the last axis; {what} of {shape_text(shape)}."

    def repairs() -> Iterator[Repair]:
        name = in_the_call(operand)
        sizes = ", ".join(map(str, view))
        text = f"{name}.view({sizes}) in that {context.failure.op}"
        yield changed_operand(context, operand, text, lambda tensor, _: tensor.reshape(view))
        yield from reshaped_operands(context, operand, view)

    return Explanation(f"{head}\n{why}", repairs())


def _swapped(operand: Shape, shape: Shape) -> bool:
    """Whether the operand fits if its first two axes change places."""
    if len(operand) != len(shape) or len(shape) < 3 or operand[0] != shape[1] or operand[0] == 1:
        return False
    return not unequal((operand[1], operand[0], *operand[2:]), shape)


def _other_batch(context: FailureContext, operand: Operand) -> Iterator[Repair]:
    raw = next(o for o in context.failure.operands if o.position == operand.position)
    batch = context.trace.input_shape[0]
    if operand.kind in ("parameter", "buffer"):
        yield parameter_repair(context, raw.name, (1, *operand.shape[1:]))
    else:
        yield _made_again(context, operand, batch)
    yield fed_batch(context, operand.shape[0])


def _expanded(context: FailureContext, operand: Operand, shape: Shape) -> Iterator[Repair]:
    """The operand with the batch of the input: expanded, or made for each batch anew."""
    rest = ", -1" * (len(operand.shape) - 1)

    def change(tensor: torch.Tensor, batch: int) -> torch.Tensor:
        return tensor[:1].expand(batch, *(-1,) * (tensor.dim() - 1))

    if operand.kind in ("constant", "computed") and operand.shape[0] != 1:
        yield _made_again(context, operand, shape[0])
    else:
        first = "" if operand.shape[0] == 1 else "[:1]"
        name = in_the_call(operand)
        text = f"{name}{first}.expand(x.size(0){rest}) in that {context.failure.op}"
        yield changed_operand(context, operand, text, change)
    if operand.shape[0] != 1:
        yield fed_batch(context, operand.shape[0])


def _made_again(context: FailureContext, operand: Operand, batch: int) -> Repair:
    """The repair that makes a constant with the batch of the input."""
    shape = (batch, *operand.shape[1:])
    text = f"make it {shape_text(shape)}, with x.size(0) in place of {operand.shape[0]}"
    return changed_operand(
        context, operand, text, lambda tensor, batch: tensor.new_empty((batch, *operand.shape[1:]))
    )


def _other_size(
    context: FailureContext, index: int, operand: Operand, sizes: list[Mismatch]
) -> Iterator[Repair]:
    yield from first_positions.of_a_table(context, operand, sizes)
    yield from fed_for(context, index, sizes)
    yield from rebuilt_operand(context, operand, sizes)
    yield from first_positions.of_a_mask(context, operand, sizes)
