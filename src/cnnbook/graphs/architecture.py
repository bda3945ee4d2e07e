"""From a Trace, or from an error that has one, to the graph of the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, cast

from cnnbook.graphs import dot, live, stops, titles
from cnnbook.graphs.dot import Node
from cnnbook.graphs.folding import plan
from cnnbook.graphs.graph import Graph
from cnnbook.graphs.inputs import network_inputs
from cnnbook.graphs.notation import Notation, batch_of
from cnnbook.graphs.page_layout import lay_out
from cnnbook.graphs.pages import NEARLY_EMPTY, PAPERS, Sheets, best_sheets
from cnnbook.graphs.plans import Plan
from cnnbook.graphs.positions import SETTINGS
from cnnbook.graphs.rendering import GraphError
from cnnbook.graphs.rows import LONGEST, lay_out_rows
from cnnbook.graphs.segments import TALLEST, Pieces, Segment
from cnnbook.graphs.stops import Stopped
from cnnbook.networks.traced import trace
from cnnbook.traces import Trace
from cnnbook.traces.given_inputs import several

if TYPE_CHECKING:
    from torch import nn


DIRECTIONS = ("TB", "LR")


def architecture_graph(
    trace_or_model: Trace | nn.Module | str | Exception | Sequence[Trace | str],
    input_shape: Any = None,
    *,
    depth: int | None = None,
    fold: bool = True,
    paper: str = "a4",
    direction: str = "TB",
    blank: bool = False,
) -> Graph:
    """Return the graph of a network: a box for each layer, a frame for each block, arrows between them.

    Give a Trace (a block's, too: `trace["layer2.0"]`), a model with its `input_shape` (a shape, a tensor,
    or a list of several), a name of the catalogue, or several traces or names to stand side by side. A box
    has the layer's name, what it does, its output shape (channels × height × width) and its parameters;
    what follows value by value (BN, ReLU, dropout) shares it. A TraceError gives the network until the box
    at which it stopped, with the numbers that disagree in it. In JupyterLab, and saved as .html, the boxes
    tell their formulas.

    `depth` is how many levels of modules are opened, by default the most that 40 boxes can show; a closed
    one lists its branches. Identical neighbours are drawn once, as "× 3"; with `fold=False` every row of
    the trace has a box of its own. `paper` is "a4" or "letter". The `direction` "LR" lets the
    graph run from left to right, in rows on landscape pages. With `blank=True` it is a worksheet: shapes
    are left out, and `.key` is the graph that has them, which `save` writes beside it.

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
    if direction not in DIRECTIONS:
        raise GraphError(f"unknown direction {direction!r}: TB (top to bottom) or LR (left to right)")
    stopped = None
    if isinstance(trace_or_model, Exception):
        traces, stopped = _until_the_error(trace_or_model)
        if blank:
            raise GraphError("a network that stopped has no worksheet: its shapes do not fit")
    else:
        traces = _traces(trace_or_model, input_shape)
    plans = [plan(one, depth, fold=fold) for one in traces]
    style = Style(str(paper).lower(), direction == "LR", blank)
    graph = _drawn(traces, plans, style, stopped)
    if blank:
        graph.key = _drawn(traces, plans, replace(style, blank=False), stopped)
    elif len(traces) == 1:
        graph.live = live.Live(
            traces[0],
            plans[0],
            fold,
            lambda p: _drawn(traces, [p], style, stopped),
            style.notation(traces[0]),
            stopped,
        )
    return graph


@dataclass(frozen=True)
class Style:
    """How a graph is drawn: on which paper, in which direction, and whether its shapes are left blank."""

    paper: str = "a4"
    left_to_right: bool = False
    blank: bool = False

    def notation(self, trace: Trace) -> Notation:
        """Return how the boxes of a trace are written in this style."""
        return Notation(batch_of(trace), self.blank, self.left_to_right)


def _drawn(
    traces: Sequence[Trace], plans: Sequence[Plan], style: Style, stopped: Stopped | None = None
) -> Graph:
    """The graph of these plans: its DOT in one piece, and its pages once they are asked for."""
    pieces = [
        Pieces(p, style.notation(one), f"t{i}" if len(traces) > 1 else "", stopped)
        for i, (one, p) in enumerate(zip(traces, plans, strict=True))
    ]
    title = titles.title(traces, plans, blank=style.blank)

    def sheets() -> Sheets:
        # A frame that is too tall for a page is cut into shorter ones, rather than shrunk; and so is one
        # that leaves a page nearly empty, if that helps.
        tried: list[Sheets] = []
        laid_out = lay_out_rows if style.left_to_right else lay_out
        longest = LONGEST if style.left_to_right else TALLEST
        for tallest in (longest, longest // 2, longest // 4):
            segments: list[Segment] = []
            for one, piece in zip(traces, pieces, strict=True):
                if len(traces) > 1:
                    segments.append(_heading(one, titles.shared(traces), len(segments)))
                segments += piece.segments(tallest)
            tried.append(laid_out(segments, title, style.paper))
            if tried[-1].legible and tried[-1].emptiest >= NEARLY_EMPTY:
                break
        return best_sheets(tried)

    about = titles.description(traces, plans, blank=style.blank)
    return Graph(_source(pieces, title, style), titles.name(traces), about, sheets)


def _until_the_error(error: Exception) -> tuple[list[Trace], Stopped]:
    """The trace of a run that failed, as a TraceError has it, with the row that failed as its last."""
    if not isinstance(getattr(error, "trace", None), Trace):
        raise GraphError(f"only a TraceError has a network to draw, not a {type(error).__name__}")
    trace, stopped = stops.until(cast(stops.StoppedRun, error))
    return [trace], stopped


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


def _source(pieces: Sequence[Pieces], title: str, style: Style) -> str:
    graph = {**SETTINGS["graph"], "label": title, "labelloc": "t"}
    if style.left_to_right:
        graph["rankdir"] = "LR"
    nodes = [node for piece in pieces for node in (*piece.nodes.values(), *(n for n, _ in piece.given))]
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
