"""A Comparison: two traces side by side, and the table that shows them, as text and as HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from cnnbook.arithmetic.integers import integer
from cnnbook.traces import pairs
from cnnbook.traces.pairs import Pair
from cnnbook.traces.row import Row
from cnnbook.traces.tables import elements
from cnnbook.traces.tables.cells import count_text, shape_text
from cnnbook.traces.tables.text import aligned, reader_width

if TYPE_CHECKING:
    from cnnbook.traces.trace import Trace

# Fewer pairs of equal rows are shown one by one.
_FOLD_FROM = 4
_INDENT = "   "
_WIDTHS = (2, 16, 13, 11, 16, 13, 11, 18)
_STYLE = elements.style(
    "cnnbook-comparison",
    820,
    "&& tr td.d{background:rgba(230,159,0,.25);font-weight:bold}\n& summary{opacity:.75}\n",
)


@dataclass(frozen=True)
class Comparison:
    """Two traces and their rows in pairs; printed, what differs is marked, and equal rows are folded.

    In the text, ≠ marks a pair that differs, and + a row that only one network has. `cnnbook.traces.pairs`
    says which rows correspond.
    """

    left: Trace
    right: Trace

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows of both networks in order, in pairs."""
        return tuple(pairs.of_rows(self.left.rows, self.right.rows))

    @property
    def different(self) -> tuple[Pair, ...]:
        """The pairs that differ in anything."""
        return tuple(pair for pair in self.pairs if pair.differs)

    def to_html(self) -> str:
        """The table as HTML: what differs is coloured, equal rows unfold by click, without JavaScript."""
        head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in self._header())
        parts = [
            f'<div class="cnnbook-comparison">{_STYLE}<p><b>{escape(self._summary())}</b></p>',
            elements.table("thead", _WIDTHS, [head]),
        ]
        for alike, run in self._runs():
            body = elements.table("tbody", _WIDTHS, map(_html, run))
            parts.append(elements.folded(_alike(run), body) if alike else body)
        return "".join(parts) + "</div>"

    def to_text(self, *, width: int | None = None) -> str:
        """The table as plain text, `width` characters wide if that is given; `str` asks the terminal for it.

        Where `width` characters do not hold a pair of rows, what differs stands below them; where they do not
        hold that either, the two rows stand one below the other.
        """
        if width is not None:
            integer(width, "width", 1)
        runs = list(self._runs())
        table = [self._header(), *(_cells(pair) for alike, run in runs if not alike for pair in run)]
        blocks = iter(_laid_out(table, width))
        lines = next(blocks)
        for alike, run in runs:
            told = [f"…  {_alike(run)}"] if alike else [line for _ in run for line in next(blocks)]
            lines += told
        lines.append(self._summary())
        return "\n".join(lines if width is None else [cut for line in lines for cut in _cut(line, width)])

    def __str__(self) -> str:
        return self.to_text(width=reader_width())

    def _repr_html_(self) -> str:
        return self.to_html()

    def _runs(self) -> Iterator[tuple[bool, list[Pair]]]:
        """The pairs in order, cut into runs; True with a run of equal rows that is to be folded."""
        shown: list[Pair] = []
        for different, group in groupby(self.pairs, key=lambda pair: bool(pair.differs)):
            pairs = list(group)
            if different or len(pairs) < _FOLD_FROM:
                shown += pairs
                continue
            if shown:
                yield False, shown
            yield True, pairs
            shown = []
        if shown:
            yield False, shown

    def _header(self) -> tuple[str, ...]:
        sides = [(trace.name, "output shape", "parameters") for trace in (self.left, self.right)]
        return ("", *sides[0], *sides[1], "what differs")

    def _summary(self) -> str:
        def change(left: int, right: int, unit: str) -> str:
            return f"{left:,} and {right:,} {unit} ({right - left:+,})"

        left, right = self.left, self.right
        parameters = change(left.parameters, right.parameters, "parameters")
        macs = change(left.macs, right.macs, "MACs")
        return f"{len(self.different)} of {len(self.pairs)} pairs of rows differ; {parameters}; {macs}"


def _laid_out(table: Sequence[tuple[str, ...]], width: int | None) -> list[list[str]]:
    """For each line of the table, its lines of text."""
    beside = aligned(table)
    if width is None or max(map(len, beside)) <= width:
        return [[line] for line in beside]
    facts = aligned([line[:-1] for line in table])
    if max(map(len, facts)) <= width:
        return [[fact, *_below(line[-1])] for fact, line in zip(facts, table, strict=True)]
    # The two rows of a pair one below the other, in the same columns.
    sides = aligned([side for line in table for side in (line[:4], ("", *line[4:7]))])
    return [
        [text for text in (left, right) if text] + _below(line[-1])
        for left, right, line in zip(sides[::2], sides[1::2], table, strict=True)
    ]


def _below(text: str) -> list[str]:
    return [f"{_INDENT}{text}"] if text else []


def _cut(line: str, width: int) -> list[str]:
    """A line that is too long, cut between words, its further lines indented."""
    if len(line) <= width:
        return [line]
    space = "" if width <= 2 * len(_INDENT) else _INDENT
    return textwrap.wrap(line, width, subsequent_indent=space, break_on_hyphens=False)


def _cells(pair: Pair) -> tuple[str, ...]:
    mark = "" if not pair.differs else "≠" if pair.left and pair.right else "+"
    return (mark, *_side(pair.left), *_side(pair.right), ", ".join(pair.changes))


def _side(row: Row | None) -> tuple[str, str, str]:
    return (
        ("", "", "")
        if row is None
        else (_layer(row), shape_text(row.output_shape), count_text(row.parameters))
    )


def _layer(row: Row) -> str:
    return f"{row.path} {row.op}" if row.path else row.op


def _alike(pairs: list[Pair]) -> str:
    names = [_layer(row) for row in (pairs[0].left, pairs[-1].left) if row is not None]
    return f"{len(pairs)} rows alike: {' to '.join(names)}"


def _html(pair: Pair) -> str:
    alone = pair.left is None or pair.right is None
    side = ("", "shape", "parameters")
    cells = []
    for name, cell in zip(["", *side, *side, ""], _cells(pair), strict=True):
        coloured = (alone and cell) or (name and name in pair.differs)
        cells.append(f"<td{' class=d' if coloured else ''}>{escape(cell)}</td>")
    return "".join(cells)
