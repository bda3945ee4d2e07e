"""The roster: the learners of a class, read from a CSV file of any learning platform."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from cnnbook.classroom.assignment import normalised
from cnnbook.classroom.csv_tables import Row, Table, read_table
from cnnbook.classroom.files import FileError
from cnnbook.classroom.names import forms, letters

# The headings under which learning platforms give the id and the name. The first one that is filled in for
# everybody counts.
ID_HEADINGS = (
    *("id", "student id", "studentid", "student_id", "id number", "sis user id", "sis login id", "username"),
    *("login", "user", "learner", "matriculation number", "matrikelnummer", "id-nummer", "anmeldename"),
    *("email", "email address", "e-mail-adresse", "identifier"),
)
NAME_HEADINGS = ("name", "full name", "student", "student name", "learner name", "vollständiger name")
_FIRST = ("first name", "firstname", "given name", "vorname")
_LAST = ("last name", "lastname", "surname", "family name", "nachname")
NAME_PARTS = {*NAME_HEADINGS, *_FIRST, *_LAST}


class RosterError(FileError):
    """The roster cannot be used; the message says why and what would work."""


class Learner(NamedTuple):
    """A learner: the id exactly as the roster has it, and the name."""

    id: str
    name: str


@dataclass(frozen=True)
class Roster:
    """The learners of a class, in the order of the file."""

    learners: tuple[Learner, ...]

    @cached_property
    def _by_id(self) -> dict[str, Learner]:
        return {normalised(one.id): one for one in self.learners}

    @cached_property
    def _by_name(self) -> dict[str, list[Learner]]:
        found: dict[str, list[Learner]] = {}
        for one in self.learners:
            for name in forms(one.name):
                found.setdefault(name, []).append(one)
        return found

    def with_id(self, learner: str) -> Learner | None:
        """Return the learner with this id, or None; capitals and blanks do not count."""
        return self._by_id.get(normalised(learner))

    def with_name(self, name: str, ids: Collection[str] = ()) -> Learner | None:
        """Return the only learner of this name, or None; the order of first and last name does not count.

        Of several learners of this name, the one is meant who has one of the `ids`.
        """
        found = self._by_name.get(letters(name), [])
        if len(found) > 1:
            known = {normalised(one) for one in ids}
            found = [one for one in found if normalised(one.id) in known]
        return found[0] if len(found) == 1 else None


def load_roster(file: Path) -> Roster:
    """Return the roster of a CSV file: one of your own, or the gradebook that Moodle or Canvas exports.

    The first line has the headings. A column "id" is needed, or another one that is known as such; "name", or
    "first name" and "last name", are used if they are there.

    Raises RosterError if the file cannot be read, has no ids, or has one twice.
    """
    try:
        table = read_table(file, "a line with id,name and a line for each learner are wanted")
    except FileError as error:
        raise RosterError(str(error)) from None
    columns = table.columns(ID_HEADINGS)
    if not columns:
        raise RosterError(f"{file} has no column id; its first line has {', '.join(table.headings)[:200]}")
    rows = people(table)
    filled = [at for at in columns if all(row.cell(at).strip() for row in rows)]
    return Roster(tuple(_learners(file, table, rows, (filled or columns)[0])))


def people(table: Table) -> list[Row]:
    """Return the lines of a table that are about people.

    Canvas puts lines about the assignments below the headings, and its test student at the end.
    """
    if not is_of_canvas(table):
        return list(table.rows)
    ids = table.columns(ID_HEADINGS)
    return [
        row
        for row in table.rows
        if any(row.cell(at).strip() for at in ids) and "teststudent" not in forms(name_of(table, row))
    ]


def is_of_canvas(table: Table) -> bool:
    """Return whether a table is Canvas's export of its gradebook."""
    return bool(table.columns(("student", "lastname")) and table.columns(("section",)))


def name_of(table: Table, row: Row) -> str:
    """Return the name in a line of a table, or ""."""
    whole, first, last = (table.columns(names) for names in (NAME_HEADINGS, _FIRST, _LAST))
    parts = (row.cell(at).strip() for at in (*first[:1], *last[:1]))
    name = next(filter(None, (row.cell(at).strip() for at in whole)), "") or " ".join(filter(None, parts))
    return " ".join(name.split())


def _learners(file: Path, table: Table, rows: Sequence[Row], at: int) -> list[Learner]:
    found: dict[str, Learner] = {}
    for row in rows:
        own = row.cell(at).strip()
        if not own:
            raise RosterError(f"{file}, line {row.line}: the id is missing")
        if normalised(own) in found:
            raise RosterError(f"{file}, line {row.line}: the id {own[:60]} stands there twice")
        found[normalised(own)] = Learner(own, name_of(table, row))
    return list(found.values())
