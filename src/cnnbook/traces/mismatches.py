"""What does not fit, in words: the tracer says it of a network that failed, the sketch of one being drawn.

Each function takes the names of the layers, as "model[3] (Conv2d, row 7)", and the numbers that disagree. No
function decides whether something is wrong. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.arithmetic import Window
from cnnbook.traces.operations import Shape
from cnnbook.traces.wording import as_written, by, shape_text

AXES = {1: "(N, C, L)", 2: "(N, C, H, W)", 3: "(N, C, D, H, W)"}
"""What PyTorch calls the axes of an input, by the number of spatial ones."""


def kernel_too_large(where: str, source: str, window: Window, size: Shape) -> str:
    """A kernel larger than its padded input; `source` says who gives the input, as "the input has".

    >>> print(kernel_too_large("conv2 (row 3)", "pool1 (row 2) gives", Window(3, dilation=2), (4, 4)))
    conv2 (row 3) has a 3 × 3 kernel, which spans 5 × 5 with dilation 2, pool1 (row 2) gives only 4 × 4: \
the kernel does not fit.
    """
    spans = (
        f", which spans {by(window.span)} with dilation {window.dilation[0]}"
        if window.span != window.kernel_size
        else ""
    )
    padded = tuple([n + p for n, p in zip(size, window.total_padding, strict=True)])
    padding = "" if padded == size else f", {by(padded)} with its padding"
    sizes = window.kernel_size
    kernel = f"kernel of length {sizes[0]}" if len(sizes) == 1 else f"{by(sizes)} kernel"
    return f"{where} has a {kernel}{spans}, {source} only {by(size)}{padding}: the kernel does not fit."


def pool_padding(where: str, kernel: Shape, padding: Shape) -> str:
    """A pool's padding of more than half of its kernel."""
    most = tuple([k // 2 for k in kernel])
    return (
        f"{where} has padding {as_written(padding)}, more than half of its kernel {as_written(kernel)}: "
        f"a pool takes at most {as_written(most)}, or some windows would see padding only."
    )


def convolution_axes(where: str, source: str, shape: Shape, axes: int) -> str:
    """A convolution whose input has too few or too many axes."""
    given = f"{source} {shape_text(shape)} has {len(shape)}"
    return f"{where} works on {AXES[axes]}, {axes + 2} axes, {given}."


def pool_axes(where: str, source: str, shape: Shape, axes: int) -> str:
    """A pool whose input has too few or too many axes."""
    given = f"{source} {shape_text(shape)} has {len(shape)}"
    return f"{where} works on {axes + 1} or {axes + 2} axes, {given}."


def normalization_axes(where: str, source: str, shape: Shape, wanted: str) -> str:
    """A normalization whose input has too few or too many axes; `wanted` are those it works on."""
    return f"{where} works on {wanted}, {source} gives {shape_text(shape)}, {len(shape)} axes."


def feature_count(where: str, features: int, given: str) -> str:
    """A dense layer that gets another number of features: `given` says who gives how many.

    >>> feature_count("fc1 (Linear, row 5)", 400, "flatten (row 4) before it gives 576 = 16 × 6 × 6")
    'fc1 (Linear, row 5) expects 400 features, flatten (row 4) before it gives 576 = 16 × 6 × 6.'
    """
    return f"{where} expects {features:,} features, {given}."


def missing_flatten(where: str, features: int, source: str, shape: Shape) -> str:
    """A dense layer after maps that were not flattened, without the end of the sentence."""
    return (
        f"{where} expects {features:,} features, {source} gives maps of shape {shape_text(shape)}, "
        f"and a dense layer reads only the last axis, {shape[-1]}"
    )


def unequal_addition(where: str, names: Sequence[str], shapes: Sequence[Shape], difference: str) -> str:
    """Two tensors that cannot be added."""
    given = [f"{name} gives {shape_text(shape)}" for name, shape in zip(names, shapes, strict=True)]
    return f"{where} needs equal shapes: {', '.join(given)}; {difference}."


def named_shapes(names: Sequence[str], shapes: Sequence[Shape]) -> str:
    """The names of tensors, each with its shape; of many, the first four."""
    pairs = zip(names[:4], shapes[:4], strict=True)
    given = ", ".join([f"{name} {shape_text(shape)}" for name, shape in pairs])
    return f"{given}, ..." if len(shapes) > 4 else given


def unequal_ranks(where: str, given: str) -> str:
    """Tensors with different numbers of axes, which cannot be concatenated; `given` is `named_shapes`."""
    return f"{where} joins tensors with unequal numbers of axes: {given}."


def unequal_joined(where: str, given: str, dim: int) -> str:
    """Tensors that cannot be concatenated, without the end of the sentence; `given` is `named_shapes`."""
    return f"{where} joins along axis {dim}, so all other axes must be equal: {given}"


def odd_one(text: str, name: str, difference: str) -> str:
    """The sentence of `unequal_joined`, with the one tensor that differs from the others."""
    return f"{text}; {name} is the odd one: {difference}"


def shape_differences(first: Shape, second: Shape, joined: int = -1) -> str:
    """On which axes two shapes (N, C, ...) differ, apart from the axis that is joined.

    >>> shape_differences((1, 64, 56, 56), (1, 128, 28, 28))
    'the channels differ, 64 and 128, the sizes differ, 56 × 56 and 28 × 28'
    """
    pairs = enumerate(zip(first, second, strict=False))
    wrong = [axis for axis, (n, m) in pairs if n != m and axis != joined]
    if len(first) != len(second) or len(first) - 2 not in AXES:
        axes = unequal_axes(first, second)
        return f"they differ on axis {', '.join(map(str, axes or wrong))}"
    parts = []
    if 0 in wrong:
        parts.append(f"the batches differ, {first[0]} and {second[0]}")
    if 1 in wrong:
        parts.append(f"the channels differ, {first[1]} and {second[1]}")
    if any(axis > 1 for axis in wrong):
        parts.append(f"the sizes differ, {by(first[2:])} and {by(second[2:])}")
    return ", ".join(parts)


def unequal_axes(first: Shape, second: Shape) -> list[int]:
    """The axes on which two shapes cannot be broadcast, counted from the first axis of the longer shape."""
    longer = max(len(first), len(second))
    a, b = ((1,) * (longer - len(s)) + s for s in (first, second))
    return [axis for axis, (n, m) in enumerate(zip(a, b, strict=True)) if n != m and 1 not in (n, m)]
