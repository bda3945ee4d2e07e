"""The table of a trace as Markdown, for a README, an issue or a report."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cnnbook.traces.tables.cells import HEADER, NUMBERS, lines, title, totals

if TYPE_CHECKING:
    from cnnbook.traces.trace import Trace

# Signs that Markdown reads as its own. An underscore is one only at the start or the end of a word.
_SIGNS = re.compile(r"[\\`*<\[\]|~&$]|(?<![^\W_])_|_(?![^\W_])")


def to_markdown(trace: Trace, *, depth: int | None = None) -> str:
    """The table in GitHub's Markdown: title, columns and totals of the text table, numbers to the right.

    With `depth`, one line per module at that level. What Markdown would read as its own signs, such as the |
    between cells, has a backslash before it. Source: GitHub Flavored Markdown Spec, section 4.10, Tables.
    """
    rule = ["---:" if column in NUMBERS else ":---" for column in range(len(HEADER))]
    table = [_line(HEADER), _line(rule), *(_line(map(_escaped, cells)) for cells in lines(trace, depth))]
    below = (_escaped(line) for line in totals(trace))
    return "\n\n".join([f"**{_escaped(title(trace))}**", "\n".join(table), *below])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", " ".join(text.split()))
