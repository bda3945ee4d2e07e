"""The class report: beliefs are recovered, the statistics are right, and the page is whole."""

from statistics import correlation

import pytest

from classroom.small_class import SHEET
from cnnbook.classroom.assignment import load
from cnnbook.classroom.grading import grade, without_names
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.rehearsal import fill
from cnnbook.classroom.report import report_page
from cnnbook.classroom.roster import Learner, Roster
from cnnbook.classroom.statistics import difficulties, distribution, misconception_map

KINDS = (
    *("output-size", "conv-output-size", "padding-for", "conv-output-size", "conv-parameters"),
    *("receptive-field", "conv-parameters", "pool-output-size", "conv-macs", "find-the-slip"),
)


@pytest.fixture(scope="module")
def big_class(tmp_path_factory):
    """Two hundred simulated learners, graded, and what they believe."""
    folder = tmp_path_factory.mktemp("class")
    sheet = folder / "lab.toml"
    sheet.write_text("".join(f'[[questions]]\nexercise = "{kind}"\npoints = 2\n' for kind in KINDS))
    assignment = load(sheet, make_salt=True)
    learners = tuple(Learner(f"s{number:03d}", f"Learner {number}") for number in range(200))
    truth = fill(folder / "inbox", Marker(assignment), learners)
    return grade(pieces(folder / "inbox"), Roster(learners), assignment), truth


def test_beliefs_are_recovered(big_class):
    """The map finds the simulated beliefs that showed twice, and confirms hardly any that is none."""
    grades, truth = big_class
    believed = {(one.learner.id, name) for one in truth for name in one.beliefs}
    twice = {(one.learner.id, name) for one in truth for name, count in one.beliefs.items() if count > 1}
    found = {(who.id, one.misconception) for one in misconception_map(grades) for who in one.confirmed}
    assert len(twice) > 60
    assert len(found & believed) / len(found) >= 0.95
    assert len(found & twice) / len(twice) >= 0.95


def test_discrimination_is_a_correlation(big_class):
    """Discrimination is the correlation of a question's points with those of all others."""
    grades, _truth = big_class
    for at, one in enumerate(difficulties(grades)):
        own = [result.marks[at].points for result in grades.graded]
        others = [
            sum(mark.points for mark in result.marks) - mark
            for result, mark in zip(grades.graded, own, strict=True)
        ]
        assert one.discrimination == pytest.approx(correlation(own, others), abs=0.02)
        assert one.share == pytest.approx(sum(own) / 400)


def test_every_learner_is_in_the_distribution(big_class):
    """The bars of the report count each learner once."""
    grades, _truth = big_class
    assert sum(distribution(grades)) == 200


def test_names_are_left_out_on_request(big_class):
    """The report without names has no name, no id and no file."""
    grades, _truth = big_class
    page = report_page(without_names(grades))
    assert "Learner 7" in report_page(grades)
    assert "Learner 7" not in page
    assert "s007" not in page
    assert "learner 8" in page


def test_an_empty_inbox_has_a_report(tmp_path):
    """A class that handed in nothing has a report that says so."""
    sheet = tmp_path / "lab.toml"
    sheet.write_text(SHEET)
    grades = grade([], Roster((Learner("ada", ""),)), load(sheet, make_salt=True))
    page = report_page(grades)
    assert "No answer shows one." in page
    assert "missing" in page
