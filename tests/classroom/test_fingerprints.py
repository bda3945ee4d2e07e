"""Fingerprints: a question that has changed since the handout is not marked, and the teacher is told."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from classroom.small_class import ADA, SHEET
from cnnbook.classroom import assignment as assignments
from cnnbook.classroom import open_sheet
from cnnbook.classroom.feedback_pages import feedback_page
from cnnbook.classroom.fingerprints import change, fingerprint
from cnnbook.classroom.gradebook import write_grades
from cnnbook.classroom.statistics import difficulties
from cnnbook.exercises import words
from cnnbook.exercises.chapters import CHAPTERS, exercises_of, find
from cnnbook.exercises.choices import Choice
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw


@pytest.fixture
def sheet_text():
    """The small class's sheet with a choice as its third question."""
    return SHEET.replace("lenet5.c1", "start.larger-picture")


@pytest.fixture
def reworded(monkeypatch):
    """Return a function by which another version of cnnbook asks the choice otherwise from now on."""

    def make(**changes):
        real = assignments.question_of
        monkeypatch.setattr(
            assignments,
            "question_of",
            lambda exercise, code: (
                replace(real(exercise, code), **changes)
                if isinstance(real(exercise, code), Choice)
                else real(exercise, code)
            ),
        )
        assert isinstance(assignments.question_of("start.larger-picture", ""), Choice)

    return make


def other_order(question):
    """Words with which the options of a choice come in another order, for they are shuffled by the prompt."""
    for number in range(100):
        prompt = question.words.prompt + "!" * number
        moved = replace(question, words=replace(question.words, prompt=prompt))
        if moved.form.options != question.form.options:
            return moved.words
    raise AssertionError("the order of the options does not depend on the prompt")


def test_a_choice_in_another_order_is_not_marked(lab, reworded):
    """The letter that was right when the sheet was handed out is not marked against another order."""
    made = lab.answered(answer_3=f'"{lab.key(ADA, 3)}"')
    reworded(words=other_order(find("start.larger-picture")))
    lab.hand_in(made)
    grades = lab.grade()
    mark = grades.ada.marks[2]
    assert (mark.outcome, mark.points, grades.ada.points) == ("changed", 0.0, 4.0)
    assert grades.ada.remarks == (
        "question 3 is not the one that cnnbook 0.1.0 handed out, and is not marked",
    )
    assert grades.all.changed == {"3": 1}
    assert difficulties(grades.all)[2].answered == 0
    assert "has changed since it was handed out" in feedback_page(grades.all, grades.ada)
    file = lab.folder / "grades.csv"
    write_grades(grades.all, file)
    assert "ada,Ada Lovelace,graded,4,7,1,3,," in file.read_text(encoding="utf-8")


def test_other_words_alone_are_marked(lab, reworded):
    """With the options in the same order and the same numbers, the answer is marked and a remark stays."""
    question = find("start.larger-picture")
    made = lab.answered(answer_3=f'"{lab.key(ADA, 3)}"')
    reworded(words=replace(question.words, ask="Which of them?"))  # no part of what is handed out
    lab.hand_in(made)
    assert lab.grade().ada.remarks == ()
    for number in range(1, 100):
        prompt = question.words.prompt + " " + "?" * number
        words_only = replace(question.words, prompt=prompt)
        if replace(question, words=words_only).form.options == question.form.options:
            break
    reworded(words=words_only)
    ada = lab.grade().ada
    assert ada.marks[2].outcome == "right"
    assert ada.remarks == ("question 3 is worded otherwise than cnnbook 0.1.0 handed it out; it is marked",)


def test_without_fingerprints_all_is_marked(lab, reworded):
    """A handout from before there were fingerprints is marked as it stands."""
    made = json.loads(json.dumps(lab.answered(answer_3='"a"')))
    del made["metadata"]["cnnbook"]["fingerprints"]
    made["cells"][1]["source"] = 'lab = open_sheet("lab1", learner="ada", questions={"3": ("x", "")})'
    reworded(words=other_order(find("start.larger-picture")))
    lab.hand_in(made)
    assert lab.grade().ada.marks[2].outcome in ("right", "wrong")


def test_another_learners_variant_is_no_changed_question(lab):
    """The sheet of another learner is flagged as such, and not as one that has changed."""
    lab.hand_in(lab.answered(lab.roster.learners[1]), "lab1-ada.ipynb")
    assert not lab.grade().all.changed


def test_the_learner_is_told(lab):
    """In the notebook, a question that is asked otherwise is neither checked nor shown on the card."""
    questions = {"1": ("size.first", "", fingerprint(find("size.first"))), "2": ("size.padded", "", "0" * 16)}
    sheet = open_sheet("lab1", questions=questions)
    assert sheet.check(1, 3).outcome == "correct"
    assert "question 2 otherwise" in sheet.check(2, 3).message
    assert [one.question for one in sheet._card_exercises()] == [find("size.first")]


def test_submitting_keeps_them(lab, tmp_path):
    """The small file of answers has the fingerprints and the version too."""
    from click.testing import CliRunner

    from cnnbook.cli import main

    file = lab.hand_in(lab.answered())
    CliRunner().invoke(main, ["submit", str(file), "-o", str(tmp_path / "ada.json")])
    said = json.loads((tmp_path / "ada.json").read_text(encoding="utf-8"))
    assert set(said["fingerprints"]) == {"1", "2", "3"}
    assert said["version"]


def all_questions():
    for chapter in CHAPTERS:
        for name, question in exercises_of(chapter).items():
            if not isinstance(question, ProbedQuestion):
                yield name, question
    for name, kind in KINDS.items():
        yield name, draw(kind, "ada", 0, b"salt")


def test_all_questions_differ_and_none_depends_on_the_process():
    """Each question has a fingerprint of its own, which another process with another hash seed gives too."""
    asked = dict(all_questions())
    found = {name: fingerprint(question) for name, question in asked.items()}
    assert len(set(found.values())) == len({question.prompt for question in asked.values()}) > 200
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from classroom.test_fingerprints import all_questions\n"
        "from cnnbook.classroom.fingerprints import fingerprint\n"
        "import json; print(json.dumps({name: fingerprint(question) for name, question in all_questions()}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(ran.stdout) == found


def test_the_language_does_not_count(monkeypatch):
    """A sheet that was handed out in another language than that of the grading machine has not changed."""
    choice = find("start.larger-picture")
    before = fingerprint(choice), fingerprint(draw(KINDS["conv-output-size"], "ada", 0, b"salt"))

    class Shouting:
        def gettext(self, message):
            return message.replace("What", "Was").replace("twice", "doppelt")

    monkeypatch.setattr(words, "_translation", Shouting)
    translated = replace(choice), draw(KINDS["conv-output-size"], "ada", 0, b"salt")
    assert "doppelt" in translated[0].prompt
    assert "Was" in translated[1].prompt
    assert [change(one, fingerprint(other)) for one, other in zip(before, translated, strict=True)] == [
        "",
        "",
    ]


def test_a_choice_shows_how_to_answer(lab):
    """The cell for a letter has an example of the form of an answer, which is not in the way of an answer."""
    cell = lab.answered(answer_3="...")["cells"][-1]
    assert 'answer_3 = ...  # written like "a"' in "".join(cell["source"])
    lab.hand_in(lab.answered(answer_3=f'"{lab.key(ADA, 3)}"'))
    assert lab.grade().ada.points == 7
