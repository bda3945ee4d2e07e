"""The command line: ``cnnbook lab | reset | doctor``, ``networks | trace | graph``, ``quiz | exercises``,
``assign | submit | grade | export | gradebook``, and ``site``.

Data goes to standard output, messages to standard error. The exit status is 0 when the work is done, 1 when
it failed, and 2 when the command line is wrong. Each command imports what it needs when it runs, so that
``--help`` need not wait for torch.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from cnnbook.cli import completion
from cnnbook.cli.arguments import WrongCommandError
from cnnbook.cli.asking import exercises, quiz
from cnnbook.cli.classroom import assign, grade, submit
from cnnbook.cli.drawing import graph
from cnnbook.cli.listing import networks
from cnnbook.cli.platforms import export, gradebook
from cnnbook.cli.site import site
from cnnbook.cli.tracing import trace

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Commands(click.Group):
    """Commands that report output which cannot be written, to a full disk for example, in one line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command. A pipe that nobody reads any more (EPIPE) is left to click, which ends quietly."""
        with _unwritable_output_reported():
            return super().invoke(ctx)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line; --version and --help print while it is read."""
        with _unwritable_output_reported():
            return super().make_context(*args, **kwargs)


@contextmanager
def _unwritable_output_reported() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        _drop_what_cannot_be_written()
        raise click.ClickException(f"cannot write: {error.strerror or error}") from None


def _drop_what_cannot_be_written() -> None:
    # What is left in the buffer Python would try to write at exit, and fail once more, with status 120.
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(package_name="cnnbook", message="cnnbook %(version)s")
def main() -> None:
    """Convolutional networks, traced, drawn and taught: a course in JupyterLab and its tools.

    \b
    Example: cnnbook lab
    """


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Check the environment, then open JupyterLab on your own copy of the course, the folder work/.

    A chapter that you have not touched follows the course's updates; one that you have changed stays, and its
    new version is put beside it. Further ARGUMENTS are handed on to jupyter lab. It listens on localhost
    (unless --ip says otherwise, as in a container) and asks for a token; one Ctrl-C ends it and its kernels.
    As root it is started with --allow-root.

    \b
    Example: cnnbook lab --no-browser --port 8899
    """
    from cnnbook.lab import LabError, RefusedArgumentError, refuse_public_access, start
    from cnnbook.work import WorkError

    try:
        refuse_public_access(arguments)
        if not _print_checks(err=True):
            raise click.exceptions.Exit(1)
        start(arguments)
    except RefusedArgumentError as error:
        raise WrongCommandError(str(error)) from None
    except (LabError, WorkError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("chapter", shell_complete=completion.chapters)
def reset(chapter: str) -> None:
    """Put a fresh copy of CHAPTER into work/, and keep yours beside it with today's date in its name.

    \b
    Example: cnnbook reset 01
    """
    from cnnbook import work

    try:
        course = work.find_course()
        done = work.reset(course, chapter)
        # From a folder outside of the course, the reader must learn where work/ is.
        click.echo(done if Path.cwd().resolve() == course.home else f"{done}, in {course.home}", err=True)
    except work.UnknownChapterError as error:
        raise WrongCommandError(str(error)) from None
    except work.WorkError as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
def doctor(as_json: bool) -> None:
    """Print what the course needs and finds here, with the command that repairs what is missing.

    Exit status 1 if anything is missing.

    \b
    Example: cnnbook doctor --json
    """
    from cnnbook.doctor import checks, to_json

    if as_json:
        found = tuple(checks())
        click.echo(to_json(found))
        well = all(check.ok for check in found)
    else:
        well = _print_checks(err=False)
    raise click.exceptions.Exit(0 if well else 1)


def _print_checks(*, err: bool) -> bool:
    from cnnbook.doctor import checks

    well = True
    for check in checks():
        click.echo(str(check), err=err)
        well = well and check.ok
    return well


for command in (trace, graph, quiz, exercises, networks, assign, submit, grade, export, gradebook, site):
    main.add_command(command)
