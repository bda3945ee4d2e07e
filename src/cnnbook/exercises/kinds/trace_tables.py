"""The open cells of a trace: rows of a network's table, in which some numbers are to be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, ClassVar, NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import LETTERS, NUMBER, Answer, Form
from cnnbook.exercises.kinds.axis import NAMES
from cnnbook.exercises.kinds.chains import Chain
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import CustomQuestion, Mistake, Question, Slip, Values, Words
from cnnbook.exercises.words import _, joined, say

CHANNELS, HEIGHT, WIDTH, PARAMETERS = range(4)
_WANTED = _("One number for each letter is wanted, like {example}; I read {count} in {answer}.")


class OutputChannels(CustomQuestion):
    """How many channels does the output of this layer have?"""

    class_words: ClassVar[Words] = Words(
        ask=_("How many kernels does this layer have, and how many maps does each of them make?")
    )


class TableRow(NamedTuple):
    """A row of the table: a layer's name, and the questions about its output shape and its parameters."""

    name: str
    layer: WindowQuestion
    parameters: Question | None = None

    @property
    def text(self) -> str:
        """The layer as it is written in PyTorch, with groups and bias."""
        written = self.parameters.written if isinstance(self.parameters, ConvParameters) else ""
        return f"{self.layer.layer.removesuffix(')')}{written})"

    @property
    def calculations(self) -> str:
        """The calculations of the output size and of the parameters, if there are any."""
        count = self.parameters
        sizes = self.layer.window.formula(self.layer.size)
        if count is None:
            return sizes
        return f"{sizes}; {count.placeholders(count.key)['because']} = {count.key[0]:,}"

    def cell(self, column: int, read: int | None = None) -> Question:
        """Return the question of one cell; `read` replaces the size or the channels that the layer reads."""
        if column == PARAMETERS:
            assert self.parameters
            return self.parameters
        before, after = self.layer.channels or (0, 0)
        if column == CHANNELS:
            numbers = {"in_channels": before, "out_channels": after}
            value = read if self.layer.pool and read is not None else after
            wrong: dict[str, list[Values]] = {}
            for name, channels in self.layer.channel_slips():
                wrong.setdefault(name, []).append(channels)
            return OutputChannels(value, wrong=wrong, numbers=numbers, form=NUMBER)
        axis = self.layer.axes[column - HEIGHT]
        window = Window((axis.kernel_size,), axis.stride, axis.padding, axis.dilation, axis.ceil_mode)
        size = axis.size if read is None or read + 2 * axis.padding < axis.span else read
        return WindowQuestion((size,), window, pool=self.layer.pool, default_stride=self.layer.default_stride)


_WORKED = _("Letters stand for open cells.\n{table}\n{worked}\nWhich numbers are {letters}?")
_ONE_OPEN = _("The letter a stands for an open cell.\n{table}\n{worked}\nWhich number is it?")
_ROW = _("{name} as an example: {calculations}.")


@dataclass(frozen=True)
class TraceTable(Question):
    """Which numbers are in the open cells, each (row, column)? Every layer reads the one above it.

    If the table is `worked`, the calculations of the rows that neither have nor read an open cell
    are shown.
    """

    class_words: ClassVar[Words] = Words(
        prompt=_("Letters stand for open cells.\n{table}\nWhich numbers are {letters}?"),
        ask=_(
            "Start in the row of {name}. It reads the shape of the row above: what does its layer make of "
            "that?"
        ),
        formula=_(
            "Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. A convolution has k_h × k_w × in × out weights, "
            "and out biases."
        ),
        substituted=_("Begin with the row of {name}: {substituted}."),
        correct=_("{answer}: each row follows from the row above it."),
        part=_("{letter}, in the row of {name}: {hint}"),
    )
    lines: tuple[TableRow, ...]
    cells: tuple[tuple[int, int], ...]
    worked: bool = False

    @property
    def kind(self) -> str:
        """The kind of practice with as many open cells."""
        few = self.worked and len(self.cells) < 3
        return f"trace-table-{len(self.cells)}" if few else "trace-table"

    @property
    def form(self) -> Form:
        """The form of the answer: a number for each letter."""
        letters = tuple(LETTERS[: len(self.cells)])
        if len(letters) == 1:
            return Form("blanks", letters, "31", _WANTED)
        example = f"({', '.join(str(31 + 6 * at) for at in range(len(letters)))})"
        return Form("blanks", letters, example, _WANTED, letters)

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        return tuple(self.lines[line].cell(column) for line, column in self.cells)

    @property
    def key(self) -> Answer:
        """The numbers of the open cells."""
        return tuple(question.key[0] for question in self._questions)

    def _first_wrong(self, answer: Answer) -> int:
        """Return the place of the first wrong number, 0 if none is wrong."""
        return next((at for at, right in enumerate(self.key) if answer[at] != right), 0)

    def first_mistake(self, answer: Answer) -> Mistake:
        """Return the first wrong cell, the answer to it, and the cells that are wrong because of it."""
        at = self._first_wrong(answer)
        return Mistake(self._questions[at], answer[at : at + 1], self._consequences(answer))

    def slips(self) -> Iterator[Slip]:
        """Yield the answers that have one wrong cell, by a misconception about that cell."""
        key = self.key
        for at, question in enumerate(self._questions):
            for slip in question.slips():
                if not question.accepts(slip.answer):
                    yield Slip(slip.ids, (*key[:at], *slip.answer, *key[at + 1 :]))

    def _consequences(self, answer: Answer) -> frozenset[int]:
        """Return the places of the wrong cells that are right for the wrong number in the row above."""
        given = dict(zip(self.cells, answer, strict=True))
        found = set()
        for at, (line, column) in enumerate(self.cells):
            above = given.get((line - 1, column))
            if above is not None and column != PARAMETERS and answer[at] != self.key[at]:
                consistent = self.lines[line].cell(column, above).key[0]
                found |= {at} if consistent == answer[at] else set()
        return frozenset(found)

    @property
    def text(self) -> str:
        """The table, with letters in its open cells."""
        letters = dict(zip(self.cells, LETTERS, strict=False))
        first = self.lines[0].layer
        head = say(_("layer | what it is | (C, H, W) after it | parameters"))
        rows = [head, f"{say(_('input'))} | | {(*(first.channels or ())[:1], *first.size)} |"]
        for at, line in enumerate(self.lines):
            numbers = (*line.layer.key, line.parameters.key[0] if line.parameters else 0)
            shown = [letters.get((at, column), str(number)) for column, number in enumerate(numbers)]
            if numbers[HEIGHT] == numbers[WIDTH] and (at, HEIGHT) in letters:
                shown[WIDTH] = shown[HEIGHT]  # the width of a square map would tell its height
            *shape, count = shown
            rows.append(f"{line.name} | {line.text} | ({', '.join(shape)}) | {count}")
        return "\n".join(rows)

    @property
    def stem(self) -> str:
        """The table, with examples if it is worked."""
        if not self.worked:
            return super().stem
        with_open_cells = {row for row, _column in self.cells}
        rows = [
            say(_ROW, name=line.name, calculations=line.calculations)
            for at, line in enumerate(self.lines)
            if not {at - 1, at} & with_open_cells
        ]
        return self.say(_ONE_OPEN if len(self.cells) == 1 else _WORKED, worked="\n".join(rows))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders, for the first wrong cell."""
        at = self._first_wrong(answer)
        line, column = self.cells[at]
        own = self._questions[at].placeholders(answer[at : at + 1]) | {
            "answer": answer,
            "answered": answer[at],
        }
        if column in (HEIGHT, WIDTH):
            axis = self.lines[line].layer.axes[column - HEIGHT]
            own |= axis.placeholders(NAMES[2][column - HEIGHT])
        letters = [*self.form.components]
        return own | {
            "table": self.text,
            "name": self.lines[line].name,
            "letter": letters[at],
            "letters": joined(letters),
            "because": "",
            "substituted": own.get("substituted") or own.get("because") or "",
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The table as it is shown."""
        return {"table": self.text}


def table_of(
    chain: Chain, cells: tuple[tuple[int, int], ...], *targets: str, worked: bool = False
) -> TraceTable:
    """Return the table of convolutions and pools one after another, with these open cells.

    >>> from cnnbook.exercises.kinds.chains import POOL, Layer
    >>> chain = Chain((1, 32, 40), (Layer(Window(5), 6), POOL))
    >>> table_of(chain, ((0, HEIGHT), (1, WIDTH))).key
    (28, 18)
    """
    lines, numbers = [], {"conv": count(1), "pool": count(1)}
    for step, (window, outs) in zip(chain.steps(), chain.layers, strict=True):
        name = "conv" if outs else "pool"
        kernel_size = (window.kernel_size[0], window.kernel_size[1])
        parameters = ConvParameters(step.channels or (0, 0), kernel_size) if outs else None
        lines.append(TableRow(f"{name}{next(numbers[name])}", step, parameters))
    return TraceTable(tuple(lines), cells, worked, targets=targets)
