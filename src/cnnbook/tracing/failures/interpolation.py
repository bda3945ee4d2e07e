"""Arguments of interpolate, or of an Upsample layer, that do not fit each other or the maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnnbook.tracing.failures.call_replacement import call_with_settings
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.layer_repairs import with_exactly
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, shape_text

_AXES_OF_MODE = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
_MODE_OF_AXES = {1: "linear", 2: "bilinear", 3: "trilinear"}


def interpolate(context: FailureContext) -> Explanation | None:
    """Both size and scale_factor or neither, a mode for other axes, or a size for other axes."""
    failure = context.failure
    if failure.op not in ("interpolate", "upsample") or not failure.input_shapes:
        return None
    given, bound = failure.input_shapes[0], failure.bound
    size, scale, mode = bound.get("size"), bound.get("scale_factor"), bound.get("mode", "nearest")
    source, axes = f"{context.name(failure.inputs[0])} {shape_text(given)}", len(given) - 2
    if size is not None and scale is not None:
        text = f"{context.where} is given size={size} and scale_factor={scale}: it takes one of them."
        return Explanation(text, _with(context, {"scale_factor": None}, {"size": None}))
    if size is None and scale is None:
        return Explanation(f"{context.where} is given neither size nor scale_factor: it takes one of them.")
    for name, value in (("size", size), ("scale_factor", scale)):
        if isinstance(value, tuple) and len(value) != axes and axes in AXES:
            text = (
                f"{context.where} is given {name}={value}, {len(value)} numbers; {source} has the "
                f"axes {AXES[axes]}, "
                f"so it takes {axes} number{'s' if axes > 1 else ''}."
            )
            return Explanation(text, _with(context, {name: value[-axes:]}) if len(value) > axes else ())
    wanted = _AXES_OF_MODE.get(mode)
    if wanted is not None and wanted != axes:
        text = f"{context.where} with mode {mode!r} works on {AXES[wanted]}, {source} has {len(given)} axes."
        return Explanation(
            text, _with(context, {"mode": _MODE_OF_AXES[axes]}) if axes in _MODE_OF_AXES else ()
        )
    return None


def _with(context: FailureContext, *settings: dict[str, Any]) -> Iterator[Repair]:
    """The call with each of these settings in place of its own, by itself."""
    for changed in settings:
        if context.module is not None and context.failure.path:
            yield with_exactly(context.run.model, context.failure.path, **changed)
            continue
        kept = {key: value for key, value in context.failure.bound.items() if key in ("size", "scale_factor")}
        shown = (
            changed if None not in changed.values() else {k: v for k, v in kept.items() if k not in changed}
        )
        written = ", ".join(f"{key}={value!r}" for key, value in shown.items())
        alone = " alone" if shown is not changed else ""
        patch = call_with_settings(context.failure, len(context.trace), **changed)
        yield Repair(f"{written}{alone} in that {context.failure.op}", written, patch=patch)
