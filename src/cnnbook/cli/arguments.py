"""What several commands use: the option --input, networks by name or file, the error of a wrong command."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from torch import nn

    from cnnbook.traces import Shape, Trace
    from cnnbook.tracing import TraceError


class NetworkStoppedError(click.ClickException):
    """The network does not run on this input: the message is that of the TraceError, `error`."""

    def __init__(self, error: TraceError) -> None:
        super().__init__(str(error))
        self.error = error


class WrongCommandError(click.ClickException):
    """The command line is wrong: the message is printed in one line, and the exit status is 2."""

    exit_code = 2


def shape(text: str) -> Shape:
    """Return the shape that a text such as ``1,3,224,224`` or ``1x3x224x224`` gives.

    Raises BadParameter, a wrong command line, for anything but positive whole numbers.
    """
    parts = text.strip("() ").removesuffix(",").replace("x", ",").replace("×", ",").split(",")
    try:
        sizes = tuple(int(part) for part in parts)
    except ValueError:
        wanted = "write whole numbers with commas, as in 1,3,224,224"
        raise click.BadParameter(f"{text!r} is no shape; {wanted}") from None
    if any(size < 1 for size in sizes):
        raise click.BadParameter(f"{text!r} has a size below 1")
    return sizes


input_option = click.option(
    "--input",
    "shapes",
    type=shape,
    multiple=True,
    help="Shape of the input, batch axis first, as in 1,3,224,224; again for each further input. "
    "A network of the catalogue has a default.",
)


def check_network(target: str, shapes: Sequence[Shape]) -> None:
    """Raise WrongCommandError, before torch is loaded, if there is no such network or no shape for it."""
    from cnnbook import networks
    from cnnbook.loading import NotFoundError, place

    try:
        if is_name(target):
            networks.info(target)
            return
        place(target)
    except (networks.UnknownNetwork, NotFoundError) as error:
        raise WrongCommandError(str(error)) from None
    if not shapes:
        raise WrongCommandError(f"{target}: give the shape of its input, as in --input 1,3,224,224")


def network_of(
    target: str, shapes: Sequence[Shape], *, device: str = "cpu"
) -> tuple[nn.Module, Sequence[Shape]]:
    """Return the network that `target` names, and its input shapes: `shapes`, or else the catalogue's.

    Raises WrongCommandError if there is no such network, or no shape for it; ClickException if the learner's
    own code fails.
    """
    from cnnbook import networks
    from cnnbook.loading import LoadError, NotFoundError, load

    check_network(target, shapes)
    if sys.stderr.isatty():
        click.echo("loading torch …", err=True)
    try:
        if is_name(target):
            return networks.build(target, device=device), shapes or (networks.info(target).input_shape,)
        return load(target), shapes
    except NotFoundError as error:
        raise WrongCommandError(str(error)) from None
    except LoadError as error:
        raise click.ClickException(str(error)) from None


def is_name(target: str) -> bool:
    """Whether a target is a name of the catalogue; else it is file.py:Class or package.module:Class."""
    return ":" not in target and not target.endswith(".py")


def traced(target: str, shapes: Sequence[Shape]) -> Trace:
    """Return the trace of the network that `target` names, at `shapes` or else at the catalogue's.

    A network of the course at its own input comes from its file, without torch.

    Raises what `network_of` raises, and NetworkStoppedError if the network does not run.
    """
    from cnnbook.networks.traced import stored

    check_network(target, shapes)
    if is_name(target) and (found := stored(target, shapes)) is not None:
        return found
    network, shapes = network_of(target, shapes, device="meta")
    from cnnbook.tracing import TraceError, trace

    try:
        with contextlib.redirect_stdout(sys.stderr):  # what the learner's code prints
            return trace(network, *shapes)
    except TraceError as error:
        raise NetworkStoppedError(error) from None
    except ValueError as error:  # a shape that no tensor can have
        raise WrongCommandError(str(error)) from None
