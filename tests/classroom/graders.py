"""Other graders for the tests, in a Python that has them: nbgrader and otter-grader, and an attack."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "classroom"
CANARY = "canary"
SECONDS = 500  # for a class, on a busy machine

# An answer that is equal to everything, from a cell that leaves a trace where it is run.
EQUAL_TO_ALL = """class Equal:
    def __eq__(self, other):
        return True

open({canary!r}, "w").close()
answer_{number} = Equal()"""


def python_with(module: str) -> str:
    """Return a Python that has this grader: that of the tests, or the one that CNNBOOK_GRADERS names."""
    python = os.environ.get("CNNBOOK_GRADERS", sys.executable)
    if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode:
        reason = f"{module} is not installed; CNNBOOK_GRADERS can name a Python that has it"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; in CI it must be tested")
        pytest.skip(reason)
    return python


class Grader:
    """A grader that is run in a folder, with this checkout's cnnbook on its path."""

    def __init__(self, module: str, folder: Path) -> None:
        self._python = Path(python_with(module))
        self._module = module
        self.folder = folder

    def run(self, *words: str, fails: bool = False) -> str:
        """Run a command of the grader, and return what it prints."""
        path = os.pathsep.join((str(self._python.parent), os.environ["PATH"]))
        own = {name: value for name, value in os.environ.items() if name not in ("PYTHONHOME", "CI")}
        done = subprocess.run(
            [self._python, "-m", self._module, *words],
            cwd=self.folder,
            env=own | {"PATH": path, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout + done.stderr


def configuration() -> str:
    """Return the nbgrader_config.py that docs/classroom.md shows."""
    page = (ROOT / "docs" / "classroom.md").read_text(encoding="utf-8")
    (found,) = [code for code in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "GradeAsData" in code]
    return found


def sample_sheets(folder: Path) -> Path:
    """Copy the sheet of the sample class, its salt and its roster into a folder, and return it."""
    folder.mkdir(parents=True)
    for name in ("lab1.toml", "lab1.salt", "roster.csv"):
        shutil.copy(SAMPLE / name, folder)
    return folder


def with_attack(notebook: dict, canary: Path) -> dict:
    """Return a copy of a notebook in which an object that is equal to everything is each answer."""
    made = json.loads(json.dumps(notebook))
    for cell in made["cells"]:
        if cell["id"].startswith("cnnbook-answer-"):
            number = cell["id"].removeprefix("cnnbook-answer-")
            cell["source"] = EQUAL_TO_ALL.format(canary=str(canary), number=number)
    return made
