"""Questions about a network after an edit, and about the error message after an input that does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.exercises.forms import SIZE
from cnnbook.exercises.kinds.edits import CHANGES, EditedParameters
from cnnbook.exercises.kinds.error_messages import features_error
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import CustomQuestion, Values, Words
from cnnbook.exercises.row_questions import parameters_question, shape_question
from cnnbook.exercises.words import _, say
from cnnbook.learner.map_sizes import KEEPS_SIZE, Size, map_sizes
from cnnbook.learner.quiz_question import QuizQuestion, row_name, runs_again

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace

# In the first layers all edits are asked about. In later layers only the stride is edited: the other edits
# would repeat the questions about the first layers.
FIRST_LAYERS = 5
# The operations that enlarge maps; `map_sizes` does not know their rules.
_ENLARGING = ("conv_transpose2d", "interpolate", "pixel_shuffle")

_EDIT = Words(
    ask=_("What leaves {path} after the change? And what does the next layer make of that?"),
    formula=_("Per axis and layer: floor((n + 2p - d(k - 1) - 1)/s) + 1."),
    substituted=_("{path} is left at {first}, (height, width), now; go on layer by layer from there."),
    hints={
        "change-ignored": _(
            "{answer} is the size before the change. What leaves {path} now, and who reads that?"
        ),
        "halves-instead": _(
            "{answer} is half the size before the change, rounded down. With stride 1 a window takes more "
            "places than before, not fewer: how many rows does {path} make now?"
        ),
    },
)


def edits(trace: Trace) -> Iterator[QuizQuestion]:
    """Yield questions about an edited layer: the last map's size, or the next layer's parameters."""
    windows = [
        (row, question)
        for row in trace.rows
        # The words of these questions, and `map_sizes`, are those of images.
        if (question := shape_question(row)) and len(question.size) == 2 and not runs_again(trace, row)
    ]
    try:
        before = map_sizes(trace, trace.input_shape[2:])
    except GeometryError:
        before = {}
    for number, (row, question) in enumerate(windows):
        for edit, replacement in _edits_of(question) if before else ():
            if number < FIRST_LAYERS or edit == "stride":
                yield from _edit(trace, before, (row, question), (edit, replacement))
        yield from _widened(trace, row) if number < FIRST_LAYERS else ()


def _edits_of(question: WindowQuestion) -> Iterator[tuple[str, tuple[Window, ...]]]:
    """Yield each edit of a layer: its name, and the windows that the layer is replaced with."""
    window = question.window
    strides, kernels, pads = set(window.stride), set(window.kernel_size), set(window.padding)
    if len(strides) == 1 and strides != {1}:
        yield "stride", (replace(window, stride=(1, 1)),)
    if question.pool:
        yield "pool-removed", ()
    elif len(kernels) == len(pads) == 1:
        kernel_size = window.kernel_size[0]
        yield "kernel", (replace(window, kernel_size=(kernel_size + 2,) * 2),)
        yield "padding", (replace(window, padding=(1 if pads == {0} else 0,) * 2),)
        yield "pool-added", (window, Window.pool(2))


def _edit(
    trace: Trace,
    before: dict[int, Size],
    layer: tuple[Row, WindowQuestion],
    edited: tuple[str, tuple[Window, ...]],
) -> Iterator[QuizQuestion]:
    """Yield the question about the last feature map, if its size is known and changes with this edit."""
    (row, question), (edit, windows) = layer, edited
    try:
        after = map_sizes(trace, trace.input_shape[2:], {row.index: windows})
    except GeometryError:
        return
    last = [other.index for other in trace.rows if other.window is not None or other.op in _ENLARGING][-1]
    if not {last, row.index} <= after.keys() & before.keys():  # the size does not follow from windows
        return
    was, now = before[last], after[last]
    if was == now or row.index == last:
        return
    first = after[row.index]
    moved = tuple(end + new - old for end, old, new in zip(was, question.key[1:], first, strict=True))
    wrong: dict[str, Values | list[Values]] = {"change-ignored": was}
    if min(moved) > 0:
        wrong["change-unscaled"] = moved
    if edit == "stride":
        wrong["halves-instead"] = tuple(max(1, side // 2) for side in was)
    new_layer = replace(question, window=windows[0]).layer if windows else ""
    if edit == "pool-added":
        new_layer = "MaxPool2d(kernel_size=2)"
    numbers = {
        "path": row_name(row),
        "edit": edit,
        "last": was,
        "first": first,
        "change": say(CHANGES.get(edit, CHANGES["replaced"]), old=question.layer, new=new_layer),
        "windows": windows,
    }
    edited_map = CustomQuestion(now, wrong=wrong, numbers=numbers, form=SIZE, words=_EDIT)
    yield QuizQuestion.about(
        trace,
        row,
        edited_map,
        _(
            "In {network}, one thing changes at {path}: {change}. The last feature map was {last}, "
            "(height, width). Which size does it have now?"
        ),
        kind="edited-network",
    )


def _widened(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    """Yield the question about the next convolution's parameters, if this one makes twice the maps."""
    reader = row
    while True:
        readers = [other for other in trace.rows if reader.index in other.inputs]
        if len(readers) != 1 or len(readers[0].inputs) != 1:
            return
        (reader,) = readers
        if reader.family not in KEEPS_SIZE and reader.family != "pooling":
            break
    question = parameters_question(reader)
    if row.op != "conv2d" or not isinstance(question, ConvParameters):
        return
    if row.arguments["groups"] == question.groups == 1:
        outs = row.arguments["out_channels"]
        widened = (2 * outs, question.channels[1])
        counted = EditedParameters(widened, question.kernel_size, bias=question.bias, before=outs)
        yield QuizQuestion.about(
            trace,
            row,
            counted,
            _(
                "In {network}, {path} gets {new} channels instead of {old}. {reader}, so far a {layer}, "
                "reads them. How many parameters does {reader} have then?"
            ),
            reader=row_name(reader),
        )


def errors(trace: Trace) -> Iterator[QuizQuestion]:
    """Yield questions about the message of the first Linear, for inputs of a size that it refuses."""
    flatten = next((row for row in trace.rows if row.op == "flatten" and len(row.input_shapes[0]) == 4), None)
    linear = next((row for row in trace.rows if row.op == "linear"), None)
    if flatten is None or linear is None or linear.index < flatten.index or len(trace.input_shape) != 4:
        return
    batch, _channels, height, width = trace.input_shape
    ins, outs = linear.arguments["in_features"], linear.arguments["out_features"]
    for size in ((height - 4, width - 4), (height + 8, width + 8), (height, width + 12)):
        try:
            last = map_sizes(trace, size).get(flatten.inputs[0])
        except GeometryError:
            continue
        features = flatten.input_shapes[0][1] * prod(last) if last else ins
        if features != ins:
            question = features_error(row_name(linear), (batch, features), (ins, outs), size=size)
            yield QuizQuestion.about(
                trace,
                linear,
                question,
                _(
                    "Images of {size} go into {network}, and it stops: {message}. To which in_features must "
                    "{path} be changed?"
                ),
                kind="decode-error",
            )
