"""Building the site: the whole of it in a spare folder, which then takes the place of the older site."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import nbformat

from cnnbook.site.errors import SiteError
from cnnbook.site.printing.chromium import find_chromium

_MARK = ".cnnbook-site"
_NEEDED = {"sphinx": "sphinx", "myst_nb": "myst-nb", "latex2mathml": "latex2mathml"}


class Built(NamedTuple):
    """What was built: the folder, its pages, its size in bytes, and what Sphinx warned of."""

    folder: Path
    pages: int
    size: int
    warnings: list[str]


def check_needs(target: Path, *, pdf: bool = False) -> None:
    """Raise SiteError, with the remedy, if something is missing that the site is built with.

    Looked for are the packages of the group `site`, for a PDF Chromium, and a folder that may be written.
    """
    _check_target(target)
    if pdf:
        find_chromium()
    missing = [name for module, name in _NEEDED.items() if find_spec(module) is None]
    if missing:
        raise SiteError(
            f"missing here: {', '.join(missing)}; uv sync --group site installs what the site is built with"
        )


def prepare_engine(cache: Path) -> None:
    """Fetch and compile what the engine is made of, so that a missing npm is told before notebooks run.

    Raises SiteError, with the remedy, if something is missing.
    """
    from cnnbook.site import engine

    with tempfile.TemporaryDirectory(prefix="cnnbook-engine-") as folder:
        engine.build(Path(folder), cache)


def build(
    target: Path,
    root: Path,
    notebooks: dict[Path, nbformat.NotebookNode],
    cache: Path,
    announce: Callable[[str], None] = print,
    *,
    pdf: bool = False,
) -> Built:
    """Build the site from executed notebooks into `target`, whole or not at all.

    `root` is the project's folder, `cache` a folder for what was fetched. With `pdf` the course is in the
    site as cnnbook.pdf too.

    Raises SiteError if the site cannot be built; an older site then stays as it was.
    """
    check_needs(target, pdf=pdf)
    from cnnbook.site import engine, live
    from cnnbook.site.printing.course import print_course
    from cnnbook.site.sources import stage

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".cnnbook-site-", dir=target.parent) as folder:
        # Sphinx looks for a relative path beside its sources, not in the current folder.
        spare = Path(folder).absolute()
        sources, site = spare / "sources", spare / "site"
        announce("writing the pages")
        with _record_of_nobody(spare):
            staged = stage(notebooks, root, sources, live.element, pdf=pdf)
        static = spare / "static"
        static.mkdir()
        engine.build(static, cache)
        asked = json.dumps(staged.asked, separators=(",", ":"))
        (static / "asked.js").write_text(f"self.cnnbookAsked = {asked};\n", encoding="utf-8")
        navigation = {"course_bar": staged.bar, "course_pages": staged.pages}
        warnings = _run_sphinx(sources, site, static, navigation)
        shutil.copytree(sources / "shown", site / "shown", dirs_exist_ok=True)
        _tidy(site)
        if pdf:
            print_course(site, [path.stem for path in notebooks], announce)
        pages, size = _count(site)
        _swap(site, target, spare / "older")
    return Built(target, pages, size, warnings)


def _check_target(target: Path) -> None:
    """Raise SiteError if the folder holds something else than an older site."""
    if target.is_file():
        raise SiteError(f"{target} is a file; name a folder for the site")
    if target.is_dir() and any(target.iterdir()) and not (target / _MARK).exists():
        raise SiteError(f"{target} holds other files than a site; name a folder that is new or empty")


@contextmanager
def _record_of_nobody(folder: Path) -> Iterator[None]:
    """Let the cards on the pages begin without what the person who builds the site has answered."""
    name = "CNNBOOK_PROGRESS"
    before = os.environ.get(name)
    os.environ[name] = str(folder / "progress.jsonl")
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _run_sphinx(sources: Path, site: Path, static: Path, navigation: dict[str, Any]) -> list[str]:
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    said = io.StringIO()
    settings: dict[str, Any] = {
        "project": "cnnbook",
        "html_title": "cnnbook",
        "release": version("cnnbook"),
        "extensions": ["myst_nb", "sphinx.ext.autodoc", "cnnbook.site.extension"],
        "exclude_patterns": ["shown"],
        "suppress_warnings": ["myst.xref_missing_anchor"],
        "nb_execution_mode": "off",
        "nb_ipywidgets_js": {},
        "myst_enable_extensions": ["dollarmath"],
        "myst_heading_anchors": 4,
        "default_role": "code",
        "autodoc_typehints": "none",
        "html_theme": "cnnbook",
        "html_math_renderer": "mathml",
        "html_static_path": [str(static)],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_search_summary": True,
        "html_use_index": False,
        "html_domain_indices": False,
        **navigation,
    }
    try:
        with patch_docutils(), docutils_namespace():
            app = Sphinx(
                sources,
                None,
                site,
                site.parent / "doctrees",
                "html",
                confoverrides=settings,
                status=None,
                warning=said,
                freshenv=True,
                parallel=min(2, os.cpu_count() or 1),
            )
            app.build()
    except SphinxError as error:
        raise SiteError(f"Sphinx cannot make the pages: {' '.join(str(error).split())}") from None
    plain = re.sub(r"\x1b\[[\d;]*m", "", said.getvalue())
    return [line.replace(f"{sources}/", "") for line in plain.splitlines() if line.strip()]


def _tidy(site: Path) -> None:
    """Remove what no reader needs, and leave the marks: ours, and the one for hosts that run Jekyll."""
    for name in (".buildinfo", "objects.inv", "_static/basic.css", "_static/mystnb.css"):
        (site / name).unlink(missing_ok=True)
    for extra in (site / "_static").glob("mystnb*.css"):
        extra.unlink()
    (site / _MARK).write_text(f"built by cnnbook {version('cnnbook')}\n", encoding="utf-8")
    (site / ".nojekyll").touch()


def _count(site: Path) -> tuple[int, int]:
    return len([*site.rglob("*.html")]), sum(p.stat().st_size for p in site.rglob("*") if p.is_file())


def _swap(site: Path, target: Path, older: Path) -> None:
    """Put the new site into its place; if that fails, the older one is put back."""
    if target.exists():
        os.replace(target, older)
    try:
        os.replace(site, target)
    except OSError:
        if older.exists():
            os.replace(older, target)
        raise


def megabytes(size: int) -> str:
    """Return a size in words.

    >>> megabytes(12_340_000)
    '12.3 MB'
    """
    return f"{size / 1e6:.1f} MB"


def seconds_since(started: float) -> str:
    """Return how long something took, in words."""
    return f"{time.perf_counter() - started:.0f} s"
