"""The table of a trace as Markdown, for a README, an issue or a report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cnnbook.traces.tables import cells
from cnnbook.traces.tables.lines import lines

if TYPE_CHECKING:
    from cnnbook.traces.trace import Trace

# Signs that Markdown reads as its own. An underscore is one only at the start or the end of a word.
_SIGNS = re.compile(r"[\\`*<\[\]|~&$]|(?<![^\W_])_|_(?![^\W_])")


def to_markdown(trace: Trace, *, depth: int | None = None, columns: Sequence[str] = ()) -> str:
    """The table in GitHub's Markdown: title, columns and totals of the text table, numbers to the right.

    `depth` and `columns` are those of the text table. What Markdown would read as its own signs, such as the
    | between cells, has a backslash before it. Source: GitHub Flavored Markdown Spec, section 4.10, Tables.
    """
    cells.check(trace, columns)
    chosen = cells.columns(columns)
    header = [column.header for column in chosen]
    rule = ["---:" if column.number else ":---" for column in chosen]
    body = [map(_escaped, cells.of_line(line, chosen)) for line in lines(trace, depth)]
    table = "\n".join(map(_line, [header, rule, *body]))
    below = (_escaped(line) for line in cells.totals(trace, chosen))
    return "\n\n".join([f"**{_escaped(cells.title(trace))}**", table, *below])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", " ".join(text.split()))
