"""An assignment: the questions of a sheet, read from a TOML file, and each learner's numbers in them."""

from __future__ import annotations

import math
import os
import re
import secrets
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cnnbook.classroom.files import FileError, written
from cnnbook.exercises.chapters import UnknownExerciseError, find, unknown_kind
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.questions import Question
from cnnbook.networks import COURSE

# Learners share a pool of variants of each question. It is so small that a thousand submissions are graded
# in seconds, and so large that two neighbours hardly ever have the same numbers in several questions.
VARIANTS = 100

_KEYS = {"title", "due", "variants", "hints", "questions"}
_QUESTION_KEYS = {"exercise", "graph", "points"}
_MOST_QUESTIONS = 100
_SALT = re.compile("[0-9a-f]{32,}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none of them looks like another


class AssignmentError(FileError):
    """The sheet, or the file with its salt, cannot be used; the message says why and what would work."""


class Item(NamedTuple):
    """A question of a sheet: its number there, the kind of practice or the id of an exercise, its points.

    `graph` is a network of the course whose graph stands on the worksheet, without its shapes.
    """

    number: str
    exercise: str
    points: float
    graph: str = ""


@dataclass(frozen=True)
class Assignment:
    """A sheet of questions, and the salt from which each learner's numbers are drawn.

    `name` is the name of the sheet's file without its ending. If the variants are `common`, everybody gets
    the same numbers. `hints` is whether the handout checks answers and gives hints. `due` is in the time zone
    of the sheet, or without one.
    """

    name: str
    title: str
    items: tuple[Item, ...]
    salt: bytes
    common: bool = False
    hints: bool = True
    due: datetime | None = None

    @property
    def points(self) -> float:
        """The points of all questions together."""
        return sum(item.points for item in self.items)

    def varies(self, item: Item) -> bool:
        """Return whether learners get numbers of their own: an exercise of a chapter has one set of them."""
        return not self.common and item.exercise in KINDS

    def variant(self, item: Item, learner: str) -> int:
        """Return which variant of a question this learner gets, from 0 to VARIANTS - 1."""
        if not self.varies(item):
            return 0
        return Draws(self.salt, "variant", self.name, item.number, normalised(learner)).below(VARIANTS)

    def code(self, item: Item, variant: int) -> str:
        """Return the code from which a variant's numbers are drawn; unlike the salt, it is handed out."""
        return _code_of_variant(self.salt, self.name, item.number, variant)

    def handed_out_code(self, item: Item, learner: str) -> str:
        """Return the code that stands in a learner's handout; an exercise of a chapter needs none."""
        return self.code(item, self.variant(item, learner)) if item.exercise in KINDS else ""

    def codes(self, learner: str) -> dict[str, str]:
        """Return the codes of a learner's questions; an exercise of a chapter needs none."""
        return {
            item.number: self.code(item, self.variant(item, learner)) if item.exercise in KINDS else ""
            for item in self.items
        }

    def paper_code(self, learner: str) -> str:
        """Return the code that is printed on a learner's worksheet, to find the key that belongs to it."""
        return _code(Draws(self.salt, "paper", self.name, "" if self.common else normalised(learner)), 6)

    def proof(self) -> str:
        """Return a secret of the teacher's by which the tests of another grader know who read the answers."""
        return _code(Draws(self.salt, "proof", self.name), 16)

    def question(self, item: Item, variant: int) -> Question:
        """Return a question with the numbers of a variant."""
        return question_of(item.exercise, self.code(item, variant))


def question_of(exercise: str, code: str) -> Question:
    """Return the question of a handout: of a kind of practice the variant with this code, else the exercise.

    Raises UnknownExerciseError if there is neither a kind nor an exercise of this name.
    """
    return draw(KINDS[exercise], "", 0, code.encode()) if exercise in KINDS else find(exercise)


def normalised(name: str) -> str:
    """Return a name or an id as it is compared: capitals, blanks and forms of the same letter do not count.

    >>> normalised("  Ada   LOVELACE ") == normalised("ada lovelace")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


@lru_cache(maxsize=100 * VARIANTS)  # the codes of a large sheet; each is asked for by many learners
def _code_of_variant(salt: bytes, sheet: str, number: str, variant: int) -> str:
    return _code(Draws(salt, "code", sheet, number, variant), 16)


def _code(draws: Draws, length: int) -> str:
    return "".join(draws.choice(_LETTERS) for _place in range(length))


def salt_file(sheet: Path) -> Path:
    """Return the file with the salt of a sheet: it lies beside the sheet and stays with the teacher."""
    return sheet.with_suffix(".salt")


def load(sheet: Path, *, make_salt: bool = False) -> Assignment:
    """Return the assignment of a TOML file, with the salt from the file beside it.

    If there is no such file and `make_salt` is true, one is written with a new salt.

    Raises AssignmentError if one of the files cannot be read or used.
    """
    found = _table(sheet)
    assignment = _assignment(sheet.stem, found)
    return Assignment(**{**vars(assignment), "salt": _salt(salt_file(sheet), make_salt)})


def _table(sheet: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(sheet.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise AssignmentError(f"{sheet}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise AssignmentError(f"{sheet} is not text in UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise AssignmentError(f"{sheet} is not TOML: {error}") from None


def _assignment(name: str, table: Mapping[str, Any]) -> Assignment:
    _known(table, _KEYS, "the sheet")
    title = table.get("title", name)
    if not isinstance(title, str) or not title.strip():
        raise AssignmentError(f'title is {title!r}; a text is wanted, as in title = "Lab 1: output size"')
    variants = table.get("variants", "per learner")
    if variants not in ("per learner", "common"):
        raise AssignmentError(f'variants is {variants!r}; it must be "per learner" or "common"')
    hints = table.get("hints", True)
    if not isinstance(hints, bool):
        raise AssignmentError(f"hints is {hints!r}; it must be true or false")
    return Assignment(
        name, " ".join(title.split()), tuple(_items(table)), b"", variants == "common", hints, _due(table)
    )


def _known(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    if other := sorted(set(table) - keys):
        raise AssignmentError(f"{where} has {other[0]!r}; it may have {', '.join(sorted(keys))}")


def _due(table: Mapping[str, Any]) -> datetime | None:
    due = table.get("due")
    if due is None or isinstance(due, datetime):
        return due
    if isinstance(due, date):
        return datetime.combine(due, time(23, 59, 59))  # a day ends with its last second
    raise AssignmentError(f"due is {due!r}; a date is wanted without quotes, as in due = 2026-12-04T18:00:00")


def _items(table: Mapping[str, Any]) -> Iterator[Item]:
    questions = table.get("questions")
    if not isinstance(questions, list) or not questions:
        raise AssignmentError('the sheet asks nothing: add [[questions]] and exercise = "conv-output-size"')
    if len(questions) > _MOST_QUESTIONS:
        raise AssignmentError(f"the sheet asks {len(questions)} questions; it may ask {_MOST_QUESTIONS}")
    for number, one in enumerate(questions, 1):
        where = f"question {number}"
        if not isinstance(one, dict):
            raise AssignmentError(f"{where} is {one!r}; write [[questions]] above exercise = ...")
        _known(one, _QUESTION_KEYS, where)
        exercise, points = one.get("exercise"), one.get("points", 1)
        if not isinstance(exercise, str):
            raise AssignmentError(f'{where} names no exercise; add exercise = "conv-output-size"')
        if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < 1000:
            raise AssignmentError(f"{where} has points = {points!r}; a number between 0 and 1000 is wanted")
        if not math.isfinite(points):
            raise AssignmentError(f"{where} has points = {points!r}; a number is wanted")
        _can_be_graded(exercise, where)
        yield Item(str(number), exercise, float(points), _graph(one.get("graph", ""), where))


def _graph(name: object, where: str) -> str:
    if name and name not in COURSE:
        raise AssignmentError(f"{where} has graph = {name!r}; it may be {', '.join(COURSE)}")
    return str(name)


def _can_be_graded(exercise: str, where: str) -> None:
    if exercise in KINDS:
        return
    try:
        question = find(exercise) if "." in exercise else None
    except UnknownExerciseError as error:
        raise AssignmentError(f"{where}: {error}") from None
    if question is None:
        raise AssignmentError(f"{where}: {unknown_kind(exercise, tuple(KINDS))}")
    if isinstance(question, ProbedQuestion):
        raise AssignmentError(
            f"{where}: {exercise} is answered by code, which grading never runs; ask for numbers instead"
        )


def _salt(file: Path, make: bool) -> bytes:
    try:
        salt = file.read_text("ascii").strip()
    except FileNotFoundError:
        if not make:
            raise AssignmentError(
                f"{file} is missing: it has the salt from which the numbers were drawn. It was written when "
                "the sheet was handed out; keep the two together"
            ) from None
        salt = secrets.token_hex(16)
        written(file, f"{salt}\n".encode(), private=True)
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    if not _SALT.fullmatch(salt):
        raise AssignmentError(f"{os.fspath(file)} has no salt: 32 digits and letters from a to f are wanted")
    return bytes.fromhex(salt[: len(salt) // 2 * 2])
