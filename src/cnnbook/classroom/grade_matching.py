"""Whose grade belongs into which line of a platform's gradebook: by id, by name, or for a human to decide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from cnnbook.classroom.assignment import normalised
from cnnbook.classroom.csv_tables import Row, Table
from cnnbook.classroom.gradebook import Graded
from cnnbook.classroom.names import forms, letters, may_be_the_same
from cnnbook.classroom.roster import ID_HEADINGS, name_of, people


class Matched(NamedTuple):
    """The lines of a gradebook with their grades, and remarks on those that a human must decide."""

    pairs: tuple[tuple[Row, Graded], ...]
    remarks: tuple[str, ...]


def matched(table: Table, grades: Sequence[Graded]) -> Matched:
    """Return the lines of a gradebook with the grades that belong there.

    A line is matched by any of its ids, or, if none of them is known, by a name that stands once on both
    sides. Nothing is guessed: if several grades fit, if the id and the name are those of different people,
    or if a grade fits several lines, no grade is filled in, and a remark says so.
    """
    rows = people(table)
    ids = table.columns(ID_HEADINGS)
    same_name = Counter(letters(name_of(table, row)) for row in rows)
    fits: list[tuple[Row, Graded]] = []
    remarks: list[str] = []
    for row in rows:
        name = name_of(table, row)
        known = {normalised(row.cell(at)) for at in ids} - {""}
        by_id = [one for one in grades if normalised(one.id) in known]
        by_name = [one for one in grades if letters(name) in forms(one.name)]
        found = by_id or by_name
        if len(found) > 1 or (not by_id and by_name and same_name[letters(name)] > 1):
            several = " or ".join(map(_called, found))
            remarks.append(f"{_line(table, row)}: several people fit, among them {several}; not filled in")
        elif by_id and not may_be_the_same(name, by_id[0].name):
            remarks.append(f"{_line(table, row)}: the id is that of {_called(by_id[0])}; not filled in")
        elif found:
            fits.append((row, found[0]))
    times = Counter(one for _row, one in fits)
    remarks += [
        f"{_line(table, row)}: {_called(one)} fits {times[one]} lines; not filled in"
        for row, one in fits
        if times[one] > 1
    ]
    in_doubt = {one for one in grades if any(_called(one) in remark for remark in remarks)}
    remarks += [
        f"{_called(one)} has a grade and stands in no line"
        for one in grades
        if one not in times and one not in in_doubt
    ]
    return Matched(tuple(pair for pair in fits if times[pair[1]] == 1), tuple(remarks))


def _line(table: Table, row: Row) -> str:
    who = name_of(table, row) or next((row.cell(at) for at in table.columns(ID_HEADINGS) if row.cell(at)), "")
    return f"line {row.line} ({who})"


def _called(one: Graded) -> str:
    return f"{one.id} ({one.name})" if one.name else one.id
