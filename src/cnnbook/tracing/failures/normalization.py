"""A normalization whose input has other channels, or another number of axes, than it was built for."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from torch import nn

from cnnbook.traces import mismatches
from cnnbook.tracing.failures.channels import common_divisors, features_last, other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import rebuilt
from cnnbook.tracing.failures.module_paths import assignment, place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, shape_text


def normalization(context: FailureContext) -> Explanation | None:
    """A normalization whose input has other channels, or another last axis, than it was built for."""
    failure, module = context.failure, context.module
    if (
        failure.op not in ("batch_norm", "instance_norm", "group_norm", "layer_norm")
        or not failure.input_shapes
    ):
        return _norm_axes(context)
    given, bound = failure.input_shapes[0], failure.bound
    index = failure.inputs[0]
    if failure.op == "layer_norm":
        expected = bound.get("normalized_shape", ())
        if given[-len(expected) :] == expected:
            return None
        head = f"{context.where} is built for {shape_text(expected)} at the end"
        text = f"{head}, {context.name(index)} gives {shape_text(given)}."
        new = given[-len(expected) :] if len(given) >= len(expected) else given
        return Explanation(text, _rebuilt(context, normalized_shape=new))
    if len(given) < 2:
        return None
    channels = given[1]
    made = context.origin(index, 1)
    counted = f"{context.name(made)} gives {channels}"
    if failure.op == "group_norm":
        groups = bound.get("num_groups", 1)
        if groups and channels % groups:
            divisors = common_divisors(channels)
            text = (
                f"{context.where} cuts the channels into {groups} groups, {counted}; "
                f"these divide: {divisors}."
            )
            return Explanation(
                text, _rebuilt(context, num_channels=channels, num_groups=gcd(groups, channels))
            )
    sizes = [bound.get(key) for key in ("running_mean", "running_var", "weight", "bias")]
    built = next(
        (size[0] for size in sizes if isinstance(size, tuple) and size and size[0] != channels), None
    )
    if built is None:
        return None
    head = f"{context.where} is built for {built} channels"
    transposed = features_last(context, head, built)
    if transposed is not None:
        return transposed
    key = "num_channels" if failure.op == "group_norm" else "num_features"

    def repairs() -> Iterator[Repair]:
        yield from _rebuilt(context, **{key: channels})
        if made >= 0:
            yield from other_width(context, made, built)

    text = f"{head}, {counted}: {shape_text(given)}."
    return Explanation(text, repairs() if module is not None else ())


def _norm_axes(context: FailureContext) -> Explanation | None:
    """A normalization whose input has the wrong number of axes, as a BatchNorm2d after a flatten."""
    failure, module = context.failure, context.module
    name = type(module).__name__
    if failure.op or not name.startswith(("BatchNorm", "InstanceNorm")) or not context.failure.input_shapes:
        return None
    given, axes = failure.input_shapes[0], int(name[-2])
    wanted = {1: "(N, C) or (N, C, L)"}.get(axes, AXES[axes])
    fits = {2: 1, 3: 1, 4: 2, 5: 3}.get(len(given))
    source = context.name(failure.inputs[0]) if failure.inputs else "the row before it"
    text = mismatches.normalization_axes(context.where, source, given, wanted)
    if fits is None:
        return Explanation(text)
    before = _before_flatten(context, axes)
    if before is not None:
        return Explanation(text, [before])
    other = f"{name[:-2]}{fits}d"
    # An instance normalization has parameters only on request.
    affine = name.startswith("Instance") and getattr(module, "affine", False)
    settings = {"affine": True} if affine else {}

    def change(trial: nn.Module) -> None:
        trial.set_submodule(failure.path, getattr(nn, other)(given[1], **settings, device="meta"))

    new = f"nn.{other}({given[1]}{', affine=True' if affine else ''})"
    return Explanation(text, [Repair(assignment(context.run.model, failure.path, new), "norm", change)])


def _before_flatten(context: FailureContext, axes: int) -> Repair | None:
    """The repair that normalizes the maps before a flatten, if the layer is built for their channels."""
    failure, module = context.failure, context.module
    row = context.trace.rows[failure.inputs[0]] if failure.inputs and failure.inputs[0] >= 0 else None
    maps = row.input_shapes[0] if row is not None and row.input_shapes else ()
    if row is None or row.op != "flatten" or len(maps) != axes + 2 or not failure.path:
        return None
    if maps[1] != getattr(module, "num_features", 0):
        return None

    def change(trial: nn.Module) -> None:
        layer = trial.get_submodule(failure.path)
        layer.register_forward_pre_hook(lambda module, args: args[0].reshape(-1, *maps[1:]))
        layer.register_forward_hook(lambda module, args, out: out.flatten(1))

    here = place(context.run.model, failure.path)
    return Repair(f"apply {here} before {context.name(row.index)}", "norm", change)


def _rebuilt(context: FailureContext, **settings: object) -> list[Repair]:
    known = context.module is not None and context.failure.path
    return rebuilt(context.run.model, context.failure.path, **settings) if known else []
