"""``cnnbook assign``, ``submit`` and ``grade``: sheets are handed out, collected and graded."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cnnbook.cli.arguments import WrongCommandError

if TYPE_CHECKING:
    from cnnbook.classroom.assignment import Assignment
    from cnnbook.classroom.grading import Grades
    from cnnbook.classroom.roster import Roster

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 10  # remarks that are printed; the file of grades has all


@click.command()
@click.argument("sheet", type=_FILE)
@click.option("--roster", type=_FILE, required=True, help="CSV file of the class, with a column id.")
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to fill."
)
@click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="Size of the worksheet.",
)
def assign(sheet: Path, roster: Path, output: Path, paper: str) -> None:
    """Hand out SHEET, a TOML file of questions: a notebook for each learner, a worksheet, a teacher's key.

    Each learner gets other numbers, unless the sheet says variants = "common". The notebooks are written into
    the folder notebooks/ of the output. worksheet.html is for printing, and key.html has the answers. The
    salt from which the numbers are drawn is written into a file beside SHEET. Keep it: grading needs it.

    \b
    Example: cnnbook assign lab1.toml --roster roster.csv -o handout/
    """
    from cnnbook.classroom import handout
    from cnnbook.classroom import paper as sheets
    from cnnbook.classroom.files import FileError, written
    from cnnbook.classroom.marking import Marker

    try:
        assignment, learners = _read(sheet, roster, make_salt=True)
        marker = Marker(assignment)
        files = [*handout.write_notebooks(marker, learners.learners, output / "notebooks")]
        size: sheets.Paper = "Letter" if paper == "Letter" else "A4"
        written(output / "worksheet.html", sheets.worksheets(marker, learners.learners, size).encode())
        written(output / "key.html", sheets.key(marker, learners.learners, size).encode(), private=True)
    except FileError as error:
        raise click.ClickException(str(error)) from None
    count = f"{len(files)} notebook{'s' if len(files) != 1 else ''}"
    click.echo(f"{count}, worksheet.html and key.html are in {output}", err=True)


def _read(sheet: Path, roster: Path, *, make_salt: bool) -> tuple[Assignment, Roster]:
    """Return the assignment and the roster; a file of the teacher's that is wrong is a wrong command."""
    from cnnbook.classroom.assignment import AssignmentError, load
    from cnnbook.classroom.roster import RosterError, load_roster

    try:
        learners = load_roster(roster)
        return load(sheet, make_salt=make_salt), learners
    except (AssignmentError, RosterError) as error:
        raise WrongCommandError(str(error)) from None


@click.command()
@click.argument("sheet", type=_FILE)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="XML file."
)
@click.option(
    "--variants",
    type=click.IntRange(1, 100),
    default=20,
    show_default=True,
    help="How many variants of each question.",
)
def export(sheet: Path, output: Path, variants: int) -> None:
    """Write the questions of SHEET as Moodle XML, for Moodle's question bank.

    Each question is a category with variants in it, of which a quiz draws one at random. A wrong answer of a
    known misunderstanding gets its hint as feedback, inside Moodle.

    \b
    Example: cnnbook export lab1.toml -o lab1.xml
    """
    from cnnbook.classroom.assignment import AssignmentError, load
    from cnnbook.classroom.files import FileError, written
    from cnnbook.classroom.marking import Marker
    from cnnbook.classroom.moodle import moodle_xml

    try:
        bank = moodle_xml(Marker(load(sheet, make_salt=True)), variants)
    except AssignmentError as error:
        raise WrongCommandError(str(error)) from None
    try:
        written(output, bank)
    except FileError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"wrote {output}", err=True)


@click.command()
@click.argument("notebook", type=_FILE)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("answers.json"),
    show_default=True,
    help="File to write.",
)
def submit(notebook: Path, output: Path) -> None:
    """Write the answers of NOTEBOOK, a sheet that was handed out, into a small file to hand in.

    \b
    Example: cnnbook submit lab1-ada.ipynb -o lab1-ada.json
    """
    from cnnbook.classroom.answers_file import answers_file
    from cnnbook.classroom.files import FileError, written
    from cnnbook.classroom.submitted import UnreadableSubmissionError, read_submission

    try:
        found = read_submission(notebook.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{notebook}: {error.strerror or error}") from None
    except UnreadableSubmissionError as error:
        raise click.ClickException(f"{notebook} cannot be submitted: {error}") from None
    if not found.sheet:
        raise click.ClickException(f"{notebook} is no sheet: it has no cell with open_sheet(...)")
    learner = found.learner or os.environ.get("JUPYTERHUB_USER", "")
    if not learner:
        raise click.ClickException(f'{notebook} says nowhere whose it is: put your id into my_id = "..."')
    try:
        written(output, answers_file(replace(found, learner=learner)).encode())
    except FileError as error:
        raise click.ClickException(str(error)) from None
    for remark in found.remarks:
        click.echo(remark, err=True)
    count = len(found.answers)
    click.echo(f"{count} answer{'s' if count != 1 else ''} of {learner} written to {output}", err=True)


@click.command()
@click.argument("inbox", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--roster", type=_FILE, required=True, help="CSV file of the class, with a column id.")
@click.option("--assignment", "sheet", type=_FILE, required=True, help="The sheet that was handed out.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("grades.csv"),
    show_default=True,
    help="CSV file to write.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a report on the class as HTML.",
)
@click.option(
    "--feedback",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write a page of feedback for each learner into this folder.",
)
@click.option("--no-names", is_flag=True, help="Leave names, ids and files out of the report.")
def grade(
    inbox: Path,
    roster: Path,
    sheet: Path,
    output: Path,
    report: Path | None,
    feedback: Path | None,
    no_names: bool,
) -> None:
    """Grade the submissions in the folder INBOX: notebooks, files of answers, and zips of learning platforms.

    Nothing in them is executed. Each learner of the roster gets a line, and so does each file that cannot be
    read or belongs to nobody. What a human should look at stands in the column "remarks".

    \b
    Example: cnnbook grade inbox/ --roster roster.csv --assignment lab1.toml --report report.html
    """
    from cnnbook.classroom.feedback_pages import write_feedback
    from cnnbook.classroom.files import FileError, written
    from cnnbook.classroom.gradebook import write_grades
    from cnnbook.classroom.grading import grade as grade_all
    from cnnbook.classroom.grading import without_names
    from cnnbook.classroom.inbox import pieces
    from cnnbook.classroom.report import report_page

    assignment, learners = _read(sheet, roster, make_salt=False)
    with click.progressbar(pieces(inbox), label="grading", file=sys.stderr, show_pos=True) as all_pieces:
        grades = grade_all(all_pieces, learners, assignment)
    try:
        write_grades(grades, output)
        if report:
            written(report, report_page(without_names(grades) if no_names else grades).encode())
        if feedback:
            write_feedback(grades, feedback)
    except FileError as error:
        raise click.ClickException(str(error)) from None
    _summarise(grades, output)


def _summarise(grades: Grades, output: Path) -> None:
    counts: dict[str, int] = {}
    for one in (*grades.learners, *grades.others):
        counts[one.status] = counts.get(one.status, 0) + 1
    said = ", ".join(f"{count} {status}" for status, count in counts.items())
    click.echo(f"{said}; written to {output}", err=True)
    remarks = [
        f"{one.path or one.learner.id}: {remark}"
        for one in (*grades.others, *grades.learners)
        for remark in one.remarks
    ]
    for line in remarks[:_SHOWN]:
        click.echo(f"  {line}", err=True)
    if len(remarks) > _SHOWN:
        click.echo(f"  and {len(remarks) - _SHOWN} more, in the column remarks", err=True)
