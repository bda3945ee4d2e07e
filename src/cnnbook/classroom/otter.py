"""Grading inside otter-grader: a plugin that puts the answers, as data, in the place of a learner's notebook.

This module needs otter-grader, which is no dependency of cnnbook; nothing else imports it. `cnnbook assign
--otter` writes the configuration that names it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook
from otter.plugins import AbstractOtterPlugin

from cnnbook.classroom.assignment import Assignment, load
from cnnbook.classroom.grading import ReadFile, Result, read_piece
from cnnbook.classroom.inbox import LARGEST, Piece
from cnnbook.classroom.roster import load_roster

_SUPPORT = Path("..", "source", "files")  # beside the submission, where otter unpacks the autograder
_TESTS = "tests"
_CELL = "import json\n\ncnnbook_answers = json.loads({text!r})"


class AnswersAsData(AbstractOtterPlugin):  # type: ignore[misc]
    """Reads a submission as data. What otter then runs is one cell, which holds the answers and nothing else.

    The configuration names the files with the `sheet` and the `roster`. The salt lies beside the sheet.
    """

    def before_grading(self, config: Any) -> None:
        """Remove what was handed in beside the notebook, and the salt, before Python could import or find it.

        A learner's log of otter is removed too: otter would unpickle it, which runs what it says.
        """
        self._sheet = load(_SUPPORT / self.plugin_config["sheet"])
        self._roster = load_roster(_SUPPORT / self.plugin_config["roster"])
        kept = {os.path.basename(self.submission_path), _TESTS}
        for entry in os.scandir():
            if entry.name not in kept:
                shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.remove(entry)
        config.grade_from_log = False

    def before_execution(self, submission: Any) -> Any:
        """Return a notebook of one cell: the answers, and the codes of the learner's numbers."""
        content = json.dumps(submission).encode()
        problem = "it is too large" if len(content) > LARGEST else ""
        piece = Piece(os.path.basename(self.submission_path), None, content, problem)
        read = read_piece(piece, self._roster, self._sheet)
        self._report = "\n".join(_said(read))
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        cell = new_code_cell(_CELL.format(text=json.dumps(_answers(read, self._sheet))))
        return new_notebook(cells=[cell], metadata={"kernelspec": kernel})

    def generate_report(self) -> str:
        """Return whose answers were graded, and why if there are none."""
        return self._report


def _answers(read: ReadFile | Result, sheet: Assignment) -> dict[str, Any]:
    """Return what the tests need. The codes are those of the learner, whatever the file says."""
    if isinstance(read, Result):
        return {"proof": sheet.proof(), "codes": sheet.codes(""), "answers": {}}
    learner = read.learner.id if read.learner else read.submitted.learner
    return {"proof": sheet.proof(), "codes": sheet.codes(learner), "answers": read.submitted.answers}


def _said(read: ReadFile | Result) -> list[str]:
    if isinstance(read, Result):
        return list(read.remarks)
    who = (
        f"graded with the numbers of {read.learner.id}" if read.learner else "nobody in the roster sent this"
    )
    return [who, *read.remarks]
