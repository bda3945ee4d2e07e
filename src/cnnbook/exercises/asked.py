"""The questions that a Trace can be asked: shapes, blanks, counts, joins, fields, errors and edits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.answers import NUMBER, SHAPE, SIZE
from cnnbook.exercises.counts import ConvMacs, ConvParameters, DenseParameters
from cnnbook.exercises.edits import sizes
from cnnbook.exercises.messages import say
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.shapes import AdaptivePool, Concatenation, FlattenFeatures
from cnnbook.exercises.windows import WindowQuestion

if TYPE_CHECKING:
    from cnnbook.rows import Row, Trace


class Asked(NamedTuple):
    """A question about a network: its kind in the quiz, the row it is about, and its text."""

    kind: str
    row: int
    question: Question
    text: str


def questions(trace: Trace) -> list[Asked]:
    """Return all questions that this network can be asked."""
    found = [asked for row in trace.rows for asker in _ASKERS for asked in asker(trace, row)]
    return [*found, *_edits(trace), *_errors(trace)]


def _window_question(row: Row) -> WindowQuestion | None:
    """Return the question about a row's window, where it is a 2-D one with one padding for both sides."""
    window = row.window
    if window is None or len(window.kernel_size) != 2 or isinstance(window.padding, str):
        return None
    if row.op not in ("conv2d", "max_pool2d", "avg_pool2d") or len(row.input_shapes[0]) != 4:
        return None
    channels = (row.input_shapes[0][1], row.output_shape[1])
    pool = {"max_pool2d": "MaxPool2d", "avg_pool2d": "AvgPool2d"}.get(row.op, "")
    return WindowQuestion(
        row.input_shapes[0][2:], window, channels, pool=bool(pool), layer_name=pool or "Conv2d"
    )


def _layer_shape(trace: Trace, row: Row) -> Iterator[Asked]:
    question = _window_question(row)
    if question and question.key[1:] != question.size:
        words = question.words(question.key)
        yield Asked("layer-shape", row.index, question, _text("layer-shape", trace, row, **words))


def _blank(trace: Trace, row: Row) -> Iterator[Asked]:
    question = _window_question(row)
    if not question or question.key[1:] == question.size:
        return
    lines = [say("quiz.input", shape=row.input_shapes[0][1:])]
    for other in trace.rows:
        if other.index == row.index:
            lines.append(say("quiz.row", path=f"{_name(row)} {question.layer}", shape="?"))
        elif 0 < other.index - row.index <= 2 and len(other.output_shape) == 4 and other.window:
            after = other.output_shape[1:]
            lines.append(say("quiz.row", path=_name(other), shape=after))
    if len(lines) > 2:
        yield Asked("blank", row.index, question, _text("blank", trace, row, table="\n".join(lines)))


def _flatten(trace: Trace, row: Row) -> Iterator[Asked]:
    shape = row.input_shapes[0] if row.input_shapes else ()
    if row.op == "flatten" and len(shape) == 4 and len(row.output_shape) == 2 and prod(shape[2:]) > 1:
        question = FlattenFeatures((shape[1], shape[2], shape[3]), shape[0])
        yield Asked("flatten", row.index, question, _text("flatten", trace, row, input=shape))


def _parameters(trace: Trace, row: Row) -> Iterator[Asked]:
    window, arguments = _window_question(row), row.arguments
    if row.op == "linear" and row.parameters and arguments.get("bias"):
        ins, outs = arguments["in_features"], arguments["out_features"]
        text = _text("linear-parameters", trace, row, layer=f"Linear({ins}, {outs})")
        yield Asked("parameters", row.index, DenseParameters((ins, outs)), text)
    if row.op == "conv2d" and window and row.parameters:
        channels = (arguments["in_channels"], arguments["out_channels"])
        height, width = window.window.kernel_size
        groups, bias = arguments["groups"], bool(arguments["bias"])
        question = ConvParameters(channels, (height, width), groups, bias)
        layer = question.words(question.key)["layer"]
        yield Asked("parameters", row.index, question, _text("parameters", trace, row, layer=layer))
        if groups == 1:
            size = (window.size[0], window.size[1])
            macs = ConvMacs(channels, window.window, size)
            words = macs.words(macs.key)
            yield Asked(
                "macs", row.index, macs, _text("macs", trace, row, layer=words["layer"], input=words["input"])
            )


def _joins(trace: Trace, row: Row) -> Iterator[Asked]:
    shapes = row.input_shapes
    if any(len(shape) != 4 for shape in (*shapes, row.output_shape)) or len(shapes) < 2:
        return
    if row.op == "cat" and row.arguments.get("dim") == 1:
        size = (row.output_shape[2], row.output_shape[3])
        question = Concatenation(tuple(shape[1] for shape in shapes), size)
        inputs = question.words(question.key)["inputs"]
        yield Asked("concatenation", row.index, question, _text("concatenation", trace, row, inputs=inputs))
    if row.op == "add" and shapes[0] == shapes[1]:
        shape = row.output_shape[1:]
        stacked = (2 * shape[0], *shape[1:])
        numbers = {"input": shape, "path": _name(row)}
        wrong = (("residual-as-concat", stacked), ("channels-last", (*shape[1:], shape[0])))
        added = Stated(shape, wrong=wrong, numbers=numbers, form=SHAPE, kind="addition")
        yield Asked("addition", row.index, added, _text("addition", trace, row, input=shape))


def _field(trace: Trace, row: Row) -> Iterator[Asked]:
    field = row.receptive_field
    before = sum(other.window is not None for other in trace.rows[: row.index])
    if row.window is None or not field or not 0 < before < 6 or field[0] > trace.input_shape[-2]:
        return
    last = row.window.kernel_size[0]
    wrong = (("field-last-kernel", last),) if last != field[0] else ()
    numbers = {"path": _name(row), "k": last}
    question = Stated(field[0], wrong=wrong, numbers=numbers, form=NUMBER, kind="network-field")
    if wrong:
        yield Asked("receptive-field", row.index, question, _text("receptive-field", trace, row))


def _adaptive(trace: Trace, row: Row) -> Iterator[Asked]:
    if row.op != "adaptive_avg_pool2d" or len(row.input_shapes[0]) != 4:
        return
    _, channels, height, width = row.input_shapes[0]
    if row.output_shape[2:] != (height, width):
        question = AdaptivePool((channels, height, width), (row.output_shape[2], row.output_shape[3]))
        words = question.words(question.key)
        text = _text("adaptive-pool", trace, row, layer=words["layer"], input=words["input"])
        yield Asked("adaptive-pool", row.index, question, text)


_ASKERS: tuple[Callable[[Trace, Row], Iterator[Asked]], ...] = (
    _layer_shape,
    _blank,
    _flatten,
    _parameters,
    _joins,
    _field,
    _adaptive,
)


def _edits(trace: Trace) -> Iterator[Asked]:
    """Yield "what if this layer had stride 1?", where the last feature map would follow."""
    if len(trace.input_shape) != 4:
        return
    size = trace.input_shape[2:]
    try:
        before = sizes(trace, size)
    except GeometryError:
        return
    maps = [row for row in trace.rows if row.index in before and row.window is not None]
    for row in maps:
        question = _window_question(row)
        if not question or set(question.window.stride) == {1} or len(set(question.window.stride)) > 1:
            continue
        strided = replace_stride(question)
        try:
            after = sizes(trace, size, {row.index: strided.window})
        except GeometryError:
            continue
        was, now = before[maps[-1].index], after[maps[-1].index]
        if was == now:
            continue
        stride = question.window.stride[0]
        halved = tuple(max(1, side // 2) for side in was)
        numbers = {"path": _name(row), "stride": stride, "last": was}
        wrong = (("change-ignored", was), ("halves-instead", halved))
        edited = Stated(now, wrong=wrong, numbers=numbers, form=SIZE, kind="edit")
        yield Asked("edit", row.index, edited, _text("edit", trace, row, stride=stride, last=was))


def replace_stride(question: WindowQuestion) -> WindowQuestion:
    """Return the question with stride 1."""
    window = question.window
    ones = type(window)(window.kernel_size, 1, window.padding, window.dilation, window.ceil_mode)
    return replace(question, window=ones)


def _errors(trace: Trace) -> Iterator[Asked]:
    """Yield "this message came: which number changes to what?", for inputs that the first Linear refuses."""
    flatten = next((row for row in trace.rows if row.op == "flatten" and len(row.input_shapes[0]) == 4), None)
    linear = next((row for row in trace.rows if row.op == "linear"), None)
    if flatten is None or linear is None or linear.index < flatten.index or len(trace.input_shape) != 4:
        return
    batch, (_, _, height, width) = trace.input_shape[0], trace.input_shape
    ins, outs = linear.arguments["in_features"], linear.arguments["out_features"]
    for size in ((height - 4, width - 4), (height + 8, width + 8), (height, width + 12)):
        try:
            last = sizes(trace, size).get(flatten.inputs[0])
        except GeometryError:
            continue
        features = flatten.input_shapes[0][1] * prod(last) if last else ins
        if features == ins:
            continue
        tables = f"({batch}x{features} and {ins}x{outs})"
        message = f"mat1 and mat2 shapes cannot be multiplied {tables}"
        path = _name(linear)
        rows = str(ins)
        numbers = {
            "batch": batch,
            "ins": rows,
            "tables": tables,
            "message": message,
            "path": path,
            "size": size,
        }
        wrong = (("error-other-side", ins), ("error-output", outs), ("error-batch", batch))
        question = Stated(features, wrong=wrong, numbers=numbers, kind="decode-error")
        yield Asked("decode-error", linear.index, question, _text("decode-error", trace, linear, **numbers))


def _text(kind: str, trace: Trace, row: Row, **words: Any) -> str:
    return say(f"quiz.{kind}", **{"network": trace.name, "path": _name(row), **words})


def _name(row: Row) -> str:
    return row.path or f"{row.op} (row {row.index})"
