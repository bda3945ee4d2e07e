"""Grading inside nbgrader: a preprocessor that takes the place of the one that runs a learner's notebook.

This module needs nbgrader, which is no dependency of cnnbook; nothing else imports it. The configuration that
names it stands in docs/classroom.md.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from cnnbook.classroom.assignment import Assignment, AssignmentError, Item, load, normalised
from cnnbook.classroom.feedback_pages import Answered, answers_of
from cnnbook.classroom.gradebook import number as shown
from cnnbook.classroom.grading import Result, grade
from cnnbook.classroom.inbox import Piece
from cnnbook.classroom.points_cells import points_cell, question_of_cell
from cnnbook.classroom.roster import Learner, Roster, load_roster
from cnnbook.exercises.words import _, say

_POINTS = _("{points} of {most} points.")


class GradeAsData(NbGraderPreprocessor):  # type: ignore[misc]
    """Enters the points of each question into the notebook. Nothing of the notebook is run.

    It stands where nbgrader's `Execute` stands, in `Autograde.autograde_preprocessors`. The name of an nbgrader
    assignment is that of its sheet, and its notebook is called the same.
    """

    sheets = Unicode("sheets", help="Folder with the sheets and their salts.").tag(config=True)
    roster = Unicode("", help="CSV file of the class, to name whose numbers another one has.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the points as the outputs of the cells that hold them."""
        about = resources["nbgrader"]
        sheet = _sheet(Path(self.sheets) / f"{about['assignment']}.toml")
        is_handout = about["notebook"] == sheet.name
        for cell in nb.cells:
            if not (is_handout and question_of_cell(cell)):
                _refuse_test(cell)
        if is_handout:
            result, answered = self._graded(nb, sheet, about["student"])
            for remark in result.remarks:
                self.log.warning("%s: %s", about["student"], remark)
            for item in sheet.items:
                _cell_of(nb, item).outputs = _outputs(item, answered.get(item.number))
        return nb, resources

    def _graded(self, nb: Any, sheet: Assignment, student: str) -> tuple[Result, dict[str, Answered]]:
        """Return the result of a learner, graded as `cnnbook grade` does it, and what is said of each answer."""
        learners = load_roster(Path(self.roster)).learners if self.roster else ()
        if normalised(student) not in {normalised(one.id) for one in learners}:
            learners = (*learners, Learner(student, ""))
        piece = Piece(f"{student}/{sheet.name}.ipynb", None, json.dumps(nb).encode())
        grades = grade([piece], Roster(learners), sheet)
        result = next(one for one in (*grades.learners, *grades.others) if one.path)
        return result, {one.item.number: one for one in answers_of(grades, result)}


@cache
def _sheet(file: Path) -> Assignment:
    return load(file)


def _refuse_test(cell: Any) -> None:
    """Raise AssignmentError if nbgrader would mark a cell by what running it printed, for it is not run."""
    about = cell.metadata.get("nbgrader", {})
    if cell.cell_type == "code" and about.get("grade") and not about.get("solution"):
        raise AssignmentError(
            f"the cell {about.get('grade_id')!r} is a test, which would have to be run, and GradeAsData runs "
            "nothing; put it into an assignment of its own, and grade that with nbgrader's Execute"
        )


def _cell_of(nb: Any, item: Item) -> Any:
    """Return the cell for the points of a question, as the sheet has it; one that was deleted is put back."""
    made = from_dict(points_cell(item))
    for place, cell in enumerate(nb.cells):
        if question_of_cell(cell) == item.number:
            _same_points(cell, item)
            nb.cells[place] = made
            return made
    nb.cells.append(made)
    return made


def _same_points(cell: Any, item: Item) -> None:
    """Raise AssignmentError if the gradebook was made from a sheet with other points."""
    points = cell.metadata.nbgrader.get("points")
    if points != item.points:
        raise AssignmentError(
            f"question {item.number} has {points:g} points in nbgrader's gradebook and {item.points:g} in the "
            "sheet; run cnnbook assign and nbgrader generate_assignment again"
        )


def _outputs(item: Item, answered: Answered | None) -> list[Any]:
    """Return what is said about an answer, and the points in the form in which nbgrader reads them."""
    points = answered.mark.points if answered else 0.0
    said = say(_POINTS, points=shown(points), most=shown(item.points))
    if answered and answered.said:
        said = f"{said} {answered.said}"
    return [
        new_output("stream", name="stdout", text=f"{said}\n"),
        new_output("execute_result", data={"text/plain": repr(points)}),
    ]
