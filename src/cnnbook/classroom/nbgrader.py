"""Grading inside nbgrader: two preprocessors, of which one takes the place of that which runs a notebook.

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
from nbgrader.api import Gradebook
from nbgrader.nbgraderformat import (
    MetadataValidator,
    SchemaTooNewError,
    SchemaTooOldError,
    ValidationError,
)
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from cnnbook.classroom.answer_cells import typed_answers
from cnnbook.classroom.assignment import Assignment, AssignmentError, Item, load, normalised
from cnnbook.classroom.feedback_pages import Answered, answers_of
from cnnbook.classroom.gradebook import number as shown
from cnnbook.classroom.grading import Result, grade
from cnnbook.classroom.inbox import Piece
from cnnbook.classroom.points_cells import points_cell, question_of_cell
from cnnbook.classroom.roster import Learner, Roster, load_roster
from cnnbook.exercises.words import _, say

_POINTS = _("{points} of {most} points.")


class DropForeignCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes out of a submission what a learner has changed in nbgrader's cells, before nbgrader looks at it.

    It stands first in `Autograde.sanitize_preprocessors`. One cell that was copied, or that has metadata of
    another version, would else make nbgrader stop grading the whole class.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook without cells for points. The gradebook's other cells stay, each once."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            left = {cell.name for cell in _in_gradebook(gradebook, about).source_cells}
        nb.cells = [cell for cell in nb.cells if not question_of_cell(cell)]
        for cell in reversed(nb.cells):
            if "nbgrader" in cell.metadata:
                name = _name_of(cell)
                if name not in left:
                    del cell.metadata["nbgrader"]
                left.discard(name)
        return nb, resources


def _in_gradebook(gradebook: Any, about: Any) -> Any:
    return gradebook.find_notebook(about["notebook"], about["assignment"])


def _name_of(cell: Any) -> str:
    """Return the name of a cell in the gradebook, or "" if its metadata are not as nbgrader wants them."""
    if not isinstance(cell.metadata["nbgrader"], dict):
        return ""
    try:
        MetadataValidator().validate_cell(cell)
    except (ValidationError, SchemaTooOldError, SchemaTooNewError):
        return ""
    return str(cell.metadata["nbgrader"].get("grade_id", ""))


class GradeAsData(NbGraderPreprocessor):  # type: ignore[misc]
    """Enters the points of each question into the notebook. Nothing of the notebook is run.

    It stands where nbgrader's `Execute` stands, in `Autograde.autograde_preprocessors`. The name of an
    nbgrader assignment is that of its sheet, and its notebook is called the same.
    """

    sheets = Unicode("sheets", help="Folder with the sheets and their salts.").tag(config=True)
    roster = Unicode("", help="CSV file of the class, to name whose numbers another one has.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Return the notebook with the points as the outputs of the cells that hold them."""
        about = resources["nbgrader"]
        sheet = _sheet(Path(self.sheets) / f"{about['assignment']}.toml")
        nb.cells = [cell for cell in nb.cells if not question_of_cell(cell)]
        for cell in nb.cells:
            _refuse_test(cell)
        if about["notebook"] == sheet.name:
            _same_points(sheet, about)
            result, answered = self._graded(nb, sheet, about["student"])
            for remark in result.remarks:
                self.log.warning("%s: %s", about["student"], remark)
            for item in sheet.items:
                _put_cell(nb, item).outputs = _outputs(item, answered.get(item.number))
        return nb, resources

    def _graded(self, nb: Any, sheet: Assignment, student: str) -> tuple[Result, dict[str, Answered]]:
        """Return the result of a learner, as `cnnbook grade` has it, and what is said of each answer."""
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


def _same_points(sheet: Assignment, about: Any) -> None:
    """Raise AssignmentError if the gradebook was made from a sheet with other points."""
    with Gradebook(about["db_url"]) as gradebook:
        points = {cell.name: cell.max_score for cell in _in_gradebook(gradebook, about).grade_cells}
    for item in sheet.items:
        known = points.get(points_cell(item)["id"])
        if known != item.points:
            raise AssignmentError(
                f"question {item.number} gives {known or 0:g} points in nbgrader's gradebook and "
                f"{item.points:g} in the sheet; run cnnbook assign --nbgrader and then nbgrader "
                "generate_assignment again"
            )


def _put_cell(nb: Any, item: Item) -> Any:
    """Put the cell for the points of a question below its last answer, or at the end, and return it."""
    made = from_dict(points_cell(item))
    answers = (dict(typed_answers(cell.source)) if cell.cell_type == "code" else {} for cell in nb.cells)
    places = [place for place, found in enumerate(answers, 1) if item.number in found]
    nb.cells.insert(places[-1] if places else len(nb.cells), made)
    return made


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
