"""Channels cut into parts that do not add up to them, or that are not as many as their names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from torch import Tensor

from cnnbook.traces import Row, Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import line_of, unpacked_value
from cnnbook.tracing.failures.makers import width_maker
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text
from cnnbook.tracing.torch_internals import UNPACKED

_PARTS = ("chunk", "split", "split_with_sizes", "unbind", "tensor_split")


def split(context: FailureContext) -> Explanation | None:
    """torch.split with a list of sizes that do not add up to the axis."""
    failure = context.failure
    if failure.op not in ("split", "split_with_sizes") or not failure.input_shapes or len(failure.given) < 2:
        return None
    given, sizes = failure.input_shapes[0], failure.given[1]
    axis = failure.given[2] if len(failure.given) > 2 else failure.keywords.get("dim", 0)
    if not isinstance(sizes, tuple) or type(axis) is not int or not -len(given) <= axis < len(given):
        return None
    has, total = given[axis], sum(sizes)
    if has == total or not sizes:
        return None
    index = failure.inputs[0]
    maker = width_maker(context, index, has)
    added = " + ".join(map(str, sizes))
    text = (
        f"{context.where} cuts axis {axis} into {added} = {total:,}, "
        f"{context.name(index if maker is None else maker)} gives {has:,}."
    )
    return Explanation(text, _repairs(context, maker, sizes, has))


def _repairs(context: FailureContext, maker: int | None, sizes: Shape, has: int) -> Iterator[Repair]:
    if maker is not None:
        yield from other_width(context, maker, sum(sizes))
    last = sizes[-1] + has - sum(sizes)
    if last < 1:
        return
    new = [*sizes[:-1], last]

    def other(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0], new, *args[2:], **kwargs)

    failure = context.failure
    patch = replaced_call(failure.op, failure.given[0], other, len(context.trace))
    yield Repair(f"{new} in place of {list(sizes)}", "sizes", patch=patch)


def unpacked(context: FailureContext) -> Explanation | None:
    """a, b, c = x.chunk(3, 1), where there are other than three parts."""
    failure = context.failure
    found = UNPACKED.search(str(failure.error)) if isinstance(failure.error, ValueError) else None
    if failure.op or found is None:
        return None
    line = line_of(failure.error)
    read = _shape_read(failure.error)
    if read is not None:
        name, shape = read
        axes = f"{len(shape)} {'axis' if len(shape) == 1 else 'axes'}"
        text = f"{line}: {name} is {shape_text(shape)}, {axes}, and there are {found[1]} names for them."
        return Explanation(text)
    row = context.trace.rows[-1] if len(context.trace) else None
    if row is None or row.op not in _PARTS or not row.input_shapes:
        return None
    count, given, after = len(row.output_shapes), row.input_shapes[0], row.output_shape
    axis = next((a for a, (n, m) in enumerate(zip(given, after, strict=False)) if n != m), None)
    of = f" of the {given[axis]:,} on axis {axis}" if axis is not None else ""
    text = (
        f"{line}: {context.name(row.index)} gives {count} part{'s' if count > 1 else ''}{of}, "
        f"and there are {found[1]} names for them."
    )
    source = context.trace.rows[row.inputs[0]] if row.inputs and row.inputs[0] >= 0 else None
    if source is not None and source.op in ("gru", "rnn_tanh", "rnn_relu") and found[1] == "2":
        return _one_state(context, line, row, source)
    return Explanation(text)


def _one_state(context: FailureContext, line: str, row: Row, source: Row) -> Explanation:
    """out, (h, c) = self.gru(x): of the recurrent layers only an LSTM has a cell beside its state."""
    name = context.name(source.index)
    text = f"{line}: {name} has one state, here it gets two names; only an LSTM has a pair, state and cell."

    def whole(func: Any, args: Any, kwargs: Any) -> Any:
        return args[0], args[0]

    patch = replaced_call(row.op, row.input_shapes[0], whole, row.index)
    here = place(context.run.model, source.path)
    return Explanation(text, [Repair(f"out, h = {here}(x)", "state", patch=patch)])


def _shape_read(error: Exception) -> tuple[str, Shape] | None:
    """How the line that failed writes a shape, as "x.shape", and that shape; None if it reads none."""
    value = unpacked_value(error)
    node = value.node if value is not None else None
    text = ast.unparse(node) if node is not None else ""
    if isinstance(node, ast.Call):
        node = node.func
    if value is None or not isinstance(node, ast.Attribute) or node.attr not in ("shape", "size"):
        return None
    owner = value.value(node.value)
    return (text, tuple(owner.shape)) if isinstance(owner, Tensor) else None
