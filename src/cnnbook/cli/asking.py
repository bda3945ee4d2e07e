"""``cnnbook quiz`` and ``cnnbook exercises``: questions in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cnnbook.cli.arguments import WrongCommandError, input_option, traced

if TYPE_CHECKING:
    from cnnbook.exercises import Exercise
    from cnnbook.rows import Shape


@click.command()
@click.argument("network", metavar="NETWORK")
@input_option
@click.option(
    "--questions", type=click.IntRange(min=1), default=8, show_default=True, help="How many to ask."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed asks other questions.")
def quiz(network: str, shapes: tuple[Shape, ...], questions: int, seed: int) -> None:
    """Ask questions about NETWORK, and say of a wrong answer how it may have come about.

    NETWORK is a name of the catalogue, file.py:Class or package.module:Class. Answer on a line; ? asks for a
    hint, an empty line goes on to the next question, Ctrl-D ends.

    \b
    Example: cnnbook quiz resnet18 --questions 5
    """
    from cnnbook.exercises import quiz as make

    asked = make(traced(network, shapes), questions=questions, seed=seed)
    right = 0
    for number, exercise in enumerate(asked, 1):
        click.echo(f"\n{number} of {len(asked)}. {exercise.prompt}")
        try:
            right += _ask(exercise)
        except (click.Abort, EOFError):
            click.echo()
            break
    click.echo(f"\n{right} of {len(asked)} right")


def _ask(exercise: Exercise) -> bool:
    """Ask until the answer is right, skipped, or shown."""
    while not exercise.closed:
        answer = click.prompt(">", default="", show_default=False, prompt_suffix=" ")
        if not answer.strip():
            return False
        if answer.strip() == "?":
            click.echo(exercise.hint())
            continue
        feedback = exercise.check(answer)
        click.echo(str(feedback))
        if feedback.outcome == "correct":
            return True
    return False


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "--verify", is_flag=True, help="Check each exercise's key and targets; exit status 1 on a fault."
)
def exercises(ids: tuple[str, ...], verify: bool) -> None:
    """List the chapters' exercises, or show those with the IDs given; answers are not shown.

    \b
    Examples: cnnbook exercises
              cnnbook exercises lenet5.c1 size.strided
              cnnbook exercises --verify
    """
    from cnnbook.exercises import bank
    from cnnbook.exercises.practice import prompt

    if verify:
        faults = bank.problems()
        for fault in faults:
            click.echo(fault)
        click.echo(f"{len(bank.names())} exercises, {len(faults)} faults", err=True)
        raise click.exceptions.Exit(1 if faults else 0)
    try:
        for name in ids or bank.names():
            question = bank.find(name)
            asked = "stated in its chapter" if question.kind == "stated" else prompt(question)
            click.echo(f"{name}: {asked}")
    except bank.UnknownExerciseError as error:
        raise WrongCommandError(str(error)) from None
