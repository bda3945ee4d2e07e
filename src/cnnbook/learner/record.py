"""What a learner tried, in one local file: a line per try, appended at once; nothing leaves the machine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from time import time
from typing import Any, NamedTuple

from cnnbook.exercises.checking.feedback import Feedback

RECENT = 5
ENOUGH = 4


class Try(NamedTuple):
    """One answer that was right or wrong: when (seconds since 1970), to what, and why it was wrong."""

    when: float
    exercise: str
    numbers: str
    answer: tuple[int, ...]
    right: bool
    misconception: str | None


def path() -> str:
    """Return the file: $CNNBOOK_PROGRESS, else progress.jsonl in the user's data folder."""
    if chosen := os.environ.get("CNNBOOK_PROGRESS"):
        return chosen
    home = os.path.expanduser("~")
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        folder = os.path.join(home, "Library", "Application Support")
    else:
        folder = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(folder, "cnnbook", "progress.jsonl")


def note(exercise: str, numbers: dict[str, Any], feedback: Feedback) -> None:
    """Append a try. A folder that cannot be written loses the record, never the feedback."""
    line = json.dumps(
        {
            "when": round(time(), 3),
            "exercise": exercise,
            "numbers": json.dumps(numbers, default=str),
            "answer": feedback.answer,
            "right": feedback.outcome == "correct",
            "misconception": feedback.misconception,
        }
    )
    try:
        _append(path(), line.encode())
    except OSError:
        return


def _append(file: str, line: bytes) -> None:
    """Append in one write, which two kernels cannot mix; a line that a kill cut short is closed first.

    In the middle of another kernel's write a line looks cut: a blank line too many is all that comes of it.
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
    """Return all tries, oldest first. A line that a kill cut short is left out.

    The same answer to the same numbers, twice in a row, is one try: running a notebook again is no new one.
    """
    found: list[Try] = []
    last: dict[str, tuple[str, tuple[int, ...]]] = {}
    for one in _lines():
        if last.get(one.exercise) != (one.numbers, one.answer):
            found.append(one)
        last[one.exercise] = (one.numbers, one.answer)
    return found


def _lines() -> Iterator[Try]:
    if not os.path.isfile(path()):  # a device or a pipe may never come to an end
        return
    try:
        with open(path(), encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return
    for line in text.splitlines():
        try:
            plain = json.loads(line)
            one = Try(**{**plain, "answer": tuple(plain["answer"])})
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
        if _is_whole(one):
            yield one


def _is_whole(one: Try) -> bool:
    """Return whether each field is of its type: a file that somebody edited may hold anything."""
    return (
        type(one.when) in (int, float)
        and isinstance(one.exercise, str)
        and isinstance(one.numbers, str)
        and all(type(number) is int for number in one.answer)
        and isinstance(one.right, bool)
        and isinstance(one.misconception, str | None)
    )


def mastered(recent: list[Try]) -> bool:
    """Return whether four of the last five tries were right."""
    return sum(one.right for one in recent[-RECENT:]) >= ENOUGH


def reset() -> None:
    """Forget all tries; the file, or the one that a link leads to, is emptied in one step.

    What is no file, a device or a folder, is left alone.
    """
    file = os.path.realpath(path())
    if os.path.isfile(file):
        spare = f"{file}.{os.getpid()}"
        os.close(os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        os.replace(spare, file)
