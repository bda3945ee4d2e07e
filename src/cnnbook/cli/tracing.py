"""``cnnbook trace``: the table of a network, or two networks side by side."""

from __future__ import annotations

from typing import Any

import click

from cnnbook.cli import completion
from cnnbook.cli.arguments import Input, WrongCommandError, check_network, input_option, traced

# Each is printed by the method of `Trace` that is called to_ and its name; those in _FOLDED take a depth, and
# all but JSON, which holds everything, columns on request.
_FORMATS = ("text", "html", "csv", "json", "markdown")
_FOLDED = ("text", "markdown")


def _columns(context: click.Context, parameter: click.Parameter, text: str) -> tuple[str, ...]:
    from cnnbook.traces.tables import cells

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    try:
        cells.columns(names)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return names


@click.command()
@click.argument("networks", metavar="NETWORK...", nargs=-1, required=True, shell_complete=completion.networks)
@input_option
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to print the table.",
)
@click.option("--depth", type=click.IntRange(min=0), help="Fold modules below this level into one line each.")
@click.option(
    "--columns",
    default="",
    callback=_columns,
    help="Further columns, with commas between them: trainable and frozen parameters, and the memory of the "
    "outputs in bytes, as in trainable,frozen,memory.",
)
@click.option("--compare", is_flag=True, help="Show two networks side by side and mark what differs.")
def trace(networks: tuple[str, ...], inputs: tuple[Input, ...], form: str, compare: bool, **how: Any) -> None:
    """Print every operation of NETWORK: shapes, parameters, MACs, and the formula with its numbers.

    NETWORK is a name of the catalogue, file.py:Class or package.module:Class. A class is built without
    arguments and traced in evaluation mode. MACs are those of one forward pass over the whole batch. In a
    terminal the text is as wide as that, or as COLUMNS says; in a file or a pipe no line is cut.

    \b
    Examples: cnnbook trace resnet18
              cnnbook trace resnet50 --depth 1 --columns memory
              cnnbook trace mynet.py:Net --input 1,3,64,48 --format csv > mynet.csv
              cnnbook trace mytext.py:Net --input 4,20:int64
              cnnbook trace lenet5 --format markdown >> README.md
              cnnbook trace --compare resnet18 resnet34
    """
    if len(networks) != 1 + compare:
        wanted = "--compare takes two networks" if compare else "give one network, or two with --compare"
        raise WrongCommandError(f"{wanted}, not {len(networks)}")
    if how["depth"] is not None and (compare or form not in _FOLDED):
        raise WrongCommandError("--depth folds the text or Markdown table of one network only")
    if how["columns"] and (compare or form == "json"):
        raise WrongCommandError("--columns adds to the table of one network, as text, html, csv or markdown")
    if compare and form not in ("text", "html"):
        raise WrongCommandError(f"--compare prints text or html, not {form}")
    for network in networks:
        check_network(network, inputs)
    if compare:
        _compare(networks[0], networks[1], inputs, form)
        return
    if form not in _FOLDED:
        del how["depth"]
    if form == "json":
        del how["columns"]
    if form == "text":
        from cnnbook.traces.tables.text import reader_width

        how["width"] = reader_width()
    table: str = getattr(traced(networks[0], inputs), f"to_{form}")(**how)
    click.echo(table.removesuffix("\n"))


def _compare(left: str, right: str, inputs: tuple[Input, ...], form: str) -> None:
    from cnnbook.traces.tables.text import reader_width

    difference = traced(left, inputs).diff(traced(right, inputs))
    click.echo(difference.to_text(width=reader_width()) if form == "text" else difference.to_html())
