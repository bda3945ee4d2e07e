"""docs/hub.md: its commands hand out a sheet, collect it from home folders and grade it."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.small_class import SHEET

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")


@pytest.fixture
def hub(tmp_path):
    """Return a folder with a desk and home folders, and a way to run the page's commands at the desk."""
    desk, homes, programs = (tmp_path / name for name in ("desk", "homes", "programs"))
    for folder in (desk, homes / "ada", homes / "alan", programs):
        folder.mkdir(parents=True)
    (desk / "lab1.toml").write_text(SHEET, encoding="utf-8")
    (desk / "roster.csv").write_text("id,name\nada,Ada Lovelace\nalan,Alan Turing\n", encoding="utf-8")
    command = programs / "cnnbook"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m cnnbook "$@"\n')
    command.chmod(0o755)

    def run(marker):
        (block,) = [code for code in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if marker in code]
        path = os.pathsep.join((str(programs), os.environ["PATH"]))
        own = os.environ | {"HOMES": str(homes), "PATH": path, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run(["bash", "-euc", block], cwd=desk, env=own, check=True, timeout=120)

    return tmp_path, run


def test_a_round_by_home_folders(hub):
    """Each learner gets the own notebook, and the folder says whose work it is; a link is not collected."""
    folder, run = hub
    run("cnnbook assign")
    ada, alan = (folder / "homes" / name / "lab1.ipynb" for name in ("ada", "alan"))
    assert '"learner": "alan"' in alan.read_text(encoding="utf-8")
    ada.write_text(ada.read_text(encoding="utf-8").replace("answer_3 = ...", "answer_3 = (6, 28, 28)"))
    alan.unlink()
    alan.symlink_to(ada)
    run("cnnbook grade")
    with open(folder / "desk" / "grades.csv", newline="", encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert {name: (row["status"], row["points"]) for name, row in rows.items()} == {
        "ada": ("graded", "3"),
        "alan": ("missing", ""),
    }
    assert rows["ada"]["file"] == "ada/lab1.ipynb"
    run("submitted/")
    assert (folder / "desk" / "submitted" / "ada" / "lab1" / "lab1.ipynb").is_file()
    assert not (folder / "desk" / "submitted" / "alan").exists()


def test_the_settings_are_those_of_the_course(tmp_path):
    """The page's command prints the settings that `cnnbook lab` starts JupyterLab with, as JSON."""
    from json import loads

    from cnnbook.lab import OVERRIDES

    (code,) = re.findall(r'python -c "(import json, cnnbook\.lab; [^"]+)"', PAGE)
    path = {"PYTHONPATH": str(ROOT / "src")}
    printed = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | path, capture_output=True, check=True
    )
    assert loads(printed.stdout) == OVERRIDES
