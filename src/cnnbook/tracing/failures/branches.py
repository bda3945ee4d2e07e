"""The branches that meet in an addition or concatenation, and repairs that give one of them another shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from torch import nn

from cnnbook.arithmetic import output_size
from cnnbook.traces import Row, Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.layer_repairs import rebuilt, together, with_attributes
from cnnbook.tracing.failures.module_paths import assignment, layer
from cnnbook.tracing.failures.size_search import setting_for, size_after
from cnnbook.tracing.failures.trials import Repair

# Usual names of the module on a residual block's shortcut. It may be None or an identity.
_SHORTCUTS = ("downsample", "shortcut", "projection", "proj", "skip", "residual", "identity")


@dataclass(frozen=True)
class Branch:
    """One operand: the row that made it, its shape, and the rows that no other operand depends on, in order.

    `start` is the shape that goes into the first of these rows.
    """

    index: int
    shape: Shape
    rows: tuple[Row, ...]
    start: Shape

    @property
    def windows(self) -> list[Row]:
        """The convolutions and pools that are modules."""
        return [row for row in self.rows if row.window is not None and row.path]


def branches_of(context: FailureContext) -> list[Branch] | None:
    """The operands of the failed row as branches; None where one of them is no row or stands there twice."""
    failure = context.failure
    if failure.operands:
        return None
    if len(failure.inputs) != len(failure.input_shapes) or len({*failure.inputs}) < len(failure.inputs):
        return None
    above = [_ancestors(context, index) for index in failure.inputs]
    branches = []
    for i, index in enumerate(failure.inputs):
        shared = set[int]().union(*(rows for j, rows in enumerate(above) if j != i))
        own: list[Row] = []
        at = index
        while at >= 0 and at not in shared:
            own.append(context.trace.rows[at])
            at = own[-1].inputs[0] if own[-1].inputs else -1
        branches.append(Branch(index, failure.input_shapes[i], tuple(own[::-1]), context.made(at)))
    return branches


def _ancestors(context: FailureContext, index: int) -> set[int]:
    found, waiting = set[int](), [index]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += context.trace.rows[at].inputs if at >= 0 else ()
    return found


def resized(
    context: FailureContext,
    branch: Branch,
    wanted: Shape,
    names: tuple[str, ...] = ("padding", "output_padding", "stride"),
) -> Iterator[Repair]:
    """Repairs that give a branch the wanted size by the padding or stride of one convolution or pool.

    Of a transposed convolution, its output_padding is changed.
    """
    model = context.run.model
    for name in names:
        transposed = name == "output_padding"
        rows = [row for row in branch.rows if row.path and row.op.startswith("conv_transpose")]
        for row in (rows if transposed else _likeliest_first(branch.windows, name))[:6]:
            setting = setting_for(branch.rows, branch.start[2:], wanted, row, name)
            if setting is not None:
                yield with_attributes(model, row.path, **{name: setting})._replace(family=name)


def padded_throughout(context: FailureContext, branch: Branch, wanted: Shape) -> Iterator[Repair]:
    """The repair that pads every convolution and pool of a branch that has no padding, as for a kept size."""
    padded = {
        row.index: replace(window, padding=tuple([(span - 1) // 2 for span in window.span]))
        for row in branch.windows
        if (window := row.window) is not None and window.padding != "same"
        if max(window.span) > 2 and not any(window.padding)
    }
    rows = [replace(row, window=padded.get(row.index, row.window)) for row in branch.rows]
    if padded and size_after(rows, branch.start[2:]) == wanted:
        # A layer that runs twice has two rows, and is changed once.
        padding = {row.path: padded[row.index].padding for row in branch.rows if row.index in padded}
        given = [with_attributes(context.run.model, path, padding=pad) for path, pad in padding.items()]
        yield together(*given)._replace(family="padding")


def _likeliest_first(rows: list[Row], name: str) -> list[Row]:
    """Rows with the likeliest mistake first: large kernels without padding; for the stride, 1×1 kernels."""

    def unlikely(row: Row) -> tuple[bool, int]:
        window = row.window
        assert window is not None
        large = max(window.kernel_size) > 1
        bare = window.padding != "same" and not any(window.padding)
        return not (large and bare) if name == "padding" else large, row.index

    return sorted(rows, key=unlikely)


def projection(context: FailureContext, short: Branch, main: Branch) -> Iterator[Repair]:
    """A 1×1 convolution on the shortcut; where it has a convolution already, other settings for that."""
    axes, model = len(short.shape) - 2, context.run.model
    if axes > 3:
        return
    convs = [
        row
        for row in short.rows
        if row.family == "convolution" and row.path and layer(model, row.path) is not None
    ]
    if convs:
        yield from _other_projection(context, convs[-1], short, main)
        return
    strides = [_stride(n, m) for n, m in zip(short.shape[2:], main.shape[2:], strict=True)]
    if short.rows or not all(strides):
        return
    stride = strides[0] if len({*strides}) == 1 else tuple(strides)
    c_in, c_out = short.shape[1], main.shape[1]
    written = f"nn.Conv{axes}d({c_in}, {c_out}, 1{'' if stride == 1 else f', stride={stride}'})"

    def made_projection() -> nn.Module:
        made: nn.Module = getattr(nn, f"Conv{axes}d")(c_in, c_out, 1, stride=stride, device="meta")
        return made

    path = context.failure.path
    block = model.get_submodule(path)
    for name in _SHORTCUTS:
        old = getattr(block, name, ...)
        if old is None or isinstance(old, nn.Identity) or (isinstance(old, nn.Sequential) and not len(old)):

            def change(trial: nn.Module, name: str = name) -> None:
                setattr(trial.get_submodule(path), name, made_projection())

            whole = f"{path}.{name}" if path else name
            yield Repair(assignment(model, whole, written), "projection", change)

    operand = context.failure.inputs.index(short.index)

    def call(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        both = [*args]
        both[operand] = made_projection()(both[operand])
        return func(*both, **kwargs)

    patch = replaced_call(context.failure.op, context.failure.given[0], call, len(context.trace))
    yield Repair(f"send {context.name(short.index)} through {written} first", "projection", patch=patch)


def _other_projection(context: FailureContext, row: Row, short: Branch, main: Branch) -> Iterator[Repair]:
    changed: dict[str, object] = {}
    if short.shape[1] != main.shape[1]:
        changed["out_channels"] = main.shape[1]
    if short.shape[2:] != main.shape[2:]:
        stride = setting_for(short.rows, short.start[2:], main.shape[2:], row, "stride")
        if stride is None:
            return
        changed["stride"] = stride
    if "out_channels" not in changed:
        return
    norms = [r for r in short.rows if r.op == "batch_norm" and r.path and r.index > row.index]
    for repair in rebuilt(context.run.model, row.path, **changed):
        yield repair._replace(family="projection")
        for norm in norms[:1]:
            for second in rebuilt(context.run.model, norm.path, num_features=main.shape[1]):
                yield together(repair, second)._replace(family="projection")


def _stride(size: int, wanted: int) -> int:
    """The stride with which a 1×1 convolution gives the wanted size; 0 if there is none."""
    strides = range(1, 33) if size else ()
    return next((s for s in strides if output_size(size, 1, stride=s) == wanted), 0)
