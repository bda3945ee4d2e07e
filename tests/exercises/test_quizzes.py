"""Quizzes: questions about any network, whose keys are what torch does."""

import pytest
import torch
from torch import nn

from cnnbook.exercises import quiz
from cnnbook.exercises.asked import questions
from cnnbook.rows import Trace
from cnnbook.tracing import trace


class Small(nn.Module):
    """A network with all that a quiz asks about."""

    def __init__(self, stride=2, features=16 * 5 * 7):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 5, stride=stride, padding=1)
        self.left = nn.Conv2d(8, 4, 1)
        self.right = nn.Conv2d(8, 12, 3, padding=1, bias=False)
        self.again = nn.Conv2d(16, 16, 3, padding=1)
        self.fc = nn.Linear(features, 10)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.cat([self.left(x), self.right(x)], 1)
        x = x + self.again(x)
        x = nn.functional.max_pool2d(x, 3, 2)
        return self.fc(torch.flatten(x, 1))


@pytest.fixture(scope="module")
def traced():
    return trace(Small(), (2, 3, 24, 32))


def of_kind(traced, kind):
    return [asked for asked in questions(traced) if asked.kind == kind]


def test_all_kinds_are_asked_of_a_network_that_has_them(traced):
    """Shapes, blanks, flatten, parameters, MACs, joins, fields, edits and errors."""
    kinds = {asked.kind for asked in questions(traced)}
    joins = {"concatenation", "addition"}
    counts = {"flatten", "parameters", "macs", "receptive-field"}
    assert kinds == joins | counts | {"layer-shape", "blank", "edit", "decode-error"}


def test_keys_are_what_the_rows_say(traced):
    """Shapes, parameters and MACs of the trace, which torch made, are the keys."""
    for asked in questions(traced):
        row = traced[asked.row]
        if asked.kind in ("layer-shape", "blank", "concatenation", "addition"):
            assert asked.question.key == row.output_shape[1:]
        if asked.kind == "parameters":
            assert asked.question.key == (row.parameters,)
        if asked.kind == "macs":
            assert asked.question.key == (row.macs // 2,)
        if asked.kind == "flatten":
            assert asked.question.key == row.output_shape[1:]


def test_an_edit_is_what_torch_does_after_it(traced):
    """The stem with stride 1, built and traced, has the last feature map that the key says."""
    (stem,) = [asked for asked in of_kind(traced, "edit") if traced[asked.row].path == "stem"]
    edited = trace(Small(stride=1, features=16 * 10 * 14), (2, 3, 24, 32))
    assert next(row for row in edited if row.op == "max_pool2d").output_shape[2:] == stem.question.key


def test_an_error_is_torchs_message_and_the_key_its_repair(traced):
    """The quoted message is the one torch gives, and the network with the key as in_features runs."""
    for asked in of_kind(traced, "decode-error"):
        size = asked.question.parameters["size"]
        with pytest.raises(RuntimeError, match="cannot be multiplied") as caught:
            Small()(torch.zeros(2, 3, *size))
        assert str(caught.value).removeprefix("addmm: ") in asked.text
        assert Small(features=asked.question.key[0])(torch.zeros(2, 3, *size)).shape == (2, 10)


def test_a_quiz_is_a_sequence_of_exercises(traced):
    """Eight questions of many kinds, the same for the same seed, checked, hinted, explained and renewed."""
    first, same, other = quiz(traced), quiz(traced), quiz(traced, seed=1)
    assert len(first) == 8
    assert [exercise.prompt for exercise in first] == [exercise.prompt for exercise in same]
    assert [exercise.prompt for exercise in first] != [exercise.prompt for exercise in other]
    assert len({exercise.kind for exercise in first}) == 8
    for exercise in first:
        assert exercise.check(exercise.question.key).outcome == "correct"
        assert exercise.check(tuple(3 * n + 5 for n in exercise.question.key)).outcome == "incorrect"
        rungs = [exercise.hint() for _ in range(6)]
        assert all(rung and ": ." not in rung and "{" not in rung for rung in rungs)
        assert len(set(rungs)) == 5, rungs
        assert exercise.new().kind == exercise.kind


def test_every_slip_of_every_question_is_understood(traced):
    """Each wrong rule is named among the candidates, and no right answer is called wrong."""
    for asked in questions(traced):
        exercise = next(iter(quiz(traced, questions=1)))
        exercise = type(exercise)(asked.question, asked.kind, exercise.new, text=asked.text)
        for slip in asked.question.slips():
            if not asked.question.accepts(slip.answer) and min(slip.answer) >= 0:
                feedback = exercise.check(slip.answer)
                assert slip.ids[0] in feedback.candidates
                assert feedback.hint


def test_a_quiz_reads_a_trace_from_json(traced):
    """A trace that was stored asks the same questions."""
    stored = Trace.from_dict(traced.to_dict())
    assert repr(quiz(stored)) == repr(quiz(traced))


def test_a_module_and_a_name():
    """A module needs its input's shape; a name of the catalogue has its own."""
    assert len(quiz(Small(), (1, 3, 24, 32), questions=3)) == 3
    assert quiz("lenet5").network == "lenet5"
    with pytest.raises(TypeError, match="needs the shape of an input"):
        quiz(Small())


def test_a_network_without_questions_says_so():
    """An activation alone has nothing to compute."""
    with pytest.raises(ValueError, match=r"No operation of ReLU can be asked about"):
        quiz(nn.ReLU(), (1, 3, 8, 8))


def test_a_quiz_shows_itself(traced):
    """Numbered in a terminal, a list in Jupyter, escaped."""
    shown = quiz(traced, questions=2)
    assert repr(shown).startswith("[0] ")
    assert shown._repr_html_().count("<li>") == 2
