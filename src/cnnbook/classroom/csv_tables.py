"""Tables in CSV files, as learning platforms and spreadsheets write them in any country."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from cnnbook.classroom.assignment import normalised
from cnnbook.classroom.files import FileError

_MOST = 100_000  # lines


class Row(NamedTuple):
    """A line of a table: where it stands in the file, and its cells."""

    line: int
    cells: tuple[str, ...]

    def cell(self, column: int | None) -> str:
        """Return a cell as it stands; "" if the line is too short or there is no such column."""
        return self.cells[column] if column is not None and column < len(self.cells) else ""


class Table(NamedTuple):
    """The headings of a CSV file, its other lines that are not blank, and the sign between its cells."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str = ","

    def columns(self, names: Iterable[str]) -> list[int]:
        """Return the columns that have one of these headings, in lower case, in the order of the names."""
        own = [normalised(heading) for heading in self.headings]
        return [own.index(name) for name in names if name in own]


def read_table(file: Path, example: str) -> Table:
    """Return the table of a CSV file, with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows letters.

    `example` is what the message about an empty file says is wanted.

    Raises FileError if the file cannot be read, is no CSV, is empty or is far too long.
    """
    try:
        text = _decoded(file.read_bytes())
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from None
    delimiter = _delimiter(text)
    try:
        lines = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
    except csv.Error as error:
        raise FileError(f"{file} is not CSV: {error}") from None
    rows = [Row(number, tuple(cells)) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not rows:
        raise FileError(f"{file} is empty; {example}")
    if len(rows) > _MOST:
        raise FileError(f"{file} has {len(rows)} lines; it may have {_MOST:,}")
    return Table(rows[0].cells, tuple(rows[1:]), delimiter)


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").replace("\0", "")
    try:
        return content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\0", "")


def _delimiter(text: str) -> str:
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)
