"""Hostile and broken submissions: each is one line of the grades, and nothing in it is executed."""

import csv
import json
import os
import pickle
import random
import shutil
import time
import zipfile
import zlib
from io import BytesIO

import pytest
from click.testing import CliRunner

from cnnbook.classroom.feedback_pages import feedback_page
from cnnbook.classroom.gradebook import write_grades
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.report import report_page
from cnnbook.cli import main

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
    "many-brackets": book(*[cell("answer_1 = (\n" * 8_000)] * 40),
    "many-comments": book(cell("answer_1 = (  # (((\n" * 5_000)),
    "many-answers": book(*[cell("".join(f"answer_{number} = {number}\n" for number in range(999)))] * 50),
    "many-sheets": book(*[cell('open_sheet("lab1", learner="ada", questions={"1": ("' * 300)] * 50),
    "long-line": book(cell("answer_1 = " + "3 + " * 20_000 + "3")),
    "decorator": book(cell(f"@exec\ndef f(): {touching(CANARY)}\nanswer_1 = f()")),
    "getattr": book(cell("answer_1 = ().__class__.__bases__[0].__subclasses__()")),
    "string-subclass": book(cell("class T(tuple): __eq__ = lambda a, b: True\nanswer_3 = T()")),
    "exec-in-string": book(cell(f'answer_1 = """{touching(CANARY)}"""')),
    "html-in-markdown": book(cell(f"<script>{touching(CANARY)}</script>", "markdown"), cell("answer_1 = 3")),
    "hostile-outputs": book(
        {
            **cell("answer_1 = 1"),
            "outputs": [{"output_type": "display_data", "data": {"text/html": ["<script>"]}}],
        }
    ),
    "full-width-digits": book(cell("answer_1 = '\uff19\uff19'")),
    "roman-digit": book(cell("answer_1 = '\u2169'")),
    "superscript": book(cell("answer_1 = 9\u00b9\u2070\u2070")),
    "invisible": book(cell("answer_1 = '\u200b\u2060'")),
    "negative-zero": book(cell("answer_1 = -0")),
    "infinity": answers(answers={"1": float("inf"), "2": 1e308, "3": -1e308}),
    "forged-variant": book(
        cell('lab = open_sheet("lab1", learner="ada", questions={"1": ("output-size", "AAAA")})')
    ),
    "forged-fingerprint": book(
        cell('open_sheet("lab1", questions={"1": ("output-size", "AAAA", "0000000000000000")})'),
        cell("answer_1 = 1"),
    ),
    "metadata-says-all": book(
        metadata={"cnnbook": {"learner": ["ada"], "points": 7, "codes": {"1": ["x"] * 9}}}
    ),
    "another-learner": book(cell('open_sheet("lab1", learner="0042")')),
    "learner-html": book(cell('open_sheet("lab1", learner="<script>alert(1)</script>")')),
    "learner-formula": book(cell('my_id = "=1+1"')),
    "clock-in-file": answers(submitted="1970-01-01T00:00:00", time=-1, due="9999-12-31"),
    "own-key": answers(key={"1": 3}, correct=True, answers={"1": "3"}),
    "schema-bomb": b'{"$ref": "#", "cells": [{"$ref": "#/cells/0"}]}',
    "entities": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>',
    "python": f"{touching(CANARY)}\nanswer_1 = 3".encode(),
    "html-page": b"<html><script>fetch('http://x')</script></html>",
    "pdf": b"%PDF-1.7\n1 0 obj <</OpenAction <</S /JavaScript>>>>",
    "gzip": b"\x1f\x8b\x08\0" + b"\0" * 100,
    "utf-32": book().decode().encode("utf-32"),
    "latin-1-name": book(cell('my_id = "zo\u00eb"')).decode("unicode_escape").encode("latin-1"),
    "overlong-utf-8": b'{"cells": [{"cell_type": "code", "source": "\xc0\xaf"}]}',
    "lone-continuation": b"\x80\x81\x82",
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


RIGHT = {"annotation", "magic", "byte-order-mark", "duplicate-keys", "notebook-of-version-3"}


@pytest.mark.parametrize("name", ATTACKS)
def test_one_file_is_one_line(lab, name, monkeypatch):
    """A hostile file gets a line within seconds, nothing in it runs, and another learner is graded."""
    monkeypatch.chdir(lab.folder)
    lab.hand_in(ATTACKS[name])
    lab.hand_in(lab.answered(lab.roster.learners[1]), "lab1-0042.ipynb")
    began = time.process_time()
    grades = lab.grade()
    assert time.process_time() - began < 10
    assert not (lab.folder / CANARY).exists()
    assert getattr(grades, "0042").points == 7
    lines = [one for one in (*grades.all.learners, *grades.others) if one.path == "lab1-ada.ipynb"]
    assert len(lines) == 1
    assert lines[0].points < 7 or name in RIGHT
    write_grades(grades.all, lab.folder / "grades.csv")
    assert len((lab.folder / "grades.csv").read_text(encoding="utf-8").splitlines()) == 1 + 3 + len(
        grades.others
    )
    for page in (
        report_page(grades.all),
        *(feedback_page(grades.all, one) for one in grades.all.learners if one.marks),
    ):
        assert "<script>alert" not in page
        assert "<img" not in page


NAMES = {
    "formula": "=cmd|'calc'!A1.ipynb",
    "at": "@SUM(A1).ipynb",
    "html": "<img src=x onerror=alert(1)>.ipynb",
    "bidi": "ada\u202egpj.ipynb",
    "line-end": "ada\nroot,root,graded,7.ipynb",
    "escape": "\x1b[2J\x1b]0;owned\x07.ipynb",
    "no-utf-8": os.fsdecode(b"\xff\xfe.ipynb"),
    "quotes": "'; DROP TABLE grades; --.ipynb",
    "command": "$(touch canary)`touch canary`.ipynb",
    "dots": "....ipynb",
    "longest": "a" * 249 + ".ipynb",
    "template": "{{ 7*7 }}{% raw %}.ipynb",
    "percent": "%s%n%x.ipynb",
    "deep": "/".join(["a"] * 60) + "/lab1.ipynb",
    "device": "NUL.ipynb",
    "blanks": " .ipynb",
}


@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_of_files(lab, name, monkeypatch):
    """A name of a file is text in the grades, on the terminal and in the report, and runs nothing."""
    monkeypatch.chdir(lab.folder)
    (lab.folder / "roster.csv").write_text("id,name\nada,Ada Lovelace\n", encoding="utf-8")
    lab.hand_in(b"{", NAMES[name])
    words = ["--roster", "roster.csv", "--assignment", str(lab.sheet), "--report", "report.html"]
    done = CliRunner().invoke(main, ["grade", "inbox", *words])
    assert done.exit_code == 0, done.output
    assert not (lab.folder / CANARY).exists()
    with (lab.folder / "grades.csv").open(encoding="utf-8", newline="") as file:
        _headings, ada, other = csv.reader(file)
    assert (ada[2], other[2]) == ("missing", "unreadable")
    assert not other[7 + 2].startswith(("=", "+", "-", "@"))
    assert all(one.isprintable() for cell in other for one in cell)
    assert "\x1b" not in done.output
    assert "<img" not in (lab.folder / "report.html").read_text(encoding="utf-8")


def zipped(**entries: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def flagged(content: bytes, flag: int) -> bytes:
    """Set a flag of the first entry, here and in the directory."""
    changed = bytearray(content)
    changed[6] |= flag
    changed[content.rindex(b"PK\1\2") + 8] |= flag
    return bytes(changed)


def garbled(method: int) -> bytes:
    content = bytearray(packed({"ada.ipynb": random.Random(1).randbytes(4_000)}, method))
    content[200:300] = b"\xff" * 100
    return bytes(content)


def dated(day: int) -> bytes:
    """A zip whose entry has a date that no calendar has."""
    content = bytearray(zipped(**{"ada.ipynb": b"{"}))
    for at in (10, content.rindex(b"PK\1\2") + 12):
        content[at : at + 4] = b"\xff\xff" + day.to_bytes(2, "little")
    return bytes(content)


def special(mode: int) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        entry = zipfile.ZipInfo("ada.ipynb")
        entry.external_attr = mode << 16
        archive.writestr(entry, b"{")
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
    "password": lambda lab: flagged(zipped(**{"ada.ipynb": b"{}"}), 1),
    "unknown-compression": lambda lab: zipped(**{"ada.ipynb": b"{}" * 99}).replace(b"\x08\0", b"\x63\0"),
    "lzma-garbage": lambda lab: garbled(zipfile.ZIP_LZMA),
    "bzip2-garbage": lambda lab: garbled(zipfile.ZIP_BZIP2),
    "bzip2-bomb": lambda lab: packed({"ada.ipynb": b"0" * (64 * 2**20)}, zipfile.ZIP_BZIP2),
    "forged-size": lambda lab: zipped(**{"ada.ipynb": b"0" * (30 * 2**20)}).replace(
        (30 * 2**20).to_bytes(4, "little"), (2**20).to_bytes(4, "little")
    ),
    "many-small-bombs": lambda lab: packed({f"{at}.ipynb": b"0" * (8 * 2**20) for at in range(40)}),
    "bombs-in-zips": lambda lab: packed(
        {f"{at}.zip": packed({f"{it}": b"0" * (8 * 2**20) for it in range(3)}) for at in range(20)}
    ),
    "many-entries": lambda lab: packed({str(at): b"" for at in range(50_001)}),
    "same-name-twice": lambda lab: zipped(**{"x.ipynb": b"{"}) + zipped(**{"x.ipynb": b"{"}),
    "month-15": lambda lab: dated(0b1111111_1111_11111),
    "month-0": lambda lab: dated(0),
    "windows-traversal": lambda lab: zipped(**{"..\\..\\evil.ipynb": b"{"}),
    "drive": lambda lab: zipped(**{"C:\\Windows\\evil.ipynb": b"{"}),
    "longest-name": lambda lab: zipped(**{"a" * 65_000: b"{"}),
    "bidi-in-name": lambda lab: zipped(**{"\u202eadx.ipynb": b"{"}),
    "formula-in-name": lambda lab: zipped(**{"=1+1.ipynb": b"{"}),
    "only-folders": lambda lab: zipped(**{"a/": b"", "b.ipynb": b"{"}),
    "pipe-in-zip": lambda lab: special(0o010666),
    "device-in-zip": lambda lab: special(0o020666),
    "trailing-garbage": lambda lab: zipped(**{"x.ipynb": b"{"}) + b"garbage" * 1000,
    "executable-in-front": lambda lab: b"MZ" + b"\0" * 5000 + zipped(**{"x.ipynb": b"{"}),
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
    began = time.process_time()
    grades = lab.grade()
    assert time.process_time() - began < 10
    assert len(grades.others) <= 20
    assert getattr(grades, "0042").points == 7
    assert set(lab.folder.iterdir()) == before
    assert grades.ada.status == "graded" if name in ("traversal", "absolute") else grades.others


def test_damaged_zips_stop_nothing(lab):
    """Of 400 zips with damaged bytes each is read or is a line: none raises anything."""
    draws = random.Random(1)
    whole = packed({f"{at}/ada.ipynb": json.dumps(lab.answered()).encode() for at in range(3)})
    for _attempt in range(400):
        content = bytearray(whole)
        for _change in range(draws.randint(1, 8)):
            content[draws.choice((draws.randrange(len(content)), -draws.randint(1, 300)))] = draws.randrange(
                256
            )
        lab.hand_in(bytes(content), "upload.zip")
        assert list(pieces(lab.inbox))


def test_a_folder_that_vanishes(lab, monkeypatch):
    """If a folder of the inbox is deleted while it is read, the files in other folders are read."""
    for name in ("a/x.ipynb", "b/y.ipynb", "c/z.ipynb"):
        lab.hand_in(b"{", name)
    found = []
    for piece in pieces(lab.inbox):
        found.append((piece.path, piece.problem))
        shutil.rmtree(lab.inbox / "b", ignore_errors=True)
    assert [path for path, _problem in found if not path.startswith("b")] == ["a/x.ipynb", "c/z.ipynb"]


def test_a_file_that_grows(lab, monkeypatch):
    """A file that is written to while it is read is read up to the limit."""
    from cnnbook.classroom import inbox

    file = lab.hand_in(b"{}")
    monkeypatch.setattr(inbox, "LARGEST", 2)
    with open(file, "ab") as more:
        more.write(b"x" * 100)
    assert inbox._content(file) == b"{}"


def test_files_that_are_none(lab, monkeypatch):
    """Links, pipes and files that cannot be read, or vanish, are lines that say why."""
    (lab.inbox / "link.ipynb").symlink_to("/etc/passwd")
    (lab.inbox / "folder").symlink_to(lab.folder)
    os.mkfifo(lab.inbox / "pipe.ipynb")
    (lab.inbox / "large.ipynb").touch()
    os.truncate(lab.inbox / "large.ipynb", 200 * 2**20)
    lab.hand_in(b"{}", "vanishing.ipynb")
    from cnnbook.classroom import inbox

    real = inbox._content

    def content(path):
        if path.name == "vanishing.ipynb":
            path.unlink()
        return real(path)

    monkeypatch.setattr(inbox, "_content", content)
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


OUTPUTS = {
    "grades.csv": ["grade", "inbox", "--roster", "roster.csv", "--assignment", "lab1.toml", "-o"],
    "grades.xlsx": ["grade", "inbox", "--roster", "roster.csv", "--assignment", "lab1.toml", "-o"],
    "report.html": ["grade", "inbox", "--roster", "roster.csv", "--assignment", "lab1.toml", "--report"],
    "lab1.xml": ["export", "lab1.toml", "-o"],
    "lab1.zip": ["export", "lab1.toml", "-o"],
    "upload.csv": ["gradebook", "roster.csv", "--grades", "known.csv", "--column", "Lab 1", "-o"],
    "answers.json": ["submit", "inbox/lab1-ada.ipynb", "-o"],
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_full_disk_loses_nothing(lab, monkeypatch, name):
    """If a file cannot be written, the error is one line, and an earlier one stays as it was."""
    from cnnbook.classroom import files

    monkeypatch.chdir(lab.folder)
    lab.hand_in(lab.answered())
    (lab.folder / "roster.csv").write_text("id,name,Lab 1\nada,Ada Lovelace,\n", encoding="utf-8")
    (lab.folder / "known.csv").write_text("id,name,status,points,of\nada,Ada,graded,1,7\n", encoding="utf-8")
    (lab.folder / name).write_text("earlier", encoding="utf-8")
    real, before = os.fsync, {one.name for one in lab.folder.iterdir()}

    def full(descriptor):
        if os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")).startswith(f".{name}"):
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(files.os, "fsync", full)
    done = CliRunner().invoke(main, [*OUTPUTS[name], name])
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1] == f"Error: cannot write {name}: No space left on device"
    assert (lab.folder / name).read_text(encoding="utf-8") == "earlier"
    assert {one.name for one in lab.folder.iterdir()} - before <= {"grades.csv"}
