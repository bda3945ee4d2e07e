"""The notebooks with their outputs: executed once, then taken from a cache until something they use changes.

A notebook is executed again when its cells change, or the package, the data, or the release of a library that
it computes or draws with. Two are executed at a time, each in a kernel of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from cnnbook.site.errors import SiteError
from cnnbook.site.outputs import SKETCH

AT_ONCE = 2
SECONDS_PER_CELL = 300
# Rooms whose code no notebook runs: a change there leaves the outputs as they are.
_ELSEWHERE = {"site", "cli", "classroom", "course", "lab.py", "doctor.py", "work.py"}
_LIBRARIES = ("torch", "torchvision", "matplotlib", "numpy")

# Run before a notebook's first cell: a graph then also gives its page as PDF, to be linked below it, and a
# sketch what makes it again, so that the page has a live one.
_BEFORE = f"""
def _for_pages():
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from IPython.display import display

    from cnnbook.sketch.records import record_of_plan

    def pdf(graph):
        with TemporaryDirectory() as folder:
            return graph.save(Path(folder) / "graph.pdf").read_bytes()

    def show(sketch):
        given = {{"network": record_of_plan(sketch.plan), "targets": [*sketch.targets]}}
        display({{"{SKETCH}": given, "text/html": sketch.to_html()}}, raw=True)

    formatter = get_ipython().display_formatter
    formatter.formatters["application/pdf"].for_type_by_name("cnnbook.graphs.graph", "Graph", pdf)
    formatter.ipython_display_formatter.for_type_by_name("cnnbook.widgets.sketch", "NetworkSketch", show)

_for_pages()
"""


def executed(
    notebooks: Sequence[Path], cache: Path, announce: Callable[[str], None] = print
) -> dict[Path, nbformat.NotebookNode]:
    """Return each notebook with its outputs; `announce` is told of each one that had to be executed.

    Raises SiteError for a notebook that fails, with its name, the cell's id and the error. What was executed
    before that stays in the cache.
    """
    cache.mkdir(parents=True, exist_ok=True)
    fingerprint = _fingerprint(notebooks)
    places = {path: cache / f"{path.stem}-{_key(path, fingerprint)}.ipynb" for path in notebooks}
    missing = [path for path, place in places.items() if not place.exists()]
    if missing:
        _run_apart(_execute_all(missing, places, announce))
    return {path: _with_outputs(path, place) for path, place in places.items()}


def _run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end in a thread of its own, and cancel it on Ctrl-C.

    In the main thread nbclient would take Ctrl-C for itself, and end one kernel in place of all; and another
    loop may be running there. The outermost task cancels all others once: a second time would interrupt
    nbclient while it ends a kernel.
    """
    begun: Future[Callable[[], object]] = Future()

    def run() -> None:
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            task = loop.create_task(work)
            begun.set_result(lambda: loop.call_soon_threadsafe(task.cancel))
            loop.run_until_complete(task)

    with ThreadPoolExecutor(1) as other:
        done = other.submit(run)
        try:
            done.result()
        except KeyboardInterrupt:
            cancel = begun.result()
            with suppress(RuntimeError):  # the loop is closed if the work has just ended
                cancel()
            raise


def _with_outputs(path: Path, place: Path) -> nbformat.NotebookNode:
    """Return the notebook with the outputs of the cache: its words may have changed, its code has not."""
    notebook = nbformat.read(path, as_version=4)
    for cell, run in zip(_code(notebook), _code(nbformat.read(place, as_version=4)), strict=True):
        cell.outputs = run.outputs
    return notebook


def _code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


async def _execute_all(
    missing: Sequence[Path], places: dict[Path, Path], announce: Callable[[str], None]
) -> None:
    free, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(path: Path) -> None:
        nonlocal done
        async with free:
            started = time.perf_counter()
            notebook = await _execute(path)
        done += 1
        for older in places[path].parent.glob(f"{path.stem}-*.ipynb"):
            older.unlink()
        spare = places[path].with_suffix(".spare")
        nbformat.write(notebook, spare)
        os.replace(spare, places[path])
        announce(f"executed {path.name} in {time.perf_counter() - started:.0f} s ({done} of {len(missing)})")

    announce(f"executing {len(missing)} of {len(places)} notebooks, {AT_ONCE} at a time")
    try:
        async with asyncio.TaskGroup() as group:
            for path in missing:
                group.create_task(one(path))
    except* SiteError as errors:
        raise errors.exceptions[0] from None


async def _execute(path: Path) -> nbformat.NotebookNode:
    """Return the notebook, executed by this Python from its own folder, without the builder's progress."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(_BEFORE))
    running: list[str] = []
    with tempfile.TemporaryDirectory(prefix="cnnbook-site-") as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent.resolve())}},
            on_cell_start=lambda cell, cell_index: running.append(cell.id),
        )
        own = {
            "CNNBOOK_PROGRESS": f"{folder}/progress.jsonl",
            "JUPYTER_PREFER_ENV_PATH": "1",  # the kernel of this Python, whatever else is called python3
            "OMP_NUM_THREADS": "1",  # two kernels with two threads each would wait for each other
        }
        try:
            await client.async_execute(env={**os.environ, **own}, stderr=subprocess.DEVNULL)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            where = f"{path.name}, cell {running[-1]}" if running else path.name
            raise SiteError(f"{where}: {_words(error)}") from None
    del notebook.cells[0]
    return notebook


def _words(error: Exception) -> str:
    """Return what went wrong in a cell, on one line."""
    if isinstance(error, CellExecutionError):
        return " ".join(f"{error.ename}: {error.evalue}".split())
    if isinstance(error, CellTimeoutError):
        return f"it did not end within {SECONDS_PER_CELL} seconds"
    return " ".join(str(error).split()) or type(error).__name__


def _key(path: Path, fingerprint: str) -> str:
    code = [cell.source for cell in _code(nbformat.read(path, as_version=4))]
    return hashlib.sha256(repr((_BEFORE, code, fingerprint)).encode()).hexdigest()[:16]


def _fingerprint(notebooks: Sequence[Path]) -> str:
    """Return a checksum of what the notebooks use: the package, the data beside them, the libraries."""
    package = Path(str(files("cnnbook")))
    used = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    used = [path for path in used if path.relative_to(package).parts[0] not in _ELSEWHERE]
    for folder in {path.parent.parent / "data" for path in notebooks}:
        used += folder.glob("*.npz")
    parts = [repr((sys.version_info[:2], [version(name) for name in _LIBRARIES])).encode()]
    parts += sorted(path.name.encode() + path.read_bytes() for path in used)
    return hashlib.sha256(b"".join(parts)).hexdigest()
