"""``cnnbook export`` and ``gradebook``: a sheet's questions and grades for Moodle and Canvas."""

from __future__ import annotations

from pathlib import Path

import click

from cnnbook.cli.arguments import WrongCommandError

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("sheet", type=_FILE)
@click.option(
    "-o", "--output", type=_NEW_FILE, required=True, help="File to write: .xml for Moodle, .zip for Canvas."
)
@click.option(
    "--variants",
    type=click.IntRange(1, 100),
    default=20,
    show_default=True,
    help="How many variants of each question.",
)
def export(sheet: Path, output: Path, variants: int) -> None:
    """Write the questions of SHEET for a learning platform: Moodle XML, or a zip of QTI for Canvas.

    Each question has variants, of which a quiz draws one at random. A wrong answer of a known
    misunderstanding gets its hint as feedback, inside the platform.

    \b
    Example: cnnbook export lab1.toml -o lab1.xml
             cnnbook export lab1.toml -o lab1.zip
    """
    from cnnbook.classroom.assignment import load
    from cnnbook.classroom.canvas import canvas_package
    from cnnbook.classroom.files import FileError, written
    from cnnbook.classroom.marking import Marker
    from cnnbook.classroom.moodle import moodle_xml

    formats = {".xml": moodle_xml, ".zip": canvas_package}
    if output.suffix.lower() not in formats:
        raise WrongCommandError(f"{output} must end with .xml for Moodle, or with .zip for Canvas")
    try:
        questions = formats[output.suffix.lower()](Marker(load(sheet, make_salt=True)), variants)
    except FileError as error:
        raise WrongCommandError(str(error)) from None
    try:
        written(output, questions)
    except FileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"wrote {output}", err=True)


@click.command()
@click.argument("exported", type=_FILE)
@click.option(
    "--grades",
    type=_FILE,
    default=Path("grades.csv"),
    show_default=True,
    help="The file that cnnbook grade has written.",
)
@click.option(
    "--column",
    required=True,
    help="Assignment in EXPORTED, as its heading has it; of a grading worksheet, Grade.",
)
@click.option(
    "-o", "--output", type=_NEW_FILE, default=Path("upload.csv"), show_default=True, help="CSV file to write."
)
@click.option("--scale", is_flag=True, help="Convert points if the platform gives another number of them.")
def gradebook(exported: Path, grades: Path, column: str, output: Path, scale: bool) -> None:
    """Write grades into EXPORTED, the gradebook that Moodle or Canvas has exported, to upload it there again.

    The result has only learners with a grade, and only this assignment, so that no other grade is touched.
    What fits several learners is not filled in: it is listed for you to decide.

    \b
    Example: cnnbook gradebook canvas.csv --grades grades.csv --column "Lab 1" -o upload.csv
    """
    from cnnbook.classroom.files import FileError, written
    from cnnbook.classroom.gradebook import read_grades
    from cnnbook.classroom.platform_gradebook import filled

    for given in (exported, grades):
        if output.exists() and output.samefile(given):
            raise WrongCommandError(
                f"{output} would be overwritten, and it is read; choose another file with -o"
            )
    try:
        known = read_grades(grades)
        done = filled(exported, known, column, scale=scale)
    except FileError as error:
        raise WrongCommandError(str(error)) from None
    try:
        written(output, done.content)
    except FileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{done.grades} of {len(known)} grades are in {output}", err=True)
    for remark in done.remarks:
        click.echo(f"  {remark}", err=True)
