"""What the commands have in common: shapes as typed, networks by name or file, and wrong command lines."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from torch import nn

    from cnnbook.traces import Shape, Trace


class WrongCommandError(click.ClickException):
    """The command line names something that is not there: one line, exit status 2."""

    exit_code = 2


# Before click 8.4 a ParamType[Any] is an error when the program runs.
class Shapes(click.ParamType):  # type: ignore[type-arg]
    """A shape as typed: ``1,3,224,224`` or ``1x3x224x224``."""

    name = "shape"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the tuple; fail, as a wrong command line, on anything but positive whole numbers."""
        if isinstance(value, tuple):
            return value
        parts = value.strip("() ").removesuffix(",").replace("x", ",").replace("×", ",").split(",")
        try:
            shape = tuple(int(part) for part in parts)
        except ValueError:
            self.fail(
                f"{value!r} is no shape; write whole numbers with commas, as in 1,3,224,224", param, ctx
            )
        if any(size < 1 for size in shape):
            self.fail(f"{value!r} has a size below 1", param, ctx)
        return shape


input_option = click.option(
    "--input",
    "shapes",
    type=Shapes(),
    multiple=True,
    help="Shape of the input, batch axis first, as in 1,3,224,224; again for each further input. "
    "A network of the catalogue has a default.",
)


def network_of(
    target: str, shapes: Sequence[Shape], *, device: str = "cpu"
) -> tuple[nn.Module, Sequence[Shape]]:
    """Return the network that `target` names, and the shapes given or else the catalogue's."""
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


def traced(target: str, shapes: Sequence[Shape]) -> Trace:
    """Return the trace of the network that `target` names; a failure is one message and exit status 1."""
    from cnnbook.tracing import TraceError, trace

    network, shapes = network_of(target, shapes, device="meta")
    try:
        with contextlib.redirect_stdout(sys.stderr):  # a forward that prints is no part of the table
            return trace(network, *shapes)
    except TraceError as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:  # a shape that no tensor can have
        raise WrongCommandError(str(error)) from None
