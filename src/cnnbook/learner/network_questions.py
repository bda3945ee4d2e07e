"""All questions that a quiz can ask about a network, made from the rows of its trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TYPE_CHECKING

from cnnbook.exercises.forms import SHAPE
from cnnbook.exercises.kinds.adaptive_pools import AdaptivePool
from cnnbook.exercises.kinds.concatenation import Concatenation
from cnnbook.exercises.kinds.flattening import FlattenFeatures
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.residual_blocks import ProjectionStride
from cnnbook.exercises.kinds.trace_tables import HEIGHT, PARAMETERS, TableRow, TraceTable
from cnnbook.exercises.questions import CustomQuestion, Values, Words
from cnnbook.exercises.row_questions import macs_question, parameters_question, shape_question
from cnnbook.exercises.words import _
from cnnbook.learner.edit_questions import edits, errors
from cnnbook.learner.field_questions import fields
from cnnbook.learner.map_sizes import KEEPS_SIZE
from cnnbook.learner.quiz_question import QuizQuestion, row_name

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace


_OUTPUT_SHAPE = _(
    "In {network}, {path} is {layer}. It reads {input}, (channels, height, width). What comes out?"
)
_OUTPUT_SHAPES = {
    1: _("In {network}, {path} is {layer}. It reads {input}, (channels, length). What comes out?"),
    2: _OUTPUT_SHAPE,
    3: _(
        "In {network}, {path} is {layer}. It reads {input}, (channels, depth, height, width). What comes out?"
    ),
}
_ADDITION = Words(
    ask=_("Two maps are added number by number. How many numbers are there afterwards?"),
    formula=_("An addition keeps the shape."),
    substituted=_("Both maps are {input}."),
    hints={
        "residual-as-concat": _(
            "{answered} channels come out if the two maps are put side by side. Does an addition stack the "
            "maps or add number to number?"
        )
    },
)


def questions_about(trace: Trace) -> list[QuizQuestion]:
    """Return all questions about this network: row by row, then those about edits and error messages."""
    by_row = [question for row in trace.rows for ask in _QUESTIONS for question in ask(trace, row)]
    return [*by_row, *edits(trace), *errors(trace)]


def _shape(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    question = shape_question(row)
    if question and question.key[1:] != question.size:
        kind = "pool-output-size" if question.pool else "conv-output-size"
        yield QuizQuestion.about(
            trace,
            row,
            question,
            _OUTPUT_SHAPES[len(question.size)],
            kind=kind,
        )


def _table(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    """Yield a table of this layer and the two that follow it, each with its height open, and one count."""
    first = shape_question(row)
    if first is None or len(first.size) != 2:
        return
    layers, before = [(row, first)], row
    for other in trace.rows[row.index + 1 :]:
        if len(layers) == 3:
            break
        question = shape_question(other) if other.inputs == (before.index,) else None
        if question or (other.inputs == (before.index,) and other.family in KEEPS_SIZE):
            before = other
        if question:
            layers.append((other, question))
    if len(layers) < 2:
        return
    table = [TableRow(row_name(layer), question, parameters_question(layer)) for layer, question in layers]
    if all(question.key[1:] == question.size for _row, question in layers):
        return
    counted = [at for at, line in enumerate(table) if line.parameters]
    cells = [*((at, HEIGHT) for at in range(len(table))), *((at, PARAMETERS) for at in counted[-1:])]
    yield QuizQuestion.about(
        trace,
        row,
        TraceTable(tuple(table), tuple(sorted(cells))),
        _(
            "Part of the trace of {network}; letters stand for open cells.\n{table}\nWhich numbers are "
            "{letters}?"
        ),
    )


def _flatten(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    shape = row.operand_shapes[0] if row.operand_shapes else ()
    if row.op == "flatten" and len(shape) == 4 and len(row.output_shape) == 2 and prod(shape[2:]) > 1:
        question = FlattenFeatures((shape[1], shape[2], shape[3]), shape[0])
        yield QuizQuestion.about(
            trace,
            row,
            question,
            _(
                "In {network}, a batch of {input} is flattened, one row per image. How many features does "
                "a row have?"
            ),
        )


def _counts(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    parameters, macs = parameters_question(row), macs_question(row)
    if isinstance(parameters, ConvParameters):
        yield QuizQuestion.about(
            trace, row, parameters, _("In {network}, {path} is {layer}. How many parameters does it have?")
        )
    elif parameters:
        layer = f"Linear({row.arguments['in_features']}, {row.arguments['out_features']})"
        yield QuizQuestion.about(
            trace,
            row,
            parameters,
            _("In {network}, {path} is {layer}, with biases. How many parameters does it have?"),
            layer=layer,
        )
    if macs and macs.groups == 1:
        yield QuizQuestion.about(
            trace,
            row,
            macs,
            _("In {network}, {path} is {layer} and reads {input}. How many MACs does it take for one image?")
            if len(macs.size) == 2
            else _(
                "In {network}, {path} is {layer} and reads {input}, one example of the batch. How many MACs "
                "does it take for that?"
            ),
        )


def _joins(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    shapes = row.input_shapes
    if any(len(shape) != 4 for shape in (*shapes, row.output_shape)) or len(shapes) < 2:
        return
    if row.op == "cat" and row.arguments.get("dim") == 1:
        size = (row.output_shape[2], row.output_shape[3])
        question = Concatenation(tuple(shape[1] for shape in shapes), size)
        yield QuizQuestion.about(
            trace,
            row,
            question,
            _("In {network}, {path} concatenates {inputs} along the channels. What comes out?"),
        )
    if row.op == "add" and shapes[0] == shapes[1]:
        shape = row.output_shape[1:]
        stacked = (2 * shape[0], *shape[1:])
        numbers = {"input": shape, "path": row_name(row)}
        wrong: dict[str, Values | list[Values]] = {
            "residual-as-concat": stacked,
            "channels-last": (*shape[1:], shape[0]),
        }
        added = CustomQuestion(shape, wrong=wrong, numbers=numbers, form=SHAPE, words=_ADDITION)
        yield QuizQuestion.about(
            trace,
            row,
            added,
            _("In {network}, {path} adds two maps of {input}, (channels, height, width). What comes out?"),
            kind="residual-block",
        )


def _projection(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    """Yield which stride the projection of a residual block has, where this row is the block's addition.

    Nothing is asked unless one of the two paths is the block's input, or a 1 x 1 convolution of it alone.
    """
    first = next((other for other in trace.rows if row.path and other.path.startswith(f"{row.path}.")), None)
    if row.op != "add" or len(row.inputs) < 2 or first is None or len(first.operand_shapes[0]) != 4:
        return
    if not any(_is_shortcut(trace, made_by, first.inputs[0]) for made_by in row.inputs):
        return
    _batch, channels, height, width = first.operand_shapes[0]
    _batch, outs, *size = row.output_shape
    stride = height // size[0]
    if stride and (-(-height // stride), -(-width // stride)) == tuple(size):
        question = ProjectionStride((channels, height, width), outs, stride)
        yield QuizQuestion.about(
            trace,
            row,
            question,
            _(
                "In {network}, the block {path} reads {input}, (channels, height, width), and its main path "
                "makes {out_channels} channels with stride {s}. Which stride has the projection on its "
                "shortcut? Answer 0 if it needs none."
            ),
        )


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


def _adaptive(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    if row.op != "adaptive_avg_pool2d" or len(row.operand_shapes[0]) != 4:
        return
    _batch, channels, height, width = row.operand_shapes[0]
    if row.output_shape[2:] != (height, width):
        question = AdaptivePool((channels, height, width), (row.output_shape[2], row.output_shape[3]))
        yield QuizQuestion.about(
            trace,
            row,
            question,
            _OUTPUT_SHAPE,
        )


_QUESTIONS: tuple[Callable[[Trace, Row], Iterator[QuizQuestion]], ...] = (
    _shape,
    _table,
    _flatten,
    _counts,
    _joins,
    _projection,
    fields,
    _adaptive,
)
