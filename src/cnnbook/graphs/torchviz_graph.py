"""torchviz's own picture of the backward graph, made repeatable and drawn by this package's backends.

torchviz (S. Zagoruyko) draws each backward function and each tensor as one node. It names the nodes by
addresses in memory, so that no two runs give one file; here they are numbered as they appear.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from cnnbook.graphs.backward import forward_on_zeros, prepared, why_empty
from cnnbook.graphs.graph import Graph, joined_pages
from cnnbook.graphs.inputs import network_inputs
from cnnbook.graphs.rendering import GraphError, set_attributes
from cnnbook.tracing.module_state import unchanged

# A graph with more boxes than this, such as that of DenseNet-121, can take minutes to lay out. So the search
# for a good layout is cut short, and edges are straight lines.
_LARGE = 1_000
_REDUCED = {"nslimit": "0.1", "nslimit1": "0.1", "mclimit": "0.01", "maxiter": "1", "splines": "line"}

_FONT = "DejaVu Sans Mono"  # comes with matplotlib; torchviz's "monospace" is another font on each machine


def torchviz_graph(model: nn.Module, input_shape: Any) -> Graph:
    """Return torchviz's graph of one forward pass on the CPU, with gradients on.

    Blue boxes are parameters, grey ones backward functions, green ones results. The pass runs on zeros, with
    zeros for the weights, so the model's own weights, buffers, gradients, mode and the random state stay as
    they are. `input_shape` is one shape, batch axis first, or tensor, or a list of several; a small batch
    gives the same graph as a large one.

    Warns when nothing is recorded. Raises GraphError if the model does not run on such an input, or if
    torchviz cannot draw what was recorded.

    >>> graph = torchviz_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU()), (1, 3, 32, 20))
    >>> graph.source == torchviz_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU()), (1, 3, 32, 20)).source
    True
    """
    inputs = network_inputs(input_shape)
    model = prepared(model, inputs)
    modules = model.modules() if isinstance(model, nn.Module) else ()
    with unchanged(modules), torch.inference_mode(False), torch.enable_grad():
        done = forward_on_zeros(model, inputs)
    if not done.outputs:
        raise GraphError(f"{type(model).__name__} gives no tensor whose gradient could be followed")
    notes = [] if any(tensor.grad_fn is not None for tensor in done.outputs) else [why_empty(done)]
    for note in notes:
        warnings.warn(note, stacklevel=3)
    source = _source(done.outputs, done.parameters)
    name = f"{getattr(model, 'catalogue_name', type(model).__name__)}, backward graph by torchviz"
    graph = _OneSheet(source, name, "")
    graph.description = f"{graph.boxes} tensors and backward functions, as torchviz draws them."
    if graph.boxes > _LARGE:
        graph.source = set_attributes(graph.source, _REDUCED)
        notes.append(f"drawn with a reduced search for the layout: it has more than {_LARGE:,} boxes")
    graph.notes = tuple(notes)
    return graph


class _OneSheet(Graph):
    """A graph on one sheet of its own size, whose PDF does not say when it was made."""

    def _drawn(self, form: str, dpi: int) -> bytes:
        data = super()._drawn(form, dpi)
        # Graphviz writes the time into a PDF, and two runs are to give one file.
        return joined_pages([data], self.title) if form == "pdf" else data


def _source(outputs: Sequence[Tensor], parameters: Mapping[str, Tensor]) -> str:
    """Return torchviz's DOT for these results of a forward pass, with numbered nodes."""
    named = {_printable(name): tensor for name, tensor in parameters.items()}
    try:
        with warnings.catch_warnings(), _deep_enough():
            # torchviz 0.0.3 compares versions by a part of distutils that warns of its end.
            warnings.simplefilter("ignore", DeprecationWarning)
            from torchviz import make_dot

            drawn: Any = make_dot(tuple(outputs), params=named)
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise GraphError(
            f'torchviz cannot draw this network: {reason}; the style "ledger" does without torchviz'
        ) from None
    drawn.node_attr["fontname"] = _FONT
    drawn.body[:] = _numbered(drawn.body)
    return str(drawn.source)


def _printable(name: str) -> str:
    """Return a parameter's name as DOT may hold it in a label.

    Backslashes are doubled, since one alone begins an escape; characters that no SVG can hold are replaced.
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in name).replace("\\", "\\\\")


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
