"""What teachers read is what learners see: ten wrong answers to each kind, and the page that shows them."""

import re
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnbook.cli import main
from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import CustomQuestion
from cnnbook.learner.guide import filled, misconceptions
from cnnbook.learner.rehearsal import rehearse, rehearse_kind

PAGE = Path(__file__).parents[2] / "docs" / "exercises.md"
HARSH = re.compile(r"\b(wrong|bad|stupid|incorrect|failed?|obvious(ly)?|simply|just|easy|should have)\b|!")


def test_the_teachers_page_is_todays():
    """Its computed parts are what the package says.

    If words or kinds have changed on purpose: python -m cnnbook.learner.guide docs/exercises.md
    """
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page
    assert all(f"| `{name}` | " in page for name in KINDS)
    assert all(f"| `{name}` | {one.belief} |" in page for name, one in MISCONCEPTIONS.items())
    assert "No peer-reviewed catalogue" in " ".join(page.split())


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_names_a_kind_where_a_variant_in_twenty_shows_the_misconception(kind):
    """Counted over variants of another learner than the page's own."""
    variants = [draw(KINDS[kind], "another learner", attempt) for attempt in range(500)]
    counts = Counter(id for variant in variants for id in {slip.ids[0] for slip in variant.slips()})
    shown = {id for id, count in counts.items() if count >= 500 / 20}
    rows = [row.split(" | ") for row in misconceptions().splitlines()[2:]]
    assert {row[1].strip("`") for row in rows if f"`{kind}`" in row[-1]} == shown


@pytest.mark.parametrize("kind", KINDS)
def test_ten_wrong_answers_are_answered_kindly_and_give_nothing_away(kind):
    """Ten with words of their own: no blame, and no right answer that question or learner did not say."""
    rehearsed = rehearse_kind(KINDS[kind])
    assert sum(len(said) for _, said in rehearsed) == 10
    targets = {target for targets in KINDS[kind].targets for target in targets}
    shown = {name for _, said in rehearsed for one in said for name in one.candidates}
    assert len(shown & targets) >= min(3, len(targets))
    for question, said in rehearsed:
        for one in said:
            words = f"{one.message} {one.hint}"
            assert not HARSH.search(words), words
            assert "{" not in words
            known = f"{question.prompt} {one.answer} {question.parameters}"
            key = max(question.key)
            told = re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3})", "", words))
            assert key < 100 or one.outcome == "unreadable" or str(key) in known or str(key) not in told, (
                words
            )


@pytest.mark.parametrize("name", names())
def test_every_exercise_has_its_text(name):
    """Also those that only their chapter states: a question with its numbers."""
    question = find(name)
    text = question.prompt
    assert question.stem.rstrip().endswith(("?", "none.", ".")), text
    assert "{" not in text
    if isinstance(question, CustomQuestion) and question.key[0] > 99 and "message" not in question.parameters:
        assert f"{question.key[0]:,}" not in text


def test_the_command_lists_shows_and_rehearses(monkeypatch):
    """All with their text; one by its id; a kind with wrong answers; an unknown id is exit status 2."""
    run = CliRunner().invoke
    listed = run(main, ["exercises"])
    assert listed.exit_code == 0
    assert [line.partition(":")[0] for line in listed.stdout.splitlines() if ": " in line][:1] == [names()[0]]
    assert all(f"{name}: " in listed.stdout for name in names())
    shown = run(main, ["exercises", "lenet5.flatten", "trace-table"]).stdout
    assert "lenet5.flatten: In the modern LeNet-5, how many numbers leave S4" in shown
    assert "trace-table: Letters stand for open cells.\n" in shown
    wrong = run(main, ["exercises", "--wrong", "size.stem", "flatten-features"]).stdout
    assert "  151 is off by 1. With 151 windows the last one hangs over the edge" in wrong
    assert wrong.count("\n  ") == 20
    unknown = run(main, ["exercises", "nothing.here"])
    assert unknown.exit_code == 2
    assert "There is no exercise 'nothing.here'" in unknown.stderr


def test_rehearsed_answers_are_never_right():
    """Not for a question that has several right answers, either."""
    question = find("size.halve")
    assert len(rehearse(question)) == 10
    assert all(one.outcome != "correct" for one in rehearse(question))
