"""Practice: exercises with a ladder of hints, never running out."""

import pytest

from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.learner.exercise import practice


@pytest.mark.parametrize("kind", KINDS)
def test_an_exercise_asks_and_checks(kind):
    """The prompt names the numbers; the right answer is right, a target's answer names its target."""
    exercise = practice(kind, learner="ada")
    assert exercise.question.stem.endswith(("?", "Answer 0 if it needs none."))
    assert "{" not in exercise.prompt
    assert exercise.check(exercise.question.key).outcome == "correct"
    for slip in exercise.question.slips():
        if slip.ids[0] in exercise.question.targets:
            assert exercise.check(slip.answer).candidates == slip.ids


def test_the_promised_parameters():
    """conv-output-size names its numbers as PyTorch does, and the answer is (C, H, W)."""
    exercise = practice("conv-output-size", learner="ada", attempt=0)
    names = "in_channels out_channels size kernel_size stride padding dilation"
    assert set(exercise.parameters) >= set(names.split())
    assert exercise.check((exercise.parameters["out_channels"], 1, 1)).message.count("channels right") == 1


def test_the_same_learner_and_attempt_have_the_same_numbers():
    """What was set can be set again, and new() is the next attempt."""
    assert practice("output-size", learner="ada").prompt == practice("output-size", learner="ada").prompt
    second = practice("output-size", learner="ada").new()
    assert second.prompt == practice("output-size", learner="ada", attempt=1).prompt


def wrong_answer(question):
    """Return the wrong answer of a target; of options without targets, another one."""
    targeted = [slip.answer for slip in question.slips() if slip.ids[0] in question.targets]
    if question.targets:
        return targeted[0]
    return next((place,) for place in (1, 2) if (place,) != question.key)


@pytest.mark.parametrize("kind", KINDS)
def test_hints_climb_and_the_last_closes(kind):
    """Component, question, formula, numbers, solution; the key stands in the solution alone."""
    exercise = practice(kind, learner="ada")
    feedback = exercise.check(wrong_answer(exercise.question))
    rungs = [exercise.hint() for _ in range(5)]
    assert rungs[:2] == [feedback.message, feedback.hint]
    assert len(set(rungs)) == 5
    shown = exercise.question.form.typed(exercise.question.key)
    if exercise.question.form.options:
        assert all(f"{letter}) " in rungs[4] for letter in shown)
    else:
        assert all(f"{int(number):,}" in rungs[4] or number in rungs[4] for number in shown)
    assert exercise.closed
    assert exercise.check(exercise.question.key).outcome == "not attempted"
    assert exercise.hint() == rungs[4]
    assert not exercise.new().closed


@pytest.mark.parametrize("kind", KINDS)
def test_further_hints_leave_out_what_was_told(kind):
    """After a wrong answer the hints go on where its feedback ended, and none comes twice."""
    exercise = practice(kind, learner="ada")
    assert exercise.told == frozenset()
    first = exercise.further_hint()
    feedback = exercise.check(wrong_answer(exercise.question))
    assert {first, feedback.message, feedback.hint} <= exercise.told
    hints = []
    while not exercise.closed:
        hints.append(exercise.further_hint())
    assert len(set(hints)) == len(hints)
    assert not {first, feedback.message, feedback.hint} & set(hints)
    assert hints[-1].startswith(exercise.solution)
    assert exercise.further_hint() == hints[-1]


def test_a_hint_before_any_answer_asks_for_a_value_on_the_way():
    """Nothing is off yet, so the first hint is a question."""
    assert practice("output-size", learner="ada").hint().endswith("?")


def test_a_typo_in_a_kind_names_the_nearest():
    """One clear line, no traceback in Jupyter."""
    with pytest.raises(LookupError, match=r"no kind of exercise 'conv-size'\. Did you mean conv-output-size"):
        practice("conv-size")


def test_without_a_kind_the_ladder_decides():
    """Nothing tried yet: the first rung."""
    assert practice().name == "output-size"


@pytest.mark.parametrize("kind", KINDS)
def test_no_hint_of_a_variant_gives_its_answer_away(kind):
    """Hints to wrong answers do not contain the key, except where the question itself does."""
    for attempt in range(12):
        question = draw(KINDS[kind], "reader", attempt)
        text = question.prompt
        assert text.strip()
        exercise = practice(kind, learner="reader", attempt=attempt)
        for slip in question.slips():
            if not question.accepts(slip.answer) and min(slip.answer) >= 0:
                hint = exercise.check(slip.answer).hint
                assert hint.rstrip().endswith(("?", "stage.", "width.")), (slip, hint)
                if len(question.key) == 1 and question.key[0] > 99 and str(question.key[0]) not in text:
                    assert f"{question.key[0]:,}" not in hint


def test_exercises_show_themselves():
    """In a terminal and in Jupyter: the prompt, and how to answer."""
    exercise = practice("conv-output-size", learner="ada")
    assert exercise.prompt in repr(exercise)
    assert ".check((20, 30, 40))" in repr(exercise)
    assert "Conv2d(" in exercise._repr_html_()
