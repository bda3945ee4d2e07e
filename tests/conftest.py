"""How the tests share a machine: worker processes, one thread in each, and no file of the developer's."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

# One thread for torch: the tensors here are small, and threads that wait for each other cost time.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Many tests start a Python of their own. Where no bytecode is kept, each of them compiles torch again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# The tables of traces are as wide as COLUMNS says, which is set to 80 in the workers of pytest-xdist.
os.environ.pop("COLUMNS", None)
# What a test answers is no try of the developer's.
_own_folder = tempfile.TemporaryDirectory(prefix="cnnbook-tests-")
os.environ["CNNBOOK_PROGRESS"] = str(Path(_own_folder.name) / "progress.jsonl")


def pytest_xdist_auto_num_workers(config):
    """The whole suite gets a worker for each processor; tests named by their file start at once, in one."""
    if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return 0
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return usable if usable > 1 else 0


def pytest_collection_modifyitems(items):
    """Put what takes longest first, so that at the end no worker waits for another's last test.

    What the chapters claim comes last, since it reads what the runs of the notebooks left.
    """
    items.sort(key=lambda item: 2 if "chapter" in item.fixturenames else not _takes_long(item))


def _takes_long(item):
    return "lab" in item.fixturenames or item.name.startswith("test_runs_top_to_bottom_offline")


@pytest.fixture(scope="session")
def executed(tmp_path_factory):
    """A function that runs the notebook of a path, once a session, and returns an ExecutedNotebook."""
    from executed_notebooks import execute

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    return lambda path: execute(path, shared / "notebooks")


@pytest.fixture(scope="session")
def chapter(executed):
    """A function that returns an executed chapter by its number: `chapter("02").after("cell-id").name`."""
    from executed_notebooks import find

    def run(number):
        done = executed(find(number))
        assert done.failure is None, done.failure
        return done

    return run
