"""The teacher's page says what the chapters say."""

import re
from pathlib import Path

import nbformat

from cnnbook.exercises.bank import find

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/teaching.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| \[\d [^\]]+\]\(\.\./(notebooks/\w+\.ipynb)\) \| (\d+) \|(.*)\|$", PAGE, re.MULTILINE)


def test_every_chapter_has_its_row():
    """The table lists the chapters in their order, and each has exercises to set."""
    there = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob("*.ipynb"))
    assert [path for path, _, _ in ROWS] == there
    assert all("`" in rest for _, _, rest in ROWS)


def test_minutes_are_those_of_the_chapters():
    """A chapter and the teacher's page name the same time."""
    for path, minutes, _ in ROWS:
        cells = nbformat.read(ROOT / path, 4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        assert re.findall(r"Time: about (\d+) minutes", text) == [minutes], path


def test_exercises_to_set_are_in_the_bank():
    """Each id on the page can be checked, and stands in the row of its own chapter."""
    for path, _, rest in ROWS:
        ids = re.findall(r"`([a-z0-9]+\.[a-z0-9-]+)`", rest)
        chapter = (ROOT / path).read_text(encoding="utf-8")
        for name in ids:
            find(name)
            assert name.partition(".")[2] in chapter
