"""Every notebook of the course: runs top to bottom offline, and is kept as a newcomer should find it."""

import os
import re
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SECONDS, MEGABYTES = 60, 680
# Run after the last cell: the most memory that the kernel's process ever held, in MB, without the pages of
# libraries' files. Linux counts these pages too, but how many depends on how its cache holds the files: those
# of torch and torchvision are 320 MB on one day and 540 MB right after they were installed, and all processes
# share them. (Not ru_maxrss: a child inherits its parent's, and this process is large.)
PEAK = """
from pathlib import Path
status = Path("/proc/self/status")
lines = dict(line.split(":") for line in status.read_text().splitlines()) if status.exists() else {}
peak, files = (int(lines[name].split()[0]) if lines else 0 for name in ("VmHWM", "RssFile"))
print((peak - files) // 1000)
"""

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

FOLD = "<details>\n<summary>.+</summary>\n\n"  # how a folded explanation begins

chapters = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@pytest.fixture
def offline(tmp_path):
    """An environment for child processes in which Python reaches no other computer."""
    (tmp_path / "sitecustomize.py").write_text(OFFLINE)
    return {**os.environ, "PYTHONPATH": str(tmp_path), "IPYTHONDIR": str(tmp_path / "ipython")}


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_course_has_its_chapters():
    """Ten chapters, from 00 to 09."""
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{number:02}" for number in range(10)]


@pytest.mark.parametrize(("path", "following"), list(pairwise(NOTEBOOKS)), ids=lambda path: path.stem)
def test_a_chapter_leads_to_the_next(path, following):
    """The last lines of a chapter name the one that comes after it, and link it."""
    *_, last = read(path).cells[-1].source.splitlines()
    assert re.match(rf"\*\*Next:\*\* \[chapter {int(following.stem[:2])}, .*\]\({following.name}\)", last)


def test_the_first_chapter_asks_what_the_readme_asks():
    """Chapter 0 ends with the questions of all chapters, in the words of the README."""
    here = re.findall(r"\| \[(\d)\. (.+)\]\((\w+\.ipynb)\) \| (.+) \|", read(NOTEBOOKS[0]).cells[-1].source)
    readme = (NOTEBOOKS[0].parents[1] / "README.md").read_text(encoding="utf-8")
    _, *there = re.findall(r"\| (\d) \| \[(.+)\]\(notebooks/(\w+\.ipynb)\) \| (.+) \|", readme)
    assert here == there
    assert [name for _, _, name, _ in here] == [path.name for path in NOTEBOOKS[1:]]


@chapters
def test_runs_top_to_bottom_offline(path, offline):
    """Restart & Run All ends without an error or a warning, within a minute and 680 MB of its own memory."""
    notebook = read(path)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    started = time.perf_counter()
    client.execute(env=offline)
    seconds = time.perf_counter() - started

    outputs = [(cell.id, output) for cell in code_cells(notebook) for output in cell.outputs]
    assert [cell for cell, output in outputs if output.output_type == "error"] == []
    assert [(cell, o.text) for cell, o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    assert seconds < SECONDS
    assert int(notebook.cells[-1].outputs[0].text) < MEGABYTES


@pytest.mark.parametrize(
    "reach", ["create_connection(('192.0.2.1', 80), 5)", "create_connection(('example.org', 80), 5)"]
)
def test_the_network_is_out_of_reach(offline, reach):
    """The test above can fail: what reaches for another computer raises at once, with its name."""
    code = [sys.executable, "-c", f"import socket; socket.{reach}"]
    done = subprocess.run(code, env=offline, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "OSError: the course is offline, and this reaches for " in done.stderr


@chapters
def test_is_kept_without_outputs(path):
    """A visible answer would kill the prediction, and outputs make every change unreadable."""
    for cell in code_cells(read(path)):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


@chapters
def test_is_a_valid_notebook_for_python3(path):
    """JupyterLab opens it without asking for a kernel; each cell has an id of its own."""
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"
    ids = [cell.get("id") for cell in notebook.cells]
    assert None not in ids
    assert len(set(ids)) == len(ids)


@chapters
def test_cells_are_short(path):
    """No code cell beyond 30 lines, no Markdown cell beyond 120 words."""
    for cell in read(path).cells:
        size, limit = (
            (len([line for line in cell.source.splitlines() if line.strip()]), 30)
            if cell.cell_type == "code"
            else (len(re.findall(r"\S*\w\S*", cell.source)), 120)
        )
        assert size <= limit, f"{cell.cell_type} cell {cell.id}: {size}"


def pictures_without_text(notebook):
    """The cells with a picture that no words describe: images by alt text, figures by the next cell."""
    found = []
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if cell.cell_type == "markdown":
            tags = re.findall(r"<img\b[^>]*>", cell.source)
            without = [tag for tag in tags if not re.search(r"alt=(['\"])\s*\S.*?\1", tag)]
            found += [cell.id] * (bool(without) or bool(re.search(r"!\[\s*\]\(", cell.source)))
        elif re.match(
            r"(figures\.\w+|architecture_graph|autograd_graph)\(", (cell.source.splitlines() or [""])[-1]
        ):
            described = following is not None and following.cell_type == "markdown"
            found += [cell.id] * (not described or not re.match(f"({FOLD})?\\*Picture: ", following.source))
    return found


@chapters
def test_every_picture_is_described(path):
    """Who cannot see a picture reads its finding: in the alt text, or in the words right below it."""
    assert pictures_without_text(read(path)) == []


def test_a_picture_without_words_would_be_seen():
    """The test above can fail, on each kind of picture."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    wrong = [new_markdown_cell("![](a.png)"), new_markdown_cell('<img src="a.png" alt="">')]
    wrong += [new_code_cell("figures.kernels(net)"), new_markdown_cell("Now look.")]
    right = [new_markdown_cell("![six kernels](a.png)"), new_code_cell("figures.kernels(net)")]
    right += [new_markdown_cell("*Picture: six kernels.*")]
    assert pictures_without_text(new_notebook(cells=wrong + right)) == [cell.id for cell in wrong[:3]]
