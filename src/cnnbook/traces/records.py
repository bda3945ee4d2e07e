"""A Record: what tracing notes of one operation while the network runs, and the Row that is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cnnbook.traces import macs, operations, receptive_fields
from cnnbook.traces.operand import Operand, merged
from cnnbook.traces.operations import Shape
from cnnbook.traces.row import Row


class Record(NamedTuple):
    """What is known of one operation when it has run, named as in `Row`.

    `bound` holds the arguments of the torch function by PyTorch's names, with a shape in place of each
    tensor.
    """

    op: str
    path: str
    module: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    bound: Mapping[str, Any]
    parameters: int = 0
    note: str = ""
    frozen: int = 0
    dtypes: tuple[str, ...] = ()
    given: tuple[Operand, ...] = ()


def rows(records: Sequence[Record], input_shapes: Sequence[Shape]) -> Iterator[Row]:
    """Yield a row for each record, in order; `input_shapes` are the shapes of the network's inputs."""
    single = any(
        receptive_fields.need_single_positions(record.op, (record.input_shapes, record.output_shapes))
        for record in records
    )
    fields = {
        -1 - i: receptive_fields.of_input(shape, single_positions=single)
        for i, shape in enumerate(input_shapes)
    }
    for index, record in enumerate(records):
        (
            op,
            path,
            module,
            inputs,
            input_shapes,
            output_shapes,
            bound,
            parameters,
            note,
            frozen,
            dtypes,
            given,
        ) = record
        shapes = merged(input_shapes, given) if given else input_shapes
        op = operations.specific_name(op, bound)
        window = operations.window(op, bound)
        sources = [fields.get(source) for source in inputs]
        if given and given[0].position == 0 and operations.family(op) == "convolution":
            sources = []  # a convolution of a constant, whose weight was computed
        field = fields[index] = receptive_fields.of_output(
            op, window, bound, (input_shapes, output_shapes), sources
        )
        yield Row(
            index,
            path,
            module,
            op,
            inputs,
            input_shapes,
            output_shapes,
            window,
            parameters,
            macs.count(op, bound, shapes, output_shapes),
            None if field is None else field.sizes,
            operations.arguments(op, bound),
            note,
            frozen,
            dtypes,
            given,
        )
