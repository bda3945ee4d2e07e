"""A gate, an embedding or a mask that lacks axes of size 1 to be broadcast over feature maps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations
from typing import Any, NamedTuple

from cnnbook.traces import Shape
from cnnbook.tracing.failures import features
from cnnbook.tracing.failures.call_replacement import replaced_call, replaced_calls, rewired
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.missing_axes import REDUCTIONS
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text

_ARITHMETIC = ("add", "sub", "mul", "div")
_EXPANDING = ("expand", "expand_as", "broadcast_to")


class _Placed(NamedTuple):
    """The order of the axes of the smaller tensor, and where each of them stands among those of the maps."""

    order: tuple[int, ...]
    positions: tuple[int, ...]


def gate(context: FailureContext) -> Explanation | None:
    """A tensor (N, C) that is to scale or shift maps (N, C, H, W) has no axes for height and width."""
    failure = context.failure
    if failure.op not in (*_ARITHMETIC, *_EXPANDING) or not failure.input_shapes or failure.operands:
        return None
    shapes = _operands(context)
    if shapes is None:
        return None
    small, maps = sorted(shapes, key=len)
    placed = _placed(small, maps)
    if len(maps) < 3 or len(small) >= len(maps) or len(small) < 2 or placed is None:
        return None
    which = shapes.index(small)
    if which < len(failure.inputs) and _reduced(context, failure.inputs[which]):
        return None  # keepdim=True keeps the axes
    names = [context.name(index) for index in failure.inputs[:2]]
    name = names[which] if which < len(names) else "its argument"
    wanted = tuple(
        [
            small[placed.order[placed.positions.index(a)]] if a in placed.positions else 1
            for a in range(len(maps))
        ]
    )
    other = names[1 - which] if 1 - which < len(names) else "the maps"
    number = len(maps) - len(small)
    missing = "one more axis" if number == 1 else f"{'two' if number == 2 else number} more axes"
    text = (
        f"{context.where} cannot broadcast {name} {shape_text(small)} over {other} {shape_text(maps)}: "
        f"axes are compared from the last one, so it needs {missing} of size 1, {shape_text(wanted)}."
    )
    return Explanation(text, _repairs(context, which, placed, maps))


def flat_gate(context: FailureContext) -> Explanation | None:
    """A gate is computed from pooled maps that were not flattened, and then scales the maps."""
    failure = context.failure
    usual = features.linear(context)
    if usual is None or failure.op != "linear" or len(failure.input_shapes[0]) < 3:
        return None
    given, expected = failure.input_shapes[0], failure.bound["weight"][1]
    if given[1] != expected or set(given[2:]) != {1}:
        return None

    def flattened(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0].flatten(1), *args[1:], **kwargs)

    edits: dict[tuple[int, str], Any] = {(len(context.trace), "linear"): flattened}
    outcome = context.run.outcome(Repair("looking for a gate", "", patch=rewired(edits)))
    if outcome.trace is None or outcome.failure is None:
        return None
    later = FailureContext(context.run, outcome.trace, outcome.failure)
    explanation, shapes = gate(later), _operands(later)
    if explanation is None or shapes is None:
        return None
    small, maps = sorted(shapes, key=len)
    placed, which, op = _placed(small, maps), shapes.index(small), later.failure.op
    if placed is None:
        return None
    index = _index(placed, maps)

    def shaped(func: Any, args: Any, kwargs: Any) -> Any:
        both = list(args)
        both[which] = both[which].permute(placed.order)[index]
        return func(*both, **kwargs)

    here = place(context.run.model, failure.path) if failure.path else "F.linear"
    patch = rewired({**edits, (len(later.trace), op): shaped})
    gated = f"gate{_written(index)} in {op} (row {len(later.trace)})"
    repair = Repair(f"x = torch.flatten(x, 1) before {here} and {gated}", "axes", patch=patch)
    return Explanation(f"{usual.text}\nThen {explanation.text}", [repair])


def _index(placed: _Placed, maps: Shape) -> tuple[slice | None, ...]:
    index = tuple([slice(None) if axis in placed.positions else None for axis in range(len(maps))])
    while index[-1] is not None:
        index = index[:-1]
    return index


def _written(index: tuple[slice | None, ...]) -> str:
    """An index as Python writes it: "[:, :, None, None]"."""
    return "[" + ", ".join(":" if part is not None else "None" for part in index) + "]"


def _reduced(context: FailureContext, index: int) -> bool:
    """Whether a tensor comes straight from a mean, a sum or the like, which dropped one axis."""
    row = context.trace.rows[index] if index >= 0 else None
    return row is not None and row.op in REDUCTIONS and len(row.input_shapes[0]) - len(row.output_shape) == 1


def _operands(context: FailureContext) -> list[Shape] | None:
    """The shapes of the tensor and the maps; None if they are not both known."""
    failure = context.failure
    if failure.op in _EXPANDING:
        wanted = failure.given[1:]
        wanted = wanted[0] if wanted and isinstance(wanted[0], tuple) else wanted
        return [failure.input_shapes[0], tuple(wanted)] if all(type(n) is int for n in wanted) else None
    return list(failure.input_shapes[:2]) if len(failure.input_shapes) == 2 else None


def _placed(small: Shape, maps: Shape) -> _Placed | None:
    """Where the axes of the smaller tensor belong: in their order if possible, batch and channels first."""
    if not small or small[0] not in (1, maps[0]):
        return None
    for order in permutations(range(len(small))):
        if order[0] != 0:
            continue
        for positions in combinations(range(len(maps)), len(small)):
            sizes = [(small[axis], maps[at]) for axis, at in zip(order, positions, strict=True)]
            if positions[0] == 0 and all(n in (1, m) for n, m in sizes) and any(n > 1 for n, _ in sizes[1:]):
                return _Placed(order, positions)
    return None


def _repairs(context: FailureContext, which: int, placed: _Placed, maps: Shape) -> Iterator[Repair]:
    failure = context.failure
    index, written = _index(placed, maps), _written(_index(placed, maps))

    def shaped(small: Any) -> Any:
        return small.permute(placed.order)[index]

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        both = list(args)
        if len(both) > which and _needs_axes(both, which):
            both[which] = shaped(both[which])
        return func(*both, **kwargs)

    x = (*failure.written, "", "")[which] or "gate"
    swapped = [i for i, axis in enumerate(placed.order) if i != axis]
    moved = f".transpose({swapped[0]}, {swapped[1]})" if len(swapped) == 2 else ""
    simple = x.replace(".", "").replace("_", "").isalnum() or x.endswith((")", "]"))
    text = f"{x if simple else f'({x})'}{moved}{written} in place of {x} in {failure.op}"
    once = replaced_call(failure.op, failure.given[0], call, len(context.trace))
    single = Repair(f"{text} (row {len(context.trace)})", "axes", patch=once)
    yield single
    if failure.op in _ARITHMETIC and not context.run.works(single):
        patch = replaced_calls(_ARITHMETIC, _everywhere(placed, shaped))
        yield Repair(f"gate{moved}{written} for each gate or shift of the maps", "axes", patch=patch)


def _needs_axes(both: list[Any], which: int) -> bool:
    small, other = both[which], both[1 - which] if len(both) == 2 else None
    return other is None or not hasattr(other, "dim") or small.dim() < other.dim()


def _everywhere(placed: _Placed, shaped: Any) -> Any:
    """A call that gives the axes to whichever operand lacks them."""

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        both = list(args)
        dims = [operand.dim() if hasattr(operand, "dim") else 0 for operand in both[:2]]
        for i, j in ((0, 1), (1, 0)):
            if len(dims) == 2 and dims[i] == len(placed.order) < dims[j]:
                fits = _placed(tuple(both[i].shape), tuple(both[j].shape)) == placed
                both[i] = shaped(both[i]) if fits else both[i]
        return func(*both, **kwargs)

    return call
