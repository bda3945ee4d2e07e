"""progress(): the table and its picture, in Jupyter and in a terminal; export and reset."""

import json
import re
from xml.etree import ElementTree

import pytest

from cnnbook.learner import recent_tries
from cnnbook.learner.check import check
from cnnbook.learner.progress import Progress, progress
from cnnbook.learner.record import Try


def tried(outcomes, exercise="size.first"):
    """Return one try per letter: r for right, w for wrong."""
    return [Try(float(n), exercise, str(n), (n,), letter == "r", None) for n, letter in enumerate(outcomes)]


def squares(picture):
    """Return (filled, x) of each square of a strip."""
    rects = [node for node in ElementTree.fromstring(picture).iter() if node.tag == "rect"]
    return [(node.get("fill") != "none", float(node.get("x"))) for node in rects]


def test_a_strip_shows_the_tries_in_order_and_says_them():
    """Filled is right, empty is wrong, left is old; the words say the same to who cannot see it."""
    picture = recent_tries.svg(tried("wrrw"))
    found = squares(picture)
    assert [filled for filled, _ in found] == [False, True, True, False]
    assert [x for _, x in found] == sorted(x for _, x in found)
    root = ElementTree.fromstring(picture)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "last answers, oldest first: not yet, right, right, not yet"


def test_strips_end_together():
    """The newest try stands at the same place however many there are, above the end of the line."""
    ends = {squares(recent_tries.svg(tried("r" * count)))[-1][1] for count in (1, 5, 12, 40)}
    assert len(ends) == 1
    assert len(squares(recent_tries.svg(tried("w" * 40)))) == recent_tries.SQUARES


def test_the_line_lies_under_the_five_tries_that_decide():
    """It begins under the fifth try from the right, and not under the sixth."""
    picture = recent_tries.svg(tried("r" * 8))
    start, length = map(int, re.search(r'd="M(\d+) 19\.5h(\d+)"', picture).groups())
    under = [x for _, x in squares(picture) if start - 1 < x < start + length]
    assert len(under) == 5


def test_mastered_is_said_in_words():
    """Four of the last five right; in the terminal and in Jupyter."""
    for outcomes, mastered in (("wwrrrr", True), ("rrrrww", False)):
        shown = Progress(tried(outcomes))
        line, *_ = str(shown).splitlines()
        assert line.endswith("mastered; due again") is mastered
        assert ('<td style="text-align:left">mastered; due again</td>' in shown._repr_html_()) is mastered


def test_the_html_is_whole_and_escaped():
    """A name that somebody wrote into the file is text; every tag is closed."""
    shown = Progress(tried("rw", "<script>alert(1)</script>"))._repr_html_()
    assert "<script>" not in shown
    table = ElementTree.fromstring(f"<div>{shown}</div>").find("table")
    assert [cell.text for cell in table.iter("th")] == [
        "skill",
        "right at the first try",
        "last answers",
        None,
        "chapter <script>alert(1)</script>",
    ]


def test_nothing_tried_yet_has_no_table():
    """Just what to begin with."""
    assert progress()._repr_html_().startswith("<p>Nothing tried yet.</p><p>Next: practice(")


def test_an_export_is_whole_or_not_there(tmp_path, monkeypatch):
    """A disk that is full leaves the former export as it was; a folder that is missing is named."""
    target = tmp_path / "mine.json"
    check("size.first", 3)
    assert [one["exercise"] for one in json.loads(progress().export(target).read_text())] == ["size.first"]
    former = target.read_text()
    check("size.first", 4)

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="disk full"):
        progress().export(target)
    assert target.read_text() == former
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.json", "progress.jsonl"]
    with pytest.raises(IsADirectoryError, match="is a folder; name a file in it"):
        progress().export(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere is not there; make that folder first"):
        progress().export(tmp_path / "nowhere" / "mine.json")


def test_after_a_reset_the_record_is_still_the_learners_own(own_progress):
    """Nobody else can read the emptied file, nor what comes into it."""
    check("size.first", 3)
    progress().reset()
    assert own_progress.stat().st_mode & 0o077 == 0
    check("size.first", 3)
    assert [row[:3] for row in progress().rows] == [("output-size", 1, 1)]
