"""A kernel that does not fit its input, and settings of a pool that torch does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.traces import mismatches
from cnnbook.tracing.failures.call_replacement import call_with_settings
from cnnbook.tracing.failures.channels import without_flatten
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import input_repairs
from cnnbook.tracing.failures.layer_repairs import with_attributes
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import as_written, shape_text


def kernel(context: FailureContext) -> Explanation | None:
    """A kernel larger than its padded input, or a pool whose padding is more than half of its kernel."""
    failure = context.failure
    if "_pool" in failure.op and not failure.op.startswith("adaptive"):
        wide = _pool_padding(context)
        if wide is not None:
            return wide
    if failure.op.startswith("adaptive") and min(_per_axis(failure.bound.get("output_size")), default=0) < 0:
        size = failure.bound["output_size"]
        return Explanation(f"{context.where} is asked for the output size {size}: a size is not negative.")
    shape = context.window
    if shape is None or not failure.input_shapes:
        return _pool_axes(context)
    axes = len(shape.kernel_size)
    given = failure.input_shapes[0]
    size = given[-axes:]
    if len(given) not in (axes + 1, axes + 2):
        return _pool_axes(context)
    if min(size) > 0:
        try:
            shape.output_size(size)
        except GeometryError:
            return Explanation(_text(context, shape, size), _repairs(context, shape, size))
        return None
    what = "image" if axes == 2 else "input"
    source = context.name(failure.inputs[0])
    return Explanation(f"{context.where} gets an empty {what}: {source} gives {shape_text(given)}.")


def _text(context: FailureContext, shape: Window, size: tuple[int, ...]) -> str:
    source = context.failure.inputs[0]
    has = "has" if source < 0 else "gives"
    return mismatches.kernel_too_large(context.where, f"{context.name(source)} {has}", shape, size)


def _repairs(context: FailureContext, shape: Window, size: tuple[int, ...]) -> Iterator[Repair]:
    yield from input_repairs(context)
    missing = [span - n for span, n in zip(shape.span, size, strict=True)]
    padding = tuple([max(0, -(-m // 2)) for m in missing])
    padding = (max(padding),) * len(padding)
    pool = "pool" in context.failure.op
    if not pool or all(p <= k // 2 for p, k in zip(padding, shape.kernel_size, strict=True)):
        yield _changed(context, padding=padding)
    if pool:
        yield _changed(
            context, kernel_size=tuple([min(k, n) for k, n in zip(shape.kernel_size, size, strict=True)])
        )


def _pool_padding(context: FailureContext) -> Explanation | None:
    bound = context.failure.bound
    kernel, padding = (_per_axis(bound.get(key, 0)) for key in ("kernel_size", "padding"))
    if not kernel or not padding:
        return None
    axes = max(len(kernel), len(padding))
    kernel, padding = kernel * (axes // len(kernel)), padding * (axes // len(padding))
    if not any(p > k // 2 for p, k in zip(padding, kernel, strict=False)):
        return None
    most = tuple([k // 2 for k in kernel])
    return Explanation(
        mismatches.pool_padding(context.where, kernel, padding),
        [_changed(context, padding=tuple([min(p, m) for p, m in zip(padding, most, strict=True)]))],
    )


def _pool_axes(context: FailureContext) -> Explanation | None:
    """A pool whose input has too few or too many axes."""
    failure = context.failure
    if "_pool" not in failure.op or not failure.input_shapes or failure.op[-2] not in "123":
        return None
    axes, given = int(failure.op[-2]), failure.input_shapes[0]
    if len(given) in (axes + 1, axes + 2):
        return None
    text = mismatches.pool_axes(context.where, context.name(failure.inputs[0]), given, axes)
    repair = without_flatten(context)
    return Explanation(text, [repair] if repair is not None else ())


def _changed(context: FailureContext, **settings: tuple[int, ...]) -> Repair:
    """The repair that gives the failed layer, or the failed call, other settings."""
    if context.module is not None and context.failure.path:
        return with_attributes(context.run.model, context.failure.path, **settings)
    written = ", ".join(f"{key}={as_written(value)}" for key, value in settings.items())
    return Repair(
        f"give {context.failure.op} {written}",
        written,
        patch=call_with_settings(context.failure, len(context.trace), **settings),
    )


def _per_axis(value: object) -> tuple[int, ...]:
    if type(value) is int:
        return (value,)
    return tuple(value) if isinstance(value, tuple) and all(type(n) is int for n in value) else ()
