"""Runs a notebook once in each session of the tests, and keeps what every cell printed and bound.

Cells run in a kernel that reaches no other computer. After each cell its new values are pickled into a file.
Worker processes of the tests share these files, so no notebook runs twice.
"""

import ast
import fcntl
import json
import os
import pickle
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

SECONDS = 60  # a chapter's limit

# Imported by every Python that starts with this folder on its path: only this computer itself can be reached.
OFFLINE = """
import socket

_connect, _look_up = socket.socket.connect, socket.getaddrinfo

def _is_here(host):
    return host is None or str(host) == "localhost" or str(host).startswith("127.") or str(host) == "::1"

def connect(self, address, *rest):
    if self.family != socket.AF_UNIX and not _is_here(address[0]):
        raise OSError(f"the course is offline, and this reaches for {address[0]}")
    return _connect(self, address, *rest)

def getaddrinfo(host, *rest, **options):
    if not _is_here(host):
        raise OSError(f"the course is offline, and this reaches for {host}")
    return _look_up(host, *rest, **options)

socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect, getaddrinfo
"""

# Run before the first cell: after each cell, the values that it bound or names go into a file of its own. One
# that it names is kept again, since a cell that trains a network changes it. What cannot be pickled, or takes
# more than 8 MB, is left out: it would add to the memory that the chapter is measured by.
KEEP = """
def _keep(folder):
    import io, pickle, re, warnings
    from itertools import count
    from pathlib import Path

    class Small(io.BytesIO):
        def write(self, data):
            if self.tell() + len(data) > 8_000_000:
                raise ValueError("too large")
            return super().write(data)

    shell, number, before = get_ipython(), count(), {{}}

    def after_cell(result):
        kept, named = {{}}, set(re.findall(r"\\w+", result.info.raw_cell))
        for name, value in list(shell.user_ns.items()):
            if name.startswith("_") or name in ("In", "Out"):
                continue
            if name not in named and before.get(name) == id(value):
                continue
            before[name] = id(value)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    stream = Small()
                    pickle.dump(value, stream)
                except Exception:
                    continue
            kept[name] = stream.getvalue()
        (Path(folder) / f"{{next(number)}}.pickle").write_bytes(pickle.dumps(kept))

    shell.events.register("post_run_cell", after_cell)

_keep({folder!r})
"""

# Run before all other cells: a thread that looks a hundred times a second how much memory of its own the
# kernel's process holds, in kB, and keeps the largest. The pages of libraries' files are left out: how many
# of them are in memory depends on how busy the machine is, and all processes share them. Those of torch and
# torchvision are 320 MB on one day and 540 MB on another.
WATCH = """
def _watch():
    import threading, time
    from pathlib import Path

    status, most = Path("/proc/self/status"), [0]

    def look():
        while status.exists():
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
            most[0] = max(most[0], int(lines["RssAnon"].split()[0]))
            time.sleep(0.01)

    threading.Thread(target=look, daemon=True).start()
    return most

_most_memory = _watch()
"""
PEAK = "print(_most_memory[0] // 1000)"


def offline(folder, **more):
    """An environment for child processes in which Python reaches no other computer."""
    (folder / "sitecustomize.py").write_text(OFFLINE)
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PYTHONPATH": paths, "IPYTHONDIR": str(folder / "ipython"), **more}


def execute(path, shared):
    """The notebook, executed: by this call, or by an earlier one that was given the same shared folder."""
    folder = shared / path.stem
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be running it: wait for what it finds
        if not (folder / "run.json").exists():
            _run(path, folder)
    return ExecutedNotebook(folder)


def _run(path, folder):
    notebook = nbformat.read(path, as_version=4)
    own = len(notebook.cells)
    new = nbformat.v4.new_code_cell
    notebook.cells = [new(WATCH + KEEP.format(folder=str(folder))), *notebook.cells, new(PEAK)]
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    started, failure = time.perf_counter(), None
    try:
        client.execute(env=offline(folder))
    except CellExecutionError as error:
        failure = str(error)
    seconds = time.perf_counter() - started
    megabytes = None if failure else int(notebook.cells[-1].outputs[0].text)
    notebook.cells = notebook.cells[1 : own + 1]
    nbformat.write(notebook, folder / "executed.ipynb")
    found = {"seconds": seconds, "megabytes": megabytes, "failure": failure}
    (folder / "run.json").write_text(json.dumps(found))


class ExecutedNotebook:
    """What one run of a notebook left: its outputs, its values after each cell, its time and memory."""

    def __init__(self, folder):
        self.folder = folder
        self.notebook = nbformat.read(folder / "executed.ipynb", as_version=4)
        found = json.loads((folder / "run.json").read_text())
        self.seconds, self.megabytes, self.failure = (
            found[key] for key in ("seconds", "megabytes", "failure")
        )
        self.code_cells = [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def text(self):
        """The chapter's prose: all Markdown cells, one after the other."""
        return "\n\n".join(cell.source for cell in self.notebook.cells if cell.cell_type == "markdown")

    def output(self, cell_id):
        """What a cell printed, and the text of what it showed."""
        (cell,) = [cell for cell in self.code_cells if cell.id == cell_id]
        return "".join(o.get("text") or o.get("data", {}).get("text/plain", "") for o in cell.outputs)

    def after(self, cell_id):
        """The notebook's names as they were after a cell: `after("pool-shape").pooled`.

        Functions and classes are defined again from the cells' source, values are read from their pickles. A
        value that was too large or cannot be pickled is missing.
        """
        names = SimpleNamespace()
        ran = [cell for cell in self.code_cells if cell.source.strip()]
        assert cell_id in [cell.id for cell in ran], f"no code cell has the id {cell_id!r}"
        for number, cell in enumerate(ran):
            _define(cell.source, vars(names))
            # The cell that keeps values wrote the first file.
            kept = pickle.loads((self.folder / f"{number + 1}.pickle").read_bytes())
            for name, value in kept.items():
                try:
                    vars(names)[name] = _Unpickler(value, vars(names)).load()
                except AttributeError:  # of a class that was defined inside a function
                    vars(names).pop(name, None)
            if cell.id == cell_id:
                return names
        raise AssertionError(f"the run ended before the cell {cell_id!r}")

    @property
    def end(self):
        """The notebook's names after its last cell."""
        return self.after([cell.id for cell in self.code_cells if cell.source.strip()][-1])


class _Unpickler(pickle.Unpickler):
    """Finds the notebook's own functions and classes among the names that were defined again."""

    def __init__(self, data, names):
        import io

        super().__init__(io.BytesIO(data))
        self._names = names

    def find_class(self, module, name):
        if module == "__main__":
            if name not in self._names:
                raise AttributeError(name)
            return self._names[name]
        return super().find_class(module, name)


def _define(source, names):
    """Carry out the imports of a cell, and define its functions and classes."""
    names.setdefault("__name__", "__main__")
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef):
            exec(compile(ast.Module([statement], []), "notebook", "exec"), names)


def find(number):
    """The path of the notebook of a chapter, such as "02"."""
    (path,) = (Path(__file__).parents[1] / "notebooks").glob(f"{number}_*.ipynb")
    return path
