"""The files from which otter-grader makes its autograder: a test for each question, and its configuration.

A test calls `share_of_points`. It gets the answers from the plugin in `cnnbook.classroom.otter`, which puts
them in the place of the learner's notebook.
"""

from __future__ import annotations

import json
from fractions import Fraction

from cnnbook.classroom.assignment import VARIANTS, Item
from cnnbook.classroom.marking import Marker, parts_of

PLUGIN = "cnnbook.classroom.otter.AnswersAsData"
_TEST = '''"""Question {number} of {name}, for otter-grader; cnnbook assign has written this file."""

from otter.test_files import test_case

from cnnbook.classroom.marking import share_of_points

OK_FORMAT = False
name = "question {number}"


def reached(read, share):
    assert type(read) is dict and read.get("proof") == "{proof}", "the plugin {plugin} is not in use"
    answer = read["answers"].get("{number}", "")
    found = share_of_points("{exercise}", read["codes"]["{number}"], answer)
    assert found > share - 1e-9, answer or "no answer"
'''
_CASE = """

@test_case(points={points})
def test_{place}(cnnbook_answers):
    reached(cnnbook_answers, {share})
"""


def otter_files(marker: Marker, roster: str) -> dict[str, bytes]:
    """Return the contents of the files by their names. `roster` is the name of the file with the class."""
    sheet = marker.assignment
    config = {"plugins": [{PLUGIN: {"sheet": f"{sheet.name}.toml", "roster": roster}}]}
    found = {f"tests/question_{int(item.number):02}.py": _test(marker, item) for item in sheet.items}
    return {name: text.encode() for name, text in found.items()} | {
        "otter_config.json": f"{json.dumps(config, indent=1)}\n".encode()
    }


def _test(marker: Marker, item: Item) -> str:
    """Return the test of a question: a case for each step from no points to all of them."""
    text = _TEST.format(
        number=item.number,
        name=marker.assignment.name,
        proof=marker.assignment.proof(),
        plugin=PLUGIN,
        exercise=item.exercise,
    )
    before = 0.0
    for place, share in enumerate(_steps(marker, item), 1):
        points = round(item.points * float(share), 2)
        text += _CASE.format(place=place, points=round(points - before, 2), share=float(share))
        before = points
    return text


def _steps(marker: Marker, item: Item) -> list[Fraction]:
    """Return the shares of the points that an answer to any variant can get, but for none."""
    variants = range(VARIANTS) if marker.assignment.varies(item) else range(1)
    parts = {parts_of(marker.question(item, variant)) for variant in variants}
    return sorted({Fraction(right, count) for count in parts for right in range(1, count + 1)})
