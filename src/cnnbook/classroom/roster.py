"""The roster: the learners of a class, read from a CSV file of any learning platform."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from cnnbook.classroom.assignment import normalised
from cnnbook.classroom.files import FileError

# The headings under which learning platforms give the id and the name; the first one that is found counts.
_ID = (
    *("id", "student id", "studentid", "student_id", "id number", "sis user id", "sis login id", "username"),
    *("login", "user", "learner", "matriculation number", "matrikelnummer", "email", "email address"),
)
_NAME = ("name", "full name", "student", "student name", "learner name")
_FIRST, _LAST = ("first name", "firstname", "given name"), ("last name", "lastname", "surname", "family name")
_MOST = 100_000


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
            for name in {_letters(one.name), _letters(" ".join(reversed(_parts(one.name))))} - {""}:
                found.setdefault(name, []).append(one)
        return found

    def with_id(self, learner: str) -> Learner | None:
        """Return the learner with this id, or None; capitals and blanks do not count."""
        return self._by_id.get(normalised(learner))

    def with_name(self, name: str) -> Learner | None:
        """Return the only learner of this name, or None; the order of first and last name does not count."""
        found = self._by_name.get(_letters(name), [])
        return found[0] if len(found) == 1 else None


def _parts(name: str) -> list[str]:
    """Return the last name and the first names of "Lovelace, Ada", or "Ada Lovelace", turned round."""
    if "," in name:
        last, _comma, first = name.partition(",")
        return [last, first]
    *first_names, last = name.split() or [""]
    return [" ".join(first_names), last]


def _letters(name: str) -> str:
    """Return the letters and digits of a name, which learning platforms leave in file names."""
    return "".join(filter(str.isalnum, normalised(name)))


def load_roster(file: Path) -> Roster:
    """Return the roster of a CSV file, with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows letters.

    The first line has the headings. A column "id" is needed, or another one that is known as such; "name", or
    "first name" and "last name", are used if they are there.

    Raises RosterError if the file cannot be read, has no ids, or has one twice.
    """
    try:
        text = _decoded(file.read_bytes())
    except OSError as error:
        raise RosterError(f"{file}: {error.strerror or error}") from None
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise RosterError(f"{file} is not CSV: {error}") from None
    rows = [line for line in lines if any(cell.strip() for cell in line)]
    if not rows:
        raise RosterError(f"{file} is empty; a line with id,name and a line for each learner are wanted")
    headings = [normalised(cell) for cell in rows[0]]
    at = _column(headings, _ID)
    if at is None:
        raise RosterError(f"{file} has no column id; its first line has {', '.join(rows[0])[:200]}")
    if len(rows) > _MOST:
        raise RosterError(f"{file} has {len(rows)} lines; a roster may have {_MOST:,}")
    return Roster(tuple(_learners(file, rows[1:], headings, at)))


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


def _column(headings: Sequence[str], names: Iterable[str]) -> int | None:
    return next((headings.index(name) for name in names if name in headings), None)


def _learners(file: Path, rows: Sequence[Sequence[str]], headings: Sequence[str], at: int) -> list[Learner]:
    whole, first, last = (_column(headings, names) for names in (_NAME, _FIRST, _LAST))
    found: dict[str, Learner] = {}

    def cell(row: Sequence[str], column: int | None) -> str:
        return row[column].strip() if column is not None and column < len(row) else ""

    for number, row in enumerate(rows, 2):
        own = cell(row, at)
        if not own:
            raise RosterError(f"{file}, line {number}: the id is missing")
        if normalised(own) in found:
            raise RosterError(f"{file}, line {number}: the id {own[:60]} stands there twice")
        name = cell(row, whole) or " ".join(filter(None, (cell(row, first), cell(row, last))))
        found[normalised(own)] = Learner(own, " ".join(name.split()))
    return list(found.values())
