"""The inbox: all files of a folder and of the zips in it, one after the other, none of them unpacked."""

from __future__ import annotations

import io
import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

LARGEST = 20 * 2**20  # bytes of a submission
_LARGEST_ZIP = 2 * 2**30  # bytes of all that is unpacked from one zip, and from the zips in it
_ZIP_RATIO = 100  # a zip that unpacks to more than so many times its size is a bomb,
_SMALL_ZIP = 64 * 2**20  # unless it is not more than this
_MOST_ENTRIES = 50_000
_DEEPEST = 2  # a platform's zip of learners' zips
_ENCRYPTED = 1  # the flag of an entry
# What zipfile raises for zips that are broken or hostile; NotImplementedError is a RuntimeError.
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, RuntimeError, ValueError, EOFError, OverflowError, IndexError),
)
_EARLIEST = datetime(2000, 1, 1)  # zips say 1980 when they know no time
_SKIPPED = re.compile(r"(?:^|/)(?:\.(?!\.)[^/]+|__MACOSX|Thumbs\.db|desktop\.ini)(?:/|$)")


class Piece(NamedTuple):
    """A file of the inbox: its path there, when it was handed in, its content, or why it cannot be read."""

    path: str
    time: datetime | None
    content: bytes
    problem: str = ""


def pieces(folder: Path) -> Iterator[Piece]:
    """Yield the files in a folder and in its zips, in the order of their paths; hidden ones are left out.

    Links are not followed, and a file that cannot be read is a piece with a problem.
    """
    for path in _paths(folder):
        shown = path.relative_to(folder).as_posix()
        if not _SKIPPED.search(shown):
            yield from _pieces_of(path, _printable(shown))


def _paths(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(where, name))]
        yield from (Path(where, name) for name in sorted([*files, *links]))


def _pieces_of(path: Path, shown: str) -> Iterator[Piece]:
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            what = "a link, which is not followed" if stat.S_ISLNK(status.st_mode) else "no file"
            yield Piece(shown, None, b"", f"it is {what}")
            return
        time = _known(datetime.fromtimestamp(status.st_mtime))
        if shown.lower().endswith(".zip"):
            with open(path, "rb") as file:
                yield from _zipped(file, shown, time, _Limit(status.st_size))
        elif status.st_size > LARGEST:
            yield Piece(shown, time, b"", _too_large(status.st_size))
        else:
            yield Piece(shown, time, _content(path))
    except (OSError, OverflowError, ValueError) as error:
        yield Piece(shown, None, b"", f"it cannot be read: {getattr(error, 'strerror', None) or error}")


def _content(path: Path) -> bytes:
    """Return the content of a file, also if it is written to at the same time, up to the limit."""
    with open(path, "rb") as file:
        return file.read(LARGEST)


class _Limit:
    """How many bytes may still be unpacked from a zip and the zips in it."""

    def __init__(self, zip_size: int) -> None:
        self.left = min(_LARGEST_ZIP, max(_SMALL_ZIP, _ZIP_RATIO * zip_size))

    def reached(self, unpacked: int) -> bool:
        """Take so many bytes off the limit, and return whether that is too much."""
        self.left -= unpacked
        return self.left < 0


def _too_large(size: int) -> str:
    return f"it has {size / 2**20:,.0f} MiB; a submission may have {LARGEST // 2**20}"


def _known(time: datetime) -> datetime | None:
    return time if time >= _EARLIEST else None


def _printable(name: str) -> str:
    """Return a name without the characters that a terminal or a table would act on."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)[:300]


def _zipped(
    file: io.BufferedIOBase | io.BytesIO, shown: str, time: datetime | None, limit: _Limit, depth: int = 1
) -> Iterator[Piece]:
    """Yield the files in a zip; they are read in memory, and their names are only names."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > _MOST_ENTRIES:
                yield Piece(shown, time, b"", f"it is a zip of {len(entries):,} files")
                return
            for entry in sorted(entries, key=lambda one: one.filename):
                name = entry.filename.replace("\\", "/")  # some programs for Windows write these
                if entry.is_dir() or _SKIPPED.search(name):
                    continue
                piece = _entry(archive, entry, f"{shown}/{_printable(name)}", time)
                if limit.reached(len(piece.content)):
                    yield Piece(shown, time, b"", "it is a zip that unpacks to far too much")
                    return
                if piece.content[:4] == b"PK\3\4" and depth < _DEEPEST:
                    yield from _zipped(io.BytesIO(piece.content), piece.path, piece.time, limit, depth + 1)
                else:
                    yield piece
    except _BROKEN as error:
        yield Piece(shown, time, b"", f"it is no zip that can be read: {error}"[:200])


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str, time: datetime | None) -> Piece:
    try:
        when = _known(datetime(*entry.date_time)) or time
    except ValueError:  # a month 0, or a second 62
        when = time
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Piece(shown, when, b"", "it is a link, which is not followed")
    if entry.flag_bits & _ENCRYPTED:
        return Piece(shown, when, b"", "it is encrypted")
    if entry.file_size > LARGEST:
        return Piece(shown, when, b"", _too_large(entry.file_size))
    try:
        with archive.open(entry) as file:
            content = file.read(LARGEST + 1)
    except _BROKEN as error:
        return Piece(shown, when, b"", f"it cannot be unpacked: {error}"[:200])
    if len(content) > LARGEST:
        return Piece(shown, when, b"", _too_large(len(content)))
    return Piece(shown, when, content)
