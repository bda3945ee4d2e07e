"""The record of tries: one local file that survives two kernels, kills and folders that cannot be written."""

import json
import os
import subprocess
import sys
from time import sleep

import pytest

from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.learner.check import check
from cnnbook.learner.exercise import practice
from cnnbook.learner.ladder import suggestion
from cnnbook.learner.progress import progress
from cnnbook.learner.record import Try, tries


def test_tries_are_noted_and_typos_are_not(own_progress):
    """Right and wrong answers count; blank and unreadable ones cost nothing."""
    for answer in (..., "a few", 9, 5):
        check("size.strided", answer)
    assert [(one.exercise, one.right, one.misconception) for one in tries()] == [
        ("size.strided", False, None),
        ("size.strided", True, None),
    ]
    assert [one.suspected for one in tries()] == [("no-stride",), ()]
    assert own_progress.stat().st_mode & 0o077 == 0


def test_running_a_notebook_again_is_no_new_try():
    """The same answer to the same numbers, twice in a row, is one try."""
    for _ in range(3):
        check("size.strided", 4)
        check("size.first", 3)
    assert len(tries()) == 2


def test_a_line_cut_by_a_kill_is_left_out(own_progress):
    """What was written before and after it is kept."""
    check("size.first", 3)
    with own_progress.open("a") as file:
        file.write('{"when": 12.5, "exerc')
    check("size.strided", 4)
    assert [one.exercise for one in tries()] == ["size.first", "size.strided"]


def test_foreign_lines_are_left_out(own_progress):
    """A file that somebody edited never breaks the record."""
    own_progress.write_bytes(
        b'\xff\xfe\n[]\n{}\n{"when": 1}\n"text"\n' + b"[" * 10**5 + b"\n" + json.dumps([1, 2]).encode()
    )
    check("size.first", 3)
    assert len(tries()) == 1


def test_a_record_of_the_first_edition_is_read(own_progress):
    """Its lines have no suspects; what a hand may have put there is checked like all else."""
    line = {"when": 1.0, "exercise": "size.first", "numbers": "{}", "answer": [2], "right": False}
    own_progress.write_text(
        json.dumps({**line, "misconception": "no-plus-one"})
        + "\n"
        + json.dumps({**line, "misconception": None, "suspected": [3]})
        + "\n"
        + json.dumps({**line, "misconception": None, "suspected": 3})
    )
    assert tries() == [Try(1.0, "size.first", "{}", (2,), False, "no-plus-one", ())]


def test_two_kernels_write_at_once(own_progress):
    """Four processes note 150 tries each; every line is whole and none is lost."""
    code = (
        "import sys; from cnnbook import check\n"
        "for n in range(150): check('size.first', 1000 * int(sys.argv[1]) + n)"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(number)]) for number in range(4)]
    assert [process.wait(timeout=60) for process in running] == [0, 0, 0, 0]
    lines = [line for line in own_progress.read_text().splitlines() if line]
    assert len(lines) == 600
    assert all(json.loads(line)["exercise"] == "size.first" for line in lines)


def test_a_kill_at_any_moment_costs_one_try_at_most():
    """A writer killed again and again leaves whole lines, and the next one goes on."""
    code = (
        "from cnnbook import check\nprint('go', flush=True)\nn = 0\n"
        "while True: check('size.first', n := n + 5)"
    )
    for turn, wait in enumerate((0.0, 0.003, 0.011)):
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert writer.stdout.readline() == b"go\n"
        sleep(wait)
        writer.kill()
        writer.wait()
        before = len(tries())
        check("size.strided", 1000 + turn)
        assert len(tries()) == before + 1


def test_a_folder_that_cannot_be_written_costs_only_the_record(monkeypatch):
    """Feedback comes all the same."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", os.path.join(os.devnull, "no", "folder.jsonl"))
    assert check("size.first", 3).outcome == "correct"
    assert tries() == []
    assert "Nothing tried yet" in str(progress())


def test_the_ladder_suggests_what_is_not_mastered():
    """Four of the last five right is enough; a slip later on brings a kind back."""
    first, second = list(KINDS)[:2]

    def one(kind, right, when):
        return Try(float(when), kind, str(when), (when,), right, None)

    record = [one(first, True, n) for n in range(4)]
    now = 10.0
    assert suggestion([], now) == first
    assert suggestion(record, now) == second
    assert suggestion([*record, one(first, False, 5), one(first, False, 6)], now) == first
    everything = [one(kind, True, n) for kind in KINDS for n in range(4)]
    assert suggestion(everything, now) in KINDS


def test_progress_shows_exports_and_forgets(tmp_path, own_progress):
    """A table with a picture that is also words, a JSON file, and a clean slate."""
    exercise = practice("output-size", learner="ada")
    exercise.check(999)  # no typing mistake for the right answer
    exercise.check(exercise.question.key)
    following = exercise.new()
    following.check(following.question.key)
    shown = progress()
    assert [row[:3] for row in shown.rows] == [("output-size", 2, 1)]
    assert "1 of   2  ○●" in str(shown)
    assert "1 of 2" in shown._repr_html_()
    exported = json.loads(shown.export(tmp_path / "mine.json").read_text())
    assert [one["right"] for one in exported] == [False, True, True]
    shown.reset()
    assert progress().rows == []
    assert own_progress.read_bytes() == b""
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.json", "progress.jsonl"]


@pytest.mark.parametrize(
    ("field", "value"), [("when", None), ("when", "noon"), ("answer", [None]), ("misconception", [])]
)
def test_a_field_of_another_type_leaves_its_line_out(own_progress, field, value):
    """A line that somebody edited breaks neither the suggestion nor the picture."""
    for kind in KINDS:
        for when in range(4):
            one = Try(float(when), kind, str(when), (when,), True, None)._asdict()
            with own_progress.open("a") as file:
                file.write(json.dumps(one | {field: value}) + "\n")
    assert tries() == []
    assert practice().prompt
    assert "Nothing tried yet" in str(progress())


def test_forgetting_follows_a_link_and_leaves_what_is_no_file(tmp_path, monkeypatch):
    """The file behind a link is emptied and the link stays; a folder and a pipe stay as they are."""
    real, link, folder, pipe = (tmp_path / name for name in ("real", "link", "folder", "pipe"))
    link.symlink_to(real)
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(link))
    check("size.first", 3)
    progress().reset()
    assert link.is_symlink()
    assert real.read_bytes() == b""
    folder.mkdir()
    os.mkfifo(pipe)
    for path in (folder, pipe, tmp_path / "missing"):
        monkeypatch.setenv("CNNBOOK_PROGRESS", str(path))
        progress().reset()
    assert folder.is_dir()
    assert pipe.is_fifo()


def test_a_record_that_grows_or_changes_is_read_right(own_progress):
    """What was appended, edited, cut, put in place of the file or left without its end is there each time."""
    lines = [f'{{"when": {n}, "exercise": "e{n}", "numbers": "{{}}", "answer": [{n}]' for n in range(5)]
    lines = [f'{line}, "right": false, "misconception": null}}' for line in lines]

    def seen(text):
        own_progress.write_text(text)
        return [one.exercise for one in tries()]

    assert seen(f"{lines[0]}\n") == ["e0"]
    assert seen(f"{lines[0]}\n{lines[1]}") == ["e0", "e1"]  # the last line has no end yet
    assert seen(f"{lines[0]}\n{lines[1]}\n{lines[2][:30]}") == ["e0", "e1"]
    assert seen(f"{lines[0]}\n{lines[1]}\n{lines[2]}\n") == ["e0", "e1", "e2"]
    assert seen(f"{lines[3]}\n{lines[1]}\n{lines[4]}\n") == ["e3", "e1", "e4"]
    assert seen(f"{lines[2]}\n") == ["e2"]
    assert seen("") == []
    for when in ("1" + 400 * "0", "NaN", "-Infinity", "1e300", '"now"'):
        assert seen(lines[0].replace('"when": 0', f'"when": {when}') + "\n") == []
    assert seen(lines[0].replace('"e0"', r'"\ud800"') + "\n") == []
    assert seen(f"{lines[2]}\n") == ["e2"]
