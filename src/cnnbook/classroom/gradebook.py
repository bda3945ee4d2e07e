"""The grades as a CSV file that spreadsheets open without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from cnnbook.classroom.files import written
from cnnbook.classroom.grading import Grades, Result

# Spreadsheets take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_grades(grades: Grades, file: Path) -> None:
    """Write a line for each learner of the roster, and one for each file that cannot be matched or read.

    Raises FileError if the file cannot be written; an earlier one then stays as it was.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(_lines(grades))
    written(file, text.getvalue().encode("utf-8", "replace"))


def _lines(grades: Grades) -> Iterator[list[str]]:
    items = grades.assignment.items
    yield [
        *("id", "name", "status", "points", "of", *(f"question {item.number}" for item in items)),
        *("submitted", "file", "remarks"),
    ]
    for one in chain(grades.learners, grades.others):
        yield [as_text(cell) for cell in _cells(one, grades.assignment.points, len(items))]


def _cells(one: Result, most: float, questions: int) -> list[str]:
    marks = ["" if mark.outcome == "changed" else number(mark.points) for mark in one.marks] or [
        ""
    ] * questions
    return [
        *(one.learner.id, one.learner.name, one.status, number(one.points) if one.marks else ""),
        *(number(most), *marks, f"{one.submitted:%Y-%m-%d %H:%M:%S}" if one.submitted else ""),
        *(one.path, "; ".join(one.remarks)),
    ]


def number(points: float) -> str:
    """Return points without superfluous zeros.

    >>> number(2.0), number(1.67)
    ('2', '1.67')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def as_text(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula, on one line.

    >>> as_text("=1+1"), as_text("ada")
    ("'=1+1", 'ada')
    """
    line = " ".join("".join(one if one.isprintable() else " " for one in cell).split(" "))
    return f"'{line}" if cell.startswith(_FORMULA) or line.startswith(_FORMULA) else line
