"""``cnnbook quiz`` and ``cnnbook exercises``: questions in the terminal."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import click

from cnnbook.cli import completion
from cnnbook.cli.arguments import Input, WrongCommandError, input_option, traced

if TYPE_CHECKING:
    from cnnbook.learner.exercise import Exercise


@click.command()
@click.argument("network", metavar="NETWORK", shell_complete=completion.networks)
@input_option
@click.option(
    "--questions", type=click.IntRange(min=1), default=8, show_default=True, help="How many to ask."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed asks other questions.")
def quiz(network: str, inputs: tuple[Input, ...], questions: int, seed: int) -> None:
    """Ask questions about NETWORK, and say of a wrong answer how it may have come about.

    NETWORK is a name of the catalogue, file.py:Class or package.module:Class. Answer on a line; ? asks for a
    hint, an empty line goes on to the next question, Ctrl-D ends. If the answer may mean something else, the
    quiz asks, and an empty line says yes.

    \b
    Example: cnnbook quiz resnet18 --questions 5
    """
    from cnnbook.learner.quiz import quiz as make

    if sys.stdin is None:
        raise click.ClickException("there is no standard input to type answers into")
    if sys.stdout is None:
        raise click.ClickException("there is no standard output to ask on")
    try:
        asked = make(traced(network, inputs), questions=questions, seed=seed)
    except ValueError as error:  # a network without anything to ask about
        raise click.ClickException(str(error)) from None
    right = 0
    for number, exercise in enumerate(asked, 1):
        click.echo(f"\n{number} of {len(asked)}. {exercise.prompt}")
        try:
            right += _ask(exercise)
        except (click.Abort, EOFError):
            click.echo()
            break
    click.echo(f"\n{right} of {len(asked)} right in the end")


def _ask(exercise: Exercise) -> bool:
    """Ask until the answer is right, skipped, or shown; a hint that stands above is not said again."""
    from cnnbook.exercises.words import say
    from cnnbook.learner.answering import ACCEPT

    read = ""  # what an answer probably means, which Enter accepts
    while not exercise.closed:
        answer = click.prompt(">", default=read, show_default=bool(read), prompt_suffix=" ")
        if not answer.strip():
            return False
        if answer.strip() == "?":
            hint = exercise.further_hint()
            click.echo(exercise.solution if exercise.closed else hint)
            continue
        told = exercise.told
        feedback = exercise.check(answer)
        click.echo(str(replace(feedback, hint="") if feedback.hint in told else feedback))
        read = ", ".join(map(str, feedback.answer)) if feedback.asks else ""
        if read:
            click.echo(f"  {say(ACCEPT)}")
        if feedback.outcome == "correct":
            return True
    return False


@click.command()
@click.argument("ids", metavar="[ID|KIND]...", nargs=-1, shell_complete=completion.exercises)
@click.option(
    "--verify", is_flag=True, help="Check each exercise's key, targets and words; exit status 1 on a fault."
)
@click.option("--wrong", is_flag=True, help="Also show wrong answers, and the words a learner sees for each.")
def exercises(ids: tuple[str, ...], verify: bool, wrong: bool) -> None:
    """List the chapters' exercises, or show those with the IDs given, or a KIND of practice.

    Right answers are not shown.

    \b
    Examples: cnnbook exercises
              cnnbook exercises lenet5.c1 size.strided
              cnnbook exercises conv-output-size --wrong
              cnnbook exercises --verify
    """
    from cnnbook.exercises import chapters

    if verify:
        _verify(ids)
    try:
        for name in ids or chapters.names():
            _show(name, wrong)
    except chapters.UnknownExerciseError as error:
        raise WrongCommandError(str(error)) from None


def _verify(ids: tuple[str, ...]) -> NoReturn:
    """Print the faults of the exercises with these ids, or of all, and end with the exit status."""
    from cnnbook.exercises import chapters
    from cnnbook.exercises.kinds.catalogue import KINDS

    kinds = [name for name in ids if name in KINDS]
    if kinds:
        raise WrongCommandError(
            f"{kinds[0]} is a kind of practice, and --verify checks the exercises of chapters: give their "
            "ids, or none for all of them"
        )
    try:
        for name in ids:
            chapters.find(name)
    except chapters.UnknownExerciseError as error:
        raise WrongCommandError(str(error)) from None
    faults = [fault for fault in chapters.problems() if not ids or fault.partition(":")[0] in ids]
    for fault in faults:
        click.echo(fault)
    count = len(set(ids) or chapters.names())
    click.echo(f"{count} exercise{'s' if count > 1 else ''}, {len(faults)} faults", err=True)
    raise click.exceptions.Exit(1 if faults else 0)


def _show(name: str, wrong: bool) -> None:
    """Print an exercise's text, and with it, where they are wanted, wrong answers and their words."""
    from cnnbook.exercises import chapters
    from cnnbook.exercises.kinds.catalogue import KINDS
    from cnnbook.exercises.kinds.variants import draw
    from cnnbook.learner.rehearsal import rehearse, rehearse_kind

    if name in KINDS:
        variants = rehearse_kind(KINDS[name]) if wrong else [(draw(KINDS[name], "", 0), [])]
    else:
        question = chapters.find(name)
        variants = [(question, rehearse(question) if wrong else [])]
    for question, said in variants:
        click.echo(f"{name}: {question.prompt}")
        for feedback in said:
            click.echo(f"  {feedback.message} {feedback.hint}")
