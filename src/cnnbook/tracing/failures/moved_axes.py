"""Channels that stand on another axis than a layer wants: last, behind the frames, or under a LayerNorm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch import nn

from cnnbook.traces import Shape
from cnnbook.tracing.failures.batch_axis import window_axes
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import features_last
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, SIZES, shape_text

_FAMILY = "moved axes"
_MOVERS = frozenset(
    ("permute", "transpose", "movedim", "moveaxis", "swapaxes", "view", "reshape", "unflatten")
)
_LAST_AXIS = ("linear", "recurrent", "attention")
Order = tuple[int, ...]


def channels(context: FailureContext) -> Explanation | None:
    """A convolution or batch normalization whose channels stand on another axis than PyTorch wants them."""
    failure = context.failure
    expected = _expected_channels(context)
    if not failure.inputs or not expected:
        return None
    given, index, axes = failure.input_shapes[0], failure.inputs[0], window_axes(failure.op)
    axes = axes or len(given) - 2
    at = len(given) - axes - 1  # where the channels should be
    if axes < 1 or at not in (0, 1) or given[at] == expected or (index >= 0 and at == 0):
        return None
    batch = context.trace.input_shape[0]
    behind = [axis for axis in range(at + 1, len(given)) if given[axis] == expected]
    found = [0, *behind] if at and given[0] == expected != batch and index >= 0 else behind
    if index == -1:
        return _of_the_input(context, given, (at, found, expected)) if axes == 3 else None
    mover = _mover(context, index, expected)
    if len(found) != 1 or mover is None or features_last(context, "", expected):
        return None
    order = _order(context, given, at, found[0])
    put = "" if mover == index else f", where {context.name(mover)} put them"
    text = (
        f"{context.where} {_wants(context, expected)} on axis {at}, {context.name(index)} gives "
        f"{shape_text(given)} with {expected:,} on axis {found[0]}{put}; PyTorch wants {AXES[axes]}."
    )
    moved = list(_moved(context, order))
    return Explanation(text, moved if failure.op.startswith("conv") else moved[::-1])


def layer_norm(context: FailureContext) -> Explanation | None:
    """A LayerNorm for the channels of maps (N, C, H, W), whose last axis is the width."""
    failure = context.failure
    if failure.op != "layer_norm" or not failure.input_shapes:
        return None
    given, wanted = failure.input_shapes[0], failure.bound.get("normalized_shape", ())
    if len(wanted) != 1 or len(given) < 3 or given[-1] == wanted[0]:
        return None
    fits, index = given[1] == wanted[0] and len(given) > 3 - (failure.inputs[0] >= 0), failure.inputs[0]
    made = context.origin(index, 1)
    maps = made >= 0 and window_axes(context.trace.rows[made].op) > 0
    if not fits and not maps:
        return None
    text = (
        f"{context.where} normalizes the last axis and is built for {wanted[0]:,}, "
        f"{context.name(index)} gives {shape_text(given)}: the {given[1]:,} channels are on axis 1."
    )
    return Explanation(text, _norm_repairs(context, given, fits))


def frames(context: FailureContext) -> Explanation | None:
    """A network for images that is given clips (N, T, C, H, W)."""
    failure = context.failure
    expected, axes = _expected_channels(context), window_axes(failure.op)
    if axes != 2 or failure.inputs[:1] != (-1,) or not expected:
        return None
    given = failure.input_shapes[0]
    if len(given) != 5 or given[2] != expected or 1 in given[:2]:
        return None
    images = given[0] * given[1]
    text = (
        f"{context.where} works on {AXES[2]}, 4 axes, the input {shape_text(given)} has 5: "
        f"{given[0]} clips of {given[1]} frames, {images} images for a network that takes images."
    )
    return Explanation(text, [feed(context, (images, *given[2:]), ": x.flatten(0, 1)")])


def _expected_channels(context: FailureContext) -> int:
    """The channels that a convolution or a batch or instance normalization is built for; 0 for others."""
    bound, op = context.failure.bound, context.failure.op
    weight = bound.get("weight")
    if op.startswith("conv") and isinstance(weight, tuple) and len(weight) > 2:
        return int(weight[0] if "transpose" in op else weight[1] * bound.get("groups", 1))
    if op in ("batch_norm", "instance_norm", "group_norm"):
        sizes = (bound.get(key) for key in ("running_mean", "weight"))
        return next((size[0] for size in sizes if isinstance(size, tuple) and size), 0)
    return 0


def _wants(context: FailureContext, expected: int) -> str:
    if context.failure.op.startswith("conv"):
        return f"expects {expected:,} input channel{'' if expected == 1 else 's'}"
    return f"is built for {expected:,} channels"


def _of_the_input(
    context: FailureContext, given: Shape, where: tuple[int, list[int], int]
) -> Explanation | None:
    """Clips whose channels stand behind the frames, or last."""
    at, found, expected = where
    # Of two axes that fit, channels stand beside the frames or last, and the sizes in between are pixels.
    usual = [axis for axis in (at + 1, len(given) - 1) if axis in found]
    if not usual:
        return None
    axis = usual[0]
    order = _first(len(given), at, axis)
    moved = tuple([given[a] for a in order])
    kind = "it is channels-last" if axis == len(given) - 1 else f"its {given[at]:,} frames stand before them"
    text = (
        f"{context.where} expects {expected:,} input channel{'' if expected == 1 else 's'} on axis {at}, "
        f"the input {shape_text(given)} has {given[at]:,} there and {expected:,} on axis {axis}: {kind}; "
        f"PyTorch wants channels before {SIZES[len(given) - at - 1]}, {AXES[len(given) - at - 1]}."
    )
    how = f": x.permute({', '.join(map(str, order))})"
    repairs = [feed(context, moved, how)]
    if at == 0:
        repairs.append(feed(context, (1, *moved), f"{how}.unsqueeze(0)"))
    return Explanation(text, repairs)


def _first(rank: int, at: int, axis: int) -> Order:
    """The order of axes in which `axis` comes to stand at `at`, and the others keep their order.

    >>> _first(4, 1, 3), _first(5, 1, 2)
    ((0, 3, 1, 2), (0, 2, 1, 3, 4))
    """
    others = [a for a in range(rank) if a != axis]
    return (*others[:at], axis, *others[at:])


def _order(context: FailureContext, given: Shape, at: int, axis: int) -> Order:
    """The order that brings the channels to their place, and the batch back to axis 0 if it was moved too."""
    batch = context.trace.input_shape[0]
    moved = [a for a in range(1, len(given)) if given[a] == batch and a != axis]
    if given[0] == batch or len(moved) != 1 or at == 0:
        return _first(len(given), at, axis)
    return (moved[0], axis, *(a for a in range(len(given)) if a not in (moved[0], axis)))


def _mover(context: FailureContext, index: int, expected: int) -> int | None:
    """The row that put the channels where they are: a permute, a view, or a layer on the last axis."""
    rows = context.trace.rows
    while index >= 0 and rows[index].input_shapes:
        row = rows[index]
        last = row.family in _LAST_AXIS or row.op == "embedding"
        if (row.op in _MOVERS or last) and expected in row.output_shape:
            # Behind a permute and a dense layer, it is the permute that is to be undone.
            before = _mover(context, row.inputs[0], row.input_shapes[0][-1]) if last else None
            moved = before is not None and rows[before].op in _MOVERS
            return before if moved else index
        if window_axes(row.op):
            return None
        index = row.inputs[0]
    return None


def _moved(context: FailureContext, order: Order) -> Iterator[Repair]:
    """The axes moved before the failed layer, and moved back after it."""
    failure = context.failure
    back = tuple(order.index(axis) for axis in range(len(order)))
    rank = len(order)
    to, fro = _written(order), _written(back)

    def there(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        return func(args[0].permute(order), *args[1:], **kwargs)

    def there_and_back(func: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        moved = there(func, args, kwargs)
        return moved.permute(back) if moved.dim() == rank else moved

    here = place(context.run.model, failure.path) if context.module is not None else f"F.{failure.op}"
    called = f"{here}(x.{to})" if context.module is not None else f"{here}(x.{to}, ...)"
    first = failure.input_shapes[0]
    for text, call in ((f"x = x.{to} before {here}", there), (f"x = {called}.{fro}", there_and_back)):
        yield Repair(text, _FAMILY, patch=replaced_call(failure.op, first, call, len(context.trace)))


def _written(order: Order) -> str:
    """How an order of axes is written: a transpose for a sequence, else a permute."""
    return "transpose(1, 2)" if order == (0, 2, 1) else f"permute({', '.join(map(str, order))})"


def _norm_repairs(context: FailureContext, given: Shape, fits: bool) -> Iterator[Repair]:
    axes, count = len(given) - 2, given[1]
    if fits:
        there, there_and_back = _moved(context, (0, *range(2, len(given)), 1))
        index = context.failure.inputs[0]
        flattened = index >= 0 and context.trace.rows[index].op in ("flatten", "view", "reshape")
        # Maps that were flattened are tokens, whose features stay last; maps go on to a convolution.
        yield from (there, there_and_back) if flattened else (there_and_back, there)
    path = context.failure.path
    if context.module is None or not path or axes > 3:
        return
    here = place(context.run.model, path)
    others: list[tuple[str, Any, tuple[int, ...]]] = [(f"GroupNorm(1, {count})", nn.GroupNorm, (1, count))]
    others.append((f"BatchNorm{axes}d({count})", getattr(nn, f"BatchNorm{axes}d"), (count,)))
    for written, kind, arguments in others:

        def change(trial: nn.Module, kind: Any = kind, arguments: Any = arguments) -> None:
            old = trial.get_submodule(path)
            made = kind(*arguments, device="meta")
            trial.set_submodule(path, made.train(old.training))

        yield Repair(f"{here} = nn.{written}", written, change)
