"""``cnnbook graph``: one network into one file or several, or every network of the course into a folder."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cnnbook.cli import completion
from cnnbook.cli.arguments import (
    Input,
    NetworkStoppedError,
    WrongCommandError,
    check_network,
    explained,
    input_option,
    network_of,
    traced,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnbook.graphs import Graph
    from cnnbook.tracing import TraceError


@click.command()
@click.argument("network", metavar="[NETWORK]", required=False, shell_complete=completion.networks)
@input_option
@click.option(
    "-o",
    "--output",
    "outputs",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    help="File to write, .pdf, .svg, .png or .html; again for each further file. With --all, the folder. An "
    "older file is replaced, but only when the new one is complete.",
)
@click.option(
    "--kind",
    type=click.Choice(["architecture", "autograd", "torchviz"]),
    default="architecture",
    show_default=True,
    help="The network as it computes; or the backward graph that autograd records, as lines to read or as "
    "torchviz draws it.",
)
@click.option("--depth", type=click.IntRange(min=1), help="Draw modules below this level as one box.")
@click.option(
    "--unfold", is_flag=True, help="Give every operation a box of its own; nothing is drawn as × 3."
)
@click.option(
    "--left-to-right",
    is_flag=True,
    help="Let the graph run from left to right, in rows on landscape pages.",
)
@click.option(
    "--blank",
    is_flag=True,
    help="Leave the shapes out, for a worksheet. The key is written beside it: NAME.key.pdf for NAME.pdf.",
)
@click.option("--paper", type=click.Choice(["a4", "letter"]), help="The paper of a PDF.  [default: a4]")
@click.option("--all", "everything", is_flag=True, help="Draw every network of the course, each as a PDF.")
def graph(
    network: str | None,
    inputs: tuple[Input, ...],
    outputs: tuple[Path, ...],
    everything: bool,
    **how: Any,
) -> None:
    """Draw NETWORK as a graph into one file or several.

    NETWORK is a name of the catalogue, file.py:Class or package.module:Class. As .html the graph answers:
    each box tells its formula, and blocks open and close. A network that does not run is drawn so until the
    box at which it stops, and its error is printed.

    \b
    Examples: cnnbook graph resnet18 -o resnet18.pdf --depth 2
              cnnbook graph resnet18 -o resnet18.html
              cnnbook graph vgg16 --blank -o worksheet.pdf
              cnnbook graph mynet.py:Net --input 1,3,64,48 -o mynet.svg -o mynet.png
              cnnbook graph --all -o build/graphs
    """
    from cnnbook.graphs.files import WrongPathError, target
    from cnnbook.graphs.rendering import GraphError, backends

    if everything == (network is not None):
        raise WrongCommandError("give a network to draw, or --all for every network of the course")
    _check_options(outputs, **how)
    try:
        if network is None:
            _draw_all(outputs, inputs, how)
            return
        check_network(network, inputs)
        for path in outputs:
            target(path)
        backends()
        try:
            drawn = _drawn(network, inputs, **how)
        except NetworkStoppedError as stopped:
            if how["kind"] == "architecture" and not how["blank"]:
                _save_until(stopped.error, outputs, how)
            raise
        _save(drawn, outputs)
    except WrongPathError as error:
        raise WrongCommandError(str(error)) from None
    except GraphError as error:
        raise click.ClickException(str(error)) from None


def _save(drawn: Graph, outputs: Sequence[Path]) -> None:
    from cnnbook.graphs.graph import key_path

    for path in outputs:
        drawn.save(path)
        key = f" and its key {key_path(path)}" if drawn.key else ""
        click.echo(f"wrote {path}{key}", err=True)
    for note in drawn.notes:
        click.echo(f"note: {note}", err=True)


def _save_until(error: TraceError, outputs: Sequence[Path], how: dict[str, Any]) -> None:
    """Write the network until it stopped, as HTML; an older picture of the whole network stays as it is."""
    from cnnbook.graphs import architecture_graph

    pages = [path for path in outputs if path.suffix.lower() == ".html"]
    if pages:
        _save(architecture_graph(error, depth=how["depth"], fold=not how["unfold"]), pages)


def _check_options(
    outputs: Sequence[Path], *, kind: str, depth: int | None, unfold: bool, paper: str | None, **style: bool
) -> None:
    page = any(path.suffix.lower() == ".html" for path in outputs)
    if page and (kind != "architecture" or style["blank"]):
        what = "a worksheet" if style["blank"] else "a backward graph"
        raise WrongCommandError(f"{what} is not saved as .html; name a file .pdf, .svg or .png")
    if kind != "architecture" and any(style.values()):
        raise WrongCommandError("--left-to-right and --blank are for --kind architecture")
    if kind != "architecture" and (depth is not None or unfold):
        raise WrongCommandError(
            "--depth and --unfold are for --kind architecture; a backward graph has no levels"
        )
    if kind == "torchviz" and paper is not None:
        raise WrongCommandError(
            "--paper is not for --kind torchviz, whose picture is one sheet of its own size"
        )


def _draw_all(folders: Sequence[Path], inputs: Sequence[Input], how: dict[str, Any]) -> None:
    from cnnbook import networks
    from cnnbook.graphs.files import target
    from cnnbook.graphs.rendering import backends

    if inputs:
        raise WrongCommandError("--all draws each network at its own input shape, so it takes no --input")
    if len(folders) != 1:
        raise WrongCommandError("--all writes into one folder: give -o once")
    folder = folders[0]
    if folder.exists() and not folder.is_dir():
        raise WrongCommandError(f"cannot write into {folder}: it is a file; --all wants a folder")
    backends()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"cannot write into {folder}: {_reason(error)}") from None
    files = {name: folder / f"{name}.pdf" for name in networks.COURSE}
    for path in files.values():
        target(path)
    with click.progressbar(networks.COURSE, file=sys.stderr, item_show_func=str) as names:
        for name in names:
            _drawn(name, (), **how).save(files[name])
    click.echo(f"wrote {len(networks.COURSE)} graphs into {folder}", err=True)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _drawn(
    target: str,
    inputs: Sequence[Input],
    *,
    kind: str,
    depth: int | None,
    unfold: bool,
    paper: str | None,
    left_to_right: bool,
    blank: bool,
) -> Graph:
    from cnnbook.graphs import architecture_graph, autograd_graph

    if kind == "architecture":
        return architecture_graph(
            traced(target, inputs),
            depth=depth,
            fold=not unfold,
            paper=paper or "a4",
            direction="LR" if left_to_right else "TB",
            blank=blank,
        )
    network, given = network_of(target, inputs, device="meta")
    from cnnbook.tracing import TraceError

    try:
        with contextlib.redirect_stdout(sys.stderr):
            style = "ledger" if kind == "autograd" else "torchviz"
            return autograd_graph(network, given, style=style, paper=paper or "a4")
    except TraceError as error:
        raise click.ClickException(explained(error, inputs)) from None
