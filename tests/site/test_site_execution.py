"""Notebooks are executed once and then come from the cache; one that fails is told by its cell."""

import asyncio
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import psutil
import pytest
from site_project import write_chapter

from cnnbook.site import execution
from cnnbook.site.errors import SiteError
from cnnbook.site.execution import executed
from cnnbook.site.outputs import SKETCH


def test_a_notebook_is_executed_when_its_code_changes(project, tmp_path):
    """The same code comes from the cache, whatever its words; other code is run, and only one result kept."""
    cache, said = tmp_path / "cache", []
    path = write_chapter(project, {"first": "print(6 * 7)"})
    (first,) = executed([path], cache, said.append).values()
    assert first.cells[1].outputs[0].text == "42\n"
    assert [cell.id for cell in first.cells] == ["title", "first"]
    assert said[-1].startswith("executed 00_start_here.ipynb in ")

    notebook = nbformat.read(path, 4)
    notebook.cells[0].source = "# Other words"
    nbformat.write(notebook, path)
    said.clear()
    (second,) = executed([path], cache, said.append).values()
    assert said == []
    assert second.cells[0].source == "# Other words"
    assert second.cells[1].outputs == first.cells[1].outputs

    write_chapter(project, {"first": "print(6 * 8)"})
    (third,) = executed([path], cache, said.append).values()
    assert third.cells[1].outputs[0].text == "48\n"
    assert len([*cache.glob("*")]) == 1


def test_it_executes_where_a_loop_is_running(project, tmp_path):
    """As in a process with Playwright, or in a notebook."""
    path = write_chapter(project, {"first": "print(6 * 7)"})

    async def inside():
        (done,) = execution.executed([path], tmp_path / "cache", lambda line: None).values()
        return done.cells[1].outputs[0].text

    with ThreadPoolExecutor(1) as other:
        assert other.submit(asyncio.run, inside()).result() == "42\n"


def test_a_change_of_the_package_executes_again(project, tmp_path, monkeypatch):
    """What the notebooks use is a part of the key; where the project lies is not."""
    path = write_chapter(project, {"first": "print(1)"})
    key = execution._key(path, execution._fingerprint([path]))
    moved = project.rename(tmp_path / "elsewhere") / "notebooks" / path.name
    assert execution._key(moved, execution._fingerprint([moved])) == key
    (tmp_path / "elsewhere" / "data" / "new.npz").write_bytes(b"1")
    assert execution._key(moved, execution._fingerprint([moved])) != key
    monkeypatch.setattr(execution, "_LIBRARIES", ("torch",))
    assert execution._key(moved, execution._fingerprint([moved])) != key


def test_a_failing_notebook_is_told_by_its_cell(project, tmp_path):
    """The name, the id of the cell and the error; nothing of it is kept."""
    path = write_chapter(project, {"good": "x = 0", "bad": "print(1 / x)", "later": "x = 1"})
    with pytest.raises(SiteError) as told:
        executed([path], tmp_path / "cache", lambda line: None)
    assert str(told.value) == "00_start_here.ipynb, cell bad: ZeroDivisionError: division by zero"
    assert [*(tmp_path / "cache").iterdir()] == []


def test_a_kernel_that_dies_or_hangs_is_told_by_its_cell(project, tmp_path, monkeypatch):
    """There is no error in an output then."""
    path = write_chapter(project, {"good": "x = 0", "bad": "import os; os._exit(1)"})
    with pytest.raises(SiteError, match=r"^00_start_here\.ipynb, cell bad: .*[Kk]ernel died"):
        executed([path], tmp_path / "cache", lambda line: None)
    monkeypatch.setattr(execution, "SECONDS_PER_CELL", 10)
    path = write_chapter(project, {"good": "x = 0", "slow": "import time; time.sleep(60)"})
    with pytest.raises(SiteError, match=r"cell slow: it did not end within 10 seconds"):
        executed([path], tmp_path / "cache", lambda line: None)


def test_pages_get_what_no_notebook_shows(project, tmp_path):
    """A sketch says what makes it again, and a graph gives its page as PDF."""
    path = project / "notebooks" / "00_start_here.ipynb"
    (notebook,) = executed([path], tmp_path / "cache", lambda line: None).values()
    cells = {cell.id: cell for cell in notebook.cells}
    given = cells["sketch"].outputs[0].data[SKETCH]
    assert given["targets"] == ["parameters < 200"]
    assert given["network"]["input_shape"] == [1, 1, 32, 32]
    assert cells["graph"].outputs[0].data["application/pdf"].startswith("JVBERi")


def test_ctrl_c_ends_the_build_in_one_line_and_leaves_no_kernel(project, tmp_path):
    """The signal comes while a cell runs; the cell would wait for a minute."""
    started = tmp_path / "started"
    write_chapter(project, {"long": f"open({str(started)!r}, 'w').close(); import time; time.sleep(60)"})
    build = subprocess.Popen(
        [sys.executable, "-m", "cnnbook", "site", "-o", str(tmp_path / "site")],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 120
    while not started.exists() and time.monotonic() < until and build.poll() is None:
        time.sleep(0.1)
    kernels = psutil.Process(build.pid).children(recursive=True)
    assert started.exists()
    assert kernels
    build.send_signal(signal.SIGINT)
    _out, said = build.communicate(timeout=50)
    assert build.returncode == 1
    assert said.splitlines()[-1] == "Aborted!"
    assert "Traceback" not in said
    assert psutil.wait_procs(kernels, timeout=10)[1] == []
