"""How the boxes of one graph are written: shapes without the batch axis or left blank, wide or narrow."""

from __future__ import annotations

from dataclasses import dataclass

from cnnbook.graphs import wording
from cnnbook.traces import Row, Shape, Trace

BLANK = "_" * 14
"""What stands for a shape on a worksheet: a line to write on, which does not tell how long the shape is."""


@dataclass(frozen=True)
class Notation:
    """The size of the batch axis (None where shapes have none), and whether shapes are left blank.

    With `left_to_right` boxes stand beside one another, and are as narrow as their text allows.
    """

    batch: int | None = None
    blank: bool = False
    left_to_right: bool = False

    def shape(self, shape: Shape) -> str:
        """Return an output shape without its batch axis, or a line to write it on.

        >>> Notation(1).shape((1, 64, 112, 112)), Notation(1, blank=True).shape((1, 10))
        ('64×112×112', '______________')
        """
        return BLANK if self.blank else wording.shape_text(shape, self.batch)

    def role(self, row: Row) -> str:
        """Return what a row does; on a worksheet with the number of filters, and without sums or products.

        >>> flatten = Row(3, "", "", "flatten", (2,), ((1, 16, 5, 5),), ((1, 400),),
        ...               arguments={"start_dim": 1, "end_dim": -1})
        >>> Notation(1).role(flatten), Notation(1, blank=True).role(flatten)
        ('flatten 16×5×5', 'flatten')
        """
        if not self.blank:
            return wording.role(row)
        if row.op == "linear":
            return f"{wording.word(row)}, {row.arguments['out_features']} out"
        if row.op in {"cat", "flatten"}:
            return wording.word(row)
        filters = row.arguments.get("out_channels")
        if filters is None:
            return wording.role(row)
        first, *settings = wording.role(row).split(", ")
        return ", ".join([first, f"{filters} filters", *settings])


def batch_of(trace: Trace) -> int | None:
    """Return the size of the batch axis of a trace's shapes, None where its shapes have none.

    It is the first axis of the input. A network that takes images without a batch axis, as detectors do, and
    stacks them itself has it in its first convolution: other first axes, such as the number of boxes, are
    shown. So are all where there are as many images as an image has channels: they could not be told apart.
    """
    if not trace.input_shapes or len(trace.input_shape) < 2:
        return None
    windows = [row for row in trace.rows if row.window and row.output_shapes]
    # A convolution or pool of one picture alone, without a batch axis: its first axis is the channels.
    if any(len(row.output_shape) == len(row.window.kernel_size) + 1 for row in windows if row.window):
        return None
    first = next((row for row in windows), None)
    axes = len(first.window.kernel_size) if first and first.window else 0
    if first is None or len(trace.input_shape) != axes + 1 or axes < 2:
        return trace.input_shape[0]
    stacked = first.output_shape[0]
    return None if stacked in {shape[0] for shape in trace.input_shapes} else stacked
