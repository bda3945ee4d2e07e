"""From a Trace to a graph of the network; from a model to its backward graph, in lines or by torchviz."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from cnnbook import networks
from cnnbook.graphs import dot, titles
from cnnbook.graphs.dot import Node
from cnnbook.graphs.folding import plan
from cnnbook.graphs.graph import Graph
from cnnbook.graphs.inputs import network_inputs
from cnnbook.graphs.page_layout import lay_out
from cnnbook.graphs.pages import PAPERS, Sheets
from cnnbook.graphs.positions import SETTINGS
from cnnbook.graphs.rendering import GraphError
from cnnbook.graphs.segments import TALLEST, Pieces, Segment
from cnnbook.networks.traced import trace
from cnnbook.traces import Trace
from cnnbook.traces.given_inputs import several

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Graph", "GraphError", "architecture_graph", "autograd_graph"]


def architecture_graph(
    trace_or_model: Trace | nn.Module | str | Sequence[Trace | str],
    input_shape: Any = None,
    *,
    depth: int | None = None,
    fold: bool = True,
    paper: str = "a4",
) -> Graph:
    """Return the graph of a network: a box for each layer, a frame for each block, arrows between them.

    Give a Trace (a block's, too: `trace["layer2.0"]`), a model with its `input_shape` (a shape, a tensor,
    or a list of several), a name of the catalogue, or several traces or names to stand side by side. A box
    has the layer's name, what it does, its output shape (channels × height × width) and its parameters;
    what follows value by value (BN, ReLU, dropout) shares it. `depth` is how many levels of modules are
    opened, by default the most that 40 boxes can show; a closed one lists its branches. Identical
    neighbours are drawn once, as "× 3"; with `fold=False` every row of the trace has a box of its own.
    `paper` is "a4" or "letter".

    Raises GraphError for a depth below 1, an unknown paper, a trace without rows; TraceError if the model
    does not run; UnknownNetwork, with a similar name, for a name that the catalogue does not have.

    >>> architecture_graph("lenet5")
    <Graph of lenet5: 8 boxes>
    >>> from torch import nn
    >>> graph = architecture_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU(), nn.Flatten()), (1, 3, 32, 20))
    >>> graph.boxes, "5×5 conv" in graph.source, "8×28×16" in graph.source
    (2, True, True)
    """
    if depth is not None and (isinstance(depth, bool) or not isinstance(depth, int) or depth < 1):
        raise GraphError(f"depth counts the levels of modules to open: 1 or more, or None, not {depth!r}")
    if str(paper).lower() not in PAPERS:
        raise GraphError(f"unknown paper {paper!r}: {' or '.join(PAPERS)}")
    traces = _traces(trace_or_model, input_shape)
    plans = [plan(one, depth, fold=fold) for one in traces]
    pieces = [
        Pieces(p, _batch(one), f"t{i}" if len(traces) > 1 else "")
        for i, (one, p) in enumerate(zip(traces, plans, strict=True))
    ]
    title = titles.title(traces, plans)

    def sheets() -> Sheets:
        # A frame that is too tall for a page is cut into shorter ones, rather than shrunk.
        for tallest in (TALLEST, TALLEST // 2, TALLEST // 4):
            segments: list[Segment] = []
            for one, piece in zip(traces, pieces, strict=True):
                if len(traces) > 1:
                    segments.append(_heading(one, titles.shared(traces), len(segments)))
                segments += piece.segments(tallest)
            laid_out = lay_out(segments, title, str(paper).lower())
            if laid_out.legible:
                break
        return laid_out

    return Graph(_source(pieces, title), titles.name(traces), titles.description(traces, plans), sheets)


def _traces(given: Trace | nn.Module | str | Sequence[Trace | str], input_shape: Any) -> list[Trace]:
    shapes = () if input_shape is None else several(input_shape)
    if shapes is None:
        # What is wrong with a single input `trace` says best.
        alone = not isinstance(input_shape, list | tuple) or not any(map(several, input_shape))
        shapes = (input_shape,) if alone else network_inputs(input_shape)
    traces: list[Any]
    if isinstance(given, Trace):
        traces = [given]
    elif isinstance(given, str):
        traces = [trace(given, *shapes)]
    elif isinstance(given, Sequence):
        traces = [trace(item, *shapes) if isinstance(item, str) else item for item in given]
    elif not callable(getattr(given, "forward", None)):
        traces = [given]
    else:
        if input_shape is None:
            raise GraphError(
                "a model alone does not say its shapes: "
                "architecture_graph(model, (1, 3, 224, 224)), or give its trace"
            )
        traces = [trace(given, *shapes)]
    for item in traces:
        if not isinstance(item, Trace):
            hint = f"; trace[{item.path!r}] is one row, a block is several" if hasattr(item, "path") else ""
            raise GraphError(
                f"a graph is made of a Trace, a model or a name, not of {type(item).__name__}{hint}"
            )
        if not len(item):
            raise GraphError(f"nothing to draw: {item.name} ran no operation")
    if not traces:
        raise GraphError("nothing to draw: no trace was given")
    return traces


def _batch(trace: Trace) -> int | None:
    if not trace.input_shapes or len(trace.input_shape) < 2:
        return None
    # A convolution or pool of one picture alone, without a batch axis: its first axis is the channels.
    alone = any(row.window and len(row.output_shape) == len(row.window.kernel_size) + 1 for row in trace.rows)
    return None if alone else trace.input_shape[0]


def _source(pieces: Sequence[Pieces], title: str) -> str:
    graph = {**SETTINGS["graph"], "label": title, "labelloc": "t"}
    nodes = [node for piece in pieces for node in piece.nodes.values()]
    members = [member for piece in pieces for member in piece.members]
    edges = [edge for piece in pieces for edge in piece.edges]
    return dot.text({**SETTINGS, "graph": graph}, nodes, members, edges)


def _heading(trace: Trace, shared: str, number: int) -> Segment:
    """The line over one graph of several; the network's name only where it differs."""
    class_name = trace.modules.get(min(trace.modules, key=len, default=""), "")
    label = f"<b>{escape(trace.name.removeprefix(f'{shared}: '))}</b>"
    if class_name != trace.name:
        label += f" {escape(class_name)}"
    if trace.used_parameters:
        label += f", {trace.used_parameters:,} parameters"
    name = f"heading{number}"
    node = Node(name, {"shape": "plain", "style": "", "label": label})
    return Segment((node,), (name,), (), name, name, linked=False, heading=True)


def autograd_graph(
    model: nn.Module | str,
    input_shape: Any = None,
    *,
    style: str = "ledger",
    saved: bool = False,
    paper: str = "a4",
) -> Graph:
    """Return the backward graph of one forward pass: what autograd recorded for `backward()`.

    The style "ledger" is for reading: a line for each backward function, with the layer that caused it,
    shapes and parameters, on pages; see `cnnbook.graphs.autograd`. "torchviz" is torchviz's own picture, a
    node for each function and tensor, on one sheet; see `cnnbook.graphs.torchviz_graph`. `saved` and `paper`
    are for the ledger.

    `input_shape` is a shape, batch axis first, or a tensor, of whole numbers for example; or a list of
    several. `model` can be a name of the catalogue, which has an `input_shape` of its own.

    Raises GraphError for an unknown style, or if the model does not run on such an input; UnknownNetwork,
    with a similar name, for a name that the catalogue does not have.
    """
    if isinstance(model, str):
        input_shape = networks.info(model).input_shape if input_shape is None else input_shape
        model = networks.build(model, device="meta")
    if input_shape is None:
        raise GraphError(
            "a model alone does not say its shapes; an input shape is whole numbers, batch axis first: "
            "autograd_graph(model, (1, 3, 224, 224))"
        )
    # Only here does a graph need torch: an architecture graph is made of plain values.
    if style == "torchviz":
        from cnnbook.graphs.torchviz_graph import torchviz_graph

        if saved:
            raise GraphError('saved=True is for style="ledger"; torchviz shows what it shows')
        return torchviz_graph(model, input_shape)
    if style != "ledger":
        raise GraphError(f'unknown style {style!r}: "ledger" or "torchviz"')
    from cnnbook.graphs import autograd

    return autograd.autograd_graph(model, input_shape, saved=saved, paper=paper)
