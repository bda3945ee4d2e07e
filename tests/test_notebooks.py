"""Every notebook of the course: runs top to bottom offline, and is kept as a newcomer should find it."""

import ast
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from executed_notebooks import SECONDS, offline

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
MEGABYTES = 680

FOLD = "<details>\n<summary>.+</summary>\n\n"  # how a folded explanation begins

chapters = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_the_course_has_its_chapters():
    """Ten chapters, from 00 to 09."""
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{number:02}" for number in range(10)]


@pytest.mark.parametrize(("path", "following"), list(pairwise(NOTEBOOKS)), ids=lambda path: path.stem)
def test_a_chapter_leads_to_the_next(path, following):
    """The last lines of a chapter name the one that comes after it, and link it."""
    *_, last = read(path).cells[-1].source.splitlines()
    assert re.match(rf"\*\*Next:\*\* \[chapter {int(following.stem[:2])}, .*\]\({following.name}\)", last)


def test_the_first_chapter_asks_what_the_readme_asks():
    """Chapter 0 ends with the questions of all chapters, in the words of the README."""
    here = re.findall(r"\| \[(\d)\. (.+)\]\((\w+\.ipynb)\) \| (.+) \|", read(NOTEBOOKS[0]).cells[-1].source)
    readme = (NOTEBOOKS[0].parents[1] / "README.md").read_text(encoding="utf-8")
    _, *there = re.findall(r"\| (\d) \| \[(.+)\]\(notebooks/(\w+\.ipynb)\) \| (.+) \|", readme)
    assert here == there
    assert [name for _, _, name, _ in here] == [path.name for path in NOTEBOOKS[1:]]


@chapters
def test_runs_top_to_bottom_offline(path, executed):
    """Restart & Run All ends without an error or a warning, within a minute and 680 MB of its own memory."""
    done = executed(path)
    assert done.failure is None, done.failure
    outputs = [(cell.id, output) for cell in done.code_cells for output in cell.outputs]
    assert [cell for cell, output in outputs if output.output_type == "error"] == []
    assert [(cell, o.text) for cell, o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    assert done.seconds < SECONDS
    assert done.megabytes < MEGABYTES


@pytest.mark.parametrize(
    "reach", ["create_connection(('192.0.2.1', 80), 5)", "create_connection(('example.org', 80), 5)"]
)
def test_the_network_is_out_of_reach(tmp_path, reach):
    """The test above can fail: what reaches for another computer raises at once, with its name."""
    code = [sys.executable, "-c", f"import socket; socket.{reach}"]
    done = subprocess.run(code, env=offline(tmp_path), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "OSError: the course is offline, and this reaches for " in done.stderr


@chapters
def test_is_kept_without_outputs(path):
    """A visible answer would kill the prediction, and outputs make every change unreadable."""
    for cell in code_cells(read(path)):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id


@chapters
def test_is_a_valid_notebook_for_python3(path):
    """JupyterLab opens it without asking for a kernel; each cell has an id of its own."""
    notebook = read(path)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info.name == "python"
    ids = [cell.get("id") for cell in notebook.cells]
    assert None not in ids
    assert len(set(ids)) == len(ids)


@chapters
def test_cells_are_short(path):
    """No code cell beyond 30 lines, no Markdown cell beyond 120 words."""
    for cell in read(path).cells:
        size, limit = (
            (len([line for line in cell.source.splitlines() if line.strip()]), 30)
            if cell.cell_type == "code"
            else (len(re.findall(r"\S*\w\S*", cell.source)), 120)
        )
        assert size <= limit, f"{cell.cell_type} cell {cell.id}: {size}"


# Chapters rewritten for the second edition, "see first, then count": they keep the limits below.
SECOND_EDITION: set[str] = {"00", "01", "02", "03", "04", "05", "06", "07", "08", "09"}


def faults_of_form(notebook):
    """What the second edition's limits say about a notebook, one line for each fault."""
    code = [cell.source for cell in code_cells(notebook)]
    asserts = [assert_lines(source) for source in code]
    lines = [len([line for line in source.splitlines() if line.strip()]) for source in code]
    found = []
    if not 35 <= len(notebook.cells) <= 60:
        found.append(f"{len(notebook.cells)} cells; 35 to 60 would do")
    if sum(map(sum, asserts)) > 0.08 * sum(lines):
        found.append(f"{sum(map(sum, asserts))} of {sum(lines)} code lines assert; 8 % would do")
    for cell, own, size in zip(code_cells(notebook), asserts, lines, strict=True):
        most = 30 if re.search(r"^class ", cell.source, re.MULTILINE) else 15
        if len(own) > 2:
            found.append(f"cell {cell.id}: {len(own)} asserts; 2 would do")
        if size > most:
            found.append(f"cell {cell.id}: {size} lines; {most} would do")
    return found


def assert_lines(source):
    """How many lines each assert of a cell takes."""
    nodes = ast.walk(ast.parse(source))
    return [node.end_lineno - node.lineno + 1 for node in nodes if isinstance(node, ast.Assert)]


@chapters
def test_chapters_of_the_second_edition_show_and_do_not_prove(path):
    """A rewritten chapter has 35 to 60 short cells and few asserts, hidden ones included.

    What its prose claims is asserted in tests/chapters/.
    """
    assert path.stem[:2] not in SECOND_EDITION or faults_of_form(read(path)) == []


@chapters
def test_chapters_of_the_second_edition_have_their_claims_tested(path):
    """A rewritten chapter has a file of tests in tests/chapters/, with its number in the name."""
    tests = list((Path(__file__).parent / "chapters").glob(f"test_{path.stem[:2]}_*.py"))
    assert path.stem[:2] not in SECOND_EDITION or tests


def test_a_chapter_that_proves_would_be_seen():
    """The limits of the second edition can be missed: too few cells, too many asserts, too long a cell."""
    from nbformat.v4 import new_code_cell, new_notebook

    three = new_code_cell("x = 1\nassert x == 1\nassert x == (\n    1\n)\nassert x")
    long = new_code_cell("\n".join(["x = 1"] * 16))
    whole = new_code_cell("class Net:\n" + "\n".join(["    x = 1"] * 29))
    assert faults_of_form(new_notebook(cells=[three, long, whole])) == [
        "3 cells; 35 to 60 would do",
        "5 of 52 code lines assert; 8 % would do",
        f"cell {three.id}: 3 asserts; 2 would do",
        f"cell {long.id}: 16 lines; 15 would do",
    ]
    right = [new_code_cell("y = 1\nx = 1\n" * 6 + "assert x == y") for _ in range(40)]
    assert faults_of_form(new_notebook(cells=right)) == []


def pictures_without_text(notebook):
    """The cells with a picture that no words describe: images by alt text, figures by the next cell."""
    found = []
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if cell.cell_type == "markdown":
            tags = re.findall(r"<img\b[^>]*>", cell.source)
            without = [tag for tag in tags if not re.search(r"alt=(['\"])\s*\S.*?\1", tag)]
            found += [cell.id] * (bool(without) or bool(re.search(r"!\[\s*\]\(", cell.source)))
        elif re.match(
            r"(figures\.\w+|architecture_graph|autograd_graph)\(", (cell.source.splitlines() or [""])[-1]
        ):
            described = following is not None and following.cell_type == "markdown"
            found += [cell.id] * (not described or not re.match(f"({FOLD})?\\*Picture: ", following.source))
    return found


@chapters
def test_every_picture_is_described(path):
    """Who cannot see a picture reads its finding: in the alt text, or in the words right below it."""
    assert pictures_without_text(read(path)) == []


def test_a_picture_without_words_would_be_seen():
    """The test above can fail, on each kind of picture."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    wrong = [new_markdown_cell("![](a.png)"), new_markdown_cell('<img src="a.png" alt="">')]
    wrong += [new_code_cell("figures.kernels(net)"), new_markdown_cell("Now look.")]
    right = [new_markdown_cell("![six kernels](a.png)"), new_code_cell("figures.kernels(net)")]
    right += [new_markdown_cell("*Picture: six kernels.*")]
    assert pictures_without_text(new_notebook(cells=wrong + right)) == [cell.id for cell in wrong[:3]]
