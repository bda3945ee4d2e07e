"""Tensors of different number types, which torch does not combine in one layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import together
from cnnbook.tracing.failures.module_paths import assignment, attribute
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.torch_internals import NUMBER_TYPES, says


def mismatch(context: FailureContext) -> Explanation | None:
    """An operation gets numbers of another type than its weights have, or of a type it does not know."""
    found = list(dict.fromkeys(context.failure.dtypes))
    if not context.failure.op or not says(context.failure.error, NUMBER_TYPES) or not found:
        return None
    if context.failure.op == "embedding":
        index = context.failure.inputs[0] if context.failure.inputs else -1
        verb = "is" if index < 0 else "gives"
        text = f"{context.where} looks up whole numbers, {context.name(index)} {verb} {found[0]}."
        return Explanation(text, [_converted(context, "int64", "x.long()")] if index == -1 else ())
    given, others = found[0], [dtype for dtype in found[1:] if dtype != found[0]]
    index = context.failure.inputs[0] if context.failure.inputs else -1
    source = context.name(index)
    has = "is" if index < 0 else "gives"
    wanted = others[0] if others else "float32"
    text = (
        f"{context.where} has {wanted} weights, {source} {has} {given}"
        if others
        else f"{context.where} does not work on {given}"
    )
    if given in ("int64", "int32", "uint8", "bool"):
        text = f"{text}: whole numbers" + ("" if others else f", which {source} {has}")
    if given == "float64" and index >= 0 and not _fed_doubles(context):
        doubles = _doubles(context)
        named = "".join(f"; {name} of the network is float64" for name, _ in doubles[:1])
        return Explanation(f"{text}{named}; torch does not convert by itself.", [r for _, r in doubles])
    return Explanation(f"{text}; torch does not convert by itself.", _repairs(context, wanted, given))


def _fed_doubles(context: FailureContext) -> bool:
    """Whether the input, or a parameter of the network, is float64."""
    given = [*context.run.inputs, *context.run.keywords.values()][:1]
    return any(getattr(t, "dtype", None) is torch.float64 for t in (*given, *context.run.model.parameters()))


def _doubles(context: FailureContext) -> list[tuple[str, Repair]]:
    """The float64 tensors among the network's buffers and attributes, each with the repair that converts it.

    Tensors that are made of NumPy arrays often are float64.
    """
    found, model = [], context.run.model
    for path, module in model.named_modules():
        for name, value in (*module.named_buffers(recurse=False), *vars(module).items()):
            if isinstance(value, torch.Tensor) and value.dtype is torch.float64:

                def change(trial: Any, path: str = path, name: str = name) -> None:
                    module = trial.get_submodule(path)
                    setattr(module, name, getattr(module, name).float())

                whole = f"{path}.{name}" if path else name
                here = attribute(model, whole)
                text = assignment(model, whole, f"{here}.float()")
                found.append((here, Repair(text, f"dtype {here}", change)))
    if len(found) > 1:
        found.append((found[0][0], together(*[repair for _, repair in found])))
    return found


def _repairs(context: FailureContext, wanted: str, given: str) -> Iterator[Repair]:
    shape, weight = context.failure.input_shapes[0], context.failure.bound.get("weight", ())
    if context.failure.op == "linear" and given == "int64" and shape[-1:] != weight[-1:]:
        # The numbers of classes, each of which stands for a row of zeros with one 1.
        ones = torch.empty((*context.trace.input_shape, weight[-1]), device="meta")
        yield Repair(f"feed F.one_hot(x, {weight[-1]}).float()", "dtype", feed=ones)
    methods = {"float32": "x.float()", "float64": "x.double()", "float16": "x.half()"}
    if hasattr(torch, wanted):
        yield _converted(context, wanted, methods.get(wanted, f"x.to(torch.{wanted})"))
    if given == "float64":
        yield Repair("model.double()", "model", nn.Module.double)


def _converted(context: FailureContext, wanted: str, how: str) -> Repair:
    dtype = getattr(torch, wanted)
    return Repair(
        f"feed {how}", "dtype", feed=torch.empty(context.trace.input_shape, dtype=dtype, device="meta")
    )
