"""Layers with a parameter for each channel beside batch normalization: PReLU, instance and group norms."""

from __future__ import annotations

from math import gcd

from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import rebuilt
from cnnbook.tracing.failures.makers import width_maker
from cnnbook.tracing.failures.wording import shape_text


def prelu(context: FailureContext) -> Explanation | None:
    """A PReLU with another number of parameters than its input has channels."""
    failure, module = context.failure, context.module
    if failure.op != "prelu" or not failure.input_shapes or len(failure.input_shapes[0]) < 2:
        return None
    given, built = failure.input_shapes[0], getattr(module, "num_parameters", None)
    if type(built) is not int or built in (1, given[1]):
        return None
    maker = context.origin(failure.inputs[0], 1)
    text = (
        f"{context.where} has {built} parameters, one for each channel; {context.name(maker)} "
        f"gives {given[1]}."
    )
    return Explanation(
        text, rebuilt(context.run.model, failure.path, num_parameters=given[1]) if failure.path else ()
    )


def instance_norm(context: FailureContext) -> Explanation | None:
    """An instance normalization with parameters for another number of channels."""
    failure, module = context.failure, context.module
    built = getattr(module, "num_features", None)
    if failure.op or not failure.module.startswith("InstanceNorm") or not failure.input_shapes:
        return None
    given, axes = failure.input_shapes[0], int(failure.module[-2])
    if type(built) is not int or len(given) not in (axes + 1, axes + 2) or given[-axes - 1] == built:
        return None
    if len(given) == axes + 1 and given[1] == built:
        return None  # its features stand on axis 1: a space axis is missing, and not the batch
    channels = given[-axes - 1]
    maker = width_maker(context, failure.inputs[0], channels)
    source = context.name(failure.inputs[0] if maker is None else maker)
    text = f"{context.where} is built for {built} channels, {source} gives {channels}: {shape_text(given)}."
    repairs = rebuilt(context.run.model, failure.path, num_features=channels) if failure.path else []
    if maker is not None:
        repairs += other_width(context, maker, built)
    return Explanation(text, repairs)


def group_norm(context: FailureContext) -> Explanation | None:
    """A group normalization for another number of channels than its input has."""
    failure, module = context.failure, context.module
    built, groups = getattr(module, "num_channels", None), getattr(module, "num_groups", None)
    if failure.op != "group_norm" or not failure.input_shapes or len(failure.input_shapes[0]) < 2:
        return None
    channels = failure.input_shapes[0][1]
    if type(built) is not int or type(groups) is not int or channels == built:
        return None
    maker = context.origin(failure.inputs[0], 1)
    text = (
        f"{context.where} is built for {built} channels in {groups} groups, "
        f"{context.name(maker)} gives {channels}: {shape_text(failure.input_shapes[0])}."
    )
    new = {"num_channels": channels, "num_groups": gcd(groups, channels)}
    repairs = rebuilt(context.run.model, failure.path, **new) if failure.path else []
    if maker >= 0:
        repairs += other_width(context, maker, built)
    return Explanation(text, repairs)
