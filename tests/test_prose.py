"""What the course says in words: headings, links, spelling, and a proof for every number."""

import ast
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from spellchecker import SpellChecker

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "data/README.md",
    *sorted(ROOT.glob("docs/*.md")),
]
OUR_WORDS = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()

NUMBER = re.compile(r"(?<![\w.^])(?<![A-Za-z]-)(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w])")
# A number that counts nothing: a source, a year, a chapter, the minutes it takes, a place in a list.
NAMING = re.compile(
    r"arXiv[: ]\S+|\b(?:19|20)\d\d\b|[Cc]hapters? \d+(?:(?:, | to | and )\d+)*|Time: .*"
    r"|Table \d+|[Ss]ection \d+(?:\.\d+)*|^\d+\. |^# .*",
    re.MULTILINE,
)
# What a sentence says with a link to its source is the source's.
SOURCE = re.compile(r"\]\((?:https?:|\.\./data/)")
CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]*`|\$\$?[^$]*\$\$?|<[^>]+>|\]\([^)]*\)|https?://\S+", re.DOTALL)

chapters = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
pages = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)


def prose(path):
    """The Markdown of a page or a notebook, piece by piece, each with its place."""
    if path.suffix == ".md":
        return [(path.name, path.read_text(encoding="utf-8"))]
    return [(c.id, c.source) for c in nbformat.read(path, 4).cells if c.cell_type == "markdown"]


def headings(pieces):
    text = "\n".join(CODE_BLOCK.sub("", text) for _, text in pieces)
    return re.findall(r"^(#+) (.+)$", text, flags=re.MULTILINE)


def headings_out_of_order(pieces):
    """Headings that skip a level, and all titles after the first."""
    found, before = [], 0
    for marks, title in headings(pieces):
        if len(marks) > before + 1 or (len(marks) == 1 and before):
            found.append(title)
        before = len(marks)
    return found


@pytest.mark.parametrize("path", NOTEBOOKS + PAGES, ids=lambda path: path.name)
def test_headings_are_in_order(path):
    """One title at the top, and no level skipped: who reads by headings finds the way."""
    assert prose(path)[0][1].startswith("# ")
    assert headings_out_of_order(prose(path)) == []


def broken_links(path, pieces):
    found = []
    for place, text in pieces:
        for target in re.findall(r"\]\(([^)\s]+)\)", CODE_BLOCK.sub("", text)):
            file, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = path if not file else path.parent / file
            if not there.exists() or (anchor and anchor not in anchors(there)):
                found.append((place, target))
    return found


def anchors(path):
    """A page's headings as links name them, on GitHub in lower case, in JupyterLab as they are written."""
    titles = [title.replace("`", "").replace(" ", "-") for _, title in headings(prose(path))]
    return {*titles, *(re.sub(r"[^\w-]", "", title).lower() for title in titles)}


@pytest.mark.parametrize("path", NOTEBOOKS + PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """Each link within the project leads to a file that is there, and to a heading in it."""
    assert broken_links(path, prose(path)) == []


def unknown_words(pieces):
    checker = SpellChecker(distance=1)
    checker.word_frequency.load_words(OUR_WORDS)
    text = " ".join(CODE.sub(" ", text) for _, text in pieces)
    return sorted(checker.unknown(re.findall(r"\b[A-Za-z]+(?:'[a-z]+)?\b(?![\w-]*\d)", text)))


@pytest.mark.parametrize("path", NOTEBOOKS + PAGES, ids=lambda path: path.name)
def test_words_are_spelt_right(path):
    """Each word is in the dictionary, or in tests/words.txt, the course's own terms and names."""
    assert unknown_words(prose(path)) == []


def proved(source):
    """All numbers that stand in the asserts of a Python source, those within its texts included."""
    found = set()
    asserts = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]
    for constant in (node for claim in asserts for node in ast.walk(claim)):
        if isinstance(constant, ast.Constant) and isinstance(constant.value, int | float):
            found.add(float(constant.value))
        elif isinstance(constant, ast.Constant) and isinstance(constant.value, str):
            found |= numbers(constant.value)
    return found


def sources_of_tests(path):
    """The sources of the tests of what a chapter says: tests/chapters/test_02_pooling.py for chapter 02."""
    files = sorted((Path(__file__).parent / "chapters").glob(f"test_{path.stem[:2]}_*.py"))
    return [file.read_text(encoding="utf-8") for file in files]


def numbers(text):
    return {float(number.replace(",", "")) for number in NUMBER.findall(text)}


def counted(text):
    """A text without what its sources say and without numbers that are names."""
    sentences = re.split(r"(?<=[.?!]) +|\n\n", text)
    own = [sentence for sentence in sentences if not SOURCE.search(sentence)]
    return NAMING.sub(" ", "\n\n".join(own))


def unproved_numbers(notebook, tests=()):
    """The numbers in Markdown cells that stand in no assert, neither of the notebook nor of its tests."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    have = set().union(*(proved(source) for source in (*cells, *tests)))
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            found += [(cell.id, number) for number in sorted(numbers(counted(cell.source)) - have)]
    return found


@chapters
def test_every_number_in_prose_is_proved(path):
    """A number that the reader is told is asserted in the chapter or in its tests, or cites its source."""
    assert unproved_numbers(nbformat.read(path, 4), sources_of_tests(path)) == []


def test_faults_of_every_sort_would_be_seen():
    """The tests above can fail: a skipped level, a dead link, a slip of the pen, a number without proof."""
    assert headings_out_of_order([("a", "# One\n### Three\n# Two")]) == ["Three", "Two"]
    here = NOTEBOOKS[0]
    dead = "[a](nowhere.ipynb) [b](#no-heading) [c](../README.md#start) [d](../README.md#finish)"
    assert [target for _, target in broken_links(here, [("a", dead)])] == [
        "nowhere.ipynb",
        "#no-heading",
        "../README.md#finish",
    ]
    assert unknown_words([("a", "The kernal slides, `kernal` does not.")]) == ["kernal"]
    told = "In ResNet-34 a 5 by 7 kernel has 1,234 weights, says one of 1998 (arXiv:1234.5678), chapter 3."
    cells = [new_markdown_cell(told), new_code_cell("assert 5 * 7 == 35  # 1234\nx = 1234")]
    book, outside = new_notebook(cells=cells), ["def test():\n    assert weights == 1_234", "weights = 1_234"]
    assert unproved_numbers(book) == unproved_numbers(book, outside[1:]) == [(cells[0].id, 1234.0)]
    assert unproved_numbers(book, outside) == []
