"""Mastery: first answers to different numbers, without much help; what was mastered comes back."""

import re

import pytest

from cnnbook import ask
from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.learner.check import check
from cnnbook.learner.exercise import practice
from cnnbook.learner.hints import further_hints, solution
from cnnbook.learner.ladder import PAUSE, by_skill, suggestion
from cnnbook.learner.mastery import DAY, standing
from cnnbook.learner.progress import progress
from cnnbook.learner.record import Try, tries

KIND = "output-size"


def one(n, right=True, when=None, **more):
    """Return the first answer to variant n of a kind, a minute after the one before."""
    return Try(60.0 * n if when is None else when, KIND, f"numbers {n}", (n,), right, None, **more)


def four():
    return [one(n) for n in range(4)]


@pytest.mark.parametrize(
    ("outcomes", "mastered"),
    [("rrr", False), ("rrrr", True), ("wwrrrr", True), ("rrrrw", True), ("rrrrww", False)],
)
def test_four_of_the_last_five_first_answers(outcomes, mastered):
    """Not three right ones alone, and not when two of the last five were wrong."""
    assert standing([one(n, letter == "r") for n, letter in enumerate(outcomes)]).mastered is mastered


@pytest.mark.parametrize(
    "last",
    [
        [one(3, hints=2)],  # the formula had been shown
        [one(3, False, given_up=True), one(3)],  # the solution had been shown
        [one(3, False), one(3)],  # right only at the second try
        [one(2)],  # the numbers of another try, run again
        [one(0), one(1), one(2)],
    ],
    ids=["two hints", "given up", "second try", "run again", "all run again"],
)
def test_what_earns_nothing(last):
    """Neither help beyond the first hint, nor a solution, nor a second try, nor the same numbers again."""
    assert not standing([*four()[:3], *last]).mastered


def test_one_hint_is_allowed():
    """The first hint asks a question; it gives nothing away."""
    assert standing([*four()[:3], one(3, hints=1)]).mastered


def test_what_was_mastered_comes_back_after_growing_gaps():
    """After 1, 3, 7 and 21 days if each answer is right; an answer that comes earlier changes nothing."""
    record, gaps = four(), []
    for n in range(4, 9):
        due = standing(record).due
        gaps.append((due - record[-1].when) / DAY)
        early = one(100 + n, when=due - 10)
        assert standing([*record, early]).due == due
        record.append(one(n, when=due + 5))
    assert [round(gap) for gap in gaps] == [1, 3, 7, 21, 21]


def test_a_wrong_answer_brings_it_back_at_once():
    """It stays mastered if four of the five are right, and the gaps begin anew."""
    record = [*four(), one(4, when=2 * DAY), one(5, False, when=6 * DAY)]
    assert standing(record).due == 6 * DAY
    assert standing([*record, one(6, when=7 * DAY)]).due == 10 * DAY


def test_what_was_missed_is_asked_in_the_next_sitting():
    """First of all, also if the ladder has gone on; in the same sitting the ladder goes on."""
    record = [*four(), one(4, False, when=300.0)]
    assert suggestion(record, 300.0 + PAUSE) == KIND
    missed = [Try(400.0, "conv-macs", "n", (1,), False, None)]
    assert suggestion([*four(), *missed], 500.0) == "conv-output-size"
    assert suggestion([*four(), *missed], 400.0 + PAUSE) == "conv-macs"


def test_what_is_due_comes_before_what_is_new():
    """A year later all that was mastered is due, the longest first."""
    record = four() + [one_more._replace(exercise="flatten-features", when=9e3) for one_more in four()]
    assert suggestion(record, 9_100.0) == "conv-output-size"
    assert suggestion(record, 400.0 * DAY) == KIND


def test_every_fourth_exercise_is_of_another_kind():
    """After three of one kind in one sitting, one that was mastered before comes between."""
    new = [Try(500.0 + n, "conv-output-size", f"{n}", (n,), False, None) for n in range(3)]
    assert suggestion([*four(), *new[:2]], 600.0) == "conv-output-size"
    assert suggestion([*four(), *new], 600.0) == KIND
    assert suggestion(new, 600.0) == KIND  # nothing was mastered: the ladder


def test_a_record_of_the_first_edition_counts():
    """Its tries have no learner and no hints."""
    old = [Try(float(n), KIND, f"{n}", (n,), True, None) for n in range(4)]
    assert by_skill(old)[KIND].mastered


def wrong_by(kind, cause, attempt, learner="ada"):
    """Return an exercise that detects this cause, from this attempt on, and the answer it gives."""
    exercise = next(
        exercise
        for exercise in (practice(kind, learner=learner, attempt=k) for k in range(attempt, 60))
        if cause in exercise.question.targets
    )
    return exercise, next(slip.answer for slip in exercise.question.slips() if slip.ids == (cause,))


def test_a_suspect_that_recurs_is_asserted():
    """Once it is suspected, on the next variant that detects it it is asserted; a slip between undoes it."""
    exercise, answer = wrong_by("output-size", "no-padding", 0)
    first = exercise.check(answer)
    assert (first.misconception, first.candidates) == (None, ("no-padding",))
    again = exercise.new()
    assert "no-padding" in again.question.targets
    recurred = next(slip.answer for slip in again.question.slips() if slip.ids == ("no-padding",))
    assert again.check(recurred).misconception == "no-padding"
    assert exercise.check(answer).misconception == "no-padding"  # now the record knows

    other, _answer = wrong_by("output-size", "no-stride", 0)
    assert other.check(tuple(n + 1000 for n in other.question.key)).candidates == ()
    third, answer = wrong_by("output-size", "no-padding", again._asked.attempt + 1)
    assert third.check(answer).misconception is None


def test_what_is_suspected_decides_the_next_numbers():
    """After a wrong answer the next variant detects its suspect; the same on every machine."""
    for kind, cause in (("conv-output-size", "channels-last"), ("layer-count", "counts-projections")):
        exercise, answer = wrong_by(kind, cause, 0)
        exercise.check(answer)
        following = exercise.new()
        assert cause in following.question.targets
        asked = following._asked
        same = practice(kind, learner=asked.learner, attempt=asked.attempt)
        assert same.question == following.question


def test_a_solution_that_was_shown_is_noted():
    """Giving up is no blank in the record, and the same variant, rebuilt, earns nothing."""
    exercise = practice(KIND, learner="ada")
    exercise.hint()
    exercise.explain()
    practice(KIND, learner="ada").check(exercise.question.key)
    noted = tries()
    assert [(one.given_up, one.right, one.hints) for one in noted] == [(True, False, 1), (False, True, 0)]
    assert (noted[0].learner, noted[0].attempt, noted[0].form) == ("ada", 0, "number")
    assert progress().rows[0][:3] == (KIND, 1, 0)


def test_the_progress_speaks_of_beliefs():
    """What was seen twice is said, with what came after, and what was seen once is not."""
    exercise, answer = wrong_by(KIND, "no-padding", 0)
    exercise.check(answer)
    assert progress().beliefs == []
    again, answer = wrong_by(KIND, "no-padding", exercise._asked.attempt + 1)
    again.check(answer)
    assert progress().beliefs == ["no padding: seen 2 times, last today."]
    for attempt in (50, 51):
        right = practice(KIND, learner="ada", attempt=attempt)
        right.check(right.question.key)
    assert progress().beliefs == ["no padding: seen 2 times, last today; since then right twice."]
    assert "since then right twice" in str(progress())
    assert "<li>no padding: seen 2 times" in progress()._repr_html_()


def test_check_tells_more_after_each_new_wrong_answer():
    """The rule, the rule with its numbers, the solution; the same answer again is told the same."""
    name, key = "size.halve", 3
    told = [check(name, wrong).hint for wrong in (90, 91, 92, 93)]
    rule, numbers = further_hints(find(name))
    assert rule not in told[0]
    assert told[1].endswith(rule)
    assert told[2].endswith(numbers)
    assert told[3].endswith(solution(find(name)))
    assert check(name, 91).hint == told[1]
    assert check(name, key).outcome == "correct"
    assert check(name, 90).hint == told[0]


@pytest.mark.parametrize("name", names())
def test_no_rung_before_the_solution_ends_in_the_answer(name):
    """The rule, and the calculation with its numbers, stop before the result."""
    key = find(name).key
    for hint in further_hints(find(name))[1:]:
        numbers = [int(n.replace(",", "")) for n in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", hint)]
        assert tuple(numbers[-len(key) :]) != key, hint


@pytest.mark.parametrize(
    "name", ["errata.smallest", "choosing.map-at-112", "inception.smallest-input", "inception.batch-of-one"]
)
def test_a_calculation_that_goes_to_its_end_is_no_hint(name):
    """Its last number is the answer; it is told with the solution."""
    (key,) = find(name).key
    assert not any(re.search(rf"\b{key}\b", hint) for hint in further_hints(find(name)))
    assert str(key) in solution(find(name))


def test_the_solution_comes_with_the_fourth_wrong_answer_and_not_before():
    """Also where a question has neither a rule nor numbers; a solution shown elsewhere is no answer."""
    name = "vgg16.stage1"
    assert further_hints(find(name)) == []
    ask(name)[0].explain()
    hints = [check(name, (wrong, 9, 9)).hint for wrong in (1, 2, 3, 4)]
    assert [solution(find(name)) in hint for hint in hints] == [False, False, False, True]


@pytest.mark.parametrize("kind", KINDS)
def test_new_asks_with_other_numbers(kind):
    """Never the same question again, whatever was answered."""
    for attempt in range(25):
        exercise = practice(kind, learner="ada", attempt=attempt)
        assert exercise.new().question.parameters != exercise.question.parameters
