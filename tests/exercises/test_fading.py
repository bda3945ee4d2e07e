"""A worked example that fades: a trace table with one open cell, then two, then four."""

import pytest

from cnnbook import practice
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.learner.ladder import suggestion
from cnnbook.learner.record import Try, tries

OPEN = {"trace-table-1": 1, "trace-table-2": 2, "trace-table": 4}


@pytest.mark.parametrize(("kind", "cells"), OPEN.items())
def test_each_level_has_its_open_cells(kind, cells):
    """So many numbers are asked for; a row is an example if it neither has nor reads an open cell."""
    for attempt in range(20):
        question = draw(KINDS[kind], "fading", attempt)
        assert len(question.key) == cells
        assert question.kind == kind
        open_rows = {row for row, _column in question.cells}
        for at, line in enumerate(question.lines):
            shown = f"{line.name} as an example: " in question.prompt
            assert shown == (cells < 4 and not {at, at - 1} & open_rows)


def test_an_example_does_not_tell_the_open_cell():
    """No calculation that is shown begins with the number that is asked for."""
    for attempt in range(40):
        question = draw(KINDS["trace-table-1"], "fading", attempt)
        (number,) = question.key
        examples = [line for line in question.prompt.splitlines() if " as an example: " in line]
        assert (
            not any(f"floor(({number} + " in line for line in examples)
            or number in question.lines[0].layer.size
        )


def test_after_a_right_answer_the_next_table_has_more_open_cells(own_progress):
    """One, two, four, and then four again; after a wrong answer the level stays."""
    exercise = practice("trace-table-1", learner="ada")
    assert exercise.check((9999,)).outcome == "incorrect"
    assert exercise.new().name == "trace-table-1"
    names = []
    for _ in range(4):
        names.append(exercise.name)
        assert exercise.check(exercise.question.key).outcome == "correct"
        exercise = exercise.new()
    assert names == ["trace-table-1", "trace-table-2", "trace-table", "trace-table"]
    assert [one.exercise for one in tries() if one.right] == names
    assert {one.learner for one in tries()} == {"ada"}


def test_the_ladder_leaves_a_level_after_one_right_answer():
    """The kinds below it mastered, it suggests one open cell, then two; missed, it is asked again."""
    before = [*KINDS][: [*KINDS].index("trace-table-1")]
    mastered = [
        Try(float(n), kind, str(n), (1,), right=True, misconception=None) for kind in before for n in range(4)
    ]
    assert suggestion(mastered, 10.0) == "trace-table-1"
    right = Try(9.0, "trace-table-1", "9", (1,), right=True, misconception=None)
    assert suggestion([*mastered, right], 10.0) == "trace-table-2"
    assert suggestion([*mastered, right._replace(right=False)], 10.0) == "trace-table-1"
    assert suggestion([*mastered, right._replace(hints=3)], 10.0) == "trace-table-1"
