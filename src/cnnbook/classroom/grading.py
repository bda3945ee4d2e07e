"""Grading: each file of an inbox is read as data and marked; none of them stops the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import chain
from typing import Literal, NamedTuple

from cnnbook.classroom.assignment import Assignment, normalised
from cnnbook.classroom.fingerprints import Change, change
from cnnbook.classroom.inbox import Piece
from cnnbook.classroom.marking import Mark, Marker
from cnnbook.classroom.others_numbers import OthersNumbers
from cnnbook.classroom.roster import Learner, Roster
from cnnbook.classroom.senders import perhaps_sent_by, sender, sent_by
from cnnbook.classroom.submitted import Submitted, UnreadableSubmissionError, read_submission

Status = Literal["graded", "late", "missing", "unmatched", "unreadable"]
_NOBODY = Learner("", "")


@dataclass(frozen=True)
class Result:
    """A line of the grades: a learner with the marks, or a file that belongs to nobody or cannot be read."""

    status: Status
    learner: Learner
    path: str = ""
    submitted: datetime | None = None
    marks: tuple[Mark, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points of all questions together."""
        return round(sum(mark.points for mark in self.marks), 2)


class Grades(NamedTuple):
    """The results of a class: those of the learners in the order of the roster, then all other files."""

    assignment: Assignment
    marker: Marker
    learners: tuple[Result, ...]
    others: tuple[Result, ...]

    @property
    def graded(self) -> tuple[Result, ...]:
        """The results with marks: of learners, and of files that no learner of the roster sent."""
        return tuple(one for one in chain(self.learners, self.others) if one.marks)

    @property
    def changed(self) -> dict[str, int]:
        """The questions that have changed since the handout, and how many submissions that concerns."""
        marks = chain.from_iterable(one.marks for one in self.graded)
        return dict(Counter(mark.number for mark in marks if mark.outcome == "changed"))


def grade(pieces: Iterable[Piece], roster: Roster, assignment: Assignment) -> Grades:
    """Return the grades of a class. Of several submissions of a learner the last one that is not late counts.

    The same inbox gives the same grades, whenever and however often it is graded.
    """
    marker = Marker(assignment)
    own: dict[str, list[ReadFile]] = {}
    others: list[Result] = []
    numbers = OthersNumbers(marker, roster)
    for piece in pieces:
        file = read_piece(piece, roster, assignment)
        if isinstance(file, Result):
            others.append(file)
        elif file.learner is None:
            others.append(_unmatched(file, marker))
        else:
            own.setdefault(normalised(file.learner.id), []).append(file)
    learners = tuple(
        _result(learner, own.get(normalised(learner.id), []), marker, numbers) for learner in roster.learners
    )
    return Grades(assignment, marker, learners, tuple(others))


class ReadFile(NamedTuple):
    """A submission: what it says, whose it is, and when it was handed in."""

    path: str
    learner: Learner | None
    submitted: Submitted
    time: datetime | None
    late: bool
    content: bytes  # a checksum of it
    remarks: tuple[str, ...]


def read_piece(piece: Piece, roster: Roster, assignment: Assignment) -> ReadFile | Result:
    """Return a submission, or the line for a file that is none."""

    def unreadable(why: str) -> Result:
        return Result(
            "unreadable", sent_by(piece.path, roster) or _NOBODY, piece.path, piece.time, (), (why,)
        )

    if piece.problem:
        return unreadable(piece.problem)
    try:
        submitted = read_submission(piece.content)
    except UnreadableSubmissionError as error:
        return unreadable(str(error))
    if submitted.sheet != assignment.name and (submitted.sheet or not submitted.answers):
        of = (
            f"it is of the sheet {submitted.sheet[:60]!r}"
            if submitted.sheet
            else "it has no answer to a sheet"
        )
        return unreadable(f"{of}, and {assignment.name!r} is graded")
    by_path, inside = sent_by(piece.path, roster), roster.with_id(submitted.learner)
    remarks = tuple(submitted.remarks)
    if by_path and inside and by_path != inside:
        remarks += (f"the sheet in the file is that of {inside.id}",)
    late = sender(piece.path).late or _after(piece.time, assignment.due)
    checksum = sha256(piece.content).digest()
    learner = by_path or inside
    if learner is None and not submitted.learner:
        learner = perhaps_sent_by(piece.path, roster)
    return ReadFile(piece.path, learner, submitted, piece.time, late, checksum, remarks)


def _after(time: datetime | None, due: datetime | None) -> bool:
    """Return whether something was handed in late; a time of the inbox is one of this machine's clock."""
    if time is None or due is None:
        return False
    return (time.astimezone() if due.tzinfo else time) > due


def _unmatched(file: ReadFile, marker: Marker) -> Result:
    said = file.submitted
    who = Learner(said.learner[:60], "")
    remark = f"no {who.id!r} is in the roster" if who.id else "neither the file nor its name says whose it is"
    changes = dict(_changes(marker, who.id, said))
    marks = marker.marks(who.id, said.answers, _unlike(changes))
    remarks = (*file.remarks, *_changed_remarks(changes, said.version), remark)
    return Result("unmatched", who, file.path, file.time, marks, remarks)


def _changes(marker: Marker, learner: str, said: Submitted) -> Iterator[tuple[str, Change]]:
    """Yield the questions of a learner that have changed since the handout, by their fingerprints.

    A fingerprint is that of a variant; it tells nothing if the file has another learner's variant.
    """
    sheet = marker.assignment
    for item in sheet.items:
        handed_out = said.fingerprints.get(item.number, "")
        if handed_out and said.codes.get(item.number, "") == sheet.handed_out_code(item, learner):
            now = marker.fingerprint(item, sheet.variant(item, learner))
            if found := change(handed_out, now):
                yield item.number, found


def _unlike(changes: Mapping[str, Change]) -> set[str]:
    return {number for number, found in changes.items() if found == "question"}


def _result(learner: Learner, files: list[ReadFile], marker: Marker, numbers: OthersNumbers) -> Result:
    if not files:
        return Result("missing", learner)
    order = sorted(files, key=lambda file: (not file.late, file.time or datetime.min))
    chosen = order[-1]
    said = chosen.submitted
    changes = dict(_changes(marker, learner.id, said))
    marks = marker.marks(learner.id, said.answers, _unlike(changes))
    remarks = [*chosen.remarks, *_changed_remarks(changes, said.version)]
    remarks += [*numbers.remarks(learner, said.codes, marks), *_doubts(marks)]
    if len({file.content for file in files}) > 1:
        remarks.append(f"{len(files)} files; {chosen.path} counts")
    status: Status = "late" if chosen.late else "graded"
    return Result(status, learner, chosen.path, chosen.time, marks, tuple(remarks))


def _changed_remarks(changes: Mapping[str, Change], version: str) -> Iterator[str]:
    """Yield what is said about questions that have changed since the handout."""
    by = f"cnnbook {version}" if version else "another version of cnnbook"
    for number, found in changes.items():
        if found == "question":
            yield f"question {number} is not the one that {by} handed out, and is not marked"
        else:
            yield f"question {number} is worded otherwise than {by} handed it out; it is marked"


def _doubts(marks: Iterable[Mark]) -> Iterator[str]:
    for mark in marks:
        if mark.doubt:
            yield f"question {mark.number}: {mark.text!r} may mean {', '.join(map(str, mark.answer))}"


def without_names(grades: Grades) -> Grades:
    """Return the grades with "learner 1", "learner 2" and so on in place of ids and names, and no paths."""
    numbered = {
        one.learner: Learner(f"learner {number}", "") for number, one in enumerate(grades.learners, 1)
    }

    def nameless(one: Result) -> Result:
        return replace(one, learner=numbered.get(one.learner, _NOBODY), path="", remarks=())

    return grades._replace(
        learners=tuple(map(nameless, grades.learners)), others=tuple(map(nameless, grades.others))
    )
