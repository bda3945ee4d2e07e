"""torchviz's own picture of the backward graph, made repeatable and drawn by this package's backends.

torchviz (S. Zagoruyko) draws each backward function and each tensor as one node. It names the nodes by
addresses in memory, so that no two runs give one file; here they are numbered as they appear.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from cnnbook.graphs.backward import forward_on_zeros, input_shapes, why_empty
from cnnbook.graphs.drawings import Graph
from cnnbook.graphs.rendering import GraphError

_FONT = "DejaVu Sans Mono"  # comes with matplotlib; torchviz's "monospace" is another font on each machine


def torchviz_graph(model: nn.Module, input_shape: Sequence[int] | Sequence[Sequence[int]]) -> Graph:
    """Return torchviz's graph of one forward pass on the CPU, with gradients on.

    Blue boxes are parameters, grey ones backward functions, green ones results. The pass runs on zeros, with
    zeros for the weights, so the model's own weights, buffers, gradients, mode and the random state stay as
    they are. `input_shape` is one shape, batch axis first, or several; a small batch gives the same graph as
    a large one.

    Warns when nothing is recorded. Raises GraphError if the model does not run on such an input.

    >>> graph = torchviz_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU()), (1, 3, 32, 20))
    >>> graph.source == torchviz_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU()), (1, 3, 32, 20)).source
    True
    """
    from torchviz import make_dot

    with torch.inference_mode(False), torch.enable_grad():
        done = forward_on_zeros(model, input_shapes(input_shape))
    notes = [] if any(tensor.grad_fn is not None for tensor in done.outputs) else [why_empty(done)]
    for note in notes:
        warnings.warn(note, stacklevel=2)
    if not done.outputs:
        raise GraphError(f"{type(model).__name__} gives no tensor whose gradient could be followed")
    with _deep_enough():
        drawn = make_dot(tuple(done.outputs), params=done.parameters)
    drawn.node_attr["fontname"] = _FONT
    drawn.body[:] = _numbered(drawn.body)
    name = f"{getattr(model, 'catalogue_name', type(model).__name__)}, backward graph by torchviz"
    nodes = sum(1 for line in drawn.body if _NODE.match(line))
    graph = Graph(drawn.source, name, f"{nodes} tensors and backward functions, as torchviz draws them.")
    graph.notes = tuple(notes)
    return graph


_NODE = re.compile(r"\t(\w+) \[")
_ENDS = re.compile(r"\t(\d+)(?: -> (\d+))?")


def _numbered(lines: Sequence[str]) -> list[str]:
    """Return DOT lines with their nodes numbered in the order in which they appear."""
    numbers: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        ends = [numbers.setdefault(end, f"n{len(numbers)}") for end in match.groups() if end]
        return "\t" + " -> ".join(ends)

    return [_ENDS.sub(renamed, line, count=1) for line in lines]


@contextmanager
def _deep_enough() -> Iterator[None]:
    """Torchviz calls itself once for each function of the longest path, which Python would cut at 1,000."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, 100_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
