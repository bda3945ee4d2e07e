"""Branches that meet with different shapes, in a residual addition or a concatenation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain as one_after_the_other
from math import prod
from typing import Any

from cnnbook.traces import mismatches
from cnnbook.tracing.failures.branches import Branch, branches_of, padded_throughout, projection, resized
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import evaluated
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.layer_repairs import together
from cnnbook.tracing.failures.size_search import rows_up_to
from cnnbook.tracing.failures.trials import Repair

_ADDITIONS = ("add", "sub", "mul", "div", "maximum", "minimum")


def addition(context: FailureContext) -> Explanation | None:
    """Maps of different shapes are added: a branch lacks a stride, a padding or a projection."""
    failure = context.failure
    shapes = failure.input_shapes
    if failure.op not in _ADDITIONS or len(shapes) < 2:
        return None
    first, second = shapes[:2]
    wrong = mismatches.unequal_axes(first, second)
    if not wrong:
        return None
    left, right = failure.inputs[:2]
    names = [context.name(left), context.name(right)]
    difference = mismatches.shape_differences(first, second)
    text = mismatches.unequal_addition(context.where, names, (first, second), difference)
    branches = branches_of(context)
    if branches is None or len(first) != len(second) or len(first) < 3 or 0 in wrong:
        return Explanation(text)
    return Explanation(text, _addition_repairs(context, branches))


def concatenation(context: FailureContext) -> Explanation | None:
    """Branches of different heights and widths are concatenated."""
    failure = context.failure
    shapes = failure.input_shapes
    if failure.op not in ("cat", "stack") or len(shapes) < 2:
        return None
    dim = failure.bound.get("dim", 0)
    ranks = {len(shape) for shape in shapes}
    names = [context.name(i) for i in failure.inputs]
    given = mismatches.named_shapes(names, shapes)
    if len(ranks) > 1:
        return Explanation(mismatches.unequal_ranks(context.where, given), _with_axis(context, dim))
    rank = ranks.pop()
    if type(dim) is not int or not -rank <= dim < rank:
        return Explanation(f"{context.where} joins along axis {dim}, which {given} do not have.")
    sizes = [
        tuple([n for a, n in enumerate(shape) if a != dim % rank or failure.op == "stack"])
        for shape in shapes
    ]
    usual = max(sizes, key=sizes.count)
    odd = [i for i, size in enumerate(sizes) if size != usual]
    if not odd:
        return None
    text = mismatches.unequal_joined(context.where, given, dim)
    if len(shapes) > 2:
        i = odd[0]
        differs = mismatches.shape_differences(shapes[i], shapes[sizes.index(usual)], dim % rank)
        text = mismatches.odd_one(text, names[i], differs)
    branches = branches_of(context)
    same_batch = len({shape[0] for shape in shapes}) == 1
    if branches is None or dim % rank != 1 or rank < 3 or not same_batch:
        return Explanation(f"{text}.")
    if len({*sizes}) > 2:
        return Explanation(f"{text}.", _padded_everywhere(context, branches))
    keep = branches[sizes.index(usual)]
    pairs = [(branches[i], keep) for i in odd]
    if len(branches) == 2:
        pairs.append((keep, branches[odd[0]]))
    each = [
        repairs(context, branch, other.shape[2:])
        for repairs in (padded_throughout, resized)
        for branch, other in pairs
    ]
    everywhere = _padded_everywhere(context, branches)
    return Explanation(f"{text}.", one_after_the_other(everywhere, *each, _rounded_input(context)))


def _with_axis(context: FailureContext, dim: Any) -> Iterator[Repair]:
    """Give the one tensor of a `cat` that has an axis fewer than the others an axis of size 1 to join on."""
    failure = context.failure
    shapes, most = failure.input_shapes, max(map(len, failure.input_shapes))
    short = [i for i, shape in enumerate(shapes) if len(shape) < most]
    if failure.op != "cat" or len(short) != 1 or type(dim) is not int or not -most <= dim < most:
        return
    at, axis = short[0], dim % most
    rest = [(*shape[:axis], *shape[axis + 1 :]) for shape in shapes if len(shape) == most]
    single = axis == 1 and most == 3 and prod(shapes[at]) == shapes[at][-1] == rest[0][-1]
    if set(rest) != {shapes[at]} and not single:
        return
    found = evaluated(failure.error)
    listed = found.node.args[0] if found and isinstance(found.node, ast.Call) and found.node.args else None
    parts = listed.elts if isinstance(listed, ast.List | ast.Tuple) else []
    name = ast.unparse(parts[at]) if len(parts) == len(shapes) else context.name(failure.inputs[at])

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        batch = next(x for i, x in enumerate(args[0]) if i != at).size(0)
        tensors = [*args[0]]
        tensors[at] = tensors[at].expand(batch, 1, -1) if single else tensors[at].unsqueeze(axis)
        return func(tensors, *args[1:], **kwargs)

    patch = replaced_call("cat", failure.given[0], call, len(context.trace))
    how = "expand(x.size(0), 1, -1)" if single else f"unsqueeze({axis})"
    yield Repair(f"{name}.{how} in that cat", "unsqueeze", patch=patch)


def _padded_everywhere(context: FailureContext, branches: list[Branch]) -> Iterator[Repair]:
    """The repair that pads several branches, as in an Inception block, up to the largest of their sizes."""
    wanted = tuple(map(max, zip(*(branch.shape[2:] for branch in branches), strict=True)))
    short = [branch for branch in branches if branch.shape[2:] != wanted]
    found = [next(padded_throughout(context, branch, wanted), None) for branch in short]
    repairs = [repair for repair in found if repair is not None]
    if len(repairs) == len(short) > 1:
        yield together(*repairs)


def _addition_repairs(context: FailureContext, branches: list[Branch]) -> Iterator[Repair]:
    first, second = branches[:2]
    short, main = (first, second) if len(first.rows) < len(second.rows) else (second, first)
    channels = short.shape[1] != main.shape[1] and 1 not in (short.shape[1], main.shape[1])
    sizes = short.shape[2:] != main.shape[2:]
    if sizes and not channels:
        yield from padded_throughout(context, main, short.shape[2:])
        yield from padded_throughout(context, short, main.shape[2:])
        yield from resized(context, main, short.shape[2:], names=("padding", "output_padding"))
        yield from resized(context, short, main.shape[2:])
        yield from projection(context, short, main)
        yield from resized(context, main, short.shape[2:], names=("stride",))
        yield from _rounded_input(context)
    else:
        yield from projection(context, short, main)
        for one, other in ((short, main), (main, short)):
            yield from _widened(context, one, other)


def _widened(context: FailureContext, one: Branch, other: Branch) -> Iterator[Repair]:
    if not one.rows or one.shape[2:] != other.shape[2:]:
        return
    made = context.origin(one.index, 1)
    if made in {row.index for row in one.rows}:
        yield from other_width(context, made, other.shape[1])


def _rounded_input(context: FailureContext) -> Iterator[Repair]:
    """Repairs for networks that halve a size and double it again: inputs that can be halved several times."""
    given = context.trace.input_shape
    if len(given) < 3 or rows_up_to(context.trace, context.failure.inputs[0]) is None:
        return
    for power in (2, 4, 8, 16, 32):
        shape = (*given[:2], *(-(-n // power) * power for n in given[2:]))
        if shape != given:
            yield feed(context, shape)
