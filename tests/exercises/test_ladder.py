"""The ladder: tries in practice, quizzes and chapters count for one skill, and typing mistakes do not."""

import pytest

from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.learner.check import check
from cnnbook.learner.exercise import practice
from cnnbook.learner.ladder import skill, suggestion, without_typos
from cnnbook.learner.record import Try, tries


def one(exercise, answer, right, when=0.0, misconception=None):
    return Try(
        when, exercise, "same numbers", (answer,) if isinstance(answer, int) else answer, right, misconception
    )


@pytest.mark.parametrize(
    ("exercise", "kind"),
    [
        ("conv-macs", "conv-macs"),
        ("quiz.trace-table", "trace-table"),
        ("size.first", "output-size"),
        ("size.shape", "conv-output-size"),
        ("size.dilated", "dilated-output-size"),
        ("lenet5.s2", "pool-output-size"),
        ("lenet5.flatten", "flatten-features"),
        ("lenet5.f6-parameters", "dense-parameters"),
        ("lenet5.padding-for-28", "padding-for"),
        ("lenet5.decode-error", "decode-error"),
        ("size.field-two", "receptive-field"),
        ("start.correlation", None),
        ("nobody.knows", None),
        ("", None),
    ],
)  # fmt: skip
def test_an_exercise_has_a_skill(exercise, kind):
    """By the kind of its question, or, where the chapter states it, by the misconceptions it shows."""
    assert skill(exercise) == kind


def test_most_exercises_of_the_chapters_have_one():
    """Those whose question some kind asks, too; no skill is anything but a kind."""
    skills = {name: skill(name) for name in names()}
    assert set(skills.values()) <= {*KINDS, None}
    assert all(skills[name] for name in names() if find(name).kind in KINDS)
    assert sum(kind is not None for kind in skills.values()) > len(skills) / 2


def test_chapter_exercises_climb_the_ladder(own_progress):
    """Four of chapter 1's output sizes, right, and practice goes on with the next kind."""
    assert practice().name == "output-size"
    for name in ("size.first", "size.padded", "size.strided", "size.stem"):
        check(name, find(name).key)
    assert practice().name == "conv-output-size"
    for name in ("size.padded-strided", "size.stem-short"):
        check(name, 1)
    assert practice().name == "output-size"


def test_quizzes_climb_it_too():
    """A quiz's question counts for the kind it belongs to."""
    record = [one("quiz.output-size", 5, True, n)._replace(numbers=str(n)) for n in range(4)]
    assert suggestion(record, 10.0) == "conv-output-size"


@pytest.mark.parametrize(
    ("wrong", "right", "typo"),
    [
        (82, 28, True),
        (2, 28, True),
        (228, 28, True),
        (27, 28, False),
        (61760, 61706, True),
        (60706, 61706, False),
        ((6, 82, 28), (6, 28, 28), True),
        ((6, 82, 82), (6, 28, 28), False),
    ],
)  # fmt: skip
def test_a_typing_mistake_costs_nothing(wrong, right, typo):
    """Digits swapped, left out or doubled, put right by the next try, are no try; another number is."""
    record = [one("size.first", wrong, False), one("size.first", right, True)]
    assert (len(without_typos(record)) == 1) is typo


def test_what_a_misconception_explains_is_no_typing_mistake():
    """Nor is a mistake that the next try does not put right."""
    explained = [one("size.first", 2, False, misconception="no-stride"), one("size.first", 28, True)]
    assert without_typos(explained) == explained
    left = [one("size.first", 82, False), one("size.first", 27, False)]
    assert without_typos(left) == left


def test_blank_and_unreadable_answers_cost_nothing(own_progress):
    """They are no tries at all."""
    for answer in (..., "", "many", "4.5", "3, 4"):
        check("size.strided", answer)
    assert tries() == []
