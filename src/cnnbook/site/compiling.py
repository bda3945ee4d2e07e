"""Compiles archives of Python modules; Pyodide's own Python runs this file, since bytecode is of one release.

The folder /host has two archives of sources, and settings.json: what to keep of the standard library, and
where the archives will lie. The same two archives are written, with bytecode in place of the sources.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import MAGIC_NUMBER
from marshal import dumps
from pathlib import Path
from types import CodeType

_UNCHECKED = (1).to_bytes(4, "little") + bytes(8)  # flags of PEP 552: no source is looked for

_NO_LOCATION = 0x80 | 15 << 3


def compiled(source: Path, target: Path, place: str, wanted: Callable[[str], bool]) -> Iterator[str]:
    """Write an archive with bytecode, and yield the name of each module in it.

    `place` is the path that a traceback shows for its files. Files that are no modules are kept as they are.
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            if name.endswith("/"):
                continue
            content = old.read(name)
            if name.endswith(".py"):
                module = name[:-3].replace("/", ".").removesuffix(".__init__")
                if not wanted(module):
                    continue
                code = compile(content, f"{place}/{name}", "exec", dont_inherit=True, optimize=2)
                name, content = f"{name}c", MAGIC_NUMBER + _UNCHECKED + dumps(_without_lines(code))
                yield module
            # One date for all: the same sources give the same archive.
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


def _without_lines(code: CodeType) -> CodeType:
    """Return code that does not know its lines, a third of its size: only a learner's own lines are told."""
    constants = [_without_lines(one) if isinstance(one, CodeType) else one for one in code.co_consts]
    # An entry of CPython's location table says "no location" of up to eight instructions.
    whole, rest = divmod(len(code.co_code) // 2, 8)
    table = bytes([_NO_LOCATION | 7] * whole + [_NO_LOCATION | rest - 1] * bool(rest))
    return code.replace(co_linetable=table, co_consts=tuple(constants))


def main(folder: Path) -> None:
    """Compile both archives of a folder."""
    settings = json.loads((folder / "settings.json").read_text())
    keep, whole = frozenset(settings["keep"]), tuple(settings["whole"])

    def wanted(module: str) -> bool:
        return module in keep or module.startswith(whole)

    found = frozenset(
        compiled(folder / "python_stdlib.zip", folder / "stdlib.zip", settings["stdlib"], wanted)
    )
    if missing := sorted(keep - found):
        raise LookupError(f"Pyodide's standard library has no {', '.join(missing)}")
    list(compiled(folder / "package.zip", folder / "engine.zip", settings["package"], lambda module: True))


if __name__ == "__main__":
    main(Path("/host"))
