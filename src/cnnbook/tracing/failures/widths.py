"""The layer that set a number of features, also where views and transposes came after it."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from cnnbook.tracing.failures.channels import other_width
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.module_paths import layer
from cnnbook.tracing.failures.trials import Repair


def width_maker(context: FailureContext, index: int, width: int) -> int:
    """The row of the layer that made `width` features, going back from row `index`; below 0 if none did."""
    while index >= 0:
        row = context.trace.rows[index]
        module = layer(context.run.model, row.path)
        if width not in row.output_shape:
            return -1
        if row.family in ("convolution", "linear", "recurrent") or isinstance(module, nn.Embedding):
            return index
        if not row.inputs or (row.path and row.family == "normalization" and module is None):
            return -1
        index = row.inputs[0]
    return index


def counted_width(context: FailureContext, index: int, width: int) -> str:
    """A number of features, as "96 = 2 × 48, both directions" if a bidirectional layer made them."""
    row = context.trace.rows[index] if index >= 0 else None
    module = layer(context.run.model, row.path) if row is not None else None
    if isinstance(module, nn.RNNBase) and module.bidirectional and width % 2 == 0:
        return f"{width:,} = 2 × {width // 2:,}, both directions"
    return f"{width:,}"


def multiples_of(context: FailureContext, index: int, width: int, divisor: int) -> Iterator[Repair]:
    """Repairs that give the layer which made `width` features the nearest numbers that `divisor` divides."""
    maker = width_maker(context, index, width)
    for wanted in (width // divisor * divisor, -(-width // divisor) * divisor):
        if maker >= 0 and wanted:
            for repair in other_width(context, maker, wanted):
                yield repair._replace(family=f"{repair.family} {wanted}")
