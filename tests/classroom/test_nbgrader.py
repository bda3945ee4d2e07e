"""Sheets inside the real nbgrader: valid handouts, equal points, and nothing of a learner's is run."""

import csv
import json
import shutil
from copy import deepcopy

import pytest
from click.testing import CliRunner

from classroom.graders import CANARY, SAMPLE, Grader, configuration, sample_sheets, with_attack
from classroom.small_class import ADA
from cnnbook.classroom.assignment import load
from cnnbook.classroom.grading import grade
from cnnbook.classroom.handout import notebook
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.points_cells import points_cell, question_of_cell, with_points_cells
from cnnbook.classroom.roster import load_roster
from cnnbook.cli import main


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return a folder with a course whose gradebook has the sheet of the sample class, and the handout."""
    folder = tmp_path_factory.mktemp("prepared")
    nbgrader = Grader("nbgrader", folder / "course")
    sheets = sample_sheets(nbgrader.folder / "sheets")
    words = [sheets / "lab1.toml", "--roster", sheets / "roster.csv", "-o", folder / "handout", "--nbgrader"]
    done = CliRunner().invoke(main, ["assign", *map(str, words)])
    assert done.exit_code == 0, done.output
    (folder / "handout" / "nbgrader" / "source").rename(nbgrader.folder / "source")
    (nbgrader.folder / "nbgrader_config.py").write_text(configuration(), encoding="utf-8")
    nbgrader.run("generate_assignment", "lab1")
    return folder


@pytest.fixture
def course(prepared, tmp_path):
    """Return nbgrader in a copy of the course."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return Grader("nbgrader", tmp_path / "course")


def hand_in(course, student, made):
    file = course.folder / "submitted" / student / "lab1" / "lab1.ipynb"
    file.parent.mkdir(parents=True)
    file.write_bytes(made if isinstance(made, bytes) else json.dumps(made).encode())


def points(course):
    """Return the points that nbgrader exports, by the ids of the learners."""
    course.run("export")
    with open(course.folder / "grades.csv", newline="", encoding="utf-8") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def filled_in(course, learner):
    """Return the handout of a learner for nbgrader, with the answers of the sample class typed in."""
    handout = course.folder.parent / "handout" / "notebooks" / f"lab1-{learner}.ipynb"
    answers = json.loads((SAMPLE / "inbox" / f"lab1-{learner}.ipynb").read_bytes())
    typed = {cell["id"]: cell["source"] for cell in answers["cells"]}
    made = json.loads(handout.read_bytes())
    for cell in made["cells"]:
        cell["source"] = typed.get(cell["id"], cell["source"])
    return made


def changed(made, change):
    """Return a copy of a notebook in which the cells for points are changed."""
    made = deepcopy(made)
    for cell in [cell for cell in made["cells"] if question_of_cell(cell)]:
        change(made["cells"], cell)
    return made


FORGERIES = {
    "deleted": lambda cells, cell: cells.remove(cell),
    "more-points": lambda cells, cell: cell["metadata"]["nbgrader"].update(points=1000),
    "output": lambda cells, cell: cell.update(
        outputs=[
            {
                "output_type": "execute_result",
                "data": {"text/plain": "99"},
                "metadata": {},
                "execution_count": 1,
            }
        ]
    ),
    "to-be-marked-by-hand": lambda cells, cell: cell["metadata"]["nbgrader"].update(solution=True),
    "doubled": lambda cells, cell: cells.append({**deepcopy(cell), "id": f"{cell['id']}-again"}),
    "old-version": lambda cells, cell: cell["metadata"]["nbgrader"].update(schema_version=1),
    "number": lambda cells, cell: cell["metadata"].update(nbgrader=5),
    "renamed": lambda cells, cell: cell["metadata"]["nbgrader"].update(grade_id="mine"),
}


def test_the_sample_class_gets_equal_points(course):
    """The real nbgrader exports the points of `cnnbook grade`, also of a forged or broken notebook."""
    sheet = course.folder / "sheets" / "lab1.toml"
    grades = grade(pieces(SAMPLE / "inbox"), load_roster(SAMPLE / "roster.csv"), load(sheet))
    expected = {one.learner.id: one.points for one in grades.learners}
    assert len(set(expected.values())) > 5
    forgeries = dict(zip(expected, FORGERIES.values(), strict=False))
    assert len(forgeries) == len(FORGERIES)
    for learner in expected:
        made = filled_in(course, learner)
        hand_in(course, learner, changed(made, forgeries[learner]) if learner in forgeries else made)
    canary = course.folder / CANARY
    hand_in(course, "mallory", with_attack(filled_in(course, "s001"), canary))
    hand_in(course, "broken", json.dumps(filled_in(course, "s001")).encode()[:-90])

    said = course.run("autograde", "lab1", fails=True)
    assert said.count("There was an error processing assignment 'lab1' for student") == 1
    assert "for student 'broken'" in said
    assert points(course) == expected | {"mallory": 0, "broken": 0}
    assert not canary.exists()


def test_stock_nbgrader_gives_the_attack_full_marks(tmp_path):
    """What the test above prevents does happen: nbgrader alone runs the cell, and believes its object."""
    nbgrader = Grader("nbgrader", tmp_path / "course")
    sheet = load(sample_sheets(nbgrader.folder / "sheets") / "lab1.toml")
    handout = with_test_cells(sheet)
    source = nbgrader.folder / "source" / "lab1" / "lab1.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(handout), encoding="utf-8")
    nbgrader.run("generate_assignment", "lab1")
    canary = nbgrader.folder / CANARY
    hand_in(nbgrader, "mallory", with_attack(handout, canary))
    hand_in(nbgrader, "honest", handout)
    nbgrader.run("autograde", "lab1")
    assert points(nbgrader) == {"mallory": sheet.points, "honest": 0}
    assert canary.exists()


def with_test_cells(sheet):
    """Return a handout in which the cells for points compare the answers with the key, as is usual."""
    marker = Marker(sheet)
    made = with_points_cells(notebook(marker, ADA), sheet)
    for item in sheet.items:
        key = marker.question(item, sheet.variant(item, ADA.id)).key
        for cell in made["cells"]:
            if question_of_cell(cell) == item.number:
                cell["source"] = f"assert answer_{item.number} == {key if len(key) > 1 else key[0]}"
    made["cells"] = [cell for cell in made["cells"] if "lab = " not in "".join(cell["source"])]
    return made


def test_nbgrader_gives_nothing_without_the_configuration(course):
    """If nbgrader runs the notebook after all, the cells for points are worth nothing."""
    config = course.folder / "nbgrader_config.py"
    config.write_text("c = get_config()\n", encoding="utf-8")
    hand_in(course, "s003", filled_in(course, "s003"))
    course.run("autograde", "lab1")
    assert points(course) == {"s003": 0}


def test_a_cell_that_would_have_to_be_run_is_refused(course):
    """A teacher's test cell cannot be graded without running it, so that is said, and it gives no points."""
    source = course.folder / "source" / "lab1" / "lab1.ipynb"
    made = json.loads(source.read_bytes())
    cell = points_cell(load(course.folder / "sheets" / "lab1.toml").items[0])
    cell["metadata"]["nbgrader"]["grade_id"] = "own-test"
    source.write_text(json.dumps(made | {"cells": [*made["cells"], {**cell, "id": "own-test"}]}))
    course.run("generate_assignment", "lab1", "--force")
    answered = filled_in(course, "s003")
    hand_in(course, "s003", answered | {"cells": [*answered["cells"], {**cell, "id": "own-test"}]})
    said = course.run("autograde", "lab1", fails=True)
    assert "the cell 'own-test' is a test, which would have to be run" in said
    assert points(course) == {"s003": 0}


def test_other_points_than_in_the_gradebook_are_refused(course):
    """If the sheet was changed after it was handed out, the message says which question, and what to do."""
    sheet = course.folder / "sheets" / "lab1.toml"
    sheet.write_text(sheet.read_text(encoding="utf-8").replace("points = 3 # one", "points = 4 # one"))
    hand_in(course, "s003", filled_in(course, "s003"))
    said = course.run("autograde", "lab1", fails=True)
    assert "question 2 gives 3 points in nbgrader's gradebook and 4 in the sheet" in said


def test_a_sheet_for_everybody_is_released_by_nbgrader(course, tmp_path):
    """If the numbers are common, the notebook that nbgrader releases is the handout, and it is graded."""
    sheet = course.folder / "sheets" / "lab2.toml"
    sheet.write_text('variants = "common"\n[[questions]]\nexercise = "lenet5.c1"\npoints = 3\n')
    words = [sheet, "--roster", sheet.parent / "roster.csv", "-o", tmp_path / "common", "--nbgrader"]
    assert CliRunner().invoke(main, ["assign", *map(str, words)]).exit_code == 0
    (tmp_path / "common" / "nbgrader" / "source" / "lab2").rename(course.folder / "source" / "lab2")
    course.run("generate_assignment", "lab2")
    released = json.loads((course.folder / "release" / "lab2" / "lab2.ipynb").read_bytes())
    for cell in released["cells"]:
        cell["source"] = "".join(cell["source"]).replace("answer_1 = ...", "answer_1 = (6, 28, 27)")
    file = course.folder / "submitted" / "s001" / "lab2" / "lab2.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(released), encoding="utf-8")
    course.run("autograde", "lab2")
    course.run("export", "--assignment", "['lab2']")
    with open(course.folder / "grades.csv", newline="", encoding="utf-8") as lines:
        assert [(row["student_id"], row["score"]) for row in csv.DictReader(lines)] == [("s001", "2.0")]
