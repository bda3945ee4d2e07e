"""What several commands use: the option --input, networks by name or file, the error of a wrong command."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from torch import nn

    from cnnbook.traces import Shape, Trace
    from cnnbook.tracing import TraceError

_TYPES = (
    *("float32", "float64", "float16", "bfloat16"),
    *("int64", "int32", "int16", "int8", "uint8", "bool", "complex64"),
)
_SAME_TYPES = {"float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32"}
# How a repair of a TraceError converts its input, and the type that does the same on the command line.
_CONVERSIONS = {"x.long()": "int64", "x.float()": "float32", "x.double()": "float64", "x.half()": "float16"}


class NetworkStoppedError(click.ClickException):
    """The network does not run on this input: `error` says why, and `message` also what to type instead."""

    def __init__(self, error: TraceError, message: str) -> None:
        super().__init__(message)
        self.error = error


class WrongCommandError(click.ClickException):
    """The command line is wrong: the message is printed in one line, and the exit status is 2."""

    exit_code = 2


class Input(NamedTuple):
    """An input of a network: its shape, and PyTorch's name of its type; "" for the type of the weights."""

    sizes: Shape
    dtype: str = ""

    def given(self) -> Any:
        """The input as `cnnbook.trace` takes it: a shape, or with a type a tensor without data."""
        if not self.dtype:
            return self.sizes
        import torch

        return torch.empty(self.sizes, dtype=getattr(torch, self.dtype), device="meta")


def network_input(text: str) -> Input:
    """Return the input that a text such as ``1,3,224,224`` or ``4x20:int64`` gives.

    Raises BadParameter, a wrong command line, for a shape of anything but positive whole numbers, and for an
    unknown type.
    """
    sizes, colon, name = text.partition(":")
    dtype = name.strip().removeprefix("torch.")
    dtype = _SAME_TYPES.get(dtype, dtype)
    if colon and dtype not in _TYPES:
        raise click.BadParameter(f"{text!r}: there is no type {name!r}; there are {', '.join(_TYPES)}")
    return Input(_shape(sizes), dtype)


def _shape(text: str) -> Shape:
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
    "inputs",
    type=network_input,
    multiple=True,
    help="Shape of the input, batch axis first, as in 1,3,224,224; again for each further input. A type "
    "follows a colon, as in 4,20:int64 for whole numbers; else it is that of the weights. A network of the "
    "catalogue has a default.",
)


def check_network(target: str, inputs: Sequence[Input]) -> None:
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
    if not inputs:
        raise WrongCommandError(f"{target}: give the shape of its input, as in --input 1,3,224,224")


def network_of(target: str, inputs: Sequence[Input], *, device: str = "cpu") -> tuple[nn.Module, list[Any]]:
    """Return the network that `target` names, and its inputs: those given, or else the catalogue's shape.

    Raises WrongCommandError if there is no such network, or no input for it; ClickException if the learner's
    own code fails.
    """
    from cnnbook import networks
    from cnnbook.loading import LoadError, NotFoundError, load

    check_network(target, inputs)
    if sys.stderr.isatty():
        click.echo("loading torch …", err=True)
    try:
        if is_name(target):
            own = [] if inputs else [networks.info(target).input_shape]
            return networks.build(target, device=device), own or [one.given() for one in inputs]
        return load(target), [one.given() for one in inputs]
    except NotFoundError as error:
        raise WrongCommandError(str(error)) from None
    except LoadError as error:
        raise click.ClickException(str(error)) from None


def is_name(target: str) -> bool:
    """Whether a target is a name of the catalogue; else it is file.py:Class or package.module:Class."""
    return ":" not in target and not target.endswith(".py")


def traced(target: str, inputs: Sequence[Input]) -> Trace:
    """Return the trace of the network that `target` names, at `inputs` or else at the catalogue's shape.

    A network of the course at its own input comes from its file, without torch.

    Raises what `network_of` raises, and NetworkStoppedError if the network does not run.
    """
    from cnnbook.networks.traced import stored

    check_network(target, inputs)
    plain = not any(one.dtype for one in inputs)
    if plain and is_name(target) and (found := stored(target, [one.sizes for one in inputs])) is not None:
        return found
    network, given = network_of(target, inputs, device="meta")
    from cnnbook.tracing import TraceError, trace

    try:
        with contextlib.redirect_stdout(sys.stderr):  # what the learner's code prints
            return trace(network, *given)
    except TraceError as error:
        raise NetworkStoppedError(error, explained(error, inputs)) from None
    except ValueError as error:  # a shape that no tensor can have
        raise WrongCommandError(str(error)) from None


def explained(error: TraceError, inputs: Sequence[Input]) -> str:
    """Return the text of an error, and how to feed another type on the command line if that repairs it."""
    wanted = [_CONVERSIONS.get(repair.removeprefix("feed ")) for repair in error.repairs]
    dtype = next((name for name in wanted if name), None)
    if dtype is None or len(inputs) != 1:
        return str(error)
    return f"{error}\nHere that is --input {','.join(map(str, inputs[0].sizes))}:{dtype}"
