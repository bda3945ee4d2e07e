"""A site of one small chapter: what asks is alive, links lead somewhere, and an older site is never lost."""

import hashlib
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from site_project import ROOT, notebook_of, write_chapter

from cnnbook.cli import main
from cnnbook.site import build as building
from cnnbook.site import home
from cnnbook.site.build import build
from cnnbook.site.errors import SiteError
from cnnbook.site.execution import executed
from cnnbook.site.home import start_in
from cnnbook.site.links import followed
from cnnbook.site.outputs import Files
from cnnbook.site.page_cells import page_of


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the site of the small chapter."""
    from site_project import project_in

    from cnnbook.site import engine

    folder = tmp_path_factory.mktemp("pages")
    project = project_in(folder / "project")
    path = project / "notebooks" / "00_start_here.ipynb"
    notebooks = executed([path], folder / "cache", lambda line: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "build", lambda static, cache: None)
        done = build(folder / "site", project, notebooks, folder / "cache", lambda line: None)
    assert done.warnings == []
    assert done.size == sum(path.stat().st_size for path in done.folder.rglob("*") if path.is_file())
    return done.folder


def page(site, name):
    return (site / f"{name}.html").read_text(encoding="utf-8")


def checksums(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def test_what_asks_is_alive_and_its_code_is_folded(built):
    """The card knows its questions, and the call that asks them stands in a fold."""
    chapter = page(built, "notebooks/00_start_here")
    assert 'data-live="ask" data-given="[&quot;size.first&quot;, &quot;size.write-field&quot;]"' in chapter
    assert 'data-live="sketch"' in chapter
    assert chapter.count("In the notebook") == 2  # the words to open the fold and to close it
    assert 'id="size.first"' in chapter
    assert "one\ntwo" in chapter


def test_a_graph_is_svg_and_leads_to_a_pdf(built):
    """The link leads to a file of the site."""
    chapter = page(built, "notebooks/00_start_here")
    (name,) = re.findall(r'href="\.\./(shown/\w+\.pdf)"', chapter)
    assert (built / name).read_bytes().startswith(b"%PDF")
    assert "<svg" in chapter


def test_the_home_page_says_what_the_start_needs():
    """The course's folder comes before the command; the cost is that of the page about setting up."""
    start = start_in((ROOT / "README.md").read_text(encoding="utf-8"))
    assert "folder of the course" in start.first
    assert start.command.endswith("cnnbook lab")
    cost = re.findall(r"[\d.]+ GB", start.costs)
    setup = (ROOT / "docs" / "setup.md").read_text(encoding="utf-8")
    assert len(cost) == 2
    assert all(size in setup for size in cost)
    shown = home.page({}, (ROOT / "README.md").read_text("utf-8"), lambda kind, given: "", pdf=False)
    assert all(part.replace("&", "&amp;") in shown for part in start)


def test_formulas_are_mathml(built):
    """No script draws them."""
    chapter = page(built, "notebooks/00_start_here")
    assert "<math" in chapter
    assert "<mfrac>" in chapter
    assert [name for name in re.findall('<script src="([^"]*)"', chapter) if "math" in name.lower()] == []


@pytest.mark.parametrize(
    "name", ["index", "practice", "README", "notebooks/00_start_here", "reference/exercises"]
)
def test_links_and_files_are_there(built, name):
    """Each link within the site leads to a file, and nothing is loaded from elsewhere."""
    text, folder = page(built, name), (built / f"{name}.html").parent
    for kind, target in re.findall(r'\b(href|src)="([^"]*)"', text):
        file = target.partition("#")[0].partition("?")[0]
        if re.match(r"(https?|data|mailto):", target):
            assert kind == "href", target
        elif file:
            assert (folder / file).exists() or file.endswith(("live.js", "live.css")), target


def test_the_chapter_names_pages_and_no_folders(built):
    """A link to a document leads to its page; the name of a folder, which has none, is text."""
    chapter = page(built, "notebooks/00_start_here")
    assert 'href="../README.html#start"' in chapter
    assert "and data.</p>" in chapter


def test_the_reference_is_made_from_the_package(built):
    """Each exercise is there, with the place that asks it; so are the docstrings and the misconceptions."""
    from cnnbook.exercises.chapters import names
    from cnnbook.exercises.misconceptions import MISCONCEPTIONS

    exercises = page(built, "reference/exercises")
    assert all(f">{name}<" in exercises for name in names())
    assert 'href="../notebooks/00_start_here.html#size.first"' in exercises
    misconceptions = page(built, "reference/misconceptions")
    assert all(f'id="{name}"' in misconceptions for name in MISCONCEPTIONS)
    assert "cnnbook.output_size" in page(built, "reference/api")


def test_every_kind_and_every_network_can_be_practised(built):
    """The practice page has a card for each kind, and each network of the course has a quiz."""
    from cnnbook.exercises.kinds.catalogue import KINDS
    from cnnbook.networks import COURSE

    assert page(built, "practice").count('data-live="practice"') == 1 + len(KINDS)
    assert all('data-live="quiz"' in page(built, f"quizzes/{name}") for name in COURSE)


def test_cards_begin_without_the_builders_answers(project, tmp_path, monkeypatch, quick):
    """Who builds the site has answered before; the page says nothing of it."""
    from cnnbook import check

    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))
    assert check("size.padded", 8).outcome == "correct"
    path = write_chapter(project, {"first-ask": 'ask("size.padded")'})
    done = build(tmp_path / "site", project, {path: notebook_of({})}, tmp_path, lambda line: None)
    assert "size.padded" in page(done.folder, "index")
    assert "Seen before" not in page(done.folder, "index")


def test_a_relative_folder_gets_the_script_and_the_style_too(project, tmp_path, monkeypatch, quick):
    """Sphinx would look for a relative path beside the page sources, and leave all of its files out."""
    path = write_chapter(project, {"first-ask": 'ask("size.padded")'})
    monkeypatch.chdir(tmp_path)
    done = build(Path("out/site"), project, {path: notebook_of({})}, tmp_path, lambda line: None)
    assert not any("static" in warning for warning in done.warnings)
    assert {"engine.js", "live.js", "live.css"} <= {file.name for file in Path("out/site/_static").iterdir()}


def test_code_that_the_notebook_hides_is_folded(tmp_path):
    """A cell with a hidden source shows its output; other code stays in sight."""
    notebook = notebook_of({"hidden": "print(1)", "shown": "print(2)"})
    notebook.cells[1].metadata["jupyter"] = {"source_hidden": True}
    made = page_of(notebook, Files(tmp_path, "."), lambda kind, given: "")
    assert [cell.metadata.get("tags") for cell in made.cells[1:]] == [["hide-input"], None]
    assert notebook.cells[1].metadata.get("tags") is None


def test_an_output_that_answers_a_question_is_folded(project, tmp_path, quick):
    """A cell with the tag hide-output shows its code; its output is there, and is opened by a click."""
    path = write_chapter(project, {"told": "print('an answer')", "shown": "print('in sight')"})
    notebook = executed([path], tmp_path / "cache", lambda line: None)[path]
    notebook.cells[1].metadata["tags"] = ["hide-output"]
    done = build(tmp_path / "site", project, {path: notebook}, tmp_path, lambda line: None)
    chapter = page(done.folder, "notebooks/00_start_here")
    (fold,) = re.findall(r"<details class=\"[^\"]*hide.*?</details>", chapter, re.DOTALL)
    assert "What this cell shows" in fold
    assert ">an answer\n<" in fold
    assert "print" not in fold


def test_a_file_that_is_linked_is_taken_along(project, tmp_path):
    """It is downloaded; a page and an address stay links, and code is left alone."""
    text = "[l](LICENSE) [d](data) [r](data/README.md) [a](https://example.org)\n\n```\n[l](LICENSE)\n```\n"
    made = followed(text, (project / "README.md").relative_to(project), project, tmp_path)
    assert made.startswith("{download}`l <LICENSE>` d [r](data/README.md) [a](https://example.org)")
    assert "```\n[l](LICENSE)\n```" in made
    assert (tmp_path / "LICENSE").exists()


def run(project, monkeypatch, *arguments):
    monkeypatch.chdir(project)
    return CliRunner().invoke(main, ["site", *arguments])


def test_the_command_leaves_an_older_site_whole(project, monkeypatch, quick):
    """A notebook that fails is told in one line, and what was built before is there still, byte for byte."""
    write_chapter(project, {"set-up": "from cnnbook import ask", "first-ask": 'ask("size.first")'})
    done = run(project, monkeypatch)
    assert done.exit_code == 0, done.output
    assert "build/site/index.html: " in done.stderr
    before = checksums(project / "build" / "site")

    write_chapter(project, {"broken": "1 / 0"})
    failed = run(project, monkeypatch)
    assert failed.exit_code == 1
    assert failed.stderr.splitlines()[-1] == (
        "Error: 00_start_here.ipynb, cell broken: ZeroDivisionError: division by zero"
    )
    assert checksums(project / "build" / "site") == before
    assert sorted(path.name for path in (project / "build").iterdir()) == ["site", "site-cache"]


def test_a_build_that_fails_late_leaves_an_older_site_whole(project, tmp_path, monkeypatch, quick):
    """The new site takes its place only when it is complete; nothing is left beside it."""
    from cnnbook.site import engine

    path = write_chapter(project, {})
    target = tmp_path / "here" / "site"
    build(target, project, {path: notebook_of({})}, tmp_path, lambda line: None)
    before = checksums(target)

    def fail(static, cache):
        raise SiteError("npm is not installed")

    monkeypatch.setattr(engine, "build", fail)
    with pytest.raises(SiteError, match="npm is not installed"):
        build(target, project, {path: notebook_of({})}, tmp_path, lambda line: None)
    assert checksums(target) == before
    assert [one.name for one in target.parent.iterdir()] == ["site"]


def test_a_folder_with_other_files_is_refused(project, monkeypatch):
    """Nothing of it is touched."""
    (project / "mine").mkdir()
    (project / "mine" / "thesis.txt").write_text("all of it")
    done = run(project, monkeypatch, "-o", "mine")
    assert done.exit_code == 1
    assert done.stderr == "Error: mine holds other files than a site; name a folder that is new or empty\n"
    assert (project / "mine" / "thesis.txt").read_text() == "all of it"


@pytest.mark.parametrize(
    ("arguments", "absent", "said"),
    [
        (["--pdf"], "chromium", "--pdf prints with Chromium, and none is here; install the package chromium"),
        ([], "myst_nb", "missing here: myst-nb; uv sync --group site installs what the site is built with"),
    ],
)
def test_what_is_missing_is_told_in_one_line(project, monkeypatch, arguments, absent, said):
    """With the remedy, before anything is executed."""
    from cnnbook.site.printing import chromium

    if absent == "chromium":
        monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    else:
        found = building.find_spec
        monkeypatch.setattr(building, "find_spec", lambda name: None if name == absent else found(name))
    done = run(project, monkeypatch, *arguments)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {said}")
    assert len(done.stderr.splitlines()) == 1
    assert not (project / "build").exists()


def test_a_missing_npm_is_told_before_notebooks_run(project, monkeypatch):
    """In one line, with the remedy."""
    monkeypatch.setenv("PATH", str(project))
    done = run(project, monkeypatch)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: npm is not installed; install Node.js")
    assert len(done.stderr.splitlines()) == 1
    assert not (project / "build" / "site").exists()


def test_the_command_line_waits_for_no_sphinx():
    """It is imported when the site is built, and not for --help."""
    import subprocess

    code = "import sys, cnnbook.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"sphinx", "nbclient", "nbformat", "playwright"} & set(loaded.split())
