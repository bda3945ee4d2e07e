"""One broken network of the collection, and what an expert would say about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn


class Broken(NamedTuple):
    """A network that fails, or that runs and does not do what was meant.

    `build` makes the network and `inputs` are what it is called with (a shape stands for a tensor of that
    shape). `cause` are regular expressions that must all be found in the explanation (for a network that
    runs: in the notes of its trace). `misleading` are expressions of which none may be found in the whole
    message: a cause that is not the cause, or a repair that runs and changes the meaning. `repairs` are
    expressions of which one must be found among the offered repairs; it is empty where no repair can be
    known. `runs` says that the network runs, and that a note is wanted. `source` is where the mistake was
    seen: a public issue, a forum's question, or "own".
    """

    name: str
    source: str
    build: Callable[[], nn.Module]
    inputs: tuple[Any, ...]
    cause: tuple[str, ...]
    misleading: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    runs: bool = False
