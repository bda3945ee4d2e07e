"""A kernel that does not fit its input, or a window with settings that no layer can have."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.tracing.failures.attempts import Repair
from cnnbook.tracing.failures.cases import Case, Explained, by, shape_text
from cnnbook.tracing.failures.inputs import input_repairs
from cnnbook.tracing.failures.patches import with_settings
from cnnbook.tracing.failures.rebuilding import with_attributes


def window(case: Case) -> Explained | None:
    """A kernel larger than its padded input, or a pool whose padding is more than half of its kernel."""
    failure = case.failure
    if "_pool" in failure.op and not failure.op.startswith("adaptive"):
        wide = _pool_padding(case)
        if wide is not None:
            return wide
    if failure.op.startswith("adaptive") and min(_per_axis(failure.bound.get("output_size")), default=0) < 0:
        size = failure.bound["output_size"]
        return Explained(f"{case.where} is asked for the output size {size}: a size is not negative.")
    shape = case.window
    if shape is None or not failure.input_shapes:
        return _pool_axes(case)
    axes = len(shape.kernel_size)
    given = failure.input_shapes[0]
    size = given[-axes:]
    if len(given) not in (axes + 1, axes + 2):
        return _pool_axes(case)
    if min(size) > 0:
        try:
            shape.output_size(size)
        except GeometryError:
            return Explained(_text(case, shape, size), _repairs(case, shape, size))
        return None
    return Explained(
        f"{case.where} gets an empty image: {case.name(failure.inputs[0])} gives {shape_text(given)}."
    )


def _text(case: Case, shape: Window, size: tuple[int, ...]) -> str:
    spans = (
        f", which spans {by(shape.span)} with dilation {shape.dilation[0]}"
        if shape.span != shape.kernel_size
        else ""
    )
    padded = tuple([n + p for n, p in zip(size, shape.total_padding, strict=True)])
    padding = "" if padded == size else f", {by(padded)} with its padding"
    source = case.failure.inputs[0]
    has = "has" if source < 0 else "gives"
    return (
        f"{case.where} has a {by(shape.kernel_size)} kernel{spans}, "
        f"{case.name(source)} {has} only {by(size)}{padding}: the kernel does not fit."
    )


def _repairs(case: Case, shape: Window, size: tuple[int, ...]) -> Iterator[Repair]:
    yield from input_repairs(case)
    missing = [span - n for span, n in zip(shape.span, size, strict=True)]
    padding = tuple([max(0, -(-m // 2)) for m in missing])
    padding = (max(padding),) * len(padding)
    pool = "pool" in case.failure.op
    if not pool or all(p <= k // 2 for p, k in zip(padding, shape.kernel_size, strict=True)):
        yield _set(case, padding=padding)
    if pool:
        yield _set(case, kernel_size=tuple([min(k, n) for k, n in zip(shape.kernel_size, size, strict=True)]))


def _pool_padding(case: Case) -> Explained | None:
    bound = case.failure.bound
    kernel, padding = (_per_axis(bound.get(key, 0)) for key in ("kernel_size", "padding"))
    if not kernel or not padding:
        return None
    axes = max(len(kernel), len(padding))
    kernel, padding = kernel * (axes // len(kernel)), padding * (axes // len(padding))
    if not any(p > k // 2 for p, k in zip(padding, kernel, strict=False)):
        return None
    most = tuple([k // 2 for k in kernel])
    text = (
        f"{case.where} has padding {_short(padding)}, more than half of its kernel {_short(kernel)}: "
        f"a pool takes at most {_short(most)}, or some windows would see padding only."
    )
    return Explained(
        text, iter([_set(case, padding=tuple([min(p, m) for p, m in zip(padding, most, strict=True)]))])
    )


def _pool_axes(case: Case) -> Explained | None:
    """A pool on something that has too few or too many axes."""
    failure = case.failure
    if "_pool" not in failure.op or not failure.input_shapes or failure.op[-2] not in "123":
        return None
    axes, given = int(failure.op[-2]), failure.input_shapes[0]
    if len(given) in (axes + 1, axes + 2):
        return None
    return Explained(
        f"{case.where} works on {axes + 1} or {axes + 2} axes, "
        f"{case.name(failure.inputs[0])} {shape_text(given)} has {len(given)}."
    )


def _set(case: Case, **settings: tuple[int, ...]) -> Repair:
    """The failed layer, or the failed call, with other settings."""
    if case.module is not None and case.failure.path:
        return with_attributes(case.attempt.model, case.failure.path, **settings)
    written = ", ".join(f"{key}={_short(value)}" for key, value in settings.items())
    return Repair(
        f"give {case.failure.op} {written}",
        written,
        patch=with_settings(case.failure, len(case.seen), **settings),
    )


def _per_axis(value: object) -> tuple[int, ...]:
    if type(value) is int:
        return (value,)
    return tuple(value) if isinstance(value, tuple) and all(type(n) is int for n in value) else ()


def _short(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else str(sizes)
