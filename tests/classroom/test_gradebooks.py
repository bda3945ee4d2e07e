"""Gradebooks of Moodle and Canvas: grades go in by id, or by a name that only one learner has."""

import csv
import io
import zipfile
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner

from cnnbook.classroom.files import FileError
from cnnbook.classroom.gradebook import Graded, read_grades, write_grades
from cnnbook.classroom.grading import grade
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.platform_gradebook import filled
from cnnbook.classroom.roster import Learner, Roster, load_roster
from cnnbook.cli import main

# As the platforms export them, with a hidden assignment, an empty grade, and Canvas's test student.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Lab 0 (311),Lab 1 (312),Labs Current Score,Final Score
,,,,,,Manual Posting,,
    Points Possible,,,,,5.00,7.00,(read only),(read only)
"Lovelace, Ada",9001,0042,ada,Section A,4.00,,80.00,80.00
"Turing, Alan",9002,0043,alan,Section A and Section B,5.00,3.00,100.00,100.00
"Hopper, Grace",9003,,grace,Section B,,,,
"Student, Test",9009,,27f1a8,Section A,,,,
"""
MOODLE = """\
"First name","Last name","ID number",Institution,Department,"Email address","Assignment: Lab 0 (Real)",\
"Assignment: Lab 1 (Real)","Course total (Real)","Last downloaded from this course"
Ada,Lovelace,0042,,,ada@example.edu,4.00,-,4.00,1764400000
Alan,Turing,0043,,,alan@example.edu,5.00,3.00,8.00,1764400000
Grace,Hopper,,,,grace@example.edu,-,-,-,1764400000
"""
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 4711","Ada Lovelace",ada@example.edu,"Submitted for grading",,7.00,Yes,"4 Dec 2026, 5:00 PM",-,
"Participant 4712","Alan Turing",alan@example.edu,"No submission",,7.00,Yes,-,-,
"Participant 4713","Grace Hopper",grace@example.edu,"Submitted for grading",,7.00,Yes,-,-,
"""
EXPORTS = {"canvas": (CANVAS, "Lab 1"), "moodle": (MOODLE, "Lab 1"), "worksheet": (WORKSHEET, "Grade")}
GRADES = [Graded("0042", "Ada Lovelace", 6.5, 7.0), Graded("grace@example.edu", "Grace Hopper", 0.0, 7.0)]


def put(export, grades, column, tmp_path, **options):
    file = tmp_path / "export.csv"
    file.write_bytes(export if isinstance(export, bytes) else export.encode())
    done = filled(file, grades, column, **options)
    return list(csv.reader(io.StringIO(done.content.decode(), newline=""))), done


def test_canvas_gets_its_own_file_back(tmp_path):
    """The columns up to Section, this assignment with its points possible, and learners who have a grade."""
    lines, done = put(CANVAS, GRADES, "Lab 1", tmp_path)
    assert lines == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lab 1 (312)"],
        ["    Points Possible", "", "", "", "", "7.00"],
        ["Lovelace, Ada", "9001", "0042", "ada", "Section A", "6.5"],
        ["Hopper, Grace", "9003", "", "grace", "Section B", "0"],
    ]
    assert (done.grades, done.remarks) == (2, ())


def test_moodle_gets_what_its_import_needs(tmp_path):
    """Names, id number, email address and the grade item; ids with leading zeros stay as they are."""
    lines, done = put(MOODLE, GRADES, "Lab 1", tmp_path)
    assert lines == [
        ["First name", "Last name", "ID number", "Email address", "Assignment: Lab 1 (Real)"],
        ["Ada", "Lovelace", "0042", "ada@example.edu", "6.5"],
        ["Grace", "Hopper", "", "grace@example.edu", "0"],
    ]
    assert not done.remarks


def test_the_grading_worksheet_keeps_all_its_columns(tmp_path):
    """Moodle wants the worksheet of an assignment back whole, with grades in it."""
    lines, _done = put(WORKSHEET, GRADES, "Grade", tmp_path)
    original = list(csv.reader(io.StringIO(WORKSHEET, newline="")))
    assert lines[0] == original[0]
    assert [line[4] for line in lines[1:]] == ["6.5", "0"]
    assert [line[:4] + line[5:] for line in lines[1:]] == [
        one[:4] + one[5:] for one in (original[1], original[3])
    ]


@pytest.mark.parametrize("platform", EXPORTS)
def test_the_round_trip(lab, tmp_path, platform):
    """Roster from the export, submissions, grades, upload: read again, each grade is where it belongs."""
    export, column = EXPORTS[platform]
    file = tmp_path / "export.csv"
    file.write_text(export, encoding="utf-8")
    roster = load_roster(file)
    assert [one.name for one in roster.learners][1:] == (
        ["Turing, Alan", "Hopper, Grace"] if platform == "canvas" else ["Alan Turing", "Grace Hopper"]
    )
    assert len(roster.learners) == 3
    for learner, typed in zip(roster.learners[:2], ("(6, 28, 28)", "(6, 28, 27)"), strict=True):
        lab.hand_in(lab.answered(learner, answer_3=typed), f"{learner.id}.ipynb")
    write_grades(grade(pieces(lab.inbox), roster, lab.assignment), tmp_path / "grades.csv")
    words = ["--grades", str(tmp_path / "grades.csv"), "--column", column, "-o", str(tmp_path / "up.csv")]
    done = CliRunner().invoke(main, ["gradebook", str(file), *words])
    assert done.exit_code == 0, done.output
    assert done.stderr == f"2 of 2 grades are in {tmp_path / 'up.csv'}\n"
    lines = list(csv.DictReader(io.StringIO((tmp_path / "up.csv").read_text(encoding="utf-8"), newline="")))
    (heading,) = [name for name in lines[0] if name == column or "Lab 1" in name]
    assert [line[heading] for line in lines if line[heading] != "7.00"] == ["7", "6"]
    original = csv.DictReader(io.StringIO(export, newline=""))
    ids = {"canvas": "ID", "moodle": "Email address", "worksheet": "Identifier"}[platform]
    known = [one[ids] for one in original if one[ids]]
    assert [line[ids] for line in lines if line[ids]] == known[:2]


def test_nothing_is_guessed(tmp_path):
    """Two of a name, an id with another's name, two ids in one line, and who is nowhere: each is a remark."""
    export = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (1)\n"
        '"Lee, Kim",1,,k1,A,\n'  # this name stands twice here
        '"Lee, Kim",2,,k2,A,\n'
        '"Ito, Yui",3,77,y1,A,\n'  # 77 is Bo's id in the grades
        '"Sen, Ana",4,a1,a2,A,\n'  # two of her ids are those of two people
        '"Diaz, Eva",5,e5,e,A,\n'
        '"Roe, Jo",6,,j,A,\n'  # her name stands twice in the grades
    )
    grades = [
        Graded(*one, 1.0, 7.0)
        for one in [
            *(("kim", "Kim Lee"), ("77", "Bo Moe"), ("a1", "Ana Sen"), ("a2", "Al Sen")),
            *(("E5 ", "EVA   DÍAZ"), ("x", "Jo Roe"), ("y", "Jo Roe"), ("lost", "Max Lost")),
        ]
    ]
    lines, done = put(export, grades, "lab 1", tmp_path)
    assert [line[0] for line in lines[1:]] == ["Diaz, Eva"]
    assert done.grades == 1
    assert done.remarks == (
        "line 2 (Lee, Kim): several people fit, among them kim (Kim Lee); not filled in",
        "line 3 (Lee, Kim): several people fit, among them kim (Kim Lee); not filled in",
        "line 4 (Ito, Yui): the id is that of 77 (Bo Moe); not filled in",
        "line 5 (Sen, Ana): several people fit, among them a1 (Ana Sen) or a2 (Al Sen); not filled in",
        "line 7 (Roe, Jo): several people fit, among them x (Jo Roe) or y (Jo Roe); not filled in",
        "lost (Max Lost) has a grade and stands in no line",
    )


def test_a_grade_that_fits_two_lines_is_in_neither(tmp_path):
    """One learner's id in two lines of the export is for a human."""
    export = "Email address,ID number,Lab 1\na@b.c,0042,\nada@b.c,0042,\ng@b.c,7,\n"
    _lines, done = put(export, [GRADES[0], Graded("7", "", 1, 7)], "Lab 1", tmp_path)
    assert done.grades == 1
    assert [remark.split(": ")[1] for remark in done.remarks] == [
        "0042 (Ada Lovelace) fits 2 lines; not filled in"
    ] * 2


@pytest.mark.parametrize(
    ("export", "column", "said"),
    [
        (CANVAS, "Lab 2", r"no column 'Lab 2'; it has 'Lab 0 \(311\)', 'Lab 1 \(312\)'$"),
        (CANVAS, "Final Score", "'Final Score' of .* is not one of points; these are 'Lab 0"),
        (CANVAS, "ID", "'ID' of .* is not one of points"),
        (CANVAS.replace("Lab 0", "Lab 1"), "Lab 1", r"several columns for 'Lab 1': 'Lab 1 \(311\)' and"),
        (CANVAS.replace("7.00", "10.00"), "Lab 1", r"has 10 points in .*export\.csv, 7 in the grades: make"),
        (CANVAS.replace("Ada", "X").replace("0042", "1"), "Lab 1", None),
        ("", "Lab 1", "is empty; the export of a gradebook is wanted"),
        ("Student,ID,Section,Lab 1\n", "Lab 1", "nobody in .* has an id or a name that stands in the grades"),
    ],
)
def test_a_wrong_export_is_one_line(tmp_path, export, column, said):
    """The message names the numbers and headings that do not fit, and what would."""
    if said is None:  # without Ada, Grace is found by the email address in no column, but by her name
        assert put(export, GRADES, column, tmp_path)[1].grades == 1
        return
    with pytest.raises(FileError, match=said):
        put(export, GRADES, column, tmp_path)


def test_points_are_converted_on_request(tmp_path):
    """With --scale, 6.5 of 7 points are 9.29 of 10."""
    lines, _done = put(CANVAS.replace("7.00", "10,00"), GRADES, "Lab 1", tmp_path, scale=True)
    assert [line[-1] for line in lines[2:]] == ["9.29", "0"]


def test_canvas_with_first_and_last_names_apart(tmp_path):
    """Canvas can export two columns of names; its test student is no learner in this form either."""
    file = tmp_path / "export.csv"
    file.write_text(
        "LastName,FirstName,ID,SIS Login ID,Section,Lab 1 (312)\n    Points Possible,,,,,7\n"
        "Lovelace,Ada,9001,ada,A,\nStudent,Test,9009,27f1a8,A,\n",
        encoding="utf-8",
    )
    assert load_roster(file).learners == (Learner("9001", "Ada Lovelace"),)
    done = filled(file, [Graded("x", "Ada Lovelace", 6.5, 7.0)], "Lab 1")
    assert done.content.decode().splitlines()[2] == "Lovelace,Ada,9001,ada,A,6.5"


def test_a_name_is_no_formula_in_the_upload(tmp_path):
    """The export may be opened in a spreadsheet before it is uploaded; ids, by which it is read, stay."""
    export = 'Student,ID,SIS Login ID,Section,Lab 1 (1)\n"=HYPERLINK(""http://x"")",=1,-ada,A,\n'
    lines, _done = put(export, [Graded("-ada", "", 1.0, 7.0)], "Lab 1", tmp_path)
    assert lines[1] == ['\'=HYPERLINK("http://x")', "=1", "-ada", "A", "1"]


def test_other_countries(tmp_path):
    """Semicolons, German headings, a byte order mark and decimal commas are read; the separator stays."""
    export = (
        "\ufeffVorname;Nachname;ID-Nummer;E-Mail-Adresse;Aufgabe: Lab 1 (Punkte)\nAda;Lovelace;0042;a@b.c;-\n"
    )
    file = tmp_path / "export.csv"
    file.write_text(export, encoding="utf-8")
    assert load_roster(file).learners == (Learner("0042", "Ada Lovelace"),)
    done = filled(file, GRADES, "Lab 1")
    assert done.content.decode().splitlines()[1] == "Ada;Lovelace;0042;a@b.c;6.5"


def test_grades_changed_by_hand_are_taken(lab, tmp_path):
    """Points that a teacher has typed over count, also with a decimal comma; nonsense is one line."""
    file = tmp_path / "grades.csv"
    write_grades(grade([], lab.roster, lab.assignment), file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("ada,Ada Lovelace,missing,,7", 'ada,Ada Lovelace,missing,"5,5",7'))
    assert read_grades(file) == [Graded("ada", "Ada Lovelace", 5.5, 7.0)]
    for wrong in ("five", "-1", "nan", "inf", "1e400"):
        file.write_text(text.replace("ada,Ada Lovelace,missing,,7", f"ada,Ada Lovelace,missing,{wrong},7"))
        with pytest.raises(FileError, match=f"line 2: points '{wrong}' of '7' are no numbers"):
            read_grades(file)
    file.write_text("id,name\nada,Ada\n", encoding="utf-8")
    with pytest.raises(FileError, match="is no file of grades: it has no columns"):
        read_grades(file)


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|'/c calc'!A1", '=HYPERLINK("http://x")', "'=1")


def test_ids_come_back_from_the_file_of_grades(tmp_path, lab):
    """An id that looks like a formula is text in the file, and is itself again when the file is read."""
    roster = Roster(tuple(Learner(text.strip(), text) for text in HOSTILE))
    for learner in roster.learners:
        lab.hand_in(lab.answered(learner), f"{roster.learners.index(learner)}.ipynb")
    grades = grade(pieces(lab.inbox), roster, lab.assignment)
    file = tmp_path / "grades.csv"
    write_grades(grades, file)
    with file.open(newline="", encoding="utf-8") as lines:
        cells = [cell for line in csv.reader(lines) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert {one.id for one in read_grades(file)} == {learner.id for learner in roster.learners}


def test_a_workbook_has_text_as_text(tmp_path, lab):
    """No cell is a formula or a link; points are numbers; the same grades give the same file."""
    roster = Roster((*(Learner(f"s{number}", text) for number, text in enumerate(HOSTILE)),))
    lab.hand_in(lab.answered(roster.learners[0], answer_3="(6, 28, 27)"), "s0.ipynb")
    grades = grade(pieces(lab.inbox), roster, lab.assignment)
    file = tmp_path / "grades.xlsx"
    write_grades(grades, file)
    first = file.read_bytes()
    write_grades(grades, file)
    assert file.read_bytes() == first
    with zipfile.ZipFile(file) as archive:
        assert not [
            name for name in archive.namelist() if "external" in name.lower() or name.endswith(".bin")
        ]
        sheet = Xml.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        shared = Xml.fromstring(archive.read("xl/sharedStrings.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert not [*sheet.iter(f"{space}f"), *sheet.iter(f"{space}hyperlink")]
    texts = ["".join(one.itertext()) for one in shared]
    rows = [
        [
            texts[int(cell.findtext(f"{space}v"))]
            if cell.get("t") == "s"
            else float(cell.findtext(f"{space}v"))
            for cell in row
        ]
        for row in sheet.iter(f"{space}row")
    ]
    assert [row[1] for row in rows[1:]] == [text.replace("\t", " ") for text in HOSTILE]
    assert rows[1][3:8] == [6.0, 7.0, 1.0, 3.0, 2.0]


def test_what_cannot_be_written_is_said_before_grading(tmp_path, lab, monkeypatch):
    """Without XlsxWriter one line says how to install it, and an earlier workbook stays."""
    import sys

    (tmp_path / "roster.csv").write_text("id\nada\n", encoding="utf-8")
    (tmp_path / "grades.xlsx").write_bytes(b"earlier")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    words = ["--roster", str(tmp_path / "roster.csv"), "--assignment", str(lab.sheet)]
    done = CliRunner().invoke(main, ["grade", str(lab.inbox), *words, "-o", str(tmp_path / "grades.xlsx")])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "an .xlsx file needs xlsxwriter, which is not installed" in done.stderr
    assert (tmp_path / "grades.xlsx").read_bytes() == b"earlier"


def test_what_is_read_is_not_overwritten(tmp_path):
    """The result does not replace the export or the grades."""
    for name in ("grades.csv", "export.csv"):
        (tmp_path / name).write_text("id,name,status,points,of\n", encoding="utf-8")
    for name in ("grades.csv", "export.csv"):
        words = ["--grades", str(tmp_path / "grades.csv"), "--column", "x", "-o", str(tmp_path / name)]
        done = CliRunner().invoke(main, ["gradebook", str(tmp_path / "export.csv"), *words])
        assert done.exit_code == 2
        assert "would be overwritten, and it is read" in done.stderr
