"""Sheets: what the TOML file may say, the handout without answers, the worksheet, the key, and submitting."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from classroom.small_class import ADA, SHEET
from cnnbook.classroom import open_sheet
from cnnbook.classroom.assignment import AssignmentError, load, normalised
from cnnbook.classroom.handout import notebook, write_notebooks
from cnnbook.classroom.paper import key, worksheets
from cnnbook.classroom.roster import Learner, RosterError, load_roster
from cnnbook.cli import main

ROSTER = "id,name\nada,Ada Lovelace\n0042,Alan Turing\ng.h,Grace Hopper\n"


def run(*words: object) -> object:
    return CliRunner().invoke(main, list(map(str, words)))


@pytest.fixture
def desk(tmp_path):
    """A teacher's folder with a sheet and a roster."""
    (tmp_path / "lab1.toml").write_text(SHEET, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def test_a_round_by_the_command_line(desk, monkeypatch):
    """Assign, fill in, submit, grade: the commands of the teacher's page."""
    monkeypatch.chdir(desk)
    assert run("assign", "lab1.toml", "--roster", "roster.csv", "-o", "handout").exit_code == 0
    file = desk / "handout" / "notebooks" / "lab1-ada.ipynb"
    filled = file.read_text(encoding="utf-8").replace("answer_3 = ...", "answer_3 = (6, 28, 28)")
    file.write_text(filled, encoding="utf-8")
    done = run("submit", file, "-o", "inbox/ada.json")
    assert (done.exit_code, done.stderr) == (0, f"1 answer of ada written to {Path('inbox/ada.json')}\n")
    done = run(
        "grade", "inbox", "--roster", "roster.csv", "--assignment", "lab1.toml", "--report", "class.html"
    )
    assert done.exit_code == 0, done.output
    assert "1 graded, 2 missing; written to grades.csv" in done.stderr
    assert "ada,Ada Lovelace,graded,3,7,0,0,3," in Path("grades.csv").read_text(encoding="utf-8")
    assert Path("class.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_handout_is_a_notebook_without_answers(lab):
    """It is valid, has no outputs and no salt, and no key stands in it."""
    made = notebook(lab.marker, ADA)
    nbformat.validate(nbformat.from_dict(made))
    text = json.dumps(made)
    assert lab.assignment.salt.hex() not in text
    assert lab.key(ADA, 2) not in text
    assert all(not cell["outputs"] for cell in made["cells"] if cell["cell_type"] == "code")
    assert sum("cnnbook-answer" in cell["metadata"].get("tags", []) for cell in made["cells"]) == 3


def test_the_handout_runs_and_checks(lab):
    """Its cells run in a kernel's namespace, and check answers with the learner's own numbers."""
    made = notebook(lab.marker, ADA)
    sources = ["".join(cell["source"]) for cell in made["cells"] if cell["cell_type"] == "code"]
    names: dict = {}
    exec(sources[0], names)
    lab_sheet = names["lab"]
    assert [one.question.key for one in lab_sheet] == [
        lab.marker.question(item, lab.assignment.variant(item, "ada")).key for item in lab.assignment.items
    ]
    assert lab_sheet.check(3, (6, 28, 28)).outcome == "correct"
    assert lab_sheet.check(3).outcome == "not attempted"
    with pytest.raises(LookupError, match="no question 4; it has 1 to 3"):
        lab_sheet.check(4, 3)


def test_without_hints_nothing_is_checked():
    """If the sheet gives no hints, answers are checked only when it is graded."""
    sheet = open_sheet("lab1", questions={"1": ("size.first", "")}, hints=False)
    assert "when it is graded" in sheet.check(1, 3).message


def test_on_a_hub_the_account_is_the_learner(monkeypatch):
    """On a JupyterHub the id of the learner is that of the account."""
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert open_sheet("lab1", questions={"1": ("size.first", "")}).learner == "ada"


def test_common_numbers_are_one_notebook(desk, monkeypatch):
    """With common variants there is one notebook for all, and it asks for the id, which a hub knows."""
    monkeypatch.delenv("JUPYTERHUB_USER", raising=False)
    (desk / "lab1.toml").write_text(SHEET.replace("\n\n", '\nvariants = "common"\n\n', 1), encoding="utf-8")
    run("assign", desk / "lab1.toml", "--roster", desk / "roster.csv", "-o", desk / "handout")
    (file,) = (desk / "handout" / "notebooks").iterdir()
    text = file.read_text(encoding="utf-8")
    assert 'my_id = \\"\\"' in text
    done = run("submit", file, "-o", desk / "answers.json")
    assert (done.exit_code, "my_id" in done.stderr) == (1, True)
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    assert run("submit", file, "-o", desk / "answers.json").exit_code == 0
    assert json.loads((desk / "answers.json").read_text())["learner"] == "ada"
    file.write_text(text.replace('my_id = \\"\\"', 'my_id = \\"0042\\"'), encoding="utf-8")
    assert run("submit", file, "-o", desk / "answers.json").exit_code == 0
    assert json.loads((desk / "answers.json").read_text())["learner"] == "0042"


def test_the_salt_stays_with_the_teacher(desk):
    """The salt is written once, for its owner only, is kept by the next handout, and is needed to grade."""
    words = ("assign", desk / "lab1.toml", "--roster", desk / "roster.csv", "-o", desk / "handout")
    run(*words)
    salt = (desk / "lab1.salt").read_text()
    first = (desk / "handout" / "notebooks" / "lab1-ada.ipynb").read_bytes()
    assert (desk / "lab1.salt").stat().st_mode & 0o077 == 0
    assert run(*words).exit_code == 0
    assert (desk / "lab1.salt").read_text() == salt
    assert (desk / "handout" / "notebooks" / "lab1-ada.ipynb").read_bytes() == first
    handout = [one.read_text(encoding="utf-8") for one in (desk / "handout").rglob("*.*") if one.is_file()]
    assert not any(salt.strip() in text for text in handout)
    (desk / "lab1.salt").unlink()
    inbox = desk / "handout" / "notebooks"
    done = run("grade", inbox, "--roster", desk / "roster.csv", "--assignment", desk / "lab1.toml")
    assert done.exit_code == 2
    assert "lab1.salt is missing" in done.stderr


def test_what_learners_filled_in_is_not_overwritten(lab):
    """A notebook in the folder that differs from the handout stays, and the error names it."""
    folder = lab.folder / "handout"
    files = list(write_notebooks(lab.marker, lab.roster.learners, folder))
    files[1].write_text("mine", encoding="utf-8")
    with pytest.raises(Exception, match=re.escape(f"{files[1]} is there and differs")):
        list(write_notebooks(lab.marker, lab.roster.learners, folder))
    assert files[1].read_text(encoding="utf-8") == "mine"


def test_ids_that_are_no_file_names_have_files(lab):
    """Ids with slashes, dots or other capitals get files of their own, inside the folder."""
    learners = tuple(Learner(name, "") for name in ("../x", "a/b", "a_b", "A_B", "ä", "*", "?"))
    folder = lab.folder / "handout"
    files = list(write_notebooks(lab.marker, learners, folder))
    assert len({str(file).casefold() for file in files}) == len(learners)
    assert {file.parent for file in files} == {folder}


SHEETS = [
    ("", "asks nothing"),
    ("[[questions]]\n", "names no exercise"),
    ('[[questions]]\nexercise = "conv-output"\n', "Did you mean conv-output-size"),
    ('[[questions]]\nexercise = "lenet5.c9"\n', "no exercise 'lenet5.c9'. Did you mean"),
    ('[[questions]]\nexercise = "pooling.write-pool"\n', "answered by code, which grading never runs"),
    ('[[questions]]\nexercise = "output-size"\npoints = 0\n', "between 0 and 1000"),
    ('[[questions]]\nexercise = "output-size"\npoints = nan\n', "points = nan"),
    ('[[questions]]\nexercise = "output-size"\npoint = 2\n', "question 1 has 'point'"),
    ('[[questions]]\nexercise = "output-size"\ngraph = "lenet"\n', "graph = 'lenet'; it may be lenet5,"),
    ('[[questions]]\nexercise = "output-size"\ngraph = 5\n', "graph = 5; it may be lenet5,"),
    ('due = "tomorrow"\n[[questions]]\nexercise = "output-size"\n', "a date is wanted without quotes"),
    ('variants = "own"\n[[questions]]\nexercise = "output-size"\n', '"per learner" or "common"'),
    ('hints = "yes"\n[[questions]]\nexercise = "output-size"\n', "must be true or false"),
    ("titel = 'Lab'\n", "the sheet has 'titel'"),
    ("questions = 3\n", "asks nothing"),
    ("title = \n", "is not TOML"),
    ("\udcff", "not text in UTF-8"),
]


@pytest.mark.parametrize(("text", "said"), SHEETS)
def test_a_wrong_sheet_is_one_line(desk, text, said):
    """A sheet that cannot be used is a wrong command: one line, and nothing is written."""
    (desk / "lab1.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    done = run("assign", desk / "lab1.toml", "--roster", desk / "roster.csv", "-o", desk / "handout")
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (desk / "handout").exists()
    assert not (desk / "lab1.salt").exists()


ROSTERS = {
    "semicolons": b"id;name\nada;Ada\n",
    "tabs": b"id\tname\nada\tAda\n",
    "byte-order-mark": b"\xef\xbb\xbfid,name\nada,Ada\n",
    "utf-16": "id\tname\nada\tAda\n".encode("utf-16"),
    "windows": "id,name\nada,Müller\n".encode("cp1252"),
    "moodle": b"First name,Last name,ID number,Email address\nAda,Lovelace,ada,a@b.c\n",
    "canvas": b'Student,ID,SIS User ID,SIS Login ID\n"Lovelace, Ada",ada,,x\n',
    "capitals": b"ID , NAME\nada,Ada\n",
}


@pytest.mark.parametrize("name", ROSTERS)
def test_rosters_of_any_platform(tmp_path, name):
    """A roster is read with any separator and in any usual encoding; the id is kept as it stands."""
    file = tmp_path / "roster.csv"
    file.write_bytes(ROSTERS[name])
    assert [one.id for one in load_roster(file).learners] == ["ada"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("name\nAda\n", "has no column id"),
        ("id\nada\nADA\n", "line 3: the id ADA stands there twice"),
        ("id,name\n,Ada\n", "line 2: the id is missing"),
    ],
)
def test_a_wrong_roster_is_one_line(tmp_path, text, said):
    """A roster that cannot be used says in one line why."""
    file = tmp_path / "roster.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RosterError, match=said):
        load_roster(file)


def test_ids_are_kept_and_names_are_compared_loosely(lab):
    """Leading zeros stay; capitals, blanks and composed letters do not count when names are compared."""
    assert lab.roster.with_id(" 0042 ").id == "0042"
    assert lab.roster.with_id("42") is None
    assert normalised("Zo\u0065\u0308  X") == normalised("zo\u00eb x")
    assert lab.roster.with_name("Lovelace, Ada") == lab.roster.with_name("ada lovelace") == ADA


def test_worksheet_and_key(lab):
    """The worksheet has the questions and no answers; the key has the answers and usual wrong ones."""
    paper, answers = (make(lab.marker, lab.roster.learners, "Letter") for make in (worksheets, key))
    assert "size: Letter" in paper
    assert paper.count('<section class="sheet">') == 3
    code = lab.assignment.paper_code("ada")
    assert code in paper
    assert code in answers
    assert lab.key(ADA, 2) in answers
    assert lab.key(ADA, 2) not in paper
    assert "the number of steps is the number of positions" in answers


def test_a_worksheet_has_blank_graphs_and_the_key_their_shapes(desk):
    """The graph of a network stands beside the question, or behind the sheet; only the key has its shapes."""
    questions = (("lenet5.c1", "lenet5"), ("output-size", "resnet50"), ("conv-output-size", "lenet5"))
    (desk / "lab1.toml").write_text(
        "".join(f'[[questions]]\nexercise = "{one}"\ngraph = "{graph}"\n' for one, graph in questions)
    )
    words = ("assign", desk / "lab1.toml", "--roster", desk / "roster.csv", "-o", desk / "handout")
    assert run(*words, "--paper", "letter").exit_code == 0
    paper, answers = ((desk / "handout" / f"{name}.html").read_text("utf-8") for name in ("worksheet", "key"))
    assert "size: Letter" in paper
    for page in (paper, answers):
        assert page.count('<symbol id="graph-lenet5"') == page.count('<symbol id="graph-resnet50-1"') == 1
    assert paper.count('<use href="#graph-lenet5"/>') == 2 * 3
    assert paper.count("The graph of resnet50 is at the end") == paper.count('href="#graph-resnet50-1"') == 3
    assert "16×10×10" in answers
    assert "16×10×10" not in paper
    assert "5×5 conv" in paper
    assert run(*words, "--paper", "a5").exit_code == 2


def test_graphs_are_as_large_as_the_paper_allows():
    """On both papers small and large graphs fit, with the question or under a heading of its own."""
    from cnnbook.classroom.assignment import Item
    from cnnbook.classroom.blank_graphs import drawings
    from cnnbook.graphs.pages import PAPERS, SMALLEST_SCALE

    for paper, (across, down) in PAPERS.items():
        found = drawings(
            [Item("1", "output-size", 1.0, name) for name in ("lenet5", "vgg16", "resnet50")], paper
        )
        assert [one.beside for one in found.values()] == [True, False, False]
        for one in found.values():
            for picture in one.pictures:
                assert picture.width <= across - 90
                assert picture.height <= down - 100 - (125 if one.beside else 30)
                natural = float(picture.view_box.split()[2])
                assert picture.width / natural >= 0.8 * SMALLEST_SCALE


def test_the_sample_class_is_what_the_rehearsal_makes(tmp_path):
    """data/classroom was made by the rehearsal, and its beliefs are those that it printed."""
    data = Path(__file__).parents[2] / "data" / "classroom"
    command = [data / "lab1.toml", data / "roster.csv", tmp_path / "inbox"]
    made = subprocess.run(
        [sys.executable, "-m", "cnnbook.classroom.rehearsal", *command],
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"id,beliefs\n{made.stdout}" == (data / "beliefs.csv").read_text(encoding="utf-8")
    names = sorted(file.name for file in (data / "inbox").iterdir())
    assert len(names) == 30
    for name in names:
        sample = (data / "inbox" / name).read_text(encoding="utf-8")
        by_this_version = re.sub(r'"version": "[\d.]+"', f'"version": "{version("cnnbook")}"', sample)
        assert (tmp_path / "inbox" / name).read_text(encoding="utf-8") == by_this_version


def test_an_assignment_needs_its_own_salt(desk):
    """A salt that is none is refused; another salt draws other numbers."""
    (desk / "lab1.salt").write_text("xyz")
    with pytest.raises(AssignmentError, match="has no salt"):
        load(desk / "lab1.toml")
    codes = set()
    for salt in ("0" * 32, "1" * 32):
        (desk / "lab1.salt").write_text(salt)
        sheet = load(desk / "lab1.toml")
        codes.add(sheet.code(sheet.items[0], 0))
    assert len(codes) == 2
