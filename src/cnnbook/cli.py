"""The command line: ``cnnbook lab | doctor | trace | graph``. It parses, calls and prints.

Data goes to standard output, messages to standard error. Exit status 0: done; 1: the work failed; 2: the
command line is wrong. Modules are imported where they are used, so that ``--help`` needs no torch.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

    from cnnbook.graphs import Graph
    from cnnbook.rows import Shape, Trace

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(package_name="cnnbook", message="cnnbook %(version)s")
def main() -> None:
    """Convolutional networks, traced, drawn and taught: a course in JupyterLab and its tools.

    \b
    Example: cnnbook lab
    """


class Shapes(click.ParamType[Any]):
    """A shape as typed: ``1,3,224,224`` or ``1x3x224x224``."""

    name = "shape"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the tuple; fail, as a wrong command line, on anything but positive whole numbers."""
        if isinstance(value, tuple):
            return value
        parts = value.replace("x", ",").replace("×", ",").strip("() ").rstrip(",").split(",")
        try:
            shape = tuple(int(part) for part in parts)
        except ValueError:
            self.fail(
                f"{value!r} is no shape; write whole numbers with commas, as in 1,3,224,224", param, ctx
            )
        if any(size < 1 for size in shape):
            self.fail(f"{value!r} has a size below 1", param, ctx)
        return shape


def _pictures(ctx: click.Context, param: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the paths; fail before any work is done on one whose suffix is no picture's."""
    from cnnbook.graphs.rendering import FORMATS

    for path in paths:
        if path.is_dir():
            raise WrongCommandError(f"cannot write {path}: it is a folder; name a file in it")
        if path.suffix.lower().removeprefix(".") not in FORMATS:
            raise WrongCommandError(f"{path}: a graph is saved as .pdf, .svg or .png")
    return paths


_input = click.option(
    "--input",
    "shapes",
    type=Shapes(),
    multiple=True,
    help="Shape of the input, batch axis first, as in 1,3,224,224; again for each further input. "
    "A network of the catalogue has a default.",
)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Check the environment, then open JupyterLab on the course.

    Further ARGUMENTS are handed on to jupyter lab. It listens on localhost only and asks for a token; one
    Ctrl-C ends it and its kernels. As root, which containers often are, it is started with --allow-root.

    \b
    Example: cnnbook lab --no-browser --port 8899
    """
    from cnnbook.lab import LabError, RefusedArgumentError, refuse_open_doors, start

    try:
        refuse_open_doors(arguments)
        if not _print_checks(err=True):
            raise click.exceptions.Exit(1)
        start(arguments)
    except RefusedArgumentError as error:
        raise WrongCommandError(str(error)) from None
    except LabError as error:
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


@main.command()
@click.argument("network", metavar="NETWORK")
@_input
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "csv", "json"]),
    default="text",
    show_default=True,
    help="How to print the table.",
)
def trace(network: str, shapes: tuple[Shape, ...], form: str) -> None:
    """Print every operation of NETWORK: shapes, parameters, MACs, and the formula with its numbers.

    NETWORK is a name of the catalogue, file.py:Class or package.module:Class. A class is built without
    arguments and traced in evaluation mode. MACs are those of one forward pass over the whole batch.

    \b
    Examples: cnnbook trace resnet18
              cnnbook trace mynet.py:Net --input 1,3,64,48 --format csv > mynet.csv
    """
    traced = _traced(network, shapes)
    if form == "text":
        click.echo(str(traced))
    elif form == "html":
        click.echo(traced._repr_html_())
    elif form == "csv":
        click.echo(traced.to_csv(), nl=False)
    else:
        click.echo(traced.to_json())


@main.command()
@click.argument("network", metavar="NETWORK")
@_input
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    callback=_pictures,
    multiple=True,
    required=True,
    help="File to write, .pdf, .svg or .png; again for each further file. An older one is replaced, but only "
    "when the new one is complete.",
)
@click.option(
    "--kind",
    type=click.Choice(["architecture", "autograd"]),
    default="architecture",
    show_default=True,
    help="The network as it computes, or the backward graph that autograd records.",
)
@click.option("--depth", type=click.IntRange(min=1), help="Draw modules below this level as one box.")
def graph(
    network: str, shapes: tuple[Shape, ...], outputs: tuple[Path, ...], kind: str, depth: int | None
) -> None:
    """Draw NETWORK as a graph into one file or several.

    NETWORK is a name of the catalogue, file.py:Class or package.module:Class.

    \b
    Examples: cnnbook graph resnet18 -o resnet18.pdf --depth 2
              cnnbook graph mynet.py:Net --input 1,3,64,48 -o mynet.svg -o mynet.png
    """
    from cnnbook.graphs.rendering import GraphError

    try:
        drawn = _drawn(network, shapes, kind, depth)
        for path in outputs:
            drawn.save(path)
            click.echo(f"wrote {path}", err=True)
        for note in drawn.notes:
            click.echo(f"note: {note}", err=True)
    except GraphError as error:
        raise click.ClickException(str(error)) from None


class WrongCommandError(click.ClickException):
    """The command line names something that is not there: one line, exit status 2."""

    exit_code = 2


def _print_checks(*, err: bool) -> bool:
    from cnnbook.doctor import checks

    well = True
    for check in checks():
        click.echo(str(check), err=err)
        well = well and check.ok
    return well


def _network(
    target: str, shapes: Sequence[Shape], *, device: str = "cpu"
) -> tuple[nn.Module, Sequence[Shape]]:
    """Return the network, and the shapes given or else the catalogue's."""
    from cnnbook import networks
    from cnnbook.loading import LoadError, NotFoundError, load

    try:
        if ":" not in target and not target.endswith(".py"):
            shapes = shapes or (networks.info(target).input_shape,)
            return networks.build(target, device=device), shapes
        if not shapes:
            raise WrongCommandError(f"{target}: give the shape of its input, as in --input 1,3,224,224")
        return load(target), shapes
    except networks.UnknownNetwork as error:
        known = click.wrap_text(", ".join(networks.names()), width=100)
        raise WrongCommandError(f"{error}:\n{known}") from None
    except NotFoundError as error:
        raise WrongCommandError(str(error)) from None
    except LoadError as error:
        raise click.ClickException(str(error)) from None


def _traced(target: str, shapes: Sequence[Shape]) -> Trace:
    from cnnbook.tracing import TraceError, trace

    network, shapes = _network(target, shapes, device="meta")
    try:
        with contextlib.redirect_stdout(sys.stderr):  # a forward that prints is no part of the table
            return trace(network, *shapes)
    except TraceError as error:
        raise click.ClickException(str(error)) from None


def _drawn(target: str, shapes: Sequence[Shape], kind: str, depth: int | None) -> Graph:
    from cnnbook.graphs import architecture_graph, autograd_graph

    if kind == "architecture":
        return architecture_graph(_traced(target, shapes), depth=depth)
    if depth is not None:
        raise WrongCommandError("--depth is for --kind architecture; the autograd graph has no levels")
    network, shapes = _network(target, shapes, device="meta")
    with contextlib.redirect_stdout(sys.stderr):
        return autograd_graph(network, shapes)
