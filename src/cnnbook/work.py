"""The learner's own copy of the chapters, in `work/`: it follows updates, and loses nothing of the learner's.

A chapter counts as untouched while it is, byte for byte, what was once put there; `work/.cnnbook.json` has
the checksums. An untouched chapter is replaced by its new version. Any other stays as it is, and the new
version is put beside it under another name. Every file is written whole under a spare name first, so a copy
that is cut short leaves no half-written notebook.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from pathlib import Path
from time import time
from typing import NamedTuple

START = "00_start_here.ipynb"
FOLDER = "work"
_RECORD = ".cnnbook.json"


class WorkError(Exception):
    """The copy cannot be made, or a chapter cannot be reset; the message is one line."""


class UnknownChapterError(WorkError):
    """No chapter has this number or name."""


class Course(NamedTuple):
    """Where the pristine chapters and the data lie, and the folder that holds, or will hold, `work/`."""

    notebooks: Path
    data: Path
    home: Path

    @property
    def work(self) -> Path:
        """The learner's folder."""
        return self.home / FOLDER

    def chapters(self) -> list[Path]:
        """Return the pristine chapters, in their order."""
        return sorted(self.notebooks.glob("*.ipynb"))


def find_course(start: Path | None = None) -> Course:
    """Return the course of the checkout around `start` (by default the current folder), or the installed one.

    Looked for are `notebooks/` in the folder and those around it, then beside the package, as in an editable
    installation. An installed package carries the chapters with it; `work/` is then made in `start`.

    Raises WorkError if there are no chapters anywhere.
    """
    here = (start or Path.cwd()).resolve()
    for place in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (place / "notebooks" / START).is_file():
            return Course(place / "notebooks", place / "data", place)
    carried = Path(str(files("cnnbook"))) / "course"
    if (carried / "notebooks" / START).is_file():
        return Course(carried / "notebooks", carried / "data", here)
    raise WorkError(
        f"no course here: {here} is not inside a checkout with notebooks/{START}; "
        "change to the folder that holds the README and run this again"
    )


def bring_up_to_date(course: Course) -> list[str]:
    """Copy the chapters into `work/` and follow their updates; return a line for each chapter that changed.

    Raises WorkError if a file cannot be read or written; what was there before is there still.
    """
    try:
        course.work.mkdir(exist_ok=True)
        _clear_up(course.work)
        record = _Record(course.work)
        said = [line for chapter in course.chapters() for line in _follow(chapter, course.work, record)]
        _copy_data(course)
    except OSError as error:
        raise WorkError(_cannot(error)) from None
    return said


def reset(course: Course, chapter: str) -> str:
    """Put a fresh copy of a chapter, named "01" or in full, into `work/`; return a line that says so.

    The learner's version is kept beside it, with today's date in its name.

    Raises UnknownChapterError for a chapter that is not there, WorkError for a file that cannot be written.
    """
    pristine = _chapter(course, chapter)
    mine, fresh = course.work / pristine.name, pristine.read_bytes()
    kept = ""
    try:
        course.work.mkdir(exist_ok=True)
        if mine.exists() and mine.read_bytes() != fresh:
            kept = f"; yours is kept as {_keep(mine, date.today().isoformat())}"
        with _Record(course.work).writing(mine.name, fresh):
            _replace(mine, fresh)
        _copy_data(course)
    except OSError as error:
        raise WorkError(_cannot(error)) from None
    return f"{FOLDER}/{mine.name} is fresh{kept}"


def _follow(chapter: Path, work: Path, record: _Record) -> Iterator[str]:
    """Bring one chapter up to date, and yield a line if that changed a file."""
    mine, new = work / chapter.name, chapter.read_bytes()
    if not mine.exists():
        with record.writing(mine.name, new):
            _write_new(mine, new)
        return
    old = mine.read_bytes()
    if old == new:
        with record.writing(mine.name, new):
            pass  # it is there already
    elif record.has(mine.name, old):
        with record.writing(mine.name, new):
            _replace(mine, new)
        yield f"{mine.name} was updated"
    elif not record.is_latest(mine.name, new):
        yield from _put_beside(mine, new, record)


def _put_beside(mine: Path, new: bytes, record: _Record) -> Iterator[str]:
    """Put the new version of a chapter that the learner has edited beside it, unless that was done before."""
    for number in range(1, 1000):
        beside = mine.with_name(f"{mine.stem}.new{number if number > 1 else ''}.ipynb")
        if record.is_latest(beside.name, new):
            return
        if not beside.exists() or record.has(beside.name, beside.read_bytes()):
            with record.writing(beside.name, new):
                _replace(beside, new)
            yield f"{mine.name} has your changes and stays; its new version is beside it as {beside.name}"
            return


class _Record:
    """The checksums of all that was ever put into `work/`, by file name, and of what was put there last."""

    def __init__(self, work: Path) -> None:
        self._file = work / _RECORD
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            self._known: dict[str, list[str]] = {name: list(sums) for name, sums in found["known"].items()}
            self._latest: dict[str, str] = dict(found["latest"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # Without a record each file that differs counts as the learner's, so nothing is lost.
            self._known, self._latest = {}, {}

    def has(self, name: str, content: bytes) -> bool:
        """Return whether this content was put there, or was about to be, under this name."""
        return _checksum(content) in self._known.get(name, ())

    def is_latest(self, name: str, content: bytes) -> bool:
        """Return whether this content is what was put there last under this name."""
        return self._latest.get(name) == _checksum(content)

    @contextmanager
    def writing(self, name: str, content: bytes) -> Iterator[None]:
        """Note content before it is written: a copy that is cut short does not count as the learner's.

        That it is the latest is noted once it was written.
        """
        if not self.has(name, content):
            self._known.setdefault(name, []).append(_checksum(content))
            self._save()
        yield
        if not self.is_latest(name, content):
            self._latest[name] = _checksum(content)
            self._save()

    def _save(self) -> None:
        _replace(self._file, json.dumps({"known": self._known, "latest": self._latest}, indent=1).encode())


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _chapter(course: Course, wanted: str) -> Path:
    """Return the pristine chapter with this number or name."""
    chapters = course.chapters()
    stem = Path(wanted).name.removesuffix(".ipynb")
    found = [chapter for chapter in chapters if stem in (chapter.stem, chapter.stem.partition("_")[0])]
    if len(found) != 1:
        numbers = ", ".join(chapter.stem.partition("_")[0] for chapter in chapters)
        raise UnknownChapterError(f"there is no chapter {wanted!r}; there are {numbers}")
    return found[0]


def _copy_data(course: Course) -> None:
    """Put the data where the chapters look for it, `../data`, if it is not there; a file there stays."""
    target = course.home / "data"
    if target == course.data:
        return
    target.mkdir(exist_ok=True)
    for file in sorted(course.data.iterdir()):
        if file.is_file() and not (target / file.name).exists():
            _write_new(target / file.name, file.read_bytes())


def _keep(mine: Path, mark: str) -> str:
    """Give a file a second name with this mark in it, and return that name."""
    for number in range(1, 1000):
        spare = mine.with_name(f"{mine.stem} {mark}{f' {number}' if number > 1 else ''}.ipynb")
        try:
            _write_new(spare, mine.read_bytes())
        except FileExistsError:
            continue
        return spare.name
    raise FileExistsError(errno.EEXIST, "too many copies of one day", str(mine))


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet, whole or not at all.

    Raises FileExistsError if it is there. On a file system without links, a file that another program makes
    between the look and the writing would be replaced.
    """
    spare = _spare(path, content)
    try:
        os.link(spare, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(errno.EEXIST, "it is there already", str(path)) from None
        os.replace(spare, path)
    finally:
        spare.unlink(missing_ok=True)


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step, whether or not it is there."""
    os.replace(_spare(path, content), path)


def _spare(path: Path, content: bytes) -> Path:
    """Write content to a file of a spare name in the same folder; leave none behind that is not whole."""
    spare = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(spare, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        spare.unlink(missing_ok=True)
        raise
    return spare


def _clear_up(work: Path) -> None:
    """Remove what a copy left behind that was killed an hour ago or more."""
    for spare in (*work.glob(".*.ipynb.*"), *work.glob(f".{_RECORD}.*")):
        if time() - spare.stat().st_mtime > 3600:
            spare.unlink()


def _cannot(error: OSError) -> str:
    where = f" {error.filename}" if error.filename else ""
    return f"cannot write{where}: {error.strerror or error}; nothing of yours was changed"
