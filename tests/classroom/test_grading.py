"""Grading: points, whose file it is, late and double submissions, answers of others."""

import json
import os
import subprocess
import sys
import zipfile
from datetime import datetime

import pytest

from classroom.small_class import ADA, ALAN
from cnnbook.classroom.grading import grade
from cnnbook.classroom.inbox import Piece, pieces
from cnnbook.classroom.roster import Roster
from cnnbook.classroom.senders import sender


def test_right_answers_get_all_points(lab):
    """The handout with the right answers typed in gets all points; who handed in nothing is missing."""
    lab.hand_in(lab.answered())
    ada = lab.grade().ada
    assert (ada.status, ada.points, ada.remarks) == ("graded", 7.0, ())
    assert [one.status for one in lab.grade().all.learners] == ["graded", "missing", "missing"]


def test_each_component_counts(lab):
    """Of a shape with one wrong number, the other numbers get their share of the points."""
    lab.hand_in(lab.answered(answer_3="(6, 28, 27)"))
    mark = lab.grade().ada.marks[2]
    assert (mark.outcome, mark.points) == ("partly right", 2.0)


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("(6, 28, 28)", "right"),
        ("[6, 28, 28]", "right"),
        ("'6@28x28'", "right"),
        ('"""6, 28, 28"""', "right"),
        ("torch.Size([6, 28, 28])", "right"),
        ("(6,\n    28,  # rows\n    28)", "right"),
        ("6, 28, 28  # done", "right"),
        ("(6, (32 - 5) + 1, 28)", "right"),
        ("...", "blank"),
        ("None", "blank"),
        ("", "blank"),
        ('""', "blank"),
        ("x.shape", "unreadable"),
        ("__import__('os').system('false')", "unreadable"),
        ("(6, 28)", "unreadable"),
    ],
)
def test_what_is_typed_is_read(lab, typed, outcome):
    """An answer is read from the text behind the equals sign, as the course reads typed answers."""
    lab.hand_in(lab.answered(answer_3=typed))
    assert lab.grade().ada.marks[2].outcome == outcome


def test_learners_have_numbers_of_their_own(lab):
    """The same answers that are right for one learner are not right for another one."""
    variants = {tuple(lab.key(learner, number) for number in (1, 2)) for learner in lab.roster.learners}
    assert len(variants) == 3
    other = {f"answer_{number}": lab.key(ALAN, number) for number in (1, 2)}
    lab.hand_in(lab.answered(**other))
    assert lab.grade().ada.points < 7


def test_another_learners_file_is_for_a_human(lab):
    """A file that its name gives to one learner, and its content to another one, is flagged."""
    lab.hand_in(lab.answered(ALAN), "lab1-ada.ipynb")
    remarks = " ".join(lab.grade().ada.remarks)
    assert "that of 0042" in remarks
    assert "numbers of the sheet are those of 0042" in remarks


def test_a_forged_variant_changes_nothing(lab):
    """The grader computes variant and key anew: codes in the file are only compared."""
    made = lab.answered(answer_1=lab.key(ALAN, 1), answer_2=lab.key(ALAN, 2))
    text = json.dumps(made)
    for number in ("1", "2"):
        item = lab.assignment.items[int(number) - 1]
        own, other = (lab.assignment.code(item, lab.assignment.variant(item, who.id)) for who in (ADA, ALAN))
        text = text.replace(own, other)
    lab.hand_in(text.encode())
    ada = lab.grade().ada
    assert ada.points < 7
    assert any("numbers of the sheet" in remark for remark in ada.remarks)


def test_a_forged_score_is_not_read(lab):
    """Points and scores that a file claims are ignored."""
    said = {"format": "cnnbook answers 1", "sheet": "lab1", "learner": "ada", "answers": {"1": "9999"}}
    lab.hand_in({**said, "score": 7, "points": 7, "grade": "A"}, "lab1-ada.json")
    assert lab.grade().ada.points == 0


def test_the_last_submission_in_time_counts(lab):
    """Of several files the last one that is not late counts, and the remark names it."""
    for name, day, typed in [
        ("a/ada.ipynb", 1, "1"),
        ("b/ada.ipynb", 3, "(6, 28, 28)"),
        ("c/ada.ipynb", 9, "2"),
    ]:
        file = lab.hand_in(lab.answered(answer_3=typed), name)
        moment = datetime(2026, 12, day, 12).timestamp()
        os.utime(file, (moment, moment))
    ada = lab.grade().ada
    assert (ada.status, ada.path, ada.marks[2].outcome) == ("graded", "b/ada.ipynb", "right")
    assert "3 files; b/ada.ipynb counts" in ada.remarks


def test_late_work_is_kept(lab):
    """Late work is marked and called late."""
    file = lab.hand_in(lab.answered())
    moment = datetime(2026, 12, 5).timestamp()
    os.utime(file, (moment, moment))
    assert (lab.grade().ada.status, lab.grade().ada.points) == ("late", 7.0)


@pytest.mark.parametrize(
    ("path", "names", "late"),
    [
        ("Ada Lovelace_4711_assignsubmission_file/lab1.ipynb", ("Ada Lovelace",), False),
        ("lab.zip/Ada Lovelace_4711_assignsubmission_file_lab1.ipynb", ("lab.zip/Ada Lovelace",), False),
        ("lovelaceada_12_3456_lab1-2.ipynb", ("lovelaceada",), False),
        ("lovelaceada_LATE_12_3456_lab1.ipynb", ("lovelaceada",), True),
    ],
)
def test_platforms_write_names_into_paths(path, names, late):
    """Moodle and Canvas name the sender in the path of a file."""
    found = sender(path)
    assert (found.names[0].rpartition("/")[2], found.late) == (names[0].rpartition("/")[2], late)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace_4711_assignsubmission_file/lab1.ipynb",
        "lovelaceada_12_3456_lab1-2.ipynb",
        "submitted/ada/lab1/lab1.ipynb",
        "ADA.ipynb",
        "lab1-ada.ipynb",
    ],
)
def test_names_are_matched_with_the_roster(lab, name):
    """A path names a learner by name or id, in capitals or not, in either order."""
    made = lab.answered()
    text = json.dumps(made).replace('\\"ada\\"', '\\"\\"').replace('"learner": "ada"', '"learner": ""')
    lab.hand_in(text.encode(), name)
    assert lab.grade().ada.status == "graded"


def test_a_zip_is_read_in_memory(lab):
    """The zip of a learning platform is read without unpacking it."""
    with zipfile.ZipFile(lab.inbox / "all.zip", "w") as archive:
        for learner in lab.roster.learners:
            folder = f"{learner.name}_1_assignsubmission_file"
            archive.writestr(f"{folder}/lab1.ipynb", json.dumps(lab.answered(learner)))
    assert [one.points for one in lab.grade().all.learners] == [7, 7, 7]
    assert [path.name for path in lab.inbox.iterdir()] == ["all.zip"]


def test_cells_deleted_doubled_and_reordered(lab):
    """Cells may be deleted, doubled and in any order; a second, different answer is flagged."""
    made = lab.answered()
    cells = made["cells"]
    doubled = {**cells[-1], "source": ["answer_3 = (6, 28, 28)\n"]}
    made["cells"] = [{**cells[-1], "source": "answer_3 = 5"}, *cells[:1], *cells[3:-1][::-1], doubled]
    lab.hand_in(made)
    ada = lab.grade().ada
    assert ada.marks[2].outcome == "right"
    assert "question 3 is answered in two cells; the last one counts" in ada.remarks


def test_saved_cards_are_read(lab):
    """What was typed on a card that JupyterLab saved in the notebook counts where the cell is blank."""
    made = lab.answered(answer_3="...")
    boxes = [{"text": text} for text in ("6", "28", "28")]
    card = {"questions": [{"exercise": "lab1.3", "boxes": boxes}]}
    state = {"state": {"m": {"state": {"card": card}}}}
    made["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    lab.hand_in(made)
    assert lab.grade().ada.marks[2].outcome == "right"


def test_wrong_answers_of_another_variant_are_flagged(tmp_path):
    """Answers that are the keys of one other learner's numbers, too many for chance, are for a human."""
    from cnnbook.classroom.assignment import load
    from cnnbook.classroom.roster import Learner

    sheet = tmp_path / "lab.toml"
    kinds = ["conv-output-size", "conv-parameters", "conv-macs", "linear-in-features", "dense-parameters"]
    sheet.write_text("".join(f'[[questions]]\nexercise = "{kind}"\n' for kind in kinds))
    assignment = load(sheet, make_salt=True)
    roster = Roster(tuple(Learner(f"s{number}", "") for number in range(200)))

    def answers(learner, numbers_of):
        given = {}
        for item in assignment.items:
            question = assignment.question(item, assignment.variant(item, numbers_of))
            given[item.number] = ", ".join(question.form.typed(question.key))
        said = {"format": "cnnbook answers 1", "sheet": "lab", "learner": learner, "answers": given}
        return Piece(f"{learner}.json", None, json.dumps(said).encode())

    handed_in = [answers(one.id, "s7" if one.id == "s3" else one.id) for one in roster.learners]
    grades = grade(handed_in, roster, assignment)
    flagged = {one.learner.id: one.remarks for one in grades.learners if one.remarks}
    assert flagged == {"s3": ("wrong answers fit the numbers of s7",)}


def test_the_same_inbox_gives_the_same_grades(lab):
    """Grading twice, each time with another hash seed, gives the same files byte for byte."""
    lab.hand_in(lab.answered(answer_3="(6, 28, 27)"))
    lab.hand_in(b"{", "broken.ipynb")
    roster = lab.folder / "roster.csv"
    roster.write_text("id,name\nada,Ada Lovelace\n0042,Alan Turing\n", encoding="utf-8")
    found = []
    for seed in ("1", "2"):
        out = lab.folder / f"grades{seed}.csv"
        command = ["grade", str(lab.inbox), "--roster", str(roster), "--assignment", str(lab.sheet)]
        report = ["--report", str(lab.folder / f"report{seed}.html")]
        subprocess.run(
            [sys.executable, "-m", "cnnbook", *command, *report, "-o", str(out)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        found.append((out.read_bytes(), (lab.folder / f"report{seed}.html").read_bytes()))
    assert found[0] == found[1]


def test_grading_loads_no_torch(lab):
    """A whole round of grading never imports torch."""
    lab.hand_in(lab.answered())
    program = (
        "import sys; from pathlib import Path; from cnnbook.classroom.assignment import load; "
        "from cnnbook.classroom.grading import grade; from cnnbook.classroom.inbox import pieces; "
        "from cnnbook.classroom.report import report_page; "
        "from cnnbook.classroom.roster import Learner, Roster; "
        f"grades = grade(pieces(Path({str(lab.inbox)!r})), Roster((Learner('ada', ''),)), "
        f"load(Path({str(lab.sheet)!r}))); report_page(grades); "
        "print(grades.learners[0].points, 'torch' in sys.modules, 'numpy' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["7.0", "False", "False"]


def test_pieces_come_in_the_order_of_their_paths(lab):
    """The order of the inbox does not depend on the file system."""
    for name in ("b.ipynb", "a/z.ipynb", "a.ipynb", ".hidden.ipynb", ".ipynb_checkpoints/a.ipynb"):
        lab.hand_in(b"{}", name)
    assert [piece.path for piece in pieces(lab.inbox)] == ["a.ipynb", "b.ipynb", "a/z.ipynb"]
