"""``cnnbook site``: the course as a website, and as a PDF."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click


@click.command()
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    default=Path("build/site"),
    show_default=True,
    help="Folder of the site. An older site there is replaced, but only when the new one is complete.",
)
@click.option("--pdf", is_flag=True, help="Put the course into the site as cnnbook.pdf too; needs Chromium.")
def site(target: Path, pdf: bool) -> None:
    """Build the course as a website that answers in the browser, from the notebooks of this checkout.

    The notebooks are executed once, and again when they or the package change. The folder opens by a double
    click on index.html, and any web server can publish it. Needed are the packages of the group site and
    node's npm.

    \b
    Example: uv run --group site cnnbook site --pdf
    """
    from cnnbook.site.build import build, check_needs, megabytes, prepare_engine, seconds_since
    from cnnbook.site.errors import SiteError
    from cnnbook.work import WorkError, find_course

    started = time.perf_counter()
    try:
        check_needs(target, pdf=pdf)
        course = find_course()
        from cnnbook.site.execution import executed

        cache = course.home / "build" / "site-cache"
        prepare_engine(cache)
        notebooks = executed(course.chapters(), cache / "notebooks", _tell)
        built = build(target, course.home, notebooks, cache, _tell, pdf=pdf)
    except (SiteError, WorkError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        raise click.ClickException(f"cannot write{where}: {error.strerror or error}") from None
    for warning in built.warnings:
        _tell(warning)
    size, took = megabytes(built.size), seconds_since(started)
    _tell(f"{built.folder / 'index.html'}: {built.pages} pages, {size}, {took}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
