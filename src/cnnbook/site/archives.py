"""The two archives that Python in the browser runs from: a trimmed standard library, and the package."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, NamedTuple

from cnnbook.site import standard_library
from cnnbook.site.pyodide import VERSION, moved, pyodide, run_python

# Where the archives lie in the browser; a traceback of the course's own lines begins with it.
STDLIB_PLACE: Final = "/lib/python314.zip"
PACKAGE_PLACE: Final = "/cnnbook.zip"

_ROOMS: Final = ("arithmetic", "exercises", "learner", "networks", "sketch", "traces")
_FILES: Final = (
    "__init__.py",
    "classroom/__init__.py",
    "classroom/answer_cells.py",
    "classroom/answers_file.py",
    "classroom/submitted.py",
    "site/__init__.py",
    "site/cards.py",
    "site/cores.py",
    "site/errors.py",
    "site/given.py",
    "site/sketches.py",
    "site/worker.py",
)
# Of these rooms: what needs torch or a widget, what only teachers use, and the scripts, which the page has.
_LEFT_OUT: Final = frozenset(
    (
        "learner/card.css",
        "learner/card.js",
        "learner/card.py",
        "learner/guide.py",
        "learner/rehearsal.py",
        "networks/meta.py",
        "networks/models.py",
        "networks/totals.json",
        "networks/totals.py",
    )
)


class Archives(NamedTuple):
    """The paths of the standard library and of the package, both compiled."""

    stdlib: Path
    package: Path


def archives(cache_dir: Path) -> Archives:
    """Return both archives; they are compiled anew if a source, the list of modules or Pyodide has changed.

    Raises SiteError if Pyodide cannot be fetched or run.
    """
    sources = package_sources()
    settings = {
        "keep": sorted(standard_library.NAMES),
        "whole": standard_library.WHOLE,
        "stdlib": STDLIB_PLACE,
        "package": PACKAGE_PLACE,
    }
    compiler = files("cnnbook.site").joinpath("compiling.py")
    key = hashlib.sha256(VERSION.encode() + json.dumps(settings).encode() + compiler.read_bytes())
    for name, content in sources.items():
        key.update(name.encode() + b"\0" + content)
    folder = cache_dir / f"engine-{key.hexdigest()[:16]}"
    made = Archives(folder / "stdlib.zip", folder / "engine.zip")
    if not all(file.is_file() for file in made):
        own = pyodide(cache_dir)
        with tempfile.TemporaryDirectory(dir=cache_dir) as spare:
            new = Path(spare) / "new"
            new.mkdir()
            shutil.copy(own / "python_stdlib.zip", new)
            (new / "settings.json").write_text(json.dumps(settings))
            with zipfile.ZipFile(new / "package.zip", "w") as archive:
                for name, content in sources.items():
                    archive.writestr(f"cnnbook/{name}", content)
            with as_file(compiler) as script:
                run_python(cache_dir, script, new)
            for name in ("python_stdlib.zip", "package.zip", "settings.json"):
                (new / name).unlink()
            moved(new, folder)
    return made


def package_sources() -> dict[str, bytes]:
    """Return the content of each file of the package that the engine holds, by its path in the package."""
    package = files("cnnbook")
    found = {name: package.joinpath(*name.split("/")).read_bytes() for name in _FILES}
    for room in _ROOMS:
        found |= _content(package.joinpath(room), room)
    return {name: found[name] for name in sorted(found) if name not in _LEFT_OUT}


def _content(folder: Traversable, name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for one in folder.iterdir():
        path = f"{name}/{one.name}"
        if one.is_dir() and one.name != "__pycache__":
            found |= _content(one, path)
        elif one.is_file():
            found[path] = one.read_bytes()
    return found
