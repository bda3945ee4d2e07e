"""The grades as a table, in CSV or xlsx, that spreadsheets open without running anything, and read again."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from cnnbook.classroom.csv_tables import Row, read_table
from cnnbook.classroom.files import FileError, written
from cnnbook.classroom.grading import Grades, Result

# Spreadsheets take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_READ = ("id", "name", "status", "points", "of")
_OF_LEARNERS = ("graded", "late", "missing")  # a teacher may give points to who handed in nothing
Cell = str | float


class Graded(NamedTuple):
    """A learner's line of a file of grades: the points, and the most that can be reached."""

    id: str
    name: str
    points: float
    of: float


def write_grades(grades: Grades, file: Path) -> None:
    """Write a line for each learner of the roster, and one for each file that cannot be matched or read.

    The file is CSV, or a workbook of Excel if its name ends with .xlsx.

    Raises FileError if the file cannot be written; an earlier one then stays as it was.
    """
    lines = list(_lines(grades))
    if file.suffix.lower() == ".xlsx":
        from cnnbook.classroom.workbooks import workbook

        written(file, workbook(lines))
        return
    text = io.StringIO(newline="")
    csv.writer(text).writerows(
        [as_text(cell) if isinstance(cell, str) else number(cell) for cell in line] for line in lines
    )
    written(file, text.getvalue().encode("utf-8", "replace"))


def _lines(grades: Grades) -> Iterator[list[Cell]]:
    items = grades.assignment.items
    yield [
        *("id", "name", "status", "points", "of", *(f"question {item.number}" for item in items)),
        *("submitted", "file", "remarks"),
    ]
    for one in chain(grades.learners, grades.others):
        yield [
            on_one_line(cell) if isinstance(cell, str) else cell
            for cell in _cells(one, grades.assignment.points, len(items))
        ]


def _cells(one: Result, most: float, questions: int) -> list[Cell]:
    marks: list[Cell] = ["" if mark.outcome == "changed" else mark.points for mark in one.marks]
    return [
        *(one.learner.id, one.learner.name, one.status, one.points if one.marks else "", most),
        *(marks or [""] * questions),
        *(f"{one.submitted:%Y-%m-%d %H:%M:%S}" if one.submitted else "", one.path, "; ".join(one.remarks)),
    ]


def number(points: float) -> str:
    """Return points without superfluous zeros.

    >>> number(2.0), number(1.67)
    ('2', '1.67')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def on_one_line(cell: str) -> str:
    """Return a text without control characters, ends of lines and signs that change the direction of text.

    >>> on_one_line("Ada\\u202e\\nLovelace")
    'Ada  Lovelace'
    """
    return "".join(one if one.isprintable() else " " for one in cell)


def as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line.

    >>> as_text("=1+1"), as_text("ada")
    ("'=1+1", 'ada')
    """
    line = on_one_line(cell)
    return f"'{line}" if cell.startswith(_FORMULA) or _looks_like_one(line) else line


def _looks_like_one(line: str) -> bool:
    """Return whether a text is like a formula, or like one that has an apostrophe in front already."""
    return line.lstrip("' ").startswith(_FORMULA)


def read_grades(file: Path) -> list[Graded]:
    """Return the learners of a file of grades who have points; a teacher may have changed these by hand.

    Raises FileError if it is no such file, or has something else than points.
    """
    if file.suffix.lower() == ".xlsx":
        raise FileError(f"{file} is a workbook; save it as CSV, or let cnnbook grade write grades.csv")
    table = read_table(file, "a file that cnnbook grade has written is wanted")
    columns = table.columns(_READ)
    if len(columns) < len(_READ):
        raise FileError(f"{file} is no file of grades: it has no columns {', '.join(_READ)}")
    found = (_graded(file, row, dict(zip(_READ, columns, strict=True))) for row in table.rows)
    return [one for one in found if one]


def _graded(file: Path, row: Row, at: dict[str, int]) -> Graded | None:
    learner, name, status, points, of = (row.cell(at[name]).strip() for name in _READ)
    if status not in _OF_LEARNERS or not learner or not points:
        return None
    values = decimal(points), decimal(of)
    if values[0] is None or not values[1]:
        raise FileError(f"{file}, line {row.line}: points {points[:20]!r} of {of[:20]!r} are no numbers")
    return Graded(_as_given(learner), _as_given(name), values[0], values[1])


def _as_given(cell: str) -> str:
    """Return a text without the apostrophe that kept a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and _looks_like_one(cell) else cell


def decimal(text: str) -> float | None:
    """Return a number of points, with a decimal point or comma; None for anything else.

    >>> decimal("7,5"), decimal("7.5"), decimal("1e999"), decimal("-1")
    (7.5, 7.5, None, None)
    """
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
