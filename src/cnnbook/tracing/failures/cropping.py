"""A U-Net without padding, as in its paper: the convolutions make the map smaller than its skip."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain as one_after_the_other
from typing import Any

from cnnbook.traces import Shape
from cnnbook.tracing.failures import joins
from cnnbook.tracing.failures.branches import Branch, branches_of
from cnnbook.tracing.failures.call_replacement import replaced_calls
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import together, with_attributes
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.reductions import UPSAMPLING
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import by


def cropping(context: FailureContext) -> Explanation | None:
    """An upsampled map is smaller than its skip, since the convolutions between them have no padding."""
    usual = joins.addition(context) or joins.concatenation(context)
    branches = branches_of(context) if usual is not None else None
    if usual is None or not branches or len(branches) != 2 or len(branches[0].shape) < 3:
        return None
    deep, skip = sorted(branches, key=lambda branch: not _enlarges(branch))
    if not _enlarges(deep) or _enlarges(skip) or len(deep.shape) != len(skip.shape):
        return None
    bare = [row.path for row in deep.windows if _unpadded(row.op, row.window)]
    small, large = deep.shape[2:], skip.shape[2:]
    # A skip of another level is about twice as large, and no padding closes that gap.
    near = all(n <= m < 2 * n for n, m in zip(small, large, strict=True))
    if not bare or small == large or not near:
        return None
    names = ", ".join(place(context.run.model, path) for path in dict.fromkeys(bare))
    text = (
        f"{names} before {context.name(deep.index)} {'has' if len(bare) == 1 else 'have'} no padding and "
        f"make the map smaller: {by(small)} in place of {by(large)}."
    )
    position = context.failure.inputs.index(skip.index)
    repairs = one_after_the_other(_cropped(context, position), _padded(context))
    return Explanation(f"{usual.text}\n{text}", repairs)


def _enlarges(branch: Branch) -> bool:
    return any(row.op in UPSAMPLING for row in branch.rows)


def _unpadded(op: str, window: Any) -> bool:
    bare = op.startswith("conv") and window is not None and max(window.span) > 1
    return bare and window.padding != "same" and not any(window.padding) and max(window.stride) == 1


def _cropped(context: FailureContext, position: int) -> Iterator[Repair]:
    """The repair that cuts the middle of each skip out, as the paper's U-Net does."""
    failure = context.failure

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        listed = type(args[0]) in (list, tuple)
        operands = list(args[0] if listed else args)
        if len(operands) == 2:
            operands[position] = _middle(operands[position], tuple(operands[1 - position].shape[2:]))
        return func(operands, *args[1:], **kwargs) if listed else func(*operands, **kwargs)

    text = f"torchvision.transforms.functional.center_crop(skip, up.shape[2:]) in each {failure.op}"
    yield Repair(text, "crop", patch=replaced_calls((failure.op,), call))


def _middle(skip: Any, size: Shape) -> Any:
    for axis, n in enumerate(size, start=2):
        before = (skip.size(axis) - n) // 2
        if before > 0:
            skip = skip.narrow(axis, before, n)
    return skip


def _padded(context: FailureContext) -> Iterator[Repair]:
    """The repair that pads every convolution of the network, so that all of them keep the size."""
    model = context.run.model
    spans: dict[str, Shape] = {}
    for path, module in model.named_modules():
        kernel = getattr(module, "kernel_size", None)
        plain = type(module).__name__.startswith("Conv") and "Transpose" not in type(module).__name__
        padding = getattr(module, "padding", None)
        if plain and path and isinstance(kernel, tuple) and max(kernel) > 1 and padding == (0,) * len(kernel):
            spans[path] = tuple([k // 2 for k in kernel])
    parts = [with_attributes(model, path, padding=padding) for path, padding in spans.items()]
    if parts:
        first = {*spans.values()}
        whole = together(*parts)._replace(family="padding")
        if len(first) == 1 and len(parts) > 3:
            written = next(iter(first))[0]
            whole = whole._replace(text=f"padding={written} in all {len(parts)} convolutions without padding")
        yield whole
