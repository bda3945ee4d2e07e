"""Pyodide, the Python of browsers: one release of it, fetched once, and run under node for the build."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from cnnbook.site.errors import SiteError

VERSION: Final = "314.0.7"
FILES: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
# The checksum that npm gives for this release: no other content is taken for it.
_SHA512: Final = "0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi/6V5JEsOlD2R1A=="
_NODE: Final = 18  # the oldest release of node that runs it
_SECONDS: Final = 600


def pyodide(cache_dir: Path) -> Path:
    """Return the folder with the files of Pyodide; they are fetched by npm if they are not there yet.

    Raises SiteError, whose message is one line, if there is no npm, if it cannot fetch them, or if they are
    not those of this release.
    """
    folder = cache_dir / f"pyodide-{VERSION}"
    if all((folder / name).is_file() for name in FILES):
        return folder
    cache_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir) as spare:
        archive = _packed(Path(spare))
        _check(archive)
        new = Path(spare) / "pyodide"
        new.mkdir()
        with tarfile.open(archive) as content:
            for name in FILES:
                source = content.extractfile(f"package/{name}")
                assert source is not None
                (new / name).write_bytes(source.read())
        moved(new, folder)
    return folder


def moved(new: Path, folder: Path) -> None:
    """Give a finished folder its name in the cache; if another process was quicker, its folder stays."""
    try:
        os.replace(new, folder)
    except OSError:
        if {one.name for one in folder.iterdir()} < {one.name for one in new.iterdir()}:
            shutil.rmtree(folder)  # somebody has deleted files in it
            os.replace(new, folder)


def _packed(folder: Path) -> Path:
    npm = _found("npm")
    command = [npm, "pack", f"pyodide@{VERSION}", "--loglevel=error", "--pack-destination", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, cwd=folder)
    except subprocess.TimeoutExpired:
        raise SiteError(f"npm did not fetch pyodide@{VERSION} in {_SECONDS} seconds; try again") from None
    archives = list(folder.glob("*.tgz"))
    if done.returncode or len(archives) != 1:
        said = " ".join((done.stderr or done.stdout).split())[-200:] or "it says nothing more"
        raise SiteError(f"npm cannot fetch pyodide@{VERSION}: {said}; the network is needed once")
    return archives[0]


def _check(archive: Path) -> None:
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != _SHA512:
        raise SiteError(
            f"what npm fetched is not pyodide@{VERSION}: its checksum is {found[:12]}…, not {_SHA512[:12]}…; "
            "try again, or set another source for npm"
        )


def run_python(cache_dir: Path, script: Path, folder: Path, stdlib: Path | None = None) -> str:
    """Return what a file of Python prints that is run in Pyodide under node, with `folder` as /host.

    `stdlib` is an archive of the standard library other than Pyodide's own.

    Raises SiteError if there is no node, or if the file raises an exception.
    """
    node, own = _found("node"), pyodide(cache_dir)
    with as_file(files("cnnbook.site").joinpath("scripts", "run.mjs")) as runner:
        command = [
            node,
            str(runner),
            str(own),
            str(stdlib or own / "python_stdlib.zip"),
            str(script),
            str(folder),
        ]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS)
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise SiteError(f"Python in Pyodide ended with: {lines[-1].strip() if lines else 'no message'}")
    return done.stdout


def _found(program: str) -> str:
    where = shutil.which(program)
    if where is None:
        raise SiteError(
            f"{program} is not installed; install Node.js {_NODE} or newer, with npm: the site needs it to "
            "prepare Python for browsers"
        )
    return where
