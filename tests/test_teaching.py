"""The teacher's page says what the chapters say."""

import re
from pathlib import Path

import nbformat

from cnnbook.exercises.chapters import find

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


def test_minutes_of_optional_sections_are_those_of_the_chapters():
    """A chapter with optional sections names their minutes beside its own, and so does the teacher's page."""
    stated = {}
    for path, _, _ in ROWS:
        cells = nbformat.read(ROOT / path, 4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        if more := re.findall(r"Time: about \d+ minutes.* about (\d+) minutes more", text):
            assert len(more) == 1, path
            assert re.search(r"^#+ Optional: ", text, re.MULTILINE), path
            stated[str(int(path.partition("/")[2][:2]))] = more[0]
    one_line = " ".join(PAGE.split())
    told = re.findall(
        r"chapter (\d) are its first sitting; its optional sections take about (\d+) ", one_line
    )
    assert stated == dict(told) != {}


def numbers(text):
    """The chapters that a list names: "1, 3, 4", or "0 to 8"."""
    first, _, last = text.partition(" to ")
    return set(range(int(first), int(last) + 1)) if last else {int(n) for n in re.findall(r"\d", text)}


def test_needs_are_those_of_the_chapters():
    """A chapter and the teacher's page name the same chapters before it; no other is spoken of as known."""
    known = {}
    for number, (path, _, rest) in enumerate(ROWS):
        cells = nbformat.read(ROOT / path, 4).cells
        (times,) = [cell.source for cell in cells if "\nTime: about" in cell.source]
        stated = re.search(r"You need chapters? (.+?)\.(?: |\n|$)", times.replace(".ipynb", ""), re.DOTALL)
        needs = numbers(re.sub(r"\(.*?\)", "", stated[1])) if stated else set()
        assert needs == numbers(rest.partition("|")[0]), path
        known[number] = needs.union(*(known[need] for need in needs))
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        spoken_of = re.findall(r"[Cc]hapter \[?(\d)\b", text)
        assert {int(n) for n in spoken_of if int(n) < number} <= known[number], path


def test_exercises_to_set_are_in_the_bank():
    """Each id on the page can be checked, and stands in the row of its own chapter."""
    for path, _, rest in ROWS:
        ids = re.findall(r"`([a-z0-9]+\.[a-z0-9-]+)`", rest)
        chapter = (ROOT / path).read_text(encoding="utf-8")
        for name in ids:
            find(name)
            assert name.partition(".")[2] in chapter
