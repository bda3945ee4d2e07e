"""Who sent a file: learning platforms write it into the names of the folders and files in their zips."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from cnnbook.classroom.roster import Learner, Roster

# "Ada Lovelace_4711_assignsubmission_file_/lab1.ipynb", or without a folder for each learner; in groups
# "Group A-Ada Lovelace_4711_...", and if the work is marked blindly, "Participant_4711_...".
_MOODLE = re.compile(r"(?:^|/)([^/]+)_(\d+)_assignsubmission_(?:file|onlinetext)(?:_|/|$)")
# "lovelaceada_LATE_12_3456_lab1-2.ipynb": learner, LATE, the numbers of learner and file, name of the file.
_CANVAS = re.compile(r"(?:^|/)([^/]+?)(_LATE)?_(\d+)_\d+_[^/]+$")
# The same without names, for blind marking.
_NAMELESS = re.compile(r"(?:^|/)(LATE_)?anon_(\w+?)_\d+_[^/]+$")


class Sender(NamedTuple):
    """Whom the path of a file names as its sender.

    `names` are names or ids, the first that is known counts. `ids` are the platform's numbers: they decide
    between two of the same name. `perhaps` are parts of a name that may begin with the name of a group.
    `late` is whether the path says that the file came late.
    """

    names: tuple[str, ...]
    late: bool = False
    ids: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()


def sender(path: str) -> Sender:
    """Return whom a path names: the name that Moodle and Canvas write into it, else its folders and its file.

    >>> sender("lab1.zip/Ada Lovelace_4711_assignsubmission_file_/lab1.ipynb").names
    ('Ada Lovelace', 'Participant 4711')
    >>> sender("turingalan_LATE_12_345_lab1-1.ipynb")
    Sender(names=('turingalan',), late=True, ids=('12',), perhaps=())
    >>> sender("submitted/ada/lab1/lab1-ada.ipynb").names
    ('submitted', 'ada', 'lab1', 'lab1-ada', 'ada')
    """
    if match := _MOODLE.search(path):
        parts = match[1].split("-")
        perhaps = tuple("-".join(parts[at:]) for at in range(1, len(parts)))
        participant = f"Participant {match[2]}"
        return Sender((match[1], participant), False, (match[2], participant), perhaps)
    if match := _NAMELESS.search(path):
        return Sender((match[2],), bool(match[1]))
    if match := _CANVAS.search(path):
        return Sender((match[1],), bool(match[2]), (match[3],))
    *folders, file = PurePosixPath(path).parts or ("",)
    stem = file.partition(".")[0]
    return Sender((*folders, stem, *stem.partition("-")[2:]))


def sent_by(path: str, roster: Roster) -> Learner | None:
    """Return the learner whom the path of a file names, by id or by name."""
    found = sender(path)
    by_id = map(roster.with_id, found.names)
    by_name = (roster.with_name(name, found.ids) for name in found.names)
    return next(filter(None, (*by_id, *by_name)), None)


def perhaps_sent_by(path: str, roster: Roster) -> Learner | None:
    """Return the learner whom a part of a path names, if nothing else says who sent the file."""
    return next(filter(None, map(roster.with_name, sender(path).perhaps)), None)
