"""The receptive field of each row: which pixels of the network's input its values depend on.

The number of a row is the largest field of the positions of its output, all channels of a position together.
After windows (convolutions and pools), functions of one value, additions and channel concatenations all
positions have a field of one size, and padding counts as pixels of the input: that is the number the
literature gives. After an operation that gives the positions different fields, such as a transposed
convolution, an interpolation, a pixel shuffle or a slice, each position is followed by itself, and only the
pixels that the input has are counted: the number is the largest support of a gradient. After any other
operation it is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cnnbook.arithmetic import GeometryError, ReceptiveField, Window, receptive_field
from cnnbook.arithmetic.pixel_spans import PixelSpans
from cnnbook.arithmetic.reads import Reads
from cnnbook.traces import axis_reads, operations
from cnnbook.traces.operations import Shape

_PER_POSITION = frozenset(
    (
        *("batch_norm", "local_response_norm", "clone", "to", "float", "half", "double", "chunk", "split"),
        *("pow", "sqrt", "rsqrt", "square", "exp", "log", "abs", "neg", "clamp", "reciprocal", "sin", "cos"),
    )
)
_ELEMENTWISE = frozenset(("add", "sub", "mul", "div", "maximum", "minimum"))
_PARTS_OF_CHANNELS = frozenset(("chunk", "split", "getitem", "narrow"))
_MOVING = frozenset(
    (
        *("interpolate", "pixel_shuffle", "pixel_unshuffle", "getitem", "narrow", "pad"),
        *("mean", "sum", "amax", "amin"),
    )
)
# Following single positions of a longer axis, such as a second of sound, would take longer than the trace.
_LONGEST = 1 << 15


@dataclass(frozen=True, slots=True)
class Fields:
    """The receptive fields of a feature map, one per spatial axis.

    `image` is the size of the input that the pixels belong to. `windows` holds the fields where all positions
    have one of the same size, `spans` those of single positions where these are followed; each is None where
    it is not known. `mixed` tells that all channels of a position depend on the same pixels.
    """

    image: Shape
    windows: tuple[ReceptiveField, ...] | None
    spans: tuple[PixelSpans, ...] | None
    mixed: bool = True

    @property
    def sizes(self) -> tuple[int, ...] | None:
        """The largest field on each axis, in pixels of the input."""
        if self.windows is not None:
            return tuple([field.size for field in self.windows])
        return None if self.spans is None else tuple([spans.size for spans in self.spans])


def of_input(shape: Shape, *, single_positions: bool = False) -> Fields | None:
    """The fields of the input itself, on the spatial axes of (N, C, ...); None if it has no such axes."""
    image = shape[2:]
    if not image:
        return None
    spans = None
    if single_positions and max(image) <= _LONGEST:
        made = {n: PixelSpans.of_input(n) for n in image}
        spans = tuple([made[n] for n in image])
    return Fields(image, (ReceptiveField(),) * len(image), spans)


def need_single_positions(op: str, shapes: tuple[Sequence[Shape], Sequence[Shape]]) -> bool:
    """Whether an operation can give the positions of its output different receptive fields."""
    inputs, outputs = shapes
    if not inputs or len(inputs[0]) < 3 or len(outputs[0]) < 3:
        return False
    if op.startswith("adaptive"):
        return any(m and n % m for n, m in zip(inputs[0][2:], outputs[0][2:], strict=False))
    different = op in _ELEMENTWISE and len({shape[2:] for shape in inputs}) > 1
    return different or op in _MOVING or op.startswith("conv_transpose")


def of_output(
    op: str,
    window: Window | None,
    bound: Mapping[str, Any],
    shapes: tuple[Sequence[Shape], Sequence[Shape]],
    sources: Sequence[Fields | None],
) -> Fields | None:
    """The fields of an operation's output, one per spatial axis; None where they are not known.

    `bound` holds its arguments, `shapes` are those of its inputs and of its outputs, and `sources` are the
    fields of the rows that made its inputs or wrote into them.
    """
    inputs, outputs = shapes
    after = outputs[0][2:]
    if window is not None or op not in _ELEMENTWISE:
        # A weight or a statistic that the network computes makes each output depend on more than a window.
        if len(inputs) > 1 and op != "cat":
            return None
        if len({shape[2:] for shape in inputs}) > 1:
            return None
    fields = _union(sources, len(inputs))
    if fields is None or len(after) != len(fields.image):
        return None
    if op in _PARTS_OF_CHANNELS and not fields.mixed and outputs[0][1] != inputs[0][1]:
        return None
    if window is not None or op.startswith("conv_transpose"):
        groups = bound.get("groups", 1)
        mixed = fields.mixed or (operations.family(op) == "convolution" and groups == 1)
        fields = replace(fields, mixed=mixed)
    if window is not None:
        if len(fields.image) != len(window.kernel_size):
            return None
        windows = fields.windows and receptive_field([window], fields.windows)
        return _read(fields, windows, axis_reads.of_window(window, inputs[0][2:], after))
    if op in _ELEMENTWISE or _keeps_positions(op, bound):
        return fields if _sizes_are(fields, after, inputs) else None
    reads = axis_reads.of_operation(op, bound, inputs[0][2:], after)
    if reads is None or len(inputs[0]) != len(outputs[0]):
        return None
    if op == "pixel_unshuffle":
        fields = replace(fields, mixed=False)
    return _read(fields, _windows_after(op, bound, fields, (inputs[0][2:], after), reads), reads)


def _keeps_positions(op: str, bound: Mapping[str, Any]) -> bool:
    """Whether each value depends only on values at its own position, if the size stays the same."""
    if operations.family(op) in ("activation", "dropout"):
        return bool(bound.get("dim", 1) == 1)  # a softmax over another axis than the channels mixes positions
    if op == "cat":
        return bool(bound.get("dim", 0) == 1)
    return op in _PER_POSITION


def _sizes_are(fields: Fields, after: Shape, inputs: Sequence[Shape]) -> bool:
    """Whether an operation that keeps positions has the size of its input; or of the larger one of two."""
    if all(shape[2:] == after for shape in inputs):
        return True
    # One position is joined with each of the others: only single positions can be followed through that.
    return (
        fields.windows is None
        and fields.spans is not None
        and tuple([len(spans.spans) for spans in fields.spans]) == after
    )


def _windows_after(
    op: str,
    bound: Mapping[str, Any],
    fields: Fields,
    sizes: tuple[Shape, Shape],
    reads: Sequence[Reads | None],
) -> tuple[ReceptiveField, ...] | None:
    """The fields where all positions keep one of the same size; None where they do not."""
    if fields.windows is None or not any(reads):
        return fields.windows
    if op.startswith("adaptive") and all(n % m == 0 for n, m in zip(*sizes, strict=True)):
        return tuple([f.through(n // m, n // m) for f, n, m in zip(fields.windows, *sizes, strict=True)])
    pads = axis_reads.paddings(bound, len(fields.windows)) if op == "pad" else None
    if pads is None or bound.get("mode", "constant") != "constant" or min(map(min, pads)) < 0:
        return None
    # Zeros around a map count as a convolution's own padding does.
    return tuple(
        [
            replace(f, start=f.start - first * f.jump)
            for f, (first, _) in zip(fields.windows, pads, strict=True)
        ]
    )


def _read(
    fields: Fields, windows: tuple[ReceptiveField, ...] | None, reads: Sequence[Reads | None]
) -> Fields | None:
    """The fields after an operation whose positions read these; the same work on two axes is done once."""
    if fields.spans is None:
        return None if windows is None else replace(fields, windows=windows)
    done: dict[tuple[int, int], PixelSpans] = {}
    for spans, positions in zip(fields.spans, reads, strict=True):
        if (id(spans), id(positions)) not in done:
            done[id(spans), id(positions)] = spans if positions is None else spans.reading(positions)
    made = [done[id(spans), id(positions)] for spans, positions in zip(fields.spans, reads, strict=True)]
    return replace(fields, windows=windows, spans=tuple(made))


def _union(sources: Sequence[Fields | None], operands: int) -> Fields | None:
    """What all sources together depend on; None if one of them is not known, or belongs to another image.

    The first `operands` sources are inputs, and those after them rows that wrote into an input.
    """
    known = [fields for fields in sources if fields is not None]
    if not known or len(known) < len(sources):
        return None
    merged, *others = known
    for number, fields in enumerate(others, 1):
        if fields.image != merged.image:
            return None
        windows, spans = _merged_windows(merged, fields), _merged_spans(merged, fields, number < operands)
        if windows is None and spans is None:
            return None
        same = merged.windows == fields.windows and merged.spans == fields.spans
        merged = Fields(merged.image, windows, spans, same and merged.mixed and fields.mixed)
    return merged


def _merged_windows(one: Fields, two: Fields) -> tuple[ReceptiveField, ...] | None:
    if one.windows is None or two.windows is None:
        return None
    try:
        return tuple([a.union(b) for a, b in zip(one.windows, two.windows, strict=True)])
    except GeometryError:
        return None


def _merged_spans(one: Fields, two: Fields, broadcast: bool) -> tuple[PixelSpans, ...] | None:
    if one.spans is None or two.spans is None:
        return None
    pairs = [*zip(one.spans, two.spans, strict=True)]
    if not broadcast and any(len(a.spans) != len(b.spans) for a, b in pairs):
        return None
    try:
        return tuple([a.union(b) for a, b in pairs])
    except ValueError:
        return None
