"""What if? Questions about a network after an edit, and about the message of one that no longer fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import TYPE_CHECKING

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.exercises.answers import SIZE
from cnnbook.exercises.counts import ConvParameters, EditedParameters
from cnnbook.exercises.edits import KEEPS_SIZE, Size, sizes
from cnnbook.exercises.errors import features_error
from cnnbook.exercises.layers import Asked, called_again, name, parameters_question, shape_question, text
from cnnbook.exercises.messages import say
from cnnbook.exercises.questions import Stated
from cnnbook.exercises.windows import WindowQuestion

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace

# Beyond the first layers an edit only repeats what they ask; the strides alone are asked everywhere.
FIRST_LAYERS = 5
# What makes maps larger, by a rule that `sizes` does not follow.
_ENLARGING = ("conv_transpose2d", "interpolate", "pixel_shuffle")


def edits(trace: Trace) -> Iterator[Asked]:
    """Yield "what is the last feature map, if ...?", and what wider maps cost the layer that reads them."""
    windows = [
        (row, question)
        for row in trace.rows
        if (question := shape_question(row)) and not called_again(trace, row)
    ]
    try:
        before = sizes(trace, trace.input_shape[2:])
    except GeometryError:
        before = {}
    for number, (row, question) in enumerate(windows):
        for edit, after in _edited(question) if before else ():
            if number < FIRST_LAYERS or edit == "stride":
                yield from _edit(trace, before, (row, question), (edit, after))
        yield from _widened(trace, row) if number < FIRST_LAYERS else ()


def _edited(question: WindowQuestion) -> Iterator[tuple[str, tuple[Window, ...]]]:
    """Yield the edits of a layer: what is edited, and the windows that then stand in its place."""
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
    asked_of: tuple[Row, WindowQuestion],
    edited: tuple[str, tuple[Window, ...]],
) -> Iterator[Asked]:
    (row, question), (edit, windows) = asked_of, edited
    try:
        after = sizes(trace, trace.input_shape[2:], {row.index: windows})
    except GeometryError:
        return
    last = [other.index for other in trace.rows if other.window is not None or other.op in _ENLARGING][-1]
    if not {last, row.index} <= after.keys() & before.keys():  # a layer whose size follows no window
        return
    was, now = before[last], after[last]
    if was == now or row.index == last:
        return
    first = after[row.index]
    moved = tuple(end + new - old for end, old, new in zip(was, question.key[1:], first, strict=True))
    wrong = [("change-ignored", was)]
    if min(moved) > 0:
        wrong += [("change-unscaled", moved)]
    if edit == "stride":
        wrong += [("halves-instead", tuple(max(1, side // 2) for side in was))]
    layer = replace(question, window=windows[0]).layer if windows else ""
    if edit == "pool-added":
        layer = "MaxPool2d(kernel_size=2)"
    numbers = {
        "path": name(row),
        "edit": edit,
        "last": was,
        "first": first,
        "change": say(f"edit.{edit}", "edit.replaced", old=question.layer, new=layer),
        "windows": windows,
    }
    asked = Stated(now, wrong=tuple(wrong), numbers=numbers, form=SIZE, kind="edit")
    yield Asked("edited-network", row.index, asked, text("edit", trace, row, **numbers))


def _widened(trace: Trace, row: Row) -> Iterator[Asked]:
    """Yield "twice as many channels here: how many parameters has the convolution that reads them?"."""
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
        asked = EditedParameters(widened, question.kernel_size, bias=question.bias, before=outs)
        words = asked.words(asked.key) | {"reader": name(reader)}
        yield Asked("edited-network", row.index, asked, text("widened", trace, row, **words))


def errors(trace: Trace) -> Iterator[Asked]:
    """Yield "this message came: which number changes to what?", for inputs that the first Linear refuses."""
    flatten = next((row for row in trace.rows if row.op == "flatten" and len(row.input_shapes[0]) == 4), None)
    linear = next((row for row in trace.rows if row.op == "linear"), None)
    if flatten is None or linear is None or linear.index < flatten.index or len(trace.input_shape) != 4:
        return
    batch, _, height, width = trace.input_shape
    ins, outs = linear.arguments["in_features"], linear.arguments["out_features"]
    for size in ((height - 4, width - 4), (height + 8, width + 8), (height, width + 12)):
        try:
            last = sizes(trace, size).get(flatten.inputs[0])
        except GeometryError:
            continue
        features = flatten.input_shapes[0][1] * prod(last) if last else ins
        if features != ins:
            question = features_error(name(linear), (batch, features), (ins, outs), size=size)
            words = question.words(question.key)
            yield Asked("decode-error", linear.index, question, text("decode-error", trace, linear, **words))
