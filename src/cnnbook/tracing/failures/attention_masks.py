"""A mask of attention that stands for another one: padded keys given as attn_mask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from torch import nn

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import evaluated
from cnnbook.tracing.failures.sequences import called_with
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text

_NAMES = {"attn_mask": "key_padding_mask", "mask": "src_key_padding_mask", "src_mask": "src_key_padding_mask"}


def padding_mask(context: FailureContext) -> Explanation | None:
    """A mask (N, S) of the padded keys of each sequence, given where a mask (L, S) of pairs is wanted."""
    failure, module = context.failure, context.module
    if failure.op != "multi_head_attention_forward" or not isinstance(module, nn.MultiheadAttention):
        return None
    mask, shapes = failure.bound.get("attn_mask"), failure.input_shapes
    if not isinstance(mask, tuple) or len(shapes) < 2 or not len(shapes[0]) == len(shapes[1]) == 3:
        return None
    (queries, batch, _), keys = shapes[0], shapes[1][0]  # the call itself has the steps first
    if mask != (batch, keys) or mask == (queries, keys):
        return None
    text = (
        f"{context.where} wants an attn_mask of shape (queries, keys), {shape_text((queries, keys))}; the "
        f"given one is {shape_text(mask)}, one value for each key of each of the {batch} sequences: that is "
        "a key_padding_mask."
    )
    return Explanation(text, _renamed(context))


def _renamed(context: FailureContext) -> Iterator[Repair]:
    """The repair that gives the same mask under the other name, to the layer that the learner calls."""
    found = evaluated(context.failure.error)
    call = found.node if found is not None and isinstance(found.node, ast.Call) else None
    named = next((each for each in call.keywords if each.arg in _NAMES), None) if call else None
    path, old, value = context.failure.path, "attn_mask", "mask"
    if found is not None and call is not None and named is not None:
        called, old, value = found.value(call.func), str(named.arg), ast.unparse(named.value)
        modules = context.run.model.named_modules()
        path = next((each for each, module in modules if module is called), "")
    new = _NAMES[old]

    def edit(args: Any, kwargs: Any) -> Any:
        return args, {(new if key == old else key): mask for key, mask in kwargs.items()}

    if path:
        yield Repair(f"{new}={value} in place of {old}={value}", "mask", called_with(path, edit))
