"""Sheets inside the real otter-grader: equal points, and nothing of a learner's is run."""

import json
import shutil
import zipfile

import pytest
from click.testing import CliRunner

from classroom.graders import CANARY, SAMPLE, Grader, sample_sheets, with_attack
from cnnbook.classroom.assignment import load
from cnnbook.classroom.grading import grade
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.marking import share_of_points
from cnnbook.classroom.roster import load_roster
from cnnbook.cli import main

# Modules that otter's kernel would import from the folder of the submission, in place of the real ones.
SHADOWS = ("ipykernel_launcher.py", "json.py", "otter.py", "cnnbook.py")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return a folder with the sheet of the sample class and an autograder for it."""
    otter = Grader("otter", sample_sheets(tmp_path_factory.mktemp("prepared") / "sheets"))
    assign = ["lab1.toml", "--roster", "roster.csv", "-o", "handout", "--otter"]
    with pytest.MonkeyPatch.context() as here:
        here.chdir(otter.folder)
        done = CliRunner().invoke(main, ["assign", *assign])
    assert done.exit_code == 0, done.output
    files = ["-t", "handout/otter/tests", "-c", "handout/otter/otter_config.json"]
    otter.run("generate", *files, "-o", "autograder.zip", "lab1.toml", "lab1.salt", "roster.csv")
    return otter.folder


@pytest.fixture
def otter(prepared, tmp_path):
    """Return otter-grader in a copy of the folder."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return Grader("otter", tmp_path)


def submission(learner):
    return json.loads((SAMPLE / "inbox" / f"lab1-{learner}.ipynb").read_bytes())


def points(otter, name, made):
    """Return the points that otter gives to each question of a notebook, or of a zip with one."""
    file = otter.folder / name
    file.write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())
    otter.run("run", "-a", "autograder.zip", "-o", ".", name)
    tests = json.loads((otter.folder / "results.json").read_bytes())["tests"]
    return [test["score"] for test in tests if test["name"].startswith("question")]


@pytest.mark.parametrize("learner", ["s002", "s008"])
def test_points_are_those_of_grade(otter, learner):
    """The real otter gives each question the points of `cnnbook grade`, also for a part of an answer."""
    grades = grade(pieces(SAMPLE / "inbox"), load_roster(SAMPLE / "roster.csv"), load(SAMPLE / "lab1.toml"))
    (marks,) = [one.marks for one in grades.learners if one.learner.id == learner]
    assert {mark.outcome for mark in marks} > {"right"}
    found = points(otter, f"lab1-{learner}.ipynb", submission(learner))
    assert found == pytest.approx([mark.points for mark in marks])


def test_the_attack_scores_nothing_and_is_not_run(otter):
    """An object that is equal to everything is no answer, and the cell that makes it leaves no trace.

    Files beside the notebook are named as what otter's kernel imports; they are not imported either.
    """
    canary = otter.folder / CANARY
    attack = with_attack(submission("s003"), canary)
    trace = f"open({str(canary)!r}, 'w').close()\n"
    with zipfile.ZipFile(otter.folder / "files.zip", "w") as archive:
        archive.writestr("lab1-s003.ipynb", json.dumps(attack))
        for name in SHADOWS:
            archive.writestr(name, trace)
        archive.writestr(".OTTER_LOG", b"cposix\nsystem\n(S'touch " + str(canary).encode() + b"'\ntR.")
    found = points(otter, "lab1-s003.zip", (otter.folder / "files.zip").read_bytes())
    assert found == [0] * 10
    assert not canary.exists()


def test_without_the_plugin_there_are_no_points(otter):
    """If otter runs the notebook after all, the tests say what is missing, and no answer counts.

    The attack shows too that the cell does run then, so the test above can fail.
    """
    config = otter.folder / "handout" / "otter" / "otter_config.json"
    config.write_text("{}", encoding="utf-8")
    files = ["-t", "handout/otter/tests", "-c", str(config), "-o", "autograder.zip"]
    otter.run("generate", *files)
    canary = otter.folder / CANARY
    forged = with_attack(submission("s003"), canary)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "forged"}
    source = "cnnbook_answers = {'proof': 'x', 'codes': {str(n): '' for n in range(11)}, 'answers': {}}"
    found = points(
        otter, "lab1-s003.ipynb", forged | {"cells": [*forged["cells"], {**cell, "source": source}]}
    )
    assert found == [0] * 10
    assert canary.exists()
    assert "AnswersAsData is not in use" in (otter.folder / "results.json").read_text(encoding="utf-8")


class Equal:
    """An object that is equal to everything, and says so if it is asked for anything else."""

    called = False

    def __eq__(self, other):
        Equal.called = True
        return True

    __hash__ = None

    def __getattr__(self, name):
        Equal.called = True
        raise AttributeError(name)


class Text(str):
    def __str__(self):
        Equal.called = True
        return "(6, 28, 28)"


class Six(int):
    def __str__(self):
        Equal.called = True
        return "6"


@pytest.mark.parametrize(
    "make",
    [
        Equal,
        lambda: [Equal()] * 3,
        lambda: (6, 28, Equal()),
        lambda: Text("1"),
        lambda: (Six(1), 28, 28),
        lambda: None,
    ],
)
def test_the_function_calls_no_method_of_an_answer(make, monkeypatch):
    """A test of a teacher's own may give the function any object of a learner's."""
    monkeypatch.setattr(Equal, "called", False)
    share = share_of_points("lenet5.c1", "", make())
    assert not Equal.called
    assert share == 0


def test_a_called_method_would_be_seen(monkeypatch):
    """The test above can fail: a comparison is noticed."""
    monkeypatch.setattr(Equal, "called", False)
    assert Equal() == 5
    assert Equal.called


@pytest.mark.parametrize(
    ("answer", "share"),
    [("6x28x28", 1), ([6, 28, 28], 1), ((6, 28, 27), 2 / 3), (10**500, 0), ("6" * 10**6, 0)],
)
def test_the_function_reads_plain_values(answer, share):
    """Text, numbers and lists of them are read as in the course."""
    assert share_of_points("lenet5.c1", "", answer) == pytest.approx(share)


def test_the_steps_of_the_tests_add_up(otter):
    """The points of a test file are those of the sheet, question by question."""
    sheet = load(otter.folder / "lab1.toml")
    for item in sheet.items:
        text = (
            otter.folder / "handout" / "otter" / "tests" / f"question_{int(item.number):02}.py"
        ).read_text()
        cases = [
            float(line.split("points=")[1].rstrip(")")) for line in text.splitlines() if "points=" in line
        ]
        assert sum(cases) == pytest.approx(item.points)
