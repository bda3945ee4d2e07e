"""Hostile and broken submissions: each is one line of the grades, and nothing in it is executed."""

import json
import os
import pickle
import zipfile
import zlib
from io import BytesIO

import pytest

CANARY = "canary"


def cell(source: object, kind: str = "code") -> dict:
    return {"cell_type": kind, "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def book(*cells: object, **more: object) -> bytes:
    sheet = cell('lab = open_sheet("lab1", learner="ada", questions={})')
    return json.dumps(
        {"cells": [sheet, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}
    ).encode()


def answers(**more: object) -> bytes:
    said = {"format": "cnnbook answers 1", "sheet": "lab1", "learner": "ada", "answers": {}}
    return json.dumps({**said, **more}).encode()


def touching(path: str) -> str:
    return f"open({path!r}, 'w').close()"


class Reduced:
    def __reduce__(self):
        return (os.system, (f"touch {CANARY}",))


ATTACKS = {
    "import": book(cell(f"answer_1 = __import__('os').system('touch {CANARY}')")),
    "equal-to-all": book(cell("class A:\n    def __eq__(self, other): return True\nanswer_1 = A()")),
    "side-effect": book(cell(touching(CANARY)), cell("answer_1 = 1")),
    "lambda": book(cell("answer_1 = (lambda: 1)()")),
    "walrus": book(cell(f"answer_1 = (x := {touching(CANARY)})")),
    "f-string": book(cell('answer_1 = f"{' + touching(CANARY) + '}"')),
    "format-string": book(cell("answer_1 = '{0.__class__}'")),
    "power": book(cell("answer_1 = 9**9**9")),
    "power-of-power": book(cell("answer_1 = 10**10**10**10")),
    "factorial": book(cell("answer_1 = 2*" * 200 + "2")),
    "shift": book(cell("answer_1 = 1 << 10**9")),
    "many-digits": book(cell("answer_1 = " + "9" * 90_000)),
    "deep-brackets": book(cell("answer_1 = " + "(" * 40_000 + ")" * 40_000)),
    "deep-minus": book(cell("answer_1 = " + "-" * 90_000 + "1")),
    "open-bracket": book(cell("answer_1 = (((")),
    "open-string": book(cell("answer_1 = '''")),
    "many-quotes": book(cell("answer_1 = " + "'" * 90_000)),
    "many-backslashes": book(cell("answer_1 = '" + "\\" * 90_000)),
    "null-in-answer": book(cell("answer_1 = 3\0 4")),
    "bidi": book(cell("answer_1 = '\u202e3\u2066'")),
    "surrogate": b'{"cells": [{"cell_type": "code", "source": "answer_1 = \\ud800"}]}',
    "html": book(cell("answer_1 = '<script>alert(1)</script>'")),
    "formula": book(cell("answer_1 = '=HYPERLINK(\"http://x\")'")),
    "star-import": book(cell("from os import *\nanswer_1 = getpid()")),
    "annotation": book(cell("answer_1: int = 3")),
    "tuple-target": book(cell("answer_1, answer_2 = 3, 4")),
    "assign-twice": book(cell("answer_1 = 1\nanswer_1 = 2")),
    "no-such-question": book(cell("answer_999 = 3\nanswer_0 = 3")),
    "magic": book(cell(f"!touch {CANARY}\n%run x\nanswer_1 = 3")),
    "source-number": book(cell(5)),
    "source-none": book(cell(None)),
    "source-mixed-list": book(cell(["answer_1 = ", 5, None, "3"])),
    "cell-number": book(5, None, "x", []),
    "unknown-cell": book(cell("answer_1 = 3", "python")),
    "huge-cell": book(cell("answer_1 = 3\n" + "#" * 2_000_000)),
    "metadata-list": book(metadata=[1]),
    "widgets-number": book(metadata={"widgets": 5, "cnnbook": 5}),
    "widgets-nested": book(
        metadata={"widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"state": []}}}}}
    ),
    "cells-dict": json.dumps({"cells": {"0": cell("answer_1 = 3")}}).encode(),
    "worksheets-number": json.dumps({"worksheets": 5, "cells": None}).encode(),
    "another-sheet": json.dumps({"cells": [cell('open_sheet("lab9")'), cell("answer_1 = 3")]}).encode(),
    "empty": b"",
    "blank": b"  \n ",
    "null": b"null",
    "number": b"5",
    "text": b'"answer_1 = 3"',
    "list": b"[]",
    "truncated": book(cell("answer_1 = 3"))[:-40],
    "nested-lists": b"[" * 100_000 + b"]" * 100_000,
    "nested-dicts": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "huge-integer": b'{"format": "cnnbook answers 1", "answers": {"1": ' + b"9" * 100_000 + b"}}",
    "not-a-number": b'{"format": "cnnbook answers 1", "learner": "ada", "answers": {"1": NaN}}',
    "many-keys": answers(answers={str(number): "3" for number in range(100_000)}),
    "answers-list": answers(answers=[3, 4]),
    "answers-nested": answers(answers={"1": {"a": [[3]]}, "2": [[[3]]], "3": True}),
    "answers-long": answers(answers={"1": "3" * 1_000_000}),
    "forged-score": answers(answers={"1": "nothing"}, score=7, points=7, max_points=7),
    "learner-number": answers(learner=5, codes=[1], sheet="lab1"),
    "learner-path": answers(learner="../../etc/passwd"),
    "pickle": pickle.dumps(Reduced()),
    "yaml": b"!!python/object/apply:os.system ['touch canary']",
    "utf-16": book(cell("answer_1 = 3")).decode().encode("utf-16"),
    "latin": book(cell("answer_1 = 3")).replace(b"answer_1 = 3", b"answer_1 = \xe9"),
    "byte-order-mark": b"\xef\xbb\xbf" + book(cell("answer_1 = 3")),
    "zeros": b"\0" * 10_000,
    "duplicate-keys": b'{"cells": [], "cells": [{"cell_type": "code", "source": "answer_1 = 3"}]}',
    "notebook-of-version-3": json.dumps(
        {"worksheets": [{"cells": [{"cell_type": "code", "input": "answer_1 = 3"}]}], "nbformat": 3}
    ).encode(),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_one_file_is_one_line(lab, name, monkeypatch):
    """A hostile file gets a line, nothing in it runs, and another learner is graded."""
    monkeypatch.chdir(lab.folder)
    lab.hand_in(ATTACKS[name])
    lab.hand_in(lab.answered(lab.roster.learners[1]), "lab1-0042.ipynb")
    grades = lab.grade()
    assert not (lab.folder / CANARY).exists()
    assert getattr(grades, "0042").points == 7
    lines = [one for one in (*grades.all.learners, *grades.others) if one.path == "lab1-ada.ipynb"]
    assert len(lines) == 1
    right = {"annotation", "magic", "byte-order-mark", "duplicate-keys", "notebook-of-version-3"}
    assert lines[0].points < 7 or name in right


def zipped(**entries: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_link(lab) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("ada.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


ZIPS = {
    "no-zip": lambda lab: b"PK\3\4 is no zip",
    "empty": lambda lab: b"",
    "cut-off": lambda lab: zipped(**{"ada.ipynb": book()})[:60],
    "bomb": lambda lab: zipped(**{"ada.ipynb": b"0" * (64 * 2**20)}),
    "traversal": lambda lab: zipped(**{"../../ada.ipynb": json.dumps(lab.answered()).encode()}),
    "absolute": lambda lab: zipped(**{f"{os.sep}etc/ada.ipynb": json.dumps(lab.answered()).encode()}),
    "null-in-name": lambda lab: zipped(**{"a\u202eda.ipynb": b"{}"}),
    "link": with_link,
    "nested": lambda lab: zipped(**{"a.zip": zipped(**{"b.zip": zipped(**{"ada.ipynb": b"{}"})})}),
    "wrong-checksum": lambda lab: zipped(**{"ada.ipynb": b"x" * 100}).replace(
        zlib.crc32(b"x" * 100).to_bytes(4, "little"), b"\0\0\0\0"
    ),
}


@pytest.mark.parametrize("name", ZIPS)
def test_no_zip_stops_the_class(lab, name):
    """A zip that is broken or hostile is a line or two, writes nothing, and the others are graded."""
    before = set(lab.folder.iterdir())
    lab.hand_in(ZIPS[name](lab), "upload.zip")
    lab.hand_in(lab.answered(lab.roster.learners[1]), "lab1-0042.ipynb")
    grades = lab.grade()
    assert getattr(grades, "0042").points == 7
    assert set(lab.folder.iterdir()) == before
    assert grades.ada.status == "graded" if name in ("traversal", "absolute") else grades.others


def test_files_that_are_none(lab, monkeypatch):
    """Links, pipes and files that cannot be read, or vanish, are lines that say why."""
    (lab.inbox / "link.ipynb").symlink_to("/etc/passwd")
    (lab.inbox / "folder").symlink_to(lab.folder)
    os.mkfifo(lab.inbox / "pipe.ipynb")
    (lab.inbox / "large.ipynb").touch()
    os.truncate(lab.inbox / "large.ipynb", 200 * 2**20)
    lab.hand_in(b"{}", "vanishing.ipynb")
    from cnnbook.classroom import inbox

    real = inbox.Path.read_bytes

    def read_bytes(path):
        if path.name == "vanishing.ipynb":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return real(path)

    monkeypatch.setattr(inbox.Path, "read_bytes", read_bytes)
    said = {one.path: one.remarks[0] for one in lab.grade().others}
    assert "link" in said["link.ipynb"]
    assert "link" in said["folder"]
    assert "no file" in said["pipe.ipynb"]
    assert "200 MiB" in said["large.ipynb"]
    assert "No such file" in said["vanishing.ipynb"]


def test_a_million_cells(lab):
    """A notebook of a million cells is read, or refused for its size, in bounded time."""
    lab.hand_in(b'{"cells": [' + b'{"cell_type":"raw"},' * 900_000 + b'{"cell_type":"raw"}]}')
    assert lab.grade().ada.status in ("missing", "graded")
    assert len(lab.grade().others) == 1


def test_hostile_names_in_the_roster(lab):
    """Formulas, HTML and control characters in names stay text in the grades, the report and the feedback."""
    from cnnbook.classroom.feedback_pages import feedback_page
    from cnnbook.classroom.gradebook import write_grades
    from cnnbook.classroom.grading import grade
    from cnnbook.classroom.inbox import pieces
    from cnnbook.classroom.report import report_page
    from cnnbook.classroom.roster import Learner, Roster

    hostile = Learner("ada", '=cmd|"/c calc"!A1<script>alert(1)</script>\u202e')
    lab.hand_in(lab.answered(answer_1="'<img src=x onerror=alert(1)>'", answer_2="'=1+1'"))
    grades = grade(pieces(lab.inbox), Roster((hostile,)), lab.assignment)
    file = lab.folder / "grades.csv"
    write_grades(grades, file)
    text = file.read_text(encoding="utf-8")
    assert "'=cmd" in text
    assert "\u202e" not in text
    for page in (report_page(grades), feedback_page(grades, grades.learners[0])):
        assert "<script>" not in page
        assert "<img" not in page


def test_a_full_disk_loses_nothing(lab, monkeypatch):
    """If the grades cannot be written, the error is one line and an earlier file stays as it was."""
    from cnnbook.classroom import files
    from cnnbook.classroom.gradebook import write_grades

    file = lab.folder / "grades.csv"
    file.write_text("earlier", encoding="utf-8")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(files.FileError, match=r"grades\.csv: No space left on device"):
        write_grades(lab.grade().all, file)
    assert file.read_text(encoding="utf-8") == "earlier"
    assert not [one for one in lab.folder.iterdir() if one.name.startswith(".")]
