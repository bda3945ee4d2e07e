"""A small class: three learners, a sheet of three questions, and a way to hand in anything."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from classroom.small_class import ADA, ALAN, GRACE, SHEET
from cnnbook.classroom.assignment import load
from cnnbook.classroom.grading import grade
from cnnbook.classroom.handout import notebook
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.roster import Learner, Roster


@pytest.fixture
def sheet_text():
    """Return the sheet of the class; a test file may have another one."""
    return SHEET


@pytest.fixture
def lab(tmp_path, sheet_text):
    """Return a class with an inbox to put files into, and `grade()`."""
    sheet = tmp_path / "lab1.toml"
    sheet.write_text(sheet_text, encoding="utf-8")
    assignment = load(sheet, make_salt=True)
    marker = Marker(assignment)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    roster = Roster((ADA, ALAN, GRACE))

    def key(learner: Learner, number: int) -> str:
        item = assignment.items[number - 1]
        question = marker.question(item, assignment.variant(item, learner.id))
        return ", ".join(question.form.typed(question.key))

    def answered(learner: Learner = ADA, **answers: str) -> dict:
        """Return the learner's notebook, all right, but for `answer_2="..."` and so on."""
        made = notebook(marker, learner)
        for cell in made["cells"]:
            source = "".join(cell["source"])
            for number in (1, 2, 3):
                typed = answers.get(f"answer_{number}", key(learner, number))
                source = source.replace(f"answer_{number} = ...", f"answer_{number} = {typed}")
            cell["source"] = source.splitlines(keepends=True)
        return made

    def hand_in(made: object, name: str = "lab1-ada.ipynb") -> Path:
        file = inbox / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = made if isinstance(made, bytes) else json.dumps(made).encode()
        file.write_bytes(content)
        return file

    def graded() -> SimpleNamespace:
        grades = grade(pieces(inbox), roster, assignment)
        return SimpleNamespace(
            **{one.learner.id: one for one in grades.learners}, all=grades, others=grades.others
        )

    return SimpleNamespace(
        folder=tmp_path, sheet=sheet, assignment=assignment, marker=marker, inbox=inbox, roster=roster,
        key=key, answered=answered, hand_in=hand_in, grade=graded,
    )  # fmt: skip
