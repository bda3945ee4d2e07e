"""What each position of an operation's output reads of its input, axis by axis, told from the arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from cnnbook.arithmetic import Window
from cnnbook.arithmetic.reads import (
    Reads,
    adaptive_reads,
    block_reads,
    interpolated_reads,
    nearest_reads,
    padded_reads,
    slice_reads,
    transposed_reads,
    window_reads,
)
from cnnbook.traces.operations import Shape, per_axis

_EVERYTHING = slice(None)
_INTERPOLATED = ("linear", "bilinear", "trilinear", "bicubic")
_AXES_BEFORE = 2  # batch and channels


def of_window(window: Window, before: Shape, after: Shape) -> list[Reads | None]:
    """Return what the windows of a convolution or pool read on each axis."""
    paddings = [first for first, _last in window.padding_before_after]
    numbers = zip(window.kernel_size, window.stride, paddings, window.dilation, strict=True)
    return [window_reads(n, m, row) for n, m, row in zip(before, after, numbers, strict=True)]


def of_operation(op: str, bound: Mapping[str, Any], before: Shape, after: Shape) -> list[Reads | None] | None:
    """Return what an operation's outputs read on each axis; None for an axis where positions stay.

    `before` and `after` are the sizes of its input and of its output, (H, W) for images. None in place of
    the list stands for an operation whose rule is not known here.
    """
    if len(before) != len(after) or min((*before, *after), default=0) < 1:
        return None
    if op.startswith("conv_transpose"):
        return _transposed(bound, before, after)
    if op.startswith("adaptive"):
        return [adaptive_reads(n, m) for n, m in zip(before, after, strict=True)]
    if op == "interpolate":
        return _interpolated(bound, before, after)
    if op == "pixel_shuffle":
        return [block_reads(m, m // n) for n, m in zip(before, after, strict=True)]
    if op == "pixel_unshuffle":
        return [window_reads(n, m, (n // m, n // m, 0, 1)) for n, m in zip(before, after, strict=True)]
    if op == "pad":
        return _padded(bound, before, after)
    if op in ("getitem", "narrow"):
        return _sliced(op, bound, before)
    if op in ("mean", "sum", "amax", "amin"):
        return _reduced(bound, before, after)
    return None


def _transposed(bound: Mapping[str, Any], before: Shape, after: Shape) -> list[Reads | None]:
    axes = len(before)
    settings = (
        bound["weight"][_AXES_BEFORE:],
        *(per_axis(bound.get(key, usual), axes) for key, usual in (("stride", 1), ("padding", 0))),
        per_axis(bound.get("dilation", 1), axes),
    )
    numbers = zip(*settings, strict=True)
    return [transposed_reads(n, m, row) for n, m, row in zip(before, after, numbers, strict=True)]


def _interpolated(bound: Mapping[str, Any], before: Shape, after: Shape) -> list[Reads | None] | None:
    mode = bound.get("mode", "nearest")
    if bound.get("antialias"):
        return None
    if mode == "area":
        return [adaptive_reads(n, m) for n, m in zip(before, after, strict=True)]
    scales = _scales(bound, before, after)
    found: list[Reads | None] = []
    for n, m, scale in zip(before, after, scales, strict=True):
        if mode in _INTERPOLATED:
            align = bool(bound.get("align_corners"))
            reads: Reads | None = interpolated_reads(
                n, m, scale, align_corners=align, cubic=mode == "bicubic"
            )
        elif mode in ("nearest", "nearest-exact"):
            reads = nearest_reads(n, m, scale, mode == "nearest-exact")
        else:
            return None
        if reads is None:
            return None
        found.append(reads)
    return found


def _scales(bound: Mapping[str, Any], before: Shape, after: Shape) -> list[Fraction]:
    """Input size by output size on each axis; where a scale_factor is given, torch computes with that."""
    factor = bound.get("scale_factor")
    if factor is None or bound.get("recompute_scale_factor"):
        return [Fraction(n, m) for n, m in zip(before, after, strict=True)]
    factors = factor if isinstance(factor, tuple | list) else (factor,) * len(before)
    return [1 / Fraction(str(value)) for value in factors]


def _padded(bound: Mapping[str, Any], before: Shape, after: Shape) -> list[Reads | None] | None:
    pads = paddings(bound, len(before))
    if pads is None:
        return None
    found: list[Reads | None] = []
    for n, m, (first, last) in zip(before, after, pads, strict=True):
        if not first and not last:
            found.append(None)
            continue
        reads = padded_reads(n, m, first, bound.get("mode", "constant"))
        if reads is None:
            return None
        found.append(reads)
    return found


def paddings(bound: Mapping[str, Any], axes: int) -> list[tuple[int, int]] | None:
    """Return the padding before and after on each axis; None where torch.nn.functional.pad pads others too.

    >>> paddings({"pad": (1, 2, 3, 4)}, 2)
    [(3, 4), (1, 2)]
    """
    pad = bound.get("pad")
    if not isinstance(pad, tuple | list) or any(type(n) is not int for n in pad) or len(pad) > 2 * axes:
        return None
    numbers = [*pad, *(0,) * (2 * axes - len(pad))]
    return [(numbers[i], numbers[i + 1]) for i in range(2 * axes - 2, -1, -2)]


def _sliced(op: str, bound: Mapping[str, Any], before: Shape) -> list[Reads | None] | None:
    parts = _narrowed(bound, len(before)) if op == "narrow" else _parts(bound.get("index"), len(before))
    if parts is None:
        return None
    return [
        None if part == _EVERYTHING else slice_reads(n, part) for n, part in zip(before, parts, strict=True)
    ]


def _narrowed(bound: Mapping[str, Any], axes: int) -> list[slice] | None:
    dim, start, length = (bound.get(key) for key in ("dim", "start", "length"))
    if type(dim) is not int or type(start) is not int or type(length) is not int or start < 0:
        return None
    parts = [_EVERYTHING] * (axes + _AXES_BEFORE)
    parts[dim] = slice(start, start + length)
    return parts[_AXES_BEFORE:]


def _parts(index: Any, axes: int) -> list[slice] | None:
    """The slice of each spatial axis in an index such as `x[:, :4, ..., 1:]`; None for any other index."""
    items: Sequence[Any] = index if isinstance(index, tuple) else (index,)
    if any(not isinstance(item, slice) and item is not Ellipsis for item in items):
        return None
    missing = axes + _AXES_BEFORE + (Ellipsis in items) - len(items)
    if missing < 0 or sum(item is Ellipsis for item in items) > 1:
        return None
    at = items.index(Ellipsis) if Ellipsis in items else len(items)
    spread = [*items[:at], *(_EVERYTHING,) * missing, *items[at + 1 :]]
    return spread[_AXES_BEFORE:]


def _reduced(bound: Mapping[str, Any], before: Shape, after: Shape) -> list[Reads | None] | None:
    """A reduction that keeps its axes, each with one position; over the channels alone all positions stay."""
    dims, axes = bound.get("dim"), len(before) + _AXES_BEFORE
    dims = (dims,) if type(dims) is int else dims
    if bound.get("keepdim") is not True or not isinstance(dims, tuple | list):
        return None
    reduced = {dim % axes for dim in dims}
    if 0 in reduced:
        return None
    return [(range(n),) if axis + _AXES_BEFORE in reduced else None for axis, n in enumerate(before)]
