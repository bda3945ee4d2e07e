"""A normalization built for other channels, or for another number of axes, than it gets."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import TYPE_CHECKING

from cnnbook.tracing.failures.attempts import Repair
from cnnbook.tracing.failures.cases import AXES, Case, Explained, place, shape_text
from cnnbook.tracing.failures.channels import common_divisors, features_last, other_width
from cnnbook.tracing.failures.rebuilding import rebuilt

if TYPE_CHECKING:
    from torch import nn


def normalization(case: Case) -> Explained | None:
    """A normalization built for another number of channels, or for another number of axes."""
    failure, module = case.failure, case.module
    if (
        failure.op not in ("batch_norm", "instance_norm", "group_norm", "layer_norm")
        or not failure.input_shapes
    ):
        return _norm_axes(case)
    given, bound = failure.input_shapes[0], failure.bound
    index = failure.inputs[0]
    if failure.op == "layer_norm":
        expected = bound.get("normalized_shape", ())
        if given[-len(expected) :] == expected:
            return None
        head = f"{case.where} is built for {shape_text(expected)} at the end"
        text = f"{head}, {case.name(index)} gives {shape_text(given)}."
        new = given[-len(expected) :] if len(given) >= len(expected) else given
        return Explained(text, _rebuilt(case, normalized_shape=new))
    if len(given) < 2:
        return None
    channels = given[1]
    made = case.origin(index, 1)
    counted = f"{case.name(made)} gives {channels}"
    if failure.op == "group_norm":
        groups = bound.get("num_groups", 1)
        if groups and channels % groups:
            divisors = common_divisors(channels)
            text = (
                f"{case.where} cuts the channels into {groups} groups, {counted}; these divide: {divisors}."
            )
            return Explained(text, _rebuilt(case, num_channels=channels, num_groups=gcd(groups, channels)))
    sizes = [bound.get(key) for key in ("running_mean", "running_var", "weight", "bias")]
    built = next(
        (size[0] for size in sizes if isinstance(size, tuple) and size and size[0] != channels), None
    )
    if built is None:
        return None
    head = f"{case.where} is built for {built} channels"
    turned = features_last(case, head, built)
    if turned is not None:
        return turned
    key = "num_channels" if failure.op == "group_norm" else "num_features"

    def repairs() -> Iterator[Repair]:
        yield from _rebuilt(case, **{key: channels})
        if made >= 0:
            yield from other_width(case, made, built)

    text = f"{head}, {counted}: {shape_text(given)}."
    return Explained(text, repairs() if module is not None else iter(()))


def _norm_axes(case: Case) -> Explained | None:
    """A BatchNorm2d after a flatten, a BatchNorm1d on images: the module itself checks the number of axes."""
    failure, module = case.failure, case.module
    kind = type(module).__name__
    if failure.op or not kind.startswith(("BatchNorm", "InstanceNorm")) or not case.failure.input_shapes:
        return None
    given, axes = failure.input_shapes[0], int(kind[-2])
    wanted = {1: "(N, C) or (N, C, L)"}.get(axes, AXES[axes])
    fitting = {2: 1, 3: 1, 4: 2, 5: 3}.get(len(given))
    source = case.name(failure.inputs[0]) if failure.inputs else "the row before it"
    text = f"{case.where} works on {wanted}, {source} gives {shape_text(given)}, {len(given)} axes."
    if fitting is None:
        return Explained(text)
    from torch import nn

    other = f"{kind[:-2]}{fitting}d"

    def change(trial: nn.Module) -> None:
        trial.set_submodule(failure.path, getattr(nn, other)(given[1], device="meta"))

    return Explained(
        text,
        iter([Repair(f"{place(case.attempt.model, failure.path)} = nn.{other}({given[1]})", "norm", change)]),
    )


def _rebuilt(case: Case, **settings: object) -> Iterator[Repair]:
    if case.module is not None and case.failure.path:
        repair = rebuilt(case.attempt.model, case.failure.path, **settings)
        if repair is not None:
            yield repair
