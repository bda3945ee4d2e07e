"""Grades a simulated class, and says how well the report recovers what its learners believe.

Run it with `python benchmarks/grading.py 1000 10000`; it prints a line for each size of class.

`python benchmarks/grading.py --beside-nbgrader 30` grades the same submissions with stock nbgrader too, which
compares each answer with the key in a test cell. CNNBOOK_GRADERS is the path of a Python that has nbgrader;
if it is not set, this one is used.
"""

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from cnnbook.classroom.assignment import Assignment, load
from cnnbook.classroom.grading import Grades, grade
from cnnbook.classroom.handout import notebook
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.points_cells import question_of_cell, with_points_cells
from cnnbook.classroom.rehearsal import SimulatedLearner, fill, filled_in, simulated
from cnnbook.classroom.roster import Learner, Roster
from cnnbook.classroom.statistics import misconception_map

SHEET = Path(__file__).parents[1] / "data" / "classroom" / "lab1.toml"
ROUNDS = 5


def recovered(grades: Grades, truth: list[SimulatedLearner]) -> tuple[float, float]:
    """Return precision and recall of the confirmed beliefs; who believes must have shown it twice."""
    believed = {(one.learner.id, name) for one in truth for name in one.beliefs}
    twice = {(one.learner.id, name) for one in truth for name, count in one.beliefs.items() if count > 1}
    found = {(who.id, one.misconception) for one in misconception_map(grades) for who in one.confirmed}
    return len(found & believed) / len(found), len(found & twice) / len(twice)


def main(sizes: list[int]) -> None:
    assignment = load(SHEET)
    print(
        "submissions  questions  seconds (median of 5)  processor  peak MB  precision  recall  torch loaded"
    )
    for size in sizes:
        learners = tuple(Learner(f"s{number:05d}", f"Learner {number}") for number in range(size))
        with tempfile.TemporaryDirectory() as folder:
            truth = fill(Path(folder), Marker(assignment), learners)
            elapsed, used = [], []
            for _round in range(ROUNDS):
                began, processor = time.perf_counter(), time.process_time()
                grades = grade(pieces(Path(folder)), Roster(learners), assignment)
                elapsed.append(time.perf_counter() - began)
                used.append(time.process_time() - processor)
        precision, recall = recovered(grades, truth)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:6,}  {len(assignment.items):9}  {median(elapsed):21.2f}  {median(used):9.2f}  {peak:7.0f}"
            f"  {precision:9.3f}  {recall:6.3f}  {'torch' in sys.modules}"
        )


def tested(made: dict, marker: Marker) -> dict:
    """Return a notebook of a common sheet with tests of the answers, and without the cell that opens it.

    Without that cell nbgrader has less to run. Both graders can do without it.
    """
    made = with_points_cells(made, marker.assignment)
    items = {item.number: item for item in marker.assignment.items}
    for cell in made["cells"]:
        if number := question_of_cell(cell):
            question = marker.question(items[number], 0)
            key = question.form.typed(question.key)
            right = (
                "(" + ", ".join(key) + ")"
                if len(key) > 1
                else repr(key[0])
                if question.form.options
                else key[0]
            )
            cell["source"] = f"assert answer_{number} == {right}"
    made["cells"] = [cell for cell in made["cells"] if cell["id"] != "cnnbook-sheet"]
    return made


def nbgrader(folder: Path, *words: str) -> float:
    """Run nbgrader, and return the seconds that it took."""
    python = Path(os.environ.get("CNNBOOK_GRADERS", sys.executable))
    path = os.pathsep.join((str(python.parent), os.environ["PATH"]))
    began = time.perf_counter()
    subprocess.run(
        [python, "-m", "nbgrader", *words],
        cwd=folder,
        env=os.environ | {"PATH": path},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - began


def common_sheet(folder: Path) -> Assignment:
    """Return the sample sheet with the same numbers for everybody, since nbgrader's tests need that."""
    sheet = folder / "lab1.toml"
    text = SHEET.read_text(encoding="utf-8")
    sheet.write_text(text.replace('variants = "per learner"', 'variants = "common"'), encoding="utf-8")
    sheet.with_suffix(".salt").write_bytes(SHEET.with_suffix(".salt").read_bytes())
    return load(sheet)


def beside_nbgrader(size: int) -> None:
    """Grade the same files of a class with nbgrader and with cnnbook in turn, and print the seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        marker = Marker(common_sheet(folder))
        learners = tuple(Learner(f"s{number:05d}", f"Learner {number}") for number in range(size))
        source = folder / "source" / "lab1" / "lab1.ipynb"
        source.parent.mkdir(parents=True)
        source.write_text(json.dumps(tested(notebook(marker, None), marker)), encoding="utf-8")
        for one in simulated(marker, learners):
            file = folder / "submitted" / one.learner.id / "lab1" / "lab1.ipynb"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(tested(filled_in(marker, one), marker)), encoding="utf-8")
        nbgrader(folder, "generate_assignment", "lab1")
        roster = Roster(learners)
        theirs, ours = [], []
        for _round in range(3):
            theirs.append(nbgrader(folder, "autograde", "lab1", "--force"))
            began = time.perf_counter()
            grades = grade(pieces(folder / "submitted"), roster, marker.assignment)
            ours.append(time.perf_counter() - began)
        nbgrader(folder, "export")
        with open(folder / "grades.csv", newline="", encoding="utf-8") as file:
            their_points = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    answers = size * len(marker.assignment.items)
    for label, seconds in (("nbgrader", median(theirs)), ("cnnbook", median(ours))):
        each = 1000 * seconds
        shares = f"{each / size:8.2f} ms a submission  {each / answers:7.3f} ms a question"
        print(f"{label:8}  {seconds:8.3f} s  {shares}")
    print(f"nbgrader takes {median(theirs) / median(ours):.0f} times as long (medians of 3, in turn)")
    fewer = sum(their_points[one.learner.id] < one.points for one in grades.learners)
    more = sum(their_points[one.learner.id] > one.points for one in grades.learners)
    print(
        f"points: nbgrader gives {fewer} of {size} learners fewer, since it counts no parts, and {more} more"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--beside-nbgrader"]:
        beside_nbgrader(int(sys.argv[2]) if len(sys.argv) > 2 else 30)
    else:
        main([int(size) for size in sys.argv[1:]] or [1000])
