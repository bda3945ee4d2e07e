"""Questions about the receptive field of a layer of a network, on an axis that is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cnnbook.exercises.forms import NUMBER
from cnnbook.exercises.kinds.axis import NAMES
from cnnbook.exercises.questions import CustomQuestion, Words
from cnnbook.exercises.words import _
from cnnbook.learner.map_sizes import KEEPS_SIZE
from cnnbook.learner.quiz_question import QuizQuestion, row_name, runs_again

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace

_PROMPTS = {
    "length": _(
        "In {network}, how many positions of the input does one output of {path} see, along its length?"
    ),
    "depth": _(
        "In {network}, how deep is what one output of {path} sees: how many slices of the input, or frames "
        "of a video, is that?"
    ),
    "height": _("In {network}, how many rows of the image does one output of {path} see?"),
}
_OF_VOLUME = _(
    "In {network}, how high is what one output of {path} sees: how many rows of the input, in each slice or "
    "frame, is that?"
)
_ASK = {
    "length": _("Take one layer at a time. How many positions has one output of the first layer seen?"),
    "depth": _("Take one layer at a time. How many slices has one output of the first layer seen?"),
    "height": _("Take one layer at a time. How many rows has one output of the first layer seen?"),
}

_LAST_KERNEL = _(
    "{answer} is the size of the last kernel alone. Each of its inputs has seen several positions already: "
    "how many positions is that together, where they overlap counted once?"
)


def fields(trace: Trace, row: Row) -> Iterator[QuizQuestion]:
    """Yield a question about the rows that an output depends on; of a volume another about the slices."""
    field = row.receptive_field
    before = sum(other.window is not None for other in trace.rows[: row.index])
    if row.window is None or not field or not 0 < before < 6 or runs_again(trace, row):
        return
    if not _follows_from_windows(trace, row):
        return
    size = trace.input_shape[-len(field) :]
    for axis, name in enumerate(NAMES[len(field)]):
        last = row.window.kernel_size[axis]
        if name == "width" or field[axis] > size[axis] or last == field[axis]:
            continue
        words = Words(
            ask=_ASK[name],
            formula=_("Start with 1. Each layer adds (k - 1) times the product of all strides before it."),
            substituted=_("Go through the layers before {path}, one by one."),
            hints={} if len(field) == 2 else {"field-last-kernel": _LAST_KERNEL},
        )
        numbers = {"path": row_name(row), "k": last}
        if len(field) == 3:
            numbers["axis"] = name
        wrong = {"field-last-kernel": last}
        question = CustomQuestion(field[axis], wrong=wrong, numbers=numbers, form=NUMBER, words=words)
        prompt = _OF_VOLUME if len(field) == 3 and name == "height" else _PROMPTS[name]
        yield QuizQuestion.about(trace, row, question, prompt, kind="receptive-field")


def _follows_from_windows(trace: Trace, row: Row) -> bool:
    """Whether all layers before this one are such as the formula of the hint speaks of."""
    waiting, seen = list(row.inputs), set[int]()
    while waiting:
        index = waiting.pop()
        if index < 0 or index in seen:
            continue
        seen.add(index)
        other = trace.rows[index]
        if other.window is None and other.family not in KEEPS_SIZE and other.family != "join":
            return False
        waiting += other.inputs
    return True
