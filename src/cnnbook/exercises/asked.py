"""The questions that a Trace can be asked: shapes, blanks, counts, joins, fields, and what if."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING

from cnnbook.exercises import whatifs
from cnnbook.exercises.answers import NUMBER, SHAPE
from cnnbook.exercises.edits import KEEPS_SIZE
from cnnbook.exercises.layers import (
    Asked,
    called_again,
    macs_question,
    name,
    parameters_question,
    shape_question,
    text,
)
from cnnbook.exercises.questions import Stated
from cnnbook.exercises.residual import ProjectionStride
from cnnbook.exercises.shapes import AdaptivePool, Concatenation, FlattenFeatures
from cnnbook.exercises.tables import HEIGHT, PARAMETERS, Line, TraceTable

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace


def questions(trace: Trace) -> list[Asked]:
    """Return all questions that this network can be asked."""
    found = [asked for row in trace.rows for asker in _ASKERS for asked in asker(trace, row)]
    return [*found, *whatifs.edits(trace), *whatifs.errors(trace)]


def _shape(trace: Trace, row: Row) -> Iterator[Asked]:
    question = shape_question(row)
    if question and question.key[1:] != question.size:
        kind = "pool-output-size" if question.pool else "conv-output-size"
        yield Asked(
            kind, row.index, question, text("layer-shape", trace, row, **question.words(question.key))
        )


def _table(trace: Trace, row: Row) -> Iterator[Asked]:
    """Yield a table of this row and the next two that read it in turn, with up to four open cells."""
    first = shape_question(row)
    if first is None:
        return
    layers, read = [(row, first)], row
    for other in trace.rows[row.index + 1 :]:
        if len(layers) == 3:
            break
        question = shape_question(other) if other.inputs == (read.index,) else None
        if question or (other.inputs == (read.index,) and other.family in KEEPS_SIZE):
            read = other
        if question:
            layers.append((other, question))
    if len(layers) < 2:
        return
    table = [Line(name(layer), question, parameters_question(layer)) for layer, question in layers]
    if all(question.key[1:] == question.size for _, question in layers):
        return
    counted = [at for at, line in enumerate(table) if line.parameters]
    cells = [*((at, HEIGHT) for at in range(len(table))), *((at, PARAMETERS) for at in counted[-1:])]
    asked = TraceTable(tuple(table), tuple(sorted(cells)))
    yield Asked("trace-table", row.index, asked, text("trace-table", trace, row, **asked.words(asked.key)))


def _flatten(trace: Trace, row: Row) -> Iterator[Asked]:
    shape = row.input_shapes[0] if row.input_shapes else ()
    if row.op == "flatten" and len(shape) == 4 and len(row.output_shape) == 2 and prod(shape[2:]) > 1:
        question = FlattenFeatures((shape[1], shape[2], shape[3]), shape[0])
        yield Asked("flatten-features", row.index, question, text("flatten", trace, row, input=shape))


def _counts(trace: Trace, row: Row) -> Iterator[Asked]:
    parameters, macs = parameters_question(row), macs_question(row)
    if parameters:
        layer = parameters.words(parameters.key).get("layer")
        sort = "parameters" if layer else "linear-parameters"
        layer = layer or f"Linear({row.arguments['in_features']}, {row.arguments['out_features']})"
        yield Asked(parameters.kind, row.index, parameters, text(sort, trace, row, layer=layer))
    if macs and macs.groups == 1:
        yield Asked("conv-macs", row.index, macs, text("macs", trace, row, **macs.words(macs.key)))


def _joins(trace: Trace, row: Row) -> Iterator[Asked]:
    shapes = row.input_shapes
    if any(len(shape) != 4 for shape in (*shapes, row.output_shape)) or len(shapes) < 2:
        return
    if row.op == "cat" and row.arguments.get("dim") == 1:
        size = (row.output_shape[2], row.output_shape[3])
        question = Concatenation(tuple(shape[1] for shape in shapes), size)
        inputs = question.words(question.key)["inputs"]
        yield Asked("concatenation", row.index, question, text("concatenation", trace, row, inputs=inputs))
    if row.op == "add" and shapes[0] == shapes[1]:
        shape = row.output_shape[1:]
        stacked = (2 * shape[0], *shape[1:])
        numbers = {"input": shape, "path": name(row)}
        wrong = (("residual-as-concat", stacked), ("channels-last", (*shape[1:], shape[0])))
        added = Stated(shape, wrong=wrong, numbers=numbers, form=SHAPE, kind="addition")
        yield Asked("residual-block", row.index, added, text("addition", trace, row, input=shape))


def _projection(trace: Trace, row: Row) -> Iterator[Asked]:
    """Ask of a residual block, whose rows stand below the addition's path, what its shortcut needs.

    Nothing is asked unless one path is the block's own input, or a 1 x 1 convolution of it and no more.
    """
    first = next((other for other in trace.rows if row.path and other.path.startswith(f"{row.path}.")), None)
    if row.op != "add" or len(row.inputs) < 2 or first is None or len(first.input_shapes[0]) != 4:
        return
    if not any(_is_shortcut(trace, made_by, first.inputs[0]) for made_by in row.inputs):
        return
    _, channels, height, width = first.input_shapes[0]
    _, outs, *size = row.output_shape
    stride = height // size[0]
    if stride and (-(-height // stride), -(-width // stride)) == tuple(size):
        question = ProjectionStride((channels, height, width), outs, stride)
        words = question.words(question.key)
        yield Asked("projection-stride", row.index, question, text("projection", trace, row, **words))


def _is_shortcut(trace: Trace, index: int, source: int) -> bool:
    """Return whether this row is the source, or a 1 x 1 convolution of it that only the addition reads."""
    while index >= 0 and sum(index in other.inputs for other in trace.rows) == 1:
        row = trace.rows[index]
        if row.op == "conv2d" and row.window and set(row.window.kernel_size) == {1}:
            return row.inputs == (source,)
        if row.family != "normalization":
            break
        index = row.inputs[0]
    return index == source


def _field(trace: Trace, row: Row) -> Iterator[Asked]:
    field = row.receptive_field
    before = sum(other.window is not None for other in trace.rows[: row.index])
    if row.window is None or not field or not 0 < before < 6 or field[0] > trace.input_shape[-2]:
        return
    if called_again(trace, row):
        return
    last = row.window.kernel_size[0]
    wrong = (("field-last-kernel", last),) if last != field[0] else ()
    numbers = {"path": name(row), "k": last}
    question = Stated(field[0], wrong=wrong, numbers=numbers, form=NUMBER, kind="network-field")
    if wrong:
        yield Asked("receptive-field", row.index, question, text("receptive-field", trace, row))


def _adaptive(trace: Trace, row: Row) -> Iterator[Asked]:
    if row.op != "adaptive_avg_pool2d" or len(row.input_shapes[0]) != 4:
        return
    _, channels, height, width = row.input_shapes[0]
    if row.output_shape[2:] != (height, width):
        question = AdaptivePool((channels, height, width), (row.output_shape[2], row.output_shape[3]))
        words = question.words(question.key)
        yield Asked("adaptive-pool", row.index, question, text("adaptive-pool", trace, row, **words))


_ASKERS: tuple[Callable[[Trace, Row], Iterator[Asked]], ...] = (
    _shape,
    _table,
    _flatten,
    _counts,
    _joins,
    _projection,
    _field,
    _adaptive,
)
