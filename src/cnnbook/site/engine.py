"""The files with which a page's live elements run: Python and the exercises, the scripts, and the styles."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Final

from cnnbook.site.archives import PACKAGE_PLACE, archives
from cnnbook.site.errors import SiteError
from cnnbook.site.page_words import page_words
from cnnbook.site.pyodide import pyodide

# Each widget's script and style by the name that live.js has for it.
_WIDGETS: Final = {
    "cards": ("cnnbook.learner", "card"),
    "sketches": ("cnnbook.widgets", "sketch"),
    "explorers": ("cnnbook.widgets", "explorer"),
}
_SCRIPTS: Final = ("store.js", "engine.js", "live.js")


def build(static_dir: Path, cache_dir: Path) -> None:
    """Write engine.js, live.js and live.css into a folder; what is fetched or compiled is kept in the cache.

    Raises SiteError, whose message is one line, if there is no npm, no node, or no Pyodide.
    """
    static_dir.mkdir(parents=True, exist_ok=True)
    engine = engine_script(cache_dir)
    _write(static_dir / "engine.js", engine)
    _write(static_dir / "live.js", live_script(hashlib.sha256(engine.encode()).hexdigest()[:12]))
    _write(static_dir / "live.css", live_style())


def engine_script(cache_dir: Path) -> str:
    """Return one classic script with Python and the exercises: each file is base64 of gzip in it."""
    own, made = pyodide(cache_dir), archives(cache_dir)
    content = {name: own / name for name in ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")}
    content |= {"stdlib.zip": made.stdlib, "engine.zip": made.package}
    packed = {name: _packed(path.read_bytes()) for name, path in content.items()}
    lock = json.loads((own / "pyodide-lock.json").read_text("utf-8"))
    no_packages = json.dumps({"info": lock["info"], "packages": {}})
    first = {"files": packed, "lock": no_packages, "place": PACKAGE_PLACE}
    return (
        "// Python (Pyodide, MPL-2.0; Python, PSF-2.0) with the exercises of cnnbook (MIT).\n"
        "self.cnnbookEngine = (() => {\n"
        f"const source = {json.dumps(_source('worker.js'))};\n"
        f"const first = {json.dumps(first)};\n"
        'const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));\n'
        "return { start() {\n"
        "  const worker = new Worker(address);\n"
        "  worker.postMessage(first);\n"
        "  return worker;\n"
        "} };\n"
        "})();\n"
    )


def _packed(content: bytes) -> str:
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")


def live_script(version: str) -> str:
    """Return one classic script that draws the live elements of a page, for the engine of this version."""
    widgets = [
        f"const {name} = (() => {{\n{classic(_text(package, f'{file}.js'))}\nreturn widget;\n}})();"
        for name, (package, file) in _WIDGETS.items()
    ]
    constants = [
        'const HERE = new URL(".", document.currentScript.src).href;',
        f"const WORDS = {json.dumps(page_words(), ensure_ascii=False)};",
        f"const VERSION = {json.dumps(version)};",
    ]
    parts = [*constants, *widgets, *map(_source, _SCRIPTS)]
    return "\n".join(['(() => {\n"use strict";', *parts, "})();\n"])


def classic(module: str) -> str:
    """Return a module's script as it can stand in a function, with its default export as `widget`.

    >>> classic("export function mount() {}\\nexport default { mount };")
    'function mount() {}\\nconst widget = { mount };'

    Raises SiteError for a script that imports another, or has no default export.
    """
    if re.search(r"^import\b|^export \{", module, re.MULTILINE):
        raise SiteError("a widget's script that imports or re-exports cannot be packed; one file would do")
    packed, count = re.subn(r"^export default ", "const widget = ", module, flags=re.MULTILINE)
    if count != 1:
        raise SiteError(f"a widget's script has {count} default exports; one would do")
    return re.sub(r"^export ", "", packed, flags=re.MULTILINE)


def live_style() -> str:
    """Return the styles of all widgets, and then what a page adds to them."""
    own = [_text(package, f"{file}.css") for package, file in _WIDGETS.values()]
    return "\n".join([*own, _source("live.css")])


def _source(name: str) -> str:
    return files("cnnbook.site").joinpath("scripts", name).read_text("utf-8")


def _text(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text("utf-8")


def _write(file: Path, text: str) -> None:
    """Write a file completely or not at all."""
    spare = file.with_name(f"{file.name}.{os.getpid()}")
    spare.write_text(text, encoding="utf-8")
    os.replace(spare, file)
