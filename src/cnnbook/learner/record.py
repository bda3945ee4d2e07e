"""The record of what a learner tried: one local file with a line for each try; nothing is sent anywhere."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

_SURROGATE = re.compile("[\ud800-\udfff]")
_LATEST = 10.0**11  # seconds since 1970: some thousand years
_COMPARED = 512  # bytes of what was read that are compared, to see whether a file only grew


class Try(NamedTuple):
    """One answer that was right or wrong, or, without an answer, a solution that was shown.

    `when` is in seconds since 1970, `exercise` is an id or a kind, `numbers` are the question's numbers as
    JSON, and `form` is the form of its answer; the `answer` of a function is a checksum of its results. Of a
    wrong answer, `misconception` is the asserted cause, and `suspected` are all causes that explain it.
    `hints` is how many hints had been given before on this question. `learner` and `attempt` say which
    variant it was; a chapter's question has none. `given_up` is true if the solution was shown. Files of
    older versions have only the first six of these.
    """

    when: float
    exercise: str
    numbers: str
    answer: tuple[int, ...]
    right: bool
    misconception: str | None
    suspected: tuple[str, ...] = ()
    form: str = ""
    hints: int = 0
    learner: str = ""
    attempt: int | None = None
    given_up: bool = False


def path() -> str:
    """Return the path of the file: $CNNBOOK_PROGRESS, else progress.jsonl in the user's data folder."""
    if chosen := os.environ.get("CNNBOOK_PROGRESS"):
        return os.path.expanduser(chosen)
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        folder = os.path.join(home, "Library", "Application Support")
    else:
        folder = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(folder, "cnnbook", "progress.jsonl")


@contextmanager
def kept_in(file: str) -> Iterator[None]:
    """Let tries be read from another file, and be noted there."""
    before = os.environ.get("CNNBOOK_PROGRESS")
    os.environ["CNNBOOK_PROGRESS"] = file
    try:
        yield
    finally:
        if before is None:
            del os.environ["CNNBOOK_PROGRESS"]
        else:
            os.environ["CNNBOOK_PROGRESS"] = before


def note(one: Try) -> None:
    """Append a try to the file. If the file cannot be written, the try is lost, and no error is raised."""
    try:
        _append(path(), json.dumps(one._asdict()).encode())
    except OSError:
        return


def as_text(numbers: dict[str, Any]) -> str:
    """Return a question's numbers as the file has them: JSON."""
    return json.dumps(numbers, default=str)


def _append(file: str, line: bytes) -> None:
    """Append a line with a single write, so that the lines of two kernels never mix.

    If the last line has no end, because its process was killed while it wrote, a line break comes first. The
    last line also looks so while another kernel writes it; a superfluous blank line is the only result.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(file, flags, 0o600)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(file) or ".", exist_ok=True)
        handle = os.open(file, flags, 0o600)
    try:
        end = os.lseek(handle, 0, os.SEEK_END)
        cut = False
        if end:
            os.lseek(handle, end - 1, os.SEEK_SET)
            cut = os.read(handle, 1) != b"\n"
        os.write(handle, (b"\n" if cut else b"") + line + b"\n")
    finally:
        os.close(handle)


def tries() -> list[Try]:
    """Return all tries, oldest first; lines that are incomplete are left out.

    The same answer to the same numbers, twice in a row, is one try: a notebook that is run again adds none.
    """
    global _reader
    file = path()
    if not os.path.isfile(file):  # reading a device or a pipe may never end
        return []
    if _reader is None or _reader.file != file:
        _reader = _Reader(file)
    try:
        return _reader.tries()
    except OSError:
        return []


class _Reader:
    """Reads a file that grows: what was read before is read again only if its end has changed."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._forget()

    def _forget(self) -> None:
        self._end = 0  # how much of the file was read, and its last bytes
        self._tail = b""
        self._changed = 0  # when the file was last changed, in nanoseconds
        self._found: list[Try] = []
        self._last: dict[str, tuple[str, tuple[int, ...]]] = {}

    def tries(self) -> list[Try]:
        """Return the tries in the file; a line without its end may still be written, and is read again."""
        with open(self.file, "rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size == self._end and status.st_mtime_ns != self._changed:
                self._forget()  # it did not grow, so it was edited
            self._changed = status.st_mtime_ns
            file.seek(self._end - len(self._tail))
            if file.read(len(self._tail)) != self._tail:  # another file, or one that was edited by hand
                self._forget()
                file.seek(0)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._end += len(whole)
        self._tail = (self._tail + whole)[-_COMPARED:]
        for one in parsed(whole):
            if self._is_new(one):
                self._found.append(one)
            self._last[one.exercise] = (one.numbers, one.answer)
        return [*self._found, *filter(self._is_new, parsed(new[len(whole) :]))]

    def _is_new(self, one: Try) -> bool:
        return self._last.get(one.exercise) != (one.numbers, one.answer)


_reader: _Reader | None = None


def parsed(text: bytes) -> Iterator[Try]:
    """Yield the tries of the lines of a record; lines that are incomplete are left out."""
    for line in text.decode("utf-8", "replace").split("\n"):
        try:
            plain = json.loads(line)
            lists = {"answer": tuple(plain["answer"]), "suspected": tuple(plain.get("suspected", ()))}
            one = Try(**{**plain, **lists})
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if _is_whole(one):
            yield one


def _is_whole(one: Try) -> bool:
    """Return whether each field has its type: somebody may have edited the file by hand."""
    return (
        type(one.when) in (int, float)
        and abs(one.when) < _LATEST  # neither infinite nor no number at all
        and all(_is_text(text) for text in (one.exercise, one.numbers, one.form, one.learner))
        and all(type(number) is int for number in (*one.answer, one.hints))
        and isinstance(one.right, bool)
        and isinstance(one.given_up, bool)
        and isinstance(one.misconception, str | None)
        and isinstance(one.attempt, int | None)
        and all(isinstance(name, str) for name in one.suspected)
    )


def _is_text(value: object) -> bool:
    """Return whether this is text that can be written: half a character, a surrogate, cannot."""
    return isinstance(value, str) and not _SURROGATE.search(value)


def reset() -> None:
    """Delete all tries: the file, or the target of a link, is replaced with an empty one in one step.

    A device or a folder is left as it is.
    """
    file = os.path.realpath(path())
    if os.path.isfile(file):
        spare = f"{file}.{os.getpid()}"
        os.close(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        os.replace(spare, file)
