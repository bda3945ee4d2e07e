"""The classroom's pages of HTML, each filled in from its template."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from cnnbook.classroom.gradebook import number


class Block(NamedTuple):
    """A part of a question's text: lines, or the rows of a table."""

    lines: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def page(template: str, **values: Any) -> str:
    """Return a page. All values are escaped, so that a name or an answer is never markup."""
    return _environment().get_template(f"{template}.html").render(**values)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("cnnbook.classroom"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"points": points, "blocks": blocks, "number": number}
    return made


def points(count: float) -> str:
    """Return a number of points in words.

    >>> points(1.0), points(2.5)
    ('1 point', '2.5 points')
    """
    return f"{number(count)} point{'s' if count != 1 else ''}"


def blocks(text: str) -> list[Block]:
    """Return the parts of a question's text; lines with " | " in them are the rows of a table."""
    found = []
    for is_table, group in groupby(text.split("\n"), key=lambda line: " | " in line):
        lines = tuple(group)
        rows = tuple(tuple(cell.strip() for cell in line.split("|")) for line in lines) if is_table else ()
        found.append(Block(() if is_table else lines, rows))
    return found
