"""The files that Sphinx makes the site from: the notebooks, the documents, and the pages made here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import nbformat

from cnnbook.exercises.chapters import find
from cnnbook.site import home, practising, reference
from cnnbook.site.asking import asked
from cnnbook.site.errors import SiteError
from cnnbook.site.links import followed, to_practice
from cnnbook.site.outputs import Files, with_picture_files
from cnnbook.site.page_cells import Element, page_of

_DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md")
Pages = list[tuple[str, list[tuple[str, str]]]]


class Staged(NamedTuple):
    """The site's navigation: the places of its bar, and all pages by heading, each with its title.

    `asked` has the questions of each chapter that can be answered on its page, by the notebook's name.
    """

    bar: list[tuple[str, str]]
    pages: Pages
    asked: dict[str, list[str]]


def stage(
    notebooks: Mapping[Path, nbformat.NotebookNode],
    root: Path,
    folder: Path,
    element: Element,
    *,
    pdf: bool = False,
) -> Staged:
    """Write the sources of all pages into `folder`, as they lie in the project, and return the navigation.

    `notebooks` are the executed notebooks by their paths; `root` is the project's folder. With `pdf` the home
    page leads to the course as a PDF.

    Raises SiteError if the project's documents are not there.
    """
    files = folder / "shown"
    titles = {path.stem: _title(notebook) for path, notebook in notebooks.items()}
    for path, notebook in notebooks.items():
        page = page_of(notebook, Files(files, "../shown"), element)
        for cell in page.cells:
            if cell.cell_type == "markdown":
                linked = followed(cell.source, Path("notebooks") / path.name, root, folder)
                cell.source = to_practice(linked, "../practice.html")
        _write(folder / "notebooks" / path.name, nbformat.writes(page))
    documents = [name for name in (*_DOCUMENTS, *_docs(root)) if (root / name).is_file()]
    if "README.md" not in documents:
        raise SiteError(
            f"the site is built from a checkout of the course, and {root} has no README.md; "
            "clone the repository and run this in its folder"
        )
    for name in documents:
        text = (root / name).read_text(encoding="utf-8")
        _write(folder / name, followed(text, Path(name), root, folder))
    made = _made(notebooks, titles, root, element, pdf)
    for name, text in made.items():
        deep = "../" * name.count("/")
        _write(folder / f"{name}.md", with_picture_files(text, Files(files, f"{deep}shown")))
    pages = _navigation(titles, documents, [*made])
    _write(folder / "index.md", (folder / "index.md").read_text("utf-8") + _contents(pages))
    asked = {path.stem: _answered_here(notebook) for path, notebook in notebooks.items()}
    return Staged(_bar(titles), pages, asked)


def _made(
    notebooks: Mapping[Path, nbformat.NotebookNode],
    titles: Mapping[str, str],
    root: Path,
    element: Element,
    pdf: bool,
) -> dict[str, str]:
    """Return the pages that are made from the package's own data, the home page among them."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    asked_on: dict[str, str] = {}
    chapters: dict[str, str] = {}
    places: dict[str, tuple[str, str]] = {}
    for path, notebook in notebooks.items():
        for name in _asked_in(notebook):
            asked_on.setdefault(name, f"notebooks/{path.stem}")
            chapters.setdefault(name.partition(".")[0], titles[path.stem])
            places.setdefault(name.partition(".")[0], (f"notebooks/{path.stem}", titles[path.stem]))
    return {
        "index": home.page(titles, readme, element, pdf=pdf),
        **practising.pages(element, places),
        **reference.pages(chapters, asked_on),
    }


def _asked_in(notebook: nbformat.NotebookNode) -> list[str]:
    found = [asked(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return [str(name) for one in found if one and isinstance(one.given, list) for name in one.given]


def _answered_here(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the questions of a notebook, each once, without those that need PyTorch."""
    names = dict.fromkeys(_asked_in(notebook))
    return [name for name in names if not getattr(find(name), "needs_torch", False)]


def _title(notebook: nbformat.NotebookNode) -> str:
    first = notebook.cells[0].source if notebook.cells else ""
    return first.partition("\n")[0].lstrip("# ").strip()


def _docs(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in (root / "docs").glob("*.md"))


def _navigation(titles: Mapping[str, str], documents: list[str], made: list[str]) -> Pages:
    """Return the pages under their headings; an empty title stands for the page's own."""
    there = {name.removesuffix(".md") for name in documents}
    teachers = ["docs/teaching", "docs/classroom", "docs/exercises"]
    contributors = ["CONTRIBUTING", "docs/site", "docs/open-ends", "CHANGELOG", "data/README"]
    others = sorted(there - {*teachers, *contributors, "README", "docs/setup"})
    groups = {
        "Chapters": [f"notebooks/{name}" for name in titles],
        "Practice": ["practice"],
        "Quizzes": [name for name in made if name.startswith("quizzes/")],
        "Reference": [name for name in made if name.startswith("reference/")],
        "For learners": ["README", "docs/setup", *others],
        "For teachers": teachers,
        "For contributors": contributors,
    }
    known = there | {*made} | {f"notebooks/{name}" for name in titles}
    short = {"README": "The course and its tools", "data/README": "The data"}
    return [
        (heading, [(name, short.get(name, "")) for name in pages if name in known])
        for heading, pages in groups.items()
    ]


def _bar(titles: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (f"notebooks/{next(iter(titles))}", "Chapters"),
        ("practice", "Practice"),
        ("quizzes/index", "Quizzes"),
        ("reference/exercises", "Reference"),
        ("docs/teaching", "Teachers"),
        ("docs/setup", "Install"),
    ]


def _contents(pages: Pages) -> str:
    """Return the hidden list of all pages, which tells Sphinx their order."""
    names = "\n".join(name for _, group in pages for name, _ in group)
    return f"\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
