"""Grades for the gradebook of a learning platform: the platform's own export, with points in one column.

Of Moodle this is the export of "Grades" as plain text, or the "grading worksheet" of an assignment; of Canvas
it is the export of the gradebook. The ids stand in the result exactly as the platform wrote them. A name that
a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cnnbook.classroom.assignment import normalised
from cnnbook.classroom.csv_tables import Row, Table, read_table
from cnnbook.classroom.files import FileError
from cnnbook.classroom.grade_matching import matched
from cnnbook.classroom.gradebook import Graded, as_text, decimal, number
from cnnbook.classroom.roster import ID_HEADINGS, NAME_PARTS, is_of_canvas

_POINTS_POSSIBLE = "points possible"  # Canvas's line with the points of each assignment
_READ_ONLY = "read only"
_OF_PEOPLE = {*ID_HEADINGS, *NAME_PARTS, "section", "integration id", "root account"}


class Filled(NamedTuple):
    """A file to upload: its content, how many grades are in it, and what a human has to look at."""

    content: bytes
    grades: int
    remarks: tuple[str, ...]


def filled(export: Path, grades: Sequence[Graded], column: str, *, scale: bool = False) -> Filled:
    """Return a platform's export with the points of one assignment, for the learners who have a grade.

    Nobody else stands in it, so that nobody else's grade is touched. A learner is found by id, and if no id
    fits, by a name that only one learner has. What fits several is not filled in, and stands in the remarks.
    With `scale`, points are converted if the platform gives another number of points.

    Raises FileError if the export cannot be read, has no such column, or gives other points.
    """
    table = read_table(export, "the export of a gradebook is wanted")
    at = _column(export, table, column)
    found, remarks = matched(table, grades)
    if not found:
        raise FileError(
            f"nobody in {export} has an id or a name that stands in the grades; nothing is written"
        )
    kept = _kept(table, at)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=table.delimiter)
    writer.writerow([table.headings[place] for place in kept])
    writer.writerows(
        [row.cell(place) for place in kept] for row in table.rows if _is_points_possible(table, row)
    )
    for row, one in found:
        points = _points(export, table, at, row, one, scale)
        writer.writerow([points if place == at else _cell(table, row, place) for place in kept])
    return Filled(text.getvalue().encode(), len(found), tuple(remarks))


def _column(export: Path, table: Table, wanted: str) -> int:
    """Return the column of an assignment: Canvas writes a number behind its name, Moodle a word in front."""
    same = [at for at, heading in enumerate(table.headings) if normalised(heading) == normalised(wanted)]
    same = same or [
        at for at, heading in enumerate(table.headings) if normalised(_title(heading)) == normalised(wanted)
    ]
    open_to_change = [at for at in range(len(table.headings)) if not _is_fixed(table, at)]
    names = ", ".join(repr(table.headings[at]) for at in open_to_change)[:500] or "none"
    if not same:
        raise FileError(f"{export} has no column {wanted!r}; it has {names}")
    if len(same) > 1:
        found = " and ".join(repr(table.headings[at]) for at in same)
        raise FileError(f"{export} has several columns for {wanted!r}: {found}; give the whole heading")
    if same[0] not in open_to_change:
        raise FileError(f"the column {wanted!r} of {export} is not one of points; these are {names}")
    return same[0]


def _title(heading: str) -> str:
    """Return the name of an assignment from its heading.

    >>> _title("Lab 1 (12345)"), _title("Assignment: Lab 1 (Real)"), _title("Lab 1: size")
    ('Lab 1', 'Lab 1', 'Lab 1: size')
    """
    name = re.sub(r"\s*\([^()]*\)\s*$", "", heading)
    return re.sub(r"^(?:Assignment|Quiz|Aufgabe|Test):\s*", "", name)


def _is_fixed(table: Table, at: int) -> bool:
    possible = next((row for row in table.rows if _is_points_possible(table, row)), None)
    read_only = possible is not None and _READ_ONLY in possible.cell(at)
    return read_only or normalised(table.headings[at]) in _OF_PEOPLE or not table.headings[at].strip()


def _is_points_possible(table: Table, row: Row) -> bool:
    return is_of_canvas(table) and normalised(row.cell(0)) == _POINTS_POSSIBLE


def _kept(table: Table, at: int) -> list[int]:
    """Return the columns of the result: who it is and the points; of a grading worksheet all columns."""
    if is_worksheet(table):
        return list(range(len(table.headings)))
    return [
        place
        for place, heading in enumerate(table.headings)
        if place == at or normalised(heading) in _OF_PEOPLE
    ]


def is_worksheet(table: Table) -> bool:
    """Return whether a table is the grading worksheet of one assignment of Moodle."""
    return bool(table.columns(("identifier",)) and table.columns(("maximum grade",)))


def _cell(table: Table, row: Row, place: int) -> str:
    cell = row.cell(place)
    return as_text(cell) if normalised(table.headings[place]) in NAME_PARTS else cell


def _points(export: Path, table: Table, at: int, row: Row, one: Graded, scale: bool) -> str:
    most = _most(table, at, row)
    if most is None or most == one.of:
        return number(one.points)
    if not scale:
        raise FileError(
            f"{table.headings[at]!r} has {number(most)} points in {export}, {number(one.of)} in the grades: "
            "make them equal there, or convert with --scale"
        )
    return number(one.points * most / one.of)


def _most(table: Table, at: int, row: Row) -> float | None:
    """Return how many points the platform gives at most, if its export says so."""
    if is_worksheet(table):
        return decimal(row.cell(table.columns(("maximum grade",))[0]))
    return next((decimal(one.cell(at)) for one in table.rows if _is_points_possible(table, one)), None)
