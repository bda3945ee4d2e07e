"""Where a graph is written: the path is checked before the work, the file is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cnnbook.graphs.rendering import FORMATS, GraphError


class WrongPathError(GraphError):
    """A path that is no picture's, whatever there is on the disk: an unknown suffix, or a folder."""


def target(given: str | Path) -> tuple[Path, str]:
    """Return the path to write to and its format, such as "pdf" or "html", once a file can be written there.

    Nothing is left behind. A link stays a link, and the file that it points to is the path that comes back.

    Raises WrongPathError for an unknown suffix and for a folder in the file's place; GraphError for a folder
    that is missing or cannot be written to, a file that is write-protected, a name that no file can have.
    """
    if not isinstance(given, str | os.PathLike):
        raise GraphError(f"a graph is saved to a path, such as 'resnet18.pdf', not to {given!r}")
    path = Path(given)
    shown = str(path) if str(path).isprintable() and len(str(path)) < 300 else ascii(str(path)[-60:])
    try:
        _check_name(path, shown)
        if path.is_dir():
            instead = path / "graph.pdf"
            raise WrongPathError(
                f"cannot write {shown}: it is a folder; name a file in it, such as {instead}"
            )
        form = path.suffix.lower().removeprefix(".")
        if form not in (*FORMATS, "html"):
            suffix = f"unknown suffix {path.suffix!r}" if path.suffix else "no suffix"
            raise WrongPathError(
                f"cannot write {shown}: {suffix}; a graph is saved as .pdf, .svg, .png or .html"
            )
        if path.is_symlink():
            path = _target(path, shown)
        if not path.parent.is_dir():
            raise GraphError(f"cannot write {shown}: there is no folder {path.parent}")
        if path.exists() and not path.is_file():
            raise GraphError(f"cannot write {shown}: it is no file")
        if path.exists() and not os.access(path, os.W_OK):
            raise GraphError(f"cannot write {shown}: the file there is write-protected")
        check_folder(path.parent, shown)
    except OSError as error:
        raise GraphError(f"cannot write {shown}: {_reason(error)}") from None
    return path, form


def _target(link: Path, shown: str) -> Path:
    try:
        return link.resolve()
    except RuntimeError:  # so Python 3.11 and 3.12 say it
        raise GraphError(f"cannot write {shown}: it is a link that leads to itself") from None


def check_folder(folder: Path, shown: str) -> None:
    """Make a file in this folder and remove it. Raises GraphError, with what is `shown`, if that fails.

    Permissions alone do not tell: a file system can be read-only, or full.
    """
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise GraphError(f"cannot write {shown}: {_reason(error)}") from None


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; an older one of that name survives a failure.

    Raises GraphError, in one line, for a folder that is missing or cannot be written to.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise GraphError(_unwritable(path, error)) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # mkstemp makes files that only their owner reads; give what open() would have given.
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise GraphError(_unwritable(path, error)) from None
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _check_name(path: Path, shown: str) -> None:
    try:
        os.fsencode(path)
        impossible = "\0" in str(path)
    except ValueError:
        impossible = True
    if impossible:
        raise GraphError(f"cannot write {shown}: no file can have such a name")
    # File systems take 255 bytes, and it is written under a longer name first.
    if len(os.fsencode(path.name)) > 245:
        raise GraphError(f"cannot write {path.name[:20]}...{path.suffix}: the name is too long")


def _unwritable(path: Path, error: OSError) -> str:
    if path.is_dir():
        return f"cannot write {path}: it is a folder; name a file in it, such as {path / 'graph.pdf'}"
    if not path.parent.is_dir():
        return f"cannot write {path}: there is no folder {path.parent}"
    return f"cannot write {path}: {_reason(error)}"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
