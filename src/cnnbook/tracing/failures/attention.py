"""Attention whose queries, keys or values have another width than it was built for, or their axes swapped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import nn

from cnnbook.traces import Shape
from cnnbook.tracing.failures.channels import common_divisors, other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import rebuilt
from cnnbook.tracing.failures.sequences import sequence
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.widths import multiples_of, width_maker
from cnnbook.tracing.failures.wording import shape_text


def attention(context: FailureContext) -> Explanation | None:
    """A MultiheadAttention on tensors of another width, or with the batch where it expects the steps."""
    failure, module = context.failure, context.module
    if failure.op != "multi_head_attention_forward" or not isinstance(module, nn.MultiheadAttention):
        return None
    if len(failure.inputs) < 2 or len(failure.given) < 3:
        return None
    query, key = (_before(context, index) for index in failure.inputs[:2])
    value = _before(context, failure.inputs[2]) if len(failure.inputs) > 2 else key
    widths = ("embed_dim", module.embed_dim), ("kdim", module.kdim), ("vdim", module.vdim)
    for name, index, (setting, expected) in zip(
        ("queries", "keys", "values"), (query, key, value), widths, strict=True
    ):
        shape = context.made(index)
        moved = sequence(context, index, shape, expected)
        if moved is not None:
            return moved
        if shape[-1] != expected:
            maker = width_maker(context, index, shape[-1])
            text = (
                f"{context.where} expects {name} of {expected:,} features ({setting}), "
                f"{context.name(maker if maker >= 0 else index)} gives {shape[-1]:,}: {shape_text(shape)}."
            )
            return Explanation(text, _widths(context, setting, shape[-1], expected, maker))
    first, second = context.made(query), context.made(key)
    batch = 0 if module.batch_first else 1
    if len(first) == len(second) == 3 and first[batch] != second[batch]:
        text = (
            f"{context.where} has batch_first={module.batch_first}, so axis {batch} is the batch: "
            f"the queries {shape_text(first)} have {first[batch]}, the keys {shape_text(second)} "
            f"{second[batch]}."
        )
        swapped = first[1 - batch] == second[1 - batch]
        other = rebuilt(context.run.model, failure.path, batch_first=not module.batch_first)
        return Explanation(text, other if swapped and failure.path else ())
    mask = failure.bound.get("key_padding_mask")
    if len(second) == 3 and isinstance(mask, tuple) and not module.batch_first and mask == second[:2]:
        return _mask(context, mask, second)
    return None


def _mask(context: FailureContext, mask: Shape, keys: Shape) -> Explanation:
    """A mask (N, L) goes with tensors (N, L, E), which attention without batch_first takes for (L, N, E)."""
    parent = context.failure.path.rpartition(".")[0].split(".layers.")[0]

    def change(trial: nn.Module) -> None:
        for part in trial.get_submodule(parent).modules():
            if isinstance(part, nn.MultiheadAttention):
                part.batch_first = True

    text = (
        f"{context.where} has batch_first=False, so axis 1 of {shape_text(keys)} is the batch, {keys[1]}: "
        f"the mask {shape_text(mask)} has the batch {mask[0]} on axis 0."
    )
    owner = type(context.run.model.get_submodule(context.failure.path.rpartition(".")[0])).__name__
    name = owner if owner.startswith("Transformer") else "MultiheadAttention"
    repairs = [Repair(f"nn.{name}(..., batch_first=True)", "batch_first", change)]
    return Explanation(text, repairs)


def heads(context: FailureContext) -> Explanation | None:
    """A MultiheadAttention that is made inside of forward, with a width that its heads do not divide."""
    width, number = _settings(context.failure.error)
    if number < 1 or width % number == 0:
        return None
    text = (
        f"MultiheadAttention in {context.failure.path or context.failure.module} is made with "
        f"embed_dim={width} and num_heads={number}: {number} does not divide {width}. "
        f"These do: {common_divisors(width)}."
    )
    inputs = [i for i in context.failure.inputs[::-1] if width in context.made(i)]
    return Explanation(text, multiples_of(context, inputs[0], width, number) if inputs else ())


def _settings(error: Exception) -> tuple[int, int]:
    """The embed_dim and num_heads of the attention layer that was being made; (0, 0) if none was."""
    step = error.__traceback__
    while step is not None:
        names = step.tb_frame.f_locals
        making = step.tb_frame.f_code.co_name == "__init__"
        if making and isinstance(names.get("self"), nn.MultiheadAttention):
            width, number = names.get("embed_dim"), names.get("num_heads")
            if isinstance(width, int) and isinstance(number, int):
                return width, number
        step = step.tb_next
    return 0, 0


def _before(context: FailureContext, index: int) -> int:
    """The row before the transposes that attention makes of what it was given."""
    while index >= 0 and context.trace.rows[index].path == context.failure.path:
        if not context.trace.rows[index].inputs:
            break
        index = context.trace.rows[index].inputs[0]
    return index


def _widths(context: FailureContext, setting: str, given: int, expected: int, maker: int) -> Iterator[Repair]:
    module: Any = context.module
    path = context.failure.path
    if path and setting == "embed_dim":
        fewer = [n for n in range(1, module.num_heads + 1) if given % n == 0]
        yield from rebuilt(
            context.run.model, path, embed_dim=given, num_heads=fewer[-1], kdim=given, vdim=given
        )
    elif path:
        yield from rebuilt(context.run.model, path, kdim=given, vdim=given)
    if maker >= 0:
        yield from other_width(context, maker, expected)
