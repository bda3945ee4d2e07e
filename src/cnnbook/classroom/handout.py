"""The handout: a notebook for each learner, with the learner's numbers and without any answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cnnbook.classroom.assignment import Assignment, Item
from cnnbook.classroom.files import FileError, written
from cnnbook.classroom.gradebook import number as shown
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.points_cells import gradebook_notebook, with_points_cells
from cnnbook.classroom.roster import Learner
from cnnbook.exercises.questions import Question

_HOW = (
    "Type each answer in place of the three dots, and save the notebook when you are done. Only what stands "
    "behind `answer_1 =` and so on is graded: numbers or plain arithmetic such as `(40 - 6)//2`. Nothing in "
    "this file is run when it is graded."
)
_CHECKED = "Run a cell to check its answer."
_YOUR_ID = 'my_id = ""  # your id between the quotes; on a JupyterHub it may stay empty'
_NO_SIGNS = re.compile(r"[^\w.@+-]+")


def notebook(marker: Marker, learner: Learner | None) -> dict[str, Any]:
    """Return the notebook of a learner, or, without one, the notebook that everybody gets."""
    sheet = marker.assignment
    who = learner.id if learner else ""
    codes = sheet.codes(who)
    fingerprints = {item.number: marker.fingerprint(item, sheet.variant(item, who)) for item in sheet.items}
    opened = _sheet_cell(sheet, learner, codes, fingerprints)
    cells = [_markdown("cnnbook-title", _opening(sheet, learner)), opened]
    for item in sheet.items:
        question = marker.question(item, sheet.variant(item, who))
        points = f"{shown(item.points)} point{'s' if item.points != 1 else ''}"
        text = f"## {item.number}. ({points})\n\n{_as_markdown(question.prompt)}"
        cells += [_markdown(f"cnnbook-question-{item.number}", text), _answer_cell(sheet, item, question)]
    own = {
        "sheet": sheet.name,
        "learner": who,
        "codes": codes,
        "fingerprints": fingerprints,
        "version": version("cnnbook"),
    }
    return {
        "cells": cells,
        "metadata": {
            "cnnbook": own,
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _opening(sheet: Assignment, learner: Learner | None) -> str:
    lines = [f"# {sheet.title}"]
    if learner:
        lines.append(f"For **{_plain(learner.name or learner.id)}** ({_plain(learner.id)}).")
    if sheet.due:
        lines.append(f"Due {sheet.due:%A, %d %B %Y, %H:%M}.")
    lines.append(f"{_HOW} {_CHECKED}" if sheet.hints else _HOW)
    return "\n\n".join(lines)


def _plain(text: str) -> str:
    """Return a name as Markdown shows it: without markup of any kind."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$&])", r"\\\1", text)


def _as_markdown(prompt: str) -> str:
    """Return the text of a question: lines with " | " in them as a table, each other line by itself."""
    lines, before = [], False
    for line in prompt.split("\n"):
        is_row = " | " in line
        cells = [cell.strip() for cell in line.split("|")]
        lines.append(f"| {' | '.join(cells)} |" if is_row else f"{line}  ")
        if is_row and not before:
            lines.append("|" + "---|" * len(cells))
        before = is_row
    return "\n".join(lines)


def _sheet_cell(
    sheet: Assignment, learner: Learner | None, codes: dict[str, str], fingerprints: dict[str, str]
) -> dict[str, Any]:
    asked = (
        (item.number, item.exercise, codes[item.number], fingerprints[item.number]) for item in sheet.items
    )
    questions = "\n".join(
        f'        "{number}": ("{exercise}", "{code}", "{known}"),' for number, exercise, code, known in asked
    )
    first = [] if learner else [_YOUR_ID, ""]
    source = [
        "from cnnbook.classroom import open_sheet",
        "",
        *first,
        "lab = open_sheet(",
        f"    {json.dumps(sheet.name)},",
        f"    learner={json.dumps(learner.id) if learner else 'my_id'},",
        f"    hints={sheet.hints},",
        "    questions={",
        questions,
        "    },",
        ")",
    ]
    return _code("cnnbook-sheet", "\n".join(source), ["cnnbook-sheet"])


def _answer_cell(sheet: Assignment, item: Item, question: Question) -> dict[str, Any]:
    """Return the cell for an answer; where a letter is asked for, a comment shows how to write it."""
    answer = f"answer_{item.number}"
    example = f"  # written like {question.form.example}" if question.form.options else ""
    check = f"\nlab.check({item.number}, {answer})" if sheet.hints else ""
    return _code(f"cnnbook-answer-{item.number}", f"{answer} = ...{example}{check}", ["cnnbook-answer"])


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(name: str, text: str, tags: list[str]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": tags},
        "outputs": [],
        "source": text.splitlines(keepends=True),
    }


def file_names(sheet: Assignment, learners: tuple[Learner, ...]) -> dict[Learner, str]:
    """Return the name of each learner's notebook: the sheet's name and the id, as files may have it."""
    found: dict[Learner, str] = {}
    taken: set[str] = set()
    for learner in learners:
        stem = base = f"{sheet.name}-{_NO_SIGNS.sub('_', learner.id)[:80]}"
        count = 2
        while stem.casefold() in taken:
            stem, count = f"{base}-{count}", count + 1
        taken.add(stem.casefold())
        found[learner] = f"{stem}.ipynb"
    return found


def write_notebooks(
    marker: Marker, learners: tuple[Learner, ...], folder: Path, *, for_nbgrader: bool = False
) -> Iterator[Path]:
    """Write the notebooks of a sheet into a folder, and yield each: one for all if the numbers are common.

    A notebook that is there already is replaced only if it is a handout that nobody has changed. If they are
    `for_nbgrader`, they have cells for its points, and a folder nbgrader/source has the notebook from which
    it makes its gradebook.

    Raises FileError if one cannot be written, before any is.
    """
    sheet = marker.assignment
    if sheet.common:
        made = {folder / f"{sheet.name}.ipynb": notebook(marker, None)}
    else:
        names = file_names(sheet, learners)
        made = {folder / names[learner]: notebook(marker, learner) for learner in learners}
    if for_nbgrader:
        source = folder.parent / "nbgrader" / "source" / sheet.name / f"{sheet.name}.ipynb"
        made = {file: with_points_cells(one, sheet) for file, one in made.items()}
        made[source] = gradebook_notebook(notebook(marker, None), sheet)
    content = {
        file: (json.dumps(one, indent=1, ensure_ascii=False) + "\n").encode() for file, one in made.items()
    }
    for file, new in content.items():
        _refuse_to_lose(file, new)
    for file, new in content.items():
        written(file, new)
        yield file


def _refuse_to_lose(file: Path, new: bytes) -> None:
    try:
        old = file.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise FileError(f"{file}: {error.strerror or error}") from None
    if old != new:
        raise FileError(f"{file} is there and differs from the new handout; choose another folder with -o")
