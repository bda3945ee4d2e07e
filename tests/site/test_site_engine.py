"""The engine: what it holds, that Pyodide runs it, and that both Pythons give the same verdicts."""

import ast
import gzip
import importlib.util
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from browser.live_pages import CACHE, needs_node
from cnnbook.site import archives, compiling, engine, pyodide, standard_library
from cnnbook.site.errors import SiteError
from cnnbook.site.pyodide import run_python

ROOT = Path(__file__).parents[2]
# What functions of the package import though the engine lacks it: no browser calls them, or they expect that.
NOT_THERE = {
    *("torch", "torchvision.models", "numpy", "pandas", "IPython", "importlib.metadata"),
    *("cnnbook.tracing", "cnnbook.learner.card", "cnnbook.networks.models", "cnnbook.networks.meta"),
    "cnnbook.classroom.live",
}
IMPORTED = """
import importlib, json, sys
sys.path.insert(0, "/host/engine.zip")
import zipfile
names = [name[:-4].replace("/", ".").removesuffix(".__init__")
         for name in zipfile.ZipFile("/host/engine.zip").namelist() if name.endswith(".pyc")]
for name in sorted(names):
    importlib.import_module(name)
import {learners}
print(json.dumps([names, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""


def imports(source):
    """The full names of the modules that a source imports, wherever it does."""
    tree = ast.parse(source)
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


def missing(sources):
    """The imports of the package's files that the engine cannot serve."""
    own = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in sources}
    own = {"cnnbook" if name == "__init__" else f"cnnbook.{name}" for name in own}
    found = set()
    for name, content in sources.items():
        for module in imports(content) if name.endswith(".py") else ():
            builtin = module in _PART_OF_THE_INTERPRETER
            if not builtin and module not in own | standard_library.NAMES | NOT_THERE:
                found.add(f"{name}: {module}")
    return found


# These have no file in Pyodide's standard library: they are compiled into the interpreter.
_PART_OF_THE_INTERPRETER = {"sys", "math", "itertools", "time", "zlib", "builtins", "marshal", "unicodedata"}
_PART_OF_THE_INTERPRETER |= {"os.path", "collections.abc"}


def test_the_trimmed_library_has_what_the_package_imports():
    """A new import belongs into standard_library.py, or into a function that no browser calls."""
    assert missing(archives.package_sources()) == set()


def test_a_missing_import_would_be_seen():
    """The test above can fail: an import in a function counts, one for the type checker does not."""
    sources = archives.package_sources()
    sources["learner/ask.py"] += b"\ndef later():\n    import sqlite3\n"
    sources["learner/check.py"] += b"\nif TYPE_CHECKING:\n    import tkinter\n"
    assert missing(sources) == {"learner/ask.py: sqlite3"}


def test_the_engine_loads_nothing_heavy():
    """What answers on a page loads no torch, no arrays, no pictures, no widgets, no command line."""
    code = """
import json, sys
from cnnbook.site.worker import Worker
worker = Worker()
for kind, given in (("ask", ["size.first", "pooling.write-pool"]), ("practice", None), ("quiz", "resnet18"),
                    ("sketch", "resnet50")):
    request = {"do": "hear", "live": kind, "kind": kind, "given": given, "log": []}
    heard = worker.answer(json.dumps({**request, "message": {"do": "check", "id": 0, "typed": ["4"]}}))
    assert "traits" in json.loads(heard), heard
assert "answers" in worker.answer('{"do": "export"}')
print(*{name.partition(".")[0] for name in sys.modules})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"torch", "numpy", "matplotlib", "anywidget", "traitlets", "click", "IPython", "pandas"}
    assert not heavy & set(done.stdout.split())


def test_every_module_is_imported_by_the_browsers_python(tmp_path):
    """Pyodide with the trimmed library imports all that the engine holds, and what learners may import."""
    needs_node()
    made = archives.archives(CACHE)
    (tmp_path / "engine.zip").write_bytes(made.package.read_bytes())
    (tmp_path / "all.py").write_text(IMPORTED.format(learners=", ".join(standard_library.LEARNERS)))
    printed = run_python(CACHE, tmp_path / "all.py", tmp_path, made.stdlib)
    names, loaded = json.loads(printed.splitlines()[-1])
    sources = archives.package_sources()
    assert len(names) == sum(name.endswith(".py") for name in sources) > 150
    assert {"cnnbook", "_pyodide"} <= set(loaded)
    assert not {"torch", "numpy", "anywidget", "click"} & set(loaded)


def test_both_pythons_give_the_same_verdicts():
    """A few hundred answers and all functions of the course; benchmarks/browser_verdicts.py asks 60,000."""
    needs_node()
    path = ROOT / "benchmarks" / "browser_verdicts.py"
    spec = importlib.util.spec_from_file_location("browser_verdicts", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    pairs = [*benchmark.answers(600), *benchmark.functions()]
    assert benchmark.different(pairs, CACHE) == []
    outcomes = {said[0] for said in benchmark.verdicts(pairs)}
    assert outcomes == {"correct", "incorrect", "unreadable", "not attempted"}


def test_a_different_verdict_would_be_seen(monkeypatch):
    """The test above can fail: one word that differs is found."""
    path = ROOT / "benchmarks" / "browser_verdicts.py"
    spec = importlib.util.spec_from_file_location("browser_verdicts", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    pairs = [("size.first", "4"), ("size.first", "3")]
    there = [[*benchmark.verdict(*pairs[0])[:3], "other words", ""], benchmark.verdict(*pairs[1])]
    monkeypatch.setattr(benchmark, "verdicts_of_pyodide", lambda pairs, cache_dir: there)
    assert [pair for pair, _here, _there in benchmark.different(pairs, CACHE)] == [pairs[0]]


def test_the_engine_is_small(tmp_path):
    """At most 6 MB as a host sends it, compressed; three files, and nothing that names this machine."""
    needs_node()
    engine.build(tmp_path, CACHE)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["engine.js", "live.css", "live.js"]
    assert len(gzip.compress((tmp_path / "engine.js").read_bytes(), 6)) < 6_000_000
    for one in tmp_path.iterdir():
        assert str(ROOT) not in one.read_text(encoding="utf-8")


def test_an_unchanged_engine_is_not_compiled_again(monkeypatch, tmp_path):
    """A second build takes what is in the cache."""
    needs_node()
    made = archives.archives(CACHE)
    monkeypatch.setattr(archives, "run_python", lambda *arguments: pytest.fail("it was compiled again"))
    assert archives.archives(CACHE) == made


def test_an_archive_is_compiled_without_lines_and_docstrings(tmp_path):
    """Each module is bytecode; what is not wanted is left out, and what is no module stays as it is."""
    source, target = tmp_path / "old.zip", tmp_path / "new.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr("one/__init__.py", '"""Words."""\nx = 1\n\n\ndef f():\n    return x\n')
        archive.writestr("one/two.py", "y = 2\n")
        archive.writestr("one/data.json", "{}")
    assert list(compiling.compiled(source, target, "/place", lambda name: name != "one.two")) == ["one"]
    assert zipfile.ZipFile(target).namelist() == ["one/__init__.pyc", "one/data.json"]
    code = "import one; f = one.f.__code__; print(one.f(), one.__doc__, f.co_filename, [*f.co_lines()][0][2])"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = [{str(target)!r}]\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1", "None", "/place/one/__init__.py", "None"]


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("export function mount() {}", "has 0 default exports; one would do"),
        ("import { a } from './a.js';\nexport default a;", "imports or re-exports cannot be packed"),
    ],
)
def test_a_script_that_cannot_be_packed_stops_the_build(module, words):
    """Better one line here than a page without cards."""
    with pytest.raises(SiteError, match=words):
        engine.classic(module)


def test_without_npm_one_line_says_what_to_install(tmp_path, monkeypatch):
    """A machine without Node.js gets the remedy, and the cache stays empty."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SiteError, match=r"^npm is not installed; install Node\.js 18 or newer, with npm"):
        pyodide.pyodide(tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def fake_npm(folder, lines, monkeypatch):
    """Put a program called npm in front of all others."""
    npm = folder / "npm"
    npm.write_text(f"#!/bin/sh\n{lines}\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_npm_that_cannot_fetch_is_told_in_one_line(tmp_path, monkeypatch):
    """What npm says stands in the line."""
    fake_npm(tmp_path, "echo 'network is unreachable' >&2; exit 1", monkeypatch)
    with pytest.raises(
        SiteError, match=r"^npm cannot fetch pyodide@314\.0\.7: network is unreachable; the net"
    ):
        pyodide.pyodide(tmp_path / "cache")


def test_another_content_is_not_taken_for_pyodide(tmp_path, monkeypatch):
    """A file with another checksum is refused, and nothing of it stays."""
    fake_npm(tmp_path, 'echo wrong > "$5/pyodide-314.0.7.tgz"; echo "$@" > "$5/../said"', monkeypatch)
    with pytest.raises(SiteError, match=r"^what npm fetched is not pyodide@314\.0\.7: its checksum is "):
        pyodide.pyodide(tmp_path / "cache")
    assert not (tmp_path / "cache" / "pyodide-314.0.7").exists()


def test_python_that_fails_in_pyodide_is_told_in_one_line(tmp_path):
    """The last line of the traceback is what is wrong."""
    needs_node()
    (tmp_path / "fails.py").write_text("1 / 0\n")
    with pytest.raises(
        SiteError, match=r"^Python in Pyodide ended with: ZeroDivisionError: division by zero$"
    ):
        run_python(CACHE, tmp_path / "fails.py", tmp_path)
