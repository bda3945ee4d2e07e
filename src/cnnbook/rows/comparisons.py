"""Two traces side by side: which rows correspond, and what differs between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from cnnbook.rows.tables import shape_text

if TYPE_CHECKING:
    from cnnbook.rows import Row, Trace

_COMPARED = ("op", "output_shapes", "window", "arguments", "parameters", "macs")
_NAMES = {"op": "operation", "output_shapes": "shape", "macs": "MACs"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of each network that correspond, or a row that only one of them has."""

    left: Row | None
    right: Row | None

    @property
    def differs(self) -> tuple[str, ...]:
        """What is not the same, such as "shape" and "parameters"; or which side alone has the row."""
        if self.left is None or self.right is None:
            return ("only right",) if self.left is None else ("only left",)
        left, right = self.left, self.right
        return tuple(
            _NAMES.get(name, name) for name in _COMPARED if getattr(left, name) != getattr(right, name)
        )


@dataclass(frozen=True)
class Comparison:
    """Two traces and their rows in pairs; printed, the pairs that differ are marked.

    Rows correspond by operation and by the names in their paths, without the numbers ("features.3" and
    "features.6" may be the same layer); by operation alone if the networks hardly share any names.
    """

    left: Trace
    right: Trace

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows of both networks in order, in pairs."""
        return tuple(_pairs(self.left, self.right))

    @property
    def different(self) -> tuple[Pair, ...]:
        """The pairs that differ in anything."""
        return tuple(pair for pair in self.pairs if pair.differs)

    def __str__(self) -> str:
        lines = [self._header(), *self._lines()]
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        texts = [
            "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
        ]
        return "\n".join([*texts, *self._totals()])

    def _repr_html_(self) -> str:
        head = "".join(
            f"<th scope='col' style='text-align:left'>{escape(name)}</th>" for name in self._header()
        )
        body = "".join(
            f"<tr{' style=font-weight:bold' if line[0] else ''}>"
            + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in line)
            + "</tr>"
            for line in self._lines()
        )
        totals = "".join(f"<p>{escape(line)}</p>" for line in self._totals())
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{totals}"

    def _header(self) -> tuple[str, ...]:
        sides = ((trace.name, "output shape", "parameters") for trace in (self.left, self.right))
        return ("", *next(sides), *next(sides), "what differs")

    def _lines(self) -> Iterator[tuple[str, ...]]:
        for pair in self.pairs:
            mark = "≠" if pair.left and pair.right and pair.differs else "" if not pair.differs else "+"
            yield (mark, *_cells(pair.left), *_cells(pair.right), ", ".join(pair.differs))

    def _totals(self) -> list[str]:
        def change(left: int, right: int, unit: str) -> str:
            return f"{left:,} and {right:,} {unit} ({right - left:+,})"

        return [
            f"{len(self.different)} of {len(self.pairs)} pairs of rows differ; "
            f"{change(self.left.parameters, self.right.parameters, 'parameters')}; "
            f"{change(self.left.macs, self.right.macs, 'MACs')}"
        ]


def _pairs(left: Trace, right: Trace) -> Iterator[Pair]:
    names = [{_name(row.path) for row in trace} for trace in (left, right)]
    named = 2 * len(names[0] & names[1]) >= min(map(len, names))
    keys = [[(_name(row.path) if named else "", row.op) for row in trace] for trace in (left, right)]
    for _, i, j, k, m in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        one, other = list(left.rows[i:j]), list(right.rows[k:m])
        if j - i == m - k:
            yield from map(Pair, one, other)
        else:
            yield from (Pair(row, None) for row in one)
            yield from (Pair(None, row) for row in other)


def _name(path: str) -> str:
    return ".".join(part for part in path.split(".") if not part.isdigit())


def _cells(row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return ("", "", "")
    name = f"{row.path} {row.op}" if row.path else row.op
    return (name, shape_text(row.output_shape), f"{row.parameters:,}" if row.parameters else "")
