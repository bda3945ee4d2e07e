"""Fill the blanks of a trace: rows of a network's table with open cells, each judged by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.exercises.answers import NUMBER, Answer, Form
from cnnbook.exercises.counts import ConvParameters
from cnnbook.exercises.messages import say
from cnnbook.exercises.questions import Question, Slip, Stated
from cnnbook.exercises.windows import WindowQuestion, axis_words

LETTERS = "abcdef"
CHANNELS, HEIGHT, WIDTH, PARAMETERS = range(4)


class Line(NamedTuple):
    """A row of the table: the layer's name, the question of its output shape, and that of its parameters."""

    name: str
    layer: WindowQuestion
    parameters: Question | None = None

    @property
    def text(self) -> str:
        """Return the layer as PyTorch writes it, with all that its parameters depend on."""
        written = self.parameters.written if isinstance(self.parameters, ConvParameters) else ""
        return f"{self.layer.layer.removesuffix(')')}{written})"

    def cell(self, column: int, read: int | None = None) -> Question:
        """Return the question that one cell asks; `read` is another size or number of channels read."""
        if column == PARAMETERS:
            assert self.parameters
            return self.parameters
        before, after = self.layer.channels or (0, 0)
        if column == CHANNELS:
            numbers = {"in_channels": before, "out_channels": after}
            value = read if self.layer.pool and read is not None else after
            wrong = tuple(self.layer.channel_slips())
            return Stated(value, wrong=wrong, numbers=numbers, form=NUMBER, kind="output-channels")
        axis = self.layer.axes[column - HEIGHT]
        window = Window((axis.kernel_size,), axis.stride, axis.padding, axis.dilation, axis.ceil_mode)
        size = axis.size if read is None or read + 2 * axis.padding < axis.span else read
        return WindowQuestion((size,), window, pool=self.layer.pool, default_stride=self.layer.default_stride)


@dataclass(frozen=True)
class TraceTable(Question):
    """Which numbers stand in the open cells, (row, column) each? Every row reads the row above it."""

    kind: ClassVar[str] = "trace-table"
    lines: tuple[Line, ...]
    cells: tuple[tuple[int, int], ...]

    @property
    def form(self) -> Form:
        """Return the form of the answer: a number for each letter."""
        letters = tuple(LETTERS[: len(self.cells)])
        return Form("blanks", letters, f"({', '.join(str(31 + 6 * at) for at in range(len(letters)))})")

    @cached_property
    def _questions(self) -> tuple[Question, ...]:
        return tuple(self.lines[line].cell(column) for line, column in self.cells)

    @property
    def key(self) -> Answer:
        """Return the numbers of the open cells."""
        return tuple(question.key[0] for question in self._questions)

    def _missed(self, answer: Answer) -> int:
        """Return which letter is the first that is wrong; the first of all if none is."""
        return next((at for at, right in enumerate(self.key) if answer[at] != right), 0)

    def part(self, answer: Answer) -> tuple[Question, Answer]:
        """Return the question of the first wrong cell, and what was answered to it."""
        at = self._missed(answer)
        return self._questions[at], answer[at : at + 1]

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception writes into one of the cells."""
        key = self.key
        for at, question in enumerate(self._questions):
            for slip in question.slips():
                if not question.accepts(slip.answer):
                    yield Slip(slip.ids, (*key[:at], *slip.answer, *key[at + 1 :]))

    def follows(self, answer: Answer) -> frozenset[int]:
        """Return which wrong cells follow, rightly, from the wrong cell in the row above."""
        given = dict(zip(self.cells, answer, strict=True))
        found = set()
        for at, (line, column) in enumerate(self.cells):
            above = given.get((line - 1, column))
            if above is not None and column != PARAMETERS and answer[at] != self.key[at]:
                carried = self.lines[line].cell(column, above).key[0]
                found |= {at} if carried == answer[at] else set()
        return frozenset(found)

    @property
    def text(self) -> str:
        """Return the table, its open cells named by letters."""
        letters = dict(zip(self.cells, LETTERS, strict=False))
        first = self.lines[0].layer
        rows = [say("table.head"), f"{say('table.input')} | | {(*(first.channels or ())[:1], *first.size)} |"]
        for at, line in enumerate(self.lines):
            numbers = (*line.layer.key, line.parameters.key[0] if line.parameters else 0)
            shown = [letters.get((at, column), str(number)) for column, number in enumerate(numbers)]
            if numbers[HEIGHT] == numbers[WIDTH] and (at, HEIGHT) in letters:
                shown[WIDTH] = shown[HEIGHT]  # of a square map, one side would give the other away
            *shape, count = shown
            rows.append(f"{line.name} | {line.text} | ({', '.join(shape)}) | {count}")
        return "\n".join(rows)

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the table, and the numbers of the cell that is missed first."""
        at = self._missed(answer)
        line, column = self.cells[at]
        own = self._questions[at].words(answer[at : at + 1]) | {"answer": answer, "answered": answer[at]}
        if column in (HEIGHT, WIDTH):
            own |= axis_words(self.lines[line].layer.axes[column - HEIGHT], vertical=column == HEIGHT)
        letters = [*self.form.components]
        return own | {
            "table": self.text,
            "name": self.lines[line].name,
            "letter": letters[at],
            "letters": f"{', '.join(letters[:-1])} and {letters[-1]}",
            "because": "",
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """Return the table as it is shown."""
        return {"table": self.text}
