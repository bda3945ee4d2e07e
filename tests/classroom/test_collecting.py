"""Collecting: zips as Moodle and Canvas name them, late and double work, notebooks that others have saved."""

import copy
import json
import os
import zipfile
from datetime import datetime

import nbformat
import pytest

from classroom.small_class import ADA, ALAN, GRACE
from cnnbook.classroom.grading import grade
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.roster import Learner, Roster
from cnnbook.classroom.senders import Sender, sender


def nameless(made):
    """The notebook of somebody who has deleted all that says whose it is."""
    made = copy.deepcopy(made)
    made["metadata"].pop("cnnbook")
    made["cells"] = [cell for cell in made["cells"] if cell["id"] not in ("cnnbook-title", "cnnbook-sheet")]
    sheet = {"cell_type": "code", "id": "x", "metadata": {}, "outputs": [], "execution_count": None}
    return {**made, "cells": [{**sheet, "source": 'lab = open_sheet("lab1")'}, *made["cells"]]}


def zipped(lab, entries, name="submissions.zip"):
    """A zip in the inbox: for each path a notebook, or bytes, and when it was handed in."""
    with zipfile.ZipFile(lab.inbox / name, "w") as archive:
        for path, (made, *time) in entries.items():
            content = made if isinstance(made, bytes) else json.dumps(made).encode()
            archive.writestr(zipfile.ZipInfo(path, *time or [(2026, 12, 1, 12, 0, 0)]), content)


MOODLE = {
    "in folders": "{name}_{number}_assignsubmission_file_/lab1.ipynb",
    "in folders, newer": "{name}_{number}_assignsubmission_file/lab1.ipynb",
    "in one folder": "{name}_{number}_assignsubmission_file_lab1.ipynb",
    "in groups": "Group A-{name}_{number}_assignsubmission_file_/lab1.ipynb",
    "in a zip of a zip": "lab1/{name}_{number}_assignsubmission_file_/my work/lab1 (2).ipynb",
}


@pytest.mark.parametrize("how", MOODLE)
def test_moodles_zip(lab, how):
    """The name in front of _assignsubmission_ says whose file it is, with folders or groups or not."""
    learners = enumerate(lab.roster.learners, 4711)
    zipped(
        lab,
        {
            MOODLE[how].format(name=one.name, number=number): [nameless(lab.answered(one))]
            for number, one in learners
        },
    )
    assert [one.points for one in lab.grade().all.learners] == [7, 7, 7]
    assert not lab.grade().others


CANVAS = {
    "plain": ("lovelaceada_901_3456_lab1.ipynb", False),
    "handed in again": ("lovelaceada_901_3456_lab1-2.ipynb", False),
    "late": ("lovelaceada_LATE_901_3456_lab1-1.ipynb", True),
    "with signs": ("lovelaceada_901_3456_lab_1_final (3).ipynb", False),
}


@pytest.mark.parametrize("how", CANVAS)
def test_canvas_zip(lab, how):
    """The name without signs says whose file it is, and LATE that it came late."""
    path, late = CANVAS[how]
    zipped(lab, {path: [nameless(lab.answered())], "turingalan_902_3457_lab1.ipynb": [lab.answered(ALAN)]})
    grades = lab.grade()
    assert (grades.ada.status, grades.ada.points) == ("late" if late else "graded", 7)
    assert getattr(grades, "0042").points == 7
    assert not grades.others


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("Jo Ann O'Neil_1_assignsubmission_file_/a.ipynb", Sender(("Jo Ann O'Neil", "Participant 1"), False)),
        ("Participant_77_assignsubmission_file_/a.ipynb", Sender(("Participant", "Participant 77"), False)),
        ("Ada Lovelace_5_assignsubmission_onlinetext_", Sender(("Ada Lovelace", "Participant 5"), False)),
        ("o_neilljo_LATE_1_2_a.ipynb", Sender(("o_neilljo",), True)),
        ("müllerzoë_1_2_a.ipynb", Sender(("müllerzoë",), False)),
        ("LATE_anon_aB3xY_3456_a.ipynb", Sender(("aB3xY",), True)),
        ("anon_aB3xY_3456_a.ipynb", Sender(("aB3xY",), False)),
    ],
)
def test_names_in_paths(path, expected):
    """Names with blanks, apostrophes, underscores and other letters; blind marking with numbers."""
    assert sender(path)[:2] == expected[:2]


def test_blind_marking_is_by_participant(lab):
    """With a roster from Moodle's grading worksheet, the participant's number says whose file it is."""
    roster = Roster((Learner("Participant 77", ""), Learner("Participant 78", "")))
    zipped(
        lab, {"Participant_78_assignsubmission_file_/a.ipynb": [nameless(lab.answered(roster.learners[1]))]}
    )
    assert [one.status for one in grade(pieces(lab.inbox), roster, lab.assignment).learners] == [
        "missing",
        "graded",
    ]


def test_two_of_the_same_name(lab):
    """The platform's number tells them apart if the roster has it; else the file is for a human."""
    twins = (Learner("901", "Kim Lee"), Learner("902", "Kim Lee"))
    made = nameless(lab.answered(twins[1]))
    zipped(lab, {"leekim_902_3456_lab1.ipynb": [made]})
    known = grade(pieces(lab.inbox), Roster(twins), lab.assignment)
    assert [one.status for one in known.learners] == ["missing", "graded"]
    strangers = Roster((Learner("a", "Kim Lee"), Learner("b", "Kim Lee")))
    unknown = grade(pieces(lab.inbox), strangers, lab.assignment)
    assert [one.status for one in (*unknown.learners, *unknown.others)] == ["missing", "missing", "unmatched"]


def test_a_number_of_the_platform_names_nobody(lab):
    """The number in a path is no id: it does not make the file that of a learner with this id."""
    roster = Roster((Learner("901", "Alan Turing"), ADA))
    zipped(lab, {"lovelaceada_901_3456_lab1.ipynb": [lab.answered()]})
    grades = grade(pieces(lab.inbox), roster, lab.assignment)
    assert [one.status for one in grades.learners] == ["missing", "graded"]


def test_a_hyphen_is_no_group(lab):
    """What stands behind a hyphen counts only if nothing else says whose file it is."""
    path = "Anna-Ada Lovelace_4711_assignsubmission_file_/lab1.ipynb"
    zipped(lab, {path: [lab.answered(Learner("anna", "Anna-Ada Lovelace"))]})
    assert [one.status for one in lab.grade().others] == ["unmatched"]
    assert lab.grade().ada.status == "missing"


def test_online_text_beside_a_file(lab):
    """What Moodle or Canvas stores as text is a line of its own that cannot be read; the file counts."""
    folder = "Ada Lovelace_4711_assignsubmission_"
    zipped(
        lab,
        {
            f"{folder}onlinetext_/onlinetext.html": [b"<p>see file</p>"],
            f"{folder}file_/a.ipynb": [lab.answered()],
        },
    )
    grades = lab.grade()
    assert (grades.ada.status, grades.ada.points) == ("graded", 7)
    assert [(one.status, one.learner) for one in grades.others] == [("unreadable", ADA)]


def test_late_and_double_work_of_a_class(lab):
    """In time beats late, later beats earlier, a zip's times count, and equal files are one."""
    early, late = (2026, 12, 1, 9, 0, 0), (2026, 12, 4, 18, 0, 2)
    worse = {"answer_3": "1"}
    zipped(
        lab,
        {
            "Ada Lovelace_1_assignsubmission_file_/a.ipynb": [lab.answered(**worse), early],
            "Ada Lovelace_1_assignsubmission_file_/b.ipynb": [lab.answered(), (2026, 12, 4, 18, 0, 0)],
            "Ada Lovelace_1_assignsubmission_file_/c.ipynb": [lab.answered(**worse), late],
            "Alan Turing_2_assignsubmission_file_/a.ipynb": [lab.answered(ALAN), late],
            "Grace Hopper_3_assignsubmission_file_/a.ipynb": [lab.answered(GRACE), early],
            "Grace Hopper_3_assignsubmission_file_/a (1).ipynb": [lab.answered(GRACE), early],
        },
    )
    grades = lab.grade()
    assert [(one.status, one.points) for one in grades.all.learners] == [
        ("graded", 7),
        ("late", 7),
        ("graded", 7),
    ]
    assert grades.ada.remarks == (
        "3 files; submissions.zip/Ada Lovelace_1_assignsubmission_file_/b.ipynb counts",
    )
    assert getattr(grades, "g.h").remarks == ()


@pytest.mark.parametrize("moment", [(1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)])
def test_nonsense_of_clocks(lab, moment):
    """A zip's first and last possible times stop nothing; a time that means "unknown" is not late."""
    zipped(lab, {"ada.ipynb": [lab.answered(), moment]})
    assert lab.grade().ada.status == ("graded" if moment[0] == 1980 else "late")


@pytest.mark.parametrize("moment", [0, -1, 2**33, 2**40])
def test_nonsense_of_file_times(lab, moment):
    """A file from 1970, from before it, or from a far future is graded."""
    file = lab.hand_in(lab.answered())
    try:
        os.utime(file, (moment, moment))
    except OSError:
        pytest.skip("this file system has no such time")
    assert lab.grade().ada.points == 7


def test_the_last_second_is_in_time(lab):
    """What was handed in at the due second is in time, and late a second after it."""
    file = lab.hand_in(lab.answered())
    for second, status in ((0, "graded"), (1, "late")):
        moment = datetime(2026, 12, 4, 18, 0, second).timestamp()
        os.utime(file, (moment, moment))
        assert lab.grade().ada.status == status


def colab(made):
    """Colab: ids in the metadata of cells, its own metadata, form tags, format 4.0."""
    saved = copy.deepcopy(made)
    for cell in saved["cells"]:
        cell["metadata"] = {"id": cell.pop("id"), "cellView": "form"}
        cell.setdefault("outputs", []) if cell["cell_type"] == "code" else None
    kernel = {"name": "python3", "display_name": "Python 3"}
    saved["metadata"] = {
        "colab": {"provenance": []},
        "kernelspec": kernel,
        "language_info": {"name": "python"},
    }
    return {**saved, "nbformat_minor": 0}


def vs_code(made):
    """VS Code: the language in each cell's metadata, Windows' ends of lines, new ids."""
    saved = copy.deepcopy(made)
    for at, cell in enumerate(saved["cells"]):
        cell["id"] = f"{at:08x}"
        cell["metadata"]["vscode"] = {"languageId": "python"}
        cell["source"] = [line.replace("\n", "\r\n") for line in cell["source"]]
    return saved


def jupyter_3(made):
    """IPython's notebook of 2013: worksheets, and "input" in place of "source"."""
    return json.loads(nbformat.writes(nbformat.convert(nbformat.from_dict(made), 3), version=3))


def jupyter_4_0(made):
    """A notebook without ids of cells, its sources in one piece."""
    saved = copy.deepcopy(made)
    for cell in saved["cells"]:
        del cell["id"]
        cell["source"] = "".join(cell["source"])
    return {**saved, "nbformat_minor": 0}


def with_outputs(made):
    """Run before it was saved: outputs, also large and hostile ones, and counts."""
    saved = copy.deepcopy(made)
    for at, cell in enumerate(saved["cells"]):
        if cell["cell_type"] == "code":
            cell["execution_count"] = at
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "answer_1 = 99\n" * 1000}]
    return saved


def formatted(made):
    """Passed through a formatter: blank lines, other quotes, a type, a bracket over several lines."""
    saved = copy.deepcopy(made)
    for cell in saved["cells"]:
        source = "".join(cell["source"]).replace(
            "answer_3 = (6, 28, 28)", "answer_3: tuple = (\n    6,\n    28,\n    28,\n)"
        )
        cell["source"] = f"\n\n{source}\n\n"
    return saved


SAVED_BY = {one.__name__: one for one in (colab, vs_code, jupyter_3, jupyter_4_0, with_outputs, formatted)}


@pytest.mark.parametrize("program", SAVED_BY)
def test_notebooks_saved_by_others(lab, program):
    """Each is read like the handout: all answers, the learner, the codes and the fingerprints."""
    made = SAVED_BY[program](lab.answered(answer_3="(6, 28, 28)"))
    lab.hand_in(made, "Untitled7.ipynb")
    grades = lab.grade()
    assert (grades.ada.status, grades.ada.points, grades.ada.remarks) == ("graded", 7, ())
    other = SAVED_BY[program](lab.answered(ALAN, answer_3="(6, 28, 28)"))
    lab.hand_in(other, "Untitled7.ipynb")
    lab.hand_in(other, "lab1-ada.ipynb")
    assert "the numbers of the sheet are those of 0042" in lab.grade().ada.remarks
