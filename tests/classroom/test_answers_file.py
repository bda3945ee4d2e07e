"""The file of answers that the site exports: it is graded, and taken over again."""

import json

import pytest

from cnnbook import check, practice
from cnnbook.classroom.answers_file import NoRecordError, record_file, record_in
from cnnbook.classroom.assignment import Assignment, Item
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.submitted import read_submission
from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.learner.record import Try, as_text, tries


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Tries made here are not the developer's."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))


def test_an_exported_record_is_graded():
    """The last answer to a chapter's exercise counts on a sheet that asks it; practice has other numbers."""
    check("lenet5.c1", (6, 28, 27))
    check("lenet5.c1", (6, 28, 28))
    check("size.padded", 4)
    practice("output-size").check(9)
    submitted = read_submission(record_file(tries(), "ada").encode())
    assert (submitted.learner, submitted.sheet) == ("ada", "")
    items = (Item("1", "lenet5.c1", 3.0), Item("2", "size.padded", 1.0), Item("3", "output-size", 1.0))
    marks = Marker(Assignment("lab1", "Lab 1", items, b"salt" * 4)).marks("ada", submitted.answers)
    assert [(mark.outcome, mark.points) for mark in marks] == [("right", 3.0), ("wrong", 0.0), ("blank", 0.0)]


@pytest.mark.parametrize("name", [name for name in names() if not isinstance(find(name), ProbedQuestion)])
def test_every_answer_is_read_back_as_it_was_meant(name):
    """The key of each exercise, written into the file and read by the grader, is right."""
    question = find(name)
    done = Try(1.0, name, as_text(question.parameters), question.key, True, None)
    submitted = read_submission(record_file([done]).encode())
    assert judge(question, submitted.answers[name]).outcome == "correct"


def test_all_exercises_fit_into_one_file():
    """Nobody loses an answer because there are many."""
    done = [Try(1.0, name, "{}", find(name).key, True, None) for name in names()]
    typed = [name for name in names() if not isinstance(find(name), ProbedQuestion)]
    assert [*read_submission(record_file(done).encode()).answers] == typed


def test_a_record_comes_back_whole():
    """What was exported is what is taken over, functions and solutions that were shown among it."""
    check("size.write-field", lambda layers: 7)
    exercise = practice("output-size", learner="ada", attempt=3)
    exercise.check(99)
    exercise.explain()
    assert len(tries()) == 3
    assert record_in(record_file(tries())) == tries()
    assert record_in(json.dumps([one._asdict() for one in tries()])) == tries()
    assert record_in(record_file([])) == []


@pytest.mark.parametrize("text", ["", "{", "3", '{"answers": {}}', '[{"a": 1}]', "[1]", "null"])
def test_another_file_is_refused_in_one_line(text):
    """The message says what is wrong and what would do."""
    with pytest.raises(NoRecordError, match=r"^(this file|no try).*a file that was exported here would do$"):
        record_in(text)
