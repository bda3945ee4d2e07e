"""Files of the classroom: each is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class FileError(Exception):
    """A file cannot be read, used or written; the message is one line that says why."""


class MissingLibraryError(FileError):
    """A library for one format is not installed; the message says how to install it."""

    def __init__(self, library: str, use: str) -> None:
        super().__init__(
            f"{use} needs {library}, which is not installed: "
            f"uv sync --group lms, or python -m pip install {library}"
        )


def written(file: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file in one step: an earlier one stays as it was if this fails, on a full disk for example.

    A `private` file can be read by its owner only.

    Raises FileError if it cannot be written.
    """
    spare = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, spare = tempfile.mkstemp(prefix=f".{file.name[:40]}.", dir=file.parent)
        with os.fdopen(handle, "wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        if not private:
            os.chmod(spare, 0o666 & ~_mask())
        os.replace(spare, file)
        spare = ""
    except OSError as error:
        raise FileError(f"cannot write {file}: {error.strerror or error}") from None
    finally:
        if spare:
            os.unlink(spare)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
