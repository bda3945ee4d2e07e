"""Cells for nbgrader: below each answer one that holds the question's points in nbgrader's gradebook.

The metadata of a cell is that of nbgrader's format, version 3. Run as a program, the cell is worth nothing,
so that nobody gets points where nbgrader is not told to read the answers as data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cnnbook.classroom.assignment import Assignment, Item

_ID = re.compile(r"cnnbook-points-(\d{1,3})")
_SOURCE = "0  # The points of question {number} are entered here when the sheet is graded."
_FOR_THE_GRADEBOOK = (
    "Each learner has a notebook with numbers of their own. This one tells nbgrader only which questions "
    "there are, and how many points they give. Hand out the notebooks of the learners instead."
)


def points_cell(item: Item) -> dict[str, Any]:
    """Return the cell for the points of a question, which nbgrader finds by its `grade_id`."""
    name = f"cnnbook-points-{item.number}"
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {
            "deletable": False,
            "editable": False,
            "jupyter": {"source_hidden": True},
            "nbgrader": {
                "cell_type": "code",
                "grade": True,
                "grade_id": name,
                "locked": True,
                "points": item.points,
                "schema_version": 3,
                "solution": False,
                "task": False,
            },
        },
        "outputs": [],
        "source": _SOURCE.format(number=item.number),
    }


def question_of_cell(cell: Mapping[str, Any]) -> str:
    """Return the number of the question whose points a cell holds, or "" if it is another cell.

    >>> question_of_cell({"metadata": {"nbgrader": {"grade_id": "cnnbook-points-2"}}})
    '2'
    """
    own = cell["metadata"].get("nbgrader")
    found = _ID.fullmatch(str(own.get("grade_id", ""))) if isinstance(own, Mapping) else None
    return found[1] if found else ""


def with_points_cells(notebook: dict[str, Any], sheet: Assignment) -> dict[str, Any]:
    """Return a handout with a cell for the points below each answer."""
    items = {f"cnnbook-answer-{item.number}": item for item in sheet.items}
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if item := items.get(cell["id"]):
            cells.append(points_cell(item))
    return notebook | {"cells": cells}


def gradebook_notebook(handout: dict[str, Any], sheet: Assignment) -> dict[str, Any]:
    """Return the notebook for `nbgrader generate_assignment`, made from a handout.

    It is the handout itself if that is the same for everybody. Else it has no questions, since their numbers
    are those of one learner.
    """
    if sheet.common:
        return with_points_cells(handout, sheet)
    text = {"cell_type": "markdown", "id": "cnnbook-title", "metadata": {}, "source": [_FOR_THE_GRADEBOOK]}
    metadata = {name: value for name, value in handout["metadata"].items() if name != "cnnbook"}
    return handout | {"cells": [text, *map(points_cell, sheet.items)], "metadata": metadata}
